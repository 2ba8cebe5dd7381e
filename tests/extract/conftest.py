"""What the tests of extraction share: a text annotated and read by frames."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.annotation import Annotation
from kg.extract.reading import Reading
from kg.model import Block, Document, Run
from kg.pipeline import Stages


def document(text: str, name: str = "a", published: str | None = None) -> Document:
    """Return a text of one paragraph as a document."""
    blocks, runs = (Block("paragraph", 0, len(text)),), (Run(0, 0, len(text)),)
    return Document(name, f"{name}.txt", text, text, blocks, runs, "0" * 64, published=published)


@pytest.fixture(scope="session")
def annotate(stages: Stages) -> Callable[[str], Annotation]:
    """Annotate a text."""
    return lambda text: stages.annotator.annotate(document(text))


@pytest.fixture(scope="session")
def read_by_frames(stages: Stages, annotate: Callable[[str], Annotation]) -> Callable[[str], Reading]:
    """Prepare the reading of a text."""
    extractor = stages.extractor
    return lambda text: Reading.of(annotate(text), extractor.ontology, extractor.frames)
