"""Networks for Gephi, yEd, Cytoscape and igraph: entities, and an edge a claim."""

from __future__ import annotations

from typing import Any, BinaryIO
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from kg.export.flat import entities, flat_qualifiers
from kg.export.rdfxml import xml_text
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.store import GraphStore

_DENIED = "negated"


def write_graphml(store: GraphStore, out: BinaryIO) -> None:
    """Write the network as GraphML (http://graphml.graphdrawing.org/specification.html); what is denied is left out."""
    nx.write_graphml_xml(network(store), out, edge_id_from_attribute="iri")


def write_gexf(store: GraphStore, out: BinaryIO) -> None:
    """Write the network as GEXF 1.2 (https://gexf.net), which Gephi reads; what is denied is left out."""
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(network(store))
    for meta in writer.xml.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)  # the day of writing, which would be another tomorrow
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    ElementTree.ElementTree(writer.xml).write(out, encoding="utf-8", xml_declaration=False)


def network(store: GraphStore) -> nx.MultiDiGraph[str]:
    """Return the entities that claims are about, and an edge from subject to object for each that is not denied."""
    reader = ClaimReader(store, load_ontology())
    claims = [claim for claim in reader.all() if claim.modality != _DENIED]
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    ends = {end.iri for claim in claims for end in (claim.subject, claim.object)}
    for iri in sorted(ends | set(entities(store, reader.ontology))):
        found.add_node(iri, label=xml_text(reader.label(iri)), type=reader.type(iri))
    for claim in claims:
        found.add_edge(claim.subject.iri, claim.object.iri, key=claim.iri, id=claim.iri, **_edge(claim, reader))
    return found


def _edge(claim: StoredClaim, reader: ClaimReader) -> dict[str, Any]:
    """Return the attributes of an edge; numbers are such, and `weight` is the confidence."""
    told = {
        "iri": claim.iri,
        "label": reader.ontology.relations[claim.relation].label,
        "relation": claim.relation,
        "modality": claim.modality,
        "weight": float(claim.confidence),
        "attribution": claim.attribution or "",
        "document": claim.source.name,
        "publisher": claim.source.publisher,
        "published": claim.source.published,
        "quote": claim.quote,
    } | {key: value if isinstance(value, bool | str) else float(value) for key, value in flat_qualifiers(claim).items()}
    return {key: xml_text(value) if isinstance(value, str) else value for key, value in told.items()}
