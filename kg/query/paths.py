"""Ways on which one entity depends on another: all shortest and the most reliable ones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from kg.errors import ParameterError
from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency
from kg.query.edges import Edges, Ends, as_edges
from kg.query.network import SAID, cell, claims_of, label, quote_of, read_basis, surest
from kg.query.questions import Answer
from kg.query.reliable import Weights, find_most_reliable

_COLUMNS = ("path", "as", "who", "needs", "what", "stage", "kind", "reliability", "time", *SAID)


@dataclass(frozen=True, slots=True)
class Step:
    """`dependent` needs `provider`, by one or more edges, sorted by IRI."""

    dependent: str
    provider: str
    edges: tuple[Dependency, ...]

    @property
    def reliability(self) -> float:
        """The confidence of the surest edge, 0 to 1."""
        return max(edge.confidence for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Path:
    """Steps each of which begins where the one before ends; no entity comes twice."""

    steps: tuple[Step, ...]

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities on the way, both ends included."""
        return (self.steps[0].dependent, *(step.provider for step in self.steps))

    @property
    def reliability(self) -> float:
        """The product of the steps' reliabilities, 0 to 1."""
        return math.prod(step.reliability for step in self.steps)


@dataclass(frozen=True, slots=True)
class Paths:
    """How `start` depends on `end`.

    `shortest` holds the shortest paths or, if there are too many, the first of them by the IRIs on the way;
    `number_of_shortest` counts them all. `reliable` holds the most reliable ones, `more` tells whether there may be others.
    """

    start: str
    end: str
    shortest: tuple[Path, ...]
    number_of_shortest: int
    reliable: tuple[Path, ...]
    more: bool

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths, each once: the shortest, then the others; the more reliable first among them."""
        return tuple(dict.fromkeys((*self.shortest, *self.reliable)))

    def as_answer(self, reader: ClaimReader) -> Answer:
        """Return a row a step, with the words of its surest claim."""
        rows = [row for number, path in enumerate(self.paths, 1) for row in self._rows(reader, number, path)]
        return Answer(self._sentence(reader), _COLUMNS, rows)

    def _rows(self, reader: ClaimReader, number: int, path: Path) -> Iterator[list[Any]]:
        kinds = (("shortest", self.shortest), ("most reliable", self.reliable))
        told = ", ".join(kind for kind, paths in kinds if path in paths)
        for step in path.steps:
            edge = surest(step.edges)
            who, needs, what = (label(reader, iri) for iri in (step.dependent, step.provider, edge.on))
            about = (cell(edge.stage), edge.kind, cell(step.reliability), cell(", ".join(edge.times)))
            yield [number, told, who, needs, what, *about, *map(cell, quote_of(reader, edge.claims))]

    def _sentence(self, reader: ClaimReader) -> str:
        ends = f"{reader.label(self.start)} depend on {reader.label(self.end)}"
        if not self.paths:
            return f"No chain of dependencies makes {ends}."
        parts = [f"How does {ends}?"]
        if len(self.shortest) < self.number_of_shortest:
            parts.append(f"{len(self.shortest):,} of {self.number_of_shortest:,} shortest paths are shown.")
        if self.more:
            parts.append(f"Besides the shortest, only the {len(self.reliable):,} most reliable paths are shown.")
        edges = (edge for path in self.paths for step in path.steps for edge in step.edges)
        return " ".join([*parts, read_basis(reader, claims_of(edges)).sentence()])


def find_paths(
    dependencies: Edges | Iterable[Dependency], start: str, end: str, number: int = 3, most: int = 20
) -> Paths:
    """Find how `start` depends on `end`: the shortest paths, `most` at most, and the `number` most reliable ones.

    Paths follow edges from who depends to whom it depends on, whatever their kind. An edge with confidence 0 makes no
    reliable path. The k shortest simple paths are Yen's (1971), by -log of the reliability, among those edges alone
    that lie on the best ways between the ends. Raises ParameterError if the ends are one.

    >>> edge = Dependency("i:1", "supplies", "trade", "i:a", "i:b", "", "", None, None, "asserted", 0.9, (), ("i:d#c",))
    >>> [path.entities for path in find_paths([edge], "i:a", "i:b").shortest]
    [('i:a', 'i:b')]
    """
    if start == end:
        raise ParameterError(f"A path from {start} to itself is none; name two different entities")
    network = as_edges(dependencies)
    sure = _reachable(_surest(network), start)
    shortest = _shortest(sure, start, end)
    reliable, more = find_most_reliable(sure, start, end, number)
    ways, count = list(islice(_walks(shortest, start, end), most)), _count(shortest, start, end)
    edges = _edges_of(network, [*ways, *reliable])
    return Paths(start, end, _ranked(edges, ways), count, _ranked(edges, reliable), more)


def _surest(network: Edges) -> dict[str, dict[str, float]]:
    """Return the confidence of the surest edge between any two entities, by dependent and provider."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for dependent, provider, confidence in network.confidences():
        providers = found[dependent]
        if confidence >= providers.get(provider, 0.0) and provider != dependent:
            providers[provider] = confidence
    return found


def _reachable(sure: Weights, start: str) -> dict[str, dict[str, float]]:
    """Return what can be reached, the providers of each sorted."""
    found: dict[str, dict[str, float]] = {}
    todo = [start]
    while todo:
        node = todo.pop()
        if node not in found:
            found[node] = dict(sorted(sure.get(node, {}).items()))
            todo += [provider for provider in found[node] if provider not in found]
    return found


def _shortest(sure: Weights, start: str, end: str) -> dict[str, list[str]]:
    """Return the steps on shortest paths: for each entity on one, where they go on to, sorted; empty if there is none."""
    before: dict[str, list[str]] = {start: []}
    level = [start]
    while level and end not in before:
        reached: dict[str, list[str]] = {}
        for node in level:
            for provider in sure[node]:
                if provider not in before:
                    reached.setdefault(provider, []).append(node)
        before |= reached
        level = list(reached)
    steps: dict[str, set[str]] = defaultdict(set)
    todo = [end] if end in before else []
    while todo:
        node = todo.pop()
        for dependent in before[node]:
            todo += [] if dependent in steps else [dependent]
            steps[dependent].add(node)
    return {node: sorted(onward) for node, onward in steps.items()}


def _walks(steps: Mapping[str, list[str]], start: str, end: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways that steps without a circle allow, sorted."""
    todo: list[tuple[str, ...]] = [(start,)] if start in steps else []
    while todo:
        way = todo.pop()
        if way[-1] == end:
            yield way
        else:
            todo += [(*way, node) for node in reversed(steps[way[-1]])]


def _count(steps: Mapping[str, list[str]], start: str, end: str) -> int:
    """Return how many ways there are, without walking them."""
    counts = {start: 1} if start in steps else {}
    while counts and end not in counts:
        onward: dict[str, int] = defaultdict(int)
        for node, ways in counts.items():
            for provider in steps[node]:
                onward[provider] += ways
        counts = onward
    return counts.get(end, 0)


def _edges_of(network: Edges, ways: Iterable[tuple[str, ...]]) -> dict[Ends, list[Dependency]]:
    """Return the edges of the steps of ways, sorted by IRI."""
    found: dict[Ends, list[Dependency]] = defaultdict(list)
    for edge in network.between({step for way in ways for step in pairwise(way)}):
        found[edge.dependent, edge.provider].append(edge)
    return found


def _ranked(edges: Mapping[Ends, list[Dependency]], ways: Iterable[tuple[str, ...]]) -> tuple[Path, ...]:
    """Return ways as paths: the more reliable first, of equally reliable ones the shorter."""
    paths = (Path(tuple(Step(*step, tuple(edges[step])) for step in pairwise(way))) for way in ways)
    return tuple(sorted(paths, key=lambda p: (-round(p.reliability, 12), len(p.steps), p.entities)))
