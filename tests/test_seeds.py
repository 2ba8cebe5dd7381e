"""What must come out of the briefings that the project is measured with; left out where they do not lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg import check, pipeline
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.query.names import NameIndex
from kg.query.questions import ask, load_questions
from kg.query.sparql import run_query
from kg.store import GraphStore

SEEDS = Path(__file__).parents[2] / "shared" / "eval" / "seeds"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the briefings are not beside the project"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    folder = tmp_path_factory.mktemp("seeds") / "graph"
    assert not pipeline.build([SEEDS], folder).failures
    return GraphStore.open(folder)


@pytest.fixture(scope="module")
def claims(store: GraphStore, ontology: Ontology) -> list[dict[str, Any]]:
    return [c.as_json() for c in ClaimReader(store, ontology).all()]


def found(claims: list[dict[str, Any]], relation: str, subject: str, obj: str) -> list[dict[str, Any]]:
    return [
        c
        for c in claims
        if (c["relation"], c["subject"]["label"], c["object"]["label"]) == (relation, subject, obj) and c["quote"]
    ]


def test_who_put_how_much_into_mp_materials(claims: list[dict[str, Any]]) -> None:
    ends = ("U.S. Department of Defense", "MP Materials")
    amounts = {(c["modality"], c["qualifiers"]["amount"]["value"]) for c in found(claims, "invests_in", *ends)}
    assert amounts == {("asserted", 400_000_000)}
    (loan,) = found(claims, "lends_to", *ends)
    assert (loan["modality"], loan["qualifiers"]["amount"]["value"]) == ("planned", 150_000_000)
    (stake,) = found(claims, "holds_stake_in", *ends)
    assert stake["qualifiers"]["rank"] == "largest"


def test_the_shares_of_china_by_stage_as_each_briefing_states_them(store: GraphStore, ontology: Ontology) -> None:
    answer = ask(store, NameIndex(store, ontology), load_questions()["share-of"], "rare earths")
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    shares = {(r["stage"], r["share_min"], r["share_max"]) for r in rows if r["who"] == "China" and r["quote"]}
    assert {("production", 0.6, None), ("production", 0.7, 0.7)} <= shares
    assert {("processing", 0.8, None), ("processing", 0.92, 0.92)} <= shares
    assert {("refining", 0.9, 0.9), ("refining", None, 0.9)} <= shares


def test_the_shares_of_magnets(claims: list[dict[str, Any]]) -> None:
    shares = [c["qualifiers"]["share"] for c in found(claims, "controls_share", "China", "magnets")]
    assert {(s["min"], s["max"]) for s in shares} == {(0.9, 0.9), (None, 0.9)}


def test_where_the_united_states_gets_its_compounds_and_metals_from(claims: list[dict[str, Any]]) -> None:
    (supply,) = (c for c in found(claims, "supplies", "China", "United States") if c["qualifiers"].get("share"))
    assert supply["qualifiers"]["share"]["min"] == supply["qualifiers"]["share"]["max"] == 0.7
    assert supply["qualifiers"]["time"] == "2020/2023"
    assert "70% of the rare earth compounds and metals" in supply["quote"]


def test_what_mountain_pass_produced_where_it_is_and_whose_it_is(claims: list[dict[str, Any]]) -> None:
    (output,) = found(claims, "produces", "Mountain Pass mine", "rare earth concentrate")
    assert output["qualifiers"]["quantity"] == {"min": 45000, "max": None, "unit": "t"}
    assert output["qualifiers"]["time"] == "2024"
    (share,) = found(claims, "controls_share", "Mountain Pass mine", "rare earth concentrate")
    assert (share["qualifiers"]["share"]["min"], share["qualifiers"]["scope"]) == (0.15, "global")
    assert found(claims, "located_in", "Mountain Pass mine", "California")
    assert found(claims, "owns", "MP Materials", "Mountain Pass mine")


def test_the_nickel_of_westwin_is_a_plan_and_no_direct_triple(store: GraphStore, claims: list[dict[str, Any]]) -> None:
    (plan,) = found(claims, "produces", "Westwin Elements", "nickel")
    assert (plan["modality"], plan["qualifiers"]["quantity"]) == ("planned", {"value": 34000, "unit": "t"})
    direct = f"ASK {{ <{plan['subject']['iri']}> lode:produces <{plan['object']['iri']}> }}"
    assert run_query(store, direct).value is False


def test_the_graph_conforms_and_every_quote_is_found(store: GraphStore, ontology: Ontology) -> None:
    assert check.validate(store).conforms
    found, unfound = check.verify(store, ontology)
    assert found > 0
    assert unfound == []
