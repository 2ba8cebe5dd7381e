"""Ready questions: SPARQL files with a header, found in ontology/questions/ and folders that a user names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.config import ontology_folder
from kg.errors import OntologyError, QueryError
from kg.query.names import NameIndex
from kg.store import GraphStore
from kg.vocab import shorten

_HEADER = re.compile(r"^#\s*(name|sentence|parameter|example):\s*(.+?)\s*$", re.MULTILINE)
_NUMERIC = ("integer", "decimal", "double")


@dataclass(frozen=True)
class Question:
    """A question: its words, the variable that a name is bound to, and its query."""

    name: str
    sentence: str
    parameter: str
    example: str
    query: str


@dataclass(frozen=True)
class Answer:
    """A table: columns in order and a row a solution; cells are text, numbers or None."""

    sentence: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def load_questions(folder: Path | None = None) -> dict[str, Question]:
    """Return the questions of a folder by name; raises OntologyError for a file without a full header.

    >>> sorted(load_questions())
    ['depends-on', 'investments', 'share-of']
    """
    found = {}
    folder = folder or ontology_folder() / "questions"
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        header = dict(_HEADER.findall(text))
        if set(header) != {"name", "sentence", "parameter", "example"}:
            raise OntologyError(f"{path} lacks one of the header lines name, sentence, parameter, example; add it")
        found[header["name"]] = Question(query=text, **header)
    if not found:
        raise OntologyError(f"{folder} has no questions; add one as its README says or take the package's own")
    return found


def ask(store: GraphStore, names: NameIndex, question: Question, name: str) -> Answer:
    """Answer a question about a name; raises UnknownNameError or QueryError."""
    entity = names.resolve(name)
    solutions = store.query(_bind(question, entity))
    return tabulate(solutions, question.sentence.replace("{name}", name))


def _bind(question: Question, entity: ox.NamedNode) -> str:
    """Return the query with the parameter's value at the head of its pattern.

    Not as a substitution: by SEP-0007 those reach only variables that the query selects.
    """
    values = f"WHERE {{ VALUES ?{question.parameter} {{ {entity} }}"
    return re.sub(r"WHERE\s*\{", lambda _: values, question.query, count=1)


def find_question(questions: Mapping[str, Question], name: str) -> Question:
    """Return a question by name; raises QueryError that lists what there is."""
    if name not in questions:
        raise QueryError(f"There is no question {name!r}; choose one of {', '.join(sorted(questions))}")
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
        number = float(term.value)
        return int(number) if number == int(number) else number
    if isinstance(term, ox.NamedNode) and base is not None:
        return shorten(term.value, base)
    return term.value if not isinstance(term, ox.BlankNode) else str(term)
