"""Serving until one is told to stop."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from kg.errors import ParameterError
from kg.serve.app import make_app
from kg.serve.patience import PatientProtocol
from kg.serve.settings import Settings

_GRACE = 5  # seconds that running requests get when the server stops


def make_server(folder: Path, settings: Settings) -> uvicorn.Server:
    """Return a server of the graph in a folder.

    Raises EmptyGraphError if it holds none, and ParameterError if others could reach it without a token.
    """
    if settings.is_public and not settings.token:
        raise ParameterError(f"Others can reach {settings.host}; give them a token with --token or KG_TOKEN")
    config = uvicorn.Config(
        make_app(folder, settings),
        host=settings.host,
        port=settings.port,
        http=PatientProtocol,
        loop="asyncio",
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        h11_max_incomplete_event_size=settings.max_header,
        timeout_keep_alive=int(settings.idle),
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)
