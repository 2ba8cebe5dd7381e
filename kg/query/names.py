"""From what a user types to an entity of the graph: labels in any language, close misses, ambiguous names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.errors import UnknownNameError
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.store import GraphStore
from kg.vocab import LODE, RDF, RDFS, SKOS

_CLOSE = 75
_SUGGESTIONS = 5


@dataclass(frozen=True)
class NameIndex:
    """Labels of the entities of a graph, and of what the ontology knows of them."""

    store: GraphStore
    ontology: Ontology

    @cached_property
    def _entities(self) -> frozenset[str]:
        """IRIs that claims are about or that are traded, and what lies above them."""
        keys = (RDF + "subject", RDF + "object", LODE + "commodityEntity", SKOS + "broader")
        return frozenset(e for key in keys for e in self.store.values(key))

    @cached_property
    def _by_label(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for predicate in (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label"):
            for subject, label in self.store.pairs(predicate):
                found[_fold(label)].add(subject)
        base = self.store.base
        for name in self.ontology.names.values():
            if base + name.iri in self._entities:
                for text, _, _ in name.labels:
                    found[_fold(text)].add(base + name.iri)
        return {label: frozenset(iris & self._entities) for label, iris in found.items()}

    def resolve(self, name: str) -> ox.NamedNode:
        """Return the entity that `name` names; raises UnknownNameError, with suggestions or the choice there is.

        An IRI, absolute or relative to the graph's base, names itself.
        """
        for iri in (name, self.store.base + name):
            if iri in self._entities:
                return ox.NamedNode(iri)
        found = self._by_label.get(_fold(name), frozenset())
        if len(found) > 1:
            choice = ", ".join(sorted(iri.removeprefix(self.store.base) for iri in found))
            raise UnknownNameError(f"{name!r} may be {choice}; ask for one of these")
        if not found:
            raise UnknownNameError(f"The graph knows no {name!r}; {self._suggestion(name)}")
        return ox.NamedNode(next(iter(found)))

    def ranked(self) -> list[tuple[str, str, int]]:
        """Return name, type and number of claims of every entity that claims are about, the most spoken of first."""
        reader = ClaimReader(self.store, self.ontology)
        counts = Counter(e for end in ("subject", "object") for e in self.store.values(RDF + end))
        return sorted(
            ((reader.label(iri), reader.type(iri), n) for iri, n in counts.items()), key=lambda row: (-row[2], row[0])
        )

    def _suggestion(self, name: str) -> str:
        labels = [label for label, iris in self._by_label.items() if iris]
        close = process.extract(_fold(name), labels, scorer=fuzz.ratio, limit=_SUGGESTIONS, score_cutoff=_CLOSE)
        if not close:
            return "list what it knows with `kg status --names`"
        return "did you mean " + " or ".join(sorted({self._preferred(label) for label, _, _ in close})) + "?"

    def _preferred(self, label: str) -> str:
        iri = min(self._by_label[label])
        name = self.ontology.names.get(iri.removeprefix(self.store.base))
        return name.label if name else label


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).removeprefix("the ")
