"""Spans of an annotated document: making them and giving them other names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from kg.annotation import Span, SpanKind
from kg.model import Mention
from kg.tree import Tree


def make_span(doc: Doc, tree: Tree, start: int, end: int, kind: SpanKind, **mention: str | None) -> Span:
    """Return the span of the tokens `start` to `end`; `mention` gives type, rule and, if known, name and entity."""
    tokens = doc[start:end]
    head = next((i for i in range(start, end) if not start <= tree.heads[i] < end or tree.heads[i] == i), end - 1)
    fields: dict[str, Any] = {"name": tokens.text, "type": "", **{k: v for k, v in mention.items() if v is not None}}
    return Span(start, end, head, Mention(tokens.start_char, tokens.end_char, tokens.text, **fields), kind)


def rename(span: Span, **changes: str | None) -> Span:
    """Return a copy of `span` whose mention has other fields."""
    return replace(span, mention=replace(span.mention, **changes))  # type: ignore[arg-type]
