"""What entities are called: the graph of their preferred and other labels, and of what lies above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.assertion.quads import Asserter
from kg.store import ENTITIES, Described, GraphStore, Touched, Triple
from kg.vocab import RDFS


def call_entities(store: GraphStore, asserter: Asserter, touched: Touched | None = None) -> bool:
    """Bring the graph of entities into line with the labels that documents give; return whether it changed.

    If it is known what was `touched` since, only those entities are looked at, and those that the ontology names.
    """
    if touched is None:
        return store.put(ENTITIES, asserter.names(store.labels()))
    return store.revise(ENTITIES, _described_again(store, asserter, touched))


def _described_again(store: GraphStore, asserter: Asserter, touched: Touched) -> Iterator[Described]:
    """Yield the entities that may be called something else than before, with all that is told of each."""
    known = {asserter.terms.iri(name).value for name in asserter.ontology.names}
    yield from _described(known, asserter.names(_labels(store, known)))
    others = touched.subjects - known
    yield from _described(others, asserter.names(_labels(store, others)))


def _labels(store: GraphStore, entities: Iterable[str]) -> dict[str, list[str]]:
    """Return the labels that documents give entities, if any."""
    found = {entity: [label.value for label in store.objects(entity, RDFS + "label")] for entity in entities}
    return {entity: labels for entity, labels in found.items() if labels}


def _described(entities: Iterable[str], triples: Iterable[Triple]) -> Iterator[Described]:
    """Yield each entity with its triples, also those that have none any more."""
    told: Mapping[str, list[Triple]] = defaultdict(list)
    for triple in triples:
        told[triple[0].value].append(triple)
    for entity in sorted(entities | told.keys()):
        yield ox.NamedNode(entity), told[entity]
