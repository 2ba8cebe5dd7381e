"""What the graph tells of an IRI as RDF: what dereferencing it answers with (https://www.w3.org/TR/cooluris/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import Graph
from kg.vocab import prefixes


@dataclass(frozen=True, slots=True)
class Format:
    """A serialization: the ending of its address, its media type, and how it is written."""

    ending: str
    media_type: str
    written: ox.RdfFormat


FORMATS = (
    Format(".ttl", "text/turtle", ox.RdfFormat.TURTLE),
    Format(".jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    Format(".nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
)


def describe(graph: Graph, iri: str) -> list[ox.Triple]:
    """Return the triples about an IRI, sorted, none if there are none.

    Of a document all that its graph says, so that the IRIs of its claims, which are fragments of its own, are described
    with it; of anything else the triples of which it is the subject, and the relations that lead to it.
    """
    return sorted(set(_described(graph, iri)), key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))


def _described(graph: Graph, iri: str) -> Iterator[ox.Triple]:
    node = ox.NamedNode(iri)
    for predicate, values in graph.store.properties(iri).items():
        yield from (ox.Triple(node, ox.NamedNode(predicate), value) for value in values)
    yield from (ox.Triple(*triple) for triple in graph.store.contents(node))
    for relation in graph.ontology.relations.values():
        for subject in graph.store.subjects(relation.iri, iri):
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(relation.iri), node)


def serialize(graph: Graph, triples: list[ox.Triple], form: Format) -> bytes:
    """Write triples in a format, with the prefixes of the graph."""
    named = {} if form.written == ox.RdfFormat.N_TRIPLES else prefixes(graph.store.base)
    return ox.serialize(triples, format=form.written, prefixes=named) or b""
