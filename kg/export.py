"""Write the graph in other formats: `EXPORTERS` says which there are."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.ontology import load_ontology
from kg.output import whole_file
from kg.query.claims import ClaimReader
from kg.store import GraphStore
from kg.vocab import prefixes

Exporter = Callable[[GraphStore, BinaryIO], None]


def write_turtle(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as Turtle, subjects in order, a prefix for each kind of IRI."""
    ox.serialize(store.triples(), out, ox.RdfFormat.TURTLE, prefixes=prefixes(store.base))


def write_trig(store: GraphStore, out: BinaryIO) -> None:
    """Write the named graphs, one a document, as TriG."""
    ox.serialize(store.quads(), out, ox.RdfFormat.TRIG, prefixes=prefixes(store.base))


def write_nquads(store: GraphStore, out: BinaryIO) -> None:
    """Write the named graphs, one a document, as N-Quads."""
    ox.serialize(store.quads(), out, ox.RdfFormat.N_QUADS)


def write_jsonld(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as JSON-LD."""
    ox.serialize(store.triples(), out, ox.RdfFormat.JSON_LD, prefixes=prefixes(store.base))


def write_rdfxml(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as RDF/XML."""
    ox.serialize(store.triples(), _XmlText(out), ox.RdfFormat.RDF_XML, prefixes=prefixes(store.base))


def write_claims(store: GraphStore, out: BinaryIO) -> None:
    """Write the claims as JSON Lines, as annotated gold sets are written."""
    for claim in ClaimReader(store, load_ontology()).all():
        out.write(json.dumps(claim.as_json(), ensure_ascii=False).encode() + b"\n")


class _XmlText(io.BytesIO):
    """Passes XML on, with carriage returns as references: a reader takes a bare one for the end of a line."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out = out

    def write(self, data: Any) -> int:
        self._out.write(bytes(data).replace(b"\r", b"&#13;"))
        return len(data)


def export(store: GraphStore, form: str, path: Path | None = None) -> None:
    """Write the graph in a format of EXPORTERS to a file, whole or not at all, or to standard output; raises GraphError."""
    if path is None:
        EXPORTERS[form](store, sys.stdout.buffer)
        return
    with whole_file(path) as out:
        EXPORTERS[form](store, out)


EXPORTERS: dict[str, Exporter] = {
    "turtle": write_turtle,
    "trig": write_trig,
    "nquads": write_nquads,
    "jsonld": write_jsonld,
    "rdfxml": write_rdfxml,
    "claims": write_claims,
}
