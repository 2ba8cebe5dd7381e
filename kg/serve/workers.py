"""The worker processes: a query gets one, which is ended if it takes too long, and another takes its place.

A query that takes more than a moment counts as long: it gives way to others (by the system's `nice`), and another worker is
started for those that come. That holds for half as many as there are workers; of more, the youngest is ended when another
query waits. What waits is served last come, first: under more than the server can do, someone is then served
at once, and who waited too long is told so. An ASK, which ends with the first that it finds, comes before all others, and
half as many workers again are kept for those.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kg import errors
from kg.errors import LimitError, QueryError
from kg.serve.confine import cpu_seconds
from kg.serve.generations import Generations
from kg.serve.nursery import Nursery
from kg.serve.process import Worker
from kg.serve.replies import Reply, refuse
from kg.serve.settings import Settings

_MOMENT = 0.05  # seconds of work after which a query counts as long
_WHILE = 1.0  # seconds after which it does so even if it waited for others most of the time
_NICE = 19
_AGAIN = 0.5  # seconds before a worker is tried again
_ASK = re.compile(r"(?:\s+|\#[^\n]*+\n|(?:PREFIX\s[^<\s]*+\s*+|BASE\s*+)<[^>\s]*+>)*+ASK\b", re.I)
_LOG = logging.getLogger("kg.serve")


@dataclass
class Workers:
    """Worker processes over the newest graph, as many as the settings say and half as many for ASKs alone."""

    generations: Generations
    settings: Settings
    _idle: list[Worker] = field(default_factory=list)
    _busy: list[Worker] = field(default_factory=list)
    _waiting: list[asyncio.Future[Worker]] = field(default_factory=list)
    _asking: list[asyncio.Future[Worker]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _nursery: Nursery = field(default_factory=Nursery)
    _generation: int = 0
    _open: bool = False

    async def start(self) -> None:
        """Start the processes and wait for the first."""
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._kept = max(1, self.settings.workers // 2)
        await self._add()
        for _ in range(self.settings.workers - 1 + self._kept):
            self._later(self._add())

    async def stop(self) -> None:
        """End all processes."""
        self._open = False
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in (*self._idle, *self._busy):
            worker.end()
            await worker.closed()
        self._idle.clear()
        await asyncio.to_thread(self._nursery.close)

    def renew(self) -> None:
        """Let each worker that is idle, and each other when it is done, make room for one over the newest graph."""
        self._generation += 1
        self._later(self._renew())

    async def _renew(self) -> None:
        for worker in list(self._idle):
            await self._add()
            if worker in self._idle:
                self._idle.remove(worker)
                worker.end()

    async def run(self, job: Mapping[str, Any]) -> Reply:
        """Return the reply to a job, of whatever kind, within the time that is allowed."""
        end = self._loop.time() + self.settings.timeout
        try:
            async with asyncio.timeout_at(end):
                worker = await self._take(asks=is_ask(job))
        except TimeoutError:
            return _busy()
        self._busy.append(worker)
        worker.since, worker.worked = self._loop.time(), cpu_seconds(worker.process)
        moment = _WHILE if job["do"] == "call" else _MOMENT  # what is ours has its bounds
        worker.timer = self._loop.call_later(moment, self._look_at, worker)
        answered = False
        try:
            async with asyncio.timeout_at(end):
                reply = await worker.ask({**job, "seconds": max(0.0, end - self._loop.time())})
            answered = True
            return reply
        except TimeoutError:
            return refuse(503, f"The query takes longer than {self.settings.timeout:g} seconds; simplify it")
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            return worker.ended or _died()
        finally:
            worker.timer.cancel()
            self._busy.remove(worker)
            self._give_back(worker, answered)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function of ours returns for the graph and arguments, run in a worker; not for the event loop.

        Arguments and result pass as JSON. Raises the LodestoneError of the function, or LimitError if it was ended.
        """
        job = {"do": "call", "module": function.__module__, "function": function.__name__, "arguments": arguments}
        reply = asyncio.run_coroutine_threadsafe(self.run(job), self._loop).result()
        if reply.media_type != "application/json":
            raise LimitError(reply.body.decode().strip())
        found = json.loads(reply.body)
        if reply.status != 200:
            raise getattr(errors, found["error"], QueryError)(found["told"])
        return found

    async def _take(self, *, asks: bool) -> Worker:
        """Return an idle worker, or wait for one; who came last is served first."""
        queue = self._asking if asks else self._waiting
        while len(self._idle) > (0 if asks else self._kept):
            worker = self._idle.pop()
            if not worker.reader.at_eof():
                return worker
            self._later(self._replace(worker))
        ticket: asyncio.Future[Worker] = self._loop.create_future()
        queue.append(ticket)
        self._make_room()
        try:
            return await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self._free(ticket.result())
            raise
        finally:
            if ticket in queue:
                queue.remove(ticket)

    def _give_back(self, worker: Worker, answered: bool) -> None:
        """Let a worker serve another, unless it was slowed down, ended, is of a graph before, or may have more to say."""
        if answered and not worker.long and not worker.ended and worker.generation == self._generation:
            self._free(worker)
        else:
            self._later(self._replace(worker))

    def _free(self, worker: Worker) -> None:
        """Give a worker to who waits, or keep it."""
        while queue := self._asking or (self._waiting if len(self._idle) >= self._kept else []):
            ticket = queue.pop()
            if not ticket.done():
                ticket.set_result(worker)
                return
        self._idle.append(worker)

    def _look_at(self, worker: Worker) -> None:
        """Count a worker's query as long if it is, or look again in a moment."""
        worked = cpu_seconds(worker.process) - worker.worked
        if worked < _MOMENT and self._loop.time() - worker.since < _WHILE:
            worker.timer = self._loop.call_later(_MOMENT, self._look_at, worker)
            return
        worker.long = True
        if sum(other.replaced for other in self._busy) < self.settings.workers // 2:
            worker.replaced = True
            self._later(self._add())
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, worker.process, _NICE)
        self._make_room()

    def _make_room(self) -> None:
        """End the youngest of the long queries that are too many, if another waits."""
        long = [worker for worker in self._busy if worker.long and not worker.ended]
        if (self._asking or self._waiting) and len(long) > self.settings.workers // 2:
            long[-1].ended = _busy()
            long[-1].end()

    async def _replace(self, worker: Worker) -> None:
        """End a worker and start another in its place, if there is none yet."""
        if worker in self._idle:
            self._idle.remove(worker)
        worker.end()
        if not worker.replaced:
            await self._add()
        await worker.closed()

    async def _add(self) -> None:
        """Start a worker and let it serve; one that cannot open the graph is tried again."""
        while self._open:
            try:
                self._free(await self._begin())
                return
            except (asyncio.IncompleteReadError, OSError):
                _LOG.warning("A worker did not start, since the graph could not be opened; it is tried again")
                await asyncio.sleep(_AGAIN)

    async def _begin(self) -> Worker:
        ours, theirs = socket.socketpair()
        limits = (self.settings.max_memory, self.settings.max_rows, self.settings.max_result)
        told = {"folder": str(self.generations.folder), "hidden": sorted(self.generations.hidden), "limits": limits}
        generation = self._generation
        try:
            with theirs:
                process = await asyncio.to_thread(self._nursery.begin, theirs, told)
        except BaseException:
            ours.close()
            raise
        worker = Worker(process, *await asyncio.open_connection(sock=ours), generation)
        try:
            await worker.reply()
        except BaseException:
            worker.end()
            await worker.closed()
            raise
        return worker

    def _later(self, work: Any) -> None:
        """Do something beside what is done now."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_ask(job: Mapping[str, Any]) -> bool:
    """Tell whether a job is a query of the form ASK."""
    return job["do"] == "query" and _ASK.match(job["query"]) is not None


def _busy() -> Reply:
    return refuse(503, "The server is busy with other long queries; try again in a while, or simplify this one")


def _died() -> Reply:
    return refuse(422, "The query takes more memory than it is given, or nests too deep; simplify it or ask for less")
