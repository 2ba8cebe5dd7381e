"""Find the files that can be read, and give each a name."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePath

from kg.errors import ReadError
from kg.iris import digest
from kg.read.feeds import is_feed
from kg.read.forms import FORMS, RECORDS, form_of
from kg.read.records import Report
from kg.read.tables import text_column

KINDS = "text, Markdown, HTML, PDF, DOCX, JSON Lines, CSV, feeds or archives of these"
_LEFT_OUT = frozenset({"readme", "license", "notice"})
_FIRST_LINE = 1 << 20
_BEGINNING = 1 << 23


def raise_error(error: ReadError) -> None:
    """Raise what could not be read: what is done with errors when nobody asks to be told of them."""
    raise error


def find_articles(paths: Iterable[Path], report: Report = raise_error) -> list[Path]:
    """Return the files that `paths` name, folders searched for forms that can be read, each once and sorted.

    Hidden files, READMEs and folders named `annotated` are left out of folders, and so are JSON Lines, CSV and XML that
    are no articles. A path that does not exist, a folder that cannot be opened or one without articles goes to `report`,
    which by default raises it.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            for article in _articles(path, report):
                found.setdefault(article.resolve(), article)
        except ReadError as error:
            report(error)
        except OSError as error:
            report(ReadError(f"{path} cannot be opened: {error.strerror}; check the path"))
    return list(found.values())


def _articles(path: Path, report: Report) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise ReadError(f"{path} does not exist; check the path")
    if not path.is_dir():
        raise ReadError(f"{path} is a device or a pipe and no file; put what it says into a file")
    inside = sorted(p for p in _files(path, report) if is_article(p.relative_to(path)) and _holds_articles(p))
    if not inside:
        raise ReadError(f"{path} has no articles; put {KINDS} into it")
    return inside


def _files(folder: Path, report: Report) -> Iterator[Path]:
    def tell(error: OSError) -> None:
        report(ReadError(f"{error.filename} cannot be opened: {error.strerror}; check its permissions"))

    for parent, _, names in os.walk(folder, onerror=tell):
        yield from (path for name in names if (path := Path(parent, name)).is_file())


def is_article(path: PurePath) -> bool:
    """Tell whether a file in a folder or archive is an article by its path there.

    >>> [is_article(PurePath(p)) for p in ("a/b.TXT", "a/.b.txt", "README.md", "b.txt.gz", "b.png")]
    [True, False, False, True, False]
    """
    hidden = any(part.startswith((".", "__MACOSX")) or part == "annotated" for part in path.parts)
    return not hidden and path.stem.lower() not in _LEFT_OUT and form_of(path.name) in FORMS


def _holds_articles(path: Path) -> bool:
    """Tell whether a file of records holds articles by its beginning; other tables and lists may lie beside articles."""
    form = form_of(path.name)
    if form not in RECORDS:
        return True
    try:
        if form in {".csv", ".tsv"}:
            with path.open(encoding="utf-8-sig", errors="replace") as table:
                return text_column(table.readline(_FIRST_LINE)) is not None or not _is_ascii(path)
        if form in {".jsonl", ".ndjson"}:
            with path.open(encoding="utf-8-sig", errors="replace") as lines:
                beginning = lines.read(_BEGINNING)
                first = next(filter(None, map(_as_record, beginning.split("\n"))), None)
                return "text" in first if first else bool(lines.read(1))
        with path.open("rb") as feed:
            return form != ".xml" or is_feed(feed)
    except OSError:  # to be told when it is read
        return True


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as table:
        return table.readline(_FIRST_LINE).isascii()


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
