"""The explorer page of the graph or, where that is large, of what lies around a thing."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from starlette.responses import HTMLResponse, Response

from kg.errors import ParameterError
from kg.graph import Graph
from kg.query.claims import ClaimReader
from kg.render import Explored, explorer_page, read_explored
from kg.rules import load_rules
from kg.serve.pages.site import Visit
from kg.store import GraphStore
from kg.vocab import LODE

# The page brings a policy of its own with the hashes of its scripts; a header can add what no meta element may say.
_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
_WHOLE = 20_000  # claims up to which a whole graph is drawn
_AROUND = 3_000  # claims of a thing in a graph that is larger
_KEPT = 8  # pages that are kept, each a megabyte and more
_pages: WeakKeyDictionary[GraphStore, dict[str, bytes]] = WeakKeyDictionary()


def explorer(visit: Visit) -> Response:
    """Show the explorer of the graph, or around the thing that `around` names; made once, in a worker."""
    around = visit.given("around")
    iri = visit.graph.names.resolve(around).value if around else ""
    kept = _pages.setdefault(visit.graph.store, {})
    if iri not in kept:
        made = str(visit.call(make_page, iri)).encode()
        for old in list(kept)[: max(0, len(kept) + 1 - _KEPT)]:
            kept.pop(old, None)
        kept[iri] = made
    return HTMLResponse(kept[iri], headers={"Content-Security-Policy": _POLICY})


def make_page(graph: Graph, iri: str) -> str:
    """Return the explorer page of a graph, or around a thing; raises ParameterError if that is too much to draw."""
    reader = ClaimReader(graph.store, graph.ontology)
    explored = _explored(graph, reader, iri)
    return explorer_page(explored, graph.ontology, reader.label(iri) if iri else "Lodestone")


def _explored(graph: Graph, reader: ClaimReader, iri: str) -> Explored:
    if not _is_large(graph):
        return read_explored(reader, iri)
    if not iri:
        raise ParameterError(
            f"The graph has more than {_WHOLE:,} claims, too many to draw; open the page of a thing and explore around it"
        )
    claims = [reader.read(claim) for claim in _claims_about(graph, iri)]
    return Explored(claims, rules=list(load_rules(graph.ontology).values()), base=graph.store.base)


def _is_large(graph: Graph) -> bool:
    return any(True for _ in graph.store.query(f"SELECT ?c WHERE {{ ?c a lode:Claim }} OFFSET {_WHOLE} LIMIT 1"))


def _claims_about(graph: Graph, iri: str) -> list[str]:
    """Return the claims about a thing, the surest of what is large."""
    rows = graph.store.query(
        f"SELECT DISTINCT ?claim WHERE {{ {{ ?claim rdf:subject <{iri}> }} UNION {{ ?claim rdf:object <{iri}> }} "
        f"?claim <{LODE}confidence> ?confidence }} ORDER BY DESC(?confidence) ?claim LIMIT {_AROUND}"
    )
    return [claim.value for (claim,) in rows]
