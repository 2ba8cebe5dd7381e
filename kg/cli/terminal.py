"""Where answers and notes go: answers to standard output, progress and notes to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kg import printing
from kg.cli.options import TableFormat
from kg.query.asking import join_answers
from kg.query.questions import Answer

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
def progress(
    first: str = "Loading the language pipeline and the ontology ...", unit: str = "articles"
) -> Iterator[Any]:
    """Show progress on standard error: a bar in a terminal, a few lines elsewhere. `unit` says what is counted."""
    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        print(first, file=sys.stderr)
        yield partial(_report_lines, unit)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(first.split(maxsplit=1)[0], total=None)
        yield lambda done, total, name: bar.update(
            task, completed=done, total=total, description=printing.safe(name or "done")[:40]
        )


def _report_lines(unit: str, done: int, total: int, name: str) -> None:
    every = max(1, total // _LINES_WITHOUT_TERMINAL)
    if done % every == 0 or done == total:
        print(f"{done} of {total} {unit} {printing.safe(name)}".rstrip(), file=sys.stderr)
