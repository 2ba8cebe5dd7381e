"""Metadata of the graph as a data set: VoID and DCAT, with licence and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from kg.config import ontology_folder
from kg.ontology import DATASET, load_toml
from kg.store import GraphStore
from kg.vocab import DCTERMS, LODE, RDF, XSD, prefixes

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = ("Turtle", "TriG", "N-Quads", "JSON-LD", "RDF_XML")
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c }",
    "documents": "SELECT (COUNT(?s) AS ?n) { ?s a lode:Document }",
}
_PARTITIONS = {
    "class": ("entities", "SELECT ?part (COUNT(DISTINCT ?s) AS ?n) { ?s a ?part } GROUP BY ?part"),
    "property": ("triples", "SELECT ?part (COUNT(*) AS ?n) { ?s ?part ?o } GROUP BY ?part"),
}


def write_metadata(store: GraphStore, out: BinaryIO) -> None:
    """Write what the graph is as a data set, in Turtle: VoID (https://www.w3.org/TR/void/) and DCAT 3."""
    known = prefixes(store.base) | {"void": VOID, "dcat": DCAT, "formats": _FORMATS}
    used = {p: known[p] for p in ("void", "dcat", "formats", "dcterms", "rdf", "xsd", "lode")}
    ox.serialize(describe_dataset(store), out, ox.RdfFormat.TURTLE, prefixes=used)


def describe_dataset(store: GraphStore, endpoint: str = "") -> list[ox.Triple]:
    """Return what the graph is as a data set, sorted: title, licence, counts in all, for each class and each property.

    `endpoint` is the address of its SPARQL service, if it has one. Counts are of the merged graph. Raises OntologyError if
    `ontology/dataset.toml` cannot be read.
    """
    dataset = ox.NamedNode(store.base + "dataset")
    told = [*_said(dataset), *_known(store, dataset), *_counted(store, dataset), *_offered(dataset, endpoint)]
    return sorted(set(told), key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))


def _said(dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what the file of the ontology says."""
    said = load_toml(ontology_folder() / DATASET)
    for key in ("title", "description", "rights"):
        if said[key]:
            yield ox.Triple(dataset, ox.NamedNode(DCTERMS + key), ox.Literal(said[key], language="en"))
    if said["licence"]:
        yield ox.Triple(dataset, ox.NamedNode(DCTERMS + "license"), ox.NamedNode(said["licence"]))
    for word in said["keywords"]:
        yield ox.Triple(dataset, ox.NamedNode(DCAT + "keyword"), ox.Literal(word, language="en"))


def _known(store: GraphStore, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what the graph itself tells: its kind, its IRIs, its terms, and from when to when its articles are."""
    for kind in (VOID + "Dataset", DCAT + "Dataset"):
        yield ox.Triple(dataset, ox.NamedNode(RDF + "type"), ox.NamedNode(kind))
    yield ox.Triple(dataset, ox.NamedNode(VOID + "uriSpace"), ox.Literal(store.base))
    yield ox.Triple(dataset, ox.NamedNode(VOID + "vocabulary"), ox.NamedNode(LODE))
    for form in _WRITTEN:
        yield ox.Triple(dataset, ox.NamedNode(VOID + "feature"), ox.NamedNode(_FORMATS + form))
    days = sorted(value for value in store.values(DCTERMS + "issued") if len(value) == len("2026-01-31"))
    if days:
        period = ox.NamedNode(dataset.value + "#period")
        yield ox.Triple(dataset, ox.NamedNode(DCTERMS + "temporal"), period)
        yield ox.Triple(period, ox.NamedNode(RDF + "type"), ox.NamedNode(DCTERMS + "PeriodOfTime"))
        for key, day in (("startDate", days[0]), ("endDate", days[-1])):
            yield ox.Triple(period, ox.NamedNode(DCAT + key), ox.Literal(day, datatype=ox.NamedNode(XSD + "date")))


def _counted(store: GraphStore, dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the counts in all, and those of each class and each property as partitions."""
    for name, query in _COUNTS.items():
        ((number,),) = store.query(query)
        yield ox.Triple(dataset, ox.NamedNode(VOID + name), number)
    for kind, (counted, query) in _PARTITIONS.items():
        for part, number in store.query(query):
            partition = ox.NamedNode(f"{dataset.value}#{kind}={part.value.replace('#', '%23')}")
            yield ox.Triple(dataset, ox.NamedNode(f"{VOID}{kind}Partition"), partition)
            yield ox.Triple(partition, ox.NamedNode(VOID + kind), part)
            yield ox.Triple(partition, ox.NamedNode(VOID + counted), number)


def _offered(dataset: ox.NamedNode, endpoint: str) -> Iterator[ox.Triple]:
    """Yield where the data set can be asked."""
    if endpoint:
        service = ox.NamedNode(dataset.value + "#service")
        yield ox.Triple(dataset, ox.NamedNode(VOID + "sparqlEndpoint"), ox.NamedNode(endpoint))
        yield ox.Triple(service, ox.NamedNode(RDF + "type"), ox.NamedNode(DCAT + "DataService"))
        yield ox.Triple(service, ox.NamedNode(DCAT + "endpointURL"), ox.NamedNode(endpoint))
        yield ox.Triple(service, ox.NamedNode(DCAT + "servesDataset"), dataset)
