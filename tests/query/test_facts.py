"""One row a fact: nothing is lost, nothing is said twice, the order stays."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg.query.facts import keep_one_row_a_fact

COLUMNS = ["who", "share", "time", "quote", "source"]
QUOTES = st.sampled_from(["a", "ab", "b", "abc", "bc", ""])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Japan", "Chile"]),
        st.sampled_from([None, 0.9, 0.8]),
        st.sampled_from([None, "2024"]),
        QUOTES,
        st.sampled_from(["one", "two"]),
    ),
    max_size=12,
)
Row = tuple[Any, ...]


def says_all_of(row: Row, other: Row) -> bool:
    """Tell whether a row leaves out nothing of another of the same sentence."""
    values = zip((other[0], *other[1:3], other[4]), (row[0], *row[1:3], row[4]), strict=True)
    return other[3] in row[3] and all(said in (None, kept) for said, kept in values)


@given(ROWS)
def test_what_is_left_out_is_said_by_what_is_kept(rows: list[Row]) -> None:
    kept = keep_one_row_a_fact(COLUMNS, rows)
    assert all(any(says_all_of(row, other) for row in kept) for other in rows)


@given(ROWS)
def test_no_row_that_is_kept_says_less_than_another(rows: list[Row]) -> None:
    kept = keep_one_row_a_fact(COLUMNS, rows)
    assert not [(a, b) for i, a in enumerate(kept) for j, b in enumerate(kept) if i != j and says_all_of(a, b)]


@given(ROWS)
def test_rows_are_kept_as_they_are_in_their_order(rows: list[Row]) -> None:
    kept = keep_one_row_a_fact(COLUMNS, rows)
    assert kept == [row for row in dict.fromkeys(rows) if row in kept]
    assert keep_one_row_a_fact(COLUMNS, kept) == kept


@given(ROWS)
def test_answers_without_quote_or_source_stay(rows: list[Row]) -> None:
    for lacking in ("quote", "source"):
        columns = [column if column != lacking else "other" for column in COLUMNS]
        assert keep_one_row_a_fact(columns, rows) == rows
