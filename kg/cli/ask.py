"""`kg ask`: ready questions, and `kg diff`: what changed between two graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.graphs import open_graph
from kg.cli.options import ConfidenceOption, GraphOption, IncludeOption, TableFormat, TableOption
from kg.cli.terminal import note, print_answer, print_answers
from kg.config import DEFAULT_GRAPH
from kg.ontology import load_ontology
from kg.query.asking import answer_question, find_asking, load_askings
from kg.query.confidence import keep_confident
from kg.query.names import NameIndex
from kg.query.questions import Answer, given_values
from kg.store import GraphStore

app = typer.Typer()


@app.command(
    name="ask",
    epilog='Examples: kg ask depends-on China; kg ask share-of "rare earths" --stage mining --plot share.png; '
    "kg ask path Japan China --include planned; kg ask what-if --without China --limit 10; "
    "kg ask depends-on China --min-confidence 0.7 --format markdown",
)
def ask_question(
    question: Annotated[str | None, typer.Argument(help="Name of the question.")] = None,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="What it asks about, in its order: names in any language, or IRIs."),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the questions.")] = False,
    include: IncludeOption = None,
    without: Annotated[str | None, typer.Option(help="For what-if: a name without which to look.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only this stage, such as mining or refining.")] = None,
    time: Annotated[str | None, typer.Option(help="Only this year, month or day, as in 2024-07.")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Print at most so many rows; for path, so many paths.", min=1)
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the shares of the answer into this .png, .svg or .pdf file, too.")
    ] = None,
    graph: GraphOption = DEFAULT_GRAPH,
    min_confidence: ConfidenceOption = 0.0,
    form: TableOption = TableFormat.table,
) -> None:
    """Answer a ready question, each row with its quote and source."""
    if list_all or question is None:
        rows = [(q.name, q.asks, q.example) for q in load_askings().values()]
        print_answers([Answer("", ("question", "asks", "example"), rows)], form)
        return
    chosen = find_asking(question)
    named = {"without": without, "stage": stage, "time": time}
    given = given_values(chosen, names or (), {key: value for key, value in named.items() if value is not None})
    store, ontology = open_graph(graph)
    known = NameIndex(keep_confident(store, ontology, min_confidence), ontology, store)
    answers = answer_question(known, chosen, given, [m.value for m in include or ()], limit)
    if plot:
        from kg.plot import plot_shares

        plot_shares(answers[0], plot)
        note(f"Drawn into {plot}")
    print_answers(answers, form)


@app.command(epilog="Example: kg diff graph-2024/ graph/")
def diff(
    old: Annotated[Path, typer.Argument(help="Folder of the graph as it was.")],
    new: Annotated[Path, typer.Argument(help="Folder of the graph as it is.")],
    form: TableOption = TableFormat.table,
) -> None:
    """Show which claims were added, are gone or say something else, each with its quote and source."""
    from kg.query.diff import diff, list_changes

    changes = diff(GraphStore.open(old), GraphStore.open(new), load_ontology())
    print_answer(list_changes(changes), form)
