"""One sentence decided as a whole: each fact is shown by its best pair, and said once where names lie in each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.annotation import Span
from kg.extract.pairs import Pair


@dataclass(frozen=True, slots=True)
class Proposal:
    """A relation of a pair that is likely enough; `number` counts the passage's pairs, `voted` tells of frames."""

    number: int
    pair: Pair
    relation: str
    confidence: float
    voted: bool


def said_once(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return proposals without those that say one of the others with names that lie in its names or around them.

    "China dominates the magnet manufacturing market" relates China to the magnets, the manufacturing or the market: one
    claim. Frames' votes go before the model's, names before descriptions, the surer before the less sure. The members of
    a list lie apart.
    """
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=_rank):
        if not any(_says(proposal, other) for other in kept):
            kept.append(proposal)
    return sorted(kept, key=lambda p: (p.number, p.relation))


def _rank(p: Proposal) -> tuple[bool, int, float, int, str]:
    names = sum(end.kind == "name" for end in (p.pair.subject, p.pair.object))
    return not p.voted, -names, -p.confidence, p.number, p.relation


def _says(proposal: Proposal, other: Proposal) -> bool:
    if proposal.relation != other.relation:
        return False
    ends, others = ((p.pair.subject.span, p.pair.object.span) for p in (proposal, other))
    return all(map(_alike, ends, others))


def _alike(a: Span, b: Span) -> bool:
    """Tell whether two spans share words or name the same."""
    return (a.start < b.end and b.start < a.end) or a.mention.name == b.mention.name
