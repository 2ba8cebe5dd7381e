"""What a graph holds, counted; and all that it knows of one entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.store import GraphStore
from kg.vocab import LODE, PROV, RDF, RDFS, SKOS


@dataclass(frozen=True)
class Overview:
    """Numbers of a graph. `relations` counts the direct triples, which only asserted claims make."""

    documents: int
    claims: Mapping[str, int]
    entities: Mapping[str, int]
    relations: Mapping[str, int]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Naming:
    """One surface form of an entity, the rule that linked it and the documents in which it did."""

    surface: str
    rule: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """All that a graph knows of an entity."""

    iri: str
    label: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    namings: tuple[Naming, ...]
    claims: tuple[StoredClaim, ...]


def describe_graph(store: GraphStore, ontology: Ontology) -> Overview:
    """Count documents, claims by modality, entities by type and asserted relations by kind."""
    modalities = {
        m: len(store.subjects(LODE + "modality", LODE + m)) for m in ("asserted", "planned", "possible", "negated")
    }
    ends = {*store.values(RDF + "subject"), *store.values(RDF + "object")}
    reader = ClaimReader(store, ontology)
    relations = {r.json_name: len(store.values(r.iri)) for r in ontology.relations.values()}
    return Overview(
        documents=len(store.ledger()),
        claims=_ranked(modalities),
        entities=_ranked(Counter(reader.type(iri) for iri in ends)),
        relations=_ranked(relations),
        versions=store.manifest["versions"],
    )


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what occurs, most frequent first."""
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))


def describe_entity(store: GraphStore, ontology: Ontology, iri: str) -> Card:
    """Return the card of an entity: names, how it was recognised, and the claims it is part of."""
    reader = ClaimReader(store, ontology)
    found = store.properties(iri)
    kinds = sorted(ontology.types[o.value].json_name for o in found.get(RDF + "type", []) if o.value in ontology.types)
    labels = {o.value for key in (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label") for o in found.get(key, [])}
    label = reader.label(iri)
    return Card(
        iri=iri,
        label=label,
        types=tuple(kinds),
        names=tuple(sorted(labels - {label})),
        namings=tuple(_namings(store, reader, iri)),
        claims=tuple(reader.about(iri)),
    )


def _namings(store: GraphStore, reader: ClaimReader, iri: str) -> list[Naming]:
    """Gather the surface forms of an entity over all documents, the most widespread first."""
    documents: dict[tuple[str, str], set[str]] = {}
    for node in store.subjects(LODE + "names", iri):
        found = store.properties(node)
        surface, rule, source = (
            found[key][0].value for key in (LODE + "surface", LODE + "linkingRule", PROV + "wasDerivedFrom")
        )
        documents.setdefault((surface, rule), set()).add(reader.source(source).name)
    namings = [Naming(surface, rule, tuple(sorted(names))) for (surface, rule), names in documents.items()]
    return sorted(namings, key=lambda n: (-len(n.documents), n.surface, n.rule))
