"""What an annotation hands on: which spans are references, and which mentions go to the linker."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
import spacy

from kg.annotation import REFERS, Annotation, Measure, Span, SpanKind
from kg.model import Document, Mention
from kg.tree import Tree


def span(text: str, kind: SpanKind, rule: str, at: int = 0) -> Span:
    return Span(at, at + 1, at, Mention(at, at + len(text), text, "company", text, rule), kind)


NAME = span("Korra", "name", "language pipeline")
RESOLVED = span("it", "pronoun", f"{REFERS}Korra before it", 1)
NOMINAL = span("company", "nominal", f"{REFERS}Korra before it", 2)
OPEN = span("mine", "nominal", "noun phrase", 3)


def annotation(*spans: Span) -> Annotation:
    doc = spacy.blank("en")("Korra it company mine")
    document = Document("a", "a.txt", doc.text, doc.text, (), (), "0" * 64)
    return Annotation(document, doc, Tree(doc, [0] * 4, ["dep"] * 4, [""] * 4), spans, ())


@pytest.mark.parametrize(("given", "reference"), [(NAME, False), (RESOLVED, True), (NOMINAL, True), (OPEN, False)])
def test_a_reference_is_what_was_resolved_to_a_name(given: Span, reference: bool) -> None:
    assert given.is_reference is reference


def test_mentions_are_names_and_what_refers_to_them_in_order() -> None:
    assert annotation(NAME, RESOLVED, NOMINAL, OPEN).mentions == (NAME.mention, RESOLVED.mention, NOMINAL.mention)
    assert annotation().mentions == ()


def test_a_name_found_by_a_rule_is_a_name_whatever_it_refers_to() -> None:
    alias = span("KML", "name", "short for a longer name in the article")
    assert annotation(alias).mentions == (alias.mention,)
    assert not alias.is_reference


def test_each_token_of_a_measure_leads_to_it() -> None:
    text = "about 70% of 45,000t"
    doc = spacy.blank("en")(text)
    share, quantity = Measure("share", 0, 9, {}), Measure("quantity", 13, 20, {})
    document = Document("a", "a.txt", text, text, (), (), "0" * 64)
    made = Annotation(document, doc, Tree(doc, [], [], []), (), (share, quantity))
    found = {doc[i].text: measure for i, measure in made.measure_at.items()}
    assert {word: m.kind for word, m in found.items() if word in {"about", "70", "%", "of"}} == {
        "about": "share",
        "70": "share",
        "%": "share",
    }
    assert made.measure_at[len(doc) - 1] is quantity


@pytest.mark.parametrize("value", [NAME, Measure("share", 0, 3, {"min": 0.5, "max": 0.5})])
def test_values_that_flow_between_stages_do_not_change(value: Span | Measure) -> None:
    with pytest.raises(FrozenInstanceError):
        value.start = 5  # type: ignore[misc]
