"""Thresholds and calibration from what a model and frames say of held-out pairs."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.extract.confidence import Said, confidence, evidence
from kg.training.calibration import Judged, best_threshold, calibrate

TRUE = [-0.5, 0.6, 1.0, -0.2, 0.5, 0.3, -0.2, -0.7]
PLAIN = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
ALONE = {"vote": 0.0, "absent": False, "rival_odds": -5.0, "rival_vote": 0.0}


def seen(odds: float, vote: float, absent: bool, rival_odds: float, rival_vote: float) -> NDArray[np.float64]:
    arrays = (np.array([x]) for x in (odds, vote, absent, rival_odds, rival_vote))
    return evidence(Said(*arrays))


def judged(count: int, seed: int = 1) -> list[Judged]:
    """Return judgements that are right as often as the weights `TRUE` say."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        said = {
            "odds": rng.gauss(-1, 2),
            "vote": rng.choice([0.0, 0.0, 0.6, 0.9]),
            "absent": rng.random() < 0.2,
            "rival_odds": rng.gauss(-2, 2),
            "rival_vote": rng.choice([0.0, 0.8]),
        }
        sure = confidence(seen(**said), TRUE)[0]
        found.append(Judged(**said, right=rng.random() < sure))
    return found


def test_calibration_finds_how_sure_one_may_be() -> None:
    fitted = calibrate(judged(8000))
    for odds in (-3.0, 0.0, 3.0):
        for vote in (0.0, 0.6, 0.9):
            for rival in (0.0, 0.8):
                one = seen(odds, vote, absent=False, rival_odds=-1.0, rival_vote=rival)
                assert confidence(one, fitted)[0] == pytest.approx(confidence(one, TRUE)[0], abs=0.06)


def test_the_best_threshold_keeps_what_is_right() -> None:
    found = [Judged(odds=odds, right=right, **ALONE) for odds, right in ((3, True), (2, True), (1, False), (-3, False))]
    assert best_threshold(found, PLAIN, 2)[1:] == (1.0, 1.0, 1.0)


def test_claims_that_are_not_among_the_pairs_count_against_recall() -> None:
    assert best_threshold([Judged(odds=2.0, right=True, **ALONE)], PLAIN, 4)[3] == 0.25


def test_precision_can_be_asked_for() -> None:
    found = [Judged(odds=3.0, right=True, **ALONE)]
    found += [Judged(odds=1.0, right=n % 2 == 0, **ALONE) for n in range(20)]
    assert best_threshold(found, PLAIN, 20)[2] < 0.7
    assert best_threshold(found, PLAIN, 20, 0.7)[2] >= 0.7
