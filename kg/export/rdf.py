"""RDF: the merged graph, or the named graphs, in the syntaxes of the W3C."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from kg.store import GraphStore
from kg.vocab import LODE, RDF, prefixes

_REIFIES = ox.NamedNode(RDF + "reifies")
_PLAIN = re.compile(r"\w(?:[\w.-]*[\w-])?|")  # a local name without escapes
_PARTS = (RDF + "subject", RDF + "predicate", RDF + "object")


def write_turtle(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as Turtle, subjects in order, a prefix for each kind of IRI."""
    triples = list(store.triples())
    ox.serialize(triples, out, ox.RdfFormat.TURTLE, prefixes=plain_prefixes(store.base, triples))


def write_annotated(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as Turtle of RDF 1.2, in which each claim reifies the triple that it speaks of.

    See https://www.w3.org/TR/rdf12-turtle/#reifying-triples. A plan or a denial reifies a triple that is not in the graph.
    """
    triples = sorted({*store.triples(), *_reifying(store)}, key=_order)
    ox.serialize(triples, out, ox.RdfFormat.TURTLE, prefixes=plain_prefixes(store.base, triples))


def write_trig(store: GraphStore, out: BinaryIO) -> None:
    """Write the named graphs, one a document, as TriG."""
    quads = list(store.quads())
    ox.serialize(quads, out, ox.RdfFormat.TRIG, prefixes=plain_prefixes(store.base, quads))


def write_nquads(store: GraphStore, out: BinaryIO) -> None:
    """Write the named graphs, one a document, as N-Quads."""
    ox.serialize(store.quads(), out, ox.RdfFormat.N_QUADS)


def plain_prefixes(base: str, triples: Iterable[ox.Triple | ox.Quad]) -> dict[str, str]:
    """Return the prefixes under which no name of the triples needs a backslash: some stores misread `\\/`, `\\#` and `\\=`.

    Other IRIs are written in full.
    """
    known = prefixes(base)
    cut = {namespace: len(namespace) for namespace in known.values()}
    unfit: set[str] = set()
    for iri in {iri for t in triples for iri in _iris(t)}:
        namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
        if namespace not in cut or not _PLAIN.fullmatch(iri, cut[namespace]):
            unfit |= {ns for ns in cut if iri.startswith(ns)}
    return {prefix: namespace for prefix, namespace in known.items() if namespace not in unfit}


def _iris(told: ox.Triple | ox.Quad) -> Iterator[str]:
    for term in (told.subject, told.predicate, told.object):
        if isinstance(term, ox.NamedNode):
            yield term.value


def _reifying(store: GraphStore) -> Iterator[ox.Triple]:
    """Yield, for each claim, that it reifies its triple."""
    for claim in store.instances(LODE + "Claim"):
        told = store.properties(claim)
        subject, predicate, value = (told[part][0] for part in _PARTS)
        assert isinstance(subject, ox.NamedNode)
        assert isinstance(predicate, ox.NamedNode)
        yield ox.Triple(ox.NamedNode(claim), _REIFIES, ox.Triple(subject, predicate, value))


def _order(triple: ox.Triple) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)
