"""How much is read: bounds that follow from the longest article, and reading that notices when there is more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

from kg.errors import ReadError

MEMBERS = 100_000  # of an archive
DEPTH = 3  # of archives in each other
RATIO = 200  # of what is unpacked to what is packed, beyond `FREE` bytes; text reaches some 30
FREE = 16_000_000
_CHUNK = 1 << 20
_LONGEST_SHOWN = 80
_UNSEEN = re.compile(
    r"[^\x20-\x7e\xa1-\u200a\u2010-\u2027\u2030-\u205f\u3000-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True)
class Bounds:
    """How many bytes are read: `article` of the text of one article, and multiples of it of what holds articles."""

    article: int

    @property
    def file(self) -> int:
        """The bytes of a file in whose form text is a small part (PDF, DOCX), and of any member of an archive."""
        return 50 * self.article

    @property
    def line(self) -> int:
        """The characters of a record: text in which all is escaped, and what is told of it."""
        return 6 * self.article + 100_000

    @property
    def unpacked(self) -> int:
        """The bytes that all members of an archive have together."""
        return 1000 * self.article


def read_whole(data: BinaryIO, limit: int, where: str) -> bytes:
    """Return all bytes of a stream; raises ReadError if there are more than `limit`, of which no more are read.

    >>> import io
    >>> read_whole(io.BytesIO(b"tin"), 3, "a.txt")
    b'tin'
    """
    parts, size = [], 0
    while part := data.read(min(_CHUNK, limit + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise too_long(where, limit)
    return b"".join(parts)


def too_long(where: str, limit: int) -> ReadError:
    """Return the error for what has more bytes than are read of it."""
    return ReadError(
        f"{where} has more than {limit / 1e6:.1f} MB, which is the most that is read of it; split it or raise --max-bytes"
    )


def shown(name: str) -> str:
    """Return a name from inside a file as it may be printed: on one line, no longer than a line, and nothing unseen.

    >>> shown("a\\x1b[31m\\u202etxt")
    'a?[31m?txt'
    """
    seen = _UNSEEN.sub("?", name)
    return seen if len(seen) <= _LONGEST_SHOWN else f"{seen[:_LONGEST_SHOWN]}…"
