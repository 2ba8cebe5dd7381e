"""Put into a document's triples what its entities are in the light of the other documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.iris import digest
from kg.ontology import Ontology
from kg.resolve.evidence import Triple
from kg.resolve.identity import Identity, Resolution
from kg.vocab import LODE, PROV, RDF, RDFS, SKOS

_LABEL, _ALIAS, _TYPE = (ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "altLabel", RDF + "type"))
_NAMES, _READ_AS = (ox.NamedNode(LODE + key) for key in ("names", "readAs"))


def rewrite(document: str, triples: Iterable[Triple], identity: Identity, base: str, ontology: Ontology) -> set[Triple]:
    """Return a document's triples with other entities in them; claims and evidence keep their IRIs.

    A naming also tells what it was read as. The name of what is merged becomes one more label of what is kept.
    """
    targets = identity.of(document)
    terms = {ox.NamedNode(base + old): ox.NamedNode(base + new) for old, new in targets.items()}
    found: set[Triple] = set()
    for subject, predicate, value in triples:
        if subject in terms and predicate in (_LABEL, _TYPE):
            new = terms[subject].value.removeprefix(base)
            found.update((terms[subject], *rest) for rest in _described(new, predicate, value, identity, ontology))
            continue
        if predicate == _NAMES and value in terms:
            found.add((subject, _READ_AS, value))
        other = terms.get(value, value) if isinstance(value, ox.NamedNode) else value
        found.add((terms.get(subject, subject), predicate, other))
    return found


def rewritten_by(document: str, identity: Identity) -> str:
    """Return a digest of all that decides what `rewrite` makes of a document, besides its triples; "" if it changes nothing."""
    targets = identity.of(document)
    if not targets:
        return ""
    told = {new: (sorted(identity.types.get(new, ())), identity.label(new)) for new in targets.values()}
    return digest(dict(targets), told)


def _described(
    entity: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal, identity: Identity, ontology: Ontology
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """Yield type or labels of what is kept: those that it has anyway, if it has any."""
    known = ontology.names.get(entity)
    if predicate == _TYPE:
        kinds = identity.types.get(entity)
        yield _TYPE, ox.NamedNode(known.type_iri) if known else _class(kinds, value, ontology)
        return
    own = known.label if known else identity.label(entity)
    if own is None or own == value.value:
        yield _LABEL, value
    else:
        yield _LABEL, ox.Literal(own, language="en")
        yield _ALIAS, value


def _class(kinds: frozenset[str] | None, value: ox.NamedNode | ox.Literal, ontology: Ontology) -> ox.NamedNode:
    """Return the class of a document's own, unless what is kept is of another type."""
    own = ox.NamedNode(value.value)
    if not kinds or ontology.types[own.value].json_name in kinds:
        return own
    return ox.NamedNode(next(iri for iri, t in reversed(list(ontology.types.items())) if t.json_name == min(kinds)))


def resolution_triples(resolutions: Iterable[Resolution], base: str) -> list[Triple]:
    """Return what `kg show` tells of merges and of what is kept apart: one node each."""
    found: set[Triple] = set()
    for r in resolutions:
        node = ox.NamedNode(f"{base}resolution/{digest(r.kind, r.entity, r.other, r.reason)}")
        link = ox.NamedNode(LODE + ("mergedInto" if r.kind == "merged" else "keptApartFrom"))
        found |= {
            (node, _TYPE, ox.NamedNode(LODE + "Resolution")),
            (node, ox.NamedNode(LODE + "resolves"), ox.NamedNode(base + r.entity)),
            (node, link, ox.NamedNode(base + r.other)),
            (node, ox.NamedNode(RDFS + "comment"), ox.Literal(r.reason, language="en")),
        }
        found |= {(node, ox.NamedNode(PROV + "wasDerivedFrom"), ox.NamedNode(base + d)) for d in r.documents}
    return sorted(found, key=lambda t: tuple(str(term) for term in t))
