"""From the word in a role to the mentions it brings: through "90% of refining capacity", lists, "such as" and appositions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.annotation import Annotation, Measure, Span
from kg.extract.arguments import Arguments
from kg.extract.frames import Lexicon
from kg.ontology import Name

THINGS = frozenset({"commodity", "product", "sector", "policy"})
PLACES = frozenset({"country", "region"})
_ACTING = frozenset({"person", "government_body"})
_MEMBERS = ("including", "such as", "like", "especially", "particularly", "notably", "namely", "e.g.", "for example")
_DEMONSTRATIVE = frozenset({"this", "that", "these", "those", "such"})
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
    names: Mapping[str, Name]

    @cached_property
    def span_at(self) -> Mapping[int, Span]:
        """The span that covers each token, if any; where spans are nested, the one whose head it is, else the innermost."""
        spans = sorted(self.annotation.spans, key=lambda s: s.start - s.end)
        return {i: s for s in spans for i in range(s.start, s.end)} | {s.head: s for s in spans}

    @cached_property
    def _transparent(self) -> frozenset[str]:
        return self.lexicon.set("transparent", "nouns")

    @cached_property
    def _groups(self) -> frozenset[str]:
        return self.lexicon.set("transparent", "groups")

    def _lemma(self, token: int) -> str:
        return self.annotation.doc[token].lemma_.lower()

    def in_role(
        self, predicate: int, role: str, types: frozenset[str], focus: frozenset[str] | None = None
    ) -> list[Filler]:
        """Return the fillers of `role` of the predicate whose type is among `types`.

        With types in `focus`, a share or quantity of nothing named ("70% of total production") is of what was last spoken of.
        """
        special = self._special_roles.get(role)
        return special(predicate, types) if special else self._in_syntax(predicate, role, types, focus)

    @cached_property
    def _special_roles(self) -> dict[str, Callable[[int, frozenset[str]], list[Filler]]]:
        """Roles that are no place in the predicate-argument view."""
        return {
            "self": self.search,
            "class": self._class,
            "tallied": self._tallied,
            "theme": self._theme,
            "home": self._home,
            "domestic": self._domestic,
            "bearer": self._bearer,
            "affiliation": self._affiliation,
            "place": self._place_after,
            "bracketed": self._bracketed,
        }

    def _class(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The trigger as a class ("MP Materials is a miner")."""
        span = self.span_at.get(token)
        return [Filler(span, ())] if span is not None and span.head == token else []

    def _in_syntax(
        self, predicate: int, role: str, types: frozenset[str], focus: frozenset[str] | None
    ) -> list[Filler]:
        found: list[Filler] = []
        first, _, rest = role.partition(">")
        tree = self.annotation.tree
        for token in self.arguments.roles(predicate).get(first, ()):
            token = self._said_of(predicate, token) if first == "subj" else token
            if found and tree.cases[token] and tree.first_conjunct(token) == token:
                break
            inside = self.in_role(token, rest, types) if rest else self.search(token, types)
            if not inside and focus and token in self.annotation.measure_at:
                inside = self._counted(token, focus)
            found += inside
        return _distinct(found)

    def _said_of(self, predicate: int, token: int) -> int:
        """Of whom a class is said, where the parse has it of a word beside.

        "Ties with Peru, a producer of tin": of the name before, where the noun above is nothing that a class is said of.
        "Lima, Peru, a producer of tin": of the country, where a city cannot be the class.
        """
        span, tree = self.span_at.get(token), self.annotation.tree
        if span is not None and span.kind == "name" and tree.labels[token] == "flat":
            return span.head  # what hangs on a later word of a name is said of the name
        if span is None and tree.labels[predicate] == "appos":
            words = (i for i in tree.subtree(predicate) if not self.annotation.doc[i].is_punct)
            comma = min(words, default=0) - 1
            before = self.span_at.get(comma - 1) if comma > 0 and self.annotation.doc[comma].text == "," else None
            return before.head if before and before.kind == "name" and token < before.start else token
        actor = self._lemma(predicate) in self.lexicon.set("kinds", "of_any_actor")
        whole = self._place_after(token, PLACES) if actor and span and span.mention.type == "region" else ()
        return next((f.span.head for f in whole if f.span.end <= predicate), token)

    def _counted(self, token: int, types: frozenset[str]) -> list[Filler]:
        for k in self.annotation.tree.kids(token, "nmod", "obl"):
            if (
                self.annotation.tree.cases[k] == "of"
                and k in self.span_at
                and self.span_at[k].mention.type not in THINGS
            ):
                return []
        path = [token, *(k for k in self._own_words(token) if k not in self.annotation.measure_at)]
        tree, raw = self.annotation.tree, self.lexicon.set("raw", "words")
        listed = tree.conjuncts(tree.first_conjunct(token))
        is_raw = any(self.annotation.doc[k].lower_ in raw for i in listed for k in self._own_words(i))
        spans = self.in_focus(token, types - {"product"} if is_raw else types)
        return [Filler(spans[0].span, tuple(path), (self.annotation.measure_at[token],))] if spans else []

    def _own_words(self, token: int) -> Iterator[int]:
        """What hangs below a word in its own phrase: no coordination, no clause."""
        tree = self.annotation.tree
        for k in tree.children[token]:
            if tree.labels[k].split(":")[0] not in {"conj", "cc", "punct", "acl", "advcl", "parataxis", "appos"}:
                yield k
                yield from self._own_words(k)

    def in_focus(self, token: int, types: frozenset[str], excluded: Span | None = None) -> list[Filler]:
        """What was last spoken of before `token`: a thing in this sentence or the last, an actor in this sentence.

        "Those imports" are the imports of an actor of the last sentence.
        """
        doc, tree = self.annotation.doc, self.annotation.tree
        start = doc[token].sent.start
        before = doc[start - 1].sent.start if start else 0
        pointing = any(doc[k].lower_ in _DEMONSTRATIVE for k in tree.kids(token, "det"))
        spoken = [s for s in reversed(self.annotation.spans) if before <= s.start and s.end <= token]
        others = (s for s in spoken if excluded is None or s.place != excluded.place)
        for span in (*spoken, *(self.as_actor(s, types) for s in others)):
            near = before if pointing or span.mention.type in THINGS else start
            if span.start < near or span.mention.type not in types:
                continue
            if self._is_named(span) and (excluded is None or span.mention.name != excluded.mention.name):
                first = self.span_at.get(tree.first_conjunct(span.head), span)
                return [Filler(first if first.mention.type in THINGS & types else span, ())]
        return []

    def _is_named(self, span: Span) -> bool:
        return span.kind == "name" or span.is_reference

    def _tallied(self, token: int, types: frozenset[str]) -> list[Filler]:
        """What a tally after `token` counts: "Import Sources: China, 70%; Malaysia, 13%", "sent to Belgium (33%), Japan (6%)"."""
        doc, found = self.annotation.doc, []
        end = doc[token].sent.end
        for span in self.annotation.spans:
            if (
                token < span.start
                and span.end < end
                and span.mention.type in types
                and doc[span.end].text in {",", "("}
            ):
                measure = self.annotation.measure_at.get(span.end + 1)
                after = next(
                    (i for i in range(span.end + 1, end) if self.annotation.measure_at.get(i) is not measure), end
                )
                if (
                    measure is not None
                    and measure.kind == "share"
                    and doc[after - 1 if after == end else after].pos_ != "ADP"
                ):
                    found.append(Filler(span, (), (measure,)))
        return found

    def _theme(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The name of one of the types that the document speaks of most, at its first mention."""
        counts: Counter[str] = Counter(
            s.mention.name for s in self.annotation.spans if s.kind == "name" and s.mention.type in types
        )
        if not counts:
            return []
        name = max(counts, key=lambda n: (counts[n], n))
        return [Filler(next(s for s in self.annotation.spans if s.mention.name == name), ())]

    def _home(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The country whose imports or consumption the document names most often: where "domestic" is."""
        return [f for f in self._at_home if f.span.mention.type in types]

    def _domestic(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The same of what is called domestic: "were mined domestically", "domestic production"."""
        words, tree = self.lexicon.set("home", "domestic"), self.annotation.tree
        said = any(self._lemma(k) in words for k in tree.kids(token, "advmod", "amod"))
        return self._home(token, types) if said else []

    @cached_property
    def _at_home(self) -> list[Filler]:
        words, found = self.lexicon.set("home", "words"), list[Filler]()
        for token in self.annotation.doc:
            if self._lemma(token.i) in words:
                found += [f for role in ("subj", "poss", "by") for f in self.in_role(token.i, role, PLACES)]
        counts = Counter(f.span.mention.name for f in found if self._is_named(f.span))
        name = max(counts, key=lambda n: (counts[n], n), default="")
        return [Filler(f.span, ()) for f in found if f.span.mention.name == name][:1]

    def _bearer(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The person whose title stands at `token`: inside the name ("President Trump"), before it, or said of it."""
        span = self.span_at.get(token)
        if span is not None and span.kind == "name" and span.mention.type in types:
            return [Filler(span, ())]
        for k in self.annotation.tree.kids(token, "flat", "appos"):
            named = self.span_at.get(k)
            if named is not None and named.kind == "name" and named.mention.type in types:
                return [Filler(named, ())]
        return self.in_role(token, "subj", types) or self.in_role(token, "noun", types)

    def _affiliation(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The country in which a known person with the title at `token` holds office."""
        found = (self._country_of(bearer.span) for bearer in self._bearer(token, frozenset({"person"})))
        return [Filler(country, ()) for country in found if country][:1]

    def as_actor(self, span: Span, types: frozenset[str]) -> Span:
        """A span as an end of one of the types: who signs a deal as the president of a country stands for the country.

        So does its administration where only countries are asked for.
        """
        if span.mention.type not in _ACTING - types or "country" not in types:
            return span
        bodies = self.lexicon.set("offices", "bodies")
        if span.mention.type == "government_body" and span.mention.name.split()[-1].lower() not in bodies:
            return span
        return self._country_of(span) or self._country_in_title(span) or span

    def _country_of(self, bearer: Span) -> Span | None:
        """A known person's span as the country in which the person holds office."""
        person = self.names.get(bearer.mention.entity or "")
        country = self.names.get(person.place or "") if person else None
        if person is None or country is None:
            return None
        rule = f"affiliation of {person.label} in {person.source}"
        mention = replace(bearer.mention, type=country.type, name=country.label, entity=country.iri, rule=rule)
        return replace(bearer, mention=mention)

    def _country_in_title(self, bearer: Span) -> Span | None:
        """A person's span as the country that the title names: "Chilean President Gabriel Boric"."""
        tree, offices = self.annotation.tree, self.lexicon.set("offices", "heads")
        head = bearer.head
        for title in (head, tree.heads[head], *tree.kids(head, "compound", "nmod:desc", "nmod", "flat", "appos")):
            roles = self.arguments.roles(title) if self._lemma(title) in offices else {}
            for token in (*roles.get("poss", ()), *roles.get("of", ())):
                named = self.span_at.get(token)
                if named is not None and named.mention.type in PLACES:
                    place = named.mention
                    mention = replace(
                        bearer.mention,
                        type=place.type,
                        name=place.name,
                        entity=place.entity,
                        rule="affiliation by title",
                    )
                    return replace(bearer, kind="name", mention=mention)
        return None

    def _place_after(self, token: int, types: frozenset[str]) -> list[Filler]:
        """The place that follows a place after a comma: "Burnside, Louisiana"; members of a list do not."""
        span, tree = self.span_at.get(token), self.annotation.tree
        after = self.span_at.get(span.end + 1) if span else None
        if (
            span is None
            or after is None
            or after.mention.type not in types
            or self.annotation.doc[span.end].text != ","
        ):
            return []
        listed = (
            tree.first_conjunct(after.head) == tree.first_conjunct(span.head)
            or tree.labels[span.head] == "conj"
            or tree.labels[after.head] == "conj"
        )
        return [] if listed or after.kind != "name" else [Filler(after, ())]

    def _bracketed(self, token: int, types: frozenset[str]) -> list[Filler]:
        """What stands first in the brackets right after a phrase: "the Pisco furnace (Ica)"."""
        span, doc = self.span_at.get(token), self.annotation.doc
        at = span.end + 1 if span and span.end + 1 < len(doc) and doc[span.end].text == "(" else None
        inside = self.span_at.get(at) if at is not None else None
        return [Filler(inside, ())] if inside and inside.start == at and inside.mention.type in types else []

    def search(self, token: int, types: frozenset[str]) -> list[Filler]:
        """Return the mentions of the types that the noun phrase at `token` brings."""
        return _distinct(list(self._search(token, types, (), (), _DEPTH)))

    def _search(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int
    ) -> Iterator[Filler]:
        measure = self.annotation.measure_at.get(token)
        if measure is not None:
            measures = (*measures, measure)
        span = self.span_at.get(token)
        if span is not None and span.head == token and (self._is_class_word(span) and not span.is_reference):
            named = list(self._members(token, types, path, measures, depth)) or self._named(
                token, types, path, measures
            )
            if named:
                yield from named
                return
        if span is not None and span.head == token:
            span = self.as_actor(span, types)
        if span is not None and span.head == token and span.mention.type in types:
            general = span.kind == "nominal" and not span.is_reference and self._lemma(token) in self._transparent
            inside = (
                list(self._inside(token, types - {"sector"}, (*path, token), measures, depth - 1))
                if general and depth
                else []
            )
            if inside:
                yield from inside
            elif not general or "sector" in types or span.end - span.start > 1:
                yield Filler(span, path, measures)
            return
        if depth == 0 or (
            span is not None and span.head != token and span.kind == "name" and span.mention.type not in types
        ):
            return
        if span is not None and span.head == token and span.kind == "name":
            yield from self._appositions(token, types, path, measures, depth)
            return
        yield from self._inside(token, types, (*path, token), measures, depth - 1)

    def _members(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int
    ) -> Iterator[Filler]:
        """Named members of a class: "minerals such as gold", "companies including Lynas"."""
        tree = self.annotation.tree
        for k in tree.kids(token, "nmod", "obl", "appos", "acl"):
            if any(tree.cases[k].startswith(m) for m in _MEMBERS):
                for member in tree.conjuncts(k):
                    yield from self._search(member, types, (*path, token), measures, depth - 1)

    def _is_class_word(self, span: Span) -> bool:
        """Tell whether a span may be said of something named: a class noun, "critical minerals", "a rare earth" beside a name."""
        if span.kind == "nominal":
            return True
        if span.mention.type not in THINGS:
            return False
        tree, head = self.annotation.tree, span.head
        label = tree.labels[head]
        counted = tree.has(head, "det") or self.annotation.doc[head].tag_ == "NNS"
        beside = label in {"appos", "conj"} and counted  # "five elements — holmium, erbium" has no class in holmium
        return self._is_collective(span) or beside or label in {"ROOT", "xcomp", "acl:relcl"}

    def is_general(self, span: Span) -> bool:
        """Tell whether a span says no more of a thing than that it is one: "metals", "compounds", "critical minerals"."""
        bare = span.end - span.start == 1 and self._lemma(span.head) in self._transparent
        return bare or self._is_collective(span)

    def _is_collective(self, span: Span) -> bool:
        """Tell whether a span names a class for what it is good for: "critical minerals", and not "rare earths"."""
        name = self.names.get(span.mention.entity or "")
        last = name.label.split()[-1].lower() if name else self._lemma(span.head) + "s"
        return last in self.lexicon.set("transparent", "collective")

    def _named(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...]
    ) -> list[Filler]:
        """Whom a class noun is said of: "Lynas, a miner" for "miner", "MP Materials is the company" for "company"."""
        found = []
        for k in self.arguments.roles(token).get("subj", ()):
            k = self._said_of(token, k)
            span = self.span_at.get(k)
            if (
                span is not None
                and span.head == k
                and (span.kind == "name" or span.is_reference)
                and span.mention.type in types
            ):
                found.append(Filler(span, path, measures))
        return found

    def _appositions(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int
    ) -> Iterator[Filler]:
        for k in self.annotation.tree.kids(token, "appos"):
            yield from self._search(k, types, (*path, token), measures, depth - 1)

    def _inside(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int
    ) -> Iterator[Filler]:
        """Step from a noun that is no mention of the types to what it is about."""
        tree = self.annotation.tree
        members = list(self._members(token, types, path, measures, depth + 1))
        if members:
            yield from members
            return
        lemma = self._lemma(token)
        counted = token in self.annotation.measure_at
        see_through = counted or lemma in self._transparent
        if types & THINGS and (see_through or token not in self.span_at):
            yield from self._modifiers(token, types, path, measures, depth)
        elif lemma in self._groups or counted:
            for k in tree.children[token]:
                belongs = tree.cases[k] == "of" or (
                    tree.labels[k].split(":")[0] in {"nmod", "compound", "amod"}
                    and not tree.cases[k]
                    and k in self.span_at
                )
                for member in tree.conjuncts(k) if belongs else ():
                    yield from self._search(member, types, path, measures, depth)
        for k in tree.kids(token, "appos"):
            yield from self._search(k, types, path, measures, depth)

    def _modifiers(
        self, token: int, types: frozenset[str], path: tuple[int, ...], measures: tuple[Measure, ...], depth: int
    ) -> Iterator[Filler]:
        tree = self.annotation.tree
        for k in tree.children[token]:
            label, case = tree.labels[k].split(":")[0], tree.cases[k]
            if (label in {"nmod", "obl"} and case in {"of", "for", "in"}) or (
                label in {"compound", "amod", "nmod", "appos"} and not case and k != token
            ):
                if label == "amod" and k not in self.span_at:
                    continue
                for member in tree.conjuncts(k):
                    yield from self._search(member, types, path, measures, depth)


def _distinct(fillers: Sequence[Filler]) -> list[Filler]:
    """Drop repeated mentions; the first way to a mention is kept."""
    found: dict[tuple[int, int, int], Filler] = {}
    for filler in fillers:
        share = next((m.start for m in filler.measures if m.kind == "share"), -1)
        found.setdefault((filler.span.start, filler.span.end, share), filler)
    return list(found.values())
