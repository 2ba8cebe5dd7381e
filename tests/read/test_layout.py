from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Block, BlockKind, Run
from kg.read.layout import BLOCK_GAP, Layout, Range, lay_out, strip_marks


def _stripped(source: str) -> str:
    return "".join(source[start:end] for start, end in strip_marks(source, [(0, len(source))]))


def _text(source: str, *ranges: Range) -> str:
    return lay_out(source, Layout(blocks=[("paragraph", list(ranges))]))[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Chile mines lithium [1].", "Chile mines lithium."),
        ("Chile mines lithium.[1]", "Chile mines lithium."),
        ("Chile mines lithium [1]", "Chile mines lithium"),
        ("Chile mines lithium [1][3].", "Chile mines lithium."),
        ("Chile mines lithium [1] [3], it says.", "Chile mines lithium, it says."),
        ("Chile[12] mines lithium[3]; so does Peru.", "Chile mines lithium; so does Peru."),
        ("Chile [1, 2] mines lithium [3-5]: a lot [6–8].", "Chile mines lithium: a lot."),
        ("[1] Chile mines lithium.", " Chile mines lithium."),
        ("(as Chile says [4])", "(as Chile says)"),
        ("锂矿[1] 锂盐 [2][3]", "锂矿 锂盐"),
    ],
)
def test_citation_marks_are_left_out(source: str, expected: str) -> None:
    assert _stripped(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("MP Materials (NYSE: MP) mines.", "MP Materials mines."),
        ("Lynas (ASX:LYC), a miner", "Lynas, a miner"),
        ("Orano (EPA: ORA; OTC: ORANY) enriches.", "Orano enriches."),
    ],
)
def test_stock_tickers_are_left_out(source: str, expected: str) -> None:
    assert _stripped(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Chile [sic] mines lithium.",
        "the interval [0, 1000000] of tonnes",
        "array[1]x is code",
        "[2025] was the year",
        "Chile (2024: 49,000 t) mines.",
        "It grew (by 5%) again.",
        "It grew (more: a lot) again.",
        "an MoU (memorandum) with Peru",
        "[]",
        "[1",
        "1]",
    ],
)
def test_other_brackets_stay(source: str) -> None:
    assert _stripped(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "World output (Total: 390) fell.",
        "It is stable (Outlook: A) now.",
        "Three mines (Tonnes: 45000).",
    ],
)
def test_labelled_figures_are_no_tickers(source: str) -> None:
    assert _stripped(source) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("“It sells lithium [2]”, he said.", "“It sells lithium”, he said."),
        ('"It sells lithium [2]"', '"It sells lithium"'),
        ("Who sells lithium [1]?", "Who sells lithium?"),
        ("智利出售锂[1]。", "智利出售锂。"),
        ("It sells[4]—and buys—lithium.", "It sells—and buys—lithium."),
    ],
)
def test_citation_marks_are_left_out_before_any_punctuation(source: str, expected: str) -> None:
    assert _stripped(source) == expected


def test_marks_are_not_joined_over_the_ends_of_ranges() -> None:
    source = "tin [<b>1</b>] and zinc"
    assert list(strip_marks(source, [(0, 5), (8, 9), (13, 23)])) == [(0, 5), (8, 9), (13, 23)]


def test_many_marks_in_a_row_take_linear_time() -> None:
    source = "[1]" * 4000 + "x"
    start = time.process_time()
    list(strip_marks(source, [(0, len(source))]))
    assert time.process_time() - start < 0.3


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("one two", "one two"),
        ("  one \t two  ", "one two"),
        ("one\ntwo\r\nthree", "one two three"),
        ("one\u00a0two\u2003three\u3000four", "one two three four"),
        ("one [1] two", "one two"),
        ("one[1] two", "one two"),
        ("one [1], two", "one, two"),
    ],
)
def test_words_are_parted_by_single_spaces(source: str, expected: str) -> None:
    assert _text(source, (0, len(source))) == expected


def test_ranges_that_touch_no_space_make_one_word() -> None:
    source = "<b>Mag</b>net<i>s</i>."
    assert _text(source, (3, 6), (10, 13), (16, 17), (21, 22)) == "Magnets."


def test_space_at_the_edge_of_a_range_parts_words() -> None:
    source = "Tin <b>and</b> zinc"
    assert _text(source, (0, 4), (7, 10), (14, 19)) == "Tin and zinc"


def test_a_range_of_space_alone_parts_words() -> None:
    source = "Tin|\n|zinc"
    assert _text(source, (0, 3), (4, 5), (6, 10)) == "Tin zinc"


def test_blocks_are_parted_by_a_blank_line() -> None:
    source = "Head|Tin.|Zinc."
    text, blocks, _ = lay_out(
        source, Layout(blocks=[("title", [(0, 4)]), ("item", [(5, 9)]), ("paragraph", [(10, 15)])])
    )
    assert text == "Head\n\nTin.\n\nZinc."
    assert blocks == (Block("title", 0, 4), Block("item", 6, 10), Block("paragraph", 12, 17))


@pytest.mark.parametrize("empty", [[], [(4, 4)], [(4, 5)], [(8, 11)]], ids=["none", "nothing", "space", "mark"])
def test_a_block_without_words_is_left_out(empty: list[Range]) -> None:
    source = "Tin. Zn [1]"
    text, blocks, _ = lay_out(
        source, Layout(blocks=[("item", empty), ("item", [(0, 4)]), ("item", empty), ("item", [(5, 7)])])
    )
    assert text == "Tin.\n\nZn"
    assert [b.kind for b in blocks] == ["item", "item"]


def test_nothing_is_laid_out_of_nothing() -> None:
    assert lay_out("", Layout()) == ("", (), ())
    assert lay_out(" [1] ", Layout(blocks=[("paragraph", [(0, 5)])])) == ("", (), ())


def test_words_parted_by_one_plain_space_share_a_run() -> None:
    source = "Tin and zinc  from\u00a0Peru"
    _, _, runs = lay_out(source, Layout(blocks=[("paragraph", [(0, len(source))])]))
    assert runs == (Run(0, 0, 12), Run(13, 14, 4), Run(18, 19, 4))


_KINDS: list[BlockKind] = ["title", "heading", "paragraph", "item"]


@st.composite
def _layouts(draw: st.DrawFn) -> tuple[str, Layout]:
    """Draw a source and blocks whose ranges lie one after the other in it."""
    pieces = [
        "tin",
        "锡",
        "𝕏",
        "e\u0301",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\u00a0",
        "[1]",
        " [2][3]",
        "(ASX: LYC)",
        ".",
        "<b>",
    ]
    source = "".join(draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=30)))
    cuts = sorted(draw(st.lists(st.integers(0, len(source)), min_size=2, max_size=12)))
    layout = Layout()
    for start, end in pairwise(cuts):
        choice = draw(st.sampled_from(["more", "new", "none"]))
        if choice == "more" and layout.blocks:
            layout.blocks[-1][1].append((start, end))
        elif choice == "new":
            layout.add(draw(st.sampled_from(_KINDS)), (start, end))
    return source, layout


@given(_layouts())
@settings(max_examples=300, deadline=None)
def test_runs_read_the_same_in_text_and_source(drawn: tuple[str, Layout]) -> None:
    source, layout = drawn
    text, _, runs = lay_out(source, layout)
    covered: list[int] = []
    for run in runs:
        assert run.length > 0
        in_text = text[run.text_start : run.text_start + run.length]
        assert in_text == source[run.source_start : run.source_start + run.length]
        covered += range(run.text_start, run.text_start + run.length)
    assert covered == sorted(set(covered))
    assert {c for i, c in enumerate(text) if i not in set(covered)} <= {" ", "\n"}


@given(_layouts())
@settings(max_examples=300, deadline=None)
def test_blocks_are_the_text(drawn: tuple[str, Layout]) -> None:
    source, layout = drawn
    text, blocks, _ = lay_out(source, layout)
    parts = [text[b.start : b.end] for b in blocks]
    assert BLOCK_GAP.join(parts) == text
    assert all(part and part == " ".join(part.split()) for part in parts)


@given(_layouts())
@settings(max_examples=300, deadline=None)
def test_only_space_and_marks_are_left_out(drawn: tuple[str, Layout]) -> None:
    source, layout = drawn
    text, _, _ = lay_out(source, layout)
    ranges = [r for _, block in layout.blocks for r in block]
    kept = "".join(source[s:e] for s, e in strip_marks(source, ranges))
    assert "".join(text.split()) == "".join(kept.split())
