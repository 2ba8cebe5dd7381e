"""Files to documents: a file is opened, its form says how it is read, and what it holds is read in its order."""

from __future__ import annotations

import hashlib
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kg.config import MAX_ARTICLE_BYTES
from kg.errors import ReadError
from kg.iris import digest
from kg.model import Document
from kg.read.bounds import DEPTH, Bounds, read_whole, shown
from kg.read.decode import decode_bytes
from kg.read.feeds import read_feed
from kg.read.find import KINDS, is_article, raise_error
from kg.read.forms import ARCHIVES, PRINTED, READERS, RECORDS, form_of, print_reader
from kg.read.layout import Layout, lay_out
from kg.read.markup import read_fragment
from kg.read.records import Record, Report
from kg.read.text import read_text

_HOLDERS = "|".join(re.escape(form[1:]) for form in sorted({*RECORDS, *ARCHIVES}, key=len, reverse=True))
_INSIDE = re.compile(rf"(?P<file>(?:.*/)?[^/]*?\.(?:{_HOLDERS}))#[^/]*", re.DOTALL | re.IGNORECASE)
_MEANS_MORE = re.compile(r"[/#%\x00-\x1f\ud800-\udfff]")  # in what stands after the file in a location


@dataclass(frozen=True)
class _Opened:
    """A file or a member of an archive: its bytes, where it is, and what its documents are called."""

    data: BinaryIO
    where: str
    location: str
    name: str
    form: str
    depth: int = 0

    def inside(self, name: str) -> str:
        """Return the location of what has a name in it."""
        return f"{self.location}#{_MEANS_MORE.sub(lambda m: f'%{ord(m[0]):02X}', name)}"


def read_documents(
    path: Path,
    max_bytes: int = MAX_ARTICLE_BYTES,
    name: str | None = None,
    report: Report = raise_error,
) -> Iterator[Document]:
    """Yield the documents of a file, mostly one, under `name` or the file's name without its ending; raises ReadError.

    What cannot be read of a file that has several documents goes to `report`, which by default raises it.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("Title: News\\n\\nChina mines rare earths.\\n", encoding="utf-8")
    >>> document = next(read_documents(path))
    >>> document.name, document.title, document.text
    ('a', 'News', 'News\\n\\nChina mines rare earths.')
    """
    with _opened(path) as data:
        file = _Opened(data, str(path), str(path.resolve()), name or path.stem, form_of(path.name))
        yield from _documents(file, Bounds(max_bytes), report)


def _opened(path: Path) -> BinaryIO:
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise ReadError(f"{path} is a device or a pipe and no file; put what it says into a file")
        return path.open("rb")
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        advice = "check its permissions" if isinstance(error, PermissionError) else "check the path"
        raise ReadError(f"{path} cannot be opened: {said}; {advice}") from error


def _documents(file: _Opened, bounds: Bounds, report: Report) -> Iterator[Document]:
    if file.form in ARCHIVES:
        yield from _unpacked(file, bounds, report)
    elif file.form in RECORDS:
        yield from _records(file, bounds, report)
    elif file.form in PRINTED:
        data = _whole(file, bounds.file)
        source, layout = print_reader(file.form)(data, file.where, bounds, report)
        yield _document(file.name, file.location, source, layout, hashlib.sha256(data).hexdigest(), file.where)
    elif file.form in READERS:
        data = _whole(file, bounds.article)
        source = decode_bytes(data, file.where, bounds.article)
        layout, sha256 = _laid_out(file, source), hashlib.sha256(data).hexdigest()
        document = _document(file.name, file.location, source, layout, sha256, file.where)
        yield replace(document, plain=not file.depth and data == source.encode("utf-8"))
    else:
        raise ReadError(f"{file.where} is of a kind that cannot be read; give {KINDS}")


def _whole(file: _Opened, limit: int) -> bytes:
    data = read_whole(file.data, limit, file.where)
    if not data.strip():
        raise ReadError(f"{file.where} is empty; leave it out or put an article into it")
    return data


def _laid_out(file: _Opened, source: str) -> Layout:
    try:
        return READERS[file.form](source)
    except ReadError as error:
        raise ReadError(f"{file.where} {error}") from error
    except RecursionError as error:
        raise ReadError(f"{file.where} has marks nested deeper than can be read; give its text") from error


def _unpacked(file: _Opened, bounds: Bounds, report: Report) -> Iterator[Document]:
    """Yield the documents of an archive's members; what is no article is left out, as it is of a folder."""
    if file.depth >= DEPTH:
        raise ReadError(
            f"{file.where} is packed {DEPTH + 1} times, one archive in the other; unpack it and give its files"
        )
    seen: set[str] = set()
    count = 0
    for member in ARCHIVES[file.form](file.data, file.where, bounds, report):
        path = PurePosixPath(member.path.replace("\\", "/") or PurePosixPath(file.where).stem)
        if member.path and not is_article(PurePosixPath(*(part for part in path.parts if part not in {"..", "."}))):
            continue
        count += 1
        where = f"{file.where} member {shown(member.path)}" if member.path else file.where
        if member.path in seen:
            report(ReadError(f"{where} is there twice, and is read once; give each its own name"))
            continue
        seen.add(member.path)
        try:
            name = _member_name(file, path, seen) if member.path else PurePosixPath(file.name).stem
            location = file.inside(member.path or path.name)
            opened = _Opened(io.BytesIO(member.read()), where, location, name, form_of(path.name), file.depth + 1)
            yield from _documents(opened, bounds, report)
        except ReadError as error:
            report(error)
    if not count:
        raise ReadError(f"{file.where} has no articles; put {KINDS} into it")


def _member_name(file: _Opened, path: PurePosixPath, seen: set[str]) -> str:
    """Return a name for a member: its path without the ending, with it if that is another's."""
    for own in (path.with_suffix(""), path):
        name = "-".join(part for part in (file.name, *own.parts) if part not in {"/", ".."})
        if (key := "\0" + name) not in seen:
            seen.add(key)
            return name
    return f"{name}-{digest(str(path))}"


def _records(file: _Opened, bounds: Bounds, report: Report) -> Iterator[Document]:
    seen: set[str] = set()
    refused: list[None] = []

    def tell(error: ReadError) -> None:
        refused.append(None)
        report(error)

    for record in RECORDS[file.form](file.data, file.where, bounds, tell):
        try:
            yield _record(file, record, bounds, seen)
        except ReadError as error:
            tell(error)
    if not seen and not refused:
        raise ReadError(f"{file.where} is empty; leave it out or put an article into it")


def _record(file: _Opened, record: Record, bounds: Bounds, seen: set[str]) -> Document:
    where = f"{file.where} record {shown(record.name)}"
    if record.name in seen:
        raise ReadError(f"{file.where} has two records with the id {shown(record.name)}; give each its own")
    seen.add(record.name)
    if len(record.text.encode("utf-8")) > bounds.article:
        raise ReadError(
            f"{where} is longer than an article may be ({bounds.article / 1e6:.1f} MB); split it or raise --max-bytes"
        )
    read = record.read(record.text)
    layout = replace(read, metadata=read.metadata | dict(record.metadata))
    return _document(f"{file.name}-{record.name}", file.inside(record.name), record.text, layout, record.sha256, where)


def read_kept(source: str, location: str) -> Document:
    """Return what a source that was kept reads as: its marks, if it has any, are those of the form that its location tells.

    >>> read_kept("<p>Chile mines <b>tin</b>.", "/a.zip#news%2F1.html").text
    'Chile mines tin.'
    """
    path, _, member = location.rpartition("#")
    form = form_of(member) or form_of(path)
    if form in RECORDS:
        layout = (read_fragment if RECORDS[form] is read_feed else read_text)(source)
    else:
        layout = READERS.get(form, read_text)(source)
    return _document("", location, source, layout, "", location)


def file_of(location: str) -> Path:
    """Return the file that a document's location is in: a record's or member's has `#` and its name after the file.

    >>> file_of("/news #1/a.jsonl#7").name, file_of("/a.zip#1/b.zip#c%2Fd.csv#7").name, file_of("/news/a#b.txt").name
    ('a.jsonl', 'b.zip', 'a#b.txt')
    """
    inside = _INSIDE.fullmatch(location)
    return Path(inside["file"] if inside else location)


def _document(name: str, location: str, source: str, layout: Layout, sha256: str, where: str) -> Document:
    text, blocks, runs = lay_out(source, layout)
    if not text:
        raise ReadError(f"{where} has no text to read; leave it out or put an article into it")
    metadata = layout.metadata
    return Document(
        name=name,
        location=location,
        source=source,
        text=text,
        blocks=blocks,
        runs=runs,
        sha256=sha256,
        title=metadata.get("title") or None,
        publisher=metadata.get("publisher") or metadata.get("author"),
        published=metadata.get("published"),
        language=re.split("[-_]", metadata.get("language", ""))[0].lower() or _language(text),
        citation=metadata.get("citation") or metadata.get("url"),
        plain=False,
    )


def _language(text: str) -> str:
    """Tell Chinese from English by the share of Han characters, which is all that the pipeline needs to know."""
    letters = [c for c in text if c.isalpha()]
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    return "zh" if letters and han > 0.5 * len(letters) else "en"


def keeps_source(document: Document) -> bool:
    """Tell whether a document's source must be kept, since it is not simply its file's UTF-8 text."""
    return not document.plain
