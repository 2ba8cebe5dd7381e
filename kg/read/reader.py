"""Find articles and read them: `READERS` says which formats there are."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kg.config import MAX_ARTICLE_BYTES
from kg.errors import ReadError
from kg.iris import digest
from kg.model import Document
from kg.read.decode import decode_bytes
from kg.read.jsonlines import read_records
from kg.read.layout import Layout, lay_out
from kg.read.markup import read_html, read_markdown
from kg.read.text import read_text

Reader = Callable[[str], Layout]
Report = Callable[[ReadError], None]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
RECORDS = frozenset({".jsonl", ".ndjson"})
_RECORD_LOCATION = re.compile(r"(?P<file>.*?\.(?:jsonl|ndjson))#.*", re.DOTALL | re.IGNORECASE)
_RECORDS_A_FILE = 100  # a file of records may have as many times the bytes of an article


def _raise(error: ReadError) -> None:
    raise error


def find_articles(paths: Iterable[Path], report: Report = _raise) -> list[Path]:
    """Return the files that `paths` name, folders searched for formats that can be read, each once and sorted.

    Hidden files, READMEs and folders named `annotated` are left out of folders. A path that does not exist or a folder
    without articles goes to `report`, which by default raises it.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            for article in _articles(path):
                found.setdefault(article.resolve(), article)
        except ReadError as error:
            report(error)
        except OSError as error:
            report(ReadError(f"{path} cannot be opened: {error.strerror}; check the path"))
    return list(found.values())


def _articles(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ReadError(f"{path} does not exist; check the path")
    inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_article(p.relative_to(path)) and _holds_text(p))
    if not inside:
        raise ReadError(f"{path} has no articles; put .txt, .md, .html or .jsonl files into it")
    return inside


def _is_article(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == "annotated" for part in path.parts)
    return (
        not hidden
        and path.stem.lower() not in {"readme", "license", "notice"}
        and path.suffix.lower() in READERS.keys() | RECORDS
    )


def _holds_text(path: Path) -> bool:
    """Tell whether the first record of a file that is one is an article; other JSON Lines may lie beside articles."""
    if path.suffix.lower() not in RECORDS:
        return True
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            first = next(filter(None, map(_as_record, lines)), {})
    except OSError:  # to be told when it is read
        return True
    return "text" in first


def _as_record(line: str) -> dict[str, object]:
    with suppress(ValueError, RecursionError):
        record = json.loads(line)
        return record if isinstance(record, dict) else {}
    return {}


def unique_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return a name for each file: its own without the ending, with as many folders before it as tell it from the others.

    >>> list(unique_names([Path("/x/a.txt"), Path("/y/a.txt"), Path("/y/b.txt")]).values())
    ['x-a', 'y-a', 'b']
    """
    paths = list(dict.fromkeys(paths))
    alike = Counter(path.with_suffix("") for path in paths)
    own = {p: p.stem if alike[p.with_suffix("")] == 1 else f"{p.stem}-{p.suffix.lstrip('.')}" for p in paths}
    names, depth = dict(own), 0
    while (clashing := _clashing(names)) and depth < max(len(p.absolute().parts) for p in clashing):
        depth += 1
        names |= {p: "-".join([*p.absolute().parent.parts[1:][-depth:], own[p]]) for p in clashing}
    return names | {p: f"{digest(str(p.absolute()))}-{names[p]}" for p in _clashing(names)}


def _clashing(names: Mapping[Path, str]) -> list[Path]:
    count = Counter(names.values())
    return [path for path, name in names.items() if count[name] > 1]


def read_documents(
    path: Path,
    max_bytes: int = MAX_ARTICLE_BYTES,
    name: str | None = None,
    report: Report = _raise,
) -> Iterator[Document]:
    """Yield the documents of a file, mostly one, under `name` or the file's name without its ending; raises ReadError.

    One of several documents that cannot be read goes to `report`, which by default raises it.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("Title: News\\n\\nChina mines rare earths.\\n", encoding="utf-8")
    >>> document = next(read_documents(path))
    >>> document.name, document.title, document.text
    ('a', 'News', 'News\\n\\nChina mines rare earths.')
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        advice = "check its permissions" if isinstance(error, PermissionError) else "check the path"
        raise ReadError(f"{path} cannot be opened: {error.strerror}; {advice}") from error
    suffix = path.suffix.lower()
    if suffix in RECORDS:
        yield from _records(path, data, max_bytes, name or path.stem, report)
        return
    reader = READERS.get(suffix)
    if reader is None:
        raise ReadError(f"{path} is of a kind that cannot be read; give .txt, .md, .html or .jsonl files")
    source = decode_bytes(data, path, max_bytes)
    document = _document(
        name or path.stem, str(path.resolve()), source, reader(source), hashlib.sha256(data).hexdigest()
    )
    if not document.text:
        raise ReadError(f"{path} has no text to read; leave it out or put an article into it")
    yield document


def file_of(location: str) -> Path:
    """Return the file that a document's location is in: a record's has `#` and its id after the file.

    >>> file_of("/news #1/a.jsonl#7").name, file_of("/news/a#b.txt").name
    ('a.jsonl', 'a#b.txt')
    """
    record = _RECORD_LOCATION.fullmatch(location)
    return Path(record["file"] if record else location)


def _records(path: Path, data: bytes, max_bytes: int, stem: str, report: Report) -> Iterator[Document]:
    source = decode_bytes(data, path, max_bytes * _RECORDS_A_FILE)
    seen: set[str] = set()
    for name, text, metadata in read_records(source, path, report):
        if name in seen:
            report(ReadError(f"{path} has two records with the id {name}; give each its own"))
            continue
        seen.add(name)
        encoded = text.encode("utf-8")
        if len(encoded) > max_bytes:
            report(
                ReadError(
                    f"{path} record {name} is longer than an article may be ({max_bytes / 1e6:.1f} MB); split it or raise --max-bytes"
                )
            )
            continue
        layout = replace(read_text(text), metadata=metadata)
        sha256 = hashlib.sha256(encoded).hexdigest()
        document = _document(f"{stem}-{name}", f"{path.resolve()}#{name}", text, layout, sha256)
        if document.text:
            yield document
        else:
            report(ReadError(f"{path} record {name} has no text to read; mend or remove it"))


def _document(name: str, location: str, source: str, layout: Layout, sha256: str) -> Document:
    text, blocks, runs = lay_out(source, layout)
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
        citation=metadata.get("citation"),
    )


def _language(text: str) -> str:
    """Tell Chinese from English by the share of Han characters, which is all that the pipeline needs to know."""
    letters = [c for c in text if c.isalpha()]
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    return "zh" if letters and han > 0.5 * len(letters) else "en"
