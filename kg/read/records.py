"""What a file of many articles has of each, and what its columns or keys are called."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from kg.errors import ReadError
from kg.read.dates import published_date
from kg.read.decode import find_encoding
from kg.read.layout import Layout
from kg.read.text import read_text

Report = Callable[[ReadError], None]
KEYS = {
    "title": "title",
    "headline": "title",
    "publisher": "publisher",
    "author": "author",
    "date": "published",
    "published": "published",
    "language": "language",
    "url": "citation",
    "source": "publisher",
}


@dataclass(frozen=True)
class Record:
    """One article of a file that holds several: its name there, its text, what is told of it, and how it is read."""

    name: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[str], Layout] = read_text

    @property
    def sha256(self) -> str:
        """The checksum of the text, together with what is told of it if something is."""
        told = json.dumps(dict(self.metadata), sort_keys=True, ensure_ascii=False) if self.metadata else ""
        return hashlib.sha256((self.text + told).encode("utf-8")).hexdigest()


def told(record: Mapping[str, object]) -> dict[str, str]:
    """Return what a record tells of its article under keys that are known.

    >>> told({"Headline": "Tin", "date": "12 Nov 2025", "likes": 3})
    {'title': 'Tin', 'published': '2025-11-12'}
    """
    found = {
        KEYS[key.strip().lower()]: value.strip()
        for key, value in record.items()
        if key.strip().lower() in KEYS and isinstance(value, str) and value.strip()
    }
    if "published" in found:
        found["published"] = published_date(found["published"]) or found["published"]
    return found


@contextmanager
def as_text(data: BinaryIO, where: str, newline: str = "\n") -> Iterator[TextIO]:
    """Give a stream as text in its own encoding, lines as `io.TextIOWrapper` has them; raises ReadError if it has none."""
    encoding = find_encoding(data, where)
    text = io.TextIOWrapper(data, encoding, newline=newline)
    try:
        if text.read(1) != "\ufeff":
            text.seek(0)
        yield text
    finally:
        text.detach()


def lines_of(text: TextIO, limit: int) -> Iterator[tuple[int, str | None]]:
    """Yield each line with its number, from 1; None for one longer than `limit` characters, which is passed over."""
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        rest = line
        while len(line) > limit and rest and not rest.endswith("\n"):
            rest = text.readline(limit)
        yield number, line if len(line) <= limit else None
