"""The explorer page: it needs nothing besides itself, draws each line as its claims are, and shows what its state says."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from exploring import BASE, Opened, claim, end
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, End, Source, StoredClaim
from kg.render import Explored, read_explored, write_explorer
from kg.render.explorer import SCRIPTS, SHEETS
from kg.store import GraphStore

HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=2>",
    "{{ 7*7 }} ${window.hacked=5} <!-- <script>",
    "txt.exe \u202e gpj \u2066 \x9b31m",
    '<b>O\'Brien & "Sons"</b>\u2028\\u003cscript>',
)
JAPAN, CHINA, MALTA = (end(name, "country") for name in ("Japan", "China", "Malta"))
LYNAS, IRON, ACME = end("Lynas"), end("Iron", "commodity"), end("Acme")
SECOND = Source(f"{BASE}doc/b", "b", "Evening news", "The Weekly", "2023-05-06")
PLAIN = (
    claim(
        *(JAPAN, "depends_on", CHINA, "Japan depends on China for 90%"),
        qualifiers={"share": {"min": 0.9, "max": 0.9}, "time": "2024", "stage": "mining"},
    ),
    claim(JAPAN, "depends_on", CHINA, "Tokyo needs China", source=SECOND, confidence=0.4),
    claim(LYNAS, "supplies", JAPAN, "Lynas will supply Japan", modality="planned", attribution="a minister"),
    claim(LYNAS, "produces", IRON, "Lynas may produce iron", modality="possible"),
    claim(LYNAS, "owns", ACME, "Lynas owns Acme", qualifiers={"time": "2010"}),
    claim(LYNAS, "acquires", ACME, "Lynas bought Acme", qualifiers={"amount": {"value": 5e9, "currency": "AUD"}}),
    claim(MALTA, "supplies", JAPAN, "Malta does not supply Japan", modality="negated"),
)
ATTACKS = tuple(
    claim(
        End(f"{BASE}company/x{i}", text, text, "company"),
        "supplies",
        End(f"{BASE}country/y{i}", f"Y{i} {text}", text, "country"),
        f"quoted {text} quoted",
        attribution=text,
        source=Source(f"{BASE}doc/{i}", text, f"T {text}", text, text),
    )
    for i, text in enumerate(HOSTILE)
)
Open = Callable[..., Opened]


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
def written(tmp_path: Path, ontology: Ontology) -> Callable[..., str]:
    def write(claims: Sequence[StoredClaim], title: str = "Lodestone") -> str:
        write_explorer(Explored(claims), ontology, tmp_path / "page.html", title)
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return write


def part_of(page: str, name: str) -> dict[str, Any]:
    """Return what the page's script "graph" or "evidence" holds."""
    (text,) = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


# The page by itself


@pytest.mark.parametrize("claims", [(), PLAIN, ATTACKS], ids=["none", "plain", "hostile"])
def test_the_page_loads_nothing_but_itself(written: Callable[..., str], claims: Sequence[StoredClaim]) -> None:
    elements = Elements(written(claims))
    tags = {tag for tag, _ in elements.found}
    assert not tags & {"link", "base", "iframe", "frame", "object", "embed", "img", "video", "audio", "form", "svg"}
    loading = {"src", "href", "srcset", "data", "poster", "action", "formaction", "background", "ping"}
    assert not [(tag, attributes) for tag, attributes in elements.found if loading & attributes.keys()]
    (style,) = elements.texts("style")
    assert "@import" not in style
    assert "url(" not in style


def test_the_policy_comes_first_and_allows_just_the_scripts_of_the_page(written: Callable[..., str]) -> None:
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
        for (_, attributes), text in zip(
            [e for e in elements.found if e[0] == "script"], elements.texts("script"), strict=True
        )
        if attributes.get("type") != "application/json"
    ]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]
    assert sorted(policy["script-src"]) == sorted(hashes)


def test_every_file_of_the_page_is_in_it(written: Callable[..., str]) -> None:
    page = written(PLAIN)
    folder = Path(write_explorer.__code__.co_filename).parent / "page"
    assert {file.stem for file in folder.glob("*.js")} == set(SCRIPTS)
    assert {file.stem for file in folder.glob("*.css")} == set(SHEETS)
    for file in (*folder.glob("*.js"), *folder.glob("*.css")):
        assert file.read_text(encoding="utf-8") in page, file.name
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", file.read_text("utf-8")
        )


def test_without_the_graph_the_file_is_small(written: Callable[..., str]) -> None:
    assert len(written(()).encode()) <= 1_500_000


def test_hostile_text_adds_no_element_and_no_handler(written: Callable[..., str]) -> None:
    plain, hostile = Elements(written(PLAIN)), Elements(written(ATTACKS, HOSTILE[0]))
    assert [tag for tag, _ in hostile.found] == [tag for tag, _ in plain.found]
    assert not [name for _, attributes in hostile.found for name in attributes if name.startswith("on")]
    assert hostile.texts("title") == hostile.texts("h1") == [HOSTILE[0]]


@settings(deadline=None, max_examples=15)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_comes_through_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, ontology: Ontology, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "page.html"
    pages = []
    for words in (text, "plain"):
        said = claim(End(f"{BASE}company/x", words, words, "company"), "supplies", JAPAN, words)
        write_explorer(Explored([said]), ontology, path, words)
        pages.append(path.read_text(encoding="utf-8"))
    page, plain = pages
    assert len(Elements(page).texts("script")) == len(Elements(plain).texts("script"))
    assert text in part_of(page, "graph")["nodes"]["label"]
    assert part_of(page, "evidence")["claims"]["quote"] == [text]
    assert part_of(page, "graph")["title"] == text


def test_the_same_claims_in_any_order_give_the_same_bytes(written: Callable[..., str]) -> None:
    assert written([*PLAIN, *ATTACKS]) == written([*ATTACKS[::-1], *PLAIN[::-1]])


def test_the_page_of_the_corpus_holds_every_claim(corpus_store: GraphStore, ontology: Ontology, tmp_path: Path) -> None:
    explored = read_explored(ClaimReader(corpus_store, ontology))
    count = write_explorer(explored, ontology, tmp_path / "page.html", "Lodestone")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    graph, evidence = part_of(page, "graph"), part_of(page, "evidence")
    assert sorted(evidence["claims"]["quote"]) == sorted(c.quote for c in explored.claims)
    assert len(evidence["claims"]["quote"]) > 300
    assert len(evidence["dependencies"]["iri"]) == len(explored.dependencies) > 200
    drawn = {(c.subject.iri, c.relation, c.object.iri) for c in explored.drawn()}
    assert count == len(drawn) <= len(graph["edges"]["from"])
    iris = [iri if "://" in iri else graph["base"] + iri for iri in graph["nodes"]["iri"]]
    assert iris == sorted({e.iri for c in explored.claims for e in (c.subject, c.object)} | explored.ends.keys())
    places = {
        (x, y)
        for iri, x, y in zip(iris, graph["nodes"]["x"], graph["nodes"]["y"], strict=True)
        if iri in {i for a, _, b in drawn for i in (a, b)}
    }
    assert len(places) == len({i for a, _, b in drawn for i in (a, b)}), "no two things lie on one another"


# The page in a browser


def line(page: Opened, subject: End, relation: str, obj: End) -> Any:
    """Return a line as vis-network draws it, None if it does not."""
    return page.run(
        """([from, relation, to]) => {
            const { nodes, edges, relations } = kg.graph;
            const edge = edges.find(e => nodes[e.from].iri === from && relations[e.relation].name === relation && nodes[e.to].iri === to);
            return kg.linesOf(kg.state, kg.visible(kg.state)).find(one => one.id === edge.id) ?? null;
        }""",
        [subject.iri, relation, obj.iri],
    )


def opacity(found: Any) -> int:
    return int(found["color"]["color"][7:], 16)


def test_the_page_opens_without_errors_and_without_requests(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    assert page.problems == []
    assert len(page.requests) == 1
    assert page.page.inner_text("#count") == "Showing 5 of 5 things, 5 relations"
    assert page.shown() == {"Japan", "China", "Lynas", "Iron", "Acme"}


def test_a_page_without_claims_opens(open_graph: Open) -> None:
    page = open_graph(())
    assert page.problems == []
    assert page.page.inner_text("#count") == "Showing 0 of 0 things, 0 relations"


def test_plans_and_possibilities_are_drawn_otherwise_than_facts_and_denials_not_at_all(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    fact = line(page, JAPAN, "depends_on", CHINA)
    plan = line(page, LYNAS, "supplies", JAPAN)
    possibility = line(page, LYNAS, "produces", IRON)
    assert fact["dashes"] is False
    assert plan["dashes"] != possibility["dashes"]
    assert plan["dashes"]
    assert possibility["dashes"]
    assert line(page, MALTA, "supplies", JAPAN) is None


@pytest.mark.parametrize("modalities", list(itertools.permutations(["planned", "asserted", "possible"])))
def test_an_edge_is_a_fact_if_one_of_its_claims_is(open_graph: Open, modalities: Sequence[str]) -> None:
    page = open_graph([claim(LYNAS, "owns", ACME, f"said {m}", modality=m) for m in modalities])
    assert line(page, LYNAS, "owns", ACME)["dashes"] is False


def test_shares_and_amounts_make_lines_wide_and_sources_make_them_dense(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    share, amount, plain = (
        line(page, *ends) for ends in ((JAPAN, "depends_on", CHINA), (LYNAS, "acquires", ACME), (LYNAS, "owns", ACME))
    )
    assert share["width"] > amount["width"] > plain["width"]
    assert opacity(share) > opacity(amount) == opacity(plain)


def test_articles_that_copy_each_other_count_as_one_source(open_graph: Open) -> None:
    two = [claim(LYNAS, "owns", ACME), claim(LYNAS, "owns", ACME, "copied", source=SECOND)]
    copied = open_graph(Explored(two, copies={SECOND.iri: f"{BASE}doc/a"}), name="copied")
    apart = open_graph(Explored(two), name="apart")
    assert opacity(line(apart, LYNAS, "owns", ACME)) > opacity(line(copied, LYNAS, "owns", ACME))


def test_lines_between_the_same_two_things_bend_apart(open_graph: Open) -> None:
    ties = [(LYNAS, "owns", ACME), (LYNAS, "acquires", ACME), (ACME, "supplies", LYNAS)]
    page = open_graph([claim(*tie) for tie in ties])
    middles = page.run(
        "() => Object.values(kg.picture.network.body.edges).map(e => e.edgeType.getPoint(0.5)).map(p => [p.x, p.y])"
    )
    assert all(abs(a[1] - b[1]) > 3 for a, b in itertools.combinations(middles, 2))


def test_a_symmetric_relation_has_no_arrow(open_graph: Open) -> None:
    page = open_graph([claim(JAPAN, "agrees_with", CHINA), claim(LYNAS, "owns", ACME)])
    assert line(page, JAPAN, "agrees_with", CHINA)["arrows"]["to"]["enabled"] is False
    assert line(page, LYNAS, "owns", ACME)["arrows"]["to"]["enabled"] is True


def test_in_layers_the_provider_stands_left(open_graph: Open, corpus_store: GraphStore, ontology: Ontology) -> None:
    page = open_graph(read_explored(ClaimReader(corpus_store, ontology)))
    page.page.click("#views >> text=Layers")
    forward, backward = page.run(
        """() => {
            const at = kg.picture.network.getPositions(), sides = [0, 0];
            for (const { provider, dependent } of kg.evidence().dependencies) {
                if (at[provider] && at[dependent] && provider !== dependent) sides[at[provider].x < at[dependent].x ? 0 : 1]++;
            }
            return sides;
        }"""
    )
    assert forward > 6 * backward, "what runs in a circle runs backwards somewhere"
    assert page.problems == []


def test_every_filter_hides_and_shows_again(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    for facet, name, left in (
        ("types", "commodity", 4),
        ("relations", "owns", 4),
        ("modalities", "planned", 4),
        ("commodities", "Iron", 4),
        ("stages", "mining", 5),
        ("publishers", "The Daily", 1),
    ):
        page.page.evaluate("() => document.querySelectorAll('#legend details').forEach(d => { d.open = true; })")
        box = page.page.locator(f"#legend-{facet} li", has_text=name).locator("input")
        box.uncheck()
        assert len(page.lines()) == left, facet
        page.page.locator(f"#legend details:has(#legend-{facet}) button.all").click()
        assert len(page.lines()) == 5, facet
    assert page.problems == []


def test_counts_beside_a_filter_tell_what_the_others_leave(open_graph: Open) -> None:
    page = open_graph(PLAIN)

    def count(facet: str, name: str) -> str:
        return page.page.locator(f"#legend-{facet} li", has_text=name).locator(".n").inner_text()

    assert (count("relations", "owns"), count("relations", "supplies"), count("types", "company")) == ("1", "2", "2")
    page.page.locator("#legend-modalities li", has_text="planned").locator("input").uncheck()
    assert (count("modalities", "planned"), count("relations", "supplies")) == ("1", "1")
    page.page.locator("#legend-relations li", has_text="supplies").locator("input").uncheck()
    assert (count("modalities", "planned"), count("relations", "supplies")) == ("0", "1")


def test_only_leaves_one(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    row = page.page.locator("#legend-relations li", has_text="owns")
    row.hover()
    row.locator("button.only").click()
    assert page.lines() == {("Lynas", "owns", "Acme")}
    page.page.click("#legend >> text=Reset")
    assert len(page.lines()) == 5


def test_sliders_filter_by_confidence_and_by_both_times(open_graph: Open) -> None:
    page = open_graph(PLAIN)

    def move(label: str, key: str, times: int) -> None:
        page.page.get_by_label(label, exact=True).focus()
        for _ in range(times):
            page.page.keyboard.press(key)

    move("Least confidence", "ArrowRight", 10)
    assert page.run("() => kg.visible(kg.state).claims.size") == 5, "one claim of two is left, so the line stays"
    page.page.click("#legend >> text=Reset")
    move("Stated for, from", "ArrowRight", 1)
    assert page.lines() == {("Japan", "depends_on", "China")}
    assert "4 claims that give no date" in page.page.inner_text(
        "#legend"
    ) or "claims that give no date" in page.page.inner_text("#legend")
    page.page.click("#legend >> text=Reset")
    move("Published, to", "ArrowLeft", 1)
    assert page.run(
        "() => [...kg.visible(kg.state).claims].map(id => kg.graph.documents[kg.graph.claims[id].document].name)"
    ) == ["b"]
    assert page.problems == []


def test_clicking_selects_and_the_address_keeps_it(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    page.page.mouse.click(*page.where("Lynas"))
    page.page.mouse.dblclick(*page.where("Lynas"))
    assert page.shown() == {"Lynas", "Acme", "Iron", "Japan"}
    page.page.locator("#legend-relations li", has_text="owns").locator("input").uncheck()
    before = page.run("() => JSON.stringify(kg.state)")
    page.page.reload()
    page.page.wait_for_function("() => window.kg && kg.ready")
    assert page.run("() => JSON.stringify(kg.state)") == before
    assert page.problems == []


def test_changes_can_be_undone_and_the_browser_goes_back_and_forward(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    hops = "() => kg.state.hops"
    page.run("() => { kg.change({ hops: 2 }); kg.change({ hops: 3 }); }")
    page.run("() => { kg.undo(); kg.undo(); }")
    assert page.run(hops) == 1
    page.page.wait_for_function("() => history.state.at === 0")
    page.run("() => kg.redo()")
    page.page.wait_for_function("() => history.state.at === 1")
    assert page.run(hops) == 2
    page.page.go_back()
    page.page.wait_for_function("() => kg.state.hops === 1")
    page.page.go_forward()
    page.page.wait_for_function("() => kg.state.hops === 2")
    assert page.run("() => kg.canUndo() && kg.canRedo()")
    page.run("() => { kg.change({ hops: 1 }, { replace: true }); kg.undo(); }")
    assert page.run(hops) == 1
    assert page.run("() => Object.isFrozen(kg.state) && Object.isFrozen(kg.state.off)")


@pytest.mark.parametrize(
    "fragment",
    [
        "#view=evil&focus=company/none&hops=9&off=%5B%5D&path=%7B%7D&question=1&pinned=%5B1%5D&stated=%5B1%5D",
        "#focus=%7B&hidden=%22x%22&expanded=%5B%5B1%2C2%5D%5D&__proto__=1&constructor=2&selected=%5B1%2C2%2C3%5D",
        "#%E0%A4%A&confidence=7&published=%5B%22x%22%2C%22y%22%5D",
    ],
)
def test_an_address_that_makes_no_sense_opens_the_whole_graph(open_graph: Open, fragment: str) -> None:
    page = open_graph(PLAIN, fragment=fragment)
    assert page.problems == []
    assert page.run("() => JSON.stringify(kg.state) === JSON.stringify(kg.startState)")


STATES = st.fixed_dictionaries(
    {},
    optional={
        "view": st.sampled_from(["force", "layered", "table"]),
        "focus": st.integers(0, 5),
        "hops": st.integers(1, 3),
        "confidence": st.sampled_from([0, 0.25, 0.9]),
        "stated": st.tuples(st.integers(1900, 2100), st.integers(1900, 2100)).map(list),
        "published": st.just(["2020", "2024-05-06"]),
        "hidden": st.lists(st.integers(0, 5), unique=True, max_size=3),
        "pinned": st.dictionaries(
            st.integers(0, 5).map(str), st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(list)
        ),
        "expanded": st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["*", "owns"])).map(list), max_size=2),
        "selected": st.sampled_from([{"kind": "node", "id": 2}, {"kind": "edge", "id": 1}]),
        "path": st.just({"from": 1, "to": 3, "directed": True}),
        "question": st.just({"name": "exposure", "node": 2, "include": ["planned"]}),
        "camera": st.tuples(st.integers(-900, 900), st.integers(-900, 900), st.sampled_from([0.25, 1, 1.7])).map(list),
    },
)


@pytest.fixture
def plain_page(open_graph: Open) -> Opened:
    return open_graph(PLAIN)


def test_any_state_stands_in_its_address(plain_page: Opened) -> None:
    @settings(deadline=None, max_examples=60)
    @given(STATES, st.lists(st.text(max_size=5), max_size=2))
    def stands(patch: dict[str, Any], names: list[str]) -> None:
        same = plain_page.run(
            """([patch, names]) => {
                const state = { ...kg.startState, ...patch, off: { ...kg.startState.off, publishers: names } };
                const read = kg.address.read(kg.address.write(state, kg.startState), kg.startState);
                return Object.keys(state).every(key => JSON.stringify(state[key]) === JSON.stringify(read[key]));
            }""",
            [patch, names],
        )
        assert same

    stands()


def test_names_cover_neither_each_other_nor_the_edge_of_the_window(open_graph: Open) -> None:
    names = [end(f"A rather long name of number {i}") for i in range(40)]
    page = open_graph([claim(names[0], "owns", other) for other in names[1:]])
    boxes = page.run(
        """() => {
            const { network } = kg.picture, boxes = [], canvas = document.querySelector("#network canvas");
            const context = canvas.getContext("2d");
            const plain = context.fillText.bind(context);
            context.fillText = (text, x, y) => {
                const wide = context.measureText(text).width;
                boxes.push([x - wide / 2, y, x + wide / 2, y + parseFloat(context.font)]);
            };
            network.redraw();
            context.fillText = plain;
            return [boxes, canvas.clientWidth];
        }"""
    )
    found, wide = boxes
    assert len(found) > 10
    for a, b in itertools.combinations(found, 2):
        assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 1 or b[3] <= a[1] + 1
    assert all(box[0] >= -1 and box[2] <= wide + 1 for box in found if box[3] - box[1] > 11.9)


def test_the_picture_follows_the_theme(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    light = line(page, LYNAS, "owns", ACME)["color"]["highlight"]
    page.page.emulate_media(color_scheme="dark")
    page.page.wait_for_function("() => document.documentElement.className === 'dark'")
    assert line(page, LYNAS, "owns", ACME)["color"]["highlight"] != light
    assert page.problems == []


def test_a_picture_can_be_had_on_either_ground(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    corner = """async dark => {
        const bitmap = await createImageBitmap(await kg.picture.png({ dark })), canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        return [bitmap.width / document.getElementById("network").clientWidth, [...context.getImageData(2, 2, 1, 1).data]];
    }"""
    assert page.run(corner, False) == [2, [255, 255, 255, 255]]
    assert page.run(corner, True) == [2, [23, 25, 28, 255]]
    assert page.page.locator(".copy").count() == 0


def test_a_page_that_opens_as_a_table_draws_its_picture_later(open_graph: Open) -> None:
    page = open_graph(PLAIN, fragment="#view=table")
    page.page.click("#views >> text=Network")
    page.page.wait_for_timeout(200)
    x, y = page.where("Lynas")
    box = page.page.locator("#network").bounding_box()
    assert box is not None
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    page.page.mouse.click(x, y)
    assert page.run("() => kg.graph.nodes[kg.state.selected.id].label") == "Lynas"


def test_a_large_graph_opens_on_what_is_most_connected(open_graph: Open) -> None:
    hub = end("Hub")
    some = [end(f"Company {i}") for i in range(1, 1700)]
    page = open_graph([claim(some[(i - 1) // 3] if i > 3 else hub, "owns", other) for i, other in enumerate(some, 1)])
    assert page.run("() => kg.visible(kg.state).total") == 1699 + 1
    shown = page.shown()
    assert 100 < len(shown) < 1500
    assert "Showing" in page.page.inner_text("#count")
    assert "the most connected" in page.page.inner_text("#count")
    assert "Company 1699" not in shown
    page.find("Company 1699")
    assert "Company 1699" in page.shown()
    assert page.problems == []


def test_a_narrow_window_needs_no_sideways_scrolling(open_graph: Open) -> None:
    for width in (380, 820):
        page = open_graph(PLAIN, width=width, height=900)
        assert page.run("() => document.documentElement.scrollWidth <= window.innerWidth")
        page.page.click("#sides >> text=Legend")
        assert page.page.is_visible("#legend-types")
        page.page.click("#sides >> text=Legend")
        assert not page.page.is_visible("#legend-types")


def test_the_policy_stops_a_script_that_gets_in_all_the_same(open_graph: Open) -> None:
    page = open_graph(PLAIN)
    page.run(
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
    assert page.run("() => window.hacked") is None
    assert "Content Security Policy" in " ".join(page.problems)
