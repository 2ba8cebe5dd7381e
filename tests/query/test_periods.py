"""Periods: as long as texts say, and no longer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.query.periods import ALWAYS, Period, parse_time, stated_period

TIMES = st.one_of(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
    st.sampled_from(["2024", "2024-02", "from 2009", "2023-08/..", "by 2030", "early 2026", "", "last year"]),
)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2025-03-09", "2025-03-09", "2025-03-09"),
        ("2020/2023", "2020-01-01", "2023-12-31"),
        ("2023-08/..", "2023-08-01", "9999-12-31"),
        ("from 2009", "2009-01-01", "9999-12-31"),
        ("by 2030", "2030-01-01", "2030-12-31"),
        ("early 2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_times(text: str, start: str, end: str) -> None:
    assert parse_time(text) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize("text", ["", "last year", "2025-13-40", "0000", "123456", "२०२४"])
def test_no_time(text: str) -> None:
    assert parse_time(text) == ALWAYS


@given(TIMES, TIMES, st.integers(0, 3000))
def test_a_statement_holds_for_a_while(time: str, published: str, lag: int) -> None:
    period = stated_period(time, published, lag)
    assert period.start <= period.end
    assert period.overlaps(period)
    assert period.overlaps(ALWAYS)


@given(TIMES, TIMES)
def test_it_does_not_matter_which_of_two_periods_comes_first(one: str, other: str) -> None:
    assert parse_time(one).overlaps(parse_time(other)) == parse_time(other).overlaps(parse_time(one))


def test_what_goes_on_is_known_until_it_was_written() -> None:
    assert stated_period("from 2009", "2025-06-01", 1).end == date(2025, 6, 1)
    assert stated_period("from 2030", "2025-06-01", 1).end == date(2030, 1, 1)
