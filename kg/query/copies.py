"""Which articles say the same text: syndicated and copied ones, under another headline or shortened, are one source."""

from __future__ import annotations

from kg.query.claims import ClaimReader
from kg.query.questions import Answer
from kg.store import COPIES, GraphStore
from kg.vocab import LODE


def read_copies(store: GraphStore) -> dict[str, str]:
    """Return the original of each document that is a copy, by IRI, as the build has linked them."""
    return dict(store.pairs(LODE + "copyOf", COPIES))


def list_copies(reader: ClaimReader) -> Answer:
    """Return the copies of a graph as a table, a row a copy."""
    linked = ((reader.source(original), reader.source(copy)) for copy, original in read_copies(reader.store).items())
    columns = ("original", "published_first", "copy", "publisher", "date", "title")
    rows = [
        (
            original.name,
            original.published or None,
            copy.name,
            copy.publisher or None,
            copy.published or None,
            copy.title,
        )
        for original, copy in sorted(linked, key=lambda pair: (pair[0].name, pair[1].name, pair[0].iri, pair[1].iri))
    ]
    return Answer("Which articles say the same text as an earlier one?", columns, rows)
