"""Builds in which the language pipeline's work is replayed: all else is what `kg build` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.config import DEFAULT_BASE
from kg.jobs import Begun, Job, Outcome, ReadFile, Told, Unchanged
from kg.model import Document, Linked
from kg.ontology import load_ontology
from kg.read import read_documents
from kg.shingles import sketch_document
from kg.stages import load_asserter
from kg.vocab import LODE

VERSIONS = {"lodestone": "replayed", "ontology": "replayed", "pipeline": "replayed"}


@dataclass(frozen=True)
class Replay:
    """Loads what reads a file of one article: `parsed` gives what is found in it, `keeps_text` tells to keep its text."""

    parsed: Callable[[Document], Linked]
    keeps_text: bool = False

    def __call__(self) -> ReadFile:
        """Return what reads a file."""
        asserter = load_asserter(load_ontology(), VERSIONS, DEFAULT_BASE)

        def read(job: Job) -> Iterator[Outcome]:
            (document,) = read_documents(job.path, job.max_bytes, job.name)
            yield Begun(0, document.name)
            graph, ledger = asserter.graph(document), asserter.ledger(document)
            if job.known.get(graph.value) == {key.value.removeprefix(LODE): value.value for _, key, value in ledger}:
                yield Unchanged(graph, document.location)
                return
            triples = tuple(asserter.triples(self.parsed(document)))
            text = document.source if self.keeps_text else ""
            yield Told(graph, document.location, triples, tuple(ledger), text, sketch_document(document), {})

        return read
