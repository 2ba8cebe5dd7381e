"""Pairs of mentions as arrays of numbers, the input of the learned relation model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.annotation import Annotation, Place
from kg.extract.pairs import KINDS, PATH, Candidate, Pair, Passage, fold_steps
from kg.ontology import Ontology

BLOCKS = ("title", "heading", "paragraph", "item")
MEASURES = ("share", "amount", "quantity", "time", "price")
DISTANCES = (0, 1, 2, 3, 5, 8, 12, 18, 30)
FLAGS = 3 + len(DISTANCES) + 4 + len(BLOCKS) + 2 * len(MEASURES) + 4 + 4
ABSENT = slice(3 + len(DISTANCES), 3 + len(DISTANCES) + 4)  # the flags that tell of an end outside the sentence
PAD = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Inventory:
    """What the columns stand for: relations, mention types, steps of a dependency path and prepositions."""

    relations: tuple[str, ...]
    types: tuple[str, ...]
    steps: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True)
class PairArrays:
    """P pairs in S passages of one document; words are numbered through the document, `PAD` stands for none.

    ends (P, 10): first, last, head, before, after of subject and object; kinds (P, 6): type, kind, case of each;
    path (P, 8) words; steps (P, 8) ids; between (P, 2) words; flags (P, FLAGS); votes (P, relations) the confidence of
    frames; passage (P,) index into passages (S, 2) of words.
    """

    ends: Ints
    kinds: Ints
    path: Ints
    steps: Ints
    between: Ints
    flags: Floats
    votes: Floats
    passage: Ints
    passages: Ints

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def absent(self) -> NDArray[np.bool_]:
        """Whether an end stands outside the sentence (P,)."""
        return np.asarray(self.flags[:, ABSENT].any(axis=1), dtype=np.bool_)

    def turned(self) -> Ints:
        """Return for each pair the number of the pair the other way round, `PAD` if there is none."""
        places = self.ends[:, (0, 1, 5, 6)].tolist()
        keys = [(p, (a, b), (c, d)) for p, (a, b, c, d) in zip(self.passage.tolist(), places, strict=True)]
        at = {key: n for n, key in enumerate(keys)}
        return np.array([at.get((p, b, a), PAD) for p, a, b in keys], dtype=np.int64)


Votes = Mapping[tuple[Place, Place, str], float]


def legal_relations(inventory: Inventory, ontology: Ontology) -> NDArray[np.bool_]:
    """Return which relations the ontology allows between types: (types, types, relations)."""
    known = [ontology.relations.get(name) for name in inventory.relations]
    ends = [(r.domain, r.range) if r else (frozenset[str](), frozenset[str]()) for r in known]
    return np.array(
        [[[a in domain and b in range_ for domain, range_ in ends] for b in inventory.types] for a in inventory.types]
    )


def to_arrays(annotation: Annotation, passages: Sequence[Passage], inventory: Inventory, votes: Votes) -> PairArrays:
    """Return the arrays of a document's pairs; `votes` holds frames' confidence by the places of subject and object."""
    encoder = _PairEncoder(annotation, inventory, votes)
    pairs = [(n, passage, pair) for n, passage in enumerate(passages) for pair in passage.pairs]
    return PairArrays(
        ends=np.array([encoder.ends(p) for _, _, p in pairs], dtype=np.int64).reshape(-1, 10),
        kinds=np.array([encoder.kinds(p) for _, _, p in pairs], dtype=np.int64).reshape(-1, 6),
        path=np.array([_padded(_folded(p.path)) for _, _, p in pairs], dtype=np.int64).reshape(-1, PATH),
        steps=np.array([_padded(encoder.steps(p)) for _, _, p in pairs], dtype=np.int64).reshape(-1, PATH),
        between=np.array([encoder.between(p, s) for _, s, p in pairs], dtype=np.int64).reshape(-1, 2),
        flags=np.array([encoder.flags(p, s) for _, s, p in pairs], dtype=np.float32).reshape(-1, FLAGS),
        votes=np.array([encoder.votes(p) for _, _, p in pairs], dtype=np.float32).reshape(-1, len(inventory.relations)),
        passage=np.array([n for n, _, _ in pairs], dtype=np.int64),
        passages=np.array([(p.start, p.end) for p in passages], dtype=np.int64).reshape(-1, 2),
    )


def _padded(ids: Sequence[int]) -> list[int]:
    return [*ids[:PATH], *[PAD] * (PATH - len(ids))]


def _folded(path: Sequence[int]) -> Sequence[int]:
    return path if len(path) <= PATH else [*path[: PATH // 2], *path[-(PATH // 2) :]]


class _PairEncoder:
    """Encodes the pairs of one document."""

    def __init__(self, annotation: Annotation, inventory: Inventory, votes: Votes) -> None:
        self.annotation = annotation
        self.tree = annotation.tree
        self.given = votes
        self.relations = inventory.relations
        self.type_id = {t: i for i, t in enumerate(inventory.types)}
        self.step_id = {s: i for i, s in enumerate(inventory.steps)}
        self.case_id = {c: i + 1 for i, c in enumerate(inventory.cases)}

    def ends(self, pair: Pair) -> list[int]:
        last = len(self.annotation.doc) - 1
        return [
            i
            for c in (pair.subject, pair.object)
            for i in (c.span.start, c.span.end - 1, c.span.head, max(0, c.span.start - 1), min(last, c.span.end))
        ]

    def kinds(self, pair: Pair) -> list[int]:
        return [i for c in (pair.subject, pair.object) for i in self._kind(c)]

    def _kind(self, c: Candidate) -> tuple[int, int, int]:
        case = self.tree.cases[self.tree.first_conjunct(c.span.head)]
        return self.type_id.get(c.span.mention.type, 0), KINDS.index(c.kind), self.case_id.get(case, 0)

    def steps(self, pair: Pair) -> list[int]:
        return [self.step_id.get(step, 0) for step in fold_steps(pair.steps)]

    def between(self, pair: Pair, passage: Passage) -> tuple[int, int]:
        a, b = pair.subject.span, pair.object.span
        if pair.subject.absent or pair.object.absent:
            present = b if pair.subject.absent else a
            return passage.start, present.start
        return (a.end, b.start) if a.start < b.start else (b.end, a.start)

    def votes(self, pair: Pair) -> list[float]:
        at = (pair.subject.span.place, pair.object.span.place)
        return [self.given.get((*at, relation), 0.0) for relation in self.relations]

    def flags(self, pair: Pair, passage: Passage) -> list[float]:
        a, b = pair.subject.span, pair.object.span
        start, end = self.between(pair, passage)
        gap = max(0, end - start)
        bucket = sum(gap > d for d in DISTANCES)
        near, around = self._measures(start, end), self._measures(passage.start, passage.end)
        return [
            float(pair.coordinated),
            float(a.start < b.start),
            float(a.start < b.end and b.start < a.end),
            *(float(bucket == k + 1) for k in range(len(DISTANCES))),
            *(float(pair.subject.absent == k or pair.object.absent == k) for k in range(1, 5)),
            *(float(passage.block == kind) for kind in BLOCKS),
            *(float(kind in near) for kind in MEASURES),
            *(float(kind in around) for kind in MEASURES),
            *self._own_flags(pair.subject),
            *self._own_flags(pair.object),
        ]

    def _own_flags(self, c: Candidate) -> tuple[float, ...]:
        label = self.tree.labels[self.tree.first_conjunct(c.span.head)]
        return (
            float(label.startswith("nsubj")),
            float(label == "nsubj:pass"),
            float(label == "appos"),
            float(c.span.mention.entity is not None),
        )

    def _measures(self, start: int, end: int) -> set[str]:
        at = self.annotation.measure_at
        return {at[i].kind for i in range(start, end) if i in at}
