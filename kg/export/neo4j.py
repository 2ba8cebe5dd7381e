"""Neo4j: tables for `neo4j-admin database import`, and the same as Cypher.

Entities, documents and claims are nodes; a claim leads to its subject, its object and its document. A fact that is
asserted is a relationship from entity to entity besides, as it is a direct triple in RDF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from kg.export.flat import NUMBERS, TRUTHS, entities, flat_qualifiers, other_names, qualifier_columns
from kg.export.tables import write_rows
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader, Source, StoredClaim
from kg.store import GraphStore
from kg.vocab import LODE

_SEPARATOR = "\x1f"  # between the values of a list; neo4j-admin is told so by --array-delimiter=U+001F
_UNTYPED = re.compile(r"\W", re.ASCII)
_ASSERTED = "asserted"
_CLAIM_TEXT = ("relation", "modality", "attribution", "quote", "subject_mention", "object_mention")
_DOCUMENT = ("iri", "name", "title", "publisher", "published")
_LINKS: dict[str, Callable[[StoredClaim], str]] = {
    "SUBJECT": lambda claim: claim.subject.iri,
    "OBJECT": lambda claim: claim.object.iri,
    "SAID_IN": lambda claim: claim.source.iri,
}

Record = Mapping[str, Any]


def write_entity_nodes(store: GraphStore, out: BinaryIO) -> None:
    """Write the entities as nodes, their type as label."""
    write_rows(
        out, ("iri:ID", "label", "names:string[]", ":LABEL"), map(_entity_row, entity_records(store)), safe=False
    )


def write_document_nodes(store: GraphStore, out: BinaryIO) -> None:
    """Write the documents as nodes."""
    rows = ({"iri:ID": record["iri"], ":LABEL": "Document", **record} for record in document_records(store))
    write_rows(out, ("iri:ID", *_DOCUMENT[1:], ":LABEL"), rows, safe=False)


def write_claim_nodes(store: GraphStore, out: BinaryIO) -> None:
    """Write the claims as nodes; neo4j-admin reads numbers from the types in the header."""
    claims, columns = claims_of(store), _claim_columns()
    typed = {column: f"{column}:{kind}" if kind else column for column, kind in columns.items()}
    rows = (_typed(claim_record(c), typed) | {"iri:ID": c.iri, ":LABEL": "Claim"} for c in claims)
    write_rows(out, ("iri:ID", *typed.values(), ":LABEL"), rows, safe=False)


def write_claim_links(store: GraphStore, out: BinaryIO) -> None:
    """Write what leads from each claim to its subject, its object and its document."""
    rows = (
        {":START_ID": claim.iri, ":END_ID": end(claim), ":TYPE": kind}
        for claim in claims_of(store)
        for kind, end in _LINKS.items()
    )
    write_rows(out, (":START_ID", ":END_ID", ":TYPE"), rows, safe=False)


def write_facts(store: GraphStore, out: BinaryIO) -> None:
    """Write the asserted claims as relationships between entities."""
    rows = (
        {
            ":START_ID": claim.subject.iri,
            ":END_ID": claim.object.iri,
            ":TYPE": relationship(claim.relation),
            "claim": claim.iri,
            "confidence:double": claim.confidence,
        }
        for claim in claims_of(store)
        if claim.modality == _ASSERTED
    )
    write_rows(out, (":START_ID", ":END_ID", ":TYPE", "claim", "confidence:double"), rows, safe=False)


def entity_records(store: GraphStore) -> Iterator[Record]:
    """Yield each entity: iri, kinds (its classes, as labels of its node), label, names."""
    ontology = load_ontology()
    reader = ClaimReader(store, ontology)
    for iri in entities(store, ontology):
        label = reader.label(iri)
        kinds = tuple(_UNTYPED.sub("_", re.split("[#/]", k)[-1]) for k in store.types(iri) if k in ontology.types)
        yield {"iri": iri, "kinds": kinds, "label": label, "names": other_names(store, iri, label)}


def document_records(store: GraphStore) -> Iterator[Record]:
    """Yield each document: iri, name, title, publisher, published."""
    reader = ClaimReader(store, load_ontology())
    for source in map(reader.source, store.instances(LODE + "Document")):
        yield _document_record(source)


def claim_record(claim: StoredClaim) -> Record:
    """Return what is said of a claim besides its ends; what is not known is left out."""
    told = {
        "relation": claim.relation,
        "modality": claim.modality,
        "confidence": claim.confidence,
        "attribution": claim.attribution,
        "quote": claim.quote,
        "start": claim.start,
        "end": claim.end,
        "subject_mention": claim.subject.mention,
        "object_mention": claim.object.mention,
    }
    return {key: value for key, value in told.items() if value is not None} | flat_qualifiers(claim)


def relationship(relation: str) -> str:
    """Return a relation as Neo4j's users write the type of a relationship.

    >>> relationship("invests_in")
    'INVESTS_IN'
    """
    return _UNTYPED.sub("_", relation.upper())


def claims_of(store: GraphStore) -> Sequence[StoredClaim]:
    """Return all claims, by document and place in it."""
    return ClaimReader(store, load_ontology()).all()


def _claim_columns() -> dict[str, str]:
    """Return the columns of claims and their types, "" for text."""
    kinds = dict.fromkeys(_CLAIM_TEXT, "") | {"confidence": "double", "start": "long", "end": "long"}
    for column in qualifier_columns(load_ontology()):
        kinds[column] = "double" if column in NUMBERS else "boolean" if column in TRUTHS else ""
    return kinds


def _typed(record: Record, typed: Mapping[str, str]) -> dict[str, Any]:
    return {typed[column]: value for column, value in record.items()}


def _entity_row(record: Record) -> dict[str, Any]:
    names: Iterable[str] = (name.replace(_SEPARATOR, " ") for name in record["names"])
    return {
        "iri:ID": record["iri"],
        "label": record["label"],
        "names:string[]": _SEPARATOR.join(names),
        ":LABEL": _SEPARATOR.join(("Entity", *record["kinds"])),
    }


def _document_record(source: Source) -> Record:
    return {key: getattr(source, key) for key in _DOCUMENT}
