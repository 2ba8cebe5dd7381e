"""Qualifiers in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SIGNS = {None: "", "min": ">", "max": "<", "approx": "~"}
_ROUNDED_UP = 0.99995  # what four digits round to the next word


def describe_qualifiers(qualifiers: Mapping[str, Any]) -> str:
    """Return qualifiers as a reader would write them.

    >>> describe_qualifiers({"share": {"min": 0.8, "max": None}, "stage": "processing", "amount": {"value": 400000000, "currency": "USD"}})
    '>80%, processing, USD 400 million'
    """
    parts = [describe_share(qualifiers["share"])] if "share" in qualifiers else []
    parts += [qualifiers[k] for k in ("stage",) if k in qualifiers]
    if "amount" in qualifiers:
        parts.append(describe_amount(**qualifiers["amount"]))
    if "quantity" in qualifiers:
        parts.append(_describe_quantity(qualifiers["quantity"]))
    parts += [
        str(qualifiers[k])
        for k in ("commodity", "kind", "rank", "role", "measure", "target", "scope", "time")
        if k in qualifiers
    ]
    return ", ".join(parts)


def describe_amount(value: float, currency: str, bound: str | None = None) -> str:
    """Return an amount with its bound: "min", "max" or "approx".

    >>> describe_amount(400000000, "USD"), describe_amount(1000000000, "USD", "max")
    ('USD 400 million', '<USD 1 billion')
    """
    return f"{_SIGNS[bound]}{currency} {describe_number(value)}"


def describe_share(share: Mapping[str, Any]) -> str:
    """Return a share with its bounds.

    >>> [describe_share(s) for s in ({"min": None, "max": 0.9}, {"min": 0.7, "max": 0.8}, {"min": 0.15, "max": 0.15, "approx": True})]
    ['<90%', '70%-80%', '~15%']
    """
    low, high = (None if v is None else f"{v * 100:.4g}%" for v in (share["min"], share["max"]))
    if low == high:
        return f"~{low}" if share.get("approx") else str(low)
    return f">{low}" if high is None else f"<{high}" if low is None else f"{low}-{high}"


def _describe_quantity(quantity: Mapping[str, Any]) -> str:
    unit = quantity["unit"]
    if "value" in quantity:
        return f"{_SIGNS['approx' if quantity.get('approx') else None]}{describe_number(quantity['value'])} {unit}"
    low, high = quantity["min"], quantity["max"]
    if low is not None and high is not None:
        return f"{describe_number(low)}-{describe_number(high)} {unit}"
    return f">{describe_number(low)} {unit}" if high is None else f"<{describe_number(high)} {unit}"


def describe_number(value: float) -> str:
    """Return a number in the words that news use.

    >>> describe_number(2260000000), describe_number(34000), describe_number(0.5)
    ('2.26 billion', '34,000', '0.5')
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size * _ROUNDED_UP:
            return f"{value / size:.4g} {word}"
    return f"{value:,.10g}"
