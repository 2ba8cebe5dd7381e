"""Pictures of answers for people who look rather than read: stated shares by stage, with bounds and sources.

Text of articles is drawn, never interpreted, and the same answer gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ParameterError, PlotError
from kg.output import whole_file
from kg.query.questions import Answer
from kg.query.wording import describe_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What a file of each kind must not hold, so that the same picture has the same bytes: dates and versions.
FORMATS: Mapping[str, Mapping[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
MOST_ROWS = 60
_NEEDED = ("who", "share_min", "share_max")
# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), darkest first; a marker besides, for print in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_MARKERS = ("o", "s", "D", "^", "v", "P", "X")
_GREY, _LIGHT = "#666666", "#DDDDDD"
_LONGEST, _LONGEST_SOURCE, _WHOLE_LINE, _WHOLE_NOTE = 36, 34, 100, 150  # characters of a label
_ROW, _HEAD, _FOOT, _WIDTH = 0.28, 0.7, 0.75, 10.0  # inches
_GAP = 0.4  # of a row, between stages
_LEFT, _INDENT, _AXES, _RIGHT_OF_AXES, _SOURCE = 0.02, 0.015, (0.31, 0.36), 0.685, 0.785  # of the width
_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "svg.hashsalt": "lodestone",
    "text.parse_math": False,
    "text.usetex": False,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stated share: bounds from 0 to 1, None if open."""

    who: str
    group: str
    low: float | None
    high: float | None
    approximate: bool
    note: str
    source: str


def plot_shares(answer: Answer, path: Path) -> None:
    """Draw the shares of an answer into a .png, .svg or .pdf file; raises ParameterError, PlotError or GraphError."""
    if path.suffix.lower() not in FORMATS:
        raise ParameterError(f"{path} has no ending of a picture; choose one of {', '.join(FORMATS)}")
    drawn = draw_shares(answer, path.suffix.lower())
    with whole_file(path) as out:
        out.write(drawn)


def draw_shares(answer: Answer, suffix: str = ".png") -> bytes:
    """Return the picture of the shares of an answer; raises PlotError if it has none."""
    from matplotlib import style
    from matplotlib.figure import Figure

    bars = read_bars(answer)
    shown = bars[:MOST_ROWS]
    groups = [list(group) for _, group in groupby(shown, key=lambda bar: bar.group)]
    height = _HEAD + _FOOT + _ROW * (len(shown) + (1 + _GAP) * len(groups))
    with style.context([_STYLE], after_reset=True):
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((_AXES[0], _FOOT / height, _AXES[1], 1 - (_HEAD + _FOOT) / height))
        _draw(axes, groups)
        _caption(figure, answer.sentence, len(bars) - len(shown))
        out = io.BytesIO()
        figure.savefig(out, format=suffix[1:], dpi=200, metadata=dict(FORMATS[suffix]))
    return out.getvalue()


def read_bars(answer: Answer) -> list[Bar]:
    """Return the shares of an answer, a group a stage, the highest first; raises PlotError if there are none."""
    if not set(_NEEDED) <= set(answer.columns):
        raise PlotError("Only an answer with shares can be drawn; ask one, such as `kg ask share-of NAME`")
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    bars = [_bar(row) for row in rows if row["share_min"] is not None or row["share_max"] is not None]
    if not bars:
        raise PlotError("The answer has no shares to draw; ask about something of which the graph knows some")
    return sorted(bars, key=lambda b: (b.group, -(b.low or 0), -(b.high or 0), b.who, b.note, b.source))


def _bar(row: Mapping[str, Any]) -> Bar:
    modality = row.get("modality")
    notes = (row.get("scope"), row.get("time"), None if modality == "asserted" else modality)
    group = ", ".join(str(part) for part in (row.get("of"), row.get("stage") or "stage not said") if part)
    return Bar(
        who=str(row["who"]),
        group=group,
        low=row["share_min"],
        high=row["share_max"],
        approximate=bool(row.get("share_approximate")),
        note=", ".join(str(note) for note in notes if note),
        source=", ".join(str(part) for part in (row.get("source"), row.get("date")) if part),
    )


def _draw(axes: Axes, groups: Sequence[Sequence[Bar]]) -> None:
    """Draw one line a share, its holder on the left and its source on the right, under the name of its stage."""
    holders = list(dict.fromkeys(bar.who for group in groups for bar in group))
    place = 0.0
    for group in groups:
        _write(axes, _LEFT, place, group[0].group, _WHOLE_LINE, weight="bold")
        axes.axhline(place + 0.5, color=_LIGHT, linewidth=0.8)
        for bar in group:
            place += 1
            number = holders.index(bar.who) % len(_COLOURS)
            _draw_share(axes, place, bar, _COLOURS[number], _MARKERS[number])
            _describe(axes, place, bar)
        place += 1 + _GAP
    _frame(axes, place - _GAP)


def _draw_share(axes: Axes, place: float, bar: Bar, colour: str, marker: str) -> None:
    """Draw what is stated as a point, what lies between two bounds as a bar, what is open to one side as an arrow."""
    low, high = (0.0 if bar.low is None else bar.low), (1.0 if bar.high is None else bar.high)
    known = [bound for bound in (bar.low, bar.high) if bound is not None]
    if low != high:
        axes.plot([low, high], [place] * 2, color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    if len(known) == 2 and low != high:
        axes.plot(known, [place] * 2, "|", color=colour, markersize=11, markeredgewidth=2.5)
        return
    face = "white" if bar.approximate else colour
    axes.plot(
        known[:1],
        [place],
        marker,
        color=colour,
        markersize=7,
        markerfacecolor=face,
        markeredgewidth=1.5,
        clip_on=False,
        zorder=3,
    )
    if len(known) == 1:
        open_end, arrow = (high, ">") if bar.high is None else (low, "<")
        axes.plot([open_end], [place], arrow, color=colour, markersize=6, clip_on=False)


def _describe(axes: Axes, place: float, bar: Bar) -> None:
    note = f" ({bar.note})" if bar.note else ""
    share = describe_share({"min": bar.low, "max": bar.high, "approx": bar.approximate})
    _write(axes, _LEFT + _INDENT, place, bar.who + note, _LONGEST)
    _write(axes, _RIGHT_OF_AXES, place, share, _LONGEST, weight="bold")
    _write(axes, _SOURCE, place, bar.source, _LONGEST_SOURCE, color=_GREY, fontsize=8)


def _write(axes: Axes, left: float, place: float, text: str, most: int, **look: Any) -> None:
    """Write a text at a fraction of the figure's width, on the line of a share."""
    from matplotlib.transforms import blended_transform_factory

    where = blended_transform_factory(axes.figure.transFigure, axes.transData)
    axes.text(left, place, _short(text, most), transform=where, ha="left", va="center", **look)


def _frame(axes: Axes, rows: float) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(length=0, labelcolor=_GREY)
    axes.grid(axis="x", color=_LIGHT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _caption(figure: Figure, sentence: str, more: int) -> None:
    """Write the question above, and below how to read the picture and what it rests on."""
    inch = 1 / figure.get_figheight()
    question, end, basis = sentence.partition("? ")
    figure.text(_LEFT, 1 - 0.35 * inch, _short(question + end, _WHOLE_LINE), fontsize=12, weight="bold", va="center")
    note = "Each share as its source states it. Hollow: about. Bar: between bounds. Arrow: at least, at most."
    shown = f"{more:,} more are not shown. " if more else ""
    for line, text in enumerate((note, shown + basis)):
        height = (0.34 - 0.18 * line) * inch
        figure.text(_LEFT, height, _short(text, _WHOLE_NOTE), fontsize=8, color=_GREY, va="center")


def _short(text: str, most: int) -> str:
    """Return text on one line, in characters that the font has, cut after so many."""
    from matplotlib import font_manager

    known = font_manager.get_font(font_manager.findfont("DejaVu Sans")).get_charmap()
    plain = "".join(c if ord(c) in known and c.isprintable() else "\ufffd" for c in " ".join(text.split()))
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
