"""Finding in the explorer: names, focus, expansion, paths, hiding, pinning, undo, and the address that shares a view."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from exploring import BASE, Opened, claim, end
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, End
from kg.render import read_explored, write_explorer
from kg.render.explored import Explored

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

Open = Callable[..., Opened]

CHINA, JAPAN, MALTA, CHILE = (end(name, "country") for name in ("China", "Japan", "Malta", "Chile"))
LYNAS, ACME, ORSTED = end("Lynas"), end("Acme"), end("Ørsted A/S")
CHINALCO, INDOCHINA = end("Chinalco"), end("Indochina Mining")
IRON, LITHIUM = end("iron", "commodity"), end("lithium", "commodity")
PENTAGON = end("U.S. Department of Defense", "government_body")
CLAIMS = (
    claim(JAPAN, "depends_on", CHINA),
    claim(LYNAS, "supplies", JAPAN),
    claim(LYNAS, "produces", IRON),
    claim(LYNAS, "owns", ACME),
    claim(LYNAS, "acquires", ACME),
    claim(CHINA, "produces", IRON),
    claim(CHINALCO, "located_in", CHINA),
    claim(CHINALCO, "supplies", ACME),
    claim(INDOCHINA, "located_in", CHILE),
    claim(PENTAGON, "invests_in", ACME),
    claim(ORSTED, "agrees_with", LYNAS),
    claim(CHILE, "produces", LITHIUM),
    claim(MALTA, "supplies", JAPAN, modality="negated"),
)
NAMES = {
    CHINA.iri: {"中国", "People's Republic of China"},
    PENTAGON.iri: {"五角大楼", "Pentagon", "DoD"},
    LITHIUM.iri: {"锂"},
    IRON.iri: {"chinstrap ore"},
}
GRAPH = Explored(CLAIMS, names=NAMES)


def drawn_graph() -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((c.subject.label, c.object.label) for c in CLAIMS if c.modality != "negated")
    return graph


def lines_of(*relations: str) -> set[tuple[str, str, str]]:
    return {
        (c.subject.label, c.relation, c.object.label)
        for c in CLAIMS
        if c.modality != "negated" and c.relation not in relations
    }


def suggestions(page: Opened) -> Locator:
    return page.page.get_by_role("listbox").locator("[role=option]")


def labels_of(rows: Locator) -> list[str]:
    return rows.locator("bdi:not([class])").all_inner_texts()


def tool(page: Opened, name: str) -> Locator:
    return page.page.get_by_role("toolbar").get_by_role("button", name=name)


def entry(page: Opened, name: str) -> Locator:
    return page.page.get_by_role("menuitem", name=name)


def said(page: Opened, part: str) -> str:
    """Wait until the line below the picture says a part of a sentence; return all of it."""
    page.page.locator("#say", has_text=part).wait_for()
    return page.page.inner_text("#say")


# Searching


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("China", "China"),
        ("  chiNA ", "China"),
        ("中国", "China"),
        ("peoples republic", "China"),
        ("五角", "U.S. Department of Defense"),
        ("大楼", "U.S. Department of Defense"),
        ("us dep", "U.S. Department of Defense"),
        ("defense department", "U.S. Department of Defense"),
        ("DOD", "U.S. Department of Defense"),
        ("orsted", "Ørsted A/S"),
        ("ørstéd", "Ørsted A/S"),
        ("ＬＹＮＡＳ", "Lynas"),
        ("锂", "lithium"),
        ("Malta", "Malta"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(open_graph: Open, typed: str, first: str) -> None:
    page = open_graph(GRAPH)
    page.page.get_by_role("combobox", name="Find").fill(typed)
    assert labels_of(suggestions(page))[0] == first
    page.page.keyboard.press("Enter")
    assert page.run("() => kg.graph.nodes[kg.state.focus].label") == first
    assert page.problems == []


def test_names_that_begin_so_come_first_and_of_these_the_best_connected(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.fill("#find", "chin")
    # China has 3 ties; iron, by another name, and Chinalco have 2; Indochina Mining has it inside.
    assert labels_of(suggestions(page)) == ["China", "iron", "Chinalco", "Indochina Mining"]
    assert suggestions(page).nth(1).locator(".other").inner_text() == "chinstrap ore"
    assert suggestions(page).nth(0).locator(".other").count() == 0
    page.page.fill("#find", "china")
    assert labels_of(suggestions(page)) == ["China", "Chinalco", "Indochina Mining"]


def test_the_field_is_a_combobox_that_needs_no_mouse(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    field, keys = page.page.get_by_role("combobox", name="Find"), page.page.keyboard
    assert field.get_attribute("aria-expanded") == "false"
    field.focus()
    keys.type("chin")
    assert field.get_attribute("aria-expanded") == "true"
    listed = page.page.locator(f"#{field.get_attribute('aria-controls')}")
    assert listed.get_attribute("role") == "listbox"
    assert listed.is_visible()

    def active() -> str:
        (row,) = page.page.locator("[role=option][aria-selected=true]").all()
        assert row.get_attribute("id") == field.get_attribute("aria-activedescendant")
        return str(row.locator("bdi").first.inner_text())

    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "PageDown", "PageUp"):
        keys.press(key)
        walked.append(active())
    assert walked == ["China", "iron", "China", "Indochina Mining", "China", "Indochina Mining", "China"]
    keys.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("aria-activedescendant") is None
    assert field.input_value() == "chin"
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Enter")
    assert page.run("() => kg.graph.nodes[kg.state.focus].label") == "iron"
    assert field.input_value() == ""
    assert page.page.evaluate("() => document.activeElement.id") == "find"
    keys.type("chin")
    keys.press("Escape")
    keys.press("Escape")
    assert field.input_value() == ""
    assert page.problems == []


def test_keys_that_compose_chinese_choose_nothing(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.fill("#find", "chin")
    page.run(
        """() => document.getElementById("find").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    assert page.run("() => kg.state.focus") is None
    assert suggestions(page).count() == 4


def test_a_suggestion_can_be_clicked(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.fill("#find", "chin")
    suggestions(page).nth(3).click()
    assert page.run("() => kg.graph.nodes[kg.state.selected.id].label") == "Indochina Mining"
    assert not page.page.get_by_role("listbox").is_visible()


def test_things_of_one_name_are_told_apart_by_what_is_near(open_graph: Open) -> None:
    ours, theirs = (End(f"{BASE}facility/plant-{i}", "plant", "plant", "facility") for i in "ab")
    page = open_graph(
        [claim(ours, "located_in", JAPAN), claim(theirs, "located_in", CHILE), claim(LYNAS, "owns", theirs)]
    )
    page.page.fill("#find", "plant")
    assert labels_of(suggestions(page)) == ["plant", "plant"]
    assert suggestions(page).locator(".near").all_inner_texts() == ["Lynas", "Japan"]
    page.page.fill("#find", "japan")
    assert suggestions(page).locator(".near").count() == 0


def test_searching_for_what_is_not_there_says_so(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.fill("#find", "Atlantis")
    assert page.page.get_by_text("nothing has such a name").is_visible()
    page.page.keyboard.press("Enter")
    assert "“Atlantis”" in said(page, "Nothing is called")
    assert page.run("() => kg.state.focus") is None


def test_finding_what_nothing_can_be_drawn_of_says_why(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Malta")
    assert "nothing ties it" in said(page, "Malta")
    page.run("() => kg.change({ off: { ...kg.state.off, relations: ['invests_in'] } })")
    page.find("Pentagon")
    assert "switched off" in said(page, "Department of Defense")


def test_finding_a_hidden_thing_shows_it_again(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.run("() => kg.walk.hide(kg.graph.nodes.find(n => n.label === 'Lynas').id)")
    assert "Lynas" not in page.shown()
    page.find("lynas")
    assert "Lynas" in page.shown()


@pytest.fixture(scope="module")
def bare(browser: Browser, tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Opened:
    """A page whose functions are called with graphs of the test's own."""
    path = tmp_path_factory.mktemp("bare") / "page.html"
    write_explorer(GRAPH, ontology, path, "Lodestone")
    return Opened(browser.new_context().new_page(), path.as_uri())


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("aÁäøßİςŁ中国 -.'’\u202eＡ"), max_size=8))
def test_folding_twice_is_folding_once_and_case_does_not_matter(bare: Opened, text: str) -> None:
    once, twice, upper = bare.run("text => [kg.fold(text), kg.fold(kg.fold(text)), kg.fold(text.toUpperCase())]", text)
    assert once == twice == upper


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_part_of_any_name_finds_its_thing_in_the_right_order(bare: Opened, data: st.DataObject) -> None:
    names = bare.run("() => kg.graph.nodes.flatMap(n => [n.label, ...n.also].map(name => [n.id, name]))")
    wanted, name = data.draw(st.sampled_from(names))
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    found, folded = bare.run(
        """text => [kg.find(text, Infinity).map(({ node, name }) => [node.id, kg.fold(name), node.degree]), kg.fold(text)]""",
        part,
    )
    if not folded:
        assert found == []
        return
    assert wanted in [node for node, _, _ in found]
    assert all(word in name for _, name, _ in found for word in folded.split())
    begins = [name.startswith(folded) for _, name, _ in found]
    assert begins == sorted(begins, reverse=True)
    ties = [degree for _, name, degree in found if name.startswith(folded) and name != folded]
    assert ties == sorted(ties, reverse=True)


# Focus, expansion


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_focus_shows_what_is_up_to_three_steps_away(open_graph: Open, hops: int) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    tool(page, str(hops)).click()
    assert page.shown() == set(nx.ego_graph(drawn_graph(), "Japan", hops))
    assert tool(page, str(hops)).get_attribute("aria-pressed") == "true"
    assert page.page.locator("#toolbar .focus").inner_text() == "Around Japan"
    tool(page, "Whole graph").click()
    assert page.shown() == set(drawn_graph())
    assert page.problems == []


def test_a_thing_is_expanded_by_one_relation_or_by_all(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    assert page.shown() == {"Japan", "China", "Lynas"}
    page.page.mouse.click(*page.where("Lynas"), button="right")
    group = page.page.get_by_role("group", name="Expand")
    items = {" ".join(text.split()) for text in group.get_by_role("menuitem").all_inner_texts()}
    assert items == {"everything +4", "acquires +1", "owns +1", "produces +1", "agrees with +1"}
    group.get_by_role("menuitem", name="produces").click()
    assert page.shown() == {"Japan", "China", "Lynas", "iron"}
    page.page.mouse.click(*page.where("Lynas"), button="right")
    page.page.get_by_role("group", name="Expand").get_by_role("menuitem", name="everything").click()
    assert page.shown() == {"Japan", "China", "Lynas", "iron", "Acme", "Ørsted A/S"}
    page.page.mouse.click(*page.where("Lynas"), button="right")
    assert page.page.get_by_role("group", name="Expand").count() == 0
    assert page.problems == []


def test_a_thing_is_collapsed_by_a_relation_and_what_hung_on_it_goes(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.mouse.click(*page.where("Lynas"), button="right")
    collapse = page.page.get_by_role("group", name="Collapse")
    collapse.get_by_role("menuitem", name="agrees with").click()
    assert page.shown() == set(drawn_graph()) - {"Ørsted A/S"}
    page.page.mouse.click(*page.where("Lynas"), button="right")
    page.page.get_by_role("group", name="Collapse").get_by_role("menuitem", name="produces").click()
    assert "iron" in page.shown()  # China produces it too
    assert ("Lynas", "produces", "iron") not in page.lines()
    page.page.mouse.click(*page.where("Lynas"), button="right")
    page.page.get_by_role("group", name="Expand").get_by_role("menuitem", name="everything").click()
    assert page.lines() == lines_of()
    assert page.problems == []


# The menu


def test_the_menu_needs_no_mouse(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    keys = page.page.keyboard
    page.find("Japan")
    tool(page, "Actions").focus()
    keys.press("Enter")
    menu = page.page.get_by_role("menu")
    assert menu.get_attribute("aria-label") == "Japan"
    current = "() => document.activeElement.querySelector('bdi').textContent"
    items = [text.split("\n")[0] for text in menu.get_by_role("menuitem").all_inner_texts()]
    assert page.run(current) == items[0]
    keys.press("ArrowUp")
    assert page.run(current) == items[-1]
    keys.press("Home")
    keys.press("ArrowDown")
    assert page.run(current) == items[1]
    keys.press("h")
    assert page.run(current) == "Hide"
    keys.press("Escape")
    assert menu.count() == 0
    assert page.run("() => document.activeElement.textContent").startswith("Actions")
    keys.press("Enter")
    keys.press("h")
    keys.press("Enter")
    assert "Japan" not in page.shown()
    assert menu.count() == 0
    assert page.problems == []


def test_a_line_and_the_ground_have_menus_too(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    (x1, y1), (x2, y2) = page.where("Chile"), page.where("lithium")
    page.page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2, button="right")
    assert page.page.get_by_role("menu").get_attribute("aria-label") == "Chile produces lithium"
    entry(page, "Switch off").click()
    assert page.lines() == lines_of("produces")
    page.page.locator("#network").click(button="right", position={"x": 3, "y": 3})
    entry(page, "Undo").click()
    assert page.lines() == lines_of()


def test_a_long_touch_opens_the_menu(open_graph: Open) -> None:
    page = open_graph(GRAPH, has_touch=True, width=820, height=1100)
    x, y = page.where("Japan")
    finger = page.page.context.new_cdp_session(page.page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    page.page.get_by_role("menu").wait_for()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.page.get_by_role("menu").get_attribute("aria-label") == "Japan"
    entry(page, "Hide").tap()
    assert "Japan" not in page.shown()
    assert page.problems == []


# Paths


def all_ways(edges: Sequence[tuple[int, int]], directed: bool, start: int, goal: int) -> set[tuple[int, ...]]:
    graph: Any = nx.DiGraph(edges) if directed else nx.Graph(edges)
    if start not in graph or goal not in graph or not nx.has_path(graph, start, goal):
        return set()
    return {tuple(way) for way in nx.all_shortest_paths(graph, start, goal)}


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=22), st.booleans())
def test_shortest_ways_are_those_of_networkx(bare: Opened, edges: list[tuple[int, int]], directed: bool) -> None:
    found = bare.run(
        """([pairs, directed]) => {
            const edges = pairs.map(([from, to], id) => ({ id, from, to }));
            const got = kg.shortestPaths({ from: 0, to: 1, edges, directed, most: 1000 });
            return got && { ...got, nodes: [...got.nodes], edges: [...got.edges] };
        }""",
        [edges, directed],
    )
    wanted = all_ways(edges, directed, 0, 1)
    if not wanted:
        assert found is None
        return
    ways = {(0, *(step["to"] for step in way)) for way in found["ways"]}
    assert ways == wanted
    assert found["count"] == len(found["ways"]) == len(wanted)
    assert found["length"] == len(next(iter(wanted))) - 1
    assert set(found["nodes"]) == {node for way in wanted for node in way}
    steps = {pair for way in wanted for pair in itertools.pairwise(way)}
    on_a_way = {i for i, (a, b) in enumerate(edges) if (a, b) in steps or (not directed and (b, a) in steps)}
    assert set(found["edges"]) == on_a_way
    assert {e for way in found["ways"] for step in way for e in step["edges"]} == on_a_way


def test_very_many_ways_are_counted_and_only_some_written_out(bare: Opened) -> None:
    found = bare.run(
        """() => {
            const edges = [], tie = (from, to) => edges.push({ id: edges.length, from, to });
            for (let i = 0; i < 120; i += 3) for (const k of [1, 2]) { tie(i, i + k); tie(i + k, i + 3); }
            const { count, ways, edges: used, length } = kg.shortestPaths({ from: 0, to: 120, edges, directed: true });
            return [count, ways.length, used.size, length];
        }"""
    )
    assert found == [2**40, 50, 160, 80]


def ask_path(page: Opened, start: str, goal: str) -> list[str]:
    page.page.keyboard.press("Escape")
    tool(page, "Path").click()
    for name, typed in (("Path from", start), ("Path to", goal)):
        page.page.get_by_role("combobox", name=name).fill(typed)
        page.page.keyboard.press("Enter")
    return ways(page)


def ways(page: Opened) -> list[str]:
    return [" ".join(text.split()) for text in page.page.locator("#path ol li").all_inner_texts()]


def test_the_ways_between_two_things_are_told_in_words(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    assert not page.page.locator("#path").is_visible()
    assert ask_path(page, "Pentagon", "japan") == [
        "U.S. Department of Defense — invests in → Acme ← acquires — and ← owns — Lynas — supplies → Japan"
    ]
    assert page.page.locator("#path p").inner_text() == "One shortest way, 3 steps."
    assert page.run("() => kg.pathShown(kg.state).edges.size") == 4
    page.page.get_by_role("button", name="Lynas owns Acme").click()
    assert (
        page.run(
            "() => { const e = kg.graph.edges[kg.state.selected.id]; return kg.graph.relations[e.relation].name; }"
        )
        == "owns"
    )
    assert page.problems == []


def test_a_path_stands_out_in_the_picture(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    opacities = """() => {
        const found = { on: [], off: [] }, way = kg.pathShown(kg.state)?.edges ?? new Set();
        for (const { id, color } of kg.picture.network.body.data.edges.get()) {
            const drawn = parseInt(color.color.slice(7) || "ff", 16) / 255 * (color.opacity ?? 1);
            (way.has(id) ? found.on : found.off).push(drawn);
        }
        return found;
    }"""
    before = page.run(opacities)
    page.page.mouse.click(*page.where("China"))
    ask_path(page, "pentagon", "japan")
    after = page.run(opacities)
    assert len(after["on"]) == 4
    assert min(after["on"]) > 2 * max(after["off"])
    assert max(after["off"]) < min(before["off"])
    ends = [page.where(name) for name in ("U.S. Department of Defense", "Acme", "Lynas", "Japan")]
    box = page.page.locator("#network").bounding_box()
    assert box is not None
    assert all(box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"] for x, y in ends)


def test_a_path_is_drawn_even_through_what_is_far_from_the_focus(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Chile")
    assert page.shown() == {"Chile", "lithium", "Indochina Mining"}
    ask_path(page, "pentagon", "japan")
    way = {"U.S. Department of Defense", "Acme", "Lynas", "Japan"}
    assert page.shown() == {"Chile", "lithium", "Indochina Mining"} | way
    assert page.problems == []


def test_a_path_may_follow_the_arrows(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    ask_path(page, "acme", "china")
    assert ways(page) == ["Acme ← supplies — Chinalco — is located in → China"]
    follow = page.page.get_by_label("follow the arrows")
    follow.check()
    assert ways(page) == []
    assert "No way leads from" in page.page.inner_text("#path p")
    page.page.get_by_role("button", name="Swap the ends").click()
    assert "No way leads from" in page.page.inner_text("#path p")
    ask_path(page, "orsted", "china")  # agrees with goes both ways; Lynas supplies Japan, which depends on China
    assert ways(page) == ["Ørsted A/S — agrees with → Lynas — supplies → Japan — depends on → China"]
    page.page.get_by_role("button", name="Swap the ends").click()
    assert ways(page) == []
    follow.uncheck()
    assert len(ways(page)) == 2
    page.page.get_by_role("button", name="Close the path").click()
    assert not page.page.locator("#path").is_visible()
    assert page.run("() => kg.state.path") is None
    assert page.problems == []


def test_a_path_goes_only_through_what_is_switched_on_and_not_hidden(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    assert ask_path(page, "lynas", "china") == [
        "Lynas — produces → iron ← produces — China",
        "Lynas — supplies → Japan — depends on → China",
    ]
    page.run("() => kg.walk.switchOff('relations', 'produces')")
    assert ways(page) == ["Lynas — supplies → Japan — depends on → China"]
    page.run("() => kg.walk.hide(kg.graph.nodes.find(n => n.label === 'Japan').id)")
    assert ways(page) == ["Lynas — acquires → and — owns → Acme ← supplies — Chinalco — is located in → China"]


def test_a_path_begins_and_ends_at_things_chosen_in_the_picture(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.mouse.click(*page.where("China"), button="right")
    entry(page, "Path from here").click()
    page.page.mouse.click(*page.where("iron"), button="right")
    entry(page, "Path from China to here").click()
    assert ways(page) == ["China — produces → iron"]


# Hiding, pinning, undo


def test_hidden_things_go_and_come_back(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    for name in ("Lynas", "Chinalco"):
        page.page.mouse.click(*page.where(name), button="right")
        entry(page, "Hide").click()
    left = drawn_graph()
    left.remove_nodes_from(["Lynas", "Chinalco"])
    assert page.shown() == {node for node in left if left.degree(node)}
    tool(page, "Show 2 hidden").click()
    assert page.shown() == set(drawn_graph())
    assert not page.page.get_by_role("button", name="hidden").is_visible()
    assert page.problems == []


def test_dragging_pins_and_undo_puts_back(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    x, y = page.where("Japan")
    mouse = page.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 30, y + 20, steps=4)
    mouse.move(x + 60, y + 40, steps=4)
    mouse.up()
    assert page.where("Japan") == pytest.approx((x + 60, y + 40), abs=3)
    (pinned,) = page.run("() => Object.keys(kg.state.pinned).map(id => kg.graph.nodes[id].label)")
    assert pinned == "Japan"
    tool(page, "Undo").click()
    assert page.run("() => kg.state.pinned") == {}
    assert page.where("Japan") == pytest.approx((x, y), abs=2)
    tool(page, "Redo").click()
    assert page.where("Japan") == pytest.approx((x + 60, y + 40), abs=3)
    tool(page, "Release 1 pin").click()
    assert page.where("Japan") == pytest.approx((x, y), abs=2)
    assert page.problems == []


def test_pin_and_release_are_in_the_menu(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.page.mouse.click(*page.where("Japan"), button="right")
    entry(page, "Pin").click()
    assert list(page.run("() => kg.state.pinned").values()) == [
        page.run("() => { const { x, y } = kg.graph.nodes.find(n => n.label === 'Japan'); return [x, y]; }")
    ]
    page.page.mouse.click(*page.where("Japan"), button="right")
    entry(page, "Release").click()
    assert page.run("() => kg.state.pinned") == {}


def test_undo_and_redo_take_each_step_back_and_make_it_again(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    state = "() => JSON.stringify(kg.state)"
    seen = [page.run(state)]
    assert tool(page, "Undo").get_attribute("aria-disabled") == "true"
    page.find("Japan")
    seen.append(page.run(state))
    tool(page, "2").click()
    seen.append(page.run(state))
    page.run("() => kg.walk.hide(kg.graph.nodes.find(n => n.label === 'Acme').id)")
    seen.append(page.run(state))
    for wanted in seen[-2::-1]:
        tool(page, "Undo").click()
        assert page.run(state) == wanted
    assert tool(page, "Undo").get_attribute("aria-disabled") == "true"
    for wanted in seen[1:]:
        tool(page, "Redo").click()
        assert page.run(state) == wanted
    assert tool(page, "Redo").get_attribute("aria-disabled") == "true"
    tool(page, "Undo").click()
    page.find("China")
    assert tool(page, "Redo").get_attribute("aria-disabled") == "true"
    assert page.problems == []


def test_the_toolbar_is_one_stop_of_the_tab_key(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    stops = page.page.locator("#toolbar button[tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    first = page.run("() => document.activeElement.textContent")
    names = []
    for _ in range(page.page.locator("#toolbar button:visible").count()):
        page.page.keyboard.press("ArrowRight")
        names.append(page.run("() => document.activeElement.textContent"))
    assert names[-1] == first
    assert len(set(names)) == len(names)
    assert stops.count() == 1


# Back, forward, and the address


def test_back_and_forward_of_the_browser_go_along_the_steps(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    tool(page, "2").click()
    page.find("China")
    page.page.go_back()
    assert page.run("() => [kg.graph.nodes[kg.state.focus].label, kg.state.hops]") == ["Japan", 2]
    page.page.go_back()
    assert page.run("() => [kg.graph.nodes[kg.state.focus].label, kg.state.hops]") == ["Japan", 1]
    page.page.go_back()
    assert page.shown() == set(drawn_graph())
    page.page.go_forward()
    page.page.go_forward()
    page.page.go_forward()
    assert page.run("() => [kg.graph.nodes[kg.state.focus].label, kg.state.hops]") == ["China", 2]
    assert page.problems == []


def arranged(page: Opened) -> None:
    """Change everything that a view can hold."""
    page.find("Japan")
    tool(page, "2").click()
    page.run(
        """() => {
            const id = label => kg.graph.nodes.find(n => n.label === label).id;
            kg.walk.hide(id("Acme"));
            kg.walk.pin(id("China"), { x: 12, y: -34 });
            kg.walk.expand(id("China"), "located_in");
            kg.walk.collapse(id("Lynas"), "agrees_with");
            kg.walk.path(id("Lynas"), id("China"), true);
            kg.walk.switchOff("relations", "owns");
            kg.walk.switchOff("types", "person");
            kg.change({ confidence: 0.25, stated: [2001, 2030], published: ["2020-01-01", "2026-01-01"] });
            kg.walk.select("edge", kg.graph.edges.find(e => e.from === id("Lynas") && e.to === id("Japan")).id);
        }"""
    )


def test_an_address_brings_the_same_view_back(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    arranged(page)
    state, fragment = page.run("() => [JSON.stringify(kg.state), location.hash]")
    again = open_graph(GRAPH, fragment=fragment)
    assert again.run("() => JSON.stringify(kg.state)") == state
    assert (again.shown(), again.lines()) == (page.shown(), page.lines())
    places = "() => JSON.stringify(kg.picture.network.getPositions())"
    assert again.run(places) == page.run(places)
    assert again.page.locator("#path").is_visible()
    assert again.page.inner_text("#say") == ""
    assert again.problems == []


def test_an_address_keeps_what_part_of_the_picture_one_looked_at(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    camera = "() => [kg.picture.network.getViewPosition(), kg.picture.network.getScale()]"
    box = page.page.locator("#network canvas").bounding_box()
    assert box
    page.page.mouse.move(box["x"] + 40, box["y"] + 200)
    page.page.mouse.wheel(0, -300)
    page.page.wait_for_function("() => kg.state.camera")
    seen, fragment = page.run(camera), page.run("() => location.hash")
    again = open_graph(GRAPH, fragment=fragment)
    place, scale = again.run(camera)
    assert scale == pytest.approx(seen[1], rel=1e-3)
    assert place == pytest.approx(seen[0], abs=1)
    tool(again, "Fit").click()
    assert again.run("() => [kg.state.camera, location.hash]") == [None, ""]
    assert again.run(camera)[1] < scale
    page.find("Japan")
    assert page.run("() => kg.state.camera") is None
    assert page.problems == again.problems == []


def test_an_address_finds_its_things_in_a_graph_that_has_changed(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    tool(page, "3").click()
    page.run(
        """() => {
            const id = label => kg.graph.nodes.find(n => n.label === label).id;
            kg.walk.hide(id("Acme"));
            kg.walk.hide(id("iron"));
            kg.walk.pin(id("China"), { x: 12, y: -34 });
        }"""
    )
    fragment = page.run("() => location.hash")
    extra = [claim(end(f"Aardvark {i}"), "supplies", JAPAN) for i in range(5)]  # other indices for all things
    changed = [c for c in CLAIMS if ACME not in (c.subject, c.object)] + extra
    again = open_graph(Explored(changed), fragment=fragment, name="changed")
    assert again.run("() => [kg.graph.nodes[kg.state.focus].label, kg.state.hops]") == ["Japan", 3]
    assert again.run("() => kg.state.hidden.map(id => kg.graph.nodes[id].label)") == ["iron"]
    assert again.run("() => Object.entries(kg.state.pinned).map(([id, at]) => [kg.graph.nodes[id].label, at])") == [
        ["China", [12, -34]]
    ]
    assert "company/acme" in said(again, "left out")
    assert again.problems == []


@pytest.mark.parametrize(
    "fragment",
    [
        "#focus=country%2Fatlantis",
        "#path=%7B%22from%22%3A%22country%2Fjapan%22%2C%22to%22%3A%22country%2Fatlantis%22%7D",
        "#hidden=%5B%22nothing%22%2C1%2Cnull%5D&hops=99&confidence=%5B0.5%5D",
        "#selected=%5B%22country%2Fjapan%22%2C%22owns%22%2C%22country%2Fchina%22%5D",
        "#pinned=%7B%22__proto__%22%3A%5B1%2C2%5D%2C%22country%2Fjapan%22%3A%22x%22%2C%22gone%22%3A%5B1%2C2%5D%7D",
        "#focus=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E",
        "#focus=javascript:window.hacked=1&view=%00&off=7&question=%5B%5D&expanded=%7B%7D&path=%22",
        "#%E0%A4%A&=&&&hidden=[[[",
    ],
)
def test_an_address_that_says_nonsense_does_no_harm(open_graph: Open, fragment: str) -> None:
    page = open_graph(GRAPH, fragment=fragment)
    assert page.shown() == set(drawn_graph())
    assert said(page, "left out")
    assert page.run("() => [window.hacked ?? null, kg.state.hops, kg.state.confidence]") == [None, 1, 0]
    page.find("Japan")
    assert page.run("() => kg.graph.nodes[kg.state.focus].label") == "Japan"
    assert page.problems == []


def test_an_address_typed_over_another_is_followed(open_graph: Open) -> None:
    page = open_graph(GRAPH)
    page.find("Japan")
    page.run("() => { location.hash = '#focus=country%2Fchina&hops=2'; }")
    page.page.wait_for_function("() => kg.state.hops === 2")
    assert page.run("() => kg.graph.nodes[kg.state.focus].label") == "China"


# Names of strangers


def test_hostile_names_stay_text_in_suggestions_menus_and_paths(open_graph: Open) -> None:
    bad = ["<img src=x onerror=window.hacked=1>", "</li><script>window.hacked=2</script>", "a \u202e gpj \u2066 b"]
    things = [End(f"{BASE}company/x{i}", text, text, "company") for i, text in enumerate(bad)]
    page = open_graph([claim(a, "supplies", b) for a, b in itertools.combinations(things, 2)])
    for text, letters in zip(bad, ("img", "script", "gpj"), strict=True):
        page.page.fill("#find", letters)
        assert text in labels_of(suggestions(page))
        page.page.keyboard.press("Enter")
        tool(page, "Actions").click()
        assert page.page.get_by_role("menu").get_attribute("aria-label") == text
        page.page.keyboard.press("Escape")
    ask_path(page, "img", "gpj")
    for place in ("#search", "#toolbar", "#path", "#say"):
        assert page.page.locator(place).locator("img, script, svg, iframe").count() == 0
    assert page.run("() => window.hacked ?? null") is None
    assert page.problems == []
    assert len(page.requests) == 1


def test_a_page_without_claims_can_be_searched(open_graph: Open) -> None:
    page = open_graph([])
    page.page.fill("#find", "x")
    page.page.get_by_text("nothing has such a name").click()
    tool(page, "Path").click()
    assert page.page.get_by_role("combobox", name="Path from").is_visible()
    assert page.problems == []


@pytest.mark.slow
def test_every_name_of_the_corpus_finds_its_thing(
    open_graph: Open, corpus_store: Any, ontology: Ontology, tmp_path: Path
) -> None:
    page = open_graph(read_explored(ClaimReader(corpus_store, ontology)))
    missed = page.run(
        """() => kg.graph.nodes.flatMap(n => [n.label, ...n.also].filter(name => kg.fold(name)
            && !kg.find(name, 40).some(found => found.node === n)))"""
    )
    assert missed == []
