"""All that can be asked is found by name, takes what it says it takes, and answers with the columns that it promises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.config import ONTOLOGY_VARIABLE, ontology_folder
from kg.errors import ParameterError, UnknownNameError
from kg.ontology import Ontology
from kg.query.analyses import ANALYSES, cut
from kg.query.asking import answer_question, check_included, find_asking, join_answers, load_askings
from kg.query.names import NameIndex
from kg.query.questions import Answer, Question, load_questions
from kg.store import GraphStore

GIVEN = {
    "path": {"dependent": "Lynas Rare Earths", "provider": "Australia"},
    "chokepoints": {"commodity": "rare earths"},
    "what-if": {"without": "China"},
    "exposure": {"name": "MP Materials"},
    "why": {"edge": "MP Materials", "provider": "U.S. Department of Defense"},
    "conflicts": {},
}


@pytest.fixture(scope="module")
def names(corpus_store: GraphStore, ontology: Ontology) -> NameIndex:
    return NameIndex(corpus_store, ontology)


def rows(names: NameIndex, asked: str, /, **given: str) -> list[dict[str, object]]:
    answer = join_answers(answer_question(names, find_asking(asked), given))
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_files_and_analyses_are_listed_together_by_name() -> None:
    assert list(load_askings()) == sorted({*load_questions(), *ANALYSES})
    assert set(GIVEN) == set(ANALYSES)
    assert isinstance(find_asking("share-of"), Question)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_an_analysis_answers_with_the_columns_that_it_promises(names: NameIndex, name: str) -> None:
    found = rows(names, name, **GIVEN[name])
    assert found
    assert all(tuple(row) == ANALYSES[name].columns for row in found)
    assert all(row["quote"] and row["source"] for row in found)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_an_analysis_says_what_it_rests_on(names: NameIndex, name: str) -> None:
    for answer in answer_question(names, find_asking(name), GIVEN[name]):
        assert "Rests on " in answer.sentence
        assert " source" in answer.sentence


def test_without_a_commodity_chokepoints_are_of_the_network_too(names: NameIndex) -> None:
    stages, cuts, ways = answer_question(names, find_asking("chokepoints"), {})
    assert tuple(stages.columns) == ANALYSES["chokepoints"].columns
    assert "cuts_off" in cuts.columns
    assert "betweenness" in ways.columns
    joined = join_answers([stages, cuts, ways])
    assert [row[0] for row in joined.rows] == [1] * len(stages.rows) + [2] * len(cuts.rows) + [3] * len(ways.rows)
    assert all(len(row) == len(joined.columns) for row in joined.rows)


def test_chokepoints_keep_to_a_commodity_and_a_stage(names: NameIndex) -> None:
    every = rows(names, "chokepoints", stage="mining")
    assert {row["stage"] for row in every} == {"mining"}
    assert len({row["of"] for row in every}) > 1
    one = rows(names, "chokepoints", commodity="rare earths", stage="mined")
    assert one == [row for row in every if row["of"] == "magnet rare earths"] != []
    assert rows(names, "chokepoints", commodity="rare earths", stage="recycling") == []


def test_why_is_asked_of_an_edge_or_of_two_names(names: NameIndex) -> None:
    both = rows(names, "why", edge="Japan", provider="China")
    assert {row["rule"] for row in both} == {"supplies"}
    edge = str(both[0]["edge"])
    assert rows(names, "why", edge=edge) == [row for row in both if row["edge"] == edge]
    assert rows(names, "why", edge=names.store.base + edge) == rows(names, "why", edge=edge)
    assert rows(names, "why", edge="China", provider="Japan") == []
    with pytest.raises(UnknownNameError):
        rows(names, "why", edge="Atlantis", provider="Japan")
    for edge in ("Japan", "dependency/0", "<>", ""):
        with pytest.raises(UnknownNameError):
            rows(names, "why", edge=edge)


def test_conflicts_are_of_all_or_of_one_thing(names: NameIndex) -> None:
    every, one = rows(names, "conflicts"), rows(names, "conflicts", name="MP Materials")
    assert 0 < len(one) < len(every)
    assert all("MP Materials" in (row["subject"], row["object"]) for row in one)


def test_what_is_planned_counts_if_it_is_included(names: NameIndex) -> None:
    asking, given = find_asking("path"), {"dependent": "Tesla", "provider": "Talon Metals"}
    (without,) = answer_question(names, asking, given)
    (with_plans,) = answer_question(names, asking, given, ["planned"])
    assert list(without.rows) == []
    assert len(with_plans.rows) == 1


@pytest.mark.parametrize("modality", ["negated", "asserted", "", "Planned"])
def test_nothing_else_can_be_included(names: NameIndex, modality: str) -> None:
    with pytest.raises(ParameterError, match="planned or possible"):
        check_included([modality])
    with pytest.raises(ParameterError, match="planned or possible"):
        answer_question(names, find_asking("path"), GIVEN["path"], [modality])


@pytest.mark.parametrize("name", ["share-of", "conflicts"])
def test_what_compares_all_that_is_said_takes_no_including(names: NameIndex, name: str) -> None:
    given = {"name": "rare earths"}
    assert answer_question(names, find_asking(name), given)
    with pytest.raises(ParameterError, match=name):
        answer_question(names, find_asking(name), given, ["planned"])


@pytest.mark.parametrize("name", ["share-of", "what-if", "exposure", "conflicts", "why", "chokepoints"])
def test_a_limit_cuts_and_tells(names: NameIndex, name: str) -> None:
    given = {**GIVEN, "share-of": {"name": "rare earths"}, "chokepoints": {}}[name]
    (every, *_), (few, *_) = (answer_question(names, find_asking(name), given, limit=n) for n in (None, 1))
    assert len(few.rows) < len(every.rows)
    assert list(few.rows) == list(every.rows)[: len(few.rows)]
    assert "1 of " in few.sentence
    for number in (0, -1):
        with pytest.raises(ParameterError, match=str(number)):
            answer_question(names, find_asking(name), given, limit=number)


def test_a_limit_that_cuts_nothing_tells_nothing() -> None:
    answer = Answer("Who?", ["who"], [["a"], ["b"]])
    assert cut(answer, 2) == cut(answer, None) == answer
    assert cut(answer, 1).rows == [["a"]]


def test_tables_are_joined_and_one_stays_as_it_is() -> None:
    one, other = Answer("A?", ["a", "b"], [[1, 2]]), Answer("B?", ["b", "c"], [[3, 4]])
    assert join_answers([one]) == one
    joined = join_answers([one, other])
    assert (list(joined.columns), joined.rows) == (["table", "a", "b", "c"], [[1, 1, 2, None], [2, None, 3, 4]])


def test_a_file_takes_the_place_of_an_analysis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(ontology_folder(), tmp_path / "ontology"))
    header = "# name: path\n# sentence: What of {name}?\n# parameter: name\n# example: kg ask path China\n"
    (folder / "questions" / "path.rq").write_text(header + "SELECT ?s WHERE { ?s ?p $name }", encoding="utf-8")
    monkeypatch.setenv(ONTOLOGY_VARIABLE, str(folder))
    assert isinstance(find_asking("path"), Question)
