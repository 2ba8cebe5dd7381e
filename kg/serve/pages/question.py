"""The page of a ready question, and the SPARQL editor."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import LodestoneError, ParameterError
from kg.query.analyses import Analysis
from kg.query.asking import load_askings
from kg.query.questions import Answer, Asking, given_values
from kg.serve.pages.asking import Given, answer_by_name, example_queries, form_of, included, table_of
from kg.serve.pages.directory import directory_of
from kg.serve.pages.site import Visit, status_of
from kg.vocab import prefixes

# YASGUI sets styles by attributes and draws icons as data; nothing else is allowed to it than to other pages.
_EDITOR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NAMES = 200  # that a form offers to choose from


def question(visit: Visit) -> Response:
    """Show the form of a question and, once all that it needs is given, its answer."""
    asking = asking_of(visit)
    given = given_by(visit, asking)
    form = form_of(asking, visit.graph, given.values)
    complete = all(given.values.get(p.name) for p in asking.parameters if not p.optional)
    tables, message, status = [], "", 200
    if complete and (given.values or not asking.parameters or visit.given("ask")):
        try:
            tables = [table_of(visit.graph, found) for found in answer(visit, asking, given)]
        except LodestoneError as error:
            message, status = str(error), status_of(error)
    hits, _ = directory_of(visit.graph).things(_NAMES)
    return visit.render(
        "question.html",
        status,
        form=form,
        said=asking.said(given.values) if tables else "",
        tables=tables,
        message=message,
        given=given,
        offered=sorted({hit.label for hit in hits}),
        query=getattr(asking, "query", ""),
        search=next((v for p, v in given.values.items() if p in {"name", "thing"}), "") if message else "",
    )


def asking_of(visit: Visit) -> Asking:
    """Return the question that an address names."""
    name = visit.request.path_params["name"]
    askings = load_askings()
    if name not in askings:
        raise HTTPException(404, f"There is no question {name[:60]!r}; choose one of {', '.join(askings)}")
    return askings[name]


def answer(visit: Visit, asking: Asking, given: Given) -> list[Answer]:
    """Answer a question in a worker, within the limits of the server; raises LodestoneError."""
    given_values(asking, (), given.values)  # what is missing is told at once
    told = (asking.name, dict(given.values), list(given.include), given.min_confidence, given.limit)
    return [Answer(*table) for table in visit.call(answer_by_name, *told)]


def given_by(visit: Visit, asking: Asking) -> Given:
    """Return what the query of an address gives for a question; raises ParameterError."""
    confidence = visit.given("min_confidence") or "0"
    try:
        least = float(confidence)
    except ValueError as error:
        raise ParameterError(f"min_confidence is {confidence[:40]!r}; give a number from 0 to 1") from error
    if not 0 <= least <= 1:
        raise ParameterError(f"min_confidence is {confidence[:40]!r}; give a number from 0 to 1")
    values = {p.name: visit.given(p.name)[:200] for p in asking.parameters}
    include = included(visit.request.query_params.getlist("include"))
    if not (isinstance(asking, Analysis) and asking.includes):
        include = ()
    return Given({k: v for k, v in values.items() if v}, include, least, visit.number("limit", 500, most=5_000))


def editor(visit: Visit) -> Response:
    """Show the SPARQL editor with the ready questions as examples."""
    found = example_queries(visit.graph)
    return visit.render(
        "editor.html",
        headers={"Content-Security-Policy": _EDITOR_POLICY},
        examples=found,
        prefixes=prefixes(visit.graph.store.base),
    )
