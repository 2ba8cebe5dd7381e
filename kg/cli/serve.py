"""`kg serve`: the graph over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.options import GraphOption
from kg.cli.terminal import note
from kg.config import DEFAULT_GRAPH

app = typer.Typer()


@app.command(epilog="Examples: kg serve; kg serve --port 8080 --timeout 30")
def serve(
    graph: GraphOption = DEFAULT_GRAPH,
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback need a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8000,
    token: Annotated[
        str, typer.Option(envvar="KG_TOKEN", help="Ask everyone for this token; better set it in KG_TOKEN.")
    ] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name under which the server is reached, besides localhost.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that a query may take.", min=0.1)] = 10.0,
    max_memory: Annotated[int, typer.Option(help="MiB that a query may take.", min=16)] = 1024,
    max_rows: Annotated[int, typer.Option(help="Rows or triples that a result may have.", min=1)] = 100_000,
    workers: Annotated[
        int,
        typer.Option(
            help="Queries that may run at once; half as many long ones may run beside them, and half as many ASKs.",
            min=2,
        ),
    ] = 8,
    cors: Annotated[
        list[str] | None, typer.Option(help="An origin whose pages may ask, such as https://example.org; * for all.")
    ] = None,
) -> None:
    """Serve the graph: pages for people, and a SPARQL endpoint for programs, both for reading only."""
    from kg.serve.server import make_server
    from kg.serve.settings import Settings

    settings = Settings(
        host=host,
        port=port,
        token=token,
        timeout=timeout,
        max_memory=max_memory,
        max_rows=max_rows,
        workers=workers,
        cors=tuple(cors or ()),
        hosts=tuple(allow_host or ()),
    )
    server = make_server(graph, settings)
    name = f"[{host}]" if ":" in host else host
    note(f"Serving {graph} at http://{name}:{port}/ (SPARQL at /sparql); stop with Ctrl-C")
    server.run()
