"""What is lost without an entity: directly, down the chain as far as rules carry it, and what else there is."""

from __future__ import annotations

import pytest
from edges import NETWORKS, NODES, edge, edges_of, unhurried
from hypothesis import given
from hypothesis import strategies as st

from kg.query.carrying import Carrying
from kg.query.dependencies import Dependency
from kg.query.exposure import find_exposure
from kg.query.shares import WORLD, ShareStatement
from kg.query.whatif import WhatIf, what_if

TYPES = dict.fromkeys("abcde", "company") | dict.fromkeys("fgxyz", "country")
CARRYING = Carrying({"supplies": {"company"}}, TYPES.__getitem__)


def losses(found: WhatIf) -> list[tuple[int, str]]:
    return [(loss.hops, loss.dependent + loss.provider) for loss in found.losses]


def holds(holder: str, commodity: str, low: float, **said: str) -> ShareStatement:
    given = {"stage": "", "scope": WORLD, "time": "2024", "claim": f"doc#{holder}", "source": "doc"}
    return ShareStatement(holder=holder, commodity=commodity, share_min=low, share_max=low, **(given | said))


@unhurried
@given(network=NETWORKS)
def test_nothing_is_lost_without_what_nobody_knows(network: list[Dependency]) -> None:
    found = what_if(network, "unknown", CARRYING)
    assert (found.losses, found.alternatives) == ((), {})


def exposed_to(network: list[Dependency], without: str) -> set[str]:
    inputs = {node: find_exposure(network, node, CARRYING).inputs for node in NODES if node != without}
    return {node for node, found in inputs.items() if any(without in (i.provider, i.on) for i in found)}


@unhurried
@given(network=NETWORKS, without=st.sampled_from(NODES))
def test_who_loses_is_who_is_exposed(network: list[Dependency], without: str) -> None:
    actors = [e for e in network if e.on != without]
    assert {loss.dependent for loss in what_if(actors, without, CARRYING).losses} == exposed_to(actors, without)
    assert exposed_to(network, without) <= {loss.dependent for loss in what_if(network, without, CARRYING).losses}


@unhurried
@given(network=NETWORKS, without=st.sampled_from(NODES))
def test_every_edge_is_lost_once_at_its_fewest_hops(network: list[Dependency], without: str) -> None:
    found = what_if(network, without, CARRYING)
    lost = [e.iri for loss in found.losses for e in loss.edges]
    assert len(lost) == len(set(lost))
    first: dict[str, int] = {}
    for loss in found.losses:
        assert without not in (loss.dependent, *loss.others)
        if loss.hops > 1:
            assert loss.provider in first
            assert loss.hops == first[loss.provider] + 1
        if any(CARRYING.hands_on(e) for e in loss.edges):
            first.setdefault(loss.dependent, loss.hops)


@unhurried
@given(network=NETWORKS, without=st.sampled_from(NODES))
def test_who_needs_fewer_things_loses_no_more(network: list[Dependency], without: str) -> None:
    before = {e.iri for loss in what_if(network, without, CARRYING).losses for e in loss.edges}
    for gone in network[:5]:
        after = what_if([e for e in network if e != gone], without, CARRYING)
        assert {e.iri for loss in after.losses for e in loss.edges} <= before - {gone.iri}


@unhurried
@given(network=NETWORKS, without=st.sampled_from(NODES), data=st.data())
def test_the_order_of_the_edges_changes_nothing(network: list[Dependency], without: str, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(network))
    assert what_if(shuffled, without, CARRYING) == what_if(network, without, CARRYING)
    assert find_exposure(shuffled, without, CARRYING) == find_exposure(network, without, CARRYING)


def test_a_loss_goes_down_the_chain_of_companies() -> None:
    assert losses(what_if(edges_of("ab", "bc", "cd"), "d", CARRYING)) == [(1, "cd"), (2, "bc"), (3, "ab")]


def test_a_loss_ends_where_the_rule_does_not_carry_it() -> None:
    network = [*edges_of("ab", "cd"), edge("b", "c", rule="owns"), edge("e", "d", rule="owns"), *edges_of("ae")]
    assert losses(what_if(network, "d", CARRYING)) == [(1, "cd"), (1, "ed")]


def test_a_country_feels_a_loss_and_does_not_hand_it_on() -> None:
    assert losses(what_if(edges_of("af", "fb", "bc"), "c", CARRYING)) == [(1, "bc"), (2, "fb")]


def test_a_restriction_is_no_input() -> None:
    restricted = edge("a", "f", rule="restricts", kind="policy")
    assert what_if([restricted], "f", CARRYING).losses == ()
    assert [i.kind for i in find_exposure([restricted], "a", CARRYING).inputs] == ["policy"]


def test_without_a_commodity_all_that_is_about_it_is_lost() -> None:
    network = [edge("a", "b", "x"), edge("c", "a"), edge("d", "x", rule="owns"), edge("e", "b", "y")]
    assert losses(what_if(network, "x", CARRYING)) == [(1, "ab"), (1, "dx"), (2, "ca")]


def test_a_circle_of_companies_ends() -> None:
    assert losses(what_if(edges_of("ab", "bc", "ca"), "a", CARRYING)) == [(1, "ca"), (2, "bc")]


def test_who_provides_the_same_to_the_same_is_an_alternative() -> None:
    network = [edge("a", "b", "x"), edge("a", "c", "x"), edge("a", "d", "y"), edge("e", "g", "x"), edge("c", "b", "y")]
    found = what_if(network, "b", CARRYING)
    others = {loss.dependent + loss.provider: loss.others for loss in found.losses}
    assert others == {"ab": ("c",), "ac": (), "cb": ()}
    assert [(a.holder, a.affected) for a in found.alternatives["x"]] == [("g", False), ("c", True)]


def test_who_holds_the_commodity_is_an_alternative() -> None:
    network = [edge("a", "f", "x"), edge("y", "f", rule="holds-most-of")]
    shares = [
        holds("g", "x", 0.1),
        holds("b", "x", 0.3),
        holds("f", "x", 0.6),
        holds("z", "y", 0.2),
        holds("z", "w", 1),
    ]
    shares += [holds("c", "x", 0.2, scope="Europe"), holds("d", "x", 0.1, time="by 2030")]
    found = what_if(network, "f", CARRYING, shares)
    assert {good: [a.holder for a in others] for good, others in found.alternatives.items()} == {
        "x": ["b", "g"],
        "y": ["z"],
    }


# Exposure


def test_inputs_come_by_kind_then_hops_then_share() -> None:
    network = [
        edge("a", "b", share_min=0.2, share_max=0.3),
        edge("a", "c", share_min=0.5),
        edge("c", "d"),
        edge("a", "f", kind="location", rule="located-in"),
    ]
    found = find_exposure(network, "a", CARRYING)
    assert [(i.kind, i.hops, i.provider) for i in found.inputs] == [
        ("location", 1, "f"),
        ("trade", 1, "c"),
        ("trade", 1, "b"),
        ("trade", 2, "d"),
    ]
    assert [i.share for i in found.inputs] == [(None, None), (0.5, None), (0.2, 0.3), (None, None)]


def test_nothing_is_known_of_what_depends_on_nothing() -> None:
    assert find_exposure(edges_of("ab"), "b", CARRYING).inputs == ()


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([(None, None)], (None, None)),
        ([(0.6, None), (0.7, 0.9)], (0.7, 0.9)),
        ([(0.6, 0.6), (0.9, 0.9)], (0.6, 0.9)),
        ([(None, 0.5), (0.1, None)], (0.1, 0.5)),
    ],
)
def test_shares_of_edges_that_say_the_same_are_joined(
    bounds: list[tuple[float | None, float | None]], expected: tuple[float | None, float | None]
) -> None:
    network = [edge("a", "b", rule=f"r{i}", share_min=low, share_max=high) for i, (low, high) in enumerate(bounds)]
    (found,) = find_exposure(network, "a", CARRYING).inputs
    assert found.share == expected
