"""What a worker may not do: reach the network, start programs, write files, or take more memory than it is given.

A query is checked before it runs, too; this holds if that check were wrong.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
import time
from pathlib import Path

_LIBRARY = ctypes.CDLL(None)  # of C
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # <linux/prctl.h>, <linux/seccomp.h>
_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06  # <linux/bpf_common.h>
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000 | errno.EACCES
_X32 = 0x40000000  # the bit of calls of another width
# By machine: the number that the kernel knows it by, and its calls: socket, connect, execve, execveat, io_uring_setup.
_CALLS = {"x86_64": (0xC000003E, (41, 42, 59, 322, 425)), "aarch64": (0xC00000B7, (198, 203, 221, 281, 425))}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def forbid_network() -> bool:
    """Refuse this thread, and those it starts, any new socket and any other program; return whether the kernel does so.

    See https://docs.kernel.org/userspace-api/seccomp_filter.html. Only Linux can be asked.
    """
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _filter(*known)
    told = _Program(len(program) // 8, program)
    if _LIBRARY.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not _LIBRARY.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(told), 0, 0)


def _filter(machine: int, calls: tuple[int, ...]) -> bytes:
    """Return the instructions that refuse some calls, and all calls of another machine."""
    steps = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 0, len(calls) + 3, machine),
        (_LOAD, 0, 0, 0),
        (_JUMP_SET, len(calls) + 1, 0, _X32),
    ]
    steps += [(_JUMP_EQUAL, len(calls) - number, 0, call) for number, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def bound_memory(mebibytes: int) -> None:
    """Let this process take so many MiB more than it has now, and leave neither files nor pictures of its memory."""
    statm = Path("/proc/self/statm")
    now = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 1 << 30
    _bound(resource.RLIMIT_AS, now + (mebibytes << 20))
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, 0)


def cpu_seconds(process: int) -> float:
    """Return how long a process has been at work, waiting not counted; endless where the system does not say.

    >>> 0 < cpu_seconds(os.getpid()) < 1e6
    True
    """
    clock = ctypes.c_int()
    ask = getattr(_LIBRARY, "clock_getcpuclockid", None)
    if ask is None or ask(process, ctypes.byref(clock)):
        return float("inf")
    try:
        return time.clock_gettime(clock.value)
    except OSError:
        return float("inf")


def bound_time(seconds: float) -> None:
    """End this process in so many seconds, whatever it does then; 0 takes that back."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _bound(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (most, most))
