"""One claim a fact: what a sentence says twice is merged, what only the first mention tells is kept once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kg.extract.frames import FrameSet
from kg.extract.qualifiers import equal_but_for_detail
from kg.model import Claim, Document


def one_a_fact(claims: Iterable[Claim]) -> list[Claim]:
    """Merge claims of one sentence that say the same: the one with more qualifiers stays, with the other's besides."""
    kept: list[Claim] = []
    for claim in sorted(
        claims, key=lambda c: (-len(c.qualifiers), -c.confidence, c.evidence.start, c.evidence.end, c.frame)
    ):
        for i, other in enumerate(kept):
            if _same_fact(claim, other) and equal_but_for_detail(dict(claim.qualifiers), dict(other.qualifiers)):
                merged: dict[str, Any] = dict(claim.qualifiers) | dict(other.qualifiers)
                kept[i] = replace(
                    other, qualifiers=tuple(sorted(merged.items())), confidence=max(other.confidence, claim.confidence)
                )
                break
        else:
            kept.append(claim)
    return sorted(
        kept, key=lambda c: (c.evidence.start, c.evidence.end, c.relation, c.subject.start, c.object.start, c.frame)
    )


def _same_fact(a: Claim, b: Claim) -> bool:
    if a.relation != b.relation or a.evidence.end <= b.evidence.start or b.evidence.end <= a.evidence.start:
        return False
    if (a.modality == "negated") != (b.modality == "negated"):
        return False  # "mined it for a century and ceased in 2016" says and denies
    if a.relation == "controls_share" and any(k == "share" for k, _ in a.qualifiers) != any(
        k == "share" for k, _ in b.qualifiers
    ):
        return False  # "dominates, with 80% of processing" is a verbal claim and a number
    same = (a.subject.name, a.object.name) == (b.subject.name, b.object.name)
    swapped = a.relation == "agrees_with" and (a.subject.name, a.object.name) == (b.object.name, b.subject.name)
    return same or swapped


def presupposed_once(claims: Iterable[Claim], frames: FrameSet, document: Document) -> list[Claim]:
    """Keep the first of repeated claims of frames that count once, in the headline and in the body."""
    once = {frame.name for frame in frames.frames if frame.once}
    blocks = document.blocks
    title = bool(blocks) and blocks[0].kind == "title"
    headline = document.source_span(blocks[0].start, blocks[0].end)[1] if title else -1
    seen: set[tuple[str, str, str, bool]] = set()
    kept = []
    for claim in claims:
        key = (claim.relation, claim.subject.name, claim.object.name, claim.evidence.start < headline)
        if claim.frame not in once or key not in seen:
            kept.append(claim)
        if claim.frame in once:
            seen.add(key)
    return kept
