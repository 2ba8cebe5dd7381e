"""Who is who over all documents: what merges and, as often, what does not; decisions win; order does not matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import OntologyError
from kg.ontology import Ontology, load_ontology
from kg.resolve.decisions import Decision, Decisions
from kg.resolve.evidence import Evidence, Naming
from kg.resolve.identity import Identity
from kg.resolve.merge import pertinent, resolve
from kg.resolve.names import INTRODUCED

AUSTRALIA, CHILE, CANADA = "country/australia", "country/chile", "country/canada"
PIPELINE = "language pipeline"


def said(
    document: str,
    *names: tuple[str, str] | tuple[str, str, str],
    seats: dict[str, set[str]] | None = None,
    related: tuple[str, str] | None = None,
    kind: str = "company",
) -> Evidence:
    """Return the evidence of a document: pairs of entity and surface form, perhaps with the rule."""
    namings = frozenset(Naming(surface, *(rest or [PIPELINE]), entity) for entity, surface, *rest in names)
    return Evidence(
        f"doc/{document}",
        {entity: frozenset({kind}) for entity, *_ in names},
        {entity: frozenset(n.surface for n in namings if n.entity == entity) for entity, *_ in names},
        namings,
        {entity: frozenset(countries) for entity, countries in (seats or {}).items()},
        frozenset({frozenset(related)} if related else ()),
    )


def decide(*lines: tuple[str, ...]) -> Decisions:
    """Return decisions: (kind, entity, other, document ...)."""
    made = [
        Decision(kind, entity, other, tuple(documents), "", n)  # type: ignore[arg-type]
        for n, (kind, entity, other, *documents) in enumerate(lines, 1)
    ]
    return Decisions(Path("decisions.ttl"), tuple(made))


NONE = decide()
MINES = ("company/qorval-copper-mines", "Qorval Copper Mines")
QCM = "company/qcm"
INTRODUCING = said("a", MINES, (MINES[0], "QCM", INTRODUCED))


def targets(found: Identity) -> dict[tuple[str, str], str]:
    moved = ((document.removeprefix("doc/"), targets.items()) for document, targets in found.targets.items())
    return {(document, entity): other for document, items in moved for entity, other in items}


def told(found: Identity, kind: str) -> set[tuple[str, str]]:
    return {(r.entity, r.other) for r in found.resolutions if r.kind == kind}


# Acronyms


def test_an_acronym_that_one_document_introduces_is_the_whole_name_in_another(ontology: Ontology) -> None:
    found = resolve([INTRODUCING, said("b", (QCM, "QCM"))], ontology, NONE)
    assert targets(found) == {("b", QCM): MINES[0]}
    (why,) = (r.reason for r in found.resolutions)
    assert why == "acronym of Qorval Copper Mines, introduced in brackets in a"


def test_an_acronym_may_be_that_of_a_listed_company(ontology: Ontology) -> None:
    listed = ("company/arafura-rare-earths", "Arafura", INTRODUCED), ("company/arafura-rare-earths", "QRR", INTRODUCED)
    found = resolve([said("a", *listed), said("b", ("company/qrr", "QRR"))], ontology, NONE)
    assert targets(found) == {("b", "company/qrr"): "company/arafura-rare-earths"}


@pytest.mark.parametrize(
    "first",
    [
        said("a", MINES),  # only initials alike
        said("a", MINES, (MINES[0], "QCM", PIPELINE)),  # not in brackets
        said("a", MINES, (MINES[0], "Qcm", INTRODUCED)),  # no acronym
        said("a", MINES, (MINES[0], "QCN", INTRODUCED)),  # another one
        said(
            "a", ("facility/qorval-mine", "Qorval mine"), ("facility/qorval-mine", "QCM", INTRODUCED), kind="facility"
        ),
    ],
)
def test_an_acronym_without_evidence_is_a_name_of_its_own(ontology: Ontology, first: Evidence) -> None:
    assert targets(resolve([first, said("b", (QCM, "QCM"))], ontology, NONE)) == {}


def test_an_acronym_of_two_companies_is_neither(ontology: Ontology) -> None:
    other = "company/quebec-cobalt"
    rival = said("c", (other, "Quebec Cobalt"), (other, "QCM", INTRODUCED))
    found = resolve([INTRODUCING, rival, said("b", (QCM, "QCM"))], ontology, NONE)
    assert targets(found) == {}
    assert told(found, "apart") == {(QCM, MINES[0]), (QCM, other)}
    assert {r.reason for r in found.resolutions} == {"the acronym is short for Qorval Copper Mines and Quebec Cobalt"}


def test_an_acronym_that_a_listed_company_bears_too_is_neither(ontology: Ontology) -> None:
    """ASM is an ambiguous label of Australian Strategic Materials."""
    whole = "company/alpine-silver-mines"
    first = said("a", (whole, "Alpine Silver Mines"), (whole, "ASM", INTRODUCED))
    assert targets(resolve([first, said("b", ("company/asm", "ASM"))], ontology, NONE)) == {}


def test_an_acronym_is_not_what_an_article_relates_it_to(ontology: Ontology) -> None:
    second = said("b", (QCM, "QCM"), MINES, related=(QCM, MINES[0]))
    assert targets(resolve([INTRODUCING, second], ontology, NONE)) == {}


def test_an_acronym_with_another_seat_is_another_company(ontology: Ontology) -> None:
    first = said("a", MINES, (MINES[0], "QCM", INTRODUCED), seats={MINES[0]: {AUSTRALIA}})
    second = said("b", (QCM, "QCM"), seats={QCM: {CANADA}})
    assert targets(resolve([first, second], ontology, NONE)) == {}


def test_a_listed_entity_is_never_merged_by_rule(ontology: Ontology) -> None:
    iri = "company/bhp"
    assert iri in ontology.names
    first = said("a", MINES, (MINES[0], "BHP", INTRODUCED))
    assert targets(resolve([first, said("b", (iri, "BHP"))], ontology, NONE)) == {}


# Two of one name

APEX = ("company/apex-metals", "Apex Metals")


def test_two_companies_of_one_name_are_told_apart_by_their_seats(ontology: Ontology) -> None:
    documents = [
        said("a", APEX, seats={APEX[0]: {AUSTRALIA}}),
        said("b", APEX, seats={APEX[0]: {CHILE}}),
        said("c", APEX),
    ]
    found = resolve(documents, ontology, NONE)
    assert targets(found) == {
        ("a", APEX[0]): "company/apex-metals_australia",
        ("b", APEX[0]): "company/apex-metals_chile",
    }
    assert ("company/apex-metals_australia", "company/apex-metals_chile") in told(found, "apart")


@pytest.mark.parametrize(
    "seats",
    [
        [{AUSTRALIA}, {AUSTRALIA}],
        [{AUSTRALIA}, set()],
        [{AUSTRALIA, CHILE}, {CHILE}],
        [{AUSTRALIA}, {CHILE}, {AUSTRALIA, CHILE}],  # one document knows both seats
    ],
)
def test_one_company_is_not_parted_by_what_agrees(ontology: Ontology, seats: list[set[str]]) -> None:
    documents = [said(str(n), APEX, seats={APEX[0]: s} if s else {}) for n, s in enumerate(seats)]
    assert targets(resolve(documents, ontology, NONE)) == {}


def test_a_listed_company_has_many_seats(ontology: Ontology) -> None:
    iri = "company/mp-materials"
    documents = [said(x, (iri, "MP Materials"), seats={iri: {s}}) for x, s in (("a", AUSTRALIA), ("b", CHILE))]
    assert targets(resolve(documents, ontology, NONE)) == {}


def test_a_mine_is_not_parted(ontology: Ontology) -> None:
    mine = ("facility/apex-mine", "Apex mine")
    documents = [said(x, mine, seats={mine[0]: {s}}, kind="facility") for x, s in (("a", AUSTRALIA), ("b", CHILE))]
    assert targets(resolve(documents, ontology, NONE)) == {}


# Parts


@pytest.mark.parametrize(
    "part", ["Ganfeng Lithium Netherlands", "Ganfeng Lithium Project", "Ganfeng Lithium Netherlands B.V."]
)
def test_subsidiaries_and_projects_stay_apart_and_it_is_told(ontology: Ontology, part: str) -> None:
    parent = ("company/ganfeng-lithium", "Ganfeng")
    found = resolve([said("a", parent), said("b", ("company/part", part))], ontology, NONE)
    assert targets(found) == {}
    assert told(found, "apart") == {("company/part", "company/ganfeng-lithium")}


def test_names_that_are_merely_alike_are_not_even_told(ontology: Ontology) -> None:
    documents = [said("a", APEX), said("b", ("company/apex-metal", "Apex Metal")), said("c", ("company/apex", "Apex"))]
    found = resolve(documents, ontology, NONE)
    assert (targets(found), found.resolutions) == ({}, ())


# Decisions win


def test_a_decision_merges_what_no_rule_would(ontology: Ontology) -> None:
    documents = [said("a", APEX), said("b", ("company/apex", "Apex"))]
    found = resolve(documents, ontology, decide(("merge", "company/apex", APEX[0])))
    assert targets(found) == {("b", "company/apex"): APEX[0]}
    assert [r.reason for r in found.resolutions] == ["your decision in decisions.ttl, line 1"]


def test_decisions_chain_with_each_other_and_with_rules(ontology: Ontology) -> None:
    documents = [INTRODUCING, said("b", (QCM, "QCM")), said("c", APEX), said("d", ("company/apex", "Apex"))]
    chain = decide(("merge", MINES[0], "company/apex"), ("merge", "company/apex", APEX[0]))
    assert set(targets(resolve(documents, ontology, chain)).values()) == {APEX[0]}
    assert len(targets(resolve(documents, ontology, chain))) == 3


def test_a_split_wins_over_the_rule_for_acronyms(ontology: Ontology) -> None:
    documents = [INTRODUCING, said("b", (QCM, "QCM"))]
    found = resolve(documents, ontology, decide(("apart", QCM, MINES[0])))
    assert targets(found) == {}
    assert (QCM, MINES[0]) in told(found, "apart")


def test_a_split_makes_another_entity_in_its_documents_only(ontology: Ontology) -> None:
    documents = [said(x, APEX) for x in "abc"]
    found = resolve(documents, ontology, decide(("split", "company/apex-chile", APEX[0], "doc/a", "doc/c")))
    assert targets(found) == {(x, APEX[0]): "company/apex-chile" for x in "ac"}


def test_a_split_parts_even_a_listed_entity(ontology: Ontology) -> None:
    iri = "company/australian-strategic-materials"
    found = resolve([said("a", (iri, "ASM"))], ontology, decide(("split", "company/asm-international", iri, "doc/a")))
    assert targets(found) == {("a", iri): "company/asm-international"}


def test_a_merge_wins_over_the_rule_for_seats(ontology: Ontology) -> None:
    documents = [said("a", APEX, seats={APEX[0]: {AUSTRALIA}}), said("b", APEX, seats={APEX[0]: {CHILE}})]
    assert targets(resolve(documents, ontology, NONE))
    back = decide(("merge", "company/apex-metals_chile", "company/apex-metals_australia"))
    found = resolve(documents, ontology, back)
    assert set(targets(found).values()) == {"company/apex-metals_australia"}


def test_a_decision_about_what_there_is_not_is_an_error(ontology: Ontology) -> None:
    with pytest.raises(OntologyError, match="company/none"):
        resolve([said("a", APEX)], ontology, decide(("merge", "company/none", APEX[0])))


def test_a_decision_waits_while_the_graph_is_not_whole(ontology: Ontology) -> None:
    found = resolve([said("a", APEX)], ontology, decide(("merge", "company/none", APEX[0])), whole=False)
    assert targets(found) == {}


# Order

DOCUMENTS = (
    INTRODUCING,
    said("b", (QCM, "QCM")),
    said("c", APEX, seats={APEX[0]: {AUSTRALIA}}),
    said("d", APEX, seats={APEX[0]: {CHILE}}),
    said("e", APEX),
    said("f", ("company/ganfeng-lithium", "Ganfeng"), ("company/ganfeng-lithium-chile", "Ganfeng Lithium Chile")),
)
EXPECTED = resolve(DOCUMENTS, load_ontology(), NONE)


def test_what_is_left_out_of_evidence_changes_nothing(ontology: Ontology) -> None:
    related = said("g", MINES, (QCM, "QCM"), ("company/long-enough-name", "Long Enough Name"), related=(QCM, MINES[0]))
    other = said("h", ("company/other-name", "Other"), APEX, related=("company/other-name", APEX[0]))
    becomes = decide(("split", "company/qcm", "company/other-name", "doc/h"), ("apart", APEX[0], "company/other-name"))
    for documents in (DOCUMENTS, (*DOCUMENTS, related), (*DOCUMENTS, other), (*DOCUMENTS, related, other)):
        for decisions in (NONE, becomes):
            found = resolve(documents, ontology, decisions, whole=False)
            assert (
                resolve([pertinent(e, ontology, decisions) for e in documents], ontology, decisions, whole=False)
                == found
            )
    assert not pertinent(other, ontology, NONE).namings
    assert not pertinent(other, ontology, NONE).related
    assert pertinent(other, ontology, becomes).related
    assert pertinent(related, ontology, NONE).related


@settings(deadline=None, max_examples=30)
@given(st.permutations(DOCUMENTS))
def test_the_order_of_documents_changes_nothing(documents: list[Evidence]) -> None:
    assert resolve(documents, load_ontology(), NONE) == EXPECTED
