"""Confidence that means something: fitted on held-out pairs from what the model and the frames say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.extract.confidence import WEIGHTS, Said, confidence, evidence

_RIDGE = 0.001


@dataclass(frozen=True)
class Judged:
    """One pair and relation: what is said of it, as in `kg.extract.confidence.Said`, and whether the gold says so."""

    odds: float
    vote: float
    absent: bool
    rival_odds: float
    rival_vote: float
    right: bool


def calibrate(judged: Sequence[Judged]) -> list[float]:
    """Return the weights of `kg.extract.confidence.evidence` that fit best (logistic regression)."""
    seen, right = _columns(judged)

    def loss(weights: NDArray[np.float64]) -> float:
        z = seen @ weights
        return float((np.logaddexp(0, z) - right * z).sum() + _RIDGE * (weights**2).sum())

    def slope(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        found = seen.T @ (1 / (1 + np.exp(-seen @ weights)) - right) + 2 * _RIDGE * weights
        return np.asarray(found, dtype=np.float64)

    fitted = minimize(loss, np.zeros(WEIGHTS), jac=slope, method="L-BFGS-B")
    return [round(float(w), 3) for w in fitted.x]


def best_threshold(
    judged: Sequence[Judged], weights: Sequence[float], gold: int, least_precision: float = 0.0
) -> tuple[float, float, float, float]:
    """Return the confidence from which claims serve F1 best at a precision, with that F1, precision and recall.

    >>> sure, unsure = Judged(3.0, 0.0, False, -5.0, 0.0, True), Judged(-1.0, 0.0, False, -5.0, 0.0, False)
    >>> best_threshold([sure, unsure], [0, 1, 0, 0, 0, 0, 0, 0], 1)[1:]
    (1.0, 1.0, 1.0)
    """
    seen, right = _columns(judged)
    sure = confidence(seen, weights)
    best, hits = (1.0, 0.0, 0.0, 0.0), 0.0
    for n, i in enumerate(np.argsort(-sure, kind="stable"), 1):
        hits += float(right[i])
        precision, recall = hits / n, hits / max(1, gold)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        if f1 > best[1] and precision >= least_precision:
            best = (round(float(sure[i]), 3), f1, precision, recall)
    return best


def _columns(judged: Sequence[Judged]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    odds, votes, absent, rival_odds, rival_votes, right = np.array([astuple(j) for j in judged], dtype=np.float64).T
    return evidence(Said(odds, votes, absent > 0, rival_odds, rival_votes)), right
