"""Ready questions: SPARQL files with a header, found in ontology/questions/ and folders that a user names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
from rapidfuzz import process

from kg.config import ontology_folder
from kg.errors import OntologyError, ParameterError, QueryError
from kg.query.facts import keep_one_row_a_fact
from kg.query.headers import PLACE, read_header
from kg.query.names import NameIndex
from kg.query.parameters import NOT_GIVEN, Parameter, put_terms
from kg.store import GraphStore
from kg.vocab import shorten

_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_NUMERIC = ("integer", "decimal", "double")
_CLOSE = 60
_FILE_NAME = re.compile(r"[\w-]+")  # of a question without its ending; nothing that leads out of the folder

Found = TypeVar("Found", bound="Asking")


@dataclass(frozen=True)
class Asking:
    """What can be asked: its name, its words, its parameters, an example, and the columns that it answers with."""

    name: str
    sentence: str
    parameters: tuple[Parameter, ...]
    example: str
    columns: tuple[str, ...]

    @property
    def parameter(self) -> str:
        """The name of the first parameter, "" if there is none."""
        return self.parameters[0].name if self.parameters else ""

    @property
    def asks(self) -> str:
        """The question in words, its parameters in capitals, what may be left out in brackets."""
        return _fill(self.sentence, {p.name: p.name.upper() for p in self.parameters}, self.parameter, brackets=True)

    def said(self, values: Mapping[str, str]) -> str:
        """Return the question in words, about values as they were typed."""
        return _fill(self.sentence, values, self.parameter)


@dataclass(frozen=True)
class Question(Asking):
    """A question that is a query, and the file that it is from."""

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

    >>> load_questions()["share-of"].asks
    'Who holds which share of NAME[ in STAGE][ in TIME], as each source states it?'
    """
    folder = folder or ontology_folder() / "questions"
    found = _by_name(_question(path, text) for path, text in _read_texts(sorted(folder.glob("*.rq"))))
    if not found:
        raise OntologyError(f"{folder} has no questions; add one as its README says or take the package's own")
    return found


def load_question(name: str, folder: Path | None = None) -> Question | None:
    """Return the question of a folder that has a name, None if none has: that of the file of this name, else of any other.

    Of other files only the name of the question is looked at. Raises OntologyError as `load_questions` does.

    >>> load_question("share-of").example, load_question("shares-of")
    ('kg ask share-of "rare earths"', None)
    """
    named = re.compile(rf"^#\s*name:\s*{re.escape(name)}\s*$", re.MULTILINE)
    folder = folder or ontology_folder() / "questions"
    for paths in ([folder / f"{name}.rq"] if _FILE_NAME.fullmatch(name) else [], sorted(folder.glob("*.rq"))):
        texts = _read_texts(path for path in paths if path.is_file())
        if found := _by_name(_question(path, text) for path, text in texts if named.search(text)):
            return found[name]
    return None


def _by_name(questions: Iterable[Question]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for question in questions:
        if question.name in found:
            raise OntologyError(
                f"{question.path} has the name {question.name}, as {found[question.name].path.name} has; rename one of them"
            )
        found[question.name] = question
    return found


def _read_texts(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        try:
            yield path, path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise OntologyError(f"{path} cannot be read: {error}; save it as UTF-8") from error


def _question(path: Path, text: str) -> Question:
    header = read_header(path, text)
    return Question(header.name, header.sentence, header.parameters, header.example, header.columns, text, path)


def ask(store: GraphStore, names: NameIndex, question: Question, /, *values: str, **named: str) -> Answer:
    """Answer a question about values for its parameters, given in order or by name; each row is a fact of its own.

    Raises ParameterError for a parameter that is missing or that there is not, UnknownNameError, and QueryError if the
    query cannot be run or does not answer with the columns that its header promises.
    """
    given = given_values(question, values, named)
    terms = {p: p.read(given[p.name], names) if p.name in given else NOT_GIVEN for p in question.parameters}
    try:
        solutions = store.query(put_terms(question.query, terms))
    except QueryError as error:
        raise QueryError(f"{question.path} cannot be asked: {error}") from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise QueryError(f"{question.path} cannot be asked: it selects nothing; write it as SELECT")
    answer = tabulate(solutions, question.said(given))
    if question.columns and question.columns != tuple(answer.columns):
        raise QueryError(
            f"{question.path} promises the columns {', '.join(question.columns)} but selects {', '.join(answer.columns)}; "
            "mend one of them"
        )
    return Answer(answer.sentence, answer.columns, keep_one_row_a_fact(answer.columns, answer.rows))


def given_values(question: Asking, values: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Return what was given for each parameter, in order or by name; raises ParameterError."""
    parameters = [p.name for p in question.parameters]
    takes = " and ".join(parameters) or "nothing"
    if len(values) > len(parameters):
        raise ParameterError(f"{question.name} takes {takes} and not {values[-1]!r} besides; as in {question.example}")
    given = dict(zip(parameters, values, strict=False))
    for name, value in named.items():
        if name not in parameters:
            raise ParameterError(f"{question.name} takes {takes}, and has no parameter {name!r}; leave it out")
        if name in given:
            raise ParameterError(f"{question.name} is given two values for {name}; leave one of them out")
        given[name] = value
    for parameter in question.parameters:
        if not parameter.optional and parameter.name not in given:
            raise ParameterError(f"{question.name} needs a {parameter.name}; ask for example: {question.example}")
    return given


def find_question(questions: Mapping[str, Found], name: str) -> Found:
    """Return a question by name; raises ParameterError that lists what there is, what is close first."""
    if name not in questions:
        close = [found for found, _, _ in process.extract(name, sorted(questions), limit=1, score_cutoff=_CLOSE)]
        meant = f"did you mean {close[0]}, or another of" if close else "choose one of"
        raise ParameterError(
            f"There is no question {name!r}; {meant} {', '.join(sorted(questions))}{'?' * bool(close)}"
        )
    return questions[name]


def tabulate(solutions: ox.QuerySolutions, sentence: str = "", base: str | None = None) -> Answer:
    """Return the solutions of a SELECT query as a table; with a `base`, IRIs are shortened by the known prefixes."""
    columns = [v.value for v in solutions.variables]
    rows = [[_value(term, base) for term in solution] for solution in solutions]
    return Answer(sentence, columns, rows)


def _fill(sentence: str, values: Mapping[str, str], first: str, *, brackets: bool = False) -> str:
    """Put values into a sentence; what stands in brackets is left out if a value for it is missing."""

    def known(place: re.Match[str]) -> str:
        return values.get(place[1]) or (values.get(first, "") if place[1] == "name" else "")

    def part(bracket: re.Match[str]) -> str:
        return bracket[1] if all(place in values for place in PLACE.findall(bracket[1])) else ""

    return PLACE.sub(known, sentence if brackets else _IN_BRACKETS.sub(part, sentence))


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
