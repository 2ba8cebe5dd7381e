"""Who "it", "the company", "the mine" and "the country" are: the nearest fitting name before, subjects first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.annotate.mentions import Span, rename
from kg.ontology import Ontology
from kg.tree import Tree

# What a pronoun may stand for, in order of preference where two candidates are equally near.
_PRONOUN_TYPES = {
    "it": ("company", "facility", "country", "government_body", "organization", "region", "policy"),
    "he": ("person",),
    "we": ("company", "government_body", "organization"),
    "they": (),
}
_BASE = {"its": "it", "itself": "it", "his": "he", "him": "he", "she": "he", "her": "he", "our": "we", "us": "we", "their": "they", "them": "they"}
_REACH = {"pronoun": 2, "nominal": 8}
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their", "our", "both"})
_SPEECH = frozenset({"say", "tell", "add", "note", "explain", "comment", "state"})
# Class nouns that never stand for something named before.
_TOO_VAGUE = frozenset({"market", "industry", "sector", "supply chain", "system", "material", "resource", "product", "component", "equipment", "partner", "shareholder", "investor", "buyer", "owner", "official", "analyst", "equipment"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    sentence: int
    subject: bool


def resolve_references(doc: Doc, tree: Tree, spans: Sequence[Span], ontology: Ontology) -> list[Span]:
    """Return the spans with pronouns and definite noun phrases renamed to what they refer to; unresolved pronouns go."""
    sentence_of = _sentence_numbers(doc)
    seen: list[_Candidate] = []
    resolved: list[Span] = []
    for span in spans:
        found: Span | None = span
        if span.kind == "pronoun":
            found = _pronoun(span, tree, doc, seen, sentence_of[span.head])
        elif span.kind == "nominal":
            found = _nominal(span, tree, doc, seen, sentence_of[span.head], ontology)
        if found is None:
            continue
        resolved.append(found)
        if found.kind == "name" or found.mention.rule.startswith("refers"):
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


def _pronoun(span: Span, tree: Tree, doc: Doc, seen: list[_Candidate], sentence: int) -> Span | None:
    base = _BASE.get(span.mention.text.lower(), span.mention.text.lower())
    types = _PRONOUN_TYPES.get(base, ())
    if not types or (base == "it" and tree.labels[span.head] == "expl"):
        return None
    if base == "we":
        return _speaker(span, seen, types)
    near = [c for c in seen if sentence - c.sentence <= _REACH["pronoun"] and c.span.mention.type in types]
    best = _most_salient(near, sentence, span, tree)
    return _refer(span, best) if best else None


def _speaker(span: Span, seen: list[_Candidate], types: tuple[str, ...]) -> Span | None:
    """In a quotation "we" is the organization of the article's first name of that kind."""
    first = next((c.span for c in seen if c.span.mention.type in types), None)
    return _refer(span, first) if first else None


def _nominal(span: Span, tree: Tree, doc: Doc, seen: list[_Candidate], sentence: int, ontology: Ontology) -> Span:
    noun = doc[span.head]
    if not _is_anaphoric(span, tree, doc) or noun.lemma_.lower() in _TOO_VAGUE or noun.tag_ == "NNS":
        return span
    near = [c for c in seen if sentence - c.sentence <= _REACH["nominal"] and c.span.mention.type == span.mention.type]
    wanted = [c for c in near if noun.lemma_.lower() in c.span.mention.name.lower().split()]
    best = _most_salient(wanted or near, sentence, span, tree)
    return _refer(span, best) if best else span


def _is_anaphoric(span: Span, tree: Tree, doc: Doc) -> bool:
    """Tell whether a noun phrase is definite and says nothing new: "the company", "the Perth-based miner"."""
    determiners = [doc[k].lower_ for k in tree.kids(span.head, "det", "nmod:poss")]
    if not _DEFINITE & set(determiners):
        return False
    if tree.has(span.head, "nmod", "acl", "nummod", "appos", "obl") and any(tree.labels[k].split(":")[0] in {"nmod", "acl", "nummod", "appos"} and k > span.head for k in tree.children[span.head]):
        return False
    if tree.has(span.head, "cop") or tree.labels[span.head] in {"appos", "xcomp"}:
        return False
    modifiers = [doc[k] for k in tree.children[span.head] if tree.labels[k] in {"amod", "compound", "nummod"} and k < span.head]
    return not any(t.tag_ in {"JJS", "RBS", "CD"} or t.lower_ in {"first", "new", "other", "same", "only", "second", "largest", "biggest", "proposed", "planned"} for t in modifiers)


def _most_salient(candidates: list[_Candidate], sentence: int, span: Span, tree: Tree) -> Span | None:
    """Prefer the nearest sentence, in it the subject, and there the latest; never the pronoun's own co-argument."""
    coarguments = _coarguments(span.head, tree)
    usable = [c for c in candidates if c.span.head not in coarguments]
    best = max(usable, key=lambda c: (c.sentence, c.subject and c.sentence < sentence or c.subject, c.span.start), default=None)
    return best.span if best else None


def _coarguments(head: int, tree: Tree) -> set[int]:
    """Arguments of the same verb cannot corefer with a plain object pronoun; possessives may."""
    if tree.labels[head] == "nmod:poss":
        return {tree.heads[head]}
    return set(tree.children[tree.heads[head]]) - {head} if not tree.labels[head].startswith("nsubj") else set()


def _refer(span: Span, target: Span) -> Span:
    """Return `span` as a reference to what `target` names."""
    t = target.mention
    return rename(span, name=t.name, entity=t.entity, type=t.type, rule=f"refers to {t.name} before it")
