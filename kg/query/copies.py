"""Which articles say the same text: syndicated and copied ones, under another headline or shortened, are one source."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import pyoxigraph as ox

from kg.errors import ReadError
from kg.query.questions import Answer
from kg.store import GraphStore
from kg.vocab import DCTERMS, OA

SHINGLE = 5  # words
LEAST_PART = 0.6  # of the shorter text must stand in the longer one
LEAST_SHINGLES = 20  # what two short texts have in common may be chance, unless they have one title
_TITLE_WORDS = 4
_MOST_CHARACTERS = 20_000_000  # of which every shingle is kept in mind
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")  # Han characters count as words
_PLACE = re.compile(r"#quote=([0-9]+),([0-9]+)$")


@dataclass(frozen=True, slots=True)
class Article:
    """What two articles are compared by. `passages` are parts of its text, in order."""

    iri: str
    name: str
    title: str
    publisher: str
    published: str
    passages: tuple[str, ...]


def shingles(passages: Iterable[str]) -> set[int]:
    """Return checksums of all runs of `SHINGLE` words in passages, whatever their case and punctuation.

    >>> len(shingles(["China mines rare earths in Inner Mongolia."])), len(shingles(["Too short"]))
    (3, 0)
    """
    found: set[int] = set()
    for passage in passages:
        words = _words(passage)
        found.update(crc32(" ".join(words[i : i + SHINGLE]).encode()) for i in range(len(words) - SHINGLE + 1))
    return found


def find_copies(articles: Iterable[Article]) -> dict[str, str]:
    """Return the original of each article that is a copy of another one, by IRI; the one published first is the original.

    Most of the shorter one of the two must stand in the longer one. Articles that only share one source with a third,
    as a digest does with what it is made of, are no copies of each other. Time grows with the text; in very long
    collections only some of the shingles are looked at to find which articles to compare.
    """
    ordered = sorted(articles, key=lambda a: (a.published or "9", a.name, a.iri))
    originals: dict[str, str] = {}
    for index, near in _neighbours(ordered):
        article = ordered[index]
        own = shingles(article.passages)
        for other in (ordered[earlier] for earlier in sorted(near)):
            if _is_copy(own, shingles(other.passages), _one_title(article, other)):
                originals[article.iri] = originals.get(other.iri, other.iri)
                break
    return originals


def _neighbours(articles: Sequence[Article]) -> Iterator[tuple[int, set[int]]]:
    """Yield, by place, the earlier places with which each has a shingle in common, of those that are looked at.

    What very many have in common, such as a closing line, leads to the first and the last of them only.
    """
    length = sum(len(passage) for article in articles for passage in article.passages)
    every = 1 + length // _MOST_CHARACTERS
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, article in enumerate(articles):
        near: set[int] = set()
        for shingle in shingles(article.passages):
            if shingle % every == 0:
                if shingle in first:
                    near |= {first[shingle], last[shingle]}
                else:
                    first[shingle] = index
                last[shingle] = index
        if near:
            yield index, near


def _is_copy(one: set[int], other: set[int], one_title: bool) -> bool:
    shared = len(one & other)
    least = 1 if one_title else LEAST_SHINGLES
    return shared >= least and shared >= LEAST_PART * min(len(one), len(other))


def _one_title(one: Article, other: Article) -> bool:
    words = _words(one.title)
    return len(words) >= _TITLE_WORDS and words == _words(other.title)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def quoted_articles(store: GraphStore, documents: Collection[str] | None = None) -> list[Article]:
    """Return what the graph itself keeps of documents, by default of all: titles, and the sentences that claims rest on."""
    return [_article(store, iri, tuple(_quotes(store, iri))) for iri in _known(store, documents)]


def read_articles(store: GraphStore, documents: Collection[str] | None = None) -> list[Article]:
    """Return documents with the whole text of those whose files are as they were read, and the others as quoted."""
    ledger = store.ledger()
    whole = ((iri, _paragraphs(ledger.get(iri, {}))) for iri in _known(store, documents))
    return [_article(store, iri, tuple(text or _quotes(store, iri))) for iri, text in whole]


def _known(store: GraphStore, documents: Collection[str] | None) -> list[str]:
    """Return the IRIs of documents, sorted; all if none are named."""
    if documents is None:
        documents = [g.value for g in store.graphs() if g.value.startswith(f"{store.base}doc/")]
    return sorted(documents)


def _article(store: GraphStore, iri: str, passages: tuple[str, ...]) -> Article:
    told = store.properties(iri)
    name, title, publisher, published = (
        next((o.value for o in told.get(DCTERMS + key, ())), "")
        for key in ("identifier", "title", "publisher", "issued")
    )
    return Article(iri, name, title, publisher, published, passages)


def _quotes(store: GraphStore, document: str) -> list[str]:
    """Return the quotes of a document, in order."""
    exact = (
        (tuple(map(int, place.groups())), term.value)
        for subject, _, term in store.as_read(ox.NamedNode(document), [OA + "exact"])
        if (place := _PLACE.search(subject.value))
    )
    return [quote for _, quote in sorted(exact)]


def _paragraphs(entry: Mapping[str, str]) -> list[str]:
    """Return the paragraphs of a document that the ledger tells of; none if its file is gone, changed or unreadable."""
    from kg.read import file_of, read_documents  # slow to import, and needed only if asked for

    location = entry.get("location", "")
    try:
        for document in read_documents(file_of(location), sys.maxsize, report=lambda error: None):
            if document.location == location and document.sha256 == entry["sha256"]:
                return [document.text[b.start : b.end] for b in document.blocks if b.kind != "title"]
    except ReadError:
        pass
    return []


def list_copies(articles: Collection[Article]) -> Answer:
    """Return the copies among articles as a table, a row a copy."""
    known = {article.iri: article for article in articles}
    pairs = sorted((known[o].name, known[c].name, o, c) for c, o in find_copies(articles).items())
    columns = ("original", "published_first", "copy", "publisher", "date", "title")
    rows = [
        (
            original,
            known[o].published or None,
            copy,
            known[c].publisher or None,
            known[c].published or None,
            known[c].title,
        )
        for original, copy, o, c in pairs
    ]
    return Answer("Which articles say the same text as an earlier one?", columns, rows)
