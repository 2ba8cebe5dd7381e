from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Block, Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Run

# The text leaves out the bullet, the citation mark and one of two spaces; 𝕏 lies outside the BMP.
SOURCE = "Ore\n\n* 𝕏Corp[1]  mines\u00a0tin\r\n* Chile"
TEXT = "Ore\n\n𝕏Corp mines tin\n\nChile"


def _document(source: str, text: str, runs: tuple[Run, ...], blocks: tuple[Block, ...] = ()) -> Document:
    return Document(name="d", location="/d.txt", source=source, text=text, blocks=blocks, runs=runs, sha256="0")


@pytest.fixture
def marked() -> Document:
    runs = (Run(0, 0, 3), Run(5, 7, 5), Run(11, 17, 5), Run(17, 23, 3), Run(22, 30, 5))
    return _document(SOURCE, TEXT, runs, (Block("title", 0, 3), Block("item", 5, 20), Block("item", 22, 27)))


def _quote(document: Document, passage: str) -> str:
    at = document.text.index(passage)
    start, end = document.source_span(at, at + len(passage))
    return document.source[start:end]


def test_each_character_is_found_where_it_stands_in_the_source(marked: Document) -> None:
    found = [marked.source[marked.source_offset(i)] for i, c in enumerate(TEXT) if not c.isspace()]
    assert found == [c for c in TEXT if not c.isspace()]


@pytest.mark.parametrize("word", ["Ore", "𝕏Corp", "mines", "tin", "Chile", "Corp", "𝕏", "hil"])
def test_a_span_within_a_run_reads_the_same_in_the_source(marked: Document, word: str) -> None:
    assert _quote(marked, word) == word


@pytest.mark.parametrize(
    ("passage", "quote"),
    [
        ("𝕏Corp mines", "𝕏Corp[1]  mines"),
        ("mines tin", "mines\u00a0tin"),
        ("p mines t", "p[1]  mines\u00a0t"),
        ("tin\n\nChile", "tin\r\n* Chile"),
        (TEXT, SOURCE),
    ],
)
def test_a_span_over_what_was_left_out_takes_it_along(marked: Document, passage: str, quote: str) -> None:
    assert _quote(marked, passage) == quote


def test_a_span_that_ends_before_a_mark_leaves_the_mark_out(marked: Document) -> None:
    assert _quote(marked, "𝕏Corp") == "𝕏Corp"


def test_a_span_that_starts_after_a_mark_leaves_the_mark_out(marked: Document) -> None:
    assert _quote(marked, "mines") == "mines"


@pytest.mark.parametrize(
    ("passage", "quote"), [("mines ", "mines"), ("tin\n", "tin"), ("tin\n\n", "tin"), ("Ore\n", "Ore")]
)
def test_a_span_that_ends_in_white_space_ends_with_the_word_before(marked: Document, passage: str, quote: str) -> None:
    assert _quote(marked, passage) == quote


@pytest.mark.parametrize("gap", [3, 4, 10, 16, 20, 21])
def test_white_space_of_the_text_is_put_between_its_neighbours(marked: Document, gap: int) -> None:
    before = max(i for i in range(gap) if not TEXT[i].isspace())
    after = min(i for i in range(gap, len(TEXT)) if not TEXT[i].isspace())
    assert marked.source_offset(before) <= marked.source_offset(gap) < marked.source_offset(after)


def test_what_is_written_in_another_way_is_quoted_whole() -> None:
    found = _document(
        "5&nbsp;t of &Eacute;tain", "5 t of Étain", (Run(0, 0, 1), Run(2, 7, 4), Run(7, 12, 1, 8), Run(8, 20, 4))
    )
    assert _quote(found, "5 t") == "5&nbsp;t"
    assert _quote(found, "É") == "&Eacute;"
    assert _quote(found, "of É") == "of &Eacute;"
    assert _quote(found, "tain") == "tain"
    assert _quote(found, "Étain") == "&Eacute;tain"


def test_blocks_are_ranges_of_the_text(marked: Document) -> None:
    assert [TEXT[b.start : b.end] for b in marked.blocks] == ["Ore", "𝕏Corp mines tin", "Chile"]


def test_a_document_with_other_runs_does_not_keep_the_offsets_of_the_first(marked: Document) -> None:
    assert marked.source_offset(5) == 7
    shifted = replace(
        marked,
        source="  " + SOURCE,
        runs=tuple(replace(r, source_start=r.source_start + 2) for r in marked.runs),
    )
    one = replace(marked, text="Chile", runs=(Run(0, 30, 5),))
    assert shifted.source_offset(5) == 9
    assert one.source_span(0, 5) == (30, 35)


def test_asking_for_an_offset_changes_neither_equality_nor_hash(marked: Document) -> None:
    untouched = replace(marked)
    marked.source_offset(5)
    assert marked == untouched
    assert hash(marked) == hash(untouched)


@st.composite
def _cut_sources(draw: st.DrawFn) -> Document:
    """Draw a source of which some pieces are read and the others left out; pieces are parted by a space or nothing."""
    pieces = draw(
        st.lists(
            st.tuples(
                st.text("ab𝕏é\u4e2d", min_size=1, max_size=4),
                st.text("[]-\n\u00a0𝕐", max_size=3),
                st.booleans(),
            ),
            min_size=1,
            max_size=8,
        )
    )
    source, text, runs = "", "", []
    for read, left_out, apart in pieces:
        text += " " if apart and text else ""
        runs.append(Run(len(text), len(source), len(read)))
        text += read
        source += read + left_out
    return _document(source, text, tuple(runs))


@given(_cut_sources(), st.data())
@settings(max_examples=200, deadline=None)
def test_spans_round_trip(document: Document, data: st.DataObject) -> None:
    run = data.draw(st.sampled_from(document.runs))
    start = data.draw(st.integers(run.text_start, run.text_start + run.length - 1))
    end = data.draw(st.integers(start + 1, run.text_start + run.length))
    source_start, source_end = document.source_span(start, end)
    assert document.source[source_start:source_end] == document.text[start:end]


@given(_cut_sources())
@settings(max_examples=100, deadline=None)
def test_later_characters_stand_later_in_the_source(document: Document) -> None:
    offsets = [document.source_offset(i) for i, c in enumerate(document.text) if c != " "]
    assert offsets == sorted(set(offsets))
    assert document.source_span(0, len(document.text)) == (
        0,
        document.runs[-1].source_start + document.runs[-1].length,
    )


_MENTION = Mention(0, 3, "MMG", "company", "MMG", "gazetteer")
_EVIDENCE = Evidence("d", 0, 3, "MMG")
_CLAIM = Claim("owns", _MENTION, _MENTION, "asserted", _EVIDENCE, "own", 0.9)
_ENTITY = Entity("company/mmg", "MMG", "company")
_DOCUMENT = _document("MMG", "MMG", (Run(0, 0, 3),))
_VALUES = [
    Run(0, 0, 1),
    Block("title", 0, 1),
    _DOCUMENT,
    _MENTION,
    _EVIDENCE,
    _ENTITY,
    _CLAIM,
    LinkedClaim(_CLAIM, _ENTITY, _ENTITY),
    Linked(_DOCUMENT, ()),
]


@pytest.mark.parametrize("value", _VALUES, ids=lambda v: type(v).__name__)
def test_values_that_flow_between_stages_cannot_be_changed(value: object) -> None:
    first = fields(value)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(value, first, None)


def test_offsets_count_code_points_not_bytes_or_utf16_units(document: Callable[[str], Document]) -> None:
    found = document("Title: 𝕏𝕏\n\nÉtain 锡 𝟙 tin.\n")
    start, end = found.source_span(found.text.index("tin"), found.text.index("tin") + 3)
    assert (start, end) == (found.source.index("tin"), found.source.index("tin") + 3) == (21, 24)
