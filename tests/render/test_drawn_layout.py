"""The layouts: the same for the same graph, nothing on anything else, providers left of dependents, parts apart."""

from __future__ import annotations

import time
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.render.layered import layered_layout
from kg.render.layout import layout
from kg.render.packing import pack

NODES = st.sampled_from("abcdefghijkl")
EDGES = st.lists(st.tuples(NODES, NODES), min_size=1, max_size=14)


def shuffled(edges: list[tuple[str, str]], random: Any) -> list[tuple[str, str]]:
    """Return edges in another order, some of them turned round."""
    found = [edge if random.random() < 0.5 else edge[::-1] for edge in edges]
    random.shuffle(found)
    return found


def large(number: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return the edges of a connected graph with hubs, as graphs of news have them."""
    graph = nx.barabasi_albert_graph(number, 2, seed=seed)
    return [(f"n{a:05}", f"n{b:05}") for a, b in graph.edges]


@settings(deadline=None, max_examples=40)
@given(EDGES, st.randoms(use_true_random=False))
def test_the_force_layout_depends_on_the_edges_alone_and_puts_nothing_on_anything_else(
    edges: list[tuple[str, str]], random: Any
) -> None:
    places = layout(edges)
    assert places.keys() == {node for edge in edges for node in edge}
    assert all(np.hypot(a[0] - b[0], a[1] - b[1]) >= 25 for a, b in combinations(places.values(), 2))
    assert layout(shuffled(edges, random)) == places


@settings(deadline=None, max_examples=40)
@given(EDGES, EDGES, st.randoms(use_true_random=False))
def test_the_layered_layout_depends_on_flows_and_edges_alone_and_puts_nothing_on_anything_else(
    flows: list[tuple[str, str]], edges: list[tuple[str, str]], random: Any
) -> None:
    force = layout(edges)
    places = layered_layout(flows, edges, force)
    assert places.keys() == force.keys()
    assert len({place[:2] for place in places.values()}) == len(places)
    random.shuffle(flows)
    assert layered_layout(flows, shuffled(edges, random), force) == places


@settings(deadline=None, max_examples=40)
@given(EDGES)
def test_without_circles_every_flow_runs_from_left_to_right(edges: list[tuple[str, str]]) -> None:
    flows = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    places = layered_layout(flows, edges, layout(edges))
    for provider, dependent in flows:
        assert places[provider][0] < places[dependent][0]
        assert places[provider][2] < places[dependent][2]


def test_in_a_circle_most_flows_still_run_from_left_to_right() -> None:
    ring = [(f"n{i}", f"n{(i + 1) % 9}") for i in range(9)]
    places = layered_layout(ring, ring, layout(ring))
    assert sum(places[a][0] < places[b][0] for a, b in ring) == 8


def test_what_takes_no_part_in_flows_stands_with_what_it_is_tied_to() -> None:
    flows = [("mine", "works"), ("works", "maker")]
    edges = [*flows, ("leader", "maker"), ("x", "y")]
    places = layered_layout(flows, edges, layout(edges))
    assert places["leader"][2] == places["maker"][2] == 2
    assert places["x"][2] == places["y"][2] == 0


def test_tied_things_stand_near_each_other_and_hubs_apart() -> None:
    edges = large(300)
    places = {node: np.array(place) for node, place in layout(edges).items()}
    tied = np.mean([np.linalg.norm(places[a] - places[b]) for a, b in edges])
    every = np.mean([np.linalg.norm(a - b) for a, b in combinations(places.values(), 2)])
    assert tied < 0.6 * every


def test_many_pivots_and_few_give_much_the_same_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = [(f"{x},{y}", f"{x + dx},{y + dy}") for x in range(20) for y in range(20) for dx, dy in ((0, 1), (1, 0))]
    monkeypatch.setattr("kg.render.layout._TERMS", 20_000)
    places = layout(edges)
    graph = nx.Graph(edges)
    far = dict(nx.all_pairs_shortest_path_length(graph))
    some = [(a, b) for a, b in combinations(sorted(graph), 2)][::97]
    drawn = [np.hypot(*(np.array(places[a]) - places[b])) for a, b in some]
    assert np.corrcoef(drawn, [far[a][b] for a, b in some])[0, 1] > 0.9


def test_components_are_apart() -> None:
    edges = [*large(60), *((f"p{i}", f"q{i}") for i in range(40))]
    places = layout(edges)
    middle = np.array([places[n] for n in places if n.startswith("n")])
    for i in range(40):
        for node in (f"p{i}", f"q{i}"):
            assert np.hypot(*(middle - places[node]).T).min() >= 30


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.lists(st.tuples(st.integers(-200, 200), st.integers(-200, 200)), min_size=1, max_size=8), max_size=8)
)
def test_packed_parts_share_no_cell(shapes: list[list[tuple[int, int]]]) -> None:
    parts = [np.array(shape, dtype=float) for shape in shapes]
    moved = [part + offset for part, offset in zip(parts, pack(parts), strict=True)]
    cells = [{(x // 30, y // 30) for x, y in part} for part in moved]
    assert sum(map(len, cells)) == len(set().union(*cells)) if cells else True


def test_no_edges_give_no_places() -> None:
    assert layout([]) == {}
    assert layered_layout([], [], {}) == {}


@pytest.mark.slow
def test_ten_thousand_things_are_placed_in_seconds() -> None:
    edges = [*large(9_000), *((f"p{i}", f"q{i}") for i in range(500))]
    start = time.process_time()
    places = layout(edges)
    layers = layered_layout(edges, edges, places)
    assert time.process_time() - start < 40
    assert len(places) == len(layers) == 10_000
    assert len(set(places.values())) > 9_990, "hardly anything lies on anything else"
