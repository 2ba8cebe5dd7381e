"""What the tests of annotating share: the stage itself, its word lists, and documents whose tree is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.annotate.gazetteer import Gazetteer
from kg.annotate.measures import MeasureGrammar
from kg.annotation import Annotation
from kg.model import Document, Run
from kg.ontology import Ontology, load_measure_words
from kg.pipeline import Stages

Annotate = Callable[[str], Annotation]
Parsed = Callable[..., Doc]


@pytest.fixture(scope="session")
def annotate(stages: Stages) -> Annotate:
    """Return a function from a text to its annotation by the pipeline that ships."""

    def run(text: str) -> Annotation:
        runs = (Run(0, 0, len(text)),)
        return stages.annotator.annotate(Document("article", "article.txt", text, text, (), runs, "0" * 64))

    return run


@pytest.fixture(scope="session")
def gazetteer(ontology: Ontology) -> Gazetteer:
    return Gazetteer(ontology.names)


@pytest.fixture(scope="session")
def grammar() -> MeasureGrammar:
    return MeasureGrammar(load_measure_words())


@pytest.fixture(scope="session")
def parsed() -> Parsed:
    """Return a function from rows "word lemma POS TAG head label" (heads counted from 1, 0 for a root) to a `Doc`."""
    vocab = spacy.blank("en").vocab

    def build(table: str, entities: Iterable[tuple[int, int, str]] = ()) -> Doc:
        rows = [line.split() for line in table.strip().splitlines()]
        words, lemmas, pos, tags, heads, labels = (list(column) for column in zip(*rows, strict=True))
        doc = Doc(
            vocab,
            words=words,
            lemmas=lemmas,
            pos=pos,
            tags=tags,
            heads=[int(h) - 1 if h != "0" else i for i, h in enumerate(heads)],
            deps=labels,
        )
        doc.set_ents([Span(doc, start, end, label=label) for start, end, label in entities])
        return doc

    return build
