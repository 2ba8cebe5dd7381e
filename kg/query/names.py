"""From what a user types to an entity of the graph: labels in any language, close misses, ambiguous names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.errors import EmptyGraphError, UnknownNameError
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.store import GraphStore
from kg.vocab import LODE, RDF, RDFS, SCHEMA, SKOS

_CLOSE = 75
_SUGGESTIONS = 5
_NAMED = (RDF + "subject", RDF + "object", LODE + "commodityEntity", SKOS + "broader", SCHEMA + "containedInPlace")
_LABELS = (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")


@dataclass(frozen=True)
class NameIndex:
    """The names of what a graph speaks of: those that its documents use, and what the ontology knows besides.

    A name that is spelled as the graph or the ontology spells it is looked up; only for another spelling, or for none
    at all, are the labels of the graph read through, and for what they fit it is asked whether the graph speaks of it.
    `whole` is the graph that `store` is a part of, if it is one: a name stays known where nothing is said of it.
    """

    store: GraphStore
    ontology: Ontology
    whole: GraphStore | None = None

    @property
    def _graph(self) -> GraphStore:
        return self.whole or self.store

    @property
    def is_empty(self) -> bool:
        """Whether the graph that names are looked up in holds no claims."""
        return not self._graph.query("ASK { ?claim a lode:Claim }")

    def resolve(self, name: str) -> ox.NamedNode:
        """Return the entity that `name` names; raises UnknownNameError, with suggestions or the choice there is.

        An IRI, absolute or relative to the graph's base, names itself. Raises EmptyGraphError if nothing has a name.
        """
        for iri in (name, self._graph.base + name):
            if self._speaks_of(iri):
                return ox.NamedNode(iri)
        found = self._known(name) | self._spelled(name) or self._labelled(_fold(name))
        if len(found) > 1:
            raise UnknownNameError(f"{name!r} may be {self._choice(found)}; ask for one of these")
        if not found:
            raise self._unknown(name)
        return ox.NamedNode(next(iter(found)))

    def ranked(self) -> list[tuple[str, str, int]]:
        """Return name, type and number of claims of every entity that claims are about, the most spoken of first."""
        reader = ClaimReader(self.store, self.ontology)
        counts = Counter(e for end in ("subject", "object") for e in self.store.values(RDF + end))
        return sorted(
            ((reader.label(iri), reader.type(iri), n) for iri, n in counts.items()), key=lambda row: (-row[2], row[0])
        )

    def _known(self, name: str) -> frozenset[str]:
        """Return what the ontology gives a name to, as far as the graph speaks of it."""
        return frozenset(iri for iri in self._in_ontology.get(_fold(name), ()) if self._speaks_of(iri))

    def _spelled(self, name: str) -> frozenset[str]:
        """Return what documents give exactly this name, in English, as they do all names that the ontology lacks."""
        try:
            label = ox.Literal(name, language="en")
        except ValueError:  # half a character, which no graph holds
            return frozenset()
        patterns = " UNION ".join(f"{{ ?entity <{predicate}> {label} }}" for predicate in _LABELS)
        found = self._graph.query(f"SELECT DISTINCT ?entity WHERE {{ {patterns} }}")
        return frozenset(iri for row in found if self._speaks_of(iri := row["entity"].value))

    def _speaks_of(self, iri: str) -> bool:
        """Tell whether claims are about an entity, or about what lies below it, or whether it is traded."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        patterns = " UNION ".join(f"{{ ?any <{predicate}> {node} }}" for predicate in _NAMED)
        return bool(self._graph.query(f"ASK {{ {patterns} }}"))

    @cached_property
    def _in_ontology(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.ontology.names.values():
            for label in {_fold(text) for text, _, _ in name.labels}:
                found[label].append(self._graph.base + name.iri)
        return found

    def _labelled(self, label: str) -> frozenset[str]:
        """Return what has a label, however that is spelled, as far as the graph speaks of it."""
        return frozenset(iri for iri in self._by_label.get(label, ()) if self._speaks_of(iri))

    @cached_property
    def _by_label(self) -> Mapping[str, set[str]]:
        """Whatever has a label in the graph or in the ontology, whether the graph speaks of it or not."""
        found: dict[str, set[str]] = defaultdict(set)
        for label, iri in self._labels():
            found[label].add(iri)
        return found

    def _labels(self) -> Iterator[tuple[str, str]]:
        for predicate in _LABELS:
            for iri, text in self._graph.pairs(predicate):
                yield _fold(text), iri
        for label, iris in self._in_ontology.items():
            for iri in iris:
                yield label, iri

    def _choice(self, iris: Iterable[str]) -> str:
        """Return the relative IRIs of entities, by which each can be asked for, with their names and types."""
        reader, base = ClaimReader(self._graph, self.ontology), self._graph.base
        return ", ".join(
            f"{iri.removeprefix(base)} ({reader.label(iri)}, {reader.type(iri).replace('_', ' ')})"
            for iri in sorted(iris)
        )

    def _unknown(self, name: str) -> UnknownNameError | EmptyGraphError:
        if self.is_empty:
            return EmptyGraphError(
                f"{self._graph.folder} holds no claims; read articles into it with `kg build PATH --graph {self._graph.folder}`"
            )
        similar = process.extract(_fold(name), list(self._by_label), scorer=fuzz.ratio, limit=None, score_cutoff=_CLOSE)
        spoken_of = (label for label, _, _ in similar if self._labelled(label))
        meant = {self._preferred(label) for label in islice(spoken_of, _SUGGESTIONS)}
        if not meant:
            return UnknownNameError(f"The graph knows no {name!r}; list what it knows with `kg status --names`")
        return UnknownNameError(f"The graph knows no {name!r}; did you mean {' or '.join(sorted(meant))}?")

    def _preferred(self, label: str) -> str:
        iri = min(self._labelled(label))
        name = self.ontology.names.get(iri.removeprefix(self._graph.base))
        return name.label if name else label


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).removeprefix("the ")
