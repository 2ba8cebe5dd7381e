"""A graph in a notebook gives what the command line prints, as values that pandas and networkx take."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import networkx as nx
import pandas
import pytest
from lxml.html import fromstring

import kg as package
from kg import Graph, Rows
from kg.config import DEFAULT_BASE, GRAPH_VARIABLE
from kg.errors import EmptyGraphError, ParameterError, PlotError, QueryError, UnknownNameError
from kg.query.asking import load_askings
from kg.query.dependencies import read_dependencies
from kg.query.questions import Answer
from kg.store import GraphStore
from kg.vocab import SEGMENTS


class Outcome(Protocol):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def graph(corpus_graph: Path) -> Graph:
    return Graph.open(corpus_graph)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A graph in which nothing is said."""
    folder = tmp_path_factory.mktemp("empty") / "graph"
    with GraphStore.writing(folder, {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}}):
        pass
    return Graph.open(folder)


@pytest.mark.parametrize(
    ("question", "names", "named"),
    [
        ("depends-on", ["China"], {}),
        ("share-of", ["rare earths"], {"stage": "mining"}),
        ("path", ["Japan", "China"], {}),
        ("chokepoints", [], {}),
        ("what-if", [], {"without": "China"}),
        ("conflicts", [], {}),
    ],
)
def test_an_answer_is_what_the_command_line_prints(
    kg: Callable[..., Outcome], graph: Graph, question: str, names: list[str], named: dict[str, str]
) -> None:
    rows = graph.ask(question, *names, **named)
    options = [text for key, value in named.items() for text in (f"--{key}", value)]
    printed = kg("ask", question, *names, *options, "--graph", graph.store.folder, "--format", "json").out
    assert list(rows) == json.loads(printed)
    assert len(rows) == len(rows.rows) > 0


@pytest.mark.parametrize("question", ["share-of", "path", "chokepoints"])
def test_rows_are_a_data_frame(graph: Graph, question: str) -> None:
    names = {"path": ["Japan", "China"], "chokepoints": []}.get(question, ["rare earths"])
    rows = graph.ask(question, *names)
    frame = pandas.DataFrame(rows)
    assert tuple(frame.columns) == rows.columns
    assert len(frame) == len(rows)
    assert frame["quote"].iloc[0] == rows.rows[0][rows.columns.index("quote")]


def test_rows_cannot_be_changed(graph: Graph) -> None:
    rows = graph.ask("depends-on", "China")
    with pytest.raises(AttributeError):
        rows.sentence = "else"  # type: ignore[misc]
    assert isinstance(hash(rows), int)


def test_rows_show_themselves_with_their_quotes(graph: Graph) -> None:
    rows = graph.ask("depends-on", "China")
    page = fromstring(f"<div>{rows._repr_html_()}</div>")
    assert len(page.findall(".//q")) == len(rows)
    for row in rows:
        assert row["quote"] in page.text_content()
    assert repr(rows).startswith(f"<Rows: {len(rows)} of who")


def test_what_an_article_says_is_no_html() -> None:
    hostile = "<script>alert(1)</script>&<img src=x onerror=alert(1)>"
    rows = Rows.from_answer(Answer(hostile, ["who", "quote", "source"], [[hostile] * 3]))
    page = fromstring(f"<div>{rows._repr_html_()}</div>")
    assert page.findall(".//script") == page.findall(".//img") == []
    assert page.text_content().count("alert(1)") == 8


def test_a_query_gives_rows(graph: Graph) -> None:
    found = graph.query("SELECT ?who WHERE { ?who lode:owns ?what } ORDER BY ?who LIMIT 3")
    assert found.columns == ("who",)
    assert len(found) == 3
    assert all(row["who"].split(":")[0] in SEGMENTS for row in found), "IRIs are shortened"
    assert graph.query("ASK { ?s ?p ?o }").rows == ((True,),)
    triples = graph.query("CONSTRUCT { ?a lode:owns ?b } WHERE { ?a lode:owns ?b }")
    assert triples.columns == ("subject", "predicate", "object")
    assert {row["predicate"] for row in triples} == {"lode:owns"}
    assert list(triples.rows) == sorted(triples.rows)


@pytest.mark.parametrize("sparql", ["SELECT", "SELECT ?x { SERVICE <https://example.org/> { ?x ?y ?z } }"])
def test_a_query_that_cannot_be_run_is_refused(graph: Graph, sparql: str) -> None:
    with pytest.raises(QueryError):
        graph.query(sparql)


def test_a_network_has_the_dependencies_as_edges(graph: Graph) -> None:
    network = graph.network()
    dependencies = read_dependencies(graph.store)
    assert isinstance(network, nx.MultiDiGraph)
    assert {key for _, _, key in network.edges(keys=True)} == {d.iri for d in dependencies}
    for one in dependencies:
        edge = network.edges[one.dependent, one.provider, one.iri]
        assert (edge["kind"], edge["confidence"], edge["claims"]) == (one.kind, one.confidence, one.claims)
    assert all(node["label"] for _, node in network.nodes(data=True))
    china = f"{DEFAULT_BASE}country/china"
    assert network.nodes[china] == {"label": "China", "type": "country"}
    assert network.has_edge(f"{DEFAULT_BASE}country/japan", china)
    assert not network.has_edge(china, f"{DEFAULT_BASE}country/japan")


def test_a_network_may_include_what_is_planned(graph: Graph) -> None:
    wider = graph.network(include=["planned", "possible"])
    assert {m for _, _, m in graph.network().edges(data="modality")} == {"asserted"}
    assert "planned" in {m for _, _, m in wider.edges(data="modality")}
    assert "negated" not in {m for _, _, m in wider.edges(data="modality")}


def test_a_network_includes_nothing_else(graph: Graph) -> None:
    with pytest.raises(ParameterError, match="negated"):
        graph.network(include=["negated"])


def test_a_thing_shows_its_facts_with_their_quotes(graph: Graph) -> None:
    rows = graph.show("MP Materials")
    assert "MP Materials (company)" in rows.sentence
    assert len(rows) == len(graph.card("MP Materials").claims) >= 10
    assert all(row["quote"] and row["source"] for row in rows)
    assert all("MP Materials" in (row["who"], row["whom"]) or row["details"] for row in rows)


@pytest.mark.parametrize(
    ("names", "parameters", "error", "told"),
    [
        (["Atlantis"], {}, UnknownNameError, "Atlantis"),
        (["Japan", "China"], {}, ParameterError, "China"),
        ([], {}, ParameterError, "depends-on China"),
        (["China"], {"colour": "red"}, ParameterError, "colour"),
    ],
)
def test_what_cannot_be_asked_is_told(
    graph: Graph, names: list[str], parameters: dict[str, str], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        graph.ask("depends-on", *names, **parameters)


def test_an_unknown_question_is_told_with_one_that_is_close(graph: Graph) -> None:
    with pytest.raises(ParameterError, match="depends-on"):
        graph.ask("depend-on", "China")


def test_a_limit_is_told(graph: Graph) -> None:
    every, few = graph.ask("share-of", "rare earths"), graph.ask("share-of", "rare earths", limit=2)
    assert few.rows == every.rows[:2]
    assert f"2 of {len(every)} rows" in few.sentence
    assert graph.ask("share-of", "rare earths", limit=len(every)) == every
    with pytest.raises(ParameterError, match="0"):
        graph.ask("share-of", "rare earths", limit=0)


def test_every_question_of_an_empty_graph_is_told_so(empty: Graph) -> None:
    for asking in load_askings().values():
        names = ["China"] * sum(not parameter.optional for parameter in asking.parameters)
        with pytest.raises(EmptyGraphError, match="kg build"):
            empty.ask(asking.name, *names)


def test_a_graph_may_be_named_by_a_variable(
    corpus_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(GRAPH_VARIABLE, raising=False)
    with pytest.raises(EmptyGraphError, match="graph"):
        Graph.open()
    monkeypatch.setenv(GRAPH_VARIABLE, str(corpus_graph))
    assert Graph.open().store.folder == corpus_graph


def test_a_folder_without_a_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmptyGraphError, match="kg build"):
        Graph.open(tmp_path)


def test_a_graph_is_cut_by_confidence(corpus_graph: Path, graph: Graph) -> None:
    sure = Graph.open(corpus_graph, min_confidence=0.8)
    kept = [row for row in graph.show("MP Materials") if row["confidence"] >= 0.8]
    assert list(sure.show("MP Materials")) == kept
    assert 0 < len(kept) < len(graph.show("MP Materials"))
    assert sure.network().number_of_edges() < graph.network().number_of_edges()


def test_a_picture_is_a_png(graph: Graph) -> None:
    assert graph.ask("share-of", "rare earths").plot()._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(PlotError):
        graph.ask("path", "Japan", "China").plot()


def test_the_package_names_what_a_notebook_uses() -> None:
    assert set(package.__all__) == {"Graph", "Rows", "__version__"}
    with pytest.raises(AttributeError, match="Grph"):
        package.Grph  # noqa: B018


def test_the_version_is_told_without_loading_what_answers_need() -> None:
    code = (
        "import sys, kg; print(kg.__version__, *sorted({'kg.graph', 'networkx', 'rdflib', 'spacy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == package.__version__
