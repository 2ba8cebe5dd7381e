"""A push into a real Virtuoso 7: the same counts, the same triples, the same answers."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from stores import Virtuoso

from kg.export import EXPORTERS
from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.store import GraphStore
from kg.vocab import prefixes

sys.path.append(str(Path(__file__).parents[1] / "competency"))
from test_arq import ASKED, QUESTIONS, in_oxigraph, query_of
from test_arq import rows as rows_of
from test_competency import CASES

pytestmark = pytest.mark.slow
Kg = Callable[..., Any]
MERGED = "urn:lodestone:merged"


def crud(real: Virtuoso) -> str:
    return f"{real.url}/sparql-graph-crud-auth"


@pytest.fixture
def _user(monkeypatch: pytest.MonkeyPatch, real: Virtuoso) -> None:
    monkeypatch.setenv("KG_PUSH_USER", "dba")
    monkeypatch.setenv("KG_PUSH_PASSWORD", real.password)


@pytest.fixture(scope="module")
def pushed(real: Virtuoso, corpus_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """The example corpus, pushed to Virtuoso."""
    from kg.push import Access, Contents, GraphStoreTarget, Record, make_plan, push

    environment = {"KG_PUSH_USER": "dba", "KG_PUSH_PASSWORD": real.password}
    target = GraphStoreTarget(crud(real), Access(scheme="digest", environment=environment))
    store = GraphStore.open(corpus_graph)
    contents = Contents(store, MERGED)
    push(contents, make_plan(contents, {}), target, Record(tmp_path_factory.mktemp("record"), crud(real)))
    target.close()
    return store


def select(real: Virtuoso, query: str, base: str, graph: str = MERGED) -> list[dict[str, Any]]:
    known = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes(base).items())
    data = {"query": known + query, "default-graph-uri": graph}
    headers = {"Accept": "application/sparql-results+json"}
    response = httpx.post(f"{real.url}/sparql", data=data, headers=headers, timeout=60)
    assert response.status_code == httpx.codes.OK, response.text[:300]
    return list(response.json()["results"]["bindings"])


def plain(bindings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in which truth is written as others write it: Virtuoso answers "1" for "true"."""
    truth = {"1": "true", "0": "false"}
    for row in bindings:
        for term in row.values():
            if term.get("datatype", "").endswith("#boolean"):
                term["value"] = truth.get(term["value"], term["value"])
    return bindings


def test_the_counts_are_the_same(real: Virtuoso, pushed: GraphStore) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    there = {row["g"]["value"]: int(row["n"]["value"]) for row in select(real, query, pushed.base, "")}
    here = Counter(quad.graph_name.value for quad in pushed.quads())
    assert {graph: there.get(graph) for graph in here} == here
    assert there[MERGED] == sum(1 for _ in pushed.triples())


QUERIES = [(case.name, case.query) for case in CASES] + [(" ".join(asked), asked) for asked in ASKED]


@pytest.mark.parametrize("query", [q for _, q in QUERIES], ids=[name for name, _ in QUERIES])
def test_an_answer_is_the_same(
    real: Virtuoso, pushed: GraphStore, ontology: Ontology, query: str | tuple[str, ...]
) -> None:
    if isinstance(query, tuple):
        query = query_of(QUESTIONS[query[0]], NameIndex(pushed, ontology, None), query[1:])
    columns = [variable.value for variable in pushed.query(query).variables]
    here, there = in_oxigraph(pushed, query), plain(select(real, query, pushed.base))
    assert Counter(rows_of(there, columns)) == Counter(rows_of(here, columns))


@pytest.mark.parametrize(("form", "kind"), [("turtle", "text/turtle"), ("rdfxml", "application/rdf+xml")])
def test_an_export_is_read_as_it_was_meant(real: Virtuoso, pushed: GraphStore, form: str, kind: str) -> None:
    """Virtuoso misreads escapes in names without a word."""
    graph, auth = {"graph": f"urn:{form}"}, httpx.DigestAuth("dba", real.password)
    with (Path(real.load) / form).open("wb+") as out:
        EXPORTERS[form](pushed, out)
        out.seek(0)
        httpx.put(crud(real), params=graph, content=out.read(), auth=auth, headers={"Content-Type": kind}, timeout=60)
    found = httpx.get(crud(real), params=graph, auth=auth, headers={"Accept": "application/n-triples"}, timeout=60)
    there = {str(q.triple) for q in ox.parse(found.content, format=ox.RdfFormat.N_TRIPLES)}
    assert there == {str(triple) for triple in pushed.triples()}


@pytest.fixture
def mine(tmp_path: Path, corpus: Path, kg: Kg) -> tuple[Path, Path]:
    """Articles and their graph."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for name in ("mp-materials-01.txt", "japan-01.txt"):
        shutil.copy(corpus / name, articles)
    assert kg("build", articles, "--graph", tmp_path / "graph").code == 0
    return articles, tmp_path / "graph"


@pytest.mark.usefixtures("_user")
@pytest.mark.parametrize("by", ["graph-store", "update"])
def test_only_what_changed_is_pushed(kg: Kg, real: Virtuoso, mine: tuple[Path, Path], by: str) -> None:
    articles, graph = mine
    places = {"graph-store": [crud(real)], "update": [f"{real.url}/sparql-auth", "--query", f"{real.url}/sparql"]}
    at = [*places[by], "--by", by, "--auth", "digest", "--graph", graph]
    assert kg("push", *at, "--whole").code == 0
    assert kg("push", *at).out.startswith("0 graphs")
    with (articles / "japan-01.txt").open("a") as out:
        out.write("\n\nLynas Rare Earths supplies Japan with neodymium.\n")
    assert kg("build", articles, "--graph", graph).code == 0
    done = kg("push", *at)
    assert done.code == 0, done.err
    assert "doc/japan-01" in done.out
    assert "mp-materials" not in done.out
    checked = kg("push", *at, "--only-check")
    assert checked.code == 0, checked.err


@pytest.mark.usefixtures("_user")
def test_the_bulk_loader_takes_the_files(kg: Kg, real: Virtuoso, mine: tuple[Path, Path]) -> None:
    _, graph = mine
    at = [crud(real), "--auth", "digest", "--graph", graph, "--merged", "urn:bulk:merged"]
    assert kg("push", *at, "--file", real.load, "--whole").code == 0
    drop = (real.load / "changed.ru").read_text()
    auth = httpx.DigestAuth("dba", real.password)
    headers = {"Content-Type": "application/sparql-update"}
    httpx.post(f"{real.url}/sparql-auth", content=drop, auth=auth, headers=headers, timeout=60).raise_for_status()
    real.isql(f"ld_dir('{real.load}', 'changed.nq', 'urn:x'); rdf_loader_run(); checkpoint;")
    assert kg("push", *at, "--only-check").code == 0
    assert kg("push", *at).out.startswith("0 graphs")


@pytest.mark.usefixtures("_user")
def test_another_password_is_refused(
    kg: Kg, real: Virtuoso, mine: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_PUSH_PASSWORD", "other")
    done = kg("push", crud(real), "--auth", "digest", "--graph", mine[1])
    assert done.code == 1
    assert "refuses the user" in done.err
