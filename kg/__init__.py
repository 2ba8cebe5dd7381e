"""Lodestone: news about supply chains as a knowledge graph in which every fact carries its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import Graph as Graph
    from kg.graph import Rows as Rows

__version__ = "0.1.0"
__all__ = ["Graph", "Rows", "__version__"]


def __getattr__(name: str) -> Any:
    """Import what a notebook uses when it is first used, so that `kg --version` need not wait for it."""
    if name in {"Graph", "Rows"}:
        from kg import graph

        return getattr(graph, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
