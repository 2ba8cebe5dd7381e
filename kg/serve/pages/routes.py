"""Where each page is, and what is shown there."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg.errors import UnknownNameError
from kg.query.asking import load_askings
from kg.query.claims import ClaimReader
from kg.serve.pages.about import about, dereference
from kg.serve.pages.api import api_routes
from kg.serve.pages.colours import colours_sheet
from kg.serve.pages.directory import directory_of
from kg.serve.pages.exploring import explorer
from kg.serve.pages.links import path_of_base
from kg.serve.pages.question import editor, question
from kg.serve.pages.site import Visit, page

_A_PAGE = 50  # lines of a list


def page_routes(base: str) -> list[BaseRoute]:
    """Return the routes of all pages; the last of them answers for the IRIs under `base`, so that it comes after others."""
    return [
        Route("/", page(_home), name="home"),
        Route("/search", page(_search)),
        Route("/find", page(_find)),
        Route("/things", page(_things)),
        Route("/documents", page(_documents)),
        Route("/questions", page(_questions)),
        Route("/questions/{name}", page(question)),
        Route("/explorer", page(explorer)),
        Route("/editor", page(editor)),
        Route("/about/{path:path}", page(about)),
        *api_routes(),
        Route("/static/colours.css", _colours),
        Mount("/static", StaticFiles(directory=str(files("kg.serve") / "static"))),
        Route(f"{path_of_base(base)}{{path:path}}", page(dereference)),
    ]


def _home(visit: Visit) -> Response:
    directory = directory_of(visit.graph)
    hits, _ = directory.things(12)
    return visit.render(
        "home.html",
        overview=directory.overview,
        hits=hits,
        types=directory.types,
        questions=list(load_askings().values()),
    )


def _search(visit: Visit) -> Response:
    text, kind = visit.given("q")[:200], visit.given("type")
    directory = directory_of(visit.graph)
    start, number = _part(visit)
    hits, total = directory.search(text, start + _A_PAGE, kind)
    return visit.render(
        "search.html", q=text, kind=kind, hits=hits[start:], total=total, types=directory.types, **_pages(number, total)
    )


def _find(visit: Visit) -> Response:
    """Lead to the one thing that a name is of, or to what is like it."""
    name = visit.given("name")[:200]
    try:
        iri = visit.graph.names.resolve(name).value
    except UnknownNameError:
        return RedirectResponse(visit.links.page("search", q=name), 303)
    return RedirectResponse(visit.links.thing(iri), 303)


def _things(visit: Visit) -> Response:
    start, number = _part(visit)
    kind, directory = visit.given("type"), directory_of(visit.graph)
    hits, total = directory.things(_A_PAGE, start, kind)
    return visit.render(
        "things.html", hits=hits, kind=kind, types=directory.types, total=total, **_pages(number, total)
    )


def _documents(visit: Visit) -> Response:
    start, number = _part(visit)
    known = directory_of(visit.graph).documents
    reader = ClaimReader(visit.graph.store, visit.graph.ontology)
    shown = [reader.source(iri) for _, _, iri in known[start : start + _A_PAGE]]
    return visit.render("documents.html", sources=shown, total=len(known), **_pages(number, len(known)))


def _questions(visit: Visit) -> Response:
    return visit.render("questions.html", questions=list(load_askings().values()))


def _part(visit: Visit) -> tuple[int, int]:
    """Return where the page of a list that was asked for begins, and its number."""
    number = visit.number("page", 1)
    return (number - 1) * _A_PAGE, number


def _pages(number: int, total: int) -> dict[str, Any]:
    last = max(1, -(-total // _A_PAGE))
    if number > last:
        raise HTTPException(
            404, f"There are {last:,} pages of this list, and no page {number:,}; go back to the first one"
        )
    return {"number": number, "last": last}


def _colours(request: Request) -> Response:
    ontology = request.app.state.generations.current().ontology
    return Response(colours_sheet(ontology), media_type="text/css", headers={"Cache-Control": "max-age=300"})
