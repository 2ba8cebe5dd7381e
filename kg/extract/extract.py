"""Annotated document to claims: frames and the learned model propose, one place decides, and a fact is claimed once."""

from __future__ import annotations

from dataclasses import dataclass

from kg.annotation import Annotation
from kg.extract.decide import EVERYTHING, Decider, Parts
from kg.extract.facts import one_a_fact, presupposed_once
from kg.extract.frames import FrameSet
from kg.extract.reading import Reading
from kg.extract.relations import RelationModel
from kg.model import Claim
from kg.ontology import Ontology


@dataclass(frozen=True)
class Extractor:
    """What extracting needs: the ontology's relations, the frames that evoke them, and the learned model if there is one."""

    ontology: Ontology
    frames: FrameSet
    model: RelationModel | None = None
    parts: Parts = EVERYTHING

    def extract(self, annotation: Annotation) -> list[Claim]:
        """Return the claims of an annotated document in text order.

        Frames alone find them if there is no model, or if the document was read by another pipeline than the model's.
        """
        reading = Reading.of(annotation, self.ontology, self.frames)
        if self.model is not None and self.model.fits(annotation):
            claims = Decider(self.model, self.ontology, self.frames, self.parts).claims(reading)
        else:
            claims = [claim for match, _ in reading.found_by_frames() for claim in reading.reader.claims(match)]
        claims += reading.said_again(claims)
        return presupposed_once(one_a_fact(claims), self.frames, annotation.document)
