"""`kg push`: the graph to another store."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer

from kg.cli.graphs import open_graph
from kg.cli.options import ConfidenceOption, GraphOption, TableFormat, TableOption
from kg.cli.terminal import note, print_answer, progress
from kg.config import DEFAULT_GRAPH
from kg.errors import PushError
from kg.push import (
    DEFAULT,
    Access,
    Contents,
    GraphStoreTarget,
    Plan,
    Record,
    Target,
    UpdateTarget,
    check_all,
    make_plan,
    push,
    write_plan,
)
from kg.query.confidence import keep_confident
from kg.query.questions import Answer

app = typer.Typer()


class Way(StrEnum):
    """How graphs are written there."""

    graph_store = "graph-store"
    update = "update"


class Scheme(StrEnum):
    """How a password is given."""

    basic = "basic"
    digest = "digest"


@app.command(
    name="push",
    epilog="Examples: kg push http://localhost:3030/lodestone/data --dry-run; "
    "kg push http://localhost:8890/sparql-graph-crud-auth --auth digest --merged urn:lodestone --file load",
)
def push_graph(
    url: Annotated[str, typer.Argument(help="Address of the Graph Store Protocol, or of the update service.")],
    by: Annotated[Way, typer.Option("--by", help="How to write there.")] = Way.graph_store,
    query: Annotated[str, typer.Option(help="Address of the query service, with --by update.")] = "",
    merged: Annotated[
        str, typer.Option(help="Graph for all documents together: an IRI, or default for the default graph.")
    ] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Everything, not only what has changed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    check: Annotated[
        bool, typer.Option(help="Read back each graph that was written and compare count and hash.")
    ] = True,
    only_check: Annotated[bool, typer.Option("--only-check", help="Compare all graphs, write none.")] = False,
    file: Annotated[Path | None, typer.Option(help="Write files for a bulk loader into this folder instead.")] = None,
    auth: Annotated[Scheme, typer.Option(help="How KG_PUSH_USER and KG_PUSH_PASSWORD are given.")] = Scheme.basic,
    attempts: Annotated[int, typer.Option(min=1, help="Attempts at each request.")] = 5,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 300.0,
    form: TableOption = TableFormat.table,
    graph: GraphOption = DEFAULT_GRAPH,
    min_confidence: ConfidenceOption = 0.0,
) -> None:
    """Write the graph to another store, the first time whole, then only what has changed.

    Password: KG_PUSH_USER and KG_PUSH_PASSWORD; token: KG_PUSH_TOKEN.
    """
    store, ontology = open_graph(graph)
    contents = Contents(keep_confident(store, ontology, min_confidence), _merged(merged))
    access = Access(attempts, timeout, auth.value)
    target: Target = UpdateTarget(url, query, access) if by is Way.update else GraphStoreTarget(url, access)
    record = Record(graph, url)
    with closing(target):
        if only_check:
            _report_check(contents, target, record, url)
            return
        plan = make_plan(contents, record.known(), whole)
        if file is not None and not dry_run:
            write_plan(contents, plan, file)
        elif not dry_run:
            with progress("Pushing ...", "graphs") as told:
                push(contents, plan, target, record, check, told)
    _report(plan, form, dry_run)


def _merged(name: str) -> str | None:
    """Return the graph that all documents together go to, None if they go to none."""
    if name in {"", "default"}:
        return DEFAULT if name else None
    try:
        return ox.NamedNode(name).value
    except ValueError as error:
        raise typer.BadParameter(f"{name} is no IRI; give one, or default", param_hint="--merged") from error


def _report(plan: Plan, form: TableFormat, dry_run: bool) -> None:
    rows = [(graph or "default graph", "put", found.count) for graph, found in plan.put.items()]
    rows += [(graph or "default graph", "removed", 0) for graph in plan.remove]
    would = "would be " if dry_run else ""
    sentence = (
        f"{len(plan.put):,} graphs with {plan.triples:,} triples {would}put, {len(plan.remove):,} {would}removed, "
        f"{plan.same:,} unchanged"
    )
    if not rows and form is TableFormat.table:
        print(sentence)
    else:
        print_answer(Answer(sentence, ("graph", "what", "triples"), rows), form)


def _report_check(contents: Contents, target: Target, record: Record, url: str) -> None:
    differing = check_all(contents, target, record)
    for name in differing:
        note(f"differs: {name or 'default graph'}")
    if differing:
        raise PushError(f"{len(differing):,} graphs differ at {url}; push them again with --whole")
    print(f"{len(contents.names()):,} graphs are at {url} as they are here")
