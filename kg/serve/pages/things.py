"""What the graph tells of one thing, counted in full and read in parts, so that a page of a hub is as short as any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal

import pyoxigraph as ox

from kg.errors import ParameterError
from kg.graph import Graph
from kg.query.claims import ClaimReader, End, StoredClaim
from kg.query.overview import Apart
from kg.vocab import LODE, RDF, RDFS, SKOS

Way = Literal["out", "in", "of"]  # the thing is subject of a claim, its object, or what is traded
WAYS: dict[Way, tuple[str, str]] = {
    "out": (RDF + "subject", RDF + "object"),
    "in": (RDF + "object", RDF + "subject"),
    "of": (LODE + "commodityEntity", RDF + "subject"),
}
_NAMINGS = 12
_SENTENCES = 3  # shown of each fact


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said of a thing and another one: some of the claims, and how many there are."""

    other: End
    claims: tuple[StoredClaim, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts of one relation in one way: a part of them, how many there are, and of how many claims."""

    relation: str
    label: str
    way: Way
    facts: tuple[Fact, ...]
    things: int
    claims: int


@dataclass(frozen=True, slots=True)
class Named:
    """Words that documents use for a thing, the rule by which they were taken for it, and how often."""

    surface: str
    rule: str
    times: int
    documents: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A neighbour of a thing: by which relation, in which way, by how many claims, and the IRIs of the surest of these."""

    relation: str
    way: Way
    other: str
    claims: int
    surest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the graph with its names, facts and how it was recognised."""

    iri: str
    label: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    claims: int
    groups: tuple[FactGroup, ...]
    namings: tuple[Named, ...]
    apart: tuple[Apart, ...]
    ties: tuple[Tie, ...]


def is_thing(graph: Graph, iri: str) -> bool:
    """Tell whether claims are about an IRI or, if none are, whether it has a label."""
    node = ox.NamedNode(iri)
    ends = " UNION ".join(f"{{ ?claim <{key}> {node} }}" for key, _ in WAYS.values())
    return bool(graph.store.query(f"ASK {{ {{ {node} skos:prefLabel ?name }} UNION {ends} }}"))


def read_thing(graph: Graph, iri: str, most: int = 6) -> Thing:
    """Return what the graph tells of a thing, of each group of facts at most so many."""
    reader, told = ClaimReader(graph.store, graph.ontology), graph.store.properties(iri)
    ties = read_ties(graph, iri)
    label = reader.label(iri)
    kinds = {
        graph.ontology.types[o.value].json_name for o in told.get(RDF + "type", []) if o.value in graph.ontology.types
    }
    names = {o.value for key in (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label") for o in told.get(key, [])}
    return Thing(
        iri=iri,
        label=label,
        types=tuple(sorted(kinds)),
        names=tuple(sorted(names - {label})),
        claims=sum(tie.claims for tie in ties),
        groups=tuple(_group(reader, relation, way, found, most) for (relation, way), found in _by_group(ties)),
        namings=tuple(_namings(graph, iri)),
        apart=tuple(_apart(reader, iri)),
        ties=tuple(ties),
    )


def read_group(graph: Graph, iri: str, relation: str, way: str, start: int, most: int) -> FactGroup:
    """Return a part of the facts of one relation; raises ParameterError if the thing has none of it."""
    reader = ClaimReader(graph.store, graph.ontology)
    for (name, of_way), ties in _by_group(read_ties(graph, iri)):
        if (name, of_way) == (relation, way):
            return _group(reader, name, of_way, ties, most, start)
    raise ParameterError(f"The thing has no facts of {relation!r} ({way!r}); leave relation and way out to see all")


def read_ties(graph: Graph, iri: str) -> list[Tie]:
    """Return the neighbours of a thing by relation and way, those of most claims first."""
    relations = {r.iri: r.json_name for r in graph.ontology.relations.values()}
    claims: dict[tuple[str, Way, str], list[tuple[str, float, str]]] = defaultdict(list)
    for way, (here, there) in WAYS.items():
        rows = graph.store.query(
            "SELECT ?claim ?relation ?other ?modality ?confidence WHERE { "
            f"{{ SELECT ?claim WHERE {{ ?claim <{here}> {ox.NamedNode(iri)} }} }} ?claim rdf:predicate ?relation . "
            f"?claim <{there}> ?other . ?claim lode:modality ?modality . ?claim lode:confidence ?confidence }}"
        )
        for claim, relation, other, modality, confidence in rows:
            if relation.value in relations:
                found = (modality.value, -float(confidence.value), claim.value)
                claims[relations[relation.value], way, other.value].append(found)
    ties = (
        Tie(relation, way, other, len(found), tuple(claim for _, _, claim in nsmallest(_SENTENCES, found)))
        for (relation, way, other), found in claims.items()
    )
    return sorted(ties, key=lambda tie: (-tie.claims, tie.relation, tie.way, tie.other))


def _by_group(ties: Sequence[Tie]) -> list[tuple[tuple[str, Way], list[Tie]]]:
    """Return neighbours by relation and way, out before in before what is only traded, the largest groups first."""
    groups: dict[tuple[str, Way], list[Tie]] = defaultdict(list)
    for tie in ties:
        groups[tie.relation, tie.way].append(tie)
    order = list(WAYS)
    return sorted(groups.items(), key=lambda g: (order.index(g[0][1]), -sum(t.claims for t in g[1]), g[0][0]))


def _group(reader: ClaimReader, relation: str, way: Way, ties: list[Tie], most: int, start: int = 0) -> FactGroup:
    known = reader.ontology.relations[relation]
    facts = tuple(_fact(reader, tie) for tie in ties[start : start + most])
    return FactGroup(relation, known.label, way, facts, len(ties), sum(tie.claims for tie in ties))


def _fact(reader: ClaimReader, tie: Tie) -> Fact:
    claims = tuple(reader.read(claim) for claim in tie.surest)
    return Fact(End(tie.other, reader.label(tie.other), "", reader.type(tie.other)), claims, tie.claims)


def _namings(graph: Graph, iri: str) -> list[Named]:
    rows = graph.store.query(
        "SELECT ?surface ?rule (SUM(?n) AS ?times) (COUNT(DISTINCT ?document) AS ?documents) WHERE { "
        f"?naming lode:names {ox.NamedNode(iri)} ; lode:surface ?surface ; lode:linkingRule ?rule ; lode:times ?n ; "
        f"prov:wasDerivedFrom ?document }} GROUP BY ?surface ?rule ORDER BY DESC(?documents) ?surface ?rule LIMIT {_NAMINGS}"
    )
    return [Named(surface.value, rule.value, int(times.value), int(n.value)) for surface, rule, times, n in rows]


def _apart(reader: ClaimReader, iri: str) -> list[Apart]:
    """Return what a thing is not, though the names are alike."""
    node = ox.NamedNode(iri)
    rows = reader.store.query(
        "SELECT DISTINCT ?other ?why WHERE { "
        f"{{ ?r lode:resolves {node} ; lode:keptApartFrom ?other }} UNION {{ ?r lode:keptApartFrom {node} ; lode:resolves ?other }} "
        "?r rdfs:comment ?why } ORDER BY ?other ?why LIMIT 50"
    )
    return [Apart(other.value, reader.label(other.value), why.value) for other, why in rows]
