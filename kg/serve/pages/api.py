"""The JSON API: what the pages show, for programs; `OPERATIONS` says which there are, `/openapi.json` describes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pyoxigraph as ox
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kg.errors import LodestoneError, ParameterError, UnknownNameError
from kg.query.asking import load_askings
from kg.query.claims import ClaimReader, Source, StoredClaim
from kg.query.overview import Overview
from kg.serve.pages.article import read_claims
from kg.serve.pages.directory import Hit, directory_of
from kg.serve.pages.openapi import INCLUDE, Parameter, describe_api
from kg.serve.pages.question import answer, asking_of, given_by
from kg.serve.pages.site import Visit, page, status_of
from kg.serve.pages.things import Thing, is_thing, read_thing
from kg.vocab import LODE

_TEXT = {"type": "string", "maxLength": 200}
_LIMIT = Parameter("limit", "At most so many.", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50})
_START = Parameter("start", "How many to leave out first.", {"type": "integer", "minimum": 0, "default": 0})
_IRI = Parameter("iri", "An IRI of the graph.", {"type": "string", "format": "iri"}, needed=True)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what was searched for, and how many there are."""

    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Asked:
    """A ready question: its words, its parameters, and the columns of its answer."""

    name: str
    asks: str
    parameters: list[str]
    example: str
    columns: list[str]


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A table of an answer: what was asked and found, in words, and a record a row."""

    sentence: str
    columns: list[str]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Claims:
    """A part of the claims about a thing, and how many there are."""

    total: int
    claims: list[StoredClaim]


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document with all its claims, in the order of its text."""

    source: Source
    claims: list[StoredClaim]


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    path: str
    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    returns: Any
    answer: Callable[[Visit], Any]


def _status(visit: Visit) -> Overview:
    return directory_of(visit.graph).overview


def _search(visit: Visit) -> Found:
    start, limit = visit.number("start", 0, 0), visit.number("limit", 50, most=1000)
    hits, total = directory_of(visit.graph).search(visit.given("q")[:200], start + limit, visit.given("type"))
    return Found(total, hits[start:])


def _things(visit: Visit) -> Found:
    start, limit = visit.number("start", 0, 0), visit.number("limit", 50, most=1000)
    hits, total = directory_of(visit.graph).things(limit, start, visit.given("type"))
    return Found(total, hits)


def _thing(visit: Visit) -> Thing:
    iri = _known(visit)
    if not is_thing(visit.graph, iri):
        raise UnknownNameError(f"The graph says nothing of <{iri[:200]}>; look for a name with /api/search")
    return read_thing(visit.graph, iri)


def _claim(visit: Visit) -> StoredClaim:
    iri = _known(visit)
    if LODE + "Claim" not in visit.graph.store.types(iri):
        raise UnknownNameError(f"<{iri[:200]}> is no claim of the graph; take one that /api/claims lists")
    return ClaimReader(visit.graph.store, visit.graph.ontology).read(iri)


def _claims(visit: Visit) -> Claims:
    node = ox.NamedNode(_known(visit))
    start, limit = visit.number("start", 0, 0), visit.number("limit", 50, most=1000)
    traded = f"{{ ?claim lode:commodityEntity {node} ; rdf:predicate ?relation }}"  # dependencies have no predicate
    about = f"{{ ?claim rdf:subject {node} }} UNION {{ ?claim rdf:object {node} }} UNION {traded}"
    found = f"{{ SELECT DISTINCT ?claim WHERE {{ {about} }} }}"
    (total,) = next(visit.graph.store.query(f"SELECT (COUNT(?claim) AS ?n) WHERE {{ {found} }}"))
    rows = visit.graph.store.query(f"SELECT ?claim WHERE {{ {found} }} ORDER BY ?claim OFFSET {start} LIMIT {limit}")
    reader = ClaimReader(visit.graph.store, visit.graph.ontology)
    return Claims(int(total.value), [reader.read(claim.value) for (claim,) in rows])


def _document(visit: Visit) -> DocumentRecord:
    iri = _known(visit)
    if LODE + "Document" not in visit.graph.store.types(iri):
        raise UnknownNameError(f"<{iri[:200]}> is no document of the graph; look for one with /api/search")
    source = ClaimReader(visit.graph.store, visit.graph.ontology).source(iri)
    return DocumentRecord(source, list(read_claims(visit.graph, iri)))


def _questions(visit: Visit) -> list[Asked]:
    return [
        Asked(a.name, a.asks, [p.name for p in a.parameters], a.example, list(a.columns))
        for a in load_askings().values()
    ]


def _ask(visit: Visit) -> list[AnswerTable]:
    asking = asking_of(visit)
    found = answer(visit, asking, given_by(visit, asking))
    return [
        AnswerTable(a.sentence, list(a.columns), [dict(zip(a.columns, row, strict=True)) for row in a.rows])
        for a in found
    ]


def _known(visit: Visit) -> str:
    """Return the IRI that was given; one relative to the base is completed. Raises ParameterError."""
    iri = visit.request.query_params.get("iri", "")
    if not iri:
        raise ParameterError("No IRI is given; give one as iri=, encoded as a part of an address")
    iri = iri if iri.startswith(visit.graph.store.base) else visit.graph.store.base + iri
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise ParameterError(f"{iri[:200]!r} is no IRI; give one of the graph") from error


_Q = Parameter("q", "Words of a name.", _TEXT, needed=True)
_TYPE = Parameter("type", "A type of things, as in `company`.", _TEXT)
_CONFIDENCE = Parameter(
    "min_confidence",
    "Leave out claims that are less sure.",
    {"type": "number", "minimum": 0, "maximum": 1, "default": 0},
)
_QUESTION = Parameter("question", "A ready question.", {"type": "string"}, "path")
_ROWS = Parameter(
    "limit", "At most so many rows a table.", {"type": "integer", "minimum": 1, "maximum": 5000, "default": 500}
)

OPERATIONS = (
    Operation("/api/status", "status", "What the graph holds, counted.", (), Overview, _status),
    Operation("/api/search", "search", "Things and documents by name.", (_Q, _TYPE, _LIMIT, _START), Found, _search),
    Operation("/api/things", "things", "Things, the most spoken of first.", (_TYPE, _LIMIT, _START), Found, _things),
    Operation("/api/thing", "thing", "A thing with its names, facts and sentences.", (_IRI,), Thing, _thing),
    Operation("/api/claim", "claim", "A claim with its evidence.", (_IRI,), StoredClaim, _claim),
    Operation("/api/claims", "claims", "All claims about a thing.", (_IRI, _LIMIT, _START), Claims, _claims),
    Operation("/api/document", "document", "A document with its claims.", (_IRI,), DocumentRecord, _document),
    Operation("/api/questions", "questions", "The ready questions.", (), list[Asked], _questions),
    Operation(
        "/api/questions/{question}",
        "ask",
        "The answer of a ready question.",
        (_QUESTION, INCLUDE, _CONFIDENCE, _ROWS),
        list[AnswerTable],
        _ask,
    ),
)


def api_routes() -> list[BaseRoute]:
    """Return the routes of the API, of its description, and of the page about it."""
    return [
        Route("/openapi.json", _description),
        Route("/api", page(_about)),
        *(Route(o.path.replace("{question}", "{name}"), _endpoint(o), name=f"api-{o.name}") for o in OPERATIONS),
    ]


def _endpoint(operation: Operation) -> Callable[[Request], Response]:
    adapter = TypeAdapter(operation.returns)

    def endpoint(request: Request) -> Response:
        try:
            found = operation.answer(Visit(request, request.app.state.generations.current()))
        except LodestoneError as error:
            return _problem(status_of(error), str(error))
        except HTTPException as error:
            return _problem(error.status_code, error.detail)
        return Response(adapter.dump_json(found), media_type="application/json")

    return endpoint


def _problem(status: int, detail: str) -> Response:
    """Return an error as RFC 9457 has it."""
    told = {"status": status, "title": HTTPStatus(status).phrase, "detail": detail}
    return JSONResponse(told, status, media_type="application/problem+json")


def _description(request: Request) -> Response:
    visit = Visit(request, request.app.state.generations.current())
    return JSONResponse(describe_api(OPERATIONS, visit.links.root, list(visit.graph.ontology.stages)))


def _about(visit: Visit) -> Response:
    described = describe_api(OPERATIONS, visit.links.root, list(visit.graph.ontology.stages))
    return visit.render("api.html", paths=described["paths"])
