"""Load the knowledge in ontology/: types, relations, stages and names. Nothing here knows a single one of them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import pyoxigraph as ox

from kg.config import DEFAULT_BASE, ontology_folder
from kg.errors import OntologyError
from kg.vocab import LODE, OWL, RDF, RDFS, SCHEMA, SKOS

DECISIONS = "decisions.ttl"  # the user's, in names/: no names, read by kg/resolve/decisions.py
DATASET = "dataset.toml"  # what the metadata of a graph say of it

LabelKind = Literal["label", "alias", "slip", "demonym", "metonym", "ambiguous", "formula"]

_LABELS: dict[str, LabelKind] = {
    SKOS + "prefLabel": "label",
    SKOS + "altLabel": "alias",
    SKOS + "hiddenLabel": "slip",
    LODE + "demonym": "demonym",
    LODE + "metonym": "metonym",
    LODE + "ambiguousLabel": "ambiguous",
    LODE + "formula": "formula",
}


# What is read from each TOML file by name.
_TABLES = {
    "dataset.toml": ("title", "description", "licence", "rights", "keywords"),
    "lexicon.toml": (
        "support", "transparent", "obligation", "modality", "scope", "rank", "phrase", "kinds", "description",
        "attribution",
    ),
    "measures.toml": (
        "counted", "scales", "number_words", "tens", "fractions", "share_words", "bounds", "currencies", "units",
        "rates", "counted_as", "measured_as", "left_out_before", "after_one_part", "no_share_in", "shared_currencies",
    ),
    "naming.toml": (
        "legal_forms", "commodity_modifiers", "business_words", "government_words", "organization_words",
        "pipeline_types",
    ),
    "reference.toml": ("pronouns", "forms", "nouns"),
    "scoring.toml": ("ignored", "symmetric", "qualifiers", "same"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntityType:
    """A class: `json_name` as in claims, `segment` the first part of its instances' IRIs, `nouns` that denote it."""

    iri: str
    json_name: str
    segment: str
    nouns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A property: types allowed at its ends and qualifiers allowed on its claims, all in JSON spelling.

    Of the qualifiers in `for_each`, what the text says of several is a claim for each.
    """

    iri: str
    json_name: str
    label: str
    domain: frozenset[str]
    range: frozenset[str]
    qualifiers: frozenset[str]
    symmetric: bool
    for_each: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Name:
    """A known entity. `iri` is relative; `labels` holds (text, language, kind); `place` is where it lies or sits."""

    iri: str
    type_iri: str
    type: str
    label: str
    labels: tuple[tuple[str, str, LabelKind], ...]
    broader: tuple[str, ...]
    place: str | None
    source: str


@dataclass(frozen=True)
class NameWords:
    """The words of ontology/naming.toml."""

    words: Mapping[str, Any]

    @cached_property
    def company_end(self) -> re.Pattern[str]:
        """A legal form or business word after a company's name, with what parts it from the name."""
        return re.compile(rf",?\s(?:{_any_of(*self.words['legal_forms'], *self.words['business_words'])})(?!\w)\.?")

    @cached_property
    def legal_forms_at_end(self) -> re.Pattern[str]:
        """All legal forms at the end of a name that has two or more characters without them."""
        return re.compile(rf"(?<=\w\w)(?:,?\s+(?:{_any_of(*self.words['legal_forms'])})\.?)+$")

    @cached_property
    def commodity_modifiers(self) -> re.Pattern[str]:
        """Words before a commodity that do not change what it is."""
        return re.compile(rf"^(?:(?:{_any_of(*self.words['commodity_modifiers'])})\s+)+", re.IGNORECASE)

    @cached_property
    def legal_forms_at_start(self) -> re.Pattern[str]:
        """A legal form before a name: "PT Weda Bay Nickel"."""
        forms = _any_of(*self.words.get("legal_forms_before", ()))
        return re.compile(rf"^(?:(?:{forms or '(?!)'})\s+)+(?=\w\w)")

    @cached_property
    def seat_frames(self) -> frozenset[str]:
        """The frames whose claims say where a company has its seat, not merely a plant."""
        return frozenset(self.words.get("seat_frames", ()))

    @cached_property
    def of_government(self) -> re.Pattern[str]:
        """A word that makes a name that of a government body."""
        return re.compile(rf"\b(?:{_any_of(*self.words['government_words'])})\b")

    @cached_property
    def of_organization(self) -> re.Pattern[str]:
        """A word that makes a name that of an organization."""
        return re.compile(rf"\b(?:{_any_of(*self.words['organization_words'])})\b")


def _any_of(*words: str) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@dataclass(frozen=True)
class Ontology:
    """Types by IRI; relations, IRIs of qualifiers and of stages by JSON name; stages by word; names by relative IRI; words in names."""

    types: Mapping[str, EntityType]
    relations: Mapping[str, Relation]
    qualifiers: Mapping[str, str]
    stages: Mapping[str, str]
    stage_words: Mapping[str, str]
    names: Mapping[str, Name]
    naming: NameWords

    @cached_property
    def nouns(self) -> dict[str, str]:
        """JSON type of each noun that denotes a class."""
        return {noun: t.json_name for t in self.types.values() for noun in t.nouns}

    @cached_property
    def segments(self) -> dict[str, str]:
        """IRI segment of each JSON type."""
        return {t.json_name: t.segment for t in reversed(list(self.types.values()))}


def load_ontology(folder: Path | None = None) -> Ontology:
    """Load the ontology and names of `folder`, by default that of `kg.config.ontology_folder`.

    Raises OntologyError if a file is missing, has a syntax error or refers to what there is not.

    >>> ontology = load_ontology()
    >>> ontology.relations["invests_in"].iri, ontology.nouns["smelter"]
    ('https://w3id.org/lodestone/ontology#investsIn', 'facility')
    """
    return _load_ontology(folder or ontology_folder())


@lru_cache(maxsize=4)
def _load_ontology(folder: Path) -> Ontology:
    terms = _Triples(*term_files(folder))
    types = {
        iri: _entity_type(terms, iri) for iri in terms.instances(OWL + "Class") if terms.value(iri, LODE + "iriSegment")
    }
    qualifiers = {iri: terms.json_name(iri) for iri in terms.instances(LODE + "Qualifier")}
    relations = [_relation(terms, types, qualifiers, iri) for iri in terms.instances(LODE + "Relation")]
    stages = {terms.json_name(iri): iri for iri in terms.instances(LODE + "Stage")}
    stage_words = {word.lower(): stage for stage, iri in stages.items() for word in terms.values(iri, LODE + "word")}
    names: dict[str, Name] = {}
    for path in sorted(p for p in (folder / "names").glob("*.ttl") if p.name != DECISIONS):
        for name in _names(path, types):
            if name.iri in names:
                raise OntologyError(
                    f"{path} describes {name.iri}, which {names[name.iri].source} describes already; keep one of them"
                )
            names[name.iri] = name
    _check_references(folder, names)
    naming = NameWords(load_toml(folder / "naming.toml"))
    return Ontology(
        types=types,
        relations={r.json_name: r for r in relations},
        qualifiers={json_name: iri for iri, json_name in qualifiers.items()},
        stages=stages,
        stage_words=stage_words,
        names=names,
        naming=naming,
    )


def term_files(folder: Path) -> list[Path]:
    """Return the files that define terms: lodestone.ttl and, for a field of one's own, whatever lies in terms/ beside it."""
    return [folder / "lodestone.ttl", *sorted((folder / "terms").glob("*.ttl"))]


def _check_references(folder: Path, names: Mapping[str, Name]) -> None:
    """Refuse a name that lies under or in something that no file describes."""
    for name in names.values():
        for other in (*name.broader, *filter(None, [name.place])):
            if other not in names:
                path = folder / "names" / name.source
                raise OntologyError(f"{path} puts {name.iri} under or in {other}, which no file describes; mend that")


def load_measure_words(folder: Path | None = None) -> Mapping[str, Any]:
    """Return the content of measures.toml."""
    return load_toml((folder or ontology_folder()) / "measures.toml")


def ontology_version(folder: Path | None = None) -> str:
    """Return a digest of every file of the ontology that articles are read by.

    Decisions, rules, questions and metadata are left out: for them no article is read again.
    """
    folder = folder or ontology_folder()
    digest = hashlib.sha256()
    of_reading = (p for p in folder.rglob("*") if p.suffix in {".ttl", ".toml"} and p.name not in {DECISIONS, DATASET})
    for path in sorted(of_reading):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def load_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of the ontology; raises OntologyError, also if it lacks what is always read from it."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OntologyError(f"{path} cannot be used: {error}; mend it or take the package's own") from error
    missing = [key for key in _TABLES.get(path.name, ()) if key not in found]
    if missing:
        raise OntologyError(f"{path} lacks {', '.join(missing)}; mend it or take the package's own")
    return found


class _Triples:
    """The triples of Turtle files, by subject: what they say of one subject adds up."""

    def __init__(self, *paths: Path) -> None:
        self._by_subject: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
        self._paths: dict[str, Path] = {}
        for path in paths:
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=DEFAULT_BASE):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                    self._by_subject[quad.subject.value][quad.predicate.value].append(quad.object)
                    self._paths.setdefault(quad.subject.value, path)
        except (OSError, SyntaxError, ValueError) as error:
            raise OntologyError(f"{path} cannot be used: {error}; mend it or take the package's own") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_subject)

    def objects(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        return self._by_subject[subject].get(predicate, []) if subject in self._by_subject else []

    def values(self, subject: str, predicate: str) -> list[str]:
        return [o.value for o in self.objects(subject, predicate)]

    def value(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def path(self, subject: str) -> Path:
        """Return the first file that speaks of a subject."""
        return self._paths[subject]

    def json_name(self, subject: str) -> str:
        """Return a term's name in JSON; raises OntologyError if it has none."""
        name = self.value(subject, LODE + "jsonName")
        if not name:
            raise OntologyError(f"{self.path(subject)} gives {subject} no lode:jsonName; add it")
        return name

    def instances(self, kind: str) -> list[str]:
        return [s for s in self if kind in self.values(s, RDF + "type")]


def _entity_type(terms: _Triples, iri: str) -> EntityType:
    segment = terms.value(iri, LODE + "iriSegment")
    return EntityType(iri, terms.json_name(iri), segment, tuple(sorted(terms.values(iri, LODE + "noun"))))


def _relation(terms: _Triples, types: Mapping[str, EntityType], qualifiers: Mapping[str, str], iri: str) -> Relation:
    labels = [o for o in terms.objects(iri, RDFS + "label") if isinstance(o, ox.Literal) and o.language == "en"]
    if not labels:
        raise OntologyError(f"{terms.path(iri)} gives {iri} no rdfs:label in English; add it")
    classes = {t.iri: t.json_name for t in types.values()}
    return Relation(
        iri=iri,
        json_name=terms.json_name(iri),
        label=labels[0].value,
        domain=_json_names(terms, iri, SCHEMA + "domainIncludes", classes),
        range=_json_names(terms, iri, SCHEMA + "rangeIncludes", classes),
        qualifiers=_json_names(terms, iri, LODE + "qualifier", qualifiers),
        symmetric=OWL + "SymmetricProperty" in terms.values(iri, RDF + "type"),
        for_each=_json_names(terms, iri, LODE + "forEach", qualifiers),
    )


def _json_names(terms: _Triples, iri: str, predicate: str, known: Mapping[str, str]) -> frozenset[str]:
    """Return the JSON names of what a relation refers to; raises OntologyError for what is not defined as such."""
    for term in terms.values(iri, predicate):
        if term not in known:
            raise OntologyError(
                f"{terms.path(iri)} gives {iri} the {predicate} {term}, which it does not define; mend one of them"
            )
    return frozenset(known[term] for term in terms.values(iri, predicate))


def _names(path: Path, types: Mapping[str, EntityType]) -> Iterator[Name]:
    triples = _Triples(path)
    for subject in triples:
        kind = triples.value(subject, RDF + "type")
        labels = tuple(
            (o.value, o.language or "", label_kind)
            for predicate, label_kind in _LABELS.items()
            for o in triples.objects(subject, predicate)
            if isinstance(o, ox.Literal)
        )
        label = next((text for text, language, label_kind in labels if label_kind == "label" and language == "en"), "")
        if kind not in types or not label:
            raise OntologyError(
                f"{path} gives {subject} no class of lodestone.ttl or no skos:prefLabel in English; add it"
            )
        places = triples.values(subject, SCHEMA + "containedInPlace") + triples.values(subject, SCHEMA + "location")
        places += triples.values(subject, SCHEMA + "parentOrganization") + triples.values(
            subject, SCHEMA + "affiliation"
        )
        yield Name(
            iri=subject.removeprefix(DEFAULT_BASE),
            type_iri=kind,
            type=types[kind].json_name,
            label=label,
            labels=labels,
            broader=tuple(b.removeprefix(DEFAULT_BASE) for b in triples.values(subject, SKOS + "broader")),
            place=places[0].removeprefix(DEFAULT_BASE) if places else None,
            source=path.name,
        )
