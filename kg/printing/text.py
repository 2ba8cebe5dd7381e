"""Text of articles is printed, never interpreted."""

from __future__ import annotations

import unicodedata

OBEYED = frozenset({"Cc", "Cf", "Cs"})  # categories of characters that a terminal may obey or that turn its direction
HARMLESS = "\u200c\u200d"  # what Persian and emoji need to be written


def safe(value: object) -> str:
    """Return text on one line, without characters that a terminal would obey or that turn its direction.

    >>> safe("a\\x1b[31m\\nb\\u202e")
    'a\\ufffd[31m b\\ufffd'
    """
    plain = " ".join(str(value).split())
    return "".join("\ufffd" if unicodedata.category(c) in OBEYED and c not in HARMLESS else c for c in plain)
