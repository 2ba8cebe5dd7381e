"""HTML: the same blocks as plain text has, with offsets into the file as it stands."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Set
from html.parser import HTMLParser

from kg.errors import ReadError
from kg.model import BlockKind
from kg.read.dates import published_date
from kg.read.layout import Layout, Range
from kg.read.webdata import PageData

_ELEMENTS: dict[BlockKind, str] = {
    "paragraph": "p div section article main body blockquote figcaption pre ul ol table header br hr",
    "item": "td th li dd tr",
    "heading": "dt h1 h2 h3 h4 h5 h6",
}
_BLOCKS: dict[str, BlockKind] = {element: kind for kind, elements in _ELEMENTS.items() for element in elements.split()}
_SKIPPED = frozenset(("script", "style", "nav", "footer", "aside", "form", "noscript", "svg")) | frozenset(
    ("button", "select", "iframe", "template", "figure")
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_NEVER_CLOSED = _VOID | frozenset(("p", "li", "td", "th", "tr", "dt", "dd", "option"))  # or seldom
_DEEPEST = 90  # no page that is well made; libxml2, with which trafilatura reads, drops all behind a depth of 256


def read_html(source: str) -> Layout:
    """Read HTML: the article's text without navigation, scripts and footers, as trafilatura would choose it.

    A page nested deeper than trafilatura can follow, or with elements that never end, is read with all its text. Raises
    ReadError, without the name of the file, for a page that is cut off.

    >>> layout = read_html("<html><head><title>T</title></head><body><nav>Home</nav><p>China &amp; Japan <b>agree</b>.</p></body></html>")
    >>> layout.metadata["title"], [kind for kind, _ in layout.blocks]
    ('T', ['title', 'paragraph'])
    """
    parser = _parsed(source)
    layout = Layout(metadata=parser.data.metadata(), decoded=parser.decoded)
    if parser.title:
        layout.add_title(source, *parser.title)
    if "published" in layout.metadata:
        layout.metadata["published"] = published_date(layout.metadata["published"]) or layout.metadata["published"]
    is_odd = parser.deepest > _DEEPEST or bool(parser.left_open)
    for kind, ranges in parser.blocks if is_odd else _article_only(source, parser):
        layout.add(kind, *ranges)
    return layout


def read_fragment(source: str) -> Layout:
    """Read HTML that is an article and nothing else, as a feed has it.

    >>> [kind for kind, _ in read_fragment("<ul><li>Tin<li>Zinc</ul>").blocks]
    ['item', 'item']
    """
    parser = _parsed(source)
    return Layout(blocks=parser.blocks, decoded=parser.decoded)


def _parsed(source: str) -> _Blocks:
    parser = _Blocks.of(source, _SKIPPED)
    if "script" in parser.left_open or "style" in parser.left_open:
        raise ReadError("ends inside a script or style, so it was cut off; save it again")
    if left_open := parser.left_open:  # what is skipped up to the end of the page may be the article
        parser = _Blocks.of(source, _SKIPPED - set(left_open))
        parser.left_open = left_open
    if not parser.blocks:  # the page may stand inside a form
        parser = _Blocks.of(source, _SKIPPED - {"form"})
    return parser


class _Blocks(HTMLParser):
    """Collects the ranges of running text, block by block."""

    def __init__(self, source: str, skipped: Set[str]) -> None:
        super().__init__(convert_charrefs=False)
        self._skipped = skipped
        self._starts = [0, *(m.end() for m in re.finditer("\n", source))]  # lines as getpos() counts them
        self._source = source
        self._in_title = False
        self._kind: BlockKind = "paragraph"
        self._open: list[Range] = []
        self._depth = 0
        self.left_open: list[str] = []
        self.deepest = 0
        self.title: list[Range] = []
        self.data = PageData()
        self.blocks: list[tuple[BlockKind, list[Range]]] = []
        self.decoded: dict[Range, str] = {}

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Return where a marked section ends; one that HTML does not know is a comment (HTML 13.2.5.41, bogus comment)."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.rawdata.find(">", i) + 1 or -1

    @classmethod
    def of(cls, source: str, skipped: Set[str]) -> _Blocks:
        """Return what a source has outside elements with the names `skipped`."""
        parser = cls(source, skipped)
        parser.feed(_masked(source))
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = not self.left_open and not self.title
        elif tag in self._skipped:
            self.left_open.append(tag)
        self.data.start(tag, {k: v or "" for k, v in attrs})
        if tag not in _NEVER_CLOSED:
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)
        if tag in _BLOCKS:
            self._close_block()
            self._kind = _BLOCKS[tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read `<nav/>` as HTML does: as `<nav>`, but for elements of SVG, which are skipped anyway."""
        self.handle_starttag(tag, attrs)
        if "svg" in self.left_open:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.data.end(tag)
        if tag == "title":
            self._in_title = False
        elif tag in self.left_open:
            while self.left_open.pop() != tag:
                pass
        if tag not in _NEVER_CLOSED:
            self._depth = max(0, self._depth - 1)
        if tag in _BLOCKS:
            self._close_block()
            self._kind = "paragraph"

    def handle_data(self, data: str) -> None:
        self.data.text(data)
        self._add(len(data))

    def handle_entityref(self, name: str) -> None:
        self._add_reference(len(f"&{name}"))

    def handle_charref(self, name: str) -> None:
        self._add_reference(len(f"&#{name}"))

    def _add_reference(self, length: int) -> None:
        """Add a character reference, or what looks like one (`AT&T`)."""
        start, end = self._add(length, ";")
        written = self._source[start:end]
        if (meant := html.unescape(written)) != written:
            self.decoded[start, end] = meant

    def _add(self, length: int, ending: str = "") -> Range:
        """Add the next characters of the source, and the ending if it follows them."""
        line, column = self.getpos()
        start = self._starts[line - 1] + column
        end = start + length
        if ending and self._source.startswith(ending, end):
            end += len(ending)
        if self._in_title:
            self.title.append((start, end))
        elif not self.left_open:
            self._open.append((start, end))
        return start, end

    def _close_block(self) -> None:
        if any(self._source[s:e].strip() for s, e in self._open):
            self.blocks.append((self._kind, self._open))
        self._open = []

    def close(self) -> None:
        super().close()
        self._close_block()


def _masked(source: str) -> str:
    """Return a source in which `<` is replaced where it begins something that never ends, which is text.

    The parser would look for the end of each, up to the end of the source. Only offsets are taken from what it reads.

    >>> _masked("<b>Tin <!-- a --> <!-- b > <c")
    '<b>Tin <!-- a --> \ufffd!-- b > \ufffdc'
    """
    for opening, ending in (("<!--", "-->"), ("<![", "]>"), ("<", ">")):
        closed = source.rfind(ending) + 1
        source = source[:closed] + source[closed:].replace(opening, "\ufffd" + opening[1:])
    return source


def _article_only(source: str, parser: _Blocks) -> Iterator[tuple[BlockKind, list[Range]]]:
    """Keep the blocks that trafilatura takes for the article; all of them if it finds none."""
    import trafilatura  # slow to import, and needed for HTML only

    extracted = trafilatura.extract(
        source, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
    )
    article = _letters(extracted or "")

    def is_kept(ranges: list[Range]) -> bool:
        first = _letters("".join(parser.decoded.get(r) or source[slice(*r)] for r in ranges))[:60]
        return bool(first) and first in article

    yield from [block for block in parser.blocks if is_kept(block[1])] or parser.blocks


def _letters(text: str) -> str:
    """Return letters and digits alone, since trafilatura puts spaces, quotes and line breaks in its own way."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum())
