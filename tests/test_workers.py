"""Files are read in processes that can be killed: what comes of them is in their order, and a bad one costs itself alone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import load, load_badly, load_never, load_slowly

from kg.errors import ModelError, OntologyError
from kg.jobs import Job, ReadFile, Refused
from kg.limits import Limits
from kg.workers import read_in_workers

LIMITS = Limits(seconds=1.0, mebibytes=64)
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")


def outcomes(
    *names: str, workers: int = 1, limits: Limits = LIMITS, how: Callable[[], ReadFile] = load
) -> list[list[str]]:
    """Return the reasons that are told for each file."""
    found: list[list[str]] = [[]]
    for outcome in read_in_workers([Job(Path("/x", name), name) for name in names], how, workers, limits):
        if isinstance(outcome, Refused):
            found[-1].append(outcome.reason)
        elif outcome is None:
            found.append([])
    assert found.pop() == []
    return found


def test_what_comes_of_files_is_in_their_order() -> None:
    names = [f"{i}+{i}b" for i in range(30)]
    for workers in (1, 3):
        assert outcomes(*names, workers=workers) == [name.split("+") for name in names]


def test_no_files_need_no_worker() -> None:
    assert outcomes(how=load_never) == []


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("sleep", "takes more than 1 seconds"),
        ("loop", "takes more than 1 seconds"),
        pytest.param("eat", "takes more than 64 MiB", marks=needs_limits),
        ("die", "SIGKILL"),
        ("leave", "exit code 5"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_alone(action: str, told: str) -> None:
    before, (bad,), after = outcomes("a", action, "b")
    assert (before, after) == (["a"], ["b"])
    assert told in bad
    assert bad.startswith(f"/x/{action} ")
    assert ";" in bad, "it says what to do"


@pytest.mark.parametrize("action", ["sleep", "die"])
def test_a_document_among_others_is_refused_alone(action: str) -> None:
    ((one, bad, two, three), other) = outcomes(f"a+{action}+b+c", "d", workers=2)
    assert (one, two, three, other) == ("a", "b", "c", ["d"])
    assert f"a+{action}+b+c-1" in bad


def test_what_lies_behind_a_place_that_cannot_be_read_is_told_to_be_missing() -> None:
    ((one, bad), other) = outcomes("a+between-die+b", "d")
    assert (one, other) == ("a", ["d"])
    assert bad.startswith("The rest of /x/a+between-die+b cannot be read")


def test_a_slow_file_holds_nothing_but_itself_up() -> None:
    start = time.monotonic()
    assert outcomes("sleep", *"abcdef", workers=2)[1:] == [[c] for c in "abcdef"]
    assert time.monotonic() - start < 20


def test_the_time_to_load_is_not_that_of_a_file() -> None:
    assert outcomes("a", how=load_slowly) == [["a"]]


def test_what_a_user_has_to_mend_is_raised() -> None:
    with pytest.raises(OntologyError, match=r"names\.ttl"):
        outcomes("a", how=load_badly)
    with pytest.raises(ModelError, match="exit code 3"):
        outcomes("a", how=load_never)


def test_no_worker_is_left_when_one_stops_listening() -> None:
    coming = read_in_workers([Job(Path("/x", name), name) for name in ("a", "sleep")], load, 2, LIMITS)
    next(coming)
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not tell a process's children")
    before = set(children.read_text().split())
    coming.close()
    left = {pid for pid in before & set(children.read_text().split()) if b"spawn_main" in _command(pid)}
    assert left == set()


def _command(pid: str) -> bytes:
    path = Path(f"/proc/{pid}/cmdline")
    return path.read_bytes() if path.exists() else b""


def test_the_number_of_workers_changes_nothing_in_short() -> None:
    names = ["a+die+b", "leave", "c+d"]
    assert outcomes(*names, workers=2) == outcomes(*names, workers=1)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from(["a", "b", "die", "leave"]), min_size=1, max_size=3), max_size=5), st.data())
def test_the_number_of_workers_changes_nothing(files: list[list[str]], data: st.DataObject) -> None:
    names = ["+".join(documents) for documents in files]
    expected = outcomes(*names, workers=1)
    assert outcomes(*names, workers=data.draw(st.integers(2, 3))) == expected
    assert [len(found) for found in expected] == [len(documents) for documents in files]


def test_loading_can_be_sent_to_another_process() -> None:
    assert outcomes("a", how=partial(load)) == [["a"]]
