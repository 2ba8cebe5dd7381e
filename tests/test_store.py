"""The graph on disk: a document's triples come and go together, and what is no graph is told from what is."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import pipeline
from kg.config import DEFAULT_BASE
from kg.errors import EmptyGraphError, GraphError, LockedError, LodestoneError, QueryError, UnknownNameError
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader
from kg.removal import remove_documents
from kg.store import ENTITIES, FileEntry, GraphStore, Triple, generations
from kg.vocab import LODE, RDF, RDFS

MANIFEST = {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}}
ONE, TWO, THREE = (ox.NamedNode(f"{DEFAULT_BASE}doc/{name}") for name in ("one", "two", "three"))

NASTY = [
    'say "hi"',
    "line\nbreak",
    "line\r\nbreak",
    "back\\slash",
    "\\n",
    "\\u0041",
    "\\U00000041",
    "ends with \\",
    '"""',
    "'",
    "} ; CLEAR ALL ; INSERT DATA {",
    "# no comment",
    "𝔽 😀",
    "\x85\u2028\u2029",
    "\x7f\x80",
    "\ufeff\u200b",
    "\ufffe",
    "",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with GraphStore.writing(tmp_path / "graph", MANIFEST) as opened:
        yield opened


def build_graph(folder: Path, *documents: tuple[ox.NamedNode, str]) -> None:
    """Build a graph in which documents say texts; the others stay."""
    with GraphStore.writing(folder, MANIFEST) as store:
        for graph, text in documents:
            store.put(graph, [says(text)])


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(DEFAULT_BASE + name)


def says(text: str, *, subject: str = "a", language: str | None = None) -> Triple:
    return node(subject), node("says"), ox.Literal(text, language=language)


def merged(store: GraphStore) -> set[Triple]:
    return {(t.subject, t.predicate, t.object) for t in store.triples()}


def named(store: GraphStore) -> dict[str, set[Triple]]:
    found: dict[str, set[Triple]] = {}
    for quad in store.quads():
        found.setdefault(quad.graph_name.value, set()).add((quad.subject, quad.predicate, quad.object))
    return found


# Putting


def test_what_is_put_is_in_its_graph_and_in_the_merged_one(store: GraphStore) -> None:
    assert store.put(ONE, [says("x"), says("y")]) is True
    assert named(store) == {ONE.value: {says("x"), says("y")}}
    assert merged(store) == {says("x"), says("y")}


def test_putting_the_same_twice_changes_nothing(store: GraphStore) -> None:
    ledger = [(ONE, ox.NamedNode(LODE + "name"), ox.Literal("one"))]
    assert store.put(ONE, [says("x"), says("y")], ledger) is True
    before = list(store.quads())
    assert store.put(ONE, [says("y"), says("x"), says("x")], ledger) is False
    assert list(store.quads()) == before


def test_a_document_that_is_replaced_takes_its_triples_with_it(store: GraphStore) -> None:
    store.put(ONE, [says("old"), says("kept")])
    store.put(TWO, [says("other")])
    assert store.put(ONE, [says("kept"), says("new")]) is True
    assert named(store) == {ONE.value: {says("kept"), says("new")}, TWO.value: {says("other")}}
    assert merged(store) == {says("kept"), says("new"), says("other")}


def test_a_document_that_is_emptied_is_gone(store: GraphStore) -> None:
    ledger = [(ONE, ox.NamedNode(LODE + "name"), ox.Literal("one"))]
    store.put(ONE, [says("x")], ledger)
    assert store.put(ONE, []) is True
    assert (named(store), merged(store), store.ledger()) == ({}, set(), {})


def test_what_another_document_says_too_survives(store: GraphStore) -> None:
    for graph in (ONE, TWO, THREE):
        store.put(graph, [says("shared")])
    for graph, left in ((ONE, True), (TWO, True), (THREE, False)):
        store.put(graph, [])
        assert (says("shared") in merged(store)) is left


def test_literals_that_differ_in_language_or_type_are_different(store: GraphStore) -> None:
    plain, english, typed = says("1"), says("1", language="en"), (node("a"), node("says"), _integer("1"))
    store.put(ONE, [plain, english, typed])
    store.put(ONE, [english])
    assert merged(store) == {english}


def _integer(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))


def test_the_ledger_is_kept_apart(store: GraphStore) -> None:
    entry = [(ONE, ox.NamedNode(LODE + key), ox.Literal(f"the {key}")) for key in ("name", "location")]
    store.put(ONE, [says("x")], entry)
    assert store.ledger() == {ONE.value: {"name": "the name", "location": "the location"}}
    assert named(store).keys() == {ONE.value}
    assert merged(store) == {says("x")}


# Replacing subject by subject

KIND = ox.NamedNode(RDF + "type")
Described = list[tuple[ox.NamedNode, list[Triple]]]


def told(**texts: list[str]) -> Described:
    """Return what is told of subjects: a type and texts."""
    return [
        (node(name), [(node(name), KIND, node("kind")), *(says(text, subject=name) for text in said)])
        for name, said in texts.items()
    ]


def triples_of(described: Described) -> set[Triple]:
    return {triple for _, triples in described for triple in triples}


@pytest.mark.parametrize("batch", [1, 7, 50_000])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stages=st.lists(
        st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from("xyz"), unique=True, max_size=3)), max_size=4
    )
)
def test_what_replaces_is_what_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    batch: int,
    stages: list[dict[str, list[str]]],
) -> None:
    monkeypatch.setattr("kg.store.writing._BATCH", batch)
    monkeypatch.setattr("kg.store.writing._BULK", 1 if batch == 7 else 20_000)
    store = GraphStore(tmp_path_factory.getbasetemp(), ox.Store(), MANIFEST)
    store.put(TWO, [says("x")])  # another graph says it too
    before: dict[str, list[str]] = {}
    for after in stages:
        changed = {name: sorted(said) for name, said in before.items()} != {n: sorted(t) for n, t in after.items()}
        assert store.replace(ONE, told(**after)) is changed
        assert set(store.contents(ONE)) == triples_of(told(**after))
        assert merged(store) == triples_of(told(**after)) | {says("x")}
        before = after


@pytest.mark.parametrize("part", [1, 2, 3, 100])
def test_an_empty_graph_is_loaded_in_parts(store: GraphStore, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr("kg.store.writing._PART", part)
    store.put(TWO, [says("x", subject="a"), says("z", subject="a")])  # another graph says some of it too
    new = told(a=["x", "y"], b=["x"], c=[], d=["x", "y", "z"])
    assert store.replace(ONE, iter([])) is False
    assert store.replace(ONE, iter(new)) is True
    assert set(store.contents(ONE)) == triples_of(new)
    assert merged(store) == triples_of(new) | {says("z", subject="a")}
    assert store.replace(ONE, iter(new)) is False
    assert store.replace(ONE, []) is True
    assert list(store.contents(ONE)) == []
    assert merged(store) == {says("x", subject="a"), says("z", subject="a")}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_loading_that_is_interrupted_leaves_whole_parts_and_is_made_good(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    monkeypatch.setattr("kg.store.writing._PART", 2)
    new = told(a=["x", "y"], b=["x"], c=["y"], d=["x"])

    def interrupted() -> Iterator[tuple[ox.NamedNode, list[Triple]]]:
        yield from new[:3]
        raise error

    with pytest.raises(error):
        store.replace(ONE, interrupted())
    assert set(store.contents(ONE)) == merged(store) == triples_of(new[:2])
    assert store.replace(ONE, new) is True
    assert set(store.contents(ONE)) == merged(store) == triples_of(new)


@pytest.mark.parametrize("bulk", [1, 20_000])
def test_only_what_differs_is_written(store: GraphStore, monkeypatch: pytest.MonkeyPatch, bulk: int) -> None:
    monkeypatch.setattr("kg.store.writing._BULK", bulk)
    store.replace(ONE, told(a=["x"], b=["y"], c=["z"]))
    written: list[tuple[set[str], set[str]]] = []
    write = store._write

    def watched(removed: list[ox.Quad], added: list[ox.Quad]) -> None:
        written.append(({str(q.subject) for q in removed}, {str(q.subject) for q in added}))
        write(removed, added)

    monkeypatch.setattr(store, "_write", watched)
    new = told(a=["x"], b=["y", "x"], c=["x"], d=["y"])
    assert store.replace(ONE, new) is True
    assert written == [({str(node("c"))}, {str(node("c"))}), (set(), {str(node("b")), str(node("d"))})]
    assert set(store.contents(ONE)) == merged(store) == triples_of(new)


def test_a_graph_that_is_made_from_the_same_is_not_made_again(store: GraphStore) -> None:
    new = told(a=["x"], b=["y"])

    def unread() -> Iterator[tuple[ox.NamedNode, list[Triple]]]:
        pytest.fail("it was read")
        yield new[0]

    store.put(TWO, [says("z")])
    assert store.replace(ONE, new, "rules") is True
    before = list(store.quads())
    assert store.replace(ONE, unread(), "rules") is False
    assert list(store.quads()) == before
    assert store.graphs() == [ONE, TWO]
    assert store.ledger() == {}
    assert merged(store) == triples_of(new) | {says("z")}


@pytest.mark.parametrize(
    "change", ["other rules", "a document", "its ledger", "what was resolved", "the graph", "no rules"]
)
def test_a_graph_that_may_follow_otherwise_is_made_again(store: GraphStore, change: str) -> None:
    store.put(TWO, [says("z")])
    store.replace(ONE, told(a=["x"]), "rules")
    if change == "a document":
        store.put(THREE, [says("new")])
    elif change == "its ledger":
        store.put(TWO, [says("z")], [(TWO, ox.NamedNode(LODE + "name"), ox.Literal("two"))])
    elif change == "what was resolved":
        store.resolve(TWO, [says("resolved")])
    elif change == "the graph":
        store.put(ONE, [])
    kept = store.ledger()
    made_from = {"other rules": "others", "no rules": ""}.get(change, "rules")
    assert store.replace(ONE, told(a=["y"]), made_from) is True
    assert set(store.contents(ONE)) == triples_of(told(a=["y"]))
    assert store.ledger() == kept


def test_a_graph_whose_making_is_interrupted_is_made_again(store: GraphStore) -> None:
    store.replace(ONE, told(a=["x"], b=["x"]), "rules")

    def interrupted() -> Iterator[tuple[ox.NamedNode, list[Triple]]]:
        yield told(a=["y"])[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.replace(ONE, interrupted(), "others")
    for made_from in ("rules", "rules"):
        store.replace(ONE, told(a=["x"], b=["y"]), made_from)
        assert set(store.contents(ONE)) == triples_of(told(a=["x"], b=["y"]))


def test_literals_that_look_alike_are_told_apart(store: GraphStore) -> None:
    def of(value: ox.Literal) -> list[tuple[ox.NamedNode, list[Triple]]]:
        return [(node("a"), [(node("a"), node("says"), value)])]

    for value in (ox.Literal("1"), ox.Literal("1", language="en"), _integer("1"), ox.Literal("1")):
        assert store.replace(ONE, of(value)) is True
        assert [t[2] for t in store.contents(ONE)] == [value]
        assert store.replace(ONE, of(value)) is False


def test_a_replacement_that_is_interrupted_leaves_each_subject_whole(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.writing._BATCH", 1)
    old, new = told(a=["x", "y"], b=["x", "y"], c=["x"]), told(a=["z"], b=["z"], d=["z"])
    store.replace(ONE, old)

    def interrupted() -> Iterator[tuple[ox.NamedNode, list[Triple]]]:
        yield new[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.replace(ONE, interrupted())
    assert set(store.contents(ONE)) == merged(store) == triples_of([new[0], *old[1:]])
    assert store.replace(ONE, new) is True
    assert set(store.contents(ONE)) == merged(store) == triples_of(new)


def test_what_is_told_is_read_a_subject_at_a_time(store: GraphStore) -> None:
    store.replace(ONE, told(a=["x"], b=["y"]))
    assert set(store.contents(ONE, node("a"))) == triples_of(told(a=["x"]))
    assert set(store.contents(ONE, node("c"))) == set()
    assert sorted(store.subjects(KIND.value, node("kind").value, ONE)) == [node("a").value, node("b").value]
    assert store.subjects(KIND.value, node("kind").value, TWO) == []
    assert store.types(node("a").value) == [node("kind").value]


def test_from_and_from_named_choose_documents(store: GraphStore) -> None:
    for graph, text in ((ONE, "x"), (TWO, "y")):
        store.put(graph, [says(text)])
    assert [r["o"].value for r in store.query(f"SELECT ?o FROM {TWO} {{ ?s ?p ?o }}")] == ["y"]
    assert [r["o"].value for r in store.query(f"SELECT ?o FROM NAMED {ONE} {{ GRAPH ?g {{ ?s ?p ?o }} }}")] == ["x"]


def test_a_change_of_the_ledger_alone_is_a_change(store: GraphStore) -> None:
    name = ox.NamedNode(LODE + "name")
    store.put(ONE, [says("x")], [(ONE, name, ox.Literal("old"))])
    assert store.put(ONE, [says("x")], [(ONE, name, ox.Literal("new"))]) is True
    assert store.ledger() == {ONE.value: {"name": "new"}}
    assert merged(store) == {says("x")}


def test_the_ledger_of_one_document_leaves_that_of_another(store: GraphStore) -> None:
    name = ox.NamedNode(LODE + "name")
    for graph, text in ((ONE, "one"), (TWO, "two")):
        store.put(graph, [says("x")], [(graph, name, ox.Literal(text))])
    store.put(ONE, [])
    assert store.ledger() == {TWO.value: {"name": "two"}}


@pytest.mark.parametrize("text", NASTY, ids=lambda t: ascii(t)[:30])
def test_any_text_can_be_put_replaced_and_taken_back(store: GraphStore, text: str) -> None:
    """The first put, a replacement and a removal go different ways into the store."""
    store.put(ONE, [says("before"), says("stays")])
    store.put(ONE, [says(text), says("stays")])
    assert merged(store) == {says(text), says("stays")}
    store.put(ONE, [says("stays")])
    assert merged(store) == {says("stays")}


TEXTS = st.text(st.characters(exclude_categories=("Cs",))) | st.sampled_from(NASTY)
CONTENTS = st.frozensets(st.builds(says, TEXTS, language=st.sampled_from([None, "en", "zh"])), max_size=4)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """A graph that is emptied before each example."""
    return GraphStore.create(tmp_path_factory.mktemp("shared") / "graph", MANIFEST)


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from([ONE, TWO, THREE]), CONTENTS), max_size=6))
def test_the_merged_graph_is_always_the_union_of_the_documents(
    shared: GraphStore, steps: list[tuple[ox.NamedNode, frozenset[Triple]]]
) -> None:
    for graph in (ONE, TWO, THREE):
        shared.put(graph, [])
    expected: dict[str, set[Triple]] = {}
    for graph, content in steps:
        changed = shared.put(graph, content)
        assert changed == (expected.get(graph.value, set()) != content)
        expected[graph.value] = set(content)
        assert named(shared) == {graph: triples for graph, triples in expected.items() if triples}
        assert merged(shared) == set().union(*expected.values())


def test_the_order_of_documents_and_triples_leaves_the_same_graph(tmp_path: Path) -> None:
    content = {graph: [says(f"{i}{graph.value}") for i in range(20)] for graph in (ONE, TWO, THREE)}
    generator = random.Random(5)
    graphs = []
    for number in range(3):
        store = GraphStore(tmp_path / f"graph{number}", ox.Store(), MANIFEST)
        for graph in generator.sample(list(content), 3):
            store.put(graph, generator.sample(content[graph], 20))
        graphs.append((list(store.quads()), list(store.triples())))
    assert graphs[0] == graphs[1] == graphs[2]


# Reading


def test_what_is_said_can_be_looked_up(store: GraphStore) -> None:
    label = ox.NamedNode(RDFS + "label")
    store.put(ONE, [(node("a"), label, ox.Literal("A")), (node("a"), node("knows"), node("b"))])
    store.put(TWO, [(node("a"), label, ox.Literal("Alpha")), (node("b"), node("knows"), node("b"))])
    assert {iri: set(labels) for iri, labels in store.labels().items()} == {node("a").value: {"A", "Alpha"}}
    assert set(store.subjects(node("knows").value, node("b").value)) == {node("a").value, node("b").value}
    assert set(store.pairs(RDFS + "label")) == {(node("a").value, "A"), (node("a").value, "Alpha")}
    assert sorted(store.values(RDFS + "label")) == ["A", "Alpha"]
    assert set(store.properties(node("a").value)) == {RDFS + "label", node("knows").value}
    assert store.properties(node("nobody").value) == {}


def test_a_triple_of_two_documents_is_read_once(store: GraphStore) -> None:
    for graph in (ONE, TWO):
        store.put(graph, [says("x")])
    assert store.values(node("says").value) == ["x"]


def test_a_query_sees_documents_merged(store: GraphStore) -> None:
    store.put(ONE, [says("x")])
    store.put(TWO, [says("y")])
    rows = store.query("SELECT ?x WHERE { ?a ?says ?x } ORDER BY ?x")
    assert [row["x"].value for row in rows] == ["x", "y"]


def test_a_broken_query_is_an_error(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="mend it"):
        store.query("SELECT")


# Folders


def test_a_graph_is_there_again_when_it_is_opened(tmp_path: Path) -> None:
    build_graph(tmp_path / "deep" / "graph", (ONE, "x"))
    again = GraphStore.open(tmp_path / "deep" / "graph")
    assert (merged(again), again.base, again.manifest) == ({says("x")}, DEFAULT_BASE, {**MANIFEST, "generation": 1})


def test_two_graphs_are_open_at_once(tmp_path: Path) -> None:
    one, two = (GraphStore.create(tmp_path / name, MANIFEST) for name in ("one", "two"))
    one.put(ONE, [says("x")])
    two.put(ONE, [says("y")])
    assert (merged(one), merged(two)) == ({says("x")}, {says("y")})


def test_what_is_opened_for_reading_is_not_written(tmp_path: Path) -> None:
    build_graph(tmp_path / "graph", (ONE, "x"))
    reader = GraphStore.open(tmp_path / "graph")
    with pytest.raises((GraphError, RuntimeError)):
        reader.put(ONE, [says("y")])
    assert merged(reader) == {says("x")}


# Generations


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when each file but the lock was written, and its size."""
    paths = (p for p in folder.rglob("*") if p.is_file() and p.name != "lock")
    return {str(p.relative_to(folder)): (p.stat().st_mtime_ns, p.stat().st_size) for p in paths}


def test_readers_see_the_generation_before_until_the_next_is_published(tmp_path: Path) -> None:
    build_graph(tmp_path / "graph", (ONE, "x"))
    early = GraphStore.open(tmp_path / "graph")
    with GraphStore.writing(tmp_path / "graph", MANIFEST) as writer:
        writer.put(ONE, [says("y")])
        writer.flush()
        assert merged(writer) == {says("y")}
        assert merged(GraphStore.open(tmp_path / "graph")) == merged(early) == {says("x")}
    assert merged(GraphStore.open(tmp_path / "graph")) == merged(writer) == {says("y")}
    assert merged(early) == {says("x")}


def test_a_reader_keeps_its_generation_and_older_ones_go(tmp_path: Path) -> None:
    for number in range(5):
        build_graph(tmp_path / "graph", (ONE, str(number)))
        left = {p.name for p in (tmp_path / "graph").iterdir()}
        stores = {f"store-{n:04}" for n in (number, number + 1) if n}
        assert left == {"graph.json", "lock", *stores}
        reader = GraphStore.open(tmp_path / "graph")
        build_graph(tmp_path / "other", (ONE, str(number)))
        assert merged(reader) == {says(str(number))}


def test_a_build_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    ledger = [(ONE, ox.NamedNode(LODE + "name"), ox.Literal("one"))]
    entry = FileEntry("/one.txt", "one", "hash", "versions")
    for number in range(3):
        with GraphStore.writing(tmp_path / "graph", {**MANIFEST, "built": str(number)}) as store:
            assert store.put(ONE, [says("x")], ledger, "the text", "a sketch") is (number == 0)
            assert store.settle(entry) is (number == 0)
            assert store.replace(TWO, told(a=["x"]), "rules") is (number == 0)
            assert store.remove(THREE) is False
            assert store.forget("/two.txt") is False
            assert store.changed is (number == 0)
        if number == 0:
            before = snapshot(tmp_path / "graph")
    assert snapshot(tmp_path / "graph") == before
    assert GraphStore.open(tmp_path / "graph").manifest["built"] == "0"


def test_a_build_that_fails_publishes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    build_graph(tmp_path / "graph", (ONE, "x"))

    def fail() -> None:
        with GraphStore.writing(tmp_path / "graph", MANIFEST) as store:
            store.put(TWO, [says("y")])
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    assert merged(GraphStore.open(tmp_path / "graph")) == {says("x")}
    with GraphStore.writing(tmp_path / "graph", MANIFEST) as store:
        assert (store.resumed, store.changed) == (True, True)
        assert merged(store) == {says("x"), says("y")}
    assert merged(GraphStore.open(tmp_path / "graph")) == {says("x"), says("y")}


STEPS = ["copied", "renamed", "building", "published", "replaced", "all"]


@pytest.mark.parametrize("step", STEPS)
def test_a_build_that_is_cut_between_two_steps_of_publishing_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Stop at each system call that publishing makes, as if the power went."""
    folder = tmp_path / "graph"
    build_graph(folder, (ONE, "w"))
    build_graph(folder, (ONE, "x"))

    class Cut(BaseException):
        pass

    def cut(*arguments: object, **options: object) -> None:
        raise Cut

    target = {
        "copied": (Path, "rename"),
        "renamed": (generations.ox, "Store"),
        "building": (Path, "rename"),
        "published": (generations, "write_manifest"),
        "replaced": (generations.shutil, "rmtree"),
        "all": (generations, "open_published"),
    }[step]
    store = GraphStore.create(folder, MANIFEST)
    try:
        if step not in {"copied", "renamed"}:
            store.put(TWO, [says("y")])
        with monkeypatch.context() as m:
            m.setattr(*target, cut)
            with pytest.raises(Cut):
                _ = store.put(TWO, [says("y")]), store.publish()
    finally:
        store.close()
    seen = merged(GraphStore.open(folder))
    assert seen == ({says("x"), says("y")} if step in {"replaced", "all"} else {says("x")})
    with GraphStore.writing(folder, MANIFEST) as again:
        assert again.resumed is (step in {"renamed", "building", "published"})
        again.put(TWO, [says("y")])
    assert merged(GraphStore.open(folder)) == {says("x"), says("y")}
    number = GraphStore.open(folder).manifest["generation"]
    assert number == 3
    assert not (folder / "building").exists()
    assert not (folder / "building.new").exists()


@pytest.mark.parametrize("cut_after", ["nothing", "lock", "manifest beside", "manifest"])
def test_a_first_build_that_is_cut_is_begun_again(tmp_path: Path, cut_after: str) -> None:
    folder = tmp_path / "graph"
    folder.mkdir()
    names = {"nothing": [], "lock": ["lock"], "manifest beside": ["lock", "graph.json.new"], "manifest": ["lock"]}
    for name in names[cut_after]:
        (folder / name).write_text("{")
    if cut_after == "manifest":
        (folder / "graph.json").write_text(json.dumps({**MANIFEST, "generation": 0}))
        with pytest.raises(EmptyGraphError, match="kg build"):
            GraphStore.open(folder)
    build_graph(folder, (ONE, "x"))
    assert merged(GraphStore.open(folder)) == {says("x")}


def test_a_working_copy_that_cannot_be_opened_is_begun_again(tmp_path: Path) -> None:
    build_graph(tmp_path / "graph", (ONE, "x"))
    store = GraphStore.create(tmp_path / "graph", MANIFEST)
    store.put(TWO, [says("y")])
    store.close()
    (tmp_path / "graph" / "building" / "CURRENT").write_text("garbage")
    with GraphStore.writing(tmp_path / "graph", MANIFEST) as again:
        assert not again.resumed
        assert merged(again) == {says("x")}


def test_a_folder_of_an_older_version_is_told_to_be_built_again(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "graph.json").write_text(json.dumps(MANIFEST))
    for opened in (GraphStore.open, lambda folder: GraphStore.create(folder, MANIFEST)):
        with pytest.raises(GraphError, match="older version; remove it and build it again"):
            opened(tmp_path)


# The lock


def test_a_graph_has_one_writer_at_a_time(tmp_path: Path) -> None:
    with GraphStore.writing(tmp_path / "graph", MANIFEST) as writer:
        with pytest.raises(LockedError, match=rf"process {os.getpid()} since 20\d\d-.*wait until") as error:
            GraphStore.create(tmp_path / "graph", MANIFEST)
        assert str(tmp_path / "graph") in str(error.value)
        writer.put(ONE, [says("x")])
    build_graph(tmp_path / "graph", (TWO, "y"))
    assert merged(GraphStore.open(tmp_path / "graph")) == {says("x"), says("y")}


def test_a_process_that_is_killed_holds_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    script = (
        "import os, sys; from pathlib import Path; from kg.store import GraphStore\n"
        f"store = GraphStore.create(Path({str(folder)!r}), {MANIFEST!r}); print('has it', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "has it\n"
        with pytest.raises(LockedError, match=f"process {process.pid} "):
            GraphStore.create(folder, MANIFEST)
        process.kill()
    build_graph(folder, (ONE, "x"))
    assert merged(GraphStore.open(folder)) == {says("x")}


# What is kept


def test_what_is_kept_of_a_document_goes_with_it(store: GraphStore) -> None:
    text = "line\r\n\x00\x07 \ud83d é 包头 \ufffe"
    store.put(ONE, [says("x")], [(ONE, ox.NamedNode(LODE + "name"), ox.Literal("one"))], text, "sketch of one")
    store.put(TWO, [says("y")], (), "", "sketch of two")
    store.keep_evidence(ONE, "evidence")
    kept = store.source(ONE)
    assert kept == text.replace("\ud83d", "\ufffd")
    assert len(kept) == len(text)
    assert store.source(TWO) is None
    assert dict(store.sketches()) == {ONE.value: "sketch of one", TWO.value: "sketch of two"}
    assert (store.sketch(ONE.value), store.sketch(THREE.value)) == ("sketch of one", "")
    store.resolve(ONE, [says("z")], "somebody")
    assert (store.source(ONE), store.resolved_by()) == (kept, {ONE.value: "somebody"})
    assert dict(store.evidence()) == {ONE.value: "evidence"}
    assert store.ledger_of(ONE) == {"name": "one"}
    assert store.remove(ONE) is True
    assert (store.source(ONE), store.ledger(), store.resolved_by(), dict(store.evidence())) == (None, {}, {}, {})
    assert dict(store.sketches()) == {TWO.value: "sketch of two"}
    assert merged(store) == {says("y")}


def test_what_is_known_of_files_is_kept(store: GraphStore) -> None:
    entries = [
        FileEntry("/b.txt", "b", "hash", "versions"),
        FileEntry("/a\udcff.pdf", "a", "hash", "versions", ("it is too large", "and malformed")),
    ]
    for entry in entries:
        assert store.settle(entry) is True
        assert store.settle(entry) is False
    assert list(store.files().values()) == [entries[1], entries[0]]
    changed = FileEntry("/b.txt", "b", "other hash", "versions")
    assert store.settle(changed) is True
    assert store.files()["/b.txt"] == changed
    assert store.forget("/a\udcff.pdf") is True
    assert list(store.files()) == ["/b.txt"]
    assert (store.graphs(), merged(store), list(store.quads())) == ([], set(), [])


def test_no_query_meets_what_is_kept(store: GraphStore) -> None:
    store.put(ONE, [says("x")], [(ONE, ox.NamedNode(LODE + "name"), ox.Literal("secret"))], "secret", "secret")
    store.settle(FileEntry("/secret", "one", "hash", "versions"))
    store.replace(TWO, told(a=["y"]), "secret")
    for word in ("GRAPH", "gRAPH"):
        rows = list(store.query(f"SELECT * {{ {word} ?g {{ ?s ?p ?o }} }}", published=True))
        assert {row["g"].value for row in rows} == {ONE.value, TWO.value}
        assert not any("secret" in row["o"].value for row in rows)


def test_a_folder_that_is_no_graph_is_not_opened(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(GraphError, match="kg build") as error:
            GraphStore.open(folder)
        assert str(folder) in str(error.value)
    assert list(tmp_path.iterdir()) == [], "looking leaves nothing behind"


def test_a_folder_with_something_else_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(GraphError, match="--graph"):
        GraphStore.create(tmp_path, MANIFEST)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_graph_cannot_be_made_of_a_file(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(GraphError, match="--graph"):
        GraphStore.create(tmp_path / path, MANIFEST)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write to."""
    folder = tmp_path / "sealed"
    build_graph(folder / "graph", (ONE, "x"))
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write anywhere")
    yield folder
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_graph_in_a_folder_that_cannot_be_written_is_read(sealed: Path) -> None:
    assert merged(GraphStore.open(sealed / "graph")) == {says("x")}


@pytest.mark.parametrize("name", ["graph", "new"])
def test_a_folder_that_cannot_be_written_is_an_error(sealed: Path, name: str) -> None:
    with pytest.raises(GraphError, match="cannot be written"):
        GraphStore.create(sealed / name, MANIFEST)


DAMAGED = [b"", b"{", b"\xff", b"\x00" * 20]
WRONG = [b"[]", b"null", b'"graph"', b"{}", b'{"versions": {}}', b'{"base": "https://example.org/"}']


def damage(folder: Path, manifest: bytes) -> None:
    build_graph(folder)
    (folder / "graph.json").write_bytes(manifest)


@pytest.mark.parametrize("manifest", DAMAGED, ids=repr)
def test_a_damaged_manifest_is_an_error_of_one_sentence(tmp_path: Path, manifest: bytes) -> None:
    damage(tmp_path / "graph", manifest)
    with pytest.raises(GraphError, match="damaged") as error:
        GraphStore.open(tmp_path / "graph")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("manifest", WRONG, ids=repr)
def test_a_manifest_that_lacks_something_is_damaged_too(tmp_path: Path, manifest: bytes) -> None:
    damage(tmp_path / "graph", manifest)
    with pytest.raises(GraphError, match="damaged"):
        GraphStore.open(tmp_path / "graph")


def test_a_graph_without_its_files_is_damaged(tmp_path: Path) -> None:
    build_graph(tmp_path / "graph")
    for path in (tmp_path / "graph" / "store-0001").iterdir():
        path.unlink()
    with pytest.raises(GraphError, match="damaged"):
        GraphStore.open(tmp_path / "graph")


@pytest.mark.parametrize("opened", [GraphStore.open, lambda f: GraphStore.create(f, MANIFEST)], ids=["read", "write"])
def test_a_graph_with_a_damaged_file_is_damaged(tmp_path: Path, opened: Callable[[Path], GraphStore]) -> None:
    build_graph(tmp_path / "graph")
    (tmp_path / "graph" / "store-0001" / "CURRENT").write_text("garbage")
    with pytest.raises(GraphError):
        opened(tmp_path / "graph")


# Building


def articles(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def claims(folder: Path) -> list[tuple[str, str]]:
    reader = ClaimReader(GraphStore.open(folder), load_ontology())
    return [(c.source.name, c.quote) for c in reader.all()]


def entities(folder: Path) -> set[str]:
    """Return what has a preferred label."""
    quads: Iterable[ox.Quad] = GraphStore.open(folder).quads()
    return {q.subject.value.removeprefix(DEFAULT_BASE) for q in quads if q.graph_name == ENTITIES}


def test_an_edited_article_takes_its_claims_and_its_entities_with_it(tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", {"a.txt": "Chile produces copper.", "b.txt": "Peru produces zinc."})
    pipeline.build([folder], tmp_path / "graph")
    articles(folder, {"a.txt": "Chile produces lithium."})
    report = pipeline.build([folder], tmp_path / "graph")
    assert (report.read, report.unchanged) == (1, 1)
    assert claims(tmp_path / "graph") == [("a", "Chile produces lithium"), ("b", "Peru produces zinc")]
    assert "commodity/lithium" in entities(tmp_path / "graph")
    assert "commodity/copper" not in entities(tmp_path / "graph")


def test_an_unchanged_article_is_left_as_it_is(tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", {"a.txt": "Chile produces copper."})
    pipeline.build([folder], tmp_path / "graph")
    before = list(GraphStore.open(tmp_path / "graph").quads())
    report = pipeline.build([folder], tmp_path / "graph")
    assert (report.read, report.unchanged, report.claims) == (0, 1, 0)
    assert list(GraphStore.open(tmp_path / "graph").quads()) == before


def test_an_article_that_is_pruned_or_removed_takes_its_claims_with_it(tmp_path: Path) -> None:
    texts = {"a.txt": "Chile produces copper.", "b.txt": "Peru produces zinc.", "c.txt": "Peru produces copper."}
    folder, graph = articles(tmp_path / "in", texts), tmp_path / "graph"
    pipeline.build([folder], graph)
    (folder / "b.txt").unlink()
    pipeline.build([folder], graph)
    assert len(claims(graph)) == 3, "without being asked, nothing goes"
    pipeline.build([folder], graph, prune=True)
    assert claims(graph) == [("a", "Chile produces copper"), ("c", "Peru produces copper")]
    assert "commodity/zinc" not in entities(graph)
    assert remove_documents(graph, ["a"]) == ["a"]
    assert claims(graph) == [("c", "Peru produces copper")]
    assert {"country/peru", "commodity/copper"} <= entities(graph), "another article still names them"
    assert "country/chile" not in entities(graph)
    report = pipeline.build([folder], graph)
    assert (report.read, report.unchanged) == (1, 1), "its file is still there"
    fresh = tmp_path / "fresh"
    pipeline.build([folder], fresh)
    assert list(GraphStore.open(graph).quads()) == list(GraphStore.open(fresh).quads())


def test_what_is_to_be_removed_is_named_by_name_file_or_folder(tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", {f"{name}.txt": f"Chile produces {name}." for name in ("tin", "zinc", "copper")})
    inner = articles(folder / "inner", {"lead.txt": "Peru produces lead.", "gold.txt": "Peru produces gold."})
    graph = tmp_path / "graph"
    pipeline.build([folder], graph)
    before = snapshot(graph)
    with pytest.raises(UnknownNameError, match="nobody is no document"):
        remove_documents(graph, ["tin", "nobody"])
    assert snapshot(graph) == before
    assert remove_documents(graph, ["tin", str(folder / "zinc.txt")]) == ["tin", "zinc"]
    shutil.rmtree(inner)
    assert remove_documents(graph, [str(inner)]) == ["gold", "lead"]
    assert claims(graph) == [("copper", "Chile produces copper")]
    assert list(GraphStore.open(graph).files()) == [str((folder / "copper.txt").resolve())]
    with pytest.raises(EmptyGraphError, match="kg build"):
        remove_documents(tmp_path / "nowhere", ["tin"])
    assert not (tmp_path / "nowhere").exists()


def test_another_base_does_not_double_the_claims(tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", {"a.txt": "Chile produces copper."})
    pipeline.build([folder], tmp_path / "graph")
    with pytest.raises(GraphError) as error:
        pipeline.build([folder], tmp_path / "graph", base="https://example.org/kg/")
    assert all(base in str(error.value) for base in (DEFAULT_BASE, "https://example.org/kg/"))
    assert claims(tmp_path / "graph") == [("a", "Chile produces copper")]


@pytest.mark.parametrize("base", ["not an iri", "", "relative/", "https://example.org/a b/", "https://example.org/id"])
def test_a_base_that_gives_no_iris_is_refused(tmp_path: Path, base: str) -> None:
    folder = articles(tmp_path / "in", {"a.txt": "Chile produces copper."})
    with pytest.raises(LodestoneError):
        pipeline.build([folder], tmp_path / "graph", base=base)
