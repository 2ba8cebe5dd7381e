"""Look into a graph: `kg show`, `kg query` and `kg explore`."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kg import printing
from kg.cli.graphs import open_graph
from kg.cli.options import GraphOption, QueryFormat, ReportOption, TextFormat
from kg.cli.terminal import out, print_json
from kg.config import DEFAULT_GRAPH
from kg.query.claims import ClaimReader
from kg.query.names import NameIndex
from kg.query.overview import describe_entity
from kg.query.questions import tabulate
from kg.query.sparql import run_query, serialize

_DESCRIBES = re.compile(r"\s*(?:(?:PREFIX|BASE)\s.*)?DESCRIBE\s", re.IGNORECASE | re.DOTALL)  # may do without braces

app = typer.Typer()


@app.command(epilog="Example: kg show Pentagon")
def show(
    entity: Annotated[str, typer.Argument(help="A name or IRI.")],
    graph: GraphOption = DEFAULT_GRAPH,
    form: ReportOption = TextFormat.table,
) -> None:
    """Show an entity: its types and names, by which rule each mention was linked to it, and its facts with their sentences."""
    store, ontology = open_graph(graph)
    card = describe_entity(store, ontology, NameIndex(store, ontology).resolve(entity).value)
    if form is TextFormat.json:
        print_json({**asdict(card), "claims": [c.as_json() for c in card.claims]})
    else:
        printing.print_card(out(), card)


@app.command(epilog='Example: kg query "SELECT ?who WHERE { ?who lode:investsIn company:mp-materials }"')
def query(
    sparql: Annotated[str, typer.Argument(help="A SPARQL query, or a file that holds one. Prefixes are known.")],
    graph: GraphOption = DEFAULT_GRAPH,
    form: Annotated[
        QueryFormat | None, typer.Option("--format", help="How to print; by default a table, or Turtle for triples.")
    ] = None,
) -> None:
    """Query the graph with SPARQL; each document is also a named graph. No other server is asked."""
    store, _ = open_graph(graph)
    result = run_query(store, _query_text(sparql))
    if form is None:
        form = QueryFormat.turtle if result.kind == "triples" else QueryFormat.table
    if form is QueryFormat.table and result.kind == "solutions":
        printing.print_answer(out(), tabulate(result.value, base=store.base))
    else:
        sys.stdout.write(
            serialize(result, "csv" if form is QueryFormat.table else form.value, store.base).rstrip("\n") + "\n"
        )


@app.command(epilog='Example: kg explore "Lynas Rare Earths" --steps 2 --output lynas.html')
def explore(
    entity: Annotated[
        str | None, typer.Argument(help="Show what lies around this name; everything if left out.")
    ] = None,
    graph: GraphOption = DEFAULT_GRAPH,
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.")] = Path("explorer.html"),
    steps: Annotated[int, typer.Option(help="How far around the name.", min=1, max=10)] = 1,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the graph as one self-contained page: select a line to read the sentences behind it."""
    from kg.render import read_explored, write_explorer

    store, ontology = open_graph(graph)
    iri = NameIndex(store, ontology).resolve(entity).value if entity else ""
    explored = read_explored(ClaimReader(store, ontology), iri, steps)
    write_explorer(explored, ontology, output, f"Lodestone: {entity}" if entity else "Lodestone")
    print(output)
    if open_page:
        typer.launch(str(output))


def _query_text(sparql: str) -> str:
    """Return the query itself, or what the file that it names holds."""
    if "{" not in sparql and not _DESCRIBES.match(sparql):
        try:
            return Path(sparql).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise typer.BadParameter(
                f"{sparql!r} is neither a query nor a file that can be read; give one of them"
            ) from error
    return sparql
