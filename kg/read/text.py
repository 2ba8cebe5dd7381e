"""Plain text: title, byline and header lines apart from paragraphs, headings and items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.read.dates import published_date
from kg.read.layout import Layout, Range

HEADER_KEYS = {
    "title": "title",
    "headline": "title",
    "publisher": "publisher",
    "source": "publisher",
    "author": "author",
    "by": "author",
    "date": "published",
    "published": "published",
    "language": "language",
    "sources": "citation",
    "licence": "licence",
    "license": "licence",
    "url": "url",
}
TITLE_LENGTH = 250
WRAP_WIDTH = 110

_HEADER = re.compile(r"(?P<key>[A-Za-z]{2,12}):[ \t]+(?P<value>\S.*)")
_BYLINE = re.compile(r"(?P<publisher>.{2,60}?)\s*[·•|]\s*(?P<date>\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_AUTHOR = re.compile(r"By [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4}")
_EXPORT_LABEL = re.compile(r"[A-Z][a-z]+")
_BULLET = re.compile(r"(?:[-*•·▪‣–]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_PLACE = r"[A-Z][A-Z.'’ -]{2,30}(?:, [A-Z][\w.'’ -]{1,30}){0,2}"
_WIRE = r"(?:/[A-Za-z .-]{3,30}/|\([A-Za-z .-]{2,30}\))"
_DATELINE = re.compile(rf"(?:{_PLACE}(?:,? {_MONTH} \d{{1,2}}(?:, \d{{4}})?)?(?: {_WIRE})?|{_WIRE}) ?(?:--|—|–|-) ")
_OUTLINE_START = re.compile(
    r"(?:Core (?:Insights?|Viewpoints?)|Group \d{1,2}: [^\n]{1,120}?|[A-Z][\w&’' -]{2,60}) - (?=\S)"
)
_OUTLINE_MARK = re.compile(r"(?:\[\d{1,3}\])+\.?(?=\s|$)")


def read_text(source: str) -> Layout:
    """Read plain text.

    >>> layout = read_text("Title: A\\n\\nOne.\\n\\n- Two [1]\\n")
    >>> layout.metadata["title"], [(kind, len(ranges)) for kind, ranges in layout.blocks]
    ('A', [('title', 1), ('paragraph', 1), ('item', 1)])
    """
    layout = Layout()
    lines = [(s, e) for s, e in _lines(source)]
    body = _read_head(source, lines, layout)
    wrapped = _is_wrapped(lines[body:])
    for start, end in _paragraphs(source, lines[body:], wrapped):
        _add_paragraph(source, start, end, layout)
    return layout


def _lines(source: str) -> Iterator[Range]:
    """Yield the range of each line without its surrounding white space; blank lines are empty ranges."""
    at = 0
    for line in source.splitlines(keepends=True):
        start, end = at, at + len(line)
        at = end
        text = line.strip().strip("\ufeff")
        if text:
            start += line.find(text)
            yield start, start + len(text)
        else:
            yield end, end


def _read_head(source: str, lines: list[Range], layout: Layout) -> int:
    """Read header lines, title and byline; return the number of the first line of the body."""
    at = _skip_blank(lines, 0)
    at = _read_header_lines(source, lines, at, layout)
    if "title" not in layout.metadata:
        at = _skip_blank(lines, at)
        at = _read_title(source, lines, at, layout)
    while at < len(lines):
        start, end = lines[at]
        line = source[start:end]
        if byline := _BYLINE.fullmatch(line):
            layout.metadata.setdefault("publisher", byline["publisher"].strip())
            layout.metadata.setdefault("published", byline["date"])
        elif line and len(line) < 40 and (date := published_date(line)):
            layout.metadata.setdefault("published", date)
        elif line and not _AUTHOR.fullmatch(line):
            return at
        at += 1
    return at


def _skip_blank(lines: list[Range], at: int) -> int:
    while at < len(lines) and lines[at][0] == lines[at][1]:
        at += 1
    return at


def _read_header_lines(source: str, lines: list[Range], at: int, layout: Layout) -> int:
    """Read a block of `Key: value` lines, if the first one has a key that we know."""
    first = at
    while at < len(lines):
        start, end = lines[at]
        match = _HEADER.fullmatch(source, start, end)
        if not match or (match["key"].lower() not in HEADER_KEYS and at == first):
            break
        key = HEADER_KEYS.get(match["key"].lower())
        if key == "title":
            layout.add("title", match.span("value"))
        if key:
            value = match["value"].strip()
            layout.metadata[key] = (published_date(value) or value) if key == "published" else value
        at += 1
    return at


def _read_title(source: str, lines: list[Range], at: int, layout: Layout) -> int:
    """Take the first line as title when it stands apart from what follows; skip an export's label before it."""
    if at + 1 >= len(lines):
        return at
    start, end = lines[at]
    following = source[slice(*lines[at + 1])]
    if _EXPORT_LABEL.fullmatch(source, start, end) and following and not following[0].islower():
        return _read_title(source, lines, at + 1, layout)
    more = any(s < e for s, e in lines[at + 1 :])
    apart = not following or _BYLINE.fullmatch(following) or _AUTHOR.fullmatch(following)
    if more and apart and end - start <= TITLE_LENGTH and not _BULLET.match(source, start, end):
        layout.metadata["title"] = source[start:end]
        layout.add("title", (start, end))
        return at + 1
    return at


def _is_wrapped(lines: list[Range]) -> bool:
    """Tell whether lines were broken at a margin, so that a paragraph goes over several of them."""
    lengths = [end - start for start, end in lines if end > start]
    return len(lengths) > 3 and max(lengths) <= WRAP_WIDTH


def _paragraphs(source: str, lines: list[Range], wrapped: bool) -> Iterator[Range]:
    """Yield the ranges of paragraphs and items."""
    start = end = -1
    for line_start, line_end in lines:
        blank = line_start == line_end
        if start >= 0 and (blank or not wrapped or _BULLET.match(source, line_start, line_end)):
            yield start, end
            start = -1
        if not blank:
            start = line_start if start < 0 else start
            end = line_end
    if start >= 0:
        yield start, end


def _add_paragraph(source: str, start: int, end: int, layout: Layout) -> None:
    if _OUTLINE_START.match(source, start, end) and _OUTLINE_MARK.search(source, start, end):
        for kind, first, last in _outline(source, start, end):
            layout.add("heading" if kind else "item", (first, last))
        return
    if bullet := _BULLET.match(source, start, end):
        layout.add("item", (bullet.end(), end))
        return
    if dateline := _DATELINE.match(source, start, end):
        if date := published_date(re.sub(r"[^\w ,.]", " ", dateline[0])):
            layout.metadata.setdefault("published", date)
        start = dateline.end()
    short = end - start <= 80 and source[end - 1] not in ".!?;,\"”'’" and "\n" not in source[start:end]
    layout.add("heading" if short else "paragraph", (start, end))


def _outline(source: str, start: int, end: int) -> Iterator[tuple[bool, int, int]]:
    """Yield (is a heading, start, end) of `Heading - item [1] - item [2] Heading - item ...`.

    An item ends with its citation marks; what follows up to the next " - " is a heading, unless " - " follows at once.
    """
    at = start
    heading = True
    while at < end:
        if heading:
            dash = source.find(" - ", at, end)
            if dash < 0:
                yield False, at, end
                return
            yield True, at, dash
            at, heading = dash + 3, False
            continue
        mark = _OUTLINE_MARK.search(source, at, end)
        stop = mark.end() if mark else end
        yield False, at, stop
        rest = re.compile(r"\s*- |\s*").match(source, stop, end)
        heading = not (rest and rest[0].endswith("- "))
        at = rest.end() if rest else stop
