"""What the tests of reading share: files of any bytes, and what is said of a file that cannot be read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.model import Document
from kg.read import read_documents
from kg.read.layout import BLOCK_GAP

_ADVICE = re.compile(r"; .*\b(check|give|leave|mend|put|raise|remove|save|split)\b")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes bytes to a file."""

    def write(content: bytes | str, name: str = "article.txt") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def clear() -> Callable[[ReadError, Path], str]:
    """Return a function that checks that an error is one sentence with the file and an advice, and returns the rest."""

    def check(error: ReadError, path: Path) -> str:
        message = str(error)
        assert message.startswith(str(path))
        rest = message.removeprefix(str(path))
        assert "\n" not in rest
        assert len(rest) < 200
        assert not re.search(r"[.!?] [A-Z]|Error|Traceback|<class|b'", rest), "not one plain sentence"
        assert _ADVICE.search(rest), "says not what to do"
        return rest

    return check


@pytest.fixture
def complaint(clear: Callable[[ReadError, Path], str]) -> Callable[..., str]:
    """Return a function that returns what is said of a file that cannot be read."""

    def read(path: Path, max_bytes: int = 1_000_000) -> str:
        with pytest.raises(ReadError) as caught:
            list(read_documents(path, max_bytes))
        return clear(caught.value, path)

    return read


@pytest.fixture
def quote() -> Callable[[Document, str], str]:
    """Return a function that finds a passage of a document's text in the file as it lies on disk."""

    def find(document: Document, passage: str) -> str:
        at = document.text.index(passage)
        start, end = document.source_span(at, at + len(passage))
        return Path(document.location).read_bytes().decode("utf-8")[start:end]

    return find


@pytest.fixture(scope="session")
def assert_text_is_in_source() -> Callable[[Document], None]:
    """Return a function that checks that text is what the source has, in blocks one after the other and parted by space only.

    What the source writes as a reference or with a backslash reads otherwise there.
    """

    def check(found: Document) -> None:
        covered: list[int] = []
        for run in found.runs:
            piece = found.text[run.text_start : run.text_start + run.length]
            start, end = found.source_span(run.text_start, run.text_start + run.length)
            written = found.source[start:end]
            if run.written is None:
                assert piece == written
                characters = range(run.text_start, run.text_start + run.length)
                assert [found.source_offset(i) for i in characters] == list(range(start, end))
            else:
                assert written[0] in "&\\"
                assert piece in html.unescape(written).split() or piece == written[1:]
            covered += range(run.text_start, run.text_start + run.length)
        assert covered == sorted(set(covered))
        assert {i for i, c in enumerate(found.text) if not c.isspace()} <= set(covered)
        parts = [found.text[b.start : b.end] for b in found.blocks]
        assert BLOCK_GAP.join(parts) == found.text
        assert all(part == " ".join(part.split()) != "" for part in parts)

    return check
