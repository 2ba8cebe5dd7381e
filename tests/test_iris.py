"""IRIs: valid whatever the name, the same for the same name, different for different ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.config import DEFAULT_BASE
from kg.iris import digest, document_iri, entity_iri, evidence_iri, slug

HOSTILE = [
    "<script>alert('x')</script>",
    'Say "Lithium"',
    "it's",
    r"back\slash",
    r"a\/b",
    "a/b/../c",
    "..",
    ".",
    "/etc/passwd",
    "//evil.example/x",
    "javascript:alert(1)",
    "http://evil.example/?q=1#f",
    "100% Lithium",
    "%3Cscript%3E",
    "a b\tc\nd\r\ne",
    "{curly} [square] |pipe| `tick` ^hat",
    "",
    " ",
    "...",
    "***",
    "_",
    "__init__",
    "-",
    "\u200b",
    "\u202eevil",
    "\x00\x07\x1b[31m",
    "\ufeffBOM",
    "a\u0301",
    "Ångström",
    "Norra Kärr",
    "Straße",
    "İstanbul",
    "ﬁnance",
    "ＭＰ　Materials",
    "包头",
    "Ёлка",
    "שלום",
    "المغرب",
    "희토류",
    "हिन्दी",
    "😀 Corp",
    "𝕄𝕡",
    "²³",
    "½",
    "x" * 10_000,
    "名" * 5_000,
    "Solvay S.A. (La Rochelle)",
]
IUNRESERVED = re.compile(r"[a-z0-9-]|[^\x00-\x9f]")


def is_valid(relative: str) -> bool:
    """Tell whether three parsers take an IRI under the base and nothing in it needs escaping."""
    iri = DEFAULT_BASE + relative
    turtle = f"<{iri}> <{iri}> <{iri}> ."
    (triple,) = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    (read,) = rdflib.Graph().parse(data=turtle, format="turtle")
    return triple.subject.value == iri == str(read[0]) == ox.NamedNode(iri).value


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_any_name_gives_a_valid_iri_of_one_segment(name: str) -> None:
    relative = entity_iri("company", name)
    segment, _, last = relative.partition("/")
    assert segment == "company"
    assert last
    assert all(IUNRESERVED.fullmatch(c) for c in last)
    assert len(last) <= 100
    assert is_valid(relative)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_gives_a_valid_iri_of_one_segment(name: str) -> None:
    last = slug(name)
    assert last
    assert all(IUNRESERVED.fullmatch(c) for c in last)
    assert len(last) <= 100
    assert is_valid(f"company/{last}")


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="_"), max_size=60))
def test_a_slug_is_its_own_slug_and_in_normal_form(name: str) -> None:
    found = slug(name)
    assert slug(found) == found
    assert unicodedata.normalize("NFC", found) == found


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20), max_size=60))
def test_case_and_spacing_do_not_matter(name: str) -> None:
    if re.search(r"[A-Za-z0-9]", name):
        assert slug(name.upper()) == slug(name.lower()) == slug(f"  {name.replace(' ', '   ')} ")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MP Materials", "mp-materials"),
        ("  MP   Materials  ", "mp-materials"),
        ("mp_materials", "mp-materials"),
        ("ＭＰ　Materials", "mp-materials"),
        ("Zürich", "zurich"),
        ("Zu\u0308rich", "zurich"),
        ("Straße", "strasse"),
        ("包头", "包头"),
        ("희토류", "희토류"),
        ("ЕВРАЗ", "евраз"),
        ("3M", "3m"),
        ("L&F", "l-f"),
    ],
)
def test_a_slug_reads_like_the_name(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("x" * 100 + "a", "x" * 100 + "b"),
        ("***", "!!!", "", " ", "..."),
        ("Alcoa", "Аlcoa", "Αlcoa"),  # Latin, Cyrillic, Greek
        ("包头", "包钢"),
        ("희토", "희토류"),
        ("3", "4", "²"),
    ],
    ids=["long", "symbols", "look-alikes", "Chinese", "Korean", "numbers"],
)
def test_different_names_stay_apart(names: tuple[str, ...]) -> None:
    assert len({slug(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["Grayrock _Metals_", "Grayrock (_Metals)", "Grayrock_-_Metals"])
def test_whatever_parts_words_is_one_hyphen(name: str) -> None:
    assert slug(name) == "grayrock-metals"


@pytest.mark.parametrize(
    "names",
    [("ガリウム", "カリウム"), ("किताब", "कुताब")],
    ids=["gallium and potassium in Japanese", "vowel signs in Hindi"],
)
def test_marks_that_make_another_letter_tell_names_apart(names: tuple[str, str]) -> None:
    assert len({slug(name) for name in names}) == len(names)


def test_half_a_surrogate_pair_gives_a_valid_iri() -> None:
    assert is_valid(entity_iri("company", "\ud83d"))


def test_iris_name_their_kind() -> None:
    assert document_iri("Report 7.final") == "doc/report-7-final"
    assert entity_iri("person", "Ada Byron") == "person/ada-byron"
    assert evidence_iri("doc/a", 3, 9) == "doc/a#char=3,9"
    assert is_valid(evidence_iri(document_iri("a b"), 0, 1))


def test_a_digest_depends_on_content_alone() -> None:
    assert digest("a", {"b": 1, "c": 2}) == digest("a", {"c": 2, "b": 1})
    assert re.fullmatch(r"[0-9a-f]{12}", digest("a"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab",), ("a", "b")),
        (("a", "b"), ("b", "a")),
        ((1,), ("1",)),
        ((None,), ("None",)),
        (({"min": 1, "max": None},), ({"min": None, "max": 1},)),
        (("a",), ("a", "")),
    ],
)
def test_a_digest_tells_contents_apart(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert digest(*one) != digest(*other)


def test_another_process_makes_the_same_iris() -> None:
    program = "from kg.iris import *; print(ascii([slug('x' * 200), slug('***'), digest({'b': 1, 'a': {2}.pop()})]))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {ascii([slug("x" * 200), slug("***"), digest({"a": 2, "b": 1})]) + "\n"}
