"""Cypher: the graph as statements that make it in a running Neo4j, or in another store that takes openCypher."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from kg.export.neo4j import Record, claim_record, claims_of, document_records, entity_records, relationship
from kg.query.claims import StoredClaim
from kg.store import GraphStore

_ROWS = 500  # in one statement
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def write_cypher(store: GraphStore, out: BinaryIO) -> None:
    """Write statements that make or update nodes and relationships; to run them twice changes nothing."""
    for statement in _statements(store):
        out.write(statement.encode() + b";\n")


def quote(text: str) -> str:
    """Return text as a string of Cypher that ends where the text does.

    Neo4j up to 5 decodes a backslash before `u` before it reads anything else, so that the two never stand together.

    >>> print(quote("it's"), quote("a\\\\u0027"))
    'it\\'s' 'a\\\\' + 'u0027'
    """
    escaped = "".join(_ESCAPES.get(c, c) for c in text).replace("\\\\u", "\\\\' + 'u").replace("\\\\U", "\\\\' + 'U")
    return "'" + _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", escaped) + "'"


def _statements(store: GraphStore) -> Iterator[str]:
    for label in ("Entity", "Document", "Claim"):
        yield f"CREATE CONSTRAINT {label.lower()}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE"
    claims = claims_of(store)
    by_kinds: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in entity_records(store):
        by_kinds[record["kinds"]].append({key: record[key] for key in ("iri", "label", "names")})
    for kinds, records in sorted(by_kinds.items()):
        labels = "".join(f":`{kind}`" for kind in kinds)
        yield from _unwound(records, f"MERGE (n:Entity {{iri: row.iri}}) SET n{labels}, n += row")
    yield from _unwound(document_records(store), "MERGE (n:Document {iri: row.iri}) SET n += row")
    yield from _unwound(map(_claim_row, claims), "MERGE (n:Claim {iri: row.iri}) SET n += row")
    yield from _unwound(map(_ends, claims), _LINKED)
    facts: dict[str, list[Record]] = defaultdict(list)
    for claim in claims:
        if claim.modality == "asserted":
            facts[relationship(claim.relation)].append(_fact(claim))
    for kind, records in sorted(facts.items()):
        yield from _unwound(records, _RELATED.format(kind=kind))


_LINKED = (
    "MATCH (c:Claim {iri: row.claim}), (s:Entity {iri: row.subject}), (o:Entity {iri: row.object}), "
    "(d:Document {iri: row.document}) MERGE (c)-[:SUBJECT]->(s) MERGE (c)-[:OBJECT]->(o) MERGE (c)-[:SAID_IN]->(d)"
)
_RELATED = (
    "MATCH (s:Entity {{iri: row.subject}}), (o:Entity {{iri: row.object}}) "
    "MERGE (s)-[r:`{kind}` {{claim: row.claim}}]->(o) SET r.confidence = row.confidence"
)


def _claim_row(claim: StoredClaim) -> Record:
    return {"iri": claim.iri} | dict(claim_record(claim))


def _ends(claim: StoredClaim) -> Record:
    return {
        "claim": claim.iri,
        "subject": claim.subject.iri,
        "object": claim.object.iri,
        "document": claim.source.iri,
    }


def _fact(claim: StoredClaim) -> Record:
    ends = {"subject": claim.subject.iri, "object": claim.object.iri}
    return {"claim": claim.iri, "confidence": claim.confidence} | ends


def _unwound(records: Iterable[Record], clause: str) -> Iterator[str]:
    """Yield statements that do something for each record, some hundreds at a time."""
    rest = iter(records)
    while rows := list(islice(rest, _ROWS)):
        listed = ",\n".join(map(_value, rows))
        yield f"UNWIND [\n{listed}\n] AS row\n{clause}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"`{key}`: {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
