"""What a graph holds, counted, and the card of an entity."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.query.overview import Naming, describe_entity, describe_graph
from kg.store import GraphStore

GraphOf = Callable[..., GraphStore]
ONE = "The Pentagon has invested $400 million in MP Materials. The department has invested in Westphal Metals."
TWO = "The DoD has invested in MP Materials. The United States does not produce gallium."
THREE = "The Pentagon may invest in Lynas Rare Earths. Japan plans to produce gallium."


def test_a_graph_is_counted(graph_of: GraphOf, ontology: Ontology) -> None:
    found = describe_graph(graph_of(ONE, TWO, THREE), ontology)
    assert found.documents == 3
    assert found.claims == {"asserted": 3, "negated": 1, "planned": 1, "possible": 1}
    assert found.entities == {"company": 3, "country": 2, "commodity": 1, "government_body": 1}
    assert found.relations == {"invests_in": 2}, "two companies, one of them twice; plans and denials do not count"
    assert found.versions == {"lodestone": "test"}


def test_what_is_most_frequent_comes_first(graph_of: GraphOf, ontology: Ontology) -> None:
    found = describe_graph(graph_of(ONE, TWO, THREE), ontology)
    for counts in (found.claims, found.entities, found.relations):
        assert list(counts.items()) == sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def test_an_empty_graph_holds_nothing(graph_of: GraphOf, ontology: Ontology) -> None:
    found = describe_graph(graph_of(), ontology)
    assert (found.documents, found.claims, found.entities, found.relations) == (0, {}, {}, {})


def test_the_corpus_counts_agree_with_sparql(corpus_store: GraphStore, ontology: Ontology) -> None:
    found = describe_graph(corpus_store, ontology)
    (row,) = corpus_store.query("SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a lode:Claim }")
    assert sum(found.claims.values()) == int(row["n"].value)
    (row,) = corpus_store.query("SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d a lode:Document }")
    assert found.documents == int(row["n"].value)
    ends = "SELECT (COUNT(DISTINCT ?e) AS ?n) WHERE { ?c rdf:subject|rdf:object ?e }"
    (row,) = corpus_store.query(ends)
    assert sum(found.entities.values()) == int(row["n"].value)
    assert "" not in found.entities, "every entity has a type"


def test_a_card_tells_how_an_entity_was_recognised(graph_of: GraphOf, ontology: Ontology) -> None:
    card = describe_entity(graph_of(ONE, TWO, THREE), ontology, DEFAULT_BASE + "org/us-department-of-defense")
    assert (card.label, card.types) == ("U.S. Department of Defense", ("government_body",))
    assert card.namings == (
        Naming("Pentagon", "alias in government-bodies.ttl", ("one", "three"), times=2),
        Naming("DoD", "alias in government-bodies.ttl", ("two",)),
        Naming("department", "refers to U.S. Department of Defense before it", ("one",)),
    )
    assert {"Pentagon", "DoD", "五角大楼"} <= set(card.names)
    assert card.label not in card.names
    assert list(card.names) == sorted(set(card.names))


def test_a_card_has_every_claim_of_its_entity_once(graph_of: GraphOf, ontology: Ontology) -> None:
    card = describe_entity(graph_of(ONE, TWO, THREE), ontology, DEFAULT_BASE + "company/mp-materials")
    assert [(c.relation, c.source.name) for c in card.claims] == [("invests_in", "one"), ("invests_in", "two")]


@pytest.mark.parametrize("iri", [DEFAULT_BASE + "company/nobody", "https://example.org/"])
def test_the_card_of_what_the_graph_does_not_know_is_empty(graph_of: GraphOf, ontology: Ontology, iri: str) -> None:
    card = describe_entity(graph_of(ONE), ontology, iri)
    assert (card.types, card.names, card.namings, card.claims) == ((), (), (), ())
