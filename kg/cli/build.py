"""`kg build`: articles into the graph."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kg import printing
from kg.cli.options import ConfidenceOption, GraphOption, ModelOption, ReportOption, TextFormat
from kg.cli.terminal import note, out, print_json, progress
from kg.config import DEFAULT_BASE, DEFAULT_GRAPH, MAX_ARTICLE_BYTES
from kg.ontology import load_ontology
from kg.query.overview import describe_graph
from kg.store import GraphStore

_INTERRUPTED = 130

app = typer.Typer()


@app.command(
    epilog="Examples: kg build corpus/ more/article.html --graph graph/; "
    "kg build more/article.html --min-confidence 0.5 --graph sure/"
)
def build(
    paths: Annotated[list[Path], typer.Argument(help="Articles, or folders of them: .txt, .md, .html, .jsonl.")],
    graph: GraphOption = DEFAULT_GRAPH,
    model: ModelOption = None,
    base: Annotated[str, typer.Option(help="What the IRIs of things begin with.")] = DEFAULT_BASE,
    max_bytes: Annotated[int, typer.Option(help="Longest article that is read.", min=1)] = MAX_ARTICLE_BYTES,
    min_confidence: ConfidenceOption = 0.0,
    form: ReportOption = TextFormat.table,
) -> None:
    """Read articles into the graph. What has not changed since the last build with the same options is left as it is."""
    from kg import pipeline

    try:
        with progress() as report_progress:
            report = pipeline.build(
                paths,
                graph,
                model=model,
                base=base,
                max_bytes=max_bytes,
                min_confidence=min_confidence,
                progress=report_progress,
            )
    except KeyboardInterrupt:
        note("Interrupted; what was read so far is in the graph.")
        raise typer.Exit(_INTERRUPTED) from None
    overview = describe_graph(GraphStore.open(graph), load_ontology())
    if form is TextFormat.json:
        print_json(
            {
                "read": report.read,
                "unchanged": report.unchanged,
                "failures": report.failures,
                "graph": str(graph),
                **asdict(overview),
            }
        )
    else:
        total = report.read + report.unchanged + len(report.failures)
        print(f"Read {report.read} of {total} articles, {report.unchanged} unchanged. The graph in {graph} holds:")
        printing.print_overview(out(), overview)
    for failure in report.failures:
        note(f"Not read: {failure}")
    raise typer.Exit(1 if report.failures else 0)
