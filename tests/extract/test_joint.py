"""A sentence decided as a whole, and names that begin together told apart."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from kg.annotation import Span
from kg.extract.joint import Proposal, said_once
from kg.extract.pairs import Candidate, Pair
from kg.extract.qualifiers import Match
from kg.extract.votes import frame_votes
from kg.model import Claim, Mention
from kg.ontology import Ontology


def span(name: str, start: int, end: int, kind: str = "name") -> Span:
    mention = cast(Mention, SimpleNamespace(name=name, rule="", type="commodity"))
    return Span(start, end, end - 1, mention, kind)  # type: ignore[arg-type]


CHINA = span("China", 0, 1)
RARE_EARTHS = span("rare earths", 3, 5)
MARKET = span("rare earth market", 3, 6, "nominal")
GALLIUM = span("gallium", 8, 9)


def proposal(number: int, obj: Span, confidence: float = 0.5, voted: bool = False) -> Proposal:
    pair = Pair(Candidate(CHINA), Candidate(obj), (), (), False)
    return Proposal(number, pair, "controls_share", confidence, voted)


def objects(*proposals: Proposal) -> list[str]:
    return [p.pair.object.span.mention.name for p in said_once(proposals)]


def test_of_names_that_lie_in_each_other_one_makes_a_claim() -> None:
    assert objects(proposal(0, RARE_EARTHS), proposal(1, MARKET)) == ["rare earths"]
    assert objects(proposal(0, MARKET), proposal(1, RARE_EARTHS)) == ["rare earths"]


def test_a_name_goes_before_a_surer_description_and_a_vote_before_both() -> None:
    assert objects(proposal(0, RARE_EARTHS, 0.4), proposal(1, MARKET, 0.9)) == ["rare earths"]
    assert objects(proposal(0, RARE_EARTHS, 0.9), proposal(1, MARKET, 0.4, voted=True)) == ["rare earth market"]


def test_members_of_a_list_and_other_relations_are_claims_of_their_own() -> None:
    assert objects(proposal(0, RARE_EARTHS), proposal(1, GALLIUM)) == ["rare earths", "gallium"]
    other = replace(proposal(1, MARKET), relation="depends_on")
    assert objects(proposal(0, RARE_EARTHS), other) == ["rare earths", "rare earth market"]


def test_a_vote_for_the_inner_name_is_none_for_the_outer(ontology: Ontology) -> None:
    ends = SimpleNamespace(subject=SimpleNamespace(span=CHINA), object=SimpleNamespace(span=RARE_EARTHS))
    claim = SimpleNamespace(relation="controls_share", confidence=0.8)
    votes = frame_votes([(cast(Match, ends), cast(Claim, claim))], ontology.relations)
    assert votes == {(CHINA.place, RARE_EARTHS.place, "controls_share"): 0.8}
    assert (CHINA.place, MARKET.place, "controls_share") not in votes
