"""Bytes to text, or a sentence that says why not."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from kg.errors import ReadError

_BINARY_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
)
_LIKELY = ["gb18030", "big5", "utf_16", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1252", "latin_1"]
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode_bytes(data: bytes, path: Path, limit: int) -> str:
    """Return the text of a file as it stands (UTF-8, no newline is changed); raises ReadError.

    Offsets into what is returned are what claims point to.
    """
    if not data.strip():
        raise ReadError(f"{path} is empty; leave it out or put an article into it")
    if len(data) > limit:
        raise ReadError(
            f"{path} has {len(data) / 1e6:.1f} MB, more than an article may have ({limit / 1e6:.1f} MB); split it or raise --max-bytes"
        )
    if data.startswith(_BINARY_SIGNATURES) or (b"\x00" in data and not data.startswith(_UTF16)):
        raise ReadError(f"{path} is a binary file; give articles as text, Markdown, HTML or JSON Lines")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path} is not UTF-8 (byte {error.start}){_guess(data)}") from error


def _guess(data: bytes) -> str:
    best = from_bytes(data[:65536], cp_isolation=_LIKELY).best()
    if best is None:
        return "; save it as UTF-8"
    name = codecs.lookup(best.encoding).name.replace("_", "-")  # as iconv calls it
    return f"; it looks like {best.encoding}, so save it as UTF-8 (iconv -f {name} -t UTF-8)"
