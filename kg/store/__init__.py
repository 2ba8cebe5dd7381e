"""The graph on disk: an Oxigraph store with a named graph a document, and in the default graph all of them merged.

`folder` knows graph folders, `generations` what lies in them and `lock` who builds; `writing` changes graphs, `reading` looks
things up, `ledger` keeps what was read, `touched` notes what a build changes, and `terms` names the graphs that are no document's.
"""

from kg.store.folder import GraphStore
from kg.store.ledger import FileEntry
from kg.store.terms import COPIES, DEPENDENCIES, ENTITIES, RESOLUTIONS, Described, Triple
from kg.store.touched import Touched

__all__ = [
    "COPIES",
    "DEPENDENCIES",
    "ENTITIES",
    "RESOLUTIONS",
    "Described",
    "FileEntry",
    "GraphStore",
    "Touched",
    "Triple",
]
