"""Look things up in named graphs, and in the default graph, which holds all of them merged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

import pyoxigraph as ox

from kg.errors import QueryError
from kg.store.terms import INTERNAL, MERGED, Triple, triple_of
from kg.vocab import RDF, RDFS, prefixes


class Graphs:
    """Named graphs that are read."""

    base = ""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def _match(
        self,
        subject: ox.NamedNode | None = None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.Literal | None = None,
        graph: ox.NamedNode | ox.DefaultGraph = MERGED,
    ) -> Iterator[Triple]:
        """Yield the triples of a pattern."""
        return map(triple_of, self._store.quads_for_pattern(subject, predicate, value, graph))

    def graphs(self) -> list[ox.NamedNode]:
        """Return the named graphs that are published, sorted: one a document, those of entities, resolutions, dependencies."""
        named = (g for g in self._store.named_graphs() if isinstance(g, ox.NamedNode) and g not in INTERNAL)
        return sorted((g for g in named if next(self._match(graph=g), None)), key=str)  # an emptied one is still named

    def contents(self, graph: ox.NamedNode, subject: ox.NamedNode | None = None) -> Iterator[Triple]:
        """Yield the triples of a named graph, or those about a subject."""
        return self._match(subject=subject, graph=graph)

    def told(self, graph: ox.NamedNode, subject: ox.NamedNode) -> dict[str, list[str]]:
        """Return what a named graph tells of a subject: values by predicate."""
        found: dict[str, list[str]] = defaultdict(list)
        for _, predicate, value in self._match(subject, graph=graph):
            found[predicate.value].append(value.value)
        return found

    def instances(self, kind: str) -> list[str]:
        """Return the IRIs of all instances of a class, sorted."""
        return sorted(self.subjects(RDF + "type", kind))

    def subjects(self, predicate: str, obj: str, graph: ox.NamedNode | ox.DefaultGraph = MERGED) -> list[str]:
        """Return the IRIs of which a graph, by default the merged one, says that `predicate` is `obj`."""
        found = self._match(predicate=ox.NamedNode(predicate), value=ox.NamedNode(obj), graph=graph)
        return [subject.value for subject, _, _ in found]

    def pairs(self, predicate: str, graph: ox.NamedNode | ox.DefaultGraph = MERGED) -> Iterator[tuple[str, str]]:
        """Yield the subjects and values of a property in a graph, by default the merged one.

        A query returns these two alone, which takes less time than whole quads.
        """
        told = f"?subject {ox.NamedNode(predicate)} ?value"
        pattern = told if graph == MERGED else f"GRAPH {graph} {{ {told} }}"
        solutions = cast(ox.QuerySolutions, self._store.query(f"SELECT ?subject ?value {{ {pattern} }}"))
        for subject, value in solutions:
            yield subject.value, value.value

    def values(self, predicate: str) -> list[str]:
        """Return the values of a property in the merged graph, one for each triple."""
        return [value for _, value in self.pairs(predicate)]

    def properties(self, subject: str) -> dict[str, list[ox.NamedNode | ox.Literal]]:
        """Return what the merged graph says of a subject, by predicate."""
        found: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for _, predicate, value in self._match(subject=ox.NamedNode(subject)):
            found[predicate.value].append(value)
        return found

    def objects(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        """Return the values of a property of a subject in the merged graph."""
        return [value for _, _, value in self._match(ox.NamedNode(subject), ox.NamedNode(predicate))]

    def types(self, subject: str) -> list[str]:
        """Return the classes of which the merged graph says that a subject is an instance, sorted."""
        return sorted(kind.value for kind in self.objects(subject, RDF + "type"))

    def labels(self) -> dict[str, list[str]]:
        """Return the labels that documents give each entity, by IRI."""
        found: dict[str, list[str]] = defaultdict(list)
        for subject, label in self.pairs(RDFS + "label"):
            found[subject].append(label)
        return found

    def query(self, sparql: str, *, published: bool = False) -> Any:
        """Run a SPARQL query over the merged graph, its prefixes known; raises QueryError.

        If only what is `published` may be met, `GRAPH ?g` does not lead to the graphs in which the program keeps its notes;
        to tell which these are takes time of the number of documents.
        """
        options: dict[str, Any] = {"named_graphs": self.graphs()} if published and _names_graphs(sparql) else {}
        try:
            return self._store.query(sparql, prefixes=prefixes(self.base), **options)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            reason = " ".join(str(error).split()).split(": expected one of")[0]
            raise QueryError(f"The query cannot be run: {reason}; mend it there and try again") from error

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the quads of all named graphs that are published, graph after graph, sorted."""
        for graph in self.graphs():
            quads = self._store.quads_for_pattern(None, None, None, graph)
            yield from sorted(quads, key=lambda q: (str(q.subject), str(q.predicate), str(q.object)))

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the triples of the merged graph, sorted."""
        quads = self._store.quads_for_pattern(None, None, None, MERGED)
        yield from (q.triple for q in sorted(quads, key=lambda q: (str(q.subject), str(q.predicate), str(q.object))))


def _names_graphs(sparql: str) -> bool:
    """Tell whether a query may look into any named graph: it has GRAPH, and no FROM that says into which."""
    return "graph" in sparql.lower() and not re.search(r"\bfrom\b", sparql, re.IGNORECASE)
