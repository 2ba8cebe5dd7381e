"""Who "it", "the company", "the mine", "the Gulf state" and "we" are: the earlier mention that fits best, or nothing.

Each mention before an anaphor is described by features (how far, which role, whether the verb or the class noun fits);
the weights of the features are knowledge, in ontology/reference.toml. Things without a name compete too: where "a plant"
fits "it" best, "it" names nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from spacy.tokens import Doc

from kg.annotate.discourse import ACTORS, MODIFYING, Discourse
from kg.annotate.spans import rename
from kg.annotation import REFERS, Span, SpanKind
from kg.tree import Tree

_AS_ONE = {"country": "place", "region": "place"}  # types of which articles have too few to tell them apart


@dataclass(frozen=True)
class ReferenceWords:
    """The words and weights of ontology/reference.toml."""

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

    @cached_property
    def denoted(self) -> dict[str, tuple[str, ...]]:
        """The types of what a class noun may refer back to."""
        return {noun: tuple(row["types"]) for row in self.words.get("denotes", ()) for noun in row["nouns"]}

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """The names, or words of names, that a class noun fits: "metal" fits tin."""
        return {noun: frozenset(row["names"]) for row in self.words.get("classes", ()) for noun in row["nouns"]}

    @cached_property
    def fitting(self) -> dict[tuple[str, str], frozenset[str]]:
        """The types that fit a place in a clause: ("object", "mine") fits a commodity."""
        return {
            (place, word): frozenset(row["types"])
            for row in self.words.get("governors", ())
            for place in row["places"]
            for word in row["words"]
        }

    def weights(self, anaphor: str) -> Mapping[str, float]:
        """Return the weights of the features for a kind of anaphor: it, he, we, noun."""
        found: Mapping[str, float] = self.words.get("weights", {}).get(anaphor, {})
        return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention before an anaphor; `named` says that it has a name or refers to one."""

    span: Span
    sentence: int
    role: str
    named: bool


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A pronoun or definite noun phrase: which weights it takes, the types it may have, and its features by itself."""

    span: Span
    kind: str
    sentence: int
    role: str
    types: tuple[str, ...]
    noun: str | None
    own: tuple[str, ...]


def resolve_references(doc: Doc, tree: Tree, spans: Sequence[Span], words: ReferenceWords) -> list[Span]:
    """Return the spans with pronouns and definite noun phrases renamed to what they refer to; unresolved pronouns go."""
    return Resolver(Discourse(doc, tree, spans), words).resolve()


@dataclass
class Resolver:
    """Resolves the anaphors of one document from left to right."""

    discourse: Discourse
    words: ReferenceWords
    seen: list[Candidate] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def doc(self) -> Doc:
        """The document's tokens."""
        return self.discourse.doc

    @property
    def tree(self) -> Tree:
        """The document's tree."""
        return self.discourse.tree

    def resolve(self) -> list[Span]:
        """Return the document's spans with anaphors renamed; see `resolve_references`."""
        resolved = []
        for span in self.discourse.spans:
            found: Span | None = span
            anaphor = self._anaphor(span)
            if anaphor is not None:
                target = self.choose(anaphor, self._candidates(anaphor))
                found = _refer(span, target.span) if target is not None and target.named else None
            if found is None and span.kind == "pronoun":
                continue
            found = found or span
            if found.kind != "pronoun" or found.is_reference:
                resolved.append(found)
                self._remember(found)
        return resolved

    def choose(self, anaphor: Anaphor, candidates: Sequence[Candidate]) -> Candidate | None:
        """Return the candidate that fits best, or None if to refer to nothing named before fits better."""
        weights = self.words.weights(anaphor.kind)
        threshold = sum(weights.get(f"none:{feature}", 0.0) for feature in anaphor.own)
        scored = [(self.score(anaphor, c, weights), i) for i, c in enumerate(candidates)]
        best = max(scored, default=(threshold, -1))
        return candidates[best[1]] if best[0] > threshold else None

    def score(self, anaphor: Anaphor, candidate: Candidate, weights: Mapping[str, float]) -> float:
        """Return the sum of the weights of what speaks for and against a candidate."""
        return sum(weights.get(feature, 0.0) for feature in self.features(anaphor, candidate))

    def _remember(self, span: Span) -> None:
        named = span.kind == "name" or span.is_reference
        self.seen.append(Candidate(span, self.discourse.sentences[span.head], self.discourse.role(span.head), named))
        self.counts[span.mention.name] += 1

    # What is an anaphor

    def _anaphor(self, span: Span) -> Anaphor | None:
        head = span.head
        if span.kind == "pronoun":
            pronoun = span.mention.text.lower()
            types = self.words.types(pronoun)
            if not types or self.tree.labels[head] == "expl":
                return None
            return self._make(span, self.words.base(pronoun), types, None, tuple(self._expletive(span)))
        noun = self.doc[head].lemma_.lower()
        is_class = noun in self.words.members or "person" in self.words.denoted.get(noun, ())
        named = span.kind == "name" and not (is_class and span.end - span.start == 1)
        if named or self.doc[head].tag_ == "NNS" or noun in self.words.nouns["vague"]:
            return None
        if not self._is_definite(span):
            return None
        types = self.words.denoted.get(noun, (span.mention.type,))
        return self._make(span, "noun", types, noun, tuple(self._novelty(span)))

    def _make(self, span: Span, kind: str, types: tuple[str, ...], noun: str | None, own: tuple[str, ...]) -> Anaphor:
        role = self.discourse.role(span.head)
        own = ("any", f"role={role}", *own)
        return Anaphor(span, kind, self.discourse.sentences[span.head], role, types, noun, own)

    def _expletive(self, span: Span) -> Iterator[str]:
        """What speaks for "it" that stands for nothing: "it is clear that", "it takes years to"."""
        tree, head = self.tree, span.head
        governor = tree.heads[head]
        if tree.has(governor, "csubj", "ccomp", "xcomp") and tree.has(governor, "cop"):
            yield "clause after copula"
        if tree.has(governor, "cop"):
            yield "copula"
        fits = self._fitting(span)
        yield "governed" if fits else "ungoverned"
        if self.doc[head].lower_.endswith("self"):
            yield "reflexive"

    def _is_definite(self, span: Span) -> bool:
        """Tell whether a noun phrase is definite and says nothing new: "the company", "the Perth-based miner"."""
        doc, tree, head, nouns = self.doc, self.tree, span.head, self.words.nouns
        determined = {doc[k].lower_ for k in tree.kids(head, "det", "nmod:poss")}
        capital = doc[head].text[:1].isupper() and not doc[head].is_sent_start and span.end - span.start == 1
        if not nouns["definite"] & determined and not capital:
            return False
        if tree.has(head, "cop") or tree.labels[head] in {"appos", "xcomp"}:
            return False
        after = (k for k in tree.children[head] if k > head)
        if any(tree.labels[k].split(":")[0] in {"nummod", "appos"} or self._restricts(k, span) for k in after):
            return False
        before = [doc[k] for k in tree.children[head] if tree.labels[k] in MODIFYING and k < head]
        return not any(t.tag_ in {"JJS", "RBS", "CD"} or t.lower_ in nouns["fresh"] for t in before)

    def _restricts(self, token: int, span: Span) -> bool:
        """Tell whether a relative clause says which one is meant: one that no comma parts from its noun."""
        is_relative = self.tree.labels[token] == "acl:relcl"
        return is_relative and span.end < len(self.doc) and self.doc[span.end].text not in {",", "–", "—", "("}

    def _novelty(self, span: Span) -> Iterator[str]:
        """What speaks for a definite noun phrase that names something new: "the mine in Goiás", "its smelter"."""
        doc, tree, head = self.doc, self.tree, span.head
        for k in tree.children[head]:
            label = tree.labels[k]
            if k > head and label.split(":")[0] in {"nmod", "acl"}:
                yield "relative" if label == "acl:relcl" else label.split(":")[0]
            if label == "nmod:poss":
                yield "possessor"
            if label in MODIFYING and k < head and not self._is_seat(k):
                yield "modifier"
        determiner = next((doc[k].lower_ for k in tree.kids(head, "det")), "")
        if determiner in {"this", "that"}:
            yield "demonstrative"
        first = self.words.denoted.get(doc[head].lemma_.lower(), (span.mention.type,))[0]
        yield f"types={_AS_ONE.get(first, first)}"

    def _is_seat(self, token: int) -> bool:
        """Tell whether a modifier says where something is: "Perth-based", "Canadian", "Central Asian"."""
        seats = self.words.nouns["seats"]
        below = self.tree.subtree(token)
        proper = self.doc[token].pos_ == "ADJ" and self.doc[token].is_title
        return (
            proper
            or self.discourse.names_place(token)
            or any(self.doc[k].lower_.rpartition("-")[2] in seats for k in below)
        )

    def _fitting(self, span: Span) -> frozenset[str]:
        """Return the types that fit where an anaphor stands, as far as the word that governs it tells."""
        tree, head = self.tree, span.head
        role = self.discourse.role(head)
        if tree.labels[tree.first_conjunct(head)] == "nsubj:pass":
            role = "object"
        governor = self.discourse.governor(head)
        place = role if role != "oblique" else tree.cases[head]
        return self.words.fitting.get((place, self.doc[governor].lemma_.lower()), frozenset())

    # What may be its antecedent

    def _candidates(self, anaphor: Anaphor) -> list[Candidate]:
        """Return the mentions before an anaphor that it may refer to."""
        excluded = self._clashing(anaphor)
        return [
            c
            for c in self.seen
            if c.span.mention.type in anaphor.types
            and c.span.end <= anaphor.span.start
            and c.span.mention.name not in excluded
            and (c.named or anaphor.sentence - c.sentence <= 2)
        ]

    def _clashing(self, anaphor: Anaphor) -> set[str]:
        """Names of the other arguments of the anaphor's verb, and of its own modifiers: they are something else."""
        tree, head = self.tree, anaphor.span.head
        inside = {s.mention.name for s in self.discourse.names if anaphor.span.start <= s.head < anaphor.span.end}
        others = set(tree.kids(head, "nmod:poss")) if anaphor.kind == "noun" else set()
        if anaphor.kind != "noun" or anaphor.role in {"object", "oblique"}:
            others |= _coarguments(head, tree)
        return inside | {c.span.mention.name for c in self.seen if c.span.head in others}

    # What speaks for a candidate

    def features(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        """Yield what speaks for or against a candidate."""
        distance = min(anaphor.sentence - candidate.sentence, 4)
        near = "same" if distance == 0 else "last" if distance == 1 else "far"
        yield f"distance={distance}"
        yield from self._place_features(anaphor, candidate, near)
        yield from self._mention_features(candidate, near)
        yield from self._order(anaphor, candidate)
        if distance == 0:
            yield from self._within_sentence(anaphor, candidate)
        yield from self._type_features(anaphor, candidate)
        if anaphor.noun is not None:
            yield from self._noun_features(anaphor, candidate)
        if anaphor.kind == "we":
            yield from self._speaker_features(anaphor, candidate)

    def _place_features(self, anaphor: Anaphor, candidate: Candidate, near: str) -> Iterator[str]:
        yield f"{near} {candidate.role}"
        if anaphor.role == candidate.role:
            yield f"parallel {near}"
        if anaphor.kind != "noun" and near != "far":
            yield f"{anaphor.role} {near} {candidate.role}"
        if self.discourse.paragraphs[candidate.span.head] == self.discourse.paragraphs[anaphor.span.head]:
            yield "paragraph"

    def _mention_features(self, candidate: Candidate, near: str) -> Iterator[str]:
        mention = candidate.span.mention
        yield "named" if candidate.named else "unnamed"
        if mention.rule.startswith("demonym"):
            yield "demonym"
        if candidate.span.kind == "pronoun":
            yield f"pronoun {near}"
        if self.doc[candidate.span.head].tag_ in {"NNS", "NNPS"}:
            yield "plural"
        yield f"count={min(self.counts[mention.name], 4)}"

    def _type_features(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        kind = candidate.span.mention.type
        if anaphor.kind == "noun":
            yield f"type={_AS_ONE.get(kind, kind)}"
        else:
            yield from (f"type={kind}", f"{anaphor.role} type={kind}")
        fitting = self._fitting(anaphor.span)
        if fitting:
            fits = "fits" if kind in fitting else "misfits"
            yield from (fits, f"{anaphor.role} {fits}")

    def _order(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        mention = candidate.span.mention
        same = [c for c in self.seen if c.span.mention.type in anaphor.types and c.named]
        if same and same[0].span.mention.name == mention.name:
            yield "first"
        if same and same[-1].span.mention.name == mention.name:
            yield "latest"
        alike = [c for c in same if c.span.mention.type == mention.type]
        if alike and all(c.span.mention.name == mention.name for c in alike):
            yield "only of its type"
        most = max((self.counts[c.span.mention.name] for c in same), default=0)
        if most and self.counts[mention.name] == most:
            yield "most"

    def _within_sentence(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        tree = self.tree
        verbs = list(tree.ancestors(anaphor.span.head))
        governor = self.discourse.governor(candidate.span.head)
        if candidate.role == "subject":
            if governor in verbs:
                yield f"subject over {anaphor.role}"
            elif any(tree.first_conjunct(governor) == tree.first_conjunct(v) for v in verbs):
                yield f"subject beside {anaphor.role}"
        if candidate.span.head in verbs:
            yield "noun over"
        between = anaphor.span.start - candidate.span.end
        yield "close" if between <= 3 else "near" if between <= 12 else "apart"

    def _noun_features(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        noun, mention = anaphor.noun or "", candidate.span.mention
        named = {w.strip(".,") for w in mention.name.lower().split()}
        if noun in named:
            yield "noun in name"
        elif noun in self.discourse.class_nouns[mention.name] or (
            not candidate.named and self.doc[candidate.span.head].lemma_.lower() == noun
        ):
            yield "noun described"
        if noun in self.words.members:
            members = {c.span.mention.name for c in self.seen if c.named and self._is_member(noun, c)}
            fits = mention.name in members
            yield "only member" if members == {mention.name} else "member" if fits else "no member"
        if mention.type == anaphor.types[0]:
            yield "first type"
        wanted = self.discourse.places_of(anaphor.span.head, anaphor.span)
        if wanted:
            has = self.discourse.places[mention.name]
            yield "attribute fits" if wanted & has else "attribute clashes" if has else "attribute unknown"

    def _is_member(self, noun: str, candidate: Candidate) -> bool:
        """Tell whether a name is of a class: tin is a metal."""
        name = candidate.span.mention.name.lower()
        return bool(self.words.members[noun] & {name, *(w.strip(".,") for w in name.split())})

    def _speaker_features(self, anaphor: Anaphor, candidate: Candidate) -> Iterator[str]:
        """In a quotation "we" is whom the speaker speaks for; elsewhere it is whose article it is."""
        name = candidate.span.mention.name
        quoted = self.discourse.quoted[anaphor.span.head]
        same = [c for c in self.seen if c.span.mention.type in ACTORS and c.named]
        if same and same[0].span.mention.name == name:
            yield f"first {'quoted' if quoted else 'plain'}"
        speaker = self.discourse.speaker(anaphor.span) if quoted else None
        if speaker is not None:
            yield "employer" if name in self.discourse.employers[speaker.mention.name] else "no employer"


def _coarguments(head: int, tree: Tree) -> set[int]:
    """Arguments of the same verb cannot corefer with a plain object pronoun; possessives may, reflexives must.

    A possessive in what something is said to be is another: "A invested in B, becoming its largest shareholder".
    """
    if tree.labels[head] == "nmod:poss":
        return {tree.heads[head], *_described(tree.heads[head], tree)}
    if tree.labels[head].startswith("nsubj") or tree.token(head).lower_.endswith("self"):
        return set()
    top = head
    while tree.labels[top] == "nmod" and not tree.has(tree.heads[top], "nmod:poss", "nsubj"):
        top = tree.heads[top]  # in "A has an agreement with it", too, it is not A
    arguments = {k for i in (head, top) for k in tree.children[tree.heads[i]]} - {head, top}
    return arguments | {k for a in arguments for k in tree.kids(a, "amod", "compound", "nmod:desc")}


def _described(noun: int, tree: Tree) -> Iterator[int]:
    """Yield what a noun is said of: what it stands beside, or the subjects of its copula or of "named as", "become"."""
    if tree.labels[noun] == "appos":
        yield tree.heads[noun]
        return
    is_said = tree.labels[noun] == "xcomp" or tree.cases[noun] == "as"
    if not is_said and not tree.has(noun, "cop"):
        return
    clause = tree.heads[noun] if is_said else noun
    while not tree.has(clause, "nsubj") and tree.labels[clause] in {"advcl", "xcomp", "conj"}:
        clause = tree.heads[clause]
    for subject in tree.kids(clause, "nsubj"):
        yield from tree.conjuncts(subject)


def _refer(span: Span, target: Span) -> Span:
    """Return `span` as a reference to what `target` names."""
    t = target.mention
    kind: SpanKind = "nominal" if span.kind == "name" else span.kind  # "the metal", which is a name elsewhere
    return replace(
        rename(span, name=t.name, entity=t.entity, type=t.type, rule=f"{REFERS}{t.name} before it"), kind=kind
    )
