"""JSON-LD 1.1: the merged graph with short terms, and the context that says what they mean."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.ontology import Ontology, load_ontology
from kg.store import GraphStore
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, RDFS, SKOS, XSD, prefixes

_TYPE = RDF + "type"
_CUT = re.compile("[/#]")  # what a namespace ends with
_LINKS = {
    "subject": RDF + "subject",
    "predicate": RDF + "predicate",
    "object": RDF + "object",
    "evidence": LODE + "evidence",
    "modality": LODE + "modality",
    "stage": LODE + "stage",
    "commodityEntity": LODE + "commodityEntity",
    "derivedFrom": PROV + "wasDerivedFrom",
    "generatedBy": PROV + "wasGeneratedBy",
    "selector": OA + "hasSelector",
    "source": OA + "hasSource",
    "broader": SKOS + "broader",
}
_LITERALS = {
    "confidence": (LODE + "confidence", "decimal"),
    "shareMin": (LODE + "shareMin", "decimal"),
    "shareMax": (LODE + "shareMax", "decimal"),
    "start": (OA + "start", "nonNegativeInteger"),
    "end": (OA + "end", "nonNegativeInteger"),
    "quote": (OA + "exact", ""),
    "subjectMention": (LODE + "subjectMention", ""),
    "objectMention": (LODE + "objectMention", ""),
    "identifier": (DCTERMS + "identifier", ""),
    "title": (DCTERMS + "title", ""),
    "publisher": (DCTERMS + "publisher", ""),
    "label": (RDFS + "label", ""),
    "prefLabel": (SKOS + "prefLabel", ""),
    "altLabel": (SKOS + "altLabel", ""),
}


def context(base: str, ontology: Ontology) -> dict[str, Any]:
    """Return the context: the prefixes of a graph, a term for each relation, and terms of claims and their evidence.

    >>> context("https://example.org/", load_ontology())["supplies"]
    {'@id': 'lode:supplies', '@type': '@id'}
    """
    links = {iri.removeprefix(LODE): iri for r in ontology.relations.values() if (iri := r.iri).startswith(LODE)}
    known = prefixes(base)
    by_namespace = _by_namespace(base)
    terms: dict[str, Any] = {"@version": 1.1, **known}
    for name, iri in (links | _LINKS).items():
        if name not in known:
            terms[name] = {"@id": _compact(iri, by_namespace), "@type": "@id"}
    for name, (iri, datatype) in _LITERALS.items():
        terms[name] = {"@id": _compact(iri, by_namespace)} | ({"@type": f"xsd:{datatype}"} if datatype else {})
    return terms


def write_context(store: GraphStore, out: BinaryIO) -> None:
    """Write the context of the JSON-LD by itself, for tools that are given one (https://www.w3.org/TR/json-ld11/#the-context)."""
    out.write(_json({"@context": context(store.base, load_ontology())}, indent=2).encode() + b"\n")


def write_jsonld(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as JSON-LD with its context, a thing a line."""
    terms = context(store.base, load_ontology())
    writer = _Writer(_by_namespace(store.base), terms)
    out.write(b'{\n"@context": ' + _json(terms).encode() + b',\n"@graph": [')
    for number, (subject, triples) in enumerate(groupby(store.triples(), key=lambda t: t.subject)):
        assert isinstance(subject, ox.NamedNode)
        out.write(b",\n" if number else b"\n")
        out.write(_json(writer.node(subject, triples)).encode())
    out.write(b"\n]\n}\n")


def _by_namespace(base: str) -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in prefixes(base).items()}


class _Writer:
    """Writes terms of RDF as JSON-LD under a context."""

    def __init__(self, namespaces: Mapping[str, str], terms: Mapping[str, Any]) -> None:
        self._namespaces = namespaces
        self._terms = terms

    @cached_property
    def _names(self) -> dict[str, str]:
        """Return the term for each property that has one."""
        told = {name: term["@id"] for name, term in self._terms.items() if isinstance(term, dict)}
        expanded = {name: iri.split(":", 1) for name, iri in told.items()}
        return {self._terms[prefix] + local: name for name, (prefix, local) in expanded.items()}

    def node(self, subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> dict[str, Any]:
        """Return what is told of a subject as a node object; one that would be mistaken is written without a context."""
        if self._is_mistaken(subject):
            return {"@context": None} | _Writer({}, {}).node(subject, triples)
        told: dict[str, list[Any]] = defaultdict(list)
        for triple in triples:
            if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
                told["@type"].append(_compact(triple.object.value, self._namespaces))
            else:
                name = self._names.get(triple.predicate.value) or _compact(triple.predicate.value, self._namespaces)
                told[name].append(self._value(triple.object, self._coerced(name)))
        return self._reference(subject) | {
            key: values if len(values) > 1 else values[0] for key, values in told.items()
        }

    def _coerced(self, name: str) -> str:
        term = self._terms.get(name)
        return term.get("@type", "") if isinstance(term, dict) else ""

    def _reference(self, node: ox.NamedNode) -> dict[str, Any]:
        """Return an IRI as a node object; where its scheme is a term of ours, no context holds in it."""
        text = _compact(node.value, self._namespaces)
        if text == node.value and self._is_mistaken(node):
            return {"@context": None, "@id": text}
        return {"@id": text}

    def _is_mistaken(self, node: ox.NamedNode) -> bool:
        """Tell whether an IRI would be taken for a compact one: `doc:x` where `doc` is a prefix."""
        scheme, _, rest = node.value.partition(":")
        return scheme in self._terms and not rest.startswith("//")

    def _value(self, term: object, coerced: str) -> Any:
        """Return a value: as plain text where its property says what it is."""
        if isinstance(term, ox.NamedNode):
            found = self._reference(term)
            return found["@id"] if coerced == "@id" and len(found) == 1 else found
        assert isinstance(term, ox.Literal)
        if term.language:
            return {"@language": term.language, "@value": term.value}
        datatype = "" if term.datatype.value == XSD + "string" else _compact(term.datatype.value, self._namespaces)
        if datatype == coerced:
            return term.value
        return {"@value": term.value} | ({"@type": datatype} if datatype else {})


def _compact(iri: str, namespaces: Mapping[str, str]) -> str:
    """Return an IRI as a compact one, if a prefix makes one that cannot be taken for an absolute one."""
    for cut in _CUT.finditer(iri):
        prefix = namespaces.get(iri[: cut.end()])
        if prefix is not None and not iri.startswith("//", cut.end()):
            return f"{prefix}:{iri[cut.end() :]}"
    return iri


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
