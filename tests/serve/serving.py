"""Real servers for tests: the application under uvicorn on a free port, in a thread of this process."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import uvicorn

from kg.config import DEFAULT_BASE
from kg.serve.server import make_server
from kg.serve.settings import Settings

SHARED = next((p / "shared" for p in Path(__file__).parents if (p / "shared" / "w3c").is_dir()), Path("shared"))
W3C = SHARED / "w3c"


@dataclass(frozen=True)
class Answer:
    """A response, its header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Site:
    """A running server."""

    port: int
    app: Any

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, timeout: float = 60, **headers: str
    ) -> Answer:
        """Send a request as it is, without a header that is not given but Host and Content-Length."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json", timeout: float = 60) -> Answer:
        """Send a query by POST."""
        kind = "application/sparql-query"
        return self.ask("/sparql", "POST", text.encode(), timeout, Content_Type=kind, Accept=accept)

    def rows(self, text: str) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        answer = self.query(text)
        assert answer.status == 200, answer.body
        return list(json.loads(answer.body)["results"]["bindings"])


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Site]:
    """Serve a graph on a free port."""
    with running(make_server(folder, Settings(port=0, **settings))) as site:
        yield site


@contextmanager
def running(server: uvicorn.Server) -> Iterator[Site]:
    """Run a server until the block ends."""
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        for _ in range(600):
            if server.started or not thread.is_alive():
                break
            time.sleep(0.05)
        assert server.started, "the server did not start"
        yield Site(server.servers[0].sockets[0].getsockname()[1], server.config.app)
    finally:
        server.should_exit = True
        thread.join(30)


def make_graph(folder: Path, graphs: Mapping[str, str], base: str = DEFAULT_BASE) -> Path:
    """Write a graph folder by hand: N-Triples by the IRI of their graph, merged in the default graph as a build does."""
    store = ox.Store(str(folder / "store-0001"))
    for iri, text in graphs.items():
        for graph in (ox.NamedNode(iri), ox.DefaultGraph()):
            store.load(text.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    store.flush()
    (folder / "graph.json").write_text(json.dumps({"base": base, "versions": {}, "generation": 1}))
    return folder
