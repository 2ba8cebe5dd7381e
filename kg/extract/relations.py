"""The learned relation model: how likely each pair of mentions is related, and what belongs to a claim besides its ends.

It reads the vectors that the language pipeline leaves in `Doc.tensor`. The networks are those of `kg.training.reader`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from kg.annotation import Annotation
from kg.extract.confidence import LEAST_ODDS, Numbers, Said, confidence, evidence, rivals
from kg.extract.details import KINDS, Link
from kg.extract.features import Floats, Ints, Inventory, PairArrays, Votes, legal_relations, to_arrays
from kg.extract.pairs import Passage
from kg.language.pipeline import WEIGHTS
from kg.ontology import Ontology

VOTED_THRESHOLD = 0.09  # confidence below which a frame's claim is dropped
_CHUNK = 512  # pairs that are scored together


@dataclass(frozen=True)
class Query:
    """A claim whose details are asked for: its pair, relation, what syntax says of modality and stage, and its links."""

    pair: int
    relation: str
    modality: int
    stage: int
    trigger: int
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Details:
    """Probabilities for one claim: of each modality, of each stage (the first is none), and of each link."""

    modality: Floats
    stage: Floats
    links: Floats


@dataclass(frozen=True)
class PairScores:
    """Confidence of relations (pairs, relations), whether frames vote for them, and the hidden state of each pair."""

    relations: Numbers
    voted: NDArray[np.bool_]
    hidden: Floats


def load_relation_model(ontology: Ontology, pipeline: str | None = None, threads: int = 0) -> RelationModel | None:
    """Return the model that goes with a language pipeline: the embedded one has one, others have none.

    >>> from kg.ontology import load_ontology
    >>> model = load_relation_model(load_ontology())
    >>> model is not None and "supplies" in model.inventory.relations
    True
    """
    return (
        RelationModel(WEIGHTS, ontology, threads)
        if pipeline is None and (WEIGHTS / "relations.json").exists()
        else None
    )


class RelationModel:
    """The trained networks with what their numbers stand for; of relations, those that the ontology has are scored."""

    def __init__(self, folder: Path, ontology: Ontology, threads: int = 0) -> None:
        known = json.loads((folder / "relations.json").read_text(encoding="utf-8"))
        self.inventory = Inventory(**{f.name: tuple(known[f.name]) for f in fields(Inventory)})
        self._legal = legal_relations(self.inventory, ontology)
        known_relations = [ontology.relations.get(name) for name in self.inventory.relations]
        self.symmetric = np.array([r is not None and r.symmetric for r in known_relations])
        self.stages: tuple[str, ...] = tuple(known["stages"])
        self.width: int = known["width"]
        self.threshold: float = known["threshold"]
        self.calibration: list[float] = known["calibration"]
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._pairs, self._details, self._links = (
            ort.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
            for name in ("pairs", "details", "links")
        )

    def fits(self, annotation: Annotation) -> bool:
        """Tell whether the document was read by the pipeline that the model was trained with."""
        tensor = annotation.doc.tensor
        return bool(tensor.ndim == 2 and tensor.shape == (len(annotation.doc), self.width))

    def accepts(self, scores: PairScores) -> NDArray[np.bool_]:
        """Tell which relations of which pairs are claims: what frames find unless it is made unlikely, else what is likely."""
        return scores.relations >= np.where(scores.voted, VOTED_THRESHOLD, self.threshold)

    def score(self, annotation: Annotation, passages: Sequence[Passage], votes: Votes) -> PairScores:
        """Score the pairs of passages in their order."""
        words = np.asarray(annotation.doc.tensor, dtype=np.float32)
        parts = [self._score(words, to_arrays(annotation, part, self.inventory, votes)) for part in _chunks(passages)]
        if not parts:
            none = np.zeros((0, len(self.inventory.relations)))
            return PairScores(none, none > 0, np.zeros((0, 1), np.float32))
        return PairScores(*(np.concatenate(out) for out in zip(*parts, strict=True)))

    def legal(self, arrays: PairArrays) -> NDArray[np.bool_]:
        """Tell which relations the types of each pair's ends allow: (pairs, relations)."""
        return self._legal[arrays.kinds[:, 0], arrays.kinds[:, 3]]

    def odds(self, words: Floats, arrays: PairArrays) -> tuple[Numbers, Floats]:
        """Return the log odds of relations (pairs, relations), and the hidden state of each pair."""
        odds, hidden = self._pairs.run(None, _feed(words, arrays))
        return np.where(self.legal(arrays), odds, LEAST_ODDS).astype(np.float64), hidden

    def _score(self, words: Floats, arrays: PairArrays) -> tuple[Numbers, NDArray[np.bool_], Floats]:
        odds, hidden = self.odds(words, arrays)
        legal, turned = self.legal(arrays), arrays.turned()
        said = Said(
            odds,
            arrays.votes,
            np.broadcast_to(arrays.absent[:, None], odds.shape),
            rivals(odds, turned, self.symmetric),
            rivals(arrays.votes, turned, self.symmetric),
        )
        return np.where(legal, confidence(evidence(said), self.calibration), 0.0), arrays.votes > 0, hidden

    def details(self, annotation: Annotation, scores: PairScores, queries: Sequence[Query]) -> list[Details]:
        """Return what belongs to each claim."""
        if not queries:
            return []
        relation = {name: i for i, name in enumerate(self.inventory.relations)}
        feed = {
            "hidden": scores.hidden[[q.pair for q in queries]],
            "relation": np.array([relation[q.relation] for q in queries]),
            "modality": np.array([q.modality for q in queries]),
            "stage": np.array([q.stage for q in queries]),
        }
        modality, stage = self._details.run(None, feed)
        links = self._score_links(annotation, feed, queries)
        return [Details(_softmax(m), _softmax(s), k) for m, s, k in zip(modality, stage, links, strict=True)]

    def _score_links(self, annotation: Annotation, feed: dict[str, Any], queries: Sequence[Query]) -> Iterator[Floats]:
        rows = [(n, q, link) for n, q in enumerate(queries) for link in q.links]
        scores = np.zeros(0, dtype=np.float32)
        if rows:
            words = np.asarray(annotation.doc.tensor, dtype=np.float32)
            owner = np.array([n for n, _, _ in rows])
            at = np.array([(link.start, link.last, q.trigger) for _, q, link in rows])
            found = self._links.run(
                None,
                {
                    "hidden": feed["hidden"][owner],
                    "relation": feed["relation"][owner],
                    "kind": np.array([KINDS.index(link.kind) for _, _, link in rows]),
                    "around": words[at],
                    "flags": np.array([link.flags for _, _, link in rows], dtype=np.float32),
                },
            )
            scores = _sigmoid(found[0])
        at_link = 0
        for q in queries:
            yield scores[at_link : at_link + len(q.links)]
            at_link += len(q.links)


def _chunks(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    part: list[Passage] = []
    for passage in passages:
        if part and sum(len(p.pairs) for p in part) + len(passage.pairs) > _CHUNK:
            yield part
            part = []
        part.append(passage)
    if part:
        yield part


def _feed(words: Floats, arrays: PairArrays) -> dict[str, Ints | Floats]:
    """Return the arrays over only those words that they speak of."""
    inside = [np.arange(start, end) for start, end in arrays.passages]
    used = np.unique(np.concatenate([*inside, arrays.ends.ravel(), arrays.path[arrays.path >= 0]]))

    def renumbered(index: Ints) -> Ints:
        return np.where(index < 0, index, np.searchsorted(used, index)).astype(np.int64)

    return {
        "words": words[used],
        "ends": renumbered(arrays.ends),
        "kinds": arrays.kinds,
        "path": renumbered(arrays.path),
        "steps": arrays.steps,
        "between": renumbered(arrays.between),
        "flags": arrays.flags,
        "votes": arrays.votes,
        "bounds": renumbered(arrays.passages)[arrays.passage],
    }


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float32)


def _softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum(), dtype=np.float32)
