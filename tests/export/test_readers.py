"""Exports in the hands of readers of others: riot, rapper, N3.js, rdflib, networkx, pandas."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib

from kg.cells import inert
from kg.config import DEFAULT_BASE
from kg.export import EXPORTERS, FOLDERS, export
from kg.export.cypher import quote
from kg.store import GraphStore
from kg.vocab import LODE, OA, PROV, RDF, SKOS, XSD

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning:rdflib")
Files = dict[str, Path]
JARS = importlib.util.find_spec("owlready2")
RDF_FORMS = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "rdfxml": "rdf", "jsonld": "jsonld", "metadata": "ttl"}
HOSTILE = (
    *('=HYPERLINK("http://x.test")', "+1", "-1", "@SUM(1)", "  =1", "\t=1", "＝1", "a;=1", 'a","=1', "\n=1+1"),
    *("'); DROP //", "\\u0027 }) DETACH DELETE n //", "\\", "`", "<script>&]]>", "\x00\x1b\x1f", "稀土 😀", '"""'),
)


def node(path: str) -> ox.NamedNode:
    return ox.NamedNode(path if ":" in path else DEFAULT_BASE + path)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """A graph in which every text is one that some format could take for something else."""
    store = GraphStore.create(tmp_path_factory.mktemp("hostile") / "graph", {"base": DEFAULT_BASE, "versions": {}})
    doc = node("doc/a")
    told = [(doc, RDF + "type", node(LODE + "Document"))]
    told += [
        (doc, f"http://purl.org/dc/terms/{key}", ox.Literal(HOSTILE[0])) for key in ("identifier", "title", "publisher")
    ]
    for number, text in enumerate(HOSTILE):
        claim, who, place = (node(f"{path}{number}") for path in ("doc/a#c", "company/x", "doc/a#char="))
        quote_, position = node(f"doc/a#quote={number}"), node(f"doc/a#position={number}")
        literal = ox.Literal(text)
        told += [
            (who, RDF + "type", node(LODE + "Company")),
            (who, SKOS + "prefLabel", ox.Literal(text, language="en")),
            (who, SKOS + "altLabel", ox.Literal(text + "2", language="en")),
            (claim, RDF + "type", node(LODE + "Claim")),
            (claim, RDF + "subject", who),
            (claim, RDF + "predicate", node(LODE + "owns")),
            (claim, RDF + "object", who),
            *(
                (claim, LODE + key, literal)
                for key in ("subjectMention", "objectMention", "frame", "attributedTo", "commodity")
            ),
            (claim, LODE + "modality", node(LODE + "asserted")),
            (claim, LODE + "confidence", ox.Literal("0.5", datatype=node(XSD + "decimal"))),
            (claim, PROV + "wasDerivedFrom", doc),
            (claim, LODE + "evidence", place),
            (place, OA + "hasSelector", quote_),
            (place, OA + "hasSelector", position),
            (quote_, OA + "exact", literal),
            (position, OA + "start", ox.Literal(0)),
            (position, OA + "end", ox.Literal(1)),
        ]
    store.put(doc, [(s, node(p), o) for s, p, o in told])
    return store


@pytest.fixture(scope="module", params=["corpus", "hostile"])
def store(request: pytest.FixtureRequest) -> GraphStore:
    found = request.getfixturevalue("corpus_store" if request.param == "corpus" else "hostile")
    assert isinstance(found, GraphStore)
    return found


@pytest.fixture(scope="module")
def files(store: GraphStore, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Every format, written."""
    folder = tmp_path_factory.mktemp("exports")
    found = {form: folder / f"graph-{form}.{RDF_FORMS.get(form, form)}" for form in EXPORTERS}
    found |= {form: folder / form for form in FOLDERS}
    for form, path in found.items():
        export(store, form, path)
    return found


# RDF


@pytest.mark.slow
@pytest.mark.skipif(
    JARS is None or shutil.which("java") is None, reason="there is no java or no Apache Jena (owlready2)"
)
@pytest.mark.parametrize("form", [form for form in RDF_FORMS if form not in {"jsonld", "rdfxml"}])
def test_riot_finds_nothing_wrong(files: Files, form: str) -> None:
    assert JARS is not None
    assert JARS.origin is not None
    jars = Path(JARS.origin).parent / "pellet"
    command = ["java", "-cp", f"{jars}{os.sep}*", "riotcmd.riot", "--validate", str(files[form])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    assert "ERROR" not in done.stderr


@pytest.mark.skipif(shutil.which("rapper") is None, reason="there is no rapper; apt-get install raptor2-utils")
@pytest.mark.parametrize(("form", "name"), [("turtle", "turtle"), ("rdfxml", "rdfxml"), ("nquads", "nquads")])
def test_rapper_reads_as_many_triples(store: GraphStore, files: Files, form: str, name: str) -> None:
    done = subprocess.run(["rapper", "-c", "-i", name, str(files[form])], capture_output=True, text=True, check=False)
    expected = len(list(store.quads() if form == "nquads" else store.triples()))
    assert f"returned {expected} " in done.stderr, done.stderr[-300:]


_N3 = """
const fs = require("fs"), N3 = require("n3"), count = {all: 0, reified: 0};
new N3.Parser({format: "text/turtle"}).parse(fs.readFileSync(process.argv[1], "utf8"), (error, quad) => {
  if (error) { console.error(error.message); process.exit(1); }
  if (!quad) console.log(JSON.stringify(count));
  else { count.all++; if (quad.object.termType === "Quad") count.reified++; }
});
"""


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules of Node with N3.js."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "n3@2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"N3.js cannot be installed: {done.stderr[-200:]}")
    return folder / "node_modules"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["turtle", "annotated"])
def test_n3_reads_each_claim_as_what_it_reifies(store: GraphStore, files: Files, modules: Path, form: str) -> None:
    environment = os.environ | {"NODE_PATH": str(modules)}
    command = ["node", "-e", _N3, str(files[form])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    claims = len(store.instances(LODE + "Claim")) if form == "annotated" else 0
    assert json.loads(done.stdout) == {"all": len(list(store.triples())) + claims, "reified": claims}


def test_json_ld_is_the_same_with_the_context_beside_it(store: GraphStore, files: Files, tmp_path: Path) -> None:
    told = json.loads(files["jsonld"].read_text(encoding="utf-8"))
    assert told["@context"] == json.loads(files["context"].read_text(encoding="utf-8"))["@context"]
    shutil.copy(files["context"], tmp_path / "context.jsonld")
    (tmp_path / "graph.jsonld").write_text(json.dumps(told | {"@context": "context.jsonld"}), encoding="utf-8")
    found = rdflib.Graph().parse(tmp_path / "graph.jsonld", format="json-ld", base=(tmp_path / "graph.jsonld").as_uri())
    lines = ox.serialize(store.triples(), format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    assert set(found) == set(rdflib.Graph().parse(data=lines.decode(), format="nt"))


def test_an_iri_whose_scheme_is_a_prefix_stays_itself(tmp_path: Path) -> None:
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    odd = [ox.NamedNode(f"{scheme}:foo") for scheme in ("company", "doc", "owns", "lode", "evidence")]
    store.put(node("doc/a"), [(s, node(LODE + p), o) for s in odd for o in odd for p in ("owns", "other")])
    export(store, "jsonld", tmp_path / "a.jsonld")
    found = rdflib.Graph().parse(tmp_path / "a.jsonld", format="json-ld")
    assert {str(t) for t in found.all_nodes()} == {n.value for n in odd}
    assert len(found) == 50


def test_metadata_count_what_is_there(store: GraphStore, files: Files) -> None:
    found = rdflib.Graph().parse(files["metadata"])
    dataset = rdflib.URIRef(DEFAULT_BASE + "dataset")
    void, dcterms = rdflib.Namespace("http://rdfs.org/ns/void#"), rdflib.DCTERMS
    assert found.value(dataset, dcterms.license) == rdflib.URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert found.value(dataset, void.triples).value == len(list(store.triples()))
    assert found.value(dataset, void.documents).value == len(store.instances(LODE + "Document"))
    counted = {
        str(found.value(p, void["class"])): found.value(p, void.entities).value
        for p in found.objects(dataset, void.classPartition)
    }
    assert counted[LODE + "Claim"] == len(store.instances(LODE + "Claim"))
    parts = [found.value(p, void.triples).value for p in found.objects(dataset, void.propertyPartition)]
    assert sum(parts) == found.value(dataset, void.triples).value


# Networks and tables


@pytest.mark.parametrize(("form", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networkx_reads_every_claim_that_is_not_denied(
    store: GraphStore, files: Files, form: str, read: Callable[..., Any]
) -> None:
    found = read(files[form])
    denied = set(store.subjects(LODE + "modality", LODE + "negated"))
    assert found.number_of_edges() == len(set(store.instances(LODE + "Claim")) - denied)
    assert all(data["label"] or data["type"] for _, data in found.nodes(data=True))
    assert all(0 <= data["weight"] <= 1 for *_, data in found.edges(data=True))
    assert {data["modality"] for *_, data in found.edges(data=True)} <= {"asserted", "planned", "possible"}
    assert b"lastmodifieddate" not in files[form].read_bytes()


def test_pandas_joins_the_tables(store: GraphStore, files: Files) -> None:
    entities, claims, evidence = (
        pd.read_csv(files["csv"] / f"{name}.csv") for name in ("entities", "claims", "evidence")
    )
    assert len(claims) == len(store.instances(LODE + "Claim"))
    assert entities["iri"].is_unique
    joined = claims.merge(evidence, left_on="evidence", right_on="iri").merge(
        entities, left_on="subject", right_on="iri"
    )
    assert len(joined) == len(claims)
    assert set(claims["object"]) <= set(entities["iri"])
    assert claims["confidence"].between(0, 1).all()


def test_no_cell_is_one_that_a_spreadsheet_would_run(hostile: GraphStore, tmp_path: Path) -> None:
    export(hostile, "csv", tmp_path)
    quotes = set()
    for name in FOLDERS["csv"]:
        text = (tmp_path / name).read_bytes().decode()
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert [cell for cell in cells if cell != inert(cell)] == []
        quotes |= set(cells)
    assert {inert(text) for text in HOSTILE} <= quotes, "nothing is lost"


def test_neo4j_finds_both_ends_of_every_relationship(store: GraphStore, files: Files) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        text = (files["neo4j"] / f"{name}.csv").read_bytes().decode()
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    nodes = [row for name in ("entities", "documents", "claims") for row in rows(name)]
    known = {row["iri:ID"] for row in nodes}
    assert len(known) == len(nodes)
    links = [*rows("claim_links"), *rows("facts")]
    assert {row[end] for row in links for end in (":START_ID", ":END_ID")} <= known
    claims = set(store.instances(LODE + "Claim"))
    assert len(rows("claim_links")) == 3 * len(claims)
    assert len(rows("facts")) == len(claims & set(store.subjects(LODE + "modality", LODE + "asserted")))
    assert all(row[":LABEL"].split("\x1f")[0] in {"Entity", "Document", "Claim"} for row in nodes)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_string_of_cypher_ends_where_the_text_does(text: str) -> None:
    written = quote(text)
    assert "\\\\u" not in written, "Neo4j up to 5 would decode it first"
    parts = written[1:-1].split("' + '")
    assert "".join(_unquoted(part) for part in parts) == text


def _unquoted(part: str) -> str:
    found = json.loads('"' + part.replace("\\'", "'").replace('"', '\\"') + '"', strict=False)
    assert isinstance(found, str)
    return found
