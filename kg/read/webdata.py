"""What a web page tells of itself: `meta` and `link` elements, and the article in JSON-LD (schema.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress

_FIELDS = {
    "author": "author",
    "language": "language",
    "published": "date article:published_time dc.date dcterms.date pubdate",
    "publisher": "publisher og:site_name dc.publisher",
    "title": "og:title",
    "url": "og:url",
}
_META = {name: field for field, names in _FIELDS.items() for name in names.split()}
_ARTICLES = ("Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "Report", "AnalysisNewsArticle")


class PageData:
    """Collects what the elements of a page tell of it, as a parser meets them."""

    def __init__(self) -> None:
        self._meta: dict[str, str] = {}
        self._script: list[str] | None = None
        self._linked: dict[str, str] = {}

    def start(self, tag: str, values: Mapping[str, str]) -> None:
        """Take a start tag."""
        if tag == "meta":
            key = _META.get((values.get("name") or values.get("property") or "").lower())
            if key and values.get("content"):
                self._meta.setdefault(key, values["content"].strip())
        elif tag == "html" and values.get("lang"):
            self._meta.setdefault("language", values["lang"])
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split() and values.get("href"):
            self._linked.setdefault("url", values["href"].strip())
        elif tag == "script" and values.get("type", "").lower() == "application/ld+json":
            self._script = []

    def text(self, data: str) -> None:
        """Take running text, of which that of a script counts."""
        if self._script is not None:
            self._script.append(data)

    def end(self, tag: str) -> None:
        """Take an end tag."""
        if tag == "script" and self._script is not None:
            for key, value in _article("".join(self._script)).items():
                self._linked.setdefault(key, value)
            self._script = None

    def metadata(self) -> dict[str, str]:
        """Return all that was told: of a canonical address the link, of anything else `meta` before JSON-LD."""
        address = {key: value for key, value in self._linked.items() if key == "url"}
        return self._linked | self._meta | address


def _article(script: str) -> dict[str, str]:
    """Return what JSON-LD tells of an article.

    >>> _article('{"@type": "NewsArticle", "datePublished": "2025-03-04", "publisher": {"name": "Ore Post"}}')
    {'published': '2025-03-04', 'publisher': 'Ore Post'}
    """
    found: dict[str, str] = {}
    with suppress(ValueError, RecursionError):  # it is for machines: if it is broken, the page is read without it
        for thing in _things(json.loads(script)):
            told = {
                "published": thing.get("datePublished"),
                "publisher": _name(thing.get("publisher")),
                "author": _name(thing.get("author")),
                "language": thing.get("inLanguage"),
            }
            found |= {k: v.strip() for k, v in told.items() if isinstance(v, str) and v.strip() and k not in found}
    return found


def _things(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the articles in JSON-LD, which may hold a list or a graph of things."""
    if isinstance(value, list):
        for part in value:
            yield from _things(part)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(kind in _ARTICLES for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield value
        yield from _things(value.get("@graph", []))


def _name(value: object) -> object:
    if isinstance(value, list):
        return _name(value[0]) if value else None
    return value.get("name") if isinstance(value, dict) else value
