"""Score extraction with its parts switched off one by one, and what else is asked of it.

    python benchmarks/extraction.py GOLD_FOLDER... [--none FOLDER]

Each row is a set of parts on one gold folder (see `kg eval`). With `--none`, also how many claims are made of articles
that have none: those of FOLDER that its gold.jsonl claims nothing of.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kg.annotation import Annotation
from kg.evaluate import Evaluation, evaluate, read_lines
from kg.extract.decide import Parts
from kg.extract.extract import Extractor
from kg.model import Claim
from kg.pipeline import Stages
from kg.read import read_documents

VARIANTS: Mapping[str, Parts | None] = {
    "frames alone": None,
    "model alone": Parts(frames=False),
    "both, ends in the sentence only": Parts(absent_ends=False),
    "both, details by syntax alone": Parts(learned_details=False),
    "both": Parts(),
}


def annotated(folder: Path, stages: Stages) -> list[Annotation]:
    """Return the annotated articles of a folder."""
    paths = sorted(folder.glob("*.txt"))
    return [stages.annotator.annotate(document) for path in paths for document in read_documents(path)]


def records(claims: Iterable[Claim]) -> Iterator[dict[str, Any]]:
    """Yield claims as `kg export -f claims` writes them, with the names that the article supports."""
    for c in claims:
        ends = {
            end: {"label": mention.name, "mention": mention.text, "type": mention.type}
            for end, mention in (("subject", c.subject), ("object", c.object))
        }
        yield {
            "doc": c.evidence.document,
            "start": c.evidence.start,
            "end": c.evidence.end,
            "relation": c.relation,
            "qualifiers": dict(c.qualifiers),
            "modality": c.modality,
            "confidence": c.confidence,
            "frame": c.frame,
            **ends,
        }


def variant(extractor: Extractor, parts: Parts | None) -> Extractor:
    """Return the extractor with parts switched off; None leaves out the model."""
    return replace(extractor, model=None) if parts is None else replace(extractor, parts=parts)


def table(rows: Iterable[tuple[str, Evaluation]], title: str) -> Table:
    """Return the scores as a table."""
    shown = Table("parts", "lenient F1", "P", "R", "strict", "qualifiers", "modality", title=title)
    for name, e in rows:
        scores = (
            e.lenient.f1,
            e.lenient.precision,
            e.lenient.recall,
            e.strict.f1,
            e.qualifiers.f1,
            e.modality_accuracy,
        )
        shown.add_row(name, *(f"{x:.3f}" for x in scores))
    return shown


def without_claims(folder: Path, annotations: Sequence[Annotation], extractor: Extractor) -> str:
    """Return how many claims are made of articles that the gold claims nothing of."""
    claimed = {record["doc"] for record in read_lines(folder / "gold.jsonl")}
    silent = [a for a in annotations if a.document.name not in claimed]
    words = sum(len(a.document.text.split()) for a in silent)
    found = sum(len(extractor.extract(a)) for a in silent)
    rate = f"{300 * found / words:.2f}" if words else "-"
    return f"{folder}: {found} claims from {len(silent)} articles without any ({words} words): {rate} in 300 words"


def main() -> None:
    """Print a table for each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--none", type=Path, help="a folder with articles that have no claim")
    args = parser.parse_args()
    console = Console()
    stages = Stages.load({"lodestone": "", "ontology": "", "pipeline": ""})
    for folder in args.folders:
        annotations = annotated(folder, stages)
        rows = []
        for name, parts in VARIANTS.items():
            extractor = variant(stages.extractor, parts)
            found = [r for a in annotations for r in records(extractor.extract(a))]
            rows.append((name, evaluate(folder, found)))
        console.print(table(rows, str(folder)))
    if args.none:
        console.print(without_claims(args.none, annotated(args.none, stages), stages.extractor))


if __name__ == "__main__":
    main()
