"""A graph without the claims that are too unsure, and without what rests on them alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

import pyoxigraph as ox

from kg.derive import derive
from kg.ontology import Ontology
from kg.rules import load_rules
from kg.store import DEPENDENCIES, ENTITIES, GraphStore, Triple
from kg.vocab import LODE, RDF

Told = Mapping[str, list[str]]  # what is said of one subject, by predicate


def keep_confident(store: GraphStore, ontology: Ontology, least: float) -> GraphStore:
    """Return a copy of a graph, in memory, with the claims whose confidence (0 to 1) is `least` or above.

    With a claim goes what nothing else in its document's graph leads to: its direct triple, its evidence, its ends and
    their namings; dependencies are derived anew. With 0, the graph itself is returned. Takes time and memory of the size
    of the graph.
    """
    if least <= 0:
        return store
    kept = GraphStore(store.folder, ox.Store(), store.manifest)
    documents = store.ledger()
    before: set[str] = set()
    after: set[str] = set()
    for graph in (g for g in store.graphs() if g.value in documents):
        triples = list(store.contents(graph))
        confident = list(_confident(triples, ontology, least))
        kept.put(graph, confident)
        before |= {subject.value for subject, _, _ in triples}
        after |= {subject.value for subject, _, _ in confident}
    for graph in (g for g in store.graphs() if g.value not in documents and g != DEPENDENCIES):
        triples = list(store.contents(graph))
        told = _by_subject(triples)
        speaking = _reached(told, after) if graph == ENTITIES else _without(told, before - after)
        kept.put(graph, (triple for triple in triples if triple[0].value in speaking))
    kept.replace(DEPENDENCIES, derive(kept, load_rules(ontology), ontology))
    return kept


def _confident(triples: Iterable[Triple], ontology: Ontology, least: float) -> Iterator[Triple]:
    """Yield what is left of a document's graph: its claims that are sure enough, and what they or the document lead to."""
    relations = {relation.iri for relation in ontology.relations.values()}
    told = _by_subject(t for t in triples if t[1].value not in relations)
    claims = {s for s, about in told.items() if LODE + "confidence" in about}
    sure = {s for s in claims if float(told[s][LODE + "confidence"][0]) >= least}
    documents = {s for s, about in told.items() if LODE + "Document" in about.get(RDF + "type", ())}
    namings = {s: about[LODE + "names"][0] for s, about in told.items() if LODE + "names" in about}
    by_themselves = told.keys() - _reached(told, claims) - namings.keys()
    reached = _reached(told, by_themselves | documents | sure)
    reached |= {naming for naming, entity in namings.items() if entity in reached}
    facts = set(_facts((told[s] for s in sure), ontology))
    for triple in triples:
        subject, predicate, value = (term.value for term in triple)
        if (subject, predicate, value) in facts if predicate in relations else subject in reached:
            yield triple


def _without(told: Mapping[str, Told], gone: Set[str]) -> set[str]:
    """Return the subjects of which nothing is said that speaks of what is gone."""
    values = {subject: {value for found in about.values() for value in found} for subject, about in told.items()}
    return {subject for subject, found in values.items() if gone.isdisjoint({subject, *found})}


def _by_subject(triples: Iterable[Triple]) -> dict[str, Told]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        found[subject.value][predicate.value].append(value.value)
    return {subject: dict(about) for subject, about in found.items()}


def _reached(told: Mapping[str, Told], roots: Iterable[str]) -> set[str]:
    """Return the roots of which something is said, and all that lies on ways from them."""
    found: set[str] = set()
    todo = [root for root in roots if root in told]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [value for values in told[node].values() for value in values if value in told]
    return found


def _facts(claims: Iterable[Told], ontology: Ontology) -> Iterator[tuple[str, str, str]]:
    """Yield the direct triples that claims make."""
    symmetric = {relation.iri for relation in ontology.relations.values() if relation.symmetric}
    for claim in claims:
        subject, relation, obj = (claim[RDF + key][0] for key in ("subject", "predicate", "object"))
        if claim[LODE + "modality"][0] == LODE + "asserted":
            yield subject, relation, obj
            if relation in symmetric:
                yield obj, relation, subject
