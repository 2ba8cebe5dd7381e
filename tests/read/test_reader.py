from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.model import Document
from kg.read import find_articles, read_documents, unique_names
from kg.read.forms import ARCHIVES, FORMS, PRINTED, READERS, RECORDS
from kg.read.layout import BLOCK_GAP

File = Callable[..., Path]
Complaint = Callable[..., str]
InSource = Callable[[Document], None]
Quote = Callable[[Document, str], str]

_TEXT = (
    "Title: Tin from Peru\nPublisher: Ore Post\nDate: 12 November 2025\nLanguage: en\n\n{}\n\n* Chile buys tin [1].\n"
)
_HTML = (
    "<html lang='en'><head><title>Tin from Peru</title><meta name='publisher' content='Ore Post'>"
    "<meta name='date' content='12 November 2025'></head>\n<body><p>{}</p>\n<ul><li>Chile buys tin [1].</li></ul></body></html>\n"
)
_SENTENCE = "Peru\u00a0mines 𝕏 tin [2][3]."

# The same article in each format: whoever adds a format adds it here.
ARTICLES = {
    ".txt": _TEXT.format(_SENTENCE),
    ".text": _TEXT.format(_SENTENCE),
    ".md": _TEXT.format("Peru\u00a0*mines* 𝕏 [tin](https://peru.example) [2][3]."),
    ".markdown": _TEXT.format("Peru\u00a0__mines__ 𝕏 `tin` [2][3]."),
    ".html": _HTML.format("Peru\u00a0<b>mines</b> 𝕏 tin<!-- no --> [2][3]."),
    ".htm": _HTML.format(_SENTENCE),
    ".jsonl": json.dumps({"text": _TEXT.format(_SENTENCE)}) + "\n",
    ".csv": f'text\n"{_TEXT.format(_SENTENCE)}"\n',
    ".tsv": f'id\ttext\n\t"{_TEXT.format(_SENTENCE)}"\n',
    ".ndjson": json.dumps({"text": _TEXT.format(_SENTENCE)}) + "\n",
}


# These have their own tests: test_pdf.py, test_word.py, test_feeds.py, test_archives.py.
OTHERS = PRINTED | ARCHIVES.keys() | {".rss", ".atom", ".rdf", ".xml"}

# Formats


def test_every_format_has_an_article_here() -> None:
    assert ARTICLES.keys() | OTHERS == FORMS


@pytest.mark.parametrize("suffix", ARTICLES)
def test_the_same_article_reads_the_same_in_each_format(
    suffix: str, file: File, assert_text_is_in_source: InSource
) -> None:
    (found,) = read_documents(file(ARTICLES[suffix], f"tin{suffix}"))
    assert (found.title, found.publisher, found.published, found.language) == (
        "Tin from Peru",
        "Ore Post",
        "2025-11-12",
        "en",
    )
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "Tin from Peru"),
        ("paragraph", "Peru mines 𝕏 tin."),
        ("item", "Chile buys tin."),
    ]
    assert_text_is_in_source(found)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("suffix", sorted(READERS))
def test_offsets_point_into_the_file_as_it_lies_on_disk(suffix: str, newline: str, file: File, quote: Quote) -> None:
    content = ARTICLES[suffix].replace("\n", newline)
    path = file(content, f"tin{suffix}")
    (found,) = read_documents(path)
    assert path.read_bytes().decode("utf-8") == found.source == content
    assert quote(found, "Chile buys tin.") == "Chile buys tin [1]."
    said = quote(found, "Peru mines 𝕏 tin.")
    assert said.startswith("Peru\u00a0")
    assert said.endswith("[2][3].")


@pytest.mark.parametrize("suffix", ARTICLES)
def test_a_byte_order_mark_changes_nothing_that_is_read(
    suffix: str, file: File, assert_text_is_in_source: InSource
) -> None:
    (plain,) = read_documents(file(ARTICLES[suffix], f"tin{suffix}"))
    (marked,) = read_documents(file("\ufeff" + ARTICLES[suffix], f"tin{suffix}"))
    assert (marked.title, marked.text, marked.blocks) == (plain.title, plain.text, plain.blocks)
    assert_text_is_in_source(marked)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_a_document_knows_its_file(suffix: str, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(ARTICLES[suffix], f"metals/tin{suffix.upper()}")
    monkeypatch.chdir(path.parent)
    (found,) = read_documents(Path(path.name))
    assert found.name == "tin"
    assert found.location == str(path.resolve())
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_document_may_be_given_a_name(file: File) -> None:
    (found,) = read_documents(file("Peru mines tin.\n"), name="metals-tin")
    (record,) = read_documents(file('{"text": "Peru mines tin."}\n', "a.jsonl"), name="metals-tin")
    assert (found.name, record.name) == ("metals-tin", "metals-tin-1")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Peru mines tin.", "en"),
        ("秘鲁开采锡矿。", "zh"),
        ("秘鲁的锡\n\nPeru mines tin, and it sells all of it.", "en"),
        ("秘鲁的 Minsur 公司开采锡矿,并出售给智利。", "zh"),
        ("2025: 71,000 (5%).", "en"),
    ],
)
def test_the_language_is_told_where_no_header_says_it(text: str, language: str, file: File) -> None:
    (found,) = read_documents(file(text))
    assert found.language == language


_PIECES = [
    "Peru", "mines", "tin", "锡", "𝕏", "e\u0301", "\u00a0", "\u200b", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\x0c", "\u2028",
    "\ufeff", ".", ",", "Title: Tin\n", "Date: 2025-11-12\n", "By Ana Quispe\n", "Workflow\n", "Post·2025-11-12 06:40\n",
    "Core Insights - ", "Group 1: Overview - ", " - ", "[1]", "[1][3].", " [2] ", "(ASX: LYC)", "- ", "* ", "1. ", "LIMA - ",
    "# ", "## ", "**", "_", "`", "```\n", "[tin](https://a.example/tin)", "![tin](tin.png)", "> ", "|", "|-|-|\n", "\\",
    "&amp;", "&nbsp;", "&", "&#225;", "&mdash;", "\\*", "AT&T", "<p>", "</p>",
    "<b>", "</b>", "<br>", "<li>", "<!-- no -->", "<!--", "<script>",
    "</script>", "<title>", "</title>", "<table><tr><td>", "<html lang='zh'>", "<head>", "</head>", "<body>", "<nav>", "<", ">",
]  # fmt: skip
_SOURCES = st.lists(
    st.sampled_from(_PIECES) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), max_size=25
).map("".join)


@pytest.mark.parametrize("suffix", ARTICLES)
@given(source=_SOURCES)
@settings(max_examples=60, deadline=None)
def test_any_text_in_any_format_is_found_again_in_its_source(
    tmp_path_factory: pytest.TempPathFactory, assert_text_is_in_source: InSource, suffix: str, source: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes((json.dumps({"text": source}) if suffix in RECORDS else source).encode("utf-8"))
    try:
        (found,) = read_documents(path)
    except ReadError:
        return
    assert found.source == source
    assert_text_is_in_source(found)


_WORDS = st.lists(st.text("abcXYZ锡𝕏é", min_size=1, max_size=6), min_size=3, max_size=12)


@pytest.mark.parametrize("suffix", sorted(READERS))
@given(
    paragraphs=st.lists(_WORDS, min_size=1, max_size=4),
    gap=st.sampled_from([" ", "  ", "\u00a0", "\t"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=30, deadline=None)
def test_plain_paragraphs_come_out_whole_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, paragraphs: list[list[str]], gap: str, newline: str
) -> None:
    lines = [gap.join(words) + "." for words in paragraphs]
    source = f"{newline}{newline}".join([f"Title: T{newline}", *lines, ""])
    if suffix in {".html", ".htm"}:
        source = newline.join(["<html><title>T</title><body>", *(f"<p>{line}</p>" for line in lines), "</body></html>"])
    elif suffix in {".md", ".markdown"}:
        source = f"{newline}{newline}".join(["# T", *lines, ""])
    path = tmp_path_factory.getbasetemp() / f"plain{suffix}"
    path.write_bytes(source.encode("utf-8"))
    (found,) = read_documents(path)
    assert found.text == BLOCK_GAP.join(["T", *(" ".join(words) + "." for words in paragraphs)])


# Files that cannot be read


@pytest.mark.parametrize("name", ["a.json", "a.doc", "a.png.gz", "a", ".txt", "a.txt.bak"])
def test_another_kind_of_file_is_refused(name: str, file: File, complaint: Complaint) -> None:
    said = complaint(file("Peru mines tin.\n", name))
    assert all(kind in said for kind in ("text", "Markdown", "PDF", "JSON Lines", "archives"))


@pytest.mark.parametrize("name", ["missing.txt", "missing/a.txt"])
def test_a_missing_file_is_said_to_be_missing(name: str, tmp_path: Path, complaint: Complaint) -> None:
    assert "No such file" in complaint(tmp_path / name)


def test_nobody_is_sent_to_check_the_permissions_of_a_missing_file(tmp_path: Path, complaint: Complaint) -> None:
    assert "permission" not in complaint(tmp_path / "missing.txt")


@pytest.mark.parametrize("suffix", ["", ".txt"])
def test_a_folder_is_no_article(suffix: str, tmp_path: Path, complaint: Complaint) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    assert "directory" in complaint(tmp_path / f"folder{suffix}")


def test_nobody_is_sent_to_check_the_permissions_of_a_folder(tmp_path: Path, complaint: Complaint) -> None:
    assert "permission" not in complaint(tmp_path)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, complaint: Complaint) -> None:
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert "cannot be opened" in complaint(tmp_path / "loop.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read all files")
@pytest.mark.parametrize("suffix", ARTICLES)
def test_a_file_without_permission_is_named(suffix: str, file: File, complaint: Complaint) -> None:
    path = file(ARTICLES[suffix], f"a{suffix}")
    path.chmod(0)
    assert "permissions" in complaint(path)


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        ("[1][2]\n", ".txt"),
        ("Date: 2025-11-12\n", ".txt"),
        ("Post·2025-11-12 06:40\n", ".txt"),
        ("```\ncode\n```\n", ".md"),
        ("* * *\n", ".md"),
        ("![tin](tin.png)\n", ".md"),
        ("<html><body><script>var tin;</script></body></html>", ".html"),
        ("<nav>Home</nav><!-- tin -->", ".html"),
    ],
)
def test_a_file_with_nothing_to_read_is_refused(content: str, suffix: str, file: File, complaint: Complaint) -> None:
    assert "has no text" in complaint(file(content, f"a{suffix}"))


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_a_file_is_not_changed_by_reading(suffix: str, file: File) -> None:
    path = file(ARTICLES[suffix], f"a{suffix}")
    before = path.stat().st_mtime_ns
    list(read_documents(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (ARTICLES[suffix].encode("utf-8"), before)


# Finding articles


def _found(folder: Path, *paths: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in find_articles(paths or [folder])]


def test_a_folder_is_searched_for_each_format(file: File, tmp_path: Path) -> None:
    names = sorted([*(f"a{s}" for s in ARTICLES), *(f"deep/er/B{s.upper()}" for s in ARTICLES)])
    for name in names:
        file(ARTICLES[Path(name).suffix.lower()], name)
    assert sorted(_found(tmp_path)) == names
    assert len(names) == 2 * len(ARTICLES)


@pytest.mark.parametrize(
    "name",
    [
        "README.md", "readme.txt", "LICENSE.txt", "NOTICE.md", ".hidden.txt", ".git/a.txt", "deep/.cache/a.txt", "annotated/a.txt",
        "deep/annotated/a.jsonl", "a.png", "a.json", "a", "a.txt~", "a.txt.bak", "README.html",
    ],
)  # fmt: skip
def test_what_is_no_article_is_left_out_of_a_folder(name: str, file: File, tmp_path: Path) -> None:
    file("Peru mines tin.\n", name)
    file("Peru mines tin.\n", "tin.txt")
    assert _found(tmp_path) == ["tin.txt"]


@pytest.mark.parametrize("name", ["README.md", ".hidden.txt", "annotated/a.txt", "a.pdf"])
def test_a_file_that_is_named_is_taken_as_it_is(name: str, file: File, tmp_path: Path) -> None:
    assert _found(tmp_path, file("Peru mines tin.\n", name)) == [name]


@pytest.mark.parametrize("folder", [".hidden", "annotated", "README"])
def test_a_folder_that_is_named_is_searched_whatever_its_name(folder: str, file: File, tmp_path: Path) -> None:
    file("Peru mines tin.\n", f"{folder}/a.txt")
    assert _found(tmp_path, tmp_path / folder) == [f"{folder}/a.txt"]


def test_other_json_lines_beside_articles_are_left_out(file: File, tmp_path: Path) -> None:
    file('{"doc": "a", "quote": "Peru mines tin"}\n', "claims.jsonl")
    file('\n{"id": "a", "text": "Peru mines tin."}\n', "news.jsonl")
    file("", "empty.jsonl")
    assert _found(tmp_path) == ["news.jsonl"]
    assert _found(tmp_path, tmp_path / "claims.jsonl") == ["claims.jsonl"]


def test_records_behind_a_bad_line_are_found_in_a_folder(file: File, tmp_path: Path) -> None:
    file('{broken\n{"id": "a", "text": "Peru mines tin."}\n', "news.jsonl")
    file("Chile buys it.\n", "a.txt")
    assert _found(tmp_path) == ["a.txt", "news.jsonl"]


def test_folders_with_the_name_of_an_article_are_folders(file: File, tmp_path: Path) -> None:
    file("Peru mines tin.\n", "old.txt/a.txt")
    assert _found(tmp_path) == ["old.txt/a.txt"]


def test_articles_are_sorted_and_each_is_found_once(file: File, tmp_path: Path) -> None:
    for name in ["b/1.txt", "b.txt", "a.md", "C.txt", "b/10.txt"]:
        file("Peru mines tin.\n", name)
    found = find_articles([tmp_path])
    assert found == sorted(set(found))
    assert len(found) == 5
    assert find_articles([tmp_path, tmp_path / "b", tmp_path / "a.md", tmp_path]) == found


@pytest.mark.parametrize("spelling", ["a.txt", "../here/a.txt"])
def test_a_file_is_found_once_however_its_path_is_spelled(
    spelling: str, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file("Peru mines tin.\n", "here/a.txt")
    monkeypatch.chdir(path.parent)
    assert len(find_articles([path, Path(spelling)])) == 1


def test_nothing_is_found_where_nothing_is_named() -> None:
    assert find_articles([]) == []


@pytest.mark.parametrize("name", ["missing", "missing/a.txt", "link.txt"])
def test_a_path_that_does_not_exist_is_named(
    name: str, tmp_path: Path, clear: Callable[[ReadError, Path], str]
) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(ReadError) as caught:
        find_articles([tmp_path / name])
    assert "does not exist" in clear(caught.value, tmp_path / name)


def test_words_in_place_of_a_path_are_no_traceback() -> None:
    with pytest.raises(ReadError):
        find_articles([Path("Peru mines tin in the south of the country. " * 10)])


def test_a_path_that_no_system_can_hold_is_named() -> None:
    with pytest.raises(ReadError, match="does not exist"):
        find_articles([Path("a\0b.txt")])


@pytest.mark.parametrize("names", [[], ["a.png", "b.json"], ["README.md"], [".git/a.txt"], ["claims.jsonl"]])
def test_a_folder_without_articles_is_named(
    names: list[str], file: File, tmp_path: Path, clear: Callable[[ReadError, Path], str]
) -> None:
    for name in names:
        file('{"quote": "tin"}\n', f"empty/{name}")
    (tmp_path / "empty").mkdir(exist_ok=True)
    with pytest.raises(ReadError) as caught:
        find_articles([tmp_path / "empty"])
    said = clear(caught.value, tmp_path / "empty")
    assert "has no articles" in said
    assert "Markdown" in said


# Names


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], []),
        (["/x/a.txt"], ["a"]),
        (["/x/a.txt", "/x/b.txt", "/y/c.md"], ["a", "b", "c"]),
        (["/x/a.txt", "/y/a.txt", "/y/b.txt"], ["x-a", "y-a", "b"]),
        (["/1/x/a.txt", "/2/x/a.txt", "/2/y/a.txt"], ["1-x-a", "2-x-a", "y-a"]),
        (["/x/a.txt", "/x/a.md"], ["a-txt", "a-md"]),
        (["/x/a.b.txt", "/x/a.txt"], ["a.b", "a"]),
        (["/x/锡.txt", "/y/锡.txt"], ["x-锡", "y-锡"]),
    ],
)
def test_a_name_has_as_many_folders_as_it_needs(paths: list[str], names: list[str]) -> None:
    assert list(unique_names(map(Path, paths)).values()) == names


@pytest.mark.parametrize(
    "paths",
    [
        ["/x/a.txt", "/y/a.txt", "/y/b.txt", "/x/b.md"],
        ["/a.txt", "/x/a.txt"],
        ["/x/a.txt", "/x/a.md", "/x/a.html"],
        ["/a.txt", "/x/a.txt", "/x/x/a.txt"],  # the folders of one are the last of another's
        ["/x/a.txt", "/x/a.md", "/y/a.txt", "/y/a.md"],  # ending and folders
        ["/x/y/a.txt", "/z/a.txt", "/x/y-a.txt"],  # a folder or ending that reads as part of a name
        ["/x/a.txt", "/x/a.md", "/x/a-md.txt"],  # a folder or ending that reads as part of a name
    ],
)
def test_no_two_files_have_one_name(paths: list[str]) -> None:
    names = unique_names(map(Path, paths))
    assert names.keys() == set(map(Path, paths))
    assert len(set(names.values())) == len(paths)


_FILES = st.lists(
    st.builds("/{}/{}/{}.txt".format, st.sampled_from("xyz"), st.sampled_from("xyz"), st.sampled_from("ab")).map(Path),
    unique=True,
    max_size=8,
)


@given(_FILES, st.data())
@settings(max_examples=100, deadline=None)
def test_names_tell_files_apart_whatever_their_order(paths: list[Path], data: st.DataObject) -> None:
    names = unique_names(paths)
    assert names.keys() == set(paths)
    assert len(set(names.values())) == len(paths)
    assert all(name.endswith(path.stem) for path, name in names.items())
    assert unique_names(data.draw(st.permutations(paths))) == names
