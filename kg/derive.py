"""Dependencies as the rules derive them from the claims of all documents: who needs whom, and by which claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from kg.assertion.terms import lode, text
from kg.errors import OntologyError, QueryError
from kg.iris import dependency_iri
from kg.model import MODALITIES
from kg.ontology import Ontology
from kg.rules import Rule
from kg.store import GraphStore, Triple
from kg.vocab import LODE, PROV, RDF

Described = tuple[ox.NamedNode, list[Triple]]
_TYPE, _DERIVED_FROM = ox.NamedNode(RDF + "type"), ox.NamedNode(PROV + "wasDerivedFrom")
_HELD = frozenset(MODALITIES) - {"negated"}
_Ends = tuple[str, str, str]  # dependent, provider, and what it is about


@dataclass(frozen=True, slots=True)
class _Told:
    """What an edge takes from one claim; the bounds of its share only if the rule lets it weigh."""

    claim: str
    stage: str
    modality: str
    confidence: ox.Literal
    least: tuple[ox.Literal, ...]
    greatest: tuple[ox.Literal, ...]
    times: tuple[ox.Literal, ...]


def derive(store: GraphStore, rules: Mapping[str, Rule], ontology: Ontology) -> Iterator[Described]:
    """Yield each dependency that the rules find in a graph, with its triples.

    The claims of one rule are grouped in memory, some hundred bytes each. Raises OntologyError for a rule that selects
    something else than claims and entities.
    """
    types = _Types(store, ontology)
    for rule in rules.values():
        for ends, claims in _found(store, rule, types).items():
            yield from _edges(store, rule, ends, claims)


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
        if entity not in self._known:
            kinds = (o.value for o in self.store.properties(entity).get(RDF + "type", ()))
            types = self.ontology.types
            self._known[entity] = frozenset(types[kind].json_name for kind in kinds if kind in types)
        return self._known[entity]


def _found(store: GraphStore, rule: Rule, types: _Types) -> dict[_Ends, dict[str, bool]]:
    """Return the claims that a rule finds by the ends of their edge, and whether the share of each weighs."""
    found: dict[_Ends, dict[str, bool]] = defaultdict(dict)
    same: dict[str, str] = {}  # one string an entity, however many claims are about it
    try:
        solutions = store.query(rule.query)
        optional = {v.value for v in solutions.variables} & {"on", "weighs"}
        for row in solutions:
            dependent, provider, claim = (_iri(row[key], rule) for key in ("dependent", "provider", "claim"))
            on = row["on"].value if "on" in optional and row["on"] is not None else ""
            weighs = "weighs" in optional and row["weighs"] is not None and row["weighs"].value == "true"
            if dependent == provider or not (
                types.fit(dependent, rule.dependents) and types.fit(provider, rule.providers)
            ):
                continue
            ends = (same.setdefault(dependent, dependent), same.setdefault(provider, provider), same.setdefault(on, on))
            found[ends][claim] = weighs or found[ends].get(claim, False)
    except QueryError as error:
        raise OntologyError(f"{rule.path} cannot be followed: {error}") from error
    return found


def _iri(term: object, rule: Rule) -> str:
    if not isinstance(term, ox.NamedNode):
        raise OntologyError(f"{rule.path} selects {term} where an entity or a claim is needed; mend the query")
    return str(term.value)


def _edges(store: GraphStore, rule: Rule, ends: _Ends, claims: Mapping[str, bool]) -> Iterator[Described]:
    """Yield the edges between two ends: one for each stage and modality that claims have."""
    told: dict[tuple[str, str], list[_Told]] = defaultdict(list)
    for claim in sorted(claims):
        said = _read(store, rule, claim, claims[claim])
        if said.modality in _HELD:
            told[said.stage, said.modality].append(said)
    for (stage, modality), said_so in told.items():
        parts = [*(end.removeprefix(store.base) for end in ends), stage, modality]
        node = ox.NamedNode(store.base + dependency_iri(rule.name, *parts))
        yield node, [(node, predicate, value) for predicate, value in _described(rule, ends, said_so)]


def _read(store: GraphStore, rule: Rule, claim: str, weighs: bool) -> _Told:
    found = store.properties(claim)
    if RDF + "predicate" not in found:
        raise OntologyError(f"{rule.path} selects <{claim}> as a claim, which it is not; mend the query")

    def literals(key: str) -> tuple[ox.Literal, ...]:
        return tuple(term for term in found.get(LODE + key, ()) if isinstance(term, ox.Literal))

    return _Told(
        claim=claim,
        stage=next((term.value for term in found.get(LODE + "stage", ())), ""),
        modality=found[LODE + "modality"][0].value.removeprefix(LODE),
        confidence=literals("confidence")[0],
        least=literals("shareMin") if weighs else (),
        greatest=literals("shareMax") if weighs else (),
        times=literals("time"),
    )


def _described(
    rule: Rule, ends: _Ends, told: Sequence[_Told]
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """Yield what is said of the edge that claims of one stage and one modality make."""
    dependent, provider, on = ends
    yield _TYPE, lode("Dependency")
    yield lode("rule"), text(rule.name)
    yield lode("kind"), text(rule.kind)
    yield lode("dependent"), ox.NamedNode(dependent)
    yield lode("provider"), ox.NamedNode(provider)
    yield lode("modality"), lode(told[0].modality)
    yield lode("confidence"), max((t.confidence for t in told), key=_number)
    if on:
        yield lode("commodityEntity"), ox.NamedNode(on)
    if told[0].stage:
        yield lode("stage"), ox.NamedNode(told[0].stage)
    least, greatest = _bounds(told)
    if least is not None:
        yield lode("shareMin"), least
    if greatest is not None:
        yield lode("shareMax"), greatest
    for t in told:
        yield _DERIVED_FROM, ox.NamedNode(t.claim)
        for time in t.times:
            yield lode("time"), time


def _bounds(told: Iterable[_Told]) -> tuple[ox.Literal | None, ox.Literal | None]:
    """Return the strongest lower bound of a share, and the strongest upper bound that does not contradict it."""
    told = list(told)
    least = max((bound for t in told for bound in t.least), key=_number, default=None)
    upper = (bound for t in told for bound in t.greatest if least is None or _number(bound) >= _number(least))
    return least, min(upper, key=_number, default=None)


def _number(literal: ox.Literal) -> Decimal:
    return Decimal(literal.value)
