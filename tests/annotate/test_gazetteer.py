"""Names found in text: the longest, as whole words, in the right case and script, and no common word taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.gazetteer import Gazetteer
from kg.ontology import LabelKind, Name, Ontology, load_ontology

COMMON = ("commodity", "product", "sector")


def name(iri: str, kind: str, *labels: str | tuple[str, LabelKind]) -> Name:
    """Return a name whose labels are plain ones, or pairs of a text and a kind."""
    pairs: Sequence[tuple[str, LabelKind]] = [(x, "label") if isinstance(x, str) else x for x in labels]
    return Name(iri, f"urn:{kind}", kind, pairs[0][0], tuple((t, "en", k) for t, k in pairs), (), None, "made.ttl")


def index(*names: Name) -> Gazetteer:
    return Gazetteer({n.iri: n for n in names})


SMALL = index(
    name("company/korra", "company", "Korra", "Korra Metals", "Korra Metals Asia"),
    name("company/asia-pipe", "company", "Asia Pipe"),
    name("company/us", "company", "US"),
    name("country/zembla", "country", "Zembla", ("Zemblan", "demonym"), "泽巴", ("Onhava", "metonym")),
    name("company/zembla-group", "company", "泽巴集团"),
    name("commodity/tin", "commodity", "tin"),
    name("commodity/tin-ore", "commodity", "tin-ore"),
    name("commodity/steels", "commodity", "zircon steel"),
)


def found(text: str, gazetteer: Gazetteer = SMALL) -> list[str]:
    return [text[h.start : h.end] for h in gazetteer.hits(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Korra Metals Asia fell.", ["Korra Metals Asia"]),
        ("Korra Metals fell.", ["Korra Metals"]),
        ("Korra fell.", ["Korra"]),
        ("Korra Metals Asia Pipe", ["Korra Metals Asia"]),
        ("Korra, Korra Metals and Korra", ["Korra", "Korra Metals", "Korra"]),
        ("tin-ore and tin", ["tin-ore", "tin"]),
    ],
)
def test_the_longest_name_is_taken_from_left_to_right(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["Korras", "Korrama", "McKorra", "tinned", "martin", "satin", "USB", "BUS", "US5", "4US", "Zemblanese"]
)
def test_a_name_is_no_part_of_a_word(text: str) -> None:
    assert found(f"They saw {text} there.") == []


@pytest.mark.parametrize(
    "text", ["(Korra)", "“Korra”", "Korra's", "Korra’s", "Korra–US", "Korra-led", "Korra/tin.", "非Korra的"]
)
def test_punctuation_and_other_scripts_bound_a_name(text: str) -> None:
    assert found(text)[0] == "Korra"


def test_a_proper_name_is_found_as_written() -> None:
    assert found("KORRA, korra and us") == []


@pytest.mark.parametrize(
    "text", ["tin", "Tin", "TIN", "tins", "Zircon Steels", "ZIRCON-STEEL", "zircon-steel", "tin ore"]
)
def test_a_common_name_is_found_in_any_case_with_hyphen_or_plural(text: str) -> None:
    assert found(f"Of {text} they spoke") == [text]


def test_a_proper_name_takes_no_plural() -> None:
    assert found("Two Asia Pipes fell.") == []


def test_a_script_without_spaces_is_searched_within_a_run() -> None:
    assert found("他们在泽巴工作") == ["泽巴"]
    assert found("在泽巴集团工作") == ["泽巴集团"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Zemblan government said", "Zemblan government"),
        ("Zembla's government said", "Zembla's government"),
        ("Zembla’s federal government said", "Zembla’s federal government"),
        ("Zemblan authorities said", "Zemblan authorities"),
        ("Zemblan governmental rules", "Zemblan"),
        ("the Zemblan industry", "Zemblan"),
        ("a Zemblan state-owned miner", "Zemblan"),
    ],
)
def test_a_government_is_named_after_its_country(text: str, expected: str) -> None:
    assert found(text) == [expected]


def test_a_company_has_no_government() -> None:
    assert found("the Korra administration") == ["Korra"]


def test_a_hit_tells_who_bears_the_label_and_how() -> None:
    (hit,) = SMALL.hits("Zemblan")
    assert hit.bearers == (("country/zembla", "demonym"),)


def test_one_label_may_have_several_bearers() -> None:
    shared = index(name("country/a", "country", "Aland"), name("region/a", "region", "Aland"))
    (hit,) = shared.hits("In Aland")
    assert {iri for iri, _ in hit.bearers} == {"country/a", "region/a"}


def test_a_company_named_like_a_commodity_stays_a_candidate() -> None:
    both = index(
        name("commodity/red-metals", "commodity", "red metals"),
        name("company/red-metals", "company", "Red Metals Corp", ("Red Metals", "ambiguous")),
    )
    bearers = {iri for hit in both.hits("Red Metals sold bonds.") for iri, _ in hit.bearers}
    assert bearers == {"commodity/red-metals", "company/red-metals"}


def test_a_government_with_a_name_of_its_own_is_not_the_country() -> None:
    both = index(name("country/zembla", "country", "Zembla"), name("org/diet", "government_body", "Zembla government"))
    assert [dict(h.bearers) for h in both.hits("the Zembla government")] == [{"org/diet": "label"}]


def test_an_empty_gazetteer_and_an_empty_text_have_no_hits() -> None:
    assert index().hits("Korra mines tin.") == []
    assert SMALL.hits("") == []


@pytest.mark.parametrize("before", ["İstanbul: ", "ß ﬁ Ǆ ", "👩‍🔬 ", "e\u0301 ", "\u0000 "])
def test_letters_that_change_length_in_lower_case_move_nothing(before: str) -> None:
    assert found(f"{before}zircon steel") == ["zircon steel"]


@given(
    st.lists(
        st.sampled_from(
            ["Korra", "Metals", "Asia", "Pipe", "tin", "TIN", "-", " ", "s", "İ", "ﬁ", "泽巴", "集团", "Zemblan", "’s"]
        ),
        max_size=14,
    )
)
@settings(max_examples=300, deadline=None)
def test_hits_lie_apart_and_read_like_a_label(pieces: list[str]) -> None:
    text = "".join(pieces)
    hits = SMALL.hits(text)
    assert all(a.end <= b.start for a, b in pairwise(hits))
    labels = {t.lower().replace("-", " ") for n in SMALL.names.values() for t, _, _ in n.labels}
    for hit in hits:
        read = text[hit.start : hit.end].lower().replace("-", " ")
        assert read in labels or read.removesuffix("s") in labels


# The names that ship


def _labels() -> list[tuple[str, str, str]]:
    return [(n.iri, text, kind) for n in load_ontology().names.values() for text, _, kind in n.labels]


def _missed(gazetteer: Gazetteer, kinds: set[str] | None = None) -> list[tuple[str, str]]:
    missed = []
    for iri, text, kind in _labels():
        whole = [h for h in gazetteer.hits(text) if (h.start, h.end) == (0, len(text))]
        if (kinds is None or kind in kinds) and not any(iri in dict(h.bearers) for h in whole):
            missed.append((iri, text))
    return missed


def test_the_names_that_ship_are_many() -> None:
    assert len(load_ontology().names) > 6000
    assert len(_labels()) > 29_000


def test_every_preferred_label_that_ships_is_found_as_its_own(gazetteer: Gazetteer) -> None:
    assert _missed(gazetteer, {"label"}) == []


def test_every_label_that_ships_is_found_as_its_own(gazetteer: Gazetteer) -> None:
    assert _missed(gazetteer) == []


PLAIN_WORDS = (
    "a about after all also an and any are as at be before between big both but by can case cost could did do does down each "
    "fact firm for from fund group had has have he her here high his home how if in into is it its just large last law "
    "less line loan long low made man many market may men might mine money month more most much must near new no nor not now "
    "of off old on one only or order other our out over own part people place plant point price rate rule same share she "
    "should since small so some state still such ten than that the their them then there these they thing this those three "
    "through time to too two under up us very was way we week well were what when where which while who whom whose why will "
    "with work world would year yet you your"
)


def taken_for_names(words: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """Return those words that are found as a name without any context."""
    return [
        word
        for word in words
        for text in (word, word.capitalize())
        if any(kind != "ambiguous" for hit in gazetteer.hits(text) for _, kind in hit.bearers)
    ]


def test_plain_words_are_no_names(gazetteer: Gazetteer) -> None:
    assert taken_for_names(PLAIN_WORDS.split(), gazetteer) == []


def test_few_is_no_ferrotungsten(gazetteer: Gazetteer) -> None:
    assert taken_for_names(["few"], gazetteer) == []


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("五角大楼", "org/us-department-of-defense"),
        ("Pentagon", "org/us-department-of-defense"),
        ("DoD", "org/us-department-of-defense"),
        ("中国", "country/china"),
        ("Chinese", "country/china"),
        ("U.S.", "country/united-states"),
        ("Papua New Guinea", "country/papua-new-guinea"),
        ("rare-earth elements", "commodity/rare-earths"),
        ("REEs", "commodity/rare-earths"),
        ("Albermarle", "company/albemarle"),
        ("Nd2O3", "commodity/neodymium-oxide"),
        ("lithium-ion batteries", "product/lithium-ion-batteries"),
        ("lithium ion battery", "product/lithium-ion-batteries"),
    ],
)
def test_names_in_other_words_lead_to_the_same_entity(text: str, iri: str, gazetteer: Gazetteer) -> None:
    (hit,) = gazetteer.hits(text)
    assert (hit.start, hit.end) == (0, len(text))
    assert iri in dict(hit.bearers)


@pytest.mark.parametrize("symbol", ["Nd", "Li", "Ga", "W", "In", "As"])
def test_a_chemical_symbol_alone_is_not_matched(symbol: str, gazetteer: Gazetteer, ontology: Ontology) -> None:
    hits = gazetteer.hits(f"{symbol} is rare.")
    assert not any(ontology.names[iri].type in COMMON for hit in hits for iri, _ in hit.bearers)
