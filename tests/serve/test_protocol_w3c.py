"""The tests of the W3C for the protocol, for graph stores and for service descriptions, over real connections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.compare import isomorphic, to_isomorphic
from serving import W3C, Answer, Site, make_graph, running, serving
from writable import make_writable

if not W3C.is_dir():
    pytest.skip("The W3C's tests are not here; put them into ../shared/w3c", allow_module_level=True)

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
STATUSES = {"OK": (200,), "Created": (201,), "NoContent": (204,), "NotFound": (404,)}
TABLES = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
RDF_KINDS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


@dataclass(frozen=True)
class Case:
    """A test of a manifest."""

    manifest: rdflib.Graph
    node: rdflib.term.Node

    @property
    def name(self) -> str:
        return str(self.node).rpartition("#")[2]

    @property
    def requests(self) -> list[rdflib.term.Node]:
        return list(
            Collection(self.manifest, self.manifest.value(self.manifest.value(self.node, MF.action), HT.requests))
        )


def cases(*path: str) -> list[Case]:
    manifest = rdflib.Graph().parse(W3C.joinpath(*path), format="turtle")
    entries = Collection(manifest, manifest.value(None, MF.entries, None) or next(manifest.objects(None, MF.entries)))
    return [Case(manifest, node) for node in entries]


PROTOCOL = cases("protocol", "manifest.ttl")
STORES = cases("graph-store-protocol", "manifest-direct.ttl") + cases("graph-store-protocol", "manifest-indirect.ttl")


def is_update(case: Case) -> bool:
    """Tell whether a test sends an update that is to be done."""
    return case.name.startswith("update_")


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The public endpoint over the data of the tests."""
    names = {f"http://kasei.us/2009/09/sparql/data/data{n}.rdf": W3C / "protocol" / f"data{n}.nt" for n in (1, 2, 3)}
    folder = make_graph(tmp_path_factory.mktemp("w3c"), {iri: path.read_text() for iri, path in names.items()})
    with serving(folder, workers=3) as site:
        yield site


@pytest.fixture
def writable() -> Iterator[Site]:
    """A store that takes updates, which is no part of the product."""
    with running(make_writable()) as site:
        yield site


def test_all_cases_are_collected() -> None:
    assert len(PROTOCOL) == 34
    assert len(STORES) == 13
    assert sum(map(is_update, PROTOCOL)) == 7


@pytest.mark.parametrize("case", [c for c in PROTOCOL if not is_update(c)], ids=lambda c: c.name)
def test_the_public_endpoint_keeps_the_protocol(case: Case, public: Site) -> None:
    for request in case.requests:
        check(case, request, send(case, request, public))


@pytest.mark.parametrize("case", [c for c in PROTOCOL if is_update(c) or "update" in c.name], ids=lambda c: c.name)
def test_what_reads_requests_keeps_the_protocol_of_updates(case: Case, writable: Site) -> None:
    for request in case.requests:
        check(case, request, send(case, request, writable))


@pytest.mark.parametrize("case", [c for c in PROTOCOL if is_update(c)], ids=lambda c: c.name)
def test_the_public_endpoint_refuses_updates(case: Case, public: Site) -> None:
    assert send(case, case.requests[0], public).status == 403


@pytest.mark.parametrize("case", STORES, ids=lambda c: c.name)
def test_graphs_are_read_as_the_graph_store_protocol_says(case: Case, writable: Site) -> None:
    location = ""
    for request in case.requests:
        answer = send(case, request, writable, location)
        location = answer.headers.get("location", location)
        check(case, request, answer)
        check_graph(case, request, answer)


def test_the_service_describes_itself(public: Site) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for kind, form in (("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt")):
        answer = public.ask("/sparql", Accept=kind)
        assert (answer.status, answer.kind) == (200, kind)
        told = rdflib.Graph().parse(data=answer.body, format=form)
        (service,) = told.subjects(sd.endpoint, rdflib.URIRef(f"{public.url}/sparql"))
        assert (service, rdflib.RDF.type, sd.Service) in told
        classes = {"supportedLanguage": {sd.SPARQL11Query}, "defaultDataset": None, "resultFormat": None}
        for name, values in classes.items():
            found = set(told.objects(service, sd[name]))
            assert found == (values or found) != set()
        (dataset,) = told.objects(service, sd.defaultDataset)
        assert (dataset, rdflib.RDF.type, sd.Dataset) in told
        (graph,) = told.objects(dataset, sd.defaultGraph)
        assert (graph, rdflib.RDF.type, sd.Graph) in told


def send(case: Case, request: rdflib.term.Node, site: Site, location: str = "") -> Answer:
    manifest = case.manifest
    path = str(manifest.value(request, HT.absolutePath)).replace("$LOCATION$", location)
    path = path.replace("/gsp", "/data", 1) if path.startswith("/gsp") else path
    body = manifest.value(request, HT.body)
    data = None
    if body is not None:
        data = str(manifest.value(body, CNT.chars)).encode(str(manifest.value(body, CNT.characterEncoding)))
    headers = manifest.value(request, HT.headers)
    given = {
        str(manifest.value(h, HT.fieldName)): str(manifest.value(h, HT.fieldValue))
        for h in (Collection(manifest, headers) if headers is not None else ())
    }
    method = str(manifest.value(request, HT.methodName))
    if data and given.get("content-type", "").startswith("multipart"):
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return site.ask(path, method, data, **given)


def check(case: Case, request: rdflib.term.Node, answer: Answer) -> None:
    """Check status, kind and value."""
    manifest = case.manifest
    response = manifest.value(request, HT.resp)
    expected = [str(s).rpartition("#")[2] for s in manifest.objects(response, MF.expectedStatus)]
    assert any(fits(answer.status, name) for name in expected), (answer.status, expected, answer.body)
    boolean = manifest.value(response, MF.expectedBoolean)
    if boolean is not None:
        assert json.loads(answer.body)["boolean"] is boolean.toPython()
    match str(manifest.value(response, MF.expectedFormat) or ""):
        case "boolean" | "tabular":
            assert answer.kind in TABLES
        case "RDF":
            assert answer.kind in RDF_KINDS


def fits(status: int, name: str) -> bool:
    if name.startswith("StatusCode"):
        return str(status)[0] == name.removeprefix("StatusCode")[0]
    return status in STATUSES[name]


def check_graph(case: Case, request: rdflib.term.Node, answer: Answer) -> None:
    """Check the graph that a response holds, if the manifest tells one."""
    manifest = case.manifest
    body = manifest.value(manifest.value(request, HT.resp), HT.body)
    if body is None or answer.status != 200 or str(manifest.value(request, HT.methodName)) == "HEAD":
        return
    assert answer.kind == "text/turtle"
    expected = rdflib.Graph().parse(data=str(manifest.value(body, CNT.chars)), format="turtle")
    found = rdflib.Graph().parse(data=answer.body, format="turtle")
    assert isomorphic(to_isomorphic(found), to_isomorphic(expected)), answer.body.decode()
    assert len(expected) > 0
