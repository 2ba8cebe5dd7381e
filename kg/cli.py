"""The `kg` command: it parses, calls and prints. Answers go to standard output, progress and notes to standard error.

Exit codes: 0 done; 1 something could not be done (an article that cannot be read, an unknown name, a graph that does not
conform), the rest is; 2 the command line is wrong.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kg import __version__, printing
from kg.config import DEFAULT_BASE, DEFAULT_GRAPH, GRAPH_VARIABLE, MAX_ARTICLE_BYTES
from kg.errors import LodestoneError
from kg.export import EXPORTERS, export
from kg.ontology import Ontology, load_ontology
from kg.query.claims import ClaimReader, claims_around
from kg.query.confidence import keep_confident
from kg.query.names import NameIndex
from kg.query.overview import describe_entity, describe_graph
from kg.query.questions import Answer, ask, find_question, load_questions, tabulate
from kg.query.sparql import run_query, serialize
from kg.store import GraphStore

_LINES_WITHOUT_TERMINAL = 10
_INTERRUPTED = 130
_DESCRIBES = re.compile(r"\s*(?:(?:PREFIX|BASE)\s.*)?DESCRIBE\s", re.IGNORECASE | re.DOTALL)  # may do without braces

app = typer.Typer(
    help="Lodestone reads news about supply chains into a graph of who depends on whom, each fact with its sentence.",
    epilog="Begin with: kg build corpus/ and then: kg ask depends-on China",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


class TableFormat(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


class QueryFormat(StrEnum):
    """How the result of a query is printed; turtle is for CONSTRUCT and DESCRIBE."""

    table = "table"
    json = "json"
    csv = "csv"
    turtle = "turtle"


class TextFormat(StrEnum):
    """How a report is printed."""

    table = "table"
    json = "json"


ExportFormat = StrEnum("ExportFormat", [(name, name) for name in EXPORTERS])  # type: ignore[misc]


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


def main() -> None:
    """Run the command line; what a user can mend is told in one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a narrow encoding loses characters, not the answer
    try:
        app(prog_name="kg")
    except LodestoneError as error:
        _note(f"Error: {error}")
        raise SystemExit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        print(f"kg {__version__}")
        raise typer.Exit


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
        with _progress() as progress:
            report = pipeline.build(
                paths,
                graph,
                model=model,
                base=base,
                max_bytes=max_bytes,
                min_confidence=min_confidence,
                progress=progress,
            )
    except KeyboardInterrupt:
        _note("Interrupted; what was read so far is in the graph.")
        raise typer.Exit(_INTERRUPTED) from None
    overview = describe_graph(GraphStore.open(graph), load_ontology())
    if form is TextFormat.json:
        _print_json(
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
        printing.print_overview(_out(), overview)
    for failure in report.failures:
        _note(f"Not read: {failure}")
    raise typer.Exit(1 if report.failures else 0)


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
        _print_answer(Answer("", ("question", "asks", "example"), rows), form)
        return
    chosen = find_question(questions, question)
    if name is None:
        raise typer.BadParameter(f"{question} asks about a name, for example: {chosen.example}")
    store, ontology = _open(graph)
    names = NameIndex(store, ontology)
    _print_answer(ask(keep_confident(store, ontology, min_confidence), names, chosen, name), form)


@app.command(epilog="Example: kg show Pentagon")
def show(
    entity: Annotated[str, typer.Argument(help="A name or IRI.")],
    graph: GraphOption = DEFAULT_GRAPH,
    form: ReportOption = TextFormat.table,
) -> None:
    """Show an entity: its types and names, by which rule each mention was linked to it, and its facts with their sentences."""
    store, ontology = _open(graph)
    card = describe_entity(store, ontology, NameIndex(store, ontology).resolve(entity).value)
    if form is TextFormat.json:
        _print_json({**asdict(card), "claims": [c.as_json() for c in card.claims]})
    else:
        printing.print_card(_out(), card)


@app.command(epilog='Example: kg query "SELECT ?who WHERE { ?who lode:investsIn company:mp-materials }"')
def query(
    sparql: Annotated[str, typer.Argument(help="A SPARQL query, or a file that holds one. Prefixes are known.")],
    graph: GraphOption = DEFAULT_GRAPH,
    form: Annotated[
        QueryFormat | None, typer.Option("--format", help="How to print; by default a table, or Turtle for triples.")
    ] = None,
) -> None:
    """Query the graph with SPARQL; each document is also a named graph. No other server is asked."""
    store, _ = _open(graph)
    result = run_query(store, _query_text(sparql))
    if form is None:
        form = QueryFormat.turtle if result.kind == "triples" else QueryFormat.table
    if form is QueryFormat.table and result.kind == "solutions":
        printing.print_answer(_out(), tabulate(result.value, base=store.base))
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
    from kg.render import write_explorer

    store, ontology = _open(graph)
    claims, title = ClaimReader(store, ontology).all(), "Lodestone"
    if entity:
        iri = NameIndex(store, ontology).resolve(entity).value
        claims, title = claims_around(claims, iri, steps), f"Lodestone: {entity}"
    write_explorer(claims, ontology, output, title)
    print(output)
    if open_page:
        typer.launch(str(output))


@app.command(
    name="export",
    epilog="Examples: kg export -f turtle -o graph.ttl; kg export -f claims --min-confidence 0.8 -o claims.jsonl",
)
def export_graph(
    form: Annotated[ExportFormat, typer.Option("--format", "-f", help="Format; claims is JSON Lines.")],
    output: OutputOption = None,
    graph: GraphOption = DEFAULT_GRAPH,
    min_confidence: ConfidenceOption = 0.0,
) -> None:
    """Write the graph for other tools."""
    store, ontology = _open(graph)
    export(keep_confident(store, ontology, min_confidence), str(form.value), output)
    if output:
        print(output)


@app.command(epilog="Example: kg validate")
def validate(graph: GraphOption = DEFAULT_GRAPH, form: ReportOption = TextFormat.table) -> None:
    """Check the graph against the SHACL shapes of the ontology."""
    from kg import check

    store, _ = _open(graph)
    report = check.validate(store)
    if form is TextFormat.json:
        _print_json(asdict(report))
    else:
        print("The graph conforms to its shapes." if report.conforms else f"{len(report.violations)} violations:")
        for violation in report.violations:
            print(f"  {printing.safe(violation)}")
    raise typer.Exit(0 if report.conforms else 1)


@app.command(epilog="Example: kg verify")
def verify(graph: GraphOption = DEFAULT_GRAPH, form: ReportOption = TextFormat.table) -> None:
    """Look every quote up again at its place in the file that it came from."""
    from kg import check

    store, ontology = _open(graph)
    found, unfound = check.verify(store, ontology)
    if form is TextFormat.json:
        _print_json({"found": found, "unfound": [{"claim": u.claim.iri, "reason": u.reason} for u in unfound]})
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
        _print_json(printing.evaluation_record(found))
    else:
        print(printing.evaluation_text(found, reliability=verbose))


@app.command(epilog="Example: kg status --names")
def status(
    names: Annotated[
        bool, typer.Option("--names", help="List the names that can be asked about, the most spoken of first.")
    ] = False,
    graph: GraphOption = DEFAULT_GRAPH,
    form: TableOption = TableFormat.table,
) -> None:
    """Show what the graph holds: documents, claims, entities, relations, and what made them."""
    store, ontology = _open(graph)
    if names:
        _print_answer(Answer("", ("name", "type", "claims"), NameIndex(store, ontology).ranked()), form)
        return
    overview = describe_graph(store, ontology)
    if form is TableFormat.table:
        printing.print_overview(_out(), overview)
        made_by = ", ".join(f"{name} {version}" for name, version in overview.versions.items())
        _out().print(f"made by    {made_by}")
    else:
        rows = [
            (part, kind, n)
            for part in ("claims", "entities", "relations")
            for kind, n in getattr(overview, part).items()
        ]
        _print_answer(Answer("", ("part", "kind", "number"), [("documents", "", overview.documents), *rows]), form)


def _open(graph: Path) -> tuple[GraphStore, Ontology]:
    return GraphStore.open(graph), load_ontology()


def _read_anew(gold: Path, model: str | None) -> list[dict[str, Any]]:
    """Build the gold set's articles into a graph that is thrown away, and return its claims."""
    from kg import pipeline

    articles = sorted(gold.glob("*.txt")) or [gold]
    with tempfile.TemporaryDirectory() as folder, _progress() as progress:
        report = pipeline.build(articles, Path(folder, "graph"), model=model, progress=progress)
        for failure in report.failures:
            _note(f"Not read: {failure}")
        return [c.as_json() for c in ClaimReader(*_open(Path(folder, "graph"))).all()]


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


def _out() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _note(text: str) -> None:
    print(printing.safe(text), file=sys.stderr)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_answer(answer: Answer, form: TableFormat) -> None:
    if form is TableFormat.table:
        printing.print_answer(_out(), answer)
    else:
        sys.stdout.write(printing.as_csv(answer) if form is TableFormat.csv else printing.as_records(answer) + "\n")


@contextmanager
def _progress() -> Iterator[Any]:
    """Show progress on standard error: a bar in a terminal, a few lines elsewhere."""
    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        print("Loading the language pipeline and the ontology ...", file=sys.stderr)
        yield _report_lines
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Loading", total=None)
        yield lambda done, total, name: bar.update(
            task, completed=done, total=total, description=printing.safe(name or "done")[:40]
        )


def _report_lines(done: int, total: int, name: str) -> None:
    every = max(1, total // _LINES_WITHOUT_TERMINAL)
    if done % every == 0 or done == total:
        print(f"{done} of {total} articles {printing.safe(name)}".rstrip(), file=sys.stderr)
