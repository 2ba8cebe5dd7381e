"""Prefixes: one for each kind of IRI that a graph holds, none inside another, and the same way back."""

from __future__ import annotations

import itertools
import re

import pytest

from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.vocab import PREFIXES, SEGMENTS, prefixes, shorten


def test_every_kind_of_iri_has_a_prefix(ontology: Ontology) -> None:
    assert {t.segment for t in ontology.types.values()} | {
        "doc",
        "kind",
        "activity",
        "resolution",
        "dependency",
    } == set(SEGMENTS)


def test_no_prefix_lies_inside_another() -> None:
    namespaces = prefixes(DEFAULT_BASE)
    assert len(namespaces) == len(PREFIXES) + len(SEGMENTS)
    for one, other in itertools.permutations(namespaces.values(), 2):
        assert not one.startswith(other)


def test_every_listed_name_is_shortened_and_comes_back(ontology: Ontology) -> None:
    namespaces = prefixes(DEFAULT_BASE)
    for name in ontology.names.values():
        prefix, local = shorten(DEFAULT_BASE + name.iri, DEFAULT_BASE).split(":", 1)
        assert namespaces[prefix] + local == DEFAULT_BASE + name.iri
        assert re.fullmatch(r"[a-z0-9-]+", local), "a local name that Turtle and SPARQL take without escapes"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://w3id.org/lodestone/ontology#investsIn", "lode:investsIn"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "rdf:type"),
        (DEFAULT_BASE + "country/china", "country:china"),
        (DEFAULT_BASE + "doc/a#char=0,5", "doc:a#char=0,5"),
        (DEFAULT_BASE, DEFAULT_BASE),
        (DEFAULT_BASE + "countryside/china", DEFAULT_BASE + "countryside/china"),
        ("https://example.org/country/china", "https://example.org/country/china"),
    ],
)
def test_an_iri_is_shortened_only_by_its_own_prefix(iri: str, expected: str) -> None:
    assert shorten(iri, DEFAULT_BASE) == expected


def test_another_base_has_its_own_prefixes() -> None:
    assert shorten("https://example.org/kg/country/china", "https://example.org/kg/") == "country:china"
    assert shorten(DEFAULT_BASE + "country/china", "https://example.org/kg/") == DEFAULT_BASE + "country/china"
