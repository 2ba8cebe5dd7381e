"""How soon the hostile queries of the tests end, alone and many at once, and how long an ASK beside them takes.

    python benchmarks/hostile_queries.py [--limit 1]

Forty queries (cross joins, deep nesting, property paths, patterns, 2,300 braces) are sent to a server over a dense graph: one
after another, four at a time, all at once. Prints how far the longest is above the limit, the ASK that 99 of 100 are below,
and how many were told to come again; ends with 1 if the first is more than half a second, or the ASK takes 200 ms or more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "serve"))  # its serving.py, not the one beside this file

from serving import Site, make_graph, serving
from strange import EXPENSIVE, dense_graphs

LATE, ASK = 0.5, 0.2


def timed(site: Site, query: str) -> tuple[float, bool]:
    """Return how long a query takes, and whether it is answered."""
    start = time.perf_counter()
    answer = site.query(query, accept="*/*")
    return time.perf_counter() - start, answer.status == 200


def measure(site: Site, together: int) -> tuple[float, float, str]:
    """Return the longest of all queries, so many at a time, the ASK beside them that 99 of 100 are below, and how many failed."""
    done, asked = threading.Event(), []

    def ask() -> None:
        while not done.wait(0.05):
            asked.append(timed(site, "ASK { ?s ?p ?o }"))

    with ThreadPoolExecutor(together + 1) as pool:
        asking = pool.submit(ask)
        longest = max(seconds for seconds, _ in pool.map(lambda query: timed(site, query), EXPENSIVE))
        done.set()
        asking.result()
    times = sorted(seconds for seconds, _ in asked)
    refused = f"{sum(not answered for _, answered in asked)} of {len(asked)}"
    return longest, times[max(0, int(len(times) * 0.99) - 1)], refused


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds that a query may take")
    limit = parser.parse_args().limit
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        graph = make_graph(Path(folder), dense_graphs())
        with serving(graph, timeout=limit, max_memory=256) as site:
            for together in (1, 4, len(EXPENSIVE)):
                longest, asked, refused = measure(site, together)
                failed = failed or longest > limit + LATE or asked >= ASK
                told = f"limit + {longest - limit:.2f} s, ASK {asked * 1000:.0f} ms, {refused} told to come again"
                print(f"{together} at a time: {told}", flush=True)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
