"""What the tests of pages share: a browser, and two served graphs, one of articles and one of hostile texts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Site, make_graph, serving
from written import hostile_graphs

from kg import pipeline

ARTICLES = ("mp-materials-01", "china-export-controls-02", "japan-01")


@pytest.fixture(scope="session")
def small_graph(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of three articles, the last of which is gone since."""
    folder = tmp_path_factory.mktemp("pages")
    articles = [shutil.copy(corpus / f"{name}.txt", folder) for name in ARTICLES]
    assert not pipeline.build([Path(article) for article in articles], folder / "graph").failures
    Path(articles[-1]).unlink()
    return folder / "graph"


@pytest.fixture(scope="session")
def pages_site(small_graph: Path) -> Iterator[Site]:
    """`small_graph`, served."""
    with serving(small_graph, workers=3, timeout=60) as site:
        yield site


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A graph in which every name, quote, title and address tries to be more than text, served."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "graph").mkdir()
    with serving(make_graph(folder / "graph", hostile_graphs(folder)), workers=3, timeout=60) as site:
        yield site
