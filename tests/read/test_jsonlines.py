from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.model import Document
from kg.read import read_documents

File = Callable[..., Path]


def _lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def read_all(file: File, clear: Callable[[ReadError, Path], str]) -> Callable[..., tuple[list[Document], list[str]]]:
    """Return a function that reads a file of records and returns documents and what was said of the others."""

    def read(content: str | bytes, max_bytes: int = 1_000_000) -> tuple[list[Document], list[str]]:
        path = file(content, "news.jsonl")
        errors: list[ReadError] = []
        documents = list(read_documents(path, max_bytes, report=errors.append))
        return documents, [clear(error, path) for error in errors]

    return read


ReadAll = Callable[..., tuple[list[Document], list[str]]]


def test_each_line_is_an_article(read_all: ReadAll) -> None:
    documents, said = read_all(_lines({"text": "Chile sells lithium."}, {"text": "Peru sells tin.\n\nA lot of it."}))
    assert [d.text for d in documents] == ["Chile sells lithium.", "Peru sells tin.\n\nA lot of it."]
    assert not said


def test_what_is_known_of_an_article_is_read(read_all: ReadAll) -> None:
    record = {
        "id": "r7",
        "title": "Tin from Peru",
        "date": "12 November 2025",
        "publisher": "Ore Post",
        "language": "en",
        "url": "https://ore.example/7",
        "text": "Peru sells tin.",
        "likes": 12,
    }
    (found,), _ = read_all(_lines(record))
    assert (found.title, found.published, found.publisher, found.language, found.citation) == (
        "Tin from Peru",
        "2025-11-12",
        "Ore Post",
        "en",
        "https://ore.example/7",
    )


@pytest.mark.parametrize(
    ("key", "field"),
    [("headline", "title"), ("published", "published"), ("source", "publisher")],
)
def test_other_keys_mean_the_same(key: str, field: str, read_all: ReadAll) -> None:
    (found,), _ = read_all(_lines({"text": "Peru sells tin.", key: "2025-03-04"}))
    assert getattr(found, field) == "2025-03-04"


@pytest.mark.parametrize("value", [None, 7, "", "  ", ["Tin"], {"en": "Tin"}, True])
def test_a_value_that_is_no_text_is_not_known(value: object, read_all: ReadAll) -> None:
    (found,), said = read_all(_lines({"text": "Peru sells tin.", "title": value, "date": value, "url": value}))
    assert (found.title, found.published, found.citation) == (None, None, None)
    assert not said


def test_the_record_is_believed_before_the_headers_of_its_text(read_all: ReadAll) -> None:
    text = "Title: Inner\nDate: 2024-01-01\nPublisher: Inner Post\n\nPeru sells tin."
    (found,), _ = read_all(_lines({"text": text, "title": "Outer", "date": "2025-03-04"}))
    assert (found.title, found.published, found.publisher) == ("Outer", "2025-03-04", "Inner Post")
    assert "Title:" not in found.text


def test_names_and_locations_tell_records_apart(read_all: ReadAll, tmp_path: Path) -> None:
    documents, _ = read_all(_lines({"id": "tin", "text": "Tin."}, {"text": "Zinc."}, {"id": 12, "text": "Lead."}))
    assert [d.name for d in documents] == ["news-tin", "news-2", "news-12"]
    location = (tmp_path / "news.jsonl").resolve()
    assert [d.location for d in documents] == [f"{location}#tin", f"{location}#2", f"{location}#12"]


def test_the_id_may_be_zero(read_all: ReadAll) -> None:
    (found,), _ = read_all(_lines({"id": 0, "text": "Tin."}))
    assert found.name == "news-0"


def test_a_second_record_with_the_same_id_is_reported(read_all: ReadAll) -> None:
    documents, (said,) = read_all(_lines({"id": "a", "text": "Tin."}, {"id": "a", "text": "Zinc."}, {"text": "Lead."}))
    assert [d.text for d in documents] == ["Tin.", "Lead."]
    assert "two records with the id a" in said


def test_a_record_without_id_is_not_lost_to_one_whose_id_is_its_line(read_all: ReadAll) -> None:
    documents, said = read_all(_lines({"id": "2", "text": "Tin."}, {"text": "Zinc."}))
    assert [d.text for d in documents] == ["Tin.", "Zinc."]
    assert not said


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        "plain words",
        '{"text": "cut off',
        "[]",
        '["text"]',
        '"text"',
        "3",
        "null",
        "{}",
        '{"body": "Tin."}',
        '{"text": null}',
        '{"text": 5}',
        '{"text": ["Tin."]}',
        '{"text": ""}',
        '{"text": " \\n"}',
        "[" * 50_000,
        '{"text": "a"} {"text": "b"}',
        "{'text': 'single quotes'}",
    ],
)
def test_a_bad_line_is_reported_by_its_number_and_the_others_are_read(line: str, read_all: ReadAll) -> None:
    documents, (said,) = read_all('{"text": "Tin."}\n\n' + line + '\n{"text": "Zinc."}\n')
    assert [d.text for d in documents] == ["Tin.", "Zinc."]
    assert said.startswith(" line 3 ")


def test_without_anyone_to_report_to_a_bad_line_is_an_error(file: File) -> None:
    path = file('{"text": "Tin."}\n{broken\n', "news.jsonl")
    with pytest.raises(ReadError, match="line 2"):
        list(read_documents(path))


def test_a_file_of_bad_lines_only_is_reported_line_by_line(read_all: ReadAll) -> None:
    documents, said = read_all("one\ntwo\nthree\n")
    assert not documents
    assert len(said) == 3


@pytest.mark.parametrize(
    "content",
    [
        '{"text": "Tin."}\r\n{"text": "Zinc."}\r\n',
        '\n\n{"text": "Tin."}\n \t\n{"text": "Zinc."}',
        '{"text": "Tin."}\n\n\r\n{"text": "Zinc."}',
    ],
)
def test_blank_lines_and_line_ends_of_any_system_are_no_records(content: str, read_all: ReadAll) -> None:
    documents, said = read_all(content)
    assert [d.text for d in documents] == ["Tin.", "Zinc."]
    assert not said


def test_line_separators_inside_a_string_end_no_record(read_all: ReadAll) -> None:
    (found,), said = read_all('{"text": "Tin.\u2028Zinc.\u0085Lead."}\n')
    assert found.source == "Tin.\u2028Zinc.\u0085Lead."
    assert not said


def test_a_byte_order_mark_does_not_cost_the_first_record(read_all: ReadAll) -> None:
    documents, said = read_all('\ufeff{"text": "Tin."}\n{"text": "Zinc."}\n')
    assert [d.text for d in documents] == ["Tin.", "Zinc."]
    assert not said


def test_offsets_count_in_the_text_of_the_record(read_all: ReadAll) -> None:
    text = "Title: Tin \U0001f4c8\r\n\r\n* Peru\u00a0sells tin [1].\r\n"
    (found,), _ = read_all(json.dumps({"id": "t", "text": text}) + "\n")
    assert found.source == text
    assert found.sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()
    at = found.text.index("Peru sells tin.")
    start, end = found.source_span(at, at + len("Peru sells tin."))
    assert found.source[start:end] == "Peru\u00a0sells tin [1]."


@pytest.mark.parametrize("text", ["[1]", "Date: 2025-01-01"])
def test_a_record_with_nothing_to_read_is_reported(text: str, read_all: ReadAll) -> None:
    documents, said = read_all(_lines({"text": text}, {"text": "Tin."}))
    assert [d.text for d in documents] == ["Tin."]
    assert len(said) == 1


def test_text_that_no_encoding_can_hold_is_reported_or_mended(read_all: ReadAll) -> None:
    documents, said = read_all('{"text": "Peru \\ud83d sells tin."}\n{"text": "Tin."}\n')
    assert len(documents) + len(said) == 2
    for found in documents:
        found.text.encode("utf-8")


@pytest.mark.parametrize("text", ["x" * 101, "锡" * 400])
def test_a_record_over_the_limit_is_reported_and_the_others_are_read(text: str, read_all: ReadAll) -> None:
    documents, (said,) = read_all(_lines({"id": "long", "text": text}, {"text": "Tin."}), max_bytes=100)
    assert [d.text for d in documents] == ["Tin."]
    assert "record long" in said
    assert "--max-bytes" in said


def test_the_limit_of_a_record_counts_bytes(read_all: ReadAll) -> None:
    documents, said = read_all(_lines({"text": "锡" * 60}), max_bytes=100)
    assert (documents, len(said)) == ([], 1)


def test_a_file_may_hold_more_than_an_article_may(read_all: ReadAll) -> None:
    documents, said = read_all(_lines(*({"text": f"Tin {i}."} for i in range(60))), max_bytes=100)
    assert len(documents) == 60
    assert not said


def test_both_endings_are_read(file: File) -> None:
    found = [
        next(read_documents(file('{"text": "Tin."}\n', f"a.{ending}"))).text for ending in ("jsonl", "ndjson", "JSONL")
    ]
    assert found == ["Tin."] * 3


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), min_size=1, max_size=6), st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_texts_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], ascii_only: bool
) -> None:
    path = tmp_path_factory.mktemp("records") / "a.jsonl"
    path.write_text(
        "".join(json.dumps({"text": t}, ensure_ascii=ascii_only) + "\n" for t in texts), encoding="utf-8", newline=""
    )
    errors: list[ReadError] = []
    found = list(read_documents(path, report=errors.append))
    assert len(found) + len(errors) == len(texts)
    assert [d.source for d in found] == [t for t in texts if t.strip()]
