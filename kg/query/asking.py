"""All that can be asked: questions that are SPARQL files, and analyses that are Python. `kg ask` finds either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.errors import EmptyGraphError, ParameterError
from kg.query.analyses import ANALYSES, Analysis, Asked, cut
from kg.query.names import NameIndex
from kg.query.questions import Answer, Asking, Question, ask, find_question, load_question, load_questions

INCLUDED = ("planned", "possible")  # what may count beside what is asserted


def find_asking(name: str) -> Asking:
    """Return a question of either sort by name; raises ParameterError that lists what there is.

    >>> find_asking("path").parameter, find_asking("plans").parameter
    ('dependent', 'name')
    """
    return load_question(name) or find_question(load_askings(), name)


def load_askings() -> dict[str, Asking]:
    """Return all questions by name, sorted: those that are files and those that are Python.

    A file with the name of an analysis takes its place.

    >>> {"depends-on", "path"} <= set(load_askings())
    True
    """
    return dict(sorted({**ANALYSES, **load_questions()}.items()))


def answer_question(
    names: NameIndex, asking: Asking, given: Mapping[str, str], include: Sequence[str] = (), limit: int | None = None
) -> list[Answer]:
    """Answer a question about values by the names of its parameters, in one table or several of at most `limit` rows.

    Raises ParameterError, UnknownNameError, EmptyGraphError or QueryError.
    """
    check_included(include)
    if limit is not None and limit < 1:
        raise ParameterError(f"{limit} rows are none; give a limit of 1 or more, or leave it out")
    if names.is_empty:
        folder = names.store.folder
        raise EmptyGraphError(f"{folder} holds no claims; read articles into it with `kg build PATH --graph {folder}`")
    if isinstance(asking, Question):
        if include:
            raise ParameterError(f"{asking.name} marks what is planned or possible as such; leave the including out")
        return [cut(ask(names.store, names, asking, **given), limit)]
    assert isinstance(asking, Analysis)
    if include and not asking.includes:
        raise ParameterError(f"{asking.name} compares all that is said; leave the including out")
    stages = {iri: stage for stage, iri in names.ontology.stages.items()}
    terms = {p.name: p.read(given[p.name], names).value for p in asking.parameters if p.name in given}
    values = {name: stages.get(term, term) for name, term in terms.items()}
    return list(asking.answer(Asked(names, values, tuple(include), limit)))


def check_included(include: Iterable[str]) -> None:
    """Refuse what cannot be included beside what is asserted; raises ParameterError."""
    for modality in include:
        if modality not in INCLUDED:
            raise ParameterError(f"{modality!r} cannot be included; give {' or '.join(INCLUDED)}")


def join_answers(answers: Sequence[Answer]) -> Answer:
    """Return several tables as one for programs: `table` numbers them from 1, a column of another table is None.

    >>> join_answers([Answer("A?", ["a"], [[1]]), Answer("B?", ["b"], [[2]])]).rows
    [[1, 1, None], [2, None, 2]]
    """
    if len(answers) == 1:
        return answers[0]
    columns = list(dict.fromkeys(column for answer in answers for column in answer.columns))
    rows: list[list[Any]] = []
    for number, answer in enumerate(answers, 1):
        told = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        rows += ([number, *(row.get(column) for column in columns)] for row in told)
    return Answer(" ".join(answer.sentence for answer in answers), ["table", *columns], rows)
