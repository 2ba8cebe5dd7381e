"""Publication dates as ISO 8601 text."""

from __future__ import annotations

import re

from dateutil import parser as dateutil_parser

_ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


def published_date(text: str) -> str | None:
    """Return the date that `text` names, as precise as it is, or None.

    >>> published_date("Sou Hu Cai Jing·2025-11-12 13:59"), published_date("12 Nov 2025"), published_date("soon")
    ('2025-11-12', '2025-11-12', None)
    """
    if iso := _ISO.search(text):
        return iso[0]
    if not _YEAR.search(text):
        return None
    try:
        return dateutil_parser.parse(text, fuzzy=False).date().isoformat()
    except (ValueError, OverflowError):
        return None
