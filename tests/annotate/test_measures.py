"""Amounts, shares and quantities in the notations of the press, and numbers that are none of these."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.measures import MeasureGrammar, find_measures
from kg.annotation import Measure
from kg.ontology import load_measure_words

GRAMMAR = MeasureGrammar(load_measure_words())


def wrong(*values: object, reason: str) -> Any:
    """Mark a row of a table that does not hold yet."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))


def only(text: str, grammar: MeasureGrammar) -> Measure:
    """Return the one measure of a sentence that holds `text`."""
    sentence = f"Officials say {text} here."
    found = find_measures(sentence, grammar)
    assert len(found) == 1, [(m.kind, sentence[m.start : m.end]) for m in found]
    return found[0]


def none(text: str, grammar: MeasureGrammar) -> bool:
    return not find_measures(f"Officials say {text} here.", grammar)


# Amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$400 million", 400_000_000, "USD"),
        ("$ 400 million", 400_000_000, "USD"),
        ("$400-million", 400_000_000, "USD"),
        ("$400M", 400_000_000, "USD"),
        ("$400MM", 400_000_000, "USD"),
        ("$400,000,000", 400_000_000, "USD"),
        ("$1,250,000.50", 1_250_000.5, "USD"),
        ("US$1.2bn", 1_200_000_000, "USD"),
        ("US $ 1.2 billion", 1_200_000_000, "USD"),
        ("USD 40 million", 40_000_000, "USD"),
        ("USD40m", 40_000_000, "USD"),
        ("$.5bn", 500_000_000, "USD"),
        ("$3.5 trillion", 3_500_000_000_000, "USD"),
        ("two billion dollars", 2_000_000_000, "USD"),
        ("400 million US dollars", 400_000_000, "USD"),
        ("A$95m", 95_000_000, "AUD"),
        ("AU$95 million", 95_000_000, "AUD"),
        ("95 million Australian dollars", 95_000_000, "AUD"),
        ("$95 million Australian dollars", 95_000_000, "AUD"),
        ("C$12.5 million", 12_500_000, "CAD"),
        ("RMB 3 billion", 3_000_000_000, "CNY"),
        ("RMB3bn", 3_000_000_000, "CNY"),
        ("2.5 billion yuan", 2_500_000_000, "CNY"),
        ("€ 50 m", 50_000_000, "EUR"),
        ("€50m", 50_000_000, "EUR"),
        ("EUR 1.5 billion", 1_500_000_000, "EUR"),
        ("1.5 billion euros", 1_500_000_000, "EUR"),
        ("£2 billion", 2_000_000_000, "GBP"),
        ("500 billion yen", 500_000_000_000, "JPY"),
        ("R$80 million", 80_000_000, "BRL"),
        ("HK$5", 5, "HKD"),
        ("US$\u00a0400\u00a0million", 400_000_000, "USD"),
        ("1.5 billion €", 1_500_000_000, "EUR"),
        ("a billion dollars", 1_000_000_000, "USD"),
        ("half a billion dollars", 500_000_000, "USD"),
        ("INR 7,280 crore", 72_800_000_000, "INR"),
        ("$12 000", 12_000, "USD"),
        ("12.5 mln dlrs", 12_500_000, "USD"),
        ("2.1 bln dlrs", 2_100_000_000, "USD"),
        ("69.7 mln French francs", 69_700_000, "FRF"),
        ("10 mln Australian dlrs", 10_000_000, "AUD"),
        ("a combined $1.4 billion", 1_400_000_000, "USD"),
        ("another $700 million", 700_000_000, "USD"),
        ("R640 million", 640_000_000, "ZAR"),
        ("R1.4bn", 1_400_000_000, "ZAR"),
        ("NZ$5 million", 5_000_000, "NZD"),
        ("S$5 million", 5_000_000, "SGD"),
        ("N$410 million", 410_000_000, "NAD"),
        ("SKr900m", 900_000_000, "SEK"),
        ("MAD 14 billion", 14_000_000_000, "MAD"),
        ("Rs 500 crore", 5_000_000_000, "INR"),
        ("20 lakh rupees", 2_000_000, "INR"),
        ("700 million ringgit", 700_000_000, "MYR"),
        ("3.94 billion hryvnias", 3_940_000_000, "UAH"),
        ("900 million kwacha", 900_000_000, "ZMW"),
        ("2.1 billion lira", 2_100_000_000, "TRY"),
        ("60 million soles", 60_000_000, "PEN"),
        ("5 trillion rupiah", 5_000_000_000_000, "IDR"),
        ("4 billion kroner", 4_000_000_000, "NOK"),
        ("95 billion CFA francs", 95_000_000_000, "XOF"),
        ("¥38bn", 38_000_000_000, "JPY"),
        wrong("$40 million Canadian", 40_000_000, "CAD", reason="only 'Canadian dollars' after a sign counts"),
    ],
)
def test_an_amount_has_value_and_currency(text: str, value: float, currency: str, grammar: MeasureGrammar) -> None:
    measure = only(text, grammar)
    assert (measure.kind, measure.value) == ("amount", {"value": value, "currency": currency})


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than $400 million", "min"),
        ("at least $400 million", "min"),
        ("$400 million or more", "min"),
        ("$400 million-plus", "min"),
        ("up to $400 million", "max"),
        ("nearly $400 million", "max"),
        ("less than $400 million", "max"),
        ("about $400 million", "approx"),
        ("some $400 million", "approx"),
        ("an estimated $400 million", "approx"),
    ],
)
def test_an_amount_has_its_bound(text: str, bound: str, grammar: MeasureGrammar) -> None:
    assert only(text, grammar).value == {"value": 400_000_000, "currency": "USD", "bound": bound}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1.2-1.5 billion", 1_200_000_000),
        ("$5m-10m", 5_000_000),
        ("$5 to 10 million", 5_000_000),
        ("A$95-100m", 95_000_000),
        ("$1 million to $2 billion", 1_000_000),
        ("between $5 million and $10 million", 5_000_000),
        ("between $5 and $10 million", 5_000_000),
    ],
)
def test_a_range_of_amounts_shares_the_scale_of_its_end(text: str, value: float, grammar: MeasureGrammar) -> None:
    assert only(text, grammar).value["value"] == value


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("The Philippine firm borrowed 38 billion pesos.", "PHP"),
        ("Chile lent it 38 billion pesos.", "CLP"),
        ("A Norwegian bank gave a 600 million crown loan.", "NOK"),
        ("In Jordan it owes 150 million dinars.", "JOD"),
        ("A bank of Gabon lent 5 billion CFA francs.", "XAF"),
        ("Denmark paid 5 million kroner.", "DKK"),
        ("China pledged ¥38bn.", "CNY"),
        ("Morocco pledged 3 billion dirhams.", "MAD"),
    ],
)
def test_a_word_of_several_currencies_means_that_of_the_place(
    text: str, currency: str, grammar: MeasureGrammar
) -> None:
    (measure,) = find_measures(text, grammar)
    assert measure.value["currency"] == currency


@pytest.mark.parametrize("text", ["38 billion pesos", "a 600 million crown loan", "R134", "R22 gas", "three crowns"])
def test_an_amount_without_its_currency_is_none(text: str, grammar: MeasureGrammar) -> None:
    assert none(text, grammar)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It will spend USD 600 million, and Ohio may contribute 40 million.", [600_000_000, 40_000_000]),
        ("It costs 31 million dollars, with 12 million of equity.", [31_000_000, 12_000_000]),
        ("It put in €5m and borrowed 3m from a bank.", [5_000_000, 3_000_000]),
        ("It sold 5 million tonnes for $3 million, or 2 million less.", [3_000_000]),
        ("It spent $5 million on 3 million people.", [5_000_000]),
        ("It spent $5 million. Then 40 million came.", [5_000_000]),
        ("It spent $5 million on 7 mines.", [5_000_000]),
        ("It sold 3 million tonnes and 2 million more.", []),
    ],
)
def test_an_amount_may_take_its_currency_from_one_before(
    text: str, expected: list[float], grammar: MeasureGrammar
) -> None:
    assert [m.value["value"] for m in find_measures(text, grammar) if m.kind == "amount"] == expected


@pytest.mark.parametrize("text", ["$110 per kilogram", "$110/kg", "$110 a kilo", "$110 per tonne", "US$110 a share"])
def test_an_amount_a_unit_is_a_price(text: str, grammar: MeasureGrammar) -> None:
    measure = only(text, grammar)
    assert (measure.kind, measure.value["value"]) == ("price", 110)


def test_amounts_in_two_currencies_are_two(grammar: MeasureGrammar) -> None:
    found = find_measures("The plant cost $5.6 billion (€5.1 billion).", grammar)
    assert [m.value["currency"] for m in found] == ["USD", "EUR"]


@pytest.mark.parametrize(
    "text",
    [
        "The firm that in 2024 won a tender is Korean.",
        "The year 2025 marks a turn.",
        "In prices of 2024 real output grew.",
    ],
)
def test_a_year_before_a_word_that_is_also_a_currency_is_no_amount(text: str, grammar: MeasureGrammar) -> None:
    assert find_measures(text, grammar) == []


def test_the_bound_of_a_part_is_not_that_of_the_whole(grammar: MeasureGrammar) -> None:
    found = find_measures("It will spend $400 million, at least $100 million of it abroad.", grammar)
    assert [m.value for m in found] == [
        {"value": 400_000_000, "currency": "USD"},
        {"value": 100_000_000, "currency": "USD", "bound": "min"},
    ]


def test_plus_something_else_is_no_bound(grammar: MeasureGrammar) -> None:
    (measure,) = find_measures("It paid $5 million plus royalties.", grammar)
    assert measure.value == {"value": 5_000_000, "currency": "USD"}


# Shares


@pytest.mark.parametrize(
    ("text", "low", "high", "approximate"),
    [
        ("70%", 0.7, 0.7, False),
        ("70 %", 0.7, 0.7, False),
        ("70 percent", 0.7, 0.7, False),
        ("70 per cent", 0.7, 0.7, False),
        ("70 pct", 0.7, 0.7, False),
        ("a 70-percent stake", 0.7, 0.7, False),
        ("five per cent", 0.05, 0.05, False),
        ("19.9%", 0.199, 0.199, False),
        ("0.5%", 0.005, 0.005, False),
        ("100%", 1, 1, False),
        ("about 70%", 0.7, 0.7, True),
        ("roughly 70 percent", 0.7, 0.7, True),
        ("~70%", 0.7, 0.7, True),
        ("70% or so", 0.7, 0.7, True),
        ("over 80 per cent", 0.8, None, False),
        ("more than 80%", 0.8, None, False),
        ("at least 80%", 0.8, None, False),
        (">80%", 0.8, None, False),
        ("≥ 80%", 0.8, None, False),
        ("80% or more", 0.8, None, False),
        ("nearly 90%", None, 0.9, False),
        ("up to 90%", None, 0.9, False),
        ("as much as 90%", None, 0.9, False),
        ("no more than 90%", None, 0.9, False),
        ("between 60 and 70%", 0.6, 0.7, False),
        ("between 60% and 70%", 0.6, 0.7, False),
        ("60-70%", 0.6, 0.7, False),
        ("60%–70%", 0.6, 0.7, False),
        ("60 to 70 per cent", 0.6, 0.7, False),
        ("five to six per cent", 0.05, 0.06, False),
        ("roughly 85-90%", 0.85, 0.9, True),
        ("two-thirds of it", 0.667, 0.667, False),
        ("almost two thirds of it", None, 0.667, False),
        ("a third of it", 0.333, 0.333, False),
        ("at least a third of it", 0.333, None, False),
        ("three quarters of it", 0.75, 0.75, False),
        ("four-fifths of it", 0.8, 0.8, False),
        ("half of the ore", 0.5, 0.5, False),
        ("more than half of the ore", 0.5, None, False),
        ("roughly half its ore", 0.5, 0.5, True),
        ("a wholly-owned unit", 1, 1, False),
        ("a 50-50 venture", 0.5, 0.5, False),
        ("a majority stake", 0.5, None, False),
        ("nearly nine-tenths of it", None, 0.9, False),
        ("seven-eighths of it", 0.875, 0.875, False),
        ("a rise to two-thirds.", 0.667, 0.667, False),
        ("a one-third stake", 0.333, 0.333, False),
        ("ninety percent", 0.9, 0.9, False),
        ("ninety-two percent", 0.92, 0.92, False),
        ("an 80-per-cent stake", 0.8, 0.8, False),
        ("a 50:50 venture", 0.5, 0.5, False),
        ("7.1 pct", 0.071, 0.071, False),
        ("perhaps 38%", 0.38, 0.38, True),
        ("closer to 10%", 0.1, 0.1, True),
        ("something like a third of it", 0.333, 0.333, True),
        ("50% plus one share", 0.5, None, False),
        ("nine in ten of its magnets", 0.9, 0.9, False),
        ("nine out of ten anodes", 0.9, 0.9, False),
        ("9 out of 10 anodes", 0.9, 0.9, False),
        ("nine of every ten kilos", 0.9, 0.9, False),
        ("four drums in five for China", 0.8, 0.8, False),
        ("one in three magnets", 0.333, 0.333, False),
        ("a third went to Japan", 0.333, 0.333, False),
        ("two-thirds to a firm", 0.667, 0.667, False),
        ("owned half by the state", 0.5, 0.5, False),
        ("committed to taking half,", 0.5, 0.5, False),
        ("the sole shareholder", 1, 1, False),
        ("a fifty-fifty venture", 0.5, 0.5, False),
        ("going up to 30%", 0.3, 0.3, False),
    ],
)
def test_a_share_has_both_bounds(
    text: str, low: float | None, high: float | None, approximate: bool, grammar: MeasureGrammar
) -> None:
    measure = only(text, grammar)
    expected = {"min": low, "max": high} | ({"approx": True} if approximate else {})
    assert (measure.kind, measure.value) == ("share", expected)


def test_a_sentence_may_begin_with_its_range(grammar: MeasureGrammar) -> None:
    (measure,) = find_measures("Between 60 and 70% of it is Chinese.", grammar)
    assert measure.value == {"min": 0.6, "max": 0.7}


@pytest.mark.parametrize(
    "text",
    [
        "70 percentage points",
        "five percentage points",
        "a fifth straight year",
        "the third of these mines",
        "the second half of the year",
        "half as much",
        "the first quarter",
        "version 1.2.3%",
        "a 2.5-fold rise",
        "a rise of 250%",
        "the first three quarters of 2024",
        "the last three quarters",
        "two in five years",
        "three plants in ten provinces",
        "two in three months",
        "a year and a half, or more",
        "cut in half.",
        "two thirds more",
        "a third mine",
        "a quarter of 2024",
    ],
)
def test_what_is_no_share(text: str, grammar: MeasureGrammar) -> None:
    assert none(text, grammar)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("Half of the ore is Chinese.", 0.5),
        ("Nine-tenths of all niobium is Brazilian.", 0.9),
        ("A third of the output is reserved.", 0.333),
        ("Four fifths of revenue is earned there.", 0.8),
        ("More than a third was bought. A quarter of it came late.", 0.25),
        ("Nine cargoes in ten go to China.", 0.9),
    ],
)
def test_a_sentence_may_begin_with_its_share(text: str, low: float, grammar: MeasureGrammar) -> None:
    (measure,) = find_measures(text, grammar)
    assert (measure.kind, measure.value) == ("share", {"min": low, "max": low})


def test_of_a_change_the_new_share_is_taken(grammar: MeasureGrammar) -> None:
    (measure,) = find_measures("Its share of the market rose from 60% to 70%.", grammar)
    assert measure.value == {"min": 0.7, "max": 0.7}


def test_a_year_is_no_end_of_a_range_of_shares(grammar: MeasureGrammar) -> None:
    found = find_measures("Its share rose from 30% in 2010 to 70% in 2020.", grammar)
    assert found
    assert all(m.value["max"] in {0.3, 0.7} for m in found)


# Quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("45,000 t", 45_000, "t"),
        ("45,000t", 45_000, "t"),
        ("45,000 tonnes", 45_000, "t"),
        ("45,000 metric tons", 45_000, "t"),
        ("45,000-tonne", 45_000, "t"),
        ("45 kt", 45_000, "t"),
        ("1.5 million tonnes", 1_500_000, "t"),
        ("1.5m tonnes", 1_500_000, "t"),
        ("1.5 Mt", 1_500_000, "t"),
        ("half a million tonnes", 500_000, "t"),
        ("a million tonnes", 1_000_000, "t"),
        ("three tonnes", 3, "t"),
        ("100,000 short tons", 100_000, "short tons"),
        ("417 kg", 417, "kg"),
        ("10kg", 10, "kg"),
        ("150 million pounds of uranium", 150_000_000, "lb"),
        ("25 GWh", 25, "GWh"),
        ("300 MW", 300, "MW"),
        ("10 million ounces", 10_000_000, "oz"),
        ("4,500 hectares", 4_500, "ha"),
        ("35 million cars", 35_000_000, "vehicles"),
        ("45 000 tonnes", 45_000, "t"),
        ("45\u202f000 tonnes", 45_000, "t"),
        ("50 lakh tonnes", 5_000_000, "t"),
        ("ninety-two tonnes", 92, "t"),
        ("9,4 Mt", 9_400_000, "t"),
        ("230,000-Tonne", 230_000, "t"),
        ("6.5 mln tonnes", 6_500_000, "t"),
        ("250 dry metric tons", 250, "t"),
        ("150 koz", 150_000, "oz"),
        ("1.5 Moz", 1_500_000, "oz"),
        ("176,000 net exploratory acres", 176_000, "acres"),
        ("3 million carats", 3_000_000, "carats"),
        ("24 million gallons", 24_000_000, "gal"),
        ("20,000 bpd", 20_000, "bpd"),
        ("50 bcm", 50, "bcm"),
        ("60,000 cubic metres", 60_000, "m3"),
        ("17 billion cubic feet", 17_000_000_000, "cubic feet"),
        ("3 TWh", 3, "TWh"),
        ("103 new Boeing aircraft", 103, "aircraft"),
        ("50 Boeing 737 MAX aircraft", 50, "aircraft"),
        ("28 American-made Boeing 787 and 777X aircraft", 28, "aircraft"),
        ("ramping up to 2,300 tonnes", 2_300, "t"),
    ],
)
def test_a_quantity_has_value_and_unit(text: str, value: float, unit: str, grammar: MeasureGrammar) -> None:
    measure = only(text, grammar)
    assert (measure.kind, measure.value) == ("quantity", {"value": value, "unit": unit})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more than 5,000 tonnes", {"min": 5_000, "max": None}),
        ("up to 5,000 tonnes", {"min": None, "max": 5_000}),
        ("about 5,000 tonnes", {"value": 5_000, "approx": True}),
        ("5,000-6,000 tonnes", {"min": 5_000, "max": 6_000}),
        ("5,000 to 6,000 tonnes", {"min": 5_000, "max": 6_000}),
        ("5-10 million tonnes", {"min": 5_000_000, "max": 10_000_000}),
        ("between 5,000 and 6,000 tonnes", {"min": 5_000, "max": 6_000}),
    ],
)
def test_a_bounded_quantity(text: str, expected: dict[str, object], grammar: MeasureGrammar) -> None:
    assert only(text, grammar).value == expected | {"unit": "t"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It will go from 5,000 to 6,000 tonnes.", [5_000, 6_000]),
        ("It has 41,000 tonnes of tin, 6,300 of tantalum and 9,800 of niobium.", [41_000, 6_300, 9_800]),
        ("It holds 5 Mt of nickel and 1.2 of cobalt.", [5_000_000, 1_200_000]),
        ("It made 390,000 tonnes in 1991 against 1,200,000 in 1986.", [390_000, 1_200_000]),
        ("It made 5,000 tonnes of tin, 30 of its mines being shut.", [5_000]),
        ("It made 5,000 tonnes of tin. Of 30 of iron nobody spoke.", [5_000]),
        ("It made 5,000 tonnes, against 2,500 workers.", [5_000]),
    ],
)
def test_a_quantity_may_take_its_unit_from_one_before(
    text: str, expected: list[float], grammar: MeasureGrammar
) -> None:
    assert [m.value["value"] for m in find_measures(text, grammar)] == expected


def test_a_span_is_no_change(grammar: MeasureGrammar) -> None:
    (measure,) = find_measures("Lots ranging from 5,000 to 6,000 tonnes were sold.", grammar)
    assert measure.value == {"min": 5_000, "max": 6_000, "unit": "t"}


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("18,000tpa", "per year"),
        ("18,000 tpa", "per year"),
        ("18,000 tonnes per year", "per year"),
        ("18,000 tonnes a year", "per year"),
        ("18,000 tonnes per annum", "per year"),
        ("18,000 t/a", "per year"),
        ("an 18,000-ton-per-year plant", "per year"),
        ("18,000 tonnes per month", "per month"),
        ("18,000 tonnes a day", "per day"),
        ("18,000 tonnes", None),
        ("18,000 tonnes a piece", None),
        ("an 18,000-tonne-a-year plant", "per year"),
        ("an 18,000-tonne-per-annum plant", "per year"),
    ],
)
def test_a_quantity_may_be_a_rate(text: str, rate: str | None, grammar: MeasureGrammar) -> None:
    measure = only(text, grammar)
    assert (measure.value, measure.rate) == ({"value": 18_000, "unit": "t"}, rate)


def test_the_unit_ends_before_what_is_measured(grammar: MeasureGrammar) -> None:
    text = "It made 45,000 metric tons of NdPr oxide in Kuantan."
    (measure,) = find_measures(text, grammar)
    assert text[measure.start : measure.end] == "45,000 metric tons"


@pytest.mark.parametrize(
    "text",
    [
        "the F-35",
        "a Boeing 737",
        "the Model 3",
        "Type 45 destroyers",
        "Article 50",
        "Section 232",
        "iPhone 15",
        "U-235",
        "Route 66",
        "page 45",
        "COVID-19",
        "the G7",
        "Nd2Fe14B",
        "A330 planes",
        "5m people",
        "300 m deep",
        "hundreds of tonnes",
        "the ton",
        "a 30th mine",
        "1. The mine",
        "5.6 billion",
        "F-35 jets",
        "5 grams per tonne",
        "10 kg/t",
        "the Boeing 737 MAX aircraft",
        "2024 Boeing aircraft",
        wrong("Formula 1 cars", reason="the number of a name is counted"),
        "the mine that by 2030 vehicles will need",
    ],
)
def test_numbers_that_measure_nothing(text: str, grammar: MeasureGrammar) -> None:
    assert none(text, grammar)


# What holds for all


@pytest.mark.parametrize(
    "text",
    [
        "The number of the year is 5\n\ntonnes are counted below",
        "Item 5\n\nMillion tonnes are not counted here",
    ],
)
def test_measures_do_not_reach_over_a_paragraph(text: str, grammar: MeasureGrammar) -> None:
    assert find_measures(text, grammar) == []


@pytest.mark.parametrize("space", ["\n", "\t", "\u00a0", "\u2009", "\u202f"])
def test_any_white_space_may_stand_before_the_scale(space: str, grammar: MeasureGrammar) -> None:
    assert only(f"5{space}million tonnes", grammar).value == {"value": 5_000_000, "unit": "t"}
    assert only(f"$5{space}million", grammar).value == {"value": 5_000_000, "currency": "USD"}


@pytest.mark.parametrize("text", ["$" + "9" * 400, "9" * 400 + "%", "9" * 400 + " tonnes"])
def test_a_number_of_any_length_is_survived(text: str, grammar: MeasureGrammar) -> None:
    find_measures(text, grammar)


PIECES = (
    *("$", "US$", "€", "RMB", "%", "per cent", "tonnes", "t", "tpa", "million", "bn", "m", "dollars", "yuan", "of"),
    *(
        "5",
        "45,000",
        "1.2",
        "2024",
        "ninety",
        "two",
        "half",
        "a",
        "third",
        "over",
        "nearly",
        "between",
        "and",
        "to",
        "-",
    ),
    *("or more", "per year", "plus", "~", ",", ".", "(", "ore"),
)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", " ", " ", "", "-"])), max_size=14))
@settings(max_examples=300, deadline=None)
def test_measures_lie_apart_in_order_within_the_text(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    found = find_measures(text, GRAMMAR)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert {m.kind for m in found} <= {"amount", "price", "share", "quantity"}
    assert all(any(c.isalnum() for c in text[m.start : m.end]) for m in found)


@given(st.integers(1, 10**9), st.sampled_from(["tonnes", "kg", "GWh"]))
@settings(max_examples=100, deadline=None)
def test_a_number_reads_the_same_with_and_without_separators(number: int, unit: str) -> None:
    plain, separated = (find_measures(f"It made {n} {unit}.", GRAMMAR) for n in (f"{number}", f"{number:,}"))
    assert [m.value for m in plain] == [m.value for m in separated]
    assert len(plain) == 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5 and 6 tonnes", [5, 6]),
        ("1, 2, 3 and 4 million tonnes", [1e6, 2e6, 3e6, 4e6]),
        ("2019, 2020 and 5 tonnes", [5]),
        ("5 and 0 tonnes", [0]),
        ("between 5 and 6 tonnes", [None]),
    ],
)
def test_numbers_of_a_list_share_its_unit(text: str, values: list[float | None], grammar: MeasureGrammar) -> None:
    assert [m.value.get("value") for m in find_measures(text, grammar) if m.kind == "quantity"] == values


def test_shares_of_a_list_are_no_more_than_all(grammar: MeasureGrammar) -> None:
    assert [m.value["min"] for m in find_measures("60, 17 and 7 percent", grammar)] == [0.6, 0.17, 0.07]
    assert [m.value["min"] for m in find_measures("600 and 7 percent", grammar)] == [0.07]
    assert [m.value["min"] for m in find_measures("5 and 6% to 7%", grammar)] == [0.06]
