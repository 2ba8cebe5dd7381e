"""An article with its claims marked in place: its text cut at the ends of all that is said, or why there is none."""

from __future__ import annotations

import itertools
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import ReadError
from kg.graph import Graph
from kg.model import Block, Document
from kg.query.claims import ClaimReader, StoredClaim
from kg.vocab import PROV, RDF

GONE = "The file that this article was read from is gone or has changed since, so that only the quoted sentences are shown."
KEPT = "The file that this article was read from is gone or has changed since; this is its text as it was read."


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, and the claims that rest on it (by number); `ids` are the anchors that stand before it."""

    text: str
    claims: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces that belong together: either unmarked text, or what claims that overlap rest on."""

    pieces: tuple[Piece, ...]
    claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """A title, heading, paragraph or item with its passages."""

    kind: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A document's claims in the order of its text, and the text with them; no blocks if the text is not at hand."""

    claims: tuple[StoredClaim, ...]
    blocks: tuple[MarkedBlock, ...]
    unplaced: tuple[int, ...]
    notice: str = ""

    @property
    def gone(self) -> bool:
        """Whether the text is not at hand."""
        return not self.blocks


def read_article(graph: Graph, iri: str) -> Article:
    """Return an article with its claims; its text is that of its file, if this is still as it was read, or what is kept."""
    claims = read_claims(graph, iri)
    document = document_of(graph, iri)
    if document is None:
        return Article(claims, (), tuple(range(len(claims))), GONE)
    spans = [_span(document, claim) for claim in claims]
    blocks = tuple(_mark(document.text, block, spans, claims) for block in document.blocks)
    unplaced = tuple(i for i, span in enumerate(spans) if span is None)
    return Article(claims, blocks, unplaced, "" if document.sha256 else KEPT)


def read_claims(graph: Graph, iri: str) -> tuple[StoredClaim, ...]:
    """Return the claims of a document by their place in it."""
    reader = ClaimReader(graph.store, graph.ontology)
    derived = (
        c for c in graph.store.subjects(PROV + "wasDerivedFrom", iri) if graph.store.objects(c, RDF + "predicate")
    )
    return tuple(sorted((reader.read(c) for c in derived), key=lambda c: (c.start, c.end, c.relation, c.iri)))


@lru_cache(maxsize=64)
def read_document(location: str, sha256: str) -> Document | None:
    """Return the document that was read from a location, None if its file is gone or is not what it was."""
    from kg.read import file_of, read_documents  # slow to import, and needed for pages of articles only

    if not location:
        return None
    try:
        for document in read_documents(file_of(location), sys.maxsize, report=lambda error: None):
            if document.location == location and document.sha256 == sha256:
                return document
    except (ReadError, OSError):
        pass
    return None


def _span(document: Document, claim: StoredClaim) -> tuple[int, int] | None:
    """Return where the quote of a claim stands in the text as it is read; None if it does not."""
    starts, ends = _places(document)
    start, end = bisect_left(starts, claim.start), bisect_right(ends, claim.end)
    return (start, end) if start < end else None


@lru_cache(maxsize=64)
def _places(document: Document) -> tuple[Sequence[int], Sequence[int]]:
    """Return where each character of the text begins and ends in the source."""
    spans = [document.source_span(i, i + 1) for i in range(len(document.text))]
    return [start for start, _ in spans], [end for _, end in spans]


def read_context(graph: Graph, claim: StoredClaim) -> tuple[str, str, str] | None:
    """Return the block that a claim is said in: what stands before its quote, the quote, what follows; None if not at hand."""
    document = document_of(graph, claim.source.iri)
    span = _span(document, claim) if document else None
    if document is None or span is None:
        return None
    start, end = span
    around = [b for b in document.blocks if b.start < end and b.end > start]
    first = min((b.start for b in around), default=start)
    last = max((b.end for b in around), default=end)
    return document.text[first:start], document.text[start:end], document.text[end:last]


def document_of(graph: Graph, iri: str) -> Document | None:
    """Return a document as it was read; if its file is not what it was, what is kept of it, or None."""
    node = ox.NamedNode(iri)
    entry = graph.store.ledger_of(node)
    return read_document(entry.get("location", ""), entry.get("sha256", "")) or _kept(graph, node, entry)


def _kept(graph: Graph, node: ox.NamedNode, entry: Mapping[str, str]) -> Document | None:
    from kg.read import read_kept

    source = graph.store.source(node)
    return None if source is None else read_kept(source, entry.get("location", ""))


Spans = Sequence[tuple[int, int] | None]


def _mark(text: str, block: Block, spans: Spans, claims: Sequence[StoredClaim]) -> MarkedBlock:
    """Cut a block at the ends of the claims in it; claims that overlap make one passage."""
    inside = {
        i: (max(span[0], block.start), min(span[1], block.end))
        for i, span in enumerate(spans)
        if span and span[0] < block.end and span[1] > block.start
    }
    cuts = sorted({block.start, block.end, *(end for span in inside.values() for end in span)})
    pieces = [
        (start, end, tuple(i for i, span in inside.items() if span[0] <= start and end <= span[1]))
        for start, end in itertools.pairwise(cuts)
    ]
    seen: set[str] = set()
    return MarkedBlock(block.kind, tuple(_passages(text, pieces, spans, claims, seen)))


def _passages(
    text: str,
    pieces: Sequence[tuple[int, int, tuple[int, ...]]],
    spans: Spans,
    claims: Sequence[StoredClaim],
    seen: set[str],
) -> Iterator[Passage]:
    """Yield the passages of a block: a marked one goes on as long as some claim does."""
    open_pieces: list[Piece] = []
    until = -1
    for start, end, covering in pieces:
        if open_pieces and start >= until:
            yield _passage(open_pieces)
            open_pieces = []
        ids = [i for i in covering if (span := spans[i]) and span[0] == start]
        piece = Piece(text[start:end], covering, tuple(_anchors(claims, ids, seen)))
        if covering:
            open_pieces.append(piece)
            until = max(until, *(span[1] for i in covering if (span := spans[i])))
        else:
            yield Passage((piece,))
    if open_pieces:
        yield _passage(open_pieces)


def _passage(pieces: Sequence[Piece]) -> Passage:
    return Passage(tuple(pieces), tuple(dict.fromkeys(i for piece in pieces for i in piece.claims)))


def _anchors(claims: Sequence[StoredClaim], ids: Sequence[int], seen: set[str]) -> Iterator[str]:
    """Yield the fragments of the claims and of their evidence, so that their IRIs lead to the place; each once."""
    for i in ids:
        for fragment in (claims[i].iri.partition("#")[2], f"char={claims[i].start},{claims[i].end}"):
            if fragment and fragment not in seen:
                seen.add(fragment)
                yield fragment
