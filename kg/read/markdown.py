"""Markdown: the same blocks as plain text has, with offsets into the file as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from markdown_it.token import Token

from kg.model import BlockKind
from kg.read.inline import located_markdown
from kg.read.layout import Layout, Range
from kg.read.text import read_header

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|$)")


def read_markdown(source: str) -> Layout:
    """Read Markdown (CommonMark and tables); header lines or front matter before the body count as in plain text.

    >>> layout = read_markdown("# A *title*\\n\\nOne [link](http://x.org) here.\\n")
    >>> [kind for kind, _ in layout.blocks], layout.metadata["title"]
    (['title', 'paragraph'], 'A title')
    """
    layout = Layout()
    body = read_header(source, layout)
    lines = [match.span(1) for match in _LINE.finditer(source, body)]
    at = body
    for kind, is_cell, token in _inline_tokens(located_markdown().parse(source[body:])):
        first, last = token.map or (0, 0)
        if is_cell:
            places = _cell_places(source, token.content, max(at, lines[first][0]))
            at = places[-1]
        else:
            places = _places(source, token.content, lines[first:last])
        ranges = list(_inline_ranges(token, places, layout))
        if kind == "heading" and "title" not in layout.metadata and ranges:
            layout.add_title(source, *ranges)
        else:
            layout.add(kind, *ranges)
    return layout


def _inline_tokens(tokens: Iterable[Token]) -> Iterator[tuple[BlockKind, bool, Token]]:
    """Yield (kind of block, is a table's cell, token) of each token with running text."""
    kind: BlockKind = "paragraph"
    is_cell = False
    for token in tokens:
        if token.type == "heading_open":
            kind = "heading"
        elif token.type in {"list_item_open", "tr_open"}:
            kind = "item"
        elif token.type == "paragraph_open":
            kind = "item" if token.level and kind == "item" else "paragraph"
        elif token.type == "inline":
            yield kind, is_cell, token
        elif token.type in {"bullet_list_close", "ordered_list_close", "heading_close"}:
            kind = "paragraph"
        is_cell = token.type in {"td_open", "th_open"}


def _places(source: str, content: str, lines: Iterable[Range]) -> list[int]:
    """Return where in the source each character of a block's content stands: at the end of its line, but for indents."""
    places: list[int] = []
    rest = iter(lines)
    for line in content.split("\n"):
        words = line.lstrip(" \t")  # an indent by tabs may be written anew
        start, end = next((s, e) for s, e in rest if words in source[s:e])  # a first line may be all form feeds
        at = source.rindex(words, start, end)
        places += places[-1:] * (len(line) - len(words))
        places += [*range(at, at + len(words)), end]
    return places


def _cell_places(source: str, content: str, at: int) -> list[int]:
    """Return where from `at` on each character of a table's cell stands, and its end; cells write `|` as `\\|`."""
    written = content.replace("|", "\\|")
    at = source.index(written, at)
    return [*(at + i for i in range(len(written)) if not written.startswith("\\|", i)), at + len(written)]


def _inline_ranges(token: Token, places: list[int], layout: Layout) -> Iterator[Range]:
    """Locate each piece of running text in the source; marks, link targets and pictures between them are left out."""
    content = token.content.replace("\n", " ")  # as code has it
    end = 0
    for child in token.children or ():
        written, meant = _spelling(child)
        at = content.find(written, max(end, child.meta["at"])) if written else -1
        if at < 0:  # no text, or an address that was normalized
            continue
        end = at + len(written)
        if meant is None:
            yield from _stretches(places[at:end])
        else:
            found = places[at], places[end - 1] + 1
            layout.decoded[found] = meant
            yield found


def _spelling(token: Token) -> tuple[str, str | None]:
    """Return how an inline token is written, nothing if it is no text, and what that means if it does not mean itself."""
    if token.type == "text_special":
        return token.markup, token.content
    if token.type == "html_inline" and token.content.lower().startswith("<br"):
        return token.content.replace("\n", " "), " "
    if token.type in {"softbreak", "hardbreak"}:
        return " ", None
    return (token.content if token.type in {"text", "code_inline"} else ""), None


def _stretches(places: list[int]) -> Iterator[Range]:
    """Yield the ranges of places that follow each other."""
    start = places[0]
    for place, following in pairwise(places):
        if following != place + 1:
            yield start, place + 1
            start = following
    yield start, places[-1] + 1
