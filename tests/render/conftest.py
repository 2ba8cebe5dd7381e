"""What the tests of the explorer share: a browser, and pages of claims opened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from exploring import Opened

from kg.ontology import Ontology
from kg.query.claims import StoredClaim
from kg.render import write_explorer
from kg.render.explored import Explored

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def open_graph(browser: Browser, tmp_path: Path, ontology: Ontology) -> Iterator[Callable[..., Opened]]:
    """Return a function that writes a page of claims (or of all an Explored holds) and opens it, the tour being over."""
    contexts = []

    def open_page(
        graph: Explored | Sequence[StoredClaim],
        width: int = 1280,
        height: int = 720,
        fragment: str = "",
        name: str = "page",
        **context: Any,
    ) -> Opened:
        explored = graph if isinstance(graph, Explored) else Explored(graph)
        write_explorer(explored, ontology, tmp_path / f"{name}.html", "Lodestone")
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **context))
        contexts[-1].add_init_script('localStorage.setItem("lodestone-tour", "done")')
        return Opened(contexts[-1].new_page(), (tmp_path / f"{name}.html").as_uri() + fragment)

    yield open_page
    for context in contexts:
        context.close()
