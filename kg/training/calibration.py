"""Confidence that means something: fitted on held-out pairs from what the model and the frames say of them.

`python -m kg.training.calibration DATA` fits it anew to the weights that are installed, where only frames have changed.
"""

from __future__ import annotations

import argparse
import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.extract.confidence import WEIGHTS, Said, confidence, evidence, rivals
from kg.extract.relations import RelationModel
from kg.language.pipeline import WEIGHTS as INSTALLED
from kg.ontology import load_ontology
from kg.training.examples import Example, ExampleMaker

_RIDGE = 0.001
_LEAST_JUDGED = -5.0  # log odds of what may be a claim at all
_LEAST_PRECISION = 0.7  # of claims on held-out articles


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


def fitted(judged: Sequence[Judged], gold: int) -> dict[str, Any]:
    """Return what relations.json says of confidence: the weights, and from where on the model's own claims are believed."""
    weights = calibrate(judged)
    return {"calibration": weights, "threshold": best_threshold(judged, weights, gold, _LEAST_PRECISION)[0]}


def judge_pairs(
    example: Example, odds: NDArray[np.floating], legal: NDArray[np.bool_], symmetric: NDArray[np.bool_]
) -> list[Judged]:
    """Return what is said of each pair that may be related, the likeliest of those that name the same two.

    `odds` and `legal` are (pairs, relations), `symmetric` (relations,).
    """
    arrays = example.arrays
    turned = arrays.turned()
    rival_odds, rival_votes = rivals(odds, turned, symmetric), rivals(arrays.votes, turned, symmetric)
    best: dict[tuple[Any, ...], Judged] = {}
    for k, r in zip(*(legal & ((odds > _LEAST_JUDGED) | (arrays.votes > 0))).nonzero(), strict=True):
        names = example.names[k]
        names = (min(names), max(names)) if symmetric[r] else names
        key = (int(arrays.passage[k]), int(r), *names)
        found = Judged(
            odds=float(odds[k, r]),
            vote=float(arrays.votes[k, r]),
            absent=bool(arrays.absent[k]),
            rival_odds=float(rival_odds[k, r]),
            rival_vote=float(rival_votes[k, r]),
            right=bool(example.labels[k, r] != 0),
        )
        if key not in best or (best[key].vote > 0, best[key].odds) < (found.vote > 0, found.odds):
            best[key] = found
    return list(best.values())


def shuffled(examples: Iterable[Example]) -> list[Example]:
    """Return examples in the order by which the first are held out from training."""
    found = list(examples)
    random.Random(5).shuffle(found)
    return found


def main() -> None:
    """Fit confidence to the installed weights and write it into their relations.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    config = tomllib.loads(Path(__file__).with_name("config.toml").read_text(encoding="utf-8"))
    ontology = load_ontology()
    model = RelationModel(INSTALLED, ontology)
    maker = ExampleMaker.load(data, model.inventory)
    held_out = shuffled(maker.read(data / "claims"))[: config["held_out"]]
    judged = [
        found
        for e in held_out
        for found in judge_pairs(e, model.odds(e.vectors, e.arrays)[0], model.legal(e.arrays), model.symmetric)
    ]
    path = INSTALLED / "relations.json"
    known = json.loads(path.read_text(encoding="utf-8")) | fitted(judged, sum(e.gold for e in held_out))
    path.write_text(json.dumps(known, indent=1), encoding="utf-8")
    print(f"{path}: weights {known['calibration']}, threshold {known['threshold']}")


if __name__ == "__main__":
    main()
