"""Files read in worker processes that can be killed, so that none takes more time or memory than it may.

What comes of the jobs is yielded in their order, whatever the number of workers. A worker that takes too long, takes too
much memory or ends by itself costs one document; another worker goes on behind it.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from time import monotonic

from kg.errors import ModelError
from kg.jobs import Begun, Job, Outcome, ReadFile, Refused
from kg.limits import LIMITS, OUT_OF_MEMORY, Limits, limit_memory

_AHEAD = 4  # jobs a worker that may wait, read, for one before them
_HELD = 64  # what may wait of one job; then its worker waits
_processes = get_context("spawn")  # a copy of this process would share what is open in it

Load = Callable[[], ReadFile]


@dataclass(frozen=True)
class _Loaded:
    """A worker is ready."""


@dataclass(frozen=True)
class _Done:
    """A job was read to its end."""


def _serve(connection: Connection, load: Load, limits: Limits) -> None:
    """Be a worker: load the stages, then read one file after another until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interruption is for whoever asks
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            read = load()
        except Exception as error:
            connection.send(error)
            return
        limit_memory(limits.mebibytes)
        connection.send(_Loaded())
        while True:
            job = connection.recv()
            try:
                for outcome in read(job):
                    connection.send(outcome)
                answer: object = _Done()
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except (EOFError, OSError):
                raise
            except Exception as error:
                answer = error
            connection.send(answer)


@dataclass
class _Task:
    """A job on its way: what came of it and is not yet taken, and which of its documents is being annotated."""

    job: Job
    outcomes: deque[Outcome] = field(default_factory=deque)
    begun: Begun | None = None
    finished: bool = False

    def take(self, outcome: Outcome) -> None:
        """Note what came of the job."""
        if isinstance(outcome, Begun):
            self.begun = outcome
            self.job = replace(self.job, begin=outcome.number)
            return
        if self.begun is not None:
            self.begun = None
            self.job = replace(self.job, begin=self.job.begin + 1)
        self.outcomes.append(outcome)

    @property
    def part(self) -> str:
        """What to call that which is being read."""
        path = str(self.job.path)
        return path if self._only else f"{path} ({self.begun.name})" if self.begun else f"The rest of {path}"

    @property
    def _only(self) -> bool:
        """Whether it is the whole file, as far as one knows."""
        return self.job.begin == 0 if self.begun is None else self.begun.name == self.job.name

    def give_up(self, reason: str) -> None:
        """Refuse the document that is being annotated or, if none is, the rest of the file."""
        last = self.begun is None or self._only
        self.take(Refused(reason))
        self.finished = last


class _Worker:
    """A process that reads files, one at a time."""

    def __init__(self, load: Load, limits: Limits) -> None:
        self.connection, theirs = _processes.Pipe()
        self.process = _processes.Process(target=_serve, args=(theirs, load, limits), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False
        self.fresh = True  # nothing came from it yet, so that whatever it takes is for what it reads now
        self.task: _Task | None = None
        self.since = monotonic()  # when something was last heard or asked

    def ask(self, task: _Task) -> None:
        """Give a job to the worker."""
        self.task, self.since = task, monotonic()
        with suppress(OSError):  # it has ended, which is noticed when its answer is awaited
            self.connection.send(task.job)

    def end(self) -> int:
        """Kill the process, if it has not ended, and return its exit code."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode or 0


class _Pool:
    """Workers, and the tasks that they have not finished."""

    def __init__(self, jobs: Sequence[Job], load: Load, number: int, limits: Limits) -> None:
        self.tasks = [_Task(job) for job in jobs]
        self.waiting = deque(self.tasks)
        self.current = 0
        self.load, self.limits = load, limits
        self.workers = [_Worker(load, limits) for _ in range(min(number, len(jobs)))]

    def outcomes(self) -> Iterator[Outcome | None]:
        """Yield what comes of each job, in their order, and None after each."""
        while self.current < len(self.tasks):
            task = self.tasks[self.current]
            while task.outcomes:
                yield task.outcomes.popleft()
            if task.finished:
                yield None
                self.current += 1
            else:
                self._give_out()
                self._listen(task)

    def _give_out(self) -> None:
        near = set(map(id, self.tasks[self.current : self.current + _AHEAD * len(self.workers)]))
        for worker in self.workers:
            if worker.ready and worker.task is None and self.waiting and id(self.waiting[0]) in near:
                worker.ask(self.waiting.popleft())

    def _listen(self, current: _Task) -> None:
        """Wait until a worker tells something, or has taken too long."""
        heard = [w for w in self.workers if w.task is None or w.task is current or len(w.task.outcomes) < _HELD]
        busy = [w for w in heard if w.task is not None]
        now = monotonic()
        for worker in self.workers:
            if worker not in heard:
                worker.since = now  # it waits for us
        rest = min((w.since + self.limits.seconds - now for w in busy), default=None)
        ready = wait([w.connection for w in heard], None if rest is None else max(0.0, rest))
        for worker in heard:
            if worker.connection in ready:
                self._hear(worker)
            elif worker.task is not None and monotonic() - worker.since > self.limits.seconds:
                self._too_long(worker, worker.task)

    def _hear(self, worker: _Worker) -> None:
        try:
            told = worker.connection.recv()
        except (EOFError, OSError):
            self._ended(worker)
            return
        worker.since = monotonic()
        if isinstance(told, Exception):
            raise told
        if isinstance(told, _Loaded):
            worker.ready = True
        elif worker.task is not None:
            if isinstance(told, _Done):
                worker.task.finished, worker.task = True, None
            else:
                worker.task.take(told)
            worker.fresh = worker.fresh and isinstance(told, Begun)

    def _too_long(self, worker: _Worker, task: _Task) -> None:
        advice = "split it, or raise --max-seconds"
        task.give_up(f"{task.part} takes more than {self.limits.seconds:g} seconds to read; {advice}")
        self._replace(worker, task)

    def _ended(self, worker: _Worker) -> None:
        task, fresh, code = worker.task, worker.fresh, worker.end()
        if task is None and not worker.ready:
            raise ModelError(
                f"A worker ended while it loaded the language pipeline ({_told(code)}); build with --workers 1"
            )
        if task is not None and fresh:  # else what it had read before may have to do with it
            task.give_up(self._why(task.part, code))
        self._replace(worker, task)

    def _why(self, part: str, code: int) -> str:
        if code == OUT_OF_MEMORY:
            return f"{part} takes more than {self.limits.mebibytes} MiB to read; split it, or raise --max-memory"
        return f"{part} cannot be read: it ended the worker ({_told(code)}); leave it out, or report it with the file"

    def _replace(self, worker: _Worker, task: _Task | None) -> None:
        worker.end()
        if task is not None and not task.finished:
            self.waiting.appendleft(task)
        self.workers[self.workers.index(worker)] = _Worker(self.load, self.limits)

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.end()


def _told(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"


def read_in_workers(
    jobs: Sequence[Job], load: Load, number: int = 1, limits: Limits = LIMITS
) -> Iterator[Outcome | None]:
    """Yield what comes of each job, in their order, and None after each.

    `load` is called in each of `number` workers and returns what reads a file. What it raises is raised here; so is
    ModelError if a worker ends while it loads.
    """
    pool = _Pool(jobs, load, number, limits)
    try:
        yield from pool.outcomes()
    finally:
        pool.close()
