"""Graphs of claims made by hand: what documents say, asserted as the pipeline does and followed by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.assertion.quads import Asserter
from kg.assertion.terms import Terms
from kg.config import DEFAULT_BASE
from kg.derive import derive
from kg.model import Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention
from kg.ontology import Ontology
from kg.rules import load_rules
from kg.store import DEPENDENCIES, ENTITIES, GraphStore

TYPES = {"org": "government_body", "bloc": "region"}


def entity(iri: str) -> Entity:
    """Return an entity named `segment/label`."""
    segment, label = iri.split("/")
    return Entity(iri, label.replace("-", " "), TYPES.get(segment, segment))


def says(relation: str, subject: str, obj: str, **said: Any) -> LinkedClaim:
    """Return a claim between entities named `segment/label`; what else is given is a qualifier, `on` a commodity."""
    ends = [entity(iri) for iri in (subject, obj)]
    mentions = [Mention(0, 1, e.label, e.type, e.label, "test", e.iri) for e in ends]
    on, modality, confidence = said.pop("on", None), said.pop("modality", "asserted"), said.pop("confidence", 0.9)
    quote = said.pop("quote", f"{ends[0].label} {relation} {ends[1].label}")
    evidence = Evidence("", 0, len(quote), quote)
    claim = Claim(relation, *mentions, modality, evidence, "test", confidence, tuple(sorted(said.items())))
    return LinkedClaim(claim, *ends, entity(on) if on else None)


def share(least: float | None, greatest: float | None = None) -> dict[str, float | None]:
    return {"min": least, "max": greatest}


def put(store: GraphStore, ontology: Ontology, documents: Mapping[str, Sequence[LinkedClaim]]) -> None:
    """Put what documents say into a graph, a sentence after the other."""
    asserter = Asserter(ontology, Terms(store.base), {}, {"lodestone": "test"})
    for name, claims in documents.items():
        document = Document(name, f"/{name}.txt", "", "", (), (), name, published="2025-03-01")
        placed = [_placed(claim, name, i * 100) for i, claim in enumerate(claims)]
        graph, ledger = asserter.graph(document), asserter.ledger(document)
        store.put(graph, asserter.triples(Linked(document, tuple(placed))), ledger)
    store.put(ENTITIES, asserter.names(store.labels()))


def _placed(linked: LinkedClaim, document: str, start: int) -> LinkedClaim:
    claim, quote = linked.claim, linked.claim.evidence.quote
    evidence = Evidence(document, start, start + len(quote), quote)
    placed = Claim(
        *(claim.relation, claim.subject, claim.object, claim.modality),
        *(evidence, claim.frame, claim.confidence, claim.qualifiers),
    )
    return LinkedClaim(placed, linked.subject, linked.object, linked.commodity)


def follow(store: GraphStore, ontology: Ontology, rules: Path | None = None) -> bool:
    """Derive the dependencies of a graph; return whether they changed."""
    return store.replace(DEPENDENCIES, derive(store, load_rules(ontology, rules), ontology))


def graph_of(folder: Path, ontology: Ontology, *claims: LinkedClaim, base: str = DEFAULT_BASE) -> GraphStore:
    """Return a graph of one document, its dependencies derived."""
    store = GraphStore.create(folder, {"base": base, "versions": {"lodestone": "test"}})
    put(store, ontology, {"one": claims})
    follow(store, ontology)
    return store
