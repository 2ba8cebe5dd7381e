"""Conflicts: each kind is found, and what only looks like it is told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from articles import Article, Said, make_graph, part, says

from kg.config import ontology_folder
from kg.errors import OntologyError
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.conflict_rules import load_conflict_rules
from kg.query.conflicts import COLUMNS, Conflict, find_conflicts, list_conflicts
from kg.query.numbers import Verdict
from kg.store import GraphStore

Find = Callable[..., list[Conflict]]
Told = tuple[str, str, str]

CHINA, US, EARTHS = "country/china", "country/united-states", "commodity/rare-earths"
MINE = "facility/lost-creek-mine"


@pytest.fixture
def graph(stages: Stages, tmp_path: Path) -> Callable[..., GraphStore]:
    """Return a function that writes a graph of articles; a list of claims is an article of 2025 named a, b, c..."""

    def make(*articles: Article | list[Said]) -> GraphStore:
        named = [
            a if isinstance(a, Article) else Article("abcdefgh"[n], a, "2025-06-01") for n, a in enumerate(articles)
        ]
        return make_graph(stages, tmp_path / "graph", named)

    return make


@pytest.fixture
def find(graph: Callable[..., GraphStore], ontology: Ontology) -> Find:
    """Return a function from articles to the conflicts among them."""
    return lambda *articles: find_conflicts(graph(*articles), ontology)


def short(conflicts: list[Conflict]) -> list[Told]:
    return [(c.kind, c.verdict, c.reason) for c in conflicts]


def share(value: dict[str, Any], subject: str = CHINA, **more: Any) -> list[Said]:
    return [says("controls_share", subject, EARTHS, share=value, **({"stage": "mining", "time": "2024"} | more))]


def test_shares_of_one_thing_that_lie_apart_cannot_both_hold(find: Find) -> None:
    (found,) = find(share(part(0.6)), share(part(0.9)))
    assert (found.kind, found.verdict, found.reason) == ("share", "contradict", "")
    assert (
        found.why == "The share of rare earths that China has is stated as 60% and 90% (mining), which cannot all hold"
    )
    assert [(s.says, s.claim.source.name) for s in found.statements] == [("60%", "a"), ("90%", "b")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (part(0.69), part(0.69), []),
        (part(0.69), part(0.7), [("share", "differ", "")]),
        (part(0.46), part(0.463), [("share", "apparent", "rounding")]),
        (part(0.8, 1), part(0.85), [("share", "apparent", "bound")]),
        (part(0.8, 1), part(0.92), [("share", "differ", "")]),
        (part(0.8, 1), part(0.7), [("share", "contradict", "")]),
        (part(None, 0.9), part(0.88), [("share", "apparent", "bound")]),
        (part(0.6, approx=True), part(0.63), [("share", "apparent", "about")]),
        (part(0.6, approx=True), part(0.7), [("share", "contradict", "")]),
        (part(0.6, 0.7), part(0.65), [("share", "apparent", "range")]),
        (part(0.6, 0.7), part(0.65, 0.8), [("share", "differ", "")]),
        (part(0.6, 0.7), part(0.8, 0.9), [("share", "contradict", "")]),
    ],
)
def test_two_shares(find: Find, one: dict[str, Any], other: dict[str, Any], expected: list[Told]) -> None:
    assert short(find(share(one), share(other))) == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"stage": "refining"}, "stage"),
        ({"time": "2010"}, "time"),
        ({"time": "from 2026"}, "time"),
        ({"scope": "Europe"}, "scope"),
        ({"kind": "reserves"}, "kind"),
    ],
)
def test_shares_of_different_things_only_look_like_a_conflict(find: Find, more: dict[str, Any], reason: str) -> None:
    assert short(find(share(part(0.6)), share(part(0.9), **more))) == [("share", "apparent", reason)]


@pytest.mark.parametrize(
    "more", [{"scope": "global"}, {"time": "2024-03"}, {"time": "2020/2024"}, {"time": "from 2009"}]
)
def test_shares_of_one_thing_conflict_however_it_is_told(find: Find, more: dict[str, Any]) -> None:
    assert short(find(share(part(0.6)), share(part(0.9), **more))) == [("share", "contradict", "")]


def test_shares_of_two_holders_or_two_commodities_are_no_conflict(find: Find) -> None:
    other = [says("controls_share", CHINA, "commodity/lithium", share=part(0.9), stage="mining", time="2024")]
    assert find(share(part(0.3)), share(part(0.6), US), other) == []


# One conflict and one harmless pair of articles for each rule

LYNAS, MP, IGO, TIANQI = (f"company/{name}" for name in ("lynas-rare-earths", "mp-materials", "igo", "tianqi-lithium"))
KATCO = "company/katco"
DOD = "org/us-department-of-defense"


def usd(value: int, currency: str = "USD", **more: Any) -> dict[str, Any]:
    return {"amount": {"value": value, "currency": currency, **more}}


def tonnes(value: float, unit: str = "t") -> dict[str, Any]:
    return {"quantity": {"value": value, "unit": unit}}


Pair = tuple[Said, Said]
CASES: dict[str, tuple[Verdict, Pair, Pair]] = {
    "share": (
        "contradict",
        (share(part(0.6))[0], share(part(0.9))[0]),
        (share(part(0.6))[0], share(part(0.6), stage="refining")[0]),
    ),
    "stake": (
        "contradict",
        (says("holds_stake_in", MP, IGO, share=part(0.15)), says("owns", MP, IGO, share=part(0.25))),
        (says("holds_stake_in", MP, IGO, share=part(0.15)), says("holds_stake_in", LYNAS, IGO, share=part(0.25))),
    ),
    "dependence": (
        "contradict",
        (says("supplies", CHINA, US, share=part(0.7)), says("depends_on", US, CHINA, share=part(0.3))),
        (says("supplies", CHINA, US, share=part(0.7)), says("depends_on", CHINA, US, share=part(0.3))),
    ),
    "output": (
        "contradict",
        (says("produces", MINE, EARTHS, **tonnes(45_000)), says("produces", MINE, EARTHS, **tonnes(30_000))),
        (says("produces", MINE, EARTHS, **tonnes(45_000)), says("produces", MINE, "commodity/gold", **tonnes(3))),
    ),
    "reserves": (
        "contradict",
        (says("holds_reserves", CHINA, EARTHS, **tonnes(44e6)), says("holds_reserves", CHINA, EARTHS, **tonnes(22e6))),
        (says("holds_reserves", CHINA, EARTHS, **tonnes(44e6)), says("holds_reserves", US, EARTHS, **tonnes(22e6))),
    ),
    "price": (
        "contradict",
        (says("acquires", MP, IGO, **usd(500_000_000)), says("acquires", MP, IGO, **usd(700_000_000))),
        (says("acquires", MP, IGO, **usd(500_000_000)), says("acquires", MP, LYNAS, **usd(700_000_000))),
    ),
    "investment": (
        "differ",
        (says("invests_in", DOD, MP, **usd(400_000_000)), says("invests_in", DOD, MP, **usd(150_000_000))),
        (says("invests_in", DOD, MP, **usd(400_000_000)), says("lends_to", DOD, MP, **usd(150_000_000))),
    ),
    "loan": (
        "differ",
        (says("lends_to", DOD, MP, **usd(400_000_000)), says("lends_to", DOD, MP, **usd(150_000_000))),
        (says("lends_to", DOD, MP, **usd(400_000_000)), says("lends_to", DOD, LYNAS, **usd(150_000_000))),
    ),
    "deal": (
        "differ",
        (
            says("agrees_with", US, "country/australia", **usd(3_000_000)),
            says("agrees_with", "country/australia", US, **usd(8_000_000)),
        ),
        (
            says("agrees_with", US, "country/australia", **usd(3_000_000)),
            says("agrees_with", CHINA, US, **usd(8_000_000)),
        ),
    ),
    "country": (
        "contradict",
        (says("located_in", MINE, CHINA), says("located_in", MINE, "region/california")),
        (says("located_in", MINE, US), says("located_in", "facility/other-mine", "region/jiangxi")),
    ),
    "owner": (
        "differ",
        (says("owns", MP, MINE), says("owns", LYNAS, MINE)),
        (says("owns", MP, MINE), says("owns", LYNAS, "facility/other-mine")),
    ),
    "buyer": (
        "differ",
        (says("acquires", MP, IGO), says("acquires", LYNAS, IGO)),
        (says("acquires", MP, IGO), says("acquires", LYNAS, TIANQI)),
    ),
    "leader": (
        "differ",
        (says("leads", "person/a", MP, role="CEO"), says("leads", "person/b", MP, role="CEO")),
        (says("leads", "person/a", MP, role="director"), says("leads", "person/b", MP, role="director")),
    ),
    "operator": (
        "differ",
        (says("operates", MP, MINE), says("operates", LYNAS, MINE)),
        (says("operates", MP, MINE), says("operates", MP, "facility/other-mine")),
    ),
    "stakes": (
        "contradict",
        (says("holds_stake_in", MP, KATCO, share=part(0.6)), says("holds_stake_in", LYNAS, KATCO, share=part(0.57))),
        (says("holds_stake_in", MP, KATCO, share=part(0.6)), says("holds_stake_in", LYNAS, KATCO, share=part(0.4))),
    ),
    "shares": (
        "contradict",
        (share(part(0.7))[0], share(part(0.62), US)[0]),
        (share(part(0.7))[0], share(part(0.62), LYNAS)[0]),
    ),
    "status": (
        "contradict",
        (says("produces", MP, EARTHS), says("produces", MP, EARTHS, "negated")),
        (says("produces", MP, EARTHS), says("produces", LYNAS, EARTHS, "negated")),
    ),
}


def test_every_rule_has_a_case(ontology: Ontology) -> None:
    rules = load_conflict_rules(ontology).rules
    assert [r.name for r in rules] == list(CASES)
    assert all(rule.explanation for rule in rules)
    assert all("{values}" in rule.sentence for rule in rules)


@pytest.mark.parametrize("name", CASES)
def test_each_rule_finds_its_conflict_and_no_other(find: Find, name: str) -> None:
    verdict, conflict, _ = CASES[name]
    assert short(find(*([said] for said in conflict))) == [(name, verdict, "")]


@pytest.mark.parametrize("name", CASES)
def test_each_rule_leaves_other_things_alone(find: Find, name: str) -> None:
    harmless = CASES[name][2]
    assert [c for c in find(*([said] for said in harmless)) if c.verdict != "apparent"] == []


@pytest.mark.parametrize("name", CASES)
def test_one_article_that_says_both_speaks_of_two_things(find: Find, name: str) -> None:
    assert short(find(list(CASES[name][1]))) == [(name, "apparent", "article")]


# Numbers


@pytest.mark.parametrize(
    ("relation", "one", "other", "expected"),
    [
        ("invests_in", usd(400_000_000), usd(400_000_000), []),
        ("invests_in", usd(2_260_000_000), usd(2_300_000_000), [("investment", "apparent", "rounding")]),
        ("invests_in", usd(400_000_000), usd(400_000_000, "EUR"), [("investment", "apparent", "currency")]),
        ("invests_in", usd(400_000_000, bound="min"), usd(450_000_000), [("investment", "apparent", "bound")]),
        ("invests_in", usd(400_000_000, bound="max"), usd(450_000_000), [("investment", "differ", "")]),
        ("invests_in", usd(400_000_000, bound="approx"), usd(430_000_000), [("investment", "apparent", "about")]),
        ("invests_in", usd(400_000_000) | {"kind": "equity"}, usd(9) | {"kind": "grant"}, [("investment", "apparent", "kind")]),
        ("produces", tonnes(1000), tonnes(1_000_000, "kg"), [("output", "apparent", "unit")]),
        ("produces", tonnes(1000), tonnes(700_000, "kg"), [("output", "contradict", "")]),
        ("produces", tonnes(1000), tonnes(1000, "MWh"), [("output", "apparent", "unit")]),
        ("produces", tonnes(1000) | {"measure": "per year"}, tonnes(700), [("output", "apparent", "measure")]),
        ("produces", tonnes(1000) | {"time": "2024"}, tonnes(250) | {"time": "2024-03"}, [("output", "apparent", "time")]),
        ("produces", tonnes(1000) | {"time": "2024"}, tonnes(250), [("output", "contradict", "")]),
        ("acquires", usd(500) | {"share": part(0.5)}, usd(900), [("price", "apparent", "share")]),
        ("holds_stake_in", {"share": part(0.15)}, {"share": part(0.1), "time": "2019"}, [("stake", "apparent", "time")]),
    ],
)  # fmt: skip
def test_two_numbers(
    find: Find, relation: str, one: dict[str, Any], other: dict[str, Any], expected: list[Told]
) -> None:
    assert short(find([says(relation, MP, IGO, **one)], [says(relation, MP, IGO, **other)])) == expected


def test_a_plan_and_a_fact_are_no_two_numbers_of_one_thing(find: Find) -> None:
    planned = says("invests_in", DOD, MP, "planned", **usd(900_000_000))
    told = [c for c in find([planned], [says("invests_in", DOD, MP, **usd(400_000_000))]) if c.kind == "investment"]
    assert short(told) == [("investment", "apparent", "modality")]
    assert short(find([planned], [says("invests_in", DOD, MP, "planned", **usd(400_000_000))])) == [
        ("investment", "differ", "")
    ]


def test_a_denied_number_is_no_number(find: Find) -> None:
    denied = says("controls_share", CHINA, EARTHS, "negated", share=part(0.9), stage="mining")
    assert find(share(part(0.6)), [denied]) == []


def test_all_statements_of_a_dispute_stand_side_by_side(find: Find) -> None:
    values = (part(0.6), part(0.7), part(0.8, 1), part(0.92), part(0.85))
    dispute, looks = find(*(share(value) for value in values))
    assert [s.says for s in dispute.statements] == ["60%", "70%", ">80%", "92%", "85%"]
    assert dispute.verdict == "contradict"
    assert (looks.reason, [s.says for s in looks.statements]) == ("bound", [">80%", "85%"])


def test_disputes_of_different_years_are_told_one_by_one(find: Find) -> None:
    years = ("2010", "2010", "2024", "2024")
    found = find(*(share(part(n), time=t) for n, t in zip((0.97, 0.9, 0.69, 0.6), years, strict=True)))
    assert short(found) == [("share", "contradict", ""), ("share", "contradict", ""), ("share", "apparent", "time")]
    assert [[s.says for s in c.statements] for c in found[:2]] == [["69%", "60%"], ["97%", "90%"]]


# When, where and by whom it is said


def dated(published: str | None, *said: Said, name: str = "") -> Article:
    return Article(name or f"of-{published}", said, published)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("2025-06-01", "2025-01", ""),
        ("2025-06-01", "2024-08-01", ""),
        ("2025-06-01", "2022-06-01", "time"),
        ("2025", None, ""),
    ],
)
def test_without_a_time_of_its_own_a_statement_is_of_its_article_s_time(
    find: Find, one: str | None, other: str | None, reason: str
) -> None:
    (found,) = find(
        dated(one, says("controls_share", CHINA, EARTHS, share=part(0.6))),
        dated(other, says("controls_share", CHINA, EARTHS, share=part(0.9))),
    )
    assert found.reason == reason


def test_a_place_does_not_depend_on_the_time(find: Find) -> None:
    told = dated("2010", says("located_in", MINE, CHINA)), dated("2025", says("located_in", MINE, US))
    assert short(find(*told)) == [("country", "contradict", "")]


def test_one_article_that_reports_two_voices_reports_a_conflict(find: Find) -> None:
    claims = share(part(0.6), attribution="the USGS") + share(part(0.9), attribution="the IEA")
    (found,) = find(claims)
    assert (found.verdict, [s.claim.attribution for s in found.statements]) == ("contradict", ["the USGS", "the IEA"])


def test_what_one_article_calls_the_company_is_nothing_to_others(find: Find) -> None:
    local = "doc/a#facility-mine"
    assert find([says("located_in", local, CHINA)], [says("located_in", local, US)]) == []


# Copies


TEXT = [
    f"Sentence {n} of the agency tells of metal number {n}, of who digs it and of where it goes in year {n}."
    for n in range(6)
]


def wire(name: str, value: float, published: str, text: list[str] = TEXT) -> Article:
    rest = [says("used_in", EARTHS, f"product/p{n}", quote=quote) for n, quote in enumerate(text)]
    return Article(
        name, [*share(part(value), quote=f"China mines {value} of all rare earths, says the agency"), *rest], published
    )


def test_copies_count_once(find: Find) -> None:
    other = Article("other", share(part(0.9)), "2025-05-01")
    (found,) = find(wire("late", 0.6, "2025-05-03"), wire("early", 0.6, "2025-05-02"), other)
    assert [(s.claim.source.name, s.copies) for s in found.statements] == [("other", ()), ("early", ("late",))]


def test_articles_of_their_own_words_count_each(find: Find) -> None:
    own = [quote.replace("Sentence", "Line").replace(" of ", " on ") for quote in TEXT]
    other = Article("other", share(part(0.9)), "2025-05-01")
    (found,) = find(wire("late", 0.6, "2025-05-03", own), wire("early", 0.6, "2025-05-02"), other)
    assert [s.claim.source.name for s in found.statements] == ["other", "early", "late"]


def test_a_copy_with_another_number_only_looks_like_a_conflict(find: Find) -> None:
    assert short(find(wire("a", 0.6, "2025-05-01"), wire("b", 0.9, "2025-05-02"))) == [("share", "apparent", "copy")]


# Places and parts


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("region/california", "country/united-states", [("country", "apparent", "nested")]),
        ("region/california", "region/nevada", []),
        ("region/somewhere-else", "country/united-states", []),
        ("region/jiangxi", "region/nevada", [("country", "contradict", "")]),
    ],
)
def test_two_places(find: Find, one: str, other: str, expected: list[Told]) -> None:
    assert short(find([says("located_in", MINE, one)], [says("located_in", MINE, other)])) == expected


def test_a_company_may_be_in_two_countries(find: Find) -> None:
    assert find([says("located_in", MP, CHINA)], [says("located_in", MP, US)]) == []


def test_articles_tell_where_a_place_lies(find: Find) -> None:
    village = [says("located_in", "region/village", CHINA)]
    found = find(village, [says("located_in", MINE, "region/village")], [says("located_in", MINE, US)])
    assert short(found) == [("country", "contradict", "")]


def test_a_parent_and_its_subsidiary_are_no_two_owners(find: Find) -> None:
    both = [says("owns", MP, MINE)], [says("owns", LYNAS, MINE)]
    assert short(find(*both, [says("owns", MP, LYNAS)])) == [("owner", "apparent", "nested")]


def test_who_owns_all_of_a_thing_is_its_only_owner(find: Find) -> None:
    assert short(find([says("owns", MP, MINE, share=part(1.0))], [says("owns", LYNAS, MINE)])) == [
        ("owner", "contradict", "")
    ]


def test_owners_of_parts_are_added_up(find: Find) -> None:
    assert find([says("owns", MP, MINE, share=part(0.5))], [says("owns", LYNAS, MINE, share=part(0.5))]) == []


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        ([[says("holds_stake_in", DOD, MP, share=part(0.7))], [says("holds_stake_in", US, MP, share=part(0.7))]], []),
        (
            [
                [says("holds_stake_in", TIANQI, IGO, share=part(0.7))],
                [says("holds_stake_in", LYNAS, IGO, share=part(0.7))],
                [says("owns", TIANQI, LYNAS)],
            ],
            [],
        ),
        (
            [
                [says("holds_stake_in", TIANQI, IGO, share=part(0.7), time="2018")],
                [says("holds_stake_in", LYNAS, IGO, share=part(0.7), time="2024")],
            ],
            [],
        ),
        ([[says("holds_stake_in", c, IGO, share=part(0.334))] for c in (MP, LYNAS, TIANQI)], []),
        ([[says("holds_stake_in", c, IGO, share=part(0.4, approx=True))] for c in (MP, LYNAS, TIANQI)], [("stakes", "contradict", "")]),
        ([[says("holds_stake_in", c, IGO, share=part(0.4, 1))] for c in (MP, LYNAS, TIANQI)], [("stakes", "contradict", "")]),
        ([[says("holds_stake_in", c, IGO, share=part(None, 0.4))] for c in (MP, LYNAS, TIANQI)], []),
        ([[says("holds_stake_in", c, IGO, "planned", share=part(0.51))] for c in (MP, LYNAS)], []),
    ],
    ids=["country", "parent", "years", "thirds", "about", "over", "under", "planned"],
)  # fmt: skip
def test_stakes_are_added_up(find: Find, articles: list[list[Said]], expected: list[Told]) -> None:
    assert short(find(*articles)) == expected


def test_a_sum_takes_the_least_that_is_said_of_each_holder(find: Find) -> None:
    said = [(MP, 0.7), (MP, 0.3), (LYNAS, 0.62)]
    found = find(*([says("holds_stake_in", who, IGO, share=part(value))] for who, value in said))
    assert short(found) == [("stake", "contradict", "")]


def test_a_sum_names_its_parts(find: Find) -> None:
    (found,) = find(share(part(0.7)), share(part(0.62), US))
    assert (
        found.why
        == "The shares of rare earths are stated as China 70% and United States 62% (mining), which cannot all hold"
    )


# Status


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"stage": "refining"}, {}, [("status", "contradict", "")]),
        ({}, {"stage": "refining"}, [("status", "apparent", "stage")]),
        ({"stage": "refining"}, {"stage": "mining"}, [("status", "apparent", "stage")]),
        ({"time": "2024"}, {"time": "2020"}, [("status", "apparent", "time")]),
        (tonnes(1000), tonnes(2000), []),
        ({}, tonnes(2000), []),
    ],
    ids=["denied of all", "denied of a stage", "another stage", "another year", "another number", "a number"],
)
def test_what_is_stated_and_what_is_denied(
    find: Find, one: dict[str, Any], other: dict[str, Any], expected: list[Told]
) -> None:
    stated, denied = says("produces", MP, EARTHS, **one), says("produces", MP, EARTHS, "negated", **other)
    assert short(find([stated], [denied])) == expected


@pytest.mark.parametrize(
    ("relation", "planned", "done", "expected"),
    [
        ("acquires", "2024-01-01", "2025-01-01", [("status", "apparent", "progress")]),
        ("acquires", "2025-06-01", "2025-01-01", [("status", "differ", "")]),
        ("invests_in", "2025-06-01", "2025-01-01", []),
        ("acquires", None, "2025-01-01", [("status", "apparent", "progress")]),
    ],
)
def test_what_was_planned_and_what_is_done(
    find: Find, relation: str, planned: str | None, done: str, expected: list[Told]
) -> None:
    plan, fact = says(relation, MP, IGO, "planned"), says(relation, MP, IGO)
    assert short(find(dated(planned, plan), dated(done, fact))) == expected


# What is asked for, and how it is shown


def test_conflicts_about_something(graph: Callable[..., GraphStore], ontology: Ontology) -> None:
    metal = says("controls_share", CHINA, "commodity/neodymium", share=part(0.6))
    store = graph(
        [metal, says("owns", MP, MINE)], [replace(metal, qualifiers={"share": part(0.9)}), says("owns", LYNAS, MINE)]
    )

    def kinds(iri: str) -> list[str]:
        return [c.kind for c in find_conflicts(store, ontology, store.base + iri)]

    assert kinds("commodity/neodymium") == kinds(EARTHS) == kinds(CHINA) == ["share"]
    assert kinds(MINE) == kinds(LYNAS) == ["owner"]
    assert kinds("commodity/lithium") == []


def test_the_order_of_articles_does_not_matter(
    graph: Callable[..., GraphStore], ontology: Ontology, stages: Stages, tmp_path: Path
) -> None:
    articles = [
        Article(f"{name}{n}", [said], "2025-06") for name, (_, pair, _) in CASES.items() for n, said in enumerate(pair)
    ]
    rules = load_conflict_rules(ontology)
    one, other = (
        list_conflicts(find_conflicts(make_graph(stages, tmp_path / folder, told), ontology), rules, "?")
        for folder, told in (("forth", articles), ("back", articles[::-1]))
    )
    assert one == other
    assert len({row[2] for row in one.rows}) == len(CASES)


def test_a_row_a_statement(graph: Callable[..., GraphStore], ontology: Ontology) -> None:
    first = Article("first", share(part(0.6), quote="60% of {all}"), "2025-01-01", "Wire")
    second = Article("second", share(part(0.9), quote="90%", attribution="the IEA"), "2025-02-01")
    answer = list_conflicts(find_conflicts(graph(first, second), ontology), load_conflict_rules(ontology), "What?")
    assert answer.columns == COLUMNS
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in answer.rows]
    assert rows[0] == {
        "conflict": 1,
        "verdict": "cannot both hold",
        "kind": "share",
        "why": "The share of rare earths that China has is stated as 60% and 90% (mining), which cannot all hold",
        "subject": "China",
        "relation": "controls_share",
        "object": "rare earths",
        "says": "60%",
        "stage": "mining",
        "time": "2024",
        "modality": "asserted",
        "attribution": None,
        "copies": None,
        "quote": "60% of {all}",
        "source": "first",
        "publisher": "Wire",
        "date": "2025-01-01",
    }
    assert (rows[1]["says"], rows[1]["attribution"], rows[1]["publisher"]) == ("90%", "the IEA", None)


def test_articles_that_were_read_disagree(graph_of: Callable[..., GraphStore], ontology: Ontology) -> None:
    store = graph_of(
        "Title: One\nPublisher: Wire A\nDate: 2025-03-01\n\nChina controls 90% of rare earth refining.",
        "Title: Two\nPublisher: Wire B\nDate: 2025-04-01\n\nChina controls 60% of rare earth refining.",
        "Title: Three\nPublisher: Wire C\nDate: 2025-04-01\n\nChina controls 70% of rare earth mining.",
    )
    dispute, looks = find_conflicts(store, ontology)
    assert (dispute.verdict, [s.claim.source.publisher for s in dispute.statements]) == (
        "contradict",
        ["Wire A", "Wire B"],
    )
    assert (looks.verdict, looks.reason, len(looks.statements)) == ("apparent", "stage", 3)


def test_a_graph_without_claims_has_no_conflicts(find: Find) -> None:
    assert find([]) == []


# The file of rules


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('relations = ["produces"]', 'relations = ["digs"]', "'digs'"),
        ('compare = "sum"', 'compare = "guess"', "'guess'"),
        ('same = ["stage", "scope", "kind"]', 'same = ["colour"]', "'colour'"),
        ('subjects = ["facility"]', 'subjects = ["cave"]', "'cave'"),
        ("lag_years = 1", "", "lag_years"),
        ('name = "share"', 'nom = "share"', "nom"),
        ("{values}", "{worth}", "worth"),
        ("[time]", "[time", "cannot be used"),
    ],
)
def test_a_broken_file_of_rules_is_told(tmp_path: Path, ontology: Ontology, old: str, new: str, told: str) -> None:
    text = (ontology_folder() / "conflicts.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "conflicts.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OntologyError, match=r"conflicts\.toml") as error:
        load_conflict_rules(ontology, tmp_path)
    assert told in str(error.value)


def test_every_reason_can_be_said(ontology: Ontology) -> None:
    rules = load_conflict_rules(ontology)
    said = {
        "time",
        "article",
        "copy",
        "bound",
        "about",
        "range",
        "rounding",
        "unit",
        "currency",
        "nested",
        "progress",
        "modality",
    }
    assert said | {q for rule in rules.rules for q in rule.same} == set(rules.reasons)
    assert set(rules.verdicts) == {"contradict", "differ", "apparent"} == {*rules.endings, "apparent"}


def test_a_rule_needs_no_python(graph: Callable[..., GraphStore], ontology: Ontology, tmp_path: Path) -> None:
    text = (ontology_folder() / "conflicts.toml").read_text(encoding="utf-8")
    (tmp_path / "conflicts.toml").write_text(
        text
        + """
[[rule]]
name = "use"
compare = "number"
relations = ["used_in"]
value = "share"
sentence = "The part of {subject} that goes into {object} is stated as {values}"
explanation = "Parts of one whole."
""",
        encoding="utf-8",
    )
    rules = load_conflict_rules(ontology, tmp_path)
    store = graph(*([says("used_in", EARTHS, "product/magnets", share=part(value))] for value in (0.3, 0.7)))
    assert short(find_conflicts(store, ontology)) == []
    assert short(find_conflicts(store, ontology, rules=rules)) == [("use", "contradict", "")]
