"""SPARQL as a user types it: every form of result, errors in one sentence, no way to the network nor to a change."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.config import DEFAULT_BASE
from kg.errors import QueryError
from kg.query.sparql import MAX_CHARACTERS, MAX_DEPTH, MAX_MARKS, run_query, serialize
from kg.store import GraphStore
from kg.vocab import prefixes

GraphOf = Callable[..., GraphStore]
TEXT = "China supplies Japan with gallium. The Pentagon has invested $400 million in MP Materials."


@pytest.fixture(scope="module")
def store(graph_of: GraphOf) -> GraphStore:
    """A graph of two sentences."""
    return graph_of(TEXT)


def refused(store: GraphStore, query: str) -> str:
    """Return why a query is refused; it must be one sentence."""
    with pytest.raises(QueryError) as error:
        serialize(run_query(store, query), "json", store.base)
    message = str(error.value)
    assert message
    assert "\n" not in message
    return message


# Forms of results

SELECT = "SELECT ?who ?what WHERE { ?who lode:supplies ?what }"
ASK = "ASK { country:china lode:supplies country:japan }"
CONSTRUCT = "CONSTRUCT { ?b lode:buysFrom ?a } WHERE { ?a lode:supplies ?b }"
DESCRIBE = "DESCRIBE country:china"


@pytest.mark.parametrize(
    ("query", "kind"),
    [(SELECT, "solutions"), (ASK, "boolean"), (CONSTRUCT, "triples"), (DESCRIBE, "triples")],
    ids=["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"],
)
def test_the_kind_of_a_result_follows_the_form_of_the_query(store: GraphStore, query: str, kind: str) -> None:
    assert run_query(store, query).kind == kind


def test_solutions_are_written_as_sparql_json(store: GraphStore) -> None:
    written = json.loads(serialize(run_query(store, SELECT), "json", store.base))
    assert written == {
        "head": {"vars": ["who", "what"]},
        "results": {
            "bindings": [
                {
                    "who": {"type": "uri", "value": DEFAULT_BASE + "country/china"},
                    "what": {"type": "uri", "value": DEFAULT_BASE + "country/japan"},
                }
            ]
        },
    }


def test_literals_keep_type_and_language_in_sparql_json(store: GraphStore) -> None:
    query = """SELECT ?label ?amount ?nothing WHERE { ?c lode:amount ?amount ; rdf:object/rdfs:label ?label }"""
    (binding,) = json.loads(serialize(run_query(store, query), "json", store.base))["results"]["bindings"]
    assert binding == {
        "label": {"type": "literal", "value": "MP Materials", "xml:lang": "en"},
        "amount": {
            "type": "literal",
            "value": "400000000",
            "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
        },
    }


def test_solutions_are_written_as_csv(store: GraphStore) -> None:
    query = 'SELECT ?who ("a, \\"b\\"\\nc" AS ?text) ?nothing WHERE { ?who lode:supplies ?what }'
    rows = list(csv.reader(io.StringIO(serialize(run_query(store, query), "csv", store.base), newline="")))
    assert rows == [["who", "text", "nothing"], [DEFAULT_BASE + "country/china", 'a, "b"\nc', ""]]


@pytest.mark.parametrize(("query", "answer"), [(ASK, True), ("ASK { country:japan lode:supplies ?x }", False)])
def test_a_boolean_is_written_as_json_and_csv(store: GraphStore, query: str, answer: bool) -> None:
    assert json.loads(serialize(run_query(store, query), "json", store.base)) == {"head": {}, "boolean": answer}
    assert serialize(run_query(store, query), "csv", store.base) == str(answer).lower()


def test_triples_are_written_as_turtle_that_others_read(store: GraphStore) -> None:
    graph = rdflib.Graph().parse(data=serialize(run_query(store, CONSTRUCT), "turtle", store.base), format="turtle")
    assert [tuple(map(str, t)) for t in graph] == [
        (
            DEFAULT_BASE + "country/japan",
            "https://w3id.org/lodestone/ontology#buysFrom",
            DEFAULT_BASE + "country/china",
        )
    ]


def test_a_description_holds_what_is_said_of_a_thing(store: GraphStore) -> None:
    graph = rdflib.Graph().parse(data=serialize(run_query(store, DESCRIBE), "turtle", store.base), format="turtle")
    assert {str(s) for s in graph.subjects()} == {DEFAULT_BASE + "country/china"}
    assert (None, rdflib.RDFS.label, rdflib.Literal("China", "en")) in graph


def test_no_solutions_are_an_empty_table(store: GraphStore) -> None:
    query = "SELECT ?who WHERE { ?who lode:lendsTo ?whom }"
    assert serialize(run_query(store, query), "csv", store.base).split() == ["who"]
    assert json.loads(serialize(run_query(store, query), "json", store.base))["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("query", "form"),
    [(SELECT, "turtle"), (ASK, "turtle"), (CONSTRUCT, "json"), (CONSTRUCT, "csv"), (DESCRIBE, "json")],
)
def test_a_format_that_does_not_fit_is_refused_with_those_that_do(store: GraphStore, query: str, form: str) -> None:
    with pytest.raises(QueryError, match="choose") as error:
        serialize(run_query(store, query), form, store.base)
    choice = str(error.value).split("choose ")[1]
    assert form not in choice


# Prefixes and graphs


@pytest.mark.parametrize("prefix", prefixes(DEFAULT_BASE))
def test_every_prefix_is_known_without_declaration(store: GraphStore, prefix: str) -> None:
    assert run_query(store, f"ASK {{ ?s ?p {prefix}:nothing }}").value is False


def test_prefixes_follow_the_base_of_the_graph(tmp_path: Path) -> None:
    base = "https://example.org/kg/"
    store = GraphStore.create(tmp_path / "other", {"base": base, "versions": {}})
    thing = ox.NamedNode(base + "country/china")
    store.put(ox.NamedNode(base + "doc/a"), [(thing, thing, thing)])
    assert run_query(store, "ASK { country:china ?p ?o }").value is True


def test_a_users_own_prefix_comes_first(store: GraphStore) -> None:
    query = f"PREFIX country: <{DEFAULT_BASE}company/> ASK {{ ?s lode:investsIn country:mp-materials }}"
    assert run_query(store, query).value is True


def test_each_document_is_a_graph(store: GraphStore) -> None:
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?claim a lode:Claim } }"
    bindings = json.loads(serialize(run_query(store, query), "json", store.base))["results"]["bindings"]
    assert [b["g"]["value"] for b in bindings] == [DEFAULT_BASE + "doc/one"]


# What is broken

BROKEN = [
    "",
    "   ",
    "hello",
    "SELECT",
    "SELECT * WHERE { ?s ?p",
    "SELECT * WHERE { ?s ?p ?o } }",
    "SELECT * WHERE { ?s nope:x ?o }",
    "SELECT ?x ?x WHERE { ?x ?p ?o }",
    "SELECT (?o AS ?s) WHERE { ?s ?p ?o }",
    "SELECT * WHERE { VALUES (?a ?b) { (1) } }",
    "SELECT * WHERE { ?s ?p <not an iri> }",
    'SELECT * WHERE { ?s ?p "open }',
    "ASK { ?s ?p ?o FILTER (lode:noSuchFunction(?o)) }",
    "ASK {} \x00",
    "ASK { ?s ?p '\ud800' }",
    "SELECT * WHERE { ?s ?p ?o . ?o ?p }\n\n\n",
]


@pytest.mark.parametrize("query", BROKEN, ids=lambda q: ascii(q)[:40])
def test_a_broken_query_is_an_error_of_one_sentence(store: GraphStore, query: str) -> None:
    assert "mend it" in refused(store, query)


def test_an_error_tells_line_and_column(store: GraphStore) -> None:
    assert "3:" in refused(store, "SELECT *\nWHERE {\n  ?s nope:x ?o\n}")


UPDATES = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }",
    "LOAD <https://example.org/>",
    "CLEAR ALL",
    "DROP ALL",
    "CREATE GRAPH <a:a>",
    "COPY DEFAULT TO <a:a>",
    "ASK {} ; DELETE WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_is_refused_and_changes_nothing(store: GraphStore, update: str) -> None:
    before = list(store.quads())
    refused(store, update)
    assert list(store.quads()) == before


# SERVICE

ELSEWHERE = "<http://127.0.0.1:9/sparql> { ?s ?p ?o }"
SERVICES = {
    "plain": f"SELECT * WHERE {{ SERVICE {ELSEWHERE} }}",
    "silent": f"SELECT * WHERE {{ SERVICE SILENT {ELSEWHERE} }}",
    "variable": "SELECT * WHERE { ?x a lode:Claim SERVICE ?x { ?s ?p ?o } }",
    "odd case": f"select * where {{ sErViCe {ELSEWHERE} }}",
    "escaped letter": f"SELECT * WHERE {{ SER\\u0056ICE {ELSEWHERE} }}",
    "long escape": f"SELECT * WHERE {{ \\U00000053ERVICE {ELSEWHERE} }}",
    "no space": f"SELECT*{{SERVICE{ELSEWHERE}}}",
    "after a comment": f"SELECT * WHERE {{ # nothing here\nSERVICE {ELSEWHERE} }}",
    "group": f"SELECT * WHERE {{ {{ {{ SERVICE {ELSEWHERE} }} }} }}",
    "subquery": f"SELECT * WHERE {{ {{ SELECT * WHERE {{ SERVICE {ELSEWHERE} }} }} }}",
    "optional": f"SELECT * WHERE {{ ?a ?b ?c OPTIONAL {{ SERVICE {ELSEWHERE} }} }}",
    "union": f"SELECT * WHERE {{ {{ ?a ?b ?c }} UNION {{ SERVICE {ELSEWHERE} }} }}",
    "minus": f"SELECT * WHERE {{ ?a ?b ?c MINUS {{ SERVICE {ELSEWHERE} }} }}",
    "graph": f"SELECT * WHERE {{ GRAPH ?g {{ SERVICE {ELSEWHERE} }} }}",
    "exists": f"ASK {{ FILTER EXISTS {{ SERVICE {ELSEWHERE} }} }}",
    "not exists": f"ASK {{ FILTER NOT EXISTS {{ SERVICE {ELSEWHERE} }} }}",
    "exists in an expression": f"ASK {{ FILTER (1 = 1 && (!EXISTS {{ SERVICE {ELSEWHERE} }})) }}",
    "bind": f"SELECT * WHERE {{ BIND (EXISTS {{ SERVICE {ELSEWHERE} }} AS ?x) }}",
    "projection": f"SELECT (EXISTS {{ SERVICE {ELSEWHERE} }} AS ?x) WHERE {{}}",
    "order": f"SELECT ?a WHERE {{ ?a ?b ?c }} ORDER BY EXISTS {{ SERVICE {ELSEWHERE} }}",
    "having": f"SELECT ?a WHERE {{ ?a ?b ?c }} GROUP BY ?a HAVING (EXISTS {{ SERVICE {ELSEWHERE} }})",
    "construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE {ELSEWHERE} }}",
    "describe": f"DESCRIBE ?s WHERE {{ SERVICE {ELSEWHERE} }}",
    "lateral": f"SELECT * WHERE {{ ?a ?b ?c LATERAL {{ SERVICE {ELSEWHERE} }} }}",
    "beside a literal": f"SELECT * WHERE {{ ?a ?b 'SERVICE' . SERVICE {ELSEWHERE} }}",
}


@pytest.mark.parametrize("query", SERVICES.values(), ids=SERVICES)
def test_no_query_reaches_another_server(store: GraphStore, query: str) -> None:
    assert "SERVICE" in refused(store, query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p 'SERVICE <http://example.org/> {}' }",
        'ASK { ?s ?p ?o FILTER (?o = """say \'SERVICE\' {""") }',
        "SELECT * WHERE { ?s ?p ?o FILTER (REGEX(STR(?o), 'service', 'i')) }",
        "ASK { ?s ?p ?o } # at your SERVICE",
        "ASK { ?s <http://example.org/service> ?o }",
        "ASK { ?s lode:service ?o }",
        "SELECT ?service WHERE { ?service ?p ?o }",
        "PREFIX service: <http://example.org/> ASK { ?s service:a ?o }",
        "SELECT (COUNT(?s) AS ?services) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?services)",
        "ASK { ?s ?p '\\u4E2D\\u56FD' }",
        "SELECT * WHERE { ?s lode:a/lode:b*|^lode:c ?o . VALUES ?o { 'service' } }",
        "BASE <http://example.org/> ASK { <service> ?p ?o }",
    ],
)
def test_the_word_may_stand_where_it_asks_nobody(store: GraphStore, query: str) -> None:
    run_query(store, query)


def test_from_reads_no_files_and_no_web(store: GraphStore) -> None:
    assert run_query(store, "ASK FROM <http://127.0.0.1:9/> { ?s ?p ?o }").value is False
    assert run_query(store, f"ASK FROM <{Path(__file__).as_uri()}> {{ ?s ?p ?o }}").value is False


# Bounds


def test_a_query_may_be_as_long_as_is_said_and_no_longer(store: GraphStore) -> None:
    room = MAX_CHARACTERS - len("ASK {} #")
    assert run_query(store, "ASK {} #" + "x" * room).value is True
    assert "characters" in refused(store, "ASK {} #" + "x" * (room + 1))


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]"])
def test_deep_nesting_is_refused(store: GraphStore, opening: str, closing: str) -> None:
    depth = MAX_DEPTH + 1
    assert "nests" in refused(store, "ASK { ?s ?p " + opening * depth + closing * depth + " }")


def test_nesting_as_deep_as_is_allowed_is_answered(store: GraphStore) -> None:
    depth = MAX_DEPTH - 1
    assert run_query(store, "ASK " + "{" * depth + "}" * depth).value is True


# Head, link and tail of a chain in which the engine recurses, and the marks of a link.
CHAINS = {
    "not": ("ASK { FILTER (", "!", "true) }", 1),
    "sum": ("ASK { FILTER (", "1+", "1) }", 1),
    "or": ("ASK { FILTER (", "1||", "1) }", 2),
    "union": ("ASK { {} ", "UNION {}", " }", 2),
    "optional": ("ASK { ", "OPTIONAL {}", " }", 2),
    "minus": ("ASK { ", "MINUS {}", " }", 2),
    "lateral": ("ASK { ", "LATERAL {}", " }", 2),
    "alternative": ("ASK { ?s ", "a|", "a ?o }", 1),
    "reification": ("ASK { ?s ?p ", "<<", " }", 2),
}


def test_a_long_list_of_values_is_answered(store: GraphStore) -> None:
    values = " ".join(f"company:grayrock-{n}" for n in range(500))
    assert run_query(store, f"ASK {{ VALUES ?x {{ {values} }} }}").value is True


PROGRAM = """
import pathlib, sys
from kg.errors import QueryError
from kg.query.sparql import run_query
from kg.store import GraphStore
store = GraphStore.create(pathlib.Path(sys.argv[1]), {"base": "https://example.org/", "versions": {}})
try:
    run_query(store, sys.stdin.read())
except QueryError:
    pass
"""


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_a_chain_as_long_as_is_allowed_does_not_end_the_process(
    tmp_path: Path, store: GraphStore, chain: tuple[str, str, str, int]
) -> None:
    head, link, tail, marks = chain
    longest = head + link * ((MAX_MARKS - 10) // marks) + tail
    ended = subprocess.run([sys.executable, "-c", PROGRAM, tmp_path / "graph"], input=longest, text=True, check=False)
    assert ended.returncode == 0
    assert "signs" in refused(store, head + link * (MAX_MARKS // marks) + tail)


def test_a_long_path_is_refused(store: GraphStore) -> None:
    assert "signs" in refused(store, "ASK { ?s " + "rdf:type/" * 9_000 + "rdf:type ?o }")
