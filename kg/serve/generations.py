"""The graph that is served, and the next one as soon as a build has published it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from kg.errors import LodestoneError
from kg.graph import Graph
from kg.manifest import MANIFEST
from kg.serve.answering import hidden_graphs

_LOG = logging.getLogger("kg.serve")
_EVERY = 0.5  # seconds between two looks at the manifest

Stamp = tuple[int, int, int]


class Generations:
    """The graph of a folder, opened for reading.

    A request takes the graph once, by `current`, and keeps it to its end: a newer one takes its place for requests that
    come later, and the older is closed when the last request that holds it ends.
    """

    def __init__(self, folder: Path) -> None:
        """Open the graph; raises EmptyGraphError if the folder holds none."""
        self.folder = folder
        self._stamp = self._look()
        self._graph = Graph.open(folder)
        self._hidden = hidden_graphs(self._graph.store)

    @property
    def hidden(self) -> frozenset[str]:
        """The IRIs of the graphs that strangers do not see."""
        return self._hidden

    def current(self) -> Graph:
        """Return the newest graph."""
        return self._graph

    def renew(self) -> bool:
        """Open the graph again if a build has published another; return whether it did.

        A graph that cannot be opened leaves the one before in its place, and is tried again at the next call.
        """
        try:
            stamp = self._look()
            if stamp == self._stamp:
                return False
            graph = Graph.open(self.folder)
            self._hidden = hidden_graphs(graph.store)
        except (LodestoneError, OSError) as error:
            _LOG.warning("The graph cannot be opened again, the one before is served: %s", error)
            return False
        self._stamp, self._graph = stamp, graph
        return True

    async def watch(self, renewed: Callable[[], None], every: float = _EVERY) -> None:
        """Look for another graph every so many seconds until cancelled, and tell when there is one."""
        while True:
            await asyncio.sleep(every)
            if await asyncio.to_thread(self.renew):
                renewed()

    def _look(self) -> Stamp:
        """Return what changes when a build publishes: a manifest is replaced by another file."""
        found = (self.folder / MANIFEST).stat() if (self.folder / MANIFEST).exists() else None
        return (found.st_mtime_ns, found.st_ino, found.st_size) if found else (0, 0, 0)
