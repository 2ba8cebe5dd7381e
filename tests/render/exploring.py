"""Claims made by hand, and a page of the explorer open in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.config import DEFAULT_BASE
from kg.iris import digest
from kg.query.claims import End, Source, StoredClaim

if TYPE_CHECKING:
    from playwright.sync_api import Page

BASE = DEFAULT_BASE


def end(name: str, kind: str = "company") -> End:
    """Return a thing whose IRI is made from its name."""
    return End(f"{BASE}{kind}/{name.lower().replace(' ', '-')}", name, name, kind)


def claim(subject: End, relation: str, obj: End, quote: str = "", **changed: Any) -> StoredClaim:
    """Return a claim of an article of one sentence."""
    plain = StoredClaim(
        iri=f"{BASE}doc/a#{subject.label}{relation}{obj.label}{quote}",
        relation=relation,
        subject=subject,
        object=obj,
        qualifiers={},
        modality="asserted",
        confidence=0.9,
        frame="f",
        attribution=None,
        source=Source(f"{BASE}doc/a", "a", "Morning news", "The Daily", "2025-01-02"),
        start=0,
        end=10,
        quote=quote or f"{subject.label} {relation} {obj.label}",
    )
    return replace(plain, **changed)


JAPAN, CHINA, MALTA = (end(name, "country") for name in ("Japan", "China", "Malta"))
LYNAS, ACME, EARTHS = end("Lynas"), end("acme"), end("rare earths", "commodity")


def said(subject: End, relation: str, obj: End, quote: str, name: str = "a", **changed: Any) -> StoredClaim:
    """Return a claim of an article of that name, with an IRI that tells it from others."""
    source = Source(f"{BASE}doc/{name}", name, f"News {name}", f"Daily {name}", "2025-01-02")
    made = claim(subject, relation, obj, quote, **{"source": source, "end": len(quote)} | changed)
    return replace(made, iri=f"{made.source.iri}#c{digest(relation, subject.iri, obj.iri, quote, made.modality)}")


PLAIN = (
    said(JAPAN, "depends_on", CHINA, "Japan depends on China", qualifiers={"share": {"min": 0.9, "max": None}}, confidence=0.5),
    said(JAPAN, "depends_on", CHINA, "Japan needs China", "b"),
    said(LYNAS, "supplies", JAPAN, "Lynas will supply Japan", modality="planned", attribution="=1+1"),
    said(LYNAS, "owns", ACME, "Lynas owns acme", "c", confidence=0.95),
    said(CHINA, "agrees_with", JAPAN, "China and Japan agree", "d", confidence=0.7),
    said(MALTA, "supplies", JAPAN, "Malta does not supply Japan", modality="negated"),
)  # fmt: skip


class Opened:
    """A page in a browser, and what it wrote to the console and asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda e: self.problems.append(str(e)))
        page.on("request", lambda r: self.requests.append(r.url))
        page.goto(address)
        page.wait_for_function("() => window.kg && kg.ready")

    def run(self, script: str, given: Any = None) -> Any:
        """Return what an expression in the page gives; `given` is its argument, if it is a function."""
        return self.page.evaluate(script, given)

    def shown(self) -> set[str]:
        """Return the labels of the things that are drawn."""
        return set(self.run("() => [...kg.visible(kg.state).nodes].map(id => kg.graph.nodes[id].label)"))

    def lines(self) -> set[tuple[str, str, str]]:
        """Return subject, relation and object of the lines that are drawn."""
        found = self.run(
            """() => [...kg.visible(kg.state).edges].map(id => kg.graph.edges[id]).map(e =>
                [kg.graph.nodes[e.from].label, kg.graph.relations[e.relation].name, kg.graph.nodes[e.to].label])"""
        )
        return {tuple(line) for line in found}

    def where(self, name: str) -> tuple[float, float]:
        """Return where in the window a thing is drawn."""
        x, y = self.run(
            """name => {
                const { network } = kg.picture, { id } = kg.graph.nodes.find(n => n.label === name);
                const at = network.canvasToDOM(network.getPositions([id])[id]);
                const box = document.getElementById("network").getBoundingClientRect();
                return [box.x + at.x, box.y + at.y];
            }""",
            name,
        )
        return x, y

    def find(self, name: str) -> None:
        """Type a name into the search field and take the first suggestion."""
        self.page.fill("#find", name)
        self.page.keyboard.press("Enter")
