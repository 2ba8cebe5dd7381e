"""Check a graph: its shape against SHACL, its evidence against the files that it was read from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import SH

from kg.assertion.terms import text as literal
from kg.config import ontology_folder
from kg.errors import OntologyError, ReadError
from kg.ontology import Ontology, term_files
from kg.query.claims import ClaimReader, StoredClaim
from kg.read import file_of, read_documents
from kg.store import GraphStore

_ANY_LENGTH = 1 << 40  # bytes; what was read once is read again, however long it is


@dataclass(frozen=True)
class ShapeReport:
    """Whether the graph conforms, and the engine's own text for each violation."""

    conforms: bool
    violations: tuple[str, ...]


def validate(store: GraphStore) -> ShapeReport:
    """Check the merged graph against ontology/shapes.ttl; raises OntologyError if the shapes cannot be read."""
    import pyshacl  # slow to import, and needed here only

    folder = ontology_folder()
    data = _as_rdflib(store.triples())
    shapes = _read_turtle(folder / "shapes.ttl")
    for path in term_files(folder):
        data += _read_turtle(path)
    conforms, results, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(results, rdflib.Graph)
    return ShapeReport(bool(conforms), tuple(sorted(_violations(results))))


def _read_turtle(path: Path) -> rdflib.Graph:
    try:
        return _as_rdflib(quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except (OSError, SyntaxError, ValueError) as error:
        raise OntologyError(f"{path} cannot be used: {error}; mend it or take the package's own") from error


def _as_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    buffer = io.BytesIO()
    ox.serialize(triples, buffer, ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=buffer.getvalue().decode(), format="nt")


def _violations(results: rdflib.Graph) -> Iterator[str]:
    for result in results.objects(None, SH.result):
        focus, value = results.value(result, SH.focusNode), results.value(result, SH.value)
        message = results.value(result, SH.resultMessage)
        yield f"{focus}: {message}" + (f" ({value})" if value is not None else "")


@dataclass(frozen=True)
class Unfound:
    """A claim whose quote is not at its offsets any more, and why."""

    claim: StoredClaim
    reason: str


def verify(store: GraphStore, ontology: Ontology) -> tuple[int, list[Unfound]]:
    """Look every quote up again in what it came from; return how many were found and those that were not.

    That is the file where it is plain text, and elsewhere the text that is kept of it.
    """
    texts = _Texts(store)
    found, unfound = 0, []
    for claim in ClaimReader(store, ontology).all():
        text, reason = texts.of(claim.source.iri)
        if text is not None and literal(text[claim.start : claim.end]).value == claim.quote:
            found += 1
        else:
            unfound.append(Unfound(claim, reason or "the file has other words there; build the graph again"))
    return found, unfound


class _Texts:
    """The sources of a graph's documents, each read once."""

    def __init__(self, store: GraphStore) -> None:
        self._store, self._ledger = store, store.ledger()
        self._known: dict[str, tuple[str | None, str]] = {}

    def of(self, document: str) -> tuple[str | None, str]:
        """Return a document's source, or None and the reason why it cannot be read."""
        if document not in self._known:
            self._known[document] = self._read(document)
        return self._known[document]

    def _read(self, document: str) -> tuple[str | None, str]:
        entry = self._ledger.get(document)
        if entry is None:
            return None, "the ledger does not know the document; build the graph again"
        if (kept := self._store.source(ox.NamedNode(document))) is not None:
            return kept, ""
        try:
            for found in read_documents(file_of(entry["location"]), _ANY_LENGTH, report=lambda error: None):
                if found.location == entry["location"]:
                    return found.source, ""
        except ReadError as error:
            return None, str(error)
        return None, f"{entry['location']} is gone; put it back or build the graph again"
