"""Time what is compared in turns, so that whatever else the machine does falls on all of it."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
_AGAIN = 1.0  # seconds after which a stop that a finalizer swallowed is tried again
_ALARMS = {
    time.perf_counter: (signal.SIGALRM, signal.ITIMER_REAL),
    time.process_time: (signal.SIGPROF, signal.ITIMER_PROF),
}


class Stopped(BaseException):
    """A call takes too long; nothing between here and there catches this for an error of its own."""


@dataclass(frozen=True)
class Timer:
    """Runs things in turns, `rounds` times after once that does not count, and takes the medians by a clock."""

    rounds: int
    clock: Callable[[], float]

    def medians(self, *runs: Callable[[], Any]) -> list[float]:
        """Return the median time of each call, in seconds."""
        times: list[list[float]] = [[] for _ in runs]
        for number in range(self.rounds + 1):
            for run, taken in zip(runs, times, strict=True):
                start = self.clock()
                run()
                if number:
                    taken.append(self.clock() - start)
        return [statistics.median(taken) for taken in times]

    def median_below(self, limit: float, run: Callable[[], Any]) -> float:
        """Return the median time of a call, `limit` as soon as one takes that long; no run goes uncounted."""
        taken = [self._stopped(limit, run)]
        while taken[-1] < limit and len(taken) < self.rounds:
            taken.append(self._stopped(limit, run))
        return limit if limit in taken else statistics.median(taken)

    def _stopped(self, limit: float, run: Callable[[], Any]) -> float:
        """Return how long a call takes, `limit` if it is stopped after so many seconds."""

        def stop(signum: int, frame: object) -> None:
            if running:
                raise Stopped

        running = True
        alarm, timer = _ALARMS[self.clock]
        before = signal.signal(alarm, stop)
        start = self.clock()
        signal.setitimer(timer, limit, _AGAIN)
        try:
            run()
        except Stopped:
            return limit
        finally:
            running = False
            signal.setitimer(timer, 0)
            signal.signal(alarm, before)
        return self.clock() - start
