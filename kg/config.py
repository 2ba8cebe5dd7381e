"""Where things lie, and what holds when nothing else is said."""

from __future__ import annotations

from pathlib import Path

DEFAULT_BASE = "https://w3id.org/lodestone/id/"
DEFAULT_GRAPH = Path("graph")
GRAPH_VARIABLE = "KG_GRAPH"
MAX_ARTICLE_BYTES = 1_000_000

_INSTALLED = Path(__file__).parent / "share" / "ontology"
_CHECKOUT = Path(__file__).parent.parent / "ontology"


def ontology_folder() -> Path:
    """Return the folder of the ontology: inside the installed package, or beside it in a checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
