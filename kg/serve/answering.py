"""What a worker answers to a query or to the request for a graph: a whole result within its limits, or an error."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.errors import LodestoneError, QueryError
from kg.query.sparql import Result, check_query, serialize
from kg.serve.formats import GRAPHS, RESULTS
from kg.serve.hiding import hide_graphs
from kg.serve.replies import Reply, refuse
from kg.store import GraphStore
from kg.vocab import prefixes

_CSV = "text/csv"
# What each row has at least once: what is counted first, since it may stand in a value, too.
_ROW = {
    ox.QueryResultsFormat.JSON: b"},{",
    ox.QueryResultsFormat.XML: b"<result>",
    ox.QueryResultsFormat.CSV: b"\r\n",
    ox.QueryResultsFormat.TSV: b"\n",
}


@dataclass(frozen=True)
class Published:
    """A graph as strangers may see it, without `hidden` graphs (IRIs); limits of a result are rows or triples, and bytes."""

    store: GraphStore
    hidden: frozenset[str]
    max_rows: int
    max_result: int

    def __contains__(self, graph: object) -> bool:
        """Tell whether there is a named graph of that IRI."""
        try:
            return graph not in self.hidden and self.engine.contains_named_graph(ox.NamedNode(str(graph)))
        except ValueError:
            return False

    @cached_property
    def named(self) -> list[ox.NamedNode]:
        """The named graphs that are published."""
        return self.store.graphs()

    @property
    def engine(self) -> ox.Store:
        """Oxigraph's store, which can be asked about a part of its graphs."""
        return self.store._store

    def answer(self, job: Mapping[str, Any]) -> Reply:
        """Answer a job: a `query`, or the content of a `graph`."""
        try:
            return self._query(job) if job["do"] == "query" else self._graph(job)
        except LodestoneError as error:
            return refuse(400, str(error))
        except _TooLargeError:
            return refuse(422, self._too_large())
        except (MemoryError, RecursionError):
            return refuse(422, "The query takes more memory than it is given; simplify it or ask for less")

    def _query(self, job: Mapping[str, Any]) -> Reply:
        text = job["query"]
        check_query(text, self, self.store.base)
        found = self._run(text, job["default"], job["named"], job["base"])
        if isinstance(found, ox.QueryTriples):
            media_type = job["graphs"]
            return self._triples(found, media_type) if media_type else _not_acceptable(GRAPHS)
        media_type = job["results"]
        return self._results(found, media_type) if media_type else _not_acceptable(RESULTS)

    def _run(self, text: str, default: list[str], named: list[str], base: str) -> Any:
        """Run a query on the dataset that is asked for (https://www.w3.org/TR/sparql11-protocol/#dataset), if any is."""
        run: Callable[..., Any] = self.engine.query
        options: dict[str, Any] = {"prefixes": prefixes(self.store.base), "base_iri": base}
        if default or named:
            options |= {"default_graph": self._known(default), "named_graphs": self._known(named)}
        else:
            seen = hide_graphs(text, self.hidden)
            options |= {} if seen is not None else {"named_graphs": self.named}
            text = text if seen is None else seen
        try:
            return run(text, **options)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            reason = " ".join(str(error).split()).split(": expected one of")[0]
            raise QueryError(f"The query cannot be run: {reason}; mend it there and try again") from error

    def _known(self, graphs: list[str]) -> list[ox.NamedNode]:
        """Return the graphs of a dataset; one that is not published is empty, as if it were not there."""
        return [ox.NamedNode(graph) for graph in graphs if graph in self]

    def _results(self, found: Any, media_type: str) -> Reply:
        form = RESULTS[media_type]
        if media_type == _CSV and isinstance(found, ox.QuerySolutions):
            body = serialize(Result("solutions", found), "csv", self.store.base).encode()
        else:
            sink = _Sink(self.max_result)
            found.serialize(sink, format=form)
            body = sink.getvalue()
        if not isinstance(found, ox.QueryBoolean) and self._has_too_many(body, form):
            raise _TooLargeError
        return Reply(200, media_type, body)

    def _has_too_many(self, body: bytes, form: ox.QueryResultsFormat) -> bool:
        """Tell whether a result has more rows than are allowed."""
        return body.count(_ROW[form]) > self.max_rows - 1 and count_rows(body, form) > self.max_rows

    def _graph(self, job: Mapping[str, Any]) -> Reply:
        if job["graph"] is not None and job["graph"] not in self:
            return refuse(404, "There is no graph of that name; /.well-known/void lists where to look")
        graph = ox.DefaultGraph() if job["graph"] is None else ox.NamedNode(job["graph"])
        quads = self.engine.quads_for_pattern(None, None, None, graph)
        return self._triples((quad.triple for quad in quads), job["graphs"])

    def _triples(self, found: Any, media_type: str) -> Reply:
        """Return triples, each once and sorted, so that the same graph gives the same bytes."""
        triples = list(islice(found, self.max_rows + 1))
        if len(triples) > self.max_rows:
            raise _TooLargeError
        sink = _Sink(self.max_result)
        known = prefixes(self.store.base) if media_type in {"text/turtle", "application/rdf+xml"} else None
        ox.serialize(sorted(set(triples), key=str), sink, format=GRAPHS[media_type], prefixes=known)
        return Reply(200, media_type, sink.getvalue())

    def _too_large(self) -> str:
        return (
            f"The result has more than {self.max_rows:,} rows or {self.max_result:,} bytes and is not cut short; "
            "ask for less with LIMIT, or take the graph with `kg export`"
        )


def hidden_graphs(store: GraphStore) -> frozenset[str]:
    """Return the IRIs of the named graphs that a build keeps for itself."""
    return frozenset({graph.value for graph in store._store.named_graphs()} - {graph.value for graph in store.graphs()})


class _TooLargeError(Exception):
    """A result that is larger than allowed."""


class _Sink(io.BytesIO):
    """Takes a result up to its bound."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        """Take some bytes; raises _TooLargeError for more than are allowed."""
        if self.tell() + len(data) > self.most:
            raise _TooLargeError
        return super().write(data)


def count_rows(body: bytes, form: ox.QueryResultsFormat) -> int:
    """Return how many rows a result has.

    >>> count_rows(b'x\\r\\n"a\\r\\nb"\\r\\n', ox.QueryResultsFormat.CSV)
    1
    """
    if form == ox.QueryResultsFormat.JSON:
        return len(json.loads(body)["results"]["bindings"])
    if form == ox.QueryResultsFormat.CSV:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    return body.count(_ROW[form]) - (form == ox.QueryResultsFormat.TSV)


def _not_acceptable(offered: Mapping[str, Any]) -> Reply:
    return refuse(
        406, f"The result comes in none of the formats that are asked for; accept one of {', '.join(offered)}"
    )
