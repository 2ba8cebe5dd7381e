"""Scores, for people and as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kg.evaluate import Evaluation, Score


def evaluation_text(found: Evaluation, reliability: bool = False) -> str:
    """Return scores, a relation a line; with `reliability`, a line for the claims of each confidence besides."""
    lines = [f"gold {found.lenient.gold}  predicted {found.lenient.predicted}"]
    lines += [
        _score(name, score)
        for name, score in (("strict", found.strict), ("lenient", found.lenient), ("qualifiers", found.qualifiers))
    ]
    lines.append(f"modality accuracy {found.modality_accuracy:.3f}")
    if found.calibration_error is not None:
        lines.append(f"expected calibration error {found.calibration_error:.3f}")
    if reliability:
        lines += [
            f"  confidence {b.low:.1f} to {b.high:.1f}  claims {b.number:4d}  mean {b.confidence:.3f}  right {b.precision:.3f}"
            for b in found.reliability
        ]
    lines += [
        f"  {r:16s} matched {s.matched:3d}  predicted {s.predicted:3d}  gold {s.gold:3d}"
        for r, s in found.by_relation.items()
    ]
    return "\n".join(lines)


def _score(name: str, score: Score) -> str:
    return f"{name:11s} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """Return scores as plain values, rounded to three places."""
    scores = {
        n: {"precision": round(s.precision, 3), "recall": round(s.recall, 3), "f1": round(s.f1, 3)}
        for n, s in _named(found)
    }
    relations = {
        r: {"matched": s.matched, "predicted": s.predicted, "gold": s.gold} for r, s in found.by_relation.items()
    }
    numbers = {"gold": found.lenient.gold, "predicted": found.lenient.predicted}
    error = found.calibration_error
    return {
        **numbers,
        **scores,
        "modality_accuracy": round(found.modality_accuracy, 3),
        "calibration_error": None if error is None else round(error, 3),
        "reliability": [{key: round(value, 3) for key, value in asdict(b).items()} for b in found.reliability],
        "by_relation": relations,
    }


def _named(found: Evaluation) -> Iterable[tuple[str, Score]]:
    return (("strict", found.strict), ("lenient", found.lenient), ("qualifiers", found.qualifiers))
