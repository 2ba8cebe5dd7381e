"""From articles to the graph and the card: what merges across documents is told, can be undone, and has the same bytes."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.config import DEFAULT_BASE, ontology_folder
from kg.ontology import Ontology
from kg.pipeline import Stages, build, resolve_documents
from kg.query.names import NameIndex
from kg.query.overview import Card, describe_entity
from kg.read import read_documents
from kg.resolve.decisions import load_decisions
from kg.store import ENTITIES, GraphStore

ARTICLES = {
    "a": "Qorval Copper Mines Ltd (QCM) has invested $5 million in Tesla. Apex Metals is based in Perth.",
    "b": "QCM has acquired Grayrock Metals Ltd.",
    "c": "Apex Metals is headquartered in Santiago, Chile. Apex Metals produces copper.",
    "d": "Apex Metals produces tin. Grayrock Metals produces lead.",
}
HEAD = (
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
)


class Graph:
    """A graph that is built an article at a time."""

    def __init__(self, folder: Path, stages: Stages) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.stages = folder, stages
        self.store = GraphStore.create(folder / "graph", {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}})

    def put(self, name: str, text: str | None = None) -> None:
        path = self.folder / f"{name}.txt"
        path.write_text(text or ARTICLES[name], encoding="utf-8")
        (document,) = read_documents(path)
        triples, asserter = self.stages.asserter.triples(self.stages.read(document)), self.stages.asserter
        self.store.put(asserter.graph(document), triples, asserter.ledger(document))

    def resolve(self, *lines: str) -> None:
        (self.folder / "names").mkdir(exist_ok=True)
        (self.folder / "names" / "decisions.ttl").write_text(HEAD + "\n".join(lines), encoding="utf-8")
        ontology = self.stages.linker.ontology
        resolve_documents(self.store, ontology, load_decisions(self.folder))
        self.store.put(ENTITIES, self.stages.asserter.names(self.store.labels()))

    def quads(self) -> list[ox.Quad]:
        return list(self.store.quads())

    def card(self, name: str) -> Card:
        ontology = self.stages.linker.ontology
        return describe_entity(self.store, ontology, NameIndex(self.store, ontology).resolve(name).value)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, stages: Stages) -> Path:
    """The folder of a graph of all the articles; for copying only."""
    graph = Graph(tmp_path_factory.mktemp("all") / "made", stages)
    for name in ARTICLES:
        graph.put(name)
    graph.resolve()
    graph.store.flush()
    return graph.folder


@pytest.fixture
def graph(made: Path, tmp_path: Path, stages: Stages) -> Graph:
    """A graph of all the articles, to be changed by the test."""
    return Graph(Path(shutil.copytree(made, tmp_path / "made")), stages)


def test_an_acronym_of_another_article_is_one_node_and_the_card_says_why(graph: Graph) -> None:
    card = graph.card("QCM")
    assert card.iri == DEFAULT_BASE + "company/qorval-copper-mines"
    assert {c.relation for c in card.claims} == {"invests_in", "acquires"}
    (naming,) = (n for n in card.namings if n.merged)
    assert (naming.surface, naming.documents, naming.times) == ("QCM", ("b",), 1)
    assert naming.read_as == DEFAULT_BASE + "company/qcm"
    assert naming.merged == "acronym of Qorval Copper Mines Ltd, introduced in brackets in a"


def test_two_of_one_name_have_cards_that_name_each_other(graph: Graph) -> None:
    card = graph.card("company/apex-metals_chile")
    assert {c.source.name for c in card.claims} == {"c"}
    assert DEFAULT_BASE + "company/apex-metals_australia" in {a.iri for a in card.apart}
    assert graph.card("company/apex-metals").claims[0].source.name == "d"


def test_the_order_of_building_changes_nothing(tmp_path: Path, stages: Stages, graph: Graph) -> None:
    for n, order in enumerate(itertools.islice(itertools.permutations(ARTICLES), 1, 24, 7)):
        other = Graph(tmp_path / str(n), stages)
        for name in order:
            other.put(name)
            other.resolve()
        assert other.quads() == graph.quads()


def test_resolving_again_changes_nothing(graph: Graph) -> None:
    before = graph.quads()
    graph.resolve()
    assert graph.quads() == before


def test_an_article_that_changes_takes_its_merges_with_it(graph: Graph) -> None:
    graph.put("a", "Apex Metals is based in Perth.")
    graph.resolve()
    assert graph.card("QCM").iri == DEFAULT_BASE + "company/qcm"


def test_a_decision_merges_and_its_removal_unmerges(graph: Graph) -> None:
    before = graph.quads()
    graph.resolve('<company/grayrock-metals> owl:sameAs <company/apex-metals> ; rdfs:comment "one owner" .')
    card = graph.card("Grayrock Metals")
    assert card.iri == DEFAULT_BASE + "company/apex-metals"
    assert card.label == "Apex Metals"
    assert "your decision in decisions.ttl, line 4: one owner" in {n.merged for n in card.namings}
    assert not list(
        graph.store.query("SELECT ?p WHERE { <" + DEFAULT_BASE + "company/grayrock-metals> rdfs:label ?p }")
    )
    graph.resolve()
    assert graph.quads() == before


def test_a_decision_may_merge_into_a_listed_entity(graph: Graph) -> None:
    graph.resolve("<company/apex-metals_chile> owl:sameAs <company/codelco> .")
    card = graph.card("Codelco")
    assert card.label == "Codelco"
    assert {c.source.name for c in card.claims} == {"c"}


def test_a_decision_splits_an_entity_by_document(graph: Graph) -> None:
    graph.resolve("<company/tin-apex> owl:differentFrom <company/apex-metals> ; dcterms:source <doc/d> .")
    card = graph.card("company/tin-apex")
    assert [c.source.name for c in card.claims] == ["d"]
    assert "your decision" in {n.merged for n in card.namings}.pop()


def test_claims_keep_their_iris_through_every_merge(graph: Graph, ontology: Ontology) -> None:
    def claims() -> set[str]:
        return set(graph.store.instances("https://w3id.org/lodestone/ontology#Claim"))

    before = claims()
    graph.resolve("<company/grayrock-metals> owl:sameAs <company/apex-metals> .")
    assert claims() == before


def test_a_decision_takes_effect_without_reading_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kg: Callable[..., Any]
) -> None:
    folder = shutil.copytree(ontology_folder(), tmp_path / "ontology")
    monkeypatch.setenv("KG_ONTOLOGY", str(folder))
    article, graph = tmp_path / "a.txt", tmp_path / "graph"
    article.write_text(ARTICLES["d"], encoding="utf-8")
    build([article], graph)
    decisions = folder / "names" / "decisions.ttl"
    with decisions.open("a", encoding="utf-8") as file:
        file.write('<company/grayrock-metals> owl:sameAs <company/apex-metals> ; rdfs:comment "one owner" .\n')
    assert build([article], graph).unchanged == 1
    shown = kg("show", "Grayrock Metals", "--graph", graph)
    assert "your decision in" in shown.out
    assert "one owner" in " ".join(shown.out.split())
    assert json.loads(kg("show", "Grayrock Metals", "--graph", graph, "--format", "json").out)["label"] == "Apex Metals"
    with decisions.open("a", encoding="utf-8") as file:
        file.write("<company/nobody> owl:sameAs <company/apex-metals> .\n")
    failed = kg("build", article, "--graph", graph)
    assert failed.code == 1
    assert failed.err.strip().splitlines()[-1].startswith(f"Error: {decisions}, line ")
    assert "company/nobody" in failed.err
