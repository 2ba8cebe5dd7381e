"""The same graph in rdflib: what Oxigraph does for kg.store, rdflib does in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.store import DEPENDENCIES

_MERGED = ox.DefaultGraph()
_NO_VALUES = re.compile(r"VALUES (\?\w+|\([^()]*\)) \{\s*\}")


class RdflibStore:
    """Takes the place of an `ox.Store` for reading: an `rdflib.Dataset` in memory, of the merged graph and the dependencies.

    Each term is made once, in both forms, while the graph is read; later, terms are looked up in a dict.
    """

    def __init__(self, store: ox.Store) -> None:
        self._to_rdflib: dict[Any, Any] = {}
        self._from_rdflib: dict[Any, Any] = {}
        self._dataset = rdflib.Dataset()
        named = self._dataset.graph(rdflib.URIRef(DEPENDENCIES.value))
        self._graphs = {_MERGED: self._dataset.default_graph, DEPENDENCIES: named}
        for name, graph in self._graphs.items():
            for quad in store.quads_for_pattern(None, None, None, name):
                graph.add((self._term(quad.subject), self._term(quad.predicate), self._term(quad.object)))

    def _term(self, term: Any) -> Any:
        """Return the term of rdflib that means the same."""
        if term not in self._to_rdflib:
            made = _literal(term) if isinstance(term, ox.Literal) else rdflib.URIRef(term.value)
            self._to_rdflib[term], self._from_rdflib[made] = made, term
        return self._to_rdflib[term]

    def quads_for_pattern(self, subject: Any, predicate: Any, value: Any, graph: Any = _MERGED) -> Iterator[ox.Quad]:
        """Yield the quads of a pattern."""
        asked = tuple(None if term is None else self._term(term) for term in (subject, predicate, value))
        known = self._from_rdflib
        for found in self._graphs[graph].triples(asked):
            yield ox.Quad(*(known[term] for term in found), graph)

    def query(self, query: str, prefixes: Mapping[str, str] | None = None) -> Any:
        """Run a query, and read the results as SPARQL's JSON.

        Its order is left out, since rdflib fails to sort what has no value; and so is a query about no values at all.
        """
        if _NO_VALUES.search(query):
            return ox.parse_query_results('{"head":{"vars":[]},"results":{"bindings":[]}}', ox.QueryResultsFormat.JSON)
        found = self._dataset.query(query.rsplit("\nORDER BY", 1)[0], initNs=dict(prefixes or {}))
        return ox.parse_query_results(found.serialize(format="json") or b"", ox.QueryResultsFormat.JSON)


def _literal(term: ox.Literal) -> rdflib.Literal:
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
