"""Who "it", "the company", "the mine" and "the country" are: the nearest fitting name before, subjects first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from spacy.tokens import Doc

from kg.annotate.spans import rename
from kg.annotation import REFERS, Span
from kg.tree import Tree

_REACH = {"pronoun": 2, "nominal": 8}


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    sentence: int
    subject: bool


@dataclass(frozen=True)
class ReferenceWords:
    """The words of ontology/reference.toml."""

    words: Mapping[str, Any]

    @cached_property
    def nouns(self) -> dict[str, frozenset[str]]:
        """Nouns that a definite description may have, by the type that it refers to."""
        return {kind: frozenset(words) for kind, words in self.words["nouns"].items()}

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """All forms of all pronouns that may stand for something."""
        return frozenset(self.words["pronouns"]) | frozenset(self.words["forms"])

    def types(self, pronoun: str) -> tuple[str, ...]:
        """Return the types that a pronoun may stand for."""
        return tuple(self.words["pronouns"].get(self.base(pronoun), ()))

    def base(self, pronoun: str) -> str:
        """Return a pronoun's personal form: "it" for "its"."""
        return str(self.words["forms"].get(pronoun, pronoun))


def resolve_references(doc: Doc, tree: Tree, spans: Sequence[Span], words: ReferenceWords) -> list[Span]:
    """Return the spans with pronouns and definite noun phrases renamed to what they refer to; unresolved pronouns go."""
    sentence_of = _sentence_numbers(doc)
    seen: list[_Candidate] = []
    resolved: list[Span] = []
    for span in spans:
        found: Span | None = span
        if span.kind == "pronoun":
            found = _pronoun(span, tree, doc, seen, sentence_of[span.head], words)
        elif span.kind == "nominal":
            found = _nominal(span, tree, doc, seen, sentence_of[span.head], words)
        if found is None:
            continue
        resolved.append(found)
        if found.kind == "name" or found.is_reference:
            seen.append(_Candidate(found, sentence_of[span.head], _is_subject(tree, span.head)))
    return resolved


def _sentence_numbers(doc: Doc) -> list[int]:
    numbers, n = [], -1
    for token in doc:
        n += bool(token.is_sent_start)
        numbers.append(max(n, 0))
    return numbers


def _is_subject(tree: Tree, head: int) -> bool:
    return tree.labels[tree.first_conjunct(head)].startswith("nsubj")


def _pronoun(
    span: Span, tree: Tree, doc: Doc, seen: list[_Candidate], sentence: int, words: ReferenceWords
) -> Span | None:
    pronoun = span.mention.text.lower()
    types = words.types(pronoun)
    if not types or tree.labels[span.head] == "expl":
        return None
    if words.base(pronoun) == "we":
        return _speaker(span, seen, types)
    near = [c for c in seen if sentence - c.sentence <= _REACH["pronoun"] and c.span.mention.type in types]
    if tree.labels[span.head] == "nmod:poss" and doc[tree.heads[span.head]].lemma_.lower() in words.nouns["relational"]:
        near = [c for c in near if not c.subject or c.sentence < sentence]
    best = _most_salient(near, sentence, span, tree)
    return _refer(span, best) if best else None


def _speaker(span: Span, seen: list[_Candidate], types: tuple[str, ...]) -> Span | None:
    """In a quotation "we" is the organization of the article's first name of that kind."""
    first = next((c.span for c in seen if c.span.mention.type in types), None)
    return _refer(span, first) if first else None


def _nominal(span: Span, tree: Tree, doc: Doc, seen: list[_Candidate], sentence: int, words: ReferenceWords) -> Span:
    noun = doc[span.head]
    if not _is_anaphoric(span, tree, doc, words) or noun.lemma_.lower() in words.nouns["vague"] or noun.tag_ == "NNS":
        return span
    near = [c for c in seen if sentence - c.sentence <= _REACH["nominal"] and c.span.mention.type == span.mention.type]
    wanted = [c for c in near if noun.lemma_.lower() in c.span.mention.name.lower().split()]
    best = _most_salient(wanted or near, sentence, span, tree)
    return _refer(span, best) if best else span


def _is_anaphoric(span: Span, tree: Tree, doc: Doc, words: ReferenceWords) -> bool:
    """Tell whether a noun phrase is definite and says nothing new: "the company", "the Perth-based miner"."""
    head = span.head
    if not words.nouns["definite"] & {doc[k].lower_ for k in tree.kids(head, "det", "nmod:poss")}:
        return False
    if any(
        tree.labels[k].split(":")[0] in {"nmod", "acl", "nummod", "appos"} and k > head for k in tree.children[head]
    ):
        return False
    if tree.has(head, "cop") or tree.labels[head] in {"appos", "xcomp"}:
        return False
    modifiers = [doc[k] for k in tree.children[head] if tree.labels[k] in {"amod", "compound", "nummod"} and k < head]
    return not any(t.tag_ in {"JJS", "RBS", "CD"} or t.lower_ in words.nouns["fresh"] for t in modifiers)


def _most_salient(candidates: list[_Candidate], sentence: int, span: Span, tree: Tree) -> Span | None:
    """Prefer the nearest sentence, in it the subject, and there the latest; never the pronoun's own co-argument."""
    coarguments = _coarguments(span.head, tree)
    excluded = {c.span.mention.name for c in candidates if c.span.head in coarguments}
    usable = [c for c in candidates if c.span.mention.name not in excluded]
    best = max(
        usable,
        key=lambda c: (c.sentence, (c.subject and c.sentence < sentence) or c.subject, c.span.start),
        default=None,
    )
    return best.span if best else None


def _coarguments(head: int, tree: Tree) -> set[int]:
    """Arguments of the same verb cannot corefer with a plain object pronoun; possessives may, reflexives must."""
    if tree.labels[head] == "nmod:poss":
        return {tree.heads[head]}
    if tree.labels[head].startswith("nsubj") or tree.token(head).lower_.endswith("self"):
        return set()
    arguments = set(tree.children[tree.heads[head]]) - {head}
    return arguments | {k for a in arguments for k in tree.kids(a, "amod", "compound", "nmod:desc")}


def _refer(span: Span, target: Span) -> Span:
    """Return `span` as a reference to what `target` names."""
    t = target.mention
    return rename(span, name=t.name, entity=t.entity, type=t.type, rule=f"{REFERS}{t.name} before it")
