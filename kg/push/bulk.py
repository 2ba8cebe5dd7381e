"""A push as files, for the bulk loader of a store: what is to be loaded, and the update that makes room for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.output import whole_file
from kg.push.fingerprint import Triple
from kg.push.target import drop

QUADS, UPDATE = "changed.nq", "changed.ru"


def write_bulk(folder: Path, contents: Mapping[str, Iterable[Triple]], removed: Iterable[str]) -> None:
    """Write the content of graphs as N-Quads, and an update that drops them and what is removed; raises GraphError.

    The update is run first. "" names the default graph.
    """
    with whole_file(folder / UPDATE) as out:
        out.write(" ;\n".join(map(drop, sorted({*contents, *removed}))).encode() + b"\n")
    with whole_file(folder / QUADS) as out:
        for graph, triples in sorted(contents.items()):
            name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            ox.serialize((ox.Quad(*triple, name) for triple in triples), out, ox.RdfFormat.N_QUADS)
