"""Make the screenshots of the explorer in docs/ anew: `python docs/screenshots.py --graph DIR` with a graph of the corpus."""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from kg.ontology import load_ontology
from kg.query.claims import ClaimReader
from kg.render import read_explored, write_explorer
from kg.store import GraphStore

FOLDER = Path(__file__).parent
_ID = "kg.find('{name}')[0].node.id"


@dataclass(frozen=True)
class Shot:
    """A screenshot: how large the window is, in which theme, and by which expressions in the page one gets there."""

    width: int
    height: int
    steps: tuple[str, ...] = ()
    scheme: str = "light"
    ending: str = ""

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"explorer-{self.width}x{self.height}{self.ending}.png"


def _of(name: str) -> str:
    return _ID.format(name=name)


def _edge(subject: str, relation: str, obj: str) -> str:
    """Return an expression for the relation between two things."""
    return (
        f"kg.graph.edges.find(e => e.from === {_of(subject)} && e.to === {_of(obj)}"
        f" && kg.graph.relations[e.relation].name === '{relation}').id"
    )


SHOTS = (
    Shot(
        1280,
        720,
        (
            f"kg.walk.focus({_of('MP Materials')}, 1)",
            f"kg.change({{ selected: {{ kind: 'edge', id: {_edge('U.S. Department of Defense', 'invests_in', 'MP Materials')} }} }})",
        ),
    ),
    Shot(
        1280,
        720,
        (
            f"kg.change({{ question: {{ name: 'what-if', node: {_of('China')}, include: [] }} }})",
            f"kg.change({{ focus: {_of('China')}, selected: {{ kind: 'edge', id: {_edge('China', 'controls_share', 'gallium')} }} }})",
        ),
        ending="-question",
    ),
    Shot(1920, 1080, (f"kg.change({{ selected: {{ kind: 'node', id: {_of('rare earths')} }} }})",), scheme="dark"),
    Shot(820, 1180, (f"kg.walk.focus({_of('rare earths')}, 2)", "kg.change({ view: 'layered' })")),
)


def take(browser: Browser, page_file: Path, shot: Shot) -> bytes:
    """Return a screenshot as PNG."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme="dark" if shot.scheme == "dark" else "light"
    )
    context.add_init_script("localStorage.setItem('lodestone-tour', 'done')")
    page: Page = context.new_page()
    page.goto(page_file.as_uri())
    page.wait_for_function("() => window.kg && kg.ready")
    for step in shot.steps:
        page.evaluate(f"() => {{ {step}; }}")
        page.wait_for_timeout(200)
    page.evaluate(
        "() => { kg.picture.fit(); document.activeElement.blur(); document.getElementById('say').textContent = ''; }"
    )
    page.mouse.move(shot.width / 2, shot.height - 2)
    page.wait_for_timeout(500)
    found = page.screenshot()
    context.close()
    return _compressed(found)


def _compressed(png: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Write each screenshot and print its name and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, default=Path("graph"))
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    args = parser.parse_args()
    ontology = load_ontology()
    explored = read_explored(ClaimReader(GraphStore.open(args.graph), ontology))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page_file = Path(folder) / "explorer.html"
        write_explorer(explored, ontology, page_file, "Critical minerals")
        browser = driver.chromium.launch(executable_path=args.chromium)
        for shot in SHOTS:
            (FOLDER / shot.name).write_bytes(png := take(browser, page_file, shot))
            sys.stdout.write(f"{shot.name} {len(png) / 1000:.0f} KB\n")
        browser.close()


if __name__ == "__main__":
    main()
