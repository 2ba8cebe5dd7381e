from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.read.dates import published_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-11-12", "2025-11-12"),
        ("2025-11-12 13:59", "2025-11-12"),
        ("2025-11-12T08:00:00Z", "2025-11-12"),
        ("2025-11-12T23:30:00+08:00", "2025-11-12"),
        ("Ore Post·2025-03-04 06:40", "2025-03-04"),
        ("2025-03", "2025-03"),
        ("12 Nov 2025", "2025-11-12"),
        ("12 November 2025", "2025-11-12"),
        ("November 12, 2025", "2025-11-12"),
        ("Nov. 12th, 2025", "2025-11-12"),
        ("Wed, 12 Nov 2025 08:00:00 GMT", "2025-11-12"),
        ("2025/11/12", "2025-11-12"),
        ("29 February 2024", "2024-02-29"),
        ("1 January 2000", "2000-01-01"),
        ("2 February 2000", "2000-02-02"),
    ],
)
def test_a_day_is_read_as_iso_8601(text: str, expected: str) -> None:
    assert published_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("November 2025", "2025-11"),
        ("Sept 2025", "2025-09"),
        ("January 2000", "2000-01"),
        ("February 2000", "2000-02"),
        ("2025", "2025"),
        ("2000", "2000"),
    ],
)
def test_a_date_is_no_more_precise_than_what_is_said(text: str, expected: str) -> None:
    assert published_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "May 5", "12 Nov", "Monday", "Group 1: Overview", "13:59", "40%", "China mined 270,000 t in 2024."],
)
def test_what_names_no_year_of_publication_is_no_date(text: str) -> None:
    assert published_date(text) is None


@pytest.mark.parametrize(
    "text",
    ["2025-99-99", "2025-02-30", "2025-13", "0000-00-00", "2020-25", "Tel. 1234-5678"],
)
def test_digits_that_are_no_day_or_month_are_no_date(text: str) -> None:
    assert published_date(text) is None


def test_a_span_of_years_is_not_a_month() -> None:
    assert published_date("2025-2030") != "2025-20"


def test_an_amount_is_no_date() -> None:
    assert published_date("5 of 2000 t") is None


@pytest.mark.parametrize("text", ["Nov 12, 2025 1:59 PM EST", "12 Nov 2025 13:59 CST", "November 12, 2025 06:40 PDT"])
def test_names_of_time_zones_do_no_harm(text: str) -> None:
    assert published_date(text) == "2025-11-12"


@given(
    st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y"])
)
@settings(max_examples=150, deadline=None)
def test_any_day_reads_back(day: date, form: str) -> None:
    assert published_date(day.strftime(form)) == day.isoformat()


@given(st.text(st.characters(codec="utf-8", exclude_characters="0123456789", exclude_categories=["Nd"]), max_size=30))
@settings(max_examples=150, deadline=None)
def test_text_without_digits_is_no_date(text: str) -> None:
    assert published_date(text) is None


@given(st.text("0123456789- /.,:TZ年abJanMay", max_size=14))
@settings(max_examples=300, deadline=None)
def test_a_date_has_one_of_three_forms(text: str) -> None:
    found = published_date(text)
    assert found is None or re.fullmatch(r"\d{4}(-\d{2}){0,2}", found)
