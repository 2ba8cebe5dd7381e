"""The benchmarks of answers run, on small graphs; what they measure is no matter of tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.config import DEFAULT_BASE
from kg.derive import derive
from kg.ontology import Ontology
from kg.query.analyses import ANALYSES
from kg.query.questions import load_questions
from kg.rules import load_rules
from kg.store import DEPENDENCIES, ENTITIES, GraphStore
from kg.store.generations import published_folder

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(*arguments: object) -> str:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=BENCHMARKS.parent).stdout


def test_a_synthetic_graph_is_what_a_build_writes(
    tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    from newsroom import Newsroom  # type: ignore[import-not-found]
    from synthetic import VERSIONS, asserter, make_graph  # type: ignore[import-not-found]

    for folder in ("one", "other"):
        make_graph(tmp_path / folder, 120, seed=3)
    asserts = asserter(ontology)
    with GraphStore.writing(tmp_path / "written", {"base": DEFAULT_BASE, "versions": VERSIONS}) as written:
        for article in Newsroom(ontology, 120, seed=3).articles():
            written.put(asserts.graph(article.document), asserts.triples(article), asserts.ledger(article.document))
        written.put(ENTITIES, asserts.names(written.labels()))
        written.replace(DEPENDENCIES, derive(written, load_rules(ontology), ontology))
    folders = [str(published_folder(tmp_path / name)) for name in ("one", "other", "written")]
    one, other, build = (set(ox.Store.read_only(folder)) for folder in folders)
    assert one == other == build
    assert len(GraphStore.open(tmp_path / "one").instances("https://w3id.org/lodestone/ontology#Claim")) == 120


@pytest.mark.slow
def test_every_answer_is_measured() -> None:
    shown = run(BENCHMARKS / "answers.py", "--quick")
    titles = ("Look-ups, 600 claims", "Network, 600 claims", "Opening", "Memory, 600 claims", "rdflib, 300 claims")
    assert [title for title in titles if shown.count(title) == 1] == list(titles)
    _, lookups, network, opening, memory, rdflib = re.split("|".join(titles), shown)
    for part in (lookups, rdflib):
        assert not [name for name in load_questions() if name not in part]
    for part in (network, rdflib):
        assert not [name for name in {*ANALYSES} - {"why", "conflicts"} if name not in part]
    assert "600 claims" in opening
    assert "GB" in memory
