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
        ("since 2010", "from 2010"),
        ("since January 2023", "from 2023-01"),
        ("since early 2021", "from 2021"),
        ("by mid-2027", "by 2027"),
        ("in mid-2027", "2027"),
        ("by end-2027", "by 2027"),
        ("in FY2025", "2025"),
        ("in Third-quarter 2025", "2025-07/2025-09"),
        ("in Q3 of 2025", "2025-07/2025-09"),
        ("since the end of 2020", "from 2020"),
        ("since at least 2019", "from 2019"),
        ("from 2028", "from 2028"),
        ("from late 2028", "from 2028"),
        ("from 1 March 2026", "from 2026-03-01"),
        ("from the second half of 2027", "from 2027-07"),
        ("in 2027 and beyond", "from 2027"),
        ("starting in 2028", "2028"),
        ("by the third quarter of 2027", "by 2027-09"),
        ("by the year 2030", "by 2030"),
        ("by the 1950s", "by 1950"),
        ("between now and 2030", "by 2030"),
        ("in FY26", "2026"),
        ("in FY2025/26", "2025/2026"),
        ("in FY25-26", "2025/2026"),
        ("in fiscal year 2025/26", "2025/2026"),
        ("in the first half of fiscal 2026", "2026-01/2026-06"),
        ("in the first ten months of 2024", "2024-01/2024-10"),
        ("in 2Q 2025", "2025-04/2025-06"),
        ("in 2025's second half", "2025-07/2025-12"),
        ("in the year ended 30 June 2025", "2024-07/2025-06"),
        ("in the year ending February 1988", "1987-03/1988-02"),
        ("in the six months to September 2024", "2024-04/2024-09"),
        ("in the quarter ended March 31, 2025", "2025-01/2025-03"),
        ("up 5% from 2023", "2023"),
        ("unchanged from 2023", "2023"),
        ("from March to June 2025", "2025-03/2025-06"),
        ("until 2030", "by 2030"),
        ("through 2028", "by 2028"),
        ("no later than June 2026", "by 2026-06"),
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
        "a 2000-tonne plant",
        "on Tuesday",
        "in March",
        "since last April",
        "two years ago",
        "by year-end",
        "FY",
        "1950 employees",
        wrong("RFC 2045", reason="a number after a capitalized abbreviation is a year"),
    ],
)
def test_four_digits_and_words_that_are_no_time(text: str) -> None:
    assert times(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("last year", "2024"),
        ("earlier this year", "2025"),
        ("next year", "2026"),
        ("by the end of next year", "by 2026"),
        ("since last year", "from 2024"),
        ("by the end of the year", "by 2025"),
        ("by year-end", "by 2025"),
        ("by the end of the decade", "by 2030"),
        ("two years ago", "2023"),
        ("a decade ago", "2015"),
        ("three months ago", "2025-08"),
        ("last month", "2025-10"),
        ("next month", "2025-12"),
        ("last week", "2025-11-03/2025-11-09"),
        ("in March", "2025-03"),
        ("in December", "2024-12"),
        ("since March", "from 2025-03"),
        ("since last April", "from 2025-04"),
        ("last November", "2024-11"),
        ("next May", "2026-05"),
        ("by March", "by 2026-03"),
        ("in March last year", "2024-03"),
        ("between April and June", "2025-04/2025-06"),
        ("from April to June", "2025-04/2025-06"),
        ("on 23 May", "2025-05-23"),
        ("on May 23", "2025-05-23"),
        ("on Dec. 3", "2024-12-03"),
        ("on Tuesday", "2025-11-11"),
        ("on Wednesday", "2025-11-12"),
        ("last Wednesday", "2025-11-05"),
        ("next Monday", "2025-11-17"),
        ("yesterday", "2025-11-11"),
        ("last spring", "2025"),
        ("next spring", "2026"),
        ("last winter", "2024"),
        ("in the third quarter", "2025-07/2025-09"),
        ("in the first half of this year", "2025-01/2025-06"),
        ("in the second half of last year", "2024-07/2024-12"),
        ("in the first nine months of the year", "2025-01/2025-09"),
        ("last quarter", "2025-07/2025-09"),
        ("in the year to March", "2024-04/2025-03"),
    ],
)
def test_a_time_told_from_the_day_of_publication(text: str, value: str) -> None:
    sentence = f"It was sold {text}, he said."
    assert [m.value for m in find_times(sentence, "2025-11-12")] == [value]
    assert find_times(sentence) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It will be sold in March.", "2026-03"),
        ("It is to open on 3 February.", "2026-02-03"),
        ("It will require a permit from Jan. 1.", "from 2026-01-01"),
        ("It will close. It was sold in March.", "2025-03"),
        ("Output is expected to rise in the first quarter.", "2026-01/2026-03"),
    ],
)
def test_a_month_is_to_come_if_the_sentence_says_so(text: str, value: str) -> None:
    assert [m.value for m in find_times(text, "2025-11-12")] == [value]


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("It was sold last year.", "2025", ["2024"]),
        ("It was sold last month.", "2025", []),
        ("It was sold last month.", "2025-01", ["2024-12"]),
        ("It was sold on Tuesday.", "2025-01", []),
        ("It was sold last year.", "soon", []),
        ("It was sold last year.", "2025-13-01", []),
        ("It was sold in 2023.", "2025-11-12", ["2023"]),
        ("It was sold in March 2023.", "2025-11-12", ["2023-03"]),
        ("It was sold on March 3, 2023.", "2025-11-12", ["2023-03-03"]),
    ],
)
def test_no_more_is_resolved_than_the_date_of_publication_allows(
    text: str, published: str, expected: list[str]
) -> None:
    assert [m.value for m in find_times(text, published)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "It may sell the mine.",
        "The march in Santiago ended.",
        "A may-pole stood there.",
        "It has seven mines this side of the river.",
        "He may 5% of it.",
        "The year-end results were good.",
        "Three quarters of it was sold.",
        "The first half was dull in the second quarter-final.",
        "On 31 February it was sold.",
        "Tuesday Mining was sold.",
        "March Resources was sold.",
        "The next years are hard.",
    ],
)
def test_words_that_are_no_time_even_with_a_date_of_publication(text: str) -> None:
    assert [m.value for m in find_times(text, "2025-11-12") if not m.value.startswith("2025-0")] == []


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
        for part in value.removeprefix("by ").removeprefix("from ").split("/"):
            assert _is_iso(part), value


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
