"""One build at a time: whoever builds holds the lock of the graph folder, and the others are told who that is."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kg.errors import LockedError

LOCK = "lock"


def take_lock(folder: Path) -> FileLock:
    """Return the lock of a graph folder, held until it is released or this process ends, however it ends.

    Raises LockedError if another build holds it, and OSError if the folder cannot be written.
    """
    lock = FileLock(folder / LOCK, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            f"{folder} is being built by {_holder(folder)}; wait until that is done and try again"
        ) from error
    note = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    (folder / LOCK).write_text(json.dumps(note) + "\n", encoding="utf-8")
    return lock


def _holder(folder: Path) -> str:
    """Return who holds a lock and since when, as far as the file tells."""
    try:
        note = json.loads((folder / LOCK).read_text(encoding="utf-8"))
        return f"process {note['pid']} since {note['since']}"
    except (OSError, ValueError, TypeError, KeyError):
        return "another process"
