"""What has been pushed to a store: a file beside the graph, a line for each graph that has arrived."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from kg.errors import PushError
from kg.push.fingerprint import Fingerprint


class Record:
    """The fingerprints that were pushed to one address, by graph. Every line is on the disk before the next push.

    A line that was cut off, as by a loss of power, is passed over: its graph is pushed again.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.path = folder / f"push-{hashlib.sha256(address.encode()).hexdigest()[:12]}.jsonl"
        self._known = dict(self._read())

    def known(self) -> dict[str, Fingerprint]:
        """Return what has been pushed, by the IRI of the graph, "" for the default graph."""
        return dict(self._known)

    def put(self, graph: str, found: Fingerprint) -> None:
        """Keep that a graph has arrived; raises PushError."""
        self._known[graph] = found
        self._append({"graph": graph, "triples": found.count, "sha256": found.digest})

    def remove(self, graph: str) -> None:
        """Keep that a graph is gone there; raises PushError."""
        self._known.pop(graph, None)
        self._append({"graph": graph, "triples": 0, "sha256": ""})

    def _read(self) -> Iterator[tuple[str, Fingerprint]]:
        found: dict[str, Fingerprint] = {}
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines() if self.path.exists() else []
        except OSError as error:
            raise PushError(f"{self.path} cannot be read: {error.strerror}; make it readable or remove it") from error
        for line in lines:
            try:
                told = json.loads(line)
                graph, count, digest = str(told["graph"]), int(told["triples"]), str(told["sha256"])
            except (ValueError, KeyError, TypeError):
                continue
            found.pop(graph, None)
            if digest:
                found[graph] = Fingerprint(count, digest)
        yield from found.items()

    def _append(self, told: object) -> None:
        try:
            with self.path.open("ab") as out:
                if out.tell() and not self.path.read_bytes().endswith(b"\n"):
                    out.write(b"\n")
                out.write(json.dumps(told).encode() + b"\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise PushError(
                f"{self.path} cannot be written: {error.strerror}; make the folder of the graph writable"
            ) from error
