"""Questions in the page: the same rows as `kg ask`, from hand-made graphs, built articles and the example corpus."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from exploring import Opened
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saying import follow, put, says, share

from kg import Graph, pipeline
from kg.config import DEFAULT_BASE, ontology_folder
from kg.model import LinkedClaim
from kg.ontology import Ontology, load_ontology
from kg.query.claims import ClaimReader
from kg.query.questions import Answer
from kg.render import read_explored, write_explorer
from kg.render.asking import QUESTIONS, page_questions
from kg.store import GraphStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

INCLUDES: tuple[tuple[str, ...], ...] = ((), ("planned",), ("possible",), ("planned", "possible"))
ASK = """asked => asked.map(([name, iri, include]) => {
    const found = kg.dependencies.ask(name, kg.nodeOf(iri).id, include);
    return [found.rows.map(row => row.cells), found.basis, found.columns];
})"""
MOST = 200

ARTICLES = {
    "one": """# Magnet makers look for neodymium

Published: 2025-03-02

Japan depends on China for 60% of its rare earths. China supplies rare earths to Japan. China controls 92% of rare earth refining.
Lynas Rare Earths supplies neodymium to Japan. MP Materials operates the Mountain Pass mine. Sojitz plans to invest in Lynas Rare Earths.
""",
    "two": """# Germany and its magnets

Published: 2025-05-11

Germany depends on China for over 80% of its magnets. China may supply gallium to the United States.
China controls 69% of rare earth mining. Australia produced 8% of rare earths in 2023. MP Materials supplies General Motors with magnets.
""",
    "three": """# Magnet makers look for neodymium

Published: 2025-03-04

Japan depends on China for 60% of its rare earths. China supplies rare earths to Japan. China controls 92% of rare earth refining.
Lynas Rare Earths supplies neodymium to Japan. MP Materials operates the Mountain Pass mine. Sojitz plans to invest in Lynas Rare Earths.
""",
}


def asked_of(iris: Iterable[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return all that can be asked of things."""
    return [
        (q, iri, include) for iri in iris for q in QUESTIONS for include in (INCLUDES if q != "depends-on" else [()])
    ]


def as_told(graph: Graph, asked: tuple[str, str, tuple[str, ...]]) -> Answer:
    name, iri, include = asked
    return graph.ask(name, iri, include=include).answer


def compare(page: Page, graph: Graph, iris: Iterable[str]) -> int:
    """Ask the graph and the page all that can be asked of things, and return how many rows both answer with."""
    asked, rows = asked_of(iris), 0
    answers = page.evaluate(ASK, asked)
    for one, (found, basis, columns) in zip(asked, answers, strict=True):
        told = as_told(graph, one)
        assert found[: None if one[0] == "depends-on" else MOST] == [list(row) for row in told.rows], one
        assert columns == list(told.columns)
        assert told.sentence.endswith(basis)
        rows += len(told.rows)
    return rows


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.add_init_script('localStorage.setItem("lodestone-tour", "done")')
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("questions")


def show(page: Page, graph: Graph, path: Path) -> list[str]:
    """Open the page of a graph and return the IRIs of its things."""
    write_explorer(read_explored(ClaimReader(graph.store, graph.ontology)), graph.ontology, path, "Lodestone")
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_function("() => window.kg && kg.ready")
    found: list[str] = page.evaluate("() => kg.graph.nodes.map(node => node.iri)")
    return found


def graph_of(ontology: Ontology, documents: Mapping[str, Sequence[LinkedClaim]]) -> Graph:
    store = GraphStore(Path("memory"), ox.Store(), {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}})
    put(store, ontology, documents)
    follow(store, ontology)
    return Graph(store, ontology)


# The same rows


ACTORS = [f"country/{name}" for name in ("Aland", "Beland", "Zeland")] + [
    f"company/{name}" for name in ("Acme", "Émile", "Żabka")
]
GOODS = [f"commodity/{name}" for name in ("ore", "oxide")]
BOUNDS = [share(0.5, 0.5), share(0.6), share(None, 0.3), share(0.7, 0.9), {**share(0.9, 0.9), "approx": True}]
TIMES = ["2019", "2024", "2024-05", "by 2030", "from 2015", "2020/2023", "2026"]


@st.composite
def claims(draw: st.DrawFn) -> LinkedClaim:
    relation = draw(
        st.sampled_from(
            ["supplies", "depends_on", "controls_share", "owns", "operates", "invests_in", "restricts", "used_in"]
        )
    )
    subject = draw(st.sampled_from(GOODS if relation == "used_in" else ACTORS))
    obj = draw(st.sampled_from(GOODS if relation in {"controls_share", "used_in"} else [*ACTORS, *GOODS[:1]]))
    said: dict[str, Any] = {
        "modality": draw(st.sampled_from(["asserted", "asserted", "planned", "possible", "negated"])),
        "confidence": draw(st.sampled_from([0.5, 0.75, 0.9])),
    }
    optional: dict[str, list[Any]] = {
        "on": GOODS,
        "share": BOUNDS,
        "time": TIMES,
        "stage": ["mining", "refining"],
        "commodity": ["ore", "Ore"],
        "scope": ["global", "World", "Europe"],
    }
    for key, values in optional.items():
        if draw(st.booleans()):
            said[key] = draw(st.sampled_from(values))
    told: LinkedClaim = says(relation, subject, obj, **said)
    return told


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(documents=st.fixed_dictionaries({name: st.lists(claims(), min_size=3, max_size=14) for name in ("one", "two")}))
def test_any_graph_is_answered_alike(
    page: Page, folder: Path, ontology: Ontology, documents: dict[str, list[LinkedClaim]]
) -> None:
    graph = graph_of(ontology, documents)
    compare(page, graph, show(page, graph, folder / "any.html"))


def test_several_articles_are_answered_alike(page: Page, folder: Path, ontology: Ontology) -> None:
    for name, text in ARTICLES.items():
        (folder / "articles").mkdir(exist_ok=True)
        (folder / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    assert not pipeline.build([folder / "articles"], folder / "graph").failures
    graph = Graph.open(folder / "graph")
    assert compare(page, graph, show(page, graph, folder / "articles.html")) > 20
    sources = page.evaluate("() => kg.graph.documents.map(d => d.source)")
    assert len(set(sources)) < len(sources), "a copy is known as one"


def test_the_corpus_is_answered_alike(page: Page, folder: Path, corpus_store: GraphStore, ontology: Ontology) -> None:
    graph = Graph(corpus_store, ontology)
    show(page, graph, folder / "corpus.html")
    iris = page.evaluate("""() => {
        const found = kg.evidence().dependencies.flatMap(d => [d.dependent, d.provider, d.on]).filter(id => id >= 0);
        const often = new Map();
        for (const id of found) often.set(id, (often.get(id) ?? 0) + 1);
        const ranked = [...often].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(pair => kg.graph.nodes[pair[0]].iri);
        return [...ranked.slice(0, 8), ...ranked.slice(8).filter((_, i) => i % 40 === 0)];
    }""")
    assert compare(page, graph, iris) > 100


def test_more_rows_than_are_shown_are_in_the_same_order(page: Page, folder: Path, ontology: Ontology) -> None:
    many = [
        says("supplies", "country/Aland", f"company/c{i}", share=share(i / 300), confidence=0.5 + (i % 5) / 10)
        for i in range(230)
    ]
    graph = graph_of(ontology, {"one": many})
    show(page, graph, folder / "many.html")
    assert compare(page, graph, [f"{DEFAULT_BASE}country/Aland"]) > 400
    page.evaluate("() => kg.change({ question: { name: 'what-if', node: kg.find('Aland')[0].node.id, include: [] } })")
    assert page.locator("#answer tbody tr").count() == MOST
    page.get_by_role("button", name="Show all 230").click()
    assert page.locator("#answer tbody tr").count() == 230


def test_shares_that_contradict_each_other_are_no_share(page: Page, folder: Path, ontology: Ontology) -> None:
    holds = [
        says("controls_share", "country/Beland", "commodity/ore", share=share(low, high), time="2024")
        for low, high in ((0.6, None), (None, 0.3))
    ]
    supplied = says("supplies", "country/Aland", "company/Acme", on="commodity/ore")
    graph = graph_of(ontology, {"one": [*holds, supplied]})
    compare(page, graph, show(page, graph, folder / "contradiction.html"))
    (row,) = graph.ask("what-if", "Aland")
    assert row["instead"] == "Beland"


# What can be asked comes from the ontology


def test_what_carries_a_loss_comes_from_the_rules(page: Page, folder: Path, ontology: Ontology) -> None:
    chain = [says("supplies", "country/Aland", "company/Acme"), says("supplies", "company/Acme", "country/Beland")]
    graph = graph_of(ontology, {"one": chain})
    show(page, graph, folder / "chain.html")
    hops = """() => kg.dependencies.ask("what-if", kg.find("Aland")[0].node.id, []).rows.map(row => row.cells[0])"""
    assert page.evaluate(hops) == [1, 2]
    page.evaluate("() => { for (const rule of kg.evidence().rules) rule.carries = []; }")
    assert page.evaluate(hops) == [1]


@pytest.fixture
def own_ontology(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ontology_folder(), tmp_path / "ontology")
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path / "ontology"))
    return tmp_path / "ontology"


def test_a_question_that_looks_at_another_relation_does_so_in_the_page(
    page: Page, folder: Path, own_ontology: Path
) -> None:
    path = own_ontology / "questions" / "depends-on.rq"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("rdf:predicate lode:supplies", "rdf:predicate lode:lendsTo"), encoding="utf-8")
    ontology = load_ontology()
    graph = graph_of(
        ontology, {"one": [says(relation, "country/Aland", "company/Acme") for relation in ("supplies", "lends_to")]}
    )
    assert compare(page, graph, show(page, graph, folder / "lends.html")) > 0
    rows = page.evaluate(
        """() => kg.dependencies.ask("depends-on", kg.find("Aland")[0].node.id).rows.map(row => row.cells[7])"""
    )
    assert rows == ["Aland lends_to Acme"]


def test_a_question_of_another_form_is_not_offered(own_ontology: Path) -> None:
    path = own_ontology / "questions" / "depends-on.rq"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("rdf:predicate lode:supplies", "rdf:predicate lode:supplies|lode:owns"), encoding="utf-8"
    )
    assert set(page_questions(load_ontology())) == {"exposure", "what-if"}


# The form


CHAIN = {
    "one": [
        says("supplies", "country/Aland", "company/Acme", on="commodity/ore", quote="Aland supplies Acme with ore"),
        says("supplies", "company/Acme", "country/Beland", quote="Acme supplies Beland"),
        says("supplies", "country/Aland", "company/Bolt", modality="planned", quote="Aland will supply Bolt"),
    ]
}


@pytest.fixture
def chain(open_graph: Callable[..., Opened], ontology: Ontology) -> Opened:
    graph = graph_of(ontology, CHAIN)
    return open_graph(read_explored(ClaimReader(graph.store, ontology)))


def ask(opened: Opened, words: str, name: str, *include: str) -> list[str]:
    """Fill in the form with clicks and keys, and return the quotes of the answer."""
    page = opened.page
    if not page.locator("#question").is_visible():
        page.locator("#questions summary").click()
    page.locator("#question").select_option(
        next(o for o in page.locator("#question option").all_inner_texts() if words in o)
    )
    page.get_by_role("combobox", name="Thing to ask about").fill(name)
    page.keyboard.press("Enter")
    for box in page.locator(".asking fieldset input").all():
        if box.is_visible():
            box.set_checked((box.get_attribute("value") or "") in include)
    page.get_by_role("button", name="Ask", exact=True).click()
    return page.locator("#answer td.column-quote").all_inner_texts()


def test_one_asks_by_the_form_and_reads_the_sentences(chain: Opened) -> None:
    assert ask(chain, "without", "Aland") == ["Aland supplies Acme with ore", "Acme supplies Beland"]
    assert "Who loses which input without Aland" in chain.page.inner_text("#answer h3")
    assert "Rests on 2 claims of 1 source" in chain.page.inner_text("#answer .basis")
    assert chain.page.evaluate("() => document.activeElement.tagName") == "H3", "the answer is read next"
    assert ask(chain, "without", "Aland", "planned")[1:] == ["Aland will supply Bolt", "Acme supplies Beland"]
    assert ask(chain, "depends on", "Aland")[-1] == "Aland will supply Bolt", "plans are marked, not left out"
    assert "planned" in chain.page.inner_text("#answer table")
    assert not chain.page.locator(".asking fieldset").is_visible()
    assert ask(chain, "rest on", "Beland") == ["Acme supplies Beland", "Aland supplies Acme with ore"]
    assert chain.problems == []


def test_nothing_said_is_said_so(chain: Opened) -> None:
    assert ask(chain, "rest on", "Aland") == []
    assert "Nothing in this graph says so" in chain.page.inner_text("#answer")
    assert ask(chain, "rest on", "Atlantis") == []
    chain.page.wait_for_function("document.querySelector('#say').innerText.includes('Atlantis')", timeout=5000)
    assert chain.problems == []


def test_a_row_selects_the_relation_that_it_rests_on(chain: Opened) -> None:
    ask(chain, "without", "Aland")
    for at, (subject, obj) in enumerate([("Aland", "Acme"), ("Acme", "Beland")]):
        chain.page.locator("#answer td.column-quote button").nth(at).click()
        heading = chain.page.inner_text("#panel h2")
        assert subject in heading
        assert obj in heading
        assert chain.page.locator("#answer tr[aria-current=true]").count() == 1
    chain.page.locator("#answer td.column-who button", has_text="Beland").click()
    assert chain.page.inner_text("#panel h2") == "Beland"
    assert chain.problems == []


def test_a_row_brings_what_is_out_of_sight_into_view(chain: Opened) -> None:
    ask(chain, "without", "Aland")
    chain.run("() => kg.change({ focus: kg.find('Beland')[0].node.id, hops: 1 })")
    assert ("Aland", "supplies", "Acme") not in chain.lines()
    chain.page.locator("#answer td.column-quote button").first.click()
    assert ("Aland", "supplies", "Acme") in chain.lines()


def test_an_answer_stands_in_the_address_and_can_be_undone(chain: Opened) -> None:
    ask(chain, "without", "Aland", "planned")
    address = chain.page.url
    chain.run("() => kg.undo()")
    assert not chain.page.locator("#answer").is_visible()
    chain.page.goto("about:blank")
    chain.page.goto(address)
    chain.page.wait_for_function("() => window.kg && kg.ready")
    assert chain.page.locator("#answer tbody tr").count() == 3
    chain.page.get_by_role("button", name="Close the answer").click()
    assert not chain.page.locator("#answer").is_visible()
    assert chain.page.evaluate("() => document.activeElement.id") == "question"


@pytest.mark.parametrize(
    "question",
    [
        '{"name":"none","node":0}',
        '{"name":"what-if","node":"no/thing","include":["negated",1]}',
        '{"name":"__proto__"}',
        "[",
        "7",
    ],
)
def test_an_address_that_asks_nonsense_asks_nothing(
    open_graph: Callable[..., Opened], ontology: Ontology, question: str
) -> None:
    graph = graph_of(ontology, CHAIN)
    opened = open_graph(read_explored(ClaimReader(graph.store, ontology)), fragment=f"#question={question}")
    assert not opened.page.locator("#answer").is_visible()
    assert opened.problems == []


def test_the_evidence_is_not_parsed_before_it_is_needed(chain: Opened) -> None:
    parsed = """() => { let asked = 0; const { parse } = JSON; JSON.parse = text => { asked += text.length > 500; return parse(text); };
        document.querySelector("#questions summary").click(); return asked; }"""
    assert chain.run(parsed) == 0
