"""Dependencies as the rules derive them from the claims of all documents: who needs whom, and by which claims."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from kg.assertion.terms import decimal, lode, moment, text
from kg.errors import OntologyError, QueryError
from kg.iris import dependency_iri, digest
from kg.ontology import Ontology
from kg.rules import Rule
from kg.store import GraphStore, Triple
from kg.vocab import LODE, PROV, RDF

Described = tuple[ox.NamedNode, list[Triple]]
_Ends = tuple[str, str, str]  # dependent, provider, and what it is about
_TYPE, _DERIVED_FROM = ox.NamedNode(RDF + "type"), ox.NamedNode(PROV + "wasDerivedFrom")
_DEPENDENCY, _RULE, _KIND, _MODALITY = lode("Dependency"), lode("rule"), lode("kind"), lode("modality")
_CONFIDENCE, _TIME = lode("confidence"), lode("time")
_ENDS = (lode("dependent"), lode("provider"), lode("commodityEntity"))
_STAGE, _BOUNDS = lode("stage"), (lode("shareMin"), lode("shareMax"))

# Terms that many edges have.
_node = lru_cache(1 << 16)(ox.NamedNode)
_decimal, _moment = lru_cache(1 << 12)(decimal), lru_cache(1 << 12)(moment)


@dataclass(slots=True)
class _Told:
    """What edges take from one claim."""

    claim: str
    modality: str = ""
    stage: str = ""
    confidence: float = 0.0
    least: float | None = None
    greatest: float | None = None
    times: tuple[str, ...] = ()


def derive(store: GraphStore, rules: Mapping[str, Rule], ontology: Ontology) -> Iterator[Described]:
    """Yield each dependency that the rules find in a graph, with its triples.

    What edges take from claims is read a property at a time, which is some ten times as fast as a claim at a time, and
    held in memory: some 300 bytes a claim, and as much for each row of the rule that is followed. Raises OntologyError
    for a rule that selects something else than claims and entities.
    """
    claims = _read_claims(store)
    types = _Types(store, ontology)
    for rule in rules.values():
        for ends, found in _follow(store, rule, claims, types).items():
            yield from _edges(store.base, rule, ends, [(claims[claim], found[claim]) for claim in sorted(found)])


def basis(rules: Mapping[str, Rule], versions: Mapping[str, str]) -> str:
    """Return a digest of what dependencies follow from besides claims: rules, and versions of program and ontology.

    >>> basis({}, {"ontology": "one"}) == basis({}, {"ontology": "two"})
    False
    """
    return digest({name: rule.query for name, rule in rules.items()}, dict(versions))


def _read_claims(store: GraphStore) -> dict[str, _Told]:
    """Return what edges take from each claim of a graph, by IRI."""
    claims = {claim: _Told(claim) for claim, _ in store.pairs(RDF + "predicate")}

    def told(key: str) -> Iterator[tuple[_Told, str]]:
        """Yield the claims that have a property, with their values; dependencies of an earlier build may have it too."""
        for subject, value in store.pairs(LODE + key):
            if claim := claims.get(subject):
                yield claim, value

    for claim, value in told("modality"):
        claim.modality = sys.intern(value.removeprefix(LODE))
    for claim, value in told("stage"):
        claim.stage = sys.intern(value)
    for claim, value in told("confidence"):
        claim.confidence = float(value)
    for claim, value in told("shareMin"):
        claim.least = float(value)
    for claim, value in told("shareMax"):
        claim.greatest = float(value)
    for claim, value in told("time"):
        claim.times += (sys.intern(value),)
    return claims


@dataclass(frozen=True)
class _Types:
    """Types of entities in JSON spelling, each looked up once."""

    store: GraphStore
    ontology: Ontology
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    def fit(self, entity: str, wanted: frozenset[str]) -> bool:
        """Tell whether an entity is of one of the types that are wanted, or any will do."""
        return not wanted or not wanted.isdisjoint(self._of(entity))

    def _of(self, entity: str) -> frozenset[str]:
        """Return the types that documents give an entity, or those of a known one that no document speaks of."""
        if entity not in self._known:
            types = self.ontology.types
            found = {types[kind].json_name for kind in self.store.types(entity) if kind in types}
            name = self.ontology.names.get(entity.removeprefix(self.store.base))
            self._known[entity] = frozenset(found or ({name.type} if name else ()))
        return self._known[entity]


def _follow(store: GraphStore, rule: Rule, claims: Mapping[str, _Told], types: _Types) -> dict[_Ends, dict[str, bool]]:
    """Return the claims that a rule finds by the ends of their edge, and whether the share of each weighs.

    What is denied and what would depend on itself is left out, whatever the rule selects.
    """
    found: dict[_Ends, dict[str, bool]] = defaultdict(dict)
    for dependent, provider, claim, on, weighs in _rows(store, rule):
        if claim not in claims:
            raise OntologyError(f"{rule.path} selects <{claim}> as a claim, which it is not; mend the query")
        fitting = types.fit(dependent, rule.dependents) and types.fit(provider, rule.providers)
        if fitting and dependent != provider and claims[claim].modality != "negated":
            ends = sys.intern(dependent), sys.intern(provider), sys.intern(on)
            found[ends][claims[claim].claim] = weighs or found[ends].get(claim, False)
    return found


def _rows(store: GraphStore, rule: Rule) -> Iterator[tuple[str, str, str, str, bool]]:
    """Yield what a rule selects: dependent, provider, claim, what it is about ("" for nothing), and if its share weighs."""
    try:
        solutions = store.query(rule.query)
        chosen = {v.value for v in solutions.variables}
        has_on, has_weight = "on" in chosen, "weighs" in chosen
        for row in solutions:
            on = _iri(row["on"], rule) if has_on and row["on"] is not None else ""
            weighs = has_weight and getattr(row["weighs"], "value", "") == "true"
            yield _iri(row["dependent"], rule), _iri(row["provider"], rule), _iri(row["claim"], rule), on, weighs
    except QueryError as error:
        raise OntologyError(f"{rule.path} cannot be followed: {error}") from error


def _iri(term: object, rule: Rule) -> str:
    if not isinstance(term, ox.NamedNode):
        raise OntologyError(f"{rule.path} selects {term} where an entity or a claim is needed; mend the query")
    return term.value


def _edges(base: str, rule: Rule, ends: _Ends, found: Sequence[tuple[_Told, bool]]) -> Iterator[Described]:
    """Yield the edges between two ends: one for each stage and modality that claims have."""
    parts: dict[tuple[str, str], list[tuple[_Told, bool]]] = defaultdict(list)
    for told, weighs in found:
        parts[told.stage, told.modality].append((told, weighs))
    for (stage, modality), part in parts.items():
        dependent, provider, on = (end.removeprefix(base) for end in ends)
        node = ox.NamedNode(base + dependency_iri(rule.name, dependent, provider, on, stage, modality))
        yield node, [(node, *said) for said in _described(rule, ends, part)]


def _described(
    rule: Rule, ends: _Ends, found: Sequence[tuple[_Told, bool]]
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """Yield what is said of the edge that claims of one stage and one modality make."""
    told = [claim for claim, _ in found]
    yield _TYPE, _DEPENDENCY
    yield _RULE, text(rule.name)
    yield _KIND, text(rule.kind)
    yield _MODALITY, _node(LODE + told[0].modality)
    yield _CONFIDENCE, _decimal(max(claim.confidence for claim in told))
    for key, iri in zip((*_ENDS, _STAGE), (*ends, told[0].stage), strict=True):
        if iri:
            yield key, _node(iri)
    for key, bound in zip(_BOUNDS, _bounds([t for t, weighs in found if weighs]), strict=True):
        if bound is not None:
            yield key, _decimal(bound)
    for claim in told:
        yield _DERIVED_FROM, ox.NamedNode(claim.claim)
        for time in claim.times:
            yield _TIME, _moment(time)


def _bounds(told: Sequence[_Told]) -> tuple[float | None, float | None]:
    """Return the strongest lower bound of a share, and the strongest upper bound that does not contradict it."""
    least = max((claim.least for claim in told if claim.least is not None), default=None)
    upper = (claim.greatest for claim in told if claim.greatest is not None)
    return least, min((bound for bound in upper if least is None or bound >= least), default=None)
