"""Short names within an article: in brackets, the first word, the family name, initials; and what is short for nothing."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from kg.annotate.aliases import link_short_names
from kg.annotation import Span
from kg.model import Mention
from kg.ontology import load_ontology


@pytest.fixture(scope="module")
def blank() -> Language:
    return spacy.blank("en")


def linked(blank: Language, text: str, *names: tuple[str, str] | tuple[str, str, str]) -> list[Span]:
    """Return the names of a text, each with its type and perhaps its entity, after short ones were linked."""
    doc = blank(text)
    spans, at = [], 0
    for surface, kind, *entity in names:
        at = text.index(surface, at)
        tokens = doc.char_span(at, at + len(surface))
        assert tokens is not None
        known = f"{kind}/{entity[0].lower()}" if entity else None
        mention = Mention(at, at + len(surface), surface, kind, entity[0] if entity else surface, "made", known)
        spans.append(Span(tokens.start, tokens.end, tokens.end - 1, mention, "name"))
        at += len(surface)
    return link_short_names(doc, spans, load_ontology().naming)


def fullest(spans: list[Span]) -> list[str]:
    return [s.mention.name for s in spans]


@pytest.mark.parametrize(
    "introduction",
    ["(QCM)", "(“QCM”)", '("QCM")', "(the QCM)", "(formerly QCM)", "(QCM or “Qorval”)"],
)
def test_a_name_in_brackets_is_the_one_before_it(introduction: str, blank: Language) -> None:
    text = f"Northern Lakes Smelting {introduction} grew. QCM hired."
    spans = linked(blank, text, ("Northern Lakes Smelting", "company"), ("QCM", "company"), ("QCM", "company"))
    assert fullest(spans) == ["Northern Lakes Smelting"] * 3
    assert "brackets" in spans[1].mention.rule


def test_the_type_follows_the_full_name(blank: Language) -> None:
    text = "The Northern Mining Union (NMU) met. NMU struck."
    spans = linked(blank, text, ("Northern Mining Union", "organization"), ("NMU", "company"), ("NMU", "company"))
    assert {s.mention.type for s in spans} == {"organization"}


@pytest.mark.parametrize(
    ("long", "short", "kind"),
    [
        ("Qorval Metals", "Qorval", "company"),
        ("Qorval Metals Ltd", "Qorval Metals", "company"),
        ("Qorval Copper Mines Ltd", "QCM", "company"),
        ("Bank of the Northern Lakes", "BNL", "organization"),
        ("Anna Berg", "Berg", "person"),
        ("Anna Maria Berg", "Anna Berg", "person"),
        ("Zubrow Lake mine", "Zubrow Lake", "facility"),
    ],
)
def test_a_short_name_has_the_longer_one(long: str, short: str, kind: str, blank: Language) -> None:
    spans = linked(blank, f"{long} grew. Later {short} shrank.", (long, kind), (short, kind))
    assert fullest(spans) == [long, long]
    assert spans[1].mention.text == short


def test_the_longer_name_may_come_later(blank: Language) -> None:
    spans = linked(blank, "Qorval grew, said Qorval Metals.", ("Qorval", "company"), ("Qorval Metals", "company"))
    assert fullest(spans) == ["Qorval Metals", "Qorval Metals"]


def test_a_short_name_has_the_entity_of_the_longer_one(blank: Language) -> None:
    spans = linked(
        blank, "Qorval Metals grew. Qorval hired.", ("Qorval Metals", "company", "QM"), ("Qorval", "company")
    )
    assert spans[1].mention.entity == "company/qm"
    assert spans[1].mention.name == "QM"


@pytest.mark.parametrize(
    ("long", "short", "kinds"),
    [
        ("Qorval Metals", "Qorv", ("company", "company")),
        ("Qorval Metals", "Metals", ("company", "company")),
        ("Qorval Metals", "Qorval", ("company", "commodity")),
        ("Northern Lakes Mining", "Northern", ("company", "region")),
        ("Northern Lakes Mining", "Mining", ("company", "company")),
        ("Qorval mine", "Qorval", ("facility", "commodity")),
        ("North Sea", "North", ("region", "region")),
        ("Anna Berg", "Anna", ("person", "person")),
        ("Anna Berg", "Tom Berg", ("person", "person")),
        ("Qorval Copper Mines", "QMC", ("company", "company")),
        ("Qorval Copper Mines", "qcm", ("company", "company")),
        ("Li Metals", "Li", ("company", "company")),
    ],
)
def test_what_is_no_short_name(long: str, short: str, kinds: tuple[str, str], blank: Language) -> None:
    spans = linked(blank, f"{long} grew. Later {short} shrank.", (long, kinds[0]), (short, kinds[1]))
    assert fullest(spans) == [long, short]


def test_a_known_name_is_left_alone(blank: Language) -> None:
    spans = linked(blank, "Qorval Metals met Qorval.", ("Qorval Metals", "company"), ("Qorval", "company", "Qorval SA"))
    assert fullest(spans) == ["Qorval Metals", "Qorval SA"]


@pytest.mark.parametrize("guess", ["region", "person", "facility", "company"])
@pytest.mark.parametrize(
    ("long", "short", "kind"),
    [
        ("Qorval Metals", "Qorval", "company"),
        ("Fujian Ninghua Fluor-Lithium Co., Ltd.", "Ninghua", "company"),
        ("Minera Tasna Norte S.A.", "Tasna Norte", "company"),
        ("Zubrow Lake Project", "Zubrow Lake", "facility"),
    ],
)
def test_a_short_name_has_the_kind_of_the_longer_one(
    long: str, short: str, kind: str, guess: str, blank: Language
) -> None:
    spans = linked(blank, f"{long} grew. Later {short} shrank.", (long, kind), (short, guess))
    assert (spans[1].mention.name, spans[1].mention.type) == (long, kind)


@pytest.mark.parametrize(
    ("long", "kind", "preposition"),
    [("Qorval Metals", "company", "in"), ("Qorval Metals", "company", "near"), ("Qorval mine", "facility", "in")],
)
def test_a_place_is_not_the_company_called_after_it(long: str, kind: str, preposition: str, blank: Language) -> None:
    spans = linked(blank, f"{long} grew. People {preposition} Qorval left.", (long, kind), ("Qorval", "region"))
    assert [(s.mention.name, s.mention.type) for s in spans] == [(long, kind), ("Qorval", "region")]


@pytest.mark.parametrize("words", ["(the Company)", "(the company)", "(ASX: QOR)", "(2024)", "(see below)"])
def test_other_words_in_brackets_introduce_nothing(words: str, blank: Language) -> None:
    text = f"Qorval Metals {words} grew. Zubrow hired."
    spans = linked(blank, text, ("Qorval Metals", "company"), ("Zubrow", "company"))
    assert fullest(spans) == ["Qorval Metals", "Zubrow"]


def test_the_employer_in_brackets_is_not_the_person(blank: Language) -> None:
    text = "Anna Berg (Qorval Metals) spoke. Qorval Metals hired."
    spans = linked(blank, text, ("Anna Berg", "person"), ("Qorval Metals", "company"), ("Qorval Metals", "company"))
    assert [(s.mention.name, s.mention.type) for s in spans[1:]] == [("Qorval Metals", "company")] * 2


def test_the_place_in_brackets_is_not_the_facility(blank: Language) -> None:
    text = "The Zubrow mine (Lutz) opened. Lutz cheered."
    spans = linked(blank, text, ("Zubrow mine", "facility"), ("Lutz", "region"), ("Lutz", "region"))
    assert [(s.mention.name, s.mention.type) for s in spans[1:]] == [("Lutz", "region")] * 2


def test_a_family_name_is_not_that_of_somebody_named_later(blank: Language) -> None:
    text = "Anna Berg runs the mill. Berg said it would close. Her brother Thomas Berg left."
    spans = linked(blank, text, ("Anna Berg", "person"), ("Berg", "person"), ("Thomas Berg", "person"))
    assert fullest(spans) == ["Anna Berg", "Anna Berg", "Thomas Berg"]


@pytest.mark.parametrize("order", [("Qorval Metals", "Qorval Energy"), ("Qorval Energy", "Qorval Metals")])
def test_a_word_that_begins_two_names_is_short_for_neither(order: tuple[str, str], blank: Language) -> None:
    text = f"{order[0]} sued {order[1]}. Investors hoped that Qorval would win."
    spans = linked(blank, text, (order[0], "company"), (order[1], "company"), ("Qorval", "company"))
    assert fullest(spans) == [*order, "Qorval"]


def test_names_stay_where_they_are(blank: Language) -> None:
    text = "Qorval Metals (QM) grew. Qorval hired, and QM paid."
    names = [("Qorval Metals", "company"), ("QM", "company"), ("Qorval", "company"), ("QM", "company")]
    spans = linked(blank, text, *names)
    assert [text[s.mention.start : s.mention.end] for s in spans] == [surface for surface, _ in names]
    assert fullest(spans) == ["Qorval Metals"] * 4
