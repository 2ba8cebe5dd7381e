"""JSON Lines: one article a line, with its text in `text` and, if given, id, title, date, publisher, language, url."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from kg.errors import ReadError
from kg.read.dates import published_date
from kg.read.text import read_text

_KEYS = {
    "title": "title",
    "headline": "title",
    "publisher": "publisher",
    "date": "published",
    "published": "published",
    "language": "language",
    "url": "citation",
    "source": "publisher",
}


def read_records(
    source: str, path: Path, report: Callable[[ReadError], None]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (id, text, metadata) of each line; a line that is no article goes to `report`.

    Offsets of claims count in the record's own text, since a JSON string has no plain offsets in its file.
    """
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            try:
                yield _record(line, f"{path} line {number}", number)
            except ReadError as error:
                report(error)


def _record(line: str, where: str, number: int) -> tuple[str, str, dict[str, str]]:
    try:
        record = json.loads(line)
        text = record["text"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReadError(f'{where} is no JSON object with a "text"; mend or remove the line') from error
    if not isinstance(text, str) or not text.strip():
        raise ReadError(f'{where} has an empty "text"; mend or remove the line')
    metadata = {_KEYS[k]: v for k, v in record.items() if k in _KEYS and isinstance(v, str) and v.strip()}
    if "published" in metadata:
        metadata["published"] = published_date(metadata["published"]) or metadata["published"]
    return str(record.get("id") or number), text, read_text(text).metadata | metadata
