"""The Graph Store HTTP Protocol for reading (https://www.w3.org/TR/sparql11-http-rdf-update/).

A graph is identified by the address itself, where that is the graph's IRI, or by `?graph=IRI` or `?default`.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urljoin

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.serve.formats import GRAPHS, SHORT, choose
from kg.serve.protocol import respond
from kg.serve.replies import refuse


async def answer_graph(request: Request) -> Response:
    """Answer with the content of the graph that a request asks for, or 404."""
    fields = parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=1000)
    named = [value for name, value in fields if name == "graph"]
    default = any(name == "default" for name, _ in fields)
    if len(named) + default > 1:
        raise HTTPException(400, "A request is for one graph; give graph=IRI or default")
    if not named and not default and not request.path_params.get("path"):
        raise HTTPException(400, "Name a graph by graph=IRI, or ask for the merged one by default")
    address = str(request.url.replace(query="", fragment=""))
    form = next((value for name, value in fields if name == "format"), "")
    media_type = choose(SHORT.get(form) or request.headers.get("accept", ""), GRAPHS)
    if media_type is None:
        return respond(refuse(406, f"A graph comes in none of these formats; accept one of {', '.join(GRAPHS)}"))
    graph = None if default else urljoin(address, named[0]) if named else address
    return respond(await request.app.state.workers.run({"do": "graph", "graph": graph, "graphs": media_type}))
