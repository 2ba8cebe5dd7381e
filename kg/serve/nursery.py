"""Where workers come from: a process that has loaded all they need and parts for each, so that one is there at once.

Its parent sends a line of JSON and a socket for each worker, and is told the number of the new process.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from socket import recv_fds, send_fds, socket, socketpair
from threading import Lock
from typing import Any

from kg.ontology import load_ontology
from kg.query.asking import load_askings
from kg.serve.worker import work

_LOADED = ("kg.serve.pages.asking", "kg.serve.pages.conflicting")  # what workers are called for
_LINE = 65_536  # bytes that a message has at most


class Nursery:
    """The process, started when the first worker is asked for, and again if it should have ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket | None = None

    def begin(self, channel: socket, told: Mapping[str, Any]) -> int:
        """Start a worker at the other end of a channel, and return the number of its process; raises OSError."""
        with self._lock:
            control = self._running()
            send_fds(control, [json.dumps(told).encode() + b"\n"], [channel.fileno()])
            number = control.recv(_LINE)
            if not number:
                raise ConnectionError("the process that workers come from has ended")
            return int(number)

    def close(self) -> None:
        """End the process; its workers end when their sockets are closed."""
        with self._lock:
            if self._control is not None and self._process is not None:
                self._control.close()
                self._process.kill()
                self._process.wait()
                self._control = self._process = None

    def _running(self) -> socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        ours, theirs = socketpair()
        places = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "MALLOC_ARENA_MAX": "2",
        }
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__], stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=places
            )
        if self._control is not None:
            self._control.close()
        self._control = ours
        return ours


def main() -> None:
    """Part for each worker that is asked for, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for module in _LOADED:
        import_module(module)
    load_ontology()
    load_askings()
    gc.freeze()
    control = socket(fileno=os.dup(0))
    while True:
        line, channels, _, _ = recv_fds(control, _LINE, 1)
        if not line:
            return
        number = os.fork()
        if number == 0:
            control.close()
            _live(socket(fileno=channels[0]), json.loads(line))
        os.close(channels[0])
        control.sendall(f"{number}\n".encode())


def _live(channel: socket, told: Mapping[str, Any]) -> None:
    """Be a worker, and end with it."""
    try:
        work(channel, told["folder"], frozenset(told["hidden"]), tuple(told["limits"]))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
