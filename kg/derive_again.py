"""Derive the dependencies again that may follow otherwise, because of claims that came, went or changed.

What such a rule finds for a claim follows from that claim, the types of its ends and the places around them. So the rules
are followed over a small graph: the claims that were touched, and those that make the same dependencies with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from kg.derive import derive
from kg.ontology import Ontology
from kg.rules import Rule
from kg.store import DEPENDENCIES, Described, GraphStore, Touched, Triple
from kg.vocab import LODE, PROV, RDF, SCHEMA, SKOS, prefixes

_DERIVED_FROM, _ABOUT = PROV + "wasDerivedFrom", RDF + "predicate"
_ENDS = (RDF + "subject", RDF + "object", LODE + "commodityEntity")
_ABOVE = (SCHEMA + "containedInPlace", SKOS + "broader")
_PLAIN = frozenset(
    {
        "SelectQuery",
        "Project",
        "Distinct",
        "Filter",
        "BGP",
        "LeftJoin",
        "Join",
        "Union",
        "Extend",
        "ToMultiSet",
        "values",
    }
    | {"TrueFilter", "UnaryNot", "UnaryMinus", "UnaryPlus"}
)
_CLAIM = Variable("claim")


def derive_again(
    store: GraphStore, rules: Mapping[str, Rule], ontology: Ontology, touched: Touched
) -> Iterator[Described]:
    """Yield each dependency that may follow otherwise than before, with its triples, or none if it does not follow any more.

    All rules must look at one claim. Raises OntologyError as `kg.derive.derive` does.
    """
    claims = set(_touched_claims(store, touched))
    edges = {edge for claim in claims for edge in store.subjects(_DERIVED_FROM, claim, DEPENDENCIES)}
    edges |= {edge.value for edge, _ in derive(_part(store, claims), rules, ontology)}
    claims |= {claim for edge in edges for claim in _told(store, edge, _DERIVED_FROM)}
    found = {edge.value: triples for edge, triples in derive(_part(store, claims), rules, ontology)}
    for edge in sorted(edges):
        yield ox.NamedNode(edge), found.get(edge, [])


def _touched_claims(store: GraphStore, touched: Touched) -> Iterator[str]:
    """Yield the claims that came, went or changed, and those about entities that have other types now."""
    for subject in touched.subjects:
        if _told(store, subject, _ABOUT) or store.subjects(_DERIVED_FROM, subject, DEPENDENCIES):
            yield subject
    for entity in touched.retyped:
        for end in _ENDS:
            yield from store.subjects(end, entity)


def _part(store: GraphStore, claims: Iterable[str]) -> GraphStore:
    """Return a graph in memory of some claims, the types of what they are about, and the places around it."""
    part = GraphStore(store.folder, ox.Store(), store.manifest)
    todo, seen, triples = sorted(claims), set(claims), list[Triple]()
    ends = {end for claim in todo for key in _ENDS for end in _told(store, claim, key)}
    for claim in todo:
        triples += _about(store, claim)
    todo = sorted(ends - seen)
    while todo:
        entity = todo.pop()
        seen.add(entity)
        above = {place for key in _ABOVE for place in _told(store, entity, key)}
        triples += [t for t in _about(store, entity) if t[1].value in {RDF + "type", *_ABOVE}]
        todo += sorted(above - seen)
    part.put(DEPENDENCIES, triples)
    return part


def _about(store: GraphStore, subject: str) -> Iterator[Triple]:
    node = ox.NamedNode(subject)
    for predicate, values in store.properties(subject).items():
        yield from ((node, ox.NamedNode(predicate), value) for value in values)


def _told(store: GraphStore, subject: str, predicate: str) -> list[str]:
    return [value.value for value in store.objects(subject, predicate)]


def look_at_one_claim(rules: Iterable[Rule]) -> bool:
    """Tell whether what each rule finds for a claim follows from that claim and the places around its ends.

    >>> from kg.ontology import load_ontology
    >>> from kg.rules import load_rules
    >>> look_at_one_claim(load_rules(load_ontology()).values())
    True
    """
    return all(_looks_at_one_claim(rule.query) for rule in rules)


@lru_cache
def _looks_at_one_claim(query: str) -> bool:
    from rdflib.plugins.sparql.algebra import translateQuery  # slow to import, and not needed for most commands
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        header = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes("https://example.org/").items())
        return _is_plain(translateQuery(parseQuery(header + query)).algebra)
    except Exception:  # whatever rdflib cannot read is followed over the whole graph
        return False


def _is_plain(part: Any) -> bool:
    """Tell whether a part of a query has no other patterns than those about ?claim and about places, and no aggregates."""
    if isinstance(part, list | tuple):
        return all(_is_plain(inner) for inner in part)
    if not isinstance(part, CompValue):
        return True
    if part.name == "BGP":
        return all(_leads_up(p) or (s == _CLAIM and isinstance(p, URIRef)) for s, p, _ in part.triples)
    known = part.name in _PLAIN or part.name.endswith("Expression") or part.name.startswith("Builtin_")
    return known and "EXISTS" not in part.name.upper() and all(_is_plain(inner) for inner in part.values())


def _leads_up(predicate: Any) -> bool:
    path = getattr(predicate, "path", predicate)
    return str(path) in _ABOVE
