"""Where a network is narrow: cut points and betweenness as networkx finds them."""

from __future__ import annotations

import networkx as nx
import pytest
from edges import NETWORKS, edge, edges_of, unhurried
from hypothesis import given
from hypothesis import strategies as st

from kg.query.betweenness import measure_betweenness
from kg.query.chokepoints import CutPoint, find_chokepoints, find_cut_points
from kg.query.dependencies import Dependency


def undirected(network: list[Dependency]) -> nx.Graph:
    return nx.Graph((e.dependent, e.provider) for e in network if e.dependent != e.provider)


@unhurried
@given(network=NETWORKS)
def test_cut_points_are_those_of_networkx_with_the_pieces_that_are_left(network: list[Dependency]) -> None:
    graph = undirected(network)
    found = find_cut_points(network)
    assert {c.entity for c in found} == set(nx.articulation_points(graph))
    for cut in found:
        around = graph.subgraph(nx.node_connected_component(graph, cut.entity) - {cut.entity})
        assert sorted(map(len, nx.connected_components(around)), reverse=True) == list(cut.pieces)
    assert [c.cuts_off for c in found] == sorted((c.cuts_off for c in found), reverse=True)


@unhurried
@given(network=NETWORKS)
def test_betweenness_is_that_of_networkx(network: list[Dependency]) -> None:
    graph = nx.DiGraph((e.dependent, e.provider) for e in network if e.dependent != e.provider)
    expected = {node: value for node, value in nx.betweenness_centrality(graph).items() if value > 0}
    found = measure_betweenness(network)
    assert {b.entity: b.betweenness for b in found} == pytest.approx(expected)
    assert all(b.searched == b.starts for b in found)


@unhurried
@given(network=NETWORKS, data=st.data())
def test_the_order_of_the_edges_changes_nothing(network: list[Dependency], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(network))
    assert find_cut_points(shuffled) == find_cut_points(network)
    assert measure_betweenness(shuffled, 2000) == measure_betweenness(network, 2000)


def test_betweenness_is_of_one_kind_at_a_time() -> None:
    network = [*edges_of("ab", "bc"), *edges_of("cd", "de", kind="finance", rule="lends-to")]
    assert [(b.kind, b.entity, b.betweenness) for b in measure_betweenness(network)] == [
        ("finance", "d", 0.5),
        ("trade", "b", 0.5),
    ]


def test_an_estimate_says_from_how_many_starts_it_is() -> None:
    ring = [edge(f"n{i:03}", f"n{(i + 1) % 200:03}") for i in range(200)]
    exact, estimate = measure_betweenness(ring, most=10**9), measure_betweenness(ring, most=2_000_000)
    assert {(b.searched, b.starts) for b in exact} == {(200, 200)}
    assert {(b.searched, b.starts) for b in estimate} == {(10, 200)}
    assert estimate == measure_betweenness(ring, most=2_000_000)
    mean = sum(b.betweenness for b in estimate) / 200
    assert mean == pytest.approx(sum(b.betweenness for b in exact) / 200)


def test_a_bridge_cuts_off_the_smaller_side() -> None:
    network = edges_of("ab", "bc", "ca", "cd", "de")
    assert find_cut_points(network) == [CutPoint("c", (2, 2)), CutPoint("d", (3, 1))]


@pytest.mark.parametrize("network", [[], edges_of("ab"), edges_of("aa"), edges_of("ab", "bc", "ca")])
def test_a_network_without_narrow_places_has_none(network: list[Dependency]) -> None:
    assert find_cut_points(network) == []


def test_a_long_chain_is_no_matter() -> None:
    chain = [edge(f"n{i:05}", f"n{i + 1:05}") for i in range(5_000)]
    assert len(find_cut_points(chain)) == 4_999
    assert measure_betweenness(chain, most=10_000)


def test_nothing_is_narrow_where_nothing_is_known() -> None:
    found = find_chokepoints([])
    assert (found.concentrations, found.cut_points, found.between) == ((), (), ())
