"""What sentences say and what they do not: the case files in cases/, read by the pipeline with frames alone.

A case has a `text` and the `claims` that it makes, all of them: relation, subject, object, `modality` (asserted if left
out), and, where they matter, `qualifiers` (those that must be as given) and `attribution`. What lies where and what is of
which class is looked at only if a claim or `relations` names that relation; with `relations` nothing else is looked at.
A case without claims says in `relations` or `against` which relations its words might be mistaken for. A case with
`known_miss` is one that the pipeline gets wrong, and why.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from kg.model import Claim, Linked, Modality
from kg.ontology import Ontology

FOLDER = Path(__file__).parent / "cases"
COLLECTED = {
    "description": 9,
    "headlines_lists": 101,
    "making": 199,
    "modality": 83,
    "money": 72,
    "ownership": 154,
    "place": 62,
    "qualifiers": 75,
    "trade": 184,
}
UNASKED = frozenset({"is_a", "located_in"})
LEAST = 12
CASE_KEYS = frozenset({"text", "claims", "relations", "against", "known_miss"})
CLAIM_KEYS = frozenset({"relation", "subject", "object", "modality", "qualifiers", "attribution"})

Case = Mapping[str, Any]


def load_cases() -> list[tuple[str, Case]]:
    """Return every case with its topic, in the order of the files."""
    return [
        (path.stem, case)
        for path in sorted(FOLDER.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


CASES = load_cases()


def parameters() -> list[Any]:
    """Return the cases as parameters; what is known to be missed fails, and must not pass unnoticed."""
    found = []
    for n, (topic, case) in enumerate(CASES):
        marks: tuple[pytest.MarkDecorator, ...] = ()
        if "known_miss" in case:
            marks = (pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["known_miss"]),)
        words = "-".join("".join(c for c in word if c.isalnum()) for word in case["text"].split()[:5])
        found.append(pytest.param(case, id=f"{topic}-{n:03d}-{words}", marks=marks))
    return found


def asked(case: Case, ontology: Ontology) -> set[str]:
    """Return the relations that a case speaks about."""
    if case.get("relations"):
        return set(case["relations"])
    return (set(ontology.relations) - UNASKED) | {claim["relation"] for claim in case["claims"]}


def comparable(name: str) -> str:
    return name.casefold().removeprefix("the ")


def bounded(key: str, value: Any) -> Any:
    """Return the value with a bound that TOML leaves out."""
    open_ended = key == "share" or (key == "quantity" and "value" not in value)
    return {"min": None, "max": None} | value if open_ended else value


def agrees(claim: Claim, wanted: Case, symmetric: bool) -> bool:
    """Tell whether a claim is the one wanted."""
    ends = (comparable(claim.subject.name), comparable(claim.object.name))
    wanted_ends = (comparable(wanted["subject"]), comparable(wanted["object"]))
    qualifiers = dict(claim.qualifiers)
    return (
        claim.relation == wanted["relation"]
        and (ends == wanted_ends or (symmetric and ends[::-1] == wanted_ends))
        and claim.modality == wanted.get("modality", "asserted")
        and all(qualifiers.get(k) == bounded(k, v) for k, v in wanted.get("qualifiers", {}).items())
        and ("attribution" not in wanted or claim.attribution == wanted["attribution"])
    )


def shown(claim: Claim) -> str:
    said = f" (after {claim.attribution})" if claim.attribution else ""
    return (
        f"{claim.subject.name} {claim.relation} {claim.object.name}, {claim.modality}, "
        f"{dict(claim.qualifiers)}{said}, by {claim.frame}"
    )


@pytest.mark.parametrize("case", parameters())
def test_a_text_makes_these_claims_and_no_others(case: Case, read: Callable[[str], Linked], ontology: Ontology) -> None:
    relations = asked(case, ontology)
    left = [linked.claim for linked in read(case["text"]).claims if linked.claim.relation in relations]
    missed = []
    for wanted in sorted(case["claims"], key=lambda c: -len(c.get("qualifiers", ()))):
        symmetric = ontology.relations[wanted["relation"]].symmetric
        found = next((claim for claim in left if agrees(claim, wanted, symmetric)), None)
        if found is None:
            missed.append(wanted)
        else:
            left.remove(found)
    wrong = {"missed": missed, "said besides": [shown(claim) for claim in left]}
    assert wrong == {"missed": [], "said besides": []}, case["text"]


def test_every_case_is_collected() -> None:
    assert Counter(topic for topic, _ in CASES) == COLLECTED
    assert len(CASES) >= 400


def test_no_text_is_there_twice() -> None:
    assert [text for text, n in Counter(case["text"] for _, case in CASES).items() if n > 1] == []


def test_two_cases_in_five_say_nothing() -> None:
    assert sum(not case["claims"] for _, case in CASES) >= 0.4 * len(CASES)


def test_every_relation_is_said_and_not_said(ontology: Ontology) -> None:
    said = Counter(r for _, case in CASES for r in {claim["relation"] for claim in case["claims"]})
    unsaid = Counter(
        r for _, case in CASES if not case["claims"] for r in {*case.get("relations", ()), *case.get("against", ())}
    )
    assert len(ontology.relations) == 18
    for relation in ontology.relations:
        assert said[relation] >= LEAST, relation
        assert unsaid[relation] >= LEAST, relation


@pytest.mark.parametrize("topic", sorted(COLLECTED))
def test_a_case_speaks_the_language_of_the_ontology(topic: str, ontology: Ontology) -> None:
    modalities = set(get_args(Modality))
    for case in (case for name, case in CASES if name == topic):
        text = case["text"]
        assert case.keys() <= CASE_KEYS, text
        assert {*case.get("relations", ()), *case.get("against", ())} <= ontology.relations.keys(), text
        assert case["claims"] or case.get("relations") or case.get("against"), text
        assert not (case["claims"] and "against" in case), text
        for claim in case["claims"]:
            assert claim.keys() <= CLAIM_KEYS, text
            assert claim.keys() >= {"relation", "subject", "object"}, text
            assert claim["relation"] in asked(case, ontology), text
            assert claim.get("modality", "asserted") in modalities, text
            assert claim.get("qualifiers", {}).keys() <= ontology.relations[claim["relation"]].qualifiers, text


def test_every_modality_is_among_the_cases() -> None:
    found = {claim.get("modality", "asserted") for _, case in CASES for claim in case["claims"]}
    assert found == set(get_args(Modality))
