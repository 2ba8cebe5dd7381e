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
from dataclasses import replace
from itertools import combinations

from kg.iris import slug
from kg.ontology import Ontology
from kg.resolve.acronyms import ACTORS, merge_acronyms
from kg.resolve.decisions import Decisions
from kg.resolve.evidence import Evidence, Naming
from kg.resolve.identity import Identity, Resolution, Step, Targets, everywhere, gathered, union
from kg.resolve.names import INTRODUCED, MAX_ACRONYM, Parts, is_acronym

_SEATED = frozenset({"company", "organization"})


def resolve(evidence: Iterable[Evidence], ontology: Ontology, decisions: Decisions, *, whole: bool = True) -> Identity:
    """Return who is who. The order of the documents does not matter.

    Raises OntologyError for a decision about what there is not, unless the graph is not yet `whole`: then it waits.
    """
    documents = read = sorted(evidence, key=lambda e: e.document)
    moved: Targets = {}  # what is another entity by now, by document and the entity as it was read
    seen = {*ontology.names, *(entity for e in documents for entity in e.types)}
    found: list[Resolution] = []
    for step in (_split_by_decision, _split_by_seat, merge_acronyms, _merge_by_decision):
        if step is _merge_by_decision and whole:
            decisions.check(seen, {e.document for e in documents})
        targets, told = step(documents, ontology, decisions)
        moved = _moved_on(moved, targets, read)
        documents = [_renamed(e, targets.get(e.document, {})) for e in documents]
        seen.update(entity for found in targets.values() for entity in found.values())
        found += told
    found += _kept_apart(documents, decisions)
    found += _parts(documents, ontology)
    labels, types = (gathered(read, key) for key in ("labels", "types"))
    return Identity(moved, tuple(sorted(set(found))), types, labels)


def pertinent(e: Evidence, ontology: Ontology, decisions: Decisions) -> Evidence:
    """Return what of a document's evidence can bear on who is who, since there is much else and all is held in memory.

    That leaves out how entities are named unless that introduces an acronym, and pairs that are related unless one of
    them may be an acronym or become one by a decision.
    """
    decided = {entity for d in decisions.lines for entity in (d.entity, d.other)}

    def may_be_acronym(entity: str) -> bool:
        short = len(entity.partition("/")[2]) <= MAX_ACRONYM
        return entity in decided or (short and entity not in ontology.names)

    return replace(
        e,
        namings=frozenset(n for n in e.namings if n.rule == INTRODUCED and is_acronym(n.surface)),
        related=frozenset(pair for pair in e.related if any(map(may_be_acronym, pair))),
    )


def _moved_on(moved: Targets, targets: Targets, documents: Iterable[Evidence]) -> Targets:
    """Return what entities are after one more step, without those that are themselves again."""
    found: Targets = {}
    for e in documents:
        before, step = moved.get(e.document, {}), targets.get(e.document, {})
        if before or step:
            now = {i: step.get(before.get(i, i), before.get(i, i)) for i in e.types if i in before or i in step}
            if now := {i: entity for i, entity in now.items() if i != entity}:
                found[e.document] = now
    return found


def _split_by_decision(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    here = {e.document: e.types for e in documents}
    targets = defaultdict[str, dict[str, str]](dict)
    told: list[Resolution] = []
    for (document, other), decision in decisions.split.items():
        if other in here.get(document, ()):
            targets[document][other] = decision.entity
            told.append(Resolution("merged", other, decision.entity, decisions.because(decision), (document,)))
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
    targets = defaultdict[str, dict[str, str]](dict)
    told: list[Resolution] = []
    for entity, by_document in seats.items():
        groups = _joined(by_document.values())
        if len(groups) < 2:
            continue
        named = {group: f"{entity}_{min(group).partition('/')[2]}" for group in groups}
        where = {g: tuple(sorted(d for d, countries in by_document.items() if countries <= g)) for g in groups}
        for group, name in named.items():
            for document in where[group]:
                targets[document][entity] = name
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


def _merge_by_decision(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    here = {i for e in documents for i in e.types}
    merged = {entity: decisions.kept(entity) for entity in sorted(here & decisions.merged.keys())}
    chains = {d for i in merged for d in decisions.chain(i)}
    return everywhere(merged, documents), [
        Resolution("merged", d.entity, d.other, decisions.because(d)) for d in chains
    ]


def _kept_apart(documents: Sequence[Evidence], decisions: Decisions) -> Iterator[Resolution]:
    here = {i for e in documents for i in e.types}
    for decision in decisions.lines:
        if decision.kind != "merge" and {decision.entity, decision.other} <= here:
            yield Resolution("apart", decision.entity, decision.other, decisions.because(decision))


def _parts(documents: Sequence[Evidence], ontology: Ontology) -> Iterator[Resolution]:
    """Tell subsidiaries and projects from the companies whose names theirs begin with."""
    types, labels = gathered(documents, "types"), gathered(documents, "labels")
    bearers: dict[str, set[str]] = defaultdict(set)
    for entity in types:
        known = ontology.names.get(entity)
        for text in {t for t, _, _ in known.labels} if known else labels.get(entity, ()):
            if types[entity] & ACTORS:
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


def _renamed(e: Evidence, targets: Mapping[str, str]) -> Evidence:
    """Return the evidence of a document with other entities in it."""
    if targets.keys().isdisjoint(e.types):
        return e

    def now(entity: str) -> str:
        return targets.get(entity, entity)

    types, labels, seats = (union((now(i), values) for i, values in m.items()) for m in (e.types, e.labels, e.seats))
    return replace(
        e,
        types=types,
        labels=labels,
        seats=seats,
        namings=frozenset(Naming(n.surface, n.rule, now(n.entity)) for n in e.namings),
        related=frozenset(frozenset(map(now, pair)) for pair in e.related),
    )
