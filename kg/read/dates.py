"""Publication dates as ISO 8601 text."""

from __future__ import annotations

import re
from datetime import datetime

from dateutil import parser as dateutil_parser

_ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?")
# What a text leaves out is taken from these, and by their difference known not to be said.
_DEFAULTS = (datetime(2000, 1, 1), datetime(2000, 2, 2))
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


def published_date(text: str) -> str | None:
    """Return the date that `text` names, as precise as it is, or None.

    >>> published_date("Sou Hu Cai Jing·2025-11-12 13:59"), published_date("12 Nov 2025"), published_date("soon")
    ('2025-11-12', '2025-11-12', None)
    >>> published_date("November 2025"), published_date("2025")
    ('2025-11', '2025')
    """
    if iso := _ISO.search(text):
        return iso[0]
    if not _YEAR.search(text):
        return None
    try:
        first, second = (dateutil_parser.parse(text, default=default).date() for default in _DEFAULTS)
    except (ValueError, OverflowError):
        return None
    if first.month != second.month:
        return f"{first:%Y}"
    return f"{first:%Y-%m}" if first.day != second.day else first.isoformat()
