"""Numbers as they are stated: exact, rounded, about, or bounded; and whether two of them can be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Verdict = Literal["contradict", "differ", "apparent"]
Judgement = tuple[Verdict, str]  # and the reason, if it only looks like a conflict
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Leeway:
    """How far numbers of a sort may be off, as ontology/conflicts.toml explains it."""

    relative: bool
    about: float
    near: float
    fine: float
    round: float
    most: float = float("inf")
    about_part: float = 1.0


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `low` to `high`, None where it has no such bound; `unit` is that of a quantity or a currency.

    `said` is the unit as it was stated, before it was converted.
    """

    low: float | None
    high: float | None
    about: bool = False
    unit: str = ""
    said: str = ""

    @property
    def bounded(self) -> bool:
        """Whether it is stated by one bound alone."""
        return self.low is None or self.high is None


Units = Mapping[str, tuple[str, float]]  # what a unit is in another


def as_number(kind: str, value: Mapping[str, Any], units: Units) -> Number:
    """Return a share, amount or quantity of a claim as a number.

    >>> as_number("share", {"min": 0.8, "max": None}, {})
    Number(low=0.8, high=None, about=False, unit='', said='')
    >>> as_number("quantity", {"value": 500, "unit": "kg"}, {"kg": ("t", 0.001)}).low
    0.5
    """
    bound = value.get("bound")
    low, high = value.get("min", value.get("value")), value.get("max", value.get("value"))
    low, high = (None if bound == "max" else low), (None if bound == "min" else high)
    said = value.get("currency" if kind == "amount" else "unit", "")
    unit, factor = units.get(said, (said, 1.0))
    low, high = (None if v is None else float(v) * factor for v in (low, high))
    return Number(low, high, bool(value.get("approx")) or bound == "approx", unit, said)


def compare(one: Number, other: Number, leeway: Leeway) -> Judgement | None:
    """Tell whether two numbers, stated of one thing, contradict or differ; None if they are the same.

    >>> share = Leeway(relative=False, about=0.05, near=0.1, fine=0.005, round=0.05, most=1)
    >>> compare(Number(0.6, 0.6), Number(0.9, 0.9), share), compare(Number(0.8, None), Number(0.85, 0.85), share)
    (('contradict', ''), ('apparent', 'bound'))
    """
    if (one.low, one.high, one.said) == (other.low, other.high, other.said):
        return None
    if one.unit != other.unit:
        return "apparent", "unit"
    if _disjoint(_possible(one, leeway), _possible(other, leeway)):
        return "contradict", ""
    meant, meant_other = _meant(one, leeway), _meant(other, leeway)
    if _disjoint(meant, meant_other):
        return "differ", ""
    if one.said != other.said:
        return "apparent", "unit"
    if one.about or other.about:
        return "apparent", "about"
    if one.bounded or other.bounded:
        return "apparent", "bound"
    if one.low == one.high and other.low == other.high:
        return "apparent", "rounding"
    return ("apparent", "range") if _within(meant, meant_other) or _within(meant_other, meant) else ("differ", "")


Span = tuple[float, float]


def least(number: Number, leeway: Leeway) -> float:
    """Return what a number is at least, however it was rounded.

    >>> least(Number(0.6, 0.6), Leeway(False, 0.05, 0.1, 0.005, 0.05))
    0.55
    """
    return max(0.0, round(_possible(number, leeway)[0], 9))


def _possible(number: Number, leeway: Leeway) -> Span:
    """Return all that a number may stand for."""
    if number.low is None or number.high is None:
        return (0.0 if number.low is None else number.low), (leeway.most if number.high is None else number.high)
    if number.about or number.low != number.high:
        return _widened(number, leeway)
    off = min(_rounding(number.low), _size(number.low, leeway.round, leeway))
    return _around(number.low, max(off, _size(number.low, leeway.fine, leeway)))


def _meant(number: Number, leeway: Leeway) -> Span:
    """Return what a number most likely stands for."""
    if number.low is None and number.high is not None:
        return number.high - _size(number.high, leeway.near, leeway), number.high
    if number.high is None and number.low is not None:
        return number.low, min(leeway.most, number.low + _size(number.low, leeway.near, leeway))
    if number.low == number.high and number.low is not None and not number.about:
        return _around(number.low, min(_rounding(number.low), _size(number.low, leeway.fine, leeway)))
    return _possible(number, leeway)


def _around(value: float, off: float) -> Span:
    return value - off, value + off


def _widened(number: Number, leeway: Leeway) -> Span:
    """Return what a number given as about, or a range, may stand for."""
    low, high = number.low or 0.0, number.high or 0.0
    if not number.about:
        return low - _size(low, leeway.fine, leeway), high + _size(high, leeway.fine, leeway)
    off_low, off_high = (min(_size(v, leeway.about, leeway), abs(v) * leeway.about_part) for v in (low, high))
    return low - off_low, high + off_high


def _size(value: float, part: float, leeway: Leeway) -> float:
    return abs(value) * part if leeway.relative else part


def _rounding(value: float) -> float:
    """Return half of what the last digit stands for that is not zero: 70 may be 65 to 75, 71 only 70.5 to 71.5."""
    exponent = Decimal(f"{value:.10g}").normalize().as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0


def _disjoint(one: Span, other: Span) -> bool:
    return one[1] <= other[0] + _TINY or other[1] <= one[0] + _TINY


def _within(one: Span, other: Span) -> bool:
    return other[0] <= one[0] + _TINY and one[1] <= other[1] + _TINY
