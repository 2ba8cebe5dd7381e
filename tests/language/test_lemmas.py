"""Lemma rules: what is learnt of one pair of words gives its lemma back, and fits other words of the kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.language.lemmas import KEEP, Lemmatizer, apply_lemma_rule, lemma_rule

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1, max_size=12)


@given(WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_a_rule_gives_the_lemma_that_it_was_made_of(form: str, lemma: str) -> None:
    assert apply_lemma_rule(lemma_rule(form, lemma), form) == lemma


@pytest.mark.parametrize(
    ("form", "lemma", "other", "expected"),
    [
        ("companies", "company", "Refineries", "refinery"),
        ("mines", "mine", "smelters", "smelter"),
        ("sold", "sell", "told", "tell"),
        ("Mines", "mine", "PLANTS", "plant"),
        ("banned", "ban", "shipped", "ship"),
        ("Australians", "Australian", "Canadians", "Canadian"),
    ],
)
def test_a_rule_fits_words_of_the_same_kind(form: str, lemma: str, other: str, expected: str) -> None:
    assert apply_lemma_rule(lemma_rule(form, lemma), other) == expected


@pytest.mark.parametrize("word", ["China", "NdPr", "mine", "U.S.", "中国"])
def test_a_word_that_is_its_own_lemma_is_kept(word: str) -> None:
    assert lemma_rule(word, word) == KEEP
    assert apply_lemma_rule(KEEP, word) == word


@pytest.mark.parametrize("rule", ["3|y|lower", "3||keep", "9|abc|lower"])
def test_a_rule_that_is_too_long_for_a_word_leaves_it(rule: str) -> None:
    assert apply_lemma_rule(rule, "at") == "at"


def test_no_rule_leaves_nothing_of_a_word() -> None:
    assert apply_lemma_rule("2||keep", "at") == "at"


# The choice among what several rules give

LEMMATIZER = Lemmatizer(
    known={"VERB": frozenset({"sell", "sole", "mine", "ship", "lie"}), "NOUN": frozenset({"mine", "miner", "company"})},
    irregular={"VERB": {"sold": ["sell"], "lay": ["lie"]}, "NOUN": {"oxen": ["ox"]}},
)


@pytest.mark.parametrize(
    ("form", "upos", "tag", "candidates", "expected"),
    [
        ("sold", "VERB", "VBD", ["sole", "sol"], "sell"),
        ("Sold", "VERB", "VBN", ["so"], "sell"),
        ("miners", "NOUN", "NNS", ["mine", "miner"], "miner"),
        ("miner", "NOUN", "NN", ["min", "mine"], "miner"),
        ("companies", "NOUN", "NNS", ["companie"], "company"),
        ("mining", "VERB", "VBG", ["min"], "mine"),
        ("oxen", "NOUN", "NNS", ["oxen"], "ox"),
        ("refinezzed", "VERB", "VBD", ["refinezz"], "refinezz"),
        ("of", "ADP", "IN", ["of", "o"], "of"),
        ("U.S.", "PROPN", "NNP", ["U.S."], "U.S."),
        ("45", "NUM", "CD", ["45"], "45"),
    ],
)
def test_the_likeliest_lemma_is_taken_that_inflection_allows(
    form: str, upos: str, tag: str, candidates: list[str], expected: str
) -> None:
    assert LEMMATIZER.choose(form, upos, tag, candidates) == expected
