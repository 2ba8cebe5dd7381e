"""Changes of a graph: which quads go, and which come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

Change = tuple[list[ox.Quad], list[ox.Quad]]  # what goes, and what comes
CHECKSUM = (1 << 64) - 1


def checksum(triples: Iterable[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]) -> int:
    """Return 64 bits that depend on what is told of one subject, in whatever order."""
    return sum(hash((predicate, value)) for _, predicate, value in triples) & CHECKSUM


def batches(changes: Iterable[Change], size: int) -> Iterator[Change]:
    """Yield changes, each whole, in batches of some `size` quads; those that only add are kept apart, since they are written faster."""
    removed: list[ox.Quad] = []
    added: list[ox.Quad] = []
    new: list[ox.Quad] = []
    for gone, come in changes:
        if gone:
            removed += gone
            added += come
        else:
            new += come
        if len(removed) + len(added) >= size:
            yield removed, added
            removed, added = [], []
        if len(new) >= size:
            yield [], new
            new = []
    if removed:
        yield removed, added
    if new:
        yield [], new


def quad_data(quads: Iterable[ox.Quad]) -> str:
    """Write quads as SPARQL quad data."""
    lines = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        lines.append(triple if quad.graph_name == ox.DefaultGraph() else f"GRAPH {quad.graph_name} {{ {triple} }}")
    return "\n".join(lines)
