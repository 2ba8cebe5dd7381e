"""Plain text: title, byline and header lines apart from paragraphs, headings and items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.model import BlockKind
from kg.read.dates import is_date, published_date
from kg.read.layout import Layout, Range, strip_marks

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
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\s(?P<lines>[\w-]+:.*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|$)", re.DOTALL
)
_SCALAR = re.compile(r"(?P<key>[A-Za-z]{2,12}):[ \t]+(?P<quote>[\"']?)(?P<value>\S.*?)(?P=quote)")
_BYLINE = re.compile(r"(?P<publisher>.{2,60}?)\s*[·•|]\s*(?P<date>\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_AUTHOR = re.compile(r"By [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4}")
_EXPORT_LABEL = re.compile(r"[A-Z][a-z]+")
_BULLET = re.compile(r"(?:[-*•·▪‣–]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?"
_PLACE = r"[A-Z][A-Z.'’ -]{2,30}(?:, [A-Z][\w.'’ -]{1,30}){0,2}"
_TOWN = r"[A-Z][\w.'’-]{1,20}(?: [A-Z][\w.'’-]{1,20}){0,2}"
_NAMED_PLACE = rf"{_TOWN}(?:, {_TOWN}){{0,2}},"  # a dateline only with its date
_WIRE = r"(?:/[A-Za-z .-]{3,30}/|\([A-Za-z .-]{2,30}\))"
_DATELINE = re.compile(
    rf"(?:{_PLACE}(?:,? {_DAY})?(?: {_WIRE})?|{_NAMED_PLACE} {_DAY}(?: {_WIRE})?|{_WIRE}) ?(?:--|—|–|-) (?![a-z])"
)
_DATELINE_DATE = re.compile(rf"{_DAY}(?<=\d{{4}})")
_OUTLINE_START = re.compile(
    r"(?:Core (?:Insights?|Viewpoints?)|Group \d{1,2}: [^\n]{1,120}?|[A-Z][\w&’' -]{2,60}) - (?=[^\sa-z])"
)
_OUTLINE_MARK = re.compile(r"(?:\[\d{1,3}\])+\.?(?=\s|$)")
_SENTENCE_END = re.compile(r"[.!?;,\"”'’。!?;,][)\])」』]*$")


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


def read_header(source: str, layout: Layout) -> int:
    """Read front matter or header lines at the start of a source; return where what follows them begins.

    Of front matter, which is YAML, one-line values of the keys of header lines are read.
    """
    if front := _FRONT_MATTER.match(source):
        for start, end in _lines(source, *front.span("lines")):
            if match := _SCALAR.fullmatch(source, start, end):
                _read_header_line(source, match, layout)
        return front.end()
    lines = list(_lines(source))
    first = _skip_blank(lines, 0)
    after = _read_header_lines(source, lines, first, layout)
    return lines[after - 1][1] if after > first else len(source) - len(source.lstrip("\ufeff"))


def _lines(source: str, at: int = 0, stop: int | None = None) -> Iterator[Range]:
    """Yield the range of each line without its surrounding white space; blank lines are empty ranges."""
    for line in source[at:stop].splitlines(keepends=True):
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
        elif line and len(line) < 40 and is_date(line):
            layout.metadata.setdefault("published", published_date(line) or line)
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
        _read_header_line(source, match, layout)
        at += 1
    return at


def _read_header_line(source: str, match: re.Match[str], layout: Layout) -> None:
    key = HEADER_KEYS.get(match["key"].lower())
    if key == "title":
        layout.add_title(source, match.span("value"))
    elif key:
        value = match["value"].strip()
        layout.metadata.setdefault(key, (published_date(value) or value) if key == "published" else value)


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
        layout.add_title(source, (start, end))
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
            layout.add(kind, (first, last))
        return
    if bullet := _BULLET.match(source, start, end):
        layout.add("item", (bullet.end(), end))
        return
    if dateline := _DATELINE.match(source, start, end):
        if date := _DATELINE_DATE.search(dateline[0]):
            layout.metadata.setdefault("published", published_date(date[0]) or date[0])
        start = dateline.end()
    *_, stop = [start, *(stop for _, stop in strip_marks(source, [(start, end)]))]
    said = source[start:stop]
    is_heading = len(said) <= 80 and "\n" not in said and not _SENTENCE_END.search(said)
    layout.add("heading" if is_heading else "paragraph", (start, end))


def _outline(source: str, start: int, end: int) -> Iterator[tuple[BlockKind, int, int]]:
    """Yield (kind, start, end) of the blocks of `Heading - item [1] - item [2] Heading - item ...`.

    An item ends at the " - " behind its citation marks or its full stop; before that " - " may stand the next heading.
    """
    dashes = [match.start() for match in re.compile(" - ").finditer(source, start, end)]
    yield "heading", start, dashes[0]
    item = dashes[0] + 3
    for dash, following in pairwise([*dashes, end]):
        *_, stop = [dash, *(mark.end() for mark in _OUTLINE_MARK.finditer(source, dash, following))]
        rest = source[stop:following].strip()
        has_marks = stop > dash
        if has_marks and rest and not rest[0].islower():
            yield "item", item, stop
            yield "heading" if following < end else "item", stop, following
        elif following == end or (has_marks and not rest) or re.search(r"[^A-Z][.!?]$", source[item:following]):
            yield "item", item, following
        else:
            continue
        item = following + 3
