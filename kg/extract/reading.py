"""One annotated document being read by frames: what finds matches in it, and what makes claims of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.annotation import Annotation
from kg.extract.arguments import Arguments
from kg.extract.claims import ClaimReader
from kg.extract.fillers import Filler, Fillers
from kg.extract.frames import FrameSet
from kg.extract.matching import Matcher
from kg.extract.modality import ModalityReader
from kg.extract.qualifiers import NUMBERS, Match, QualifierReader
from kg.model import Claim
from kg.ontology import Ontology


@dataclass(frozen=True)
class Reading:
    """One document being read: what finds matches in it, and what makes claims of them."""

    annotation: Annotation
    fillers: Fillers
    matcher: Matcher
    reader: ClaimReader

    @classmethod
    def of(cls, annotation: Annotation, ontology: Ontology, frames: FrameSet) -> Reading:
        """Prepare the reading of a document."""
        counted = frozenset(i for i, m in annotation.measure_at.items() if m.kind in NUMBERS)
        arguments = Arguments(annotation.tree, frames.lexicon.support, counted)
        fillers = Fillers(annotation, arguments, frames.lexicon, ontology.names)
        qualifiers = QualifierReader(fillers, ontology, frames.naming)
        people = frozenset(s.head for s in annotation.spans if s.mention.type == "person")
        modality = ModalityReader(annotation.tree, arguments, frames.lexicon, people)
        return cls(
            annotation,
            fillers,
            Matcher(annotation, ontology, frames, fillers, qualifiers),
            ClaimReader(annotation, ontology, frames.lexicon, modality, qualifiers),
        )

    def found_by_frames(self) -> list[tuple[Match, Claim]]:
        """Return the matches of frames that are claims, with the claims."""
        return [(m, claim) for m in self.matcher.matches() if (claim := self.reader.claim(m)) is not None]

    def said_again(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """Yield claims whose subject is left out because the event was told before: "the investment in MP Materials"."""
        spans = {(s.mention.start, s.mention.end): s for s in self.annotation.spans}
        for frame, i, obj in self.matcher.orphans:
            for claim in claims:
                subject = spans.get((claim.subject.start, claim.subject.end))
                if (
                    claim.relation == frame.relation
                    and claim.object.name == obj.span.mention.name
                    and subject
                    and subject.end <= i
                ):
                    again = self.reader.claim(Match(frame, i, Filler(subject, ()), obj))
                    if again:
                        yield again
                    break
