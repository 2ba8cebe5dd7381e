"""A pair as a match: where its trigger is, and what lies on the way to its object."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.extract.learned import MODEL, as_match, plain_frames
from kg.extract.pairs import PairFinder
from kg.extract.reading import Reading
from kg.ontology import Ontology
from kg.pipeline import Stages


@pytest.mark.parametrize(
    ("text", "ends", "trigger"),
    [
        ("Lynas supplies oxide to Japan.", ("Lynas", "Japan"), "supplies"),
        ("Lynas said it will open a refinery in Texas.", ("Lynas", "Texas"), "open"),
        ("The refinery was bought by Lynas.", ("Lynas", "refinery"), "bought"),
        ("Japan's reliance on China grew.", ("Japan", "China"), "reliance"),
        ("Lynas grew. Sales exceeded 10,000 tonnes of neodymium.", ("Lynas", "neodymium"), "exceeded"),
    ],
)
def test_the_trigger_is_the_lowest_verb_or_where_the_ways_meet(
    text: str, ends: tuple[str, str], trigger: str, read_by_frames: Callable[[str], Reading], stages: Stages
) -> None:
    reading = read_by_frames(text)
    ontology = stages.extractor.ontology
    frame = plain_frames(stages.extractor.frames, ["supplies"])["supplies"]
    pairs = [p for x in PairFinder.of(reading.annotation, ontology).passages() for p in x.pairs]
    pair = next(p for p in pairs if (p.subject.span.mention.text, p.object.span.mention.text) == ends)
    match = as_match(pair, frame, reading.fillers)
    assert reading.annotation.doc[match.trigger].text == trigger
    assert match.object.span.head not in match.object.path


def test_a_plain_frame_knows_the_roles_of_its_relation(stages: Stages, ontology: Ontology) -> None:
    frames = plain_frames(stages.extractor.frames, ontology.relations)
    assert frames.keys() == ontology.relations.keys()
    assert frames["supplies"].name == MODEL
    assert "commodity" in frames["supplies"].qualifiers
    assert frames["is_a"].object == ("class",)
    assert frames["supplies"].object == ()
