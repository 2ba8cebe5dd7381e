"""What annotating a document yields and extracting reads: its tree, the mentions in it, and its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from spacy.tokens import Doc

from kg.model import Document, Mention
from kg.tree import Tree

MeasureKind = Literal["amount", "share", "quantity", "time", "price"]
SpanKind = Literal["name", "nominal", "pronoun"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number or time in the text: characters `start` to `end`, bounds included. `value` is what a qualifier holds."""

    kind: MeasureKind
    start: int
    end: int
    value: Any
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A mention with its tokens: `start` inclusive, `end` exclusive, `head` the token that governs the others."""

    start: int
    end: int
    head: int
    mention: Mention
    kind: SpanKind

    @property
    def is_reference(self) -> bool:
        """Tell whether it is a pronoun or noun phrase that was resolved to a name."""
        return self.mention.rule.startswith(REFERS)


REFERS = "refers to "


@dataclass(frozen=True)
class Annotation:
    """An annotated document. `spans` and `measures` are in text order."""

    document: Document
    doc: Doc
    tree: Tree
    spans: tuple[Span, ...]
    measures: tuple[Measure, ...]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that name something or refer to what is named."""
        return tuple(s.mention for s in self.spans if s.kind == "name" or s.is_reference)
