"""`kg ask`: ready questions."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.graphs import open_graph
from kg.cli.options import ConfidenceOption, GraphOption, TableFormat, TableOption
from kg.cli.terminal import print_answer
from kg.config import DEFAULT_GRAPH
from kg.query.confidence import keep_confident
from kg.query.names import NameIndex
from kg.query.questions import Answer, ask, find_question, load_questions

app = typer.Typer()


@app.command(
    name="ask",
    epilog='Examples: kg ask depends-on China; kg ask share-of "rare earths"; kg ask investments "MP Materials"; '
    "kg ask depends-on China --min-confidence 0.7",
)
def ask_question(
    question: Annotated[str | None, typer.Argument(help="Name of the question.")] = None,
    name: Annotated[str | None, typer.Argument(help="What it asks about: a name, in English or Chinese.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the questions.")] = False,
    graph: GraphOption = DEFAULT_GRAPH,
    min_confidence: ConfidenceOption = 0.0,
    form: TableOption = TableFormat.table,
) -> None:
    """Answer a ready question, each row with its quote and source."""
    questions = load_questions()
    if list_all or question is None:
        rows = [(q.name, q.sentence.replace("{name}", q.parameter.upper()), q.example) for q in questions.values()]
        print_answer(Answer("", ("question", "asks", "example"), rows), form)
        return
    chosen = find_question(questions, question)
    if name is None:
        raise typer.BadParameter(f"{question} asks about a name, for example: {chosen.example}")
    store, ontology = open_graph(graph)
    names = NameIndex(store, ontology)
    print_answer(ask(keep_confident(store, ontology, min_confidence), names, chosen, name), form)
