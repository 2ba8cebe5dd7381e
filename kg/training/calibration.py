"""Thresholds that serve F1 best, and confidence that means something, from what a model says of held-out pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

_LEAST, _MOST = 0.25, 0.65
_SHRINK = 40.0  # held-out claims of a relation that weigh as much as all relations together


@dataclass(frozen=True)
class Judged:
    """One pair and relation: what the model says, whether the gold says so, and whether a frame did."""

    relation: str
    probability: float
    right: bool
    voted: bool


def best_threshold(judged: Sequence[Judged], gold: int) -> tuple[float, float, float, float]:
    """Return the threshold with the best F1, with that F1, precision and recall.

    >>> best_threshold([Judged("owns", 0.9, True, False), Judged("owns", 0.4, False, False)], 1)
    (0.9, 1.0, 1.0, 1.0)
    """
    best, right = (1.0, 0.0, 0.0, 0.0), 0
    for n, j in enumerate(sorted(judged, key=lambda j: -j.probability), 1):
        right += j.right
        precision, recall = right / n, right / max(1, gold)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        if f1 > best[1]:
            best = (j.probability, f1, precision, recall)
    return best


def f1_curve(judged: Sequence[Judged], gold: int) -> str:
    """Return the best F1 over all thresholds in words."""
    threshold, f1, precision, recall = best_threshold(judged, gold)
    return f"F1 {f1:.3f} (P {precision:.3f}, R {recall:.3f}) at {threshold:.2f}"


def choose_thresholds(judged: Sequence[Judged]) -> dict[str, float]:
    """Return a threshold for each relation: its own best one, drawn to that of all the fewer examples it has."""
    overall = best_threshold(judged, sum(j.right for j in judged))[0]
    by_relation: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        by_relation[j.relation].append(j)
    chosen = {}
    for relation, own in sorted(by_relation.items()):
        count = sum(j.right for j in own)
        weight = count / (count + _SHRINK)
        threshold = weight * best_threshold(own, count)[0] + (1 - weight) * overall
        chosen[relation] = round(min(_MOST, max(_LEAST, threshold)), 3)
    return chosen


def calibrate(judged: Sequence[Judged]) -> dict[str, list[float]]:
    """Return slope and shift of the log odds (Platt 1999) for pairs that a frame found too and for those that none did."""
    return {
        name: _platt([j for j in judged if j.voted == voted and j.probability > 0.1])
        for name, voted in (("voted", True), ("unvoted", False))
    }


def _platt(judged: Sequence[Judged]) -> list[float]:
    if len({j.right for j in judged}) < 2:
        return [1.0, 0.0]
    p = np.clip([j.probability for j in judged], 1e-6, 1 - 1e-6)
    odds, right = np.log(p / (1 - p)), np.array([j.right for j in judged], dtype=float)

    def loss(line: np.ndarray) -> float:
        z = line[0] * odds + line[1]
        return float(np.mean(np.logaddexp(0, z) - right * z) + 0.001 * (line[0] - 1) ** 2)

    return [round(float(x), 4) for x in minimize(loss, np.array([1.0, 0.0]), method="BFGS").x]
