"""What a build tells while it runs and when it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Progress = Callable[[int, int, str], None]
Kind = Literal["begun", "read", "unchanged", "quarantined", "removed", "finishing", "done"]


@dataclass(frozen=True)
class Event:
    """One step of a build: what happened to a file (`done` of `total` are dealt with), or to the graph as a whole.

    `documents` and `claims` count what came of the file, `seconds` is how long it took, and `reasons` tell why it, or a
    document in it, was not read.
    """

    kind: Kind
    done: int = 0
    total: int = 0
    file: str = ""
    documents: int = 0
    claims: int = 0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()


Log = Callable[[Event], None]


@dataclass
class BuildReport:
    """What a build did: documents by outcome, claims, and why a file or a document in one is not in the graph.

    `waiting` counts the files that an earlier build could not read and this one did not try again; their reasons are
    among the failures.
    """

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    waiting: int = 0
    claims: int = 0
    by_modality: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return what a build did, in a sentence.

        >>> BuildReport(read=2, unchanged=1, claims=5, failures=["a.txt is empty"]).summary()
        'Read 2 documents with 5 claims, 1 is unchanged, 1 problem.'
        """
        parts = [f"Read {_count(self.read, 'document')} with {_count(self.claims, 'claim')}"]
        if self.unchanged:
            parts.append(f"{self.unchanged:,} {'is' if self.unchanged == 1 else 'are'} unchanged")
        if self.removed:
            parts.append(f"{self.removed:,} {'was' if self.removed == 1 else 'were'} taken out")
        if self.failures:
            parts.append(_count(len(self.failures), "problem"))
        return ", ".join(parts) + "."


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
