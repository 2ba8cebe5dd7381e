"""DOCX (ECMA-376): the paragraphs of its body, tables, boxes and notes, as they stand with all changes accepted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from kg.errors import ReadError
from kg.model import BlockKind
from kg.read.bounds import Bounds, too_long
from kg.read.layout import BLOCK_GAP, Layout
from kg.read.records import Report

_PARAGRAPH = qn("w:p")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): "\t"}
# What was deleted or moved away, and what says again, for older programs, what stands beside it.
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_HEADING = re.compile(r"heading ?\d|subtitle", re.IGNORECASE)
_LIST = re.compile(r"list\b", re.IGNORECASE)


def read_word(data: bytes, where: str, bounds: Bounds, report: Report) -> tuple[str, Layout]:
    """Return the text of a DOCX file and its layout; raises ReadError for what is damaged or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > 2 * bounds.file:
                raise too_long(where, 2 * bounds.file)
        document = docx.Document(io.BytesIO(data))
        blocks = [(kind, text) for kind, text in _blocks(document) if text]
        metadata = _metadata(document)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # what a parser raises on a file that was made to break it, nobody knows
        raise ReadError(f"{where} is damaged; save it again or give its text") from error
    layout, at = Layout(metadata=metadata), 0
    source = BLOCK_GAP.join(text for _, text in blocks)
    if len(source) > bounds.article:
        raise too_long(where, bounds.article)
    for kind, text in blocks:
        if kind == "title" and not any(kind == "title" for kind, _ in layout.blocks):
            layout.add_title(source, (at, at + len(text)))
        else:
            layout.add("heading" if kind == "title" else kind, (at, at + len(text)))
        at += len(text) + len(BLOCK_GAP)
    return source, layout


def _blocks(document: Any) -> Iterator[tuple[BlockKind, str]]:
    styles = {style.style_id: style.name or "" for style in document.styles}
    for root in (document.element.body, *_notes(document)):
        for paragraph in root.iter(_PARAGRAPH):
            if not any(above.tag in _LEFT_OUT for above in paragraph.iterancestors()):
                yield _kind(paragraph, styles), "".join(_pieces(paragraph)).strip()


def _notes(document: Any) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype in _NOTES and not relation.is_external:
            yield parse_xml(relation.target_part.blob)


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text of a paragraph, without that of paragraphs in boxes inside it."""
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag != _PARAGRAPH and child.tag not in _LEFT_OUT:
            yield from _pieces(child)


def _kind(paragraph: Any, styles: dict[str, str]) -> BlockKind:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = styles.get(style.get(qn("w:val"), ""), "") if style is not None else ""
    if name.lower() == "title":
        return "title"
    if _HEADING.match(name):
        return "heading"
    numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    in_table = next(paragraph.iterancestors(qn("w:tc")), None) is not None
    return "item" if numbered or in_table or _LIST.match(name) else "paragraph"


def _metadata(document: Any) -> dict[str, str]:
    """Return title, author, day and language of the core properties."""
    told = document.core_properties
    found = {
        "title": told.title,
        "author": told.author if told.author != "python-docx" else "",
        "published": told.created.date().isoformat() if told.created else "",
        "language": told.language,
    }
    return {key: value.strip() for key, value in found.items() if value and value.strip()}
