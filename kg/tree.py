"""One dependency tree for every parser: Universal Dependencies, with ClearNLP's labels converted.

A `Tree` holds, for each token, its head, its relation and the preposition that marks it. Universal Dependencies are
taken over as they are (https://universaldependencies.org/u/dep/); ClearNLP's prepositions and copulas, which are heads
of their own there, become markers here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Token

_CLEAR_LABELS = frozenset({"pobj", "dobj", "nsubjpass", "auxpass", "attr", "relcl", "prep", "npadvmod", "acomp"})
_CLEAR_TO_UD = {
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "dobj": "obj",
    "dative": "iobj",
    "auxpass": "aux:pass",
    "relcl": "acl:relcl",
    "poss": "nmod:poss",
    "nn": "compound",
    "npadvmod": "obl:unmarked",
    "neg": "advmod",
    "prt": "compound:prt",
    "oprd": "xcomp",
    "quantmod": "advmod",
    "predet": "det:predet",
    "preconj": "cc:preconj",
    "pcomp": "advcl",
}
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "ADJ"})


@dataclass
class Tree:
    """Heads (a root heads itself), relations and case markers of a document's tokens."""

    doc: Doc
    heads: list[int]
    labels: list[str]
    cases: list[str] = field(default_factory=list)

    @classmethod
    def from_doc(cls, doc: Doc) -> Tree:
        """Read the tree of `doc`, whichever label set its parser writes."""
        heads, labels = [t.head.i for t in doc], [t.dep_ for t in doc]
        tree = cls(doc, heads, labels, [""] * len(doc))
        if _CLEAR_LABELS & set(labels):
            _convert_clear(tree)
        else:
            tree._read_cases()
        tree._mend_marked_arguments()
        return tree

    def _mend_marked_arguments(self) -> None:
        """A subject or object with a preposition is none: "imported by the U.S. came" has an agent, not a second subject."""
        for i, label in enumerate(self.labels):
            if not self.cases[i] or label.split(":")[0] not in {"nsubj", "obj"}:
                continue
            marker = next((k for k, head in enumerate(self.heads) if head == i and self.labels[k] == "case"), i)
            participle = marker > 0 and self.doc[marker - 1].tag_ == "VBN"
            if participle and self.cases[i] == "by":
                self.heads[i], self.labels[i] = marker - 1, "obl:agent"
            else:
                self.labels[i] = "obl"

    def _read_cases(self) -> None:
        """Join the markers of each word: "according to" is `case` with a `fixed` child."""
        fixed: dict[int, list[int]] = defaultdict(list)
        for i, label in enumerate(self.labels):
            if label == "fixed":
                fixed[self.heads[i]].append(i)
        for i, label in enumerate(self.labels):
            if label == "case" and self.doc[i].tag_ != "POS":
                words = " ".join(self.doc[k].lower_ for k in sorted([i, *fixed[i]]))
                head = self._marked(i)
                self.cases[head] = f"{self.cases[head]} {words}".strip()

    def _marked(self, marker: int) -> int:
        """Return what a preposition marks: the first member after it of the list that its head stands in."""
        head = self.heads[marker]
        while self.labels[head] == "conj" and marker < self.heads[head] < head:
            head = self.heads[head]
        return head

    @cached_property
    def children(self) -> list[list[int]]:
        """The tokens below each token."""
        found: list[list[int]] = [[] for _ in self.heads]
        for i, head in enumerate(self.heads):
            if head != i:
                found[head].append(i)
        return found

    def token(self, i: int) -> Token:
        """Return the spaCy token."""
        return self.doc[i]

    def kids(self, i: int, *labels: str) -> Iterator[int]:
        """Yield the children of `i` with one of the relations; "obl" stands for its subtypes too."""
        for k in self.children[i]:
            label = self.labels[k]
            if label in labels or label.split(":")[0] in labels:
                yield k

    def has(self, i: int, *labels: str) -> bool:
        """Tell whether a token has a child with one of the labels."""
        return next(self.kids(i, *labels), None) is not None

    def conjuncts(self, i: int) -> list[int]:
        """Return `i` and all that is coordinated with it, in order."""
        found = [i]
        for k in self.kids(i, "conj"):
            found += self.conjuncts(k)
        return found

    def first_conjunct(self, i: int) -> int:
        """Return the first member of the coordination that a token is in."""
        while self.labels[i] == "conj":
            i = self.heads[i]
        return i

    def subtree(self, i: int) -> Iterator[int]:
        """Yield a token and all below it."""
        yield i
        for k in self.children[i]:
            yield from self.subtree(k)

    def ancestors(self, i: int) -> Iterator[int]:
        """Yield the tokens above one, nearest first."""
        while self.heads[i] != i:
            i = self.heads[i]
            yield i


def _convert_clear(tree: Tree) -> None:
    """Rewrite ClearNLP relations in place."""
    doc = tree.doc
    for i, label in enumerate(list(tree.labels)):
        if label in {"pobj", "pcomp"} and tree.labels[tree.heads[i]] in {"prep", "agent", "dative"}:
            _lift_object(tree, i)
    for i, label in enumerate(list(tree.labels)):
        if label in {"attr", "acomp"} and doc[tree.heads[i]].lemma_ == "be":
            _lift_predicate(tree, i)
    for i, label in enumerate(tree.labels):
        if label in {"prep", "agent"} or (label == "dative" and doc[i].pos_ == "ADP"):
            tree.labels[i] = "case"
        elif label in {"attr", "acomp"}:
            tree.labels[i] = "xcomp"
        elif label == "nmod":
            tree.labels[i] = "compound"
        else:
            tree.labels[i] = _CLEAR_TO_UD.get(label, label)


def _lift_object(tree: Tree, i: int) -> None:
    """Hang the object of a preposition on what the preposition hangs on."""
    marker = tree.heads[i]
    words = [tree.doc[marker].lower_]
    agent = tree.labels[marker] == "agent"
    above = tree.heads[marker]
    while tree.labels[above] == "prep" and tree.doc[above].i == marker - 1:
        words.insert(0, tree.doc[above].lower_)
        above = tree.heads[above]
    tree.heads[i] = above
    tree.cases[i] = " ".join(words)
    verbal = tree.labels[i] == "pcomp"
    nominal = tree.doc[above].pos_ in _NOMINAL
    tree.labels[i] = "advcl" if verbal else "obl:agent" if agent else "nmod" if nominal else "obl"
    tree.heads[marker] = i
    tree.labels[marker] = "case"


def _lift_predicate(tree: Tree, i: int) -> None:
    """Make the predicate nominal or adjective head of its clause, the copula its child."""
    copula = tree.heads[i]
    root = tree.heads[copula] == copula
    tree.heads[i] = i if root else tree.heads[copula]
    tree.labels[i] = tree.labels[copula]
    for k, head in enumerate(tree.heads):
        if head == copula and k not in {i, copula}:
            tree.heads[k] = i
    tree.heads[copula] = i
    tree.labels[copula] = "cop"
