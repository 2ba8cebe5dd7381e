"""The whole flow, a line a stage: files to documents to annotations to claims to linked claims to triples to the store.

Each file goes through `kg.stages` by itself; once all are read, `kg.whole` looks at all documents together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from time import monotonic

import pyoxigraph as ox

from kg import __version__
from kg.config import DEFAULT_BASE, MAX_ARTICLE_BYTES
from kg.jobs import Job, Outcome, ReadFile, Refused, Told, Unchanged
from kg.language import pipeline_version
from kg.limits import LIMITS, Limits
from kg.ontology import load_ontology, ontology_version
from kg.plan import File, Options, Plan, make_plan
from kg.report import BuildReport, Event, Kind, Log, Progress
from kg.resolve.decisions import load_decisions
from kg.rules import load_rules
from kg.stages import Loading, Stages, load_asserter
from kg.store import GraphStore
from kg.whole import finish, resolve_documents
from kg.workers import read_in_workers

__all__ = ["BuildReport", "Stages", "build", "resolve_documents"]


def build(
    paths: Iterable[Path],
    folder: Path,
    *,
    model: str | None = None,
    base: str = DEFAULT_BASE,
    max_bytes: int = MAX_ARTICLE_BYTES,
    min_confidence: float = 0.0,
    workers: int = 0,
    limits: Limits = LIMITS,
    prune: bool = False,
    retry: bool = False,
    progress: Progress = lambda done, total, name: None,
    log: Log = lambda event: None,
    load: Callable[[], ReadFile] | None = None,
) -> BuildReport:
    """Bring the graph at `folder` into line with the files at `paths`, each document in a transaction of its own.

    A file that cannot be read is reported, and not tried again until it or what reads it changes, or with `retry`; the
    others are read. One that has not changed is left as it is. With `prune`, documents go whose files lay in a folder of
    `paths` and do not any more. Claims whose confidence (0 to 1) is below `min_confidence` are not stored.

    `workers` is the number of processes that read files, each document within `limits`; with 0 files are read in this
    process, where there are no limits. `load` returns what reads a file, if that is not the stages of this package. The
    graph is the same, whatever the order of the files and the number of workers.
    """
    report = BuildReport()
    versions = {"lodestone": __version__, "ontology": ontology_version(), "pipeline": pipeline_version(model)}
    options = Options(versions, max_bytes, min_confidence, limits, retry)
    ontology, decisions = load_ontology(), load_decisions()
    asserter, rules = load_asserter(ontology, versions, base), load_rules(ontology)
    built = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {"base": base, "versions": versions, "built": built}
    with GraphStore.writing(folder, manifest) as store:
        flow = _Flow(store, options, report, progress, log)
        plan = make_plan(list(paths), store, options, prune=prune)
        flow.begin(plan)
        read = load or Loading(versions, model, base, _threads(workers))
        try:
            flow.read(plan.todo, _outcomes([flow.job(file) for file in plan.todo], read, workers, limits))
        except KeyboardInterrupt:  # what was read so far is published
            finish(store, asserter, decisions, rules, whole=False)
            store.publish()
            raise
        log(Event("finishing", plan.total, plan.total))
        finish(store, asserter, decisions, rules)
    log(
        Event(
            "done", plan.total, plan.total, documents=report.read, claims=report.claims, reasons=tuple(report.failures)
        )
    )
    return report


def _threads(workers: int) -> int:
    """Return the number of threads of each worker's network, 0 for all processors."""
    return 0 if workers < 2 else max(1, (os.cpu_count() or 1) // workers)


def _outcomes(
    jobs: Sequence[Job], load: Callable[[], ReadFile], workers: int, limits: Limits
) -> Iterator[Outcome | None]:
    """Yield what comes of each job, in order, and None after each; nothing is loaded if there is no job."""
    if workers or not jobs:
        yield from read_in_workers(jobs, load, workers, limits)
        return
    read = load()
    for job in jobs:
        yield from read(job)
        yield None


@dataclass
class _Flow:
    """Stores what comes of files, counts it and tells of it. `taken` holds the graphs that are settled, with their documents."""

    store: GraphStore
    options: Options
    report: BuildReport
    progress: Progress
    log: Log
    taken: dict[str, str] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def begin(self, plan: Plan) -> None:
        """Take out what is gone, and count what needs no reading."""
        self.taken, self.total = plan.taken(), plan.total
        self.report.failures += plan.failures
        self.log(Event("begun", 0, self.total, reasons=tuple(plan.failures)))
        for path in plan.gone:
            documents = plan.held.get(path, {})
            self._remove(documents)
            self.store.forget(str(path))
            if documents:
                self.log(Event("removed", 0, self.total, str(path), len(documents)))
        for file, entry in plan.unchanged:
            self.report.unchanged += len(file.documents)
            self.report.waiting += bool(entry.reasons)
            self._tell(
                "quarantined" if entry.reasons else "unchanged", file, entry.reasons, documents=len(file.documents)
            )

    def job(self, file: File) -> Job:
        """Return what a worker has to know of a file."""
        return Job(file.path, file.name, self.options.max_bytes, self.options.min_confidence, file.documents)

    def read(self, files: Sequence[File], outcomes: Iterator[Outcome | None]) -> None:
        """Store what comes of files, one after another."""
        for file in files:
            self.progress(self.done, self.total, file.path.name)
            self._store(file, takewhile(lambda outcome: outcome is not None, outcomes))
        self.progress(self.total, self.total, "")

    def _store(self, file: File, outcomes: Iterable[Outcome | None]) -> None:
        """Store what comes of a file, take out what it does not hold any more, and settle it."""
        start, claims, own = monotonic(), 0, dict[str, str]()
        reasons: dict[str, None] = {}  # a file that is read again from its middle tells some of them again
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                reasons[outcome.reason] = None
            elif isinstance(outcome, Told | Unchanged):
                graph = outcome.graph.value
                if held := own.get(graph) or self.taken.get(graph):
                    reasons[
                        f"{outcome.location} has the same name as {held}, which the graph holds; rename one of them"
                    ] = None
                else:
                    own[graph] = outcome.location
                    claims += self._put(outcome)
        self.taken |= own
        self._remove(graph for graph in file.documents if graph not in self.taken)
        self.store.settle(file.entry(self.options, reasons))
        seconds = monotonic() - start
        self._tell("quarantined" if reasons else "read", file, tuple(reasons), len(own), claims, seconds)

    def _put(self, outcome: Told | Unchanged) -> int:
        """Store what a document says, and return the number of claims that are new."""
        if isinstance(outcome, Unchanged):
            self.report.unchanged += 1
            return 0
        self.store.put(outcome.graph, outcome.triples, outcome.ledger, outcome.text, outcome.sketch)
        claims = sum(outcome.by_modality.values())
        self.report.read += 1
        self.report.claims += claims
        self.report.by_modality.update(outcome.by_modality)
        return claims

    def _remove(self, graphs: Iterable[str]) -> None:
        for graph in graphs:
            self.report.removed += self.store.remove(ox.NamedNode(graph))

    def _tell(
        self,
        kind: Kind,
        file: File,
        reasons: tuple[str, ...],
        documents: int = 0,
        claims: int = 0,
        seconds: float = 0.0,
    ) -> None:
        """Count a file that is dealt with, and tell of it."""
        self.done += 1
        self.report.failures += reasons
        self.log(Event(kind, self.done, self.total, str(file.path), documents, claims, round(seconds, 3), reasons))
