"""What `kg build` and `kg status` tell: progress, a log for programs, nothing at all; and what could not be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.cli import terminal
from kg.config import DEFAULT_BASE
from kg.store import GraphStore

Run = Callable[..., Any]
TRADE = "Title: Trade\n\nJapan depends on China for rare earths.\n"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with an article and a file that is none."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "good.txt").write_text(TRADE, encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\n")
    return folder


def test_the_log_is_one_json_object_a_line(kg: Run, news: Path, tmp_path: Path) -> None:
    found = kg("build", news, "--graph", tmp_path / "graph", "--json")
    assert found.code == 1
    events = [json.loads(line) for line in found.err.splitlines()]
    assert [e["event"] for e in events] == ["begun", "quarantined", "read", "finishing", "done"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", e["time"]) for e in events)
    bad, good = events[1:3]
    assert (bad["file"], good["file"]) == (str(news / "bad.txt"), str(news / "good.txt"))
    assert "bad.txt" in bad["reasons"][0]
    assert (good["done"], good["total"], good["documents"], good["claims"]) == (2, 2, 1, 1)
    assert "documents  1" in found.out


def test_quiet_tells_problems_alone(kg: Run, news: Path, tmp_path: Path) -> None:
    found = kg("build", news, "--graph", tmp_path / "graph", "--quiet")
    assert (found.code, found.out) == (1, "")
    (line,) = found.err.splitlines()
    assert line.startswith("Not read: ")
    (news / "bad.txt").unlink()
    found = kg("build", news, "--graph", tmp_path / "graph", "--quiet", "--prune")
    assert (found.code, found.out, found.err) == (0, "", "")


def test_a_build_tells_in_words_what_it_did(kg: Run, news: Path, tmp_path: Path) -> None:
    found = kg("build", news, "--graph", tmp_path / "graph")
    assert found.out.startswith("Read 1 document with 1 claim, 1 problem. The graph in ")
    again = kg("build", news, "--graph", tmp_path / "graph")
    assert again.code == 1
    assert again.out.startswith("Read 0 documents with 0 claims, 1 is unchanged, 1 problem.")
    assert "--retry" in again.err


def test_status_tells_what_could_not_be_read_and_what_made_the_graph(kg: Run, news: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    kg("build", news, "--graph", graph, "--quiet")
    told = " ".join(kg("status", "--graph", graph).out.split())
    assert re.search(r"made by +lodestone \S+, ontology \S+, pipeline \S+", told)
    assert re.search(r"last build \d{4}-\d\d-\d\dT", told)
    assert re.search(r"notread1file.*bad\.txt", told.replace(" ", "")), "however long paths are broken"
    rows = json.loads(kg("status", "--graph", graph, "--format", "json").out)
    by_part = {(row["part"], row["kind"]): row for row in rows}
    assert by_part["documents", ""]["number"] == by_part["claims", "asserted"]["number"] == 1
    assert by_part["quarantined", ""]["number"] == 1
    assert "bad.txt" in by_part["quarantined", str(news / "bad.txt")]["note"]
    assert {"lodestone", "ontology", "pipeline"} == {kind for part, kind in by_part if part == "made by"}
    (refused,) = json.loads(kg("status", "--quarantined", "--graph", graph, "--format", "json").out)
    assert refused["file"] == str(news / "bad.txt")
    (news / "bad.txt").write_text(TRADE, encoding="utf-8")
    assert kg("build", news, "--graph", graph, "--quiet").code == 0
    assert json.loads(kg("status", "--quarantined", "--graph", graph, "--format", "json").out) == []


def test_a_second_build_at_once_is_refused(kg: Run, news: Path, tmp_path: Path) -> None:
    with GraphStore.writing(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}}):
        found = kg("build", news, "--graph", tmp_path / "graph")
    assert (found.code, found.out) == (3, "")
    assert "process" in found.err


def test_lines_of_progress_tell_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(terminal, "monotonic", lambda: next(clock))
    with terminal.progress() as tell:
        tell(2, 8, "a.txt")
        tell(4, 8, "b.txt")
        tell(8, 8, "")
    assert capsys.readouterr().err.splitlines()[1:] == [
        "2 of 8 articles a.txt",
        "4 of 8 articles b.txt, 0:02:00 left",
        "8 of 8 articles",
    ]
