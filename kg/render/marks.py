"""Where a sentence names the two ends of a claim, and where it says its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.query.claims import StoredClaim

Mark = tuple[int, int, str]  # start, end (UTF-16 code units, as JavaScript counts), "subject", "object" or "number"

_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)(?:\s?%)?")
_SCALES = (1, 1e2, 1e3, 1e6, 1e9, 1e12)
_NEAR = 1e-6


def find_marks(claim: StoredClaim) -> list[Mark]:
    """Return the marks of a claim's quote in order; none overlaps another.

    Numbers are marked if they are the share, amount or quantity of the claim, whatever scale follows; a percent sign belongs to its number.
    """
    quote = claim.quote
    taken: list[Mark] = []
    for kind, mention in (("subject", claim.subject.mention), ("object", claim.object.mention)):
        taken += _first_free(quote, mention, kind, taken)
    wanted = list(_numbers(claim.qualifiers))
    for found in _NUMBER.finditer(quote):
        if _is_free(found.span(), taken) and _says(found[1], wanted):
            taken.append((*found.span(), "number"))
    return [(_utf16(quote[:start]), _utf16(quote[:end]), kind) for start, end, kind in sorted(taken)]


def _first_free(quote: str, mention: str, kind: str, taken: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the first place of a mention that no other mark has; line breaks count as spaces."""
    words = mention.split()
    if words:
        for found in re.finditer(r"\s+".join(map(re.escape, words)), quote):
            if _is_free(found.span(), taken):
                yield (*found.span(), kind)
                return


def _is_free(span: tuple[int, int], taken: Iterable[Mark]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end, _ in taken)


def _numbers(qualifiers: Mapping[str, Any]) -> Iterator[float]:
    for key in ("share", "amount", "quantity"):
        told = qualifiers.get(key, {})
        yield from (abs(told[part]) for part in ("value", "min", "max") if told.get(part))


def _says(written: str, wanted: Iterable[float]) -> bool:
    """Tell whether a number as it is written is one of those wanted, at some scale."""
    readings = {float(written.replace(",", ""))} if written.replace(",", "").count(".") < 2 else set()
    values = [reading * scale for reading in readings for scale in (*_SCALES, 0.01)]
    return any(abs(value - want) <= _NEAR * want for value in values for want in wanted)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
