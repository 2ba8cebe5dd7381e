"""The application: its routes, and what lives as long as it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kg.serve.describe import describe_data
from kg.serve.generations import Generations
from kg.serve.graphstore import answer_graph
from kg.serve.headers import SECURITY, Guard
from kg.serve.pages import page_routes
from kg.serve.protocol import answer_sparql
from kg.serve.settings import Settings
from kg.serve.workers import Workers


def make_app(folder: Path, settings: Settings) -> Starlette:
    """Return the application over the graph in a folder; raises EmptyGraphError if it holds none.

    `app.state` has `generations` (the graph, and the next one when a build is done), `workers` (where queries run) and
    `settings`.
    """
    generations = Generations(folder)
    workers = Workers(generations, settings)
    guards = [Middleware(Guard, settings=settings)]
    if settings.cors:
        methods = ("GET", "HEAD", "POST")
        guards.append(
            Middleware(CORSMiddleware, allow_origins=settings.cors, allow_methods=methods, allow_headers=["*"])
        )
    base = generations.current().store.base
    app = Starlette(
        routes=[*routes(), *page_routes(base)],
        middleware=guards,
        exception_handlers={HTTPException: _tell, Exception: _fail},
        lifespan=_lifespan,
    )
    app.state.generations, app.state.workers, app.state.settings = generations, workers, settings
    return app


def routes() -> list[BaseRoute]:
    """Return the routes for programs."""
    both = ["GET", "POST"]
    return [
        Route("/sparql", answer_sparql, methods=both, name="sparql"),
        Route("/sparql/", answer_sparql, methods=both),
        Route("/data", answer_graph, methods=["GET"]),
        Route("/data/{path:path}", answer_graph, methods=["GET"]),
        Route("/.well-known/void", describe_data, methods=["GET"]),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Start the workers and the look-out for the next graph, and end them."""
    await app.state.workers.start()
    watch = asyncio.create_task(app.state.generations.watch(app.state.workers.renew))
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await app.state.workers.stop()


async def _tell(_: Request, error: Exception) -> Response:
    """Answer what is wrong in a sentence."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)


async def _fail(_: Request, __: Exception) -> Response:
    """Answer that something is wrong here, and not what."""
    return PlainTextResponse("The server failed; its log tells why.\n", 500, SECURITY)
