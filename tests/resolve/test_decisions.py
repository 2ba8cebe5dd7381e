"""The user's decisions: a line each, checked against each other; a mistake is told with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.ontology import load_ontology, ontology_version
from kg.resolve.decisions import Decision, Decisions, load_decisions

HEAD = (
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
)


def decided(folder: Path, *lines: str) -> Decisions:
    """Return the decisions of a file with these lines after three of prefixes."""
    (folder / "names").mkdir(exist_ok=True)
    (folder / "names" / "decisions.ttl").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return load_decisions(folder)


def test_the_file_that_ships_decides_nothing() -> None:
    assert load_decisions().lines == ()


def test_there_need_be_no_file(tmp_path: Path) -> None:
    assert load_decisions(tmp_path).lines == ()


def test_the_examples_of_the_file_that_ships_are_decisions(tmp_path: Path) -> None:
    text = load_decisions().path.read_text(encoding="utf-8")
    examples = [line.partition("<")[1] + line.partition("<")[2] for line in text.splitlines() if "owl:" in line]
    kinds = [decided(tmp_path, line).lines[0].kind for line in examples if not line.startswith("<http")]
    assert kinds == ["merge", "apart", "split"]


def test_a_line_is_a_decision_with_its_reason_and_number(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        '<company/a> owl:sameAs <company/b> ; rdfs:comment "one register" .',
        "# a remark",
        "<company/c> owl:differentFrom <company/d> .",
        '<company/e> owl:differentFrom <company/f> ; dcterms:source <doc/y> , <doc/x> ; rdfs:comment "why" . # so',
    )
    assert found.lines == (
        Decision("merge", "company/a", "company/b", (), "one register", 4),
        Decision("apart", "company/c", "company/d", (), "", 6),
        Decision("split", "company/e", "company/f", ("doc/x", "doc/y"), "why", 7),
    )


def test_merges_chain(tmp_path: Path) -> None:
    found = decided(tmp_path, "<company/a> owl:sameAs <company/b> .", "<company/b> owl:sameAs <company/c> .")
    assert [found.kept(f"company/{x}") for x in "abcd"] == ["company/c", "company/c", "company/c", "company/d"]


def test_a_decision_tells_where_it_stands_and_why(tmp_path: Path) -> None:
    found = decided(tmp_path, '<company/a> owl:sameAs <company/b> ; rdfs:comment "one register" .')
    assert found.because(found.lines[0]) == "your decision in decisions.ttl, line 4: one register"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<company/a> owl:sameAs", "is no Turtle"),
        ("<company/a> owl:sameAs <company/b> , <company/c> .", "is not one decision"),
        ("<company/a> owl:sameAs <company/b> . <company/c> owl:sameAs <company/d> .", "is not one decision"),
        ("<company/a> owl:sameAs <company/b> ; owl:differentFrom <company/c> .", "is not one decision"),
        ('<company/a> rdfs:comment "a remark" .', "is not one decision"),
        ("<company/a> rdfs:label <company/b> .", "which no decision has"),
        ('<company/a> owl:sameAs "company/b" .', "which is no entity"),
        ("<company/a> owl:sameAs <company/a> .", "and itself"),
        ("<firm/a> owl:sameAs <company/a> .", "firm/a, which is no entity"),
        ("<http://example.org/a> owl:sameAs <company/a> .", "which is no entity"),
        ("<company/a> owl:sameAs <doc/x> .", "which is no entity"),
        ("<company/a> owl:sameAs <company/b> ; dcterms:source <doc/x> .", "a merge holds in all"),
        ("<company/a> owl:differentFrom <company/b> ; dcterms:source <company/c> .", "names the document company/c"),
    ],
)
def test_what_is_no_decision_is_told_with_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(OntologyError, match=words) as error:
        decided(tmp_path, "# a remark", line)
    assert f"{tmp_path / 'names' / 'decisions.ttl'}, line 5 " in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["<company/a> owl:sameAs <company/b> .", "<company/a> owl:sameAs <company/c> ."], "line 5 .*and line 4"),
        (["<company/a> owl:sameAs <company/b> .", "<company/b> owl:sameAs <company/a> ."], "line 5 .*circle"),
        (
            [f"<company/{a}> owl:sameAs <company/{b}> ." for a, b in ("ab", "bc", "ca")],
            "line 6 .*circle",
        ),
        (["<company/a> owl:sameAs <company/b> .", "<company/a> owl:differentFrom <company/b> ."], "line 5 .*apart"),
        (
            [
                "<company/a> owl:differentFrom <company/c> .",
                "<company/a> owl:sameAs <company/b> .",
                "<company/c> owl:sameAs <company/b> .",
            ],
            "line 4 .*other lines merge",
        ),
        (
            [f"<company/{x}> owl:differentFrom <company/a> ; dcterms:source <doc/s> ." for x in "bc"],
            "line 5 .*and line 4",
        ),
    ],
)
def test_decisions_that_contradict_each_other_are_told(tmp_path: Path, lines: list[str], words: str) -> None:
    with pytest.raises(OntologyError, match=words):
        decided(tmp_path, *lines)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<company/a> owl:sameAs <company/none> .", "company/none, which no name and no article knows"),
        ("<company/none> owl:sameAs <company/a> .", "company/none, which no name and no article knows"),
        ("<company/none> owl:differentFrom <company/a> .", "company/none, which no name and no article knows"),
        ("<company/new> owl:differentFrom <company/none> ; dcterms:source <doc/x> .", "company/none"),
        ("<company/new> owl:differentFrom <company/a> ; dcterms:source <doc/y> .", "doc/y, which the graph does not"),
    ],
)
def test_a_decision_about_what_there_is_not_is_an_error(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(OntologyError, match=f"line 4 .*{words}"):
        decided(tmp_path, line).check({"company/a"}, {"doc/x"})


def test_what_a_split_makes_may_be_new(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "<company/new> owl:differentFrom <company/a> ; dcterms:source <doc/x> .",
        "<company/new> owl:sameAs <company/b> .",
    )
    found.check({"company/a", "company/b"}, {"doc/x"})


def test_decisions_are_no_names_and_no_reason_to_read_again(tmp_path: Path) -> None:
    folder = shutil.copytree(load_decisions().path.parents[1], tmp_path / "ontology")
    before = ontology_version(folder)
    assert decided(folder, "<company/a> owl:sameAs <company/b> .").lines
    assert ontology_version(folder) == before
    assert "company/a" not in load_ontology(folder).names
