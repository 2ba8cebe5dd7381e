"""Paths of dependencies: that they are paths, shortest and most reliable ones, whatever the network."""

from __future__ import annotations

import math
from itertools import pairwise

import networkx as nx
import pytest
from edges import NETWORKS, edge, edges_of, unhurried
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ParameterError
from kg.query import reliable
from kg.query.dependencies import Dependency
from kg.query.paths import Path, find_paths


def graph_of(network: list[Dependency]) -> nx.DiGraph:
    """Return a network as networkx has it, with the confidence of the surest edge of each step."""
    graph = nx.DiGraph()
    graph.add_nodes_from("ab")
    for found in network:
        before = graph.get_edge_data(found.dependent, found.provider, {"sure": 0})["sure"]
        graph.add_edge(found.dependent, found.provider, sure=max(before, found.confidence))
    return graph


def all_paths(network: list[Dependency]) -> list[tuple[str, ...]]:
    return [tuple(p) for p in nx.all_simple_paths(graph_of(network), "a", "b")]


def reliability(network: list[Dependency], way: tuple[str, ...]) -> float:
    graph = graph_of(network)
    return math.prod(graph.edges[step]["sure"] for step in pairwise(way))


def entities(paths: tuple[Path, ...]) -> list[str]:
    return ["".join(path.entities) for path in paths]


@unhurried
@given(network=NETWORKS)
def test_a_path_leads_from_end_to_end_by_edges_of_the_network(network: list[Dependency]) -> None:
    for path in find_paths(network, "a", "b").paths:
        assert (path.entities[0], path.entities[-1]) == ("a", "b")
        assert len(set(path.entities)) == len(path.entities)
        for step in path.steps:
            expected = [e for e in network if (e.dependent, e.provider) == (step.dependent, step.provider)]
            assert list(step.edges) == sorted(expected, key=lambda e: e.iri)
            assert step.edges


@unhurried
@given(network=NETWORKS)
def test_the_shortest_paths_are_all_those_of_the_least_steps(network: list[Dependency]) -> None:
    every = all_paths(network)
    least = min(map(len, every), default=0)
    found = find_paths(network, "a", "b", most=1000)
    assert sorted(path.entities for path in found.shortest) == sorted(p for p in every if len(p) == least)
    assert found.number_of_shortest == len(found.shortest)


@unhurried
@given(network=NETWORKS, number=st.integers(1, 6), first=st.sampled_from([1, 2, 5, 256]))
def test_no_path_is_more_reliable_than_the_most_reliable(network: list[Dependency], number: int, first: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reliable, "_FIRST_EDGES", first)  # so that few edges are too few at first
        found = find_paths(network, "a", "b", number=number)
    every = sorted((r for way in all_paths(network) if (r := reliability(network, way)) > 0), reverse=True)
    assert [path.reliability for path in found.reliable] == pytest.approx(every[:number])
    assert found.more == (len(every) > number)


@unhurried
@given(network=NETWORKS, number=st.integers(1, 6))
def test_a_search_that_is_broken_off_says_that_there_may_be_more(network: list[Dependency], number: int) -> None:
    every = find_paths(network, "a", "b", number=number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reliable, "_FIRST_EDGES", 1)
        patch.setattr(reliable, "_MOST_EDGES", 4)
        found = find_paths(network, "a", "b", number=number)
    told = [path.reliability for path in found.reliable]
    assert told == pytest.approx([path.reliability for path in every.reliable[: len(told)]])
    assert found.more or len(told) == len(every.reliable)


@unhurried
@given(network=NETWORKS, data=st.data())
def test_without_an_edge_no_path_gets_shorter_or_more_reliable(network: list[Dependency], data: st.DataObject) -> None:
    before = find_paths(network, "a", "b")
    for gone in network[:5]:
        after = find_paths([e for e in network if e != gone], "a", "b")
        if after.shortest:
            assert len(after.shortest[0].steps) >= len(before.shortest[0].steps)
        if after.reliable:
            assert after.reliable[0].reliability <= before.reliable[0].reliability + 1e-9


@unhurried
@given(network=NETWORKS, data=st.data())
def test_the_order_of_the_edges_changes_nothing(network: list[Dependency], data: st.DataObject) -> None:
    assert find_paths(data.draw(st.permutations(network)), "a", "b") == find_paths(network, "a", "b")


@unhurried
@given(network=NETWORKS)
def test_a_way_is_a_way_in_its_direction_only(network: list[Dependency]) -> None:
    forwards = [e for e in network if e.dependent < e.provider]
    assert find_paths(forwards, "b", "a").paths == ()


def test_a_path_is_as_reliable_as_the_surest_edges_of_its_steps_together() -> None:
    network = [edge("a", "b", "x", confidence=0.3), edge("a", "b", "y", confidence=0.8), edge("b", "c", confidence=0.5)]
    (path,) = find_paths(network, "a", "c").paths
    assert path.reliability == pytest.approx(0.4)
    assert [step.reliability for step in path.steps] == [0.8, 0.5]
    assert [len(step.edges) for step in path.steps] == [2, 1]


def test_the_most_reliable_path_may_be_longer() -> None:
    network = [edge("a", "c", confidence=0.5), *edges_of("ab", "bc", confidence=0.9)]
    found = find_paths(network, "a", "c", number=1)
    assert (entities(found.shortest), entities(found.reliable)) == (["ac"], ["abc"])
    assert found.more


def test_of_equally_reliable_paths_the_shorter_comes_first() -> None:
    network = edges_of("ax", "xy", "yc", "az", "zc", confidence=1.0)
    assert entities(find_paths(network, "a", "c", number=1).reliable) == ["azc"]


def test_too_many_shortest_paths_are_counted_and_cut() -> None:
    rows = [["a"], *([f"{row}{i}" for i in range(4)] for row in range(6)), ["b"]]
    network = [edge(one, other) for row, onward in pairwise(rows) for one in row for other in onward]
    found = find_paths(network, "a", "b", most=7)
    assert (len(found.shortest), found.number_of_shortest) == (7, 4**6)


@pytest.mark.parametrize("network", [[], edges_of("ba"), edges_of("ac", "db"), edges_of("aa", "bb")])
def test_where_nothing_leads_there_is_no_path(network: list[Dependency]) -> None:
    found = find_paths(network, "a", "b")
    assert (found.paths, found.number_of_shortest, found.more) == ((), 0, False)


def test_what_is_not_believed_at_all_makes_no_reliable_path() -> None:
    found = find_paths([edge("a", "b", confidence=0.0)], "a", "b")
    assert (entities(found.shortest), found.reliable) == (["ab"], ())


def test_a_path_needs_two_ends() -> None:
    with pytest.raises(ParameterError, match="name two different entities"):
        find_paths(edges_of("aa"), "a", "a")
