"""SPARQL as a user types it: bounded, kept from the network, and answered in the format that is asked for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyparsing import ParseException, ParseResults

from kg.errors import QueryError
from kg.store import GraphStore
from kg.vocab import prefixes

MAX_CHARACTERS = 100_000
MAX_DEPTH = 200
MAX_MARKS = 2_000
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


@dataclass(frozen=True)
class Result:
    """What a query gave: `kind` is "solutions", "boolean" or "triples", after the form of the query."""

    kind: str
    value: Any


def run_query(store: GraphStore, text: str) -> Result:
    """Run a query over the merged graph; raises QueryError for one that is broken, too large or asks other servers."""
    check_query(text)
    found = store.query(text, published=True)
    if isinstance(found, ox.QuerySolutions):
        return Result("solutions", found)
    return Result("boolean", bool(found)) if isinstance(found, ox.QueryBoolean) else Result("triples", found)


def serialize(result: Result, form: str, base: str) -> str:
    """Return a result as CSV or JSON of SPARQL (https://www.w3.org/TR/sparql11-results-json/), or as Turtle."""
    if (form == "turtle") != (result.kind == "triples"):
        fitting = "turtle" if result.kind == "triples" else "table, csv or json"
        raise QueryError(f"A query with {result.kind} cannot be written as {form}; choose {fitting}")
    if result.kind == "triples":
        return (ox.serialize(result.value, format=ox.RdfFormat.TURTLE, prefixes=prefixes(base)) or b"").decode()
    if result.kind == "boolean":
        return f'{{"head":{{}},"boolean":{str(result.value).lower()}}}' if form == "json" else str(result.value).lower()
    if form == "csv":
        return _as_csv(result.value)
    return str(result.value.serialize(format=ox.QueryResultsFormat.JSON).decode())


def _as_csv(solutions: ox.QuerySolutions) -> str:
    """Write CSV as SPARQL has it (https://www.w3.org/TR/sparql11-results-csv-tsv/), IRIs with commas in quotes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(v.value for v in solutions.variables)
    for solution in solutions:
        writer.writerow("" if term is None else getattr(term, "value", str(term)) for term in solution)
    return out.getvalue()


def check_query(text: str, graphs: Container[str] | None = None, base: str = "") -> None:
    """Refuse a query that is too large, asks another server, or asks FROM another graph than `graphs` if they are given.

    `base` is that of the prefixes of our resources. Nothing is parsed before the bounds are known to hold, and only what
    has one of these words. Raises QueryError.

    >>> check_query("SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kg.errors.QueryError: The query asks another server with SERVICE; a graph is queried without the network, so leave it out
    """
    _check_bounds(text)
    words = "service|\\\\u" if graphs is None else "service|from|\\\\u"
    if re.search(words, text, re.IGNORECASE):
        _check_parsed(text, graphs, base)


def _check_bounds(text: str) -> None:
    """Refuse what the engine's recursion would not survive: it dies of some 5,000 MINUS or 9,000 plus signs in a chain.

    Every link of a chain has a mark or two, while long texts and lists of values have few.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"The query has {len(text):,} characters, more than {MAX_CHARACTERS:,}; shorten it")
    marks = sum(not (c.isalnum() or c.isspace()) for c in text)
    if marks > MAX_MARKS:
        raise QueryError(f"The query has {marks:,} signs and brackets, more than {MAX_MARKS:,}; split or shorten it")
    depth = 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth > MAX_DEPTH:
            raise QueryError(f"The query nests more than {MAX_DEPTH} brackets; simplify it")


def _check_parsed(text: str, graphs: Container[str] | None, base: str) -> None:
    """Refuse SERVICE and FROM on the parsed query, so that the words may still stand in a literal."""
    from rdflib.plugins.sparql.algebra import translatePrologue
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        known = {p: iri for p, iri in prefixes(base).items() if f"{p}:" in text}  # each takes its time
        parsed = parseQuery("".join(f"PREFIX {p}: <{iri}>\n" for p, iri in known.items()) + text)
    except (ParseException, RecursionError) as error:
        raise QueryError("The query may ask another server and cannot be checked for it; leave SERVICE out") from error
    parts = list(_parts(parsed))
    if any(getattr(part, "name", "") == "ServiceGraphPattern" for part in parts):
        raise QueryError(
            "The query asks another server with SERVICE; a graph is queried without the network, so leave it out"
        )
    if graphs is not None:
        prologue = translatePrologue(parsed[0], "")
        for clause in (part for part in parts if getattr(part, "name", "") == "DatasetClause"):
            asked = str(prologue.absolutize(clause.default or clause.named))
            if asked not in graphs:
                raise QueryError(f"The query asks FROM <{asked}>, which is no graph here; leave it out")


def _parts(node: Any) -> Iterator[Any]:
    """Yield a parsed query's parts, however deep."""
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, ParseResults | list) else ()
    for child in children:
        yield from _parts(child)
