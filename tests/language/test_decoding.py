"""From scores to trees and spans: always sound, and the best of all that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg.language.decoding import ROOT, decode_entities, decode_heads

Scores = NDArray[np.float32]
TAGS = ("O", "B-company", "I-company", "B-person", "I-person")


def scores(seed: int, *shape: int) -> Scores:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def is_tree(heads: Sequence[int]) -> bool:
    def reaches_root(i: int) -> bool:
        seen: set[int] = set()
        while i != ROOT and i not in seen:
            seen.add(i)
            i = heads[i]
        return i == ROOT

    return all(reaches_root(i) for i in range(len(heads)))


@given(st.integers(1, 30), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_heads_form_a_tree_with_one_root(words: int, seed: int) -> None:
    heads = decode_heads(scores(seed, words, words), scores(seed + 1, words))
    assert len(heads) == words
    assert heads.count(ROOT) == 1
    assert all(head == ROOT or (0 <= head < words and head != i) for i, head in enumerate(heads))
    assert is_tree(heads)


def trees(words: int, root: int) -> Iterator[tuple[int, ...]]:
    choices = [[ROOT] if i == root else [h for h in range(words) if h != i] for i in range(words)]
    return (heads for heads in product(*choices) if is_tree(heads))


@given(st.integers(2, 5), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_no_tree_with_the_same_root_scores_higher(words: int, seed: int) -> None:
    arcs = scores(seed, words, words)
    heads = decode_heads(arcs, scores(seed + 1, words))

    def total(tree: Sequence[int]) -> float:
        return sum(float(arcs[i, head]) for i, head in enumerate(tree) if head != ROOT)

    best = max(total(tree) for tree in trees(words, heads.index(ROOT)))
    assert total(heads) == pytest.approx(best, abs=1e-4)


def test_the_likeliest_root_is_the_root() -> None:
    heads = decode_heads(np.zeros((4, 4), dtype=np.float32), np.array([0, 0, 9, 0], dtype=np.float32))
    assert heads.index(ROOT) == 2


def test_one_word_is_the_root() -> None:
    assert decode_heads(np.zeros((1, 1), dtype=np.float32), np.zeros(1, dtype=np.float32)) == [ROOT]


def test_scores_are_left_as_they_are() -> None:
    arcs = scores(3, 6, 6)
    before = arcs.copy()
    decode_heads(arcs, scores(4, 6))
    assert np.array_equal(arcs, before)


def allowed(path: Sequence[str]) -> bool:
    return all(not tag.startswith("I-") or (i > 0 and path[i - 1][2:] == tag[2:]) for i, tag in enumerate(path))


@given(st.integers(1, 5), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_entities_are_those_of_the_best_allowed_tags(words: int, seed: int) -> None:
    given_scores = scores(seed, words, len(TAGS))
    paths = [p for p in product(range(len(TAGS)), repeat=words) if allowed([TAGS[k] for k in p])]
    best = max(paths, key=lambda p: sum(float(given_scores[i, k]) for i, k in enumerate(p)))
    tagged = [TAGS[k] for k in best]
    found = decode_entities(given_scores, TAGS)
    covered = ["O"] * words
    for start, end, kind in found:
        covered[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    assert covered == tagged


def test_neighbours_of_one_type_stay_two_entities() -> None:
    tags = ["B-company", "B-company", "I-company"]
    table = np.array([[9.0 if t == tag else 0.0 for t in TAGS] for tag in tags], dtype=np.float32)
    assert decode_entities(table, TAGS) == [(0, 1, "company"), (1, 3, "company")]


def test_without_any_tag_there_is_no_entity() -> None:
    table = np.zeros((3, len(TAGS)), dtype=np.float32)
    table[:, 0] = 1
    assert decode_entities(table, TAGS) == []
