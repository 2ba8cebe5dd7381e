"""Differences: what was added, is gone or changed is told, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from articles import Article, Said, make_graph, part, says

from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.diff import Change, diff

CHINA, EARTHS, LITHIUM = "country/china", "commodity/rare-earths", "commodity/lithium"
Compare = Callable[[list[Article], list[Article]], list[Change]]


@pytest.fixture
def compare(stages: Stages, tmp_path: Path, ontology: Ontology) -> Compare:
    """Return a function from old and new articles to the changes."""

    def changes(old: list[Article], new: list[Article]) -> list[Change]:
        stores = [make_graph(stages, tmp_path / name, told) for name, told in (("old", old), ("new", new))]
        return list(diff(*stores, ontology))

    return changes


def share(value: float, quote: str = "what was said", **more: object) -> Said:
    return says("controls_share", CHINA, EARTHS, share=part(value), quote=quote, **more)


OTHER = says("produces", CHINA, LITHIUM, quote="and more")


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
