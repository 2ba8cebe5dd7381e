"""Take documents out of a graph, with all that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.errors import UnknownNameError
from kg.manifest import read_manifest
from kg.ontology import load_ontology
from kg.read import file_of
from kg.resolve.decisions import load_decisions
from kg.rules import load_rules
from kg.stages import load_asserter
from kg.store import GraphStore
from kg.whole import finish


def remove_documents(folder: Path, targets: Sequence[str]) -> list[str]:
    """Take out the documents that `targets` name, and return their names, sorted.

    A target is the name of a document, a file, or a folder of files; a file need not exist any more. What other
    documents say too stays. A document whose file stays where it is comes back with the next build that is given the
    file. Raises UnknownNameError for a target that names none, before anything is changed.
    """
    GraphStore.open(folder)  # raises if there is no graph
    manifest = read_manifest(folder)
    ontology = load_ontology()
    asserter = load_asserter(ontology, manifest["versions"], manifest["base"])
    decisions, rules = load_decisions(), load_rules(ontology)
    with GraphStore.writing(folder, manifest) as store:
        ledger, files = store.ledger(), store.files()
        found = [_named(target, ledger, files, folder) for target in targets]
        graphs = sorted({graph for documents, _ in found for graph in documents})
        for graph in graphs:
            store.remove(ox.NamedNode(graph))
        for location in {location for _, locations in found for location in locations}:
            store.forget(location)
        finish(store, asserter, decisions, rules, whole=False)
    return sorted(ledger[graph]["name"] for graph in graphs)


def _named(
    target: str, ledger: Mapping[str, Mapping[str, str]], files: Iterable[str], folder: Path
) -> tuple[set[str], set[str]]:
    """Return the graphs of the documents that a target names, and the locations of their files."""
    path = Path(target).resolve()
    at = {graph: file_of(kept["location"]) for graph, kept in ledger.items()}
    inside = {graph for graph, file in at.items() if path in {file, *file.parents}}
    graphs = inside or {graph for graph, kept in ledger.items() if kept["name"] == target}
    locations = {str(at[graph]) for graph in graphs}
    locations |= {location for location in files if path in {Path(location), *Path(location).parents}}
    if not graphs and not locations:
        raise UnknownNameError(
            f"{target} is no document of {folder}; give a document's name, its file or a folder of files"
        )
    return graphs, locations
