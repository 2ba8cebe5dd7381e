"""Ready questions: SPARQL files with a header, found in ontology/questions/ and folders that a user names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.config import ontology_folder
from kg.errors import OntologyError, ParameterError, QueryError
from kg.query.names import NameIndex
from kg.store import GraphStore
from kg.vocab import shorten

_HEADER = re.compile(r"^#\s*(name|sentence|parameter|example):\s*(.+?)\s*$", re.MULTILINE)
_NUMERIC = ("integer", "decimal", "double")


@dataclass(frozen=True)
class Question:
    """A question: its words, the variable that stands for a name, its query, and the file that it is from."""

    name: str
    sentence: str
    parameter: str
    example: str
    query: str
    path: Path


@dataclass(frozen=True)
class Answer:
    """A table: columns in order and a row a solution; cells are text, numbers or None."""

    sentence: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def load_questions(folder: Path | None = None) -> dict[str, Question]:
    """Return the questions of a folder by name; raises OntologyError for a file that is none or none of its own.

    >>> sorted(load_questions())
    ['depends-on', 'investments', 'share-of']
    """
    found: dict[str, Question] = {}
    folder = folder or ontology_folder() / "questions"
    for path in sorted(folder.glob("*.rq")):
        question = _read_question(path)
        if question.name in found:
            raise OntologyError(
                f"{path} has the name {question.name}, as {found[question.name].path.name} has; rename one of them"
            )
        found[question.name] = question
    if not found:
        raise OntologyError(f"{folder} has no questions; add one as its README says or take the package's own")
    return found


def _read_question(path: Path) -> Question:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OntologyError(f"{path} cannot be read: {error}; save it as UTF-8") from error
    header = dict(_HEADER.findall(text))
    if set(header) != {"name", "sentence", "parameter", "example"}:
        raise OntologyError(f"{path} lacks one of the header lines name, sentence, parameter, example; add it")
    question = Question(query=text, path=path, **header)
    if not _variable(question).search(text):
        raise OntologyError(f"{path} has no variable ?{question.parameter}, its parameter; name one that the query has")
    return question


def ask(store: GraphStore, names: NameIndex, question: Question, name: str) -> Answer:
    """Answer a question about a name; raises UnknownNameError or QueryError."""
    entity = names.resolve(name)
    try:
        solutions = store.query(_variable(question).sub(lambda _: str(entity), question.query))
    except QueryError as error:
        raise QueryError(f"{question.path} cannot be asked: {error}") from error
    return tabulate(solutions, question.sentence.replace("{name}", name))


def _variable(question: Question) -> re.Pattern[str]:
    """The parameter wherever the query has it: the engine would bind only variables that the query selects (SEP-0007)."""
    return re.compile(rf"[?$]{re.escape(question.parameter)}(?!\w)")


def find_question(questions: Mapping[str, Question], name: str) -> Question:
    """Return a question by name; raises ParameterError that lists what there is."""
    if name not in questions:
        raise ParameterError(f"There is no question {name!r}; choose one of {', '.join(sorted(questions))}")
    return questions[name]


def tabulate(solutions: ox.QuerySolutions, sentence: str = "", base: str | None = None) -> Answer:
    """Return the solutions of a SELECT query as a table; with a `base`, IRIs are shortened by the known prefixes."""
    columns = [v.value for v in solutions.variables]
    rows = [[_value(solution[column], base) for column in columns] for solution in solutions]
    return Answer(sentence, columns, rows)


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, base: str | None) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.Literal) and term.datatype.value.endswith(_NUMERIC):
        return _number(term.value)
    if isinstance(term, ox.NamedNode) and base is not None:
        return shorten(term.value, base)
    return term.value if not isinstance(term, ox.BlankNode) else str(term)


def _number(text: str) -> float | str:
    """Return a number, or its text where it is none that is written in digits."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number
