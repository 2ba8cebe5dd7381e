"""`kg remove`: take documents out of the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import GraphOption, ReportOption, TextFormat
from kg.cli.terminal import print_json
from kg.config import DEFAULT_GRAPH

app = typer.Typer()


@app.command(epilog="Examples: kg remove old-news; kg remove articles/2019/ --graph graph/")
def remove(
    targets: Annotated[
        list[str], typer.Argument(help="Documents by name, files, or folders of files; a file may be gone already.")
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    form: ReportOption = TextFormat.table,
) -> None:
    """Take documents out of the graph, with their claims and all that follows from them. What others say too stays.

    A document whose file stays where it is comes back with the next build that is given the file.
    """
    from kg.removal import remove_documents

    names = remove_documents(Path(graph), targets)
    if form is TextFormat.json:
        print_json({"removed": names, "graph": str(graph)})
    else:
        print(
            f"Removed {len(names)} of the documents: {', '.join(names)}."
            if names
            else "No document was stored of these."
        )
