"""The options that several commands have, and the ways in which they print."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.config import GRAPH_VARIABLE
from kg.export import EXPORTERS, FOLDERS


class TableFormat(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"
    markdown = "markdown"


class QueryFormat(StrEnum):
    """How the result of a query is printed; turtle is for CONSTRUCT and DESCRIBE."""

    table = "table"
    json = "json"
    csv = "csv"
    turtle = "turtle"


class Included(StrEnum):
    """What counts beside what is asserted."""

    planned = "planned"
    possible = "possible"


class TextFormat(StrEnum):
    """How a report is printed."""

    table = "table"
    json = "json"


ExportFormat = StrEnum("ExportFormat", [(name, name) for name in (*EXPORTERS, *FOLDERS)])  # type: ignore[misc]


def _checked_confidence(value: float) -> float:
    """Return a confidence; refuses what is no number from 0 to 1, "nan" too."""
    if not 0 <= value <= 1:
        raise typer.BadParameter(f"{value} is no confidence; give a number from 0 to 1")
    return value


GraphOption = Annotated[Path, typer.Option("--graph", "-g", envvar=GRAPH_VARIABLE, help="Folder of the graph.")]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="An installed spaCy pipeline with a parser, instead of the embedded one.")
]
TableOption = Annotated[TableFormat, typer.Option("--format", help="How to print.")]
ReportOption = Annotated[TextFormat, typer.Option("--format", help="How to print.")]
IncludeOption = Annotated[
    list[Included] | None,
    typer.Option("--include", help="Count dependencies that are planned or possible, too; give it twice for both."),
]
ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--min-confidence",
        metavar="FROM 0 TO 1",
        help="Leave out claims with a lower confidence, and what rests on them alone, direct triples too.",
        callback=_checked_confidence,
    ),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write, instead of standard output.")]
