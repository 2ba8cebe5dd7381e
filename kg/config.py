"""Where things lie, and what holds when nothing else is said."""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT_BASE = "https://w3id.org/lodestone/id/"
DEFAULT_GRAPH = Path("graph")
GRAPH_VARIABLE = "KG_GRAPH"
ONTOLOGY_VARIABLE = "KG_ONTOLOGY"
WORKERS_VARIABLE = "KG_WORKERS"
MAX_ARTICLE_BYTES = 1_000_000

_INSTALLED = Path(__file__).parent / "share" / "ontology"
_CHECKOUT = Path(__file__).parent.parent / "ontology"


def ontology_folder() -> Path:
    """Return the folder that KG_ONTOLOGY names, else that inside the installed package or beside it in a checkout."""
    named = os.environ.get(ONTOLOGY_VARIABLE)
    if named:
        return Path(named)
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
