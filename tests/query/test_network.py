"""Answers about dependencies as tables: what they rest on, whose words they show, and that they say what they leave out."""

from __future__ import annotations

from typing import Any

import pytest
from edges import edge
from told import claim, iri, reader_of

from kg.ontology import Ontology
from kg.query.carrying import Carrying, read_carrying
from kg.query.chokepoints import find_chokepoints
from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency
from kg.query.exposure import find_exposure
from kg.query.network import Basis, quote_of, read_basis
from kg.query.paths import find_paths
from kg.query.questions import Answer
from kg.query.shares import read_share_statements
from kg.query.whatif import what_if

CARRYING = Carrying({"supplies": {"company"}}, lambda entity: entity.removeprefix(iri("")).split("/")[0])


def need(dependent: str, provider: str, *claims: str, on: str = "", **said: Any) -> Dependency:
    given = {"claims": tuple(sorted(iri(f"doc/{name}") for name in claims))} | said
    return edge(iri(dependent), iri(provider), iri(on) if on else "", **given)


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> ClaimReader:
    return reader_of(
        ontology,
        claim("one#1", "country/china", "supplies", "company/acme", confidence=0.4, quote="China feeds Acme"),
        claim("two#1", "country/china", "supplies", "company/acme", confidence=0.8, quote="Acme lives on China"),
        claim("two#2", "company/acme", "supplies", "country/japan", quote="Acme sells to Japan"),
        claim("two#3", "country/peru", "controlsShareOf", "commodity/tin", shareMin=0.3, time="2024"),
        claim("one#3", "country/china", "controlsShareOf", "commodity/tin", shareMin=0.6, shareMax=0.6, time="2024"),
        dates={"one": "2024-05", "two": "2025-01-09"},
    )


NETWORK = [
    need("company/acme", "country/china", "one#1", "two#1", on="commodity/tin", share_min=0.7, times=("2024",)),
    need("country/japan", "company/acme", "two#2"),
]


def records(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_an_answer_rests_on_each_claim_and_each_document_once(reader: ClaimReader) -> None:
    claims = [iri(f"doc/{name}") for name in ("one#1", "two#1", "two#2", "two#1")]
    assert read_basis(reader, claims) == Basis(3, 2, "2024-05", "2025-01-09")
    assert read_basis(reader, []) == Basis(0, 0, "", "")


def test_the_surest_claim_is_quoted(reader: ClaimReader) -> None:
    claims = [iri("doc/one#1"), iri("doc/two#1")]
    assert quote_of(reader, claims) == ("Acme lives on China", "two", "2025-01-09")
    assert quote_of(reader, claims[:1]) == ("China feeds Acme", "one", "2024-05")
    assert quote_of(reader, []) == ("", "", "")


def test_a_path_shows_each_step_with_its_words(reader: ClaimReader) -> None:
    answer = find_paths(NETWORK, iri("country/japan"), iri("country/china")).as_answer(reader)
    assert answer.sentence == ("How does Japan depend on China? Rests on 3 claims of 2 sources, 2024-05 to 2025-01-09.")
    first, second = records(answer)
    assert (first["path"], first["as"], first["who"], first["needs"]) == (1, "shortest, most reliable", "Japan", "Acme")
    assert (second["who"], second["needs"], second["what"], second["time"]) == ("Acme", "China", "Tin", "2024")
    assert (first["quote"], second["quote"]) == ("Acme sells to Japan", "Acme lives on China")
    assert first["what"] is None


def test_without_a_path_the_answer_says_so(reader: ClaimReader) -> None:
    answer = find_paths(NETWORK, iri("country/china"), iri("country/japan")).as_answer(reader)
    assert (answer.sentence, answer.rows) == ("No chain of dependencies makes China depend on Japan.", [])


def test_what_if_names_who_loses_and_what_else_there_is(reader: ClaimReader) -> None:
    found = what_if(NETWORK, iri("country/china"), CARRYING, read_share_statements(reader))
    first, second = records(found.as_answer(reader))
    assert (first["hops"], first["who"], first["loses"], first["from"]) == (1, "Acme", "Tin", "China")
    assert (first["share_min"], first["share_max"], first["instead"]) == (0.7, None, "Peru (>30%)")
    assert (second["hops"], second["who"], second["loses"], second["instead"]) == (2, "Japan", None, None)
    assert second["quote"] == "Acme sells to Japan"


def test_rows_that_are_left_out_are_counted(reader: ClaimReader) -> None:
    found = what_if(NETWORK, iri("country/china"), CARRYING)
    answer = found.as_answer(reader, 1)
    assert len(answer.rows) == 1
    assert answer.sentence == (
        "Who loses what without China? 1 of 2 losses are shown. Rests on 3 claims of 2 sources, 2024-05 to 2025-01-09."
    )
    exposed = find_exposure(NETWORK, iri("country/japan"), CARRYING).as_answer(reader, 1)
    assert (len(exposed.rows), "1 of 2 inputs are shown." in exposed.sentence) == (1, True)


def test_exposure_shows_inputs_with_their_share_and_hops(reader: ClaimReader) -> None:
    rows = records(find_exposure(NETWORK, iri("country/japan"), CARRYING).as_answer(reader))
    assert [(r["hops"], r["who"], r["needs"], r["what"], r["share_min"]) for r in rows] == [
        (1, "Japan", "Acme", None, None),
        (2, "Acme", "China", "Tin", 0.7),
    ]


def test_chokepoints_show_shares_cut_points_and_betweenness(reader: ClaimReader) -> None:
    found = find_chokepoints(NETWORK, read_share_statements(reader))
    shares, cuts, ways = (records(answer) for answer in found.as_answers(reader))
    (tin,) = shares
    assert (tin["of"], tin["who"], tin["share_min"], tin["share_max"], tin["holders"]) == ("Tin", "China", 0.6, 0.6, 2)
    assert (tin["hhi_min"], tin["hhi_max"], tin["concentration"]) == (4500, 5200, "high")
    assert (tin["quote"], tin["date"]) == ("words of one#3", "2024-05")
    assert cuts == [{"who": "Acme", "cuts_off": 1, "pieces": "1, 1"}]
    assert ways == [{"kind": "trade", "who": "Acme", "betweenness": 0.5, "from": None}]


def test_nothing_rests_on_nothing(reader: ClaimReader) -> None:
    answers = find_chokepoints([]).as_answers(reader)
    assert [answer.rows for answer in answers] == [[], [], []]
    assert all(answer.sentence.endswith("Rests on no claim.") for answer in answers)


# Statements of shares


def test_shares_are_read_with_their_whole_and_their_source(reader: ClaimReader) -> None:
    china, peru = read_share_statements(reader)
    assert (china.holder, china.commodity, china.holder_type) == (iri("country/china"), iri("commodity/tin"), "country")
    assert (china.stage, china.scope, china.time) == ("", "global", "2024")
    assert (china.share_min, china.share_max, peru.share_min, peru.share_max) == (0.6, 0.6, 0.3, None)
    assert (china.claim, china.source, china.published) == (iri("doc/one#3"), iri("doc/one"), "2024-05")


@pytest.mark.parametrize(
    ("said", "include", "expected"),
    [
        ({"shareMin": 0.5, "scope": "Europe"}, ("asserted",), 1),
        ({"shareMax": 0.5}, ("asserted",), 1),
        ({}, ("asserted",), 0),
        ({"shareMin": 0.5, "modality": "planned"}, ("asserted",), 0),
        ({"shareMin": 0.5, "modality": "planned"}, ("asserted", "planned"), 1),
        ({"shareMin": 0.5, "modality": "negated"}, ("asserted", "negated"), 0),
    ],
)
def test_only_shares_that_are_stated_count(
    ontology: Ontology, said: dict[str, Any], include: tuple[str, ...], expected: int
) -> None:
    reader = reader_of(ontology, claim("one#1", "country/china", "controlsShareOf", "commodity/tin", **said))
    assert len(read_share_statements(reader, include)) == expected


def test_the_stage_of_a_share_is_named_as_in_claims(ontology: Ontology) -> None:
    said = claim("one#1", "country/china", "controlsShareOf", "commodity/tin", shareMin=0.5, stage="refining")
    (found,) = read_share_statements(reader_of(ontology, said))
    assert found.stage == "refining"


def test_copies_say_the_same_once_and_what_is_their_own_still_counts(ontology: Ontology) -> None:
    same = [
        ("one#1", {"shareMin": 0.5}),
        ("two#1", {"shareMin": 0.5}),
        ("two#2", {"shareMin": 0.6}),
        ("six#1", {"shareMin": 0.5}),
    ]
    told = [claim(name, "country/china", "controlsShareOf", "commodity/tin", **said) for name, said in same]
    reader = reader_of(ontology, *told)
    apart, joined = (
        read_share_statements(reader),
        read_share_statements(reader, copies={iri("doc/two"): iri("doc/six")}),
    )
    assert [s.claim.rsplit("/")[-1] for s in apart] == ["one#1", "six#1", "two#1", "two#2"]
    assert [s.claim.rsplit("/")[-1] for s in joined] == ["one#1", "six#1", "two#2"]


@pytest.mark.parametrize(
    ("scope", "expected"), [({}, "global"), ({"scope": "World"}, "global"), ({"scope": "Europe"}, "Europe")]
)
def test_a_share_of_no_named_whole_is_one_of_the_world(
    ontology: Ontology, scope: dict[str, str], expected: str
) -> None:
    said = claim("one#1", "country/china", "controlsShareOf", "commodity/tin", shareMin=0.5, **scope)
    (found,) = read_share_statements(reader_of(ontology, said))
    assert found.scope == expected


# Which rules carry a loss


@pytest.mark.parametrize(
    ("rule", "dependent", "feels", "hands_on"),
    [
        ("supplies", "company/acme", True, True),
        ("supplies", "country/japan", True, False),
        ("lends-to", "company/acme", False, False),
        ("unheard-of", "company/acme", False, False),
    ],
)
def test_rules_say_in_the_ontology_how_far_they_carry_a_loss(
    reader: ClaimReader, rule: str, dependent: str, feels: bool, hands_on: bool
) -> None:
    found, carrying = need(dependent, "country/china", rule=rule), read_carrying(reader)
    assert (carrying.feels(found), carrying.hands_on(found)) == (feels, hands_on)
