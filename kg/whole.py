"""What is made of all documents together: who is who, what are copies, what entities are called, who depends on whom.

Where it is known what a build touched, only what follows from that is made anew; the outcome is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.assertion.quads import Asserter
from kg.called import call_entities
from kg.copies import link_copies
from kg.derive import basis, derive
from kg.derive_again import derive_again, look_at_one_claim
from kg.iris import digest
from kg.ontology import Ontology, ontology_version
from kg.resolve.decisions import Decisions
from kg.resolve.evidence import EVIDENCE, Evidence, evidence_from_text, evidence_text, read_evidence
from kg.resolve.merge import pertinent, resolve
from kg.resolve.rewrite import resolution_triples, rewrite, rewritten_by
from kg.rules import Rule
from kg.store import DEPENDENCIES, RESOLUTIONS, GraphStore


def finish(
    store: GraphStore, asserter: Asserter, decisions: Decisions, rules: Mapping[str, Rule], *, whole: bool = True
) -> bool:
    """Bring what is made of all documents into line with them; return whether anything had changed.

    `whole` tells whether all that was to be read was read; else a decision may name what is still to come. Raises
    OntologyError for a decision or a rule that cannot be followed.
    """
    ontology = asserter.ontology
    decided = [str(line) for line in decisions.lines]  # checked when all is there
    made_from = digest(basis(rules, asserter.versions), decided, whole or not decided)
    if store.made_from(DEPENDENCIES) == made_from:
        return False
    resolve_documents(store, ontology, decisions, whole=whole)
    link_copies(store)
    touched = store.touched_since(made_from)
    call_entities(store, asserter, touched)
    if touched and look_at_one_claim(rules.values()):
        store.revise(DEPENDENCIES, derive_again(store, rules, ontology, touched), made_from)
    else:
        store.replace(DEPENDENCIES, derive(store, rules, ontology), made_from)
    store.flush()
    return True


def resolve_documents(store: GraphStore, ontology: Ontology, decisions: Decisions, *, whole: bool = True) -> None:
    """Put into every document's graph who its entities are in the light of all documents, and why.

    It depends on what was read from the documents alone. Raises OntologyError for a decision that cannot be followed.
    """
    base, version = store.base, ontology_version()
    names = {iri.removeprefix(base): ox.NamedNode(iri) for iri in sorted(store.ledger())}
    evidence = (pertinent(e, ontology, decisions) for e in _evidence(store, names, ontology, version))
    identity = resolve(evidence, ontology, decisions, whole=whole)
    before = store.resolved_by()
    for document, graph in names.items():
        by = rewritten_by(document, identity)
        by = f"{version} {by}" if by else ""
        if by != before.get(graph.value, ""):
            store.resolve(graph, rewrite(document, store.as_read(graph), identity, base, ontology), by)
    store.put(RESOLUTIONS, resolution_triples(identity.resolutions, base))


def _evidence(
    store: GraphStore, names: Mapping[str, ox.NamedNode], ontology: Ontology, version: str
) -> Iterator[Evidence]:
    """Yield what each document says of who is who; what was not kept is read from its graph, and kept."""
    missing = dict(names)
    for iri, text in store.evidence():
        document = iri.removeprefix(store.base)
        if evidence := evidence_from_text(document, text, version):
            del missing[document]
            yield evidence
    for document, graph in missing.items():
        text = evidence_text(read_evidence(document, store.as_read(graph, EVIDENCE), store.base, ontology), version)
        store.keep_evidence(graph, text)
        if evidence := evidence_from_text(document, text, version):  # which shares what it has in common with others
            yield evidence
