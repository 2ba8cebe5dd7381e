"""Mentions: names, noun phrases that denote a kind of thing, and pronouns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from kg.annotate.coreference import ReferenceWords
from kg.annotate.gazetteer import Gazetteer
from kg.annotate.names import NameFinder
from kg.annotate.spans import make_span
from kg.annotation import Span
from kg.ontology import Ontology
from kg.tree import Tree

_THINGS = frozenset({"commodity", "product", "sector"})
_MODIFIERS = frozenset({"compound", "amod", "nmod:desc", "nmod:unmarked", "nummod", "flat", "nmod"})


def find_mentions(doc: Doc, tree: Tree, gazetteer: Gazetteer, ontology: Ontology, words: ReferenceWords) -> list[Span]:
    """Return names, noun phrases and pronouns in order; none overlaps another. Nothing is resolved yet."""
    spans = NameFinder(doc, tree, gazetteer, ontology).names()
    spans += list(_nominals(doc, tree, spans, ontology))
    taken = {i for s in spans for i in range(s.start, s.end)}
    spans += [
        make_span(doc, tree, t.i, t.i + 1, "pronoun", rule="pronoun")
        for t in doc
        if t.lower_ in words.pronouns and t.i not in taken
    ]
    return sorted(spans, key=lambda s: s.start)


def _nominals(doc: Doc, tree: Tree, names: Sequence[Span], ontology: Ontology) -> Iterator[Span]:
    """Noun phrases whose head denotes a class, from their first modifier to the head: "rare earth mine"."""
    name_at = {i: s for s in names for i in range(s.start, s.end)}
    for token in doc:
        if token.i in name_at or token.pos_ not in {"NOUN", "PROPN"}:
            continue
        before = f"{doc[token.i - 1].lower_} " if token.i else ""
        words = (before + token.lemma_.lower(), token.lemma_.lower(), token.lower_)
        kind = next((ontology.nouns[word] for word in words if word in ontology.nouns), None)
        if kind is None:
            continue
        start = _first_modifier(doc, tree, token.i, name_at)
        is_name = kind == "facility" and any(doc[i].pos_ == "PROPN" and i not in name_at for i in range(start, token.i))
        if is_name:
            yield make_span(doc, tree, start, token.i + 1, "name", type=kind, rule="language pipeline")
        else:
            yield make_span(doc, tree, start, token.i + 1, "nominal", type=kind, rule="noun phrase")


def _list_of(tree: Tree, modifier: int) -> set[int]:
    """Return the later members of a list of modifiers, with what joins them."""
    later = [k for k in tree.conjuncts(modifier) if k != modifier and not tree.cases[k]]
    return {i for k in later for i in (k, *tree.kids(k, "cc", "punct", "compound", "amod"))}


def _actors(name_at: dict[int, Span]) -> set[int]:
    return {i for i, name in name_at.items() if name.mention.type not in _THINGS}


def _first_modifier(doc: Doc, tree: Tree, head: int, name_at: dict[int, Span]) -> int:
    """Return where the run of modifiers before a noun begins; a name in it is taken whole or not at all.

    Modifiers may be coordinated, "copper and gold miner", but "Japanese and Chinese companies" are two.
    """
    start = head
    lists = [_list_of(tree, k) for k in tree.kids(head, *_MODIFIERS) if k < head]
    listed = {i for members in lists for i in members if i < head and not members & _actors(name_at)}
    for i in range(head - 1, -1, -1):
        name = name_at.get(i)
        at = name.head if name else i
        modifies = i <= tree.heads[at] <= head and tree.labels[at] in _MODIFIERS and not tree.cases[at]
        if modifies or i in listed or at in listed:
            start = min(start, name.start if name else i)
        elif doc[i].tag_ != "HYPH" and i < start:
            break
    return start
