"""Pictures: every share once with its bounds, the same bytes for the same answer, and text of articles only drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.errors import ParameterError, PlotError
from kg.plot import FORMATS, MOST_ROWS, draw_shares, plot_shares, read_bars
from kg.query.questions import Answer

COLUMNS = (
    "who",
    "of",
    "stage",
    "share_min",
    "share_max",
    "share_approximate",
    "scope",
    "time",
    "modality",
    "source",
    "date",
)
HOSTILE = "$x^2$ <script> \\frac \x1b[31m\u202e 稀土 & %s {0}"


class Outcome(Protocol):
    code: int
    out: str
    err: str


def row(who: str = "China", low: float | None = 0.6, high: float | None = 0.6, **more: Any) -> Sequence[Any]:
    values = {"who": who, "of": "gallium", "stage": "mining", "share_min": low, "share_max": high, "source": "a-01"}
    return tuple({**values, **more}.get(column) for column in COLUMNS)


def answer(*rows: Sequence[Any], sentence: str = "Who holds which share?") -> Answer:
    return Answer(sentence, COLUMNS, rows)


def texts(svg: bytes) -> str:
    """Return what a picture says: matplotlib keeps the text beside its outlines, as comments."""
    return unescape("\n".join(node.text or "" for node in etree.fromstring(svg).iter(etree.Comment)))


def test_every_share_is_a_bar_under_its_stage() -> None:
    shares = [
        row(),
        row(low=0.7, high=None, stage="refining"),
        row(low=None, high=0.1),
        row(low=0.2, high=0.3, stage=None),
    ]
    bars = read_bars(answer(*shares, row(low=None, high=None)))
    assert [(bar.group, bar.low, bar.high) for bar in bars] == [
        ("gallium, mining", 0.6, 0.6),
        ("gallium, mining", None, 0.1),
        ("gallium, refining", 0.7, None),
        ("gallium, stage not said", 0.2, 0.3),
    ]


def test_a_bar_tells_scope_time_and_modality_and_its_source() -> None:
    (bar,) = read_bars(
        answer(row(scope="EU", time="2024", modality="planned", share_approximate="true", date="2025-01-02"))
    )
    assert (bar.note, bar.source, bar.approximate) == ("EU, 2024, planned", "a-01, 2025-01-02", True)
    (bar,) = read_bars(answer(row(modality="asserted")))
    assert (bar.note, bar.source, bar.approximate) == ("", "a-01", False)


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_the_same_answer_gives_the_same_bytes(suffix: str) -> None:
    shares = answer(row(), row("Japan", 0.1, None), row("Chile", None, 0.2))
    assert draw_shares(shares, suffix) == draw_shares(shares, suffix)
    assert draw_shares(shares, suffix) != draw_shares(answer(row()), suffix)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [row(), row("Japan", 0.1, None), row("Chile", None, 0.2, stage="refining")]
    assert draw_shares(answer(*rows)) == draw_shares(answer(*reversed(rows)))


def test_a_picture_holds_neither_date_nor_version() -> None:
    svg = draw_shares(answer(row()), ".svg").decode()
    assert "dc:date" not in svg
    assert not re.search(r"Matplotlib v\d", svg)
    png = draw_shares(answer(row()), ".png")
    assert b"Software" not in png
    pdf = draw_shares(answer(row()), ".pdf")
    assert b"CreationDate" not in pdf


def test_a_picture_says_who_how_much_and_where() -> None:
    said = texts(draw_shares(answer(row("Kazakhstan", 0.39, 0.39), row("Canada", 0.2, None)), ".svg"))
    for text in ("Who holds which share?", "gallium, mining", "Kazakhstan", "39%", ">20%", "a-01"):
        assert text in said


def test_more_shares_than_fit_are_told() -> None:
    many = answer(*(row(f"Country {i}", i / 100, None) for i in range(MOST_ROWS + 5)))
    assert "5 more are not shown" in texts(draw_shares(many, ".svg"))


def test_hostile_text_is_drawn_and_not_interpreted() -> None:
    picture = draw_shares(answer(row(HOSTILE, of=HOSTILE, time=HOSTILE, source=HOSTILE), sentence=HOSTILE), ".svg")
    root = etree.fromstring(picture)
    assert not root.findall(".//{*}script")
    assert "$x^2$" in texts(picture)
    assert "\x1b" not in picture.decode()
    assert "\u202e" not in picture.decode()


@settings(deadline=None, max_examples=5)
@given(st.text(max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_any_text_and_any_bounds_can_be_drawn(text: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert draw_shares(answer(row(text, low, high, source=text, of=text), sentence=text)).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["share.txt", "share", "share.jpg.html"])
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match=r"\.png"):
        plot_shares(answer(row()), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "shares",
    [answer(), answer(row(low=None, high=None)), Answer("Who?", ["who"], [["China"]])],
    ids=["none", "unknown", "other"],
)
def test_an_answer_without_shares_is_no_picture(shares: Answer) -> None:
    with pytest.raises(PlotError, match=r"; "):
        draw_shares(shares)


def test_kg_ask_draws_beside_its_answer(kg: Callable[..., Outcome], corpus_graph: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "share.svg"
    arguments = ["ask", "share-of", "rare earths", "--graph", corpus_graph]
    found = kg(*arguments, "--plot", path)
    assert (found.code, found.out) == (0, kg(*arguments).out)
    assert found.err == f"Drawn into {path}\n"
    assert "China" in texts(path.read_bytes())
    refused = kg("ask", "path", "Japan", "China", "--graph", corpus_graph, "--plot", tmp_path / "path.png")
    assert (refused.code, refused.out) == (1, "")
    assert not (tmp_path / "path.png").exists()
