"""What the service is (https://www.w3.org/TR/sparql11-service-description/) and what its data are (VoID)."""

from __future__ import annotations

import asyncio
from threading import Lock
from weakref import WeakKeyDictionary

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.export.metadata import describe_dataset
from kg.serve.formats import GRAPHS, SHORT, choose
from kg.store import GraphStore
from kg.vocab import PREFIXES, RDF

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


async def describe_service(request: Request) -> Response:
    """Answer what the endpoint can do: its address, its language, its formats and its dataset."""
    endpoint = str(request.url.replace(query="", fragment=""))
    return write_graph(request, _service(endpoint))


async def describe_data(request: Request) -> Response:
    """Answer what the dataset holds: counts, licence, where to ask (https://www.w3.org/TR/void/)."""
    endpoint = str(request.url_for("sparql"))
    return write_graph(request, await asyncio.to_thread(_data, request.app.state.generations.current().store, endpoint))


_DESCRIBED: WeakKeyDictionary[GraphStore, tuple[str, list[ox.Triple]]] = WeakKeyDictionary()
_COUNTING = Lock()


def _data(store: GraphStore, endpoint: str) -> list[ox.Triple]:
    """Return the description of a graph's data, which is counted once for each graph that is served."""
    with _COUNTING:
        known = _DESCRIBED.get(store)
        if known is None or known[0] != endpoint:
            known = _DESCRIBED[store] = (endpoint, describe_dataset(store, endpoint))
        return known[1]


def write_graph(request: Request, triples: list[ox.Triple]) -> Response:
    """Answer with triples in the format that a client likes best."""
    accept = SHORT.get(request.query_params.get("format", "")) or request.headers.get("accept", "")
    media_type = choose(accept, GRAPHS)
    if media_type is None:
        return PlainTextResponse(f"This comes in other formats; accept one of {', '.join(GRAPHS)}.\n", 406)
    known = PREFIXES | {"sd": SD, "void": VOID} if media_type == "text/turtle" else None
    body = ox.serialize(sorted(triples, key=str), format=GRAPHS[media_type], prefixes=known) or b""
    return Response(body, headers={"Vary": "Accept", "Content-Type": f"{media_type}; charset=utf-8"})


def _service(endpoint: str) -> list[ox.Triple]:
    """Return the description of the service at an address."""
    service, dataset = ox.NamedNode(f"{endpoint}#service"), ox.NamedNode(f"{endpoint}#dataset")
    graph = ox.NamedNode(f"{endpoint}#merged")
    told = [
        (service, RDF + "type", SD + "Service"),
        (service, SD + "endpoint", endpoint),
        (service, SD + "supportedLanguage", SD + "SPARQL11Query"),
        (service, SD + "feature", SD + "EmptyGraphs"),
        (service, SD + "defaultDataset", dataset.value),
        *((service, SD + "resultFormat", _FORMATS + name) for name in (*_RESULTS, *_GRAPHS)),
        (dataset, RDF + "type", SD + "Dataset"),
        (dataset, SD + "defaultGraph", graph.value),
        (graph, RDF + "type", SD + "Graph"),
    ]
    return [ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value)) for subject, predicate, value in told]
