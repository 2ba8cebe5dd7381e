"""What a build keeps for itself is seen by no query."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from serving import Site, make_graph, serving

from kg.serve.hiding import hide_graphs
from kg.vocab import LODE

LEDGER = LODE + "ledger"
DOCUMENT = "https://w3id.org/lodestone/id/doc/one"
PATH = "/home/someone/article.txt"
SEEKING = (
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH $g{?s ?p ?o} }",
    "SELECT * { graph#x\n?g { ?s ?p ?o } }",
    f"SELECT * {{ GRAPH <{LEDGER}> {{ ?s ?p ?o }} }}",
    f"PREFIX l: <{LODE}> SELECT * {{ GRAPH l:ledger {{ ?s ?p ?o }} }}",
    "SELECT * { GRAPH lode:ledger { ?s ?p ?o } }",
    f"PREFIX doc: <{LODE}> SELECT * {{ GRAPH doc:ledger {{ ?s ?p ?o }} }}",
    f"PREFIX doc:#\n<{LODE}> SELECT * {{ GRAPH doc:ledger {{ ?s ?p ?o }} }}",
    f"BASE <{LODE}> SELECT * {{ GRAPH <#ledger> {{ ?s ?p ?o }} }}",
    f"BASE <{LODE}> SELECT * {{ GRAPH <https://w3id.org/lodestone/x/../ontology#ledger> {{ ?s ?p ?o }} }}",
    "SELECT * { GR\\u0041PH ?g { ?s ?p ?o } }",
    f"SELECT * {{ GRAPH <{LODE}l\\u0065dger> {{ ?s ?p ?o }} }}",
    "SELECT * { FILTER(1<2)GRAPH?g#>\n{ ?s ?p ?o } }",
    "SELECT * { BIND('graph ?x' AS ?y) GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { { SELECT ?g { GRAPH ?g {} } } GRAPH ?g { ?s ?p ?o } }",
    f"SELECT * {{ VALUES ?g {{ <{LEDGER}> }} GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * { ?a ?b ?c . FILTER EXISTS { GRAPH ?g { ?s ?p '/home/someone/article.txt' } } }",
    "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH ?g { GRAPH ?h { ?s ?p ?o } } }",
    f"SELECT * FROM <{LEDGER}> {{ ?s ?p ?o }}",
    f"SELECT * FROM NAMED <{LEDGER}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "DESCRIBE ?g { GRAPH ?g { ?s ?p ?o } }",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = make_graph(tmp_path_factory.mktemp("hidden"), {DOCUMENT: '<urn:a> <urn:b> "seen" .'})
    store = ox.Store(str(folder / "store-0001"))
    store.add(ox.Quad(ox.NamedNode(DOCUMENT), ox.NamedNode(LODE + "location"), ox.Literal(PATH), ox.NamedNode(LEDGER)))
    store.flush()
    del store
    with serving(folder, workers=2) as site:
        yield site


@pytest.mark.parametrize("query", SEEKING)
def test_what_is_kept_is_not_seen(site: Site, query: str) -> None:
    for accept in ("application/sparql-results+json", "text/turtle"):
        answer = site.query(query, accept)
        assert answer.status in {200, 400, 406}
        assert b"/article.txt" not in answer.body
        if "EXISTS" in query and answer.status == 200:
            assert json.loads(answer.body)["results"]["bindings"] == []


def test_what_is_kept_is_not_seen_by_the_protocols(site: Site) -> None:
    encoded = LEDGER.replace("#", "%23")
    for name in ("default-graph-uri", "named-graph-uri"):
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            text = f"SELECT * {{ {pattern} }}".replace(" ", "%20").replace("{", "%7B").replace("}", "%7D")
            assert PATH.encode() not in site.ask(f"/sparql?{name}={encoded}&query={text}").body
    assert site.ask(f"/data?graph={encoded}").status == 404
    assert PATH.encode() not in site.ask("/data?default").body


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT * {{ GRAPH <{DOCUMENT}> {{ ?s ?p ?o }} }}",
        "SELECT * { GRAPH doc:one { ?s ?p ?o } }",
        "SELECT * { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p 'no graph ?g here' } }",
        "SELECT * { OPTIONAL { GRAPH ?g { ?s ?p ?o } } }",
    ],
)
def test_what_is_published_is_seen(site: Site, query: str) -> None:
    assert [row["o"]["value"] for row in site.rows(query)] == ["seen"]


def test_usual_queries_need_no_dataset() -> None:
    for query in ("SELECT * { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }", f"ASK {{ GRAPH <{DOCUMENT}> {{ }} }}"):
        assert hide_graphs(query, [LEDGER]) is not None
