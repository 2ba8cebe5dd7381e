"""Ready questions as forms, made from what their files say, and their answers as tables that link to what they name."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.graph import Graph
from kg.printing.layout import Said, lay_out, leaves_open
from kg.query.analyses import Analysis
from kg.query.asking import INCLUDED, answer_question, load_askings
from kg.query.confidence import keep_confident
from kg.query.names import NameIndex
from kg.query.parameters import put_terms
from kg.query.questions import Answer, Asking, Question, given_values
from kg.vocab import prefixes

_PLAIN = frozenset(
    {"stage", "modality", "time", "verdict", "kind", "rank", "scope", "unit", "date", "said", "why", "rule"}
)
_MOST = 500  # rows of a page


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: `choices` are all that can be given, if they are few."""

    name: str
    kind: str
    label: str
    needed: bool
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a question, and a value for each field that answers on the example articles."""

    name: str
    asks: str
    fields: tuple[Field, ...]
    includes: bool
    example: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an answer, and the IRI that it names, "" if none or several."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an answer, what is said under it, and by which document (its name)."""

    cells: tuple[Cell, ...]
    said: Said | None
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as a page shows it."""

    sentence: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    silent: bool


@dataclass(frozen=True)
class Given:
    """What a reader gave: values of parameters, what to include beside what is asserted, and what not to count."""

    values: Mapping[str, str]
    include: tuple[str, ...] = ()
    min_confidence: float = 0.0
    limit: int = _MOST


def form_of(asking: Asking, graph: Graph, values: Mapping[str, str]) -> Form:
    """Return the form of a question with the values given so far."""
    fields = tuple(
        Field(
            p.name,
            p.kind,
            p.name.replace("_", " "),
            not p.optional,
            values.get(p.name, ""),
            tuple(graph.ontology.stages) if p.kind == "stage" else (),
        )
        for p in asking.parameters
    )
    return Form(asking.name, asking.asks, fields, isinstance(asking, Analysis) and asking.includes, example_of(asking))


def example_of(asking: Asking) -> dict[str, str]:
    """Return the values of a question's example by name.

    >>> from kg.query.asking import find_asking
    >>> example_of(find_asking("share-of"))
    {'name': 'rare earths'}
    """
    words = iter(shlex.split(asking.example)[3:])
    names, named = [], {}
    for word in words:
        if word.startswith("--"):
            named[word.removeprefix("--")] = next(words, "")
        else:
            names.append(word)
    known = {parameter.name for parameter in asking.parameters}
    return given_values(asking, names, {name: value for name, value in named.items() if name in known})


def answer(graph: Graph, asking: Asking, given: Given) -> list[Answer]:
    """Answer a question from a graph; raises what `kg.query.asking.answer_question` does."""
    store = graph.whole or graph.store
    names = graph.names
    if given.min_confidence:
        names = NameIndex(keep_confident(store, graph.ontology, given.min_confidence), graph.ontology, store)
    values = given_values(asking, (), given.values)
    return answer_question(names, asking, values, given.include, given.limit)


def answer_by_name(
    graph: Graph, name: str, values: dict[str, str], include: list[str], min_confidence: float, limit: int
) -> list[list[Any]]:
    """Answer the question of a name, in what passes as JSON: sentence, columns and rows of each table."""
    found = answer(graph, load_askings()[name], Given(values, tuple(include), min_confidence, limit))
    return [[a.sentence, list(a.columns), [list(row) for row in a.rows]] for a in found]


def table_of(graph: Graph, answer: Answer) -> Table:
    """Return an answer as a table whose cells lead to what they name."""
    layout = lay_out(answer)
    linked = _named(graph, layout.headers, layout.cells)
    source = list(answer.columns).index("source") if "source" in answer.columns else None
    rows = tuple(
        Row(
            tuple(
                Cell(text, "" if header in _PLAIN else linked.get(text, ""))
                for header, text in zip(layout.headers, cells, strict=True)
            ),
            said,
            str(told[source] or "") if source is not None else "",
            title,
        )
        for cells, said, title, told in zip(layout.cells, layout.said, layout.titles, answer.rows, strict=True)
    )
    return Table(answer.sentence, tuple(layout.headers), rows, leaves_open(answer))


def _named(graph: Graph, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the things whose preferred name a cell is, where it is that of one thing alone."""
    texts = {t for row in rows for h, t in zip(headers, row, strict=True) if h not in _PLAIN and 0 < len(t) < 120}
    if not texts:
        return {}
    labels = " ".join(str(ox.Literal(text, language="en")) for text in sorted(texts))
    found: dict[str, set[str]] = {}
    for label, iri in graph.store.query(
        f"SELECT ?label ?thing {{ VALUES ?label {{ {labels} }} ?thing skos:prefLabel ?label }}"
    ):
        found.setdefault(label.value, set()).add(iri.value)
    return {label: next(iter(iris)) for label, iris in found.items() if len(iris) == 1}


def example_queries(graph: Graph) -> list[dict[str, str]]:
    """Return the questions that are SPARQL, about their examples, as queries that run by themselves."""
    found = []
    for asking in load_askings().values():
        if isinstance(asking, Question):
            query = _query(graph, asking)
            if query:
                found.append({"name": asking.name, "asks": asking.said(example_of(asking)), "query": query})
    return found


def _query(graph: Graph, question: Question) -> str:
    """Return the query of a question about its example, "" if the graph does not know what this names."""
    from kg.errors import QueryError
    from kg.query.parameters import NOT_GIVEN

    given = example_of(question)
    try:
        terms = {p: p.read(given[p.name], graph.names) if p.name in given else NOT_GIVEN for p in question.parameters}
    except QueryError:
        return ""
    body = "\n".join(line for line in question.query.splitlines() if not line.startswith("#")).strip()
    filled = put_terms(body, terms)
    used = {p: iri for p, iri in prefixes(graph.store.base).items() if f"{p}:" in filled}
    return "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in used.items()) + "\n" + filled + "\n"


def included(values: Iterable[str]) -> tuple[str, ...]:
    """Return what may be included, in its order, of what was ticked."""
    ticked: set[Any] = set(values)
    return tuple(m for m in INCLUDED if m in ticked)
