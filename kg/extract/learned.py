"""A pair that the model relates, as a match that qualifiers, modality and evidence are read from like a frame's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.extract.fillers import Filler, Fillers
from kg.extract.frames import Frame, FrameSet
from kg.extract.pairs import Pair
from kg.extract.qualifiers import Match
from kg.tree import Tree

MODEL = "model"
_NAMES = ("commodity", "target", "scope")  # qualifiers that are names in a role
_VERBAL = frozenset({"VERB", "AUX"})


def plain_frames(frames: FrameSet, relations: Iterable[str]) -> dict[str, Frame]:
    """Return by relation a frame that no word evokes, with the roles that the relation's own frames read names from."""
    return {
        relation: _plain_frame(relation, [f for f in frames.frames if f.relation == relation]) for relation in relations
    }


def _plain_frame(relation: str, own: Sequence[Frame]) -> Frame:
    roles: dict[str, tuple[str, ...]] = {}
    for key in _NAMES:
        said = Counter(role for f in own for role in f.qualifiers.get(key, ()))
        if said:
            roles[key] = tuple(role for role, _ in said.most_common())
    classes = any("class" in f.object for f in own)
    return Frame(
        name=MODEL,
        relation=relation,
        object=("class",) if classes else (),
        subject_types=_common(f.subject_types for f in own),
        object_types=_common(f.object_types for f in own),
        qualifiers=roles,
    )


def _common(types: Iterable[frozenset[str]]) -> frozenset[str]:
    every = list(types)
    return every[0].intersection(*every) if every else frozenset()


def as_match(pair: Pair, frame: Frame, fillers: Fillers) -> Match:
    """Return the match of a pair: its trigger is the lowest verb on the way down to the object, else where the ways meet."""
    tree = fillers.annotation.tree
    way = _way_down(pair, tree)
    verbs = [n for n, i in enumerate(way) if tree.token(i).pos_ in _VERBAL]
    at = verbs[-1] if verbs else 0
    below = tuple(i for i in way[at + 1 :] if i != pair.object.span.head)
    at_word = fillers.annotation.measure_at
    measures = tuple({at_word[i].start: at_word[i] for i in below if i in at_word}.values())
    subject = fillers.as_actor(pair.subject.span, frame.subject_types)
    obj = fillers.as_actor(pair.object.span, frame.object_types)
    return Match(frame, way[at], Filler(subject, ()), Filler(obj, below, measures))


def _way_down(pair: Pair, tree: Tree) -> list[int]:
    """The words from where the ways of both ends meet down to the object; for an absent end, from the clause's verb."""
    if pair.subject.absent or pair.object.absent:
        present = pair.object.span.head if pair.subject.absent else pair.subject.span.head
        clause = [present]
        for i in tree.ancestors(present):
            clause.append(i)
            if tree.token(i).pos_ in _VERBAL:
                break
        return clause[:0:-1] or [present]
    rising = sum(step.startswith("^") for step in pair.steps)
    if not pair.path:
        upper = pair.object.span.head if rising else pair.subject.span.head
        return [upper]
    meets_inside = 0 < rising < len(pair.steps)
    down = list(pair.path[rising - 1 :] if meets_inside else () if rising else pair.path)
    return down or [pair.object.span.head]
