"""What a page shows: claims, the dependencies that follow from them, and what else is known of things and documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.query.claims import ClaimReader, End, StoredClaim, claims_around
from kg.query.copies import read_copies
from kg.query.dependencies import Dependency, read_dependencies
from kg.rules import Rule, load_rules
from kg.store import GraphStore
from kg.vocab import DCTERMS, LODE, RDFS, SKOS

DRAWN = ("asserted", "planned", "possible")  # modalities, from the surest to the least sure
DENIED = "negated"  # listed, and not drawn
_COMMODITY = "commodity"
_WEB = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")
_NAMES = (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")
_SEARCHED = frozenset({"label", "alias"})  # kinds of names of the ontology that name one thing


@dataclass(frozen=True)
class Explored:
    """All that a page holds.

    `ends` are the things that dependencies name, by IRI; `traded` is what each claim is about beside its ends, `copies` the
    original of each document that is a copy, `citations` what a document itself cites, `names` other names of things: all
    by IRI.
    """

    claims: Sequence[StoredClaim]
    dependencies: Sequence[Dependency] = ()
    ends: Mapping[str, End] = field(default_factory=dict)
    traded: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    citations: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    base: str = DEFAULT_BASE

    def drawn(self) -> list[StoredClaim]:
        """Return the claims that are drawn as lines."""
        return [c for c in self.claims if c.modality != DENIED]

    def things(self) -> list[End]:
        """Return all that claims and dependencies name, by IRI."""
        found = dict(self.ends) | {e.iri: e for c in self.claims for e in (c.subject, c.object)}
        return [found[iri] for iri in sorted(found)]

    def about(self, claim: StoredClaim) -> str:
        """Return the commodity that a claim is about: the one that it names, or one of its ends; "" if there is none."""
        ends = (end.iri for end in (claim.object, claim.subject) if end.type == _COMMODITY)
        return self.traded.get(claim.iri) or next(ends, "")


def read_explored(reader: ClaimReader, iri: str = "", steps: int = 1) -> Explored:
    """Read from a graph what a page shows: everything, or what lies within `steps` of an entity."""
    store = reader.store
    claims = reader.all()
    if iri:
        claims = claims_around(claims, iri, steps)
    kept = {c.iri for c in claims}
    dependencies = [d for d in read_dependencies(store, DRAWN) if not iri or kept.intersection(d.claims)]
    traded = {c: on for c, on in store.pairs(LODE + "commodityEntity") if c in kept}
    named = {e for d in dependencies for e in (d.dependent, d.provider, d.on)} | set(traded.values()) - {""}
    ends = {e: End(e, reader.label(e), "", reader.type(e)) for e in sorted(named - {""})}
    things = ends.keys() | {e.iri for c in claims for e in (c.subject, c.object)}
    return Explored(
        claims=claims,
        dependencies=dependencies,
        ends=ends,
        traded=traded,
        copies=read_copies(store),
        citations=dict(store.pairs(DCTERMS + "source")),
        names=_names(store, reader.ontology, things),
        rules=list(load_rules(reader.ontology).values()),
        base=store.base,
    )


def web_address(text: str) -> str:
    """Return the first http(s) address in a text, "" if there is none.

    >>> web_address("Reuters, https://example.org/a?b=1, read in May"), web_address("javascript:alert(1)")
    ('https://example.org/a?b=1', '')
    """
    found = _WEB.search(text)
    return found[0] if found else ""


def _names(store: GraphStore, ontology: Ontology, things: Iterable[str]) -> dict[str, set[str]]:
    """Return the labels of things in any language, those of the graph and those that the ontology knows."""
    found: dict[str, set[str]] = defaultdict(set)
    wanted = set(things)
    for predicate in _NAMES:
        for iri, label in store.pairs(predicate):
            if iri in wanted:
                found[iri].add(label)
    for iri in wanted:
        known = ontology.names.get(iri.removeprefix(store.base))
        if known:
            found[iri].update(text for text, _, kind in known.labels if kind in _SEARCHED)
    return found
