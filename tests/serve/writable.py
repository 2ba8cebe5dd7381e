"""A store that takes updates, for tests only: our routes for reading over a store in memory, beside routes that write.

What reads requests and what answers them is what the public endpoint has; only the writing is of this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin
from uuid import uuid4

import pyoxigraph as ox
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.config import DEFAULT_BASE
from kg.serve.answering import Published
from kg.serve.app import routes
from kg.serve.protocol import Operation, answer_query, read_body, read_operation
from kg.serve.replies import Reply
from kg.serve.settings import Settings
from kg.store import GraphStore


@dataclass(frozen=True)
class _Here:
    """Answers in this process what else a worker answers."""

    published: Published

    async def run(self, job: Mapping[str, Any]) -> Reply:
        return self.published.answer(job)


def make_writable(settings: Settings | None = None) -> uvicorn.Server:
    """Return a server of an empty store that takes updates."""
    store = ox.Store()
    known = GraphStore(Path("memory"), store, {"base": DEFAULT_BASE, "versions": {}})
    writing = [
        Route("/sparql", _sparql, methods=["GET", "POST"]),
        Route("/sparql/", _sparql, methods=["GET", "POST"]),
        Route("/data", _write, methods=["PUT", "POST", "DELETE"]),
        Route("/data/{path:path}", _write, methods=["PUT", "POST", "DELETE"]),
    ]
    app = Starlette(routes=[*writing, *routes()])
    app.state.settings, app.state.store = settings or Settings(), store
    app.state.workers = _Here(Published(known, frozenset(), 100_000, 1 << 24))
    return uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_level="error", access_log=False))


async def _sparql(request: Request) -> Response:
    operation = await read_operation(request)
    if operation.kind == "query":
        return await answer_query(request, operation)
    try:
        request.app.state.store.update(_using(operation), base_iri=str(request.url.replace(query="")))
    except (SyntaxError, ValueError) as error:
        raise HTTPException(400, str(error)) from error
    return Response(status_code=204)


def _using(operation: Operation) -> str:
    """Return an update with its dataset, which Oxigraph takes only in the text."""
    clauses = [f"USING <{iri}>" for iri in operation.default] + [f"USING NAMED <{iri}>" for iri in operation.named]
    if clauses and re.search(r"\b(USING|WITH)\b", operation.text, re.IGNORECASE):
        raise HTTPException(400, "The dataset is given twice")
    return re.sub(r"\bWHERE\b", f"{' '.join(clauses)} WHERE", operation.text, flags=re.IGNORECASE)


async def _write(request: Request) -> Response:
    store: ox.Store = request.app.state.store
    fields = dict(parse_qsl(request.url.query, keep_blank_values=True))
    address = str(request.url.replace(query=""))
    new = request.method == "POST" and not fields and not request.path_params.get("path")
    iri = f"{address}/{uuid4()}" if new else urljoin(address, fields.get("graph", ""))
    graph: Any = ox.DefaultGraph() if "default" in fields else ox.NamedNode(iri)
    there = graph == ox.DefaultGraph() or store.contains_named_graph(graph)
    if request.method == "DELETE":
        store.remove_graph(graph)
        return Response(status_code=204 if there else 404)
    parts = _parts(request.headers["content-type"], await read_body(request))
    if request.method == "PUT":
        store.remove_graph(graph)
    for kind, body in parts:
        store.load(body, format=ox.RdfFormat.from_media_type(kind), base_iri=address, to_graph=graph)
    return Response(status_code=204 if there else 201, headers={"Location": iri})


def _parts(kind: str, body: bytes) -> list[tuple[str, bytes]]:
    if not kind.startswith("multipart/"):
        return [(kind, body)]
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    return [(part.get_content_type(), part.get_payload(decode=True)) for part in message.get_payload()]
