"""Bytes to text, or a sentence that says why not."""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path
from typing import BinaryIO

import webencodings
from charset_normalizer import from_bytes

from kg.errors import ReadError
from kg.read.bounds import too_long

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
# UTF-32 before UTF-16, whose mark it begins with. The mark stays in the text, as that of UTF-8 does.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LIKELY = ["gb18030", "big5", "utf_16", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1252", "latin_1"]
# Chinese encodings: the codec for it, a standard that sorts by frequency, and the first bytes of the frequent half there.
_CHINESE = {"gb18030": ("gb18030", "gb2312", range(0xB0, 0xD8)), "big5": ("big5hkscs", "big5", range(0xA4, 0xC7))}
_FREQUENT = 0.9  # the least share of frequent characters in Chinese; decoded wrongly it is below 0.7
_FEW = 12  # characters, which is a short sentence
_SAMPLE = 65536
_HEAD = 4096
_DECLARED = re.compile(
    rb"""<(?:meta\b|\?xml\b)[^>]{0,300}?(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})""", re.I
)
_SEVEN_BITS = re.compile(rb"\x1b(?:\$[@AB]|\(J)")  # ISO-2022 says Japanese and Chinese in ASCII
_CHUNK = 1 << 20


def decode_bytes(data: bytes, path: Path | str, limit: int) -> str:
    """Return the text of a file as it stands (no newline is changed, a byte order mark stays); raises ReadError.

    Offsets into what is returned are what claims point to.

    >>> decode_bytes("\\ufeff锡矿".encode("utf-16-le"), "a.txt", 99)
    '\\ufeff锡矿'
    """
    if not data.strip():
        raise ReadError(f"{path} is empty; leave it out or put an article into it")
    if len(data) > limit:
        raise too_long(str(path), limit)
    return data.decode(find_encoding(io.BytesIO(data), str(path)))


def find_encoding(data: BinaryIO, where: str) -> str:
    """Return the encoding in which a whole stream can be read, which is left at its start; raises ReadError.

    It is told by a byte order mark, by being UTF-8 throughout, by what HTML or XML declares, or by being Chinese without
    doubt, in this order.
    """
    head = data.read(_HEAD)
    data.seek(0)
    marked = next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)
    if marked:
        return _checked(data, marked, where, f"begins as {marked.rpartition('-')[0].upper()} and does not go on so")
    if head.startswith(_BINARY_SIGNATURES):
        raise _binary(where)
    declared = _declared(head)
    if _SEVEN_BITS.search(head):
        if declared and declared.startswith("iso2022"):
            return _checked(data, declared, where, f"is declared as {declared} and is not")
        raise ReadError(
            f"{where} is not UTF-8; it looks like iso2022_jp, so save it as UTF-8 (iconv -f iso2022-jp -t UTF-8)"
        )
    wrong = _first_wrong(data, "utf-8", where)
    if wrong is None:
        return "utf-8"
    if declared:
        return _checked(data, declared, where, f"is declared as {declared} and is not")
    return _chinese(data, where, wrong)


def _binary(where: str) -> ReadError:
    return ReadError(
        f"{where} is a binary file, whatever its ending says; give articles as text, HTML, PDF or another form that is read"
    )


def _declared(head: bytes) -> str | None:
    """Return the codec of what HTML or XML declares at its start."""
    match = _DECLARED.search(head)
    known = webencodings.lookup(match[1].decode("ascii")) if match else None
    return str(known.codec_info.name) if known and not known.codec_info.name.startswith("utf-16") else None


def _checked(data: BinaryIO, encoding: str, where: str, reason: str) -> str:
    wrong = _first_wrong(data, encoding, where)
    if wrong is None:
        return encoding
    raise ReadError(f"{where} {reason} (byte {wrong}); save it as UTF-8")


def _first_wrong(data: BinaryIO, encoding: str, where: str) -> int | None:
    """Return the first byte that the encoding has no character for; raises ReadError for NUL, which no text has."""
    decoder = codecs.getincrementaldecoder(encoding)()
    at = 0
    try:
        while part := data.read(_CHUNK):
            pending = len(decoder.getstate()[0])
            if b"\0" in part and not encoding.startswith(("utf-16", "utf-32")):
                raise _binary(where)
            if "\0" in decoder.decode(part):
                raise _binary(where)
            at += len(part)
        pending = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return at - pending + error.start
    finally:
        data.seek(0)
    return None


def _chinese(data: BinaryIO, where: str, wrong: int) -> str:
    """Return the encoding of Chinese text that can be nothing else; raises ReadError with the likely encoding if not."""
    sample = data.read(max(_SAMPLE, min(wrong + _SAMPLE, _CHUNK)))
    data.seek(0)
    best = from_bytes(sample[-_SAMPLE:] if wrong > _SAMPLE else sample[:_SAMPLE], cp_isolation=_LIKELY).best()
    if best is None:
        raise ReadError(f"{where} is not UTF-8 (byte {wrong}); save it as UTF-8")
    if best.encoding in _CHINESE:
        codec, standard, frequent = _CHINESE[best.encoding]
        text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
        if _is_written_in(text, standard, frequent) and _first_wrong(data, codec, where) is None:
            return codec
    name = codecs.lookup(best.encoding).name.replace("_", "-")  # as iconv calls it
    advice = f"it looks like {best.encoding}, so save it as UTF-8 (iconv -f {name} -t UTF-8)"
    raise ReadError(f"{where} is not UTF-8 (byte {wrong}); {advice}")


def _is_written_in(text: str, standard: str, frequent: range) -> bool:
    """Tell whether a text is Chinese, mostly, in characters that are frequent ones of a standard, nearly all."""
    letters = [c for c in text if c.isalpha() or c == "\ufffd"]
    chinese = [c for c in letters if c > "\x7f"]
    leads = (c.encode(standard, "ignore")[:1] for c in chinese)
    known = sum(lead != b"" and lead[0] in frequent for lead in leads)
    return len(chinese) >= max(_FEW, len(letters) / 2) and known >= _FREQUENT * len(chinese)
