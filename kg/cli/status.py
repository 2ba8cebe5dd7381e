"""`kg status`: what the graph holds, what made it, and what could not be read."""

from __future__ import annotations

from typing import Annotated

import typer

from kg import printing
from kg.cli.graphs import open_graph
from kg.cli.options import GraphOption, TableFormat, TableOption
from kg.cli.terminal import out, print_answer
from kg.config import DEFAULT_GRAPH
from kg.query.names import NameIndex
from kg.query.overview import Overview, describe_graph
from kg.query.questions import Answer
from kg.store import FileEntry, GraphStore

_FEW = 5  # files that are listed without being asked for

app = typer.Typer()


@app.command(epilog="Examples: kg status --names; kg status --quarantined --format csv")
def status(
    names: Annotated[
        bool, typer.Option("--names", help="List the names that can be asked about, the most spoken of first.")
    ] = False,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="List the files that could not be read, or not all of them, and why.")
    ] = False,
    graph: GraphOption = DEFAULT_GRAPH,
    form: TableOption = TableFormat.table,
) -> None:
    """Show what the graph holds: documents, claims, entities, relations, what could not be read, and what made it when."""
    store, ontology = open_graph(graph)
    if names:
        print_answer(Answer("", ("name", "type", "claims"), NameIndex(store, ontology).ranked()), form)
        return
    refused = [entry for entry in store.files().values() if entry.reasons]
    if quarantined:
        rows = [(entry.location, reason) for entry in refused for reason in entry.reasons]
        print_answer(Answer("", ("file", "reason"), rows), form)
        return
    overview = describe_graph(store, ontology)
    if form is TableFormat.table:
        _print_status(store, overview, refused)
    else:
        print_answer(Answer("", ("part", "kind", "number", "note"), _rows(store, overview, refused)), form)


def _print_status(store: GraphStore, overview: Overview, refused: list[FileEntry]) -> None:
    console = out()
    printing.print_overview(console, overview)
    made_by = ", ".join(f"{name} {version}" for name, version in overview.versions.items())
    console.print(f"made by    {made_by}")
    console.print(f"last build {store.manifest.get('built', 'unknown')}")
    console.print(f"not read   {len(refused):,} {'file' if len(refused) == 1 else 'files'}")
    for entry in refused[:_FEW]:
        for reason in entry.reasons[:_FEW]:
            console.print(f"  {printing.safe(reason)}")
    if len(refused) > _FEW or any(len(entry.reasons) > _FEW for entry in refused):
        console.print("  ...; kg status --quarantined lists all")


def _rows(
    store: GraphStore, overview: Overview, refused: list[FileEntry]
) -> list[tuple[str, str, int | None, str | None]]:
    """Return the status as a table: numbers of each part of the graph, and notes."""
    return [
        ("documents", "", overview.documents, None),
        *(
            (part, kind, number, None)
            for part in ("claims", "entities", "relations")
            for kind, number in getattr(overview, part).items()
        ),
        ("quarantined", "", len(refused), None),
        *(("quarantined", entry.location, len(entry.reasons), " ".join(entry.reasons)) for entry in refused),
        *(("made by", name, None, version) for name, version in overview.versions.items()),
        ("last build", "", None, store.manifest.get("built")),
    ]
