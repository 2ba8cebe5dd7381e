"""`kg build`: articles into the graph."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kg import printing
from kg.cli.options import ConfidenceOption, GraphOption, ModelOption, ReportOption, TextFormat
from kg.cli.terminal import log_line, note, out, print_json, progress
from kg.config import DEFAULT_BASE, DEFAULT_GRAPH, MAX_ARTICLE_BYTES, WORKERS_VARIABLE
from kg.limits import LIMITS, Limits
from kg.ontology import load_ontology
from kg.query.overview import describe_graph
from kg.report import BuildReport, Log, Progress
from kg.store import GraphStore

_INTERRUPTED = 130
_MANY_WORKERS = 4  # each of them holds the language pipeline
_MANY_PROBLEMS = 20  # that are told one by one

app = typer.Typer()


def _default_workers() -> int:
    return min(_MANY_WORKERS, os.cpu_count() or 1)


@app.command(
    epilog="Examples: kg build corpus/ more/article.html --graph graph/; "
    "kg build corpus/ --prune --json; "
    "kg build more/article.html --min-confidence 0.5 --graph sure/"
)
def build(
    paths: Annotated[list[Path], typer.Argument(help="Files of articles, or folders of them.")],
    graph: GraphOption = DEFAULT_GRAPH,
    model: ModelOption = None,
    base: Annotated[str, typer.Option(help="What the IRIs of things begin with.")] = DEFAULT_BASE,
    max_bytes: Annotated[int, typer.Option(help="Longest article that is read.", min=1)] = MAX_ARTICLE_BYTES,
    min_confidence: ConfidenceOption = 0.0,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out documents whose files lay in these folders and are gone.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try files again that could not be read before.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that read files; with 0 this one does, without limits. By default one a processor, at most 4.",
            min=0,
            envvar=WORKERS_VARIABLE,
        ),
    ] = None,
    max_seconds: Annotated[float, typer.Option(help="Longest time to read one document.", min=1)] = LIMITS.seconds,
    max_memory: Annotated[
        int, typer.Option(help="Most memory to read one document, in MiB beside the language pipeline.", min=1)
    ] = LIMITS.mebibytes,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Tell no progress and no summary, only problems.")
    ] = False,
    json_log: Annotated[
        bool, typer.Option("--json", help="Write progress and problems to standard error, one JSON object a line.")
    ] = False,
    form: ReportOption = TextFormat.table,
) -> None:
    """Read articles into the graph. What has not changed since the last build with the same options is left as it is."""
    from kg import pipeline

    try:
        with _told(quiet, json_log) as (report_progress, log):
            report = pipeline.build(
                paths,
                graph,
                model=model,
                base=base,
                max_bytes=max_bytes,
                min_confidence=min_confidence,
                workers=_default_workers() if workers is None else workers,
                limits=Limits(max_seconds, max_memory),
                prune=prune,
                retry=retry,
                progress=report_progress,
                log=log,
            )
    except KeyboardInterrupt:
        note("Interrupted; what was read so far is in the graph.")
        raise typer.Exit(_INTERRUPTED) from None
    if form is TextFormat.json:
        _print_record(report, graph)
    elif not quiet:
        print(f"{report.summary()} The graph in {graph} holds:")
        printing.print_overview(out(), describe_graph(GraphStore.open(graph), load_ontology()))
    if not json_log:
        _note_problems(report, graph)
    raise typer.Exit(1 if report.failures else 0)


@contextmanager
def _told(quiet: bool, json_log: bool) -> Iterator[tuple[Progress, Log]]:
    """Give what tells of a build while it runs."""
    if quiet or json_log:
        yield lambda done, total, name: None, log_line if json_log else lambda event: None
    else:
        with progress() as report_progress:
            yield report_progress, lambda event: None


def _print_record(report: BuildReport, graph: Path) -> None:
    counts = {key: getattr(report, key) for key in ("read", "unchanged", "removed", "failures")}
    print_json({**counts, "graph": str(graph), **asdict(describe_graph(GraphStore.open(graph), load_ontology()))})


def _note_problems(report: BuildReport, graph: Path) -> None:
    for failure in report.failures[:_MANY_PROBLEMS]:
        note(f"Not read: {failure}")
    if len(report.failures) > _MANY_PROBLEMS:
        note(f"... and {len(report.failures) - _MANY_PROBLEMS} more; `kg status --quarantined` lists all")
    if report.waiting:
        note(f"{report.waiting} of these files were not tried again, for nothing has changed; --retry does")
