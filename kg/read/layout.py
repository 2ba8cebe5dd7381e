"""From character ranges of a file to the text that a reader would read, with a way back to the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.model import Block, BlockKind, Run

Range = tuple[int, int]
BLOCK_GAP = "\n\n"

_WORD = re.compile(r"[^\s\ufeff]+")
_MARK = r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]"
_CITATION_MARKS = rf"{_MARK}(?:\s?{_MARK})*+"
_EXCHANGE = r"(?:[A-Z][A-Z.\-]{1,11}|Nasdaq|Euronext|Xetra|Shanghai|Shenzhen|Hong Kong|Tokyo|London|Frankfurt|Toronto)"
_TICKER = rf"{_EXCHANGE}(?: [A-Z][A-Za-z]{{0,11}})?:\s?[A-Z0-9][A-Z0-9.\-]{{0,9}}"
_TICKERS = rf"\(\s?{_TICKER}(?:[;,/\s]{{1,3}}{_TICKER}){{0,5}}\s?\)"
_AFTER_MARKS = r"[\s.,:;?!)\]\"'”’»。,、:;?!)」』—–…]|$"
# Marks that a word follows are matched too, so that a long row of them is tried once, and not from each of them on.
_NOT_READ_ALOUD = re.compile(rf"\s?(?:{_CITATION_MARKS}(?P<apart>(?={_AFTER_MARKS}))?|{_TICKERS}(?P<tickers>))")


@dataclass
class Layout:
    """What a format's reader finds in a source: metadata, and blocks as lists of source ranges.

    `decoded` says what those ranges read that are written in another way, such as `&nbsp;`.
    """

    metadata: dict[str, str] = field(default_factory=dict)
    blocks: list[tuple[BlockKind, list[Range]]] = field(default_factory=list)
    decoded: dict[Range, str] = field(default_factory=dict)

    def add(self, kind: BlockKind, *ranges: Range) -> None:
        """Add a block of the given ranges of the source."""
        self.blocks.append((kind, list(ranges)))

    def add_title(self, source: str, *ranges: Range) -> None:
        """Add a block that is the title too, as it reads, unless another is known."""
        self.add("title", *ranges)
        title, _, _ = lay_out(source, Layout(blocks=self.blocks[-1:], decoded=self.decoded))
        self.metadata.setdefault("title", title)


def strip_marks(source: str, ranges: Iterable[Range]) -> Iterator[Range]:
    """Yield the ranges without citation marks (`[1][3]`) and stock tickers (`(NYSE: MP)`).

    >>> source = "MP Materials (NYSE: MP) mines rare earths [1][3]."
    >>> [source[s:e] for s, e in strip_marks(source, [(0, len(source))])]
    ['MP Materials', ' mines rare earths', '.']
    """
    for start, end in ranges:
        at = start
        for match in _NOT_READ_ALOUD.finditer(source, start, end):
            if match["apart"] is None and match["tickers"] is None:
                continue
            if at < match.start():
                yield at, match.start()
            at = match.end()
        if at < end:
            yield at, end


def lay_out(source: str, layout: Layout) -> tuple[str, tuple[Block, ...], tuple[Run, ...]]:
    """Return text, blocks and runs: words parted by single spaces, blocks by a blank line.

    >>> layout = Layout(blocks=[("title", [(0, 5)]), ("item", [(8, 13), (16, 26)])])
    >>> text, blocks, runs = lay_out("Title - China[1] controls ", layout)
    >>> text, blocks[1].kind, len(runs)
    ('Title\\n\\nChina controls', 'item', 3)
    """
    parts: list[str] = []
    blocks: list[Block] = []
    runs: list[Run] = []
    size = 0
    for kind, ranges in layout.blocks:
        words = list(_words(source, strip_marks(source, ranges), layout.decoded))
        if not words:
            continue
        if blocks:
            parts.append(BLOCK_GAP)
            size += len(BLOCK_GAP)
        start = size
        for space, word, source_start, written in words:
            if space and size > start:
                parts.append(" ")
                size += 1
            _append_run(runs, Run(size, source_start, len(word), written), source)
            parts.append(word)
            size += len(word)
        blocks.append(Block(kind, start, size))
    return "".join(parts), tuple(blocks), tuple(runs)


def _words(
    source: str, ranges: Iterable[Range], decoded: Mapping[Range, str]
) -> Iterator[tuple[bool, str, int, int | None]]:
    """Yield (preceded by a space, word, its start in the source, its length there if it is written in another way)."""
    space = False
    for start, end in ranges:
        meant = decoded.get((start, end))
        text, at, stop = (source, start, end) if meant is None else (meant, 0, len(meant))
        for match in _WORD.finditer(text, at, stop):
            place = (match.start(), None) if meant is None else (start, end - start)
            yield space or match.start() > at, match[0], *place
            space, at = False, match.end()
        space = space or at < stop


def _append_run(runs: list[Run], run: Run, source: str) -> None:
    """Add a run, merged with the one before if just one plain space parts them in text and source alike."""
    if runs and runs[-1].written is None and run.written is None:
        last = runs[-1]
        text_gap = run.text_start - (last.text_start + last.length)
        source_end = last.source_start + last.length
        gap = source[source_end : run.source_start] if run.source_start >= source_end else None
        if (text_gap == 1 and gap == " ") or (text_gap == 0 and gap == ""):
            runs[-1] = Run(last.text_start, last.source_start, run.source_start + run.length - last.source_start)
            return
    runs.append(run)
