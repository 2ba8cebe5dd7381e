"""Sketches: runs of words, kept as text."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Document
from kg.shingles import BANDS, ROWS, SHINGLE, Sketch, shingles, sketch_document, sketch_text, words

ANY_TEXT = st.text(max_size=200)


def test_shingles_are_runs_of_words() -> None:
    assert len(shingles(" ".join("abcdefgh"[: SHINGLE + 1]))) == 2
    assert len(shingles(" ".join("abcdefgh"[: SHINGLE - 1]))) == 0


@given(ANY_TEXT)
def test_case_width_and_signs_between_words_change_nothing(text: str) -> None:
    assert np.array_equal(shingles(text), shingles(f"\n  {text}!? "))
    assert words("ＣＨＩＮＡ “mines” 70％") == words("china, mines: 70%")


@given(ANY_TEXT)
def test_a_sketch_is_kept_as_text(text: str) -> None:
    sketch = sketch_text(text)
    again = Sketch.from_text(str(sketch))
    assert np.array_equal(again.signature, sketch.signature)
    assert np.array_equal(again.order, sketch.order)
    assert len(sketch.signature) == (BANDS * ROWS if len(sketch.order) else 0)
    assert str(sketch).isascii()


@pytest.mark.parametrize("text", ["no base64!", "é"])
def test_what_is_no_sketch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Sketch.from_text(text)


def test_signatures_agree_as_often_as_texts_share_shingles() -> None:
    chance = random.Random(5)
    text = [f"w{n}" for n in chance.choices(range(5000), k=3000)]
    for part in (0.3, 0.6, 0.9):
        other = [*text[: int(len(text) * part)], *(f"v{n}" for n in range(int(len(text) * (1 - part))))]
        one, two = sketch_text(" ".join(text)), sketch_text(" ".join(other))
        shared = len(np.intersect1d(one.order, two.order)) / len(np.union1d(one.order, two.order))
        assert float((one.signature == two.signature).mean()) == pytest.approx(shared, abs=0.12)


def test_the_signature_of_a_text_is_the_same_for_ever() -> None:
    """Sketches lie in graphs: if this changes, graphs must be built anew."""
    sketch = sketch_text("China mines most of the rare earths of the world.")
    assert [int(n) for n in sketch.order[:2]] == [3534986643, 1093011921]
    assert [int(n) for n in sketch.signature[:3]] == [1096899533, 10782141, 191950005]


def test_a_title_is_no_part_of_what_a_document_says(document: Callable[..., Document]) -> None:
    body = "China mines most of the rare earths of the world, and refines nearly all of them.\n"
    one, two = (
        document(f"Title: {title}\n\n{body}", f"{title}.txt") for title in ("One headline", "Quite another one")
    )
    assert sketch_document(one) == sketch_document(two) == str(sketch_text(body))
    assert sketch_document(document("Too short.")) == ""
