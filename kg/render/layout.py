"""Places in the force layout: distances on the page follow distances in the graph, and nothing lies on anything else.

Each connected component is placed by stress majorization (Gansner, Koren and North 2004) over some pivots (Ortmann, Klimenta
and Brandes 2016), begun from pivot MDS (Brandes and Pich 2006); then components are packed. Ten thousand nodes take seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from kg.render.packing import pack

Places = Mapping[str, tuple[int, int]]
Points = npt.NDArray[np.float64]  # n x 2

_UNIT, _APART = 62, 46  # pixels: the length of an edge between two leaves; the least distance between two nodes
_HUBS = 0.13  # how much longer edges between well connected nodes are, so that hubs keep apart
_TERMS, _LEAST_PIVOTS = 250_000, 40  # nodes times pivots
_STEPS, _SPREADS, _POWERS = 80, 80, 30
_SEED = 7


def layout(edges: Iterable[tuple[str, str]]) -> Places:
    """Place nodes in pixels: each connected component by itself, the largest in the middle, the others around it.

    The same edges give the same places, in whatever order they come.

    >>> layout([("b", "c"), ("a", "b")]) == layout([("a", "b"), ("b", "c")])
    True
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(sorted({(min(edge), max(edge)) for edge in edges}))
    parts = [sorted(part) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), part))
    placed = [_component(graph, part) for part in parts]
    offsets = pack(placed)
    return {
        node: (round(float(x + left)), round(float(y + top)))
        for part, points, (left, top) in zip(parts, placed, offsets, strict=True)
        for node, (x, y) in zip(part, points, strict=True)
    }


def _component(graph: nx.Graph[str], part: list[str]) -> Points:
    """Place a connected part around the origin, its longest side across."""
    if len(part) < 3:
        return np.array([[i * _UNIT, 0.0] for i in range(len(part))])
    lengths = _lengths(graph, part)
    pivots, distances = _distances(lengths)
    points = _stress(_pivot_mds(distances, pivots), distances, pivots, lengths)
    return _spread(_turned(points) * _UNIT)


def _lengths(graph: nx.Graph[str], part: list[str]) -> csr_array:
    """Return the lengths of edges, in units."""
    index = {node: i for i, node in enumerate(part)}
    degree = np.array([graph.degree(node) for node in part], dtype=float)
    ends = np.array([(index[a], index[b]) for a, b in graph.subgraph(part).edges if a != b])
    ends = np.concatenate([ends, ends[:, ::-1]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    length = 1 + _HUBS * (np.sqrt(degree[ends[:, 0]] * degree[ends[:, 1]]) - 1)
    return csr_array((length, (ends[:, 0], ends[:, 1])), shape=(len(part), len(part)))


def _distances(lengths: csr_array) -> tuple[npt.NDArray[np.intp], Points]:
    """Return pivots, each the farthest from those before it, and the distance of every node from each (n x pivots)."""
    n = lengths.shape[0]
    if n * n <= _TERMS:
        return np.arange(n), np.asarray(dijkstra(lengths)).T
    number = max(_LEAST_PIVOTS, _TERMS // n)
    pivots = [int(np.argmax(np.diff(lengths.indptr)))]
    columns = []
    nearest = np.full(n, np.inf)
    for _ in range(number):
        columns.append(np.asarray(dijkstra(lengths, indices=pivots[-1])))
        nearest = np.minimum(nearest, columns[-1])
        pivots.append(int(np.argmax(nearest)))
    return np.array(pivots[:-1]), np.array(columns).T


def _pivot_mds(distances: Points, pivots: npt.NDArray[np.intp]) -> Points:
    """Return first places, from the distances to pivots."""
    squared = distances**2
    centred = squared - squared.mean(0) - squared.mean(1, keepdims=True) + squared.mean()
    chance = np.random.default_rng(_SEED)
    axes = chance.normal(size=(len(pivots), 2))
    for _ in range(_POWERS):
        axes, _ = np.linalg.qr(centred.T @ (centred @ axes))
    points = centred @ axes
    size = np.abs(points).max() or 1.0
    jitter = chance.normal(scale=0.05, size=points.shape)
    return np.asarray(points / size * distances.max() / 2 + jitter)


def _stress(points: Points, distances: Points, pivots: npt.NDArray[np.intp], lengths: csr_array) -> Points:
    """Move nodes until their distances from pivots and neighbours are as in the graph, near ones first."""
    weights = np.divide(1.0, distances**2, out=np.zeros_like(distances), where=distances > 0)
    if len(pivots) < len(points):
        weights *= np.bincount(distances.argmin(1), minlength=len(pivots))  # a pivot stands for those nearest to it
    rows = np.repeat(np.arange(len(points)), np.diff(lengths.indptr))
    columns, wanted = lengths.indices, lengths.data
    near = np.zeros(0) if len(pivots) == len(points) else 1 / wanted**2
    total = weights.sum(1) + (np.bincount(rows, near, len(points)) if near.size else 0)
    for _ in range(_STEPS):
        moved = _pulled(points, points[pivots], distances, weights)
        if near.size:
            moved += _pulled_along(points, rows, columns, wanted, near)
        points = 0.5 * points + 0.5 * moved / total[:, None]
    return points


def _pulled(points: Points, ends: Points, distances: Points, weights: Points) -> Points:
    """Return where pivots want each node, by weight, summed."""
    x, y = (points[:, [axis]] - ends[:, axis] for axis in (0, 1))
    factor = weights * distances / np.maximum(np.hypot(x, y), 1e-9)
    return np.stack([weights @ ends[:, 0] + (factor * x).sum(1), weights @ ends[:, 1] + (factor * y).sum(1)], axis=1)


def _pulled_along(
    points: Points, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], wanted: Points, weights: Points
) -> Points:
    """Return where neighbours want each node, by weight, summed."""
    apart = points[rows] - points[columns]
    factor = wanted / np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
    aim = (points[columns] + apart * factor[:, None]) * weights[:, None]
    return np.stack([np.bincount(rows, aim[:, axis], len(points)) for axis in (0, 1)], axis=1)


def _turned(points: Points) -> Points:
    """Turn places so that they are wider than high."""
    points = points - points.mean(0)
    _, axes = np.linalg.eigh(points.T @ points)
    axes = axes[:, ::-1]
    return np.asarray(points @ (axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]])))


def _spread(points: Points) -> Points:
    """Push nodes apart that are too near each other."""
    points = points.copy()
    for _ in range(_SPREADS):
        pairs = cKDTree(points).query_pairs(_APART, output_type="ndarray")
        if not len(pairs):
            break
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        apart = points[pairs[:, 0]] - points[pairs[:, 1]]
        distance = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-6)
        push = apart * (0.5 * (1.05 * _APART - distance) / distance)[:, None]
        for side, sign in ((0, 1), (1, -1)):
            points[:, 0] += np.bincount(pairs[:, side], sign * push[:, 0], len(points))
            points[:, 1] += np.bincount(pairs[:, side], sign * push[:, 1], len(points))
    return points
