"""Help: the tour, the keyboard, the explanation of lines; and that the page can be used by everybody: contrast, focus, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from exploring import Opened, claim, end

from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.render import Explored, read_explored, write_explorer
from kg.store import GraphStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

JAPAN, CHINA, LYNAS, ORE = end("Japan", "country"), end("China", "country"), end("Lynas"), end("ore", "commodity")
PLAIN = (
    claim(JAPAN, "depends_on", CHINA, "Japan depends on China for 90%", qualifiers={"share": {"min": 0.9, "max": 0.9}}),
    claim(JAPAN, "depends_on", CHINA, "Japan depends on China for 60%", qualifiers={"share": {"min": 0.6, "max": 0.6}}),
    claim(LYNAS, "supplies", JAPAN, "Lynas will supply Japan", modality="planned", attribution="a minister"),
    claim(LYNAS, "produces", ORE, "Lynas may produce ore", modality="possible"),
    claim(CHINA, "produces", ORE, "China produces ore"),
)


@pytest.fixture
def first(browser: Browser, tmp_path: Path, ontology: Ontology) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens a page as somebody does who has never seen one."""
    contexts: list[BrowserContext] = []
    write_explorer(Explored(PLAIN), ontology, tmp_path / "page.html", "Lodestone")

    def open_page(script: str = "", **context: Any) -> Opened:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **context}))
        contexts[-1].add_init_script(script)
        return Opened(contexts[-1].new_page(), (tmp_path / "page.html").as_uri())

    yield open_page
    for context in contexts:
        context.close()


# The tour


def test_the_tour_leads_through_the_page_once(first: Callable[..., Opened]) -> None:
    opened = first()
    page = opened.page
    seen = []
    while page.locator("#tour").count():
        box = page.locator("#tour").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 720
        assert page.locator(".touring").count() == 1
        assert page.evaluate("() => document.getElementById('tour').contains(document.activeElement)")
        seen.append(page.inner_text("#tour h2"))
        page.locator("#tour button").last.click()
    assert seen == ["Lodestone", "Find", "Proof", "Legend and filter", "Questions", "Help"]
    assert page.locator(".touring").count() == 0
    page.reload()
    page.wait_for_function("() => window.kg && kg.ready")
    assert page.locator("#tour").count() == 0
    assert opened.problems == []


def test_the_tour_goes_back_and_is_left_by_escape(first: Callable[..., Opened]) -> None:
    page = first().page
    page.get_by_role("button", name="Next").click()
    assert page.inner_text("#tour h2") == "Find"
    page.get_by_role("button", name="Back").click()
    assert page.inner_text("#tour h2") == "Lodestone"
    page.keyboard.press("Escape")
    assert page.locator("#tour").count() == 0
    page.reload()
    page.wait_for_function("() => window.kg && kg.ready")
    assert page.locator("#tour").count() == 0
    page.locator("#help-button").click()
    page.get_by_role("button", name="Take the tour").click()
    assert page.inner_text("#tour h2") == "Lodestone"
    page.get_by_role("button", name="Skip").click()
    assert page.locator("#tour").count() == 0


def test_the_page_can_be_used_while_the_tour_is_open(first: Callable[..., Opened]) -> None:
    opened = first()
    opened.find("Lynas")
    assert opened.page.inner_text("#panel h2") == "Lynas"
    opened.page.keyboard.press("Escape")
    assert opened.problems == []


NO_STORAGE = (
    """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });"""
)
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""


@pytest.mark.parametrize("script", [NO_STORAGE, FULL], ids=["none", "full"])
def test_a_browser_that_keeps_nothing_is_no_error(first: Callable[..., Opened], script: str) -> None:
    opened = first(script)
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#tour").count() == 0
    opened.page.keyboard.press("?")
    opened.page.locator(".single input").uncheck()
    assert opened.problems == []


# Keyboard and lines


def test_the_keyboard_is_listed_and_works(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    page = opened.page
    page.keyboard.press("?")
    listed = page.locator(".keys li").all_inner_texts()
    assert len(listed) == opened.run("() => kg.keys.length") > 12
    page.keyboard.press("t")
    assert opened.run("() => kg.state.view") == "force", "keys of the page rest while help is open"
    page.keyboard.press("Escape")
    assert not page.locator("#help-dialog").is_visible()
    for key, view in (("t", "table"), ("l", "layered"), ("g", "force")):
        page.keyboard.press(key)
        assert opened.run("() => kg.state.view") == view
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "find"
    page.keyboard.type("t?Lynas")
    assert page.input_value("#find") == "t?Lynas", "typed text is text"
    page.fill("#find", "Lynas")
    page.keyboard.press("Enter")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("2")
    assert opened.run("() => kg.state.hops") == 2
    page.keyboard.press("w")
    assert opened.run("() => kg.state.focus") is None
    page.keyboard.press("h")
    assert "Lynas" not in opened.shown()
    page.keyboard.press("Control+z")
    assert "Lynas" in opened.shown()
    page.keyboard.press("Control+y")
    assert "Lynas" not in opened.shown()
    page.keyboard.press("q")
    assert page.evaluate("() => document.activeElement.id") == "question"
    assert opened.problems == []


def test_what_others_add_to_the_keyboard_is_listed(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    opened.run("() => { kg.keys.push({ key: 'z', label: 'Do something new', run: () => { window.done = true; } }); }")
    opened.page.keyboard.press("z")
    assert opened.run("() => window.done")
    opened.page.keyboard.press("?")
    assert "Do something new" in opened.page.inner_text(".keys")


def test_keys_without_ctrl_can_be_turned_off(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    page = opened.page
    page.keyboard.press("?")
    page.locator(".single input").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert opened.run("() => kg.state.view") == "force"
    page.locator("#help-button").click()
    page.locator(".single input").check()
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("t")
    assert opened.run("() => kg.state.view") == "table"


def test_lines_are_explained_as_they_are_drawn(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    opened.page.locator("#help-button").click()
    told = opened.page.inner_text(".lines")
    for word in ("Said to be so", "Planned", "Possible", "Width", "Opacity", "denied"):
        assert word in told
    dashes = opened.run(
        "() => [...document.querySelectorAll('.lines li:nth-child(2) line')].map(l => l.getAttribute('stroke-dasharray'))"
    )
    assert dashes == [" ".join(map(str, opened.run("() => kg.picture.dashes.planned")))]


# For everybody

CONTRAST = r"""() => {
    const numbers = text => {
        const found = text.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
        const [r, g, b, a = 1] = text.startsWith("color(") ? [...found.slice(0, 3).map(v => v * 255), found[3] ?? 1] : found;
        return [r, g, b, a];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
    const paper = numbers(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    const ground = node => {
        if (!node) return paper;
        const color = numbers(getComputedStyle(node).backgroundColor);
        return color[3] === 1 ? color.slice(0, 3) : over(color, ground(node.parentElement));
    };
    const light = color => color.map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
    const opacity = node => (node ? Number(getComputedStyle(node).opacity) * opacity(node.parentElement) : 1);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), low = [];
    let seen = 0;
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        const data = ["SCRIPT", "STYLE", "OPTION"].includes(node.tagName) || !walker.currentNode.data.trim();
        if (data || !node.checkVisibility({ visibilityProperty: true })) continue;
        if (node.closest("[disabled], [aria-disabled=true], .unseen, .only, canvas")) continue;
        const style = getComputedStyle(node), behind = ground(node);
        const [r, g, b, a] = numbers(node instanceof SVGElement ? style.fill : style.color);
        const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const found = ratio(over([r, g, b, a * opacity(node)], behind), behind);
        seen++;
        const words = walker.currentNode.data.trim().slice(0, 30);
        if (found < (large ? 3 : 4.5)) low.push(`${found.toFixed(2)} ${node.tagName}.${node.className} "${words}"`);
    }
    return [seen, low];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_graph: Callable[..., Opened], scheme: str) -> None:
    opened = open_graph(PLAIN, color_scheme=scheme)
    page = opened.page
    looks = {
        "opening": "() => {}",
        "node": "() => kg.walk.focus(kg.find('Japan')[0].node.id)",
        "edge": "() => kg.change({ selected: { kind: 'edge', id: kg.find('Japan')[0].node.out[0] } })",
        "answer": "() => kg.change({ question: { name: 'depends-on', node: kg.find('China')[0].node.id, include: [] } })",
        "path": "() => kg.walk.path(kg.find('Japan')[0].node.id, kg.find('ore')[0].node.id)",
        "table": "() => kg.change({ view: 'table', selected: { kind: 'node', id: 0 } })",
        "said": "() => kg.say('Something is said.')",
        "menu": "() => kg.menuOf('node', 0, { x: 300, y: 200 })",
        "tour": "() => kg.tour()",
        "help": "() => kg.help()",
    }
    for name, script in looks.items():
        opened.run(script)
        page.wait_for_timeout(100)
        seen, low = opened.run(CONTRAST)
        assert low == [], name
        assert seen > 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_things_and_lines_stand_out_from_the_picture(open_graph: Callable[..., Opened], scheme: str) -> None:
    opened = open_graph(PLAIN, color_scheme=scheme)
    low = opened.run("""() => {
        const parts = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255);
        const light = hex => parts(hex).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const paper = kg.isDark() ? "#17191c" : "#ffffff";
        const ratio = hex => { const [a, b] = [light(hex), light(paper)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
        return [...kg.graph.types, ...kg.graph.relations].filter(style => ratio(kg.colorOf(style)) < 3).map(style => style.name);
    }""")
    assert low == []


def test_the_tab_key_goes_through_the_page_in_its_order(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    opened.run("() => kg.walk.focus(kg.find('Japan')[0].node.id)")
    page, reached = opened.page, []
    opened.run("() => { window.order = []; }")
    for _ in range(150):
        page.keyboard.press("Tab")
        found = opened.run("""() => {
            const at = document.activeElement;
            if (at === document.body || window.order.includes(at)) return null;
            const before = window.order.at(-1);
            window.order.push(at);
            const style = getComputedStyle(at), box = at.getBoundingClientRect();
            const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            const within = at.closest("#network") && getComputedStyle(document.getElementById("network")).outlineStyle !== "none";
            return { part: at.closest("header, section[id], aside")?.id || at.closest("header, aside")?.tagName, tag: at.tagName, id: at.id,
                visible: box.width > 0 && box.height > 0, focus: outline || Boolean(within),
                forward: !before || Boolean(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING) };
        }""")
        if found is None:
            break
        reached.append(found)
    assert [one for one in reached if not (one["visible"] and one["focus"] and one["forward"])] == []
    parts = list(dict.fromkeys(one["part"] for one in reached))
    wanted = ["search", "views", "toolbar", "exports", "help", "legend", "network", "panel", "questions"]
    assert set(wanted) <= set(parts)
    assert parts.index("search") < parts.index("legend") < parts.index("network") < parts.index("panel")


NAMES = """() => {
    const REFERENCES = ["aria-controls", "aria-labelledby", "aria-describedby", "aria-activedescendant"];
    const NAMED = "button, input, select, a[href], summary, [role=dialog], dialog, section, aside, table, [role=listbox], [role=toolbar]";
    const texts = node => [node.getAttribute("aria-label"), document.getElementById(node.getAttribute("aria-labelledby"))?.textContent,
        ...[...(node.labels ?? [])].map(label => label.textContent), node.textContent, node.title];
    const unnamed = node => !texts(node).some(text => text?.trim()) && !node.closest("[hidden]");
    const bad = [...document.querySelectorAll(NAMED)].filter(unnamed).map(node => node.outerHTML.slice(0, 120));
    const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
    const named = REFERENCES.flatMap(key => [...document.querySelectorAll(`[${key}]`)].flatMap(node => node.getAttribute(key).split(" ")));
    return {
        bad, twice: ids.filter((id, i) => ids.indexOf(id) !== i), dangling: named.filter(id => !document.getElementById(id)),
        later: [...document.querySelectorAll("[tabindex]")].filter(node => node.tabIndex > 0).length,
    };
}"""


def test_all_has_a_name_and_the_page_its_landmarks(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN)
    for script in (
        "() => kg.walk.focus(kg.find('Japan')[0].node.id)",
        "() => kg.change({ question: { name: 'depends-on', node: kg.find('China')[0].node.id, include: [] } })",
        "() => kg.change({ view: 'table' })",
        "() => kg.tour()",
        "() => kg.help()",
    ):
        opened.run(script)
        assert opened.run(NAMES) == {"bad": [], "twice": [], "dangling": [], "later": 0}
    page = opened.page
    assert page.locator("html").get_attribute("lang") == "en"
    for tag in ("header", "main", "aside", "h1"):
        assert page.locator(tag).count() == 1
    assert page.locator("[role=status][aria-live=polite]").count() >= 1


def test_who_wants_no_motion_gets_none(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN, reduced_motion="reduce")
    opened.find("Japan")
    moving = opened.run("""() => [...document.querySelectorAll("*")].filter(node => {
        const style = getComputedStyle(node);
        const slow = style.transitionDuration.split(",").some(text => parseFloat(text) > 0);
        return style.animationName !== "none" || (slow && style.transitionProperty !== "none");
    }).map(node => node.tagName)""")
    assert moving == []
    assert opened.run("() => document.getAnimations().length") == 0


SIZES = [(1280, 720), (820, 1180), (1180, 820)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off(open_graph: Callable[..., Opened], width: int, height: int) -> None:
    opened = open_graph(PLAIN, width=width, height=height, has_touch=width < 1280)
    for script in (
        "() => {}",
        "() => kg.walk.focus(kg.find('Japan')[0].node.id)",
        "() => kg.change({ question: { name: 'depends-on', node: kg.find('China')[0].node.id, include: [] } })",
        "() => kg.change({ view: 'table' })",
    ):
        opened.run(script)
        wide, high = opened.run("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert (wide, high) == (width, height)
        box = opened.page.locator("#table" if "table" in script else "#network").bounding_box()
        assert box
        assert box["width"] > 400
        assert box["height"] > 180


def test_a_finger_finds_what_it_touches(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN, width=820, height=1180, has_touch=True, is_mobile=True)
    opened.find("Japan")
    opened.run("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    small = opened.run("""() => [...document.querySelectorAll("button, select, summary, input")].filter(node => {
        if (!node.checkVisibility({ visibilityProperty: true })) return false;
        const target = node.type === "checkbox" ? node.closest("label") ?? node : node, box = target.getBoundingClientRect();
        return box.width > 0 && (box.width < 24 || box.height < 24);
    }).map(node => node.outerHTML.slice(0, 100))""")
    assert small == []


def test_one_can_ask_on_a_tablet(open_graph: Callable[..., Opened]) -> None:
    opened = open_graph(PLAIN, width=820, height=1180, has_touch=True, is_mobile=True)
    assert not opened.page.locator("#questions").is_visible()
    opened.page.get_by_role("button", name="Evidence").tap()
    opened.page.locator("#questions summary").tap()
    opened.page.locator("#question").select_option("depends-on")
    opened.page.get_by_role("combobox", name="Thing to ask about").fill("China")
    opened.page.locator("#questions [role=option]").first.tap()
    opened.page.get_by_role("button", name="Ask", exact=True).tap()
    assert opened.page.locator("#answer tbody tr").count() == 2
    opened.page.get_by_role("button", name="Close the answer").tap()
    opened.page.get_by_role("button", name="Evidence").tap()
    assert not opened.page.locator("#questions").is_visible()
    opened.page.keyboard.press("q")
    assert opened.page.locator("#question").is_visible()


@pytest.mark.slow
def test_the_page_of_the_corpus_stands_out_too(
    open_graph: Callable[..., Opened], corpus_store: GraphStore, ontology: Ontology
) -> None:
    opened = open_graph(read_explored(ClaimReader(corpus_store, ontology)), color_scheme="dark")
    opened.find("China")
    assert opened.run(CONTRAST)[1] == []
    assert opened.run(NAMES)["bad"] == []
