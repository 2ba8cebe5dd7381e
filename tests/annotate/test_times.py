"""Dates, years, quarters and spans of time, no more precise than the text, and four digits that are no year."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.times import find_times


def wrong(*values: object, reason: str) -> Any:
    """Mark a row of a table that does not hold yet."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))


def times(text: str) -> list[str]:
    return [m.value for m in find_times(f"It was sold {text} here.")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("in 2024", "2024"),
        ("in the year 2030", "2030"),
        ("early 2024", "2024"),
        ("in fiscal 2025", "2025"),
        ("in March 2025", "2025-03"),
        ("in Mar. 2025", "2025-03"),
        ("in Sept. 2025", "2025-09"),
        ("in May 2025", "2025-05"),
        ("in March, 2025", "2025-03"),
        ("on 1 March 2025", "2025-03-01"),
        ("on 1st March 2025", "2025-03-01"),
        ("on March 1, 2025", "2025-03-01"),
        ("on March 22nd, 2025", "2025-03-22"),
        ("on Sept. 3, 2025", "2025-09-03"),
        ("on 2025-03-01", "2025-03-01"),
        ("in Q3 2025", "2025-07/2025-09"),
        ("in the third quarter of 2025", "2025-07/2025-09"),
        ("in third-quarter 2025", "2025-07/2025-09"),
        ("in the 2025 third quarter", "2025-07/2025-09"),
        ("in the final quarter of 2024", "2024-10/2024-12"),
        ("in the first half of 2025", "2025-01/2025-06"),
        ("in H2 2025", "2025-07/2025-12"),
        ("in the first nine months of 2024", "2024-01/2024-09"),
        ("in the last six months of 2024", "2024-07/2024-12"),
        ("in the 1990s", "1990/1999"),
        ("2020 to 2023", "2020/2023"),
        ("from 2020 to 2023", "2020/2023"),
        ("between 2020 and 2023", "2020/2023"),
        ("in 2020-2023", "2020/2023"),
        ("in 2020–23", "2020/2023"),
        ("in 2024/25", "2024/2025"),
        ("in 1998-2001", "1998/2001"),
        ("from January 2023 to June 2024", "2023-01/2024-06"),
        ("from March 1, 2024 through April 3, 2025", "2024-03-01/2025-04-03"),
        ("by 2030", "by 2030"),
        ("by the end of 2027", "by 2027"),
        ("by early 2030", "by 2030"),
        ("before 2030", "by 2030"),
        ("By June 2026", "by 2026-06"),
        ("since 2010", "2010/.."),
        ("since January 2023", "2023-01/.."),
        ("since early 2021", "2021/.."),
        ("by mid-2027", "by 2027"),
        ("in mid-2027", "2027"),
        ("by end-2027", "by 2027"),
        ("in FY2025", "2025"),
        ("in Third-quarter 2025", "2025-07/2025-09"),
        ("in Q3 of 2025", "2025-07/2025-09"),
        wrong("since the end of 2020", "2020/..", reason="'since' must stand before the year"),
        ("from March to June 2025", "2025-03/2025-06"),
        wrong("until 2030", "by 2030", reason="'until' and 'no later than' are lost"),
        ("on MARCH 1, 2025", "2025-03-01"),
    ],
)
def test_a_time_is_as_precise_as_the_text(text: str, value: str) -> None:
    assert times(text) == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose by the end of 2027.", "by the end of 2027"),
        ("It rose in March 2025.", "March 2025"),
        ("It rose from 2020 to 2023.", "from 2020 to 2023"),
        ("It rose in Q3 2025.", "Q3 2025"),
        ("It has risen since January 2023.", "since January 2023"),
    ],
)
def test_a_time_covers_the_words_that_say_it(text: str, expected: str) -> None:
    (found,) = find_times(text)
    assert text[found.start : found.end] == expected


@pytest.mark.parametrize(
    "text",
    [
        "1776",
        "2150",
        "20245",
        "A2024",
        "2024a",
        "2,024",
        "2024.5",
        "$2024",
        "#2024",
        "2024 tonnes",
        "2024%",
        "1950 workers",
        "2000 MW",
        "March 1",
        "last year",
        "the first half",
        "may",
        wrong("a 2000-tonne plant", reason="a unit after a hyphen is not seen"),
        "1950 employees",
        wrong("RFC 2045", reason="a number after a capitalized abbreviation is a year"),
    ],
)
def test_four_digits_and_words_that_are_no_time(text: str) -> None:
    assert times(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 2010, 2015 and 2020", ["2010", "2015", "2020"]),
        ("in 2010 and 2015", ["2010", "2015"]),
        ("in March 2025 and June 2026", ["2025-03", "2026-06"]),
    ],
)
def test_years_that_are_listed_are_no_range(text: str, expected: list[str]) -> None:
    assert times(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 2023 and 50 others", ["2023"]),
        ("in 2024 to 30 buyers", ["2024"]),
        ("in June 2024 and 30 other firms", ["2024-06"]),
        ("in March 2023 to 24 buyers", ["2023-03"]),
    ],
)
def test_a_number_after_a_year_is_no_second_year(text: str, expected: list[str]) -> None:
    assert times(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2025",
        "February 31, 2025",
        "2025-13",
        "2025-02-30",
        "2025-00-10",
        "1999-00",
        "March 2023-24",
        "20٢٤",
    ],
)
def test_only_dates_of_the_calendar_are_written(text: str) -> None:
    for value in times(f"on {text}"):
        for part in value.removeprefix("by ").split("/"):
            assert part == ".." or _is_iso(part), value


def _is_iso(text: str) -> bool:
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", text)
    if not match:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def test_several_times_are_found_in_order() -> None:
    text = "Sold in March 2025, it will close by 2030, after a trial from 2020 to 2023."
    assert [m.value for m in find_times(text)] == ["2025-03", "by 2030", "2020/2023"]


@given(
    st.dates(date(1850, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d} {month} {y}", "{month} {d}, {y}", "{d} {short} {y}", "{short} {d}, {y}"]),
)
@settings(max_examples=150, deadline=None)
def test_every_day_of_the_calendar_is_read(day: date, pattern: str) -> None:
    written = pattern.format(d=day.day, y=day.year, month=month_name[day.month], short=month_abbr[day.month])
    assert times(f"on {written}") == [day.isoformat()]


@pytest.mark.parametrize(
    "day",
    [
        "1999-12-31",
        "2012-12-31",
        "2013-01-02",
        "2025-11-30",
        "2009-12-31",
        "2000-01-01",
    ],
)
def test_a_date_of_digits_is_read_whole(day: str) -> None:
    assert times(f"on {day}") == [day]


PIECES = (
    *(
        "2024",
        "2030",
        "25",
        "15",
        "March",
        "Sept.",
        "May",
        "Q3",
        "H1",
        "third",
        "quarter",
        "first",
        "half",
        "nine months",
    ),
    *(
        "of",
        "by",
        "since",
        "from",
        "between",
        "and",
        "to",
        "-",
        "–",
        "/",
        ",",
        "the end of",
        "early",
        "1990s",
        "tonnes",
        "1st",
    ),
)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", " ", ""])), max_size=12))
@settings(max_examples=300, deadline=None)
def test_times_lie_apart_in_order_within_the_text(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    found = find_times(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(m.kind == "time" for m in found)
