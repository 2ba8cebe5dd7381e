"""The named graphs that are no document's, and the types of what graphs hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pyoxigraph as ox

from kg.vocab import LODE

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
Described = tuple[ox.NamedNode, Iterable[Triple]]  # a subject, and what is told of it

ENTITIES = ox.NamedNode(LODE + "entities")
RESOLUTIONS = ox.NamedNode(LODE + "resolutions")
COPIES = ox.NamedNode(LODE + "copies")
DEPENDENCIES = ox.NamedNode(LODE + "dependencies")
LEDGER = ox.NamedNode(LODE + "ledger")
FILES = ox.NamedNode(LODE + "files")
SOURCE = ox.NamedNode(LODE + "source")  # graph and property: the text that a document was read from
SKETCH = ox.NamedNode(LODE + "sketch")  # graph and property: what copies of a document are found by
AS_READ = ox.NamedNode(LODE + "asRead")  # graph and property: what was read from a document that was resolved further
RESOLVED = ox.NamedNode(LODE + "resolvedBy")  # graph and property: what its entities were resolved by
EVIDENCE = ox.NamedNode(LODE + "evidenceOfIdentity")  # graph and property: what a document says of who is who
MADE_FROM = ox.NamedNode(LODE + "madeFrom")  # graph and property: what a graph was made from that no other has changed
KEPT = frozenset({LEDGER, SOURCE, SKETCH, AS_READ, RESOLVED, EVIDENCE})  # what goes and comes with a document
INTERNAL = KEPT | {FILES, MADE_FROM}
MERGED = ox.DefaultGraph()


def triple_of(quad: ox.Quad) -> Triple:
    """Return the triple of a quad; what is written here has neither blank nodes nor triple terms."""
    return cast(Triple, (quad.subject, quad.predicate, quad.object))
