"""Publication dates as ISO 8601 text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from dateutil import parser as dateutil_parser

_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})(?:-(\d{2}))?(?![\d-])")
# What a text leaves out is taken from these, and by their difference known not to be said.
_DEFAULTS = (datetime(2000, 1, 1), datetime(2000, 2, 2))
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
# A year alone, a name of a month or numbers with marks between: dateutil alone takes "5 of 2000 t" for May 2000.
_FORM = re.compile(r"\s*\d{4}\s*|.*(?:[A-Za-z]{3}|\d[-./]\d{1,2}(?!\d)).*", re.DOTALL)


def published_date(text: str) -> str | None:
    """Return the date that `text` names, as precise as it is, or None.

    >>> published_date("Sou Hu Cai Jing·2025-11-12 13:59"), published_date("12 Nov 2025"), published_date("soon")
    ('2025-11-12', '2025-11-12', None)
    >>> published_date("November 2025"), published_date("2025"), published_date("2025-13")
    ('2025-11', '2025', None)
    """
    if _ISO.search(text):
        return next(_iso_dates(text), None)
    if not (_YEAR.search(text) and _FORM.fullmatch(text)):
        return None
    if not (days := _parsed(text)):
        return None
    first, second = days
    if first.month != second.month:
        return f"{first:%Y}"
    return f"{first:%Y-%m}" if first.day != second.day else first.isoformat()


def is_date(text: str) -> bool:
    """Tell whether a text is a date and nothing else.

    >>> is_date("12 November 2025"), is_date("2025-11-12 13:59"), is_date("Peru banned it on 2025-10-09.")
    (True, True, False)
    """
    return published_date(text) is not None and _parsed(text) is not None


def _iso_dates(text: str) -> Iterator[str]:
    """Yield the dates in ISO 8601 form that the calendar has."""
    for match in _ISO.finditer(text):
        year, month, day = match.groups()
        with suppress(ValueError):
            date(int(year), int(month), int(day or 1))
            yield match[0]


def _parsed(text: str) -> tuple[date, date] | None:
    """Return the date that the whole of `text` is, with either default for what it leaves out."""
    try:
        first, second = (dateutil_parser.parse(text, default=default, ignoretz=True).date() for default in _DEFAULTS)
    except (ValueError, OverflowError):
        return None
    return first, second
