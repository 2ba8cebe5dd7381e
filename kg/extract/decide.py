"""Where frames and the learned model meet: which pairs are claims, how sure that is, and what belongs to each claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kg.annotation import Place
from kg.extract.claims import Choice
from kg.extract.details import Link, LinkFinder
from kg.extract.fillers import THINGS
from kg.extract.frames import Frame, FrameSet
from kg.extract.joint import Proposal, said_once
from kg.extract.learned import MODEL, as_match, plain_frames
from kg.extract.pairs import Pair, PairFinder, Passage
from kg.extract.qualifiers import Match
from kg.extract.reading import Reading
from kg.extract.relations import Details, PairScores, Query, RelationModel
from kg.extract.votes import frame_votes
from kg.model import MODALITIES, Claim
from kg.ontology import Ontology

Key = tuple[str, str, str]  # a relation and the names of its ends

_LINKED = 0.5  # probability from which a number, time or commodity is a claim's
_UNSEEN = 0.5  # confidence from which a frame is believed where the model does not judge


@dataclass(frozen=True)
class Decided:
    """A pair that is taken for a claim: `pair` counts the document's pairs."""

    pair: int
    passage: Passage
    match: Match
    confidence: float


@dataclass(frozen=True)
class Parts:
    """What can be switched off, to measure what it is worth."""

    frames: bool = True
    absent_ends: bool = True
    learned_details: bool = True


EVERYTHING = Parts()


@dataclass(frozen=True)
class Decider:
    """The learned model and what it needs to judge."""

    model: RelationModel
    ontology: Ontology
    frames: FrameSet
    parts: Parts

    @cached_property
    def plain(self) -> dict[str, Frame]:
        """The frame of each relation that no word evokes."""
        return plain_frames(self.frames, self.ontology.relations)

    def claims(self, reading: Reading) -> list[Claim]:
        """Return the claims of a document that frames and model find together."""
        found = reading.found_by_frames() if self.parts.frames else []
        passages = tuple(PairFinder.of(reading.annotation, self.ontology).passages())
        votes = frame_votes(found, self.ontology.relations)
        scores = self.model.score(reading.annotation, passages, votes)
        decided = list(self._decide(passages, scores, found, reading))
        details = self._details(decided, scores, reading)
        judged = {_places(d.match) for d in decided} | {_places(p) for passage in passages for p in passage.pairs}
        claims = [c for d, (q, x) in zip(decided, details, strict=True) for c in self._claims(d, q, x, reading)]
        return claims + [
            each
            for m, claim in found
            if _places(m) not in judged or claim.relation not in self.model.inventory.relations
            if claim.confidence >= _UNSEEN
            for each in reading.reader.claims(m)
        ]

    def _decide(
        self,
        passages: Sequence[Passage],
        scores: PairScores,
        found: Iterable[tuple[Match, Claim]],
        reading: Reading,
    ) -> Iterator[Decided]:
        framed: dict[tuple[int, Key], list[Match]] = {}
        for match, claim in found:
            framed.setdefault((_sentence(match, reading), self._key(claim.relation, match)), []).append(match)
        accepted = self.model.accepts(scores)
        at = 0
        for passage in passages:
            part = slice(at, at + len(passage.pairs))
            proposed = self._best(passage.pairs, scores.relations[part], accepted[part], scores.voted[part])
            for p in said_once(proposed):
                plain = as_match(p.pair, self.plain[p.relation], reading.fillers)
                for match in framed.get((passage.start, self._key(p.relation, plain)), [plain]):
                    yield Decided(at + p.number, passage, match, p.confidence)
            at += len(passage.pairs)

    def _key(self, relation: str, ends: Match | Pair) -> Key:
        """Return what makes two claims of a sentence one: the relation and the names of its ends."""
        subject, obj = ends.subject.span.mention.name, ends.object.span.mention.name
        if self.ontology.relations[relation].symmetric and obj < subject:
            subject, obj = obj, subject
        return relation, subject, obj

    def _best(
        self,
        pairs: Sequence[Pair],
        sure: NDArray[np.float64],
        accepted: NDArray[np.bool_],
        voted: NDArray[np.bool_],
    ) -> Iterator[Proposal]:
        """Yield what is likely enough, shown by the pair that has most names of those with the same two ends."""
        shown: dict[Key, tuple[int, float, int]] = {}
        likeliest: dict[Key, tuple[bool, float]] = {}
        for r in np.flatnonzero(accepted.any(0)):
            relation = self.model.inventory.relations[r]
            for n, pair in enumerate(pairs):
                if self._admits(pair, relation, bool(voted[n, r])):
                    key = self._key(relation, pair)
                    named = sum(c.kind in ("name", "nominal") for c in (pair.subject, pair.object))
                    shown[key] = max(shown.get(key, (-1, 0.0, 0)), (named, float(sure[n, r]), n))
                    if accepted[n, r]:
                        likeliest[key] = max(likeliest.get(key, (False, 0.0)), (bool(voted[n, r]), float(sure[n, r])))
        for key, (by_frame, confidence) in likeliest.items():
            n = shown[key][2]
            yield Proposal(n, pairs[n], key[0], confidence, by_frame)

    def _admits(self, pair: Pair, relation: str, voted: bool) -> bool:
        """Tell whether the parts in use and the ontology allow a relation of a pair; a class is of its member's type.

        A frame knows more of classes than their types: a country can be a producer. Only a frame may say something of two
        that the sentence does not name: one that it leaves out, and "it".
        """
        is_absent = bool(pair.subject.absent or pair.object.absent)
        named = any(end.kind in ("name", "nominal") for end in (pair.subject, pair.object))
        if is_absent and not (self.parts.absent_ends and (named or voted)):
            return False
        subject, obj = pair.subject.span.mention.type, pair.object.span.mention.type
        alike = voted or subject == obj or {subject, obj} <= THINGS or "class" not in self.plain[relation].object
        return alike and self._is_legal(pair, relation)

    def _is_legal(self, pair: Pair, relation: str) -> bool:
        known = self.ontology.relations.get(relation)
        subject, obj = pair.subject.span.mention.type, pair.object.span.mention.type
        return known is not None and subject in known.domain and obj in known.range

    def _details(self, decided: Sequence[Decided], scores: PairScores, reading: Reading) -> list[tuple[Query, Details]]:
        queries = [self.query(d.pair, d.match, d.passage, reading) for d in decided]
        return list(zip(queries, self.model.details(reading.annotation, scores, queries), strict=True))

    def query(self, pair: int, match: Match, passage: Passage, reading: Reading) -> Query:
        """Return what the model is asked about the details of a match."""
        qualifiers = reading.reader.qualifiers
        allowed = self.ontology.relations[match.frame.relation].qualifiers
        stage = qualifiers.stage(match) if "stage" in allowed else None
        links = LinkFinder(reading.annotation, qualifiers).links(match, passage)
        modality = MODALITIES.index(reading.reader.modality_of(match))
        known = self.model.stages.index(stage) if stage in self.model.stages else 0
        return Query(pair, match.frame.relation, modality, known, match.trigger, tuple(links))

    def _claims(self, decided: Decided, query: Query, details: Details, reading: Reading) -> Iterator[Claim]:
        chosen: dict[str, tuple[float, Link]] = {}
        for link, probability in zip(query.links, details.links.tolist(), strict=True):
            if probability >= max(_LINKED, chosen[link.kind][0] if link.kind in chosen else 0.0):
                chosen[link.kind] = (probability, link)
        links = [link for _, link in chosen.values()]
        qualifiers = {link.kind: link.value for link in links}
        if rate := next((link.rate for link in links if link.rate), None):
            qualifiers["measure"] = rate
        stage = self.model.stages[int(details.stage.argmax())]
        if stage:
            qualifiers["stage"] = stage
        words = frozenset(i for link in links for i in (link.start, link.last))
        choice = Choice(qualifiers, words, MODALITIES[int(details.modality.argmax())])
        by_model = decided.match.frame.name == MODEL and self.parts.learned_details
        for claim in reading.reader.claims(decided.match, choice if by_model else None):
            yield replace(claim, confidence=round(decided.confidence, 2))


def _places(ends: Match | Pair) -> tuple[Place, Place]:
    return ends.subject.span.place, ends.object.span.place


def _sentence(match: Match, reading: Reading) -> int:
    return int(reading.annotation.doc[match.trigger].sent.start)
