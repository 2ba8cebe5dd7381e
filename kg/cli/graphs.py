"""Graphs as commands open them."""

from __future__ import annotations

from pathlib import Path

from kg.ontology import Ontology, load_ontology
from kg.store import GraphStore


def open_graph(folder: Path) -> tuple[GraphStore, Ontology]:
    """Open a graph for reading, with the ontology; raises GraphError if the folder holds none."""
    return GraphStore.open(folder), load_ontology()
