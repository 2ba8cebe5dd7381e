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
from itertools import chain

from spacy.tokens import Doc, Token

_CLEAR_TO_UD = {
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "dobj": "obj",
    "dative": "iobj",
    "auxpass": "aux:pass",
    "relcl": "acl:relcl",
    "poss": "nmod:poss",
    "nn": "compound",
    "nmod": "compound",
    "npadvmod": "obl:unmarked",
    "neg": "advmod",
    "prt": "compound:prt",
    "oprd": "xcomp",
    "attr": "xcomp",
    "acomp": "xcomp",
    "quantmod": "advmod",
    "predet": "det:predet",
    "preconj": "cc:preconj",
    "intj": "discourse",
    "pcomp": "advcl",
    "pobj": "obl",
    "prep": "case",
    "agent": "case",
}
_CLEAR_LABELS = _CLEAR_TO_UD.keys() - {"nmod"}  # which Universal Dependencies have too
_PHRASES = frozenset({"prep", "agent", "dative", "pcomp"})
_PERCENT = frozenset({"%", "percent", "pct"})
_OF_THE_CLAUSE = {
    "nsubj": "nsubj:pass",
    "cop": "aux:pass",
    "conj": "conj",
    "cc": "cc",
    "advmod": "advmod",
    "obl": "obl",
    "aux": "aux",
}
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "DET"})
_VERBAL = frozenset({"VERB", "AUX"})


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
            tree = _from_clear(tree)
        else:
            tree._read_cases()
        tree._mend_marked_arguments()
        tree._mend_owned_shares()
        tree._mend_joined_participles()
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

    def _mend_owned_shares(self) -> None:
        """A participle right after a share is what is said, not what describes the share: "X is 28% owned by Y"."""
        for i in range(1, len(self.heads)):
            share = i - 2 if self.doc[i - 1].tag_ == "HYPH" and i > 1 else i - 1
            described = self.labels[i] in {"acl", "acl:relcl"} and self.heads[i] == share
            if not described or self.doc[i].tag_ != "VBN" or self.doc[share].lower_ not in _PERCENT:
                continue
            is_root, above, label = self.heads[share] == share, self.heads[share], self.labels[share]
            for k, head in enumerate(self.heads):
                if head == share and self.labels[k] in _OF_THE_CLAUSE:
                    self.heads[k], self.labels[k] = i, _OF_THE_CLAUSE[self.labels[k]]
            relative = any(h == i and self.labels[k].startswith("nsubj") for k, h in enumerate(self.heads))
            self.heads[i] = i if is_root else above
            self.labels[i] = "acl:relcl" if label == "appos" and relative else "acl" if label == "appos" else label
            self.heads[share], self.labels[share] = i, "obl:unmarked"

    def _mend_joined_participles(self) -> None:
        """What a hyphen joins to a participle belongs to it, not to the noun of both: "Veldhoven-based ASML"."""
        for i in range(2, len(self.heads)):
            joined = self.doc[i].tag_ == "VBN" and self.doc[i - 1].text == "-" and self.doc[i - 1].whitespace_ == ""
            if joined and self.labels[i] == "amod" and self.heads[i - 2] == self.heads[i] > i:
                self.heads[i - 2], self.labels[i - 2] = i, "obl:unmarked"

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


def _from_clear(clear: Tree) -> Tree:
    """Convert ClearNLP's relations: what a preposition or copula introduces takes its place, with it as a marker."""
    introduced = {i: found for i in range(len(clear.doc)) if (found := _introduced(clear, i)) is not None}
    relations = {i: _marker_label(clear, i, found) for i, found in introduced.items()}
    markers = {found: i for i, found in introduced.items()}
    tree = Tree(clear.doc, list(clear.heads), list(clear.labels), list(clear.cases))
    for i in range(len(clear.doc)):
        if i in introduced:
            tree.heads[i], tree.labels[i] = _follow(introduced, i)[-1], relations[i]
            continue
        path = _follow(markers, i)
        top, above = path[-1], clear.heads[path[-1]]
        tree.heads[i] = i if above == top else _follow(introduced, above)[-1]
        clause = "mark" in (relations[k] for k in path[1:])
        tree.labels[i] = _phrase_label(clear, top, tree.heads[i], clause) if path[1:] else _label(clear, i)
        tree.cases[i] = " ".join(clear.doc[k].lower_ for k in path[:0:-1] if relations[k] == "case")
    return tree


def _introduced(clear: Tree, i: int) -> int | None:
    """Return what a preposition or copula introduces: in "is in Canada" the copula the preposition, and that the place."""
    if clear.doc[i].lemma_ == "be":
        places = (k for k in clear.kids(i, "prep") if k > i and _introduced(clear, k) is not None)
        predicates = clear.kids(i, "acomp") if clear.has(i, "expl") else chain(clear.kids(i, "attr", "acomp"), places)
        return next(predicates, None)
    compound = clear.kids(i, "prep") if clear.labels[i] == "prep" else ()
    return next(chain(clear.kids(i, "pobj", "pcomp"), compound), None)


def _follow(links: dict[int, int], i: int) -> list[int]:
    """Return `i` and where the links lead from it, step by step."""
    path = [i]
    while path[-1] in links:
        path.append(links[path[-1]])
    return path


def _marker_label(clear: Tree, marker: int, introduced: int) -> str:
    """Return the relation of a copula or preposition to what it introduces."""
    if clear.doc[marker].lemma_ == "be":
        return "cop"
    return "mark" if clear.labels[introduced] == "pcomp" and clear.doc[introduced].pos_ in _VERBAL else "case"


def _phrase_label(clear: Tree, top: int, head: int, clause: bool) -> str:
    """Return the relation to `head` of what markers introduce, the outermost of which is `top`."""
    if clear.labels[top] not in _PHRASES:
        return _label(clear, top)
    if clear.labels[top] == "agent" and not clause:
        return "obl:agent"
    nominal = clear.doc[head].pos_ in _NOMINAL and clear.doc[clear.heads[top]].pos_ not in _VERBAL
    if clause:
        return "acl" if nominal else "advcl"
    return "nmod" if nominal else "obl"


def _label(clear: Tree, i: int) -> str:
    """Return the name in Universal Dependencies; what there is, is a subject."""
    label = clear.labels[i]
    existential = label == "attr" and clear.has(clear.heads[i], "expl")
    return "nsubj" if existential else _CLEAR_TO_UD.get(label, label)
