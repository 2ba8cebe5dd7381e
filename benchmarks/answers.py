"""Time the answers of `kg ask` on synthetic graphs and print each bar with what is measured.

    python benchmarks/answers.py [--claims 1000000] [--rdflib-claims 100000] [--graphs FOLDER] [--rounds 5]
        [--clock processor] [--only PART...]
    python benchmarks/answers.py --quick

Graphs are made by benchmarks/synthetic.py in the folder of --graphs, if they are not there, and kept. What is compared
is run in turns, each as often as --rounds says after one run that does not count; ratios are those of medians. A graph
stays open, as in a notebook. The parts:

lookups    each question of ontology/questions/ as `Graph.ask` answers it, from the name to the rows, beside the bare time
           in which Oxigraph finds all solutions of its SPARQL for the same parameter; asked about something of which
           much is said, and about something of which little is; names for which Oxigraph itself takes more than five
           seconds are passed over, and a question that is left with no name is told
network    path, what-if, chokepoints and exposure beside one pass over the quads of all dependencies, three terms each
rdflib     the same answers, by the same code, with rdflib's in-memory graph in Oxigraph's place; rdflib need not sort,
           and is stopped once it takes fifty times as long
memory     the most memory of a process of its own that opens the graph and gives one answer
opening    `Graph.open` of graphs of growing size
"""

from __future__ import annotations

import argparse
import multiprocessing
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from on_rdflib import RdflibStore
from rich.console import Console
from rich.table import Table
from synthetic import make_graph
from timing import CLOCKS, Timer

from kg import Graph
from kg.errors import UnknownNameError
from kg.query.parameters import NOT_GIVEN, put_terms
from kg.query.questions import Question, load_questions
from kg.store import DEPENDENCIES, GraphStore
from kg.store.generations import published_folder
from kg.vocab import prefixes

AS_BARE, AS_ONE_PASS, AS_RDFLIB, GIGABYTES, AS_SMALLEST = 1.5, 3.0, 20.0, 2.0, 1.5  # the bars
_STOP = 2.5  # times the bar after which rdflib is stopped
_LONGEST = 5.0  # seconds that Oxigraph may take for a look-up, else something less told of is asked about
# Of whom most is said, and of whom little is: a look-up is about the first of each that it has rows for.
_MUCH = ("China", "rare earths", "MP Materials", "Mountain Pass mine", "Western Australia", "gallium", "Chile")
_LITTLE = ("nickel", "Korea Zinc", "Germany", "Talison Lithium", "antimony", "Idaho", "Gabon")


@dataclass(frozen=True)
class Ask:
    """A question with values for its parameters."""

    question: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return shlex.join([self.question, *self.values])

    def of(self, graph: Graph) -> int:
        """Answer it; return the number of rows."""
        return len(graph.ask(self.question, *self.values))


NETWORK = (
    Ask("path", ("MP Materials", "China")),
    Ask("what-if", ("China",)),
    Ask("chokepoints"),
    Ask("chokepoints", ("rare earths",)),
    Ask("exposure", ("MP Materials",)),
)
OTHERS = (Ask("why", ("MP Materials", "China")), Ask("conflicts", ("rare earths",)), Ask("conflicts"))


@dataclass(frozen=True)
class Plan:
    """How much is measured: how often, and of how many answers the memory, None for all."""

    timer: Timer
    processes: int | None = None


def sparql(graph: Graph, question: Question, name: str) -> str:
    """Return the query of a question about a name, nothing else being given."""
    first, *others = question.parameters
    return put_terms(question.query, {first: first.read(name, graph.names)} | dict.fromkeys(others, NOT_GIVEN))


def solutions(store: ox.Store, query: str, base: str) -> int:
    """Return the number of solutions that Oxigraph finds."""
    return sum(1 for _ in store.query(query, prefixes=prefixes(base)))  # type: ignore[misc, union-attr]


def lookups(graph: Graph) -> Iterator[Ask]:
    """Yield each question about something of which much is said, and about something of which little is."""
    with _Finder(graph.store.folder) as finder:
        for question in load_questions().values():
            asked: dict[str, None] = {}
            for names in (_MUCH, _LITTLE, _MUCH[::-1]):
                if len(asked) < 2 and (name := next(filter(partial(_is_told, finder, graph, question), names), "")):
                    asked[name] = None
            if not asked:
                print(f"{question.name} is left out: no name has rows within {_LONGEST:g} s", file=sys.stderr)
            yield from (Ask(question.name, (name,)) for name in asked)


def _is_told(finder: _Finder, graph: Graph, question: Question, name: str) -> bool:
    """Tell whether there are rows, and Oxigraph finds them soon enough."""
    try:
        return finder.finds(sparql(graph, question, name))
    except UnknownNameError:
        return False


class _Finder:
    """Looks whether queries have rows, in a process of its own that is stopped if it takes too long."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pool = multiprocessing.Pool(1)

    def __enter__(self) -> _Finder:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.terminate()

    def finds(self, query: str) -> bool:
        """Tell whether a query has rows, and soon enough."""
        try:
            return self.pool.apply_async(_has_rows, (self.folder, query)).get(_LONGEST)
        except multiprocessing.TimeoutError:
            self.pool.terminate()
            self.pool = multiprocessing.Pool(1)
            return False


def _has_rows(folder: Path, query: str) -> bool:
    return any(True for _ in GraphStore.open(folder).query(query))


def _open(folder: Path) -> tuple[Graph, ox.Store]:
    """Return a graph, and the bare store of the same files."""
    return Graph.open(folder), ox.Store.read_only(str(published_folder(folder)))


def compare_lookups(folder: Path, plan: Plan) -> Iterator[Sequence[Any]]:
    """Yield question, rows, seconds of Oxigraph alone and of the whole answer, and their ratio."""
    graph, store = _open(folder)
    questions = load_questions()
    for ask in lookups(graph):
        query = sparql(graph, questions[ask.question], *ask.values)
        bare, whole = plan.timer.medians(partial(solutions, store, query, graph.store.base), partial(ask.of, graph))
        yield ask, ask.of(graph), bare, whole, whole / bare


def read_once(store: ox.Store) -> int:
    """Read all dependencies once; return the number of their quads."""
    quads = store.quads_for_pattern(None, None, None, DEPENDENCIES)
    return sum(1 for q in quads if len((q.subject.value, q.predicate.value, q.object.value)) == 3)  # type: ignore[misc, union-attr]


def compare_network(folder: Path, plan: Plan) -> Iterator[Sequence[Any]]:
    """Yield question, rows, seconds of reading the dependencies once and of the whole answer, and their ratio."""
    graph, store = _open(folder)
    for ask in NETWORK:
        once, whole = plan.timer.medians(partial(read_once, store), partial(ask.of, graph))
        yield ask, ask.of(graph), once, whole, whole / once


def compare_rdflib(folder: Path, plan: Plan) -> Iterator[Sequence[Any]]:
    """Yield question, rows, seconds of the answer with Oxigraph and with rdflib, and their ratio, or what it is above."""
    graph, store = _open(folder)
    in_memory = GraphStore(folder, RdflibStore(store), graph.store.manifest)  # type: ignore[arg-type]
    other = replace(graph, store=in_memory, whole=in_memory)
    for ask in [*lookups(graph), *NETWORK]:
        (whole,) = plan.timer.medians(partial(ask.of, graph))
        limit = _STOP * AS_RDFLIB * whole
        slow = plan.timer.median_below(limit, partial(ask.of, other))
        yield ask, ask.of(graph), whole, slow, slow / whole


def most_memory(folder: Path, ask: Ask) -> float:
    """Return the most memory, in gigabytes, of a process that opens a graph and gives one answer."""
    command = [sys.executable, __file__, "--answer", str(folder), ask.question, *ask.values]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e6


def answer_once(folder: Path, question: str, *values: str) -> int:
    """Answer a question; return the most memory that the process has had, in kilobytes, as Linux counts it."""
    Ask(question, values).of(Graph.open(folder))
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def compare_memory(folder: Path, plan: Plan) -> Iterator[Sequence[Any]]:
    """Yield question and gigabytes of each answer."""
    graph, _ = _open(folder)
    for ask in [*lookups(graph), *NETWORK, *OTHERS][: plan.processes]:
        yield ask, most_memory(folder, ask)


def compare_opening(folders: Sequence[Path], plan: Plan) -> Iterator[Sequence[Any]]:
    """Yield the claims of each graph, the seconds in which it is opened, and the ratio to the first."""
    times = plan.timer.medians(*(partial(Graph.open, folder) for folder in folders))
    for folder, taken in zip(folders, times, strict=True):
        yield f"{int(folder.name):,} claims", taken, taken / times[0]


def show(title: str, columns: Sequence[str], bar: float, rows: Iterator[Sequence[Any]], *, least: bool = False) -> None:
    """Print a table, a row as soon as it is known: the last column is held against the bar."""
    table = Table(*columns, "bar", "holds", title=title, title_justify="left")
    for row in rows:
        *_, ratio = row
        holds = ratio >= bar if least else ratio <= bar
        table.add_row(*map(_cell, row), f"{'at least' if least else 'at most'} {bar:g}", "yes" if holds else "NO")
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    Console(width=120).print(table)


def _cell(value: Any) -> str:
    return f"{value:,.3g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def graph_of(graphs: Path, claims: int) -> Path:
    """Return the folder of a graph of so many claims, which is made if it is not there."""
    folder = graphs / str(claims)
    if not (folder / "graph.json").exists():
        print(f"making a graph of {claims:,} claims", file=sys.stderr, flush=True)
        make_graph(folder, claims)
    return folder


def measure(graphs: Path, claims: int, rdflib_claims: int, plan: Plan, only: Sequence[str]) -> None:
    """Print the tables."""
    large, small = graph_of(graphs, claims), graph_of(graphs, rdflib_claims)
    if "lookups" in only:
        columns = ("question", "rows", "Oxigraph, s", "answer, s", "answer / Oxigraph")
        show(f"Look-ups, {claims:,} claims", columns, AS_BARE, compare_lookups(large, plan))
    if "network" in only:
        columns = ("question", "rows", "one pass, s", "answer, s", "answer / one pass")
        show(f"Network, {claims:,} claims", columns, AS_ONE_PASS, compare_network(large, plan))
    if "opening" in only:
        folders = [graph_of(graphs, n) for n in sorted({rdflib_claims // 50, rdflib_claims, claims})]
        show("Opening", ("graph", "opened, s", "of the smallest"), AS_SMALLEST, compare_opening(folders, plan))
    if "memory" in only:
        show(f"Memory, {claims:,} claims", ("question", "GB"), GIGABYTES, compare_memory(large, plan))
    if "rdflib" in only:
        columns = ("question", "rows", "Oxigraph, s", "rdflib, s", "rdflib / Oxigraph")
        show(f"rdflib, {rdflib_claims:,} claims", columns, AS_RDFLIB, compare_rdflib(small, plan), least=True)


PARTS = ("lookups", "network", "opening", "memory", "rdflib")


def main() -> None:
    """Measure, or give the one answer whose memory is measured."""
    if sys.argv[1:2] == ["--answer"]:
        print(answer_once(Path(sys.argv[2]), *sys.argv[3:]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rdflib-claims", type=int, default=100_000)
    parser.add_argument("--graphs", type=Path, help="where graphs are kept; else they are thrown away")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="processor: where others use the machine, too")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true", help="small graphs, one round: to see that all of it runs")
    args = parser.parse_args()
    plan = Plan(Timer(args.rounds, CLOCKS[args.clock]))
    if args.quick:
        args.claims, args.rdflib_claims, plan = 600, 300, Plan(Timer(1, CLOCKS[args.clock]), 1)
    with tempfile.TemporaryDirectory() as folder:
        measure(args.graphs or Path(folder), args.claims, args.rdflib_claims, plan, args.only)


if __name__ == "__main__":
    main()
