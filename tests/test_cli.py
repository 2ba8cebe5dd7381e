"""The command line: every command's help holds an example that runs, answers go to stdout alone, exit codes tell."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
import pytest
import typer
from rich.cells import cell_len

from kg import __version__, cli, pipeline
from kg.config import GRAPH_VARIABLE
from kg.export import EXPORTERS
from kg.query.analyses import ANALYSES
from kg.query.asking import load_askings
from kg.query.questions import load_questions
from kg.store import GraphStore
from kg.vocab import LODE, RDF

RUN = [sys.executable, "-c", "from kg.cli import main; main()"]
HOSTILE = "[red]\x1b[31m\u202e\x9b2J"
GOLD = {
    "doc": "a",
    "quote": "Japan depends on China for rare earths",
    "relation": "depends_on",
    "subject": "Japan",
    "subject_type": "country",
    "object": "China",
    "object_type": "country",
    "qualifiers": {"commodity": "rare earths"},
    "modality": "asserted",
}


class Outcome(Protocol):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, corpus: Path, corpus_graph: Path) -> Path:
    """A folder with all that examples name: the articles, a graph of them, one more article, and a gold set."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "corpus").symlink_to(corpus)
    shutil.copytree(corpus_graph, folder / "graph")
    pipeline.build([corpus / "japan-01.txt", corpus / "mp-materials-01.txt"], folder / "graph-2024")
    (folder / "more").mkdir()
    (folder / "more" / "article.html").write_text(
        "<html><body><p>Malta depends on China for gallium.</p></body></html>"
    )
    (folder / "gold").mkdir()
    (folder / "gold" / "a.txt").write_text("Japan depends on China for rare earths.\n")
    (folder / "gold" / "gold.jsonl").write_text(json.dumps(GOLD) + "\n")
    (folder / "gold" / "entities.jsonl").write_text("")
    japan, china = ({"label": label, "mention": label, "type": "country"} for label in ("Japan", "China"))
    predicted = {**GOLD, "start": 0, "end": 38, "subject": japan, "object": china, "confidence": 0.9}
    (folder / "claims.jsonl").write_text(json.dumps(predicted) + "\n")
    return folder


@pytest.fixture(scope="module")
def small_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one hostile article, which lies beside it."""
    folder = tmp_path_factory.mktemp("small")
    text = f"Title: Trade {HOSTILE}\nPublisher: Paper {HOSTILE}\n\nJapan {HOSTILE} depends on China for gallium.\n"
    (folder / "hostile.txt").write_text(text, encoding="utf-8")
    pipeline.build([folder / "hostile.txt"], folder / "graph")
    return folder / "graph"


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No graph named by the environment, and a terminal of usual width."""
    monkeypatch.delenv(GRAPH_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def command_names() -> list[str]:
    return sorted(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]


def examples(help_text: str) -> list[list[str]]:
    """Return the arguments of the commands that a help text gives as examples."""
    (line,) = [line.strip() for line in help_text.splitlines() if re.match(r"\s*(Examples?|Begin with): kg ", line)]
    commands = re.split(r"(?:;| and then:) (?=kg )", line.split(": ", 1)[1])
    return [shlex.split(command)[1:] for command in commands]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def obeyed(text: str) -> set[str]:
    """Return the characters of printed text that a terminal would obey or that would turn its direction."""
    return {c for c in text if c not in "\n\u200c\u200d" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}}


# Help


def test_all_commands_are_tested() -> None:
    expected = ["ask", "build", "diff", "eval", "explore", "export", "push", "query", "remove"]
    expected += ["serve", "show", "status", "validate", "verify"]
    assert command_names() == expected


@pytest.mark.parametrize("command", [name for name in command_names() if name != "serve"])
def test_the_examples_in_the_help_of_a_command_run(
    kg: Run, place: Path, small_graph: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "300")
    if command in SLOW_ON_MUCH:
        monkeypatch.setenv(GRAPH_VARIABLE, str(small_graph))
    found = kg(command, "--help")
    assert (found.code, found.err) == (0, "")
    commands = examples(found.out)
    assert commands
    for arguments in commands:
        assert arguments[0] == command
        if command == "remove":
            old = [write(place / name, "Japan depends on China.") for name in ("old-news.txt", "articles/2019/a.txt")]
            assert kg("build", *old).code == 0
        outcome = kg(*arguments)
        assert outcome.code == 0, outcome.err
        assert outcome.out.strip()
        assert "nothing" not in outcome.out


@pytest.mark.slow
def test_the_examples_in_the_help_of_serve_serve_until_they_are_ended(kg: Run, small_graph: Path) -> None:
    for arguments in examples(kg("serve", "--help").out):
        command = [sys.executable, "-c", "from kg.cli import main; main()", *arguments, "--port", "0"]
        environment = {**os.environ, GRAPH_VARIABLE: str(small_graph)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as at:
            assert at.stdout
            assert "Serving" in at.stdout.readline()
            at.terminate()
            assert at.wait(30) in {0, -signal.SIGTERM}


def test_the_examples_that_begin_the_help_run(kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "300")
    found = kg("--help")
    assert [arguments[0] for arguments in examples(found.out)] == ["build", "ask"]
    for name in command_names():
        assert re.search(rf"^\W*{name}\b", found.out, re.MULTILINE)
    for arguments in examples(found.out):
        assert kg(*arguments).code == 0


def test_the_examples_of_all_questions_have_answers(kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    rows = json.loads(kg("ask", "--list", "--format", "json").out)
    assert [row["question"] for row in rows] == sorted({*load_questions(), *ANALYSES})
    assert len(rows) >= 20
    for row in rows:
        arguments = shlex.split(row["example"])
        assert arguments[:3] == ["kg", "ask", row["question"]]
        records = json.loads(kg(*arguments[1:], "--format", "json").out)
        assert records
        columns = load_askings()[row["question"]].columns
        assert [list(record) for record in records] == [list(columns)] * len(records)


def test_every_option_says_what_it_does() -> None:
    for name, command in typer.main.get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", f"{name} {parameter.name}"


# What is printed where

PRINTED: dict[str, list[str]] = {
    "ask": ["ask", "depends-on", "China"],
    "build": ["build", "corpus"],
    "diff": ["diff", "graph-2024", "graph"],
    "eval": ["eval", "gold", "--claims", "claims.jsonl"],
    "push": ["push", "http://localhost:3030/lodestone/data", "--dry-run"],
    "query": ["query", "SELECT ?s ?quote WHERE { ?s oa:exact ?quote } LIMIT 5"],
    "show": ["show", "MP Materials"],
    "status": ["status"],
    "validate": ["validate"],
    "verify": ["verify"],
}
WITHOUT_TABLES = {"explore", "export", "remove", "serve"}
SLOW_ON_MUCH = {"validate"}


def test_every_command_that_prints_a_table_is_known() -> None:
    assert {*PRINTED, *WITHOUT_TABLES} == set(command_names())


@pytest.mark.parametrize("command", PRINTED)
def test_with_json_a_command_prints_json_alone(
    kg: Run, place: Path, small_graph: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(place)
    graph = ["--graph", str(small_graph)] if command in SLOW_ON_MUCH else []
    found = kg(*PRINTED[command], "--format", "json", *graph)
    assert found.code == 0
    assert json.loads(found.out)


@pytest.mark.parametrize("command", ["ask", "status", "query", "diff"])
def test_with_csv_a_command_prints_csv_alone(
    kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(place)
    found = kg(*PRINTED[command], "--format", "csv")
    header, *rows = csv.reader(io.StringIO(found.out))
    assert rows
    assert all(header)
    assert {len(row) for row in rows} == {len(header)}


def test_json_and_csv_say_the_same(kg: Run, corpus_graph: Path) -> None:
    for arguments in (["ask", "share-of", "rare earths"], ["ask", "--list"], ["status"], ["status", "--names"]):
        records = json.loads(kg(*arguments, "--graph", corpus_graph, "--format", "json").out)
        rows = list(csv.DictReader(io.StringIO(kg(*arguments, "--graph", corpus_graph, "--format", "csv").out)))
        assert len(records) == len(rows) > 0
        for record, row in zip(records, rows, strict=True):
            assert {k: "" if v is None else str(v) for k, v in record.items()} == row


def test_notes_go_to_stderr_and_answers_to_stdout(kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    for command, arguments in PRINTED.items():
        if command in SLOW_ON_MUCH:
            continue
        found = kg(*arguments)
        assert found.out.strip()
        assert "articles" in found.err if command == "build" else found.err == ""
    assert "of 28 articles" in kg("build", "corpus").err
    assert "Looking" not in kg("build", "corpus").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "depends-on", "China"],
        ["ask", "share-of", "rare earths"],
        ["ask", "investments", "MP Materials"],
        ["ask", "path", "Japan", "China"],
        ["ask", "chokepoints"],
        ["ask", "chokepoints", "rare earths"],
        ["ask", "what-if", "--without", "China"],
        ["ask", "exposure", "MP Materials"],
        ["ask", "why", "Japan", "China"],
        ["ask", "conflicts"],
        ["ask", "timeline", "MP Materials"],
        ["diff", "graph-2024", "graph"],
        ["ask", "--list"],
        ["show", "MP Materials"],
        ["show", "China"],
        ["show", "rare earths"],
        ["status"],
        ["status", "--names"],
        ["verify"],
        ["query", "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 50"],
        ["query", "SELECT ?doc ?quote WHERE { ?doc oa:exact ?quote } LIMIT 20"],
        ["eval", "gold", "--claims", "claims.jsonl"],
    ],
    ids=" ".join,
)
def test_a_table_fits_a_terminal_of_80_columns(
    kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(place)
    found = kg(*arguments)
    assert found.code == 0
    iri = re.compile(r"https?://\S+")  # on a line of its own, so that it can be copied
    wide = [line for line in found.out.splitlines() if cell_len(line) > 80 and not iri.fullmatch(line.strip())]
    assert wide == []


@pytest.mark.parametrize("question", ["depends-on China", "share-of 'rare earths'", "investments 'MP Materials'"])
def test_every_row_of_an_answer_shows_its_quote_and_its_source(kg: Run, corpus_graph: Path, question: str) -> None:
    arguments = ["ask", *shlex.split(question), "--graph", str(corpus_graph)]
    table = squeezed(kg(*arguments).out)
    records = json.loads(kg(*arguments, "--format", "json").out)
    assert len(records) >= 3
    assert table.count("“") == len(records)
    for record in records:
        assert f"“{squeezed(record['quote'])}” {record['source']}, {record['date']}" in table
        assert all(word in table for word in record["who"].split())


def test_every_fact_of_a_card_shows_its_quote(kg: Run, corpus_graph: Path) -> None:
    card = json.loads(kg("show", "MP Materials", "--graph", corpus_graph, "--format", "json").out)
    table = squeezed(kg("show", "MP Materials", "--graph", corpus_graph).out)
    assert len(card["claims"]) >= 10
    for claim in card["claims"]:
        assert f"“{squeezed(claim['quote'])}” {claim['doc']}" in table
        assert f"[{claim['modality']}]" in table or claim["modality"] == "asserted"


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "depends-on", "China"],
        ["show", "China"],
        ["status", "--names"],
        ["verify"],
        ["query", "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"],
        ["query", "SELECT ?s ?quote WHERE { ?s oa:exact ?quote }"],
    ],
    ids=" ".join,
)
def test_what_an_article_says_is_printed_and_not_obeyed(kg: Run, small_graph: Path, arguments: list[str]) -> None:
    found = kg(*arguments, "--graph", small_graph)
    assert not obeyed(found.out)
    assert not obeyed(found.err)
    if arguments[0] in {"ask", "query"}:
        assert "[red]" in found.out, "printed as it is, not taken for a colour"


def test_what_an_article_says_is_not_obeyed_in_json(kg: Run, small_graph: Path) -> None:
    found = kg("ask", "depends-on", "China", "--graph", small_graph, "--format", "json")
    assert not obeyed(found.out)


def test_a_terminal_gets_nothing_from_an_article_but_text(small_graph: Path) -> None:
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    command = [*RUN, "ask", "depends-on", "China", "--graph", str(small_graph)]
    with subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environment) as process:
        os.close(child)
        found = b""
        while True:
            try:
                part = os.read(parent, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not part:
                break
            found += part
    os.close(parent)
    assert process.returncode == 0
    text = found.decode("utf-8")
    assert "\x1b[1m" in text, "the heading is bold, so colours are on"
    assert "\x1b[31m" not in text
    assert not obeyed(re.sub(r"\x1b\[[\d;]*m", "", text).replace("\r\n", "\n"))


def test_an_answer_can_be_printed_in_any_encoding(corpus_graph: Path) -> None:
    command = [*RUN, "ask", "depends-on", "China", "--graph", str(corpus_graph)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" not in found.stderr
    assert found.returncode == 0


# Exit codes


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["--version"]),
        (0, ["--help"]),
        (0, ["ask", "--list"]),
        (0, ["ask"]),
        (0, ["ask", "depends-on", "Malaysia"]),
        (0, ["query", "ASK { ?s ?p ?o }"]),
        (0, ["query", "ASK { ?s lode:leads lode:leads }"]),
        (2, ["ask", "depends-on", "Atlantis"]),
        (2, ["ask", "no-such-question", "China"]),
        (2, ["show", "Atlantis"]),
        (2, ["explore", "Atlantis"]),
        (2, ["status", "--graph", "nowhere"]),
        (0, ["diff", "graph", "graph"]),
        (1, ["query", "SELECT {"]),
        (2, ["query", "SELEKT ?s { ?s ?p ?o }", "--graph", "nowhere"]),
        (2, ["diff", "graph", "nowhere"]),
        (2, ["diff", "graph"]),
        (2, ["ask", "path", "Japan"]),
        (2, ["ask", "path", "Japan", "Atlantis"]),
        (2, ["ask", "path", "Japan", "China", "Chile"]),
        (2, ["ask", "path", "Japan", "Japan"]),
        (2, ["ask", "path", "Japan", "China", "--stage", "mining"]),
        (2, ["ask", "what-if"]),
        (2, ["ask", "what-if", "--without", "Atlantis"]),
        (2, ["ask", "why", "dependency/none"]),
        (2, ["ask", "conflicts", "--include", "planned"]),
        (2, ["ask", "share-of", "rare earths", "--include", "planned"]),
        (2, ["ask", "share-of", "rare earths", "--stage", "dancing"]),
        (2, ["ask", "share-of", "rare earths", "--time", "soon"]),
        (2, ["ask", "share-of", "rare earths", "--limit", "0"]),
        (2, ["ask", "path", "Japan", "China", "--include", "negated"]),
        (2, ["ask", "share-of", "rare earths", "--plot", "share.txt"]),
        (1, ["ask", "depends-on", "China", "--plot", "more/article.html/share.png"]),
        (2, ["no-such-command"]),
        (2, ["build"]),
        (2, ["show"]),
        (2, ["query"]),
        (2, ["export"]),
        (2, ["export", "-f", "no-such-format"]),
        (2, ["ask", "depends-on"]),
        (2, ["status", "--no-such-option"]),
        (2, ["explore", "China", "--steps", "0"]),
        (2, ["build", "corpus", "--max-bytes", "0"]),
        (2, ["ask", "depends-on", "China", "--format", "turtle"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_the_exit_code_tells_what_happened(
    kg: Run, place: Path, monkeypatch: pytest.MonkeyPatch, code: int, arguments: list[str]
) -> None:
    monkeypatch.chdir(place)
    found = kg(*arguments)
    assert found.code == code
    assert bool(found.out) == (code == 0)
    assert bool(found.err) == (code != 0)


def test_the_version_is_that_of_the_package(kg: Run) -> None:
    assert kg("--version").out == f"kg {__version__}\n"


def test_verify_fails_when_a_quote_is_no_longer_there(kg: Run, tmp_path: Path) -> None:
    path, graph = tmp_path / "a.txt", tmp_path / "graph"
    path.write_text("Japan depends on China for rare earths.\n")
    kg("build", path, "--graph", graph)
    assert kg("verify", "--graph", graph).code == 0
    path.write_text("Norway depends on China for rare earths.\n")
    found = kg("verify", "--graph", graph)
    assert found.code == 1
    assert "0 quotes found where they should be, 1 not." in found.out
    (line,) = [line for line in found.out.splitlines() if line.startswith("  ")]
    assert line.split()[0] == "a"
    path.unlink()
    found = kg("verify", "--graph", graph, "--format", "json")
    assert found.code == 1
    assert str(path) in json.loads(found.out)["unfound"][0]["reason"]


def test_validate_fails_when_a_shape_is_violated(kg: Run, small_graph: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    shutil.copytree(small_graph, graph)
    node = ox.NamedNode("https://example.org/no-claim")
    with GraphStore.writing(graph, json.loads((graph / "graph.json").read_text())) as store:
        claim = (node, ox.NamedNode(RDF + "type"), ox.NamedNode(LODE + "Claim"))
        store.put(ox.NamedNode("https://example.org/"), [claim])
    found = kg("validate", "--graph", graph)
    assert found.code == 1
    assert "https://example.org/no-claim" in found.out
    answer = json.loads(kg("validate", "--graph", graph, "--format", "json").out)
    assert answer["conforms"] is False
    assert len(answer["violations"]) > 0


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> tuple[int, str, Path]:
    """Interrupt a build after some articles; return its exit code, what it told after that, and the graph's folder."""
    folder = tmp_path_factory.mktemp("interrupted") / "graph"
    command = [*RUN, "build", str(corpus), "--graph", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if line.startswith("4 of 28"):
                process.send_signal(signal.SIGINT)
                break
        told = process.stderr.read()
    return process.returncode, told, folder


INTERRUPTIBLE = pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="interruptions are ignored here, as in the background"
)


@pytest.mark.slow
@INTERRUPTIBLE
def test_interrupting_a_build_keeps_what_was_read(interrupted: tuple[int, str, Path]) -> None:
    code, told, folder = interrupted
    assert code == 130
    assert "Traceback" not in told
    store = GraphStore.open(folder)
    assert 4 <= len(store.ledger()) < 28
    assert set(store.instances(LODE + "Document")) == set(store.ledger())


@pytest.mark.slow
@INTERRUPTIBLE
def test_interrupting_a_build_is_told(interrupted: tuple[int, str, Path]) -> None:
    assert "what was read so far is in the graph" in interrupted[1]


@pytest.mark.slow
def test_a_reader_that_wants_no_more_is_no_error(corpus_graph: Path) -> None:
    for arguments in (["export", "-f", "nquads"], ["status", "--names"]):
        command = [*RUN, *arguments, "--graph", str(corpus_graph)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == ""


# Commands


def test_the_graph_may_be_named_by_a_variable(
    kg: Run, corpus_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kg("status").code == 2
    monkeypatch.setenv(GRAPH_VARIABLE, str(corpus_graph))
    assert "documents  28" in kg("status").out
    assert kg("status", "--graph", "elsewhere").code == 2


@pytest.mark.parametrize("name", ["US", "the United States", "united states", "美国", "country/united-states"])
def test_a_thing_is_found_by_any_of_its_names(kg: Run, corpus_graph: Path, name: str) -> None:
    card = json.loads(kg("show", name, "--graph", corpus_graph, "--format", "json").out)
    assert card["label"] == "United States"


def test_ask_tells_plans_from_facts_and_leaves_denials_out(kg: Run, tmp_path: Path) -> None:
    path, graph = tmp_path / "a.txt", tmp_path / "graph"
    path.write_text(
        "Lynas Rare Earths invested $5 million in Iluka Resources.\n\n"
        "Glencore plans to invest $7 million in Iluka Resources.\n\n"
        "Rio Tinto did not invest in Iluka Resources.\n"
    )
    kg("build", path, "--graph", graph)
    rows = json.loads(kg("ask", "investments", "Iluka Resources", "--graph", graph, "--format", "json").out)
    assert sorted((r["who"], r["amount"], r["currency"], r["modality"]) for r in rows) == [
        ("Glencore", 7000000, "USD", "planned"),
        ("Lynas Rare Earths", 5000000, "USD", "asserted"),
    ]
    table = kg("ask", "investments", "Iluka Resources", "--graph", graph).out
    assert "USD 7 million" in table
    assert "planned" in table


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_an_export_is_the_same_in_a_file_as_on_stdout(kg: Run, small_graph: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / "new" / f"graph.{form}"
    told = kg("export", "-f", form, "-o", path, "--graph", small_graph)
    assert (told.code, told.out.strip(), told.err) == (0, str(path), "")
    assert path.read_text(encoding="utf-8") == kg("export", "-f", form, "--graph", small_graph).out
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("form", "read"),
    [("turtle", ox.RdfFormat.TURTLE), ("trig", ox.RdfFormat.TRIG), ("nquads", ox.RdfFormat.N_QUADS)],
)
def test_an_export_holds_what_the_graph_holds(kg: Run, corpus_store: GraphStore, form: str, read: ox.RdfFormat) -> None:
    found = kg("export", "-f", form, "--graph", corpus_store.folder).out
    triples = {q.triple for q in ox.parse(found, format=read)}
    assert triples == set(corpus_store.triples())


def test_exported_claims_are_those_of_the_graph(kg: Run, corpus_graph: Path) -> None:
    claims = [json.loads(line) for line in kg("export", "-f", "claims", "--graph", corpus_graph).out.splitlines()]
    count = kg("query", "SELECT (COUNT(?c) AS ?n) { ?c a lode:Claim }", "--format", "csv", "--graph", corpus_graph).out
    assert len(claims) == int(count.splitlines()[1])
    assert claims == sorted(claims, key=lambda c: (c["doc"], c["start"], c["end"], c["relation"]))
    assert len({c["doc"] for c in claims}) == 28


def test_a_query_may_stand_in_a_file(kg: Run, corpus_graph: Path, tmp_path: Path) -> None:
    sparql = "# who\nSELECT ?who WHERE { ?who lode:owns ?what } ORDER BY ?who"
    path = tmp_path / "who.rq"
    path.write_text(sparql, encoding="utf-8")
    found = kg("query", path, "--graph", corpus_graph)
    assert found.out == kg("query", sparql, "--graph", corpus_graph).out
    assert found.out.splitlines()[0].strip() == "who"


def test_a_query_without_braces_is_a_query(kg: Run, corpus_graph: Path) -> None:
    found = kg("query", "DESCRIBE company:mp-materials", "--graph", corpus_graph)
    assert found.code == 0
    assert "company:mp-materials" in found.out


def test_a_query_for_triples_gives_turtle(kg: Run, corpus_graph: Path) -> None:
    found = kg("query", "CONSTRUCT { ?a lode:owns ?b } WHERE { ?a lode:owns ?b }", "--graph", corpus_graph)
    assert len(list(ox.parse(found.out, format=ox.RdfFormat.TURTLE))) > 10


@pytest.mark.parametrize(
    ("form", "expected"), [("table", "true"), ("csv", "true"), ("json", '{"head":{},"boolean":true}')]
)
def test_a_query_for_a_truth_gives_it(kg: Run, corpus_graph: Path, form: str, expected: str) -> None:
    assert kg("query", "ASK {?s ?p ?o}", "--format", form, "--graph", corpus_graph).out.strip() == expected


def test_a_number_that_was_asked_for_is_printed_exactly(kg: Run, corpus_graph: Path) -> None:
    found = kg("query", "SELECT (1234567 AS ?count) (2024 AS ?year) {}", "--graph", corpus_graph)
    assert found.out.splitlines()[2].split() in (["1234567", "2024"], ["1,234,567", "2024"])


def test_an_explorer_page_is_written_around_a_name(kg: Run, corpus_graph: Path, tmp_path: Path) -> None:
    def shown(*arguments: object) -> set[str]:
        path = tmp_path / "page.html"
        found = kg("explore", *arguments, "--output", path, "--graph", corpus_graph)
        assert (found.code, found.out.strip(), found.err) == (0, str(path), "")
        data = re.search(r'<script type="application/json" id="graph">(.*?)</script>', path.read_text(), re.DOTALL)
        assert data
        graph = json.loads(data[1])
        labels, relations = graph["nodes"]["label"], [relation["name"] for relation in graph["relations"]]
        ends = zip(*(graph["edges"][key] for key in ("from", "relation", "to")), strict=True)
        return {f"{labels[subject]} {relations[relation]} {labels[obj]}" for subject, relation, obj in ends}

    names = json.loads(kg("status", "--names", "--graph", corpus_graph, "--format", "json").out)
    name = next(row["name"] for row in names if row["type"] == "company" and row["claims"] <= 8)
    near, wider = shown(name), shown(name, "--steps", 2)
    assert near
    assert all(name in claim for claim in near)
    assert near < wider


def test_status_counts_what_the_exported_claims_hold(kg: Run, corpus_graph: Path) -> None:
    claims = [json.loads(line) for line in kg("export", "-f", "claims", "--graph", corpus_graph).out.splitlines()]
    rows = json.loads(kg("status", "--graph", corpus_graph, "--format", "json").out)
    numbers = {(row["part"], row["kind"]): row["number"] for row in rows}
    assert numbers["documents", ""] == 28
    for modality in ("asserted", "planned", "possible", "negated"):
        assert numbers.get(("claims", modality), 0) == sum(c["modality"] == modality for c in claims)
    ends = {end["iri"] for c in claims for end in (c["subject"], c["object"])}
    assert sum(n for (part, _), n in numbers.items() if part == "entities") == len(ends)


def test_the_names_that_status_lists_can_be_asked_about(kg: Run, corpus_graph: Path) -> None:
    rows = json.loads(kg("status", "--names", "--graph", corpus_graph, "--format", "json").out)
    assert [row["claims"] for row in rows] == sorted((row["claims"] for row in rows), reverse=True)
    for row in rows[:8]:
        card = json.loads(kg("show", row["name"], "--graph", corpus_graph, "--format", "json").out)
        assert card["label"] == row["name"]
        own = [c for c in card["claims"] if row["name"] in (c["subject"]["label"], c["object"]["label"])]
        assert len(own) == row["claims"]


def test_eval_reads_the_articles_of_a_gold_set(kg: Run, place: Path) -> None:
    found = json.loads(kg("eval", place / "gold", "--format", "json").out)
    assert found["gold"] == found["predicted"] == 1
    assert found["lenient"]["f1"] == found["strict"]["f1"] == 1
    assert found["by_relation"] == {"depends_on": {"matched": 1, "predicted": 1, "gold": 1}}
