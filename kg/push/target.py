"""Stores that a graph is pushed to: by the Graph Store Protocol, or by SPARQL Update and Query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol, cast

import pyoxigraph as ox

from kg.errors import PushError
from kg.push.fingerprint import Triple
from kg.push.http import Access, Caller

_N_TRIPLES = "application/n-triples"
_PUT = 50_000  # triples in a request of the Graph Store Protocol
_UPDATE = 1_000  # triples in an update, which stores parse as a whole

DEFAULT = ""  # the name of the default graph


class Target(Protocol):
    """A store of graphs. A graph that is replaced in several requests is read half done meanwhile."""

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make triples the content of a graph; raises PushError."""

    def remove(self, graph: str) -> None:
        """Take a graph away; raises PushError."""

    def read(self, graph: str) -> Iterator[Triple]:
        """Yield the content of a graph; raises PushError."""

    def close(self) -> None:
        """Close the connections."""


class GraphStoreTarget:
    """A store that has the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

    def __init__(self, address: str, access: Access) -> None:
        self._caller = Caller(address, access)

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """PUT the first triples, POST the others."""
        rest = iter(triples)
        method = "PUT"
        while (part := list(islice(rest, _PUT))) or method == "PUT":
            self._caller.send(
                method, content=_lines(part), params=self._named(graph), headers={"Content-Type": _N_TRIPLES}
            )
            method = "POST"

    def remove(self, graph: str) -> None:
        """DELETE the graph, which may be gone."""
        self._caller.send("DELETE", missing=True, params=self._named(graph))

    def read(self, graph: str) -> Iterator[Triple]:
        """GET the graph."""
        with self._caller.fetch("GET", params=self._named(graph), headers={"Accept": _N_TRIPLES}) as found:
            yield from _parsed(found, str(self._caller.url))

    def close(self) -> None:
        """Close the connections."""
        self._caller.close()

    def _named(self, graph: str) -> dict[str, str]:
        """Return the parameters that name a graph, with those of the address."""
        return {**self._caller.url.params, **({"graph": graph} if graph else {"default": ""})}


class UpdateTarget:
    """A store that has SPARQL 1.1 Update at one address and Query at another, or at the same."""

    def __init__(self, address: str, query: str, access: Access) -> None:
        self._update = Caller(address, access)
        self._query = Caller(query or address, access)

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Drop the graph with the first triples, insert the others."""
        rest = iter(triples)
        before = f"{drop(graph)} ;\n"
        while (part := list(islice(rest, _UPDATE))) or before:
            self._send(before + insert(graph, part))
            before = ""

    def remove(self, graph: str) -> None:
        """Drop the graph, which may be gone."""
        self._send(drop(graph))

    def read(self, graph: str) -> Iterator[Triple]:
        """Construct the graph."""
        pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
        with self._query.fetch("POST", data={"query": query}, headers={"Accept": _N_TRIPLES}) as found:
            yield from _parsed(found, str(self._query.url))

    def close(self) -> None:
        """Close the connections."""
        self._update.close()
        self._query.close()

    def _send(self, update: str) -> None:
        headers = {"Content-Type": "application/sparql-update"}
        self._update.send("POST", content=update.encode(), headers=headers)


def insert(graph: str, triples: Iterable[Triple]) -> str:
    """Return an update that adds triples to a graph.

    >>> a = ox.NamedNode("urn:a")
    >>> print(insert("urn:g", [(a, a, a)]))
    INSERT DATA { GRAPH <urn:g> {
    <urn:a> <urn:a> <urn:a> .
    } }
    """
    lines = _lines(triples).decode()
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{lines}}} }}" if graph else f"INSERT DATA {{\n{lines}}}"


def drop(graph: str) -> str:
    """Return an update that takes a graph away, if it is there.

    >>> drop("urn:g"), drop(DEFAULT)
    ('DROP SILENT GRAPH <urn:g>', 'CLEAR SILENT DEFAULT')
    """
    return f"DROP SILENT GRAPH <{graph}>" if graph else "CLEAR SILENT DEFAULT"


def _lines(triples: Iterable[Triple]) -> bytes:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()


def _parsed(found: Any, place: str) -> Iterator[Triple]:
    try:
        for quad in ox.parse(found, format=ox.RdfFormat.N_TRIPLES):
            yield cast(Triple, (quad.subject, quad.predicate, quad.object))
    except (SyntaxError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise PushError(
            f"{place} does not answer in N-Triples: {reason}; push with --no-check, or to another address"
        ) from error
