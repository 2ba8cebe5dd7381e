"""Linking: the same thing gets the same IRI whatever it is called, different things get different ones, and the rule is told."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from kg.model import Claim, Document, Entity, Evidence, Linked, Mention
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.resolve.linker import Linker
from kg.resolve.names import SHORTENED

Read = Callable[[str], Linked]
Open = Callable[..., Document]


@pytest.fixture(scope="module")
def linker(stages: Stages) -> Linker:
    """The linker as the pipeline uses it."""
    return stages.linker


@pytest.fixture
def article(document: Open) -> Document:
    return document("Grayrock Metals mines zinc.")


def mention(name: str, kind: str, *, entity: str | None = None, rule: str = "language pipeline") -> Mention:
    return Mention(0, len(name), name, kind, name, rule, entity)


def claim(subject: Mention, obj: Mention, relation: str = "supplies", **qualifiers: str) -> Claim:
    evidence = Evidence("article", 0, 15, "Grayrock Metals")
    return Claim(relation, subject, obj, "asserted", evidence, "test", 0.5, tuple(sorted(qualifiers.items())))


def linked_to(linked: Linked, surface: str) -> set[str]:
    """Return what a surface form of the document was linked to."""
    return {entity.iri for found, entity in linked.mentions if found.text == surface}


# Known entities, from text


@pytest.mark.parametrize(
    "name",
    [
        "The Pentagon",
        "The DoD",
        "The U.S. Department of Defense",
        "The US Department of Defense",
        "The Department of Defense",
        "The Defense Department",
        "The Department of War",
    ],
)
def test_every_name_of_the_pentagon_is_one_entity(read: Read, name: str) -> None:
    (found,) = read(f"{name} has invested $400 million in MP Materials.").claims
    assert (found.subject.iri, found.subject.label) == ("org/us-department-of-defense", "U.S. Department of Defense")
    assert found.object.iri == "company/mp-materials"


def test_a_slip_for_a_company_is_the_company_and_not_the_mine_of_that_name(read: Read) -> None:
    linked = read("Mountain Pass Materials owns the Mountain Pass mine.")
    assert linked_to(linked, "Mountain Pass Materials") == {"company/mp-materials"}
    assert linked_to(linked, "Mountain Pass mine") == {"facility/mountain-pass-mine"}


def test_a_capital_that_acts_is_the_country(read: Read) -> None:
    linked = read("Beijing restricts exports of gallium to the United States.")
    assert linked_to(linked, "Beijing") == {"country/china"}
    assert {c.subject.iri for c in linked.claims} == {"country/china"}


@pytest.mark.parametrize(
    "text",
    [
        "Baowu Magnetics is based in Beijing.",
        "Baowu Magnetics operates a plant in Beijing.",
        "Beijing-based Baowu Magnetics produces magnets.",
    ],
)
def test_a_capital_where_something_lies_is_the_city(read: Read, text: str) -> None:
    linked = read(text)
    assert linked_to(linked, "Beijing") == {"region/beijing"}
    assert "country/china" not in {e.iri for c in linked.claims for e in (c.subject, c.object)}


def test_a_capital_may_be_both_in_one_article(read: Read) -> None:
    linked = read("Beijing has banned exports of gallium. Baowu Magnetics is based in Beijing.")
    assert [e.iri for m, e in linked.mentions if m.text == "Beijing"] == ["country/china", "region/beijing"]


def test_a_demonym_is_the_country(read: Read) -> None:
    (found,) = read("The Chinese government restricts exports of gallium.").claims
    assert found.subject.iri == "country/china"


def test_a_known_entity_keeps_the_ontologys_label_and_type(linker: Linker, article: Document) -> None:
    found = linker.entity(mention("DoD", "organization", entity="org/us-department-of-defense"), article)
    assert found == Entity("org/us-department-of-defense", "U.S. Department of Defense", "government_body")


# Unknown entities


@pytest.mark.parametrize(
    "spelling",
    [
        "Grayrock Metals",
        "grayrock metals",
        "the Grayrock Metals",
        "Grayrock Metals Ltd",
        "Grayrock Metals Ltd.",
        "Grayrock Metals, Inc.",
        "Grayrock Metals Pty Ltd",
        "Grayrock  Metals",
        "Grayrock-Metals",
        "Grayróck Metals",
    ],
)
def test_spellings_of_an_unknown_company_are_one_entity(linker: Linker, article: Document, spelling: str) -> None:
    assert linker.entity(mention(spelling, "company"), article).iri == "company/grayrock-metals"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Grayrock Metals", "company"), ("Grayrock Minerals", "company")),
        (("Grayrock", "company"), ("Grayrock", "facility")),
        (("Grayrock", "person"), ("Grayrock", "company")),
        (("Аlcoa", "company"), ("Alcoa", "company")),  # the first begins with a Cyrillic letter
        (("包头", "region"), ("包钢", "region")),
    ],
)
def test_different_things_are_different_entities(
    linker: Linker, article: Document, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert linker.entity(mention(*one), article).iri != linker.entity(mention(*other), article).iri


@pytest.mark.parametrize("name", ["Co", "Inc", "Limited", "AG", "The Company", "A"])
def test_a_name_that_is_nothing_but_a_legal_form_is_still_a_name(linker: Linker, article: Document, name: str) -> None:
    iri = linker.entity(mention(name, "company"), article).iri
    assert iri.startswith("company/")
    assert iri != "company/"


def test_the_same_unknown_name_in_two_articles_is_one_entity(stages: Stages, document: Open) -> None:
    texts = {
        "first": "Grayrock Metals supplies Tesla with nickel.",
        "second": "Tesla has acquired Grayrock Metals Ltd.",
    }
    found = [stages.read(document(text, f"{name}.txt")) for name, text in texts.items()]
    ends = [{c.subject.iri for c in linked.claims} | {c.object.iri for c in linked.claims} for linked in found]
    assert all(iris >= {"company/grayrock-metals", "company/tesla"} for iris in ends)


def test_what_nobody_names_is_another_thing_in_every_article(linker: Linker, document: Open) -> None:
    plant = mention("separation plant", "facility", rule="noun phrase")
    iris = {linker.entity(plant, document("A plant.", f"{name}.txt")).iri for name in ("first", "second")}
    assert iris == {"doc/first#facility-separation-plant", "doc/second#facility-separation-plant"}


@pytest.mark.parametrize("kind", ["commodity", "product", "sector", "policy"])
def test_kinds_of_things_are_the_same_in_every_article(linker: Linker, document: Open, kind: str) -> None:
    phrase = mention("grey powder", kind, rule="noun phrase")
    assert len({linker.entity(phrase, document("A.", f"{name}.txt")).iri for name in ("first", "second")}) == 1


def test_what_something_is_an_instance_of_is_a_kind(linker: Linker, article: Document) -> None:
    phrase = mention("rare earth mine", "facility", rule="noun phrase")
    assert linker.entity(phrase, article, "is_a", is_object=True).iri == "kind/rare-earth-mine"
    assert linker.entity(phrase, article, "is_a").iri.startswith("doc/")


def short(text: str, name: str) -> Mention:
    return Mention(0, len(text), text, "company", name, SHORTENED)


@pytest.mark.parametrize("part", ["Grayrock Netherlands", "Grayrock Netherlands B.V.", "Grayrock Project"])
def test_a_company_is_not_short_for_its_subsidiary_or_project(linker: Linker, article: Document, part: str) -> None:
    linked = linker.link(article, [], [short("Grayrock", part)])
    ((found, entity),) = linked.mentions
    assert (entity.iri, entity.label) == ("company/grayrock", "Grayrock")
    assert found.rule.startswith(f"kept apart from {part}: ")


def test_a_company_is_short_for_its_whole_name(linker: Linker, article: Document) -> None:
    assert linker.entity(short("Grayrock", "Grayrock Metals"), article).iri == "company/grayrock-metals"
    assert linker.entity(short("GN", "Grayrock Netherlands"), article).iri == "company/grayrock-netherlands"


@pytest.mark.parametrize(
    ("spelling", "iri"),
    [
        ("PT Weda Grayrock Nickel", "company/weda-grayrock-nickel"),
        ("PT Weda Grayrock Nickel Tbk", "company/weda-grayrock-nickel"),
        ("JSC Grayrock Atomic", "company/grayrock-atomic"),
        ("PT Grayrock", "company/pt-grayrock"),
        ("PT Rio Tinto", "company/pt-rio-tinto"),
        ("Grayrock (Pty) Ltd", "company/grayrock"),
        ("Grayrock Private Limited", "company/grayrock"),
        ("Grayrock S.A.B. de C.V.", "company/grayrock"),
        ("Grayrock Malaysia Sdn Bhd", "company/grayrock-malaysia"),
    ],
)
def test_legal_forms_are_no_part_of_a_name_nor_make_a_subsidiary_its_parent(
    linker: Linker, article: Document, spelling: str, iri: str
) -> None:
    assert linker.entity(mention(spelling, "company"), article).iri == iri


# Qualifiers


def commodity_of(linker: Linker, article: Document, name: str) -> Entity | None:
    made = claim(
        mention("China", "country", entity="country/china"),
        mention("Japan", "country", entity="country/japan"),
        commodity=name,
    )
    (found,) = linker.link(article, [made], []).claims
    return found.commodity


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("rare earths", "commodity/rare-earths"),
        ("REE", "commodity/rare-earths"),
        ("Chinese gallium", "commodity/gallium"),
        ("imported gallium", "commodity/gallium"),
        ("grey powder", "commodity/grey-powder"),
    ],
)
def test_the_commodity_of_a_claim_is_linked(linker: Linker, article: Document, name: str, iri: str) -> None:
    found = commodity_of(linker, article, name)
    assert found is not None
    assert found.iri == iri


def test_a_claim_without_a_commodity_has_none(linker: Linker, article: Document) -> None:
    made = claim(mention("Grayrock", "company"), mention("Tesla", "company", entity="company/tesla"))
    (found,) = linker.link(article, [made], []).claims
    assert found.commodity is None


@pytest.mark.parametrize("name", ["refined cobalt", "battery-grade lithium carbonate", "natural graphite"])
def test_a_listed_commodity_is_the_same_as_end_and_as_qualifier(
    linker: Linker, ontology: Ontology, article: Document, name: str
) -> None:
    (listed,) = (n.iri for n in ontology.names.values() if n.type == "commodity" and n.label == name)
    found = commodity_of(linker, article, name)
    assert found is not None
    assert found.iri == listed


def test_a_product_that_is_supplied_is_the_product_that_the_ontology_lists(linker: Linker, article: Document) -> None:
    found = commodity_of(linker, article, "magnets")
    assert found is not None
    assert found.iri == "product/magnets"


# Rules


@pytest.mark.parametrize(
    ("text", "surface", "rule"),
    [
        ("The Pentagon has invested in MP Materials.", "MP Materials", "name in companies.ttl"),
        ("The Pentagon has invested in MP Materials.", "Pentagon", "alias in government-bodies.ttl"),
        ("Mountain Pass Materials produces magnets.", "Mountain Pass Materials", "known slip in companies.ttl"),
        ("Beijing restricts exports of gallium.", "Beijing", "metonym in countries.ttl"),
        ("Grayrock Metals supplies Tesla with nickel.", "Grayrock Metals", "language pipeline"),
        ("Tesla is growing. It buys nickel from Vale.", "It", "refers to Tesla before it"),
    ],
)
def test_the_rule_that_linked_a_mention_is_told(read: Read, text: str, surface: str, rule: str) -> None:
    assert {m.rule for m, _ in read(text).mentions if m.text == surface} == {rule}


# Order and purity


def test_the_order_of_claims_and_mentions_changes_nothing(read: Read, linker: Linker, document: Open) -> None:
    linked = read("The Pentagon has invested in MP Materials. Grayrock Metals Ltd supplies Tesla with nickel.")
    claims, mentions = [c.claim for c in linked.claims], [m for m, _ in linked.mentions]
    shuffled = random.Random(7).sample(mentions, len(mentions))
    again = linker.link(linked.document, reversed(claims), shuffled)
    assert set(map(repr, again.claims)) == set(map(repr, linked.claims))
    assert set(again.mentions) == set(linked.mentions)


def test_linking_leaves_the_claim_as_it_was(linker: Linker, article: Document) -> None:
    made = claim(mention("Grayrock Metals Ltd", "company"), mention("the Pentagon", "government_body"))
    (found,) = linker.link(article, [made], []).claims
    assert found.claim is made
    assert found.subject == Entity("company/grayrock-metals", "Grayrock Metals Ltd", "company")
