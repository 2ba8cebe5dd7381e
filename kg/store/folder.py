"""A graph folder, opened for reading or for a build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Self

import pyoxigraph as ox
from filelock import FileLock

from kg.errors import GraphError
from kg.manifest import GENERATION, MANIFEST, check_base, check_place, check_same_base, read_manifest
from kg.store import generations
from kg.store.ledger import Ledger
from kg.store.lock import take_lock
from kg.store.terms import DEPENDENCIES
from kg.store.touched import Touched

_PUTS = 100  # documents after which what was written goes through to the disk


class GraphStore(Ledger):
    """A graph folder. `resumed` tells whether it goes on with what a build that was cut had stored."""

    def __init__(
        self, folder: Path, store: ox.Store, manifest: Mapping[str, Any], lock: FileLock | None = None
    ) -> None:
        super().__init__(store)
        self.folder = folder
        self.manifest = manifest
        self.base = str(manifest["base"])
        self.resumed = False
        self._lock = lock
        self._building = False
        self._published = True  # what is opened is the generation that readers see
        self._was_made_from = ""
        self._puts = 0

    @classmethod
    def open(cls, folder: Path) -> GraphStore:
        """Open the published generation of `folder` for reading; raises EmptyGraphError if it holds no graph."""
        store, manifest = generations.open_published(folder)
        return cls(folder, store, manifest)

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, manifest: Mapping[str, Any]) -> Iterator[Self]:
        """Open `folder` for a build, as `create` does; publish what it stored, unless an error ends it.

        After an error, what was stored waits in the folder for the next build, and readers see what they saw before.
        """
        store = cls.create(folder, manifest)
        try:
            yield store
            store.publish()
        finally:
            store.close()

    @classmethod
    def create(cls, folder: Path, manifest: Mapping[str, Any]) -> Self:
        """Open `folder` for a build, making it if need be; nothing is written until something changes.

        `manifest` holds the base of IRIs and the versions of what builds. Raises LockedError if another build is at it,
        GraphError if it is something else, damaged or of another base, or if the base gives no IRIs.
        """
        check_base(manifest["base"])
        check_place(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = take_lock(folder)
        except OSError as error:
            _refuse(folder, error)
        try:
            return cls._locked(folder, manifest, lock)
        except OSError as error:
            lock.release()
            _refuse(folder, error)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _locked(cls, folder: Path, manifest: Mapping[str, Any], lock: FileLock) -> Self:
        """Open what a cut build left, or else the published generation until something changes."""
        if (folder / MANIFEST).exists():
            check_same_base(folder, manifest["base"])
        else:
            generations.write_manifest(folder, {**manifest, GENERATION: 0})
        number = read_manifest(folder)[GENERATION]
        manifest = {**manifest, GENERATION: number}
        if (left := generations.left_building(folder, number)) is not None:
            store = cls(folder, left, manifest, lock)
            store.resumed = store._building = True
        elif number == 0:
            store = cls(folder, ox.Store(), manifest, lock)
            store._published = False
            store._writable()  # a graph that holds nothing is one, too
        else:
            store = cls(folder, generations.open_published(folder)[0], manifest, lock)
            store._note_what_is_touched()
        return store

    def _note_what_is_touched(self) -> None:
        self._was_made_from, self._touched = self.made_from(DEPENDENCIES), Touched()

    def touched_since(self, made_from: str) -> Touched | None:
        """Return what was touched since all was made from `made_from`; None if that is not known, or too much."""
        return self._touched if made_from and made_from == self._was_made_from else None

    @property
    def changed(self) -> bool:
        """Whether something was stored that is not published yet, by this build or by one that was cut before it."""
        return self._building

    def publish(self) -> bool:
        """Make what was stored the generation that readers see, if anything changed; return whether it did."""
        if not self._building:
            return False
        self.flush()
        self._store, self._building = ox.Store(), False  # which closes the files
        try:
            generations.publish(self.folder, self.manifest, self.manifest[GENERATION] + 1)
        except OSError as error:
            _refuse(self.folder, error)
        self._store, self.manifest = generations.open_published(self.folder)
        self._published, self.resumed = True, False
        self._note_what_is_touched()
        return True

    def close(self) -> None:
        """Let others build; what was stored and not published waits for the next build."""
        if self._lock:
            if self._building:
                self._store, self._building = ox.Store(), False
            self._lock.release()
            self._lock = None

    def flush(self) -> None:
        """Write everything through to the disk; raises GraphError if that is full."""
        try:
            super().flush()
        except OSError as error:
            _refuse(self.folder, error)

    def _writable(self) -> ox.Store:
        """Return the store to write to: for the first change of a build, a working copy of what is published."""
        if self._lock and not self._building:
            try:
                self._store = generations.begin(self.folder, self._store if self._published else None)
            except OSError as error:
                _refuse(self.folder, error)
            self._building = True
        return self._store

    def _write(self, removed: Sequence[ox.Quad], added: Sequence[ox.Quad]) -> None:
        try:
            super()._write(removed, added)
        except OSError as error:
            _refuse(self.folder, error)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Write quads as they are, all of them or none; raises GraphError if the disk is full."""
        try:
            super().load(quads)
        except OSError as error:
            _refuse(self.folder, error)

    def _stored(self) -> None:
        """Write through to the disk every now and then, so that a build that is cut loses little."""
        self._puts += 1
        if self._puts % _PUTS == 0:
            self.flush()


def _refuse(folder: Path, error: OSError) -> NoReturn:
    """Raise GraphError for a folder that cannot be written."""
    told = " ".join(str(error).split())
    raise GraphError(
        f"{folder} cannot be written: {told}; make room, or choose another folder with --graph, and build again"
    ) from error
