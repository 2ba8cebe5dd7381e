"""Tables for spreadsheets and data frames: entities, claims and evidence, as CSV (RFC 4180) in UTF-8."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from kg.cells import inert
from kg.export.flat import entities, flat_qualifiers, other_names, qualifier_columns
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.store import GraphStore
from kg.vocab import LODE, OWL, SKOS

_ENTITY = ("iri", "type", "label", "names", "same_as")
_CLAIM = ("iri", "subject", "subject_label", "subject_mention", "relation", "object", "object_label", "object_mention")
_SAID = ("modality", "confidence", "attribution", "frame", "evidence")
_EVIDENCE = ("iri", "document", "document_name", "title", "publisher", "published", "start", "end", "quote")


def write_entities(store: GraphStore, out: BinaryIO) -> None:
    """Write a row an entity; its other names are a JSON list."""
    write_rows(out, _ENTITY, _entity_rows(store))


def write_claim_table(store: GraphStore, out: BinaryIO) -> None:
    """Write a row a claim; a share, an amount or a quantity takes a column for each of its parts."""
    ontology = load_ontology()
    columns = (*_CLAIM, *qualifier_columns(ontology), *_SAID)
    write_rows(out, columns, _claim_rows(store, ClaimReader(store, ontology).all()))


def write_evidence(store: GraphStore, out: BinaryIO) -> None:
    """Write a row a passage: document, characters `start` to `end`, and the quote."""
    write_rows(out, _EVIDENCE, _evidence_rows(store, ClaimReader(store, load_ontology()).all()))


def write_rows(out: BinaryIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], safe: bool = True) -> None:
    """Write rows under a header, all text in quotation marks; if `safe`, no cell is one that a spreadsheet would run."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    for row in rows:
        cells = (_plain(row.get(column, "")) for column in columns)
        writer.writerow([inert(cell) for cell in cells] if safe else list(cells))
    text.detach()


def evidence_of(store: GraphStore, claim: StoredClaim) -> str:
    """Return the IRI of the passage that says a claim."""
    return store.objects(claim.iri, LODE + "evidence")[0].value


def _entity_rows(store: GraphStore) -> Iterator[dict[str, Any]]:
    ontology = load_ontology()
    reader = ClaimReader(store, ontology)
    for iri in entities(store, ontology):
        label = reader.label(iri)
        same = [value.value for key in (OWL + "sameAs", SKOS + "exactMatch") for value in store.objects(iri, key)]
        names = other_names(store, iri, label)
        listed = {"names": json.dumps(names, ensure_ascii=False) if names else "", "same_as": " ".join(sorted(same))}
        yield {"iri": iri, "type": reader.type(iri), "label": label} | listed


def _claim_rows(store: GraphStore, claims: Iterable[StoredClaim]) -> Iterator[dict[str, Any]]:
    for claim in claims:
        ends = {
            f"{name}{part}": value
            for name, end in (("subject", claim.subject), ("object", claim.object))
            for part, value in (("", end.iri), ("_label", end.label), ("_mention", end.mention))
        }
        said = {"modality": claim.modality, "confidence": claim.confidence, "attribution": claim.attribution or ""}
        of_claim = {"iri": claim.iri, "relation": claim.relation, "frame": claim.frame}
        yield ends | flat_qualifiers(claim) | said | of_claim | {"evidence": evidence_of(store, claim)}


def _evidence_rows(store: GraphStore, claims: Iterable[StoredClaim]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for claim in claims:
        iri = evidence_of(store, claim)
        if iri not in seen:
            seen.add(iri)
            source = claim.source
            yield {
                "iri": iri,
                "document": source.iri,
                "document_name": source.name,
                "title": source.title,
                "publisher": source.publisher,
                "published": source.published,
                "start": claim.start,
                "end": claim.end,
                "quote": claim.quote,
            }


def _plain(value: Any) -> Any:
    """Return truth as the word that JSON has for it, and anything else as it is."""
    return str(value).lower() if isinstance(value, bool) else value
