"""Markdown and HTML: the same blocks as plain text has, with offsets into the file as it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kg.model import BlockKind
from kg.read.dates import published_date
from kg.read.layout import Layout, Range
from kg.read.text import read_text

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
        "head",
    ]
)
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"]
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
    """Read Markdown (CommonMark); header lines before the body count as in plain text.

    >>> layout = read_markdown("# A *title*\\n\\nOne [link](http://x.org) here.\\n")
    >>> [kind for kind, _ in layout.blocks], layout.metadata["title"]
    (['title', 'paragraph'], 'A *title*')
    """
    layout = Layout()
    head = read_text(source) if re.match(r"\ufeff?(?:Title|Headline|Publisher|Date):", source) else None
    body = _end_of_header(source) if head else 0
    if head:
        layout.metadata |= head.metadata
        layout.blocks += [b for b in head.blocks if b[0] == "title"]
    starts = _line_starts(source)
    kind: BlockKind = "paragraph"
    for token in MarkdownIt("commonmark").enable("table").parse(source[body:]):
        if token.type == "heading_open":
            kind = "heading"
        elif token.type in {"list_item_open", "tr_open"}:
            kind = "item"
        elif token.type == "paragraph_open":
            kind = "item" if token.level and kind == "item" else "paragraph"
        elif token.type == "inline" and token.map:
            shift = source.count("\n", 0, body)
            start = max(body, starts[token.map[0] + shift])
            end = starts[min(token.map[1] + shift, len(starts) - 1)]
            ranges = list(_inline_ranges(source, token, start, end))
            if kind == "heading" and "title" not in layout.metadata and ranges:
                layout.metadata["title"] = token.content
                layout.add("title", *ranges)
            else:
                layout.add(kind, *ranges)
            if kind == "heading":
                kind = "paragraph"
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            kind = "paragraph"
    return layout


def _end_of_header(source: str) -> int:
    match = re.search(r"\n[ \t]*\r?\n", source)
    return match.end() if match else 0


def _line_starts(source: str) -> list[int]:
    return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", source)), len(source)]


def _inline_ranges(source: str, token: Token, start: int, end: int) -> Iterator[Range]:
    """Locate each piece of running text in the source; marks, link targets and escapes between them are left out."""
    at = start
    for child in token.children or ():
        if child.type in {"text", "code_inline"} and child.content:
            found = source.find(child.content, at, end)
            if found >= 0:
                yield found, found + len(child.content)
                at = found + len(child.content)


def read_html(source: str) -> Layout:
    """Read HTML: the article's text without navigation, scripts and footers, as trafilatura would choose it.

    >>> layout = read_html("<html><head><title>T</title></head><body><nav>Home</nav><p>China &amp; Japan <b>agree</b>.</p></body></html>")
    >>> layout.metadata["title"], [kind for kind, _ in layout.blocks]
    ('T', ['title', 'paragraph'])
    """
    parser = _Blocks(source)
    parser.feed(source)
    parser.close()
    layout = Layout(metadata=parser.metadata)
    if parser.title:
        layout.metadata.setdefault("title", source[parser.title[0][0] : parser.title[-1][1]].strip())
        layout.add("title", *parser.title)
    if "published" in layout.metadata:
        layout.metadata["published"] = published_date(layout.metadata["published"]) or layout.metadata["published"]
    for kind, ranges in _article_only(source, parser.blocks):
        layout.add(kind, *ranges)
    return layout


class _Blocks(HTMLParser):
    """Collects the ranges of running text, block by block."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = _line_starts(source)
        self._source = source
        self._skipping = 0
        self._in_title = False
        self._kind: BlockKind = "paragraph"
        self._open: list[Range] = []
        self.title: list[Range] = []
        self.metadata: dict[str, str] = {}
        self.blocks: list[tuple[BlockKind, list[Range]]] = []

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if tag == "title":
            self._in_title = True
        elif tag == "meta":
            key = _META.get((values.get("name") or values.get("property") or "").lower())
            if key and values.get("content"):
                self.metadata.setdefault(key, values["content"].strip())
        elif tag == "html" and values.get("lang"):
            self.metadata.setdefault("language", values["lang"].split("-")[0].lower())
        elif tag in _SKIPPED:
            self._skipping += 1
        if tag in _BLOCKS:
            self._close_block()
            self._kind = _BLOCKS[tag]

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in _SKIPPED and self._skipping:
            self._skipping -= 1
        if tag in _BLOCKS:
            self._close_block()
            self._kind = "paragraph"

    def handle_data(self, data: str) -> None:
        start = self._offset()
        if self._in_title:
            self.title.append((start, start + len(data)))
        elif not self._skipping:
            self._open.append((start, start + len(data)))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def _reference(self, reference: str) -> None:
        """Keep a reference to a plain character by its letter where the source has it; others part words."""
        start = self._offset()
        meant = html.unescape(reference)
        at = self._source.find(meant, start, start + len(reference)) if meant == "&" else -1
        if at >= 0 and not self._skipping:
            self._open.append((at, at + 1))

    def _close_block(self) -> None:
        if any(self._source[s:e].strip() for s, e in self._open):
            self.blocks.append((self._kind, self._open))
        self._open = []

    def close(self) -> None:
        super().close()
        self._close_block()


def _article_only(source: str, blocks: list[tuple[BlockKind, list[Range]]]) -> Iterator[tuple[BlockKind, list[Range]]]:
    """Keep the blocks that trafilatura takes for the article; all of them if it finds none."""
    import trafilatura  # slow to import, and needed for HTML only

    extracted = (
        trafilatura.extract(source, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False)
        or ""
    )
    kept = " ".join(extracted.split())
    chosen = [b for b in blocks if " ".join("".join(source[s:e] for s, e in b[1]).split())[:60] in kept]
    yield from chosen or blocks
