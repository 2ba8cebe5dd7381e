"""Claims as they stand in the graph, read back into the shape that they are exported in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.config import ONTOLOGY_VARIABLE
from kg.errors import GraphError
from kg.ontology import Ontology
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, SKOS

Properties = Mapping[str, list[ox.NamedNode | ox.Literal]]
_MEASURED = frozenset({"amount", "share", "quantity", "stage"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document: where its facts were said."""

    iri: str
    name: str
    title: str
    publisher: str
    published: str


@dataclass(frozen=True, slots=True)
class End:
    """Subject or object of a claim. `label` is the entity's, `mention` what the sentence calls it."""

    iri: str
    label: str
    mention: str
    type: str


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A claim of the graph. `start` and `end` count in the file's decoded text, which reads `quote` there."""

    iri: str
    relation: str
    subject: End
    object: End
    qualifiers: Mapping[str, Any]
    modality: str
    confidence: float
    frame: str
    attribution: str | None
    source: Source
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        """Return the record of `kg export --format claims`."""
        return {
            "doc": self.source.name,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "relation": self.relation,
            "subject": _end_json(self.subject),
            "object": _end_json(self.object),
            "qualifiers": dict(self.qualifiers),
            "modality": self.modality,
            "confidence": self.confidence,
            "frame": self.frame,
        } | ({"attribution": self.attribution} if self.attribution else {})


def claims_around(claims: Iterable[StoredClaim], iri: str, steps: int) -> list[StoredClaim]:
    """Return the claims within `steps` of an entity, those between its neighbours left out."""
    claims = list(claims)
    reached, found = {iri}, dict[str, StoredClaim]()
    for _ in range(steps):
        touching = [c for c in claims if c.subject.iri in reached or c.object.iri in reached]
        found |= {c.iri: c for c in touching}
        reached |= {end.iri for c in touching for end in (c.subject, c.object)}
    return [c for c in claims if c.iri in found]


def _end_json(end: End) -> dict[str, str]:
    return {"iri": end.iri, "label": end.label, "mention": end.mention, "type": end.type}


@dataclass
class ClaimReader:
    """Reads claims from a graph; labels, types and sources are looked up once."""

    store: GraphStore
    ontology: Ontology
    _labels: dict[str, str] = field(default_factory=dict)
    _types: dict[str, str] = field(default_factory=dict)
    _sources: dict[str, Source] = field(default_factory=dict)

    def all(self) -> list[StoredClaim]:
        """Return every claim, by document and place in it."""
        claims = (self.read(iri) for iri in self.store.instances(LODE + "Claim"))
        return sorted(claims, key=lambda c: (c.source.name, c.start, c.end, c.relation, c.iri))

    def about(self, iri: str) -> list[StoredClaim]:
        """Return the claims of which an entity is subject or object, or what is traded."""
        keys = (RDF + "subject", RDF + "object", LODE + "commodityEntity")
        found = {c for key in keys for c in self.store.subjects(key, iri)}
        found.difference_update(self.store.subjects(LODE + "commodityEntity", iri, DEPENDENCIES))
        return sorted((self.read(c) for c in found), key=lambda c: (c.relation, c.source.name, c.start, c.iri))

    def read(self, iri: str) -> StoredClaim:
        """Return the claim with an IRI; raises GraphError if it is of a relation that the ontology does not define."""
        found = self.store.properties(iri)
        evidence = self.store.properties(_first(found, LODE + "evidence"))
        selectors: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for selector in evidence[OA + "hasSelector"]:
            for key, values in self.store.properties(selector.value).items():
                selectors[key] += values
        return StoredClaim(
            iri=iri,
            relation=self._relation(_first(found, RDF + "predicate")),
            subject=self._end(_first(found, RDF + "subject"), _first(found, LODE + "subjectMention")),
            object=self._end(_first(found, RDF + "object"), _first(found, LODE + "objectMention")),
            qualifiers=dict(sorted([*_measured_qualifiers(found), *self._text_qualifiers(found)])),
            modality=_first(found, LODE + "modality").removeprefix(LODE),
            confidence=float(_first(found, LODE + "confidence")),
            frame=_first(found, LODE + "frame"),
            attribution=_first(found, LODE + "attributedTo") or None,
            source=self.source(_first(found, PROV + "wasDerivedFrom")),
            start=int(_first(selectors, OA + "start")),
            end=int(_first(selectors, OA + "end")),
            quote=_first(selectors, OA + "exact"),
        )

    def _text_qualifiers(self, found: Properties) -> Iterator[tuple[str, str]]:
        for key, iri in self.ontology.qualifiers.items():
            if key not in _MEASURED and (value := _first(found, iri)):
                yield key, value
        if stage := _first(found, LODE + "stage"):
            yield "stage", self._stages.get(stage, stage)

    def _relation(self, iri: str) -> str:
        try:
            return self._relations[iri]
        except KeyError as error:
            raise GraphError(
                f"The graph has claims of <{iri}>, which the ontology does not define; "
                f"set {ONTOLOGY_VARIABLE} to the ontology that the graph was built with"
            ) from error

    @cached_property
    def _relations(self) -> dict[str, str]:
        return {r.iri: r.json_name for r in self.ontology.relations.values()}

    @cached_property
    def _stages(self) -> dict[str, str]:
        return {iri: stage for stage, iri in self.ontology.stages.items()}

    def label(self, iri: str) -> str:
        """Return the preferred English label of an entity."""
        if iri not in self._labels:
            labels = self.store.objects(iri, SKOS + "prefLabel")
            english = sorted(o.value for o in labels if isinstance(o, ox.Literal) and o.language == "en")
            self._labels[iri] = english[0] if english else iri.rsplit("/", 1)[-1]
        return self._labels[iri]

    def type(self, iri: str) -> str:
        """Return the type of an entity in JSON spelling."""
        if iri not in self._types:
            kinds = [kind for kind in self.store.types(iri) if kind in self.ontology.types]
            self._types[iri] = self.ontology.types[min(kinds)].json_name if kinds else ""
        return self._types[iri]

    def confidence(self, claim: str) -> float:
        """Return the confidence of a claim, 0 to 1, without reading the rest of it."""
        return float(self.store.objects(claim, LODE + "confidence")[0].value)

    def published(self, source: str) -> str:
        """Return when a document was published, "" if unknown, without reading the rest of it."""
        return next((date.value for date in self.store.objects(source, DCTERMS + "issued")), "")

    def source(self, iri: str) -> Source:
        """Return the document with an IRI."""
        if iri not in self._sources:
            found = self.store.properties(iri)
            keys = (DCTERMS + "identifier", DCTERMS + "title", DCTERMS + "publisher", DCTERMS + "issued")
            self._sources[iri] = Source(iri, *(_first(found, key) for key in keys))
        return self._sources[iri]

    def _end(self, iri: str, mention: str) -> End:
        return End(iri, self.label(iri), mention, self.type(iri))


def _first(found: Properties, key: str) -> str:
    return found[key][0].value if found.get(key) else ""


def _measured_qualifiers(found: Properties) -> Iterator[tuple[str, Any]]:
    approximate = {"approx": True} if LODE + "approximate" in found else {}
    if LODE + "amount" in found:
        bound = _first(found, LODE + "amountBound")
        yield (
            "amount",
            {"value": _number(found, "amount"), "currency": _first(found, LODE + "currency")}
            | ({"bound": bound} if bound else {}),
        )
    if LODE + "shareMin" in found or LODE + "shareMax" in found:
        yield "share", {"min": _number(found, "shareMin"), "max": _number(found, "shareMax")} | approximate
    if LODE + "unitText" in found:
        unit = {"unit": _first(found, LODE + "unitText")}
        if LODE + "quantity" in found:
            yield "quantity", {"value": _number(found, "quantity")} | unit | approximate
        else:
            yield (
                "quantity",
                {"min": _number(found, "quantityMin"), "max": _number(found, "quantityMax")} | unit | approximate,
            )


def _number(found: Properties, key: str) -> int | float | None:
    text = _first(found, LODE + key)
    if not text:
        return None
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)
