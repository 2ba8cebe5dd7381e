"""Qualifiers in words: nothing that a text says of a number is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.query.wording import describe_number, describe_qualifiers, describe_share


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({"min": 0.9, "max": 0.9}, "90%"),
        ({"min": 0.8, "max": None}, ">80%"),
        ({"min": None, "max": 0.9}, "<90%"),
        ({"min": 0.7, "max": 0.8}, "70%-80%"),
        ({"min": 0.15, "max": 0.15, "approx": True}, "~15%"),
        ({"min": 0.463, "max": 0.463}, "46.3%"),
        ({"min": 0.001, "max": 0.001}, "0.1%"),
        ({"min": 0.0, "max": 0.0}, "0%"),
        ({"min": 1, "max": 1}, "100%"),
        ({"min": 0.29, "max": 0.29}, "29%"),
        ({"min": 0.57, "max": None}, ">57%"),
    ],
)
def test_a_share_tells_its_bounds(share: dict[str, Any], expected: str) -> None:
    assert describe_share(share) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.5, "0.5"),
        (1, "1"),
        (999, "999"),
        (1_000, "1,000"),
        (34_000, "34,000"),
        (437_061, "437,061"),
        (1_000_000, "1 million"),
        (1_250_000, "1.25 million"),
        (2_260_000_000, "2.26 billion"),
        (1e12, "1 trillion"),
        (-2_000_000, "-2 million"),
        (1234.5, "1,234.5"),
    ],
)
def test_a_number_reads_as_in_the_news(value: float, expected: str) -> None:
    assert describe_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (999_999_999, "1 billion"),
        (999_999_999_999, "1 trillion"),
        pytest.param(
            1.5e16,
            "15,000 trillion",
            marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason="1.5e+04 trillion"),
        ),
    ],
)
def test_a_number_is_never_a_thousand_of_a_word(value: float, expected: str) -> None:
    assert describe_number(value) == expected


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 999_949_999_999_999))
def test_a_number_in_words_is_the_number(value: int) -> None:
    number, _, word = describe_number(value).partition(" ")
    scale = {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}[word]
    assert float(number.replace(",", "")) * scale == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        ({}, ""),
        ({"amount": {"value": 4e8, "currency": "USD"}}, "USD 400 million"),
        ({"quantity": {"value": 45000, "unit": "t"}}, "45,000 t"),
        ({"quantity": {"min": 45000, "max": None, "unit": "t"}}, ">45,000 t"),
        ({"quantity": {"min": None, "max": 2e6, "unit": "t"}}, "<2 million t"),
        ({"quantity": {"min": 20, "max": 23, "unit": "kg"}}, "20-23 kg"),
        ({"time": "2024", "stage": "refining", "share": {"min": 0.6, "max": 0.6}}, "60%, refining, 2024"),
        ({"rank": "largest", "scope": "global"}, "largest, global"),
        ({"commodity": "rare earths", "target": "Japan", "measure": "licences"}, "rare earths, licences, Japan"),
        ({"role": "chief executive", "kind": "loan"}, "loan, chief executive"),
        ({"amount": {"value": 1e9, "currency": "USD", "bound": "max"}}, "<USD 1 billion"),
        ({"amount": {"value": 1e9, "currency": "USD", "bound": "min"}}, ">USD 1 billion"),
        ({"amount": {"value": 1e9, "currency": "USD", "bound": "approx"}}, "~USD 1 billion"),
        ({"quantity": {"value": 45000, "unit": "t", "approx": True}}, "~45,000 t"),
    ],
)
def test_qualifiers_read_as_a_reader_would_write_them(qualifiers: dict[str, Any], expected: str) -> None:
    assert describe_qualifiers(qualifiers) == expected
