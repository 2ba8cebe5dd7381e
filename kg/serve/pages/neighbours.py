"""The map of a thing's neighbours: whoever acts on it at the left, whatever it acts on at the right, drawn as SVG 1.1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.query.claims import ClaimReader
from kg.serve.pages.things import Tie, Way

WIDTH, _ROW, _TOP = 940, 36, 36
_HALF, _BOX = WIDTH // 2, 110  # of the thing in the middle: half of the picture, half of its own width
_NAME = 232  # width of the names at either side
_LETTERS, _MIDDLE_LETTERS = 29, 24  # that these have room for


@dataclass(frozen=True, slots=True)
class Spot:
    """A neighbour in the map: where its name stands, the curve to it, and where its relation is written."""

    iri: str
    label: str
    short: str
    type: str
    relation: str
    tells: str
    way: Way
    claims: int
    x: int
    y: int
    curve: str
    tie_x: int


@dataclass(frozen=True, slots=True)
class Map:
    """The map: its height for a width of `WIDTH`, the middle, the neighbours, and how many are left out."""

    height: int
    middle: int
    label: str
    spots: tuple[Spot, ...]
    others: int


def draw_map(reader: ClaimReader, label: str, ties: Sequence[Tie], most: int = 9) -> Map:
    """Return the map of the neighbours of most claims, at each side at most so many; a neighbour of several relations
    has the one of most claims."""
    sides = {way: _strongest([t for t in ties if t.way == way]) for way in ("in", "out")}
    rows = max(1, *(min(most, len(found)) for found in sides.values()))
    height = rows * _ROW + _TOP + 16
    middle = _TOP + rows * _ROW // 2
    spots = [
        _spot(reader, tie, words, _place(row, min(most, len(found)), rows), middle)
        for found in sides.values()
        for row, (tie, words) in enumerate(found[:most])
    ]
    others = sum(max(0, len(found) - most) for found in sides.values())
    return Map(height, middle, _cut(label, _MIDDLE_LETTERS), tuple(spots), others)


def _strongest(ties: Sequence[Tie]) -> list[tuple[Tie, list[str]]]:
    """Return the tie of most claims to each neighbour, with all relations to it, ordered so that relations lie together."""
    by_other: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        by_other[tie.other].append(tie)
    return [(found[0], [tie.relation for tie in found]) for found in by_other.values()]


def _place(row: int, of: int, rows: int) -> int:
    """Return the height of a row, the rows of a shorter side in the middle."""
    return _TOP + (rows - of) * _ROW // 2 + row * _ROW + _ROW // 2


def _spot(reader: ClaimReader, tie: Tie, words: Sequence[str], y: int, middle: int) -> Spot:
    out = tie.way == "out"
    start, end = (_HALF + _BOX, WIDTH - _NAME) if out else (_NAME, _HALF - _BOX)
    half = (start + end) // 2
    left, right = (middle, y) if out else (y, middle)
    relations = reader.ontology.relations
    label = reader.label(tie.other)
    return Spot(
        iri=tie.other,
        label=label,
        short=_cut(label, _LETTERS),
        type=reader.type(tie.other),
        relation=tie.relation,
        tells=", ".join(relations[word].label for word in words),
        way=tie.way,
        claims=tie.claims,
        x=end + 10 if out else start - 10,
        y=y,
        curve=f"M{start} {left}C{half} {left} {half} {right} {end} {right}",
        tie_x=end - 6 if out else start + 6,
    )


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
