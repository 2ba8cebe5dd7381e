"""Cells of tables for spreadsheets, which would run text that begins like a formula."""

from __future__ import annotations

from typing import Any

_FORMULA = frozenset("=+-@＝＋－＠")  # what spreadsheets take a cell for a formula by, in any width
_SKIPPED = " \t\r\n\v\f\0\ufeff\xa0"  # what they skip before it


def inert(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe before such text keeps it text.

    >>> inert("=1+1"), inert("  @here"), inert("rare earths"), inert(-5)
    ("'=1+1", "'  @here", 'rare earths', -5)
    """
    if isinstance(value, str) and value.lstrip(_SKIPPED)[:1] in _FORMULA and value.strip():
        return "'" + value
    return value
