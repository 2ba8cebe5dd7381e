"""Who "it", "the company", "the mine" and "we" are, and where nothing named before is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.annotation import Annotation, Span

Annotate = Callable[[str], Annotation]


def wrong(*values: object, reason: str) -> Any:
    """Mark a row of a table that does not hold yet."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason))


def span_of(annotation: Annotation, word: str) -> Span | None:
    """Return the last mention that ends with `word`."""
    return next((s for s in reversed(annotation.spans) if s.mention.text.split()[-1] == word), None)


def referent(annotation: Annotation, word: str) -> str | None:
    """Return the name of what the last mention that ends with `word` refers to, or None if to nothing named."""
    span = span_of(annotation, word)
    return span.mention.name if span and span.is_reference else None


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("Arafura Minerals opened a plant in Darwin. The company will supply Hyundai.", "company", "Arafura Minerals"),
        ("Iluka Resources runs a refinery. The Perth-based miner got a loan.", "miner", "Iluka Resources"),
        ("Japan lent Lynas $250 million. The miner repaid the loan.", "miner", "Lynas Rare Earths"),
        ("Talison operates Greenbushes. The mine produces spodumene.", "mine", "Greenbushes mine"),
        ("Rio Tinto bought the Rincon mine from Codelco. The mine holds lithium.", "mine", "Rincon mine"),
        ("Vietnam signed a deal with South Korea. The country holds reserves.", "country", "Vietnam"),
        ("China dominates refining. The country's exports fell.", "country", "China"),
        ("Kazakhstan has deposits. The Central Asian country signed a deal with Washington.", "country", "Kazakhstan"),
        ("The European Union imports magnets. The bloc passed a law.", "bloc", "European Union"),
        ("The EU passed the Critical Raw Materials Act. The law sets targets.", "law", "Critical Raw Materials Act"),
        ("Brazil opened the Serra Verde mine. The mine is in Goiás.", "mine", "Serra Verde mine"),
        (
            "The U.S. Department of Defense bought shares. The department paid.",
            "department",
            "U.S. Department of Defense",
        ),
    ],
)
def test_a_definite_noun_is_the_thing_of_its_kind_named_before(
    text: str, word: str, name: str, annotate: Annotate
) -> None:
    assert referent(annotate(text), word) == name


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("MP Materials bought Solvay. It paid $50 million.", "It", "MP Materials"),
        ("Solvay makes oxides. Later, Carester said it had raised money.", "it", "Carester"),
        ("Solvay sold its plant to Carester.", "its", "Solvay"),
        ("Lynas grew. Its shares rose.", "Its", "Lynas Rare Earths"),
        ("The Chinese government said it would curb exports.", "it", "China"),
        ("Gallium is scarce. It is a metal.", "It", "gallium"),
        ("China restricts exports. Its rivals cheered.", "Its", "China"),
        ("The Pentagon invested in MP Materials, becoming its largest shareholder.", "its", "MP Materials"),
        ("James Litinsky founded MP Materials. He said that prices would rise.", "He", "James Litinsky"),
        ("Gina Rinehart met Solvay. She bought shares.", "She", "Gina Rinehart"),
        ("MP Materials hired James Litinsky. “We will build a plant,” he said.", "We", "MP Materials"),
    ],
)
def test_a_pronoun_is_the_nearest_fitting_name_subjects_first(
    text: str, word: str, name: str, annotate: Annotate
) -> None:
    assert referent(annotate(text), word) == name


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("Solvay makes oxides. Carester, its owner since 2019, is French.", "its", "Carester"),
        ("Solvay makes oxides. Carester is now its biggest customer.", "its", "Carester"),
        ("Solvay makes oxides. Carester has an agreement with it.", "it", "Carester"),
    ],
)
def test_a_pronoun_is_not_what_the_grammar_tells_apart_from_it(
    text: str, word: str, name: str, annotate: Annotate
) -> None:
    assert referent(annotate(text), word) not in {name, None}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The company said that prices fell.", "company"),
        ("A company bought Lynas.", "company"),
        ("Lynas grew. A company failed.", "company"),
        ("Lynas grew. Another company failed.", "company"),
        ("Lynas grew. The new company failed.", "company"),
        ("Lynas grew. The largest company failed.", "company"),
        ("Lynas supplies Sojitz. The companies signed a contract.", "companies"),
        ("Lynas mines at Mount Weld. The largest mine in China is in Inner Mongolia.", "mine"),
        ("Lynas mines at Mount Weld. The mine that Rio Tinto sold is old.", "mine"),
        ("Lynas grew. The market cheered.", "market"),
        ("Lynas grew. The country cheered.", "country"),
        ("Peru grew. Other countries followed.", "countries"),
        ("Vulcan Elements bought a mine. The mine is old.", "mine"),
    ],
)
def test_a_noun_that_says_something_new_refers_to_nothing(text: str, word: str, annotate: Annotate) -> None:
    span = span_of(annotate(text), word)
    assert span is not None
    assert span.kind == "nominal"
    assert not span.is_reference


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It rained in Oslo on Tuesday.", "It"),
        ("Its shares fell.", "Its"),
        ("He resigned.", "He"),
        ("Lynas grew. He resigned.", "He"),
        ("Anna Berg spoke. It is raining.", "It"),
        ("Lynas cut output. It is unclear when prices will recover.", "It"),
        ("Iluka and Lynas signed a pact. They will build a plant.", "They"),
    ],
)
def test_a_pronoun_without_a_fitting_name_is_no_mention(text: str, word: str, annotate: Annotate) -> None:
    assert span_of(annotate(text), word) is None


@pytest.mark.parametrize(("gap", "name"), [(1, "Solvay"), (3, None), (4, None)])
def test_a_pronoun_does_not_reach_back_far(gap: int, name: str | None, annotate: Annotate) -> None:
    between = " Prices fell sharply." * (gap - 1)
    assert referent(annotate(f"Solvay grew.{between} It hired ten people."), "It") == name


def test_a_noun_reaches_further_back_than_a_pronoun(annotate: Annotate) -> None:
    text = "Solvay grew." + " Prices fell sharply." * 4 + " The company hired ten people."
    assert referent(annotate(text), "company") == "Solvay"


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("Tin is scarce, and Peru mines it.", "it", "tin"),
        ("Lynas mines neodymium. Motors need the metal.", "metal", "neodymium"),
        ("Gallium is dear. Chip makers use it.", "it", "gallium"),
    ],
)
def test_a_commodity_is_referred_to_where_one_fits(text: str, word: str, name: str, annotate: Annotate) -> None:
    assert referent(annotate(text), word) == name


@pytest.mark.parametrize(
    "text",
    [
        "Lynas mines at Mount Weld. The mine that Rio Tinto sold is old.",
        "Peru mines tin. The companies cheered.",
        "Lynas grew. The second company failed.",
    ],
)
def test_what_tells_which_one_is_meant_refers_to_nothing_before(text: str, annotate: Annotate) -> None:
    assert not any(s.is_reference for s in annotate(text).spans)


def test_a_chain_of_references_leads_to_the_name(annotate: Annotate) -> None:
    text = "Arafura Minerals opened a plant. The company hired. It grew. Prices fell. It hired again."
    annotation = annotate(text)
    references = [s.mention for s in annotation.spans if s.is_reference]
    assert {m.name for m in references} == {"Arafura Minerals"}
    assert [m.text for m in references] == ["company", "It", "It"]


def test_a_reference_has_the_entity_and_type_of_its_name(annotate: Annotate) -> None:
    span = span_of(annotate("The Chinese government said it would curb exports."), "it")
    assert span is not None
    assert (span.mention.type, span.mention.entity) == ("country", "country/china")
    assert span.mention.rule == "refers to China before it"


def test_a_reference_keeps_its_place(annotate: Annotate) -> None:
    text = "Solvay grew. It hired ten people."
    span = span_of(annotate(text), "It")
    assert span is not None
    assert text[span.mention.start : span.mention.end] == span.mention.text == "It"


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        wrong(
            "MP Materials sued Shenghe. MP Materials accused it of fraud.",
            "it",
            "Shenghe Resources",
            reason="the co-argument is left out, but an earlier mention of the same entity is not",
        ),
        wrong(
            "Japan imports oxides from China. The country depends on it for magnets.",
            "it",
            "China",
            reason="the country is taken for China, so that only nothing is left for the pronoun",
        ),
        wrong(
            "USA Rare Earth bought Less Common Metals. The British firm makes alloys.",
            "firm",
            "Less Common Metals",
            reason="a demonym does not keep out a firm that sits elsewhere",
        ),
        wrong(
            "China's MIIT met miners. The foreign ministry declined to comment.",
            "ministry",
            None,
            reason="a modifier that names another ministry does not keep it from being the one before",
        ),
    ],
)
def test_what_a_reader_would_take_for_the_referent(text: str, word: str, name: str | None, annotate: Annotate) -> None:
    assert referent(annotate(text), word) == name


@pytest.mark.xfail(strict=True, reason="of two subjects joined by 'and' the later is taken")
def test_of_two_equal_names_none_is_the_company(annotate: Annotate) -> None:
    assert referent(annotate("Lynas and Iluka dig ore. The company is based in Perth."), "company") is None


def test_a_pronoun_after_an_unnamed_plant_is_not_the_owner(annotate: Annotate) -> None:
    text = "Lynas runs a plant in Kuantan. The plant was built in 2012. It makes oxides."
    assert referent(annotate(text), "It") != "Lynas Rare Earths"
