"""RDF terms: relative IRIs under a base, literals as the ontology types them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg.vocab import LODE, XSD

# What makes a date of a year or month, and the datatype of it, by form.
_MOMENTS = (
    (re.compile(r"[0-9]{4}"), "-01-01", "gYear"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "-01", "gYearMonth"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "", "date"),
)
# What may be in no IRI (RFC 3987, section 2.2): all but these in ASCII, a percent sign alone, and some beyond ASCII.
_DOUBTFUL_IN_IRI = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]|%(?![0-9A-Fa-f]{2})")
_NOT_IN_IRI = frozenset("\ufffc\ufffd")
_NO_LETTERS = "\U000e0000"  # from here on there are no letters
# Controls and noncharacters that XML 1.0, and with it RDF/XML, cannot hold; lone surrogates that no encoding can.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Terms:
    """Makes terms under one base IRI."""

    base: str

    def iri(self, relative: str) -> ox.NamedNode:
        """Return the absolute IRI of a relative one; characters that no IRI may hold are percent-encoded."""
        path, sign, fragment = relative.partition("#")
        parts = (_DOUBTFUL_IN_IRI.sub(_percent, part) for part in (path, fragment.replace("#", "%23")))
        return ox.NamedNode(self.base + sign.join(parts))


def _percent(found: re.Match[str]) -> str:
    """Return a character that can be seen as it is, others as their bytes in UTF-8, percent-encoded, or a question mark's."""
    character = found[0]
    if "\x7f" < character < _NO_LETTERS and character.isprintable() and character not in _NOT_IN_IRI:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def lode(name: str) -> ox.NamedNode:
    """Return a term of the ontology."""
    return ox.NamedNode(LODE + name)


def text(value: str, language: str | None = None) -> ox.Literal:
    """Return a plain or language-tagged literal without characters that some serialisations cannot hold."""
    value = _NOT_TEXT.sub("\ufffd", value)
    return ox.Literal(value, language=language) if language else ox.Literal(value)


def decimal(value: float) -> ox.Literal:
    """Return an xsd:decimal without exponent.

    >>> decimal(400000000.0).value, decimal(0.333).value
    ('400000000', '0.333')
    """
    number = Decimal(repr(value)).normalize()
    return ox.Literal(f"{number:f}", datatype=ox.NamedNode(XSD + "decimal"))


def integer(value: int) -> ox.Literal:
    """Return an xsd:integer."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def boolean(value: bool) -> ox.Literal:
    """Return an xsd:boolean."""
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(XSD + "boolean"))


def moment(value: str) -> ox.Literal:
    """Return a year, month or day typed as precisely as it is written; anything else, impossible dates too, is text.

    >>> [moment(m).datatype.value.rsplit("#")[-1] for m in ("2025-03", "2025-13")]
    ['gYearMonth', 'string']
    """
    for pattern, rest, datatype in _MOMENTS:
        if pattern.fullmatch(value) and _is_date(value + rest):
            return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    return text(value)


def time_terms(value: str) -> Iterator[tuple[ox.NamedNode, ox.Literal]]:
    """Yield a point as lode:time; an interval or deadline as its ends, too, with the whole as text."""
    yield lode("time"), moment(value)
    if value.startswith("by "):
        yield lode("timeEnd"), moment(value[3:])
    elif value.startswith("from "):
        yield lode("timeStart"), moment(value[5:])
    elif "/" in value:
        start, end = value.split("/", 1)
        yield lode("timeStart"), moment(start)
        if end != "..":
            yield lode("timeEnd"), moment(end)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
