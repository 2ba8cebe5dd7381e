"""Measure how often each frame is right on annotated articles, and write ontology/frames/precision.toml.

    python benchmarks/frame_precision.py GOLD_FOLDER

GOLD_FOLDER holds NAME.txt, gold.jsonl and entities.jsonl. What a frame found is right if the lenient match of
`kg eval` says so. Frames with few finds are drawn towards the mean of all.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from extraction import annotated, records, variant

from kg.config import ontology_folder
from kg.evaluate import evaluate
from kg.pipeline import Stages

_WEIGHT_OF_MEAN = 5


def measure_frames(gold: Path) -> dict[str, float]:
    """Return the precision of each frame that found anything, without the model."""
    stages = Stages.load({"lodestone": "", "ontology": "", "pipeline": ""})
    extractor = variant(stages.extractor, None)
    claims = [r for annotation in annotated(gold, stages) for r in records(extractor.extract(annotation))]
    found = Counter(c["frame"] for c in claims)
    wrong = Counter(c["frame"] for c in evaluate(gold, claims).extra)
    mean = 1 - wrong.total() / found.total()
    return {
        f: round((n - wrong[f] + _WEIGHT_OF_MEAN * mean) / (n + _WEIGHT_OF_MEAN), 2) for f, n in sorted(found.items())
    }


def main() -> None:
    """Measure and write `ontology/frames/precision.toml`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    precision = measure_frames(parser.parse_args().gold)
    path = ontology_folder() / "frames" / "precision.toml"
    lines = [
        "# How often each frame was right on annotated articles (benchmarks/frame_precision.py); a claim's confidence."
    ]
    path.write_text(
        "\n".join([*lines, *(f"{json.dumps(name)} = {p}" for name, p in precision.items())]) + "\n", encoding="utf-8"
    )
    print(f"{path}: {len(precision)} frames")


if __name__ == "__main__":
    main()
