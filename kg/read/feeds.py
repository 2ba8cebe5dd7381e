"""Saved feeds: RSS 0.9 to 2.0 and Atom (RFC 4287), one article an entry, in the HTML or text that the feed has of it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from kg.errors import ReadError
from kg.iris import digest
from kg.read.bounds import Bounds, read_whole
from kg.read.markup import read_fragment
from kg.read.records import Record, Report, told
from kg.read.text import read_text

_ROOTS = frozenset({"rss", "feed", "RDF"})
_TEXTS = ("encoded", "content", "description", "summary")  # the longest form first
_DATES = ("published", "pubDate", "date", "issued", "updated", "modified")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}"


def read_feed(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Record]:
    """Yield the article of each entry, called by a digest of its identifier; one without text goes to `report`.

    Raises ReadError for what is no well-formed XML, no feed, or declares entities of its own.
    """
    root = _root(read_whole(data, bounds.file, where), where)
    channel = next((e for e in root.iter("{*}channel") if e is not root), root)
    common = {"publisher": _said(channel, "title"), "language": _said(channel, "language") or _language(channel)}
    for number, entry in enumerate(root.iter("{*}item", "{*}entry"), 1):
        title = _plain(_said(entry, "title"))
        text, is_html = _text(entry)
        text, is_html = (text, is_html) if text.strip() else (title, False)
        if not text.strip():
            report(ReadError(f"{where} entry {number} has no text; remove it or save the article"))
            continue
        key = _said(entry, "guid") or _said(entry, "id") or _link(entry) or digest(title, text)
        metadata = common | {"title": title, "date": _date(entry), "url": _link(entry)}
        metadata |= {"language": _language(entry) or common["language"], "publisher": _publisher(entry, common)}
        yield Record(digest(key), text, told(metadata), read_fragment if is_html else read_text)


def is_feed(data: BinaryIO) -> bool:
    """Tell whether a file is a feed by its first element; one that is broken before that is left for the reader to say."""
    try:
        for _, element in etree.iterparse(data, events=("start",), resolve_entities=False, no_network=True):
            return etree.QName(element).localname in _ROOTS
    except etree.XMLSyntaxError:
        pass
    return True


def _root(data: bytes, where: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ReadError(f"{where} is no well-formed XML (line {line or 1}); save the feed again") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise ReadError(f"{where} declares entities of its own, which are not read; save the feed without them")
    if etree.QName(root).localname not in _ROOTS:
        raise ReadError(f"{where} is XML and no feed; give articles as text, HTML or a feed (RSS, Atom)")
    return root


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element.iterchildren(f"{{*}}{name}") if not child.prefix or child.prefix != "media")


def _said(element: etree._Element, name: str) -> str:
    """Return the text of the first child of a name that has some."""
    return next((t for c in _children(element, name) if (t := "".join(c.itertext()).strip())), "")


def _text(entry: etree._Element) -> tuple[str, bool]:
    """Return what the feed has of an article, in its fullest form, and whether that is HTML."""
    for name in _TEXTS:
        for child in _children(entry, name):
            kind = child.get("type", "html" if name in {"encoded", "description"} else "text")
            if kind == "xhtml":
                return etree.tostring(child, encoding="unicode", with_tail=False), True
            said = "".join(child.itertext())
            if said.strip():
                return said, kind in {"html", "text/html"}
    return "", False


def _plain(title: str) -> str:
    """Return a title, which RSS may write as HTML, as it reads."""
    return " ".join(html.unescape(title).split())


def _date(entry: etree._Element) -> str:
    return next((said for name in _DATES if (said := _said(entry, name))), "")


def _link(entry: etree._Element) -> str:
    """Return the address of an article: RSS says it as text, Atom in an attribute."""
    for link in _children(entry, "link"):
        address = (link.text or "").strip() or (
            link.get("href", "") if link.get("rel", "alternate") == "alternate" else ""
        )
        if address:
            return address
    return ""


def _publisher(entry: etree._Element, common: dict[str, str]) -> str:
    """Return where the entry of a collected feed comes from, or whose feed it is."""
    source = next(_children(entry, "source"), None)
    if source is None:
        return common["publisher"]
    return (source.text or "").strip() or _said(source, "title") or common["publisher"]


def _language(element: etree._Element) -> str:
    return str(element.get(f"{_XML_BASE}lang", ""))
