"""Queries of strangers end in time, cannot reach out, and leave others their answers."""

from __future__ import annotations

import ctypes
import os
import socket
import statistics
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from serving import Answer, Site, make_graph, serving
from strange import EXPENSIVE, dense_graphs, reaching_out

from kg.serve.workers import is_ask

LIMIT = 1.0
ENDS = {200, 400, 422, 503}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph in which each thing is tied to many."""
    return make_graph(tmp_path_factory.mktemp("dense"), dense_graphs())


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with serving(folder, timeout=LIMIT, max_memory=256) as site:
        yield site


def timed(site: Site, query: str) -> tuple[float, Answer]:
    start = time.perf_counter()
    answer = site.query(query, accept="*/*")
    return time.perf_counter() - start, answer


def test_there_are_forty_hostile_queries() -> None:
    assert len(set(EXPENSIVE)) == 40


@pytest.mark.slow
@pytest.mark.parametrize("together", [4, 40])
def test_hostile_queries_end_beside_short_ones(site: Site, together: int) -> None:
    """How soon they end is measured in benchmarks/hostile_queries.py."""
    done, asked = threading.Event(), []

    def ask() -> None:
        while not done.wait(0.05):
            asked.append(timed(site, "ASK { ?s ?p ?o }"))

    with ThreadPoolExecutor(together + 1) as pool:
        asking = pool.submit(ask)
        ends = [answer.status for _, answer in pool.map(lambda query: timed(site, query), EXPENSIVE)]
        done.set()
        asking.result()
    assert set(ends) <= ENDS
    assert sum(status != 200 for status in ends) >= 25, "hostile queries that are answered test nothing"
    assert {answer.status for _, answer in asked} == {200}
    assert statistics.median(seconds for seconds, _ in asked) < 0.2
    assert timed(site, "ASK { ?s ?p ?o }")[1].status == 200


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("ASK {}", True),
        ("PREFIX a: <u:#> # SELECT\nBASE<u:>\nask{}", True),
        ("SELECT * { ?ask a ?o }", False),
        ("# ASK\nSELECT * {}", False),
        ("ASKED {}", False),
    ],
)
def test_an_ask_is_told_by_its_first_word(query: str, asks: bool) -> None:
    assert is_ask({"do": "query", "query": query}) == asks


def test_a_query_that_takes_too_long_ends_and_the_next_is_answered(site: Site) -> None:
    seconds, answer = timed(site, EXPENSIVE[1])
    assert answer.status == 503
    assert "longer than 1 seconds" in answer.body.decode()
    assert LIMIT - 0.1 < seconds < LIMIT + 0.5
    assert timed(site, "ASK { ?s ?p ?o }")[1].status == 200


def test_a_query_that_takes_too_much_memory_or_nests_too_deep_is_told_so(site: Site) -> None:
    for query in EXPENSIVE:
        if "{" * 100 in query or "(" * 1000 in query:
            answer = site.query(query)
            assert answer.status == 400
            assert "signs and brackets" in answer.body.decode() or "nests" in answer.body.decode()


def test_a_result_that_is_too_large_is_an_error_in_each_format(folder: Path) -> None:
    query = "SELECT * { ?s <urn:name> ?o }"
    with serving(folder, max_rows=700) as enough, serving(folder, max_rows=699) as short:
        for kind in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
            assert enough.query(query, kind).status == 200
            assert short.query(query, kind).status == 422
        graph = "CONSTRUCT { ?s <urn:name> ?o } { ?s <urn:name> ?o }"
        assert [s.query(graph, "text/turtle").status for s in (enough, short)] == [200, 422]
        assert short.ask("/data?default").status == 422
        assert enough.query(query, "text/tab-separated-values").body.count(b"\n") == 701
        values = "SELECT * { VALUES ?x { " + " ".join(f'"{i}}},{{"' for i in range(390)) + " } }"
        assert short.query(values).status == 200, "what looks like the end of a row is none"


@pytest.mark.parametrize("way", ["one", "four"])
def test_no_query_reaches_out(site: Site, tmp_path: Path, way: str) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<urn:secret> <urn:secret> <urn:secret> .")
    with listening() as (address, connections), watching(secret) as opened:
        queries = reaching_out(address, str(secret))
        assert len(set(queries)) == 60
        with ThreadPoolExecutor(1 if way == "one" else 4) as pool:
            answers = list(pool.map(site.query, queries))
        for query, answer in zip(queries, answers, strict=True):
            assert answer.status == 400, (query, answer)
            assert b"secret" not in answer.body.replace(str(secret).encode(), b"")
        assert (connections(), opened()) == (0, 0)
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))).close()
        secret.read_text()
        assert (connections(), opened()) == (1, 1), "the traps must work"


def test_graphs_of_the_dataset_outside_are_empty_and_nothing_is_asked(site: Site) -> None:
    with listening() as (address, connections):
        path = f"/sparql?default-graph-uri={address}/a&query=ASK%7B?s?p?o%7D"
        assert site.ask(path).body == b'{"head":{},"boolean":false}'
        assert connections() == 0


@contextmanager
def listening() -> Iterator[tuple[str, object]]:
    """Listen at an address, and count who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)

        def count() -> int:
            number = 0
            while True:
                try:
                    server.accept()[0].close()
                    number += 1
                except TimeoutError:
                    return number

        yield f"http://127.0.0.1:{server.getsockname()[1]}", count


@contextmanager
def watching(file: Path) -> Iterator[object]:
    """Count how often a file is opened, by inotify (https://man7.org/linux/man-pages/man7/inotify.7.html)."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "inotify_init1"):
        pytest.skip("Only Linux tells who opens a file")
    watch = library.inotify_init1(os.O_NONBLOCK)
    library.inotify_add_watch(watch, os.fsencode(file), 0x20)

    def count() -> int:
        try:
            events = os.read(watch, 4096)
        except BlockingIOError:
            return 0
        return len(events) // struct.calcsize("iIII")

    try:
        yield count
    finally:
        os.close(watch)
