"""What every page needs: the graph as it is, the templates, and errors that a reader understands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

import jinja2
from jinja2.runtime import Undefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg import __version__
from kg.errors import EmptyGraphError, LimitError, LodestoneError, ParameterError, UnknownNameError
from kg.graph import Graph
from kg.printing.text import HARMLESS, OBEYED
from kg.query.wording import describe_qualifiers
from kg.render.explored import web_address
from kg.serve.pages.links import Links

_PARAMETER = re.compile(r"\b[A-Z][A-Z_]{2,}\b")
_KEPT = HARMLESS + "\n\t"
Page = Callable[["Visit"], Response]
Endpoint = Callable[[Request], Response]


@dataclass(frozen=True)
class Visit:
    """One request of a page, and the graph that it is answered from, the same from its beginning to its end."""

    request: Request
    graph: Graph

    @property
    def links(self) -> Links:
        """The addresses of pages as this visitor sees them."""
        return Links(str(self.request.scope.get("root_path", "")).rstrip("/"), self.graph.store.base)

    def given(self, name: str) -> str:
        """Return what the query of the address gives for a name, "" if nothing."""
        return self.request.query_params.get(name, "").strip()

    def number(self, name: str, default: int, least: int = 1, most: int = 1_000_000) -> int:
        """Return a whole number of the address's query, within bounds; raises ParameterError if it is none."""
        text = self.given(name)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and least <= int(text[:10]) <= most):
            raise ParameterError(f"{name} is {text[:40]!r}; give a whole number from {least:,} to {most:,}")
        return int(text)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function of the graph returns, run in a worker within the limits of the server.

        Arguments and result are what JSON holds. Raises the LodestoneError of the function, or LimitError.
        """
        return self.request.app.state.workers.call(function, *arguments)

    def render(self, template: str, status: int = 200, headers: dict[str, str] | None = None, **told: Any) -> Response:
        """Return a page made from a template."""
        page = templates().get_template(template)
        html = page.render(to=self.links, here=self.request.url.path, version=__version__, **told)
        return HTMLResponse(html, status, headers)


def page(shown: Page) -> Endpoint:
    """Make a page an endpoint: it gets the graph, and what it raises becomes a page that says what to do."""

    @wraps(shown)
    def endpoint(request: Request) -> Response:
        visit = Visit(request, request.app.state.generations.current())
        try:
            return shown(visit)
        except LodestoneError as error:
            return visit.render("error.html", status_of(error), message=str(error))
        except HTTPException as error:
            return visit.render("error.html", error.status_code, message=error.detail)

    return endpoint


def status_of(error: LodestoneError) -> int:
    """Return the status of HTTP (RFC 9110, 15.5) for what could not be done.

    >>> status_of(UnknownNameError("?")), status_of(ParameterError("?"))
    (404, 400)
    """
    if isinstance(error, LimitError):
        return 503
    if isinstance(error, UnknownNameError | EmptyGraphError):
        return 404
    return 400 if isinstance(error, ParameterError) else 500


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """Return the templates; all that they print is escaped, and holds no character that turns or hides text."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("kg.serve"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "words": _words,
        "qualifiers": describe_qualifiers,
        "web": web_address,
        "percent": _percent,
        "parts": _parts,
    }
    return found


def _printable(value: Any) -> Any:
    """Replace characters that browsers obey; markup of our own and numbers are left as they are."""
    if not isinstance(value, str) or isinstance(value, Undefined) or hasattr(value, "__html__"):
        return value
    return plain(value)


def plain(text: str) -> str:
    """Return text without characters that would turn its direction or that no page may hold.

    >>> plain("a\\u202eb\\x00")
    'a\\ufffdb\\ufffd'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(c) in OBEYED and c not in _KEPT else c for c in text)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _parts(asks: str) -> list[tuple[bool, str]]:
    """Return the parts of a question in words, and whether each may be left out; NAME is written ‹name›."""
    words = _PARAMETER.sub(lambda found: f"‹{found[0].lower().replace('_', ' ')}›", asks)
    return [(place % 2 == 1, part) for place, part in enumerate(re.split(r"[\[\]]", words)) if part]


def _percent(confidence: float) -> str:
    return f"{confidence:.0%}"
