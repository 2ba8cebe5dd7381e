"""Amounts, shares, quantities, times, stages and the other things that a claim says besides its two ends."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.annotation import Measure, Span
from kg.extract.fillers import PLACES, Filler, Fillers
from kg.extract.frames import TRIGGER, Frame, Words
from kg.ontology import Ontology

NUMBERS = ("amount", "share", "quantity")
_GENERAL_STAGE = "production"
_BELOW = 4
_NEAR = 8  # words between what names a qualifier and an end or the trigger, at most
_SCOPE_LABELS = frozenset({"nmod:poss", "compound", "amod"})
_SCOPE_CASES = frozenset({"in", "of", "outside", "within"})
_NOUNS = frozenset({"NOUN", "PROPN"})
_REACHED = frozenset({"", "to", "at"})
_TRADED = frozenset({"commodity", "product"})


@dataclass(frozen=True)
class Match:
    """A frame that fits: its trigger and the fillers of its ends."""

    frame: Frame
    trigger: int
    subject: Filler
    object: Filler


@dataclass(frozen=True)
class QualifierReader:
    """Reads the qualifiers of matches in one annotated document; `naming` is that of the frames."""

    fillers: Fillers
    ontology: Ontology
    naming: Mapping[str, Mapping[str, Words]]
    _sentence: dict[int, tuple[int, int]] = field(default_factory=dict)

    def said_at(self, match: Match) -> set[int]:
        """Return the tokens of numbers, time and commodity among the qualifiers, which belong to the evidence."""
        allowed = self.ontology.relations[match.frame.relation].qualifiers
        measures = [m for kind in NUMBERS if kind in allowed and (m := self.number(match, kind))]
        if "time" in allowed and (time := self.time(match)):
            measures.append(time)
        found = {i for i, measure in self.fillers.annotation.measure_at.items() if measure in measures}
        commodity = self.commodity(match) if "commodity" in allowed else None
        found |= {commodity.start, commodity.end - 1} if commodity else set()
        naming = (self._naming_word(match, nouns) for key, nouns in self._missing(match))
        return found | {i for i in naming if i is not None}

    def read(self, match: Match) -> dict[str, Any]:
        """Return the qualifiers that the passage states and the relation allows, and those that the frame asks about."""
        allowed = self.ontology.relations[match.frame.relation].qualifiers | match.frame.unless | match.frame.requires
        found = dict(self._measured(match, allowed))
        for key, roles in match.frame.qualifiers.items():
            if key in allowed and key not in found and (value := self._role_text(match, key, roles)):
                found[key] = value
        found |= {k: v for k, v in match.frame.fixed.items() if k in allowed and k not in found}
        for key, nouns in self._missing(match):
            if key not in found and (value := self._named(match, nouns)):
                found[key] = value
        return found

    def _measured(self, match: Match, allowed: Container[str]) -> Iterator[tuple[str, Any]]:
        """Yield what every frame may say: numbers, time, stage, scope and rank."""
        for kind in NUMBERS:
            if kind in allowed and (measure := self.number(match, kind)):
                yield kind, measure.value
                if measure.rate and "measure" in allowed:
                    yield "measure", measure.rate
        if "time" in allowed and (time := self.time(match)):
            yield "time", str(time.value)
        for key, read in (("stage", self.stage), ("scope", self._scope), ("rank", self._rank)):
            if key in allowed and (value := read(match)):
                yield key, value

    # numbers

    def number(self, match: Match, kind: str) -> Measure | None:
        """The number on the way to an end, else one that hangs on the trigger or an end, else the only one near.

        Of as many numbers as names ("A and B hold 60% and 40%, respectively") it is the one at the name's place.
        """
        nearest = self._nearest_number(match, kind)
        return nearest and self._respective(nearest, match)

    def _respective(self, nearest: Measure, match: Match) -> Measure:
        tree, numbers = self.fillers.annotation.tree, self._listed(nearest)
        tokens = self.fillers.annotation.measure_at
        between = (tokens.get(i) for i in range(numbers[0][0], numbers[-1][0]))
        if nearest.kind != "time" and any(m is not None and m.kind == "time" for m in between):
            return nearest  # one name at several times
        for end in (match.subject.span.head, match.object.span.head):
            names = sorted(tree.conjuncts(tree.first_conjunct(end)))
            if len(numbers) == len(names) > 1:
                return numbers[names.index(end)][1]
        return nearest

    def _listed(self, number: Measure) -> list[tuple[int, Measure]]:
        """Return the numbers of one kind that are coordinated with a number, with their tokens; only it if others are among them."""
        tree, tokens = self.fillers.annotation.tree, self.fillers.annotation.measure_at
        own = [i for i, m in tokens.items() if m is number]
        token = next((i for i in own if tree.heads[i] not in own), own[-1])
        members = sorted(tree.conjuncts(tree.first_conjunct(token)))
        found = [(k, m) for k in members if (m := tokens.get(k)) is not None and m.kind == number.kind]
        return found if len(found) == len(members) else [(token, number)]

    def _nearest_number(self, match: Match, kind: str) -> Measure | None:
        for filler in (match.object, match.subject):
            for measure in filler.measures:
                if measure.kind == kind:
                    return measure
        tokens = self.fillers.annotation.measure_at
        tree = self.fillers.annotation.tree
        for filler in (match.subject, match.object) if kind == "share" else ():
            for k in tree.kids(filler.span.head, "appos", "nmod", "parataxis", "dep"):
                if k in tokens and tokens[k].kind == kind and not tree.cases[k]:
                    return tokens[k]
        for base in (match.trigger, match.object.span.head, match.subject.span.head):
            for i in self._close(base, match, clauses=kind != "share"):
                if i in tokens and tokens[i].kind == kind:
                    return tokens[i]
        return None

    def _close(self, base: int, match: Match, clauses: bool) -> Iterator[int]:
        """Tokens near `base` in the tree: its dependents two deep, for the trigger also what its governor has.

        A share belongs to the verb of its own clause, so that `clauses` below are left out for it.
        """
        tree = self.fillers.annotation.tree
        ends = {match.subject.span.head, match.object.span.head} - {base}
        for k in tree.children[base]:
            yield k
        for k in tree.children[base]:
            clause = (
                tree.labels[k].split(":")[0] in {"conj", "ccomp", "parataxis"}
                or (tree.labels[k] in {"advcl", "acl:relcl"} and not (clauses and base == match.trigger))
                or (tree.labels[k] == "acl" and not clauses and base != match.trigger)
            )
            if k not in ends and not clause:
                yield from (
                    g
                    for g in tree.children[k]
                    if g not in ends and tree.labels[g] not in {"conj", "ccomp", "parataxis", "acl:relcl"}
                )
        if base == match.trigger:
            head = tree.heads[base]
            if tree.labels[base] == "nsubj":  # "its share is 60%", "output rose to 500 tonnes"
                yield head
                yield from (k for k in tree.kids(head, "obj", "obl") if tree.cases[k] in _REACHED)
            if head != base and tree.labels[base] in {
                "obj",
                "nsubj:pass",
                "nmod",
                "compound",
                "xcomp",
                "obl",
                "acl",
                "amod",
            }:
                yield head
                yield from (
                    k
                    for k in tree.children[head]
                    if k != base
                    and k not in ends
                    and tree.labels[k].split(":")[0] in {"obj", "obl", "nummod", "compound", "nmod"}
                )

    # time

    def time(self, match: Match) -> Measure | None:
        """Return the time that hangs on the clause of the trigger, nearest first; its own of as many as names, "respectively"."""
        start, end = self._sentence_of(match.trigger)
        tokens = self.fillers.annotation.measure_at
        times = sorted(
            {(abs(i - match.trigger), i) for i in range(start, end) if i in tokens and tokens[i].kind == "time"}
        )
        near = [i for _, i in times if self._same_clause(i, match.trigger)]
        first, last = self._reach(match)
        if not near:
            return None
        nearest = tokens[next((i for i in near if first < i < last), near[0])]
        listed = [time for _, time in self._listed(nearest)]
        for numbers in self._lists(match):
            if len(numbers) == len(listed):
                return listed[[own for _, own in numbers].index(True)]
        each = self.fillers.lexicon.set("respective", "words")
        said = any(token.lower_ in each for token in self.fillers.annotation.doc[start:end])
        return self._respective(nearest, match) if said else nearest

    def _reach(self, match: Match) -> tuple[int, int]:
        """Return between which tokens a time is that of the match's number: "60% in 2023 and 55% in 2024"."""
        for numbers in self._lists(match):
            at = next(n for n, (_, own) in enumerate(numbers) if own)
            after = [i for i, _ in numbers[at + 1 :]]
            return numbers[at][0], next(iter(after), self._sentence_of(match.trigger)[1])
        return -1, len(self.fillers.annotation.doc)

    def _lists(self, match: Match) -> Iterator[list[tuple[int, bool]]]:
        """Yield the lists that the match's numbers stand in: the tokens of their members, and which is the match's own."""
        for kind in NUMBERS:
            number = self.number(match, kind)
            listed = self._listed(number) if number else []
            if len(listed) > 1:
                yield [(i, m is number) for i, m in listed]

    def _same_clause(self, i: int, trigger: int) -> bool:
        tree = self.fillers.annotation.tree
        above = {trigger, *self._clause_heads(trigger)}
        at = i
        for _ in range(4):
            if at in above:
                return True
            if tree.labels[at].split(":")[0] in {"acl", "ccomp", "parataxis", "advcl"} or (
                tree.labels[at] == "conj" and self.fillers.arguments.is_verbal(at)
            ):
                return at == trigger
            if tree.heads[at] == at:
                return False
            at = tree.heads[at]
        return False

    def _clause_heads(self, trigger: int) -> Iterator[int]:
        """Words above the trigger as long as they belong to the same clause or a clause that governs it closely."""
        tree = self.fillers.annotation.tree
        at = trigger
        for _ in range(3):
            if tree.heads[at] == at or tree.labels[at] in {"acl:relcl", "ccomp", "parataxis"}:
                return
            at = tree.heads[at]
            yield at

    def _sentence_of(self, i: int) -> tuple[int, int]:
        if i not in self._sentence:
            span = self.fillers.annotation.doc[i].sent
            for k in range(span.start, span.end):
                self._sentence[k] = (span.start, span.end)
        return self._sentence[i]

    # stage, scope, rank

    def _words_about(self, match: Match) -> Iterator[int]:
        """Words that say which activity is meant: the way to the object, what modifies it, the trigger."""
        tree = self.fillers.annotation.tree
        for i in reversed(match.object.path):
            for k in tree.children[i]:
                if tree.labels[k].split(":")[0] in {"compound", "amod", "nmod"} and k not in match.object.path:
                    yield k
            yield i
        if match.object.span.mention.type != "facility":
            yield from (k for k in tree.children[match.object.span.head] if tree.labels[k] in {"amod", "compound"})
            yield from range(match.object.span.start, match.object.span.end)
        yield match.trigger
        for purpose in self._purposes(match.trigger):
            for k in tree.kids(purpose, "obj"):
                yield from tree.children[k]

    def stage(self, match: Match) -> str | None:
        """Return the stage that the words about the object and the trigger name, the most specific first."""
        doc = self.fillers.annotation.doc
        found: list[str] = []
        for i in self._words_about(match):
            pair = f"{doc[i - 1].lower_} {doc[i].lower_}" if i else ""
            stage = (
                self.ontology.stage_words.get(pair)
                or self.ontology.stage_words.get(doc[i].lower_)
                or self.ontology.stage_words.get(doc[i].lemma_.lower())
            )
            if stage:
                found.append(stage)
        specific = [s for s in found if s != _GENERAL_STAGE]
        if specific:
            return specific[0]
        return _GENERAL_STAGE if found and match.frame.relation == "controls_share" else None

    def _scope(self, match: Match) -> str | None:
        """The whole that a share or rank is of: the world, or a place whose possessive or "in" phrase stands near."""
        tree, doc = self.fillers.annotation.tree, self.fillers.annotation.doc
        near = set(match.object.path) | {match.object.span.head, match.trigger}
        near |= {k for i in list(near) for k in tree.children[i]}
        world = self.fillers.lexicon.set("scope", "global")
        named = {i for s in self.fillers.annotation.spans if s.kind == "name" for i in range(s.start, s.end)}
        if any(doc[i].lower_ in world for i in near - named):
            return "global"
        for i in sorted(near):
            span = self.fillers.span_at.get(i)
            stands = tree.labels[i] in _SCOPE_LABELS or tree.cases[i] in _SCOPE_CASES
            if span is None or not stands or span in (match.subject.span, match.object.span):
                continue
            if span.mention.type in PLACES:
                return f"outside {span.mention.name}" if tree.cases[i] == "outside" else span.mention.name
        return None

    def _rank(self, match: Match) -> str | None:
        tree, doc = self.fillers.annotation.tree, self.fillers.annotation.doc
        ranks = self.fillers.lexicon.set("rank", "words")
        base = match.trigger if match.frame.relation != "is_a" else match.object.span.head
        words = [
            k for k in tree.children[base] if k < base and (doc[k].tag_ in {"JJS", "RBS"} or doc[k].lower_ in ranks)
        ]
        if not words:
            return None
        start = min(min(tree.subtree(k)) for k in words)
        rank = doc[start : max(words) + 1].text
        one = doc[max(0, base - 8) : base].text.lower()
        return f"one of the {rank}" if "one of the" in one or "among the" in one else rank

    # names in roles

    def _role_text(self, match: Match, key: str, roles: Iterable[str]) -> str | None:
        if key == "commodity":
            commodity = self.commodity(match)
            return commodity.mention.text if commodity else None
        for role in roles:
            if role == TRIGGER:
                return self._phrase(match.trigger)
            types = (
                frozenset({"country", "region", "company", "government_body", "organization", "sector"})
                if key in {"target", "scope"}
                else frozenset()
            )
            for filler in self.fillers.in_role(match.trigger, role, types) if types else ():
                if filler.span not in (match.subject.span, match.object.span):
                    return filler.span.mention.name
            if not types:
                for token in self.fillers.arguments.roles(match.trigger).get(role, ()):
                    return self._phrase(token)
        return None

    def _missing(self, match: Match) -> Iterator[tuple[str, Words]]:
        """Yield the qualifiers that the relation allows and the frame reads nowhere, with the nouns that name them."""
        allowed = self.ontology.relations[match.frame.relation].qualifiers
        for key, nouns in self.naming.get(match.frame.relation, {}).items():
            if key in allowed and key not in match.frame.qualifiers:
                yield key, nouns

    def _named(self, match: Match, nouns: Words) -> str | None:
        """Return the phrase of the noun that names a qualifier, else the noun that belongs to the trigger's verb."""
        word = self._naming_word(match, nouns)
        if word is not None:
            return self._phrase(word)
        verb = self.fillers.annotation.doc[match.trigger].lemma_.lower()
        noun: str | None = self.fillers.lexicon.words["noun_of"].get(verb)
        return noun

    def _naming_word(self, match: Match, nouns: Words) -> int | None:
        """Return the noun nearest to an end or to the trigger, outside the ends."""
        doc = self.fillers.annotation.doc
        sentence = doc[match.trigger].sent
        ends = [(span.start, span.end - 1) for span in (match.subject.span, match.object.span)]
        near = [
            (min(max(i - last, first - i) for first, last in (*ends, (match.trigger, match.trigger))), i)
            for i in range(sentence.start, sentence.end)
            if doc[i].lemma_.lower() in nouns and doc[i].pos_ in _NOUNS and not any(a <= i <= b for a, b in ends)
        ]
        gap, nearest = min(near, default=(_NEAR + 1, -1))
        return nearest if gap <= _NEAR else None

    def commodity(self, match: Match) -> Span | None:
        """Return the commodity in one of the frame's roles for it, else the one that hangs nearest below the trigger."""
        roles = match.frame.qualifiers.get("commodity", ())
        if not roles:
            return None
        ends = (match.subject.span, match.object.span)
        for role in roles:
            found = self.fillers.in_role(match.trigger, role, _TRADED)
            if role == "focus":
                first = match.subject.span.start if match.subject.measures else match.trigger
                found = self.fillers.in_focus(max(first, match.trigger), _TRADED)
            for filler in found:
                # "minerals such as tin": who needs tin needs no "minerals" besides
                if not self._is_listed_with(filler.span, ends) and filler.span.head not in match.object.path:
                    return filler.span
        return self._commodity_below(match)

    def listed_with(self, commodity: Span, match: Match) -> list[Span]:
        """Return the other commodities in a list with one, unless the trigger stands in a clause of one of them.

        "Tin and zinc imported from Peru" are both imported. "Rare earth compounds and metals" are one thing, since "metals"
        alone are another.
        """
        tree, spans = self.fillers.annotation.tree, self.fillers.span_at
        first = tree.first_conjunct(commodity.head)
        members = sorted(tree.conjuncts(first))
        said_of_list = tree.labels[match.trigger] == "acl" and tree.heads[match.trigger] in members
        if first in tree.ancestors(match.trigger) and not said_of_list:
            return []
        found = [spans[k] for k in members if k in spans and spans[k].head == k]
        known = {match.subject.span.mention.name, match.object.span.mention.name, commodity.mention.name}
        named = [s for s in found if s.mention.type in _TRADED and s.mention.name not in known]
        return [] if any(self.fillers.is_general(s) for s in (*named, commodity)) else named

    def _is_listed_with(self, span: Span, ends: Sequence[Span]) -> bool:
        """Tell whether a span is an end of the claim or stands in a list with one, so that it has a claim of its own."""
        first = self.fillers.annotation.tree.first_conjunct
        return any(span == end or first(span.head) == first(end.head) for end in ends)

    def _commodity_below(self, match: Match) -> Span | None:
        tree, spans = self.fillers.annotation.tree, self.fillers.span_at
        level = [match.trigger, *self._purposes(match.trigger)]
        for _ in range(_BELOW):
            level = [
                k
                for i in level
                for k in tree.children[i]
                if tree.labels[k].split(":")[0] not in {"nsubj", "parataxis", "conj"}
            ]
            for k in sorted(level, key=lambda k: (k < match.trigger, k)):
                span = spans.get(k)
                if (
                    span is not None
                    and span.head == k
                    and span.mention.type in _TRADED
                    and not self._is_listed_with(span, (match.subject.span, match.object.span))
                ):
                    return span
        return None

    def _purposes(self, trigger: int) -> list[int]:
        """Clauses that say what for, on the verb that has the trigger as object: "a loan to expand separation"."""
        tree = self.fillers.annotation.tree
        governor = (
            self.fillers.arguments.supporting_verb(trigger)
            if not self.fillers.arguments.is_verbal(trigger)
            else (trigger, trigger)
        )
        return [k for k in tree.kids(governor[0], "advcl") if k > trigger and tree.has(k, "mark")] if governor else []

    def _phrase(self, head: int) -> str:
        """The noun phrase at `head` without determiners, measures and possessors: "joint venture", "chief executive"."""
        tree, doc = self.fillers.annotation.tree, self.fillers.annotation.doc
        start = head
        inside = self.fillers.span_at.get(head)
        if inside is not None and inside.kind == "name":
            return doc[inside.start : head + 1].text
        for i in range(head - 1, -1, -1):
            chained = (
                tree.heads[i] in range(i, head + 1)
                and tree.labels[i] in {"compound", "amod", "nmod:desc"}
                and i not in self.fillers.annotation.measure_at
            )
            named = i in self.fillers.span_at and self.fillers.span_at[i].kind == "name"
            if (chained and not named) or doc[i].tag_ == "HYPH":
                start = i
            else:
                break
        end = head + 1
        while start < head and doc[start].tag_ == "HYPH":
            start += 1  # of "billion-dollar deals" the number is told elsewhere
        of = next((k for k in tree.kids(head, "nmod") if tree.cases[k] == "of" and k not in self.fillers.span_at), None)
        if of is not None and doc[head].lemma_.lower() in self.fillers.lexicon.set("phrase", "with_of"):
            end = of + 1
        return doc[start:end].text


def equal_but_for_detail(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Tell whether two sets of qualifiers agree on every key that both have."""
    return all(a[k] == b[k] for k in a.keys() & b.keys())
