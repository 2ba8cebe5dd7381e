"""How sure a claim is, from what the learned model and the frames say of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WEIGHTS = 6

Numbers = NDArray[np.float64]


def evidence(odds: NDArray[np.floating], votes: NDArray[np.floating], absent: NDArray[np.bool_]) -> Numbers:
    """Return what confidence rests on, along a new last axis of `WEIGHTS`.

    It is 1, the model's log odds, whether a frame votes for it, the odds if so, the log odds of the surest frame, and
    whether an end stands outside the sentence. `votes` are frames' confidences, 0 where there is none.
    """
    voted = (votes > 0).astype(np.float64)
    sure = np.clip(votes, 0.05, 0.95)
    columns = (np.ones_like(odds), odds, voted, voted * odds, voted * np.log(sure / (1 - sure)), absent)
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], -1)


def confidence(seen: Numbers, weights: Sequence[float]) -> Numbers:
    """Return the probability that each is right.

    >>> confidence(evidence(np.array([0.0]), np.array([0.0]), np.array([False])), [0.0] * WEIGHTS).tolist()
    [0.5]
    """
    return np.asarray(1 / (1 + np.exp(-(seen @ np.asarray(weights)))), dtype=np.float64)
