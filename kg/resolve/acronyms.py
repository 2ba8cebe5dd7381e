"""Merge an acronym into the one entity for which some document introduces it in brackets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.iris import slug
from kg.ontology import Ontology
from kg.resolve.decisions import Decisions
from kg.resolve.evidence import Evidence, country_of
from kg.resolve.identity import Resolution, Step, called, everywhere, few, gathered
from kg.resolve.names import INTRODUCED, is_acronym

ACTORS = frozenset({"company", "organization", "government_body"})


def merge_acronyms(documents: Sequence[Evidence], ontology: Ontology, decisions: Decisions) -> Step:
    """Merge an acronym into the one entity for which some document introduces it in brackets."""
    if not (bearers := _bearers(documents)):
        return {}, []
    known = _known_bearers(ontology)
    types, labels, seats = (gathered(documents, key) for key in ("types", "labels", "seats"))
    related = {pair for e in documents for pair in e.related}
    merged: dict[str, str] = {}
    told: list[Resolution] = []
    for entity in sorted(types):
        acronym = entity.partition("/")[2]
        fitting = {b: bearers[acronym][b] for b in sorted(bearers.get(acronym, ())) if b != entity}
        if entity in ontology.names or not types[entity] <= ACTORS or not fitting:
            continue
        others = (known.get(acronym, frozenset()) | fitting.keys()) - {entity}
        bearer, where = next(iter(fitting.items()))
        name = called(bearer, labels, ontology)
        if len(others) > 1 or not types.get(bearer, frozenset()) <= ACTORS:
            names = " and ".join(sorted(called(o, labels, ontology) for o in others))
            told += [Resolution("apart", entity, o, f"the acronym is short for {names}") for o in others]
        elif frozenset((entity, bearer)) in related:
            told.append(Resolution("apart", entity, bearer, "an article relates the two"))
        elif _seats_differ(entity, bearer, seats, ontology):
            told.append(Resolution("apart", entity, bearer, "an acronym alike, seats in different countries"))
        elif decisions.apart.get(frozenset((entity, bearer))) is None and entity not in decisions.merged:
            reason = f"acronym of {name}, introduced in brackets in {few(where)}"
            told.append(Resolution("merged", entity, bearer, reason))
            merged[entity] = bearer
    return everywhere(merged, documents), told


def _bearers(documents: Iterable[Evidence]) -> dict[str, dict[str, set[str]]]:
    """Return the entities for which documents introduce an acronym in brackets, by acronym, and these documents."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for e in documents:
        for naming in e.namings:
            if naming.rule == INTRODUCED and is_acronym(naming.surface):
                found[slug(naming.surface)][naming.entity].add(e.document)
    return found


def _known_bearers(ontology: Ontology) -> dict[str, frozenset[str]]:
    """Return the actors of the names by the acronyms that they bear, ambiguous ones too."""
    found = defaultdict[str, set[str]](set)
    for name in ontology.names.values():
        for text, _, _ in name.labels:
            if name.type in ACTORS and is_acronym(text):
                found[slug(text)].add(name.iri)
    return {acronym: frozenset(iris) for acronym, iris in found.items()}


def _seats_differ(one: str, other: str, seats: Mapping[str, frozenset[str]], ontology: Ontology) -> bool:
    a, b = (
        seats.get(entity, frozenset()) | {c for c in [country_of(entity, ontology)] if c} for entity in (one, other)
    )
    return bool(a and b and not a & b)
