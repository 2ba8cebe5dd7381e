"""What the tests of extraction share: a text annotated and read by frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.annotation import Annotation
from kg.extract.reading import Reading
from kg.model import Block, Document, Linked, Run
from kg.pipeline import Stages


def as_document(text: str) -> Document:
    """Return a text of one paragraph as a document."""
    blocks, runs = (Block("paragraph", 0, len(text)),), (Run(0, 0, len(text)),)
    return Document("a", "a.txt", text, text, blocks, runs, "0" * 64)


@pytest.fixture(scope="session")
def annotate(stages: Stages) -> Callable[[str], Annotation]:
    """Annotate a text."""
    return lambda text: stages.annotator.annotate(as_document(text))


@pytest.fixture(scope="session")
def read_by_frames(stages: Stages, annotate: Callable[[str], Annotation]) -> Callable[[str], Reading]:
    """Prepare the reading of a text."""
    extractor = stages.extractor
    return lambda text: Reading.of(annotate(text), extractor.ontology, extractor.frames)


@pytest.fixture
def read(stages: Stages, document: Callable[[str], Document]) -> Callable[[str], Linked]:
    """Read a text with frames alone: what a frame finds is so, what the learned model adds is a matter of degree."""
    by_frames = replace(stages, extractor=replace(stages.extractor, model=None))
    return lambda text: by_frames.read(document(text))
