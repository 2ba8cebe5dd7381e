"""The dependencies of a network, read only as far as an analysis needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Protocol

import pyoxigraph as ox

from kg.model import MODALITIES
from kg.ontology import Ontology
from kg.query.dependencies import Dependency, read_dependencies, read_dependency, stages_of
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import LODE, PROV

Ends = tuple[str, str]  # who depends, and on whom
_FEW = 2_000  # edges that are looked up in any case
_GOOD_PART = 8  # if more than an eighth of all edges are needed at once, all are read


class Edges(Protocol):
    """Some dependencies, each once; those that are asked for are sorted by IRI."""

    def needed_by(self, dependents: Iterable[str]) -> list[Dependency]:
        """Return what entities depend on."""

    def provided_by(self, providers: Iterable[str]) -> list[Dependency]:
        """Return what depends on entities."""

    def about(self, things: Iterable[str]) -> list[Dependency]:
        """Return by what entities are provided."""

    def between(self, ends: Collection[Ends]) -> list[Dependency]:
        """Return the dependencies between pairs of dependent and provider."""

    def kinds(self) -> Iterator[tuple[str, str, str]]:
        """Yield dependent, provider and kind of all."""

    def confidences(self) -> Iterator[tuple[str, str, float]]:
        """Yield dependent, provider and confidence of all."""

    def claims(self) -> set[str]:
        """Return the IRIs of the claims that all of them come from."""


def as_edges(dependencies: Edges | Iterable[Dependency]) -> Edges:
    """Return dependencies as what analyses read, wherever they are."""
    return ListedEdges(list(dependencies)) if isinstance(dependencies, Iterable) else dependencies


@dataclass(frozen=True)
class ListedEdges:
    """Dependencies in a list."""

    listed: Collection[Dependency]

    def needed_by(self, dependents: Iterable[str]) -> list[Dependency]:
        """Return what entities depend on."""
        return _sorted(e for entity in set(dependents) for e in self._by_dependent.get(entity, ()))

    def provided_by(self, providers: Iterable[str]) -> list[Dependency]:
        """Return what depends on entities."""
        return _sorted(e for entity in set(providers) for e in self._by_provider.get(entity, ()))

    def about(self, things: Iterable[str]) -> list[Dependency]:
        """Return by what entities are provided."""
        wanted = set(things)
        return _sorted(e for e in self.listed if e.on in wanted)

    def between(self, ends: Collection[Ends]) -> list[Dependency]:
        """Return the dependencies between pairs of dependent and provider."""
        return _sorted(e for e in self.listed if (e.dependent, e.provider) in ends)

    def kinds(self) -> Iterator[tuple[str, str, str]]:
        """Yield dependent, provider and kind of all."""
        return ((e.dependent, e.provider, e.kind) for e in self.listed)

    def confidences(self) -> Iterator[tuple[str, str, float]]:
        """Yield dependent, provider and confidence of all."""
        return ((e.dependent, e.provider, e.confidence) for e in self.listed)

    def claims(self) -> set[str]:
        """Return the IRIs of the claims that all of them come from."""
        return {claim for edge in self.listed for claim in edge.claims}

    @cached_property
    def _by_dependent(self) -> dict[str, list[Dependency]]:
        return _grouped(self.listed, "dependent")

    @cached_property
    def _by_provider(self) -> dict[str, list[Dependency]]:
        return _grouped(self.listed, "provider")


@dataclass(frozen=True)
class StoredEdges:
    """The dependencies of a graph, those of the modalities `include`; nothing is read before it is asked for.

    What is asked for by entity takes time with the number of edges found. If these are a good part of the graph, all are
    read instead, in one pass, which is faster than to look them up, and kept. The rest takes a pass over a few properties.
    """

    store: GraphStore
    ontology: Ontology
    include: Collection[str] = ("asserted",)

    def needed_by(self, dependents: Iterable[str]) -> list[Dependency]:
        """Return what entities depend on."""
        wanted = set(dependents)
        near = self._near("dependent", wanted)
        return self._all.needed_by(wanted) if near is None else near

    def provided_by(self, providers: Iterable[str]) -> list[Dependency]:
        """Return what depends on entities."""
        wanted = set(providers)
        near = self._near("provider", wanted)
        return self._all.provided_by(wanted) if near is None else near

    def about(self, things: Iterable[str]) -> list[Dependency]:
        """Return by what entities are provided."""
        wanted = set(things)
        near = self._near("commodityEntity", wanted)
        return self._all.about(wanted) if near is None else near

    def between(self, ends: Collection[Ends]) -> list[Dependency]:
        """Return the dependencies between pairs of dependent and provider."""
        pairs = " ".join(
            f"({ox.NamedNode(dependent)} {ox.NamedNode(provider)})" for dependent, provider in sorted(ends)
        )
        values = f"VALUES (?dependent ?provider) {{ {pairs} }}"
        edge = "?edge lode:dependent ?dependent ; lode:provider ?provider"
        found = self.store.query(f"SELECT ?edge {{ {values} GRAPH lode:dependencies {{ {edge} }} }}")
        return self._read({row["edge"].value for row in found})

    def kinds(self) -> Iterator[tuple[str, str, str]]:
        """Yield dependent, provider and kind of all."""
        return self._links("kind")

    def confidences(self) -> Iterator[tuple[str, str, float]]:
        """Yield dependent, provider and confidence of all."""
        return ((dependent, provider, float(text)) for dependent, provider, text in self._links("confidence"))

    def claims(self) -> set[str]:
        """Return the IRIs of the claims that all of them come from."""
        left_out = self._left_out()
        pairs = self.store.pairs(PROV + "wasDerivedFrom", DEPENDENCIES)
        return {claim for edge, claim in pairs if edge not in left_out}

    def _near(self, key: str, values: Iterable[str]) -> list[Dependency] | None:
        """Return the edges of which a property has one of some values; None if all of the graph are to be read."""
        if "_all" in self.__dict__:
            return None
        found = {edge for value in values for edge in self.store.subjects(LODE + key, value, DEPENDENCIES)}
        if len(found) > _FEW and len(found) * _GOOD_PART > self._size:
            return None
        return self._read(found)

    @cached_property
    def _all(self) -> ListedEdges:
        return ListedEdges(read_dependencies(self.store, self.include))

    @cached_property
    def _size(self) -> int:
        """The number of all edges, whatever their modality."""
        (row,) = self.store.query("SELECT (COUNT(*) AS ?n) { GRAPH lode:dependencies { ?edge a lode:Dependency } }")
        return int(row["n"].value)

    def _read(self, edges: Iterable[str]) -> list[Dependency]:
        read = (read_dependency(self.store, edge, self._stages) for edge in edges)
        return _sorted(edge for edge in read if edge and edge.modality in self.include)

    def _links(self, key: str) -> Iterator[tuple[str, str, str]]:
        """Yield dependent, provider and a property of all edges; equal values are one in memory."""
        left_out, known = self._left_out(), dict[str, str]()
        places: dict[str, int] = {}
        dependents: list[str] = []
        for edge, dependent in self.store.pairs(LODE + "dependent", DEPENDENCIES):
            if edge not in left_out:
                places[edge] = len(dependents)
                dependents.append(known.setdefault(dependent, dependent))
        values = [""] * len(dependents)
        for edge, value in self.store.pairs(LODE + key, DEPENDENCIES):
            if edge in places:
                values[places[edge]] = known.setdefault(value, value)
        for edge, provider in self.store.pairs(LODE + "provider", DEPENDENCIES):
            if edge in places:
                place = places[edge]
                yield dependents[place], known.setdefault(provider, provider), values[place]

    def _left_out(self) -> set[str]:
        """Return the IRIs of the edges of other modalities."""
        others = (modality for modality in MODALITIES if modality not in self.include)
        return {edge for m in others for edge in self.store.subjects(LODE + "modality", LODE + m, DEPENDENCIES)}

    @cached_property
    def _stages(self) -> dict[str, str]:
        return stages_of(self.ontology)


def _grouped(edges: Iterable[Dependency], key: str) -> dict[str, list[Dependency]]:
    found: dict[str, list[Dependency]] = defaultdict(list)
    for edge in edges:
        found[getattr(edge, key)].append(edge)
    return found


def _sorted(edges: Iterable[Dependency]) -> list[Dependency]:
    return sorted(edges, key=attrgetter("iri"))
