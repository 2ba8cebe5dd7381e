"""Mentions of sentences whose parse is given: what is a name, of which kind, and where it begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from spacy.tokens import Doc

from kg.annotate.mentions import find_mentions
from kg.annotation import Span
from kg.pipeline import Stages
from kg.tree import Tree

Mentions = Callable[..., list[Span]]
Parsed = Callable[..., Doc]


@pytest.fixture
def mentions(parsed: Parsed, stages: Stages) -> Mentions:
    """Return a function from a parsed sentence to its mentions."""
    known = stages.annotator

    def find(table: str, entities: Iterable[tuple[int, int, str]] = ()) -> list[Span]:
        doc = parsed(table, entities)
        return find_mentions(doc, Tree.from_doc(doc), known.gazetteer, known.ontology, known.references)

    return find


def named(spans: Iterable[Span]) -> list[tuple[str, str, str | None]]:
    return [(s.mention.text, s.mention.type, s.mention.entity) for s in spans if s.kind == "name"]


def place(city: str, preposition: str) -> str:
    return f"""
        Korra      Korra  PROPN NNP 2 nsubj
        works      work   VERB  VBZ 0 ROOT
        {preposition} {preposition} ADP IN 4 case
        {city}     {city} PROPN NNP 2 obl
    """


def subject(noun: str, tag: str = "NNP", verb: str = "sells") -> str:
    return f"""
        {noun}     {noun.lower()} {"PROPN" if tag == "NNP" else "NOUN"} {tag} 2 nsubj
        {verb}     sell   VERB VBZ 0 ROOT
        shares     share  NOUN NNS 2 obj
    """


SMELTERS = """
    Smelters   smelter NOUN NNS 2 nsubj
    refine     refine  VERB VBP 0 ROOT
    lead       lead    NOUN NN  2 obj
"""


@pytest.mark.parametrize("capital", ["Beijing", "Tokyo", "Brussels"])
def test_a_capital_that_acts_is_its_government(capital: str, mentions: Mentions) -> None:
    ((text, kind, entity),) = named(mentions(subject(capital)))
    assert text == capital
    assert entity in {"country/china", "country/japan", "bloc/european-union"}
    assert kind in {"country", "region"}


@pytest.mark.parametrize(
    ("preposition", "entity"),
    [("in", "region/beijing"), ("near", "region/beijing"), ("with", "country/china"), ("from", "country/china")],
)
def test_a_capital_is_a_place_where_something_lies(preposition: str, entity: str, mentions: Mentions) -> None:
    assert ("Beijing", entity.partition("/")[0], entity) in named(mentions(place("Beijing", preposition)))


@pytest.mark.parametrize(("noun", "tag"), [("Apple", "NNP"), ("Congo", "NNP"), ("Vulcan", "NNP"), ("MP", "NNP")])
def test_an_ambiguous_name_needs_the_pipeline_to_confirm_it(noun: str, tag: str, mentions: Mentions) -> None:
    assert named(mentions(subject(noun, tag))) == []


@pytest.mark.parametrize(
    ("noun", "label", "entity"),
    [
        ("Apple", "company", "company/apple"),
        ("Congo", "country", "country/democratic-republic-of-the-congo"),
        ("MP", "company", "company/mp-materials"),
    ],
)
def test_an_ambiguous_name_that_is_confirmed_is_known(noun: str, label: str, entity: str, mentions: Mentions) -> None:
    assert [e for _, _, e in named(mentions(subject(noun), [(0, 1, label)]))] == [entity]


def ministry(country: str, body: str) -> str:
    return f"""
        {country}  {country} ADJ   JJ  2 amod
        miners     miner     NOUN  NNS 3 nsubj
        met        meet      VERB  VBD 0 ROOT
        the        the       DET   DT  5 det
        {body}     {body}    PROPN NNP 3 obj
    """


@pytest.mark.parametrize(
    ("country", "body", "entity"),
    [
        ("American", "Treasury", "org/us-department-of-the-treasury"),
        ("British", "Treasury", "org/hm-treasury"),
        ("Chinese", "Congress", None),
        ("Peruvian", "Treasury", None),
        ("American", "Congress", "org/us-congress"),
    ],
)
def test_a_ministry_is_that_of_the_country_spoken_of(
    country: str, body: str, entity: str | None, mentions: Mentions
) -> None:
    found = named(mentions(ministry(country, body), [(4, 5, "government_body")]))
    assert (body, "government_body", entity) in found


def test_a_body_of_a_bloc_is_that_of_the_bloc_spoken_of(mentions: Mentions) -> None:
    table = """
        EU        EU       PROPN NNP 2 compound
        officials official NOUN  NNS 3 nsubj
        met       meet     VERB  VBD 0 ROOT
        the       the      DET   DT  5 det
        EC        EC       PROPN NNP 3 obj
    """
    found = named(mentions(table, [(4, 5, "government_body")]))
    assert ("EC", "government_body", "org/european-commission") in found


def test_a_confirmation_of_another_kind_does_not_count(mentions: Mentions) -> None:
    assert named(mentions(subject("Apple"), [(0, 1, "person")])) == [("Apple", "person", None)]


def test_lead_is_a_metal_only_where_it_is_taken_for_one(mentions: Mentions) -> None:
    assert named(mentions(SMELTERS)) == []
    assert named(mentions(SMELTERS, [(2, 3, "commodity")])) == [("lead", "commodity", "commodity/lead")]


@pytest.mark.xfail(strict=True, reason="the state, whose label is ambiguous, comes first in the file")
def test_an_ambiguous_label_does_not_win_over_a_plain_alias(mentions: Mentions) -> None:
    found = named(mentions(place("Washington", "in"), [(3, 4, "region")]))
    assert ("Washington", "region", "region/washington-dc") in found


def test_a_demonym_is_a_mention_of_its_place(mentions: Mentions) -> None:
    table = """
        Chinese   Chinese ADJ  JJ  2 amod
        smelters  smelter NOUN NNS 3 nsubj
        closed    close   VERB VBD 0 ROOT
    """
    found = mentions(table)
    assert named(found) == [("Chinese", "country", "country/china")]
    assert [(s.mention.text, s.mention.type) for s in found if s.kind == "nominal"] == [
        ("Chinese smelters", "facility")
    ]


# Names that only the pipeline knows


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("person", "person"),
        ("company", "company"),
        ("facility", "facility"),
        ("PERSON", "person"),
        ("ORG", "company"),
        ("GPE", "region"),
        ("FAC", "facility"),
        ("LAW", "policy"),
    ],
)
def test_an_unknown_name_has_the_type_that_the_pipeline_gives_it(label: str, kind: str, mentions: Mentions) -> None:
    assert named(mentions(subject("Qorvalis"), [(0, 1, label)])) == [("Qorvalis", kind, None)]


@pytest.mark.parametrize("label", ["DATE", "MONEY", "PERCENT", "CARDINAL", "NORP"])
def test_other_labels_of_ontonotes_name_nothing(label: str, mentions: Mentions) -> None:
    assert named(mentions(subject("Qorvalis"), [(0, 1, label)])) == []


def two_words(first: str, second: str) -> str:
    return f"""
        {first}   {first}  PROPN NNP 2 compound
        {second}  {second} PROPN NNP 3 nsubj
        sells     sell     VERB  VBZ 0 ROOT
    """


@pytest.mark.parametrize(
    ("words", "label", "kind"),
    [
        (("Qorvalis", "Ltd"), "organization", "company"),
        (("Qorvalis", "Holdings"), "organization", "company"),
        (("Qorvalis", "University"), "company", "organization"),
        (("Qorvalis", "Ministry"), "organization", "government_body"),
        (("Qorvalis", "Company"), "company", "company"),
        (("Qorvalis", "Metals"), "company", "company"),
    ],
)
def test_telling_words_correct_the_type(words: tuple[str, str], label: str, kind: str, mentions: Mentions) -> None:
    assert [k for _, k, _ in named(mentions(two_words(*words), [(0, 2, label)]))] == [kind]


def test_a_longer_name_of_the_pipeline_covers_a_known_one(mentions: Mentions) -> None:
    assert named(mentions(two_words("Qorvalis", "Malaysia"), [(0, 2, "company")])) == [
        ("Qorvalis Malaysia", "company", None)
    ]


def test_a_known_name_with_a_legal_form_is_the_known_one(mentions: Mentions) -> None:
    (span,) = [s for s in mentions(two_words("Solvay", "Inc"), [(0, 2, "company")]) if s.kind == "name"]
    assert (span.mention.text, span.mention.name, span.mention.entity) == ("Solvay Inc", "Solvay", "company/solvay")


def test_the_gazetteer_wins_where_both_find_the_same_words(mentions: Mentions) -> None:
    assert named(mentions(subject("Solvay"), [(0, 1, "person")])) == [("Solvay", "company", "company/solvay")]


def test_an_article_a_quote_and_a_possessive_are_no_part_of_a_name(mentions: Mentions) -> None:
    table = """
        The       the      DET   DT  3 det
        “         “        PUNCT ``  3 punct
        Qorvalis  Qorvalis PROPN NNP 5 nmod:poss
        's        's       PART  POS 3 case
        share     share    NOUN  NN  6 nsubj
        fell      fall     VERB  VBD 0 ROOT
    """
    assert named(mentions(table, [(0, 4, "company")])) == [("Qorvalis", "company", None)]


def test_a_stage_is_no_part_of_a_commodity(mentions: Mentions) -> None:
    table = """
        Gallium   gallium  NOUN  NN  2 compound
        refining  refining NOUN  NN  3 nsubj
        grew      grow     VERB  VBD 0 ROOT
    """
    assert named(mentions(table, [(0, 2, "commodity")])) == [("Gallium", "commodity", "commodity/gallium")]


# Names with the noun of their kind, and noun phrases


def test_a_place_with_a_class_noun_is_a_facility(mentions: Mentions) -> None:
    table = """
        The       the      DET   DT  3 det
        Qorvalis  Qorvalis PROPN NNP 3 compound
        mine      mine     NOUN  NN  4 nsubj
        closed    close    VERB  VBD 0 ROOT
    """
    found = mentions(table, [(1, 2, "region")])
    assert [(s.mention.text, s.mention.type, s.kind) for s in found] == [("Qorvalis mine", "facility", "name")]


def test_a_known_mine_with_its_noun_is_the_same_mine(mentions: Mentions) -> None:
    table = """
        The       the      DET   DT  3 det
        Kvanefjeld Kvanefjeld PROPN NNP 3 compound
        deposit   deposit  NOUN  NN  4 nsubj
        lies      lie      VERB  VBZ 0 ROOT
    """
    ((text, kind, entity),) = named(mentions(table))
    assert (text, kind, entity) == ("Kvanefjeld deposit", "facility", "facility/kvanefjeld-project")


def test_a_noun_phrase_begins_at_its_first_modifier(mentions: Mentions) -> None:
    table = """
        A         a        DET   DT  5 det
        large     large    ADJ   JJ  5 amod
        rare      rare     ADJ   JJ  4 amod
        earth     earth    NOUN  NN  5 compound
        mine      mine     NOUN  NN  6 nsubj
        closed    close    VERB  VBD 0 ROOT
    """
    nominals = [(s.mention.text, s.mention.type) for s in mentions(table) if s.kind == "nominal"]
    assert nominals == [("large rare earth mine", "facility")]


@pytest.mark.parametrize(
    "label",
    [
        "compound",
        pytest.param(
            "obl:unmarked",
            marks=pytest.mark.xfail(strict=True, reason="UD's own label is no modifier: the span is 'based firm'"),
        ),
    ],
)
def test_a_seat_belongs_to_the_noun_phrase_whole(label: str, mentions: Mentions) -> None:
    table = f"""
        The       the      DET   DT   5 det
        Toronto   Toronto  PROPN NNP  4 {label}
        -         -        PUNCT HYPH 2 punct
        based     base     VERB  VBN  5 amod
        firm      firm     NOUN  NN   6 nsubj
        grew      grow     VERB  VBD  0 ROOT
    """
    doc_text = [s.mention.text for s in mentions(table) if s.kind == "nominal"]
    assert [text.replace(" - ", "-") for text in doc_text] == ["Toronto-based firm"]


@pytest.mark.parametrize(("noun", "kind"), [("company", "company"), ("refinery", "facility"), ("country", "country")])
def test_a_noun_of_a_class_is_a_nominal_of_its_type(noun: str, kind: str, mentions: Mentions) -> None:
    found = mentions(subject(noun, "NN"))
    assert [(s.mention.text, s.mention.type) for s in found if s.kind == "nominal"][:1] == [(noun, kind)]


@pytest.mark.parametrize(
    ("noun", "label"), [("department", "government_body"), ("company", "company"), ("mine", "facility")]
)
def test_a_class_noun_that_the_pipeline_tags_is_still_no_name(noun: str, label: str, mentions: Mentions) -> None:
    found = mentions(subject(noun, "NN"), [(0, 1, label)])
    assert [s.kind for s in found if s.mention.text == noun] == ["nominal"]


def test_other_nouns_and_verbs_are_no_mentions(mentions: Mentions) -> None:
    table = """
        Prices    price    NOUN  NNS 2 nsubj
        mine      mine     VERB  VBP 0 ROOT
        hopes     hope     NOUN  NNS 2 obj
    """
    assert mentions(table) == []


def test_pronouns_are_left_to_be_resolved(mentions: Mentions) -> None:
    found = mentions(subject("It", "PRP"))
    assert [(s.mention.text, s.kind, s.mention.type) for s in found if s.kind == "pronoun"] == [("It", "pronoun", "")]


def test_mentions_lie_apart_in_order_with_their_head_inside(mentions: Mentions) -> None:
    table = """
        Korra     Korra    PROPN NNP 2 compound
        Metals    Metals   PROPN NNP 3 nsubj
        sold      sell     VERB  VBD 0 ROOT
        its       its      PRON  PRP$ 7 nmod:poss
        Chinese   Chinese  ADJ   JJ  7 amod
        gallium   gallium  NOUN  NN  7 compound
        smelter   smelter  NOUN  NN  3 obj
        in        in       ADP   IN  9 case
        Beijing   Beijing  PROPN NNP 7 nmod
    """
    found = mentions(table, [(0, 2, "company"), (8, 9, "region")])
    names = [s for s in found if s.kind == "name"]
    assert [s.mention.text for s in names] == ["Korra Metals", "Chinese", "gallium", "Beijing"]
    assert all(a.end <= b.start for a, b in pairwise(names))
    assert all(s.start <= s.head < s.end for s in found)
    assert [s.start for s in found] == sorted(s.start for s in found)
