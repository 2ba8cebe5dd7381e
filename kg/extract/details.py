"""What may belong to a claim besides its ends: the numbers, times and commodities of its sentence, for a model to choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.annotation import Annotation, Measure
from kg.extract.pairs import Passage
from kg.extract.qualifiers import NUMBERS, Match, QualifierReader

KINDS = ("amount", "share", "quantity", "time", "commodity")
LINK_FLAGS = 26
_NEAR = (1, 3, 6, 12)
_TRADED = frozenset({"commodity", "product"})


@dataclass(frozen=True, slots=True)
class Link:
    """A qualifier that a claim may have: `kind` of `KINDS`, words `start` to `last`, and what is known of their places."""

    kind: str
    start: int
    last: int
    value: Any
    chosen: bool
    flags: tuple[float, ...]
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    last: int
    value: Any
    chosen: bool
    rate: str | None = None


@dataclass(frozen=True)
class LinkFinder:
    """Finds the links of matches in one annotated document; `chosen` are those that the syntax alone would take."""

    annotation: Annotation
    qualifiers: QualifierReader

    def links(self, match: Match, passage: Passage) -> list[Link]:
        """Return what may belong to the claim of a match in a passage."""
        allowed = self.qualifiers.ontology.relations[match.frame.relation].qualifiers
        found: list[Link] = []
        for kind in KINDS:
            if kind in allowed:
                candidates = list(self._candidates(kind, match, passage))
                found += [self._link(kind, c, candidates, match) for c in candidates]
        return found

    def _candidates(self, kind: str, match: Match, passage: Passage) -> Iterator[_Candidate]:
        if kind == "commodity":
            picked = self.qualifiers.commodity(match)
            for span in self.annotation.spans:
                inside = passage.start <= span.start < passage.end and span.kind == "name"
                if inside and span.mention.type in _TRADED and span not in (match.subject.span, match.object.span):
                    yield _Candidate(span.start, span.end - 1, span.mention.text, span is picked)
            return
        measure = self.qualifiers.number(match, kind) if kind in NUMBERS else self.qualifiers.time(match)
        for m, start, last in self._measures(kind, passage):
            yield _Candidate(start, last, m.value if kind != "time" else str(m.value), m is measure, m.rate)

    def _measures(self, kind: str, passage: Passage) -> Iterator[tuple[Measure, int, int]]:
        words: dict[int, list[int]] = {}
        at = self.annotation.measure_at
        for i in range(passage.start, passage.end):
            if i in at and at[i].kind == kind:
                words.setdefault(at[i].start, []).append(i)
        for found in words.values():
            yield at[found[0]], found[0], found[-1]

    def _link(self, kind: str, c: _Candidate, others: Sequence[_Candidate], match: Match) -> Link:
        anchors = [(match.subject.span.start, match.subject.span.end - 1)]
        anchors += [(match.object.span.start, match.object.span.end - 1), (match.trigger, match.trigger)]
        flags = [float(c.chosen), float(len(others) == 1), float(any(o.chosen for o in others) and not c.chosen)]
        for first, last in anchors:
            gap = max(c.start - last, first - c.last, 0)
            nearest = min(max(o.start - last, first - o.last, 0) for o in others)
            flags += [float(c.start > last), float(gap == nearest), *(float(gap <= n) for n in _NEAR)]
        flags += [float(self._below(c, a)) for a in (match.subject.span.head, match.object.span.head, match.trigger)]
        between = min(a for a, _ in anchors[:2]) < c.start < max(a for a, _ in anchors[:2])
        return Link(kind, c.start, c.last, c.value, c.chosen, (*flags, float(between), float(kind == "share")), c.rate)

    def _below(self, c: _Candidate, anchor: int) -> bool:
        """Tell whether a candidate hangs below a word, at most four steps deep."""
        tree, at = self.annotation.tree, c.last
        for _ in range(4):
            at = tree.heads[at]
            if at == anchor:
                return True
        return False
