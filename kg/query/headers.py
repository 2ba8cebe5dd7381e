"""The header of a question's file: comments that tell its name, its words, its parameters, an example and its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OntologyError
from kg.query.parameters import Parameter, parse_parameter, variable

PLACE = re.compile(r"\{(\w+)\}")  # where a sentence speaks of a parameter
_LINE = re.compile(r"^#\s*(name|sentence|parameter|example|columns):\s*(.+?)\s*$", re.MULTILINE)
_NEEDED = ("name", "sentence", "example")
_OFTEN = "parameter"


@dataclass(frozen=True)
class Header:
    """What a file says of its question; `columns` is empty if it says nothing of them."""

    name: str
    sentence: str
    parameters: tuple[Parameter, ...]
    example: str
    columns: tuple[str, ...]


def read_header(path: Path, text: str) -> Header:
    """Return the header of a file that holds `text`; raises OntologyError if it is not one, or not one of this query."""
    lines = _LINE.findall(text)
    once = {key: value for key, value in lines if key != _OFTEN}
    if not set(_NEEDED) <= set(once):
        raise OntologyError(f"{path} lacks one of the header lines {', '.join(_NEEDED)}; add it")
    for key in once:
        if [k for k, _ in lines].count(key) > 1:
            raise OntologyError(f"{path} has more than one header line {key}; keep one of them")
    header = Header(
        name=once["name"],
        sentence=once["sentence"],
        parameters=tuple(_parameters(path, [value for key, value in lines if key == _OFTEN])),
        example=once["example"],
        columns=tuple(once.get("columns", "").replace(",", " ").split()),
    )
    _check_words(path, text, header)
    return header


def _parameters(path: Path, lines: Sequence[str]) -> Iterator[Parameter]:
    """Yield the parameters of a file: those that are needed, then those that are optional, each name once."""
    before: list[Parameter] = []
    for line in lines:
        try:
            parameter = parse_parameter(line)
        except ValueError as error:
            raise OntologyError(
                f"{path} has the parameter {line!r}; write a name, then entity, text, stage or time, then optional or nothing"
            ) from error
        if any(p.name == parameter.name for p in before):
            raise OntologyError(f"{path} has the parameter {parameter.name} twice; keep one of them")
        if any(p.optional > parameter.optional for p in before):
            raise OntologyError(f"{path} needs {parameter.name} after an optional parameter; put it first")
        before.append(parameter)
        yield parameter


def _check_words(path: Path, text: str, header: Header) -> None:
    """Refuse a parameter that the query does not use, and a sentence that speaks of something else."""
    for parameter in header.parameters:
        if not re.search(variable(text, parameter), text):
            raise OntologyError(f"{path} has no variable ${parameter.name}, its parameter; name one that the query has")
    known = {p.name for p in header.parameters} | ({"name"} if header.parameters else set())
    for place in PLACE.findall(header.sentence):
        if place not in known:
            raise OntologyError(f"{path} speaks of {{{place}}}, which is no parameter of it; add or mend it")
