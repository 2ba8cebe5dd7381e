"""What a question asks about: what a user types becomes an IRI of the graph or a literal, never a piece of the query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import ParameterError
from kg.query.names import NameIndex

Term = ox.NamedNode | ox.Literal
NOT_GIVEN = ox.Literal("")  # what stands for an optional parameter that is left out

_TIME = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a question: a name of the graph ("entity"), a "stage" of supply, a "time" or any "text"."""

    name: str
    kind: str = "entity"
    optional: bool = False

    def read(self, value: str, names: NameIndex) -> Term:
        """Return the term that a value stands for; raises UnknownNameError or ParameterError."""
        return KINDS[self.kind](value, names)


def parse_parameter(line: str) -> Parameter:
    """Return a parameter as a header line writes it; raises ValueError if it is none.

    >>> parse_parameter("time time optional"), parse_parameter("name").kind
    (Parameter(name='time', kind='time', optional=True), 'entity')
    """
    name, *rest = line.split()
    optional = rest[-1:] == ["optional"]
    kind, *more = rest[: len(rest) - optional] or ["entity"]
    if more or kind not in KINDS or not re.fullmatch(r"[a-z][a-z_]*", name):
        raise ValueError(line)
    return Parameter(name, kind, optional)


def variable(query: str, parameter: Parameter) -> str:
    """Return the pattern of a parameter in a query: $name, or ?name where the query has no $name.

    >>> variable("SELECT ?who { ?who lode:owns $name }", Parameter("name"))
    '\\\\$name(?!\\\\w)'
    """
    dollar = rf"\${re.escape(parameter.name)}(?!\w)"
    return dollar if re.search(dollar, query) else dollar.replace(r"\$", r"\?", 1)


def put_terms(query: str, terms: Mapping[Parameter, Term]) -> str:
    """Return a query with terms in the place of its parameters, all at once, so that none is read within another.

    They take the place of variables, since the engine would bind only variables that the query selects (SEP-0007).

    >>> put_terms("ASK { ?who lode:owns $name }", {Parameter("name"): ox.NamedNode("https://example.org/a")})
    'ASK { ?who lode:owns <https://example.org/a> }'
    """
    variables = {f"p{number}": (variable(query, p), term) for number, (p, term) in enumerate(terms.items())}
    if not variables:
        return query
    pattern = "|".join(f"(?P<{group}>{found})" for group, (found, _) in variables.items())
    return re.sub(pattern, lambda found: str(variables[str(found.lastgroup)][1]), query)


def _entity(value: str, names: NameIndex) -> Term:
    return names.resolve(value)


def _text(value: str, names: NameIndex) -> Term:
    try:
        return ox.Literal(value)
    except ValueError as error:
        raise ParameterError(f"{value!r} is no text that a graph can hold; write it in whole characters") from error


def _stage(value: str, names: NameIndex) -> Term:
    """Return the IRI of a stage by its name or any word for it: "refining", "refined"."""
    stages, words = names.ontology.stages, names.ontology.stage_words
    word = " ".join(value.casefold().split())
    stage = word if word in stages else words.get(word)
    if stage is None:
        raise ParameterError(f"{value!r} is no stage; give one of {', '.join(sorted(stages))}")
    return ox.NamedNode(stages[stage])


def _time(value: str, names: NameIndex) -> Term:
    """Return a year, month or day as it is written."""
    if not _TIME.fullmatch(value):
        raise ParameterError(f"{value!r} is no time; give a year, month or day as in 2024, 2024-07 or 2024-07-31")
    return ox.Literal(value)


KINDS: Mapping[str, Callable[[str, NameIndex], Term]] = {
    "entity": _entity,
    "text": _text,
    "stage": _stage,
    "time": _time,
}
