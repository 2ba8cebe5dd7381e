"""What a graph holds, counted; and all that it knows of one entity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import MODALITIES
from kg.ontology import Ontology
from kg.query.claims import ClaimReader, Properties, StoredClaim
from kg.query.copies import read_copies
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import LODE, PROV, RDF, RDFS, SKOS


@dataclass(frozen=True)
class Overview:
    """Numbers of a graph. `relations` counts the direct triples, which only asserted claims make.

    `copies` are the documents that are copies of others.
    """

    documents: int
    claims: Mapping[str, int]
    entities: Mapping[str, int]
    relations: Mapping[str, int]
    versions: Mapping[str, str]
    copies: int = 0


@dataclass(frozen=True)
class Naming:
    """One surface form of an entity, the rule that linked it, the documents in which it did, and how often.

    `read_as` is the entity that the documents by themselves take it for, and `merged` why it is this one, if another.
    """

    surface: str
    rule: str
    documents: tuple[str, ...]
    times: int = 1
    read_as: str = ""
    merged: str = ""


@dataclass(frozen=True)
class Apart:
    """An entity that another is not, though their names are alike, and why."""

    iri: str
    label: str
    reason: str


@dataclass(frozen=True)
class Card:
    """All that a graph knows of an entity."""

    iri: str
    label: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    namings: tuple[Naming, ...]
    claims: tuple[StoredClaim, ...]
    apart: tuple[Apart, ...] = ()


def describe_graph(store: GraphStore, ontology: Ontology) -> Overview:
    """Count documents, claims by modality, entities by type and asserted relations by kind."""
    modalities: dict[str, int] = {m: _claims_of(store, m) for m in MODALITIES}
    ends = {*store.values(RDF + "subject"), *store.values(RDF + "object")}
    reader = ClaimReader(store, ontology)
    relations = {r.json_name: len(store.values(r.iri)) for r in ontology.relations.values()}
    return Overview(
        documents=len(store.ledger()),
        claims=_ranked(modalities),
        entities=_ranked(Counter(reader.type(iri) for iri in ends)),
        relations=_ranked(relations),
        versions=store.manifest["versions"],
        copies=len(read_copies(store)),
    )


def _claims_of(store: GraphStore, modality: str) -> int:
    """Count the claims of a modality; dependencies have one as well."""
    key, value = LODE + "modality", LODE + modality
    return len(store.subjects(key, value)) - len(store.subjects(key, value, DEPENDENCIES))


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what occurs, most frequent first."""
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))


def describe_entity(store: GraphStore, ontology: Ontology, iri: str) -> Card:
    """Return the card of an entity: names, how it was recognised, and the claims it is part of."""
    reader = ClaimReader(store, ontology)
    found = store.properties(iri)
    kinds = sorted(ontology.types[o.value].json_name for o in found.get(RDF + "type", []) if o.value in ontology.types)
    labels = {o.value for key in (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label") for o in found.get(key, [])}
    label = reader.label(iri)
    return Card(
        iri=iri,
        label=label,
        types=tuple(kinds),
        names=tuple(sorted(labels - {label})),
        namings=tuple(_namings(store, reader, iri)),
        claims=tuple(reader.about(iri)),
        apart=tuple(_apart(store, reader, iri)),
    )


def _namings(store: GraphStore, reader: ClaimReader, iri: str) -> list[Naming]:
    """Gather the surface forms of an entity over all documents, the most widespread first."""
    documents: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    for node in store.subjects(LODE + "names", iri):
        found = store.properties(node)
        surface, rule, source, times = (
            found[key][0].value
            for key in (LODE + "surface", LODE + "linkingRule", PROV + "wasDerivedFrom", LODE + "times")
        )
        read_as = next((o.value for o in found.get(LODE + "readAs", ())), "")
        merged = _why(store, read_as, iri, source) if read_as else ""
        documents[surface, rule, read_as, merged][reader.source(source).name] = int(times)
    namings = [
        Naming(surface, rule, tuple(sorted(where)), sum(where.values()), read_as, merged)
        for (surface, rule, read_as, merged), where in documents.items()
    ]
    return sorted(namings, key=lambda n: (-len(n.documents), n.surface, n.rule, n.read_as))


def _why(store: GraphStore, entity: str, kept: str, document: str) -> str:
    """Return why an entity of a document is another one: the reasons of all steps to it."""
    reasons: list[str] = []
    seen: set[str] = set()
    while entity != kept and entity not in seen:
        seen.add(entity)
        steps = [store.properties(node) for node in store.subjects(LODE + "resolves", entity)]
        fitting = [r for r in steps if LODE + "mergedInto" in r and document in _places(r, document)]
        if not fitting:
            break
        step = min(fitting, key=lambda r: (PROV + "wasDerivedFrom" not in r, r[RDFS + "comment"][0].value))
        reasons.append(step[RDFS + "comment"][0].value)
        entity = step[LODE + "mergedInto"][0].value
    return "; ".join(reasons)


def _places(resolution: Properties, document: str) -> set[str]:
    """Return the documents in which a resolution holds, `document` if in all."""
    return {o.value for o in resolution.get(PROV + "wasDerivedFrom", ())} or {document}


def _apart(store: GraphStore, reader: ClaimReader, iri: str) -> list[Apart]:
    """Return what an entity is not, though the names are alike."""
    found: set[Apart] = set()
    for own, other in ((LODE + "resolves", LODE + "keptApartFrom"), (LODE + "keptApartFrom", LODE + "resolves")):
        for node in store.subjects(own, iri):
            told = store.properties(node)
            if LODE + "keptApartFrom" in told:
                whom = told[other][0].value
                found.add(Apart(whom, reader.label(whom), told[RDFS + "comment"][0].value))
    return sorted(found, key=lambda a: (a.label, a.iri, a.reason))
