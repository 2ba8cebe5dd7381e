"""JSON Lines: one article a line, with its text in `text` and, if given, id, title, date, publisher, language, url."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from kg.errors import ReadError
from kg.read.bounds import Bounds, too_long
from kg.read.records import Record, Report, as_text, lines_of, told

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def read_json_lines(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Record]:
    """Yield the article of each line, one line in memory at a time; a line that is no article goes to `report`.

    A record without an id is called by the number of its line, or `line-2` if that is another's id. Offsets of claims
    count in the record's own text, since a JSON string has no plain offsets in its file.
    """
    ids = {_id(record) for _, record in _records(data, where, bounds, lambda error: None)}
    data.seek(0)
    for number, record in _records(data, where, bounds, report):
        name = _id(record) or (str(number) if str(number) not in ids else f"line-{number}")
        yield Record(name, record["text"], told(record))


def _records(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    with as_text(data, where) as text:
        for number, line in lines_of(text, bounds.line):
            try:
                if line is None:
                    raise too_long(f"{where} line {number}", bounds.line)
                if line.strip():
                    yield number, _record(line, f"{where} line {number}")
            except ReadError as error:
                report(error)


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line, object_pairs_hook=_object)
        text = record["text"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReadError(f'{where} is no JSON object with one "text"; mend or remove the line') from error
    if not isinstance(text, str) or not text.strip():
        raise ReadError(f'{where} has an empty "text"; mend or remove the line')
    if _HALF_A_PAIR.search(json.dumps(record, ensure_ascii=False)):
        raise ReadError(f"{where} has half of a surrogate pair, which is no character; mend or remove the line")
    return dict(record)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _id(record: Mapping[str, Any]) -> str:
    given = record.get("id")
    return "" if given is None else str(given)
