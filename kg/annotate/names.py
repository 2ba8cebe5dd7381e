"""Names in a text: what the gazetteer knows, joined with what the language pipeline finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc

from kg.annotate.gazetteer import Gazetteer, Hit
from kg.annotate.spans import make_span
from kg.annotation import Span
from kg.ontology import LabelKind, Name, Ontology
from kg.tree import Tree

_RULES: Mapping[LabelKind, str] = {
    "label": "name",
    "alias": "alias",
    "slip": "known slip",
    "demonym": "demonym",
    "metonym": "metonym",
    "formula": "formula",
    "ambiguous": "name confirmed by the language pipeline",
}
_BY_PIPELINE = "language pipeline"
_ALIKE = (
    frozenset({"company", "organization", "government_body"}),
    frozenset({"country", "region", "facility"}),
    frozenset({"commodity", "product"}),
)
_ARTICLES = frozenset({"the", "a", "an"})
_POSSESSIVE = frozenset({"'s", "’s", "'", "’"})
_ACTOR_LABELS = frozenset({"nmod:poss", "obl:agent", "iobj", "obj"})
_ACTOR_CASES = frozenset({"with", "from", "between", "on", "against", "by"})
_BEFORE_NOUN = frozenset({"compound", "flat", "nmod", "nmod:unmarked", "nmod:desc", "amod"})


@dataclass(frozen=True)
class NameFinder:
    """Finds the names in one document."""

    doc: Doc
    tree: Tree
    gazetteer: Gazetteer
    ontology: Ontology

    @cached_property
    def _tagged(self) -> dict[tuple[int, int], str]:
        """The type that the pipeline gives each span that it takes for a name."""
        others = self.ontology.naming.words["pipeline_types"]
        return {
            (e.start, e.end): others.get(e.label_, e.label_)
            for e in self.doc.ents
            if (e.label_ in others or e.label_.islower()) and not self._is_description(e.start, e.end)
        }

    def _is_description(self, start: int, end: int) -> bool:
        """Tell whether a span describes an actor or facility and does not name it: "Canadian refinery", "maker of wafers"."""
        head = next((i for i in range(start, end) if not start <= self.tree.heads[i] < end), end - 1)
        nouns = {self.doc[i].lemma_.lower() for i in (head, end - 1)}
        return not self.ontology.nouns.keys().isdisjoint(nouns) and all(
            t.is_lower or t.pos_ == "ADJ" or not t.is_alpha or (t.is_sent_start and t.is_title and end - start > 1)
            for t in self.doc[start:end]
        )

    def names(self) -> list[Span]:
        """Return names; the longer span wins, the gazetteer where both find the same, and none overlaps another."""
        found = list(self._known_names())
        taken = {i for s in found for i in range(s.start, s.end)}
        for (start, end), label in sorted(self._tagged.items()):
            start, end = self._trim(start, end)
            if start < end and not taken & set(range(start, end)):
                kind = self._refine(self.doc[start:end].text, label)
                found.append(make_span(self.doc, self.tree, start, end, "name", type=kind, rule=_BY_PIPELINE))
        return [self._with_class_noun(span) for span in found]

    def _known_names(self) -> Iterator[Span]:
        for hit in self.gazetteer.hits(self.doc.text):
            tokens = self.doc.char_span(hit.start, hit.end, alignment_mode="contract")
            if tokens is None or not len(tokens) or (tokens.start_char, tokens.end_char) != (hit.start, hit.end):
                continue
            span = self._known(tokens.start, tokens.end, hit)
            longer = self._longer_name(span) if span else None
            if span and (longer is None or span.mention.type == "person" == self._tagged[longer]):
                yield span
            elif span and longer and longer[0] == span.start and self._is_company_end(span.end, longer[1]):
                known = span.mention
                yield make_span(
                    self.doc, self.tree, *longer, "name",
                    type=known.type, rule=known.rule, entity=known.entity, name=known.name,
                )  # fmt: skip

    def _is_company_end(self, start: int, end: int) -> bool:
        return bool(self.ontology.naming.company_end.fullmatch(" " + self.doc[start:end].text))

    def _known(self, start: int, end: int, hit: Hit) -> Span | None:
        entity, kind = self._choose(start, end, hit)
        if entity is None or kind is None:
            return None
        name = self.gazetteer.names[entity]
        rule = f"{_RULES[kind]} in {name.source}"
        return make_span(
            self.doc, self.tree, start, end, "name", type=name.type, rule=rule, entity=entity, name=name.label
        )

    def _choose(self, start: int, end: int, hit: Hit) -> tuple[str | None, LabelKind | None]:
        """Choose among the bearers of a label by how it stands in the sentence and what the pipeline takes it for."""
        tagged = self._tagged.get((start, end))
        bearers = [
            (entity, kind)
            for entity, kind in hit.bearers
            if kind != "ambiguous" or self._is_supported(self.gazetteer.names[entity], tagged, hit)
        ]
        metonyms = [b for b in bearers if b[1] == "metonym"]
        preferred = metonyms if metonyms and self._acts(start, end) else [b for b in bearers if b[1] != "metonym"]
        agreeing = [b for b in preferred if tagged == self.gazetteer.names[b[0]].type]
        return next(iter(agreeing or preferred), (None, None))

    def _is_supported(self, name: Name, tagged: str | None, hit: Hit) -> bool:
        """Tell whether an ambiguous label stands for `name`: by its type, and for a ministry by the country spoken of."""
        if tagged is None or not _compatible(name.type, tagged):
            return False
        if name.type != "government_body":
            return True
        country = self._country_spoken_of(hit.start)
        return name.place == country or (country is None and len(hit.bearers) == 1)

    def _country_spoken_of(self, at: int) -> str | None:
        """The country named last before the character `at`, else the first after it."""
        before = [country for start, country in self._countries if start < at]
        after = [country for start, country in self._countries if start >= at]
        return next(iter([*reversed(before), *after]), None)

    @cached_property
    def _countries(self) -> list[tuple[int, str]]:
        """Where each country or bloc with government bodies is named, by name or demonym or for its government."""
        return [
            (hit.start, entity)
            for hit in self.gazetteer.hits(self.doc.text)
            for entity, _ in hit.bearers
            if entity in self.gazetteer.governed
        ]

    def _acts(self, start: int, end: int) -> bool:
        """Tell whether a span stands where an actor does: subject, agent, possessor, after "with", "from", "between"."""
        heads = self.tree.heads
        head = next((i for i in range(start, end) if not start <= heads[i] < end or heads[i] == i), start)
        label = self.tree.labels[self.tree.first_conjunct(head)]
        return label.startswith("nsubj") or label in _ACTOR_LABELS or self.tree.cases[head] in _ACTOR_CASES

    def _longer_name(self, span: Span) -> tuple[int, int] | None:
        """Return the longer name that the pipeline found around a hit ("Lynas Malaysia" around "Malaysia"), if any.

        A stage is no part of a commodity's name: "rare earth refining" is the refining of rare earths.
        """
        for (start, end), label in self._tagged.items():
            if not (start <= span.start and span.end <= end and end - start > span.end - span.start):
                continue
            rest = [self.doc[i].lower_ for i in range(start, end) if not span.start <= i < span.end]
            is_stage = label in {"commodity", "product", "sector"} and all(w in self.ontology.stage_words for w in rest)
            is_demonym = span.mention.rule.startswith("demonym") and label == "country"
            if not is_stage and not is_demonym:
                return start, end
        return None

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        """Drop articles, quotes, prepositions and possessive endings at the ends of a found name."""
        doc = self.doc
        while start < end and (doc[start].lower_ in _ARTICLES or doc[start].is_punct or doc[start].is_space):
            start += 1
        while start < end:
            last = doc[end - 1]
            dangling = last.is_space or (last.is_punct and last.text not in {".", ")"}) or last.pos_ == "ADP"
            if last.text not in _POSSESSIVE and not dangling:
                break
            end -= 1
        return start, end

    def _refine(self, text: str, label: str) -> str:
        """Correct the type of a found name by telling words."""
        naming = self.ontology.naming
        if label not in _ALIKE[0] or naming.company_end.search(text):
            return "company" if label in _ALIKE[0] else label
        if naming.of_government.search(text) and label != "government_body":
            return "government_body"
        return "organization" if label == "company" and naming.of_organization.search(text) else label

    def _with_class_noun(self, span: Span) -> Span:
        """Join a place's or facility's name with the class noun after it: "Olympic Dam" + "mine"."""
        after = span.end
        if span.mention.type not in {"region", "facility"} or after >= len(self.doc):
            return span
        noun = self.doc[after]
        is_class = self.ontology.nouns.get(noun.lemma_.lower()) == "facility" and noun.lower_ == noun.text
        if not is_class or self.tree.heads[span.head] != after or self.tree.labels[span.head] not in _BEFORE_NOUN:
            return span
        entity = span.mention.entity if span.mention.type == "facility" else None
        return make_span(
            self.doc, self.tree, span.start, after + 1, "name",
            type="facility", rule=span.mention.rule, entity=entity, name=span.mention.name if entity else None,
        )  # fmt: skip


def _compatible(known: str, tagged: str) -> bool:
    return known == tagged or any({known, tagged} <= group for group in _ALIKE)
