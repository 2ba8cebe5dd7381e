"""Namespaces and prefixes."""

from __future__ import annotations

LODE = "https://w3id.org/lodestone/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"
UNIT = "http://qudt.org/vocab/unit/"

# A prefix a segment of our IRIs: a broader one would put `\/` into local names, which some stores misread.
SEGMENTS = (
    "country",
    "region",
    "bloc",
    "company",
    "org",
    "person",
    "facility",
    "commodity",
    "product",
    "sector",
    "policy",
    "kind",
    "activity",
    "doc",
    "resolution",
    "dependency",
)
PREFIXES = {
    "lode": LODE,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "schema": SCHEMA,
    "prov": PROV,
    "oa": OA,
    "dcterms": DCTERMS,
    "unit": UNIT,
}


def prefixes(base: str) -> dict[str, str]:
    """Return all prefixes, those of our resources under `base` included.

    >>> prefixes("https://w3id.org/lodestone/id/")["company"]
    'https://w3id.org/lodestone/id/company/'
    """
    return PREFIXES | {segment: f"{base}{segment}/" for segment in SEGMENTS}


def shorten(iri: str, base: str) -> str:
    """Return an IRI as a prefixed name, if a prefix is known.

    >>> shorten("https://w3id.org/lodestone/id/company/mp-materials", "https://w3id.org/lodestone/id/")
    'company:mp-materials'
    """
    for prefix, namespace in prefixes(base).items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
