"""A graph of claims made by hand, with their documents and labels, for the tests of what is read from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.assertion.terms import decimal, integer, moment, text
from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.store import GraphStore, Triple
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, SKOS

TYPES = {"country": "Country", "company": "Company", "commodity": "Commodity", "product": "Product"}


def iri(relative: str) -> str:
    return DEFAULT_BASE + relative


def reader_of(ontology: Ontology, *claims: list[Triple], dates: dict[str, str] | None = None) -> ClaimReader:
    """Return a reader of claims, whose documents have the dates that are given."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for claim in claims for triple in claim)
    for name, date in (dates or {}).items():
        store.add(ox.Quad(ox.NamedNode(iri(f"doc/{name}")), ox.NamedNode(DCTERMS + "issued"), moment(date)))
    return ClaimReader(GraphStore(Path(), store, {"base": DEFAULT_BASE, "versions": {}}), ontology)


def claim(name: str, subject: str, relation: str, obj: str, **said: Any) -> list[Triple]:
    """Return a claim, named `document#claim`, between entities, named `segment/label`."""
    return list(_claim(name, subject, relation, obj, said))


def _claim(name: str, subject: str, relation: str, obj: str, said: dict[str, Any]) -> Iterator[Triple]:
    node, document = ox.NamedNode(iri(f"doc/{name}")), ox.NamedNode(iri("doc/" + name.partition("#")[0]))
    evidence, selector = ox.NamedNode(f"{node.value}-evidence"), ox.NamedNode(f"{node.value}-quote")
    named = {"type": LODE + "Claim", "predicate": LODE + relation, "subject": iri(subject), "object": iri(obj)}
    for key, value in named.items():
        yield node, ox.NamedNode(RDF + key), ox.NamedNode(value)
    for key in ("shareMin", "shareMax", "confidence"):
        if said.get(key, 0.9 if key == "confidence" else None) is not None:
            yield node, ox.NamedNode(LODE + key), decimal(said.get(key, 0.9))
    yield node, ox.NamedNode(LODE + "modality"), ox.NamedNode(LODE + said.get("modality", "asserted"))
    if "stage" in said:
        yield node, ox.NamedNode(LODE + "stage"), ox.NamedNode(LODE + said["stage"])
    for key in ("scope", "time"):
        if key in said:
            yield node, ox.NamedNode(LODE + key), text(said[key])
    yield node, ox.NamedNode(PROV + "wasDerivedFrom"), document
    yield node, ox.NamedNode(LODE + "evidence"), evidence
    yield evidence, ox.NamedNode(OA + "hasSelector"), selector
    yield selector, ox.NamedNode(OA + "exact"), text(said.get("quote", f"words of {name}"))
    yield selector, ox.NamedNode(OA + "start"), integer(0)
    yield selector, ox.NamedNode(OA + "end"), integer(1)
    yield document, ox.NamedNode(DCTERMS + "identifier"), text(name.partition("#")[0])
    for entity in (subject, obj):
        kind, label = entity.split("/")
        yield ox.NamedNode(iri(entity)), ox.NamedNode(RDF + "type"), ox.NamedNode(LODE + TYPES[kind])
        yield ox.NamedNode(iri(entity)), ox.NamedNode(SKOS + "prefLabel"), text(label.title(), "en")
