"""The panel: every claim behind what is selected, with its sentence, source and manner; and values that differ, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from exploring import Opened, claim, end
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.config import DEFAULT_BASE as BASE
from kg.iris import digest
from kg.ontology import Ontology
from kg.query.claims import ClaimReader, Source, StoredClaim
from kg.query.wording import describe_share
from kg.render.explored import Explored, read_explored
from kg.store import GraphStore

OpenGraph = Callable[..., Opened]

JAPAN, CHINA, MALTA = (end(name, "country") for name in ("Japan", "China", "Malta"))
LYNAS, ACME, EARTHS = end("Lynas"), end("Acme"), end("rare earths", "commodity")


def source(name: str, publisher: str = "The Daily", published: str = "2025-01-02", title: str = "") -> Source:
    return Source(f"{BASE}doc/{name}", name, title or f"News {name}", publisher, published)


def said(subject: Any, relation: str, obj: Any, quote: str, name: str = "a", **changed: Any) -> StoredClaim:
    """A claim of a document of its own, unless another `source` is given."""
    made = claim(subject, relation, obj, quote, **{"source": source(name)} | changed)
    return replace(made, iri=f"{made.source.iri}#c{digest(relation, quote, made.modality)}")


def share(low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    return {"share": {"min": low, "max": high}} | more


PLAIN = (
    said(JAPAN, "depends_on", CHINA, "Japan depends on China for 90% of it", qualifiers=share(0.9, 0.9)),
    said(JAPAN, "depends_on", CHINA, "Japan needs China", "b", source=source("b", "", "", "")),
    said(LYNAS, "supplies", JAPAN, "Lynas will supply Japan", modality="planned", attribution="a minister"),
    said(LYNAS, "produces", EARTHS, "Lynas may produce rare earths", modality="possible", confidence=0.4),
    said(MALTA, "supplies", JAPAN, "Malta does not supply Japan", modality="negated"),
)


def select(page: Opened, kind: str, *names: str) -> None:
    """Select the thing of a name, or the edge between two."""
    page.run(
        """([kind, names]) => {
            const label = id => kg.graph.nodes[id].label;
            const found = kind === "node" ? kg.graph.nodes.find(n => n.label === names[0])
                : kg.graph.edges.find(e => label(e.from) === names[0] && label(e.to) === names[1]);
            kg.change({ selected: { kind, id: found.id } });
        }""",
        [kind, names],
    )


def panel(page: Opened) -> str:
    return " ".join(page.page.inner_text("#panel").split())


def test_before_anything_is_selected_the_panel_says_what_to_do(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    assert "Select a line or a thing" in panel(page)
    assert not page.problems


def test_clicking_a_thing_shows_each_of_its_claims_by_relation_and_other_end(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    page.page.mouse.click(*page.where("Japan"))
    heads = page.page.locator("#panel h3").all_inner_texts()
    assert heads == ["Japan depends on China", "Lynas supplies Japan", "Malta supplies Japan"]
    quotes = page.page.locator("#panel blockquote").all_inner_texts()
    assert sorted(quotes) == sorted(c.quote for c in PLAIN if JAPAN in (c.subject, c.object))
    assert "4 claims from 2 sources" in panel(page)
    assert not page.problems


def test_clicking_a_line_shows_its_claims_alone(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    (x1, y1), (x2, y2) = page.where("Lynas"), page.where("Japan")
    page.page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2)
    assert page.page.inner_text("#panel h2") == "Lynas supplies Japan"
    assert page.page.locator("#panel blockquote").all_inner_texts() == ["Lynas will supply Japan"]


def test_a_claim_tells_its_source_its_manner_and_who_says_it(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    select(page, "edge", "Japan", "China")
    assert "90%" in page.page.inner_text("#panel .claim .said")
    assert "News a, The Daily, 2025-01-02 Said to be so; confidence 0.9" in panel(page)
    assert "b Said to be so" in panel(page), "a document without a title goes by its name"
    select(page, "edge", "Lynas", "Japan")
    assert "Planned: aimed at, agreed or proposed, not yet so, according to a minister; confidence 0.9" in panel(page)
    select(page, "edge", "Lynas", "rare earths")
    assert "Possible: may be so; confidence 0.4" in panel(page)


def test_what_is_denied_is_shown_as_denied(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    select(page, "node", "Malta")
    assert page.page.inner_text("#panel .claim .tag") == "denied"
    assert "Denied only: no source says that it is so." in panel(page)
    assert "not in the picture" not in panel(page)
    page = open_graph([*PLAIN, said(MALTA, "supplies", JAPAN, "Malta supplies Japan", "c")], name="both")
    select(page, "edge", "Malta", "Japan")
    assert "Some claims here state this, others deny it." in panel(page)


def test_names_and_numbers_are_marked_where_the_sentence_has_them(open_graph: OpenGraph) -> None:
    wide = said(CHINA, "controls_share", EARTHS, "𝕿𝖍𝖊 share: China has 60% of rare\nearths", qualifiers=share(0.6, 0.6))
    page = open_graph([*PLAIN, wide])
    select(page, "edge", "China", "rare earths")
    marked = [
        (mark.get_attribute("class"), mark.text_content())
        for mark in page.page.locator("#panel mark").element_handles()
    ]
    assert [kind for kind, _ in marked] == ["subject", "number", "object"]
    assert [text for _, text in marked][0::2] == ["China", "rare\nearths"]
    assert (marked[1][1] or "").startswith("60")
    assert page.page.locator("#panel blockquote").text_content() == wide.quote, "marks leave the sentence as it is"


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="ab 𝕿7\n<", max_size=12),
    st.lists(st.tuples(st.integers(-3, 15), st.integers(-3, 15), st.sampled_from(["subject", "number", "x"]))),
)
def test_whatever_the_marks_the_sentence_stays_as_it_is(
    marking: Opened, quote: str, marks: list[tuple[int, int, str]]
) -> None:
    shown = marking.run(
        """([quote, marks]) => {
            Object.assign(kg.evidence().claims[0], { quote, marks });
            return kg.card({ claim: kg.graph.claims[0], copies: [] }, false).querySelector("blockquote").textContent;
        }""",
        [quote, marks],
    )
    assert shown == quote


@pytest.fixture(scope="module")
def marking(browser: Any, tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Any:
    """One page for all examples of a property."""
    from kg.render import write_explorer

    path = tmp_path_factory.mktemp("marking") / "page.html"
    write_explorer(Explored(PLAIN), ontology, path, "Lodestone")
    context = browser.new_context()
    yield Opened(context.new_page(), path.as_uri())
    context.close()


ADDRESSES = {
    "https://example.org/a?b=1": "https://example.org/a?b=1",
    "http://example.org/": "http://example.org/",
    "javascript:window.hacked=1": "",
    " javascript:window.hacked=1": "",
    "data:text/html,<script>1</script>": "",
    "file:///etc/passwd": "",
    "//example.org/x": "",
    "page.html": "",
    "": "",
}


@pytest.mark.parametrize(("address", "followed"), ADDRESSES.items())
def test_only_addresses_of_the_web_become_links(marking: Opened, address: str, followed: str) -> None:
    links = marking.run(
        """address => {
            kg.graph.documents[0].url = address;
            return [...kg.article(0).querySelectorAll("a")].map(a => [a.href, a.rel, a.target]);
        }""",
        address,
    )
    assert links == ([[followed, "noopener noreferrer", "_blank"]] if followed else [])


def test_a_cited_article_is_linked_in_the_panel(open_graph: OpenGraph) -> None:
    cited = Explored(PLAIN, citations={f"{BASE}doc/a": "The Daily, https://example.org/a"})
    page = open_graph(cited)
    select(page, "edge", "Lynas", "Japan")
    assert page.page.locator("#panel .source a").get_attribute("href") == "https://example.org/a"
    assert page.problems == []


COPIED = (
    said(LYNAS, "owns", ACME, "Lynas owns Acme.", "a"),
    said(LYNAS, "owns", ACME, "LYNAS owns  Acme", "b", source=source("b", "The Weekly", "2025-01-03")),
    said(LYNAS, "owns", ACME, "Acme belongs to Lynas", "c", source=source("c", "The Monthly", "2025-02-03")),
)


def test_copies_of_an_article_count_once_and_the_panel_says_so(open_graph: OpenGraph) -> None:
    page = open_graph(Explored(COPIED, copies={f"{BASE}doc/b": f"{BASE}doc/a"}))
    select(page, "edge", "Lynas", "Acme")
    assert page.page.locator("#panel blockquote").count() == 2
    assert "2 claims from 2 sources; 1 more article is a copy of one of them and not counted" in panel(page)
    assert "The same text, counted once, is also in News b, The Weekly, 2025-01-03" in panel(page)
    page = open_graph(COPIED, name="apart")
    select(page, "edge", "Lynas", "Acme")
    assert page.page.locator("#panel blockquote").count() == 3
    assert "3 claims from 3 sources" in panel(page)
    assert "copy" not in panel(page)


def test_two_sentences_of_one_article_are_both_shown(open_graph: OpenGraph) -> None:
    twice = [said(LYNAS, "owns", ACME, quote) for quote in ("Lynas owns Acme", "Acme is owned by Lynas")]
    page = open_graph(twice)
    select(page, "edge", "Lynas", "Acme")
    assert page.page.locator("#panel blockquote").count() == 2
    assert "2 claims from 1 source" in panel(page)


SHARES = (
    said(
        CHINA, "controls_share", EARTHS, "China mines 60%", "a", qualifiers=share(0.6, 0.6, stage="mining", time="2024")
    ),
    said(
        CHINA, "controls_share", EARTHS, "China mines 70%", "b", qualifiers=share(0.7, 0.7, stage="mining", time="2019")
    ),
    said(CHINA, "controls_share", EARTHS, "China: over 80%", "c", qualifiers=share(0.8, None, stage="refining")),
    said(CHINA, "controls_share", EARTHS, "at most 92%", "d", qualifiers=share(None, 0.92, stage="refining")),
    said(CHINA, "controls_share", EARTHS, "between 85% and 90%", "e", qualifiers=share(0.85, 0.9, stage="refining")),
)


def test_stated_shares_stand_side_by_side_as_a_picture_with_its_words(open_graph: OpenGraph) -> None:
    page = open_graph(SHARES)
    select(page, "edge", "China", "rare earths")
    chart = page.page.locator("#panel svg.chart")
    assert chart.locator(".value").all_text_contents() == ["70%", "60%", ">80%", "<92%", "85%-90%"]
    assert chart.locator(".part").all_text_contents() == ["mining: 2 different values", "refining: 3 different values"]
    assert (chart.locator("circle").count(), chart.locator(".arrow").count(), chart.locator(".bar").count()) == (
        2,
        2,
        3,
    )
    told = chart.get_attribute("aria-label") or ""
    for words in ("60% for 2024 (The Daily, 2025-01-02)", ">80% (The Daily", "85%-90%"):
        assert words in told
    assert "Shares as stated by 5 sources" in panel(page)
    page.page.click("#panel .compared summary")
    cells = page.page.locator("#panel .values tbody tr").nth(0).locator("td").all_inner_texts()
    assert len(cells) == 5
    assert page.page.locator("#panel .values tbody tr").count() == 5


def test_a_share_lies_where_its_number_puts_it(open_graph: OpenGraph) -> None:
    page = open_graph(SHARES)
    select(page, "edge", "China", "rare earths")
    lines, points = page.run(
        """() => [[...document.querySelectorAll(".chart .grid")].map(g => Number(g.getAttribute("x1"))),
            [...document.querySelectorAll(".chart circle")].map(c => Number(c.getAttribute("cx")))]"""
    )
    zero, whole = min(lines), max(lines)
    assert [round((x - zero) / (whole - zero), 6) for x in points] == [0.7, 0.6]


@pytest.mark.parametrize("dropped", [1, 4])
def test_there_is_no_picture_of_a_single_share(open_graph: OpenGraph, dropped: int) -> None:
    page = open_graph([SHARES[0], *PLAIN] if dropped == 4 else SHARES[:-dropped])
    select(page, "edge", "China", "rare earths")
    assert page.page.locator("#panel svg.chart").count() == (0 if dropped == 4 else 1)


def test_copies_of_one_statement_are_no_two_shares(open_graph: OpenGraph) -> None:
    twin = replace(SHARES[0], source=source("z", "Wire"), iri=f"{BASE}doc/z#c1")
    page = open_graph(Explored([SHARES[0], twin], copies={f"{BASE}doc/z": f"{BASE}doc/a"}))
    select(page, "edge", "China", "rare earths")
    assert page.page.locator("#panel svg.chart").count() == 0
    page = open_graph([SHARES[0], twin], name="apart")
    select(page, "edge", "China", "rare earths")
    assert page.page.locator("#panel svg.chart").count() == 1
    assert "one value from 2 sources" in panel(page)


def test_stated_amounts_stand_side_by_side(open_graph: OpenGraph) -> None:
    amounts = [
        said(JAPAN, "invests_in", LYNAS, "400 million", "a", qualifiers={"amount": {"value": 400000000, "currency": "USD"}}),
        said(
            JAPAN, "invests_in", LYNAS, "up to 35", "b",
            qualifiers={"amount": {"value": 35000000, "currency": "USD", "bound": "max"}}, modality="planned",
        ),
    ]  # fmt: skip
    page = open_graph(amounts)
    select(page, "edge", "Japan", "Lynas")
    values = [row.split("\t")[0] for row in page.page.locator("#panel .values tbody tr").all_inner_texts()]
    assert values == ["USD 400,000,000", "<USD 35,000,000 (planned)"]


BOUNDS = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda p: tuple(sorted(n / 1000 for n in p)))
SHARE = st.one_of(
    BOUNDS, BOUNDS.map(lambda b: (None, b[1])), BOUNDS.map(lambda b: (b[0], None)), BOUNDS.map(lambda b: (b[0], b[0]))
)


@settings(deadline=None, max_examples=60)
@given(SHARE, st.booleans())
def test_a_share_reads_as_kg_ask_writes_it(
    marking: Opened, bounds: tuple[float | None, float | None], about: bool
) -> None:
    low, high = bounds
    words = marking.run("([bounds, about]) => kg.shareWords(bounds, about)", [bounds, about])
    assert words == describe_share({"min": low, "max": high, "approx": about})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_the_picture_stand_out_against_the_page(open_graph: OpenGraph, scheme: str) -> None:
    page = open_graph(SHARES, color_scheme=scheme)
    select(page, "edge", "China", "rare earths")
    page.page.click("#panel .compared summary")
    pairs = page.run(
        """() => {
            const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            const mixed = colors => {
                for (const color of colors) {
                    context.fillStyle = color;
                    context.fillRect(0, 0, 1, 1);
                }
                return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255);
            };
            const paper = getComputedStyle(document.body).backgroundColor;
            return [...document.querySelectorAll("#panel :is(svg text, svg circle, mark, .manner, .values td)")].map(e => {
                const style = getComputedStyle(e), drawn = e.tagName === "circle" ? style.stroke : style.fill;
                const ground = e.tagName === "MARK" ? [paper, style.backgroundColor] : [paper];
                return [mixed([e.ownerSVGElement ? drawn : style.color]), mixed(ground), e.tagName];
            });
        }"""
    )
    assert {"text", "circle", "MARK", "P", "TD"} == {tag for _, _, tag in pairs}
    for ink, ground, tag in pairs:
        assert contrast(ink, ground) >= (3 if tag == "circle" else 4.5), tag


def contrast(one: list[float], other: list[float]) -> float:
    """The ratio of two colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

    def light(color: list[float]) -> float:
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_one_walks_from_thing_to_thing_by_keyboard_and_back(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    select(page, "node", "Japan")
    page.page.locator("#panel h3 button", has_text="Lynas").focus()
    page.page.keyboard.press("Enter")
    assert page.page.inner_text("#panel h2") == "Lynas"
    assert page.run("() => document.activeElement.tagName") == "H2", "the focus stays in the panel"
    page.page.go_back()
    page.page.wait_for_function("() => document.querySelector('#panel h2').textContent === 'Japan'")
    assert not page.problems


def test_the_panel_says_which_claims_the_picture_leaves_out(open_graph: OpenGraph) -> None:
    page = open_graph([*PLAIN, said(LYNAS, "produces", EARTHS, "Lynas produces rare earths", "c")])
    select(page, "edge", "Lynas", "rare earths")
    assert "not in the picture" not in panel(page)
    page.run("() => kg.change({ confidence: 0.5 })")
    tags = page.page.locator("#panel .claim", has_text="may produce").locator(".tag").all_inner_texts()
    assert tags == ["possible", "not in the picture"]
    assert page.page.locator("#panel .tag", has_text="not in the picture").count() == 1


def test_what_is_traded_shows_the_claims_that_name_it(open_graph: OpenGraph) -> None:
    trade = said(LYNAS, "supplies", JAPAN, "Lynas supplies Japan with it", qualifiers={"commodity": "rare earths"})
    graph = Explored([trade, PLAIN[3]], traded={trade.iri: EARTHS.iri}, ends={EARTHS.iri: EARTHS})
    page = open_graph(graph)
    select(page, "node", "rare earths")
    assert page.page.locator("#panel h3").all_inner_texts() == ["Lynas produces rare earths", "Lynas supplies Japan"]


def test_a_thing_of_very_many_claims_opens_at_once_and_holds_all(open_graph: OpenGraph) -> None:
    many = [said(CHINA, "supplies", end(f"Buyer {i}"), f"China supplies Buyer {i}", f"d{i}") for i in range(300)]
    page = open_graph(many)
    select(page, "node", "China")
    assert "300 claims from 300 sources" in panel(page)
    first = page.page.locator("#panel blockquote").count()
    assert 10 <= first < 100
    page.page.locator("#panel .more").first.click()
    assert page.page.locator("#panel blockquote").count() == first + 1
    assert page.page.locator("#panel .more").count() == 300 - first - 1


@pytest.mark.slow
def test_every_claim_of_the_corpus_is_in_the_panel_of_its_edge_and_of_its_ends(
    open_graph: OpenGraph, corpus_store: GraphStore, ontology: Ontology
) -> None:
    explored = read_explored(ClaimReader(corpus_store, ontology))
    page = open_graph(explored)
    missing = page.run(
        """() => {
            const quotes = () => {
                for (const more of document.querySelectorAll("#panel .more")) more.click();
                return new Set([...document.querySelectorAll("#panel blockquote")].map(q => q.textContent));
            };
            const missing = [];
            const look = (kind, id, claims) => {
                kg.change({ selected: { kind, id } });
                const shown = quotes();
                for (const claim of claims) if (!shown.has(kg.evidence().claims[claim].quote)) missing.push([kind, id, claim]);
            };
            for (const edge of kg.graph.edges) look("edge", edge.id, edge.claims);
            for (const node of kg.graph.nodes) look("node", node.id, [...node.out, ...node.in].flatMap(id => kg.graph.edges[id].claims));
            return missing;
        }"""
    )
    assert len(explored.claims) > 300
    assert missing == []
    assert page.problems == []


def test_like_is_compared_with_like(open_graph: OpenGraph) -> None:
    of_europe = share(0.95, 0.95, stage="mining", scope="European Union")
    of_the_world = share(0.6, 0.6, stage="mining", scope="global")
    told = [
        SHARES[0],
        said(CHINA, "controls_share", EARTHS, "60% of the world's", "f", qualifiers=of_the_world),
        said(CHINA, "controls_share", EARTHS, "95% of Europe's", "g", qualifiers=of_europe),
    ]
    page = open_graph(told)
    select(page, "edge", "China", "rare earths")
    parts = page.page.locator("#panel svg .part").all_text_contents()
    assert parts == ["European Union, mining: one value", "mining: one value"]


def test_a_denied_share_is_crossed_out_and_named(open_graph: OpenGraph) -> None:
    denied = said(CHINA, "controls_share", EARTHS, "not 99%", "f", qualifiers=share(0.99, 0.99), modality="negated")
    page = open_graph([*SHARES, denied])
    select(page, "edge", "China", "rare earths")
    row = page.page.locator("#panel svg g", has_text="99%")
    assert row.locator("text", has_text="denied").count() == 1
    assert row.locator("path").count() == 1
    assert "99%, denied" in (page.page.locator("#panel svg").get_attribute("aria-label") or "")
