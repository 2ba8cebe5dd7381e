"""Files of what is shown: what they hold is what other programs read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from exploring import ACME, CHINA, JAPAN, LYNAS, PLAIN, Opened, said
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.assertion.terms import decimal, moment
from kg.config import DEFAULT_BASE as BASE
from kg.ontology import Ontology
from kg.printing import as_csv
from kg.query.claims import ClaimReader, End
from kg.query.questions import Answer
from kg.render import write_explorer
from kg.render.explored import Explored, read_explored
from kg.store import GraphStore
from kg.vocab import LODE, OA, PROV, RDF, SKOS

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

OpenGraph = Callable[..., Opened]

NASTY = 'a "b",\r\nc \\ </script>\t<b>&amp; \u202e 稀土 \U0001d57f \\u003c'
SIGNS = "=+-@＝＋－＠"


def taken(page: Opened, words: str, folder: Path) -> bytes:
    """Take a file from the menu, by clicks."""
    page.page.click("#exports summary")
    with page.page.expect_download() as waiting:
        page.page.click(f"#exports button:has-text('{words}')")
    waiting.value.save_as(folder / "taken")
    return (folder / "taken").read_bytes()


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_holds_the_claims_that_are_shown(open_graph: OpenGraph, tmp_path: Path) -> None:
    page = open_graph(PLAIN)
    page.run("() => kg.change({ confidence: 0.8 })")
    rows = read_csv(taken(page, "Claims (CSV)", tmp_path))
    shown = [c for c in PLAIN if c.confidence >= 0.8 and c.modality != "negated"]
    assert sorted(row["claim_iri"] for row in rows) == sorted(c.iri for c in shown)
    by_iri = {row["claim_iri"]: row for row in rows}
    for c in shown:
        row = by_iri[c.iri]
        assert (row["from"], row["to"], row["from_iri"]) == (c.subject.label, c.object.label, c.subject.iri)
        assert (row["sentence"], row["published"], float(row["confidence"])) == (c.quote, "2025-01-02", c.confidence)
    assert {row["according_to"] for row in rows} == {"", "'=1+1"}
    assert len(read_csv(taken(page, "Things (CSV)", tmp_path))) == 4
    assert len(read_csv(taken(page, "Relations (CSV)", tmp_path))) == 3
    assert page.problems == []


@pytest.fixture(scope="module")
def writing(browser: Any, tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Any:
    """One page for all examples of a property."""
    path = tmp_path_factory.mktemp("writing") / "page.html"
    write_explorer(Explored(PLAIN), ontology, path, "Lodestone")
    context = browser.new_context()
    yield Opened(context.new_page(), path.as_uri())
    context.close()


CELL = st.text(alphabet=st.sampled_from([*SIGNS, *" \t\r\n\x0b\x0c\xa0\ufeff,\"';a1稀"]), max_size=8)
WRITE = """([format, text]) => {
    kg.evidence().claims[0].quote = text;
    kg.evidence().claims[0].attribution = text;
    kg.graph.nodes[kg.graph.edges[kg.graph.claims[0].edge].from].label = text;
    return kg[format](...(format === "asCsv" ? ["claims"] : []), kg.visible(kg.startState));
}"""


@settings(deadline=None, max_examples=150)
@given(CELL)
def test_no_cell_is_a_formula_and_each_reads_back_as_kg_ask_writes_it(writing: Opened, text: str) -> None:
    written = writing.run(WRITE, ["asCsv", text])
    (row,) = [r for r in read_csv(written.encode()) if r["claim_iri"] == PLAIN[0].iri]
    (expected,) = list(csv.reader(io.StringIO(as_csv(Answer("", ("text",), [(text,)])), newline="")))[1:] or [[""]]
    assert row["according_to"] == (expected[0] if expected else "")
    for cell in row.values():
        assert cell.lstrip(" \t\r\n\v\f\0\ufeff\xa0")[:1] not in set(SIGNS) or not cell.strip()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None, max_examples=100)
@given(TEXT)
def test_any_text_reads_back_from_turtle(writing: Opened, text: str) -> None:
    written = writing.run(WRITE, ["asTurtle", text]).encode()
    quads = list(ox.parse(written, ox.RdfFormat.TURTLE))
    values = {str(q.predicate.value): q.object.value for q in quads if q.subject.value == PLAIN[0].iri}
    assert values.get(LODE + "attributedTo", "") == text
    assert text in {q.object.value for q in quads if q.predicate.value == OA + "exact"}
    assert text in {q.object.value for q in quads if q.predicate.value == SKOS + "prefLabel"}
    assert len(rdflib.Graph().parse(data=written, format="turtle")) == len(set(quads))


@settings(deadline=None, max_examples=100)
@given(TEXT)
def test_any_text_reads_back_from_gexf(writing: Opened, text: str) -> None:
    written = writing.run(WRITE, ["asGexf", text])
    graph = nx.read_gexf(io.BytesIO(written.encode()), version="1.3")
    expected = "".join("\ufffd" if forbidden_in_xml(c) else c for c in text)
    assert graph.nodes[JAPAN.iri]["label"] == expected


def forbidden_in_xml(character: str) -> bool:
    return (ord(character) < 32 and character not in "\t\n\r") or character in "\ufffe\uffff"


NUMBER = st.one_of(
    st.integers(0, 10**24),
    st.floats(0, 1e22, allow_nan=False),
    st.floats(0, 1, allow_nan=False),
    st.integers(-(10**9), 0),
)


@settings(deadline=None, max_examples=150)
@given(NUMBER)
def test_numbers_are_decimals_without_exponent(writing: Opened, number: float) -> None:
    written = writing.run(
        """number => {
            Object.assign(kg.evidence().claims[1].qualifiers, { amount: { value: number, currency: "USD" } });
            return kg.asTurtle(kg.visible(kg.startState));
        }""",
        number,
    )
    (term,) = [
        q.object for q in ox.parse(written.encode(), ox.RdfFormat.TURTLE) if q.predicate.value == LODE + "amount"
    ]
    assert "e" not in term.value.lower()
    assert float(Decimal(term.value)) == float(number)
    if isinstance(number, float) or abs(number) < 2**53:
        assert Decimal(term.value) == Decimal(decimal(number).value)


TIME = st.one_of(
    st.dates(date(1, 1, 1)).map(str), st.dates(date(1900, 1, 1)).map(lambda d: str(d)[:7]),
    st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True), st.sampled_from(["by 2030", "", "last year"]),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(TIME)
def test_times_are_typed_as_kg_types_them(writing: Opened, text: str) -> None:
    written = writing.run(
        """text => {
            Object.assign(kg.evidence().claims[1].qualifiers, { time: text });
            return kg.asTurtle(kg.visible(kg.startState));
        }""",
        text,
    )
    found = [q.object for q in ox.parse(written.encode(), ox.RdfFormat.TURTLE) if q.predicate.value == LODE + "time"]
    assert found == [moment(text)]


@pytest.mark.slow
def test_turtle_says_what_the_graph_says(
    open_graph: OpenGraph, corpus_store: GraphStore, ontology: Ontology, tmp_path: Path
) -> None:
    page = open_graph(read_explored(ClaimReader(corpus_store, ontology)))
    page.run("() => kg.change({ confidence: 0.7 })")
    written = set(ox.parse(taken(page, "Turtle", tmp_path), ox.RdfFormat.TURTLE))
    triples = {(q.subject, q.predicate, q.object) for q in written}
    whole: set[tuple[Any, Any, Any]] = {(t.subject, t.predicate, t.object) for t in corpus_store.triples()}
    unknown = {t for t in triples - whole if not is_broad_type(t, ontology)}
    assert unknown == set()
    claims = [c for c in ClaimReader(corpus_store, ontology).all() if c.confidence >= 0.7]
    drawn = {(c.subject.iri, c.relation, c.object.iri) for c in claims if c.modality != "negated"}
    expected = {c.iri for c in claims if (c.subject.iri, c.relation, c.object.iri) in drawn}
    assert typed(triples, LODE + "Claim") == expected
    assert len(expected) > 200
    for key in ("shareMin", "shareMax", "amount", "currency", "stage", "scope", "time", "attributedTo", "unitText"):
        about = {t for t in whole if t[1].value == LODE + key and t[0].value in expected}
        assert about <= triples, key
        assert about
    assert rdflib.Graph().parse(tmp_path / "taken", format="turtle")
    assert page.problems == []


def is_broad_type(triple: tuple[Any, ...], ontology: Ontology) -> bool:
    return triple[1].value == RDF + "type" and triple[2].value in ontology.types


def typed(triples: Iterable[Any], kind: str) -> set[str]:
    return {s.value for s, p, o in triples if p.value == RDF + "type" and o.value == kind}


def test_only_what_is_asserted_becomes_a_direct_triple(
    open_graph: OpenGraph, tmp_path: Path, ontology: Ontology
) -> None:
    page = open_graph(PLAIN)
    graph = rdflib.Graph().parse(data=taken(page, "Turtle", tmp_path), format="turtle")
    relations = {rdflib.URIRef(r.iri) for r in ontology.relations.values()}
    direct = {(str(s), str(p).split("#")[1], str(o)) for s, p, o in graph if p in relations}
    assert direct == {
        (JAPAN.iri, "dependsOn", CHINA.iri),
        (LYNAS.iri, "owns", ACME.iri),
        (CHINA.iri, "agreesWith", JAPAN.iri),
        (JAPAN.iri, "agreesWith", CHINA.iri),
    }
    claims = set(graph.subjects(rdflib.URIRef(RDF + "type"), rdflib.URIRef(LODE + "Claim")))
    assert {str(c) for c in claims} == {c.iri for c in PLAIN if c.modality != "negated"}
    for c in claims:
        assert (c, rdflib.URIRef(PROV + "wasDerivedFrom"), None) in graph
        evidence = graph.value(c, rdflib.URIRef(LODE + "evidence"))
        selectors = list(graph.objects(evidence, rdflib.URIRef(OA + "hasSelector")))
        assert len(selectors) == 2


def test_networkx_reads_the_gexf(open_graph: OpenGraph, tmp_path: Path) -> None:
    page = open_graph(PLAIN)
    data = taken(page, "GEXF", tmp_path)
    graph = nx.read_gexf(io.BytesIO(data), version="1.3")
    assert isinstance(graph, nx.DiGraph)
    assert set(graph.nodes) == {e.iri for e in (JAPAN, CHINA, LYNAS, ACME)}
    assert graph.nodes[LYNAS.iri]["label"] == "Lynas"
    assert graph.nodes[LYNAS.iri]["type"] == "company"
    assert {"x", "y"} <= graph.nodes[LYNAS.iri]["viz"]["position"].keys()
    edge = graph.edges[JAPAN.iri, CHINA.iri]
    assert (edge["label"], edge["weight"], edge["claims"], edge["values"]) == ("depends on", 2.0, 2, ">90%")
    assert page.problems == []


def test_parallel_edges_stay_apart_in_gexf(open_graph: OpenGraph, tmp_path: Path) -> None:
    page = open_graph([said(LYNAS, "owns", ACME, "owns"), said(LYNAS, "acquires", ACME, "bought", "b")])
    graph = nx.read_gexf(io.BytesIO(taken(page, "GEXF", tmp_path)), version="1.3")
    assert sorted(data["label"] for _, _, data in graph.edges(data=True)) == ["acquires", "owns"]


def test_hostile_text_stays_text_in_files(open_graph: OpenGraph, tmp_path: Path) -> None:
    nasty = End(f"{BASE}company/x", NASTY, NASTY, "company")
    page = open_graph([said(nasty, "owns", ACME, f"it {NASTY}", attribution=NASTY)])
    (row,) = read_csv(taken(page, "Claims (CSV)", tmp_path))
    assert row["from"] == row["according_to"] == NASTY
    graph = rdflib.Graph().parse(data=taken(page, "Turtle", tmp_path), format="turtle")
    assert (rdflib.URIRef(nasty.iri), rdflib.URIRef(SKOS + "prefLabel"), rdflib.Literal(NASTY, lang="en")) in graph
    assert nx.read_gexf(io.BytesIO(taken(page, "GEXF", tmp_path)), version="1.3").nodes[nasty.iri]["label"] == NASTY
    assert page.problems == []


@pytest.mark.parametrize(("words", "ground"), [("on white", (255, 255, 255)), ("on black", (23, 25, 28))])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_twice_as_large_and_on_the_ground_that_was_asked_for(
    open_graph: OpenGraph, tmp_path: Path, words: str, ground: tuple[int, ...], scheme: str
) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    page = open_graph(PLAIN, color_scheme=scheme)
    wide, high = page.run(
        "() => (box => [box.width, box.height])(document.getElementById('network').getBoundingClientRect())"
    )
    taken(page, words, tmp_path)
    picture = image.open(tmp_path / "taken").convert("RGBA")
    assert abs(picture.width - 2 * wide) <= 4
    assert abs(picture.height - 2 * high) <= 4
    colours = picture.getcolors(1 << 24)
    count, commonest = max(colours)
    assert commonest == (*ground, 255)
    assert count < picture.width * picture.height, "something is drawn"
    assert {a for _, (_, _, _, a) in colours} == {255}, "no part is transparent"
    assert page.problems == []


def test_the_menu_of_files_opens_and_closes_by_keyboard(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    page.page.focus("#exports summary")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#exports button").first.is_visible()
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Escape")
    assert not page.page.locator("#exports button").first.is_visible()
    assert page.run("() => document.activeElement.tagName") == "SUMMARY"


def test_there_is_no_picture_beside_a_table(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    page.page.click("#views button:has-text('Table')")
    page.page.click("#exports summary")
    enabled = {b.inner_text(): b.is_enabled() for b in page.page.locator("#exports button").all()}
    assert [words for words, is_enabled in enabled.items() if not is_enabled] == [w for w in enabled if "PNG" in w]
    assert len(enabled) == 7
    assert page.problems == []
