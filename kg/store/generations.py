"""What lies in a graph folder, and how one generation follows the other.

`graph.json` names the generation that is published, `store-NNNN` holds it and is never written again. A build works in
`building`, a copy that shares the files that do not change, and `graph.json` is replaced when it is done: who reads sees the
generation before or the one after. The one before is kept for those who still read it. The steps of publishing are in an
order in which each can be the last: what a build that was cut leaves is gone on with by the next.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import pyoxigraph as ox

from kg.errors import EmptyGraphError
from kg.manifest import GENERATION, MANIFEST, damaged, read_manifest

BUILDING = "building"
_NEW = ".new"  # what is written beside, and renamed when it is whole
_STORE = re.compile(r"store-(\d+)")
_TRIES = 20  # to open a generation while others are published


def store_folder(folder: Path, number: int) -> Path:
    """Return where a generation lies."""
    return folder / f"store-{number:04}"


def published_folder(folder: Path) -> Path:
    """Return where the files of the generation lie that readers see."""
    return store_folder(folder, read_manifest(folder)[GENERATION])


def open_published(folder: Path) -> tuple[ox.Store, dict[str, Any]]:
    """Return the generation that is published, opened for reading, and its manifest.

    Raises EmptyGraphError if there is none, GraphError if it is damaged. A generation that is taken away just then is
    looked for again.
    """
    problem: Exception | None = None
    for _ in range(_TRIES):
        if not (folder / MANIFEST).exists():
            break
        manifest = read_manifest(folder)
        if manifest[GENERATION] == 0:
            break
        try:
            return ox.Store.read_only(str(store_folder(folder, manifest[GENERATION]))), manifest
        except (OSError, RuntimeError) as error:
            if problem and manifest == read_manifest(folder):
                raise damaged(folder, error) from error
            problem = error
            sleep(0.01)
    if problem:
        raise damaged(folder, problem) from problem
    raise EmptyGraphError(f"{folder} holds no graph; make one with `kg build PATH --graph {folder}`")


def left_building(folder: Path, number: int) -> ox.Store | None:
    """Return what a build that was cut left, opened to go on with; None if it left nothing, or nothing that can be opened."""
    building, next_one = folder / BUILDING, store_folder(folder, number + 1)
    shutil.rmtree(folder / (BUILDING + _NEW), ignore_errors=True)
    if next_one.is_dir():  # cut between the two steps of publishing
        shutil.rmtree(building, ignore_errors=True)
        next_one.rename(building)
    if not building.is_dir():
        return None
    try:
        return ox.Store(str(building))
    except (OSError, RuntimeError):
        shutil.rmtree(building)
        return None


def begin(folder: Path, published: ox.Store | None) -> ox.Store:
    """Return the working copy of a new build, made from the generation that is published, if any."""
    building, new = folder / BUILDING, folder / (BUILDING + _NEW)
    if published is None:
        new.mkdir()
    else:
        published.backup(str(new))
    new.rename(building)
    return ox.Store(str(building))


def publish(folder: Path, manifest: Mapping[str, Any], number: int) -> None:
    """Make what was built the generation that is published; nothing may have it open, and it must have been flushed."""
    (folder / BUILDING).rename(store_folder(folder, number))
    _sync(folder)
    write_manifest(folder, {**manifest, GENERATION: number})
    for old in folder.iterdir():
        name = _STORE.fullmatch(old.name)
        if name and int(name[1]) < number - 1:
            shutil.rmtree(old, ignore_errors=True)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Replace the manifest of a folder at once."""
    new = folder / (MANIFEST + _NEW)
    with new.open("w", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / MANIFEST)
    _sync(folder)


def _sync(folder: Path) -> None:
    """Write the names in a folder through to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
