"""Who depends on whom, as the rules of the ontology derive it from claims."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.config import ontology_folder
from kg.errors import OntologyError, UnknownNameError
from kg.ontology import Ontology, load_ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.rules import load_rules
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import LODE, PROV


@dataclass(frozen=True, slots=True)
class Dependency:
    """`dependent` needs `provider`, by a rule of some kind, for what it is about (`on`, "" if nothing is named).

    Shares lie between 0 and 1: the strongest bounds that its claims give. `claims` are IRIs, at least one.
    """

    iri: str
    rule: str
    kind: str
    dependent: str
    provider: str
    on: str
    stage: str
    share_min: float | None
    share_max: float | None
    modality: str
    confidence: float
    times: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is a dependency: its rule in words with the names of both ends, and the claims that it rests on."""

    dependency: Dependency
    sentence: str
    claims: tuple[StoredClaim, ...]


def read_dependencies(store: GraphStore, include: Collection[str] = ("asserted",)) -> list[Dependency]:
    """Return the dependencies of a graph by IRI, those of the modalities `include` (asserted, planned, possible).

    They are read a property at a time, each in one pass, and take some 600 bytes each. What is needed of only some of
    them is read by `kg.query.edges`.
    """
    modality = {
        iri: modality
        for modality in set(include)
        for iri in store.subjects(LODE + "modality", LODE + modality, DEPENDENCIES)
    }
    iris = sorted(modality)
    columns = _Columns(store, {iri: place for place, iri in enumerate(iris)})
    stages = stages_of(load_ontology())
    lists: tuple[list[Any], ...] = (
        *(columns.read(LODE + key) for key in ("rule", "kind", "dependent", "provider", "commodityEntity")),
        [stages.get(stage, stage) for stage in columns.read(LODE + "stage")],
        *(columns.numbers(LODE + key) for key in ("shareMin", "shareMax")),
        [modality[iri] for iri in iris],
        columns.numbers(LODE + "confidence"),
        *(columns.lists(key) for key in (LODE + "time", PROV + "wasDerivedFrom")),
    )
    return [Dependency(*values) for values in zip(iris, *lists, strict=True)]


def read_dependency(store: GraphStore, iri: str, stages: Mapping[str, str]) -> Dependency | None:
    """Return the dependency with an IRI, None if there is none; `stages` names stages by IRI."""
    try:
        told = store.told(DEPENDENCIES, ox.NamedNode(iri))
    except ValueError:  # it is no IRI
        return None
    return _dependency(iri, told, stages) if told else None


@dataclass(frozen=True)
class _Columns:
    """Reads a property of all dependencies that have a place, in the order of these; equal values are one in memory."""

    store: GraphStore
    places: Mapping[str, int]

    def read(self, key: str) -> list[str]:
        """Return the value of each, "" for none."""
        found, known = [""] * len(self.places), dict[str, str]()
        for place, value in self._told(key):
            found[place] = known.setdefault(value, value)
        return found

    def numbers(self, key: str) -> list[float | None]:
        """Return the number of each, None for none."""
        texts = self.read(key)
        known = {text: float(text) for text in set(texts) - {""}}
        return [known.get(text) for text in texts]

    def lists(self, key: str) -> list[tuple[str, ...]]:
        """Return the values of each, sorted."""
        found: list[tuple[str, ...]] = [()] * len(self.places)
        known: dict[str, str] = {}
        for place, value in self._told(key):
            found[place] += (known.setdefault(value, value),)
        return [values if len(values) < 2 else tuple(sorted(values)) for values in found]

    def _told(self, key: str) -> Iterator[tuple[int, str]]:
        for iri, value in self.store.pairs(key, DEPENDENCIES):
            if (place := self.places.get(iri)) is not None:
                yield place, value


def why(store: GraphStore, ontology: Ontology, edge: str) -> Reason:
    """Return why there is a dependency, whose IRI may be relative to the graph's base, as answers show it.

    Raises UnknownNameError if there is none, OntologyError if its rule is gone.
    """
    stages = stages_of(ontology)
    for iri in (edge, store.base + edge):
        if found := read_dependency(store, iri, stages):
            return _reason(store, ontology, found)
    raise UnknownNameError(f"The graph has no dependency {edge!r}; take one that `kg ask exposure NAME` shows")


def _reason(store: GraphStore, ontology: Ontology, found: Dependency) -> Reason:
    rules = load_rules(ontology)
    if found.rule not in rules:
        raise OntologyError(
            f"{ontology_folder() / 'rules'} has no rule {found.rule}, which the graph was built with; "
            "put it back or build the graph again"
        )
    reader = ClaimReader(store, ontology)
    labels = {"dependent": reader.label(found.dependent), "provider": reader.label(found.provider)}
    labels |= {"on": reader.label(found.on)} if found.on else {}
    labels |= {"stage": found.stage} if found.stage else {}
    claims = sorted(map(reader.read, found.claims), key=lambda c: (c.source.name, c.start, c.end, c.iri))
    sentence = rules[found.rule].fill(labels)
    return Reason(found, sentence if found.modality == "asserted" else f"{sentence} ({found.modality})", tuple(claims))


def stages_of(ontology: Ontology) -> dict[str, str]:
    """Return the names of stages, by IRI."""
    return {iri: stage for stage, iri in ontology.stages.items()}


def _dependency(iri: str, told: Mapping[str, list[str]], stages: Mapping[str, str]) -> Dependency:
    def one(key: str) -> str:
        return told[LODE + key][0] if LODE + key in told else ""

    def number(key: str) -> float | None:
        return float(one(key)) if one(key) else None

    return Dependency(
        iri=iri,
        rule=one("rule"),
        kind=one("kind"),
        dependent=one("dependent"),
        provider=one("provider"),
        on=one("commodityEntity"),
        stage=stages.get(one("stage"), one("stage")),
        share_min=number("shareMin"),
        share_max=number("shareMax"),
        modality=one("modality").removeprefix(LODE),
        confidence=float(one("confidence")),
        times=tuple(sorted(told.get(LODE + "time", ()))),
        claims=tuple(sorted(told[PROV + "wasDerivedFrom"])),
    )
