"""Copies in a graph: linked by the build, and read from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import pipeline
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.query.copies import list_copies, read_copies
from kg.query.overview import describe_graph
from kg.store import COPIES, GraphStore
from kg.vocab import LODE

PARAGRAPHS = (
    "China accounted for about 69% of the rare earths that were mined anywhere in 2024.",
    "Lynas Rare Earths operates a separation plant in Kuantan and supplies neodymium oxide to makers of magnets in Japan.",
    "MP Materials owns the Mountain Pass mine in California, the only one of its kind that is at work in the United States.",
)
REPORT = (
    "MP Materials owns Mountain Pass. Chile produces copper, of which it has more than any other country in the world."
)


def wire(title: str, date: str, *paragraphs: str) -> str:
    return "\n\n".join([f"Title: {title}\nPublisher: Wire of {title}\nDate: {date}", *paragraphs])


@pytest.fixture
def built(tmp_path: Path) -> Callable[[], GraphStore]:
    """Return a function that builds a graph of the articles in `tmp_path`."""

    def make() -> GraphStore:
        articles = [p for p in tmp_path.iterdir() if p.suffix == ".txt"]
        report = pipeline.build(articles, tmp_path / "graph")
        assert not report.failures
        return GraphStore.open(tmp_path / "graph")

    return make


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three articles: one, a copy under another title and without its first paragraph, and another report."""
    texts = {
        "one": wire("Who digs for magnets", "2025-03-01", *PARAGRAPHS),
        "two": wire("Rare earths explained", "2025-03-02", *PARAGRAPHS[1:]),
        "three": wire("A survey of metals", "2025-03-03", REPORT),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_build_links_copies(articles: Path, built: Callable[[], GraphStore], ontology: Ontology) -> None:
    store = built()
    doc = f"{store.base}doc/"
    assert read_copies(store) == {f"{doc}two": f"{doc}one"}
    assert [tuple(t.value for t in triple) for triple in store.contents(COPIES)] == [
        (f"{doc}two", f"{LODE}copyOf", f"{doc}one")
    ]
    assert describe_graph(store, ontology).copies == 1
    answer = list_copies(ClaimReader(store, ontology))
    assert answer.columns == ("original", "published_first", "copy", "publisher", "date", "title")
    assert [list(row) for row in answer.rows] == [
        ["one", "2025-03-01", "two", "Wire of Rare earths explained", "2025-03-02", "Rare earths explained"]
    ]


def test_links_follow_the_articles(articles: Path, built: Callable[[], GraphStore]) -> None:
    """An earlier copy becomes the original; an edited article is no copy any more, and the graph of copies is empty."""
    built()
    (articles / "zero.txt").write_text(wire("First of all", "2025-02-01", *PARAGRAPHS), encoding="utf-8")
    store = built()
    doc = f"{store.base}doc/"
    assert read_copies(store) == {f"{doc}one": f"{doc}zero", f"{doc}two": f"{doc}zero"}
    for name in ("two", "zero"):
        (articles / f"{name}.txt").write_text(wire("Something else", "2025-03-02", f"{name} says: Peru mines zinc."))
    store = built()
    assert read_copies(store) == {}
    assert list(store.contents(COPIES)) == []


def test_an_entity_that_two_copies_name_is_named_in_one_source(articles: Path, built: Callable[[], GraphStore]) -> None:
    """What the question of co-mentions counts: articles that are no copies."""
    from kg import Graph

    built()
    answer = Graph.open(articles / "graph").ask("co-mentions", "MP Materials")
    counted = {row["who"]: row["articles"] for row in answer}
    assert counted["Mountain Pass mine"] == 2


def test_a_graph_without_sketches_has_no_copies(tmp_path: Path) -> None:
    from kg.copies import link_copies

    with GraphStore.writing(tmp_path / "graph", {"base": "https://example.org/", "versions": {}}) as store:
        one = ox.NamedNode("https://example.org/doc/a")
        store.put(one, [(one, ox.NamedNode(LODE + "says"), ox.Literal("x"))])
        assert not link_copies(store)
    assert read_copies(GraphStore.open(tmp_path / "graph")) == {}
