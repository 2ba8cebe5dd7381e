from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.read import read_documents
from kg.read.decode import decode_bytes

File = Callable[..., Path]
Complaint = Callable[..., str]

CHINESE = "商务部周四宣布对稀土出口实施管制,自十二月一日起生效。"
PATH = Path("news/a.txt")


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "\ufeffwith a byte order mark",
        "a\r\nb\rc\nd",
        "a\u00a0b\u2028c\u200bd",
        "𝕏 é e\u0301 \U0010ffff",
        CHINESE,
        "  leading and trailing  \n\n",
        "\x0b\x0c\x1f\x7f\x85",
    ],
)
def test_text_is_returned_as_it_stands(text: str) -> None:
    assert decode_bytes(text.encode("utf-8"), PATH, 1000) == text


@pytest.mark.parametrize("content", [b"", b" ", b" \t\r\n\n", b"\n" * 5000])
def test_an_empty_file_is_said_to_be_empty(content: bytes, file: File, complaint: Complaint) -> None:
    assert "is empty" in complaint(file(content))


@pytest.mark.parametrize("content", ["\u00a0\n\u2003", "\u3000"], ids=["no-break", "ideographic"])
@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_a_file_of_white_space_only_has_nothing_to_read(
    content: str, suffix: str, file: File, complaint: Complaint
) -> None:
    assert re.search("is empty|has no text", complaint(file(content, f"a.{suffix}")))


@pytest.mark.parametrize("content", ["\ufeff", "\ufeff \r\n"], ids=["alone", "line"])
@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_a_byte_order_mark_alone_is_nothing_to_read(
    content: str, suffix: str, file: File, complaint: Complaint
) -> None:
    assert re.search("is empty|has no text", complaint(file(content, f"a.{suffix}")))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>",
        b"PK\x03\x04\x14\x00\x06\x00word/document.xml",
        gzip.compress(b"Title: T\n\nChina mines rare earths.\n"),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"GIF89a\x01\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(range(256)),
        b"\x00" * 100,
        b"China mines\x00 rare earths.",
    ],
    ids=["pdf", "docx", "gzip", "png", "jpeg", "gif", "elf", "doc", "all-bytes", "nul", "nul-in-text"],
)
@pytest.mark.parametrize("suffix", ["txt", "html", "jsonl"])
def test_a_binary_file_is_said_to_be_binary(content: bytes, suffix: str, file: File, complaint: Complaint) -> None:
    assert "is a binary file" in complaint(file(content, f"a.{suffix}"))


def test_a_nul_byte_far_into_a_file_is_noticed(file: File, complaint: Complaint) -> None:
    complaint(file(b"China mines rare earths. " * 400 + b"Japan\x00 buys them.\n"))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("日本は中国からレアアースを輸入している。".encode("shift_jis"), "shift_jis"),
        ("The mine’s output – about 5% – rose in Goiás.".encode("cp1252"), "cp1252"),
        ("Россия добывает уран и редкие земли на севере.".encode("cp1251"), "cp1251"),
    ],
    ids=["shift_jis", "cp1252", "cp1251"],
)
def test_another_encoding_is_named(content: bytes, encoding: str, file: File, complaint: Complaint) -> None:
    said = complaint(file(content))
    assert "is not UTF-8" in said
    assert f"looks like {encoding}" in said


@pytest.mark.skipif(shutil.which("iconv") is None, reason="needs iconv")
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The mine’s output – about 5% – rose in Goiás.", "cp1252"),
        ("日本は中国からレアアースを輸入している。", "shift_jis"),
        ("한국은 중국에서 희토류를 수입한다.", "euc_kr"),
    ],
)
def test_the_command_that_is_advised_mends_the_file(text: str, encoding: str, file: File, complaint: Complaint) -> None:
    path = file(text.encode(encoding))
    command = re.search(r"\((iconv [^)]+)\)", complaint(path))
    assert command is not None
    mended = subprocess.run([*command[1].split(), str(path)], capture_output=True, check=False)
    assert mended.stdout.decode("utf-8").removeprefix("\ufeff") == text


TRADITIONAL = "商務部週四宣布對稀土出口實施管制,自十二月一日起生效。"
LONG = "日本依赖中国的稀土。" * 20_000


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (CHINESE, "gb2312"),
        (TRADITIONAL, "big5"),
        (f"Title: Export limits\n\n{CHINESE}\n\n{CHINESE}\n", "gbk"),
        (LONG, "gb18030"),
    ],
)
def test_chinese_that_can_be_nothing_else_is_read(text: str, encoding: str) -> None:
    assert decode_bytes(text.encode(encoding), PATH, 1_000_000) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["China limits exports.", CHINESE])
def test_a_byte_order_mark_tells_the_encoding(text: str, encoding: str, file: File) -> None:
    (found,) = read_documents(file(f"\ufeff{text}".encode(encoding)))
    assert found.text == text
    assert not found.plain


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("gb2312", "gbk", CHINESE),
        ("Shift_JIS", "shift_jis", "日本は中国からレアアースを輸入している。"),
        ("windows-1251", "cp1251", "Россия добывает уран."),
        ("ISO-8859-1", "cp1252", "The mine’s output rose in Goiás."),
        ("iso-2022-jp", "iso2022_jp", "日本は中国からレアアースを輸入している。"),
        ("utf-8", "utf-8", CHINESE),
        ("gbk", "utf-8", CHINESE),  # saved anew, and the declaration forgotten
    ],
)
@pytest.mark.parametrize(
    "page", ['<meta charset="{}"><p>{}</p>', '<meta http-equiv=x content="text/html; charset={}"><p>{}</p>']
)
def test_html_is_read_in_the_encoding_that_it_declares(
    label: str, encoding: str, text: str, page: str, file: File
) -> None:
    (found,) = read_documents(file(page.format(label, text).encode(encoding), "a.html"))
    assert found.text == text


def test_what_is_not_in_its_declared_encoding_is_refused(file: File, complaint: Complaint) -> None:
    said = complaint(file(b'<meta charset="gbk"><p>Tin \xff\xff mines</p>', "a.html"))
    assert "declared as gbk" in said


@pytest.mark.parametrize(
    "content",
    [b'Tin \x1b$B%l%"%"!<%9\x1b(B mines', "China limits.".encode("utf-16") + b"\xd8", b"\xff\xfe\x00\xd8\x20\x00"],
    ids=["escapes", "cut", "surrogate"],
)
def test_what_begins_as_an_encoding_and_is_not_is_refused(content: bytes, file: File, complaint: Complaint) -> None:
    complaint(file(content))


@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0xFF), min_size=1, max_size=400))
@settings(max_examples=25, deadline=None)
def test_no_western_text_is_taken_for_chinese(text: str) -> None:
    data = b"Mining in " + text.encode("latin-1")
    with suppress(ReadError):
        assert decode_bytes(data, PATH, 1_000_000).encode("utf-8") == data


def test_utf_16_without_a_mark_is_refused(file: File, complaint: Complaint) -> None:
    complaint(file("China limits exports.".encode("utf-16-le")))


@pytest.mark.parametrize(
    ("content", "byte"),
    [
        (b"Rare earths \xff here", 12),
        (b"\xc3", 0),
        (b"A cut-off letter \xe4\xb8", 17),
        (b"Surrogate \xed\xa0\x80", 10),
        (b"Overlong \xc0\xaf", 9),
    ],
)
def test_the_first_byte_that_is_no_utf_8_is_named(content: bytes, byte: int, file: File, complaint: Complaint) -> None:
    assert f"is not UTF-8 (byte {byte})" in complaint(file(content))


def test_one_broken_byte_in_utf_8_is_not_taken_for_another_encoding(file: File, complaint: Complaint) -> None:
    said = complaint(file((CHINESE * 40).encode("utf-8") + b"\xff"))
    assert "looks like" not in said


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_as_many_bytes_as_the_limit_are_read_and_no_more(suffix: str, file: File, complaint: Complaint) -> None:
    article = CHINESE.encode("utf-8")
    assert decode_bytes(article, PATH, len(article)) == CHINESE
    assert len(CHINESE) < len(article) - 1, "the limit counts bytes, not characters"
    said = complaint(file(article, f"a.{suffix}"), max_bytes=len(article) - 1)
    assert "--max-bytes" in said


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl"])
def test_fifty_megabytes_are_refused_fast(name: str, file: File, complaint: Complaint) -> None:
    path = file(b"China mines rare earths. ", name)
    os.truncate(path, 50_000_000)
    start = time.process_time()
    said = complaint(path, max_bytes=400_000)
    assert time.process_time() - start < 1
    assert ("0.4 MB" in said and "--max-bytes" in said) or "binary" in said


def test_a_refusal_leaves_no_other_error_than_ours() -> None:
    with pytest.raises(ReadError) as caught:
        decode_bytes(b"\xff\xfe\xfd", PATH, 1000)
    assert str(caught.value).startswith(str(PATH))
