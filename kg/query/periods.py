"""When statements hold: the times of claims as days from and to."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MOMENT = re.compile(r"(?<!\d)(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two have a day in common.

        >>> parse_time("2024").overlaps(parse_time("2024-05")), parse_time("2024").overlaps(parse_time("by 2030"))
        (True, False)
        """
        return self.start <= other.end and other.start <= self.end


ALWAYS = Period(date.min, date.max)


def parse_time(text: str) -> Period:
    """Return the period that a time of a claim names, for a deadline the last one; `ALWAYS` if it names no year.

    >>> parse_time("2025-02").end, parse_time("2020/2023").start.year, parse_time("early 2026").end.month
    (datetime.date(2025, 2, 28), 2020, 12)
    """
    found = [period for moment in _MOMENT.finditer(text) if (period := _moment(*moment.groups()))]
    if not found:
        return ALWAYS
    last = date.max if text.startswith("from ") or text.endswith("/..") else max(p.end for p in found)
    return Period(min(p.start for p in found), last)


def stated_period(time: str, published: str, lag_years: int) -> Period:
    """Return when a statement holds: at its time, else as of its article's date, looking back `lag_years`.

    What goes on since some time is known to go on until the article was published.

    >>> stated_period("", "2025-03-20", 1).start, stated_period("", "", 1) == ALWAYS
    (datetime.date(2024, 3, 20), True)
    >>> stated_period("from 2009", "2025-03-20", 1).end
    datetime.date(2025, 3, 20)
    """
    told, written = parse_time(time), parse_time(published)
    if told != ALWAYS:
        ongoing = told.end == date.max and written != ALWAYS
        return Period(told.start, max(written.end, told.start)) if ongoing else told
    if written == ALWAYS:
        return ALWAYS
    start = written.start
    return Period(start.replace(year=max(1, start.year - lag_years), day=min(start.day, 28)), written.end)


def _moment(year: str, month: str | None, day: str | None) -> Period | None:
    """Return the days of a year, a month or one day; None if there is none such."""
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return Period(first, first)
    last = monthrange(first.year, first.month)[1] if month else 31
    return Period(first, date(first.year, first.month if month else 12, last))
