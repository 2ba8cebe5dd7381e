"""Questions that the graph of the example articles must answer, with the rows that a reader of the articles expects."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.query.questions import Answer, ask, load_questions, tabulate
from kg.store import GraphStore

FOLDER = Path(__file__).parent
VERDICTS = {"", "may", "error"}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A question: its query, the ready question that answers it as well ("" if none), what is expected."""

    name: str
    query: str
    ask: str
    some: bool
    columns: Sequence[str]
    rows: dict[Row, str]

    def expected(self, *verdicts: str) -> set[Row]:
        return {row for row, verdict in self.rows.items() if verdict in verdicts}


def plain(value: Any) -> str:
    """Return a cell so that 0.9 and "0.90" are one."""
    text = "" if value is None else str(value)
    return f"{float(text):.10g}" if re.fullmatch(r"\d+(\.\d+)?", text) else text


def read(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^# (question|ask|rows): (.+)$", text, re.MULTILINE))
    columns, *rows = csv.reader(path.with_suffix(".csv").read_text(encoding="utf-8").splitlines())
    assert columns[-1] == "verdict"
    told = {tuple(map(plain, row[:-1])): row[-1] for row in rows}
    assert len(told) == len(rows), "a row stands twice"
    assert header["question"].endswith("?")
    return Case(path.stem, text, header.get("ask", ""), header.get("rows") == "some", columns[:-1], told)


CASES = [read(path) for path in sorted(FOLDER.glob("*.rq"))]


def found(answer: Answer, columns: Sequence[str]) -> set[Row]:
    places = [list(answer.columns).index(column) for column in columns]
    return {tuple(plain(row[place]) for place in places) for row in answer.rows}


def check(case: Case, rows: set[Row]) -> None:
    assert case.expected("") - rows == set(), "the articles say it, and it is not found"
    if not case.some:
        assert rows - case.expected(*VERDICTS) == set(), "it is found, and no article says it"


def test_there_are_questions_of_every_kind(ontology: Ontology) -> None:
    assert len(CASES) >= 25
    assert len(list(FOLDER.glob("*.csv"))) == len(CASES), "every question has its rows"
    assert {verdict for case in CASES for verdict in case.rows.values()} <= VERDICTS
    queries = " ".join(case.query for case in CASES)
    names = {relation.iri.split("#")[1] for relation in ontology.relations.values()}
    assert {name for name in names if f"lode:{name}" not in queries} == set()
    assert {shlex.split(case.ask)[0] for case in CASES if case.ask} == set(load_questions())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_graph_answers_with_what_the_articles_say(case: Case, corpus_store: GraphStore) -> None:
    check(case, found(tabulate(corpus_store.query(case.query)), case.columns))


@pytest.mark.parametrize("case", [case for case in CASES if case.ask], ids=lambda case: case.name)
def test_the_ready_question_answers_the_same(case: Case, corpus_store: GraphStore, ontology: Ontology) -> None:
    name, *given = shlex.split(case.ask)
    values = [value for value in given if "=" not in value]
    named = dict(value.split("=", 1) for value in given if "=" in value)
    answer = ask(corpus_store, NameIndex(corpus_store, ontology), load_questions()[name], *values, **named)
    check(case, found(answer, case.columns))
    assert found(answer, case.columns) == found(tabulate(corpus_store.query(case.query)), case.columns)
