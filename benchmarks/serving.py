"""How fast a graph is served: clients that ask look-ups all the time, beside Oxigraph without HTTP and other servers.

    python benchmarks/serving.py --graph /tmp/graphs/1000000 --seconds 60
    python benchmarks/serving.py --graph /tmp/graphs/2000 --beside virtuoso=http://127.0.0.1:8890/sparql

Other servers are started by hand, with the same triples in their default graph (`kg export -f nquads` or `kg push`). It
prints a line of JSON for each, with milliseconds at the median and of the slowest hundredth, requests a second and errors;
and ends with 1 if a look-up takes more than 1.5 times what Oxigraph takes plus 5 ms, or if any request failed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from kg.store import GraphStore
from kg.vocab import LODE, RDF, RDFS

ACCEPT = "application/sparql-results+json"
LOOKUPS = {
    "label": f"SELECT ?label {{ <%s> <{RDFS}label> ?label }}",
    "properties": "SELECT ?p ?o { <%s> ?p ?o }",
    "claims": f"SELECT ?claim ?relation ?whom {{ ?claim <{RDF}subject> <%s> ; <{RDF}predicate> ?relation ; "
    f"<{RDF}object> ?whom }} LIMIT 50",
    "about": f"SELECT ?claim ?who {{ ?claim <{RDF}object> <%s> ; <{RDF}subject> ?who }} LIMIT 50",
    "is there": "ASK { <%s> ?p ?o }",
}
AGGREGATES = {
    "classes": "SELECT ?class (COUNT(*) AS ?n) { ?s a ?class } GROUP BY ?class",
    "modalities": f"SELECT ?m (COUNT(*) AS ?n) {{ ?s <{LODE}modality> ?m }} GROUP BY ?m",
    "most said of": f"SELECT ?s (COUNT(*) AS ?n) {{ ?c <{RDF}subject> ?s }} GROUP BY ?s ORDER BY DESC(?n) LIMIT 10",
}
Times = dict[str, list[float]]


def main() -> None:
    """Measure and print."""
    options = read_options()
    things = some_things(options.graph)
    bare = {**ask_bare(options.graph, things, LOOKUPS, 200), **ask_bare(options.graph, things, AGGREGATES, 2)}
    tell("Oxigraph without HTTP", bare, 0, None)
    failed = False
    with served(options.graph, options.timeout) as url:
        for name, address in [("kg serve", url), *(told.split("=", 1) for told in options.beside)]:
            times, errors = ask_all(address, things, options.clients, options.seconds)
            tell(name, times, errors, options.seconds)
            if name == "kg serve":
                slow = [n for n in LOOKUPS if median(times[n]) > 1.5 * median(bare[n]) + 5]
                failed = bool(slow or errors)
            aggregates, errors = ask_in_turn(address, things, AGGREGATES, 3)
            tell(f"{name}, aggregates by one client", aggregates, errors, None)
    raise SystemExit(int(failed))


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True, help="folder of the graph")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=60, help="seconds that an aggregate may take")
    parser.add_argument("--beside", action="append", default=[], metavar="NAME=URL", help="another endpoint")
    return parser.parse_args()


def some_things(folder: Path, number: int = 500) -> list[str]:
    """Return IRIs of things that claims are about, the same for each run."""
    query = f"SELECT DISTINCT ?s {{ ?c <{RDF}subject> ?s }} LIMIT 20000"
    found = sorted(row[0].value for row in GraphStore.open(folder).query(query))
    return random.Random(1).sample(found, min(number, len(found)))


def ask_bare(folder: Path, things: list[str], queries: dict[str, str], times: int) -> Times:
    """Return the milliseconds that Oxigraph takes in this process, the result as JSON included."""
    store = GraphStore.open(folder)
    found: Times = {name: [] for name in queries}
    for number in range(times):
        for name, query in queries.items():
            text = query % things[number % len(things)] if "%s" in query else query
            start = time.perf_counter()
            store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
            found[name].append((time.perf_counter() - start) * 1000)
    return found


@contextmanager
def served(folder: Path, timeout: float) -> Iterator[str]:
    """Serve a graph as a user does."""
    told = ["serve", "--graph", str(folder), "--port", "8765", "--timeout", str(timeout)]
    process = subprocess.Popen([str(Path(sys.executable).with_name("kg")), *told], stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            with suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", 8765, timeout=60).request("GET", "/sparql")
                break
            time.sleep(0.1)
        time.sleep(3)  # until all workers are there
        yield "http://127.0.0.1:8765/sparql"
    finally:
        process.terminate()
        process.wait()


def ask_all(address: str, things: list[str], clients: int, seconds: float) -> tuple[Times, int]:
    """Let clients ask look-ups for some seconds; return milliseconds by query, and the number of failures."""
    with multiprocessing.Pool(clients) as pool:
        parts = pool.starmap(ask_for, [(address, things, seconds, number) for number in range(clients)])
    return {name: [t for times, _ in parts for t in times[name]] for name in LOOKUPS}, sum(
        errors for _, errors in parts
    )


def ask_for(address: str, things: list[str], seconds: float, seed: int) -> tuple[Times, int]:
    """Ask look-ups, one after another, until the time is over."""
    chosen, connection = random.Random(seed), Connection(address)
    found: Times = {name: [] for name in LOOKUPS}
    end, errors = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        name = chosen.choice(list(LOOKUPS))
        took = connection.ask(LOOKUPS[name] % chosen.choice(things))
        errors += took is None
        found[name] += [] if took is None else [took]
    return found, errors


def ask_in_turn(address: str, things: list[str], queries: dict[str, str], times: int) -> tuple[Times, int]:
    """Ask queries some times each, by one client."""
    connection = Connection(address)
    took = {name: [connection.ask(query) for _ in range(times)] for name, query in queries.items()}
    return {n: [t for t in ts if t is not None] for n, ts in took.items()}, sum(ts.count(None) for ts in took.values())


class Connection:
    """A connection that is kept open."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address)
        self.connection = http.client.HTTPConnection(str(self.place.hostname), self.place.port, timeout=300)

    def ask(self, query: str) -> float | None:
        """Return the milliseconds until the whole answer is here; None if there is none."""
        start = time.perf_counter()
        try:
            self.connection.request(
                "GET", f"{self.place.path}?{urlencode({'query': query})}", headers={"Accept": ACCEPT}
            )
            response = self.connection.getresponse()
            whole = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None
        return (time.perf_counter() - start) * 1000 if response.status == 200 and whole else None


def median(times: list[float]) -> float:
    """Return the median, endless of nothing."""
    return statistics.median(times) if times else float("inf")


def tell(name: str, times: Times, errors: int, seconds: float | None) -> None:
    """Print what was measured."""
    rates = {} if seconds is None else {"requests_a_second": round(sum(map(len, times.values())) / seconds)}
    medians = {query: round(median(found), 2) for query, found in times.items()}
    slowest = {query: round(sorted(found)[int(len(found) * 0.99)], 2) for query, found in times.items() if found}
    print(json.dumps({"server": name, "errors": errors, **rates, "median_ms": medians, "p99_ms": slowest}), flush=True)


if __name__ == "__main__":
    main()
