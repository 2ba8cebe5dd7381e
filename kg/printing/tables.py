"""Answers for people: tables that fit the terminal, quotes under the facts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.printing.layout import NOTHING, Said, lay_out, leaves_open
from kg.printing.text import safe
from kg.query.questions import Answer

_GAP = 2
_LONGEST_WORD = 20  # that is kept whole


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer: what belongs together in one column, columns without a value left out, the quote last.

    A table without a sentence is no answer to a question: its columns and values are printed as they are.
    """
    layout = lay_out(answer)
    if answer.sentence:
        console.print(Text(safe(answer.sentence), style="bold"))
    if not layout.cells:
        if leaves_open(answer):
            console.print(NOTHING)
        return
    widths = _widths([layout.headers, *layout.cells], console.width - _GAP * (len(layout.headers) - 1))
    if widths:
        console.print(_row(layout.headers, widths, "bold"))
        console.print(Text("─" * (sum(widths) + _GAP * (len(widths) - 1)), style="dim"))
    above = ""
    for row, said, title in zip(layout.cells, layout.said, layout.titles, strict=True):
        if title != above:
            above = title
            console.print(Text(title, style="italic"))
        if any(row):
            console.print(_row(row, widths))
        if said:
            console.print(Padding(_quoted(said), (0, 0, 1, 4)))


def _quoted(said: Said) -> Text:
    return Text.assemble(f"“{said.quote}”", ("\n" + said.where if said.where else "", "dim"))


def _row(cells: Sequence[str], widths: Sequence[int], style: str = "") -> Table:
    """Return a row of a table whose columns have fixed widths, so that quotes may stand between rows."""
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(width=width, style=style, overflow="fold")
    table.add_row(*(Text(cell) for cell in cells))
    return table


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return column widths that fit: the widest columns give way until they do, those whose words would break last.

    >>> _widths([["a" * 30, "b" * 5]], 20)
    [15, 5]
    >>> _widths([["ab ab ab", "concentration"]], 16)
    [3, 13]
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(1, *(cell_len(cell) for cell in column)) for column in columns]
    least = [max(1, *(cell_len(word) for cell in column for word in cell.split())) for column in columns]
    while sum(widths) > room and max(widths) > 1:
        yielding = [i for i, width in enumerate(widths) if width > min(least[i], _LONGEST_WORD)] or range(len(widths))
        widths[max(yielding, key=lambda i: widths[i])] -= 1
    return widths
