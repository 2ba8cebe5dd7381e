"""What a build has to do: which files are new or changed, which are as they were, and which are gone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import ReadError
from kg.iris import digest
from kg.limits import Limits
from kg.read import file_of, find_articles, unique_names
from kg.store import FileEntry, GraphStore

Documents = Mapping[str, Mapping[str, str]]  # what the ledger holds of documents, by graph


@dataclass(frozen=True)
class Options:
    """What decides how a file is read, and so whether it has to be read again.

    `retry` has files tried again that could not be read; so has a change of whatever might have been the cause.
    """

    versions: Mapping[str, str]
    max_bytes: int
    min_confidence: float
    limits: Limits
    retry: bool = False

    def made_by(self, *, refused: bool) -> str:
        """Return what identifies that by which a file was read; if something was refused, the limits belong to it."""
        limits = (self.max_bytes, self.limits.seconds, self.limits.mebibytes) if refused else ()
        return digest(dict(self.versions), self.min_confidence, limits)


@dataclass(frozen=True)
class File:
    """A file with its hash and what the graph holds of it."""

    path: Path
    name: str
    sha256: str
    documents: Documents = field(default_factory=dict)

    def entry(self, options: Options, reasons: Iterable[str] = ()) -> FileEntry:
        """Return what is to be kept of the file once it was read, or could not be."""
        told = tuple(reasons)
        return FileEntry(str(self.path), self.name, self.sha256, options.made_by(refused=bool(told)), told)


@dataclass(frozen=True)
class Plan:
    """What there is to do: files to read, files that are as they were, and what is gone.

    `held` is what the ledger holds of the documents of each file, `failures` tell what was not found or opened.
    """

    todo: Sequence[File]
    unchanged: Sequence[tuple[File, FileEntry]]
    gone: Sequence[Path]
    held: Mapping[Path, Documents]
    failures: Sequence[str]

    @property
    def total(self) -> int:
        """Return the number of files."""
        return len(self.todo) + len(self.unchanged)

    def taken(self) -> dict[str, str]:
        """Return the graphs of documents whose files stay as they are, with the documents' locations."""
        other = {file.path for file in self.todo} | set(self.gone)
        stay = (path for path in self.held if path not in other and path.exists())
        return {graph: kept["location"] for path in stay for graph, kept in self.held[path].items()}


def make_plan(paths: Sequence[Path], store: GraphStore, options: Options, *, prune: bool = False) -> Plan:
    """Compare files with what the graph holds; with `prune`, what lay in a folder of `paths` and is not there is gone.

    A file that cannot be opened is told of and otherwise left as it is.
    """
    failures: list[str] = []
    found = [path.resolve() for path in find_articles(paths, lambda error: failures.append(str(error)))]
    held, entries = _held(store), store.files()
    other = {*held, *map(Path, entries)}.difference(found)
    there = {path for path in other if path.is_file()}
    gone = {path for path in other - there if path not in held}
    if prune:
        gone |= _inside(other, paths)
    names = unique_names(sorted({*found, *(there - gone)}))
    renamed = sorted(path for path in there - gone if path in held and _is_renamed(path, entries, names))
    todo: list[File] = []
    unchanged: list[tuple[File, FileEntry]] = []
    for path in [*found, *renamed]:
        try:
            file = File(path, names[path], _sha256(path), held.get(path, {}))
        except ReadError as error:
            failures.append(str(error))
            continue
        entry = entries.get(str(path))
        if entry is not None and _is_settled(entry, file, options):
            unchanged.append((file, entry))
        else:
            todo.append(file)
    return Plan(todo, unchanged, sorted(gone), held, failures)


def _held(store: GraphStore) -> dict[Path, dict[str, dict[str, str]]]:
    """Return what the ledger holds of the documents of each file."""
    found: dict[Path, dict[str, dict[str, str]]] = defaultdict(dict)
    for graph, kept in store.ledger().items():
        found[file_of(kept["location"])][graph] = kept
    return found


def _inside(files: Iterable[Path], paths: Sequence[Path]) -> set[Path]:
    """Return the files that lie in one of the folders among `paths`."""
    folders = {path.resolve() for path in paths if path.is_dir()}
    return {path for path in files if not folders.isdisjoint(path.parents)}


def _is_renamed(path: Path, entries: Mapping[str, FileEntry], names: Mapping[Path, str]) -> bool:
    entry = entries.get(str(path))
    return entry is not None and entry.name != names[path]


def _is_settled(entry: FileEntry, file: File, options: Options) -> bool:
    """Tell whether a file needs no reading: it was read as it is now, or could not be and nothing is different now."""
    return entry == file.entry(options, entry.reasons) and not (entry.reasons and options.retry)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        advice = "check its permissions" if isinstance(error, PermissionError) else "check the path"
        raise ReadError(f"{path} cannot be opened: {error.strerror}; {advice}") from error
