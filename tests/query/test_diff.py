"""Differences: what was added, is gone or changed is told, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from articles import Article, Said, make_graph, part, says

from kg.assertion.terms import Terms
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.diff import COLUMNS, Change, diff, list_changes
from kg.store import GraphStore

CHINA, EARTHS, LITHIUM = "country/china", "commodity/rare-earths", "commodity/lithium"
Compare = Callable[[list[Article], list[Article]], list[Change]]


@pytest.fixture
def compare(stages: Stages, tmp_path: Path, ontology: Ontology) -> Compare:
    """Return a function from old and new articles to the changes."""
    numbers = count()

    def changes(old: list[Article], new: list[Article]) -> list[Change]:
        stores = [make_graph(stages, tmp_path / str(next(numbers)), told) for told in (old, new)]
        return list(diff(*stores, ontology))

    return changes


def share(value: float, quote: str = "what was said", **more: object) -> Said:
    return says("controls_share", CHINA, EARTHS, share=part(value), quote=quote, **more)


OTHER = says("produces", CHINA, LITHIUM, quote="and more")


def kinds(changes: list[Change]) -> list[tuple[str, str, str]]:
    return [(c.kind, c.claim.relation, c.claim.source.name) for c in changes]


def test_nothing_changes_in_the_same_graph(compare: Compare) -> None:
    articles = [Article("a", [share(0.6), OTHER]), Article("b", [share(0.7)])]
    assert compare(articles, list(reversed(articles))) == []


def test_what_was_added_and_what_is_gone(compare: Compare) -> None:
    found = compare([Article("a", [share(0.6)]), Article("b", [OTHER])], [Article("a", [share(0.6), OTHER])])
    assert [(c.kind, c.claim.relation, c.claim.source.name) for c in found] == [
        ("added", "produces", "a"),
        ("gone", "produces", "b"),
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (share(0.7), ("share", "60%", "70%")),
        (share(0.6, "what is said"), ("quote", "what was said", "what is said")),
        (share(0.6, confidence=0.5), ("confidence", 0.9, 0.5)),
        (share(0.6, attribution="USGS"), ("attribution", None, "USGS")),
        (share(0.6, stage="mining"), ("stage", None, "mining")),
        (
            says("controls_share", CHINA, EARTHS, "planned", share=part(0.6), quote="what was said"),
            ("modality", "asserted", "planned"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_a_claim_says_changed(compare: Compare, new: Said, expected: tuple[str, object, object]) -> None:
    (found,) = compare([Article("a", [share(0.6)])], [Article("a", [new])])
    assert found.kind == "changed"
    (difference,) = found.differences
    assert (difference.field, difference.old, difference.new) == expected


def test_several_parts_of_a_claim_changed(compare: Compare) -> None:
    (found,) = compare([Article("a", [share(0.6)])], [Article("a", [share(0.7, "other words", stage="mining")])])
    assert [d.field for d in found.differences] == ["share", "quote", "stage"]


def test_what_moved_in_its_article_is_no_change(compare: Compare) -> None:
    first = says("located_in", "facility/x", CHINA)
    assert kinds(compare([Article("a", [share(0.6), OTHER])], [Article("a", [first, share(0.6), OTHER])])) == [
        ("added", "located_in", "a")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (says("owns", "company/a", "company/b"), says("owns", "company/a", "company/c")),
        (says("owns", "company/a", "company/b"), says("owns", "company/b", "company/a")),
        (says("owns", "company/a", "company/b"), says("holds_stake_in", "company/a", "company/b")),
    ],
)
def test_another_end_or_relation_makes_another_claim(compare: Compare, old: Said, new: Said) -> None:
    found = compare([Article("a", [old])], [Article("a", [new])])
    assert sorted(c.kind for c in found) == ["added", "gone"]


def test_another_document_makes_another_claim(compare: Compare) -> None:
    found = compare([Article("a", [share(0.6)])], [Article("b", [share(0.6)])])
    assert [(c.kind, c.claim.source.name) for c in found] == [("gone", "a"), ("added", "b")]


def test_of_claims_with_the_same_ends_those_that_differ_least_are_the_same(compare: Compare) -> None:
    old = [share(0.6, "six", time="2010"), share(0.9, "nine", time="2020"), share(0.5, "five")]
    new = [share(0.91, "nine", time="2020"), share(0.6, "six", time="2010")]
    gone, changed = sorted(compare([Article("a", old)], [Article("a", new)]), key=lambda c: c.kind, reverse=True)
    assert (gone.kind, gone.claim.quote) == ("gone", "five")
    assert [(d.field, d.old, d.new) for d in changed.differences] == [("share", "90%", "91%")]


def test_numbers_that_read_alike_are_shown_whole(compare: Compare) -> None:
    old, new = ({"quantity": {"value": n, "unit": "t"}} for n in (12_345_678, 12_345_999))
    (found,) = compare(
        [Article("a", [says("produces", CHINA, LITHIUM, quote="x", **old)])],
        [Article("a", [says("produces", CHINA, LITHIUM, quote="x", **new)])],
    )
    assert [(d.old, d.new) for d in found.differences] == [
        ('{"unit": "t", "value": 12345678}', '{"unit": "t", "value": 12345999}')
    ]


def test_what_is_added_one_way_is_gone_the_other_way(compare: Compare) -> None:
    old = [Article("a", [share(0.6), OTHER]), Article("b", [share(0.7)])]
    new = [Article("a", [share(0.65)]), Article("c", [OTHER])]
    forth, back = compare(old, new), compare(new, old)
    swapped = {"added": "gone", "gone": "added", "changed": "changed"}
    assert {(swapped[k], r, s) for k, r, s in kinds(forth)} == set(kinds(back))
    assert len(forth) == len(back) == 4


def test_graphs_of_two_bases_are_compared_by_what_follows_the_base(
    compare: Compare, stages: Stages, tmp_path: Path, ontology: Ontology
) -> None:
    articles = [Article("a", [share(0.6), OTHER])]
    asserter = replace(stages.asserter, terms=Terms("https://example.org/"))
    other = make_graph(replace(stages, asserter=asserter), tmp_path / "other", articles, "https://example.org/")
    assert list(diff(make_graph(stages, tmp_path / "one", articles), other, ontology)) == []
    changed = make_graph(stages, tmp_path / "changed", [Article("a", [share(0.7), OTHER])])
    assert kinds(list(diff(other, changed, ontology))) == [("changed", "controls_share", "a")]


def test_an_edited_article_changes_what_it_says(graph_of: Callable[..., GraphStore], ontology: Ontology) -> None:
    told = "China controls 90% of rare earth refining. MP Materials owns the Mountain Pass mine."
    old = graph_of(told)
    assert list(diff(old, graph_of(told), ontology)) == []
    found = list(diff(old, graph_of(told.replace("90%", "85%")), ontology))
    assert [(c.kind, c.claim.relation) for c in found] == [("changed", "controls_share")]
    assert ("share", "90%", "85%") in [(d.field, d.old, d.new) for d in found[0].differences]


@pytest.mark.parametrize(("now", "fields"), [(0.66, []), (0.5, ["confidence"])])
def test_a_confidence_that_moves_slightly_is_no_change(compare: Compare, now: float, fields: list[str]) -> None:
    old = [Article("a", [replace(OTHER, confidence=0.7)], "2025-01-01", "Wire")]
    found = list(compare(old, [Article("a", [replace(OTHER, confidence=now)], "2025-01-01", "Wire")]))
    assert [d.field for c in found for d in c.differences] == fields


def test_a_row_a_claim_or_a_part_that_changed(compare: Compare) -> None:
    old = [Article("a", [share(0.6), OTHER], "2025-01-01", "Wire")]
    answer = list_changes(compare(old, [Article("a", [share(0.7, "other words")], "2025-01-01", "Wire")]))
    assert answer.sentence == "Which claims changed? 0 added, 1 gone, 1 changed"
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert answer.columns == COLUMNS
    assert [(row["change"], row["field"], row["old"], row["new"]) for row in rows] == [
        ("changed", "share", "60%", "70%"),
        ("changed", "quote", "what was said", "other words"),
        ("gone", None, None, None),
    ]
    assert rows[2] == {
        "change": "gone",
        "subject": "China",
        "relation": "produces",
        "object": "lithium",
        "field": None,
        "old": None,
        "new": None,
        "modality": "asserted",
        "qualifiers": None,
        "quote": "and more",
        "source": "a",
        "publisher": "Wire",
        "date": "2025-01-01",
    }


def test_an_empty_graph_differs_in_all_claims(compare: Compare) -> None:
    articles = [Article("a", [share(0.6), OTHER])]
    assert [c.kind for c in compare([], articles)] == ["added", "added"]
