"""What an article tells before any reference is resolved: where its words stand, who speaks, and what is said of each name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc

from kg.annotation import Span
from kg.tree import Tree

MODIFYING = frozenset({"compound", "amod", "flat", "nmod:desc", "nmod:unmarked", "nummod"})
ACTORS = frozenset({"company", "organization", "government_body"})
_PLACES = frozenset({"country", "region"})
_SAYING_WHERE = MODIFYING | {"nmod", "nmod:poss", "obl", "appos"}
_ROLES = {
    "nsubj": "subject",
    "obj": "object",
    "iobj": "object",
    "obl": "oblique",
    "nmod": "noun",
    "appos": "apposition",
    "root": "root",
    "ROOT": "root",
}
_OPENING, _CLOSING = "“«„", "”»"
_BESIDE = 12  # tokens between a person and the organization that is said to be theirs
_DEEPEST = 2  # steps in the tree from a noun to a place that is said of it


@dataclass(frozen=True)
class Discourse:
    """A parsed article with its mentions, in text order and with short names linked."""

    doc: Doc
    tree: Tree
    spans: Sequence[Span]

    @cached_property
    def names(self) -> list[Span]:
        """The mentions that are names."""
        return [s for s in self.spans if s.kind == "name"]

    @cached_property
    def name_at(self) -> dict[int, Span]:
        """The name that each token is the head of."""
        return {s.head: s for s in self.names}

    # Where words stand

    @cached_property
    def sentences(self) -> list[int]:
        """The number of the sentence of each token."""
        numbers, n = [], -1
        for token in self.doc:
            n += bool(token.is_sent_start)
            numbers.append(max(n, 0))
        return numbers

    @cached_property
    def paragraphs(self) -> list[int]:
        """The number of the paragraph of each token."""
        numbers, n = [], 0
        for token in self.doc:
            numbers.append(n)
            n += "\n" in token.text or "\n" in token.whitespace_
        return numbers

    @cached_property
    def quoted(self) -> list[bool]:
        """Whether each token stands in a quotation; no quotation goes on over the end of a paragraph."""
        inside, found, paragraph = False, [], 0
        for token in self.doc:
            if self.paragraphs[token.i] != paragraph:
                inside, paragraph = False, self.paragraphs[token.i]
            found.append(inside)
            if any(c in _OPENING for c in token.text):
                inside = True
            elif any(c in _CLOSING for c in token.text):
                inside = False
            elif '"' in token.text:
                inside = not inside
        return found

    def role(self, head: int) -> str:
        """Return the grammatical role of a phrase, or of the list that it stands in, by its head."""
        label = self.tree.labels[self.tree.first_conjunct(head)]
        if label == "nmod:poss":
            return "possessor"
        return "modifier" if label in MODIFYING else _ROLES.get(label.split(":")[0], "other")

    def governor(self, head: int) -> int:
        """Return the word that governs a phrase, or the list that it stands in."""
        return self.tree.heads[self.tree.first_conjunct(head)]

    def sentences_apart(self, a: Span, b: Span) -> int:
        """Return how many sentences lie between two mentions: 0 in one sentence."""
        return abs(self.sentences[a.head] - self.sentences[b.head])

    # Who speaks

    def speaker(self, span: Span) -> Span | None:
        """Return the person named nearest to a quotation, outside it: in its sentence, or in the two after or before."""
        near = [
            (apart, abs(s.start - span.start), s)
            for s in self.names
            if s.mention.type == "person" and not self.quoted[s.head] and (apart := self.sentences_apart(s, span)) <= 2
        ]
        return min(near, key=lambda found: found[:2], default=(0, 0, None))[2]

    @cached_property
    def employers(self) -> Mapping[str, set[str]]:
        """The organizations named beside each person: "X director Y", "Y, who heads X"."""
        found: dict[str, set[str]] = defaultdict(set)
        for person in self.names:
            if person.mention.type == "person" and (beside := self._organizations_beside(person)):
                found[person.mention.name].add(min(beside)[1])
        return found

    def _organizations_beside(self, person: Span) -> list[tuple[int, str]]:
        return [
            (distance, s.mention.name)
            for s in self.names
            if s.mention.type in ACTORS
            and self.sentences_apart(s, person) == 0
            and (distance := abs(s.start - person.start)) <= _BESIDE
            and not self.quoted[s.head]
        ]

    # What is said of a name

    @cached_property
    def class_nouns(self) -> Mapping[str, set[str]]:
        """Class nouns said of a name: in apposition ("X, a miner"), as predicate ("X is a miner"), before it ("miner X")."""
        found: dict[str, set[str]] = defaultdict(set)
        for span in self.names:
            found[span.mention.name] |= {self.doc[i].lemma_.lower() for i in self._descriptions(span)}
        return found

    @cached_property
    def places(self) -> Mapping[str, set[str]]:
        """Places said of a name: "the Perth-based X", "X of Germany", "X, a German maker"."""
        found: dict[str, set[str]] = defaultdict(set)
        for span in self.names:
            for i in (span.head, *self._descriptions(span)):
                found[span.mention.name] |= self.places_of(i, span)
        return found

    def places_of(self, head: int, span: Span) -> set[str]:
        """Return the names of the places that the modifiers of a noun name; `span` itself is none of them."""
        tree = self.tree
        below = {k for k in tree.subtree(head) if self._depth(k, head) <= _DEEPEST and tree.labels[k] in _SAYING_WHERE}
        named = (self.name_at[k] for k in below & self.name_at.keys())
        return {s.mention.name for s in named if s is not span and s.mention.type in _PLACES}

    def names_place(self, token: int) -> bool:
        """Tell whether a token or one below it names a place."""
        return any(self.name_at[k].mention.type in _PLACES for k in self.tree.subtree(token) if k in self.name_at)

    def _descriptions(self, span: Span) -> Iterator[int]:
        tree, head = self.tree, span.head
        label, governor = tree.labels[head], tree.heads[head]
        for k in tree.children[head]:
            if tree.labels[k] in {"appos", "compound"} and not span.start <= k < span.end:
                yield k
        if label == "appos" or (label in {"compound", "flat"} and self.doc[governor].pos_ == "NOUN"):
            yield governor
        if label.startswith("nsubj") and tree.has(governor, "cop"):
            yield governor

    def _depth(self, token: int, top: int) -> int:
        depth = 0
        while token != top and self.tree.heads[token] != token:
            token, depth = self.tree.heads[token], depth + 1
        return depth
