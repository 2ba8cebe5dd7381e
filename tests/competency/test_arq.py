"""The SPARQL of the questions asked in Apache Jena ARQ, an engine of others: the same rows as in Oxigraph."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from test_competency import CASES

from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.query.parameters import NOT_GIVEN, put_terms
from kg.query.questions import Question, load_questions
from kg.store import GraphStore
from kg.vocab import prefixes

JARS = importlib.util.find_spec("owlready2")  # the package brings the jars of Jena
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no java"),
    pytest.mark.skipif(JARS is None, reason="there are no jars of Apache Jena; pip install owlready2"),
]
QUESTIONS = load_questions()
# Besides the examples: optional parameters, places in places, what is traded, what many articles speak of.
ASKED = [(name, *shlex.split(question.example)[3:]) for name, question in QUESTIONS.items()] + [
    ("share-of", "rare earths", "mining"),
    ("share-of", "lithium", "refining", "2024"),
    ("share-of", "China", "", "2024-06"),
    ("timeline", "China", "2024"),
    ("timeline", "Lynas"),
    ("depends-on", "rare earths"),
    ("suppliers-of", "rare earths"),
    ("customers-of", "neodymium"),
    ("facilities-in", "United States"),
    ("restrictions-on", "United States"),
    ("dependents-of", "China"),
    ("co-mentions", "China"),
]
Cell = tuple[str, ...]


@pytest.fixture(scope="module")
def dataset(corpus_store: GraphStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the example articles as N-Quads, with what is merged in the default graph."""
    path = tmp_path_factory.mktemp("arq") / "graph.nq"
    merged = (ox.Quad(t.subject, t.predicate, t.object) for t in corpus_store.triples())
    with path.open("wb") as out:
        ox.serialize([*merged, *corpus_store.quads()], out, format=ox.RdfFormat.N_QUADS)
    return path


def query_of(question: Question, names: NameIndex, values: tuple[str, ...]) -> str:
    """Return the query of a question about values; "" stands for what is not given."""
    given = dict(zip(question.parameters, values, strict=False))
    return put_terms(
        question.query, {p: p.read(given[p], names) if given.get(p) else NOT_GIVEN for p in question.parameters}
    )


def in_oxigraph(store: GraphStore, query: str) -> list[dict[str, Any]]:
    text = store.query(query).serialize(format=ox.QueryResultsFormat.JSON)
    return list(json.loads(text)["results"]["bindings"])


def in_arq(dataset: Path, query: str, base: str) -> list[dict[str, Any]]:
    assert JARS is not None
    assert JARS.origin is not None
    known = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes(base).items())
    file = dataset.with_name("query.rq")
    file.write_text(known + query, encoding="utf-8")
    jars = Path(JARS.origin).parent / "pellet"
    command = ["java", "-Dfile.encoding=UTF-8", "-cp", f"{jars}{os.sep}*", "arq.query", f"--data={dataset}"]
    done = subprocess.run([*command, f"--query={file}", "--results=JSON"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return list(json.loads(done.stdout.decode("utf-8"))["results"]["bindings"])


def cell(term: dict[str, str] | None) -> Cell:
    """Return a term so that a string is one whether its datatype is written or not, and a number by its value."""
    if term is None:
        return ()
    datatype = term.get("datatype", "").rpartition("#")[2].replace("string", "")
    number = datatype in {"integer", "decimal", "double"}
    value = f"{float(term['value']):.12g}" if number else term["value"]
    return value, "number" if number else datatype, term.get("xml:lang", ""), term["type"].replace("typed-", "")


def rows(bindings: list[dict[str, Any]], columns: list[str]) -> list[tuple[Cell, ...]]:
    return [tuple(cell(row.get(column)) for column in columns) for row in bindings]


def compare(store: GraphStore, dataset: Path, query: str) -> list[tuple[Cell, ...]]:
    """Check that both engines give the same rows, and return them."""
    columns = [variable.value for variable in store.query(query).variables]
    ours, theirs = (rows(b, columns) for b in (in_oxigraph(store, query), in_arq(dataset, query, store.base)))
    assert Counter(ours) == Counter(theirs)
    return ours


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_ready_question_has_the_same_rows_in_arq(
    asked: tuple[str, ...], corpus_store: GraphStore, ontology: Ontology, dataset: Path
) -> None:
    name, *values = asked
    query = query_of(QUESTIONS[name], NameIndex(corpus_store, ontology), tuple(values))
    compare(corpus_store, dataset, query)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_competency_question_has_the_same_rows_in_arq(case: Any, corpus_store: GraphStore, dataset: Path) -> None:
    assert compare(corpus_store, dataset, case.query) or not case.expected("")


def test_dates_and_numbers_are_compared_with_their_types(corpus_store: GraphStore, dataset: Path) -> None:
    query = """SELECT ?share ?amount ?date ?year ?start ?quantity WHERE {
      { ?c lode:shareMin ?share } UNION { ?c lode:amount ?amount } UNION { ?d dcterms:issued ?date }
      UNION { ?c lode:time ?year } UNION { ?c lode:timeStart ?start } UNION { ?c lode:quantity ?quantity }
    }"""
    found = compare(corpus_store, dataset, query)
    kinds = {value[1] for row in found for value in row if value}
    assert {"number", "date", "gYear", "gYearMonth"} <= kinds
