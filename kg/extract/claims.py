"""From a match to a claim: what its passage says of modality, qualifiers and ends, and where it says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.annotation import Annotation
from kg.extract.attribution import attribution_of
from kg.extract.description import describe
from kg.extract.fillers import Filler
from kg.extract.frames import Frame, Lexicon
from kg.extract.modality import ModalityReader
from kg.extract.qualifiers import NUMBERS, Match, QualifierReader
from kg.model import Claim, Evidence, Mention, Modality
from kg.ontology import Ontology

CHOSEN = frozenset({"amount", "share", "quantity", "time", "commodity", "stage"})
_YEAR = re.compile(r"[0-9]{4}")
_MODIFIERS = frozenset({"det", "amod", "compound", "nummod", "advmod", "nmod:poss"})


@dataclass(frozen=True)
class Choice:
    """What was chosen for a claim from outside: qualifiers of the kinds in `CHOSEN`, the words that say them, and modality."""

    qualifiers: Mapping[str, Any]
    words: frozenset[int]
    modality: Modality


@dataclass(frozen=True)
class ClaimReader:
    """Reads the claims of matches in one annotated document."""

    annotation: Annotation
    ontology: Ontology
    lexicon: Lexicon
    modality: ModalityReader
    qualifiers: QualifierReader

    def claims(self, match: Match, choice: Choice | None = None) -> Iterator[Claim]:
        """Yield the claim of a match, and one for each other commodity of a list: "exports tin and zinc to Japan".

        A number is said of the list as a whole.
        """
        claim = self.claim(match, choice)
        if claim is None:
            return
        yield claim
        said = dict(claim.qualifiers)
        first = self.qualifiers.commodity(match)
        if (
            first is None
            or said.get("commodity") != first.mention.text
            or "commodity" not in self.ontology.relations[claim.relation].for_each
            or said.keys() & set(NUMBERS)
        ):
            return
        for span in self.qualifiers.listed_with(first, match):
            qualifiers = said | {"commodity": span.mention.text}
            evidence = self._evidence(match, [first.start, first.end - 1, span.start, span.end - 1])
            obj = claim.object
            if obj.type == "policy":  # a tariff on tin, a tariff on zinc
                obj = replace(obj, name=obj.name.replace(first.mention.text, span.mention.text))
            yield replace(claim, object=obj, qualifiers=tuple(sorted(qualifiers.items())), evidence=evidence)

    def claim(self, match: Match, choice: Choice | None = None) -> Claim | None:
        """Return the claim of a match, None where the passage says no such thing; `choice` overrules what syntax says."""
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
        if choice:
            qualifiers = {k: v for k, v in qualifiers.items() if k not in CHOSEN} | dict(choice.qualifiers)
        modality = choice.modality if choice else self.modality_of(match)
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
        if obj.type == "commodity":
            qualifiers.pop("commodity", None)
        return Claim(
            relation=frame.relation,
            subject=subject,
            object=obj,
            modality=modality,
            evidence=self._evidence(match, choice.words if choice else self.qualifiers.said_at(match)),
            frame=frame.name,
            confidence=frame.confidence,
            qualifiers=tuple(sorted((k, v) for k, v in qualifiers.items() if k in allowed)),
            attribution=attribution_of(self.annotation, match.trigger, self.lexicon),
        )

    def _is_to_come(self, time: str) -> bool:
        """Tell whether a time begins, or a deadline ends, in a year after that of the article's publication."""
        published = self.annotation.document.published
        year = _YEAR.match(time.removeprefix("by ").removeprefix("from "))
        return bool(published and year and year[0] > published[:4])

    def modality_of(self, match: Match) -> Modality:
        """Return the modality of the passage, unless the frame says it: "asserted" for what is presupposed, others as the least.

        What holds by the "existence" of a thing is planned where the thing is yet to be made, whatever else the clause says.
        """
        said = match.frame.modality
        if said == "asserted":
            return "asserted"
        if self._is_in_phrase(match):
            return self.modality.read_phrase(match.subject.span.head, match.object.span.head)
        if said == "existence":
            return self.modality.read_existence(match.trigger, match.subject.span.head, match.object.span.head)
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
            and (governor := self.qualifiers.fillers.arguments.supporting_verb(match.trigger))
        ):
            read = match.frame.support_modality.get(self.annotation.doc[governor[0]].lemma_.lower(), read)
        return said if said is not None and (read == "asserted" or said == "negated") else read

    def _is_in_phrase(self, match: Match) -> bool:
        """Tell whether a phrase alone says it, whatever the clause does with it: where a named mine is, who "X, a miner" is."""
        subject, obj, tree = match.subject.span, match.object.span, self.annotation.tree
        if match.frame.modality == "existence":
            return any(
                s.head == match.trigger and s.kind == "name" and s.mention.type == "facility" for s in (subject, obj)
            )
        named = tree.first_conjunct(subject.head)
        return "class" in match.frame.object and tree.heads[named] == match.trigger and tree.labels[named] == "appos"

    def _says_nothing(self, name: str, qualifiers: dict[str, Any]) -> bool:
        """Tell whether a class is too general to be a claim ("a company"), unless it is ranked; being a subsidiary never is one."""
        word = name.rsplit(maxsplit=1)[-1].lower()
        singular = word.removesuffix("s")
        relational, bare = self.lexicon.set("kinds", "relational"), {word, singular} & self.lexicon.set("kinds", "bare")
        if {word, singular} & relational or (bare and relational & set(name.lower().split())):
            return True  # "a parent company" is one only to another
        return " " not in name and bool(bare) and "rank" not in qualifiers

    def _end(self, filler: Filler, frame: Frame, side: str) -> Mention:
        """The mention as a claim's end; class nouns are described ("rare earth producer") rather than copied."""
        span = filler.span
        told = span.mention.type == "policy" and span.mention.entity is None and span.mention.text.islower()
        if (span.kind == "nominal" or told) and not span.is_reference:
            plain = side == "object" and "class" in frame.object
            return replace(span.mention, name=describe(self.annotation, span, self.lexicon, plain))
        return span.mention

    def _evidence(self, match: Match, qualifiers: Iterable[int]) -> Evidence:
        """The shortest run of whole words that holds trigger, ends, qualifiers, and what was passed on the way."""
        doc = self.annotation.doc
        sentence = doc[match.trigger].sent
        tokens = {match.trigger, *match.subject.path, *match.object.path, *qualifiers}
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


def _share_fits(frame: Frame, qualifiers: dict[str, Any]) -> bool:
    if frame.share is None or "share" not in qualifiers:
        return frame.share != "whole"
    whole: bool = qualifiers["share"]["min"] == 1
    return whole == (frame.share != "part")
