"""A worker as the server sees it: a process at the other end of a socket."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kg.serve.replies import Reply


@dataclass(eq=False)
class Worker:
    """A process, by its number, with our end of its socket.

    Of its query: `since` when it runs and how many seconds the process had `worked` before, the `timer` that looks at it,
    whether it counts as `long`, whether another was started in its place already, and what is answered if it was `ended` for another.
    """

    process: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    generation: int
    since: float = 0.0
    worked: float = 0.0
    timer: asyncio.TimerHandle | None = None
    long: bool = False
    replaced: bool = False
    ended: Reply | None = None

    async def ask(self, job: Mapping[str, Any]) -> Reply:
        """Send a job and return the reply; raises IncompleteReadError or ConnectionError if the process has died."""
        self.writer.write(json.dumps(job).encode() + b"\n")
        return await self.reply()

    async def reply(self) -> Reply:
        """Return what the process says next."""
        head = json.loads(await self.reader.readuntil(b"\n"))
        return Reply(head["status"], head["media_type"], await self.reader.readexactly(head["length"]))

    def end(self) -> None:
        """End the process at once."""
        if not self.reader.at_eof():
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
        self.writer.close()

    async def closed(self) -> None:
        """Wait until its socket is closed."""
        with suppress(ConnectionError):
            await self.writer.wait_closed()
