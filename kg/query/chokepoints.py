"""Where dependencies are narrow: who holds most, whom the most ways pass, and without whom the network falls apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from operator import attrgetter

import numpy as np

from kg.query.betweenness import Between, betweenness_of
from kg.query.claims import ClaimReader
from kg.query.concentration import Concentration, concentration_answer, measure_concentration
from kg.query.dependencies import Dependency
from kg.query.edges import Edges, as_edges
from kg.query.network import number_entities, read_basis
from kg.query.questions import Answer
from kg.query.shares import ShareStatement

_CUT_COLUMNS = ("who", "cuts_off", "pieces")
_BETWEEN_COLUMNS = ("kind", "who", "betweenness", "from")

Links = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class CutPoint:
    """An entity without which others are no longer connected at all, in whichever direction (an articulation point).

    `pieces` holds the numbers of entities in the pieces that are left, the largest first.
    """

    entity: str
    pieces: tuple[int, ...]

    @property
    def cuts_off(self) -> int:
        """How many entities are not in the largest piece."""
        return sum(self.pieces[1:])


@dataclass(frozen=True)
class Chokepoints:
    """Stages of commodities by concentration; entities by what they cut off, and in each kind by betweenness.

    `claims` are the IRIs of those that the network comes from.
    """

    concentrations: tuple[Concentration, ...]
    cut_points: tuple[CutPoint, ...]
    between: tuple[Between, ...]
    claims: Collection[str]

    def as_answers(self, reader: ClaimReader, most: int = 20) -> tuple[Answer, Answer, Answer]:
        """Return concentrations, cut points and betweenness as three tables, the latter of `most` rows (each kind)."""
        return concentration_answer(self.concentrations, reader), self._cuts(reader, most), self._ways(reader, most)

    def _cuts(self, reader: ClaimReader, most: int) -> Answer:
        found = self.cut_points[:most]
        rows = [[reader.label(c.entity), c.cuts_off, ", ".join(map(str, c.pieces[:most]))] for c in found]
        return Answer(f"Without whom does the network fall apart?{self._basis(reader)}", _CUT_COLUMNS, rows)

    def _ways(self, reader: ClaimReader, most: int) -> Answer:
        kinds = groupby(self.between, key=attrgetter("kind"))
        found = [between for _, group in kinds for between in list(group)[:most]]
        rows = [[b.kind, reader.label(b.entity), round(b.betweenness, 6), _searched(b)] for b in found]
        return Answer(f"Whom do the most ways between others pass?{self._basis(reader)}", _BETWEEN_COLUMNS, rows)

    def _basis(self, reader: ClaimReader) -> str:
        return f" {read_basis(reader, self.claims).sentence()}"


def _searched(between: Between) -> str | None:
    """Return of how many starts an estimate is, None for what is exact."""
    return None if between.searched == between.starts else f"{between.searched:,} of {between.starts:,} starts"


def find_chokepoints(dependencies: Edges | Iterable[Dependency], shares: Iterable[ShareStatement] = ()) -> Chokepoints:
    """Find who holds most of each stage, and where the network of all dependencies is narrow."""
    network = as_edges(dependencies)
    concentrations = tuple(measure_concentration(shares))
    links = list(network.kinds())
    cut_points, between = tuple(_cut_points(links)), tuple(betweenness_of(links))
    del links  # of a large network, before its claims are read
    return Chokepoints(concentrations, cut_points, between, network.claims())


def find_cut_points(dependencies: Edges | Iterable[Dependency]) -> list[CutPoint]:
    """Return the articulation points of a network, those that cut off most first (Hopcroft and Tarjan 1973).

    >>> ends = (("i:a", "i:b"), ("i:b", "i:c"))
    >>> edges = [Dependency(f"i:{a}{b}", "supplies", "trade", a, b, "", "", None, None, "asserted", 1, (), ()) for a, b in ends]
    >>> find_cut_points(edges)
    [CutPoint(entity='i:b', pieces=(1, 1))]
    """
    return _cut_points(as_edges(dependencies).kinds())


def _cut_points(links: Iterable[tuple[str, str, str]]) -> list[CutPoint]:
    ends = ((dependent, provider) for dependent, provider, _ in links)
    entities, starts, others = number_entities(chain.from_iterable((pair, pair[::-1]) for pair in ends))
    reached, first = others.tolist(), np.searchsorted(starts, np.arange(len(entities) + 1)).tolist()
    linked = [reached[a:b] for a, b in pairwise(first)]
    found: list[CutPoint] = []
    seen = [-1] * len(entities)
    for root in range(len(entities)):
        if seen[root] < 0:
            parts, size = _parts(linked, root, seen)
            for node, pieces in parts.items():
                rest = size - 1 - sum(pieces)
                left = sorted([*pieces, rest] if rest else pieces, reverse=True)
                if len(left) > 1:
                    found.append(CutPoint(entities[node], tuple(left)))
    return sorted(found, key=lambda c: (-c.cuts_off, c.entity))


def _parts(links: Links, root: int, seen: list[int]) -> tuple[dict[int, list[int]], int]:
    """Return the sizes of what hangs on each node below it in a search from `root`, and how many nodes it reaches.

    `seen` gets the order in which nodes are reached. What is below a node hangs on it if no link leads further up.
    """
    parts: dict[int, list[int]] = defaultdict(list)
    highest, size = {root: 0}, {root: 1}
    seen[root] = 0
    stack = [(root, -1, iter(links[root]))]
    while stack:
        node, above, others = stack[-1]
        for other in others:
            if seen[other] < 0:
                seen[other] = highest[other] = len(size)
                size[other] = 1
                stack.append((other, node, iter(links[other])))
                break
            if other != above:
                highest[node] = min(highest[node], seen[other])
        else:
            stack.pop()
            if above >= 0:
                highest[above] = min(highest[above], highest[node])
                size[above] += size[node]
                if highest[node] >= seen[above]:
                    parts[above].append(size[node])
    return parts, size[root]
