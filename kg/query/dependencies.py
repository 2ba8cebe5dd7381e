"""Who depends on whom, as the rules of the ontology derive it from claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.config import ontology_folder
from kg.errors import OntologyError, UnknownNameError
from kg.ontology import Ontology, load_ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.rules import load_rules
from kg.store import DEPENDENCIES, GraphStore, Triple
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

    Takes one pass over the dependencies, however many claims they were derived from.
    """
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in store.contents(DEPENDENCIES):
        told[subject.value][predicate.value].append(value.value)
    wanted = {LODE + modality for modality in include}
    stages = _stages(load_ontology())
    return [_dependency(iri, told[iri], stages) for iri in sorted(told) if told[iri][LODE + "modality"][0] in wanted]


def why(store: GraphStore, ontology: Ontology, edge: str) -> Reason:
    """Return why there is a dependency, whose IRI may be relative to the graph's base, as answers show it.

    Raises UnknownNameError if there is none, OntologyError if its rule is gone.
    """
    for iri in (edge, store.base + edge):
        told: dict[str, list[str]] = defaultdict(list)
        for _, predicate, value in _about(store, iri):
            told[predicate.value].append(value.value)
        if told:
            return _reason(store, ontology, _dependency(iri, told, _stages(ontology)))
    raise UnknownNameError(f"The graph has no dependency {edge!r}; take one that `kg ask exposure NAME` shows")


def _about(store: GraphStore, iri: str) -> Iterator[Triple]:
    """Yield what is said of a dependency; nothing if the IRI is none."""
    try:
        return store.contents(DEPENDENCIES, ox.NamedNode(iri))
    except ValueError:
        return iter(())


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


def _stages(ontology: Ontology) -> dict[str, str]:
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
