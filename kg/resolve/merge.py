"""Merge what several documents name, by evidence: the user's decisions first, then rules that can be told in a sentence.

Names never merge for being alike. A document's own IRIs come from names alone (`kg.resolve.linker`); here all documents
are looked at together, so that their order cannot matter:

- one name, two seats: a company that documents seat in different countries is several;
- an acronym that one document introduces in brackets, and that belongs to nobody else, is the whole name's elsewhere;
- whatever the user decided, which wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

from kg.iris import slug
from kg.ontology import Ontology
from kg.resolve.decisions import Decisions
from kg.resolve.evidence import Evidence, Naming, country_of
from kg.resolve.names import INTRODUCED, Parts, is_acronym

_SEATED = frozenset({"company", "organization"})
_ACTORS = frozenset({"company", "organization", "government_body"})
_FEW = 3


@dataclass(frozen=True, slots=True, order=True)
class Resolution:
    """Why an entity is another one, or is not; it holds in `documents`, in all if there are none. IRIs are relative."""

    kind: Literal["merged", "apart"]
    entity: str
    other: str
    reason: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity:
    """Who is who over all documents.

    `targets` holds (document, entity) -> entity where they differ, `types` and `labels` what the documents say as read.
    """

    targets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    resolutions: tuple[Resolution, ...] = ()
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, document: str) -> dict[str, str]:
        """Return what the entities of a document are, where it is something else."""
        return {entity: other for (where, entity), other in self.targets.items() if where == document}


def resolve(evidence: Iterable[Evidence], ontology: Ontology, decisions: Decisions, *, whole: bool = True) -> Identity:
    """Return who is who. The order of the documents does not matter.

    Raises OntologyError for a decision about what there is not, unless the graph is not yet `whole`: then it waits.
    """
    documents = read = sorted(evidence, key=lambda e: e.document)
    now = {(e.document, i): i for e in documents for i in e.types}
    seen = {*ontology.names, *now.values()}
    found: list[Resolution] = []
    for step in (_split_by_decision, _split_by_seat, _merge_acronyms, _merge_by_decision):
        if step is _merge_by_decision and whole:
            decisions.check(seen, {e.document for e in documents})
        targets, told = step(documents, ontology, decisions)
        now = {key: targets.get((key[0], entity), entity) for key, entity in now.items()}
        documents = [_renamed(e, targets) for e in documents]
        seen |= set(targets.values())
        found += told
    found += _kept_apart(documents, decisions)
    found += _parts(documents, ontology)
    labels, types = (_gathered(read, key) for key in ("labels", "types"))
    changed = {key: entity for key, entity in now.items() if entity != key[1]}
    return Identity(changed, tuple(sorted(set(found))), types, labels)


Step = tuple[dict[tuple[str, str], str], list[Resolution]]


def _split_by_decision(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    targets = {
        (e.document, entity): decisions.split[e.document, entity].entity
        for e in documents
        for entity in e.types
        if (e.document, entity) in decisions.split
    }
    told = [
        Resolution("merged", entity, other, decisions.because(decisions.split[document, entity]), (document,))
        for (document, entity), other in targets.items()
    ]
    return targets, told


def _split_by_seat(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    """Part what no list knows and documents seat in countries that no document joins; others keep the plain IRI."""
    seats: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for e in documents:
        for entity, countries in e.seats.items():
            if (
                entity not in ontology.names
                and entity not in decisions.merged
                and e.types.get(entity, _SEATED) & _SEATED
            ):
                seats[entity][e.document] = countries
    targets: dict[tuple[str, str], str] = {}
    told: list[Resolution] = []
    for entity, by_document in seats.items():
        groups = _joined(by_document.values())
        if len(groups) < 2:
            continue
        named = {group: f"{entity}_{min(group).partition('/')[2]}" for group in groups}
        where = {g: tuple(sorted(d for d, countries in by_document.items() if countries <= g)) for g in groups}
        for group, name in named.items():
            targets |= {(document, entity): name for document in where[group]}
            country = ontology.names[min(group)].label
            told.append(Resolution("merged", entity, name, f"its seat is in {country} there", where[group]))
        for one, other in combinations(sorted(named.values()), 2):
            told.append(Resolution("apart", one, other, "one name, seats in different countries"))
        told += [
            Resolution("apart", entity, name, "one name; where an article tells no seat, it stays open which is meant")
            for name in named.values()
        ]
    return targets, told


def _joined(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the unions of the sets that overlap, sorted."""
    groups: list[frozenset[str]] = []
    for found in sorted(sets, key=sorted):
        touching = [g for g in groups if g & found]
        groups = [g for g in groups if g not in touching] + [found.union(*touching)]
    return sorted(groups, key=sorted)


def _merge_acronyms(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    """Merge an acronym into the one entity for which some document introduces it in brackets."""
    bearers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for e in documents:
        for naming in e.namings:
            if naming.rule == INTRODUCED and is_acronym(naming.surface):
                bearers[slug(naming.surface)][naming.entity].add(e.document)
    known = _known_bearers(ontology)
    types, related = _gathered(documents, "types"), {pair for e in documents for pair in e.related}
    targets: dict[tuple[str, str], str] = {}
    told: list[Resolution] = []
    for entity in sorted(types):
        acronym = entity.partition("/")[2]
        fitting = {b: bearers[acronym][b] for b in sorted(bearers.get(acronym, ())) if b != entity}
        if entity in ontology.names or not types[entity] <= _ACTORS or not fitting:
            continue
        others = (known.get(acronym, frozenset()) | fitting.keys()) - {entity}
        bearer, where = next(iter(fitting.items()))
        name = _called(bearer, documents, ontology)
        if len(others) > 1 or not types.get(bearer, frozenset()) <= _ACTORS:
            names = " and ".join(sorted(_called(o, documents, ontology) for o in others))
            told += [Resolution("apart", entity, o, f"the acronym is short for {names}") for o in others]
        elif frozenset((entity, bearer)) in related:
            told.append(Resolution("apart", entity, bearer, "an article relates the two"))
        elif _seats_differ(entity, bearer, documents, ontology):
            told.append(Resolution("apart", entity, bearer, "an acronym alike, seats in different countries"))
        elif decisions.apart.get(frozenset((entity, bearer))) is None and entity not in decisions.merged:
            reason = f"acronym of {name}, introduced in brackets in {_few(where)}"
            told.append(Resolution("merged", entity, bearer, reason))
            targets |= {(e.document, entity): bearer for e in documents if entity in e.types}
    return targets, told


def _known_bearers(ontology: Ontology) -> dict[str, frozenset[str]]:
    """Return the actors of the names by the acronyms that they bear, ambiguous ones too."""
    found = defaultdict[str, set[str]](set)
    for name in ontology.names.values():
        for text, _, _ in name.labels:
            if name.type in _ACTORS and is_acronym(text):
                found[slug(text)].add(name.iri)
    return {acronym: frozenset(iris) for acronym, iris in found.items()}


def _seats_differ(one: str, other: str, documents: Sequence[Evidence], ontology: Ontology) -> bool:
    a, b = (
        {c for e in documents for c in e.seats.get(entity, ())} | {c for c in [country_of(entity, ontology)] if c}
        for entity in (one, other)
    )
    return bool(a and b and not a & b)


def _merge_by_decision(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    here = {i for e in documents for i in e.types}
    merged = {entity: decisions.kept(entity) for entity in sorted(here & decisions.merged.keys())}
    targets = {(e.document, i): merged[i] for e in documents for i in e.types if i in merged}
    chains = {d for i in merged for d in decisions.chain(i)}
    return targets, [Resolution("merged", d.entity, d.other, decisions.because(d)) for d in chains]


def _kept_apart(documents: Sequence[Evidence], decisions: Decisions) -> Iterator[Resolution]:
    here = {i for e in documents for i in e.types}
    for decision in decisions.lines:
        if decision.kind != "merge" and {decision.entity, decision.other} <= here:
            yield Resolution("apart", decision.entity, decision.other, decisions.because(decision))


def _parts(documents: Sequence[Evidence], ontology: Ontology) -> Iterator[Resolution]:
    """Tell subsidiaries and projects from the companies whose names theirs begin with."""
    types, labels = _gathered(documents, "types"), _gathered(documents, "labels")
    bearers: dict[str, set[str]] = defaultdict(set)
    for entity in types:
        known = ontology.names.get(entity)
        for text in {t for t, _, _ in known.labels} if known else labels.get(entity, ()):
            if types[entity] & _ACTORS:
                bearers[slug(text)].add(entity)
                bearers[slug(ontology.naming.legal_forms_at_end.sub("", text))].add(entity)
    parts = Parts(ontology)
    for entity in sorted(types):
        if entity in ontology.names:
            continue
        for label in sorted(labels.get(entity, ())):
            found = parts.of(label)
            for whole in sorted(bearers.get(slug(found.whole), ())) if found else ():
                if found and whole != entity:
                    yield Resolution("apart", entity, whole, found.reason)


def _renamed(e: Evidence, targets: Mapping[tuple[str, str], str]) -> Evidence:
    """Return the evidence of a document with other entities in it."""

    def now(entity: str) -> str:
        return targets.get((e.document, entity), entity)

    if not any((e.document, entity) in targets for entity in e.types):
        return e
    types, labels, seats = (_union((now(i), values) for i, values in m.items()) for m in (e.types, e.labels, e.seats))
    return replace(
        e,
        types=types,
        labels=labels,
        seats=seats,
        namings=frozenset(Naming(n.surface, n.rule, now(n.entity)) for n in e.namings),
        related=frozenset(frozenset(map(now, pair)) for pair in e.related),
    )


def _union(pairs: Iterable[tuple[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for key, values in pairs:
        found[key] |= values
    return dict(found)


def _gathered(documents: Sequence[Evidence], key: Literal["types", "labels"]) -> dict[str, frozenset[str]]:
    return _union(pair for e in documents for pair in getattr(e, key).items())


def _called(entity: str, documents: Sequence[Evidence], ontology: Ontology) -> str:
    if entity in ontology.names:
        return ontology.names[entity].label
    labels = {label for e in documents for label in e.labels.get(entity, ())}
    return min(labels, key=lambda label: (-len(label), label), default=entity)


def _few(documents: Iterable[str]) -> str:
    names = sorted(d.removeprefix("doc/") for d in documents)
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
