"""A build that finishes meanwhile is shown, and no request fails for it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from serving import Answer, Site, make_graph, serving

QUERY = "SELECT ?n { <urn:generation> <urn:is> ?n }"
DOCUMENT = "https://w3id.org/lodestone/id/doc/one"


def publish(place: Path, folder: Path, number: int) -> None:
    """Let the folder that is served be another one at once, as a build replaces the manifest."""
    new = place / f"generation-{number}"
    new.mkdir()
    make_graph(new, {DOCUMENT: f'<urn:generation> <urn:is> "{number}" .'})
    link = place / "link"
    link.symlink_to(new)
    link.rename(folder)


@contextmanager
def asked(site: Site, clients: int) -> Iterator[list[Answer]]:
    """Ask in several threads until the block ends, and collect the answers."""
    answers: list[Answer] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(site.query(QUERY, "text/csv"))
            answers.append(site.ask(f"/data?graph={DOCUMENT}", Accept="application/n-triples"))

    with ThreadPoolExecutor(clients) as pool:
        futures = [pool.submit(ask) for _ in range(clients)]
        try:
            yield answers
        finally:
            done.set()
        for future in futures:
            future.result()


def number_of(answer: Answer) -> int:
    return int("".join(c for c in answer.body.decode() if c.isdigit()))


def test_a_new_generation_is_served_without_a_failed_request(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    publish(tmp_path, folder, 1)
    with serving(folder, workers=3) as site:
        with asked(site, 3) as answers:
            for number in (2, 3):
                publish(tmp_path, folder, number)
                wait_for(site, number)
        assert {answer.status for answer in answers} == {200}
        assert {number_of(answer) for answer in answers} == {1, 2, 3}
        assert number_of(site.query(QUERY, "text/csv")) == 3
        assert site.app.state.generations.current().store.contents is not None


def wait_for(site: Site, number: int) -> None:
    for _ in range(400):
        if all(number_of(site.query(QUERY, "text/csv")) == number for _ in range(6)):
            return
        time.sleep(0.05)
    pytest.fail(f"generation {number} is not shown")


def test_a_graph_that_cannot_be_opened_leaves_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    publish(tmp_path, folder, 1)
    with serving(folder, workers=2) as site:
        generations = site.app.state.generations
        before = generations.current()
        broken = folder / "graph.json"
        text = broken.read_text()
        broken.write_text("{")
        os.utime(broken, (1, 1))
        assert not generations.renew()
        assert generations.current() is before
        broken.write_text(text)
        assert generations.renew()
        assert generations.current() is not before
