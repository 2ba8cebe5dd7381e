"""The Herfindahl-Hirschman index within its bounds, and which statements of shares count."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from edges import NODES, unhurried
from hypothesis import given
from hypothesis import strategies as st

from kg.query import concentration
from kg.query.concentration import herfindahl, measure_concentration
from kg.query.shares import WORLD, ShareStatement, latest

PERCENT = st.integers(0, 100).map(lambda n: n / 100)
BOUNDS = st.lists(st.tuples(PERCENT, PERCENT).map(lambda b: (min(b) / 3, max(b))), max_size=6)


def said(holder: str, low: float | None, high: float | None = None, time: str = "2024", **more: Any) -> ShareStatement:
    given = {"commodity": "gallium", "stage": "refining", "scope": WORLD, "holder_type": "country", "source": "doc"}
    claim = f"doc#{holder}{low}{high}{time}"
    return ShareStatement(holder=holder, share_min=low, share_max=high, time=time, claim=claim, **(given | more))


@st.composite
def completions(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[float]]:
    """Draw true shares that add up to one, and bounds around some of them; of the others nothing is known."""
    weights = draw(st.lists(st.integers(1, 1000), min_size=1, max_size=9))
    shares = [weight / sum(weights) for weight in weights]
    known = draw(st.integers(0, len(shares)))
    bounds = []
    for share in shares[:known]:
        below, above = draw(st.sampled_from([0, 0, 0.1, 1])), draw(st.sampled_from([0, 0, 0.1, 1]))
        bounds.append((max(0.0, share - below), min(1.0, share + above)))
    return bounds, shares


@unhurried
@given(case=completions(), looks=st.sampled_from([0, 10, 50_000]))
def test_the_index_of_any_completion_lies_within_the_bounds(
    case: tuple[list[tuple[float, float]], list[float]], looks: int
) -> None:
    bounds, shares = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concentration, "_MOST_LOOKS", looks)  # so that the search is broken off
        found = herfindahl(bounds)
    assert found is not None
    low, high = found
    index = 10_000 * sum(share**2 for share in shares)
    assert low - 1e-4 <= index <= high + 1e-4


@unhurried
@given(bounds=BOUNDS)
def test_the_upper_bound_is_the_index_of_some_completion(bounds: list[tuple[float, float]]) -> None:
    """Compared with the best of all ways in which all holders but one are at a bound."""
    found = herfindahl(bounds)
    if sum(low for low, _ in bounds) > 1 + 1e-9:
        assert found is None
        return
    best = 0.0
    everyone = [*bounds, (0.0, 1.0)]
    for free, (least, most) in enumerate(everyone):
        for shares in product(*(b for i, b in enumerate(everyone) if i != free)):
            rest = 1 - sum(shares)
            if least - 1e-9 <= rest <= most + 1e-9:
                best = max(best, rest**2 + sum(s * s for s in shares))
    assert found is not None
    assert found[1] == pytest.approx(10_000 * best, abs=1e-3)


@unhurried
@given(bounds=BOUNDS)
def test_the_lower_bound_is_approached_by_ever_more_others(bounds: list[tuple[float, float]]) -> None:
    found = herfindahl(bounds)
    if found is not None:
        rest, others = 1 - sum(low for low, _ in bounds), 100_000
        approached = 10_000 * (sum(low * low for low, _ in bounds) + others * (rest / others) ** 2)
        assert approached - 0.2 <= found[0] <= approached + 1e-4


@unhurried
@given(bounds=BOUNDS, share=PERCENT)
def test_to_know_more_never_widens_the_bounds(bounds: list[tuple[float, float]], share: float) -> None:
    before, after = herfindahl(bounds), herfindahl([*bounds, (share, share)])
    if before and after:
        assert before[0] - 1e-4 <= after[0]
        assert after[1] <= before[1] + 1e-4


def test_many_holders_alike_are_searched_in_no_time() -> None:
    found = herfindahl([(0.001 * i, 0.001 * i + 0.03) for i in range(40)])
    assert found is not None
    assert found[0] < found[1] < 1000


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([(1.0, 1.0)], (10_000, 10_000)),
        ([(0.6, 0.6), (0.4, 0.4)], (5_200, 5_200)),
        ([(0.6, 0.6), (0.2, 0.2)], (4_000, 4_400)),
        ([(0.3, 0.3), (0.1, 0.2)], (1_000, 4_600)),  # 30, 10 and one other of 60
        ([(0.5, 0.9), (0.0, 0.1)], (2_500, 8_200)),  # 90 and 10
        ([(0.0, 0.1)], (0, 10_000)),
    ],
)
def test_bounds_of_the_index(shares: list[tuple[float, float]], expected: tuple[float, float]) -> None:
    assert herfindahl(shares) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.9, 0.9, "high"), (0.0, 0.3, "low to high"), (0.4, 0.4, "moderate to high"), (None, 0.2, "low to high")],
)
def test_the_level_says_how_sure_it_is(low: float | None, high: float, expected: str) -> None:
    (found,) = measure_concentration([said("china", low, high)])
    assert found.level == expected


def test_ten_equal_holders_are_moderate_and_eleven_are_low() -> None:
    levels = [measure_concentration([said(f"h{i}", 1 / n, 1 / n) for i in range(n)])[0].level for n in (10, 11)]
    assert levels == ["moderate", "low"]


def test_shares_of_more_than_all_give_no_index() -> None:
    (found,) = measure_concentration([said("china", 0.9, 0.9), said("peru", 0.2, 0.2)])
    assert (found.hhi_min, found.hhi_max, found.level) == (None, None, "")
    assert found.holdings[0].holder == "china"


# Which statements count


def test_the_holder_of_the_highest_share_comes_first() -> None:
    (found,) = measure_concentration([said("peru", 0.1, 0.4), said("china", 0.5), said("chile", None, 0.49)])
    assert [holding.holder for holding in found.holdings] == ["china", "peru", "chile"]


@pytest.mark.parametrize(
    "other", [{"stage": "mining"}, {"scope": "Europe"}, {"commodity": "tin"}, {"holder_type": "company"}]
)
def test_shares_of_different_wholes_are_not_added_up(other: dict[str, str]) -> None:
    found = measure_concentration([said("china", 0.9, 0.9), said("peru", 0.8, 0.8, **other)])
    assert [len(c.holdings) for c in found] == [1, 1]
    assert found[0].holdings[0].holder == "china"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([(0.6, 0.6, "2020"), (0.7, 0.7, "2024")], (0.7, 0.7)),
        ([(0.6, 0.6, "2024-03"), (0.55, None, "2024")], (0.6, 0.6)),
        ([(0.6, 0.6, "2024"), (0.7, 0.7, "2024")], (0.6, 0.7)),
        ([(0.8, None, "2024"), (0.7, 0.7, "2024")], (0.7, None)),
        ([(0.6, 0.6, "2024"), (0.9, 0.9, "by 2030")], (0.6, 0.6)),
        ([(0.6, 0.6, "2024"), (0.9, 0.9, "")], (0.6, 0.6)),
        ([(0.6, None, "2024"), (None, 0.8, "2024")], (0.6, 0.8)),
    ],
)
def test_the_latest_statements_of_a_holder_count_together(
    told: list[tuple[float | None, float | None, str]], expected: tuple[float | None, float | None]
) -> None:
    (found,) = measure_concentration([said("china", *statement) for statement in told])
    assert (found.holdings[0].share_min, found.holdings[0].share_max) == expected


def test_shares_of_long_ago_do_not_add_up_with_those_of_today() -> None:
    (found,) = measure_concentration(
        [said("china", 0.7, 0.7, "2024"), said("usa", 0.6, 0.6, "1984"), said("peru", 0.1, 0.1, "2019")]
    )
    assert [holding.holder for holding in found.holdings] == ["china", "peru"]


@pytest.mark.parametrize(
    ("time", "published", "year", "forecast"),
    [
        ("2024", "2025-03-01", 2024, False),
        ("2020/2023", "", 2023, False),
        ("2023-08/..", "2025", 2025, False),
        ("from 2020", "2025-01", 2025, False),
        ("from 2020", "", 2020, False),
        ("", "2025-01", 2025, False),
        ("last year", "2025-01", 2025, False),
        ("", "", None, False),
        ("by 2030", "", 2030, True),
        ("2030", "2025-01", 2030, True),
        ("2030", "", 2030, False),
    ],
)
def test_the_year_of_a_statement(time: str, published: str, year: int | None, forecast: bool) -> None:
    statement = said("china", 0.5, time=time, published=published)
    assert (statement.year, statement.forecast) == (year, forecast)


def test_what_is_only_foretold_is_held_by_nobody() -> None:
    foretold = [said("china", 0.5, time="by 2030")]
    assert latest(foretold) == []
    assert measure_concentration(foretold) == []


@unhurried
@given(order=st.permutations(NODES))
def test_the_order_of_the_statements_changes_nothing(order: list[str]) -> None:
    made = {node: said(node, 0.1, 0.2 + i % 2 / 10) for i, node in enumerate(NODES)}
    assert measure_concentration(made[n] for n in order) == measure_concentration(made.values())
