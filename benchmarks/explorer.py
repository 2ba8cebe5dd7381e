"""Time the explorer page from opening to an answered search, beside pyvis's own page and a bare vis-network, in one run.

    python benchmarks/explorer.py [--rounds N] [--chromium PATH]

Graphs are made here, with hubs as real ones have. In each round every page is opened once in a fresh context of one
Chromium without network. A page has answered when a thing that was searched by its name is selected in a picture that has
been painted; pyvis's page and the bare one have no search, so that a line of script selects the thing there. The bare
page draws the same things at the same places as ours. Ratios are those of medians.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyvis
from playwright.sync_api import Browser, sync_playwright
from pyvis.network import Network

from kg.config import DEFAULT_BASE
from kg.ontology import load_ontology
from kg.query.claims import End, Source, StoredClaim
from kg.query.dependencies import Dependency
from kg.render import Explored, write_explorer
from kg.rules import load_rules

SIZES = (300, 1500, 10_000)
BARS = {
    "pyvis at 300 / ours": (10.0, True),
    "ours at 1500 / bare": (1.5, False),
    "ours at 10000 / bare at 1500": (2.5, False),
}
MEGABYTES = 1.5  # that the page may take without a graph
TIES = 1.6  # relations a thing
RELATIONS = ("supplies", "owns", "invests_in", "located_in", "produces", "depends_on")
TYPES = ("company", "country", "facility", "commodity", "region")

WAIT = """
window.answered = 0;
const painted = then => requestAnimationFrame(() => requestAnimationFrame(then));
const timer = setInterval(() => {
  try { if (!(READY)) return; } catch { return; }
  clearInterval(timer);
  painted(() => { SEARCH; painted(() => { window.answered = performance.now(); }); });
}, 10);
"""
OURS = (
    "window.kg && kg.ready",
    """const find = document.getElementById("find");
    find.value = NAME;
    find.dispatchEvent(new Event("input"));
    find.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    if (!document.getElementById("panel").textContent.includes(NAME)) throw new Error("nothing was found")""",
)
BARE = ("window.network && window.drawn", "network.selectNodes([things.get().find(n => n.label === NAME).id])")
PYVIS = (
    "document.getElementById('loadingBar').style.display === 'none'",
    "network.selectNodes([nodes.get().find(n => n.label === NAME).id])",
)


def make_graph(size: int) -> Explored:
    """Return a graph of so many things, each tied to some that came before it, most often to the well connected."""
    chance = random.Random(size)
    things = [_thing(i) for i in range(size)]
    ends: list[int] = [0]
    claims: list[StoredClaim] = []
    for i in range(1, size):
        for _ in range(1 + (chance.random() < TIES - 1)):
            other = chance.choice(ends)
            ends += [i, other]
            claims.append(_claim(len(claims), things[i], chance.choice(RELATIONS), things[other], chance))
    needs = [_dependency(c) for c in claims if c.relation == "supplies"]
    return Explored(claims, needs, rules=list(load_rules(load_ontology()).values()))


def _thing(i: int) -> End:
    kind = TYPES[i % len(TYPES)]
    return End(f"{DEFAULT_BASE}{kind}/thing-{i}", f"Thing {i} of many", f"Thing {i}", kind)


def _claim(number: int, subject: End, relation: str, obj: End, chance: random.Random) -> StoredClaim:
    quote = f"{subject.mention} is said to have to do with {obj.mention} in an article of some length, number {number}"
    name = f"article-{number // 12}"
    share = round(chance.random(), 2)
    return StoredClaim(
        iri=f"{DEFAULT_BASE}doc/{name}#c{number}",
        relation=relation,
        subject=subject,
        object=obj,
        qualifiers={"share": {"min": share, "max": share}, "time": str(2015 + number % 11)} if number % 4 == 0 else {},
        modality="planned" if number % 9 == 0 else "asserted",
        confidence=0.5 + number % 5 / 10,
        frame="made",
        attribution=None,
        source=Source(
            f"{DEFAULT_BASE}doc/{name}",
            name,
            f"News of {name}",
            f"Paper {number % 20}",
            f"2025-{number % 12 + 1:02}-01",
        ),
        start=0,
        end=len(quote),
        quote=quote,
    )


def _dependency(claim: StoredClaim) -> Dependency:
    iri = f"{DEFAULT_BASE}dependency/{claim.iri.rpartition('#')[2]}"
    ends = (claim.object.iri, claim.subject.iri)
    return Dependency(
        iri, "supplies", "trade", *ends, "", "", None, None, claim.modality, claim.confidence, (), (claim.iri,)
    )


def write_pyvis(drawing: Mapping[str, Any], path: Path) -> None:
    """Write pyvis's own page of a drawing, with its defaults; its layout is found in the browser."""
    net = Network(cdn_resources="in_line")
    for i, label in enumerate(drawing["labels"]):
        net.add_node(i, label=label)
    net.add_edges(drawing["edges"])
    path.write_text(net.generate_html(notebook=False), encoding="utf-8")


def write_bare(drawing: Mapping[str, Any], path: Path) -> None:
    """Write a page of vis-network and nothing else, things at the places where ours has them."""
    script = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    things = [
        {"id": i, "label": t, "x": x, "y": y}
        for i, (t, (x, y)) in enumerate(zip(drawing["labels"], drawing["places"], strict=True))
    ]
    ties = [{"from": start, "to": end} for start, end in drawing["edges"]]
    options = {"physics": False, "layout": {"improvedLayout": False}, "edges": {"smooth": False, "arrows": "to"}}
    path.write_text(
        f"""<!doctype html><meta charset="utf-8"><style>#net {{ height: 100vh }}</style><div id="net"></div>
<script>{script.read_text(encoding="utf-8")}</script>
<script>
const things = new vis.DataSet({json.dumps(things)}), ties = new vis.DataSet({json.dumps(ties)});
const network = window.network = new vis.Network(document.getElementById("net"), {{ nodes: things, edges: ties }}, {json.dumps(options)});
network.once("afterDrawing", () => {{ window.drawn = true; }});
</script>""",
        encoding="utf-8",
    )


def read_drawing(browser: Browser, path: Path) -> dict[str, Any]:
    """Return what our page draws: labels, places and ends of edges."""
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("() => window.kg && kg.ready")
    found: dict[str, Any] = page.evaluate(
        """() => ({ labels: kg.graph.nodes.map(n => n.label), places: kg.graph.nodes.map(n => [n.x, n.y]),
            edges: kg.graph.edges.map(e => [e.from, e.to]) })"""
    )
    page.close()
    return found


def seconds(browser: Browser, path: Path, how: Sequence[str], name: str) -> float:
    """Return how long a page takes from opening to an answered search."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    ready, search = how
    context.add_init_script("try { localStorage.setItem('lodestone-tour', 'done'); } catch {}")
    context.add_init_script(WAIT.replace("READY", ready).replace("SEARCH", search).replace("NAME", json.dumps(name)))
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_function("() => window.answered", timeout=600_000)
    found: float = page.evaluate("() => window.answered")
    context.close()
    if how is not PYVIS and failures:
        raise RuntimeError(f"{path.name}: {failures[0]}")
    return found / 1000


def measure(browser: Browser, folder: Path, rounds: int) -> dict[str, float]:
    """Print the times of each round; return their medians by page."""
    ontology = load_ontology()
    for size in SIZES:
        write_explorer(make_graph(size), ontology, folder / f"ours-{size}.html", "Benchmark")
    write_pyvis(read_drawing(browser, folder / "ours-300.html"), folder / "pyvis-300.html")
    write_bare(read_drawing(browser, folder / "ours-1500.html"), folder / "bare-1500.html")
    pages = {"ours-300": OURS, "ours-1500": OURS, "bare-1500": BARE, "ours-10000": OURS, "pyvis-300": PYVIS}
    times: dict[str, list[float]] = {page: [] for page in pages}
    for number in range(1, rounds + 1):
        for page, how in pages.items():
            times[page].append(seconds(browser, folder / f"{page}.html", how, "Thing 7 of many"))
        print(f"round {number}: " + ", ".join(f"{page} {found[-1]:.2f} s" for page, found in times.items()), flush=True)
    return {page: statistics.median(found) for page, found in times.items()}


def main() -> None:
    """Print medians, their ratios beside the bars, and the size of the page without a graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--chromium", default=shutil.which("chromium"), help="the browser; by default that of the system"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=args.chromium)
        folder = Path(name)
        median = measure(browser, folder, args.rounds)
        browser.close()
        write_explorer(Explored(()), load_ontology(), folder / "empty.html", "Benchmark")
        empty = (folder / "empty.html").stat().st_size / 1e6
    print("medians: " + ", ".join(f"{page} {found:.2f} s" for page, found in median.items()))
    ratios = (
        median["pyvis-300"] / median["ours-300"],
        median["ours-1500"] / median["bare-1500"],
        median["ours-10000"] / median["bare-1500"],
    )
    for (words, (bar, least)), ratio in zip(BARS.items(), ratios, strict=True):
        kept = ratio >= bar if least else ratio <= bar
        print(f"{words} = {ratio:.2f} ({'at least' if least else 'at most'} {bar}: {'yes' if kept else 'NO'})")
    print(f"page without a graph: {empty:.2f} MB (at most {MEGABYTES}: {'yes' if empty <= MEGABYTES else 'NO'})")


if __name__ == "__main__":
    main()
