"""Ready questions: each is complete and answers its example, and a new one is a file."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.config import ontology_folder
from kg.errors import OntologyError, ParameterError, QueryError, UnknownNameError
from kg.ontology import Ontology
from kg.query.names import NameIndex
from kg.query.questions import Answer, Question, ask, find_question, load_questions, tabulate
from kg.store import GraphStore

GraphOf = Callable[..., GraphStore]
KG = Callable[..., Any]
QUESTIONS = load_questions()
PRODUCERS = """# name: producers
# sentence: Who produces {name}?
# parameter: thing
# example: kg ask producers copper

SELECT ?who WHERE {
  ?claim rdf:predicate lode:produces ; rdf:subject ?maker ; rdf:object ?thing ; lode:modality lode:asserted .
  ?maker skos:prefLabel ?who . FILTER (LANG(?who) = "en")
}
ORDER BY ?who
"""


def write(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"{number}.rq").write_text(text, encoding="utf-8")
    return folder


def records(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


# The questions that ship

COUNTING = {"co-mentions"}  # what is counted is no fact, and has no modality
TELLING = [question for question in QUESTIONS.values() if question.name not in COUNTING]
ASKED_FOR = (
    "agreements-of co-mentions customers-of dependencies-of dependents-of depends-on facilities-in investments owners-of "
    "plans restrictions-on share-of suppliers-of timeline"
)


def example(question: Question) -> list[str]:
    """Return what the example of a question asks about."""
    return shlex.split(question.example)[3:]


def by_name(question: Question) -> str:
    return question.name


def test_every_file_is_a_question() -> None:
    files = sorted((ontology_folder() / "questions").glob("*.rq"))
    assert [QUESTIONS[name].name for name in sorted(QUESTIONS)] == [path.stem for path in files]
    assert set(ASKED_FOR.split()) <= set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=by_name)
def test_a_question_is_complete(question: Question) -> None:
    assert re.fullmatch(r"[a-z][a-z-]*", question.name)
    assert "{name}" in question.sentence
    assert question.sentence.endswith("?")
    for parameter in question.parameters:
        assert f"{{{parameter.name}}}" in question.sentence
        assert f"${parameter.name}" in question.query.split("WHERE", 1)[1]
    assert question.example.startswith(f"kg ask {question.name} ")
    assert question.columns


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=by_name)
def test_every_row_comes_with_its_proof(question: Question) -> None:
    assert question.columns[-3:] == ("quote", "source", "date")
    assert ("modality" in question.columns) == (question in TELLING)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=by_name)
def test_a_question_answers_its_example(question: Question, corpus_graph: Path, kg: KG) -> None:
    outcome = kg(*shlex.split(question.example)[1:], "--graph", corpus_graph, "--format", "csv")
    assert outcome.code == 0
    header, *rows = outcome.out.splitlines()
    assert tuple(header.split(",")) == question.columns
    assert rows


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=by_name)
def test_every_row_quotes_an_article_of_the_corpus(
    question: Question, corpus_store: GraphStore, ontology: Ontology, corpus: Path
) -> None:
    for row in records(ask(corpus_store, NameIndex(corpus_store, ontology), question, *example(question))):
        (file,) = corpus.glob(f"{row['source']}.*")
        assert row["quote"] in file.read_bytes().decode()
        assert row.get("modality", "asserted") in {"asserted", "planned", "possible"}


@pytest.mark.parametrize("question", TELLING, ids=by_name)
def test_a_question_takes_only_the_claims_about_its_name(
    question: Question, corpus_store: GraphStore, ontology: Ontology
) -> None:
    index = NameIndex(corpus_store, ontology)
    mine = ask(corpus_store, index, question, *example(question)).rows
    others = ask(corpus_store, index, question, "Idaho").rows
    assert mine
    assert not [row for row in others if row in mine]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=by_name)
def test_a_question_is_answered_the_same_in_any_language(
    question: Question, corpus_store: GraphStore, ontology: Ontology
) -> None:
    index = NameIndex(corpus_store, ontology)
    english = example(question)[0]
    iri = index.resolve(english).value
    known = ontology.names.get(iri.removeprefix(corpus_store.base))
    chinese = [text for text, language, _ in known.labels if language == "zh"] if known else []
    for name in [iri, english.upper(), *chinese]:
        assert ask(corpus_store, index, question, name).rows == ask(corpus_store, index, question, english).rows


@pytest.mark.parametrize("question", TELLING, ids=by_name)
def test_rows_come_by_modality_and_then_by_number(
    question: Question, corpus_store: GraphStore, ontology: Ontology
) -> None:
    index = NameIndex(corpus_store, ontology)
    for name in (*example(question), "China", "United States", "Lynas", "rare earths", "Korea Zinc"):
        rows = records(ask(corpus_store, index, question, name))
        if question.name == "timeline":
            times = [re.sub("^[^0-9]*", "", row["time"])[:4] for row in rows]
            assert times == sorted(times)
            continue
        grouped = [(row.get("stage") or "", row["of"].lower()) if question.name == "share-of" else "" for row in rows]
        ranks = [["asserted", "planned", "possible"].index(row["modality"]) for row in rows]
        least = [-(row.get("share_min") or row.get("share_max") or 0) for row in rows]
        keys = list(zip(ranks, grouped, least, strict=True))
        assert keys == sorted(keys)


# What each asks, on a few sentences


def answered(store: GraphStore, ontology: Ontology, question: str, *values: str, **named: str) -> list[dict[str, Any]]:
    return records(ask(store, NameIndex(store, ontology), QUESTIONS[question], *values, **named))


def test_depends_on_tells_who_relies_on_a_name(graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of(
        "Germany imports over 80% of its gallium from China. Japan relies on China for rare earths. "
        "South Korea does not depend on China for niobium. Chile supplies Japan with copper."
    )
    rows = {(r["who"], r["what"]): r for r in answered(store, ontology, "depends-on", "China")}
    assert rows.keys() == {("Germany", "gallium"), ("Japan", "rare earths")}
    assert rows["Germany", "gallium"]["share_min"] == 0.8
    assert rows["Germany", "gallium"]["share_max"] is None
    assert rows["Germany", "gallium"]["quote"] == "Germany imports over 80% of its gallium from China"


def test_investments_tells_both_directions_and_the_numbers(graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of(
        "The Pentagon has invested $400 million in MP Materials. Gina Rinehart holds about 8% of MP Materials. "
        "Glencore bought 56% of Westphal Metals for €2.65 billion in 2016."
    )
    rows = {r["how"]: r for r in answered(store, ontology, "investments", "MP Materials")}
    assert rows.keys() == {"invests in", "holds a stake in"}
    assert (rows["invests in"]["amount"], rows["invests in"]["currency"]) == (400_000_000, "USD")
    assert rows["holds a stake in"]["share_min"] == 0.08
    (bought,) = answered(store, ontology, "investments", "Glencore")
    assert (bought["whom"], bought["amount"], bought["time"]) == ("Westphal Metals", 2_650_000_000, "2016")


def test_share_of_sets_what_sources_say_side_by_side(graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of(
        "China accounts for 60% of global rare earth refining.",
        "China accounts for nearly 90% of global rare earth refining.",
        "Chile accounts for 23% of copper mining.",
    )
    rows = answered(store, ontology, "share-of", "rare earths")
    assert [(r["who"], r["share_min"], r["share_max"], r["source"]) for r in rows] == [
        ("China", None, 0.9, "two"),
        ("China", 0.6, 0.6, "one"),
    ]
    assert {r["stage"] for r in rows} == {"refining"}


def test_share_of_takes_in_what_lies_below_however_deep(graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("China accounts for 90% of neodymium refining. Lynas Rare Earths produces rare earths.")
    assert [r["of"] for r in answered(store, ontology, "share-of", "rare earths")] == ["neodymium"]


def test_a_name_that_nobody_asks_for_gets_an_empty_answer(graph_of: GraphOf, ontology: Ontology) -> None:
    assert answered(graph_of("Chile produces copper."), ontology, "investments", "Chile") == []


def test_an_unknown_name_is_an_error(corpus_store: GraphStore, ontology: Ontology) -> None:
    with pytest.raises(UnknownNameError):
        ask(corpus_store, NameIndex(corpus_store, ontology), QUESTIONS["depends-on"], "Quuxington")


# A question of one's own


def test_a_new_question_needs_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus_graph: Path, corpus_store: GraphStore, kg: KG
) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    monkeypatch.setenv("KG_ONTOLOGY", str(folder))
    before = kg("ask", "--list", "--format", "csv").out.splitlines()
    (folder / "questions" / "producers.rq").write_text(PRODUCERS, encoding="utf-8")
    listed = kg("ask", "--list", "--format", "csv")
    assert len(listed.out.splitlines()) == len(before) + 1 > len(QUESTIONS)
    assert "kg ask producers copper" in listed.out
    outcome = kg("ask", "producers", "铜", "--graph", corpus_graph, "--format", "csv")
    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "who")
    direct = corpus_store.query(
        "SELECT DISTINCT ?who { ?x lode:produces commodity:copper ; skos:prefLabel ?who FILTER (LANG(?who) = 'en') }"
    )
    assert set(outcome.out.splitlines()[1:]) == {row["who"].value for row in direct} != set()


def test_the_sentence_repeats_the_name_as_it_was_typed(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper.")
    question = load_questions(write(tmp_path, PRODUCERS))["producers"]
    answer = ask(store, NameIndex(store, ontology), question, "the Copper")
    assert (answer.sentence, list(answer.columns), answer.rows) == ("Who produces the Copper?", ["who"], [["Chile"]])


@pytest.mark.parametrize(
    ("old", "new"),
    [("WHERE {", "{"), ("WHERE {", "where {")],
    ids=["without WHERE", "lower case"],
)
def test_a_question_may_be_written_as_sparql_allows(
    tmp_path: Path, graph_of: GraphOf, ontology: Ontology, old: str, new: str
) -> None:
    store = graph_of("Chile produces copper. Peru produces zinc.")
    question = load_questions(write(tmp_path, PRODUCERS.replace(old, new)))["producers"]
    assert ask(store, NameIndex(store, ontology), question, "copper").rows == [["Chile"]]


def test_a_comment_does_not_change_a_question(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper. Peru produces zinc.")
    question = load_questions(write(tmp_path, "# SELECT WHERE { finds it\n" + PRODUCERS))["producers"]
    assert ask(store, NameIndex(store, ontology), question, "copper").rows == [["Chile"]]


@pytest.mark.parametrize("header", ["name", "sentence", "parameter", "example"])
def test_a_question_without_a_header_line_is_an_error_that_names_the_file(tmp_path: Path, header: str) -> None:
    write(tmp_path, re.sub(rf"# {header}:.*\n", "", PRODUCERS))
    with pytest.raises(OntologyError, match=r"0\.rq") as error:
        load_questions(tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_a_folder_without_questions_is_an_error(tmp_path: Path, folder: str) -> None:
    with pytest.raises(OntologyError, match="no questions"):
        load_questions(tmp_path / folder)


def test_two_questions_of_one_name_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, PRODUCERS, PRODUCERS.replace("Who produces", "Who makes"))
    with pytest.raises(OntologyError, match="producers"):
        load_questions(tmp_path)


def test_a_question_in_another_encoding_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "0.rq").write_bytes(PRODUCERS.replace("Who", "Wör").encode("latin-1"))
    with pytest.raises(OntologyError, match=r"0\.rq"):
        load_questions(tmp_path)


def test_a_parameter_that_the_query_does_not_use_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, PRODUCERS.replace("# parameter: thing", "# parameter: thnig"))
    with pytest.raises(OntologyError, match="thnig"):
        load_questions(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# parameter: thing", "# parameter: thing number"),
        ("# parameter: thing", "# parameter: thing entity maybe"),
        ("# parameter: thing", "# parameter: Thing"),
        ("# parameter: thing", "# parameter: thing\n# parameter: thing"),
        ("# parameter: thing", "# parameter: thing entity optional\n# parameter: who"),
        ("{name}", "{nobody}"),
        ("# sentence", "# name: makers\n# sentence"),
        ("# sentence", "# columns: who\n# columns: whom\n# sentence"),
    ],
)
def test_a_header_that_is_none_is_an_error_that_names_the_file(tmp_path: Path, old: str, new: str) -> None:
    assert load_questions(write(tmp_path, PRODUCERS))
    write(tmp_path, PRODUCERS.replace(old, new))
    with pytest.raises(OntologyError, match=r"0\.rq") as error:
        load_questions(tmp_path)
    assert "\n" not in str(error.value)


def test_other_columns_than_the_header_promises_are_an_error(
    tmp_path: Path, graph_of: GraphOf, ontology: Ontology
) -> None:
    store = graph_of("Chile produces copper.")
    for columns, right in (("who", True), ("whom", False), ("who, quote", False)):
        write(tmp_path, PRODUCERS.replace("# example", f"# columns: {columns}\n# example"))
        question = load_questions(tmp_path)["producers"]
        if right:
            assert ask(store, NameIndex(store, ontology), question, "copper").rows == [["Chile"]]
            continue
        with pytest.raises(QueryError, match="selects who;") as error:
            ask(store, NameIndex(store, ontology), question, "copper")
        assert columns in str(error.value)


def test_a_question_may_ask_about_nothing(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    everything = (
        "# name: makers\n# sentence: Who makes anything?\n# example: kg ask makers\n" + PRODUCERS.split("\n\n")[1]
    )
    store = graph_of("Chile produces copper. Peru produces zinc.")
    question = load_questions(write(tmp_path, everything))["makers"]
    answer = ask(store, NameIndex(store, ontology), question)
    assert (answer.sentence, answer.rows) == ("Who makes anything?", [["Chile"], ["Peru"]])
    with pytest.raises(ParameterError, match="takes nothing"):
        ask(store, NameIndex(store, ontology), question, "copper")


def test_what_selects_nothing_is_no_question(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    query = PRODUCERS.split("\n\n", maxsplit=1)[0] + "\nASK { ?claim rdf:object ?thing }"
    question = load_questions(write(tmp_path, query))["producers"]
    store = graph_of("Chile produces copper.")
    with pytest.raises(QueryError, match="SELECT"):
        ask(store, NameIndex(store, ontology), question, "copper")


def test_a_column_may_have_the_name_of_a_parameter(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper.")
    query = PRODUCERS.replace("SELECT ?who", "SELECT ?who (1 AS ?thing)").replace(
        "rdf:object ?thing", "rdf:object $thing"
    )
    question = load_questions(write(tmp_path, query))["producers"]
    assert ask(store, NameIndex(store, ontology), question, "copper").rows == [["Chile", 1]]


def test_the_name_stands_in_subqueries_too(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper. Peru produces zinc.")
    count = "SELECT ?n { { SELECT (COUNT(?c) AS ?n) { ?c a lode:Claim ; rdf:object ?thing } } }"
    question = load_questions(write(tmp_path, PRODUCERS.split("\nSELECT", maxsplit=1)[0] + "\n" + count))["producers"]
    assert ask(store, NameIndex(store, ontology), question, "copper").rows == [[1]]


def test_a_question_may_show_what_was_asked_about(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper.")
    query = PRODUCERS.replace("SELECT ?who", "SELECT (?thing AS ?what) ?who")
    question = load_questions(write(tmp_path, query))["producers"]
    rows = ask(store, NameIndex(store, ontology), question, "copper").rows
    assert rows == [[f"{store.base}commodity/copper", "Chile"]]


def test_a_broken_query_is_an_error_when_it_is_asked(tmp_path: Path, graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Chile produces copper.")
    question = load_questions(write(tmp_path, PRODUCERS.replace("ORDER BY", "ORDRE BY")))["producers"]
    with pytest.raises(QueryError) as error:
        ask(store, NameIndex(store, ontology), question, "copper")
    assert "\n" not in str(error.value)


def test_an_unknown_question_lists_those_there_are() -> None:
    with pytest.raises(ParameterError, match="did you mean depends-on,") as error:
        find_question(QUESTIONS, "depend-on")
    assert all(name in str(error.value) for name in QUESTIONS)
    with pytest.raises(ParameterError, match="choose one of"):
        find_question(QUESTIONS, "zzz")
    assert find_question(QUESTIONS, "depends-on") is QUESTIONS["depends-on"]


# Tables


def test_cells_are_text_numbers_or_nothing(corpus_store: GraphStore) -> None:
    query = """SELECT (lode:investsIn AS ?iri) ("rare \\"earths\\""@en AS ?text) (400000000 AS ?whole) (0.5 AS ?part)
        (1e3 AS ?double) ("2024"^^xsd:gYear AS ?year) (true AS ?yes) ?nothing WHERE { }"""
    solutions = corpus_store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    answer = tabulate(solutions, "Asked?", base=corpus_store.base)
    (row,) = records(answer)
    assert row == {
        "iri": "lode:investsIn",
        "text": 'rare "earths"',
        "whole": 400_000_000,
        "part": 0.5,
        "double": 1000,
        "year": "2024",
        "yes": "true",
        "nothing": None,
    }
    assert isinstance(row["whole"], int)
    assert answer.sentence == "Asked?"


def test_iris_are_whole_without_a_base(corpus_store: GraphStore) -> None:
    solutions = corpus_store.query("SELECT (lode:investsIn AS ?iri) WHERE { }")
    assert tabulate(solutions).rows == [["https://w3id.org/lodestone/ontology#investsIn"]]


@pytest.mark.parametrize("value", ["NaN", "INF"])
def test_a_number_that_is_none_is_shown(corpus_store: GraphStore, value: str) -> None:
    solutions = corpus_store.query(f'SELECT ("{value}"^^xsd:double AS ?n) WHERE {{ }}')
    ((cell,),) = tabulate(solutions).rows
    assert str(cell).upper() == value.upper()
