"""Claims as RDF: a claim node with qualifiers and evidence (Web Annotation, PROV-O), and a direct triple if asserted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.assertion.terms import Terms, boolean, decimal, integer, lode, moment, text, time_terms
from kg.iris import digest, document_iri, evidence_iri
from kg.model import Document, Entity, Evidence, Linked, LinkedClaim
from kg.ontology import Name, Ontology
from kg.vocab import DCTERMS, OA, PROV, RDF, RDFS, SCHEMA, SKOS, UNIT

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_PLACES = frozenset({"country", "region", "facility"})


def _term(namespace: str) -> Any:
    return lambda name: ox.NamedNode(namespace + name)


_rdf, _rdfs, _oa, _prov, _skos, _dcterms, _schema, _unit = map(
    _term, (RDF, RDFS, OA, PROV, SKOS, DCTERMS, SCHEMA, UNIT)
)


@dataclass(frozen=True)
class Asserter:
    """Turns linked documents into triples. `units` maps our units to QUDT's, `versions` names what made the claims."""

    ontology: Ontology
    terms: Terms
    units: Mapping[str, str]
    versions: Mapping[str, str]

    @cached_property
    def _classes(self) -> dict[str, ox.NamedNode]:
        return {t.json_name: ox.NamedNode(t.iri) for t in reversed(list(self.ontology.types.values()))}

    def triples(self, linked: Linked) -> list[Triple]:
        """Return the triples of a document's graph, sorted and without repetition."""
        found = {*self._document(linked.document), *self._activity(linked.document)}
        entities: dict[str, Entity] = {}
        told: set[ox.NamedNode] = set()
        for claim in sorted(linked.claims, key=lambda c: -c.claim.confidence):  # two names of one thing make one claim
            triples = list(self._claim(claim))
            if triples[0][0] in told:
                continue
            told.add(triples[0][0])
            found.update(triples)
            entities |= {e.iri: e for e in (claim.subject, claim.object, claim.commodity) if e}
        named = Counter((m.text, entity.iri, m.rule) for m, entity in linked.mentions if entity.iri in entities)
        for (surface, iri, rule), times in named.items():
            found.update(self._naming(linked.document, surface, iri, rule, times))
        for entity in entities.values():
            found.update(self._entity(entity))
        return sorted(found, key=lambda t: tuple(str(term) for term in t))

    def graph(self, document: Document) -> ox.NamedNode:
        """Return the IRI of a document, which names its graph."""
        return self.terms.iri(document_iri(document.name))

    def _document(self, document: Document) -> Iterator[Triple]:
        node = self.graph(document)
        yield node, _rdf("type"), lode("Document")
        yield node, _dcterms("identifier"), text(document.name)
        yield (
            node,
            _dcterms("title"),
            text(document.title or document.name, "zh" if document.language == "zh" else None),
        )
        yield node, _schema("sha256"), text(document.sha256)
        if document.publisher:
            yield node, _dcterms("publisher"), text(document.publisher)
        if document.published:
            yield node, _dcterms("issued"), moment(document.published)
        if document.language:
            yield node, _dcterms("language"), text(document.language)
        if document.citation:
            yield node, _dcterms("source"), text(document.citation)

    def _activity(self, document: Document) -> Iterator[Triple]:
        """What made the claims of a document, as a PROV activity that is the same wherever the versions are."""
        node = self.terms.iri(f"activity/{digest(self.versions)}")
        yield self.graph(document), _prov("wasGeneratedBy"), node
        yield node, _rdf("type"), _prov("Activity")
        for name, version in self.versions.items():
            yield node, lode(f"{name}Version"), text(version)

    def ledger(self, document: Document, min_confidence: float = 0.0) -> list[Triple]:
        """Return what is kept of how a document was read; it is no part of the graph that is published."""
        node = self.graph(document)
        kept = {
            "name": document.name,
            "location": document.location,
            "sha256": document.sha256,
            "versions": digest(self.versions),
        } | ({"minConfidence": str(min_confidence)} if min_confidence else {})
        return [(node, lode(key), text(value)) for key, value in kept.items()]

    def _claim(self, linked: LinkedClaim) -> Iterator[Triple]:
        claim = linked.claim
        document = document_iri(claim.evidence.document)
        subject, obj = self.terms.iri(linked.subject.iri), self.terms.iri(linked.object.iri)
        predicate = ox.NamedNode(self.ontology.relations[claim.relation].iri)
        evidence = evidence_iri(document, claim.evidence.start, claim.evidence.end)
        key = digest(claim.relation, linked.subject.iri, linked.object.iri, evidence, claim.qualifiers, claim.modality)
        node = self.terms.iri(f"{document}#c{key}")
        yield node, _rdf("type"), lode("Claim")
        yield node, _rdf("subject"), subject
        yield node, _rdf("predicate"), predicate
        yield node, _rdf("object"), obj
        yield node, lode("subjectMention"), text(claim.subject.text)
        yield node, lode("objectMention"), text(claim.object.text)
        yield node, lode("modality"), lode(claim.modality)
        yield node, lode("confidence"), decimal(claim.confidence)
        yield node, lode("frame"), text(claim.frame)
        yield node, lode("evidence"), self.terms.iri(evidence)
        yield node, _prov("wasDerivedFrom"), self.terms.iri(document)
        if claim.attribution:
            yield node, lode("attributedTo"), text(claim.attribution)
        for key, value in claim.qualifiers:
            for predicate_name, term in self._qualifier(key, value):
                yield node, predicate_name, term
        if linked.commodity:
            yield node, lode("commodityEntity"), self.terms.iri(linked.commodity.iri)
        yield from self._evidence(claim.evidence)
        if claim.modality == "asserted":
            yield subject, predicate, obj
            if self.ontology.relations[claim.relation].symmetric:
                yield obj, predicate, subject

    def _evidence(self, evidence: Evidence) -> Iterator[Triple]:
        """An oa:SpecificResource with a position and a quote (https://www.w3.org/TR/annotation-model/#selectors)."""
        document = document_iri(evidence.document)
        span = f"{evidence.start},{evidence.end}"
        node = self.terms.iri(f"{document}#char={span}")
        position, quote = self.terms.iri(f"{document}#position={span}"), self.terms.iri(f"{document}#quote={span}")
        yield node, _rdf("type"), _oa("SpecificResource")
        yield node, _oa("hasSource"), self.terms.iri(document)
        yield node, _oa("hasSelector"), position
        yield node, _oa("hasSelector"), quote
        yield position, _rdf("type"), _oa("TextPositionSelector")
        yield position, _oa("start"), integer(evidence.start)
        yield position, _oa("end"), integer(evidence.end)
        yield quote, _rdf("type"), _oa("TextQuoteSelector")
        yield quote, _oa("exact"), text(evidence.quote)

    def _qualifier(self, key: str, value: Any) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
        match key:
            case "amount":
                yield lode("amount"), decimal(value["value"])
                yield lode("currency"), text(value["currency"])
                if "bound" in value:
                    yield lode("amountBound"), text(value["bound"])
            case "share":
                yield from self._bounds("share", value)
            case "quantity":
                yield from self._bounds("quantity", value)
                yield lode("unitText"), text(value["unit"])
                if value["unit"] in self.units:
                    yield lode("unit"), _unit(self.units[value["unit"]])
            case "time":
                yield from time_terms(value)
            case "stage":
                yield lode("stage"), ox.NamedNode(self.ontology.stages[value])
            case _:
                yield ox.NamedNode(self.ontology.qualifiers[key]), text(str(value))

    def _bounds(self, name: str, value: Mapping[str, Any]) -> Iterator[tuple[ox.NamedNode, ox.Literal]]:
        low, high = value.get("min", value.get("value")), value.get("max", value.get("value"))
        if low is not None and low == high:
            yield lode(name), decimal(low)
        if low is not None:
            yield lode(f"{name}Min"), decimal(low)
        if high is not None:
            yield lode(f"{name}Max"), decimal(high)
        if value.get("approx"):
            yield lode("approximate"), boolean(True)

    def _entity(self, entity: Entity) -> Iterator[Triple]:
        """What the document says of an entity: its type and the fullest name it gives it."""
        node = self.terms.iri(entity.iri)
        name = self.ontology.names.get(entity.iri)
        yield node, _rdf("type"), ox.NamedNode(name.type_iri) if name else self._classes[entity.type]
        yield node, _rdfs("label"), text(entity.label, "en")

    def names(self, labels: Mapping[str, Iterable[str]]) -> list[Triple]:
        """Return the graph of entities: one preferred label each, other labels, and whatever lies above it.

        `labels` holds, by absolute IRI, the labels that the documents give.
        """
        found: set[Triple] = set()
        todo, seen = list(labels), set(labels)
        while todo:
            iri = todo.pop()
            name = self.ontology.names.get(iri.removeprefix(self.terms.base))
            if name is None:
                found.update(self._unknown(iri, labels[iri]))
                continue
            found.update(self._known(iri, name))
            above = {self.terms.iri(other).value for other in (*name.broader, *_around(name))} - seen
            todo += sorted(above)
            seen |= above
        return sorted(found, key=lambda t: tuple(str(term) for term in t))

    def _known(self, iri: str, name: Name) -> Iterator[Triple]:
        node = ox.NamedNode(iri)
        for label, language, kind in name.labels:
            if kind in {"label", "alias"}:
                yield node, _skos("prefLabel" if kind == "label" else "altLabel"), text(label, language or None)
        for broader in name.broader:
            yield node, _skos("broader"), self.terms.iri(broader)
        for place in _around(name):
            yield node, _schema("containedInPlace"), self.terms.iri(place)

    def _unknown(self, iri: str, given: Iterable[str]) -> Iterator[Triple]:
        best, *others = sorted(set(given), key=lambda label: (-len(label), label))
        yield ox.NamedNode(iri), _skos("prefLabel"), text(best, "en")
        for other in others:
            yield ox.NamedNode(iri), _skos("altLabel"), text(other, "en")

    def _naming(self, document: Document, surface: str, entity: str, rule: str, times: int) -> Iterator[Triple]:
        """How and how often the document names an entity, and by which rule: one node a surface form."""
        iri = document_iri(document.name)
        node = self.terms.iri(f"{iri}#n{digest(surface, entity, rule)}")
        yield node, _rdf("type"), lode("Naming")
        yield node, lode("surface"), text(surface)
        yield node, lode("linkingRule"), text(rule)
        yield node, lode("times"), integer(times)
        yield node, lode("names"), self.terms.iri(entity)
        yield node, _prov("wasDerivedFrom"), self.terms.iri(iri)


def _around(name: Name) -> tuple[str, ...]:
    """Return the place that a known place or facility lies in."""
    return (name.place,) if name.place and name.type in _PLACES else ()
