"""RDF terms: numbers without exponents, times as precise as they are said, texts that survive every syntax."""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.assertion.terms import Terms, boolean, decimal, integer, lode, moment, text
from kg.vocab import XSD

BASE = "https://example.org/"
NASTY = [
    'say "hi"',
    "it's",
    "line\nbreak",
    "line\r\nbreak",
    "tab\there",
    "back\\slash",
    "\\n",
    "\\u0041",
    "\\",
    '"""',
    "'''",
    "ends with \\",
    'ends with "',
    "𝔽 😀 non-BMP",
    "\x85 and \u2028 and \u2029",
    "\x7f\x80\x9f",
    "\u200b\u200e\ufeff",
    "<b>&amp;</b>",
    "{} ${x} %s",
    "",
    " ",
]


def written_and_read(term: ox.Literal, form: ox.RdfFormat) -> ox.Literal:
    triple = ox.Triple(ox.NamedNode(BASE + "s"), ox.NamedNode(BASE + "p"), term)
    (read,) = ox.parse(ox.serialize([triple], format=form), format=form)
    assert isinstance(read.object, ox.Literal)
    return read.object


@pytest.mark.parametrize("form", [ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD])
@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_text_survives_every_syntax(value: str, form: ox.RdfFormat) -> None:
    assert written_and_read(text(value), form).value == value


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_rdflib_reads_the_text_that_was_written(value: str) -> None:
    turtle = ox.serialize([ox.Triple(lode("s"), lode("p"), text(value))], format=ox.RdfFormat.TURTLE)
    assert [str(o) for o in rdflib.Graph().parse(data=turtle, format="turtle").objects()] == [value]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_survives_and_only_what_no_syntax_holds_is_replaced(value: str) -> None:
    found = written_and_read(text(value), ox.RdfFormat.TURTLE).value
    assert len(found) == len(value)
    assert all(
        a == b or (b == "\ufffd" and (ord(a) < 0x20 or a in "\ufffe\uffff")) for a, b in zip(value, found, strict=True)
    )


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert text("a\ud83db").value == "a\ufffdb"


def test_a_language_is_kept() -> None:
    assert (text("稀土", "zh").language, text("x").language) == ("zh", None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (400_000_000, "400000000"),
        (400_000_000.0, "400000000"),
        (2.26e9, "2260000000"),
        (1e22, "10000000000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0.9, "0.9"),
        (1e-7, "0.0000001"),
        (0, "0"),
        (0.0, "0"),
        (-1.5, "-1.5"),
        (10, "10"),
    ],
)
def test_a_number_is_written_without_an_exponent(value: float, expected: str) -> None:
    assert decimal(value) == ox.Literal(expected, datatype=ox.NamedNode(XSD + "decimal"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False)))
def test_any_number_is_a_legal_decimal_and_reads_back(value: float) -> None:
    lexical = decimal(value).value
    assert re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", lexical), "https://www.w3.org/TR/xmlschema11-2/#decimal"
    assert type(value)(Decimal(lexical)) == value
    assert "." not in lexical or not lexical.endswith("0")


def test_integers_and_booleans_are_typed() -> None:
    assert integer(210) == ox.Literal("210", datatype=ox.NamedNode(XSD + "integer"))
    assert [boolean(b).value for b in (True, False)] == ["true", "false"]
    assert boolean(True).datatype.value == XSD + "boolean"


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("2024", "gYear"),
        ("2025-03", "gYearMonth"),
        ("2025-03-09", "date"),
        ("by 2030", "string"),
        ("2020/2023", "string"),
        ("2020/..", "string"),
        ("20255", "string"),
        ("2024\n", "string"),
        ("second half of 2026", "string"),
        ("", "string"),
    ],
)
def test_a_time_is_typed_as_precisely_as_it_is_said(value: str, datatype: str) -> None:
    assert moment(value) == ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize("value", ["2025-13", "2025-02-30", "2025-00-00", "0000", "２０２５"])
def test_what_is_no_date_is_text(value: str) -> None:
    assert moment(value).datatype.value == XSD + "string"


@pytest.mark.parametrize("relative", ["company/a b", "company/<x>", 'company/"', "company/a\\b", "doc/{a}|b", "x\ty"])
def test_characters_that_no_iri_may_hold_are_encoded(relative: str) -> None:
    iri = Terms(BASE).iri(relative).value
    assert iri.startswith(BASE)
    assert not re.search(r"[\x00-\x20<>\"{}|^`\\]", iri)


def test_other_characters_of_an_iri_are_kept() -> None:
    assert Terms(BASE).iri("doc/包头#char=1,2").value == "https://example.org/doc/包头#char=1,2"
