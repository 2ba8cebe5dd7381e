"""Markdown and HTML: the same blocks as plain text has, with offsets into the file as it stands."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it.token import Token

from kg.model import BlockKind
from kg.read.dates import published_date
from kg.read.inline import located_markdown
from kg.read.layout import Layout, Range
from kg.read.text import read_header

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|$)")

_ELEMENTS: dict[BlockKind, str] = {
    "paragraph": "p div section article main body blockquote figcaption pre ul ol table header br hr",
    "item": "td th li dd tr",
    "heading": "dt h1 h2 h3 h4 h5 h6",
}
_BLOCKS: dict[str, BlockKind] = {element: kind for kind, elements in _ELEMENTS.items() for element in elements.split()}
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "nav",
        "footer",
        "aside",
        "form",
        "noscript",
        "svg",
        "button",
        "select",
        "iframe",
        "template",
        "figure",
    ]
)
_METADATA = {
    "author": "author",
    "language": "language",
    "published": "date article:published_time dc.date dcterms.date pubdate",
    "publisher": "publisher og:site_name dc.publisher",
    "title": "og:title",
}
_META = {name: field for field, names in _METADATA.items() for name in names.split()}


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


def read_html(source: str) -> Layout:
    """Read HTML: the article's text without navigation, scripts and footers, as trafilatura would choose it.

    >>> layout = read_html("<html><head><title>T</title></head><body><nav>Home</nav><p>China &amp; Japan <b>agree</b>.</p></body></html>")
    >>> layout.metadata["title"], [kind for kind, _ in layout.blocks]
    ('T', ['title', 'paragraph'])
    """
    parser = _Blocks.of(source, _SKIPPED)
    if not parser.blocks:  # the page may stand inside a form
        parser = _Blocks.of(source, _SKIPPED - {"form"})
    layout = Layout(metadata=parser.metadata, decoded=parser.decoded)
    if parser.title:
        layout.add_title(source, *parser.title)
    if "published" in layout.metadata:
        layout.metadata["published"] = published_date(layout.metadata["published"]) or layout.metadata["published"]
    for kind, ranges in _article_only(source, parser):
        layout.add(kind, *ranges)
    return layout


class _Blocks(HTMLParser):
    """Collects the ranges of running text, block by block."""

    def __init__(self, source: str, skipped: Set[str]) -> None:
        super().__init__(convert_charrefs=False)
        self._skipped = skipped
        self._starts = [0, *(m.end() for m in re.finditer("\n", source))]  # lines as getpos() counts them
        self._source = source
        self._skipping = 0
        self._in_title = False
        self._kind: BlockKind = "paragraph"
        self._open: list[Range] = []
        self.title: list[Range] = []
        self.metadata: dict[str, str] = {}
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
        parser.feed(source)
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if tag == "title":
            self._in_title = not self._skipping and not self.title
        elif tag == "meta":
            key = _META.get((values.get("name") or values.get("property") or "").lower())
            if key and values.get("content"):
                self.metadata.setdefault(key, values["content"].strip())
        elif tag == "html" and values.get("lang"):
            self.metadata.setdefault("language", values["lang"])
        elif tag in self._skipped:
            self._skipping += 1
        if tag in _BLOCKS:
            self._close_block()
            self._kind = _BLOCKS[tag]

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in self._skipped and self._skipping:
            self._skipping -= 1
        if tag in _BLOCKS:
            self._close_block()
            self._kind = "paragraph"

    def handle_data(self, data: str) -> None:
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
        elif not self._skipping:
            self._open.append((start, end))
        return start, end

    def _close_block(self) -> None:
        if any(self._source[s:e].strip() for s, e in self._open):
            self.blocks.append((self._kind, self._open))
        self._open = []

    def close(self) -> None:
        super().close()
        self._close_block()


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
