"""Places in the layered layout: what provides stands left of what depends on it (Sugiyama, Tagawa and Toda 1981)."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import numpy as np
from scipy.optimize import isotonic_regression

from kg.render.layout import Places

_COLUMN, _BAND, _ROW = 84, 190, 40  # pixels: between columns of one layer, between layers, between rows
_ASPECT = 1.2  # width to height
_SWEEPS, _ALIGNMENTS = 12, 6

Neighbours = Mapping[str, Sequence[str]]


def layered_layout(
    flows: Iterable[tuple[str, str]], edges: Iterable[tuple[str, str]], force: Places
) -> Mapping[str, tuple[int, int, int]]:
    """Place the nodes of `edges` in pixels, in layers from left to right as things flow; and number the layers.

    `flows` lead from provider to dependent; of those that run in a circle, some run backwards. What takes no part in
    them stands in the layer of what it is tied to. `force` is the order to begin with, from top to bottom.

    >>> places = layered_layout([("mine", "works")], [("works", "mine")], {"mine": (0, 0), "works": (9, 9)})
    >>> places["mine"][0] < places["works"][0]
    True
    """
    ties = sorted({(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]})
    graph: nx.Graph[str] = nx.Graph(ties)
    graph.add_nodes_from(sorted(node for edge in edges for node in edge))
    onward = sorted({flow for flow in flows if flow[0] != flow[1] and flow[0] in graph and flow[1] in graph})
    graph.add_edges_from(onward)
    layers = _with_others(graph, _layers(_forward(onward)))
    near: Neighbours = {node: sorted(graph[node]) for node in sorted(graph)}
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    part_of = {node: i for i, part in enumerate(parts) for node in part}
    ordered = _ordered(layers, near, part_of, force)
    places = _placed(ordered, near)
    return {node: (*places[node], layer) for layer, nodes in enumerate(ordered) for node in nodes}


def _forward(flows: Sequence[tuple[str, str]]) -> nx.DiGraph[str]:
    """Return the flows without circles: those against the order of Eades, Lin and Smyth (1993) are turned round."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(flows)
    order = _sequence(graph)
    place = {node: i for i, node in enumerate(order)}
    turned: nx.DiGraph[str] = nx.DiGraph()
    turned.add_nodes_from(order)
    turned.add_edges_from((a, b) if place[a] < place[b] else (b, a) for a, b in graph.edges)
    return turned


def _sequence(graph: nx.DiGraph[str]) -> list[str]:
    """Return nodes in an order against which few edges run: sources first, sinks last, then the most outgoing."""
    out, into = dict(graph.out_degree()), dict(graph.in_degree())
    left, right, gone = list[str](), list[str](), set[str]()
    heap = [(_rank(out[node], into[node]), node) for node in sorted(graph)]
    heapq.heapify(heap)
    while heap:
        rank, node = heapq.heappop(heap)
        if node in gone or rank != _rank(out[node], into[node]):
            continue
        gone.add(node)
        (right if out[node] == 0 and into[node] else left).append(node)
        for changed, others in ((out, sorted(graph.pred[node])), (into, sorted(graph.succ[node]))):
            for other in others:
                if other not in gone:
                    changed[other] -= 1
                    heapq.heappush(heap, (_rank(out[other], into[other]), other))
    return left + right[::-1]


def _rank(out: int, into: int) -> tuple[int, int]:
    return (0, 0) if into == 0 or out == 0 else (1, into - out)


def _layers(graph: nx.DiGraph[str]) -> dict[str, int]:
    """Return the layer of each node: on the longest way from a source, and as near to what it flows to as may be."""
    order = list(nx.topological_sort(graph))
    layer: dict[str, int] = dict.fromkeys(order, 0)
    for node in order:
        for other in graph.succ[node]:
            layer[other] = max(layer[other], layer[node] + 1)
    for node in reversed(order):
        if len(graph.succ[node]) > len(graph.pred[node]):
            layer[node] = min(layer[other] for other in graph.succ[node]) - 1
    return layer


def _with_others(graph: nx.Graph[str], layers: Mapping[str, int]) -> dict[str, int]:
    """Return the layers of all: what has none stands in that of the first that it is tied to."""
    found = dict(layers)
    level = sorted(found)
    while len(found) < len(graph):
        level = level or [min(node for node in graph if node not in found)]
        found |= {node: 0 for node in level if node not in found}
        onward: dict[str, int] = {}
        for node in level:
            onward |= {other: found[node] for other in graph[node] if other not in found and other not in onward}
        found |= onward
        level = sorted(onward)
    return found


def _ordered(layers: Mapping[str, int], near: Neighbours, part_of: Mapping[str, int], force: Places) -> list[list[str]]:
    """Return the nodes of each layer from top to bottom, so that few edges cross; parts stay together."""
    found: dict[int, list[str]] = defaultdict(list)
    for node in sorted(layers, key=lambda n: (part_of[n], force.get(n, (0, 0))[1], n)):
        found[layers[node]].append(node)
    at: dict[str, float] = {}
    for nodes in found.values():
        at |= {node: (i + 0.5) / len(nodes) for i, node in enumerate(nodes)}
    for sweep in range(_SWEEPS):
        for layer in sorted(found, reverse=bool(sweep % 2)):
            middle = {n: _mean([at[o] for o in near[n] if layers[o] != layer] or [at[n]]) for n in found[layer]}
            found[layer].sort(key=lambda n: (part_of[n], middle[n], n))
            at |= {node: (i + 0.5) / len(found[layer]) for i, node in enumerate(found[layer])}
    return [found[layer] for layer in sorted(found)]


def _placed(layers: Sequence[Sequence[str]], near: Neighbours) -> Places:
    """Return places: a long layer takes several columns, and each node stands as level with its neighbours as may be."""
    rows = _rows([len(nodes) for nodes in layers])
    across: dict[str, float] = {}
    down: dict[str, float] = {}
    gaps = []
    left = 0.0
    for nodes in layers:
        columns = -(-len(nodes) // rows)
        gaps.append(_ROW / columns)
        for i, node in enumerate(nodes):
            across[node] = left + _COLUMN * (i % columns)
            down[node] = (i - len(nodes) / 2) * gaps[-1]
        left += _COLUMN * (columns - 1) + _BAND
    for turn in range(_ALIGNMENTS):
        for nodes, gap in list(zip(layers, gaps, strict=True))[:: -1 if turn % 2 else 1]:
            steps = gap * np.arange(len(nodes))
            wanted = np.array([_mean([down[o] for o in near[n]] or [down[n]]) for n in nodes])
            down |= dict(zip(nodes, isotonic_regression(wanted - steps).x + steps, strict=True))
    return {node: (round(across[node]), round(float(down[node]))) for node in across}


def _rows(sizes: Sequence[int]) -> int:
    """Return how many rows a column may have, so that the whole is not wider than it should be."""
    rows = 6
    while rows < max(sizes, default=0):
        width = sum(_BAND + _COLUMN * (-(-size // rows) - 1) for size in sizes)
        if width <= _ASPECT * rows * _ROW:
            break
        rows += 1
    return rows


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
