"""From what a user types to an entity: names in two languages, close misses, the choice when there is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.config import DEFAULT_BASE
from kg.errors import EmptyGraphError, GraphError, QueryError, UnknownNameError
from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.store import GraphStore

GraphOf = Callable[..., GraphStore]
TEXTS = (
    "The Pentagon has invested $400 million in MP Materials. Beijing restricts exports of neodymium to Japan.",
    "Grayrock Metals Ltd is based in Tokyo. Lynas Rare Earths produces rare earths. Japan produces magnets.",
)


@pytest.fixture(scope="module")
def names(graph_of: GraphOf, ontology: Ontology) -> NameIndex:
    """The names of a graph of a few sentences."""
    return NameIndex(graph_of(*TEXTS), ontology)


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("U.S. Department of Defense", "org/us-department-of-defense"),
        ("Pentagon", "org/us-department-of-defense"),
        ("the Pentagon", "org/us-department-of-defense"),
        ("THE PENTAGON", "org/us-department-of-defense"),
        ("DoD", "org/us-department-of-defense"),
        ("dod", "org/us-department-of-defense"),
        ("五角大楼", "org/us-department-of-defense"),
        ("美国国防部", "org/us-department-of-defense"),
        ("China", "country/china"),
        ("中国", "country/china"),
        ("Chinese", "country/china"),
        ("PRC", "country/china"),
        ("MP Materials", "company/mp-materials"),
        ("  mp   materials ", "company/mp-materials"),
        ("Mountain Pass Materials", "company/mp-materials"),
        ("Lynas", "company/lynas-rare-earths"),
        ("稀土", "commodity/rare-earths"),
        ("REE", "commodity/rare-earths"),
        ("neodymium", "commodity/neodymium"),
        ("钕", "commodity/neodymium"),
        ("Grayrock Metals Ltd", "company/grayrock-metals"),
        ("grayrock metals ltd", "company/grayrock-metals"),
        ("country/china", "country/china"),
        (DEFAULT_BASE + "country/china", "country/china"),
    ],
)
def test_a_name_is_resolved_whatever_it_is_written_in(names: NameIndex, typed: str, iri: str) -> None:
    assert names.resolve(typed).value == DEFAULT_BASE + iri


def test_what_lies_above_a_commodity_can_be_asked_about(graph_of: GraphOf, ontology: Ontology) -> None:
    index = NameIndex(graph_of("China restricts exports of neodymium."), ontology)
    assert index.resolve("rare earths").value == DEFAULT_BASE + "commodity/rare-earths"


def test_what_is_traded_can_be_asked_about(graph_of: GraphOf, ontology: Ontology) -> None:
    index = NameIndex(graph_of("Lynas Rare Earths supplies Japan with rare earths."), ontology)
    assert index.resolve("rare earths").value == DEFAULT_BASE + "commodity/rare-earths"


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("MP Materails", "MP Materials"),
        ("Pentagn", "U.S. Department of Defense"),
        ("neodymim", "neodymium"),
        ("Lynas Rare Erths", "Lynas Rare Earths"),
        ("Chna", "China"),
        ("Grayrok Metals Ltd", "grayrock metals ltd"),
    ],
)
def test_a_close_miss_is_told_what_may_be_meant(names: NameIndex, typed: str, suggested: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean") as error:
        names.resolve(typed)
    suggestion = str(error.value).split("did you mean ")[1]
    assert suggested.casefold() in suggestion.casefold()
    assert repr(typed) in str(error.value)


def test_what_is_suggested_is_known(names: NameIndex) -> None:
    with pytest.raises(UnknownNameError) as error:
        names.resolve("Grayrok Metals Ltd")
    for suggestion in str(error.value).split("did you mean ")[1].rstrip("?").split(" or "):
        assert names.resolve(suggestion)


@pytest.mark.parametrize("typed", ["Quuxington Holdings", "", "   ", "the", "?", "\x00", "DROP TABLE", "a" * 5_000])
def test_an_unknown_name_is_an_error_of_one_sentence(names: NameIndex, typed: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        names.resolve(typed)
    assert "kg status --names" in str(error.value)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, QueryError)


def test_what_places_lie_in_can_be_asked_about(graph_of: GraphOf, ontology: Ontology) -> None:
    index = NameIndex(graph_of("The Mountain Pass mine is in California."), ontology)
    assert index.resolve("美国").value == DEFAULT_BASE + "country/united-states"
    with pytest.raises(UnknownNameError, match="knows no 'Canada'"):
        index.resolve("Canada")


def test_a_name_that_the_ontology_lacks_is_found_however_it_is_spelled(graph_of: GraphOf, ontology: Ontology) -> None:
    index = NameIndex(graph_of("McQuorval Copper Ltd supplies Japan with copper."), ontology)
    iri = index.resolve("McQuorval Copper Ltd").value
    assert iri == DEFAULT_BASE + "company/mcquorval-copper"
    assert {index.resolve(t).value for t in ("MCQUORVAL COPPER LTD", " the  mcquorval copper ltd")} == {iri}


def test_half_a_character_is_an_unknown_name(names: NameIndex) -> None:
    with pytest.raises(UnknownNameError, match="knows no"):
        names.resolve("Ja\udc80pan")


def test_a_name_is_no_piece_of_a_query(names: NameIndex) -> None:
    for hostile in ('" } UNION { ?entity ?p ?o } #', "x> ?p ?o . ?s <y", "\\", 'China" . #', "$name", "?entity"):
        with pytest.raises(UnknownNameError, match="knows no"):
            names.resolve(hostile)


def test_a_graph_without_claims_is_told_with_what_fills_it(tmp_path: Path, ontology: Ontology) -> None:
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    with pytest.raises(EmptyGraphError, match="kg build") as error:
        NameIndex(store, ontology).resolve("China")
    assert str(tmp_path / "graph") in str(error.value)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, GraphError)


@pytest.mark.parametrize("typed", ["Brazil", "country/brazil", DEFAULT_BASE + "country/brazil", "doc/one"])
def test_what_the_graph_says_nothing_about_is_unknown(names: NameIndex, typed: str) -> None:
    with pytest.raises(UnknownNameError, match="knows no"):
        names.resolve(typed)


def test_an_ambiguous_name_lists_the_choice_and_each_can_be_asked_for(names: NameIndex) -> None:
    with pytest.raises(UnknownNameError, match="may be") as error:
        names.resolve("Tokyo")
    choice = str(error.value).split("may be ")[1].split(";")[0]
    assert choice == "country/japan (Japan, country), region/tokyo (Tokyo, region)"
    iris = re.findall(r"(\S+) \(", choice)
    assert [names.resolve(iri).value for iri in iris] == [DEFAULT_BASE + iri for iri in iris]


def test_a_name_is_ambiguous_only_if_the_graph_holds_both(names: NameIndex) -> None:
    assert names.resolve("Beijing").value == DEFAULT_BASE + "country/china"


def test_names_are_ranked_by_how_often_they_are_spoken_of(graph_of: GraphOf, ontology: Ontology) -> None:
    text = "Chile produces copper. Chile produces lithium. Peru produces copper."
    assert NameIndex(graph_of(text), ontology).ranked() == [
        ("Chile", "country", 2),
        ("copper", "commodity", 2),
        ("Peru", "country", 1),
        ("lithium", "commodity", 1),
    ]


def test_every_ranked_name_of_the_corpus_can_be_asked_about(corpus_store: GraphStore, ontology: Ontology) -> None:
    """Names that several things bear, such as "mine", ask back; none is unknown."""
    index = NameIndex(corpus_store, ontology)
    ranked = index.ranked()
    assert len(ranked) > 100
    unknown = [label for label, _, _ in ranked if "knows no" in answer(index, label)]
    assert not unknown


def answer(index: NameIndex, name: str) -> str:
    """Return the IRI that a name is resolved to, or why it is not."""
    try:
        return index.resolve(name).value
    except UnknownNameError as error:
        return str(error)
