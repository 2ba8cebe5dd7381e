"""The explorer page: it needs nothing besides itself, holds every claim, and no text of an article becomes code."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, End, Source, StoredClaim
from kg.render import write_explorer
from kg.render.explorer import STYLES, layout
from kg.store import GraphStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BASE = "https://example.org/id/"
HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=2>",
    '"><svg/onload=window.hacked=3>',
    "javascript:window.hacked=4",
    "{{ 7*7 }} ${window.hacked=5} <!-- <script>",
    "txt.exe \u202e gpj \u2066 \x9b31m",
    '<b>O\'Brien & "Sons"</b>\u2028\\u003cscript>',
)


def end(name: str, kind: str = "company") -> End:
    return End(f"{BASE}{kind}/{name.lower().replace(' ', '-')}", name, name, kind)


def claim(subject: End, relation: str, obj: End, quote: str = "", **changed: Any) -> StoredClaim:
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
LYNAS, IRON, ACME = end("Lynas"), end("Iron", "commodity"), end("Acme")
PLAIN = (
    claim(JAPAN, "depends_on", CHINA, "Japan depends on China for 90%", qualifiers={"share": {"min": 0.9, "max": 0.9}}),
    claim(JAPAN, "depends_on", CHINA, "Tokyo needs China", source=Source(f"{BASE}doc/b", "b", "", "", "")),
    claim(LYNAS, "supplies", JAPAN, "Lynas will supply Japan", modality="planned", attribution="a minister"),
    claim(LYNAS, "produces", IRON, "Lynas may produce iron", modality="possible"),
    claim(LYNAS, "owns", ACME, "Lynas owns Acme"),
    claim(LYNAS, "acquires", ACME, "Lynas bought Acme"),
    claim(MALTA, "supplies", JAPAN, "Malta does not supply Japan", modality="negated"),
)
ATTACKS = tuple(
    claim(
        End(f"{BASE}company/x{i}", text, text, "company"),
        "supplies",
        End(f"{BASE}country/y{i}", f"Y{i} {text}", text, "country"),
        f"quoted {text} quoted",
        qualifiers={"commodity": text, "kind": text},
        attribution=text,
        source=Source(f"{BASE}doc/{i}", text, f"T {text}", text, text),
    )
    for i, text in enumerate(HOSTILE)
)


class Elements(HTMLParser):
    """The elements of a page, with their attributes, and what stands in those that hold no markup."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.content: dict[int, str] = {}
        self._inside: int | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag in {"script", "style", "title", "h1"}:
            self._inside = len(self.found) - 1
            self.content[self._inside] = ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self.content[self._inside] += data

    def texts(self, tag: str) -> list[str]:
        return [self.content[i] for i, (name, _) in enumerate(self.found) if name == tag]


@pytest.fixture
def written(tmp_path: Path, ontology: Ontology) -> Any:
    def write(claims: Sequence[StoredClaim], title: str = "Lodestone") -> str:
        write_explorer(claims, ontology, tmp_path / "page.html", title)
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return write


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def edges_of(page: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(e["from"], e["relation"], e["to"]): e for e in data_of(page)["edges"]}


# The page by itself


@pytest.mark.parametrize("claims", [(), PLAIN, ATTACKS], ids=["none", "plain", "hostile"])
def test_the_page_loads_nothing_but_itself(written: Any, claims: Sequence[StoredClaim]) -> None:
    elements = Elements(written(claims))
    tags = {tag for tag, _ in elements.found}
    assert not tags & {"link", "base", "iframe", "frame", "object", "embed", "img", "video", "audio", "form", "svg"}
    loading = {"src", "href", "srcset", "data", "poster", "action", "formaction", "background", "ping"}
    assert not [(tag, attributes) for tag, attributes in elements.found if loading & attributes.keys()]
    (style,) = elements.texts("style")
    assert "@import" not in style
    assert "url(" not in style


def test_the_policy_comes_first_and_allows_just_the_scripts_of_the_page(written: Any) -> None:
    elements = Elements(written(PLAIN))
    names = [tag for tag, _ in elements.found]
    at = next(i for i, (_, a) in enumerate(elements.found) if a.get("http-equiv") == "Content-Security-Policy")
    assert not {"script", "style"} & set(names[:at])
    policy: dict[str, list[str]] = {}
    for directive in (elements.found[at][1]["content"] or "").split(";"):
        name, *sources = directive.split()
        policy[name] = sources
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["form-action"] == ["'none'"]
    allowed = {s for sources in policy.values() for s in sources}
    assert not [s for s in allowed if "unsafe-eval" in s or "*" in s or "http" in s]
    scripts = [
        text
        for (tag, attributes), text in zip(
            [e for e in elements.found if e[0] == "script"], elements.texts("script"), strict=True
        )
        if attributes.get("type") != "application/json"
    ]
    assert len(scripts) == 2
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]
    assert sorted(policy["script-src"]) == sorted(hashes)


def test_hostile_text_adds_no_element_and_no_handler(written: Any) -> None:
    plain, hostile = Elements(written(PLAIN)), Elements(written(ATTACKS, HOSTILE[0]))
    assert [tag for tag, _ in hostile.found] == [tag for tag, _ in plain.found]
    assert not [name for _, attributes in hostile.found for name in attributes if name.startswith("on")]
    assert hostile.texts("title") == hostile.texts("h1") == [HOSTILE[0]]


def test_hostile_text_comes_through_as_it_is(written: Any) -> None:
    found = data_of(written(ATTACKS))
    assert [c["quote"] for c in found["claims"]] == [" ".join(f"quoted {text} quoted".split()) for text in HOSTILE]
    assert {n["name"] for n in found["nodes"]} == {*HOSTILE, *(f"Y{i} {text}" for i, text in enumerate(HOSTILE))}


@settings(deadline=None, max_examples=15)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_leaves_the_page_whole(
    tmp_path_factory: pytest.TempPathFactory, ontology: Ontology, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "page.html"
    said = claim(End(f"{BASE}company/x", text, text, "company"), "supplies", JAPAN, text)
    write_explorer([said], ontology, path, text)
    elements = Elements(path.read_text(encoding="utf-8"))
    assert len(elements.texts("script")) == 3
    assert {c["subject"] for c in json.loads(elements.texts("script")[0])["claims"]} == {text}


# What it holds


def test_every_claim_is_there_with_its_quote_and_where_it_was_said(written: Any) -> None:
    claims = data_of(written(PLAIN))["claims"]
    assert [(c["quote"], c["modality"], c["confidence"]) for c in claims] == [
        (c.quote, c.modality, c.confidence) for c in PLAIN
    ]
    assert [claims[0][key] for key in ("document", "publisher", "date")] == ["Morning news", "The Daily", "2025-01-02"]
    assert claims[0]["details"] == "90%"
    assert claims[1]["document"] == "b", "the name stands in for a title"
    assert claims[2]["attribution"] == "a minister"
    assert claims[0]["marks"] == ["Japan", "China"]


def test_the_page_of_the_corpus_holds_every_claim(corpus_store: GraphStore, ontology: Ontology, tmp_path: Path) -> None:
    claims = ClaimReader(corpus_store, ontology).all()
    count = write_explorer(claims, ontology, tmp_path / "page.html", "Lodestone")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    found = data_of(page)
    assert len(found["claims"]) == len(claims) > 300
    drawn = {(c.subject.iri, c.relation, c.object.iri) for c in claims if c.modality != "negated"}
    assert edges_of(page).keys() == drawn
    assert count == len(drawn) == len(found["edges"])
    assert {n["id"] for n in found["nodes"]} == {e.iri for c in claims for e in (c.subject, c.object)}
    assert {n["kind"] for n in found["nodes"]} <= STYLES.keys(), "every kind has a colour and a shape of its own"
    ids = {e["id"] for e in found["edges"]}
    assert {c["edge"] for c in found["claims"] if c["modality"] != "negated"} == ids
    places = [(n["x"], n["y"]) for n in found["nodes"] if n["id"] in {i for a, _, b in drawn for i in (a, b)}]
    assert len(set(places)) == len(places), "no two things lie on one another"


def test_claims_with_the_same_ends_and_relation_are_one_edge(written: Any) -> None:
    edges = edges_of(written(PLAIN))
    assert len(edges) == 5
    twice, once = edges[JAPAN.iri, "depends_on", CHINA.iri], edges[LYNAS.iri, "owns", ACME.iri]
    assert twice["width"] > once["width"], "an edge with more sources is wider"


def test_plans_and_possibilities_are_drawn_otherwise_than_facts(written: Any) -> None:
    edges = edges_of(written(PLAIN))
    fact = edges[JAPAN.iri, "depends_on", CHINA.iri]
    plan = edges[LYNAS.iri, "supplies", JAPAN.iri]
    possibility = edges[LYNAS.iri, "produces", IRON.iri]
    assert [e["modality"] for e in (fact, plan, possibility)] == ["asserted", "planned", "possible"]
    assert fact["dashes"] is False
    assert plan["dashes"] != possibility["dashes"]
    assert plan["dashes"]
    assert possibility["dashes"]


def test_what_is_denied_is_listed_and_not_drawn(written: Any) -> None:
    page = written(PLAIN)
    assert not [edge for edge in edges_of(page) if MALTA.iri in edge]
    assert [c["quote"] for c in data_of(page)["claims"] if c["modality"] == "negated"] == [
        "Malta does not supply Japan"
    ]


@pytest.mark.parametrize("modalities", list(itertools.permutations(["planned", "asserted", "possible"])))
def test_an_edge_is_a_fact_if_one_of_its_claims_is(written: Any, modalities: Sequence[str]) -> None:
    claims = [claim(LYNAS, "owns", ACME, f"said {m}", modality=m) for m in modalities]
    (edge,) = edges_of(written(claims)).values()
    assert edge["modality"] == "asserted"
    assert edge["dashes"] is False


def test_edges_between_the_same_two_things_lie_in_lanes(written: Any) -> None:
    claims = [claim(LYNAS, "owns", ACME), claim(LYNAS, "acquires", ACME), claim(ACME, "supplies", LYNAS)]
    edges = edges_of(written(claims)).values()
    assert sorted(e["lane"] for e in edges) == [0, 1, 2]


def test_a_long_name_is_shortened_on_the_map_only(written: Any) -> None:
    name = "Ministry of Economy, Trade and Industry of Japan"
    page = written([claim(end(name, "government_body"), "enacts", end("Law", "policy"))])
    (node,) = [n for n in data_of(page)["nodes"] if n["name"] == name]
    assert len(node["label"]) < len(name)
    assert node["label"].endswith("…")


def test_a_page_without_claims_is_a_page(written: Any) -> None:
    found = data_of(written([]))
    assert (found["nodes"], found["edges"], found["claims"]) == ([], [], [])


def test_the_same_claims_give_the_same_bytes(written: Any) -> None:
    assert written([*PLAIN, *ATTACKS]) == written([*PLAIN, *ATTACKS])


def test_the_order_of_claims_does_not_change_the_map(written: Any) -> None:
    one, other = data_of(written(PLAIN)), data_of(written(PLAIN[::-1]))
    assert one["nodes"] == other["nodes"]
    assert one["edges"] == other["edges"]


NODES = st.sampled_from("abcdefghijkl")


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(NODES, NODES), min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_a_layout_depends_on_the_edges_alone_and_puts_nothing_on_anything_else(
    edges: list[tuple[str, str]], random: Any
) -> None:
    places = layout(edges)
    assert places.keys() == {node for edge in edges for node in edge}
    assert len(set(places.values())) == len(places)
    shuffled = [edge if random.random() < 0.5 else edge[::-1] for edge in edges]
    random.shuffle(shuffled)
    assert layout(shuffled) == places


# The page in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=executable)
        yield opened
        opened.close()


class Opened:
    """A page in a browser, and what it wrote to the console and asked for."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda e: self.problems.append(str(e)))
        page.on("request", lambda r: self.requests.append(r.url))
        page.goto(path.as_uri())
        page.wait_for_function("() => window.explorer")

    def click_edge(self, subject: End, obj: End) -> None:
        """Click the middle of the line between two things."""
        x, y = self.page.evaluate(
            """([from, to]) => {
                const { network } = window.explorer, at = network.getPositions([from, to]);
                const middle = { x: (at[from].x + at[to].x) / 2, y: (at[from].y + at[to].y) / 2 };
                const box = document.getElementById("network").getBoundingClientRect(), dom = network.canvasToDOM(middle);
                return [box.x + dom.x, box.y + dom.y];
            }""",
            [subject.iri, obj.iri],
        )
        self.page.mouse.click(x, y)

    def find(self, name: str) -> None:
        self.page.fill("#find", name)
        self.page.keyboard.press("Enter")

    def panel(self) -> str:
        return " ".join(self.page.inner_text("#panel").split())

    def count(self) -> str:
        return self.page.inner_text("#count")

    def hacked(self) -> Any:
        return self.page.evaluate("() => window.hacked")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, ontology: Ontology) -> Iterator[Any]:
    contexts = []

    def open_page(claims: Sequence[StoredClaim], title: str = "Lodestone", width: int = 1280) -> Opened:
        write_explorer(claims, ontology, tmp_path / "page.html", title)
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        return Opened(contexts[-1].new_page(), tmp_path / "page.html")

    yield open_page
    for context in contexts:
        context.close()


def test_the_page_opens_without_errors_and_without_requests(opened: Any) -> None:
    page = opened(PLAIN)
    assert page.problems == []
    assert len(page.requests) == 1
    assert "5 of 5 relations" in page.count()


def test_a_page_without_claims_opens(opened: Any) -> None:
    page = opened([])
    assert page.problems == []
    assert page.count() == "0 of 0 things, 0 of 0 relations"


def test_selecting_a_line_shows_its_sentences_and_their_sources(opened: Any) -> None:
    page = opened(PLAIN)
    page.click_edge(JAPAN, CHINA)
    panel = page.panel()
    assert panel.startswith("Japan depends on China 2 claims")
    assert "Japan depends on China for 90% Morning news, The Daily, 2025-01-02; confidence 0.9" in panel
    assert "Tokyo needs China b; confidence 0.9" in panel
    assert page.page.locator("#panel blockquote").count() == 2
    assert page.page.locator("#panel mark").all_inner_texts() == ["Japan", "China", "China"]
    page.click_edge(LYNAS, JAPAN)
    assert "planned" in page.panel()
    assert "according to a minister" in page.panel()
    assert page.problems == []


def test_searching_shows_what_is_around_a_thing(opened: Any) -> None:
    page = opened(PLAIN)
    for typed in ("Lynas", "lynas", " LYN "):
        page.page.click("#whole")
        page.find(typed)
        assert page.panel().startswith("Lynas 4 claims")
        assert "4 of 5 relations" in page.count()
    page.page.click("#whole")
    assert "5 of 5 relations" in page.count()
    page.find("Malta")
    assert "negated" in page.panel()
    assert "Malta does not supply Japan" in page.panel()
    assert page.problems == []


def test_searching_for_what_is_not_there_says_so(opened: Any) -> None:
    page = opened(PLAIN)
    before = page.page.inner_text("body")
    page.find("Atlantis")
    assert page.page.inner_text("body") != before


def test_relations_kinds_and_lines_can_be_hidden(opened: Any) -> None:
    page = opened(PLAIN)
    for name, left in (("planned", 4), ("owns", 4), ("commodity", 4), ("country", 3)):
        box = page.page.locator("nav li", has_text=name).locator("input").first
        box.uncheck()
        assert f"{left} of 5 relations" in page.count()
        box.check()
        assert "5 of 5 relations" in page.count()
    assert page.problems == []


def test_one_can_walk_from_claim_to_claim_by_keyboard(opened: Any) -> None:
    page = opened(PLAIN)
    page.find("Lynas")
    page.page.locator("#panel button", has_text="Japan").first.focus()
    page.page.keyboard.press("Enter")
    assert page.panel().startswith("Japan 4 claims")


def test_a_narrow_window_needs_no_sideways_scrolling(opened: Any) -> None:
    page = opened(PLAIN, width=380)
    page.find("Lynas")
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_hostile_text_is_shown_and_does_not_run(opened: Any) -> None:
    page = opened(ATTACKS, HOSTILE[0])
    for attack in ATTACKS:
        page.click_edge(attack.subject, attack.object)
        page.page.evaluate("iri => window.explorer.select(iri)", attack.object.iri)
        page.page.click("#whole")
        page.find(attack.subject.label)
        assert " ".join(attack.quote.split()) in " ".join(page.page.inner_text("#panel blockquote").split())
        assert page.page.locator("#panel").locator("img, svg, script, b, a, iframe").count() == 0
        page.page.click("#whole")
    assert page.hacked() is None
    assert page.problems == []
    assert len(page.requests) == 1


def test_the_policy_stops_a_script_that_gets_in_all_the_same(opened: Any) -> None:
    page = opened(PLAIN)
    page.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hacked = 1";
            const image = document.createElement("img");
            image.setAttribute("onerror", "window.hacked = 2");
            image.src = "https://example.org/spy.png";
            document.body.append(script, image);
        }"""
    )
    page.page.wait_for_timeout(100)
    assert page.hacked() is None
    assert "Content Security Policy" in " ".join(page.problems)


def test_a_mark_of_direction_turns_nothing_but_its_own_text(opened: Any) -> None:
    source = Source(f"{BASE}doc/a", "a", "News \u202etxt", "The Daily", "2025-01-02")
    page = opened([claim(LYNAS, "owns", ACME, source=source)])
    page.find("Lynas")
    first, last = page.page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.getElementById("panel"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf("2025-01-02");
                if (at < 0) continue;
                return [at, at + 9].map(i => {
                    const range = document.createRange();
                    range.setStart(walker.currentNode, i);
                    range.setEnd(walker.currentNode, i + 1);
                    return range.getBoundingClientRect().x;
                });
            }
        }"""
    )
    assert first < last


def test_a_mention_that_goes_over_a_line_break_is_marked(opened: Any) -> None:
    wrapped = replace(LYNAS, mention="Lynas\nRare Earths")
    page = opened([claim(wrapped, "owns", ACME, "Lynas\nRare Earths owns Acme")])
    page.find("Lynas")
    assert page.page.locator("#panel mark").all_inner_texts() == ["Lynas Rare Earths", "Acme"]


@pytest.mark.slow
def test_the_page_of_the_corpus_opens_without_errors(opened: Any, corpus_store: GraphStore, ontology: Ontology) -> None:
    claims = ClaimReader(corpus_store, ontology).all()
    page = opened(claims)
    assert page.problems == []
    assert len(page.requests) == 1
    page.find("MP Materials")
    around = [c for c in claims if "MP Materials" in (c.subject.label, c.object.label)]
    assert page.panel().startswith(f"MP Materials {len(around)} claims")
    for c in around:
        assert " ".join(c.quote.split()) in page.panel()
