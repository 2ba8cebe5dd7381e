"""The stages that one file goes through by itself: to documents, annotations, claims, linked claims, triples.

What comes of a file is told piece by piece, so that a worker can be killed between two pieces and nothing that came
before is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.annotate.annotate import Annotator
from kg.annotate.coreference import ReferenceWords
from kg.annotate.gazetteer import Gazetteer
from kg.annotate.measures import MeasureGrammar
from kg.assertion.quads import Asserter
from kg.assertion.terms import Terms
from kg.config import DEFAULT_BASE, ontology_folder
from kg.errors import LodestoneError, ReadError
from kg.extract.extract import Extractor
from kg.extract.frames import load_frames
from kg.extract.relations import load_relation_model
from kg.jobs import Begun, Job, Outcome, ReadFile, Refused, Told, Unchanged
from kg.language import load_pipeline
from kg.model import Document, Linked
from kg.ontology import load_measure_words, load_ontology, load_toml
from kg.read import keeps_source, read_documents
from kg.resolve.linker import Linker
from kg.shingles import sketch_document
from kg.vocab import LODE

if TYPE_CHECKING:
    from kg.ontology import Ontology

_OUT_OF_MEMORY = (
    "bad_alloc",
    "bad allocation",
    "Failed to allocate memory",
)  # as libraries that are not Python tell it


@dataclass(frozen=True)
class Stages:
    """Everything that the stages need, loaded once."""

    annotator: Annotator
    extractor: Extractor
    linker: Linker
    asserter: Asserter

    @classmethod
    def load(
        cls, versions: Mapping[str, str], model: str | None = None, base: str = DEFAULT_BASE, threads: int = 0
    ) -> Stages:
        """Load pipeline, ontology and frames; raises ModelError or OntologyError."""
        folder = ontology_folder()
        ontology = load_ontology()
        measures = load_measure_words()
        annotator = Annotator(
            nlp=load_pipeline(model, threads),
            ontology=ontology,
            gazetteer=Gazetteer(ontology.names),
            grammar=MeasureGrammar(measures),
            references=ReferenceWords(load_toml(folder / "reference.toml")),
        )
        return cls(
            annotator=annotator,
            extractor=Extractor(
                ontology, load_frames(folder / "frames", ontology), load_relation_model(ontology, model, threads)
            ),
            linker=Linker(ontology),
            asserter=load_asserter(ontology, versions, base),
        )

    def read(self, document: Document) -> Linked:
        """Return all that a document says, linked to entities."""
        with self.annotator.nlp.memory_zone():  # words of one document are not kept for the next
            annotation = self.annotator.annotate(document)
            claims = self.extractor.extract(annotation)
            return self.linker.link(document, claims, annotation.mentions)


def load_asserter(ontology: Ontology, versions: Mapping[str, str], base: str = DEFAULT_BASE) -> Asserter:
    """Return what turns linked claims into triples, under `base`."""
    units = {u["unit"]: u["qudt"] for u in load_measure_words()["units"] if "qudt" in u}
    return Asserter(ontology, Terms(base), units, versions)


@dataclass(frozen=True)
class Loading:
    """What has to be known to load the stages; it can be sent to another process.

    `threads` is the number of threads of the language pipeline, 0 for all cores.
    """

    versions: Mapping[str, str]
    model: str | None = None
    base: str = DEFAULT_BASE
    threads: int = 0

    def __call__(self) -> ReadFile:
        """Load the stages and return what reads a file; raises ModelError or OntologyError."""
        stages = Stages.load(self.versions, self.model, self.base, self.threads)
        return lambda job: read_file(stages, job)


def read_file(stages: Stages, job: Job) -> Iterator[Outcome]:
    """Yield what comes of a file, document by document; whatever goes wrong with one is a reason to refuse that one.

    Raises MemoryError, and what a user has to mend elsewhere: an ontology or a model.
    """
    refusals: list[ReadError] = []
    documents = read_documents(job.path, job.max_bytes, job.name, refusals.append)
    number = 0
    while True:
        try:
            document = next(documents, None)
        except ReadError as error:
            refusals.append(error)
            document = None
        except Exception as error:
            refusals.append(_unforeseen(error, str(job.path)))
            document = None
        yield from (Refused(str(refusal)) for refusal in refusals)
        refusals.clear()
        if document is None:
            return
        if number >= job.begin:
            yield from _read_document(stages, document, number, job)
        number += 1


def _read_document(stages: Stages, document: Document, number: int, job: Job) -> Iterator[Outcome]:
    yield Begun(number, document.name)
    graph = stages.asserter.graph(document)
    ledger = stages.asserter.ledger(document, job.min_confidence)
    if job.known.get(graph.value) == {key.value.removeprefix(LODE): value.value for _, key, value in ledger}:
        yield Unchanged(graph, document.location)
        return
    try:
        linked = _confident(stages.read(document), job.min_confidence)
        triples = tuple(stages.asserter.triples(linked))
    except Exception as error:
        yield Refused(str(_unforeseen(error, f"{job.path} ({document.name})")))
        return
    modalities: Counter[str] = Counter(claim.claim.modality for claim in linked.claims)
    text = document.source if keeps_source(document) else ""
    yield Told(graph, document.location, triples, tuple(ledger), text, sketch_document(document), dict(modalities))


def _confident(linked: Linked, least: float) -> Linked:
    return replace(linked, claims=tuple(c for c in linked.claims if c.claim.confidence >= least))


def _unforeseen(error: Exception, where: str) -> ReadError:
    """Return what to tell of an error that no stage foresaw; raises those that are not about the document."""
    if isinstance(error, MemoryError | LodestoneError):
        raise error
    told = " ".join(str(error).split())[:200]
    if any(sign in told for sign in _OUT_OF_MEMORY):
        raise MemoryError from error
    return ReadError(f"{where} cannot be read: {type(error).__name__} {told}; leave it out, or report it with the file")
