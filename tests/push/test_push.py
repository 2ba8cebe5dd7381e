"""Pushes to a small store that can be made to fail: what is put, what is left alone, what goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from stores import SmallStore, basic

from kg.config import DEFAULT_BASE
from kg.errors import PushError
from kg.push import DEFAULT, Access, Contents, GraphStoreTarget, Record, UpdateTarget, check_all, make_plan, push
from kg.push import target as targets
from kg.push.fingerprint import fingerprint
from kg.store import GraphStore

Kg = Callable[..., Any]
QUICK = Access(attempts=3, timeout=10, environment={})
MERGED = "urn:merged"
HOSTILE = [
    '"',
    "\\",
    "\\u0041",
    "a\r\nb",
    "} ; DROP ALL #",
    "> <urn:x> .",
    "\x00\x01\x7f",
    "😀磁石",
    "\ufeff",
    "'''\"\"\"",
]


def node(path: str) -> ox.NamedNode:
    return ox.NamedNode(DEFAULT_BASE + path)


def make(folder: Path, documents: dict[str, Iterable[str]]) -> GraphStore:
    """Write a graph of documents, each of which says some texts of China."""
    store = GraphStore.create(folder, {"base": DEFAULT_BASE, "versions": {}})
    for name, texts in documents.items():
        store.put(node(name), [(node("country/china"), node("says"), ox.Literal(text)) for text in texts])
    store.publish()
    return store


def send(
    there: SmallStore, folder: Path, store: GraphStore, by: str = "data", merged: str | None = None, **more: Any
) -> Any:
    """Push a graph, and return what was planned."""
    address = f"{there.url}/{by}"
    target: Any = (
        GraphStoreTarget(address, QUICK) if by == "data" else UpdateTarget(address, f"{there.url}/query", QUICK)
    )
    record, contents = Record(folder, address), Contents(store, merged)
    plan = make_plan(contents, record.known(), more.pop("whole", False))
    try:
        push(contents, plan, target, record, **more)
    finally:
        target.close()
    return plan


def expected(store: GraphStore, merged: str | None = None) -> set[str]:
    named = {str(quad) for quad in store.quads()}
    if merged is None:
        return named
    graph = ox.NamedNode(merged) if merged else ox.DefaultGraph()
    return named | {str(ox.Quad(t.subject, t.predicate, t.object, graph)) for t in store.triples()}


WAYS = pytest.mark.parametrize("by", ["data", "update"])


@WAYS
@pytest.mark.parametrize("merged", [None, MERGED, DEFAULT])
def test_what_is_pushed_is_there_as_it_is_here(there: SmallStore, graph: Path, by: str, merged: str | None) -> None:
    store = make(graph, {"doc/a": HOSTILE, "doc/b": ["b"], "doc/c": HOSTILE[:3]})
    plan = send(there, graph, store, by, merged)
    assert there.quads() == expected(store, merged)
    assert plan.triples == len(expected(store, merged))


@WAYS
def test_only_what_changed_is_pushed_again(there: SmallStore, graph: Path, by: str) -> None:
    store = make(graph, {"doc/a": ["a"], "doc/b": ["b"], "doc/c": ["c"]})
    send(there, graph, store, by)
    there.requests.clear()
    assert send(there, graph, store, by).same == 3
    assert there.requests == []
    store.put(node("doc/b"), [(node("country/china"), node("says"), ox.Literal("other"))])
    store.put(node("doc/c"), [])
    plan = send(there, graph, store, by)
    assert list(plan.put) == [node("doc/b").value]
    assert plan.remove == (node("doc/c").value,)
    assert there.quads() == expected(store)
    assert {what for _, what in there.requests if node("doc/a").value in what} == set()


@WAYS
def test_with_whole_everything_is_pushed_again(there: SmallStore, graph: Path, by: str) -> None:
    store = make(graph, {"doc/a": ["a"], "doc/b": ["b"]})
    send(there, graph, store, by)
    there.store.clear()
    assert len(send(there, graph, store, by, whole=True).put) == 2
    assert there.quads() == expected(store)


def test_what_others_keep_there_is_left_alone(there: SmallStore, graph: Path) -> None:
    theirs = ox.Quad(node("x"), node("y"), ox.Literal("theirs"), ox.NamedNode("urn:theirs"))
    there.store.add(theirs)
    store = make(graph, {"doc/a": ["a"]})
    send(there, graph, store)
    store.put(node("doc/a"), [])
    send(there, graph, store, whole=True)
    assert there.quads() == {str(theirs)}


@WAYS
def test_a_large_graph_goes_in_parts(there: SmallStore, graph: Path, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_PUT", 7)
    monkeypatch.setattr(targets, "_UPDATE", 7)
    store = make(graph, {"doc/a": [str(n) for n in range(50)]})
    send(there, graph, store, by, check=False)
    assert there.quads() == expected(store)
    assert len(there.requests) == 8
    store.put(node("doc/a"), [(node("a"), node("b"), node("c"))])
    send(there, graph, store, by)
    assert there.quads() == expected(store)


# What goes wrong


@WAYS
@pytest.mark.parametrize("status", [429, 503, 500])
def test_what_passes_is_tried_again(there: SmallStore, graph: Path, by: str, status: int) -> None:
    there.failures = [status, status]
    store = make(graph, {"doc/a": ["a"]})
    send(there, graph, store, by)
    assert there.quads() == expected(store)
    assert len(there.requests) == 4


@WAYS
def test_a_push_that_ends_early_goes_on_where_it_stopped(there: SmallStore, graph: Path, by: str) -> None:
    store = make(graph, {f"doc/{n}": [str(n)] for n in range(6)})
    there.failures = [503] * 3
    with pytest.raises(PushError, match="try later"):
        send(there, graph, store, by)
    plan = make_plan(Contents(store), Record(graph, f"{there.url}/{by}").known())
    assert len(plan.put) == 6

    def stop(done: int, total: int, name: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(there, graph, store, by, told=stop)
    assert len(send(there, graph, store, by).put) == 2
    assert there.quads() == expected(store)


def test_a_line_of_the_record_that_was_cut_off_is_pushed_again(there: SmallStore, graph: Path) -> None:
    store = make(graph, {"doc/a": ["a"], "doc/b": ["b"]})
    send(there, graph, store)
    (record,) = graph.glob("push-*.jsonl")
    record.write_bytes(record.read_bytes()[:-20])
    assert list(send(there, graph, store).put) == [node("doc/b").value]
    assert send(there, graph, store).same == 2


def test_what_arrives_otherwise_is_an_error_and_no_success(there: SmallStore, graph: Path) -> None:
    there.lossy = True
    store = make(graph, {"doc/a": ["a", "b"]})
    with pytest.raises(PushError, match=r"1 triples there, 2 here.*--whole"):
        send(there, graph, store)
    there.lossy = False
    assert len(send(there, graph, store).put) == 1, "it is not taken for pushed"


@WAYS
def test_a_check_names_what_differs_and_keeps_the_rest(there: SmallStore, graph: Path, by: str) -> None:
    store = make(graph, {"doc/a": ["a"], "doc/b": ["b"]})
    send(there, graph, store, "update")
    there.store.update(f"INSERT DATA {{ GRAPH {node('doc/b')} {{ <urn:a> <urn:b> 1 }} }}")
    address = f"{there.url}/{by}"
    target: Any = (
        GraphStoreTarget(address, QUICK) if by == "data" else UpdateTarget(address, f"{there.url}/query", QUICK)
    )
    graph_record = Record(graph.parent, "elsewhere")
    assert check_all(Contents(store), target, graph_record) == [node("doc/b").value]
    assert list(graph_record.known()) == [node("doc/a").value]
    target.close()


@pytest.mark.parametrize(
    ("by", "failures", "told"),
    [
        ("data", [401], "refuses the user.*KG_PUSH_USER"),
        ("data", [400], "does not take the graph .400: try later"),
        ("nothing", [], "no such service"),
        ("moved", [], "leads to http://elsewhere.test/"),
    ],
)
def test_a_refusal_is_one_sentence(there: SmallStore, graph: Path, by: str, failures: list[int], told: str) -> None:
    there.failures = failures
    target = GraphStoreTarget(f"{there.url}/{by}", QUICK)
    with pytest.raises(PushError, match=told) as error:
        target.replace("urn:g", [(node("a"), node("b"), node("c"))])
    assert "\n" not in str(error.value)
    assert len(there.requests) <= 1, "it would be refused again"
    target.close()


def test_a_store_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    target = GraphStoreTarget("http://127.0.0.1:9/data", QUICK)
    with pytest.raises(PushError, match=r"does not answer.*push again") as error:
        target.remove("urn:g")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("address", ["", "example.org", "file:///etc/passwd", "http://", "ftp://example.org/"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(PushError, match="is no address"):
        GraphStoreTarget(address, QUICK)


# Who asks


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({"KG_PUSH_USER": "me", "KG_PUSH_PASSWORD": "pä:ss"}, basic("me", "pä:ss")),
        ({"KG_PUSH_TOKEN": "abc"}, "Bearer abc"),
        ({"KG_PUSH_TOKEN": "abc", "KG_PUSH_USER": "me"}, "Bearer abc"),
    ],
)
def test_a_password_or_token_comes_from_the_environment(
    there: SmallStore, environment: dict[str, str], header: str
) -> None:
    there.authorization = header
    target = GraphStoreTarget(f"{there.url}/data", Access(1, 10, environment=environment))
    target.replace("urn:g", [(node("a"), node("b"), node("c"))])
    assert fingerprint(target.read("urn:g")).count == 1
    target.close()


@pytest.mark.parametrize("environment", [{"KG_PUSH_USER": "me", "KG_PUSH_PASSWORD": "p"}, {"KG_PUSH_TOKEN": "t"}])
def test_no_password_goes_over_the_network_in_plain_text(environment: dict[str, str]) -> None:
    with pytest.raises(PushError, match="plain text"):
        GraphStoreTarget("http://store.example/data", Access(environment=environment))
    GraphStoreTarget("https://store.example/data", Access(environment=environment)).close()


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(PushError) as error:
        GraphStoreTarget("http://me:hidden@127.0.0.1/data", QUICK)
    assert "hidden" not in str(error.value)


# The command


@pytest.fixture
def small(graph: Path) -> GraphStore:
    return make(graph, {"doc/a": ["a", "=1+1"], "doc/b": ["b"]})


def test_the_command_pushes_and_says_what(kg: Kg, there: SmallStore, graph: Path, small: GraphStore) -> None:
    del small
    done = kg("push", f"{there.url}/data", "--graph", graph, "--merged", "default", "--format", "json")
    assert done.code == 0, done.err
    told = {(row["graph"], row["what"], row["triples"]) for row in json.loads(done.out)}
    assert told == {(node("doc/a").value, "put", 2), (node("doc/b").value, "put", 1), ("default graph", "put", 3)}
    again = kg("push", f"{there.url}/data", "--graph", graph, "--merged", "default")
    assert again.out == "0 graphs with 0 triples put, 0 removed, 3 unchanged\n"
    assert kg("push", f"{there.url}/data", "--graph", graph, "--merged", "default", "--only-check").code == 0
    there.store.clear()
    checked = kg("push", f"{there.url}/data", "--graph", graph, "--merged", "default", "--only-check")
    assert checked.code == 1
    assert "3 graphs differ" in checked.err


def test_a_dry_run_does_nothing(kg: Kg, there: SmallStore, graph: Path, small: GraphStore) -> None:
    del small
    done = kg("push", f"{there.url}/data", "--graph", graph, "--dry-run")
    assert done.code == 0
    assert "would be put" in done.out
    assert there.requests == []
    assert list(graph.glob("push-*")) == []


def test_files_for_a_bulk_loader_make_the_same_graph(
    kg: Kg, there: SmallStore, graph: Path, tmp_path: Path, small: GraphStore
) -> None:
    there.store.add(ox.Quad(node("old"), node("says"), ox.Literal("old"), node("doc/a")))
    at = [f"{there.url}/update", "--by", "update", "--query", f"{there.url}/query", "--graph", graph]
    assert kg("push", *at, "--file", tmp_path / "load").code == 0
    assert there.requests == []
    there.store.update((tmp_path / "load" / "changed.ru").read_text())
    there.store.load(path=str(tmp_path / "load" / "changed.nq"), format=ox.RdfFormat.N_QUADS)
    assert there.quads() == expected(small)
    assert kg("push", *at, "--only-check").code == 0
    assert kg("push", *at).out.startswith("0 graphs")


def test_what_is_wrong_is_told_in_one_sentence(kg: Kg, there: SmallStore, graph: Path, small: GraphStore) -> None:
    del small
    there.authorization = "Bearer other"
    done = kg("push", f"{there.url}/data", "--graph", graph, "--attempts", "1")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("Error: ")
    assert kg("push", f"{there.url}/data", "--graph", graph, "--merged", "no iri").code == 2
