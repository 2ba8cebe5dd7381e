"""What a graph comes to: how many triples, and a hash that is the same in every store that keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.vocab import XSD

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_BITS = 256
_NUMERIC = frozenset(
    XSD + name
    for name in (
        *("decimal", "integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_TRUTH = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many triples a graph has, and the sum of their SHA-256 as 64 hexadecimal digits: their order is nothing to it."""

    count: int
    digest: str


def fingerprint(triples: Iterable[Triple]) -> Fingerprint:
    """Return what triples come to, each counted once; numbers that are equal and languages in any case are the same.

    >>> china, says = ox.NamedNode("urn:china"), ox.NamedNode("urn:says")
    >>> a, b = ([(china, says, ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal")))] for text in ("0.90", ".9"))
    >>> fingerprint(a) == fingerprint(b), fingerprint(a).count
    (True, 1)
    """
    count = total = 0
    for subject, predicate, value in triples:
        line = f"{subject} {predicate} {_plain(value)}"
        total += int.from_bytes(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest())
        count += 1
    return Fingerprint(count, f"{total % (1 << _BITS):064x}")


def _plain(value: ox.NamedNode | ox.Literal) -> str:
    """Return a term as all stores would write it: some normalise numbers, truth and languages."""
    if not isinstance(value, ox.Literal):
        return str(value)
    if value.language:
        return str(ox.Literal(value.value, language=value.language.lower()))
    if value.datatype.value in _NUMERIC:
        try:
            number = Decimal(value.value)
        except InvalidOperation:
            return str(value)
        plain = f"{number.normalize():f}" if number.is_finite() else value.value
        return f'"{plain}"^^{value.datatype}'
    if value.datatype.value == XSD + "boolean":
        return f'"{_TRUTH.get(value.value, value.value)}"^^{value.datatype}'
    return str(value)
