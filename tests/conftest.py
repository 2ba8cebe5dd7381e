"""What the tests share: the stages loaded once, the example corpus built once, a browser, and the command line run in this process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spacy.language import Language

from kg import cli, pipeline
from kg import stages as file_stages
from kg.config import DEFAULT_BASE, ONTOLOGY_VARIABLE
from kg.language import load_pipeline
from kg.model import Document, Linked
from kg.ontology import Ontology, load_ontology
from kg.read import read_documents
from kg.store import GraphStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser

collect_ignore_glob = ["*conftest.py"]  # they are several modules of one name, and hold no doctests

CORPUS = Path(__file__).parents[1] / "corpus"


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the example articles."""
    return CORPUS


@pytest.fixture(scope="session")
def embedded() -> Language:
    """The embedded language pipeline, with one thread: more of them wait for each other where cores are shared."""
    return load_pipeline(threads=1)


@pytest.fixture(scope="session", autouse=True)
def _loaded_once(embedded: Language) -> Iterator[None]:
    """Let all builds in this process share what they would load alike: it is the same, and none of them changes it."""
    anew, loaded = pipeline.Stages.load, dict[tuple[str, ...], pipeline.Stages]()

    def load(
        versions: Mapping[str, str], model: str | None = None, base: str = DEFAULT_BASE, threads: int = 1
    ) -> pipeline.Stages:
        if model is not None or ONTOLOGY_VARIABLE in os.environ:
            return anew(versions, model, base, threads=1)
        key = (*versions.values(), base)
        if key not in loaded:
            loaded[key] = anew(versions, base=base, threads=1)
        return loaded[key]

    def load_network(model: str | None = None, threads: int = 1) -> Language:
        return embedded if model is None else load_pipeline(model, threads)

    with pytest.MonkeyPatch.context() as m:
        m.setattr(pipeline.Stages, "load", load)
        m.setattr(file_stages, "load_pipeline", load_network)
        m.setenv("KG_WORKERS", "0")  # files are read in this process
        yield


@pytest.fixture(scope="session")
def stages() -> pipeline.Stages:
    """Annotator, extractor, linker and asserter, loaded once."""
    return pipeline.Stages.load({"lodestone": "test", "ontology": "test", "pipeline": "test"})


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology that ships."""
    return load_ontology()


@pytest.fixture(scope="session")
def corpus_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph folder with the whole example corpus; for reading only."""
    folder = tmp_path_factory.mktemp("corpus") / "graph"
    report = pipeline.build([CORPUS], folder)
    assert not report.failures
    return folder


@pytest.fixture(scope="session")
def corpus_store(corpus_graph: Path) -> GraphStore:
    """The store of `corpus_graph`."""
    return GraphStore.open(corpus_graph)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of the system, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=executable)
        yield opened
        opened.close()


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str], Document]:
    """Return a function that reads a text as if it stood in a file."""

    def read(text: str, name: str = "article.txt") -> Document:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        (found,) = read_documents(path)
        return found

    return read


@pytest.fixture
def read(stages: pipeline.Stages, document: Callable[[str], Document]) -> Callable[[str], Linked]:
    """Return a function from a text to all that it says, linked to entities."""
    return lambda text: stages.read(document(text))


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Return a function that runs `kg` with its arguments in this process."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        capfd.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
