"""Word features that the encoder reads, the same in training and at run time.

The encoder is uncased, so what it cannot see (capitals, digits) is given to it as a word shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

SHAPES = (
    "lower",
    "title",
    "upper",
    "initial",
    "mixed",
    "digits",
    "number",
    "alphanumeric",
    "hyphen",
    "sentence_end",
    "punctuation",
    "symbol",
    "other",
)
_SHAPE_ID = {name: i for i, name in enumerate(SHAPES)}
MAX_PIECES_PER_WORD = 8


@lru_cache(maxsize=65536)
def word_shape(word: str) -> int:
    """Return the index in `SHAPES` of a word's shape.

    >>> [SHAPES[word_shape(w)] for w in ("mine", "Perth", "USGS", "U", "iPhone", "2024", "45,000")]
    ['lower', 'title', 'upper', 'initial', 'mixed', 'digits', 'number']
    """
    return _SHAPE_ID[_shape_name(word)]


def _shape_name(word: str) -> str:
    letters = [c for c in word if c.isalpha()]
    if letters:
        return _letter_shape(word, letters)
    if any(c.isdigit() for c in word):
        return "digits" if word.isdigit() else "number"
    if word in {"-", "–", "—", "/"}:
        return "hyphen"
    if word in {".", "!", "?"}:
        return "sentence_end"
    if all(not c.isalnum() and c.isascii() for c in word):
        return "punctuation" if word.isprintable() and not set(word) & set("$%+=<>^|~") else "symbol"
    return "other"


def _letter_shape(word: str, letters: Sequence[str]) -> str:
    if any(c.isdigit() for c in word):
        return "alphanumeric"
    if all(c.islower() for c in letters):
        return "lower"
    if all(c.isupper() for c in letters):
        return "initial" if len(letters) == 1 else "upper"
    if letters[0].isupper() and all(c.islower() for c in letters[1:]):
        return "title"
    return "mixed" if any(c.isupper() for c in letters) else "other"


def clip_pieces(pieces: Sequence[int]) -> list[int]:
    """Keep the first and last pieces of an overlong word, so that hostile text stays cheap.

    >>> clip_pieces(range(20))
    [0, 1, 2, 3, 16, 17, 18, 19]
    """
    if len(pieces) <= MAX_PIECES_PER_WORD:
        return list(pieces)
    half = MAX_PIECES_PER_WORD // 2
    return [*pieces[:half], *pieces[-half:]]
