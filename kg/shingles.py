"""Sketches of texts: what tells, without the text, how much of one article stands in another.

A shingle is a run of five words; what two texts have in common is counted in shingles. A sketch holds the checksums of a
text's shingles in their order and a MinHash signature of them, by which texts that may have much in common are found
without comparing each with each (Broder 1997; Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3).
"""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kg.model import Document

if TYPE_CHECKING:
    from datasketch import MinHash

Checksums = npt.NDArray[np.uint32]
SHINGLE = 5  # words
BANDS, ROWS = 64, 3  # of a signature: texts that share a third of their shingles agree in some band nearly always
_SIGNATURE = BANDS * ROWS
_EMPTY = np.empty(0, np.uint32)
# Of scripts without spaces (Thai, kana, Han) each character counts as a word.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The checksums of the shingles of a text, in its order, and their MinHash signature; both empty without shingles."""

    signature: Checksums
    order: Checksums

    def __str__(self) -> str:
        """Return the sketch as text: its numbers in base64, lowest byte first."""
        return base64.b64encode(np.concatenate([self.signature, self.order]).astype("<u4").tobytes()).decode()

    @classmethod
    def from_text(cls, text: str) -> Sketch:
        """Read what `str` has written; raises ValueError if it is something else.

        >>> sketch = sketch_text("China mines most of the rare earths of the world.")
        >>> str(Sketch.from_text(str(sketch))) == str(sketch)
        True
        """
        numbers = np.frombuffer(base64.b64decode(text, validate=True), "<u4").astype(np.uint32)
        return cls(numbers[:_SIGNATURE], numbers[_SIGNATURE:])


def words(text: str) -> list[str]:
    """Return the words of a text, whatever their case, width and punctuation.

    >>> words("China's SHARE: 70%; 稀土")
    ['china', 's', 'share', '70', '稀', '土']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> Checksums:
    """Return the checksums of all runs of `SHINGLE` words, in order.

    >>> len(shingles("China mines rare earths in Inner Mongolia.")), len(shingles("Too short"))
    (3, 0)
    """
    found = words(text)
    runs = (" ".join(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1))
    return np.fromiter((crc32(run.encode("utf-8", "surrogatepass")) for run in runs), np.uint32)


def sketch_text(text: str) -> Sketch:
    """Return the sketch of a text.

    >>> len(sketch_text("one two three four five six").order)
    2
    """
    order = shingles(text)
    return Sketch(_signature(order) if len(order) else _EMPTY, order)


def sketch_document(document: Document) -> str:
    """Return the sketch of what a document says, its title left out, as a text to keep; "" if it says too little."""
    said = [document.text[b.start : b.end] for b in document.blocks if b.kind != "title"]
    return str(sketch_text("\n".join(said)))


def _signature(order: Checksums) -> Checksums:
    """Return, for each of many permutations of all checksums, the least that the text has."""
    signature = _no_signature().copy()
    signature.update_batch(np.unique(order).tolist())
    return np.asarray(signature.hashvalues, np.uint32)


@cache
def _no_signature() -> MinHash:
    """Return the signature of nothing; the permutations are the same everywhere."""
    from datasketch import MinHash  # it brings SciPy, and is needed only where texts are read

    return MinHash(num_perm=_SIGNATURE, seed=1, hashfunc=int, scheme="affine32")
