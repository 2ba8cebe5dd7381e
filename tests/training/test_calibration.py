"""Thresholds and calibration from what a model says of held-out pairs."""

from __future__ import annotations

import math
import random

import pytest

from kg.training.calibration import Judged, best_threshold, calibrate, choose_thresholds


def judged(relation: str, count: int, slope: float, voted: bool = False, seed: int = 1) -> list[Judged]:
    """Return judgements whose true odds are `slope` times the odds that the model gives."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        p = rng.uniform(0.11, 0.98)
        true = 1 / (1 + math.exp(-slope * math.log(p / (1 - p))))
        found.append(Judged(relation, p, rng.random() < true, voted))
    return found


def test_the_best_threshold_keeps_what_is_right() -> None:
    found = [Judged("owns", p, right, False) for p, right in ((0.9, True), (0.8, True), (0.7, False), (0.1, False))]
    assert best_threshold(found, 2) == (0.8, 1.0, 1.0, 1.0)


def test_claims_that_are_not_among_the_pairs_count_against_recall() -> None:
    assert best_threshold([Judged("owns", 0.9, True, False)], 4)[3] == 0.25


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_calibration_finds_how_sure_the_model_may_be(slope: float) -> None:
    found = calibrate(judged("owns", 6000, slope) + judged("owns", 6000, 1.0, voted=True))
    assert found["unvoted"][0] == pytest.approx(slope, rel=0.15)
    assert found["voted"][0] == pytest.approx(1.0, rel=0.15)


def test_with_nothing_to_learn_from_the_model_is_believed() -> None:
    assert calibrate([Judged("owns", 0.9, True, False)]) == {"voted": [1.0, 0.0], "unvoted": [1.0, 0.0]}


def test_a_rare_relation_is_drawn_to_the_threshold_of_all() -> None:
    many = judged("owns", 4000, 1.0)
    rare = [Judged("leads", 0.99, True, False), Judged("leads", 0.2, False, False)]
    thresholds = choose_thresholds(many + rare)
    assert abs(thresholds["leads"] - thresholds["owns"]) < 0.05
    assert all(0.25 <= t <= 0.65 for t in thresholds.values())
