"""What names tell by their form: acronyms, and names of parts of something."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology
from kg.resolve.names import Parts, is_acronym


@pytest.mark.parametrize("name", ["QCM", "BHP", "AT&M", "C4ADS", "PLS", "QC"])
def test_an_acronym_is_made_of_capitals(name: str) -> None:
    assert is_acronym(name)


@pytest.mark.parametrize("name", ["", "Q", "Qorval", "QorVal", "2025", "Qorval QCM", "ARAFURAMINES", "7", "&&"])
def test_other_names_are_no_acronyms(name: str) -> None:
    assert not is_acronym(name)


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("Lynas Malaysia", "Lynas"),
        ("Lynas Malaysia Sdn Bhd", "Lynas"),
        ("Ganfeng Lithium Netherlands", "Ganfeng Lithium"),
        ("Qorval (South Africa)", "Qorval"),
        ("Qorval Western Australia", "Qorval"),
        ("Dubbo Project", "Dubbo"),
        ("Mountain Pass mine", "Mountain Pass"),
    ],
)
def test_a_place_or_a_facility_at_the_end_makes_a_part(ontology: Ontology, name: str, whole: str) -> None:
    found = Parts(ontology).of(name)
    assert found is not None
    assert found.whole == whole


@pytest.mark.parametrize(
    "name", ["MP Materials", "Lynas Rare Earths", "Malaysia", "Qorval", "Qorval Ltd", "", "Project"]
)
def test_other_names_are_of_wholes(ontology: Ontology, name: str) -> None:
    assert Parts(ontology).of(name) is None
