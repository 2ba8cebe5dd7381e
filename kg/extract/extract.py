"""Annotated document to claims: every frame at every trigger, then one claim a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from spacy.tokens import Token

from kg.annotation import Annotation, Span
from kg.extract.arguments import Arguments
from kg.extract.attribution import attribution_of
from kg.extract.description import describe
from kg.extract.fillers import Filler, Fillers
from kg.extract.frames import Frame, FrameSet
from kg.extract.gapping import Gapping
from kg.extract.modality import ModalityReader
from kg.extract.qualifiers import NUMBERS, Match, QualifierReader, equal_but_for_detail
from kg.model import Claim, Evidence, Mention, Modality
from kg.ontology import Ontology

_YEAR = re.compile(r"[0-9]{4}")
_CLOSING = " \n\t\"”’')"
_THINGS = frozenset({"commodity", "product"})
_MODIFIERS = frozenset({"det", "amod", "compound", "nummod", "advmod", "nmod:poss"})
# More members on both sides at once are a sign of a list that the parser took apart.
_MANY = 3


@dataclass(frozen=True)
class Extractor:
    """What extracting needs: the ontology's relations and the frames that evoke them."""

    ontology: Ontology
    frames: FrameSet

    def extract(self, annotation: Annotation) -> list[Claim]:
        """Return the claims of an annotated document in text order."""
        return _Reading(annotation, self.ontology, self.frames).claims()


class _Reading:
    """One pass over one document."""

    def __init__(self, annotation: Annotation, ontology: Ontology, frames: FrameSet) -> None:
        self.annotation = annotation
        self.ontology = ontology
        self.frames = frames
        counted = {i for i, m in annotation.measure_at.items() if m.kind in NUMBERS}
        self.arguments = Arguments(annotation.tree, frames.lexicon.support, frozenset(counted))
        self.fillers = Fillers(annotation, self.arguments, frames.lexicon, ontology.names)
        self.modality = ModalityReader(annotation.tree, self.arguments, frames.lexicon)
        self.qualifiers = QualifierReader(self.fillers, ontology)
        self.gapping = Gapping(self.fillers, self.qualifiers)
        self.orphans: list[tuple[Frame, int, Filler]] = []

    def claims(self) -> list[Claim]:
        found = [claim for match in self._matches() if (claim := self._claim(match))]
        found += list(self._said_again(found))
        return self._presupposed_once(_one_a_fact(found))

    def _said_again(self, claims: list[Claim]) -> Iterator[Claim]:
        """Claims whose subject is left out because the event was told before: "the investment in MP Materials"."""
        spans = {(s.mention.start, s.mention.end): s for s in self.annotation.spans}
        for frame, i, obj in self.orphans:
            for claim in claims:
                subject = spans.get((claim.subject.start, claim.subject.end))
                if (
                    claim.relation == frame.relation
                    and claim.object.name == obj.span.mention.name
                    and subject
                    and subject.end <= i
                ):
                    again = self._claim(Match(frame, i, Filler(subject, ()), obj))
                    if again:
                        yield again
                    break

    def _is_definite(self, i: int) -> bool:
        tree = self.annotation.tree
        return any(self.annotation.doc[k].lower_ in {"the", "this", "that"} for k in tree.kids(i, "det"))

    def _presupposed_once(self, claims: list[Claim]) -> list[Claim]:
        """Keep the first of repeated claims of frames that count once, in the headline and in the body."""
        once = {frame.name for frame in self.frames.frames if frame.once}
        blocks = self.annotation.document.blocks
        headline = (
            self.annotation.document.source_span(blocks[0].start, blocks[0].end)[1]
            if blocks and blocks[0].kind == "title"
            else -1
        )
        seen: set[tuple[str, str, str, bool]] = set()
        kept = []
        for claim in claims:
            key = (claim.relation, claim.subject.name, claim.object.name, claim.evidence.start < headline)
            if claim.frame not in once or key not in seen:
                kept.append(claim)
            if claim.frame in once:
                seen.add(key)
        return kept

    def _matches(self) -> Iterator[Match]:
        for sentence in self.annotation.doc.sents:
            if sentence.text.rstrip(_CLOSING).endswith("?"):
                continue  # a question says nothing
            found = [m for token in sentence for frame in self._frames_at(token.i) for m in self._fit(frame, token.i)]
            yield from self.gapping.complete(found)

    def _frames_at(self, i: int) -> Iterator[Frame]:
        token = self.annotation.doc[i]
        index = self.frames.by_trigger
        span = self.fillers.span_at.get(i)
        if span is not None and span.head == i and span.mention.type:
            yield from index.get(("mentions", span.mention.type), ())
        if span is not None and span.kind == "name" and not _may_evoke(span, token):
            return
        kind = {
            "VERB": "verbs",
            "AUX": "verbs",
            "NOUN": "nouns",
            "PROPN": "nouns",
            "ADJ": "adjectives",
            "ADV": "adjectives",
        }.get(token.pos_)
        if kind is None:
            return
        seen: set[str] = set()
        for key in sorted(self._trigger_keys(i)):
            kinds = {kind, "adjectives"} if "-" in key else {kind}  # "state-owned" is tagged as a verb
            for frame in [f for k in sorted(kinds) for f in index.get((k, key), ())]:
                if frame.name not in seen and self._admits(frame, i):
                    seen.add(frame.name)
                    yield frame

    def _trigger_keys(self, i: int) -> set[str]:
        """How a frame may write the word at `i`: its lemma or form, with its particle, or with the word it is joined to."""
        doc, tree = self.annotation.doc, self.annotation.tree
        lemma, form = doc[i].lemma_.lower(), doc[i].lower_
        particle = next((doc[k].lower_ for k in tree.kids(i, "compound:prt")), None)
        if particle:
            return {f"{lemma} {particle}"}
        keys = {lemma, form}
        if i > 1 and doc[i - 1].tag_ == "HYPH":
            keys |= {f"{doc[i - 2].lower_}-{word}" for word in (lemma, form)}
        if i > 0 and tree.heads[i - 1] == i and tree.labels[i - 1] in {"compound", "amod"}:
            keys.add(f"{doc[i - 1].lower_} {lemma}")
        return keys

    def _admits(self, frame: Frame, i: int) -> bool:
        """Tell whether voice and supporting verb are as the frame asks."""
        if frame.passive is not None and frame.passive != self.arguments.is_passive(i):
            return False
        if frame.with_object and not frame.with_object & self._object_lemmas(i):
            return False
        if not frame.support and not frame.without_support:
            return True
        governor = self.arguments.supporting_verb(i)
        lemma = self.annotation.doc[governor[0]].lemma_.lower() if governor else ""
        return lemma not in frame.without_support and (not frame.support or lemma in frame.support)

    def _object_lemmas(self, i: int) -> set[str]:
        return {self.annotation.doc[k].lemma_.lower() for k in self.arguments.roles(i).get("obj", ())}

    def _fit(self, frame: Frame, i: int) -> Iterator[Match]:
        if frame.pair:
            yield from self._pairs(frame, i)
            return
        subjects = self._in_roles(i, frame.subject, frame.subject_types)
        objects = self._in_roles(i, frame.object, frame.object_types, frame.focus.get("object"))
        objects = [o for o in objects if self._takes(frame, o)]
        if not subjects and objects and "subject" in frame.focus:
            subjects = self.fillers.in_focus(i, frame.focus["subject"], objects[0].span)
        if not objects and subjects and "object" in frame.focus:
            objects = self.fillers.in_focus(i, frame.focus["object"], subjects[0].span)
        if objects and not subjects and "nouns" in frame.triggers and self._is_definite(i):
            self.orphans += [(frame, i, o) for o in objects]
        if len(subjects) > _MANY < len(objects):
            return
        for subject in subjects:
            for obj in objects:
                if self._distinct_ends(subject.span, obj.span) and (
                    "class" not in frame.object or self._is_class_of(obj, subject, "subj" in frame.subject)
                ):
                    yield Match(frame, i, subject, obj)

    def _takes(self, frame: Frame, obj: Filler) -> bool:
        doc = self.annotation.doc
        passed = {doc[i].lemma_.lower() for i in obj.path}
        transparent = self.frames.lexicon.set("transparent", "nouns")
        if frame.only_transparent and any(
            doc[i].pos_ in {"NOUN", "PROPN"} and doc[i].lemma_.lower() not in transparent for i in obj.path
        ):
            return False
        return doc[obj.span.head].lemma_.lower() not in frame.without_object and not passed & frame.not_through

    def _distinct_ends(self, a: Span, b: Span, listed: bool = False) -> bool:
        """Tell whether two spans can be the ends of one claim: they are apart, name different things, and no list has both."""
        overlap = a.start < b.end and b.start < a.end and not b.mention.rule.startswith("affiliation")
        if overlap or a.mention.name == b.mention.name:
            return False
        if a.mention.entity and a.mention.entity == b.mention.entity:
            return False
        tree = self.annotation.tree
        return listed or tree.first_conjunct(a.head) != tree.first_conjunct(b.head) or a.head == b.head

    def _is_class_of(self, kind: Filler, thing: Filler, known: bool) -> bool:
        """Tell whether one mention can be the class of another: a noun phrase of its type, or a commodity.

        `known` asks that the hierarchy of commodities does not gainsay it, where the syntax alone is weak evidence.
        """
        a, b = kind.span, thing.span
        tree = self.annotation.tree
        turned_round = tree.labels[a.head] == "nsubj" and tree.first_conjunct(b.head) == tree.heads[a.head]
        if turned_round or (b.kind == "nominal" and not b.is_reference):
            return False
        if a.kind == "nominal" and not a.is_reference:
            trading = self.annotation.doc[a.head].lemma_.lower() in self.frames.lexicon.set("kinds", "of_any_actor")
            return a.mention.type == b.mention.type or (trading and a.mention.type == "company")
        if not {a.mention.type, b.mention.type} <= _THINGS or a.mention.entity is None:
            return False
        return not known or b.mention.entity is None or a.mention.entity in self._broader(b.mention.entity)

    def _broader(self, entity: str) -> set[str]:
        """All that is above an entity in the hierarchy of commodities and products."""
        found: set[str] = set()
        todo = [entity]
        while todo:
            name = self.ontology.names.get(todo.pop())
            new = set(name.broader) - found if name else set()
            found |= new
            todo += new
        return found

    def _pairs(self, frame: Frame, i: int) -> Iterator[Match]:
        for role in frame.pair:
            found = self.fillers.in_role(i, role, frame.subject_types | frame.object_types)
            if len(found) > 1:
                for other in found[1:]:
                    if self._distinct_ends(found[0].span, other.span, listed=True):
                        yield Match(frame, i, found[0], other)
                return

    def _in_roles(
        self, i: int, roles: Iterable[str], types: frozenset[str], focus: frozenset[str] | None = None
    ) -> list[Filler]:
        for role in roles:
            found = self.fillers.in_role(i, role, types, focus)
            if found:
                return found
        return []

    def _claim(self, match: Match) -> Claim | None:
        frame = match.frame
        if self.modality.is_obligation(match.trigger):
            return None
        qualifiers = self.qualifiers.read(match)
        if (
            not frame.requires <= qualifiers.keys()
            or frame.unless & qualifiers.keys()
            or not _share_fits(frame, qualifiers)
        ):
            return None
        modality = self._modality(match)
        if modality == "asserted" and self._is_to_come(qualifiers.get("time", "")):
            modality = "planned"
        allowed = self.ontology.relations[frame.relation].qualifiers
        subject, obj = (
            self._end(filler, frame, side) for filler, side in ((match.subject, "subject"), (match.object, "object"))
        )
        if subject.name.casefold() == obj.name.casefold() or (
            "class" in frame.object and self._says_nothing(obj.name, qualifiers)
        ):
            return None
        return Claim(
            relation=frame.relation,
            subject=subject,
            object=obj,
            modality=modality,
            evidence=self._evidence(match),
            frame=frame.name,
            confidence=frame.confidence,
            qualifiers=tuple(sorted((k, v) for k, v in qualifiers.items() if k in allowed)),
            attribution=attribution_of(self.annotation, match.trigger, self.frames.lexicon),
        )

    def _is_to_come(self, time: str) -> bool:
        """Tell whether a time begins, or a deadline ends, in a year after that of the article's publication."""
        published = self.annotation.document.published
        year = _YEAR.match(time.removeprefix("by "))
        return bool(published and year and year[0] > published[:4])

    def _modality(self, match: Match) -> Modality:
        """The modality of the passage, unless the frame says it: "asserted" for what is presupposed, others as the least."""
        said = match.frame.modality
        if said == "asserted":
            return "asserted"
        if (
            match.subject.span.kind == "name"
            and "mentions" in match.frame.triggers
            and "class" not in match.frame.object
        ):
            return self.modality.read_phrase(match.subject.span.head, match.object.span.head)
        ends = (match.subject.span.head, match.object.span.head)
        read = self.modality.read(match.trigger, *ends, *match.object.path)
        if (
            read == "asserted"
            and match.frame.support_modality
            and (governor := self.arguments.supporting_verb(match.trigger))
        ):
            read = match.frame.support_modality.get(self.annotation.doc[governor[0]].lemma_.lower(), read)
        return said if said is not None and (read == "asserted" or said == "negated") else read

    def _says_nothing(self, name: str, qualifiers: dict[str, Any]) -> bool:
        """Tell whether a class is too general to be a claim ("a company"), unless it is ranked; being a subsidiary never is one."""
        word = name.rsplit(maxsplit=1)[-1].lower()
        singular = word.removesuffix("s")
        if {word, singular} & self.frames.lexicon.set("kinds", "relational"):
            return True
        return (
            " " not in name
            and bool({word, singular} & self.frames.lexicon.set("kinds", "bare"))
            and "rank" not in qualifiers
        )

    def _end(self, filler: Filler, frame: Frame, side: str) -> Mention:
        """The mention as a claim's end; class nouns are described ("rare earth producer") rather than copied."""
        span = filler.span
        if span.kind == "nominal" and not span.is_reference:
            plain = side == "object" and "class" in frame.object
            return replace(span.mention, name=describe(self.annotation, span, self.frames.lexicon, plain))
        return span.mention

    def _evidence(self, match: Match) -> Evidence:
        """The shortest run of whole words that holds trigger, ends in the sentence, and what was passed on the way."""
        doc = self.annotation.doc
        sentence = doc[match.trigger].sent
        tokens = {match.trigger, *match.subject.path, *match.object.path, *self.qualifiers.said_at(match)}
        for span in (match.subject.span, match.object.span):
            tokens |= {span.start, span.end - 1}
        inside = [i for i in tokens if sentence.start <= i < sentence.end]
        start, end = self._whole_phrase(min(inside), max(inside), sentence.start, sentence.end)
        document = self.annotation.document
        first, last = document.source_span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))
        return Evidence(document.name, first, last, document.source[first:last])

    def _whole_phrase(self, start: int, last: int, least: int, most: int) -> tuple[int, int]:
        """Widen a run of words by the modifiers before it, and to the noun that its last word modifies."""
        doc, tree = self.annotation.doc, self.annotation.tree
        while (
            start - 1 >= least
            and tree.labels[start - 1] in _MODIFIERS
            and tree.heads[start - 1] >= start
            and not doc[start - 1].is_punct
        ):
            start -= 1
        while tree.labels[last] in _MODIFIERS and last < tree.heads[last] < most:
            last = tree.heads[last]
        return start, last + 1


def _may_evoke(span: Span, token: Token) -> bool:
    """Tell whether a word of a name may evoke a frame: a title before a person's, a common noun that names a measure."""
    if span.mention.type == "person":
        return token.i < span.end - 1
    return span.mention.type == "policy" and token.is_lower


def _share_fits(frame: Frame, qualifiers: dict[str, Any]) -> bool:
    if frame.share is None or "share" not in qualifiers:
        return frame.share != "whole"
    whole: bool = qualifiers["share"]["min"] == 1
    return whole == (frame.share != "part")


def _one_a_fact(claims: list[Claim]) -> list[Claim]:
    """Merge claims of one sentence that say the same: the one with more qualifiers stays, with the other's besides."""
    kept: list[Claim] = []
    for claim in sorted(
        claims, key=lambda c: (-len(c.qualifiers), -c.confidence, c.evidence.start, c.evidence.end, c.frame)
    ):
        for i, other in enumerate(kept):
            if _same_fact(claim, other) and equal_but_for_detail(dict(claim.qualifiers), dict(other.qualifiers)):
                merged: dict[str, Any] = dict(claim.qualifiers) | dict(other.qualifiers)
                kept[i] = replace(
                    other, qualifiers=tuple(sorted(merged.items())), confidence=max(other.confidence, claim.confidence)
                )
                break
        else:
            kept.append(claim)
    return sorted(
        kept, key=lambda c: (c.evidence.start, c.evidence.end, c.relation, c.subject.start, c.object.start, c.frame)
    )


def _same_fact(a: Claim, b: Claim) -> bool:
    if a.relation != b.relation or a.evidence.end <= b.evidence.start or b.evidence.end <= a.evidence.start:
        return False
    if a.relation == "controls_share" and any(k == "share" for k, _ in a.qualifiers) != any(
        k == "share" for k, _ in b.qualifiers
    ):
        return False  # "dominates, with 80% of processing" is a verbal claim and a number
    same = (a.subject.name, a.object.name) == (b.subject.name, b.object.name)
    swapped = a.relation == "agrees_with" and (a.subject.name, a.object.name) == (b.object.name, b.subject.name)
    return same or swapped
