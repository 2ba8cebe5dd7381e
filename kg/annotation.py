"""What annotating a document yields and extracting reads: its tree, the mentions in it, and its measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from spacy.tokens import Doc

from kg.model import Document, Mention
from kg.tree import Tree

MeasureKind = Literal["amount", "share", "quantity", "time", "price", "change"]
SpanKind = Literal["name", "nominal", "pronoun"]
Place = tuple[int, int]  # tokens, the first and the one after the last


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
    def place(self) -> Place:
        """The tokens, `start` and `end`: spans that begin together may lie in each other."""
        return self.start, self.end

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

    @cached_property
    def measure_at(self) -> Mapping[int, Measure]:
        """The measure that covers each token, if any."""
        found: dict[int, Measure] = {}
        for measure in self.measures:
            tokens = self.doc.char_span(measure.start, measure.end, alignment_mode="expand")
            found |= {t.i: measure for t in tokens or () if t.i not in found}
        return found

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that name something or refer to what is named."""
        return tuple(s.mention for s in self.spans if s.kind == "name" or s.is_reference)
