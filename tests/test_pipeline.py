"""From files to a graph: the same articles give the same bytes, what has not changed is not read, nothing gets mixed up."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pyoxigraph as ox
import pytest
import spacy
import thinc.api
from spacy.tokens import Doc
from spacy.training import Example

from kg import check, pipeline
from kg.config import DEFAULT_BASE
from kg.errors import GraphError, ModelError
from kg.export import EXPORTERS
from kg.language import load_pipeline
from kg.model import Document, Linked
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader
from kg.report import Event
from kg.store import ENTITIES, GraphStore
from kg.vocab import LODE, RDFS, SKOS

LONG = ("lynas-01.txt", "graphite-02.md", "uranium-02.html", "japan-01.txt")
TRADE = "Title: Trade\nDate: 2025-03-01\n\nJapan depends on China for rare earths.\n"
SHORT = {
    "graphite.md": "# Graphite\n\n- **Syrah Resources** owns a mine in Mozambique.\n- China refines 90% of graphite.\n",
    "japan.txt": TRADE,
    "lynas.txt": "Title: Lynas\n\nLynas Rare Earths owns the Mount Weld mine. It plans to supply Japan with neodymium.\n",
    "uranium.html": "<html><body><article><p>Kazakhstan produces uranium.</p></article></body></html>",
}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with short articles of every kind, to be changed by the test."""
    folder = tmp_path / "articles"
    for name, text in SHORT.items():
        write(folder / name, text)
    return folder


@pytest.fixture
def long_articles(tmp_path: Path, corpus: Path) -> Path:
    """A folder with some of the example articles."""
    folder = tmp_path / "long"
    folder.mkdir()
    for name in LONG:
        shutil.copy(corpus / name, folder)
    return folder


def written(graph: Path, form: str = "turtle") -> bytes:
    """Return a graph in an export format."""
    out = io.BytesIO()
    EXPORTERS[form](GraphStore.open(graph), out)
    return out.getvalue()


def quotes(graph: Path) -> dict[str, list[str]]:
    """Return the quotes of a graph's claims, by document."""
    found: dict[str, list[str]] = {}
    for claim in ClaimReader(GraphStore.open(graph), load_ontology()).all():
        found.setdefault(claim.source.name, []).append(claim.quote)
    return found


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# The same bytes


@pytest.mark.parametrize("length", ["short", pytest.param("long", marks=pytest.mark.slow)])
def test_the_order_of_the_files_does_not_change_a_byte(
    articles: Path, long_articles: Path, tmp_path: Path, length: str
) -> None:
    folder = {"short": articles, "long": long_articles}[length]
    paths = sorted(folder.iterdir())
    pipeline.build(paths, tmp_path / "one")
    pipeline.build(reversed(paths), tmp_path / "other")
    pipeline.build([folder], tmp_path / "folder")
    for form in EXPORTERS:
        assert (
            written(tmp_path / "one", form) == written(tmp_path / "other", form) == written(tmp_path / "folder", form)
        )
    assert len(quotes(tmp_path / "one")) == len(paths)


@pytest.mark.slow
def test_the_seed_of_hashing_does_not_change_a_byte(corpus: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kg import pipeline; from kg.export import export; from kg.store import *\n"
        "pipeline.build([Path(sys.argv[1])], Path(sys.argv[2], 'graph'))\n"
        "for form in ('turtle', 'trig', 'claims'):\n"
        "    export(GraphStore.open(Path(sys.argv[2], 'graph')), form, Path(sys.argv[2], form))"
    )
    shutil.copy(corpus / "lynas-01.txt", tmp_path / "one.txt")
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, str(tmp_path / "one.txt"), str(tmp_path / seed)]
        subprocess.run(command, env=environment, check=True)
    for form in ("turtle", "trig", "claims"):
        first = (tmp_path / "1" / form).read_bytes()
        assert first == (tmp_path / "2" / form).read_bytes()
        assert len(first) > 1000


def test_an_article_is_read_alike_alone_and_among_others(corpus: Path, corpus_graph: Path, tmp_path: Path) -> None:
    pipeline.build([corpus / "japan-01.txt"], tmp_path / "one")
    assert quotes(tmp_path / "one")["japan-01"] == quotes(corpus_graph)["japan-01"]


@pytest.mark.parametrize("name", ["japan-01.txt", pytest.param("lynas-01.txt", marks=pytest.mark.slow)])
def test_the_number_of_threads_does_not_change_what_is_read(corpus: Path, name: str) -> None:
    found = []
    for threads in (1, 2):
        doc = load_pipeline(None, threads)((corpus / name).read_text(encoding="utf-8"))
        found.append([(t.text, t.lemma_, t.pos_, t.dep_, t.head.i, t.ent_iob_) for t in doc])
    assert found[0] == found[1]


# What is read again


def test_a_second_build_reads_nothing(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    first = pipeline.build([articles], graph)
    assert (first.read, first.unchanged, first.failures) == (len(SHORT), 0, [])
    before = {form: written(graph, form) for form in ("turtle", "trig", "claims")}
    second = pipeline.build([articles], graph)
    assert (second.read, second.unchanged, second.claims, second.failures) == (0, len(SHORT), 0, [])
    assert {form: written(graph, form) for form in before} == before


def test_a_report_counts_claims_by_modality(articles: Path, tmp_path: Path) -> None:
    report = pipeline.build([articles], tmp_path / "graph")
    claims = ClaimReader(GraphStore.open(tmp_path / "graph"), load_ontology()).all()
    assert report.claims == len(claims) == sum(report.by_modality.values())
    for modality, count in report.by_modality.items():
        assert count == sum(c.modality == modality for c in claims)


def test_an_article_that_was_touched_but_not_changed_is_left_alone(articles: Path, tmp_path: Path) -> None:
    pipeline.build([articles], tmp_path / "graph")
    os.utime(articles / "japan.txt", (0, 0))
    assert pipeline.build([articles], tmp_path / "graph").read == 0


def test_a_graph_after_an_edit_is_the_graph_of_the_edited_articles(articles: Path, tmp_path: Path) -> None:
    pipeline.build([articles], tmp_path / "edited")
    assert b"mount-weld" in written(tmp_path / "edited").lower()
    write(articles / "lynas.txt", TRADE)
    report = pipeline.build([articles], tmp_path / "edited")
    assert (report.read, report.unchanged) == (1, len(SHORT) - 1)
    pipeline.build([articles], tmp_path / "fresh")
    for form in ("turtle", "trig", "claims"):
        assert written(tmp_path / "edited", form) == written(tmp_path / "fresh", form)
    (quote,) = quotes(tmp_path / "edited")["lynas"]
    assert quote.startswith("Japan depends on China")
    assert b"mount-weld" not in written(tmp_path / "edited").lower(), "names that nothing speaks of are gone"


def test_what_one_article_still_says_stays_when_another_is_edited(tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    one, other = write(tmp_path / "one.txt", TRADE), write(tmp_path / "other.txt", TRADE)
    pipeline.build([one, other], graph)
    depends = f"ASK {{ <{DEFAULT_BASE}country/japan> lode:dependsOn <{DEFAULT_BASE}country/china> }}"
    write(one, "Title: Trade\n\nMalta depends on Chile for lithium.\n")
    pipeline.build([one, other], graph)
    assert bool(GraphStore.open(graph).query(depends)) is True
    write(other, "Title: Trade\n\nMalta depends on Chile for lithium.\n")
    pipeline.build([one, other], graph)
    assert bool(GraphStore.open(graph).query(depends)) is False


def test_an_article_that_can_no_longer_be_read_takes_its_claims_with_it_and_is_reported(
    articles: Path, tmp_path: Path
) -> None:
    pipeline.build([articles], tmp_path / "graph")
    (articles / "japan.txt").write_bytes(b"")
    report = pipeline.build([articles], tmp_path / "graph")
    assert (len(report.failures), report.removed) == (1, 1)
    assert "japan.txt" in report.failures[0]
    pipeline.build([articles], tmp_path / "fresh")
    assert written(tmp_path / "graph", "nquads") == written(tmp_path / "fresh", "nquads")


def test_an_article_that_was_moved_is_not_another(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    pipeline.build([articles], graph)
    before = written(graph)
    moved = articles.rename(tmp_path / "elsewhere")
    report = pipeline.build([moved], graph)
    assert report.failures == []
    assert written(graph) == before
    assert check.verify(GraphStore.open(graph), load_ontology())[1] == []


@pytest.mark.parametrize("order", [("one", "other"), ("other", "one")])
def test_articles_of_one_name_are_told_apart_in_whatever_order_they_come(tmp_path: Path, order: Sequence[str]) -> None:
    for folder, country in (("one", "Japan"), ("other", "Malta")):
        write(tmp_path / folder / "news.txt", TRADE.replace("Japan", country))
    for folder in order:
        assert pipeline.build([tmp_path / folder], tmp_path / "graph").failures == []
    assert sorted(quotes(tmp_path / "graph")) == ["one-news", "other-news"]
    pipeline.build([tmp_path / "one", tmp_path / "other"], tmp_path / "fresh")
    assert written(tmp_path / "graph", "nquads") == written(tmp_path / "fresh", "nquads")


def test_an_article_has_its_own_name_again_when_its_namesake_is_gone(tmp_path: Path) -> None:
    for folder, country in (("one", "Japan"), ("other", "Malta")):
        write(tmp_path / "in" / folder / "news.txt", TRADE.replace("Japan", country))
    pipeline.build([tmp_path / "in"], tmp_path / "graph")
    (tmp_path / "in" / "other" / "news.txt").unlink()
    assert pipeline.build([tmp_path / "in"], tmp_path / "graph", prune=True).removed == 2
    assert list(quotes(tmp_path / "graph")) == ["news"]


# What is gone


def test_what_is_gone_stays_unless_one_prunes(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    pipeline.build([articles], graph)
    (articles / "lynas.txt").unlink()
    assert (pipeline.build([articles], graph).removed, len(quotes(graph))) == (0, len(SHORT))
    report = pipeline.build([articles], graph, prune=True)
    assert (report.removed, report.unchanged, report.read) == (1, len(SHORT) - 1, 0)
    pipeline.build([articles], tmp_path / "fresh")
    assert written(graph, "nquads") == written(tmp_path / "fresh", "nquads")


def test_pruning_touches_only_the_folders_that_are_named_and_there(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    away = write(tmp_path / "away" / "malta.txt", TRADE.replace("Japan", "Malta"))
    pipeline.build([articles, away], graph)
    away.unlink()
    assert pipeline.build([articles], graph, prune=True).removed == 0
    articles.rename(tmp_path / "unmounted")
    report = pipeline.build([articles], graph, prune=True)
    assert (report.removed, len(report.failures)) == (0, 1)
    assert len(GraphStore.open(graph).ledger()) == len(SHORT) + 1


def test_a_file_that_cannot_be_read_is_not_tried_again_until_something_changes(tmp_path: Path) -> None:
    graph, folder = tmp_path / "graph", tmp_path / "in"
    write(folder / "good.txt", TRADE)
    bad = write(folder / "bad.txt", TRADE * 10)
    events: list[Event] = []
    for expected in ("read", "unchanged"):
        events.clear()
        report = pipeline.build([folder], graph, max_bytes=200, log=events.append)
        assert len(report.failures) == 1
        assert [e.kind for e in events] == ["begun", *_settled(expected), "finishing", "done"]
    assert report.waiting == 1
    (entry,) = [e for e in GraphStore.open(graph).files().values() if e.reasons]
    assert entry.location == str(bad)
    assert "--max-bytes" in entry.reasons[0]
    assert pipeline.build([folder], graph, max_bytes=200, retry=True).waiting == 0
    assert pipeline.build([folder], graph, max_bytes=2000).failures == []
    assert pipeline.build([folder], graph, max_bytes=200).read == 0, "what was read within other limits is as it was"


def _settled(good: str) -> list[str]:
    """Return the events of a file that cannot be read and one that can, in the order of the names or as nothing is done."""
    return ["quarantined", good]


def test_a_record_that_is_gone_takes_its_claims_with_it(tmp_path: Path) -> None:
    lines = [{"id": name, "text": TRADE.replace("Japan", name)} for name in ("Malta", "Chile")]
    path = records(tmp_path / "feed.jsonl", lines)
    pipeline.build([path], tmp_path / "graph")
    report = pipeline.build([records(path, lines[:1])], tmp_path / "graph")
    assert (report.read, report.unchanged, report.removed) == (0, 1, 1)
    pipeline.build([path], tmp_path / "fresh")
    assert written(tmp_path / "graph", "nquads") == written(tmp_path / "fresh", "nquads")


@pytest.mark.parametrize("workers", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_workers_make_the_same_graph(articles: Path, tmp_path: Path, workers: int) -> None:
    records(articles / "feed.jsonl", [{"id": "a", "text": TRADE.replace("Japan", "Malta")}, "{broken"])
    one = pipeline.build([articles], tmp_path / "one")
    other = pipeline.build([articles], tmp_path / "other", workers=workers)
    assert (one.read, one.claims, one.failures) == (other.read, other.claims, other.failures)
    assert written(tmp_path / "one", "nquads") == written(tmp_path / "other", "nquads")


def test_a_second_build_writes_nothing(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    write(articles / "blank.txt", "\n")
    pipeline.build([articles], graph)
    before = files_of(graph)
    assert pipeline.build([articles], graph, load=_never).unchanged == len(SHORT)
    assert files_of(graph) == before


def files_of(graph: Path) -> dict[Path, tuple[int, int]]:
    """Return size and time of change of the files of a graph, but of the lock."""
    files = [path for path in graph.rglob("*") if path.is_file() and path.name != "lock"]
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def _never() -> NoReturn:
    raise AssertionError("the stages are loaded though nothing is to be read")


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError()])
def test_what_goes_wrong_in_a_stage_costs_one_document(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    anew = pipeline.Stages.read

    def read(stages: pipeline.Stages, document: Document) -> Linked:
        if document.name == "japan":
            raise error
        return anew(stages, document)

    monkeypatch.setattr(pipeline.Stages, "read", read)
    report = pipeline.build([articles], tmp_path / "graph")
    assert report.read == len(SHORT) - 1
    (failure,) = report.failures
    assert str(articles / "japan.txt") in failure
    assert type(error).__name__ in failure


def test_names_that_give_one_iri_are_not_mixed_up(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / name, TRADE.replace("Japan", c)) for name, c in (("A b.txt", "Malta"), ("a-b.txt", "Japan"))
    ]
    report = pipeline.build(paths, tmp_path / "graph")
    assert report.read == 1
    (failure,) = report.failures
    assert all(path.name in failure for path in paths)


def test_articles_of_one_name_and_two_kinds_are_both_read(tmp_path: Path) -> None:
    write(tmp_path / "in" / "news.txt", TRADE)
    write(tmp_path / "in" / "news.md", TRADE.replace("Japan", "Malta"))
    report = pipeline.build([tmp_path / "in"], tmp_path / "graph")
    assert (report.read, report.failures) == (2, [])
    assert sorted(quotes(tmp_path / "graph")) == ["news-md", "news-txt"]


def test_an_article_has_the_same_name_whatever_is_built_with_it(tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    one = write(tmp_path / "one" / "news.txt", TRADE)
    other = write(tmp_path / "other" / "news.txt", TRADE.replace("Japan", "Malta"))
    pipeline.build([one, other], graph)
    before = written(graph)
    pipeline.build([one], graph)
    assert written(graph) == before


# Where things lie


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "a%20b",
        "ä稀",
        "it's",
        "a#b",
    ],
)
def test_quotes_are_found_again_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name / "news.txt", TRADE)
    pipeline.build([path], tmp_path / "graph")
    found, unfound = check.verify(GraphStore.open(tmp_path / "graph"), load_ontology())
    assert (found, unfound) == (1, [])


def test_quotes_of_a_long_article_are_found_again(tmp_path: Path) -> None:
    comment = "<!--" + " x" * 600_000 + "-->"
    path = write(
        tmp_path / "long.html", f"<html><body>{comment}<p>Japan depends on China for gallium.</p></body></html>"
    )
    report = pipeline.build([path], tmp_path / "graph", max_bytes=2_000_000)
    assert report.claims == 1
    assert check.verify(GraphStore.open(tmp_path / "graph"), load_ontology())[1] == []


def test_a_quote_with_a_control_character_is_found_again(tmp_path: Path) -> None:
    path = write(tmp_path / "news.txt", "Japan \x1b[31m depends on China for rare earths.\n")
    assert pipeline.build([path], tmp_path / "graph").claims == 1
    assert check.verify(GraphStore.open(tmp_path / "graph"), load_ontology())[1] == []


@pytest.mark.parametrize("base", ["https://example.org/kg/", "http://localhost:8000/"])
def test_all_that_is_ours_lies_under_the_base(tmp_path: Path, base: str) -> None:
    write(tmp_path / "news.txt", TRADE)
    pipeline.build([tmp_path / "news.txt"], tmp_path / "graph", base=base)
    store = GraphStore.open(tmp_path / "graph")
    assert store.base == base
    own = {t.value for q in store.quads() for t in (q.subject, q.object, q.graph_name) if isinstance(t, ox.NamedNode)}
    assert not [iri for iri in own if iri.startswith(DEFAULT_BASE)]
    assert f"{base}country/japan" in own
    assert all(str(q.subject).startswith(f"<{base}") for q in store.quads())
    (claim,) = ClaimReader(store, load_ontology()).all()
    assert (claim.subject.iri, claim.object.label) == (f"{base}country/japan", "China")


def test_a_graph_has_one_base(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    pipeline.build([articles], graph)
    try:
        pipeline.build([articles], graph, base="https://example.org/kg/")
    except GraphError:
        return
    assert len(GraphStore.open(graph).ledger()) == len(SHORT)


@pytest.mark.parametrize("base", ["no iri", "example", "", "https://example.org/id#"])
def test_a_base_that_is_no_iri_is_refused(tmp_path: Path, base: str) -> None:
    write(tmp_path / "news.txt", TRADE)
    with pytest.raises(GraphError, match="base"):
        pipeline.build([tmp_path / "news.txt"], tmp_path / "graph", base=base)


# Interruption and failure


def test_an_interrupted_build_leaves_a_graph_that_can_be_used_and_finished(articles: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"

    def interrupt(done: int, total: int, name: str) -> None:
        assert total == len(SHORT)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.build([articles], graph, progress=interrupt)
    store = GraphStore.open(graph)
    assert len(store.ledger()) == len(store.instances(LODE + "Document")) == 2
    labelled, named = (
        {q.subject for q in store.quads() if q.predicate.value == predicate}
        for predicate in (RDFS + "label", SKOS + "prefLabel")
    )
    assert labelled
    assert labelled <= named, "what was read has its names"
    del store
    assert pipeline.build([articles], graph).read == len(SHORT) - 2
    pipeline.build([articles], tmp_path / "fresh")
    assert written(graph) == written(tmp_path / "fresh")


def test_progress_is_told_before_each_article_and_at_the_end(articles: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    pipeline.build([articles], tmp_path / "graph", progress=lambda *step: told.append(step))
    assert told == [(i, len(SHORT), name) for i, name in enumerate([*sorted(SHORT), ""])]


def test_paths_that_cannot_be_read_do_not_keep_others_out(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(articles / "blank.txt", "\n")
    report = pipeline.build([tmp_path / "nowhere", articles, tmp_path / "empty"], tmp_path / "graph")
    assert report.read == len(SHORT)
    assert len(report.failures) == 3
    for name, failure in zip(("nowhere", "empty", "blank.txt"), report.failures, strict=True):
        assert str(tmp_path) in failure
        assert name in failure


def test_a_file_that_is_named_twice_is_read_once(articles: Path, tmp_path: Path) -> None:
    path = articles / "japan.txt"
    report = pipeline.build([path, path, articles], tmp_path / "graph")
    assert (report.read, report.unchanged, report.failures) == (len(SHORT), 0, [])


@pytest.mark.parametrize("other", ["japan.txt", "../articles/japan.txt"])
def test_a_file_that_is_reached_by_two_ways_is_read_once(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.chdir(articles)
    report = pipeline.build([articles / "japan.txt", Path(other)], tmp_path / "graph")
    assert (report.read, report.failures) == (1, [])
    assert list(quotes(tmp_path / "graph")) == ["japan"]


# Records


def records(path: Path, lines: Iterable[Mapping[str, object] | str]) -> Path:
    return write(path, "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines))


def test_records_are_read_and_a_bad_one_is_reported(tmp_path: Path) -> None:
    path = records(
        tmp_path / "feed.jsonl",
        [
            {"id": "a", "text": "Japan depends on China for rare earths.", "title": "One", "date": "2025-03-01"},
            "{broken",
            {"id": "c", "text": ""},
            {"id": "a", "text": "Malta depends on China for gallium."},
            {"text": "Chile supplies Japan with lithium."},
        ],
    )
    report = pipeline.build([path], tmp_path / "graph")
    assert report.read == 2
    assert sorted(quotes(tmp_path / "graph")) == ["feed-5", "feed-a"]
    assert [str(path) in failure for failure in report.failures] == [True] * 3
    for part, failure in zip(("line 2", "line 3", "id a"), report.failures, strict=True):
        assert part in failure


def test_quotes_of_records_are_found_again(tmp_path: Path) -> None:
    lines = [{"id": name, "text": TRADE.replace("Japan", name)} for name in ("Malta", "Chile")]
    pipeline.build([records(tmp_path / "feed.jsonl", lines)], tmp_path / "graph")
    assert check.verify(GraphStore.open(tmp_path / "graph"), load_ontology()) == (2, [])


def test_quotes_of_records_are_found_again_beside_a_bad_record(tmp_path: Path) -> None:
    path = records(tmp_path / "feed.jsonl", ["{broken", {"id": "a", "text": TRADE}])
    assert pipeline.build([path], tmp_path / "graph").claims == 1
    assert check.verify(GraphStore.open(tmp_path / "graph"), load_ontology()) == (1, [])


def test_a_record_that_changes_is_read_again_and_its_neighbours_are_not(tmp_path: Path) -> None:
    first = {"id": "a", "text": "Japan depends on China for rare earths."}
    path = records(tmp_path / "feed.jsonl", [first, {"id": "b", "text": "Malta depends on China for gallium."}])
    pipeline.build([path], tmp_path / "graph")
    records(path, [{"id": "b", "text": "Malta depends on Chile for gallium."}, first])
    report = pipeline.build([path], tmp_path / "graph")
    assert (report.read, report.unchanged) == (1, 1)
    assert "Chile" in quotes(tmp_path / "graph")["feed-b"][0]


def test_records_in_a_folder_are_read_though_the_first_is_broken(tmp_path: Path) -> None:
    records(tmp_path / "in" / "feed.jsonl", ["{broken", {"id": "b", "text": "Malta depends on China for gallium."}])
    write(tmp_path / "in" / "news.txt", TRADE)
    report = pipeline.build([tmp_path / "in"], tmp_path / "graph")
    assert report.read == 2
    assert len(report.failures) == 1


def test_lines_of_json_that_are_no_articles_may_lie_beside_articles(tmp_path: Path) -> None:
    records(tmp_path / "in" / "gold.jsonl", [{"doc": "news", "quote": "Japan", "relation": "depends_on"}])
    write(tmp_path / "in" / "news.txt", TRADE)
    report = pipeline.build([tmp_path / "in"], tmp_path / "graph")
    assert (report.read, report.failures) == (1, [])


# Language pipelines

SENTENCE = ("Japan", "imports", "gallium", "from", "China", ".")


@pytest.fixture(scope="module")
def own_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spaCy pipeline on disk that has learnt one sentence, with the labels of spaCy's own English models."""
    thinc.api.fix_random_seed(0)
    nlp = spacy.blank("en")
    doc = Doc(
        nlp.vocab,
        words=list(SENTENCE),
        heads=[1, 1, 1, 1, 3, 1],
        deps=["nsubj", "ROOT", "dobj", "prep", "pobj", "punct"],
        sent_starts=[True, *[False] * 5],
    )
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    examples = [Example(nlp.make_doc(doc.text), doc)]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(15):
        nlp.update(examples, sgd=optimizer)
    ruler = nlp.add_pipe("attribute_ruler")
    kinds = ("PROPN", "VERB", "NOUN", "ADP", "PROPN", "PUNCT")
    for word, kind in zip(SENTENCE, kinds, strict=True):
        lemma = "import" if kind == "VERB" else word
        ruler.add(patterns=[[{"ORTH": word}]], attrs={"POS": kind, "TAG": kind, "LEMMA": lemma})  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("model") / "own_model"
    nlp.to_disk(folder)
    return folder


def test_another_pipeline_is_used_and_named_in_the_graph(own_model: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "news.txt", " ".join(SENTENCE[:-1]) + ".\n")
    report = pipeline.build([path], tmp_path / "graph", model=str(own_model))
    assert (report.read, report.failures) == (1, [])
    store = GraphStore.open(tmp_path / "graph")
    assert store.manifest["versions"]["pipeline"].startswith("own_model-")
    claims = ClaimReader(store, load_ontology()).all()
    assert [(c.subject.label, c.relation, c.object.label) for c in claims if c.relation == "supplies"] == [
        ("China", "supplies", "Japan")
    ]
    assert check.verify(store, load_ontology()) == (len(claims), [])


def test_articles_are_read_again_by_another_pipeline(own_model: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "news.txt", TRADE)
    pipeline.build([path], tmp_path / "graph")
    assert pipeline.build([path], tmp_path / "graph", model=str(own_model)).read == 1
    assert pipeline.build([path], tmp_path / "graph", model=str(own_model)).read == 0


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ModelError, match="parser"):
        pipeline.build([write(tmp_path / "news.txt", TRADE)], tmp_path / "graph", model=str(tmp_path / "blank"))


def test_a_pipeline_with_a_part_that_is_not_installed_is_refused(own_model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(own_model, tmp_path / "partial"))
    config = (folder / "config.cfg").read_text(encoding="utf-8")
    write(folder / "config.cfg", config.replace('factory = "parser"', 'factory = "no_such_parser"'))
    with pytest.raises(ModelError, match="partial"):
        pipeline.build([write(tmp_path / "news.txt", TRADE)], tmp_path / "graph", model=str(folder))


# The graph


def test_every_quote_of_the_corpus_is_where_its_claim_says(corpus_graph: Path) -> None:
    found, unfound = check.verify(GraphStore.open(corpus_graph), load_ontology())
    assert found > 300
    assert unfound == []


def test_only_what_is_asserted_becomes_a_direct_triple(corpus_store: GraphStore) -> None:
    ontology = load_ontology()
    claims = ClaimReader(corpus_store, ontology).all()
    symmetric = {r for r, relation in ontology.relations.items() if relation.symmetric}
    said = {(c.subject.iri, c.relation, c.object.iri) for c in claims if c.modality == "asserted"}
    said |= {(o, r, s) for s, r, o in said if r in symmetric}
    direct = {
        (subject, name, obj)
        for name, relation in ontology.relations.items()
        for subject, obj in corpus_store.pairs(relation.iri)
    }
    assert direct == said
    assert any(c.modality == "planned" and (c.subject.iri, c.relation, c.object.iri) not in said for c in claims)


def test_every_entity_has_one_preferred_label_in_english(corpus_store: GraphStore) -> None:
    labels: dict[str, int] = {}
    for quad in corpus_store.quads():
        if quad.predicate.value == SKOS + "prefLabel" and isinstance(quad.object, ox.Literal):
            assert quad.graph_name == ENTITIES
            iri = str(quad.subject)[1:-1]
            labels[iri] = labels.get(iri, 0) + (quad.object.language == "en")
    claims = ClaimReader(corpus_store, load_ontology()).all()
    assert {e.iri for c in claims for e in (c.subject, c.object)} <= labels.keys()
    assert set(labels.values()) == {1}
