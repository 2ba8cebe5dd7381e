"""Pairs of mentions that one sentence may relate, with what a learned model is told of each besides the words' vectors.

Besides the mentions in the sentence itself, a pair may have at one end one that the sentence leaves out: the article's
topic or what the sentences before it spoke of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Span as Sentence

from kg.annotation import Annotation, Span
from kg.ontology import Ontology
from kg.tree import Tree

KINDS = ("name", "nominal", "reference", "absent")
ACTORS = frozenset({"company", "organization", "government_body", "country", "facility", "person"})
PATH = 8  # words of the dependency path that are looked at
MOST_MENTIONS = 24  # of one sentence; a longer list is cut
_ABSENT = 4
_QUOTES = '"“”'


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that may be an end of a claim in a sentence; `absent` counts its rank among those left out of it, 0 if in it."""

    span: Span
    absent: int = 0

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if self.absent:
            return "absent"
        return "reference" if self.span.is_reference else self.span.kind if self.span.kind == "name" else "nominal"


@dataclass(frozen=True, slots=True)
class Pair:
    """An ordered pair of candidates. `path` holds the words between them in the tree, `steps` how each is reached."""

    subject: Candidate
    object: Candidate
    path: tuple[int, ...]
    steps: tuple[str, ...]
    coordinated: bool


@dataclass(frozen=True)
class Passage:
    """A sentence with its pairs: tokens `start` to `end` of the document."""

    start: int
    end: int
    block: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class PairFinder:
    """Finds the passages of an annotated document. `types` tells which types may be ends at all, in either place."""

    annotation: Annotation
    subject_types: frozenset[str]
    object_types: frozenset[str]

    @classmethod
    def of(cls, annotation: Annotation, ontology: Ontology) -> PairFinder:
        """Return the finder for all types that some relation allows."""
        relations = ontology.relations.values()
        subjects = frozenset().union(*(r.domain for r in relations))
        return cls(annotation, subjects, frozenset().union(*(r.range for r in relations)))

    def passages(self) -> Iterator[Passage]:
        """Yield every sentence that has a pair."""
        for sentence in self.annotation.doc.sents:
            pairs = tuple(self._pairs(sentence))
            if pairs:
                yield Passage(sentence.start, sentence.end, self._block(sentence), pairs)

    def _block(self, sentence: Sentence) -> str:
        return next(
            (b.kind for b in self.annotation.document.blocks if b.start <= sentence.start_char < b.end), "paragraph"
        )

    @cached_property
    def _spans(self) -> tuple[Span, ...]:
        return tuple(s for s in self.annotation.spans if s.kind != "pronoun" or s.is_reference)

    def _pairs(self, sentence: Sentence) -> Iterator[Pair]:
        inside = [Candidate(s) for s in self._spans if sentence.start <= s.start < sentence.end][:MOST_MENTIONS]
        if not inside:
            return
        absent = self._absent(sentence, {c.span.mention.name for c in inside})
        for a in [*inside, *absent]:
            for b in [*inside, *absent]:
                if self._may_relate(a, b):
                    path, steps = tree_path(self.annotation.tree, a.span.head, b.span.head)
                    yield Pair(a, b, path, steps, self._coordinated(a, b))

    def _may_relate(self, a: Candidate, b: Candidate) -> bool:
        s, o = a.span, b.span
        if (a.absent and b.absent) or s is o or s.mention.name.casefold() == o.mention.name.casefold():
            return False
        if s.mention.entity and s.mention.entity == o.mention.entity:
            return False
        return s.mention.type in self.subject_types and o.mention.type in self.object_types

    def _coordinated(self, a: Candidate, b: Candidate) -> bool:
        first = self.annotation.tree.first_conjunct
        return not a.absent and not b.absent and first(a.span.head) == first(b.span.head)

    def _absent(self, sentence: Sentence, present: set[str]) -> list[Candidate]:
        """What the sentence may leave out: the topic, then what was spoken of last, subjects first."""
        before = [s for s in self._spans if s.end <= sentence.start and (s.kind == "name" or s.is_reference)]
        topic = next((s for s in before if s.mention.type in ACTORS), None)
        last = sorted(before[-12:], key=lambda s: (self._sentence(s.start), self._is_subject(s), s.start), reverse=True)
        found: list[Candidate] = []
        for span in [*([topic] if topic else []), *last]:
            if span.mention.name not in present and len(found) < _ABSENT:
                present = present | {span.mention.name}
                found.append(Candidate(span, len(found) + 1))
        return found

    def _sentence(self, token: int) -> int:
        return self.annotation.doc[token].sent.start

    def _is_subject(self, span: Span) -> bool:
        tree = self.annotation.tree
        return tree.labels[tree.first_conjunct(span.head)].startswith("nsubj")


def tree_path(tree: Tree, a: int, b: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the words between two words in the tree, lists passed over, and the step that leads to each and to the end.

    A step up is written "^label", a step down "label"; () and () if the two are in different trees.
    """
    up, down = _way_up(tree, a), _way_up(tree, b)
    meeting = next((i for i in up if i in set(down)), None)
    if meeting is None:
        return (), ()
    rising, falling = up[: up.index(meeting)], down[: down.index(meeting)]
    words = [*rising[1:], *([meeting] if meeting not in (up[0], down[0]) else []), *reversed(falling[1:])]
    labels = [tree.labels[tree.first_conjunct(i)] for i in (*rising, *reversed(falling))]
    return tuple(words), tuple(f"^{label}" if n < len(rising) else label for n, label in enumerate(labels))


def _way_up(tree: Tree, i: int) -> list[int]:
    """The word and its ancestors; from a member of a list it leads straight to what governs the list."""
    way = [i]
    while True:
        first = tree.first_conjunct(way[-1])
        if tree.heads[first] == first:
            return way if first == way[-1] else [*way, first]
        way.append(tree.heads[first])


def fold_steps(steps: Sequence[str]) -> tuple[str, ...]:
    """Return steps cut to what the model looks at, the middle of a long way left out."""
    return tuple(steps) if len(steps) <= PATH else (*steps[: PATH // 2], *steps[-(PATH // 2) :])
