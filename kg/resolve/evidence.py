"""What a document says that bears on who is who: how it names things, where it seats companies, whom it tells apart."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern

import pyoxigraph as ox

from kg.ontology import Ontology
from kg.vocab import LODE, RDF, RDFS

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_CLAIM = (RDF + "subject", RDF + "object", RDF + "predicate", LODE + "frame", LODE + "modality")
_NAMING = (LODE + "surface", LODE + "linkingRule", LODE + "names")
EVIDENCE = (*_CLAIM, *_NAMING, RDF + "type", RDFS + "label")  # the properties that `read_evidence` looks at


@dataclass(frozen=True, slots=True, order=True)
class Naming:
    """What a document calls an entity and by which rule that was linked."""

    surface: str
    rule: str
    entity: str


@dataclass(frozen=True)
class Evidence:
    """One document's evidence. All IRIs are relative; `seats` holds the countries of companies and organizations."""

    document: str
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    namings: frozenset[Naming] = frozenset()
    seats: Mapping[str, frozenset[str]] = field(default_factory=dict)
    related: frozenset[frozenset[str]] = frozenset()


def read_evidence(document: str, triples: Iterable[Triple], base: str, ontology: Ontology) -> Evidence:
    """Return the evidence in the triples that a document was read to."""
    kinds, labels = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    nodes: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in triples:
        at, key, told = subject.value.removeprefix(base), predicate.value, value.value.removeprefix(base)
        if key in _CLAIM or key in _NAMING:
            nodes[at][key] = told
        elif key == RDF + "type" and told in ontology.types:
            kinds[at].add(ontology.types[told].json_name)
        elif key == RDFS + "label":
            labels[at].add(told)
    claims = [n for n in nodes.values() if RDF + "subject" in n]
    seats = defaultdict[str, set[str]](set)
    for claim in claims:
        country = country_of(claim[RDF + "object"], ontology)
        if _is_seat(claim, ontology) and country:
            seats[claim[RDF + "subject"]].add(country)
    return Evidence(
        document,
        _frozen(kinds),
        _frozen(labels),
        frozenset(Naming(*(n[key] for key in _NAMING)) for n in nodes.values() if LODE + "names" in n),
        _frozen(seats),
        frozenset(frozenset((c[RDF + "subject"], c[RDF + "object"])) for c in claims),
    )


def evidence_text(evidence: Evidence, version: str) -> str:
    """Write evidence that was read with one version of the ontology as text, from which `evidence_from_text` reads it.

    >>> evidence = Evidence("doc/a", {"company/x": frozenset({"company"})}, namings=frozenset({Naming("X", "known", "company/x")}))
    >>> evidence_from_text("doc/a", evidence_text(evidence, "one"), "one") == evidence
    True
    >>> evidence_from_text("doc/a", evidence_text(evidence, "one"), "two") is None
    True
    """
    types, labels, seats = (_sorted(m) for m in (evidence.types, evidence.labels, evidence.seats))
    namings = [[n.surface, n.rule, n.entity] for n in sorted(evidence.namings)]
    return json.dumps(
        [version, types, labels, seats, namings, sorted(map(sorted, evidence.related))], ensure_ascii=False
    )


def evidence_from_text(document: str, text: str, version: str) -> Evidence | None:
    """Return the evidence that was written as text, None if it was read with another version of the ontology."""
    told = json.loads(text)
    if told[0] != version:
        return None
    types, labels, seats = ({intern(i): _shared(frozenset(map(intern, v))) for i, v in m.items()} for m in told[1:4])
    namings = frozenset(Naming(*map(intern, naming)) for naming in told[4])
    related = frozenset(_shared(frozenset(map(intern, pair))) for pair in told[5])
    return Evidence(document, types, labels, namings, seats, related)


@lru_cache(1 << 16)
def _shared(values: frozenset[str]) -> frozenset[str]:
    """Return a set that equal ones share, since thousands of documents speak of the same entities."""
    return values


def _sorted(found: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {key: sorted(found[key]) for key in sorted(found)}


def country_of(place: str, ontology: Ontology) -> str | None:
    """Return the country that a place is or lies in, as far as the names tell.

    >>> from kg.ontology import load_ontology
    >>> country_of("region/perth", load_ontology())
    'country/australia'
    """
    seen: set[str] = set()
    while place in ontology.names and place not in seen:
        if place.startswith("country/"):
            return place
        seen.add(place)
        place = ontology.names[place].place or ""
    return None


def _is_seat(claim: Mapping[str, str], ontology: Ontology) -> bool:
    return (
        claim[LODE + "frame"] in ontology.naming.seat_frames
        and claim[LODE + "modality"] == LODE + "asserted"
        and claim[RDF + "predicate"] == ontology.relations["located_in"].iri
    )


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in found.items()}
