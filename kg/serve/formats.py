"""The formats of answers, and which of them a client likes best (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import mimeparse
import pyoxigraph as ox

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/plain": ox.RdfFormat.N_TRIPLES,
}
SHORT = {  # what `format=` in an address may say, for those who cannot send headers
    "json": "application/sparql-results+json, application/ld+json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}


def choose(accept: str, offered: Iterable[str]) -> str | None:
    """Return the offered media type that an Accept header likes best, the first among equals; None if it likes none.

    >>> choose("text/csv;q=0.5, application/*;q=0.9", ["text/csv", "application/json"])
    'application/json'
    >>> choose("", ["text/csv", "application/json"]), choose("image/png, text/*;q=0", ["text/csv"])
    ('text/csv', None)
    """
    return _choose(accept, tuple(offered))


@lru_cache(maxsize=512)  # clients send the same header each time
def _choose(accept: str, offered: tuple[str, ...]) -> str | None:
    if not accept.strip():
        return offered[0]
    best, most = None, 0.0
    ranges = [mimeparse.parse_media_range(part) for part in accept.lower().split(",") if _is_range(part)]
    for media_type in offered:
        quality = mimeparse.quality_parsed(media_type, ranges)
        if quality > most:
            best, most = media_type, quality
    return best


def _is_range(part: str) -> bool:
    try:
        mimeparse.parse_media_range(part)
    except mimeparse.MimeTypeParseException:
        return False
    return True
