"""The k most reliable ways between two entities, in networks too large to search as a whole."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from itertools import islice, pairwise

import networkx as nx

Weights = Mapping[str, Mapping[str, float]]

_PER_STEP = 1e-9  # of two equally reliable ways the one with fewer steps comes first
_ROUNDING = 1e-12
_FIRST_EDGES, _MOST_EDGES = 256, 65_536  # among which ways are looked for


def find_most_reliable(sure: Weights, start: str, end: str, number: int) -> tuple[list[tuple[str, ...]], bool]:
    """Return the `number` most reliable ways without a circle, and whether there may be others.

    `sure` holds the reliability of each step, 0 to 1, by dependent and provider; an impossible one (0) is on no way.

    An edge lies on no path that is shorter than the way to it, itself, and the way from it to the end. So the edges are
    taken in that order, until no edge that is left out can belong to a path as short as the longest found.
    """
    weights = {
        node: {p: _PER_STEP - math.log(c) for p, c in providers.items() if c > 0} for node, providers in sure.items()
    }
    there, back = _distances(weights, start), _distances(_reverse(weights), end)
    if end not in there:
        return [], False
    edges = sorted(
        (there[node] + weight + back[provider], node, provider)
        for node in there.keys() & back.keys()
        for provider, weight in weights[node].items()
        if provider in back
    )
    size = _FIRST_EDGES
    while True:
        bound = edges[size][0] - _ROUNDING if size < len(edges) else math.inf
        found = _yen(edges[:size], weights, start, end, number + 1)
        certain = [way for way, length in found if length <= bound]
        if len(certain) > number or bound == math.inf or size >= _MOST_EDGES:
            return certain[:number], len(certain) > number or bound < math.inf
        size *= 4


def _yen(
    edges: Iterable[tuple[float, str, str]], weights: Weights, start: str, end: str, number: int
) -> list[tuple[tuple[str, ...], float]]:
    """Return the k shortest simple paths among some edges, with their lengths."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((start, end))
    graph.add_weighted_edges_from((node, provider, weights[node][provider]) for _, node, provider in edges)
    if not nx.has_path(graph, start, end):
        return []
    ways = islice(nx.shortest_simple_paths(graph, start, end, weight="weight"), number)
    return [(tuple(way), sum(weights[a][b] for a, b in pairwise(way))) for way in ways]


def _reverse(weights: Weights) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {node: {} for node in weights}
    for node, providers in weights.items():
        for provider, weight in providers.items():
            found[provider][node] = weight
    return found


def _distances(weights: Weights, start: str) -> dict[str, float]:
    """Return the length of the shortest way to all that can be reached (Dijkstra)."""
    found: dict[str, float] = {}
    todo = [(0.0, start)]
    while todo:
        distance, node = heapq.heappop(todo)
        if node in found:
            continue
        found[node] = distance
        for provider, weight in weights.get(node, {}).items():
            if provider not in found:
                heapq.heappush(todo, (distance + weight, provider))
    return found
