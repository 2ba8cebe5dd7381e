"""What is made of all documents together: who is who, what entities are called, and who depends on whom."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.assertion.quads import Asserter
from kg.derive import basis, derive
from kg.ontology import Ontology
from kg.resolve.decisions import Decisions
from kg.resolve.evidence import EVIDENCE, read_evidence
from kg.resolve.merge import resolve
from kg.resolve.rewrite import resolution_triples, rewrite
from kg.rules import Rule
from kg.store import DEPENDENCIES, ENTITIES, RESOLUTIONS, GraphStore


def finish(
    store: GraphStore, asserter: Asserter, decisions: Decisions, rules: Mapping[str, Rule], *, whole: bool = True
) -> None:
    """Bring what is made of all documents into line with them.

    `whole` tells whether all that was to be read was read; else a decision may name what is still to come. Raises
    OntologyError for a decision or a rule that cannot be followed.
    """
    try:
        resolve_documents(store, asserter.ontology, decisions, whole=whole)
    finally:
        store.put(ENTITIES, asserter.names(store.labels()))
        store.replace(DEPENDENCIES, derive(store, rules, asserter.ontology), basis(rules, asserter.versions))
        store.flush()


def resolve_documents(store: GraphStore, ontology: Ontology, decisions: Decisions, *, whole: bool = True) -> None:
    """Put into every document's graph who its entities are in the light of all documents, and why.

    It depends on what was read from the documents alone. Raises OntologyError for a decision that cannot be followed.
    """
    base, graphs = store.base, sorted(store.ledger())
    names = {iri.removeprefix(base): ox.NamedNode(iri) for iri in graphs}
    evidence = [read_evidence(d, store.as_read(graph, EVIDENCE), base, ontology) for d, graph in names.items()]
    identity = resolve(evidence, ontology, decisions, whole=whole)
    changed = {names[document] for document, _ in identity.targets} | store.resolved()
    for document, graph in names.items():
        if graph in changed:
            store.resolve(graph, rewrite(document, store.as_read(graph), identity, base, ontology))
    store.put(RESOLUTIONS, resolution_triples(identity.resolutions, base))
