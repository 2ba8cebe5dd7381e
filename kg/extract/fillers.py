"""From the word in a role to the mentions it brings: through "90% of refining capacity", lists, "such as" and appositions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.annotate.annotate import Annotation
from kg.annotate.measures import Measure
from kg.annotate.mentions import Span
from kg.extract.arguments import Arguments
from kg.extract.frames import Lexicon

THINGS = frozenset({"commodity", "product", "sector", "policy"})
_MEMBERS = ("including", "such as", "like", "especially", "particularly", "notably", "namely", "e.g.", "for example")
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Filler:
    """A mention in a role, with the tokens passed on the way to it and the measures among them."""

    span: Span
    path: tuple[int, ...]
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class Fillers:
    """Finds fillers in one annotated document."""

    annotation: Annotation
    arguments: Arguments
    lexicon: Lexicon

    @cached_property
    def span_at(self) -> Mapping[int, Span]:
        """The span that covers each token, if any."""
        return {i: s for s in self.annotation.spans for i in range(s.start, s.end)}

    @cached_property
    def measure_at(self) -> Mapping[int, Measure]:
        """The measure that covers each token, if any."""
        doc = self.annotation.doc
        found: dict[int, Measure] = {}
        for measure in self.annotation.measures:
            tokens = doc.char_span(measure.start, measure.end, alignment_mode="expand")
            if tokens is not None:
                found |= {t.i: measure for t in tokens if t.i not in found}
        return found

    @cached_property
    def _transparent(self) -> frozenset[str]:
        return self.lexicon.set("transparent", "nouns")

    @cached_property
    def _groups(self) -> frozenset[str]:
        return self.lexicon.set("transparent", "groups")

    def in_role(self, predicate: int, role: str, types: frozenset[str]) -> list[Filler]:
        """Return the fillers of `role` of the predicate whose type is among `types`."""
        if role == "self":
            return self.search(predicate, types)
        if role == "class":
            span = self.span_at.get(predicate)
            return [Filler(span, ())] if span is not None and span.head == predicate else []
        if role == "place":
            return self._place_after(predicate, types)
        found: list[Filler] = []
        first, _, rest = role.partition(">")
        for token in self.arguments.roles(predicate).get(first, ()):
            found += self.in_role(token, rest, types) if rest else self.search(token, types)
        return _distinct(found)

    def _place_after(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The place that follows a place after a comma: "Burnside, Louisiana"; members of a list do not."""
        span, tree = self.span_at.get(token), self.annotation.tree
        after = self.span_at.get(span.end + 1) if span else None
        if span is None or after is None or after.mention.type not in types or self.annotation.doc[span.end].text != ",":
            return []
        listed = tree.first_conjunct(after.head) == tree.first_conjunct(span.head) or tree.labels[span.head] == "conj" or tree.labels[after.head] == "conj"
        return [] if listed or after.kind != "name" else [Filler(after, ())]

    def search(self, token: int, types: frozenset[str]) -> list[Filler]:
        """Return the mentions of the types that the noun phrase at `token` brings."""
        return _distinct(list(self._search(token, types, (), (), _DEPTH)))

    def _search(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int) -> Iterator[Filler]:
        measure = self.measure_at.get(token)
        if measure is not None:
            measures = (*measures, measure)
        span = self.span_at.get(token)
        if span is not None and span.head == token and span.kind == "nominal" and not is_reference(span):
            named = list(self._members(token, types, path, measures, depth)) or self._named(token, types, path, measures)
            if named:
                yield from named
                return
        if span is not None and span.head == token and span.mention.type in types:
            yield Filler(span, path, measures)
            return
        if depth == 0 or (span is not None and span.head != token and span.kind == "name" and span.mention.type not in types):
            return
        if span is not None and span.head == token and span.kind == "name":
            yield from self._appositions(token, types, path, measures, depth)
            return
        yield from self._inside(token, types, (*path, token), measures, depth - 1)

    def _members(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int) -> Iterator[Filler]:
        """Named members of a class: "minerals such as gold", "companies including Lynas"."""
        tree = self.annotation.tree
        for k in tree.kids(token, "nmod", "obl", "appos", "acl"):
            if any(tree.cases[k].startswith(m) for m in _MEMBERS):
                for member in tree.conjuncts(k):
                    yield from self._search(member, types, (*path, token), measures, depth - 1)

    def _named(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...]) -> list[Filler]:
        """Whom a class noun is said of: "Lynas, a miner" for "miner", "MP Materials is the company" for "company"."""
        found = []
        for k in self.arguments.roles(token).get("subj", ()):
            span = self.span_at.get(k)
            if span is not None and span.head == k and (span.kind == "name" or is_reference(span)) and span.mention.type in types:
                found.append(Filler(span, path, measures))
        return found

    def _appositions(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int) -> Iterator[Filler]:
        for k in self.annotation.tree.kids(token, "appos"):
            yield from self._search(k, types, (*path, token), measures, depth - 1)

    def _inside(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int) -> Iterator[Filler]:
        """Step from a noun that is no mention of the types to what it is about."""
        tree, doc = self.annotation.tree, self.annotation.doc
        members = list(self._members(token, types, path, measures, depth + 1))
        if members:
            yield from members
            return
        lemma = doc[token].lemma_.lower()
        counted = token in self.measure_at
        see_through = counted or lemma in self._transparent
        if types & THINGS and (see_through or token not in self.span_at):
            yield from self._modifiers(token, types, path, measures, depth)
        elif lemma in self._groups or counted:
            for k in tree.kids(token, "nmod", "obl"):
                if tree.cases[k] == "of":
                    for member in tree.conjuncts(k):
                        yield from self._search(member, types, path, measures, depth)
        for k in tree.kids(token, "appos"):
            yield from self._search(k, types, path, measures, depth)

    def _modifiers(self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int) -> Iterator[Filler]:
        tree = self.annotation.tree
        for k in tree.children[token]:
            label, case = tree.labels[k].split(":")[0], tree.cases[k]
            if (label in {"nmod", "obl"} and case in {"of", "for", "in"}) or (label in {"compound", "amod", "nmod", "appos"} and not case and k != token):
                if label == "amod" and k not in self.span_at:
                    continue
                for member in tree.conjuncts(k):
                    yield from self._search(member, types, path, measures, depth)


def is_reference(span: Span) -> bool:
    """Tell whether a span is a pronoun or noun phrase that was resolved to a name."""
    return span.mention.rule.startswith("refers")


def _distinct(fillers: Sequence[Filler]) -> list[Filler]:
    """Drop repeated mentions; the first way to a mention is kept."""
    found: dict[tuple[int, int, int], Filler] = {}
    for filler in fillers:
        share = next((m.start for m in filler.measures if m.kind == "share"), -1)
        found.setdefault((filler.span.start, filler.span.end, share), filler)
    return list(found.values())
