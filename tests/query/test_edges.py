"""Dependencies read as far as they are needed: from a graph the same as from a list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from saying import graph_of, says, share

from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.query.carrying import read_carrying
from kg.query.chokepoints import find_chokepoints
from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency, read_dependencies, read_dependency, stages_of
from kg.query.edges import Edges, ListedEdges, StoredEdges, as_edges
from kg.query.exposure import find_exposure
from kg.query.paths import find_paths
from kg.query.shares import read_share_statements
from kg.query.whatif import what_if
from kg.store import GraphStore

ALL = ("asserted", "planned", "possible")
CHINA, JAPAN, GALLIUM, ACME = "country/china", "country/japan", "commodity/gallium", "company/acme"


def iri(relative: str) -> str:
    return DEFAULT_BASE + relative


def entities(network: list[Dependency]) -> list[str]:
    return sorted({end for edge in network for end in (edge.dependent, edge.provider, edge.on) if end})


# What is read

READ: dict[str, Callable[[Edges, list[Dependency]], Any]] = {
    "needed_by": lambda edges, network: [edges.needed_by([entity]) for entity in entities(network)],
    "needed_by_all": lambda edges, network: edges.needed_by(entities(network)),
    "provided_by": lambda edges, network: [edges.provided_by([entity]) for entity in entities(network)],
    "about": lambda edges, network: [edges.about([entity]) for entity in entities(network)],
    "between": lambda edges, network: edges.between({(e.dependent, e.provider) for e in network[::3]}),
    "kinds": lambda edges, network: sorted(edges.kinds()),
    "confidences": lambda edges, network: sorted(edges.confidences()),
    "claims": lambda edges, network: edges.claims(),
}


@pytest.fixture(params=[0, 10, 2_000], ids=lambda few: f"few={few}")
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Look up so many edges at most; where that are fewer than are needed, all are read."""
    monkeypatch.setattr("kg.query.edges._FEW", request.param)
    return int(request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("include", [("asserted",), ("asserted", "planned"), ALL])
def test_a_graph_reads_as_the_list_of_its_dependencies(
    corpus_store: GraphStore, ontology: Ontology, name: str, include: tuple[str, ...]
) -> None:
    network = read_dependencies(corpus_store, include)
    found = READ[name](StoredEdges(corpus_store, ontology, include), network)
    assert found
    assert found == READ[name](ListedEdges(network), network)


def test_each_dependency_reads_alone_as_among_all(corpus_store: GraphStore, ontology: Ontology) -> None:
    stages = stages_of(ontology)
    found = read_dependencies(corpus_store, ALL)
    assert [read_dependency(corpus_store, edge.iri, stages) for edge in found] == found
    assert any(edge.stage for edge in found)
    assert read_dependency(corpus_store, found[0].claims[0] + "0", stages) is None


def test_what_is_not_there_is_not_found(tmp_path: Path, ontology: Ontology) -> None:
    store = graph_of(tmp_path / "graph", ontology, says("supplies", CHINA, JAPAN, on=GALLIUM))
    for edges in (StoredEdges(store, ontology), as_edges(read_dependencies(store))):
        assert len(edges.needed_by([iri(JAPAN)])) == len(edges.about([iri(GALLIUM), iri(GALLIUM)])) == 1
        assert edges.needed_by([]) == edges.needed_by([iri(CHINA)]) == edges.provided_by([iri(JAPAN)]) == []
        assert edges.about([iri(CHINA)]) == edges.between([(iri(CHINA), iri(JAPAN))]) == edges.between([]) == []


def test_only_the_modalities_that_count_are_read(tmp_path: Path, ontology: Ontology) -> None:
    said = {m: says("supplies", CHINA, end, modality=m) for m, end in zip(ALL, (JAPAN, ACME, GALLIUM), strict=True)}
    store = graph_of(tmp_path / "graph", ontology, *said.values())
    for include in (("asserted",), ("planned",), ("asserted", "possible"), ALL):
        edges = StoredEdges(store, ontology, include)
        assert {e.modality for e in edges.provided_by([iri(CHINA)])} == set(include)
        assert len(list(edges.kinds())) == len(list(edges.confidences())) == len(edges.claims()) == len(include)


def test_a_claim_of_two_dependencies_is_one_claim(tmp_path: Path, ontology: Ontology) -> None:
    store = graph_of(tmp_path / "graph", ontology, says("located_in", "facility/mine", "region/california"))
    edges = StoredEdges(store, ontology)
    assert (len(edges.needed_by([iri("facility/mine")])), len(edges.claims())) == (2, 1)


# What is answered


def answers(edges: Edges | list[Dependency], reader: ClaimReader, ends: list[str]) -> list[Any]:
    carrying, shares = read_carrying(reader), read_share_statements(reader)
    pairs = [(one, other) for one in ends for other in ends if one != other]
    return [
        *(find_paths(edges, *pair) for pair in pairs),
        *(what_if(edges, end, carrying, shares) for end in ends),
        *(find_exposure(edges, end, carrying) for end in ends),
        find_chokepoints(edges, shares),
    ]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("include", [("asserted",), ALL])
def test_analyses_answer_the_same_of_a_graph_and_of_a_list(
    corpus_store: GraphStore, ontology: Ontology, include: tuple[str, ...]
) -> None:
    reader, network = ClaimReader(corpus_store, ontology), read_dependencies(corpus_store, include)
    ends = [iri(end) for end in (CHINA, JAPAN, "company/mp-materials", "commodity/rare-earths", "country/atlantis")]
    found = answers(StoredEdges(corpus_store, ontology, include), reader, ends)
    assert found == answers(network, reader, ends)
    assert any(paths.paths for paths in found[:20])
    assert found[20].losses
    assert found[-1].claims


@pytest.mark.parametrize(("few", "looked_up"), [(0, 0), (100, 60)])
def test_of_a_good_part_of_the_graph_all_is_read_once(
    tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch, few: int, looked_up: int
) -> None:
    store = graph_of(tmp_path / "graph", ontology, *(says("supplies", CHINA, f"company/b{i}") for i in range(20)))
    monkeypatch.setattr("kg.query.edges._FEW", few)
    one: list[Any] = []
    all_of_them: list[Any] = []
    monkeypatch.setattr("kg.query.edges.read_dependency", lambda *of: (one.append(of), read_dependency(*of))[1])
    monkeypatch.setattr(
        "kg.query.edges.read_dependencies", lambda *of: (all_of_them.append(of), read_dependencies(*of))[1]
    )
    edges = StoredEdges(store, ontology)
    assert [len(edges.provided_by([iri(CHINA)])) for _ in range(3)] == [20, 20, 20]
    assert (len(one), len(all_of_them)) == (looked_up, 1 if few == 0 else 0)


def test_what_is_far_away_is_not_read(tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    near = [says("supplies", ACME, "company/buyer"), says("supplies", "facility/mine", ACME, share=share(0.5))]
    far = [says("supplies", f"company/a{i}", f"company/b{i}") for i in range(9)]
    store = graph_of(tmp_path / "graph", ontology, *near, *far)
    read: list[str] = []

    def watched(store: GraphStore, iri: str, stages: dict[str, str]) -> Dependency | None:
        read.append(iri)
        return read_dependency(store, iri, stages)

    monkeypatch.setattr("kg.query.edges.read_dependency", watched)
    carrying = read_carrying(ClaimReader(store, ontology))
    edges = StoredEdges(store, ontology)
    assert len(what_if(edges, iri("facility/mine"), carrying).losses) == len(read) == 2
    assert len(find_exposure(edges, iri("company/buyer"), carrying).inputs) == len(read) - 2 == 2
