"""Which pairs of mentions may be related, and the way between them in the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from kg.annotation import Annotation
from kg.extract.pairs import MOST_MENTIONS, PATH, Pair, PairFinder, fold_steps
from kg.ontology import Ontology

Annotate = Callable[[str], Annotation]
Names = set[tuple[str, str]]


@pytest.fixture
def pairs(annotate: Annotate, ontology: Ontology) -> Callable[[str], list[Pair]]:
    """Return the pairs of a text."""
    return lambda text: [p for x in PairFinder.of(annotate(text), ontology).passages() for p in x.pairs]


def names(pairs: Iterable[Pair], absent: bool = False) -> Names:
    """Return the names of the pairs whose ends are, or are not, all in the sentence."""
    return {
        (p.subject.span.mention.text, p.object.span.mention.text)
        for p in pairs
        if bool(p.subject.absent or p.object.absent) == absent
    }


def test_every_two_mentions_are_paired_both_ways(pairs: Callable[[str], list[Pair]]) -> None:
    found = names(pairs("China supplies gallium to Japan."))
    assert {("China", "Japan"), ("Japan", "China"), ("China", "gallium")} <= found


@pytest.mark.parametrize(
    "text",
    ["China supplies China.", "The U.S. and America trade.", "Nothing is named here.", ""],
    ids=["same name", "same entity", "no name", "no text"],
)
def test_nothing_is_paired_with_itself(text: str, pairs: Callable[[str], list[Pair]]) -> None:
    assert not names(pairs(text))


def test_a_type_that_no_relation_takes_in_a_place_is_not_paired_there(pairs: Callable[[str], list[Pair]]) -> None:
    found = pairs("Australia's export ban hit Japan.")
    assert not any(p.subject.span.mention.type == "policy" and p.object.span.mention.type == "person" for p in found)


def test_what_the_sentences_before_spoke_of_may_be_an_end(pairs: Callable[[str], list[Pair]]) -> None:
    text = "Lynas runs a refinery in Malaysia. Annual output is 10,000 tonnes of neodymium."
    assert ("Lynas", "neodymium") in names(pairs(text), absent=True)


def test_what_comes_later_is_never_an_absent_end(pairs: Callable[[str], list[Pair]]) -> None:
    text = "Output is 10,000 tonnes of neodymium. Lynas runs a refinery in Malaysia."
    found = pairs(text)
    assert not any(c.absent and c.span.mention.text == "Lynas" for p in found for c in (p.subject, p.object))


def test_two_absent_ends_are_no_pair(pairs: Callable[[str], list[Pair]]) -> None:
    text = "Lynas runs a refinery in Malaysia. Output of neodymium rose."
    assert not any(p.subject.absent and p.object.absent for p in pairs(text))


def test_a_sentence_of_very_many_names_is_cut(pairs: Callable[[str], list[Pair]]) -> None:
    countries = (
        "Chile, Peru, Bolivia, Brazil, Japan, India, China, Kenya, Ghana, Mali, Niger, Chad, Egypt, Iran, Iraq, Oman"
    )
    more = "Qatar, Nepal, Laos, Spain, Italy, France, Norway, Sweden, Finland, Poland, Latvia, Estonia, Greece, Malta"
    found = pairs(f"The list names {countries}, {more} and Cyprus.")
    assert len({p.subject.span.start for p in found if not p.subject.absent}) <= MOST_MENTIONS


@pytest.mark.parametrize(
    ("text", "ends", "words", "steps"),
    [
        ("China supplies Japan.", ("China", "Japan"), ["supplies"], ("^nsubj", "obj")),
        ("Japan's reliance on China grew.", ("Japan", "China"), ["reliance"], ("^nmod:poss", "nmod")),
    ],
)
def test_the_path_leads_over_the_word_that_relates(
    text: str, ends: tuple[str, str], words: list[str], steps: tuple[str, ...], annotate: Annotate, ontology: Ontology
) -> None:
    annotation = annotate(text)
    found = [p for x in PairFinder.of(annotation, ontology).passages() for p in x.pairs]
    pair = next(p for p in found if (p.subject.span.mention.text, p.object.span.mention.text) == ends)
    assert [annotation.doc[i].text for i in pair.path] == words
    assert pair.steps == steps


def test_members_of_a_list_have_one_way(annotate: Annotate, ontology: Ontology) -> None:
    annotation = annotate("China supplies Japan, India and Brazil.")
    found = [p for x in PairFinder.of(annotation, ontology).passages() for p in x.pairs]
    ways = {p.steps for p in found if p.subject.span.mention.text == "China" and p.object.span.mention.text != "China"}
    assert ways == {("^nsubj", "obj")}
    assert all(
        p.coordinated for p in found if {p.subject.span.mention.text, p.object.span.mention.text} == {"Japan", "India"}
    )


def test_a_long_way_keeps_both_its_ends() -> None:
    steps = [str(n) for n in range(20)]
    assert fold_steps(steps) == (*steps[: PATH // 2], *steps[-PATH // 2 :])
    assert fold_steps(steps[:3]) == tuple(steps[:3])
