"""The network as a component: windows, sentences, and one result for one text whatever else is read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg.language import load_pipeline
from kg.language.encoder import WINDOW_WORDS, Window, sentence_starts, split_windows

BLANK = spacy.blank("en")
ARTICLE = "\n\n".join(
    (
        "Prices of gallium have doubled",
        " ".join(
            f"In {2000 + i} Korra Metals bought {i + 2} mines in Peru for ${i} million (see below)." for i in range(30)
        ),
        "A last line without a full stop",
    )
)


def written(doc: Doc) -> list[tuple[object, ...]]:
    """Return all that the network writes to a document."""
    words = [(t.text, t.head.i, t.dep_, t.tag_, t.pos_, t.lemma_, t.is_sent_start) for t in doc]
    return [*words, *((e.start, e.end, e.label_) for e in doc.ents)]


@pytest.fixture(scope="module")
def nlp(embedded: Language) -> Language:
    return embedded


# Windows


PIECES = ("mine", "Lynas", ".", "!", "\n\n", "\n", " ", "U.S.", ",", "\u00a0", "👩‍🔬", "5", "(", "“")


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_windows_hold_every_word_once_in_order(pieces: list[str], times: int) -> None:
    doc = BLANK(" ".join(pieces * times))
    windows = split_windows(doc)
    assert [t.i for w in windows for t in w.words] == [t.i for t in doc if not t.is_space]
    assert all(1 <= len(w.words) <= WINDOW_WORDS for w in windows)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_window_reaches_over_a_line_end(pieces: list[str]) -> None:
    doc = BLANK(" ".join(pieces))
    for window in split_windows(doc):
        assert "\n" not in doc[window.words[0].i : window.words[-1].i + 1].text


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    doc = BLANK("Korra Metals sold two mines in Peru. " * 40)
    windows = split_windows(doc)
    assert len(windows) > 2
    assert all(w.words[-1].text == "." for w in windows)


@pytest.mark.parametrize(
    ("text", "likely", "expected"),
    [
        ("It fell . They rose .", [0, 3], [0, 3]),
        ("It fell . They rose .", [0], [0]),
        ("It fell They rose", [0, 2], [0]),
        ("“ It fell . ” They rose .", [5], [0, 5]),
        ("It fell . ”", [3], [0, 3]),
    ],
)
def test_a_sentence_begins_where_another_seems_to_end(text: str, likely: list[int], expected: list[int]) -> None:
    doc = Doc(BLANK.vocab, words=text.split())
    scores = np.full(len(doc), -1, dtype=np.float32)
    scores[likely] = 1
    assert sentence_starts(Window(tuple(doc)), scores) == expected


def test_a_sure_sentence_begins_anywhere() -> None:
    doc = Doc(BLANK.vocab, words=["It", "fell", "They", "rose"])
    assert sentence_starts(Window(tuple(doc)), np.array([0, -1, 9, -1], dtype=np.float32)) == [0, 2]


def test_punctuation_alone_is_no_sentence() -> None:
    doc = Doc(BLANK.vocab, words=["“", "(", "It", "fell", "."])
    assert sentence_starts(Window(tuple(doc)), np.array([0, 9, 9, -1, -1], dtype=np.float32)) == [0]


# One result for one text


def test_the_same_text_gives_the_same_result_again(nlp: Language) -> None:
    first = written(nlp(ARTICLE))
    for other in ("", "x", "Zembla sold oxides to Korra Metals.", "mine " * 250):
        nlp(other)
    assert written(nlp(ARTICLE)) == first


def test_a_document_does_not_depend_on_its_neighbours(nlp: Language) -> None:
    texts = ["Lynas grew.", ARTICLE, "", "Zembla exports tin to Peru.", ARTICLE[:200]]
    alone = [written(nlp(text)) for text in texts]
    assert [written(doc) for doc in nlp.pipe(texts)] == alone
    assert [written(doc) for doc in nlp.pipe(reversed(texts), batch_size=3)] == alone[::-1]


def test_the_number_of_threads_changes_nothing(nlp: Language) -> None:
    assert written(load_pipeline(threads=2)(ARTICLE)) == written(nlp(ARTICLE))


# Any text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\n\nKorra fell.\n\n",
        "  Korra   fell .  ",
        "\t",
        "a",
        "...",
        "((((((((((",
        "\u2028",
        "\u0085",
        "\u200b",
        "\ufeffKorra fell.",
        "\u202eKorra fell.",
        "Korra\u0000fell.",
        "👩‍🔬👩‍🔬 dig",
        "e\u0301le\u0301ments",
        "中国控制稀土。",
        "تستورد النيوديميوم",
        "ＣＨＩＮＡ　ｓｅｌｌｓ",
        "\ufffd\ufffd",
        "x" * 50_000,
        "1" * 3_000,
        "a.b." * 2_000,
    ],
)
def test_any_text_is_parsed_into_trees(text: str, nlp: Language) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert_sound(doc)


@given(st.text(max_size=120))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_the_parse(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert_sound(doc)


def assert_sound(doc: Doc) -> None:
    assert doc.has_annotation("DEP") or not len(doc)
    for token in doc:
        assert list(token.ancestors) == [] or token.head != token
        assert token.head.sent == token.sent
        assert token.lemma_
    assert all(sum(t.head == t for t in sent) == 1 for sent in doc.sents)
    assert all(a.end <= b.start for a, b in pairwise(doc.ents))
    assert all("\n" not in e.text and e.text == e.text.strip() for e in doc.ents)


def test_a_long_text_without_a_full_stop_is_read_in_parts(nlp: Language) -> None:
    doc = nlp("mine and " * 500)
    assert len(doc) == 1000
    assert_sound(doc)
