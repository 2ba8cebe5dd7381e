"""JSON Lines: one article a line, with its text in `text` and, if given, id, title, date, publisher, language, url."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

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
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def read_records(
    source: str, path: Path, report: Callable[[ReadError], None]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (id, text, metadata) of each line; a line that is no article goes to `report`.

    A record without an id is called by the number of its line, or `line-2` if that is another's id. Offsets of claims
    count in the record's own text, since a JSON string has no plain offsets in its file.
    """
    records: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(source.removeprefix("\ufeff").split("\n"), 1):
        if line.strip():
            try:
                records.append((number, _record(line, f"{path} line {number}")))
            except ReadError as error:
                report(error)
    ids = {_id(record) for _, record in records}
    for number, record in records:
        name = _id(record) or (str(number) if str(number) not in ids else f"line-{number}")
        yield name, record["text"], _metadata(record)


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        text = record["text"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReadError(f'{where} is no JSON object with a "text"; mend or remove the line') from error
    if not isinstance(text, str) or not text.strip():
        raise ReadError(f'{where} has an empty "text"; mend or remove the line')
    if _HALF_A_PAIR.search(json.dumps(record, ensure_ascii=False)):
        raise ReadError(f"{where} has half of a surrogate pair, which is no character; mend or remove the line")
    return dict(record)


def _id(record: Mapping[str, Any]) -> str:
    given = record.get("id")
    return "" if given is None else str(given)


def _metadata(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what a record says of its article, and else what the head of its text says."""
    metadata = {_KEYS[k]: v for k, v in record.items() if k in _KEYS and isinstance(v, str) and v.strip()}
    if "published" in metadata:
        metadata["published"] = published_date(metadata["published"]) or metadata["published"]
    return read_text(record["text"]).metadata | metadata
