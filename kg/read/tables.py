"""CSV (RFC 4180) with a column of text: one article a row, and what other columns tell of it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from kg.errors import ReadError
from kg.read.bounds import Bounds, too_long
from kg.read.records import Record, Report, as_text, lines_of, told

TEXT_COLUMNS = ("text", "content", "body", "article", "正文", "内容")
_DELIMITERS = ",;\t|"


def read_table(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Record]:
    """Yield the article of each row; a row that is none goes to `report`; raises ReadError if no column has texts.

    The first row names the columns. What parts the columns is told from it. A row without an `id` is called by its
    number, the first below the names being 1, or `row-1` if that is another's id.
    """
    csv.field_size_limit(min(bounds.line, sys.maxsize))
    ids = {row.get("id", "").strip() for _, row, _ in _rows(data, where, bounds, lambda error: None)}
    data.seek(0)
    for number, row, column in _rows(data, where, bounds, report):
        name = row.get("id", "").strip() or (str(number) if str(number) not in ids else f"row-{number}")
        if row[column].strip():
            yield Record(name, row[column], told({k: v for k, v in row.items() if k != column}))
        else:
            report(ReadError(f"{where} row {number} has an empty text; mend or remove the row"))


def text_column(head: str) -> str | None:
    """Return the column of text among those that the first line of a table names.

    >>> text_column("id;Text;date\\n"), text_column("year,price\\n")
    ('text', None)
    """
    names = _names(head)
    return next((name for name in TEXT_COLUMNS if name in names), None)


def _names(head: str) -> list[str]:
    return [name.strip().lower() for name in next(csv.reader([head], delimiter=_delimiter(head)), [])]


def _delimiter(head: str) -> str:
    return max(_DELIMITERS, key=head.count)


def _rows(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield (number, values by column, the column of text) of each row that is whole."""
    with as_text(data, where, newline="") as text:
        head = text.readline(bounds.line)
        names, column = _names(head), text_column(head)
        if column is None:
            raise ReadError(f'{where} has no column of text; call one "text", and part columns by commas')
        if len(set(names)) < len(names):
            raise ReadError(f"{where} has two columns of one name; give each its own")
        for number, cells in _cells(text, _delimiter(head), where, bounds, report):
            if len(cells) == len(names):
                yield number, dict(zip(names, cells, strict=True)), column
            elif cells:
                said = f"{len(cells)} cells in place of {len(names)}"
                report(ReadError(f"{where} row {number} has {said}; put its text in quotes or remove the row"))


def _cells(text: TextIO, delimiter: str, where: str, bounds: Bounds, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of each row; what the parser refuses goes to `report`, and it goes on with the next line."""
    reader = csv.reader(_checked_lines(text, where, bounds), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report(ReadError(f"{where} row {number} is no row of a table ({error}); mend or remove the row"))


def _checked_lines(text: TextIO, where: str, bounds: Bounds) -> Iterator[str]:
    for number, line in lines_of(text, bounds.line):
        if line is None:
            raise too_long(f"{where} line {number + 1}", bounds.line)
        yield line
