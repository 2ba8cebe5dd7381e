"""Clients that are not ours get from the endpoint what the graph holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import Site, make_graph, serving
from SPARQLWrapper import CSV, JSON, POST, SPARQLWrapper

DOCUMENT = "https://w3id.org/lodestone/id/doc/one"
TRIPLES = """<urn:a> <urn:name> "Baotou, \\"steel\\""@en .
<urn:b> <urn:name> "包头\\n<script>" .
<urn:c> <urn:size> "12"^^<http://www.w3.org/2001/XMLSchema#integer> ."""
NAMES = ['Baotou, "steel"', "包头\n<script>"]
QUERY = "SELECT ?s ?name { ?s <urn:name> ?name } ORDER BY ?s"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(make_graph(tmp_path_factory.mktemp("clients"), {DOCUMENT: TRIPLES}), workers=2) as site:
        yield site


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # of rdflib, by SPARQLWrapper
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper(site: Site, method: str) -> None:
    client = SPARQLWrapper(f"{site.url}/sparql")
    client.setQuery(QUERY)
    client.setMethod(method)
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == NAMES
    client.setReturnFormat(CSV)
    assert client.query().convert().decode().count("\n") >= 3
    client.setQuery("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    client.setReturnFormat("xml")
    assert len(client.query().convert()) == 3
    client.setQuery("ASK { <urn:c> <urn:size> 12 }")
    client.setReturnFormat(JSON)
    assert client.query().convert()["boolean"] is True


def test_rdflib_sparqlstore(site: Site) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{site.url}/sparql", returnFormat="json"))
    assert sorted(str(row.name) for row in graph.query(QUERY)) == sorted(NAMES)
    assert len(list(graph.triples((None, rdflib.URIRef("urn:name"), None)))) == 2
    assert graph.value(rdflib.URIRef("urn:c"), rdflib.URIRef("urn:size")).toPython() == 12


def test_curl(site: Site) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    told = ["--data-urlencode", f"query={QUERY}", f"{site.url}/sparql"]
    found = subprocess.run(
        [curl, "-sS", "-H", "Accept: text/tab-separated-values", *told], capture_output=True, check=True
    )
    assert found.stdout.decode().splitlines()[0] == "?s\t?name"
    got = subprocess.run([curl, "-sS", "-G", *told], capture_output=True, check=True)
    assert [row["name"]["value"] for row in json.loads(got.stdout)["results"]["bindings"]] == NAMES
    graph = f"{site.url}/data?graph={quote(DOCUMENT, safe='')}"
    turtle = subprocess.run([curl, "-sSf", "-H", "Accept: text/turtle", graph], capture_output=True, check=True)
    assert len(rdflib.Graph().parse(data=turtle.stdout, format="turtle")) == 3


@pytest.mark.slow
def test_jena(site: Site) -> None:
    spec = find_spec("owlready2")
    java = shutil.which("java")
    if spec is None or spec.origin is None or java is None:
        pytest.skip("Java or Apache Jena (in owlready2) is not installed")
    jars = Path(spec.origin).parent / "pellet" / "*"
    told = [java, "-cp", str(jars), "arq.rsparql", "--service", f"{site.url}/sparql", "--results", "json", QUERY]
    found = subprocess.run(told, capture_output=True, timeout=120, check=True)
    assert [row["name"]["value"] for row in json.loads(found.stdout)["results"]["bindings"]] == NAMES


@pytest.fixture(scope="module")
def comunica() -> Path:
    """The folder of the npm packages that KG_NODE names, where @comunica/query-sparql 4 is installed."""
    folder = Path(os.environ.get("KG_NODE", "node_modules")).absolute()
    if shutil.which("node") is None or not (folder / "@comunica" / "query-sparql").is_dir():
        pytest.skip(
            "Comunica is not installed; `npm install @comunica/query-sparql@4` and name its node_modules in KG_NODE"
        )
    return folder


@pytest.mark.slow
def test_comunica(site: Site, comunica: Path) -> None:
    command = comunica / "@comunica" / "query-sparql" / "bin" / "query.js"
    told = ["node", str(command), f"sparql@{site.url}/sparql", "-q", QUERY, "-t", "application/sparql-results+json"]
    found = subprocess.run(told, capture_output=True, timeout=120, check=True)
    rows = json.loads(found.stdout)["results"]["bindings"]
    assert sorted(row["name"]["value"] for row in rows) == sorted(NAMES), found.stderr
