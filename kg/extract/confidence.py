"""How sure a claim is, from what the learned model and the frames say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEIGHTS = 8
LEAST_ODDS = -6.0  # lower log odds tell nothing more

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What is said of relations of pairs, arrays of one shape: the model's log odds and the confidence of the surest frame
    (0 if none votes), whether an end stands outside the sentence, and the most that is said for anything else of the two.
    """

    odds: NDArray[np.floating]
    votes: NDArray[np.floating]
    absent: NDArray[np.bool_]
    rival_odds: NDArray[np.floating]
    rival_votes: NDArray[np.floating]


def evidence(said: Said) -> Numbers:
    """Return what confidence rests on, along a new last axis of `WEIGHTS`.

    It is 1, the model's log odds, whether a frame votes for it, the odds if so, the log odds of the surest frame, whether
    an end stands outside the sentence, the odds of the likeliest rival, and whether frames vote for a rival alone.
    """
    odds = np.maximum(said.odds, LEAST_ODDS)
    voted = (said.votes > 0).astype(np.float64)
    sure = np.clip(said.votes, 0.05, 0.95)
    columns = (
        np.ones_like(odds),
        odds,
        voted,
        voted * odds,
        voted * np.log(sure / (1 - sure)),
        said.absent,
        np.maximum(said.rival_odds, LEAST_ODDS),
        (said.rival_votes > 0) & (said.votes == 0),
    )
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], -1)


def rivals(scores: NDArray[np.floating], turned: NDArray[np.int64], symmetric: NDArray[np.bool_]) -> Numbers:
    """Return for scores (pairs, relations) the highest of another relation of the same two, either way round.

    `turned` (pairs,) tells which pair is the other way round, -1 if there is none; a symmetric relation is no rival of
    itself. What cannot be should be scored very low.

    >>> rivals(np.array([[3.0, 1.0], [2.0, 0.0]]), np.array([1, 0]), np.array([True, False])).tolist()
    [[1.0, 3.0], [1.0, 3.0]]
    """
    low = np.full((1, scores.shape[1]), -np.inf)
    other = np.concatenate([scores, low])[turned]
    same_way = np.maximum(_best_other(scores), _best_other(other))
    return np.asarray(np.where(symmetric, same_way, np.maximum(same_way, other)), dtype=np.float64)


def _best_other(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """The highest score in each row but for the column's own."""
    if not len(scores):
        return scores
    at = scores.argmax(1)
    rows = np.arange(len(scores))
    rest = scores.copy()
    rest[rows, at] = -np.inf
    best = np.repeat(scores[rows, at][:, None], scores.shape[1], axis=1)
    best[rows, at] = rest.max(1)
    return best


def confidence(seen: Numbers, weights: Sequence[float]) -> Numbers:
    """Return the probability that each is right.

    >>> confidence(np.array([[0.0] * WEIGHTS]), [0.0] * WEIGHTS).tolist()
    [0.5]
    """
    return np.asarray(1 / (1 + np.exp(-(seen @ np.asarray(weights)))), dtype=np.float64)
