"""Find articles and read them: `READERS` says which formats there are."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kg.config import MAX_ARTICLE_BYTES
from kg.errors import ReadError
from kg.model import Document
from kg.read.decode import decode_bytes
from kg.read.jsonlines import read_records
from kg.read.layout import Layout, lay_out
from kg.read.markup import read_html, read_markdown
from kg.read.text import read_text

Reader = Callable[[str], Layout]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
RECORDS = frozenset({".jsonl", ".ndjson"})
_RECORDS_A_FILE = 100  # a file of records may have as many times the bytes of an article


def find_articles(paths: Iterable[Path]) -> list[Path]:
    """Return the files that `paths` name, folders searched for formats that can be read, each once and sorted.

    Hidden files, READMEs and folders named `annotated` are left out of folders. Raises ReadError for a path that does
    not exist or a folder without articles.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path] = None
        elif path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.is_file() and _is_article(p.relative_to(path)) and _holds_text(p)
            )
            if not inside:
                raise ReadError(f"{path} has no articles; put .txt, .md, .html or .jsonl files into it")
            found |= dict.fromkeys(inside)
        else:
            raise ReadError(f"{path} does not exist; check the path")
    return list(found)


def _is_article(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == "annotated" for part in path.parts)
    return (
        not hidden
        and path.stem.lower() not in {"readme", "license", "notice"}
        and path.suffix.lower() in READERS.keys() | RECORDS
    )


def _holds_text(path: Path) -> bool:
    """Tell whether a file of records begins with an article; other JSON Lines may lie beside articles."""
    if path.suffix.lower() not in RECORDS:
        return True
    with path.open(encoding="utf-8", errors="replace") as lines:
        return '"text"' in next((line for line in lines if line.strip()), "")


def unique_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return a name for each file: its own without the ending, with as many folders before it as tell it from the others.

    >>> list(unique_names([Path("/x/a.txt"), Path("/y/a.txt"), Path("/y/b.txt")]).values())
    ['x-a', 'y-a', 'b']
    """
    by_stem: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        by_stem[path.stem].append(path)
    return {path: _name_among(path, alike) for alike in by_stem.values() for path in alike}


def _name_among(path: Path, alike: list[Path]) -> str:
    folders = [other.absolute().parent.parts[1:] for other in alike]
    own = path.absolute().parent.parts[1:]
    for depth in range(len(own) + 1):
        ending = own[len(own) - depth :]
        if sum(f[len(f) - depth :] == ending for f in folders) == 1:
            return "-".join([*ending, path.stem])
    return f"{path.stem}-{path.suffix.lstrip('.')}"


def _raise(error: ReadError) -> None:
    raise error


def read_documents(
    path: Path,
    max_bytes: int = MAX_ARTICLE_BYTES,
    name: str | None = None,
    report: Callable[[ReadError], None] = _raise,
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
        raise ReadError(f"{path} cannot be opened: {error.strerror}; check its permissions") from error
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


def _records(
    path: Path, data: bytes, max_bytes: int, stem: str, report: Callable[[ReadError], None]
) -> Iterator[Document]:
    source = decode_bytes(data, path, max_bytes * _RECORDS_A_FILE)
    seen: set[str] = set()
    for name, text, metadata in read_records(source, path, report):
        if name in seen:
            report(ReadError(f"{path} has two records with the id {name}; give each its own"))
            continue
        seen.add(name)
        if len(text) > max_bytes:
            report(
                ReadError(
                    f"{path} record {name} is longer than an article may be ({max_bytes / 1e6:.1f} MB); split it or raise --max-bytes"
                )
            )
            continue
        layout = replace(read_text(text), metadata=metadata)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield _document(f"{stem}-{name}", f"{path.resolve()}#{name}", text, layout, digest)


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
        title=metadata.get("title"),
        publisher=metadata.get("publisher") or metadata.get("author"),
        published=metadata.get("published"),
        language=metadata.get("language") or _language(text),
        citation=metadata.get("citation"),
    )


def _language(text: str) -> str:
    """Tell Chinese from English by the share of Han characters, which is all that the pipeline needs to know."""
    letters = [c for c in text if c.isalpha()]
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    return "zh" if letters and han > 0.5 * len(letters) else "en"
