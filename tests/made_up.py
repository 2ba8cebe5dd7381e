"""Files that are made up: what a worker does with them is in their names. Workers import this, so it imports little."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from kg.errors import OntologyError
from kg.jobs import Begun, Job, Outcome, ReadFile, Refused


def sleep() -> None:
    time.sleep(60)


def loop() -> None:
    len(str(7 ** (10**8)))


def eat() -> None:
    held = [bytes(1 << 20) for _ in range(4096)]
    del held


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(5)


ACTIONS: dict[str, Callable[[], None]] = {"sleep": sleep, "loop": loop, "eat": eat, "die": die, "leave": leave}


def read(job: Job) -> Iterator[Outcome]:
    """Read a made-up file: its documents are the parts of its name, and those that are no action are refused by name."""
    for number, document in enumerate(job.name.split("+")):
        if number < job.begin:
            continue
        if document.startswith("between-"):
            ACTIONS[document.removeprefix("between-")]()
        yield Begun(number, f"{job.name}-{number}" if "+" in job.name else job.name)
        if document in ACTIONS:
            ACTIONS[document]()
        yield Refused(document)


def load() -> ReadFile:
    return read


def load_slowly() -> ReadFile:
    time.sleep(1.5)
    return read


def load_badly() -> NoReturn:
    raise OntologyError("names.ttl cannot be used")


def load_never() -> NoReturn:
    os._exit(3)
