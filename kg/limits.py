"""How much time and memory a document may take."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OUT_OF_MEMORY = 77  # exit code of a worker that was refused more memory
_STATUS = Path("/proc/self/status")
_MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The most that one document may take: `seconds`, and `mebibytes` beyond what the language pipeline takes itself."""

    seconds: float = 300.0
    mebibytes: int = 600


LIMITS = Limits()


def limit_memory(mebibytes: int) -> bool:
    """Let this process take so many MiB more than it has; tell whether its system can do that, which Linux can.

    Beyond that, Python raises MemoryError, and libraries fail or end the process.
    """
    if not _STATUS.exists():
        return False
    import resource  # there is none on Windows

    found = re.search(r"^VmData:\s+(\d+) kB", _STATUS.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):  # more than this process may have anyway
        resource.setrlimit(resource.RLIMIT_DATA, ((int(found[1]) << 10) + mebibytes * _MEBIBYTE, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        return True
    return False
