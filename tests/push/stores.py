"""Stores to push to: a small one in this process that can be made to fail, and Virtuoso where it is installed."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pyoxigraph as ox
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

N_TRIPLES = "application/n-triples"


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class SmallStore:
    """The Graph Store Protocol, Update and Query over Oxigraph in memory. `failures` are answered before anything is done."""

    store: ox.Store = field(default_factory=ox.Store)
    requests: list[tuple[str, str]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    authorization: str = ""
    lossy: bool = False  # loses a triple of each request, as a store may that misreads one
    url: str = ""

    def app(self) -> Starlette:
        methods = ["GET", "PUT", "POST", "DELETE"]
        routes = [
            Route("/data", self.graphs, methods=methods),
            Route("/update", self.update, methods=["POST"]),
            Route("/query", self.query, methods=["POST"]),
            Route(
                "/moved",
                lambda _: Response(status_code=307, headers={"Location": "http://elsewhere.test/"}),
                methods=methods,
            ),
        ]
        return Starlette(routes=routes)

    async def graphs(self, request: Request) -> Response:
        name = request.query_params.get("graph")
        if refused := self._refuse(request, name or "default"):
            return refused
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        if request.method == "GET":
            there = name is None or self.store.contains_named_graph(graph)
            data = ox.serialize(self.store.quads_for_pattern(None, None, None, graph), format=ox.RdfFormat.N_QUADS)
            triples = (q.triple for q in ox.parse(data, format=ox.RdfFormat.N_QUADS))
            return Response(
                ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), 200 if there else 404, media_type=N_TRIPLES
            )
        if request.method == "DELETE":
            there = self.store.contains_named_graph(graph)
            self.store.remove_graph(graph)
            return Response(status_code=204 if there else 404)
        assert request.headers["Content-Type"] == N_TRIPLES
        triples = list(ox.parse(await request.body(), format=ox.RdfFormat.N_TRIPLES))
        if request.method == "PUT":
            self.store.clear_graph(graph)
        self.store.add_graph(graph)
        kept = triples[1:] if self.lossy else triples
        self.store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in kept)
        return Response(status_code=204)

    async def update(self, request: Request) -> Response:
        text = (await request.body()).decode()
        if refused := self._refuse(request, text.partition("\n")[0]):
            return refused
        self.store.update(text)
        return Response(status_code=204)

    async def query(self, request: Request) -> Response:
        query = dict(httpx.QueryParams((await request.body()).decode()))["query"]
        if refused := self._refuse(request, query):
            return refused
        found = self.store.query(query)
        return Response(found.serialize(format=ox.RdfFormat.N_TRIPLES), media_type=N_TRIPLES)  # type: ignore[union-attr, call-overload]

    def _refuse(self, request: Request, what: str) -> Response | None:
        self.requests.append((request.method, what))
        if self.authorization and request.headers.get("Authorization") != self.authorization:
            return Response(status_code=401)
        return Response("try\nlater", status_code=self.failures.pop(0)) if self.failures else None

    def quads(self) -> set[str]:
        return {str(quad) for quad in self.store}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def small_store() -> Iterator[SmallStore]:
    """Run a small store on a free port."""
    store, port = SmallStore(), free_port()
    server = uvicorn.Server(uvicorn.Config(store.app(), host="127.0.0.1", port=port, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        store.url = f"http://127.0.0.1:{port}"
        yield store
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass(frozen=True)
class Virtuoso:
    """A Virtuoso 7 with a database of its own."""

    url: str
    sql: str
    load: Path
    password: str = "s3cret"

    def isql(self, statements: str) -> str:
        """Run SQL."""
        command = ["isql-vt", self.sql, "dba", self.password, f"exec={statements}"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


_CONFIGURATION = """
[Database]
DatabaseFile={folder}/v.db
ErrorLogFile={folder}/v.log
LockFile={folder}/v.lck
TransactionFile={folder}/v.trx
xa_persistent_file={folder}/v.pxa
[TempDatabase]
DatabaseFile={folder}/t.db
TransactionFile={folder}/t.trx
[Parameters]
ServerPort=127.0.0.1:{sql}
DirsAllowed={folder}/load
NumberOfBuffers=20000
[HTTPServer]
ServerPort=127.0.0.1:{http}
ServerRoot={folder}
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Run Virtuoso with an empty database in a folder."""
    sql, http = free_port(), free_port()
    (folder / "load").mkdir()
    (folder / "v.ini").write_text(_CONFIGURATION.format(folder=folder, sql=sql, http=http))
    found = Virtuoso(f"http://127.0.0.1:{http}", f"127.0.0.1:{sql}", folder / "load")
    start = ["virtuoso-t", "+configfile", str(folder / "v.ini")]
    passwords = ["+pwdold", "dba", "+pwddba", found.password, "+pwddav", found.password]
    with (folder / "out").open("wb") as out:
        subprocess.run([*start, "+foreground", *passwords], cwd=folder, stdout=out, stderr=out, check=True, timeout=120)
        process = subprocess.Popen([*start, "+foreground"], cwd=folder, stdout=out, stderr=out)
    try:
        _wait(f"{found.url}/sparql")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def virtuoso_is_missing() -> bool:
    return shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None


def _wait(url: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            httpx.get(url, params={"query": "ASK {}"}, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
