"""The whole flow, a line a stage: files to documents to annotations to claims to linked claims to triples to the store.

Once all articles are read, two steps look at them together: who is who, and who depends on whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.annotate.annotate import Annotator
from kg.annotate.coreference import ReferenceWords
from kg.annotate.gazetteer import Gazetteer
from kg.annotate.measures import MeasureGrammar
from kg.assertion.quads import Asserter
from kg.assertion.terms import Terms
from kg.config import DEFAULT_BASE, MAX_ARTICLE_BYTES, ontology_folder
from kg.derive import basis, derive
from kg.errors import ReadError
from kg.extract.extract import Extractor
from kg.extract.frames import load_frames
from kg.extract.relations import load_relation_model
from kg.language import load_pipeline, pipeline_version
from kg.model import Document, Linked
from kg.ontology import Ontology, load_measure_words, load_ontology, load_toml, ontology_version
from kg.read import file_of, find_articles, read_documents, unique_names
from kg.resolve.decisions import Decisions, load_decisions
from kg.resolve.evidence import EVIDENCE, read_evidence
from kg.resolve.linker import Linker
from kg.resolve.merge import resolve
from kg.resolve.rewrite import resolution_triples, rewrite
from kg.rules import load_rules
from kg.store import DEPENDENCIES, ENTITIES, RESOLUTIONS, GraphStore
from kg.vocab import LODE

Progress = Callable[[int, int, str], None]


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
        units = {u["unit"]: u["qudt"] for u in measures["units"] if "qudt" in u}
        return cls(
            annotator=annotator,
            extractor=Extractor(
                ontology, load_frames(folder / "frames", ontology), load_relation_model(ontology, model, threads)
            ),
            linker=Linker(ontology),
            asserter=Asserter(ontology, Terms(base), units, versions),
        )

    def read(self, document: Document) -> Linked:
        """Return all that a document says, linked to entities."""
        annotation = self.annotator.annotate(document)
        claims = self.extractor.extract(annotation)
        return self.linker.link(document, claims, annotation.mentions)


@dataclass
class BuildReport:
    """What a build did: documents by outcome, claims, and why an article could not be read."""

    read: int = 0
    unchanged: int = 0
    claims: int = 0
    by_modality: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def build(
    paths: Iterable[Path],
    folder: Path,
    *,
    model: str | None = None,
    base: str = DEFAULT_BASE,
    max_bytes: int = MAX_ARTICLE_BYTES,
    min_confidence: float = 0.0,
    progress: Progress = lambda done, total, name: None,
) -> BuildReport:
    """Read the articles at `paths` into the graph at `folder`, each in a transaction of its own; then tell who is who and
    who depends on whom.

    An article that cannot be read is reported and the others are read; one that has not changed is left as it is. Claims
    whose confidence (0 to 1) is below `min_confidence` are not stored.
    """
    report = BuildReport()
    articles = unique_names(find_articles(paths, lambda error: report.failures.append(str(error))))
    versions = {"lodestone": __version__, "ontology": ontology_version(), "pipeline": pipeline_version(model)}
    decisions = load_decisions()
    stages = Stages.load(versions, model, base)
    rules = load_rules(stages.linker.ontology)
    store = GraphStore.create(folder, {"base": base, "versions": versions})
    ledger = store.ledger()
    named = {entry["location"]: entry["name"] for entry in ledger.values()}  # an article keeps its name
    complete = False
    try:
        for done, (path, name) in enumerate(articles.items()):
            progress(done, len(articles), path.name)
            for document in _documents(path, named.get(str(path.resolve()), name), max_bytes, report):
                _put(document, stages, store, ledger, report, min_confidence)
        progress(len(articles), len(articles), "")
        complete = True
    finally:  # also when interrupted: what was read has its names
        try:
            resolve_documents(store, stages.linker.ontology, decisions, whole=complete)
        finally:
            store.put(ENTITIES, stages.asserter.names(store.labels()))
            store.replace(DEPENDENCIES, derive(store, rules, stages.linker.ontology), basis(rules, versions))
            store.flush()
    return report


def resolve_documents(store: GraphStore, ontology: Ontology, decisions: Decisions, *, whole: bool = True) -> None:
    """Put into every document's graph who its entities are in the light of all documents, and why.

    It depends on what was read from the documents alone. Raises OntologyError for a decision that cannot be followed.
    """
    base, graphs = store.base, sorted(store.ledger())
    names = {iri.removeprefix(base): ox.NamedNode(iri) for iri in graphs}
    evidence = [read_evidence(d, store.as_read(graph, EVIDENCE), base, ontology) for d, graph in names.items()]
    identity = resolve(evidence, ontology, decisions, whole=whole)
    changed = {names[document] for document, _ in identity.targets} | store.resolved()
    for document, graph in names.items():
        if graph in changed:
            store.resolve(graph, rewrite(document, store.as_read(graph), identity, base, ontology))
    store.put(RESOLUTIONS, resolution_triples(identity.resolutions, base))


def _documents(path: Path, name: str, max_bytes: int, report: BuildReport) -> Iterator[Document]:
    try:
        yield from read_documents(path, max_bytes, name, lambda error: report.failures.append(str(error)))
    except ReadError as error:
        report.failures.append(str(error))


def _put(
    document: Document,
    stages: Stages,
    store: GraphStore,
    ledger: dict[str, dict[str, str]],
    report: BuildReport,
    min_confidence: float,
) -> None:
    graph = stages.asserter.graph(document)
    entry = stages.asserter.ledger(document, min_confidence)
    kept = {predicate.value.removeprefix(LODE): value.value for _, predicate, value in entry}
    before = ledger.get(graph.value, kept)
    if before == kept and graph.value in ledger:
        report.unchanged += 1
        return
    if before["location"] != kept["location"] and file_of(before["location"]).exists():
        report.failures.append(
            f"{kept['location']} has the same name as {before['location']}, which the graph holds; rename one of them"
        )
        return
    linked = _confident(stages.read(document), min_confidence)
    store.put(graph, stages.asserter.triples(linked), entry)
    ledger[graph.value] = kept
    report.read += 1
    report.claims += len(linked.claims)
    report.by_modality.update(c.claim.modality for c in linked.claims)


def _confident(linked: Linked, least: float) -> Linked:
    return replace(linked, claims=tuple(c for c in linked.claims if c.claim.confidence >= least))
