"""How a passage stands to what it says: asserted, planned, possible or negated; and who is said to say so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.extract.arguments import Arguments
from kg.extract.frames import Lexicon
from kg.model import Modality
from kg.tree import Tree

_STRENGTH: dict[Modality, int] = {"asserted": 0, "planned": 1, "possible": 2, "negated": 3}
# What is counted among planned things may be there already: "is seeking partnerships, including a loan to X".
_MEMBERS = ("including", "such as")
_UP = frozenset(
    {
        "xcomp",
        "ccomp",
        "conj",
        "acl",
        "advcl",
        "obj",
        "nsubj",
        "obl",
        "nmod",
        "parataxis",
        "csubj",
        "compound",
        "amod",
        "appos",
    }
)


@dataclass(frozen=True)
class ModalityReader:
    """Reads the modality of a predicate from its auxiliaries, negations and what governs it; `people` are heads of their mentions."""

    tree: Tree
    arguments: Arguments
    lexicon: Lexicon
    people: frozenset[int] = frozenset()

    @cached_property
    def _cues(self) -> dict[str, dict[str, Modality]]:
        """Modality by lemma for each kind of cue."""
        return {
            kind: {word: modality for modality, words in by_modality.items() for word in words}
            for kind, by_modality in self.lexicon.words["modality"].items()
        }

    def read(self, trigger: int, *ends: int) -> Modality:
        """Return the modality of what the trigger says of the mentions at `ends`."""
        found = [self._own(trigger) if self._is_inside_phrase(trigger) else self._of_predicate(trigger)]
        found += [self._of_noun(i) for i in ends]
        return max(found, key=_STRENGTH.__getitem__)

    def read_phrase(self, *ends: int) -> Modality:
        """Return the modality of what a noun phrase presupposes: only its own words count, not the clause's."""
        return max((self._of_noun(i) for i in ends), key=_STRENGTH.__getitem__)

    def read_existence(self, thing: int, *ends: int) -> Modality:
        """Return how a thing that is named is there: planned or possible where the clause is about making it.

        "Will build a plant in Ohio" and "announced a plant in Ohio" speak of a plant to come, "will expand a plant in Ohio",
        "will build its plant in Ohio" and "will ship ore to a plant in Ohio" of one that there is.
        """
        own = self.read_phrase(thing, *ends)
        if own != "asserted" or self.tree.has(thing, "nmod:poss"):
            return own
        first = self.tree.first_conjunct(thing)
        head, label = self.tree.heads[first], self.tree.labels[first].split(":")[0]
        lemma = self.tree.token(head).lemma_.lower()
        is_verb = self.arguments.is_verbal(head)
        if head == first or label not in ({"obj", "nsubj"} if is_verb else {"nmod", "compound"}):
            return own
        if lemma in self.lexicon.set("making", "verbs" if is_verb else "nouns"):
            clause = self._own(self.tree.heads[head]) if self.tree.labels[head] == "nsubj" else own
            return max(clause, self._of_predicate(head), key=_STRENGTH.__getitem__)
        announced = is_verb and lemma in self.lexicon.set("making", "announcing")
        return "planned" if announced else self._governed(head, first, label)

    def _is_inside_phrase(self, trigger: int) -> bool:
        """Tell whether a noun or adjective modifies a name, so that the clause around it does not bear on it."""
        tree = self.tree
        inside = tree.labels[tree.first_conjunct(trigger)] in {"appos", "compound", "nmod:desc", "nmod:poss", "amod"}
        return inside and not self.arguments.is_verbal(trigger) and not tree.has(trigger, "cop")

    def is_obligation(self, trigger: int) -> bool:
        """Tell whether the clause says what must or should be, which is neither fact nor plan."""
        words = self.lexicon.set("obligation", "auxiliaries")
        clause = [trigger]
        for head in self.tree.ancestors(trigger):
            if self.tree.labels[clause[-1]] not in {"xcomp", "obj", "conj", "nmod", "obl"}:
                break
            clause.append(head)
        verbs = self.lexicon.set("obligation", "verbs")
        return any(self.tree.token(k).lower_ in words for i in clause for k in self.tree.kids(i, "aux")) or any(
            self.tree.token(i).lemma_.lower() in verbs and self.tree.token(i).tag_ != "VBD"
            for below, i in pairwise(clause)
            if self.tree.labels[below] == "xcomp" and self._is_infinitive(below)
        )

    def _of_predicate(self, i: int) -> Modality:
        """Walk from the trigger up to the clause that asserts, adding what each step says."""
        found: Modality = self._own(i)
        if self._is_presupposed(i):
            return found
        at, steps = i, 0
        while steps < 6:
            label, head = self.tree.labels[at].split(":")[0], self.tree.heads[at]
            if head == at or label not in _UP:
                break
            governed = self._governed(head, at, label)
            found = max(found, governed, key=_STRENGTH.__getitem__)
            if not self._passes_on(head, at, label):
                break
            at, steps = head, steps + 1
            found = max(found, self._own(at), key=_STRENGTH.__getitem__)
        return found

    def _is_presupposed(self, noun: int) -> bool:
        """Tell whether an adjunct takes what a noun says for granted: "will build it in partnership with X"."""
        tree = self.tree
        if self.arguments.is_verbal(noun) or tree.labels[noun] not in {"obl", "nmod"}:
            return False
        case, words = tree.cases[noun], self.lexicon.words["presupposed"]
        return case in words["after"] or (case in words["bare_after"] and not tree.has(noun, "det"))

    def _own(self, i: int) -> Modality:
        """What auxiliaries, negations and adverbs at the word itself say."""
        tree = self.tree
        found: Modality = "asserted"
        for k in tree.children[i]:
            token = tree.token(k)
            label = tree.labels[k]
            word = token.lower_
            if label.startswith("aux") or label == "cop":
                found = max(found, self._cues["auxiliaries"].get(word, "asserted"), key=_STRENGTH.__getitem__)
            elif label in {"advmod", "det", "neg", "amod", "cc:preconj", "case", "mark", "cc"}:
                kind = "adjectives" if label == "amod" else "adverbs"
                before = f"{tree.token(k - 1).lower_} " if k else ""
                for key in (before + word, word, token.lemma_.lower()):
                    found = max(found, self._cues[kind].get(key, "asserted"), key=_STRENGTH.__getitem__)
        return found

    def _governed(self, head: int, at: int, label: str) -> Modality:
        """What the governing word says of the clause or noun below it."""
        token = self.tree.token(head)
        lemma = token.lemma_.lower()
        if label in {"xcomp", "ccomp", "csubj"} or (label in {"acl", "advcl"} and self._is_infinitive(at)):
            kind = "governing_verbs" if token.pos_ in {"VERB", "AUX", "ADJ"} else "governing_nouns"
            if kind == "governing_nouns" and self._is_done(head):
                return "asserted"
            adverbs = (f"{lemma} {self.tree.token(k).lower_}" for k in self.tree.kids(head, "advmod"))
            cue = next((self._cues[kind][key] for key in (*adverbs, lemma) if key in self._cues[kind]), None)
            if cue:
                return cue
            if label in {"acl", "advcl"}:
                return "planned"
            return "asserted"
        if self.tree.cases[at].startswith(_MEMBERS) or self._is_one_term(head, at):
            return "asserted"
        if cue := self._cues["cases"].get(self.tree.cases[at]):
            return cue
        if label in {"obj", "nmod", "obl", "nsubj"}:
            kind = "object_verbs" if token.pos_ in {"VERB", "AUX"} else "governing_nouns"
            if self._is_reported(head):
                return "asserted"
            return self._cues[kind].get(lemma, "asserted")
        return "asserted"

    def _is_reported(self, verb: int) -> bool:
        """Tell whether people speak of something: what a director discusses is there, what a company discusses may be."""
        if self.tree.token(verb).lemma_.lower() not in self.lexicon.set("reporting", "verbs"):
            return False
        return any(i in self.people for i in self.arguments.roles(verb).get("subj", ()))

    def _is_done(self, noun: int) -> bool:
        """Tell whether an option or plan was made true: "exercised its option to form a venture"."""
        done = self.lexicon.set("realizing", "verbs")
        return self.tree.labels[noun] == "obj" and self.tree.token(self.tree.heads[noun]).lemma_.lower() in done

    def _is_one_term(self, head: int, at: int) -> bool:
        """Tell whether "of" joins two nouns to one term: "memorandum of understanding"."""
        return self.tree.cases[at] == "of" and self.tree.token(head).lemma_.lower() in self.lexicon.set(
            "phrase", "with_of"
        )

    def _is_infinitive(self, i: int) -> bool:
        return any(self.tree.token(k).lower_ == "to" for k in self.tree.kids(i, "mark", "aux"))

    def _passes_on(self, head: int, at: int, label: str) -> bool:
        """Tell whether the modality of the clause above holds for what is below: not across finite clauses and finished acts."""
        if label in {"xcomp", "compound", "amod"}:
            return True
        if label == "conj":
            own_finite = any(
                self.tree.token(k).tag_ in {"VBD", "VBZ", "VBP"} or self.tree.labels[k].startswith("aux")
                for k in self.tree.kids(at, "aux", "cop")
            )
            own_subject = self.tree.has(at, "nsubj")
            return not own_finite and not own_subject and self.tree.token(at).tag_ not in {"VBD", "VBZ", "VBP"}
        if label in {"obj", "nmod", "obl"}:
            if self._is_reported(head):
                return False
            return not self.arguments.is_verbal(at) and not self.tree.cases[at].startswith(_MEMBERS)
        if label in {"acl", "advcl"}:
            return self._is_infinitive(at) or (label == "advcl" and self.tree.token(at).tag_ == "VBG")
        return False

    def _of_noun(self, i: int) -> Modality:
        """What adjectives and determiners of an end say: "a proposed refinery", "no mine"."""
        found: Modality = "asserted"
        for k in self.tree.children[i]:
            word = self.tree.token(k).lower_
            if self.tree.labels[k] in {"amod", "det", "advmod", "compound", "cc:preconj", "cc"}:
                cue = self._cues["adjectives"].get(word)
                if cue:
                    found = max(found, cue, key=_STRENGTH.__getitem__)
        return found
