"""Small graphs made of a few sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.config import DEFAULT_BASE
from kg.pipeline import Stages
from kg.read import read_documents
from kg.store import ENTITIES, GraphStore


@pytest.fixture(scope="session")
def graph_of(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., GraphStore]:
    """Return a function that reads texts, named one, two, three and four, into a graph."""

    def make(*texts: str) -> GraphStore:
        folder = tmp_path_factory.mktemp("few")
        store = GraphStore.create(folder / "graph", {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}})
        for name, text in zip(("one", "two", "three", "four"), texts, strict=False):
            path = folder / f"{name}.txt"
            path.write_text(text, encoding="utf-8", newline="")
            (document,) = read_documents(path)
            linked = stages.read(document)
            triples, ledger = stages.asserter.triples(linked), stages.asserter.ledger(document)
            store.put(stages.asserter.graph(document), triples, ledger)
        store.put(ENTITIES, stages.asserter.names(store.labels()))
        return store

    return make
