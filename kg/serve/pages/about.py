"""Pages about what the graph has IRIs for: things, articles, claims, and the rest; and how an IRI leads there."""

from __future__ import annotations

from typing import Any

import mimeparse
import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.query.claims import ClaimReader, StoredClaim
from kg.serve.pages.article import read_article, read_context
from kg.serve.pages.conflicting import conflicts_of
from kg.serve.pages.described import FORMATS, describe, serialize
from kg.serve.pages.neighbours import WIDTH, draw_map
from kg.serve.pages.site import Visit
from kg.serve.pages.things import is_thing, read_group, read_thing
from kg.vocab import DCTERMS, LODE, RDF, RDFS, shorten

_HTML = "text/html"
_CLAIM, _DOCUMENT = LODE + "Claim", LODE + "Document"
_CONFLICTS = 2_000  # claims about a thing up to which its conflicts are looked for at once
_FACTS = 25  # of a page of one relation
_ALIKE = 30


def dereference(visit: Visit) -> Response:
    """Lead from an IRI to what is known of it, in the form that the client asks for (303, Cool URIs 4.2)."""
    path = visit.request.path_params["path"]
    iri = visit.graph.store.base + path
    wanted = _chosen(visit)
    if not describe(visit.graph, _node(iri).value):
        raise _unknown(iri)
    address = visit.links.thing(iri) if wanted == _HTML else visit.links.data(iri, _ending(wanted))
    return RedirectResponse(address, 303, headers={"Vary": "Accept"})


def about(visit: Visit) -> Response:
    """Show what the graph tells of an IRI, or return it as RDF where the address ends with that format's ending."""
    path, part = visit.request.path_params["path"], visit.request.query_params.get("part", "")
    for form in FORMATS:
        if path.endswith(form.ending):
            return _as_rdf(visit, _iri(visit, path.removesuffix(form.ending), part), form.media_type)
    iri = _iri(visit, path, part)
    kinds = visit.graph.store.types(_node(iri).value)
    if _DOCUMENT in kinds:
        return _document(visit, iri)
    if _CLAIM in kinds:
        return _claim(visit, iri)
    return _thing(visit, iri) if is_thing(visit.graph, iri) else _resource(visit, iri)


def _iri(visit: Visit, path: str, part: str) -> str:
    return f"{visit.graph.store.base}{path}" + (f"#{part}" if part else "")


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise _unknown(iri) from error


def _unknown(iri: str) -> HTTPException:
    return HTTPException(404, f"The graph says nothing of <{iri[:200]}>; search for a name instead")


def _chosen(visit: Visit) -> str:
    """Return the media type that a client likes best, HTML where it does not say."""
    offered = [*(form.media_type for form in reversed(FORMATS)), _HTML]  # the last of equals is chosen
    try:
        chosen = mimeparse.best_match(offered, visit.request.headers.get("accept") or "*/*")
    except mimeparse.MimeTypeParseException:
        chosen = ""
    if not chosen:
        raise HTTPException(
            406, f"The graph is told as {', '.join(reversed(offered))}; ask for one of them with Accept"
        )
    return str(chosen)


def _ending(media_type: str) -> str:
    return next(form.ending for form in FORMATS if form.media_type == media_type)


def _as_rdf(visit: Visit, iri: str, media_type: str) -> Response:
    triples = describe(visit.graph, _node(iri).value)
    if not triples:
        raise _unknown(iri)
    form = next(form for form in FORMATS if form.media_type == media_type)
    headers = {"Link": f'<{visit.links.page(".well-known/void")}>; rel="describedby"', "Vary": "Accept"}
    return Response(serialize(visit.graph, triples, form), media_type=media_type, headers=headers)


def _alternates(visit: Visit, iri: str) -> list[tuple[str, str, str]]:
    """Return name, media type and address of the formats that an IRI is told in."""
    return [(f.ending[1:].upper(), f.media_type, visit.links.data(iri, f.ending)) for f in FORMATS]


def _shown(visit: Visit, template: str, iri: str, **told: Any) -> Response:
    return visit.render(template, iri=iri, alternates=_alternates(visit, iri), **told)


def _thing(visit: Visit, iri: str) -> Response:
    if visit.given("relation"):
        return _facts(visit, iri)
    thing = read_thing(visit.graph, iri)
    reader = ClaimReader(visit.graph.store, visit.graph.ontology)
    return _shown(
        visit,
        "thing.html",
        iri,
        thing=thing,
        map=draw_map(reader, thing.label, thing.ties),
        width=WIDTH,
        conflicts=conflicts_of(visit, iri) if thing.claims <= _CONFLICTS else None,
        asked=_askable(visit),
    )


def _askable(visit: Visit) -> list[Any]:
    """Return the questions of which one thing is all that must be given."""
    from kg.query.asking import load_askings

    def needed(asking: Any) -> list[str]:
        return [p.kind for p in asking.parameters if not p.optional]

    return [asking for asking in load_askings().values() if needed(asking) == ["entity"]]


def _facts(visit: Visit, iri: str) -> Response:
    number = visit.number("page", 1)
    relation, way = visit.given("relation"), visit.given("way") or "out"
    group = read_group(visit.graph, iri, relation, way, (number - 1) * _FACTS, _FACTS)
    last = max(1, -(-group.things // _FACTS))
    if number > last:
        raise HTTPException(
            404, f"There are {last:,} pages of these facts, and no page {number:,}; go back to the first"
        )
    label = ClaimReader(visit.graph.store, visit.graph.ontology).label(iri)
    return _shown(visit, "facts.html", iri, label=label, group=group, number=number, last=last)


def _document(visit: Visit, iri: str) -> Response:
    reader = ClaimReader(visit.graph.store, visit.graph.ontology)
    article = read_article(visit.graph, iri)
    quoted = visit.given("quote")
    pointed = next((i for i, claim in enumerate(article.claims) if claim.quote == quoted), -1)
    cited = next((o.value for o in visit.graph.store.objects(iri, DCTERMS + "source")), "")
    return _shown(visit, "document.html", iri, source=reader.source(iri), article=article, cited=cited, pointed=pointed)


def _claim(visit: Visit, iri: str) -> Response:
    graph = visit.graph
    reader = ClaimReader(graph.store, graph.ontology)
    claim = reader.read(iri)
    traded = next((o.value for o in graph.store.objects(iri, LODE + "commodityEntity")), "")
    return _shown(
        visit,
        "claim.html",
        iri,
        claim=claim,
        context=read_context(graph, claim),
        label=graph.ontology.relations[claim.relation].label,
        traded=(traded, reader.label(traded)) if traded else None,
        alike=_said_elsewhere(visit, reader, claim),
        turtle=serialize(graph, describe(graph, iri), FORMATS[0]).decode(),
    )


def _said_elsewhere(visit: Visit, reader: ClaimReader, claim: StoredClaim) -> list[StoredClaim]:
    """Return other claims of the same two things and relation."""
    relation = ox.NamedNode(visit.graph.ontology.relations[claim.relation].iri)
    rows = visit.graph.store.query(
        f"SELECT ?claim WHERE {{ ?claim rdf:subject {ox.NamedNode(claim.subject.iri)} ; rdf:predicate {relation} ; "
        f"rdf:object {ox.NamedNode(claim.object.iri)} }} ORDER BY ?claim LIMIT {_ALIKE + 1}"
    )
    return [reader.read(row.value) for (row,) in rows if row.value != claim.iri]


def _resource(visit: Visit, iri: str) -> Response:
    triples = describe(visit.graph, iri)
    if not triples:
        raise _unknown(iri)
    base = visit.graph.store.base
    told = [
        (shorten(t.predicate.value, base), t.object.value, isinstance(t.object, ox.NamedNode))
        for t in triples
        if isinstance(t.subject, ox.NamedNode) and t.subject.value == iri and not isinstance(t.object, ox.Triple)
    ]
    kinds = [shorten(kind, base) for kind in visit.graph.store.types(iri)]
    comments = [o.value for o in visit.graph.store.objects(iri, RDFS + "comment")]
    return _shown(visit, "resource.html", iri, told=told, kinds=kinds, comments=comments, rdf_type=RDF + "type")
