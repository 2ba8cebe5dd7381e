"""Write the graph in other formats: `EXPORTERS` says which there are, `FOLDERS` which take several files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from kg.errors import GraphError
from kg.export.claims import write_claims
from kg.export.cypher import write_cypher
from kg.export.jsonld import write_context, write_jsonld
from kg.export.metadata import write_metadata
from kg.export.neo4j import write_claim_links, write_claim_nodes, write_document_nodes, write_entity_nodes, write_facts
from kg.export.network import write_gexf, write_graphml
from kg.export.rdf import write_annotated, write_nquads, write_trig, write_turtle
from kg.export.rdfxml import write_rdfxml
from kg.export.tables import write_claim_table, write_entities, write_evidence
from kg.output import whole_file
from kg.store import GraphStore

Exporter = Callable[[GraphStore, BinaryIO], None]


def export(store: GraphStore, form: str, path: Path | None = None) -> None:
    """Write the graph in a format to a file or folder, each file whole or not at all, or to standard output; raises GraphError.

    A format of FOLDERS needs a folder, in which files of the same names are replaced and others left alone.
    """
    if form in FOLDERS:
        if path is None:
            raise GraphError(f"{form} is {len(FOLDERS[form])} files; name a folder for them with --output")
        for name, exporter in FOLDERS[form].items():
            with whole_file(path / name) as out:
                exporter(store, out)
    elif path is None:
        EXPORTERS[form](store, sys.stdout.buffer)
    else:
        with whole_file(path) as out:
            EXPORTERS[form](store, out)


EXPORTERS: dict[str, Exporter] = {
    "turtle": write_turtle,
    "trig": write_trig,
    "nquads": write_nquads,
    "jsonld": write_jsonld,
    "context": write_context,
    "rdfxml": write_rdfxml,
    "annotated": write_annotated,
    "claims": write_claims,
    "graphml": write_graphml,
    "gexf": write_gexf,
    "cypher": write_cypher,
    "metadata": write_metadata,
}
FOLDERS: dict[str, Mapping[str, Exporter]] = {
    "csv": {"entities.csv": write_entities, "claims.csv": write_claim_table, "evidence.csv": write_evidence},
    "neo4j": {
        "entities.csv": write_entity_nodes,
        "documents.csv": write_document_nodes,
        "claims.csv": write_claim_nodes,
        "claim_links.csv": write_claim_links,
        "facts.csv": write_facts,
    },
}

__all__ = [
    "EXPORTERS",
    "FOLDERS",
    "Exporter",
    "export",
    "write_annotated",
    "write_claims",
    "write_context",
    "write_cypher",
    "write_gexf",
    "write_graphml",
    "write_jsonld",
    "write_metadata",
    "write_nquads",
    "write_rdfxml",
    "write_trig",
    "write_turtle",
]
