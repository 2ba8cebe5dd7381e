"""Queries that are made to take a server's time, memory or life; and those that would make it ask others or read files."""

from __future__ import annotations

ALL = "?s ?p ?o"


def _joins(number: int) -> str:
    return " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(number))


def _nested(opening: str, inner: str, closing: str, times: int) -> str:
    return opening * times + inner + closing * times


_PATHS = (
    "(!<urn:x>)*",
    "(!<urn:x>)+",
    "(!<urn:x>|^!<urn:x>)*",
    "(!<urn:x>/!<urn:x>)*",
    "((!<urn:x>)*)*",
    "(^(!<urn:x>))*/(!<urn:x>)*",
)
_SLOW_TEXT = "STRLEN(CONCAT(STR(?s), STR(?a), STR(?x)))"

EXPENSIVE = (
    *(f"SELECT (COUNT(*) AS ?n) {{ {_joins(n)} }}" for n in (3, 4, 6, 20)),
    *(f"SELECT * {{ {_joins(n)} }} ORDER BY ?o0 ?o1" for n in (2, 3, 8)),
    *(f"SELECT DISTINCT * {{ {_joins(n)} }}" for n in (2, 4)),
    f"ASK {{ {_joins(4)} FILTER(?o0 != ?o0) }}",
    *(f"SELECT (COUNT(*) AS ?n) {{ ?a {path} ?b . ?c {path} ?d }}" for path in _PATHS),
    *(f"SELECT * {{ ?a {path} ?b }}" for path in _PATHS[:2]),
    f"SELECT (COUNT(*) AS ?n) {{ {_joins(3)} FILTER REGEX(CONCAT(STR(?o0), STR(?o1)), '(a|a?)+(b|b?)+c$') }}",
    f"SELECT (COUNT(*) AS ?n) {{ {_joins(3)} FILTER REGEX(STR(?o0), '(((a{{1,80}}){{1,80}}){{1,80}})') }}",
    f"SELECT (SUM({_SLOW_TEXT}) AS ?n) {{ {ALL} . ?a ?b ?c . ?x ?y ?z }}",
    f"SELECT ?o (GROUP_CONCAT(?a) AS ?n) {{ {ALL} . ?a ?b ?c }} GROUP BY ?o",
    f"SELECT (SHA512(GROUP_CONCAT(STR(?a))) AS ?n) {{ {ALL} . ?a ?b ?c }}",
    f"CONSTRUCT {{ ?s ?b ?z }} {{ {ALL} . ?a ?b ?c . ?x ?y ?z }}",
    f"SELECT (COUNT(*) AS ?n) {{ {ALL} OPTIONAL {{ ?a ?b ?c }} OPTIONAL {{ ?x ?y ?z }} }}",
    f"SELECT (COUNT(*) AS ?n) {{ {ALL} . ?a ?b ?c MINUS {{ ?s ?b ?z . ?x ?y ?z . ?q ?r ?t }} }}",
    f"SELECT (COUNT(*) AS ?n) {{ {ALL} . ?a ?b ?c FILTER NOT EXISTS {{ ?s ?y ?q . ?z ?t ?v FILTER(?v = ?v && ?q != ?q) }} }}",
    f"SELECT * {{ GRAPH ?g {{ {ALL} }} GRAPH ?h {{ ?a ?b ?c }} GRAPH ?i {{ ?x ?y ?z }} }} ORDER BY ?g",
    "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(40)))} }}" for i in range(8))
    + " }",
    "SELECT (COUNT(*) AS ?n) { " + " UNION ".join("{ ?s ?p ?o . ?a ?b ?c . ?x ?y ?z }" for _ in range(30)) + " }",
    f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ {_joins(2)} }} }} {{ SELECT * {{ ?x ?y ?z . ?u ?v ?w }} }} }}",
    f"SELECT (MAX(?n) AS ?m) {{ SELECT ?s (COUNT(*) AS ?n) {{ {_joins(3)} . {ALL} }} GROUP BY ?s ?o1 }}",
    f"DESCRIBE ?s ?a {{ {ALL} . ?a ?b ?c }}",
    "ASK " + _nested("{", ALL, "}", 2300),
    "ASK { FILTER(" + _nested("(", "1", ")", 2300) + ") }",
    "ASK { FILTER(" + _nested("!", "true", "", 1900) + ") }",
    "SELECT * { ?s " + _nested("(", "<urn:x>", ")*", 190) + " ?o }",
    "ASK " + _nested("{ ?s ?p ?o MINUS ", "{ ?s ?p ?o }", "}", 190),
    "ASK { FILTER(1" + " + 1" * 1900 + " = 0) }",
    "SELECT " + " ".join(f"(?v{i} AS ?w{i})" for i in range(600)) + " { ?s ?p ?o }",
)

_INSIDE = f"{{ {ALL} }}"


def reaching_out(address: str, file: str) -> list[str]:
    """Return 60 queries that would make a careless server ask `address` (an http URL) or open `file` (an absolute path)."""
    places = (
        f"{address}/a",
        f"{address}/a.ttl",
        f"file://{file}",
        f"file:{file}",
        f"http://localhost:{address.rpartition(':')[2]}/b",
    )
    queries = []
    for place in places:
        queries += [
            f"SELECT * {{ SERVICE <{place}> {_INSIDE} }}",
            f"SELECT * {{ SERVICE SILENT <{place}> {_INSIDE} }}",
            f"SELECT * FROM <{place}> {_INSIDE}",
            f"SELECT * FROM NAMED <{place}> {{ GRAPH ?g {_INSIDE} }}",
            f"BASE <{place}> ASK {{ service <> {_INSIDE} }}",
            f"PREFIX x: <{place}> ASK {{ SERVICE x: {_INSIDE} }}",
            f"ASK {{ BIND(IRI('{place}') AS ?x) SERVICE ?x {_INSIDE} }}",
            f"CONSTRUCT {{ {ALL} }} FROM <{place}> {{ SERV\\u0049CE <{place}> {_INSIDE} }}",
            f"ASK {{ FILTER EXISTS {{ SERVICE#x\n<{place}> {_INSIDE} }} }}",
            f"DESCRIBE <{place}> FROM <{place}>",
            f"LOAD <{place}>",
            f"ASK {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <{place}> {_INSIDE} }} }} }} }}",
        ]
    return queries


def dense_graphs() -> dict[str, str]:
    """Return graphs in which each thing is tied to many, as N-Triples by name."""
    rows = [f"<urn:t{i}> <urn:p{(i * j) % 7}> <urn:t{(i * 31 + j * j) % 700}> ." for i in range(700) for j in range(12)]
    rows += [f'<urn:t{i}> <urn:name> "{"ab" * 40}{i}" .' for i in range(700)]
    return {f"https://w3id.org/lodestone/id/doc/{n}": "\n".join(rows[n::20]) for n in range(20)}
