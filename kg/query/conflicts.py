"""Statements on the same thing that cannot both hold, or that differ, and what only looks like it; each with its sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, get_args

import pyoxigraph as ox

from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.query.comparing import Finding, Statement
from kg.query.conflict_rules import ConflictRules, Rule, load_conflict_rules
from kg.query.copies import read_copies
from kg.query.judging import Judges
from kg.query.numbers import Verdict
from kg.query.parts import Parts
from kg.query.questions import Answer
from kg.store import GraphStore
from kg.vocab import LODE

COLUMNS = (
    *("conflict", "verdict", "kind", "why", "subject", "relation", "object", "says", "stage", "time", "modality"),
    *("attribution", "copies", "quote", "source", "publisher", "date"),
)
_Key = tuple[str, ...]  # what claims that are compared have in common
_Told = Mapping[str, Iterable[list[str]]]  # claim, modality, subject, object, by relation
_DOUBTS = frozenset({LODE + "negated", LODE + "planned"})
_MEASURED = {"share": "shareMin|lode:shareMax", "amount": "amount", "quantity": "quantityMin|lode:quantityMax"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """What several statements say of one thing: `verdict` is whether they contradict, differ or only look like it.

    `kind` is the name of the rule in ontology/conflicts.toml, `reason` why it only looks like a conflict ("stage",
    "bound"...), "" if it is one; `why` says it in a sentence. There are at least two statements.
    """

    kind: str
    verdict: Verdict
    reason: str
    why: str
    statements: tuple[Statement, ...]


def find_conflicts(
    store: GraphStore,
    ontology: Ontology,
    about: str = "",
    *,
    rules: ConflictRules | None = None,
) -> list[Conflict]:
    """Return the conflicts of a graph, contradictions first, then what differs, then what only looks like a conflict.

    `about` is the IRI of an entity that statements must be about. Copied articles count once.
    Raises OntologyError if ontology/conflicts.toml cannot be used.
    """
    rules = rules or load_conflict_rules(ontology)
    reader = ClaimReader(store, ontology)
    parts = Parts(store, ontology, rules.parts)
    judges = Judges(rules, parts, read_copies(store))
    found = [_conflict(rules, ontology, rule, finding) for rule, finding in _findings(judges, reader, about)]
    order = {rule.name: place for place, rule in enumerate(rules.rules)}
    ranks = list(get_args(Verdict))
    return sorted(
        found, key=lambda c: (ranks.index(c.verdict), order[c.kind], c.why, [s.claim.iri for s in c.statements])
    )


def _findings(judges: Judges, reader: ClaimReader, about: str) -> Iterator[tuple[Rule, Finding]]:
    """Yield what becomes of each group of claims that are on the same thing."""
    wanted = _under(reader.store, about) if about else set()
    told = _read_about(reader.store, wanted) if about else {}
    for rule in judges.rules.rules:
        for group in _groups(reader, rule, wanted, told):
            for finding in judges.findings(rule, map(reader.read, group)):
                yield rule, finding


def _under(store: GraphStore, iri: str) -> set[str]:
    """Return an entity and what lies under it: neodymium under the rare earths."""
    below = store.query(f"SELECT ?below WHERE {{ ?below skos:broader+ {ox.NamedNode(iri)} }}")
    return {iri, *(solution["below"].value for solution in below)}


def list_conflicts(conflicts: Sequence[Conflict], rules: ConflictRules, sentence: str) -> Answer:
    """Return conflicts as a table, a row a statement; `conflict` numbers them from 1."""
    rows = [_row(n, c, s, rules) for n, c in enumerate(conflicts, 1) for s in c.statements]
    return Answer(sentence, COLUMNS, rows)


def _row(number: int, conflict: Conflict, statement: Statement, rules: ConflictRules) -> list[Any]:
    claim = statement.claim
    said = claim.qualifiers
    return [
        *(number, rules.verdicts[conflict.verdict], conflict.kind, conflict.why),
        *(claim.subject.label, claim.relation, claim.object.label, statement.says),
        *(said.get("stage"), said.get("time"), claim.modality, claim.attribution),
        *(", ".join(statement.copies) or None, claim.quote, claim.source.name),
        *(claim.source.publisher or None, claim.source.published or None),
    ]


def _groups(reader: ClaimReader, rule: Rule, about: Set[str], told: _Told) -> Iterator[list[str]]:
    """Yield the IRIs of claims that a rule compares with each other, two or more, sorted; if need be, those about something.

    `told` are the claims about that. All others are read only where what is traded is asked about.
    """
    claims = _keyed(reader, rule, told if about else _read(reader, rule))
    if about:
        near = list(claims)
        keys = {key for key, *_ in near}
        whole = all(len(key) > 1 and not about.isdisjoint(key[-2:]) for key in keys)
        claims = iter(near) if whole else (c for c in _keyed(reader, rule, _read(reader, rule, keys)) if c[0] in keys)
    groups: dict[_Key, dict[str, str]] = defaultdict(dict)
    doubted: set[_Key] = set()
    for key, claim, other, modality in claims:
        groups[key][claim] = other
        if modality in _DOUBTS:
            doubted.add(key)
    for key in sorted(doubted if rule.compare == "status" else groups):
        varied = len(set(groups[key].values())) > 1 or rule.compare in ("number", "status")
        if varied and len(groups[key]) > 1:
            yield sorted(groups[key])


def _keyed(reader: ClaimReader, rule: Rule, told: _Told) -> Iterator[tuple[_Key, str, str, str]]:
    """Yield the claims of a rule's relations: what they are compared by, IRI, other end, modality."""
    documents = f"{reader.store.base}doc/"  # "the company" of one article is nothing that another speaks of
    for name in rule.relations:
        relation = reader.ontology.relations[name]
        for claim, modality, *ends in told.get(relation.iri, ()):
            if not any(end.startswith(documents) for end in ends):
                key, other = _key(rule, name, ends, relation.symmetric)
                yield key, claim, other, modality


def _read(reader: ClaimReader, rule: Rule, keys: Set[_Key] = frozenset()) -> _Told:
    """Return the claims of a rule's relations that it can say something of; with keys of one end, those at these ends."""
    ends = " ".join(str(ox.NamedNode(key[0])) for key in sorted(keys) if len(key) == 1)
    near = f"VALUES ?end {{ {ends} }} {{ ?claim rdf:object ?end }} UNION {{ ?claim rdf:subject ?end }}"
    found = f"{{ SELECT DISTINCT ?claim WHERE {{ {near} }} }}" if ends else ""
    if rule.value and rule.compare != "status":
        found += f" ?claim lode:{_MEASURED[rule.value]} ?number ."
    relations = [reader.ontology.relations[name].iri for name in rule.relations]
    return {iri: _rows(reader.store, f"{found} ?claim rdf:predicate {ox.NamedNode(iri)} .") for iri in relations}


def _rows(store: GraphStore, among: str) -> Iterator[list[str]]:
    """Yield claim, modality, subject, object of claims that a pattern finds."""
    said = "?claim lode:modality ?modality ; rdf:subject ?subject ; rdf:object ?object"
    solutions = store.query(f"SELECT DISTINCT ?claim ?modality ?subject ?object WHERE {{ {among} {said} }}")
    return ([term.value for term in solution] for solution in solutions)


def _read_about(store: GraphStore, iris: Set[str]) -> _Told:
    """Return the claims about one of some entities, or about what is traded, by the IRI of their relation."""
    ends = ("rdf:subject", "rdf:object", "lode:commodityEntity")
    found = " UNION ".join(f"{{ ?claim {end} {ox.NamedNode(iri)} }}" for iri in sorted(iris) for end in ends)
    said = "?claim rdf:predicate ?relation ; lode:modality ?modality ; rdf:subject ?subject ; rdf:object ?object"
    told: dict[str, list[list[str]]] = defaultdict(list)
    query = f"SELECT ?relation ?claim ?modality ?subject ?object WHERE {{ {{ SELECT DISTINCT ?claim WHERE {{ {found} }} }} {said} }}"
    for solution in store.query(query):
        relation, *claim = (term.value for term in solution)
        told[relation].append(claim)
    return told


def _key(rule: Rule, relation: str, ends: Sequence[str], symmetric: bool) -> tuple[_Key, str]:
    """Return what claims that are compared have in common, and the end in which they may differ."""
    subject, obj = reversed(ends) if relation in rule.turned else ends
    if rule.compare == "sum" or rule.end == "subject":
        return (obj,), subject
    if rule.end == "object":
        return (subject,), obj
    pair = tuple(sorted(ends)) if symmetric else (subject, obj)
    return ((relation, *pair) if rule.compare == "status" else pair), ""


def _conflict(rules: ConflictRules, ontology: Ontology, rule: Rule, finding: Finding) -> Conflict:
    first = finding.statements[0].claim
    ends = (first.subject.label, first.object.label)
    subject, obj = reversed(ends) if first.relation in rule.turned else ends
    said = rule.sentence.format(
        subject=subject,
        object=obj,
        relation=ontology.relations[first.relation].label,
        values=_values(rule, finding.statements),
    )
    ending = rules.reasons[finding.reason] if finding.reason else rules.endings[finding.verdict]
    return Conflict(rule.name, finding.verdict, finding.reason, f"{said}, {ending}", finding.statements)


def _values(rule: Rule, statements: Sequence[Statement]) -> str:
    """Return what is stated, with what else is told of it: once at the end if it is told of all.

    "60% and 90% (mining)", "60% (mining) and 90% (refining)"
    """
    cells = [_cell(rule, s) for s in statements]
    common = cells[0] if len(set(cells)) == 1 else ""
    values = [
        (f"{s.claim.subject.label} " if rule.compare == "sum" else "") + s.says + ("" if common else cell)
        for s, cell in zip(statements, cells, strict=True)
    ]
    *most, last = dict.fromkeys(values)
    return (f"{', '.join(most)} and {last}" if most else last) + common


def _cell(rule: Rule, statement: Statement) -> str:
    said = [str(statement.claim.qualifiers[q]) for q in rule.same if q in statement.claim.qualifiers]
    return f" ({', '.join(said)})" if said else ""
