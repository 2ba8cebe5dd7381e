"""Places in the force layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

Places = Mapping[str, tuple[int, int]]
_SPACING, _MARGIN, _ASPECT = 170, 150, 1.3  # pixels between neighbours and between components; width to height
_SMALL, _PULL, _ITERATIONS = 150, 2.5, 200  # up to how many nodes stress is fast enough; how the springs are set


def layout(edges: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Place nodes in pixels: each connected component by itself, the largest first, the others in rows below it.

    The same edges give the same places, in whatever order they come.

    >>> layout([("b", "c"), ("a", "b")]) == layout([("a", "b"), ("b", "c")])
    True
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(sorted(edges))
    parts = [_component(graph.subgraph(part)) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), min(part)))
    sizes = [tuple(max(place[axis] for place in part.values()) + _MARGIN for axis in (0, 1)) for part in parts]
    width = max([(_ASPECT * sum(w * h for w, h in sizes)) ** 0.5, *(w for w, _ in sizes)], default=0.0)
    places: dict[str, tuple[int, int]] = {}
    left = top = height = 0.0
    for part, (wide, high) in zip(parts, sizes, strict=True):
        if left + wide > width:
            left, top, height = 0.0, top + height, 0.0
        places |= {node: (round(left + x), round(top + y)) for node, (x, y) in part.items()}
        left, height = left + wide, max(height, high)
    return places


def _component(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Place a connected graph by stress (small) or springs (large), its least coordinates 0."""
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted(graph.edges))
    scale = _SPACING * len(ordered) ** 0.5 / 2
    if len(ordered) <= _SMALL:
        found = nx.kamada_kawai_layout(ordered, scale=scale)
    else:
        found = nx.spring_layout(ordered, k=_PULL / len(ordered) ** 0.5, iterations=_ITERATIONS, seed=7, scale=scale)
    left, top = (min(float(place[axis]) for place in found.values()) for axis in (0, 1))
    return {node: (float(x) - left, float(y) - top) for node, (x, y) in found.items()}
