"""Whom the most ways pass, in each kind of dependency."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kg.query.dependencies import Dependency
from kg.query.edges import Edges, as_edges
from kg.query.network import Numbers, number_entities

_LEVEL = 1_000  # what a step outwards costs, in edges
_LEAST_COST, _COST_PER_EDGE = 4_000_000, 20


@dataclass(frozen=True, slots=True)
class Between:
    """Which part of the shortest ways between two others pass an entity, along edges of one kind: 0 to 1.

    `searched` of the `starts` from which there are ways were searched; if these are fewer, it is an estimate.
    """

    kind: str
    entity: str
    betweenness: float
    searched: int
    starts: int


def measure_betweenness(dependencies: Edges | Iterable[Dependency], most: int | None = None) -> list[Between]:
    """Return whom shortest ways pass, by kind of dependency, those of most ways first; whom none passes is left out.

    Betweenness is that of Freeman (1977), directed, 1 if all shortest ways between any two others pass. It is computed
    as by Brandes (2001). If the edges passed would be more than `most` (by default about twenty times as many as there
    are), it is estimated from as many starts as can be searched till then, the same each time.

    >>> ends = (("i:a", "i:b"), ("i:b", "i:c"))
    >>> edges = [Dependency(f"i:{a}{b}", "supplies", "trade", a, b, "", "", None, None, "asserted", 1, (), ()) for a, b in ends]
    >>> measure_betweenness(edges)
    [Between(kind='trade', entity='i:b', betweenness=0.5, searched=2, starts=2)]
    """
    return betweenness_of(as_edges(dependencies).kinds(), most)


def betweenness_of(links: Iterable[tuple[str, str, str]], most: int | None = None) -> list[Between]:
    """Return the same of links: dependent, provider and kind of each."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for dependent, provider, kind in links:
        pairs[kind].append((dependent, provider))
    numbered = {kind: number_entities(pairs.pop(kind)) for kind in sorted(pairs)}
    size = sum(starts.size for _, starts, _ in numbered.values())
    most = max(_LEAST_COST, _COST_PER_EDGE * size) if most is None else most
    found: list[Between] = []
    for kind, (entities, starts, ends) in numbered.items():
        found += _of_kind(kind, entities, starts, ends, most // len(numbered))
    return found


def _of_kind(kind: str, entities: list[str], dependents: Numbers, providers: Numbers, most: int) -> list[Between]:
    starts = np.unique(dependents).tolist()
    search = _Search(len(entities), dependents, providers)
    cost = searched = 0
    for start in random.Random(0).sample(starts, len(starts)):
        if searched and cost >= most:
            break
        cost += search.add(start)
        searched += 1
    others = (len(entities) - 1) * (len(entities) - 2)
    part = len(starts) / (searched * others) if searched and others else 0.0
    ranked = sorted((-ways, node) for node, ways in enumerate(search.passing.tolist()) if ways > 0)
    return [Between(kind, entities[node], -ways * part, searched, len(starts)) for ways, node in ranked]


class _Search:
    """Adds up, start by start, which part of the shortest ways from it pass each node: `passing`, by number."""

    def __init__(self, nodes: int, starts: Numbers, ends: Numbers) -> None:
        """Take edges from `starts` to `ends`, sorted by start."""
        self._ends = ends
        self._number = np.bincount(starts, minlength=nodes)
        self._first = np.cumsum(self._number) - self._number
        self._distance = np.full(nodes, -1, dtype=np.int64)
        self._ways, self._beyond = np.zeros(nodes), np.zeros(nodes)
        self.passing = np.zeros(nodes)

    def add(self, start: int) -> int:
        """Add the ways from a node; return what that cost, in edges."""
        steps, cost = self._outwards(start)
        for starts, ends in reversed(steps):
            np.add.at(self._beyond, starts, self._ways[starts] / self._ways[ends] * (1 + self._beyond[ends]))
        self._beyond[start] = 0
        for _, ends in steps:
            reached = np.unique(ends)
            self.passing[reached] += self._beyond[reached]
            self._clear(reached)
        self._clear(np.array([start]))
        return cost

    def _outwards(self, start: int) -> tuple[list[tuple[Numbers, Numbers]], int]:
        """Return the edges on shortest ways, a step outwards after the other, and what it cost to find them."""
        self._distance[start], self._ways[start] = 0, 1
        level = np.array([start], dtype=np.int64)
        steps: list[tuple[Numbers, Numbers]] = []
        cost = 0
        while level.size:
            starts, ends = self._edges(level)
            cost += ends.size + _LEVEL
            depth = len(steps) + 1
            self._distance[ends[self._distance[ends] < 0]] = depth
            nearer = self._distance[ends] == depth
            starts, ends = starts[nearer], ends[nearer]
            np.add.at(self._ways, ends, self._ways[starts])
            steps.append((starts, ends))
            level = np.unique(ends)
        return steps, cost

    def _edges(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """Return both ends of all edges from nodes."""
        number = self._number[nodes]
        within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        return np.repeat(nodes, number), self._ends[np.repeat(self._first[nodes], number) + within]

    def _clear(self, nodes: Numbers) -> None:
        self._distance[nodes] = -1
        self._ways[nodes] = self._beyond[nodes] = 0
