"""Statements of a group of claims, and what becomes of each two of them: a conflict, or what only looks like one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kg.query.claims import StoredClaim
from kg.query.numbers import Judgement, Verdict
from kg.query.periods import Period

Judge = Callable[["Statement", "Statement"], Judgement | None]
ANY = "*"  # in a cell: whatever the other says


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source states. `says` is the value in words, `key` the value as it is compared, `cell` what else must agree.

    `origin` is the article that it is copied from, or its own; `copies` are names of other articles with the same text.
    """

    claim: StoredClaim
    says: str
    key: Hashable
    cell: tuple[str, ...]
    period: Period
    origin: str
    copies: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """What statements are sorted by: the earliest first."""
        source = self.claim.source
        return source.published or "9", source.name, f"{self.claim.start:09}", self.claim.iri


@dataclass(frozen=True, slots=True)
class Finding:
    """Statements that belong together: a conflict, or what only looks like one for a reason."""

    verdict: Verdict
    reason: str
    statements: tuple[Statement, ...]


def count_once(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements with those of one origin that say the same in one, the earliest of them."""
    alike: dict[Hashable, list[Statement]] = defaultdict(list)
    for s in sorted(statements, key=lambda s: s.order):
        alike[s.origin, s.cell, s.key, s.claim.qualifiers.get("time"), s.claim.attribution].append(s)
    return [
        replace(first, copies=tuple(sorted({s.claim.source.name for s in same} - {first.claim.source.name})))
        for first, *rest in alike.values()
        if (same := [first, *rest])
    ]


def compare_all(statements: Sequence[Statement], judge: Judge, names: Sequence[str]) -> Iterator[Finding]:
    """Yield what becomes of statements when each is compared with each; `names` are those of what `cell` holds.

    Conflicts come by components: statements that lead to each other. What only looks like one comes by its reason.
    """
    real: list[tuple[Verdict, Statement, Statement]] = []
    apparent: dict[str, list[Statement]] = defaultdict(list)
    for one, other in combinations(statements, 2):
        if one.key == other.key or (judged := judge(one, other)) is None:
            continue
        verdict, reason = judged
        apart = _apart(one, other, names)
        if verdict == "apparent":
            if not apart:
                apparent[reason] += [one, other]
        elif apart:
            apparent[apart] += [one, other]
        else:
            real.append((verdict, one, other))
    for linked in _components(real):
        verdict = min(v for v, _, _ in linked)  # "contradict" comes before "differ"
        yield Finding(verdict, "", _unique(s for _, *pair in linked for s in pair))
    for reason, found in sorted(apparent.items()):
        yield Finding("apparent", reason, _unique(found))


def _apart(one: Statement, other: Statement, names: Sequence[str]) -> str:
    """Return why two statements are not on the same thing, at the same time and from two sources; "" if they are."""
    for name, mine, theirs in zip(names, one.cell, other.cell, strict=True):
        if mine != theirs and ANY not in (mine, theirs):
            return name
    if not one.period.overlaps(other.period):
        return "time"
    if one.origin == other.origin and one.claim.attribution == other.claim.attribution:
        return "article" if one.claim.source == other.claim.source else "copy"
    return ""


def _unique(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted({s.claim.iri: s for s in statements}.values(), key=lambda s: s.order))


def _components(
    pairs: Sequence[tuple[Verdict, Statement, Statement]],
) -> list[list[tuple[Verdict, Statement, Statement]]]:
    """Return pairs by what they are linked to, directly or over others."""
    leads: dict[str, str] = {}

    def root(iri: str) -> str:
        while leads.setdefault(iri, iri) != iri:
            iri = leads[iri]
        return iri

    for _, one, other in pairs:
        leads[root(other.claim.iri)] = root(one.claim.iri)
    found: dict[str, list[tuple[Verdict, Statement, Statement]]] = defaultdict(list)
    for pair in pairs:
        found[root(pair[1].claim.iri)].append(pair)
    return list(found.values())
