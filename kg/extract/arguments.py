"""The predicate-argument view: who does what to whom, the same for active, passive, nominal and relative clauses.

Roles of a predicate (a verb, noun or adjective):
  subj       logical subject, also of passives ("by X"), participles, relative clauses and controlled infinitives
  obj        logical object, also the subject of a passive
  iobj       recipient without a preposition
  in, of ... nominal or clause complement by its preposition, lower case ("according to" too)
  poss       possessor, or what modifies a noun from the left ("Pentagon investment", "Chinese controls")
  acl        participle or relative clause that describes the noun
  noun       the noun that a participle, adjective or modifying noun describes
  giver      subject of a verb of giving or holding whose object is the noun ("X made an investment")
  receiver   subject of a verb of receiving whose object is the noun ("Y won a loan")
  holder     subject of whatever verb has the noun as object ("X reduces its reliance")
  bearing    what the noun is said of by "with" ("X, a miner with operations in Peru")
  governor   verb whose subject the noun is, or that its share is ("70% of the imports came from X")
  owner      possessor in the narrow sense, or a noun directly before ("X's mine", "the Lynas plant")
  bracketed  what stands first in the brackets right after the phrase ("the Pisco furnace (Ica)")
  tallied    what a tally counts: "Import Sources: China, 70%; Malaysia, 13%"
  theme      what the document speaks of most
  home       the country whose imports or consumption the document names most often
  domestic   the same, of what is called domestic ("was mined domestically")
  again      who was last said to do so ("India taxed steel. The tariff will rise to 25%")
  sibling    other modifiers of the noun that the word modifies ("Sintana Energy CEO Robert Bose")
  comp       clause complement
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.tree import Tree

Roles = Mapping[str, tuple[int, ...]]
_RELATIVE = frozenset({"which", "that", "who", "whom", "whose", "where"})
_VERBAL = frozenset({"VERB", "AUX"})
_PLURAL = frozenset({"NNS", "NNPS"})
_REFLEXIVE = frozenset({"itself", "himself", "herself", "themselves"})
_CARRIES = frozenset({"of", "including", "such", "like", "for", ""})
_SUPPORTING_CASES = frozenset({"in", "into", "to", "with", "through", "for", "on"})
_PASSED_UP = frozenset({"to", "in", "into", "for", "from", "with"})
_BOUNDS = frozenset(
    {"", "up to", "to", "between", "over", "under", "above", "below", "near", "around", "about", "than"}
)
_PREMODIFIERS = ("nmod:poss", "compound", "amod", "nmod:desc", "nmod:unmarked", "nmod")


@dataclass(frozen=True)
class SupportVerbs:
    """Verbs that lend a noun its subject. `control` verbs hand their object to the infinitive."""

    giving: frozenset[str]
    receiving: frozenset[str]
    control: frozenset[str]
    copular: frozenset[str]


@dataclass
class Arguments:
    """Roles of the predicates of one document, computed when asked for; `counted` are the tokens of amounts and shares."""

    tree: Tree
    support: SupportVerbs
    counted: frozenset[int] = frozenset()
    _cache: dict[int, Roles] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)
    _alone: set[tuple[int, int]] = field(default_factory=set)  # a noun and the one member of a list that it is said of

    def roles(self, i: int) -> Roles:
        """Return the fillers (token indices, coordination unrolled) of each role of the predicate at token `i`."""
        if i not in self._cache:
            if i in self._open:
                return {}
            self._open.add(i)
            found: dict[str, list[int]] = {}
            self._add_complements(i, found)
            if self.is_verbal(i):
                self._add_verbal(i, found)
            else:
                self._add_nominal(i, found)
            self._open.discard(i)
            self._cache[i] = {
                role: tuple(dict.fromkeys(fillers if role == "acl" else self._spread(i, fillers)))
                for role, fillers in found.items()
            }
        return self._cache[i]

    def is_verbal(self, i: int) -> bool:
        """Tell whether a token is the head of a clause with a verb."""
        return self.tree.token(i).pos_ in _VERBAL

    def is_passive(self, i: int) -> bool:
        """Tell whether a token is a verb in the passive voice."""
        tree = self.tree
        if tree.has(i, "aux:pass", "nsubj:pass", "csubj:pass"):
            return True
        label, tag = tree.labels[i], tree.token(i).tag_
        if label == "conj" and tag == "VBN" and not tree.has(i, "aux"):
            return self.is_passive(tree.heads[i])
        return tag == "VBN" and label in {"acl", "advcl", "amod"} and not tree.has(i, "aux") and not tree.has(i, "obj")

    def _spread(self, predicate: int, fillers: Iterable[int]) -> Iterable[int]:
        for filler in fillers:
            resolved = self._antecedent(filler)
            alone = (predicate, filler) in self._alone
            for k in (resolved,) if alone else self.tree.conjuncts(resolved):
                if k == resolved or not self.is_verbal(k):
                    yield k

    def _antecedent(self, i: int) -> int:
        """Return the noun that a relative pronoun stands for, or `i` itself."""
        token = self.tree.token(i)
        if token.lower_ not in _RELATIVE or token.tag_ not in {"WDT", "WP", "WP$", "WRB", "IN"}:
            return i
        for above in self.tree.ancestors(i):
            if self.tree.labels[above] == "acl:relcl":
                return self.tree.heads[above]
        return i

    def _add_complements(self, i: int, found: dict[str, list[int]]) -> None:
        tree = self.tree
        for k in tree.kids(i, "obl", "nmod"):
            label = tree.labels[k]
            if label == "nmod:poss":
                continue
            if tree.cases[k]:
                found.setdefault(tree.cases[k], []).append(k)
            elif tree.token(k).tag_ == "WRB":
                found.setdefault("in", []).append(k)
            elif label.startswith("obl"):
                found.setdefault("unmarked", []).append(k)
        for k in tree.kids(i, "advcl", "acl"):
            markers = [tree.token(m).lower_ for m in tree.kids(k, "mark", "case")]
            if markers and tree.labels[k] != "acl:relcl":
                found.setdefault(f"{markers[0]}+", []).append(k)
        for k in tree.kids(i, "ccomp", "xcomp"):
            found.setdefault("comp", []).append(k)
        self._add_carried(i, found)

    def _add_carried(self, i: int, found: dict[str, list[int]]) -> None:
        """Add complements that hang on another word: on an amount, on the start of a way, or on "is" ("X is in Y")."""
        tree = self.tree
        carried = [below for k in self._carriers(i) for below in tree.kids(k, "nmod", "obl")]
        if tree.labels[i] == "nsubj" and tree.has(tree.heads[i], "cop"):
            carried.append(tree.heads[i])
        for k in carried:
            if tree.cases[k] in _PASSED_UP:
                found.setdefault(tree.cases[k], []).append(k)

    def _carriers(self, i: int) -> Iterator[int]:
        """Words whose complements are those of the predicate too: the amount in "lend $5m to X", X in "from X to Y"."""
        tree = self.tree
        for k in tree.kids(i, "obj", "nmod", "obl"):
            is_amount = k in self.counted and (tree.labels[k] == "obj" or tree.cases[k] in {"of", ""})
            is_start = tree.cases[k] == "from" and any(tree.cases[b] == "to" for b in tree.kids(k, "nmod", "obl"))
            if is_amount or is_start:
                yield k

    def _add_verbal(self, i: int, found: dict[str, list[int]]) -> None:
        tree = self.tree
        passive = self.is_passive(i)
        surface = self.surface_subjects(i)
        objects = list(tree.kids(i, "obj"))
        if passive:
            found["obj"] = surface + objects
            agents = list(tree.kids(i, "obl:agent")) or found.get("by", [])
            if agents:
                found["subj"] = agents
        else:
            if surface:
                found["subj"] = surface
            if not objects:
                objects = self._shared_objects(i) or self._gap(i, surface) or self._bounded_object(i)
            if objects:
                found["obj"] = objects
        indirect = list(tree.kids(i, "iobj"))
        if indirect:
            found["iobj"] = indirect
        if tree.labels[i] == "amod":
            found["noun"] = [tree.heads[i]]
            if tree.token(i).tag_ == "VBG" and i and tree.token(i - 1).tag_ == "HYPH":  # "copper-producing"
                found.setdefault("obj", []).extend(tree.kids(i, "compound"))

    def surface_subjects(self, i: int) -> list[int]:
        """Return what stands as subject of the verb at `i`, or would if the clause were finite."""
        tree = self.tree
        own = list(tree.kids(i, "nsubj", "csubj"))
        if own:
            return own
        label, head = tree.labels[i], tree.heads[i]
        if label == "conj":
            return self._clause_subjects(head)
        if label == "xcomp":
            return self._controller(head)
        if label == "advcl":
            return self._clause_subjects(head)
        if label == "acl:relcl":
            return [] if self._has_relative_object(i) else [head]
        if label == "acl":
            return self._described(i, head)
        if label == "amod":
            return [head]
        if label in {"parataxis", "ccomp"} and tree.token(i).tag_ == "VBG":
            return self._clause_subjects(head)
        return []

    def _clause_subjects(self, i: int) -> list[int]:
        """Return the surface subject of the clause whose head is `i`, verbal or not."""
        if self.is_verbal(i):
            return self.surface_subjects(i)
        own = list(self.tree.kids(i, "nsubj", "csubj"))
        if own:
            return own
        above = self.tree.heads[i]
        if self.tree.labels[i] in {"conj", "xcomp"} and above != i:
            return self._clause_subjects(above)
        if self.tree.token(i).pos_ == "ADJ" and self.tree.labels[i] in {"amod", "acl", "acl:relcl"}:
            return [above]
        return [i] if self.tree.labels[i] != "root" and not self.tree.has(i, "cop") else []

    def _controller(self, head: int) -> list[int]:
        tree = self.tree
        if tree.token(head).lemma_.lower() in self.support.control:
            objects = list(tree.kids(head, "obj", "iobj", "nsubj:pass"))
            if objects:
                return objects[:1]
        return self._clause_subjects(head)

    def _has_relative_object(self, i: int) -> bool:
        return any(self.tree.token(k).lower_ in _RELATIVE for k in self.tree.kids(i, "obj", "obl"))

    def _described(self, i: int, head: int) -> list[int]:
        """Subject of a clause that modifies a noun: the noun, or for "plans to build" whoever has the plans."""
        infinitive = any(self.tree.token(k).lower_ == "to" for k in self.tree.kids(i, "mark"))
        if not infinitive:
            return [head]
        roles = self.roles(head)
        owners = [k for k in roles.get("poss", ()) if self._is_owner(k)]
        return owners or list(roles.get("giver", ()) or roles.get("receiver", ()) or roles.get("poss", ()) or (head,))

    def _is_owner(self, i: int) -> bool:
        """Tell whether what stands before a noun can have it: a possessive or a name, no "binding" or "new"."""
        return self.tree.labels[i] == "nmod:poss" or self.tree.token(i).pos_ == "PROPN"

    def _shared_objects(self, i: int) -> list[int]:
        """Object of a coordinated verb: "owns and operates the mine"."""
        tree = self.tree
        if tree.labels[i] == "conj" and self.is_verbal(tree.heads[i]):
            return [k for k in tree.kids(tree.heads[i], "obj") if k > i]
        for k in tree.kids(i, "conj"):
            if self.is_verbal(k) and not tree.has(k, "nsubj"):
                return list(tree.kids(k, "obj"))
        return []

    def _bounded_object(self, i: int) -> list[int]:
        """An amount or share after the verb that its bound makes look like an adjunct: "supplies up to 57% of"."""
        tree = self.tree
        return [k for k in tree.kids(i, "obl", "advmod") if k > i and k in self.counted and tree.cases[k] in _BOUNDS][
            :1
        ]

    def _gap(self, i: int, surface: list[int]) -> list[int]:
        """Object of a relative clause without a pronoun: "the loan X gave"."""
        if self.tree.labels[i] == "acl:relcl" and self.tree.has(i, "nsubj") and self.tree.heads[i] not in surface:
            subjects = {self._antecedent(k) for k in self.tree.kids(i, "nsubj")}
            return [self.tree.heads[i]] if self.tree.heads[i] not in subjects else []
        return []

    def _add_nominal(self, i: int, found: dict[str, list[int]]) -> None:
        tree = self.tree
        subjects = self._nominal_subjects(i)
        if subjects:
            found["subj"] = subjects
        poss = [k for k in tree.children[i] if tree.labels[k] in _PREMODIFIERS and k < i and not tree.cases[k]]
        if poss:
            found["poss"] = poss
        objects = list(tree.kids(i, "obj"))
        if objects:
            found["obj"] = objects
        clauses = [k for k in tree.kids(i, "acl") if self.is_verbal(k)]
        if clauses:
            found["acl"] = clauses
        head = tree.heads[i]
        if tree.labels[i] in {"compound", "nmod:poss", "nmod:desc", "amod", "nmod", "flat"} and not tree.cases[i]:
            found["noun"] = [head]
            found["sibling"] = [
                k for k in tree.children[head] if k < i and tree.labels[k] in _PREMODIFIERS and not tree.cases[k]
            ]
        owners = [k for k in poss if tree.labels[k] in {"nmod:poss", "compound", "nmod:desc", "nmod:unmarked"}]
        if owners:
            found["owner"] = owners
        self._add_support(i, found)
        bearing = self._bearing(tree.first_conjunct(i))
        if bearing:
            found["bearing"] = bearing
        governor = self._governor(i)
        if governor is not None:
            found["governor"] = [governor]

    def _bearing(self, i: int) -> list[int]:
        """Whom a phrase with "with" describes: the noun that it hangs on, or the subject of the clause that it opens."""
        if self.tree.labels[i] == "nmod" and self.tree.cases[i] == "of" and self.tree.heads[i] in self.counted:
            i = self.tree.heads[i]  # "with 25% of reserves"
        head, label = self.tree.heads[i], self.tree.labels[i].split(":")[0]
        if self.tree.cases[i] != "with" or label not in {"nmod", "obl"}:
            return []
        if not self.is_verbal(head):
            return [head]
        return self._clause_subjects(head) if i < head else []

    def _governor(self, i: int) -> int | None:
        """The verb whose subject the noun at `i` is, or the share or sort of it that "of" parts it from."""
        tree = self.tree
        noun = tree.first_conjunct(i)
        for _ in range(2):
            if tree.labels[noun] in {"nsubj", "nsubj:pass"}:
                head = tree.heads[noun]
                return head if self.is_verbal(head) else None
            if tree.labels[noun] != "nmod" or tree.cases[noun] != "of":
                return None
            noun = tree.heads[noun]
        return None

    def _nominal_subjects(self, i: int) -> list[int]:
        """What a noun is said to be or called: copula, apposition, "as", and titles before a name."""
        tree = self.tree
        subjects = list(tree.kids(i, "nsubj"))
        label, head = tree.labels[i], tree.heads[i]
        if not subjects and label == "conj" and not self.is_verbal(head) and tree.has(head, "nsubj"):
            subjects = list(tree.kids(head, "nsubj"))
        if not subjects and label == "xcomp":
            subjects = self._controller(head)
        if label == "appos" and not self.is_verbal(head):
            subjects.append(self._beside(i, head))
        elif label in {"parataxis", "list"} and not self.is_verbal(head):
            subjects.append(head)
        if label == "conj" and not subjects and tree.labels[tree.first_conjunct(i)] == "appos":
            subjects.append(tree.heads[tree.first_conjunct(i)])
        if tree.cases[i] == "as" and label.startswith("obl"):
            objects = [k for k in self.roles(head).get("obj", ()) if self.tree.token(k).lower_ not in _REFLEXIVE]
            subjects += objects if self.is_verbal(head) and objects else self._clause_subjects(head)
        if not subjects:
            subjects = self._subjects_above(i)
        if (
            label == "nmod"
            and tree.cases[i] in {"of", "among"}
            and tree.token(head).lower_ in {"one", "some", "part", "two", "three"}
        ):
            subjects += self._nominal_subjects(head)
        subjects += tree.kids(i, "appos")
        return subjects

    def _beside(self, i: int, head: int) -> int:
        """What an apposition is said of: a plural of a whole list, a singular of the member nearest before it."""
        first = self.tree.first_conjunct(head)
        if self.tree.token(i).tag_ in _PLURAL:
            return first
        nearest = max((k for k in self.tree.conjuncts(first) if k < i), default=head)
        self._alone.add((i, nearest))
        return nearest

    def _subjects_above(self, i: int) -> list[int]:
        """What the clause above says a noun to be: "becomes the owner", "which is the owner", "the owner of X is Y"."""
        tree = self.tree
        label, head = tree.labels[i], tree.heads[i]
        is_copular = self.is_verbal(head) and tree.token(head).lemma_.lower() in self.support.copular
        if label in {"obj", "xcomp", "obl"} and is_copular:
            return self._clause_subjects(head)
        if label == "acl:relcl" or (label == "nsubj" and tree.has(head, "cop") and not tree.cases[head]):
            return [head]
        return self._clause_subjects(head) if label in {"advcl", "conj"} and tree.has(i, "cop") else []

    def _add_support(self, i: int, found: dict[str, list[int]]) -> None:
        """Subject of the verb whose object the noun is, directly or as "review of licences", "partnerships, including a loan"."""
        governor = self.supporting_verb(i)
        if governor is None:
            return
        head, noun = governor
        tree = self.tree
        label, lemma, roles = tree.labels[noun], tree.token(head).lemma_.lower(), self.roles(head)
        found.setdefault("holder", []).extend(roles.get("subj", ()))
        if lemma in self.support.receiving:
            found.setdefault("receiver", []).extend(roles.get("subj", ()))
            found.setdefault("from", []).extend(roles.get("from", ()))
        elif lemma in self.support.giving or noun != tree.first_conjunct(i):
            found.setdefault("giver", []).extend(roles.get("subj", ()))
            found.setdefault("receiver", []).extend(
                [*roles.get("iobj", ()), *(roles.get("to", ()) if label != "obl" else ())]
            )
        if lemma in self.support.giving | self.support.receiving:
            for role, fillers in roles.items():
                if role in {"with", "in", "into", "for", "to", "between", "from", "by"}:
                    found.setdefault(role, []).extend(k for k in fillers if k != noun)

    def supporting_verb(self, i: int) -> tuple[int, int] | None:
        """Return the verb that has the noun at `i` as object, and the noun by which it has it, if there is one."""
        tree = self.tree
        noun = tree.first_conjunct(i)
        for _ in range(3):
            head = tree.heads[noun]
            carried = (
                tree.labels[noun].split(":")[0] in {"nmod", "appos"} and tree.cases[noun].split(" ")[0] in _CARRIES
            )
            if self.is_verbal(head) or not carried or head == noun:
                break
            noun = tree.first_conjunct(head)
        head, label = tree.heads[noun], tree.labels[noun]
        supported = label in {"obj", "nsubj:pass", "xcomp"} or (
            label == "obl" and tree.cases[noun] in _SUPPORTING_CASES
        )
        return (head, noun) if self.is_verbal(head) and supported else None
