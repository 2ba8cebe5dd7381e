"""What lies within what: places in countries, bodies in states, companies in their parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.ontology import Ontology
from kg.store import GraphStore


@dataclass(frozen=True)
class Parts:
    """Looks up of what an entity is part, in the names of the ontology and in what the graph asserts.

    `words` is the table `parts` of ontology/conflicts.toml.
    """

    store: GraphStore
    ontology: Ontology
    words: Mapping[str, Sequence[str]]
    _places: dict[str, frozenset[str]] = field(default_factory=dict)
    _wholes: dict[str, frozenset[str]] = field(default_factory=dict)

    def places(self, iri: str) -> frozenset[str]:
        """Return an entity and every place that it lies in."""
        if iri not in self._places:
            self._places[iri] = self._above(iri, places=True)
        return self._places[iri]

    def wholes(self, iri: str) -> frozenset[str]:
        """Return an entity and all that owns it or that it is a body of."""
        if iri not in self._wholes:
            self._wholes[iri] = self._above(iri, places=False)
        return self._wholes[iri]

    def country(self, iri: str) -> str:
        """Return the one country that an entity is or lies in, "" if none or several are known."""
        found = [place for place in self.places(iri) if place.startswith(self._countries)]
        return found[0] if len(found) == 1 else ""

    @property
    def _countries(self) -> str:
        return f"{self.store.base}{self.ontology.segments['country']}/"

    def _above(self, iri: str, places: bool) -> frozenset[str]:
        found: set[str] = set()
        todo = [iri]
        while todo:
            entity = todo.pop()
            if entity not in found:
                found.add(entity)
                todo += self._next_places(entity) if places else self._next_wholes(entity)
        return frozenset(found)

    def _next_places(self, iri: str) -> Iterator[str]:
        """Yield where a place lies; what articles say is only asked where the ontology is silent."""
        name = self.ontology.names.get(iri.removeprefix(self.store.base))
        if name and name.place:
            yield self.store.base + name.place
        elif not iri.startswith(self._countries):
            relations = " ".join(f"<{self.ontology.relations[r].iri}>" for r in self.words["in_object"])
            query = f"SELECT DISTINCT ?place WHERE {{ VALUES ?in {{ {relations} }} {ox.NamedNode(iri)} ?in ?place }}"
            yield from sorted(solution["place"].value for solution in self.store.query(query))

    def _next_wholes(self, iri: str) -> Iterator[str]:
        name = self.ontology.names.get(iri.removeprefix(self.store.base))
        if name and name.place and name.type in self.words["types"]:
            yield self.store.base + name.place
        for relation in self.words["in_subject"]:
            yield from self.store.subjects(self.ontology.relations[relation].iri, iri)
