"""`kg export`: the graph for other tools."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.graphs import open_graph
from kg.cli.options import ConfidenceOption, ExportFormat, GraphOption, OutputOption
from kg.config import DEFAULT_GRAPH
from kg.export import export
from kg.query.confidence import keep_confident

app = typer.Typer()


@app.command(
    name="export",
    epilog="Examples: kg export -f turtle -o graph.ttl; kg export -f csv -o tables; "
    "kg export -f claims --min-confidence 0.8 -o claims.jsonl",
)
def export_graph(
    form: Annotated[
        ExportFormat,
        typer.Option(
            "--format", "-f", help="Format; csv and neo4j are several files, in the folder that --output names."
        ),
    ],
    output: OutputOption = None,
    graph: GraphOption = DEFAULT_GRAPH,
    min_confidence: ConfidenceOption = 0.0,
) -> None:
    """Write the graph for other tools."""
    store, ontology = open_graph(graph)
    export(keep_confident(store, ontology, min_confidence), str(form.value), output)
    if output:
        print(output)
