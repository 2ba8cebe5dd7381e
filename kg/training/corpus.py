"""Check annotated articles, and compare two annotations: `python -m kg.training.corpus FOLDER... [--second FOLDER]`.

A folder holds gold.jsonl, entities.jsonl (with `spans`, all mentions of each entity) and NAME.txt for every article.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.evaluate import Evaluation, read_gold, read_lines, score
from kg.model import MODALITIES
from kg.ontology import Ontology, load_ontology

Record = Mapping[str, Any]
_NUMBERS = {"amount": "currency", "quantity": "unit"}


def check(folder: Path) -> list[str]:
    """Return what is wrong in a folder of annotated articles, a sentence each; nothing if all is well."""
    ontology = load_ontology()
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    entities = read_lines(folder / "entities.jsonl")
    named = {(e["doc"], e["canonical"], e["type"]) for e in entities}
    problems = [p for e in entities for p in _entity_problems(e, texts, ontology)]
    for number, claim in enumerate(read_lines(folder / "gold.jsonl"), 1):
        problems += [f"gold.jsonl, line {number}: {p}" for p in _claim_problems(claim, texts, named, ontology)]
    return problems


def _entity_problems(entity: Record, texts: Mapping[str, str], ontology: Ontology) -> Iterator[str]:
    where = f"entities.jsonl: {entity['canonical']} of {entity['doc']}"
    if entity["doc"] not in texts:
        yield f"{where} is in no article"
        return
    if entity["type"] not in ontology.segments:
        yield f"{where} has the type {entity['type']}, which the ontology does not know"
    text = texts[entity["doc"]]
    if not entity["spans"]:
        yield f"{where} is mentioned nowhere"
    for start, end in entity["spans"]:
        if not 0 <= start < end <= len(text) or text[start:end] != text[start:end].strip():
            yield f"{where} has the span {start}-{end}, which is no phrase of the text"
    found = {text[start:end] for start, end in entity["spans"]}
    for name in entity["mentions"]:
        if name not in found:
            yield f"{where} lists the name {name!r}, which stands at none of its spans"


def _claim_problems(
    claim: Record, texts: Mapping[str, str], named: set[tuple[str, str, str]], ontology: Ontology
) -> Iterator[str]:
    text, start, quote = texts.get(claim["doc"], ""), claim["start"], claim["quote"]
    if text[start : start + len(quote)] != quote or not quote:
        yield f"the quote {quote[:40]!r} does not stand at {start}"
    relation = ontology.relations.get(claim["relation"])
    if relation is None:
        yield f"{claim['relation']} is no relation of the ontology"
        return
    for end, types in (("subject", relation.domain), ("object", relation.range)):
        if claim[f"{end}_type"] not in types:
            yield f"{claim['relation']} takes no {claim[f'{end}_type']} as its {end} ({claim[end]})"
        if (claim["doc"], claim[end], claim[f"{end}_type"]) not in named:
            yield f"{claim[end]} is no entity of {claim['doc']}"
    if claim["modality"] not in MODALITIES:
        yield f"{claim['modality']} is no modality"
    for key, value in claim["qualifiers"].items():
        if key not in ontology.qualifiers:
            yield f"{key} is no qualifier of the ontology"
        elif not _is_well_formed(key, value, ontology):
            yield f"{key} cannot be {value!r}"


def _is_well_formed(key: str, value: Any, ontology: Ontology) -> bool:
    """Tell whether a qualifier's value has the form that the annotation guide gives it."""
    if key == "share":
        bounds = [value[k] for k in ("min", "max") if value.get(k) is not None]
        return bool(bounds) and all(0 <= b <= 1 for b in bounds) and bounds == sorted(bounds)
    if key in _NUMBERS:
        return _NUMBERS[key] in value and any(value.get(k) is not None for k in ("value", "min", "max"))
    if key == "stage":
        return value in ontology.stage_words.values()
    return isinstance(value, str) and bool(value.strip())


def agreement(folders: Sequence[Path], second: Path) -> Evaluation:
    """Return how far the annotation in `second` agrees with that of the same articles in `folders`.

    The first is taken as gold and the second as predictions, with what either knows of an entity's names.
    """
    other, named = (read_lines(second / name) for name in ("gold.jsonl", "entities.jsonl"))
    documents = frozenset(record["doc"] for record in (*other, *named))
    parts = [read_gold(folder) for folder in folders]
    entities = [*named, *(e for folder in folders for e in read_lines(folder / "entities.jsonl"))]
    gold = replace(
        parts[0],
        claims=[claim for part in parts for claim in part.claims if claim["doc"] in documents],
        names=parts[0].names.with_aliases(e for e in entities if e["doc"] in documents),
        documents=documents,
    )
    claims = [
        {
            **{key: claim[key] for key in ("doc", "start", "relation", "qualifiers", "modality")},
            "end": claim["start"] + len(claim["quote"]),
            "subject": {"label": claim["subject"]},
            "object": {"label": claim["object"]},
        }
        for claim in other
    ]
    return score(gold, claims)


def main() -> None:
    """Check or compare as the command line says; exit 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--second", type=Path, help="another annotation of the same articles, to compare")
    args = parser.parse_args()
    problems = [f"{folder}: {problem}" for folder in args.folders for problem in check(folder)]
    print("\n".join(problems) or "nothing is wrong")
    if args.second:
        found = agreement(args.folders, args.second)
        print(f"agreement: lenient F1 {found.lenient.f1:.3f}, strict {found.strict.f1:.3f}, ", end="")
        print(f"qualifiers {found.qualifiers.f1:.3f}, modality {found.modality_accuracy:.3f}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
