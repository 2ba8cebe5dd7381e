"""Clauses that leave out what they share with the one before: "70% came from China, 13% from Malaysia and 6% from Japan",
"China supplied 46%, Russia 28%", "China mined 69%, followed by the United States with 12%".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.annotation import Measure, Span
from kg.extract.fillers import THINGS, Filler, Fillers
from kg.extract.qualifiers import Match, QualifierReader

_PARTING = frozenset({",", ";", "and", "while", "followed", "then", "by"})
_JOINING = frozenset({"with", "at", "for", "(", ",", "about", "around", "some", "nearly", "the"})
_OF_THAT = frozenset({"of", "that", "it", "those", "them", "these", "the", "total", "imports", "supply", "output"})


@dataclass(frozen=True)
class _Member:
    """A name with a share of its own; `end` is the token after the two."""

    span: Span
    share: Measure
    end: int


@dataclass(frozen=True)
class Gapping:
    """Finds the gapped members after the full clauses of one annotated document."""

    fillers: Fillers
    qualifiers: QualifierReader

    def complete(self, matches: Sequence[Match]) -> list[Match]:
        """Return the matches of one sentence and those of gapped members, less those that took a member for an end."""
        added = [gapped for match in matches for gapped in self._gapped(match)]
        members: dict[Span, tuple[int, Measure]] = {}
        for m in added:
            for end in (m.subject, m.object):
                if end.measures:
                    first = min(m.trigger, members[end.span][0] if end.span in members else m.trigger)
                    members[end.span] = (first, end.measures[0])
        return [m for m in matches if not self._mistook(m, members)] + added

    def _mistook(self, match: Match, members: Mapping[Span, tuple[int, Measure]]) -> bool:
        """Tell whether a match of the full clause has a member as an end, or a member's share."""
        ends = (match.subject.span, match.object.span)
        share = self.qualifiers.number(match, "share")
        return any(
            first <= match.trigger < span.start and (span in ends or share is own)
            for span, (first, own) in members.items()
        )

    def _gapped(self, match: Match) -> Iterator[Match]:
        share = self.qualifiers.number(match, "share")
        if share is None:
            return
        for side in ("subject", "object"):
            end: Filler = getattr(match, side)
            other: Filler = getattr(match, "object" if side == "subject" else "subject")
            case = self.fillers.annotation.tree.cases[end.span.head]
            if end.span.mention.type in THINGS or end.span.kind == "pronoun" or (side == "object" and not case):
                continue
            for member in self._members(match, end.span, share, case):
                stated, shared = Filler(member.span, (), (member.share,)), Filler(other.span, other.path)
                if side == "subject":
                    yield replace(match, subject=stated, object=shared)
                else:
                    yield replace(match, subject=shared, object=stated)

    def _members(self, match: Match, end: Span, share: Measure, case: str) -> Iterator[_Member]:
        """Yield the members that follow the clause, one after the other."""
        doc = self.fillers.annotation.doc
        passed = [match.trigger, *match.subject.path, *match.object.path, match.object.span.end - 1, end.end - 1]
        at = max(max(passed) + 1, self._skip(self._after(share), _OF_THAT))
        while (start := self._skip(at, _PARTING)) > at:
            member = self._share_first(start, case) if case else self._name_first(start)
            member = member or (self._name_first(start) if doc[start - 1].lower_ == "by" else None)
            if member is None:
                return
            yield member
            at = self._skip(member.end, frozenset({")"}))

    def _share_first(self, i: int, case: str) -> _Member | None:
        """Read "13% from Malaysia"."""
        doc = self.fillers.annotation.doc
        i = self._skip(i, _JOINING)
        share = self.fillers.annotation.measure_at.get(i)
        after = self._after(share) if share is not None and share.kind == "share" else len(doc)
        if share is None or after >= len(doc) or doc[after].lower_ != case:
            return None
        span = self._name_at(self._skip(after + 1, _JOINING))
        return _Member(span, share, span.end) if span else None

    def _name_first(self, i: int) -> _Member | None:
        """Read "Russia 28%", "the United States with 12%", "Myanmar (8%)"."""
        span = self._name_at(self._skip(i, _JOINING))
        share = self.fillers.annotation.measure_at.get(self._skip(span.end, _JOINING)) if span else None
        if span is None or share is None or share.kind != "share":
            return None
        return _Member(span, share, self._after(share))

    def _name_at(self, i: int) -> Span | None:
        span = self.fillers.span_at.get(i)
        return span if span is not None and span.start == i and span.mention.type not in THINGS else None

    def _after(self, measure: Measure) -> int:
        """Return the token after a measure."""
        return max(i for i, found in self.fillers.annotation.measure_at.items() if found is measure) + 1

    def _skip(self, i: int, words: frozenset[str]) -> int:
        doc = self.fillers.annotation.doc
        while i < len(doc) and doc[i].lower_ in words:
            i += 1
        return i
