"""PDF, DOCX, feeds, tables and archives: what is read of each, and that nothing of them is lost without a word."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from making import FEED, ITEM, make_pdf, make_tar, make_word, make_zip

from kg.errors import ReadError
from kg.model import Document
from kg.read import file_of, keeps_source, read_documents

File = Callable[..., Path]
Complaint = Callable[..., str]
ReadAll = Callable[..., tuple[list[Document], list[str]]]


@pytest.fixture
def read_all(file: File, clear: Callable[[ReadError, Path], str]) -> ReadAll:
    """Return a function that reads a file and returns its documents and what was said of the rest of it."""

    def read(content: bytes | str, name: str, max_bytes: int = 1_000_000) -> tuple[list[Document], list[str]]:
        path = file(content, name)
        errors: list[ReadError] = []
        documents = list(read_documents(path, max_bytes, report=errors.append))
        return documents, [clear(error, path) for error in errors]

    return read


def _texts(documents: list[Document]) -> list[str]:
    return [found.text for found in documents]


# PDF

_INFO = {"Title": "Tin from Peru", "Author": "Ore Post", "CreationDate": "D:20251112083000Z"}


def test_paragraphs_and_metadata_of_a_pdf_are_read(read_all: ReadAll) -> None:
    (found,), said = read_all(make_pdf([["Peru mines tin. Chile buys it."]], _INFO), "a.pdf")
    assert found.text == "Peru mines tin. Chile buys it."
    assert (found.title, found.publisher, found.published, found.language) == (
        "Tin from Peru",
        "Ore Post",
        "2025-11-12",
        "en",
    )
    assert not said
    assert keeps_source(found)


def test_a_sentence_goes_on_over_the_page_and_a_broken_word_is_joined(read_all: ReadAll) -> None:
    pages = [["An ore is mined in Peru, where tin and other min-"], ["eral ores are found."]]
    (found,), _ = read_all(make_pdf(pages), "a.pdf")
    assert "other min-eral ores are found" in found.text
    pages = [["An ore is an ore. Peru sells min-"], ["eral sands, a mineral that many buy."]]
    (found,), _ = read_all(make_pdf(pages), "a.pdf")
    assert "Peru sells mineral sands" in found.text


def test_a_pdf_without_some_of_its_pages_is_refused(file: File, complaint: Complaint) -> None:
    assert "1 of 3 pages" in complaint(file(make_pdf([["Peru mines tin."]], count=3), "a.pdf"))


def test_a_pdf_whose_text_is_cut_off_is_refused(file: File, complaint: Complaint) -> None:
    whole = make_pdf([[f"Peru mines tin in {i} places." for i in range(18)]])
    at = whole.index(b"stream\n") + 40
    for broken in (whole[:at] + b"\0" * 20 + whole[at + 20 :], whole[: len(whole) // 2], b"%PDF-1.7\n%%EOF", b"Peru."):
        assert "damaged" in complaint(file(broken, "a.pdf"))


# DOCX


def test_paragraphs_of_each_kind_are_read_of_a_docx(read_all: ReadAll) -> None:
    parts = [
        ("Title", "Tin from Peru"),
        ("Heading 1", "Mines"),
        ("Normal", "Peru mines tin."),
        ("List Bullet", "Chile."),
    ]
    (found,), said = read_all(make_word(parts), "a.docx")
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "Tin from Peru"),
        ("heading", "Mines"),
        ("paragraph", "Peru mines tin."),
        ("item", "Chile."),
    ]
    assert found.title == "Tin from Peru"
    assert not said
    assert keeps_source(found)


def test_tables_insertions_and_controls_of_a_docx_are_read_and_deletions_are_not(read_all: ReadAll) -> None:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "Peru mines tin."
    paragraph = document.add_paragraph("Chile buys it.")
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for wrapper, text in (("ins", "t"), ("del", "delText"), ("sdt", "t"), ("smartTag", "t")):
        inner = f"<w:r><w:{text}> {wrapper}.</w:{text}></w:r>"
        inner = f"<w:sdtContent>{inner}</w:sdtContent>" if wrapper == "sdt" else inner
        paragraph._p.append(docx.oxml.parse_xml(f'<w:{wrapper} xmlns:w="{w}">{inner}</w:{wrapper}>'))
    out = io.BytesIO()
    document.save(out)
    (found,), _ = read_all(out.getvalue(), "a.docx")
    assert found.text == "Peru mines tin.\n\nChile buys it. ins. sdt. smartTag."


@pytest.mark.parametrize("content", [b"Peru.", make_zip({"a.txt": b"Peru."}), make_word([("Normal", "Peru.")])[:-30]])
def test_what_is_no_docx_is_refused(content: bytes, file: File, complaint: Complaint) -> None:
    assert "damaged" in complaint(file(content, "a.docx"))


# Feeds


@pytest.mark.parametrize("ending", ["rss", "xml", "rdf", "atom"])
def test_each_entry_of_a_feed_is_an_article(ending: str, read_all: ReadAll) -> None:
    items = ITEM.format("Tin", "&lt;p&gt;Peru &amp;amp; Chile.&lt;/p&gt;&lt;p&gt;More.&lt;/p&gt;") + ITEM.format(
        "Zinc", "Zinc rose."
    )
    found, said = read_all(FEED.format(items), f"a.{ending}")
    assert _texts(found) == ["Peru & Chile.\n\nMore.", "Zinc rose."]
    assert [(d.title, d.publisher, d.published, d.language) for d in found] == [
        ("Tin", "Ore Post", "2025-11-12", "en"),
        ("Zinc", "Ore Post", "2025-11-12", "en"),
    ]
    assert len({d.name for d in found}) == 2
    assert not said


def test_atom_is_read(read_all: ReadAll) -> None:
    entry = (
        "<entry><id>urn:1</id><title>Tin</title><updated>2025-11-12T08:00:00Z</updated><link rel='alternate' href='https://o.example/1'/>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Peru <b>mines</b> tin.</p></div></content></entry>"
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>Ore Post</title>{entry}</feed>"
    (found,), _ = read_all(feed, "a.atom")
    assert (found.text, found.citation, found.published) == ("Peru mines tin.", "https://o.example/1", "2025-11-12")


def test_an_entry_without_text_is_reported(read_all: ReadAll) -> None:
    found, (said,) = read_all(FEED.format("<item><guid>1</guid></item>" + ITEM.format("Tin", "Peru.")), "a.rss")
    assert _texts(found) == ["Peru."]
    assert "entry 1" in said


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE rss [<!ENTITY a "tin">]><rss><channel><item><title>&a;</title></item></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item></channel></rss>',
        "<rss><channel><item><title>Tin</title>",
        "<html><p>Tin.</p></html>",
        "<rss>" + "<a>" * 5000 + "</a>" * 5000 + "</rss>",
        "<rss><channel/></rss>",
    ],
)
def test_what_is_no_whole_feed_is_refused(content: str, file: File, complaint: Complaint) -> None:
    complaint(file(content, "a.rss"))


# Tables


def test_each_row_of_a_table_is_an_article(read_all: ReadAll) -> None:
    found, said = read_all(
        'id;Title;Date;Text\r\n7;Tin;2025-11-12;"Peru; and\nChile."\r\n;Zinc;;Zinc rose.\r\n', "a.csv"
    )
    assert [(d.name, d.title, d.published, d.source) for d in found] == [
        ("a-7", "Tin", "2025-11-12", "Peru; and\nChile."),
        ("a-2", "Zinc", None, "Zinc rose."),
    ]
    assert not said


@pytest.mark.parametrize("row", ["1,Peru, and Chile.", "1", '1,"Peru"x', "1,  "])
def test_a_row_that_is_none_is_reported_and_the_others_are_read(row: str, read_all: ReadAll) -> None:
    found, (said,) = read_all(f"id,text\n{row}\n2,Zinc rose.\n", "a.csv")
    assert _texts(found) == ["Zinc rose."]
    assert "row 1" in said


def test_lines_may_end_with_a_carriage_return_alone(read_all: ReadAll) -> None:
    found, said = read_all("id,text\r1,Tin rose.\r2,Zinc rose.\r", "a.csv")
    assert (_texts(found), said) == (["Tin rose.", "Zinc rose."], [])


def test_a_quote_that_never_ends_is_reported(read_all: ReadAll) -> None:
    found, said = read_all('id,text\n1,Tin.\n2,"Zinc\n3,Lead.\n', "a.csv")
    assert (_texts(found), len(said)) == (["Tin."], 1)


def test_a_table_in_gbk_is_read(read_all: ReadAll) -> None:
    (found,), _ = read_all("标题,正文\n稀土,商务部宣布对稀土出口实施管制。\n".encode("gbk"), "a.csv")
    assert found.text == "商务部宣布对稀土出口实施管制。"


# Archives

_MEMBERS = {
    "news/a.txt": b"Peru mines tin.",
    "b.jsonl": b'{"text": "Zinc rose."}\n',
    "c.png": b"\x89PNG",
    "README.md": b"About.",
    "d.pdf": make_pdf([["Lead fell."]]),
    "inner.zip": make_zip({"e.md": b"Chile buys *all*."}),
}
_PACKED = {
    "zip": make_zip(_MEMBERS),
    "tar": make_tar(_MEMBERS),
    "tar.gz": make_tar(_MEMBERS, "w:gz"),
    "tgz": make_tar(_MEMBERS, "w:gz"),
}


@pytest.mark.parametrize("ending", _PACKED)
def test_articles_in_an_archive_are_read(ending: str, read_all: ReadAll, tmp_path: Path) -> None:
    found, said = read_all(_PACKED[ending], f"x.{ending}")
    assert _texts(found) == ["Peru mines tin.", "Zinc rose.", "Lead fell.", "Chile buys all."]
    assert len({d.name for d in found} | {d.location for d in found}) == 8
    assert {file_of(d.location) for d in found} == {(tmp_path / f"x.{ending}").resolve()}
    assert all(keeps_source(d) for d in found)
    assert not said
    assert [p.name for p in tmp_path.iterdir()] == [f"x.{ending}"], "nothing is extracted"


def test_a_packed_article_is_read(read_all: ReadAll) -> None:
    (found,), _ = read_all(gzip.compress(b"# Tin\n\nPeru *mines* tin."), "news.md.gz")
    assert (found.name, found.title, found.text) == ("news", "Tin", "Tin\n\nPeru mines tin.")


def test_links_are_not_followed_and_names_lead_nowhere(read_all: ReadAll, tmp_path: Path) -> None:
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    found, said = read_all(make_tar({"../../up.txt": b"Peru.", "/abs.txt": b"Chile.", "link.txt": link}), "a.tar")
    assert _texts(found) == ["Peru.", "Chile."]
    assert [d.name for d in found] == ["a-up", "a-abs"]
    assert len(said) == 1
    assert "link" in said[0]


def test_one_bad_member_costs_no_other(read_all: ReadAll) -> None:
    members = {"a.txt": b"Peru.", "b.txt": b"\xff\xfe\xfd", "c.pdf": b"%PDF", "d.txt": b"x" * 101, "e.txt": b"Chile."}
    for name, content in (("a.zip", make_zip(members)), ("a.tar", make_tar(members))):
        found, said = read_all(content, name, max_bytes=100)
        assert (_texts(found), len(said)) == (["Peru.", "Chile."], 3)


def test_a_member_without_a_name_is_reported(read_all: ReadAll) -> None:
    found, (said,) = read_all(make_zip({"a.txt": b"Peru.", "\0": b"Chile.", "b.txt": b"Tin."}), "a.zip")
    assert _texts(found) == ["Peru.", "Tin."]
    assert "without a name" in said


def test_a_member_that_is_there_twice_is_reported(read_all: ReadAll) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "Peru.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "Chile.")
    found, (said,) = read_all(out.getvalue(), "a.zip")
    assert _texts(found) == ["Peru."]
    assert "twice" in said


@pytest.mark.parametrize("cut", [600, 1100, 1500, 2048, -1])
def test_a_tar_file_that_is_damaged_or_cut_is_never_taken_for_whole(cut: int, file: File) -> None:
    whole = make_tar({f"{i}.txt": b"Peru mines tin." for i in range(9)})
    for broken in (whole[:cut], whole[:cut] + b"\x01" * 512 + whole[cut + 512 :], whole + whole):
        errors: list[ReadError] = []
        found: list[Document] = []
        try:
            found.extend(read_documents(file(broken, "a.tar"), report=errors.append))
        except ReadError as error:
            errors.append(error)
        assert errors or len(found) == 9


@pytest.mark.parametrize(
    "content",
    [
        make_zip({f"{i}.txt": b"0" * 40_000_000 for i in range(3)}),
        make_tar({f"{i}.txt": b"0" * 40_000_000 for i in range(3)}, "w:gz"),
    ],
    ids=["zip", "tar.gz"],
)
def test_a_bomb_is_refused(content: bytes, file: File) -> None:
    name = "a.zip" if content.startswith(b"PK") else "a.tgz"
    errors: list[ReadError] = []
    with pytest.raises(ReadError, match="unpacks to more than"):
        list(read_documents(file(content, name), 100_000, report=errors.append))
    assert all("more than 5.0 MB" in str(error) for error in errors)


def test_archives_are_opened_so_deep_and_no_deeper(read_all: ReadAll, file: File) -> None:
    content, names = b"Peru.", ["a.txt", "b.zip", "c.zip", "d.zip", "e.zip"]
    packed = []
    for name in names:
        content = make_zip({name: content})
        packed.append(content)
    found, said = read_all(packed[2], "x.zip")
    assert (_texts(found), said) == (["Peru."], [])
    found, said = read_all(packed[3], "x.zip")
    assert (found, len(said)) == ([], 1)


def test_an_archive_without_articles_is_refused(file: File, complaint: Complaint) -> None:
    assert "no articles" in complaint(file(make_zip({"a.png": b"x"}), "a.zip"))
