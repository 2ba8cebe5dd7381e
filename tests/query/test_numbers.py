"""Numbers: which two can be one, whatever the order in which they are compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.query.numbers import Leeway, Number, as_number, compare, least

SHARE = Leeway(relative=False, about=0.05, near=0.1, fine=0.005, round=0.05, most=1, about_part=0.2)
AMOUNT = Leeway(relative=True, about=0.15, near=0.25, fine=0.02, round=0.05)
PARTS = st.decimals(0, 1, places=3).map(float)
NUMBERS = st.one_of(
    st.builds(lambda v, about: Number(v, v, about), PARTS, st.booleans()),
    st.builds(lambda v: Number(v, None), PARTS),
    st.builds(lambda v: Number(None, v), PARTS),
    st.builds(lambda v, w: Number(min(v, w), max(v, w)), PARTS, PARTS),
)
LEEWAYS = st.sampled_from([SHARE, AMOUNT])


@given(NUMBERS, NUMBERS, LEEWAYS)
def test_the_order_of_two_numbers_does_not_matter(one: Number, other: Number, leeway: Leeway) -> None:
    assert compare(one, other, leeway) == compare(other, one, leeway)


@given(NUMBERS, LEEWAYS)
def test_a_number_is_itself(number: Number, leeway: Leeway) -> None:
    assert compare(number, number, leeway) is None


@given(PARTS, NUMBERS)
def test_what_bounds_allow_never_contradicts(value: float, other: Number) -> None:
    judged = compare(Number(value, value), other, SHARE)
    low, high = (0 if other.low is None else other.low), (1 if other.high is None else other.high)
    if judged is not None and low <= value <= high:
        assert judged[0] != "contradict" or (other.bounded and value in (low, high))


@given(PARTS, PARTS)
def test_what_lies_far_apart_contradicts(one: float, other: float) -> None:
    judged = compare(Number(one, one), Number(other, other), SHARE)
    assert (judged is not None and judged[0] == "contradict") or abs(one - other) < 0.11


@given(NUMBERS)
def test_the_least_of_a_number_is_no_more_than_is_said(number: Number) -> None:
    assert 0 <= least(number, SHARE) <= (number.low or 0.0)


@pytest.mark.parametrize(
    ("one", "other", "leeway", "expected"),
    [
        (Number(0.7, 0.7), Number(0.69, 0.69), SHARE, ("differ", "")),
        (Number(0.7, 0.7), Number(0.6, 0.6), SHARE, ("contradict", "")),
        (Number(0.94, 0.94), Number(0.99, 0.99), SHARE, ("contradict", "")),
        (Number(0.463, 0.463), Number(0.46, 0.46), SHARE, ("apparent", "rounding")),
        (Number(0.02, 0.02, about=True), Number(0.05, 0.05), SHARE, ("contradict", "")),
        (Number(0.9, None), Number(None, 0.9), SHARE, ("contradict", "")),
        (Number(0.85, None), Number(None, 0.9), SHARE, ("apparent", "bound")),
        (Number(0.6, 0.7), Number(0.7, 0.8), SHARE, ("differ", "")),
        (Number(0.6, 0.6, about=True), Number(0.6, 0.6), SHARE, None),
        (Number(400e6, 400e6), Number(439e6, 439e6), AMOUNT, ("contradict", "")),
        (Number(400e6, 400e6), Number(403e6, 403e6), AMOUNT, ("apparent", "rounding")),
        (Number(1.0, 1.0, unit="USD", said="USD"), Number(2.0, 2.0, unit="EUR", said="EUR"), AMOUNT, ("apparent", "unit")),
    ],
)  # fmt: skip
def test_two_numbers(one: Number, other: Number, leeway: Leeway, expected: Any) -> None:
    assert compare(one, other, leeway) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("share", {"min": None, "max": 0.9}, Number(None, 0.9)),
        ("share", {"min": 0.15, "max": 0.15, "approx": True}, Number(0.15, 0.15, about=True)),
        ("amount", {"value": 5, "currency": "USD"}, Number(5, 5, unit="USD", said="USD")),
        ("amount", {"value": 5, "currency": "USD", "bound": "min"}, Number(5, None, unit="USD", said="USD")),
        ("amount", {"value": 5, "currency": "USD", "bound": "max"}, Number(None, 5, unit="USD", said="USD")),
        ("amount", {"value": 5, "currency": "USD", "bound": "approx"}, Number(5, 5, about=True, unit="USD", said="USD")),
        ("quantity", {"min": 2000, "max": None, "unit": "kg"}, Number(2, None, unit="t", said="kg")),
        ("quantity", {"value": 3, "unit": "ships"}, Number(3, 3, unit="ships", said="ships")),
    ],
)  # fmt: skip
def test_qualifiers_as_numbers(kind: str, value: dict[str, Any], expected: Number) -> None:
    assert as_number(kind, value, {"kg": ("t", 0.001)}) == expected
