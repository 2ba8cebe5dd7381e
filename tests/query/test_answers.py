"""What each ready question answers, on claims made by hand: what counts, what does not, in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from articles import Article, Said, make_graph, part, says

from kg.config import DEFAULT_BASE
from kg.errors import ParameterError, UnknownNameError
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.names import NameIndex
from kg.query.questions import ask, load_questions
from kg.store import GraphStore
from kg.vocab import LODE, PROV, RDF

Rows = list[dict[str, Any]]
Ask = Callable[..., Rows]
CHINA, JAPAN, US, CHILE = "country/china", "country/japan", "country/united-states", "country/chile"
LYNAS, SOJITZ, TESLA = "company/lynas-rare-earths", "company/sojitz", "company/tesla"
EARTHS, NEODYMIUM, COPPER = "commodity/rare-earths", "commodity/neodymium", "commodity/copper"
QUESTIONS = load_questions()


@pytest.fixture
def asked(stages: Stages, ontology: Ontology, tmp_path: Path) -> Callable[..., Ask]:
    """Return a function from articles, or from the claims of one, to a function that asks questions about them."""

    def make(*told: Article | Said) -> Ask:
        articles = [t for t in told if isinstance(t, Article)]
        claims = [t for t in told if isinstance(t, Said)]
        store = make_graph(stages, tmp_path / "graph", [*articles, *([Article("one", claims)] if claims else [])])
        return asker(store, ontology)

    return make


def asker(store: GraphStore, ontology: Ontology) -> Ask:
    def answer(question: str, *values: str, **named: str) -> Rows:
        found = ask(store, NameIndex(store, ontology), QUESTIONS[question], *values, **named)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    return answer


def seen(rows: Rows, *columns: str) -> list[Any]:
    """Return what rows hold in some columns, in their order."""
    return [row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns) for row in rows]


# Who depends on whom


def test_depends_on_takes_what_is_said_and_what_is_supplied_and_no_denial(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("depends_on", JAPAN, CHINA, commodity="gallium"),
        says("supplies", CHINA, US, commodity="graphite"),
        says("depends_on", CHILE, CHINA, "negated"),
        says("depends_on", CHINA, "country/australia", commodity="lithium"),
        says("supplies", JAPAN, CHINA),
        says("invests_in", CHINA, CHILE),
    )
    assert seen(ask("depends-on", "China"), "who", "what") == [("Japan", "gallium"), ("United States", "graphite")]


def test_suppliers_are_the_other_direction(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("depends_on", JAPAN, CHINA, commodity="gallium"),
        says("supplies", LYNAS, JAPAN, commodity="oxides"),
        says("supplies", JAPAN, US),
        says("supplies", CHILE, JAPAN, "negated"),
    )
    assert seen(ask("suppliers-of", "Japan"), "who", "whom", "what") == [
        ("China", None, "gallium"),
        ("Lynas Rare Earths", None, "oxides"),
    ]
    assert seen(ask("customers-of", "Japan"), "who") == ["United States"]


def test_a_commodity_has_makers_sellers_and_users(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("supplies", LYNAS, JAPAN, on=NEODYMIUM, commodity="neodymium"),
        says("depends_on", US, CHINA, on=EARTHS, commodity="rare earths"),
        says("produces", LYNAS, NEODYMIUM, quantity={"value": 500, "unit": "t", "approx": True}),
        says("produces", CHILE, COPPER),
        says("used_in", NEODYMIUM, "product/permanent-magnets"),
        says("used_in", COPPER, "product/motors"),
    )
    rows = ask("suppliers-of", "rare earths")
    assert seen(rows, "who", "whom", "what") == [
        ("China", "United States", "rare earths"),
        ("Lynas Rare Earths", "Japan", "neodymium"),
        ("Lynas Rare Earths", None, "neodymium"),
    ]
    assert (rows[2]["quantity_min"], rows[2]["unit"], rows[2]["quantity_approximate"]) == (500, "t", "true")
    assert rows[2]["share_approximate"] is None, "the quantity is about, and there is no share"
    assert seen(ask("customers-of", "rare earths"), "who", "whom", "what") == [
        ("Japan", "Lynas Rare Earths", "neodymium"),
        ("permanent magnets", None, "neodymium"),
        ("United States", "China", "rare earths"),
    ]


@pytest.fixture
def derived(stages: Stages, ontology: Ontology, tmp_path: Path) -> Ask:
    """A graph with two derived dependencies that rest on three claims."""
    claims = [
        says("supplies", CHINA, JAPAN, share=part(0.9), quote="China sells Japan 90% of it"),
        says("depends_on", JAPAN, CHINA, share=part(0.9), quote="Japan, to which China sells Japan 90% of it, said"),
        says("owns", LYNAS, "facility/mount-weld-mine", "planned"),
    ]
    store = make_graph(stages, tmp_path / "graph", [Article("one", claims, "2025-01-02")])
    of = {c: store.query(f"SELECT ?c {{ ?c rdf:predicate lode:{c} }}") for c in ("supplies", "dependsOn", "owns")}
    iris = {key: next(iter(rows))["c"] for key, rows in of.items()}
    edges = [
        ("a", "trade", JAPAN, CHINA, iris["supplies"]),
        ("b", "trade", JAPAN, CHINA, iris["dependsOn"]),
        ("c", "operation", LYNAS, "facility/mount-weld-mine", iris["owns"]),
    ]
    node, lode = (lambda iri: ox.NamedNode(DEFAULT_BASE + iri)), (lambda name: ox.NamedNode(LODE + name))
    store.put(
        lode("dependencies"),
        [
            triple
            for name, kind, dependent, provider, claim in edges
            for triple in (
                (node(f"dependency/{name}"), ox.NamedNode(RDF + "type"), lode("Dependency")),
                (node(f"dependency/{name}"), lode("kind"), ox.Literal(kind)),
                (node(f"dependency/{name}"), lode("rule"), ox.Literal(name)),
                (node(f"dependency/{name}"), lode("dependent"), node(dependent)),
                (node(f"dependency/{name}"), lode("provider"), node(provider)),
                (node(f"dependency/{name}"), ox.NamedNode(PROV + "wasDerivedFrom"), claim),
            )
        ],
    )
    return asker(store, ontology)


def test_derived_dependencies_are_asked_for_in_both_directions(derived: Ask) -> None:
    (row,) = derived("dependents-of", "China")
    assert (row["who"], row["kind"], row["share_min"], row["date"]) == ("Japan", "trade", 0.9, "2025-01-02")
    assert row["quote"] == "Japan, to which China sells Japan 90% of it, said", "two rules on one sentence are one row"
    assert derived("dependencies-of", "China") == []
    assert derived("dependents-of", "Japan") == []
    assert seen(derived("dependencies-of", "Japan"), "whom", "kind") == [("China", "trade")]
    assert seen(derived("dependencies-of", "Lynas"), "whom", "kind", "modality") == [
        ("Mount Weld mine", "operation", "planned")
    ]


# Shares


SHARES = (
    Article("old", [says("controls_share", CHINA, EARTHS, share=part(0.6), stage="mining", time="2020")], "2021-01-01"),
    Article(
        "new",
        [
            says("controls_share", CHINA, NEODYMIUM, share=part(0.9, approx=True), stage="refining", time="2024"),
            says("controls_share", CHINA, EARTHS, share=part(0.92), stage="refining", time="2022-03"),
            says("controls_share", US, EARTHS, share=part(0.12), stage="mining", time="2022/2024"),
            says("controls_share", JAPAN, EARTHS, share=part(0.01), attribution="the ministry"),
            says("controls_share", CHILE, EARTHS, share=part(None, 0.02), stage="mining", time="from 2023"),
            says("controls_share", CHINA, COPPER, share=part(0.4), stage="refining", time="2024"),
            says("controls_share", US, EARTHS, "negated", share=part(0.5)),
            says("controls_share", US, EARTHS, "planned", share=part(0.3), stage="mining", time="by 2030"),
        ],
        "2025-01-01",
    ),
)


def test_shares_stand_by_modality_stage_commodity_and_size(asked: Callable[..., Ask]) -> None:
    rows = asked(*SHARES)("share-of", "rare earths")
    assert seen(rows, "who", "of", "stage", "share_min", "share_max") == [
        ("Japan", "rare earths", None, 0.01, 0.01),
        ("China", "rare earths", "mining", 0.6, 0.6),
        ("United States", "rare earths", "mining", 0.12, 0.12),
        ("Chile", "rare earths", "mining", None, 0.02),
        ("China", "neodymium", "refining", 0.9, 0.9),
        ("China", "rare earths", "refining", 0.92, 0.92),
        ("United States", "rare earths", "mining", 0.3, 0.3),
    ]
    assert [row["modality"] for row in rows][-2:] == ["asserted", "planned"]
    assert [row["according_to"] for row in rows][:2] == ["the ministry", None]


@pytest.mark.parametrize("stage", ["refining", "Refining", "refined", " refining "])
def test_shares_of_one_stage(asked: Callable[..., Ask], stage: str) -> None:
    rows = asked(*SHARES)("share-of", "rare earths", stage)
    assert seen(rows, "of", "stage") == [("neodymium", "refining"), ("rare earths", "refining")]


@pytest.mark.parametrize(
    ("time", "found"),
    [
        ("2020", {"2020"}),
        ("2020-05", {"2020"}),
        ("2022", {"2022-03", "2022/2024"}),
        ("2022-03", {"2022-03", "2022/2024"}),
        ("2022-04", {"2022/2024"}),
        ("2024", {"2024", "2022/2024", "from 2023", "by 2030"}),
        ("2024-12-31", {"2024", "2022/2024", "from 2023", "by 2030"}),
        ("2030", {"from 2023", "by 2030"}),
        ("2031", {"from 2023"}),
        ("2019", {"by 2030"}),
    ],
)
def test_shares_of_one_time_are_those_that_hold_then(asked: Callable[..., Ask], time: str, found: set[str]) -> None:
    rows = asked(*SHARES)("share-of", "rare earths", time=time)
    assert {row["time"] for row in rows} - {"by 2030"} == found - {"by 2030"}
    assert ("by 2030" in {row["time"] for row in rows}) == (time <= "2030"), "a deadline may be kept at any time before"


def test_stage_and_time_together(asked: Callable[..., Ask]) -> None:
    ask = asked(*SHARES)
    assert seen(ask("share-of", "rare earths", "mining", "2020"), "who", "time") == [
        ("China", "2020"),
        ("United States", "by 2030"),
    ]
    assert ask("share-of", "rare earths", "recycling") == []


def test_what_is_asked_stands_in_the_sentence(
    stages: Stages, ontology: Ontology, tmp_path: Path, asked: Callable[..., Ask]
) -> None:
    store = make_graph(stages, tmp_path / "more", SHARES)
    index, question = NameIndex(store, ontology), QUESTIONS["share-of"]
    assert ask(store, index, question, "REE", "refined", "2024").sentence == (
        "Who holds which share of REE in refined in 2024, as each source states it?"
    )
    assert ask(store, index, question, "稀土", time="2024").sentence == (
        "Who holds which share of 稀土 in 2024, as each source states it?"
    )


# Money and ownership


def test_investments_stand_by_modality_share_and_amount_within_a_currency(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("invests_in", JAPAN, LYNAS, amount={"value": 200, "currency": "USD"}),
        says("invests_in", SOJITZ, LYNAS, amount={"value": 250, "currency": "USD", "bound": "max"}),
        says("lends_to", JAPAN, LYNAS, "planned", amount={"value": 900, "currency": "USD"}),
        says("acquires", LYNAS, "company/grayrock", amount={"value": 7, "currency": "AUD"}),
        says("holds_stake_in", CHINA, LYNAS, share=part(0.1)),
        says("holds_stake_in", CHILE, LYNAS),
        says("invests_in", CHILE, LYNAS, "negated", amount={"value": 900, "currency": "USD"}),
        says("invests_in", CHILE, SOJITZ),
        says("supplies", CHILE, LYNAS, amount={"value": 900, "currency": "USD"}),
    )
    assert seen(ask("investments", "Lynas"), "who", "how", "amount", "amount_bound") == [
        ("China", "holds a stake in", None, None),
        ("Lynas Rare Earths", "acquires", 7, None),
        ("Sojitz", "invests in", 250, "max"),
        ("Japan", "invests in", 200, None),
        ("Chile", "holds a stake in", None, None),
        ("Japan", "lends to", 900, None),
    ]


def test_owners_are_those_of_the_name_and_not_what_it_owns(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("owns", SOJITZ, LYNAS),
        says("holds_stake_in", JAPAN, LYNAS, share=part(0.2)),
        says("acquires", TESLA, LYNAS, "planned"),
        says("owns", LYNAS, "facility/mount-weld-mine"),
        says("operates", CHILE, LYNAS),
        says("owns", CHILE, LYNAS, "negated"),
    )
    assert seen(ask("owners-of", "Lynas"), "who", "how") == [
        ("Japan", "holds a stake in"),
        ("Sojitz", "owns"),
        ("Tesla", "acquires"),
    ]


# Places, rules and agreements


def test_facilities_are_works_in_a_place_however_deep(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("located_in", "facility/mountain-pass-mine", "region/california"),
        says("located_in", "facility/grayrock-works", "region/grayrock-county"),
        says("located_in", "region/grayrock-county", US),
        says("located_in", "facility/mount-weld-mine", "region/western-australia"),
        says("located_in", "company/grayrock", US),
        says("located_in", "facility/nolans-project", US, "negated"),
        says("located_in", "facility/carina", "region/nevada", "planned"),
    )
    assert seen(ask("facilities-in", "US"), "what", "place", "modality") == [
        ("Grayrock Works", "Grayrock County", "asserted"),
        ("Mountain Pass mine", "California", "asserted"),
        ("Carina", "Nevada", "planned"),
    ]
    assert seen(ask("facilities-in", "Australia"), "what") == ["Mount Weld mine"]


def test_restrictions_on_a_material_or_on_whom_they_are_aimed_at(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("restricts", CHINA, NEODYMIUM, measure="export ban", target="United States"),
        says("restricts", JAPAN, COPPER),
        says("restricts", CHILE, NEODYMIUM, "negated"),
        says("enacts", CHILE, "policy/grayrock-law", target="USA"),
        says("enacts", JAPAN, "policy/blackrock-law", on=EARTHS, commodity="rare earths"),
        says("supplies", CHINA, US, on=EARTHS, commodity="rare earths"),
    )
    assert seen(ask("restrictions-on", "rare earths"), "who", "how", "what", "measure") == [
        ("China", "restricts", "neodymium", "export ban"),
        ("Japan", "enacts", "Blackrock Law", None),
    ]
    assert seen(ask("restrictions-on", "美国"), "who", "how", "target") == [
        ("Chile", "enacts", "USA"),
        ("China", "restricts", "United States"),
    ]


def test_agreements_name_the_other_side(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("agrees_with", LYNAS, SOJITZ, kind="joint venture"),
        says("agrees_with", JAPAN, LYNAS, "planned", commodity="oxides"),
        says("agrees_with", CHINA, LYNAS, "negated"),
        says("agrees_with", CHINA, CHILE),
    )
    assert seen(ask("agreements-of", "Lynas"), "with", "kind", "what") == [
        ("Sojitz", "joint venture", None),
        ("Japan", None, "oxides"),
    ]


# Plans, times, company


def test_plans_are_neither_facts_nor_denials(asked: Callable[..., Ask]) -> None:
    ask = asked(
        says("invests_in", LYNAS, CHILE, "possible", amount={"value": 3, "currency": "USD"}),
        says("holds_stake_in", JAPAN, LYNAS, "planned", attribution="Sojitz", time="by 2030"),
        says("controls_share", LYNAS, NEODYMIUM, "planned", share=part(0.1)),
        says("invests_in", LYNAS, JAPAN),
        says("invests_in", LYNAS, JAPAN, "negated"),
        says("invests_in", CHILE, JAPAN, "planned"),
    )
    assert seen(ask("plans", "Lynas"), "who", "relation", "whom", "modality", "according_to") == [
        ("Lynas Rare Earths", "controls share of", "neodymium", "planned", None),
        ("Japan", "holds stake in", "Lynas Rare Earths", "planned", "Sojitz"),
        ("Lynas Rare Earths", "invests in", "Chile", "possible", None),
    ]


def test_a_timeline_goes_from_the_first_time_to_the_last(asked: Callable[..., Ask]) -> None:
    times = ["2024", "2023-08/..", "2024-02", "early 2022", "by 2030", "2024-02-03", "2020/2023"]
    ask = asked(
        *(says("supplies", LYNAS, JAPAN, time=time) for time in times),
        says("supplies", LYNAS, US),
        says("supplies", CHINA, US, time="2024"),
        says("supplies", LYNAS, US, "negated", time="2024"),
        says("depends_on", JAPAN, CHINA, on=NEODYMIUM, time="2025"),
    )
    assert seen(ask("timeline", "Lynas"), "time") == [
        "2020/2023", "early 2022", "2023-08/..", "2024", "2024-02", "2024-02-03", "by 2030",
    ]  # fmt: skip
    assert seen(ask("timeline", "Lynas", "2024-02"), "time") == [
        "2023-08/..", "2024", "2024-02", "2024-02-03", "by 2030",
    ]  # fmt: skip
    assert seen(ask("timeline", "neodymium"), "who", "relation", "whom") == [("Japan", "depends on", "China")]


def test_co_mentions_count_articles_times_and_claims(stages: Stages, ontology: Ontology, tmp_path: Path) -> None:
    texts = {
        "a": ("2024-01-02", "Lynas supplies Japan. Japan and Lynas grow."),
        "b": ("2025-03-04", "Lynas met officials of Japan and of Chile."),
        "c": ("2025-05-06", "Chile produces copper."),
    }
    from kg import pipeline

    for name, (date, text) in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"Title: {name}\nDate: {date}\n\n{text}\n", encoding="utf-8")
    pipeline.build([tmp_path / f"{name}.txt" for name in texts], tmp_path / "graph")
    ask = asker(GraphStore.open(tmp_path / "graph"), ontology)
    rows = {row["who"]: row for row in ask("co-mentions", "Lynas")}
    assert "copper" not in rows
    assert "Lynas Rare Earths" not in rows
    japan = rows["Japan"]
    assert japan["articles"] in {1, 2}, "names that no claim of an article is about are not kept"
    assert (japan["first"], japan["claims"]) == ("2024-01-02", 1)
    assert (japan["quote"], japan["source"], japan["date"]) == ("Lynas supplies Japan", "a", "2024-01-02")


# One row a fact


def test_one_sentence_that_says_it_twice_is_one_row(asked: Callable[..., Ask]) -> None:
    ninety = {"commodity": "rare earths", "share": part(0.9)}
    long, short = "Japan bought 90% of its rare earths from China", "90% of its rare earths from China"
    other = "China sold Japan 90% of its rare earths"
    ask = asked(
        says("supplies", CHINA, JAPAN, quote=long, **ninety),
        says("depends_on", JAPAN, CHINA, quote=short, **ninety),
        says("depends_on", US, CHINA, quote=short, **ninety),
        says("depends_on", JAPAN, CHINA, "planned", quote=short, **ninety),
        says("supplies", CHINA, JAPAN, quote=other, **ninety),
        says("supplies", CHINA, JAPAN, quote="rare earths from China", commodity="rare earths"),
        says("supplies", CHINA, JAPAN, quote="its rare earths", commodity="rare earths", share=part(0.8)),
    )
    assert seen(ask("depends-on", "China"), "who", "share_min", "modality", "quote") == [
        ("Japan", 0.9, "asserted", other),
        ("Japan", 0.9, "asserted", long),
        ("United States", 0.9, "asserted", short),
        ("Japan", 0.8, "asserted", "its rare earths"),
        ("Japan", 0.9, "planned", short),
    ]


def test_two_sources_that_say_the_same_are_two_rows(asked: Callable[..., Ask]) -> None:
    claim = says("supplies", CHINA, JAPAN, quote="China supplies Japan")
    ask = asked(Article("one", [claim], "2024-01-01"), Article("two", [claim], "2025-01-01"), Article("three", [claim]))
    assert seen(ask("depends-on", "China"), "source", "date") == [
        ("two", "2025-01-01"),
        ("one", "2024-01-01"),
        ("three", None),
    ]


# What is given for parameters


def test_a_parameter_may_be_given_by_name(asked: Callable[..., Ask]) -> None:
    ask = asked(*SHARES)
    assert ask("share-of", name="rare earths", stage="refining") == ask("share-of", "rare earths", "refining")


@pytest.mark.parametrize(
    ("values", "named", "told"),
    [
        ((), {}, "needs a name; ask for example: kg ask share-of"),
        ((), {"stage": "mining"}, "needs a name"),
        (("rare earths", "mining", "2024", "more"), {}, "takes name and stage and time and not 'more'"),
        (("rare earths",), {"year": "2024"}, "no parameter 'year'"),
        (("rare earths",), {"name": "copper"}, "two values for name"),
        (("rare earths", "smiling"), {}, "'smiling' is no stage; give one of alloy, battery"),
        (("rare earths", ""), {}, "'' is no stage"),
        (("rare earths",), {"time": "last year"}, "'last year' is no time"),
        (("rare earths",), {"time": "2024-13"}, "no time"),
        (("rare earths",), {"time": '2024" || true) #'}, "no time"),
        (("rare earths",), {"time": "２０２４"}, "no time"),
    ],
)
def test_a_wrong_parameter_is_told_in_one_sentence(
    asked: Callable[..., Ask], values: tuple[str, ...], named: dict[str, str], told: str
) -> None:
    with pytest.raises(ParameterError) as error:
        asked(*SHARES)("share-of", *values, **named)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_wrong_name_is_another_error(asked: Callable[..., Ask]) -> None:
    with pytest.raises(UnknownNameError):
        asked(*SHARES)("share-of", "unobtainium", "refining")
