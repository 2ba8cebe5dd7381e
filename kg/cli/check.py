"""Whether a graph is right: `kg validate`, `kg verify` and `kg eval`."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kg import printing
from kg.cli.graphs import open_graph
from kg.cli.options import GraphOption, ModelOption, ReportOption, TextFormat
from kg.cli.terminal import note, print_json, progress
from kg.config import DEFAULT_GRAPH
from kg.query.claims import ClaimReader

app = typer.Typer()


@app.command(epilog="Example: kg validate")
def validate(graph: GraphOption = DEFAULT_GRAPH, form: ReportOption = TextFormat.table) -> None:
    """Check the graph against the SHACL shapes of the ontology."""
    from kg import check

    store, _ = open_graph(graph)
    report = check.validate(store)
    if form is TextFormat.json:
        print_json(asdict(report))
    else:
        print("The graph conforms to its shapes." if report.conforms else f"{len(report.violations)} violations:")
        for violation in report.violations:
            print(f"  {printing.safe(violation)}")
    raise typer.Exit(0 if report.conforms else 1)


@app.command(epilog="Example: kg verify")
def verify(graph: GraphOption = DEFAULT_GRAPH, form: ReportOption = TextFormat.table) -> None:
    """Look every quote up again at its place in the file that it came from."""
    from kg import check

    store, ontology = open_graph(graph)
    found, unfound = check.verify(store, ontology)
    if form is TextFormat.json:
        print_json({"found": found, "unfound": [{"claim": u.claim.iri, "reason": u.reason} for u in unfound]})
    else:
        print(f"{found} quotes found where they should be, {len(unfound)} not.")
        for u in unfound:
            print(f"  {u.claim.source.name} {u.claim.start}-{u.claim.end}: {printing.safe(u.reason)}")
    raise typer.Exit(1 if unfound else 0)


@app.command(
    name="eval",
    epilog="Examples: kg eval gold/ --claims claims.jsonl; kg eval gold/ --claims claims.jsonl --verbose",
)
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder with gold.jsonl, entities.jsonl and the articles as NAME.txt.")],
    claims: Annotated[
        Path | None, typer.Option(help="Claims to score (kg export -f claims), instead of reading the articles anew.")
    ] = None,
    model: ModelOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show how often claims of each confidence are right, too.")
    ] = False,
    form: ReportOption = TextFormat.table,
) -> None:
    """Score what is read from articles against claims that people have marked in them, a relation a line."""
    from kg.evaluate import evaluate, read_claims

    found = evaluate(gold, read_claims(claims) if claims else _read_anew(gold, model))
    if form is TextFormat.json:
        print_json(printing.evaluation_record(found))
    else:
        print(printing.evaluation_text(found, reliability=verbose))


def _read_anew(gold: Path, model: str | None) -> list[dict[str, Any]]:
    """Build the gold set's articles into a graph that is thrown away, and return its claims."""
    from kg import pipeline

    articles = sorted(gold.glob("*.txt")) or [gold]
    with tempfile.TemporaryDirectory() as folder, progress() as report_progress:
        report = pipeline.build(articles, Path(folder, "graph"), model=model, progress=report_progress)
        for failure in report.failures:
            note(f"Not read: {failure}")
        return [c.as_json() for c in ClaimReader(*open_graph(Path(folder, "graph"))).all()]
