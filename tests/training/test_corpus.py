"""The annotated articles are sound, and the checker finds what is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.evaluate import read_lines
from kg.training.corpus import agreement, check

ANNOTATED = Path(__file__).parents[2] / "corpus" / "annotated"
TEXT = "Varn Metals bought the Skarn mine.\n"
CLAIM = {
    "doc": "a",
    "start": 0,
    "quote": TEXT.strip(),
    "relation": "acquires",
    "subject": "Varn Metals",
    "subject_type": "company",
    "object": "Skarn mine",
    "object_type": "facility",
    "qualifiers": {},
    "modality": "asserted",
}
ENTITIES = [
    {"doc": "a", "canonical": "Varn Metals", "type": "company", "mentions": ["Varn Metals"], "spans": [[0, 11]]},
    {"doc": "a", "canonical": "Skarn mine", "type": "facility", "mentions": ["Skarn mine"], "spans": [[23, 33]]},
]


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[str]]:
    """Check a folder with one claim and two entities, changed as told."""

    def run(claim: dict[str, Any] | None = None, entity: dict[str, Any] | None = None) -> list[str]:
        (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
        (tmp_path / "gold.jsonl").write_text(json.dumps(CLAIM | (claim or {})) + "\n", encoding="utf-8")
        entities = [ENTITIES[0] | (entity or {}), ENTITIES[1]]
        (tmp_path / "entities.jsonl").write_text("\n".join(map(json.dumps, entities)), encoding="utf-8")
        return check(tmp_path)

    return run


def test_a_sound_folder_has_no_problems(problems: Callable[..., list[str]]) -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": 1}, "does not stand at 1"),
        ({"quote": ""}, "does not stand"),
        ({"relation": "buys"}, "no relation"),
        ({"subject_type": "commodity"}, "takes no commodity as its subject"),
        ({"object": "Varn mine"}, "is no entity of a"),
        ({"modality": "certain"}, "is no modality"),
        ({"qualifiers": {"price": "1"}}, "is no qualifier"),
        ({"qualifiers": {"share": {"min": 90, "max": 90}}}, "share cannot be"),
        ({"qualifiers": {"share": {"min": 0.9, "max": 0.2}}}, "share cannot be"),
        ({"qualifiers": {"amount": {"value": 5}}}, "amount cannot be"),
        ({"qualifiers": {"stage": "digging"}}, "stage cannot be"),
        ({"qualifiers": {"time": " "}}, "time cannot be"),
    ],
)
def test_a_broken_claim_is_told(change: dict[str, Any], told: str, problems: Callable[..., list[str]]) -> None:
    assert any(told in problem for problem in problems(claim=change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"spans": []}, "mentioned nowhere"),
        ({"spans": [[0, 12]]}, "no phrase of the text"),
        ({"spans": [[30, 99]]}, "no phrase of the text"),
        ({"mentions": ["Varn"]}, "stands at none of its spans"),
        ({"type": "miner"}, "which the ontology does not know"),
        ({"doc": "b"}, "in no article"),
    ],
)
def test_a_broken_entity_is_told(change: dict[str, Any], told: str, problems: Callable[..., list[str]]) -> None:
    assert any(told in problem for problem in problems(entity=change))


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_annotated_articles_are_sound(part: str) -> None:
    assert check(ANNOTATED / part) == []


def test_there_are_as_many_articles_and_claims_as_the_readme_promises() -> None:
    texts = list(ANNOTATED.glob("t*/*.txt"))
    claims = [c for part in ("train", "test") for c in read_lines(ANNOTATED / part / "gold.jsonl")]
    assert len(texts) >= 250
    assert len(claims) >= 4000
    assert min(Counter(c["relation"] for c in claims).values()) >= 100


def test_no_article_is_in_both_parts() -> None:
    train, test = ({p.stem for p in (ANNOTATED / part).glob("*.txt")} for part in ("train", "test"))
    assert train
    assert test
    assert not train & test


def test_two_annotations_of_the_same_articles_agree() -> None:
    found = agreement([ANNOTATED / "train", ANNOTATED / "test"], ANNOTATED / "second")
    assert len({entity["doc"] for entity in read_lines(ANNOTATED / "second" / "entities.jsonl")}) == 40
    assert 500 < found.lenient.gold < 1500, "claims of 40 articles, not of all"
    assert found.lenient.f1 >= 0.9
    assert found.strict.f1 >= 0.8
