"""Places in the layered layout: what provides stands left of what depends on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import networkx as nx

from kg.render.layout import Places

_ACROSS, _DOWN = 320, 46


def layered_layout(flows: Iterable[tuple[str, str]], edges: Iterable[tuple[str, str]]) -> Places:
    """Place nodes in pixels."""
    graph: nx.DiGraph[str] = nx.DiGraph(sorted(set(flows)))
    graph.add_nodes_from(sorted({n for e in edges for n in e}))
    layers: dict[int, list[str]] = defaultdict(list)
    condensed = nx.condensation(graph)
    for layer, parts in enumerate(nx.topological_generations(condensed)):
        for part in parts:
            layers[layer] += sorted(condensed.nodes[part]["members"])
    return {n: (layer * _ACROSS, i * _DOWN) for layer, nodes in layers.items() for i, n in enumerate(sorted(nodes))}
