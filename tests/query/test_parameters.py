"""What a user types for a parameter: a term in the query, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ParameterError
from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.query.parameters import KINDS, Parameter, parse_parameter, put_terms
from kg.store import GraphStore

TEXT, OTHER = Parameter("text", "text"), Parameter("other", "text")
QUERY = "SELECT ($text AS ?a) ($other AS ?b) (?text AS ?c) ($texts AS ?d) { BIND (?text AS ?textual) }"
ANY = st.text(st.characters(exclude_categories=("Cs",)))


@pytest.fixture(scope="module")
def names(graph_of: Callable[..., GraphStore], ontology: Ontology) -> NameIndex:
    """The names of a graph of one sentence."""
    return NameIndex(graph_of("China produces gallium."), ontology)


@pytest.mark.parametrize(
    ("line", "parameter"),
    [
        ("name", Parameter("name", "entity", False)),
        ("name entity", Parameter("name", "entity", False)),
        ("stage stage optional", Parameter("stage", "stage", True)),
        ("whom optional", Parameter("whom", "entity", True)),
        ("  text   text ", Parameter("text", "text", False)),
    ],
)
def test_a_parameter_is_a_name_a_kind_and_perhaps_optional(line: str, parameter: Parameter) -> None:
    assert parse_parameter(line) == parameter


@pytest.mark.parametrize("line", ["", "name number", "name entity stage", "Name", "1st", "a-b", "name optional entity"])
def test_anything_else_is_none(line: str) -> None:
    with pytest.raises(ValueError, match=r"^" + re.escape(line)):
        parse_parameter(line)


@given(text=ANY, other=ANY)
def test_whatever_is_typed_arrives_as_it_is(text: str, other: str) -> None:
    query = put_terms(QUERY, {TEXT: ox.Literal(text), OTHER: ox.Literal(other)})
    (row,) = ox.Store().query(query)
    assert (row["a"].value, row["b"].value) == (text, other)
    assert row["c"] is None, "?text is another variable where $text is the parameter"
    assert row["d"] is None


@given(ANY.filter(lambda text: "\x00" not in text))
def test_text_is_a_literal(names: NameIndex, text: str) -> None:
    assert TEXT.read(text, names) == ox.Literal(text)


def test_half_a_character_is_no_text(names: NameIndex) -> None:
    with pytest.raises(ParameterError, match="whole characters"):
        TEXT.read("a\udc80", names)


def test_a_query_without_dollars_names_its_parameter_as_a_variable() -> None:
    query = "SELECT ?who { ?who lode:owns ?name ; lode:names ?names }"
    assert put_terms(query, {Parameter("name"): ox.Literal("x")}) == query.replace("?name ;", '"x" ;')


def test_every_kind_is_read(names: NameIndex) -> None:
    typed = {"entity": "中国", "stage": "refined", "text": "$name ?name", "time": "2024-02-29"}
    assert typed.keys() == KINDS.keys()
    terms = {kind: Parameter("x", kind).read(value, names) for kind, value in typed.items()}
    assert terms["entity"] == ox.NamedNode(names.store.base + "country/china")
    assert terms["stage"] == ox.NamedNode(names.ontology.stages["refining"])
    assert terms["text"] == ox.Literal("$name ?name")
    assert terms["time"] == ox.Literal("2024-02-29")


@pytest.mark.parametrize("stage", ["mining", "magnet", "recycling"])
def test_every_stage_is_one_by_its_own_name(names: NameIndex, stage: str) -> None:
    """Its words name it, too, but only one of them if they are shared."""
    assert Parameter("x", "stage").read(stage.upper(), names).value == names.ontology.stages[stage]


@pytest.mark.parametrize("time", ["24", "2024-1", "2024-00", "2024-02-32", "2024/2025", "2024\n", "", "²⁰²⁴"])
def test_what_is_no_year_month_or_day_is_no_time(names: NameIndex, time: str) -> None:
    with pytest.raises(ParameterError, match="is no time"):
        Parameter("x", "time").read(time, names)
