"""Conflicts: each kind is found, and what only looks like it is told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from articles import Article, Said, make_graph, part, says

from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.conflicts import Conflict, find_conflicts
from kg.store import GraphStore

Find = Callable[..., list[Conflict]]
Told = tuple[str, str, str]

CHINA, US, EARTHS = "country/china", "country/united-states", "commodity/rare-earths"
MINE = "facility/lost-creek-mine"


@pytest.fixture
def graph(stages: Stages, tmp_path: Path) -> Callable[..., GraphStore]:
    """Return a function that writes a graph of articles; a list of claims is an article of 2025 named a, b, c..."""

    def make(*articles: Article | list[Said]) -> GraphStore:
        named = [
            a if isinstance(a, Article) else Article("abcdefgh"[n], a, "2025-06-01") for n, a in enumerate(articles)
        ]
        return make_graph(stages, tmp_path / "graph", named)

    return make


@pytest.fixture
def find(graph: Callable[..., GraphStore], ontology: Ontology) -> Find:
    """Return a function from articles to the conflicts among them."""
    return lambda *articles: find_conflicts(graph(*articles), ontology)


def short(conflicts: list[Conflict]) -> list[Told]:
    return [(c.kind, c.verdict, c.reason) for c in conflicts]


def share(value: dict[str, Any], subject: str = CHINA, **more: Any) -> list[Said]:
    return [says("controls_share", subject, EARTHS, share=value, **({"stage": "mining", "time": "2024"} | more))]


def test_shares_of_one_thing_that_lie_apart_cannot_both_hold(find: Find) -> None:
    (found,) = find(share(part(0.6)), share(part(0.9)))
    assert (found.kind, found.verdict, found.reason) == ("share", "contradict", "")
    assert (
        found.why == "The share of rare earths that China has is stated as 60% and 90% (mining), which cannot all hold"
    )
    assert [(s.says, s.claim.source.name) for s in found.statements] == [("60%", "a"), ("90%", "b")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (part(0.69), part(0.69), []),
        (part(0.69), part(0.7), [("share", "differ", "")]),
        (part(0.46), part(0.463), [("share", "apparent", "rounding")]),
        (part(0.8, 1), part(0.85), [("share", "apparent", "bound")]),
        (part(0.8, 1), part(0.92), [("share", "differ", "")]),
        (part(0.8, 1), part(0.7), [("share", "contradict", "")]),
        (part(None, 0.9), part(0.88), [("share", "apparent", "bound")]),
        (part(0.6, approx=True), part(0.63), [("share", "apparent", "about")]),
        (part(0.6, approx=True), part(0.7), [("share", "contradict", "")]),
        (part(0.6, 0.7), part(0.65), [("share", "apparent", "range")]),
        (part(0.6, 0.7), part(0.65, 0.8), [("share", "differ", "")]),
        (part(0.6, 0.7), part(0.8, 0.9), [("share", "contradict", "")]),
    ],
)
def test_two_shares(find: Find, one: dict[str, Any], other: dict[str, Any], expected: list[Told]) -> None:
    assert short(find(share(one), share(other))) == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"stage": "refining"}, "stage"),
        ({"time": "2010"}, "time"),
        ({"time": "from 2026"}, "time"),
        ({"scope": "Europe"}, "scope"),
        ({"kind": "reserves"}, "kind"),
    ],
)
def test_shares_of_different_things_only_look_like_a_conflict(find: Find, more: dict[str, Any], reason: str) -> None:
    assert short(find(share(part(0.6)), share(part(0.9), **more))) == [("share", "apparent", reason)]


@pytest.mark.parametrize("more", [{"scope": "global"}, {"time": "2024-03"}, {"time": "2020/2024"}, {"time": "by 2030"}])
def test_shares_of_one_thing_conflict_however_it_is_told(find: Find, more: dict[str, Any]) -> None:
    assert short(find(share(part(0.6)), share(part(0.9), **more))) == [("share", "contradict", "")]


def test_shares_of_two_holders_or_two_commodities_are_no_conflict(find: Find) -> None:
    other = [says("controls_share", CHINA, "commodity/lithium", share=part(0.9), stage="mining", time="2024")]
    assert find(share(part(0.3)), share(part(0.6), US), other) == []
