"""What frames say of pairs of mentions, for the learned model to weigh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.annotation import Place
from kg.extract.features import Votes
from kg.extract.qualifiers import Match
from kg.model import Claim
from kg.ontology import Relation


def frame_votes(found: Iterable[tuple[Match, Claim]], relations: Mapping[str, Relation]) -> Votes:
    """Return the confidence of the surest frame by words of subject and object, and relation."""
    votes: dict[tuple[Place, Place, str], float] = {}
    for match, claim in found:
        ends = (match.subject.span.place, match.object.span.place)
        for a, b in [ends, ends[::-1]] if relations[claim.relation].symmetric else [ends]:
            key = (a, b, claim.relation)
            votes[key] = max(claim.confidence, votes.get(key, 0.0))
    return votes
