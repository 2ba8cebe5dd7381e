"""The SPARQL 1.1 Protocol for queries (https://www.w3.org/TR/sparql11-protocol/); there is no operation for updates."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.serve.describe import describe_service
from kg.serve.formats import GRAPHS, RESULTS, SHORT, choose
from kg.serve.replies import Reply
from kg.serve.settings import Settings

_DIRECT = {"application/sparql-query": "query", "application/sparql-update": "update"}
_FORM = "application/x-www-form-urlencoded"
_GRAPHS_OF = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}


@dataclass(frozen=True)
class Operation:
    """A request of the protocol: `kind` is "query" or "update"; of the dataset, IRIs of default and of named graphs."""

    kind: str
    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    form: str = ""


async def answer_sparql(request: Request) -> Response:
    """Answer a request of the endpoint; without any parameter, with the description of the service."""
    if request.method in {"GET", "HEAD"} and not request.url.query:
        return await describe_service(request)
    operation = await read_operation(request)
    if operation.kind == "update":
        raise HTTPException(403, "This endpoint only reads; send updates to another store")
    return await answer_query(request, operation)


async def answer_query(request: Request, operation: Operation) -> Response:
    """Answer a query in the format that the client likes best."""
    accept = SHORT.get(operation.form) or request.headers.get("accept", "")
    job = {
        "do": "query",
        "query": operation.text,
        "default": operation.default,
        "named": operation.named,
        "base": str(request.url.replace(query="", fragment="")),
        "results": choose(accept, RESULTS),
        "graphs": choose(accept, GRAPHS),
    }
    return respond(await request.app.state.workers.run(job))


def respond(reply: Reply) -> Response:
    """Return a worker's reply as a response."""
    kind = reply.media_type if reply.media_type.endswith(("json", "xml")) else f"{reply.media_type}; charset=utf-8"
    headers = {"Vary": "Accept", "Content-Type": kind} | ({"Retry-After": "5"} if reply.status == 503 else {})
    return Response(reply.body, reply.status, headers)


async def read_operation(request: Request) -> Operation:
    """Return the operation that a request asks for; raises HTTPException with a status of 4xx for one that is none."""
    fields = _fields(request.url.query)
    if request.method == "POST":
        body = await read_body(request)
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        charset = dict(parse_qsl(parameters.replace(" ", "").lower().replace(";", "&"))).get("charset", "utf-8")
        if charset.strip('"') not in {"utf-8", "utf8", "us-ascii"}:
            raise HTTPException(415, "A query is read as UTF-8; send it so")
        if kind in _DIRECT:
            fields = [(k, v) for k, v in fields if k not in _GRAPHS_OF] + [(_DIRECT[kind], _decode(body))]
        elif kind == _FORM:
            fields += _fields(_decode(body))
        else:
            raise HTTPException(415, f"A query is sent by POST as {' or '.join(_DIRECT)} or {_FORM}; say which it is")
    return _operation(ImmutableMultiDict(fields), request.method)


def _operation(fields: ImmutableMultiDict[str, str], method: str) -> Operation:
    """Return the operation of the fields, of which there has to be exactly one."""
    told = [(kind, text) for kind in _GRAPHS_OF for text in fields.getlist(kind)]
    if len(told) != 1:
        raise HTTPException(400, f"A request has one query, and not {len(told)}; send it as query=")
    kind, text = told[0]
    if kind == "update" and method != "POST":
        raise HTTPException(400, "An update is not sent by GET, and this endpoint only reads")
    default, named = (tuple(fields.getlist(name)) for name in _GRAPHS_OF[kind])
    return Operation(kind, text, default, named, fields.get("format", fields.get("output", "")))


async def read_body(request: Request) -> bytes:
    """Return the body of a request; raises HTTPException 413 if it is too long and 408 if it takes too long to come."""
    settings: Settings = request.app.state.settings
    body = bytearray()
    try:
        async with asyncio.timeout(settings.idle):
            async for part in request.stream():
                body += part
                if len(body) > settings.max_body:
                    raise HTTPException(413, f"The body of a request may have {settings.max_body:,} bytes; shorten it")
    except TimeoutError:
        raise HTTPException(408, "The body of the request did not come in time; send it again") from None
    return bytes(body)


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (ValueError, UnicodeDecodeError) as error:
        raise HTTPException(400, "The fields of the request cannot be read as UTF-8; encode them so") from error


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise HTTPException(400, "The body of the request is not UTF-8; send it so") from error
