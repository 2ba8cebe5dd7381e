"""How concentrated the stages of a commodity are: who is said to hold which share, and what that bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from kg.query.claims import ClaimReader
from kg.query.network import SAID, cell, label, quote_of, read_basis
from kg.query.questions import Answer
from kg.query.shares import ShareStatement, latest

Bounds = tuple[float, float]

_COLUMNS = (
    *("of", "stage", "scope", "who", "share_min", "share_max", "time", "hhi_min", "hhi_max", "concentration"),
    *("held_by", "holders", *SAID),
)
_HIGH, _MODERATE = 1800, 1000
_POINTS = 10_000
_whole = attrgetter("commodity", "stage", "scope", "holder_type")
_ROUNDING, _EXACT = 1e-9, 1e-15
_MOST_LOOKS = 50_000  # at holders, in the search for the highest index; real statements need some hundred


@dataclass(frozen=True, slots=True)
class Holding:
    """What the latest statements say together about the share of one holder, each bound 0 to 1, None if not stated."""

    holder: str
    share_min: float | None
    share_max: float | None
    statements: tuple[ShareStatement, ...]

    @property
    def bounds(self) -> Bounds:
        """The bounds, 0 and 1 where none is stated."""
        return (self.share_min or 0.0, 1.0 if self.share_max is None else self.share_max)

    @property
    def year(self) -> int | None:
        """The year for which it holds, None if unknown."""
        return self.statements[0].year


@dataclass(frozen=True, slots=True)
class Concentration:
    """Who holds a stage of a commodity: holders of one type, which do not contain each other, the highest share first.

    The bounds of the Herfindahl-Hirschman index are points, 0 to 10,000; None if the shares add up to more than all, so
    that some statement is wrong or of another whole.
    """

    commodity: str
    stage: str
    scope: str
    holder_type: str
    holdings: tuple[Holding, ...]
    hhi_min: float | None
    hhi_max: float | None

    @property
    def level(self) -> str:
        """Is "low", "moderate" or "high"; two of them if the bounds lie apart; "" without bounds.

        The lines are those of the Merger Guidelines of the US Department of Justice and Federal Trade Commission (2023):
        a market of more than 1,800 points is highly concentrated, one of 1,000 to 1,800 moderately.
        """
        if self.hhi_min is None or self.hhi_max is None:
            return ""
        return " to ".join(dict.fromkeys((_level(self.hhi_min), _level(self.hhi_max))))


def _level(points: float) -> str:
    return "high" if points > _HIGH else "moderate" if points >= _MODERATE else "low"


def measure_concentration(statements: Iterable[ShareStatement], years: int = 5) -> list[Concentration]:
    """Return the concentration of each stage of each commodity, the surely most concentrated first.

    Shares of different wholes (`scope`) and of holders of different types (countries, companies) are kept apart, since
    a company's share is also its country's. Of each holder the latest statements count (`latest`), unless they are more
    than `years` older than the newest about the same: shares of different times do not add up.
    """
    grouped = groupby(sorted(statements, key=lambda s: (*_whole(s), s.holder, s.claim)), key=_whole)
    found = [_concentration(whole, list(told), years) for whole, told in grouped]
    return sorted((c for c in found if c.holdings), key=_order)


def _order(concentration: Concentration) -> tuple[Any, ...]:
    whole = (concentration.commodity, concentration.stage, concentration.scope, concentration.holder_type)
    return (-(concentration.hhi_min or 0.0), *(-bound for bound in concentration.holdings[0].bounds), *whole)


def _concentration(whole: tuple[str, str, str, str], statements: Iterable[ShareStatement], years: int) -> Concentration:
    holdings = [
        h for holder, told in groupby(statements, key=attrgetter("holder")) for h in join_statements(holder, told)
    ]
    last = max((year for holding in holdings if (year := holding.year) is not None), default=0)
    holdings = [h for h in holdings if h.year is None or h.year >= last - years]
    holdings.sort(key=lambda h: (*(-bound for bound in h.bounds), h.holder))
    low, high = herfindahl([holding.bounds for holding in holdings]) or (None, None)
    return Concentration(*whole, tuple(holdings), low, high)


def join_statements(holder: str, statements: Iterable[ShareStatement]) -> list[Holding]:
    """Return what the latest statements about one holder and one whole say together; nothing if all are forecasts."""
    newest = tuple(latest(statements))
    return [Holding(holder, *_together(newest), newest)] if newest else []


def _together(statements: Iterable[ShareStatement]) -> tuple[float | None, float | None]:
    """Return the bounds that statements leave: what all of them allow or, if that is nothing, what any of them does."""
    lows, highs = zip(*((s.share_min, s.share_max) for s in statements), strict=True)
    stated_lows, stated_highs = [b for b in lows if b is not None], [b for b in highs if b is not None]
    low, high = max(stated_lows, default=None), min(stated_highs, default=None)
    if low is None or high is None or low <= high:
        return low, high
    return (None if None in lows else min(stated_lows)), (None if None in highs else max(stated_highs))


def herfindahl(shares: Iterable[Bounds]) -> Bounds | None:
    """Return the bounds of the Herfindahl-Hirschman index, in points from 0 to 10,000, of shares known by bounds.

    With holder i's share between l(i) and u(i), and the rest, 1 - sum of shares, held by others of whom nothing is known,
    the index is 10,000 times the sum of the squares of all shares. It is lowest, 10,000 * sum of l(i)^2, if every holder
    has least and the rest is split among ever more others. It is highest if what is left above the lower bounds,
    R = 1 - sum of l(i), goes to as few as the upper bounds allow: since the sum of squares is convex, all shares but one
    are then at a bound, and these cases are searched, one unknown holder of up to R included. Returns None if the lower
    bounds add up to more than 1. (Should the search take too long, the highest value is one that is never exceeded.)

    >>> herfindahl([(0.6, 0.6)]), herfindahl([(0.6, 1.0)]), herfindahl([(0.5, 0.5), (0.5, 0.5)])
    ((3600.0, 5200.0), (3600.0, 10000.0), (5000.0, 5000.0))
    >>> herfindahl([]), herfindahl([(0.7, 0.7), (0.4, 0.5)])
    ((0.0, 10000.0), None)
    """
    shares = list(shares)
    rest = 1 - sum(low for low, _ in shares)
    if rest < -_ROUNDING:
        return None
    rest = max(rest, 0.0)
    least = sum((low * low for low, _ in shares), 0.0)
    ranged = [(low, min(high - low, rest)) for low, high in shares if high > low]
    most = least + _most_gained([*ranged, (0.0, rest)], rest)
    return round(least * _POINTS, 6), round(min(most, 1.0) * _POINTS, 6)


def _most_gained(holders: Iterable[Bounds], rest: float) -> float:
    """Return by how much sharing out `rest` raises the sum of squares at most; a holder is its share and the room above.

    Branch and bound: the holder that gains most by a unit, if its room is filled, comes first; each takes all of its
    room, none of it or, one alone, what the others leave. The bound lets every holder take a part at its full rate.
    """
    ranked = sorted(((low, room) for low, room in holders if room > 0), key=lambda h: (-_rate(*h), h))
    best, looks = 0.0, 0
    todo: list[tuple[int, float, float, Bounds | None]] = [(0, rest, 0.0, None)]  # next, left, gained, who takes a part
    while todo:
        at, left, gained, partial = todo.pop()
        looks += len(ranked)
        if partial is None or left <= partial[1]:
            low = partial[0] if partial else 0.0
            if partial or left <= _ROUNDING:
                best = max(best, gained + left * (2 * low + left))
        remaining = [*([partial] if partial else []), *ranked[at:]]
        if at == len(ranked) or gained + _gain_at_full_rates(remaining, left) <= best + _EXACT:
            continue
        if looks > _MOST_LOOKS:
            return _gain_at_full_rates(ranked, rest)
        low, room = ranked[at]
        alike = next((i for i in range(at, len(ranked)) if ranked[i] != (low, room)), len(ranked))
        todo.append((alike, left, gained, partial))
        if partial is None:
            todo.append((alike, left, gained, (low, room)))
        if room <= left + _EXACT:
            todo.append((at + 1, max(left - room, 0.0), gained + room * _rate(low, room), partial))
    return best


def _rate(low: float, room: float) -> float:
    """Return what a unit adds to the square of a share, on average, if all its room is filled."""
    return 2 * low + room


def _gain_at_full_rates(holders: Iterable[Bounds], left: float) -> float:
    gained = 0.0
    for low, room in holders:
        part = min(room, left)
        gained += part * _rate(low, room)
        left -= part
        if left <= 0:
            break
    return gained


def concentration_answer(found: Sequence[Concentration], reader: ClaimReader) -> Answer:
    """Return a row a stage of a commodity: who holds the highest share, in whose words, and the bounds of the index."""
    basis = read_basis(reader, (s.claim for c in found for h in c.holdings for s in h.statements))
    sentence = f"Who holds the highest stated share of each stage, and how concentrated is it? {basis.sentence()}"
    return Answer(sentence, _COLUMNS, [_row(c, reader) for c in found])


def _row(found: Concentration, reader: ClaimReader) -> list[Any]:
    top = found.holdings[0]
    of, who = label(reader, found.commodity), label(reader, top.holder)
    times = ", ".join(sorted({s.time for s in top.statements if s.time}))
    index = (cell(found.hhi_min), cell(found.hhi_max), cell(found.level))
    said = quote_of(reader, [s.claim for s in top.statements])
    about = (cell(found.stage), found.scope, who, top.share_min, top.share_max, cell(times))
    return [of, *about, *index, cell(found.holder_type), len(found.holdings), *map(cell, said)]
