"""Decisions of the user about who is who: one line each in ontology/names/decisions.ttl. They win over every rule.

Three kinds of line, all in terms of OWL (https://www.w3.org/TR/owl2-syntax/#Individual_Equality); the reason is optional:

    <company/qcm> owl:sameAs <company/qorval-copper-mines> ; rdfs:comment "why" .
    <company/qcm> owl:differentFrom <company/qorval-copper-mines> ; rdfs:comment "why" .
    <company/apex-chile> owl:differentFrom <company/apex> ; dcterms:source <doc/s003> , <doc/s007> ; rdfs:comment "why" .

The first merges (the second entity is kept), the second keeps apart, the third splits: in the documents that it names,
what would be the second entity is the first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NoReturn

import pyoxigraph as ox

from kg.config import DEFAULT_BASE, ontology_folder
from kg.errors import OntologyError
from kg.ontology import DECISIONS
from kg.vocab import DCTERMS, OWL, RDFS, SEGMENTS

_PREFIX = re.compile(r"\s*(?:@prefix|prefix)\s", re.IGNORECASE)
_BLANK = re.compile(r"\s*(?:#.*)?")
_FORMS = {OWL + "sameAs", OWL + "differentFrom", DCTERMS + "source", RDFS + "comment"}
_ENTITY = re.compile(r"(?!doc/)[a-z]+/[^/#]+|doc/[^/#]+#[^/#]+")
_DOCUMENT = re.compile(r"doc/[^/#]+")


@dataclass(frozen=True, slots=True)
class Decision:
    """One line. IRIs are relative; `documents` names those of a split and is empty otherwise."""

    kind: Literal["merge", "apart", "split"]
    entity: str
    other: str
    documents: tuple[str, ...]
    reason: str
    line: int


@dataclass(frozen=True)
class Decisions:
    """The decisions of one file, checked against each other."""

    path: Path
    lines: tuple[Decision, ...] = ()

    @cached_property
    def merged(self) -> Mapping[str, Decision]:
        """The merges by the entity that is merged into another."""
        return {d.entity: d for d in self.lines if d.kind == "merge"}

    @cached_property
    def apart(self) -> Mapping[frozenset[str], Decision]:
        """What keeps two entities apart, splits included."""
        return {frozenset((d.entity, d.other)): d for d in self.lines if d.kind != "merge"}

    @cached_property
    def split(self) -> Mapping[tuple[str, str], Decision]:
        """The splits by document and entity."""
        return {(document, d.other): d for d in self.lines if d.kind == "split" for document in d.documents}

    def kept(self, entity: str) -> str:
        """Return the entity that one is merged into in the end, itself if into none."""
        chain = self.chain(entity)
        return chain[-1].other if chain else entity

    def chain(self, entity: str) -> list[Decision]:
        """Return the merges that lead from an entity to the one that is kept."""
        found: list[Decision] = []
        while entity in self.merged:
            found.append(self.merged[entity])
            entity = found[-1].other
        return found

    def because(self, decision: Decision) -> str:
        """Return what a card says of a decision."""
        why = f": {decision.reason}" if decision.reason else ""
        return f"your decision in {self.path.name}, line {decision.line}{why}"

    def check(self, entities: Collection[str], documents: Collection[str]) -> None:
        """Refuse decisions about what there is not; raises OntologyError.

        `entities` are those of the names and of the documents, `documents` the relative IRIs of these.
        """
        made = {d.entity for d in self.lines if d.kind == "split"}
        for decision in self.lines:
            wanted = {decision.other} if decision.kind == "split" else {decision.entity, decision.other}
            for entity in sorted(wanted - made):
                if entity not in entities:
                    self.refuse(decision.line, f"decides about {entity}, which no name and no article knows")
            for document in decision.documents:
                if document not in documents:
                    self.refuse(decision.line, f"decides about {document}, which the graph does not hold")

    def refuse(self, line: int, problem: str) -> NoReturn:
        """Raise OntologyError about a line."""
        raise OntologyError(f"{self.path}, line {line} {problem}; mend the line or take it out")


def load_decisions(folder: Path | None = None) -> Decisions:
    """Load the decisions of an ontology folder; there may be none.

    Raises OntologyError with file and line if a line is no decision or contradicts another.
    """
    path = (folder or ontology_folder()) / "names" / DECISIONS
    if not path.exists():
        return Decisions(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OntologyError(f"{path} cannot be used: {error}; mend it or take the package's own") from error
    decisions = Decisions(path, tuple(_read(text, Decisions(path))))
    _check_each_other(decisions)
    return decisions


def _read(text: str, file: Decisions) -> Iterator[Decision]:
    """Parse each line by itself, so that every mistake has its line."""
    declared: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if _BLANK.fullmatch(line):
            continue
        header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in declared.items())
        try:
            parser = ox.parse(header + line, format=ox.RdfFormat.TURTLE, base_iri=DEFAULT_BASE)
            triples = [quad.triple for quad in parser]
            declared |= dict(parser.prefixes)
        except (SyntaxError, ValueError) as error:
            reason = re.sub(r"\s+", " ", str(error)).split(" at line ")[0]
            file.refuse(number, f"is no Turtle: {reason}")
        if triples:
            yield _decision(triples, number, file)
        elif not _PREFIX.match(line):
            file.refuse(number, "says nothing")


def _decision(triples: list[ox.Triple], line: int, file: Decisions) -> Decision:
    found: dict[str, list[str]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value not in _FORMS:
            file.refuse(line, f"has the property {triple.predicate.value}, which no decision has")
        value = triple.object
        found[triple.predicate.value].append(value.value if isinstance(value, ox.Literal) else _relative(value))
    subjects = {_relative(t.subject) for t in triples}
    same, different = found[OWL + "sameAs"], found[OWL + "differentFrom"]
    if len(subjects) != 1 or len(same) + len(different) != 1:
        file.refuse(line, "is not one decision: an entity, owl:sameAs or owl:differentFrom, and another entity")
    entity, other = subjects.pop(), (same + different)[0]
    documents, reasons = sorted(found[DCTERMS + "source"]), found[RDFS + "comment"]
    named = all(isinstance(t.object, ox.NamedNode) for t in triples if t.predicate.value != RDFS + "comment")
    for iri in (entity, other):
        if not named or not _ENTITY.fullmatch(iri) or iri.partition("/")[0] not in _SEGMENTS:
            file.refuse(line, f"decides about {iri}, which is no entity such as company/mp-materials")
    if entity == other:
        file.refuse(line, f"decides about {entity} and itself")
    if same and documents:
        file.refuse(line, "merges in some documents only; a merge holds in all")
    for document in documents:
        if not _DOCUMENT.fullmatch(document):
            file.refuse(line, f"names the document {document}, which is none such as doc/s003")
    kind: Literal["merge", "apart", "split"] = "merge" if same else "split" if documents else "apart"
    return Decision(kind, entity, other, tuple(documents), " ".join(reasons), line)


_SEGMENTS = frozenset(SEGMENTS) - {"activity", "resolution", "dependency"}


def _relative(term: object) -> str:
    return term.value.removeprefix(DEFAULT_BASE) if isinstance(term, ox.NamedNode) else str(term)


def _check_each_other(decisions: Decisions) -> None:
    """Refuse two targets for one entity, circles, and what is merged and kept apart at once."""
    targets: dict[str, Decision] = {}
    splits: dict[tuple[str, str], Decision] = {}
    for decision in decisions.lines:
        if decision.kind == "merge":
            before = targets.setdefault(decision.entity, decision)
            if before.other != decision.other:
                decisions.refuse(
                    decision.line,
                    f"merges {decision.entity} into {decision.other}, and line {before.line} into {before.other}",
                )
            _check_circle(decision, targets, decisions)
        for document in decision.documents:
            first = splits.setdefault((document, decision.other), decision)
            if first.entity != decision.entity:
                decisions.refuse(
                    decision.line,
                    f"makes {decision.other} in {document} {decision.entity}, and line {first.line} {first.entity}",
                )
    for decision in decisions.apart.values():
        if decisions.kept(decision.entity) == decisions.kept(decision.other):
            decisions.refuse(
                decision.line, f"keeps {decision.entity} and {decision.other} apart, which other lines merge"
            )


def _check_circle(decision: Decision, targets: Mapping[str, Decision], decisions: Decisions) -> None:
    at = decision.other
    while at in targets:
        if at == decision.entity:
            break
        at = targets[at].other
    if at == decision.entity:
        decisions.refuse(decision.line, f"merges {decision.entity} in a circle")
