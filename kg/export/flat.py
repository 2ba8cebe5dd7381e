"""Claims as flat records, for tables and networks: what has parts is a column a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.ontology import Ontology
from kg.query.claims import StoredClaim
from kg.store import GraphStore
from kg.vocab import LODE, SKOS

Flat = Mapping[str, Any]
_PARTS = {
    "amount": {"value": "amount", "currency": "currency", "bound": "amount_bound"},
    "share": {"min": "share_min", "max": "share_max", "approx": "share_approximate"},
    "quantity": {
        "value": "quantity",
        "min": "quantity_min",
        "max": "quantity_max",
        "unit": "unit",
        "approx": "quantity_approximate",
    },
}
NUMBERS = frozenset({"amount", "share_min", "share_max", "quantity", "quantity_min", "quantity_max"})
TRUTHS = frozenset({"share_approximate", "quantity_approximate"})


def qualifier_columns(ontology: Ontology) -> list[str]:
    """Return the columns that qualifiers take, in order.

    >>> from kg.ontology import load_ontology
    >>> qualifier_columns(load_ontology())[:3]
    ['amount', 'currency', 'amount_bound']
    """
    return [part for name in sorted(ontology.qualifiers) for part in _PARTS.get(name, {name: name}).values()]


def flat_qualifiers(claim: StoredClaim) -> dict[str, Any]:
    """Return the qualifiers of a claim, a column a part; what is not said is left out."""
    found: dict[str, Any] = {}
    for name, value in claim.qualifiers.items():
        if isinstance(value, Mapping):
            found |= {column: value[part] for part, column in _PARTS[name].items() if value.get(part) is not None}
        else:
            found[name] = value
    return found


def entities(store: GraphStore, ontology: Ontology) -> Iterator[str]:
    """Yield the IRIs of all entities, sorted: what has a type of the ontology."""
    documents = set(store.instances(LODE + "Document"))
    yield from sorted({iri for kind in ontology.types for iri in store.instances(kind)} - documents)


def other_names(store: GraphStore, iri: str, label: str) -> list[str]:
    """Return all names of an entity but `label`, sorted."""
    keys = ("prefLabel", "altLabel")
    return sorted({value.value for key in keys for value in store.objects(iri, SKOS + key)} - {label})
