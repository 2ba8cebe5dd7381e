"""Who is let in, and what each response tells a browser."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from serving import Site, make_graph, serving

from kg.errors import EmptyGraphError, ParameterError
from kg.serve.server import make_server
from kg.serve.settings import Settings

DOCUMENT = "https://w3id.org/lodestone/id/doc/one"
ASK = "/sparql?query=ASK%20%7B%7D"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graph(tmp_path_factory.mktemp("guard"), {DOCUMENT: '<urn:a> <urn:b> "c" .'})


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with serving(folder, workers=2, idle=1.0, hosts=("Graph.example",), cors=("https://friend.example",)) as site:
        yield site


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:80", 200),
        ("graph.example:443", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("evil.example#localhost", 421),
        ("", 421),
    ],
)
def test_only_known_names_are_served(site: Site, host: str, status: int) -> None:
    assert site.ask(ASK, Host=host).status == status


@pytest.mark.parametrize(
    "path", [ASK, "/sparql", "/data?default", "/nowhere", "/data?graph=urn:no", "/sparql?query=%7B"]
)
def test_every_response_has_the_headers_of_safety(site: Site, path: str) -> None:
    headers = site.ask(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_other_origins_may_ask_only_if_they_are_named(site: Site, folder: Path) -> None:
    assert (
        site.ask(ASK, Origin="https://friend.example").headers["access-control-allow-origin"]
        == "https://friend.example"
    )
    assert "access-control-allow-origin" not in site.ask(ASK, Origin="https://other.example").headers
    preflight = {"Origin": "https://friend.example", "Access_Control_Request_Method": "POST"}
    assert site.ask("/sparql", "OPTIONS", **preflight).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_is_written(site: Site, method: str) -> None:
    assert site.ask("/sparql", method, b"").status == 405
    assert site.ask("/data?default", method, b"").status == 405


def test_bodies_and_headers_are_bounded(site: Site) -> None:
    long = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n"
    assert raw(site, long).startswith(b"HTTP/1.1 413")
    assert raw(site, b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n").startswith(
        b"HTTP/1.1 400"
    )
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    assert raw(site, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 17 + b"0\r\n\r\n").startswith(
        b"HTTP/1.1 413"
    )
    start = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
    assert raw(site, start + b"x" * 40_000 + b"\r\n\r\n").split()[1] in {b"400", b"431"}
    assert raw(site, b"GET /?" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n").split()[1] in {b"400", b"414"}
    two = b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"
    assert raw(site, two).split()[1] in {b"400", b"421"}


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: loc"])
def test_a_connection_without_a_request_is_closed(site: Site, sent: bytes) -> None:
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        connection.sendall(sent)
        assert connection.recv(10) == b""
    assert time.monotonic() - start < 10


def test_a_body_that_does_not_come_is_not_waited_for(site: Site) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK"
    assert raw(site, head).startswith(b"HTTP/1.1 408")


def raw(site: Site, data: bytes) -> bytes:
    """Send bytes as they are and return the beginning of the response."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
            connection.sendall(data)
        return connection.recv(65_536)


def test_a_token_is_asked_for(folder: Path) -> None:
    with serving(folder, workers=2, token="rare earth") as site:
        basic = base64.b64encode(b"anyone:rare earth").decode()
        wrong = base64.b64encode(b"rare earth:").decode()
        answers = [site.ask(ASK, Authorization=value).status for value in ("Bearer rare earth", f"Basic {basic}")]
        assert answers == [200, 200]
        for value in ("", "Bearer rare", f"Basic {wrong}", "Basic !", "Digest rare earth"):
            answer = site.ask(ASK, **({"Authorization": value} if value else {}))
            assert answer.status == 401
            assert "Basic" in answer.headers["www-authenticate"]


def test_a_server_for_others_needs_a_token(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="--token"):
        make_server(folder, Settings(host="0.0.0.0"))
    with pytest.raises(EmptyGraphError):
        make_server(tmp_path / "none", Settings())
