"""Word shapes and pieces: what the encoder is told of capitals, digits and overlong words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.language.features import MAX_PIECES_PER_WORD, SHAPES, clip_pieces, word_shape


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("mine", "lower"),
        ("Perth", "title"),
        ("O'Brien", "mixed"),
        ("MP", "upper"),
        ("U.S.", "upper"),
        ("A", "initial"),
        ("iPhone", "mixed"),
        ("NdPr", "mixed"),
        ("2024", "digits"),
        ("45,000", "number"),
        ("1.5", "number"),
        ("Q3", "alphanumeric"),
        ("18th", "alphanumeric"),
        ("-", "hyphen"),
        ("–", "hyphen"),
        (".", "sentence_end"),
        ("?", "sentence_end"),
        (",", "punctuation"),
        ("(", "punctuation"),
        ("$", "symbol"),
        ("%", "symbol"),
        ("中国", "other"),
        ("”", "other"),
        ("👩‍🔬", "other"),
        ("élan", "lower"),
        ("Éire", "title"),
    ],
)
def test_a_word_has_its_shape(word: str, shape: str) -> None:
    assert SHAPES[word_shape(word)] == shape


@given(st.text(min_size=0, max_size=20))
@settings(max_examples=200, deadline=None)
def test_every_text_has_a_shape(word: str) -> None:
    assert 0 <= word_shape(word) < len(SHAPES)


@given(st.lists(st.integers(0, 30_000), max_size=40))
@settings(max_examples=200, deadline=None)
def test_clipped_pieces_are_few_and_keep_both_ends(pieces: list[int]) -> None:
    clipped = clip_pieces(pieces)
    assert len(clipped) == min(len(pieces), MAX_PIECES_PER_WORD)
    half = MAX_PIECES_PER_WORD // 2
    assert clipped[:half] == pieces[:half]
    assert clipped[-half:] == pieces[-half:]
