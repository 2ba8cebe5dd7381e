"""What the documentation says is so: its commands run, its tables are complete, its links lead somewhere."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

import pytest
import typer

from kg import __version__, cli, pipeline
from kg.config import DEFAULT_BASE, GRAPH_VARIABLE, ONTOLOGY_VARIABLE, ontology_folder
from kg.export import EXPORTERS
from kg.extract.frames import Frame
from kg.ontology import Ontology
from kg.query.questions import load_questions
from kg.read.reader import READERS, RECORDS
from kg.store import GraphStore
from kg.vocab import PREFIXES, prefixes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
DOCS = README + "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "docs").glob("*.md")))
PAGES = sorted(
    p
    for p in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part in {"corpus", "tests"} for part in p.relative_to(ROOT).parts[:-1])
)
GOLD = {
    "doc": "a",
    "quote": "Japan depends on China",
    "relation": "depends_on",
    "subject": "Japan",
    "object": "China",
    "qualifiers": {},
    "modality": "asserted",
}


class Outcome(Protocol):
    code: int
    out: str
    err: str


def fenced(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the language and the lines of each fenced block, lines that are continued joined."""
    for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield language, body.replace("\\\n", " ").splitlines()


def commands() -> list[str]:
    """Return the `kg` commands of the README's fenced blocks."""
    found = []
    for language, lines in fenced(README):
        if language in {"", "sh", "shell", "bash", "console"}:
            found += [m[1] for line in lines if (m := re.fullmatch(r"(?:\$ )?(kg(?: .*)?)", line.strip()))]
    return list(dict.fromkeys(found))


def samples() -> list[tuple[str, list[str]]]:
    """Return the commands of which the README shows the output, with its lines."""
    found = []
    for _, lines in fenced(README):
        starts = [i for i, line in enumerate(lines) if line.startswith("$ kg ")]
        for start, end in itertools.pairwise([*starts, len(lines)]):
            if output := [line.rstrip() for line in lines[start + 1 : end] if line.strip()]:
                found.append((lines[start].removeprefix("$ "), output))
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, corpus: Path, corpus_graph: Path) -> Path:
    """A folder with what the commands name: the articles, their graph, more articles, a gold set, a query."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "corpus").symlink_to(corpus)
    shutil.copytree(corpus_graph, folder / "graph")
    for name in re.findall(r"\S+\.rq\b", " ".join(commands())):
        (folder / name).write_text("SELECT ?s WHERE { ?s a lode:Claim } LIMIT 3", encoding="utf-8")
    (folder / "gold").mkdir()
    (folder / "gold" / "a.txt").write_text("Japan depends on China for rare earths.\n", encoding="utf-8")
    (folder / "gold" / "gold.jsonl").write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    (folder / "gold" / "entities.jsonl").write_text("", encoding="utf-8")
    pipeline.build([folder / "gold" / "a.txt"], folder / "small")
    return folder


@pytest.fixture(autouse=True)
def _here(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.delenv(GRAPH_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(typer, "launch", lambda url: 0)  # no browser opens in a test


def provide(arguments: list[str], article: Path) -> None:
    """Put an article wherever a build looks for one that is not there."""
    for argument in arguments[1:] if arguments[0] == "build" else []:
        path = Path(argument)
        if argument.startswith("-") or path.exists() or path.name == "graph":
            continue
        target = path if path.suffix else path / "article.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(article, target)


# README


def test_the_readme_shows_commands() -> None:
    assert len(commands()) >= 8
    assert {shlex.split(c)[1] for c in commands()} >= {"build", "ask", "show", "query", "explore", "export"}


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(
    kg: Callable[..., Outcome], corpus: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    arguments = shlex.split(command, comments=True)[1:]
    provide(arguments, corpus / "lynas-01.txt")
    if arguments[0] == "validate":  # which is slow on much; the whole corpus is validated in test_check.py
        monkeypatch.setenv(GRAPH_VARIABLE, "small")
    found = kg(*arguments)
    assert found.code == 0, found.err
    assert found.out.strip()
    assert "nothing" not in found.out


def test_output_that_the_readme_shows_is_what_is_printed(kg: Callable[..., Outcome]) -> None:
    assert samples()
    for command, shown in samples():
        printed = [line.rstrip() for line in kg(*shlex.split(command)[1:]).out.splitlines()]
        for line in shown:
            if set(line) - set("─…. "):
                assert line in printed


def test_every_command_is_in_the_readme() -> None:
    names = sorted(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert len(names) >= 10
    assert [name for name in names if not re.search(rf"`kg {name}\b", README)] == []


def test_every_command_of_the_readme_is_one() -> None:
    names = set(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"`kg ([a-z]+)\b", README)) <= names


def test_every_format_that_is_read_is_in_the_docs() -> None:
    suffixes = {*READERS, *RECORDS}
    assert len(suffixes) >= 8
    assert [s for s in sorted(suffixes) if f"`{s}`" not in DOCS] == []


def test_every_format_that_is_written_is_in_the_docs() -> None:
    assert len(EXPORTERS) >= 5
    assert [form for form in EXPORTERS if f"`{form}`" not in DOCS] == []


def test_every_question_is_in_the_docs() -> None:
    questions = load_questions()
    assert len(questions) >= 3
    assert [name for name in questions if not re.search(rf"`{name}\b", DOCS)] == []


def test_every_relation_is_in_the_docs(ontology: Ontology) -> None:
    assert len(ontology.relations) == 18
    assert [name for name in ontology.relations if not re.search(rf"\b{name}\b", DOCS)] == []


@pytest.mark.parametrize("variable", [GRAPH_VARIABLE, ONTOLOGY_VARIABLE])
def test_every_variable_is_in_the_docs(variable: str) -> None:
    assert f"`{variable}`" in DOCS


def test_every_exit_code_is_in_the_docs() -> None:
    (text,) = re.findall(r"[Ee]xit codes?:(.*?)\n\n", DOCS, re.DOTALL)
    assert {"0", "1", "2", "130"} <= set(re.findall(r"\b\d+\b", text))


def test_the_turtle_that_the_readme_shows_is_in_the_graph(corpus_store: GraphStore) -> None:
    blocks = ["\n".join(lines) for language, lines in fenced(README) if language == "turtle"]
    assert blocks
    known = prefixes(DEFAULT_BASE)
    terms = {str(term) for q in corpus_store.quads() for term in (q.subject, q.predicate, q.object)}
    for prefix, local in re.findall(
        r"\b([a-z]+):([\w-]+)(?![\w#…-])", re.sub(r'"[^"]*"(?:\^\^\S+)?', "", "\n".join(blocks))
    ):
        assert prefix in known, f"{prefix}: is no prefix of the graph"
        assert f"<{known[prefix]}{local}>" in terms or prefix in PREFIXES.keys() - {"lode"}, f"{prefix}:{local}"


def test_links_lead_to_files() -> None:
    assert ROOT / "README.md" in PAGES
    assert len(PAGES) >= 5
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / unquote(target.split("#")[0])).exists()
    ]
    assert broken == []


def test_files_that_the_readme_names_exist() -> None:
    named = re.findall(r"`((?:kg|ontology|corpus|docs|tests|benchmarks|\.ci)/[\w./-]*)`", README)
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s*$|\s+#)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


# Keys of the data


def keys_in(table: str) -> set[str]:
    """Return what stands in backticks in the first column of the tables of a page."""
    rows = re.findall(r"^\|([^|]*)\|", table, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([\w:]+)`", row)}


TRIGGERS = {"verbs", "nouns", "adjectives", "mentions"}
FRAME_KEYS = Frame.__dataclass_fields__.keys() - {"triggers"} | TRIGGERS


@pytest.mark.parametrize("key", sorted(FRAME_KEYS))
def test_every_key_of_a_frame_is_documented(key: str) -> None:
    assert key in keys_in((ontology_folder() / "frames" / "README.md").read_text(encoding="utf-8"))


def test_every_documented_key_of_a_frame_is_one() -> None:
    documented = keys_in((ontology_folder() / "frames" / "README.md").read_text(encoding="utf-8"))
    assert len(documented) >= 20
    assert documented <= FRAME_KEYS


def test_the_headers_of_a_question_are_documented() -> None:
    page = (ontology_folder() / "questions" / "README.md").read_text(encoding="utf-8")
    assert keys_in(page) == {"name", "sentence", "parameter", "example", "columns"}


def test_the_properties_of_names_are_documented() -> None:
    used = {
        key
        for path in (ontology_folder() / "names").glob("*.ttl")
        for key in re.findall(r"^\s+(\w+:\w+) ", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(used) >= 5
    assert used <= keys_in((ontology_folder() / "names" / "README.md").read_text(encoding="utf-8"))


# Versions


def test_the_version_is_the_newest_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    source = (ROOT / project["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    released = re.findall(r"^## \[?v?(\d+\.\d+\.\d+[^\s\]]*)", CHANGELOG, re.MULTILINE)
    assert released[0] == version == __version__


def test_every_version_of_the_changelog_has_a_date_and_they_go_back_in_time() -> None:
    entries = re.findall(r"^## \[?v?\d+\.\d+\.\d+[^\s\]]*\]? - (.+)$", CHANGELOG, re.MULTILINE)
    assert entries
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) for date in entries)
    assert entries == sorted(entries, reverse=True)
