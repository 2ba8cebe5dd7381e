"""Where answers and notes go: answers to standard output, progress and notes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from kg import printing
from kg.cli.options import TableFormat
from kg.query.asking import join_answers
from kg.query.questions import Answer
from kg.report import Event, Progress

_LINES_WITHOUT_TERMINAL = 10


def out() -> Console:
    """Return the console of answers, which takes no text for markup."""
    return Console(highlight=False, markup=False, emoji=False)


def note(text: str) -> None:
    """Tell something beside the answer."""
    print(printing.safe(text), file=sys.stderr)


def print_json(value: object) -> None:
    """Print plain values as JSON."""
    print(printing.as_json(value))


def print_answer(answer: Answer, form: TableFormat) -> None:
    """Print an answer in the format that was asked for."""
    print_answers([answer], form)


def print_answers(answers: Sequence[Answer], form: TableFormat) -> None:
    """Print the tables of an answer: one after another for people, as one for programs."""
    if form is TableFormat.table:
        console = out()
        for number, answer in enumerate(answers):
            if number:
                console.print()
            printing.print_answer(console, answer)
    elif form is TableFormat.markdown:
        sys.stdout.write("\n".join(map(printing.as_markdown, answers)))
    elif form is TableFormat.csv:
        sys.stdout.write(printing.as_csv(join_answers(answers)))
    else:
        print(printing.as_records(join_answers(answers)))


@contextmanager
def progress(first: str = "Looking for what is new ...", unit: str = "articles") -> Iterator[Progress]:
    """Show progress with the time left on standard error: a bar in a terminal, a few lines elsewhere. `unit` is counted."""
    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        print(first, file=sys.stderr)
        yield _Lines(unit)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(first.split(maxsplit=1)[0], total=None)
        yield lambda done, total, name: bar.update(
            task, completed=done, total=total, description=printing.safe(name or "done")[:40]
        )


def log_line(event: Event) -> None:
    """Write a step of a build to standard error as one line of JSON: when, what, and whatever is not empty or 0."""
    told = {key: value for key, value in asdict(event).items() if value and key != "kind"}
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event.kind, **told}
    print(json.dumps(line), file=sys.stderr, flush=True)


class _Lines:
    """Tells progress in some ten lines, with the time left as far as it can be told by what was done."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.start: tuple[float, int] | None = None

    def __call__(self, done: int, total: int, name: str) -> None:
        """Tell how many files are dealt with, and which is next."""
        self.start = self.start or (monotonic(), done)
        if done % max(1, total // _LINES_WITHOUT_TERMINAL) == 0 or done == total:
            told = f"{done} of {total} {self.unit} {printing.safe(name)}".rstrip()
            print(told + self._left(done, total), file=sys.stderr)

    def _left(self, done: int, total: int) -> str:
        then, before = self.start or (monotonic(), done)
        if done in {before, total}:
            return ""
        left = (monotonic() - then) / (done - before) * (total - done)
        return f", {timedelta(seconds=round(left))} left"
