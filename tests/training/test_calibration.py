"""Thresholds and calibration from what a model and frames say of held-out pairs."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kg.extract.confidence import confidence, evidence
from kg.training.calibration import Judged, best_threshold, calibrate

TRUE = [-0.5, 0.6, 1.0, -0.2, 0.5, 0.3]
PLAIN = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def judged(count: int, seed: int = 1) -> list[Judged]:
    """Return judgements that are right as often as the weights `TRUE` say."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        odds, vote, absent = rng.gauss(-1, 2), rng.choice([0.0, 0.0, 0.6, 0.9]), rng.random() < 0.2
        sure = confidence(evidence(np.array([odds]), np.array([vote]), np.array([absent])), TRUE)[0]
        found.append(Judged(odds, vote, absent, rng.random() < sure))
    return found


def test_calibration_finds_how_sure_one_may_be() -> None:
    fitted = calibrate(judged(8000))
    seen = [
        evidence(np.array([o]), np.array([v]), np.array([False])) for o in (-3.0, 0.0, 3.0) for v in (0.0, 0.6, 0.9)
    ]
    for one in seen:
        assert confidence(one, fitted)[0] == pytest.approx(confidence(one, TRUE)[0], abs=0.05)


def test_the_best_threshold_keeps_what_is_right() -> None:
    found = [Judged(odds, 0.0, False, right) for odds, right in ((3, True), (2, True), (1, False), (-3, False))]
    assert best_threshold(found, PLAIN, 2)[1:] == (1.0, 1.0, 1.0)


def test_claims_that_are_not_among_the_pairs_count_against_recall() -> None:
    assert best_threshold([Judged(2.0, 0.0, False, True)], PLAIN, 4)[3] == 0.25


def test_precision_can_be_asked_for() -> None:
    found = [Judged(3.0, 0.0, False, True), *[Judged(1.0, 0.0, False, n % 2 == 0) for n in range(20)]]
    assert best_threshold(found, PLAIN, 20)[2] < 0.7
    assert best_threshold(found, PLAIN, 20, 0.7)[2] >= 0.7
