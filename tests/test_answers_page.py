"""docs/answers.md shows what is printed, and every question."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from kg.config import GRAPH_VARIABLE
from kg.query.asking import load_askings

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "answers.md").read_text(encoding="utf-8")
_SPEC = importlib.util.spec_from_file_location("refresh", DOCS / "refresh.py")
assert _SPEC
assert _SPEC.loader
refreshing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(refreshing)


class Outcome(Protocol):
    code: int
    out: str
    err: str


@pytest.fixture
def place(tmp_path: Path, corpus_graph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(corpus_graph, tmp_path / "graph")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(GRAPH_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.usefixtures("place")
def test_the_page_shows_what_is_printed(kg: Callable[..., Outcome]) -> None:
    asked = []

    def run(arguments: list[str]) -> str:
        found = kg(*arguments)
        assert (found.code, found.err) == (0, "")
        asked.append(arguments[1])
        return found.out

    # After a change that is meant, `python docs/refresh.py` writes the page anew.
    assert refreshing.refresh(PAGE, run) == PAGE
    assert set(asked) == set(load_askings()), "every question has an example"


def test_the_page_shows_another_output_as_another_page() -> None:
    assert refreshing.refresh(PAGE, lambda arguments: "else") != PAGE


def test_the_table_of_the_page_lists_every_question() -> None:
    rows = re.findall(r"^\| `([\w-]+)([^`]*)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(load_askings())
    for name, parameters, asks in rows:
        asking = load_askings()[name]
        assert asks == asking.asks.replace("[", "").replace("]", "")
        assert len(re.findall(r"[A-Z]+", parameters)) == len(asking.parameters)
