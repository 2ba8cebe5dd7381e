"""The forms that are read, by the ending of a file's name. Each has a test and a line in docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from kg.read.archives import Member, read_gzip, read_packed_tar, read_tar, read_zip
from kg.read.bounds import Bounds
from kg.read.feeds import read_feed
from kg.read.jsonlines import read_json_lines
from kg.read.layout import Layout
from kg.read.markdown import read_markdown
from kg.read.markup import read_html
from kg.read.records import Record, Report
from kg.read.tables import read_table
from kg.read.text import read_text

# One article as text, whose source is the file as it stands.
READERS: dict[str, Callable[[str], Layout]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
# One article in a form that is no text; its source is the text that was made of it.
PRINTED: frozenset[str] = frozenset({".pdf", ".docx"})
# Several articles, each of which has its own source.
RECORDS: dict[str, Callable[[BinaryIO, str, Bounds, Report], Iterator[Record]]] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_table,
    ".tsv": read_table,
    ".rss": read_feed,
    ".atom": read_feed,
    ".rdf": read_feed,
    ".xml": read_feed,
}
ARCHIVES: dict[str, Callable[[BinaryIO, str, Bounds, Report], Iterator[Member]]] = {
    ".zip": read_zip,
    ".tar": read_tar,
    ".tar.gz": read_packed_tar,
    ".tgz": read_packed_tar,
    ".gz": read_gzip,
}
FORMS = frozenset({*READERS, *PRINTED, *RECORDS, *ARCHIVES})

_ENDING = re.compile(r"(?<=[^/])(?:\.tar)?\.\w+$")  # a name that is all ending has none


def form_of(name: str) -> str:
    """Return the ending of a file's name in lower case, with what is packed for `.tar.gz`; `.gz` of no form has none.

    >>> [form_of(name) for name in ("News.TXT", "a.tar.gz", "a.txt.gz", "a.png.gz", "a")]
    ['.txt', '.tar.gz', '.gz', '', '']
    """
    ending = _ENDING.search(name.lower())
    form = ending[0] if ending else ""
    form = form if form in FORMS else form[form.rfind(".") :]
    return "" if form == ".gz" and form_of(name[: -len(form)]) not in FORMS else form


def print_reader(form: str) -> Callable[[bytes, str, Bounds, Report], tuple[str, Layout]]:
    """Return the reader of a form of `PRINTED`, whose library is loaded when it is needed."""
    if form == ".pdf":
        from kg.read.pdf import read_pdf

        return read_pdf
    from kg.read.word import read_word

    return read_word
