"""Exports: every format is read back by another tool to the graph that was written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import pipeline
from kg.config import DEFAULT_BASE
from kg.errors import GraphError
from kg.evaluate import read_lines
from kg.export import EXPORTERS, FOLDERS, export
from kg.export.rdfxml import xml_text
from kg.ontology import Ontology
from kg.read import read_documents
from kg.store import GraphStore, Triple

# The reader that the exports are tried with warns of its own ways.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning:rdflib")

MERGED = {"turtle": "turtle", "jsonld": "json-ld", "rdfxml": "xml"}
NAMED = {"trig": "trig", "nquads": "nquads"}
RECORDS = {"claims"}
ELSEWHERE = {"annotated", "context", "cypher", "gexf", "graphml", "metadata"}  # tests/export


def written(store: GraphStore, form: str) -> bytes:
    out = io.BytesIO()
    EXPORTERS[form](store, out)
    return out.getvalue()


def merged(data: bytes, form: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=data.decode(), format=form)


def quads(data: bytes, form: str) -> set[tuple[str, ...]]:
    dataset = rdflib.Dataset()
    dataset.parse(data=data.decode(), format=form)
    found: set[tuple[str, ...]] = set()
    for s, p, o, g in dataset.quads():
        found.add((s.n3(), p.n3(), o.n3(), str(g.identifier if isinstance(g, rdflib.Graph) else g)))
    return found


@pytest.fixture(scope="module")
def reference(corpus_store: GraphStore) -> rdflib.Graph:
    """The merged graph of the corpus, in the plainest syntax."""
    lines = ox.serialize(corpus_store.triples(), format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    return rdflib.Graph().parse(data=lines.decode(), format="nt")


@pytest.fixture(scope="module")
def exports(corpus_store: GraphStore) -> dict[str, bytes]:
    """The corpus in every format."""
    return {form: written(corpus_store, form) for form in EXPORTERS}


@pytest.fixture(scope="module")
def read(exports: dict[str, bytes]) -> dict[str, set[tuple[str, ...]]]:
    """The quads of the corpus as they are read back from each format that has named graphs."""
    return {form: quads(exports[form], name) for form, name in NAMED.items()}


# Every format


def test_every_format_is_tested_here() -> None:
    assert MERGED.keys() | NAMED.keys() | RECORDS | ELSEWHERE == set(EXPORTERS)
    assert set(FOLDERS) == {"csv", "neo4j"}
    assert not EXPORTERS.keys() & FOLDERS.keys()
    exporters = [*EXPORTERS.values(), *(exporter for files in FOLDERS.values() for exporter in files.values())]
    assert all(exporter.__doc__ for exporter in exporters)


@pytest.mark.parametrize("form", MERGED)
def test_the_merged_graph_is_read_back_whole(exports: dict[str, bytes], reference: rdflib.Graph, form: str) -> None:
    found = merged(exports[form], MERGED[form])
    assert len(reference) > 1000
    assert set(found) == set(reference), "there are no blank nodes, so that equal graphs have equal triples"


@pytest.mark.parametrize("form", NAMED)
def test_the_named_graphs_are_read_back_whole(
    read: dict[str, set[tuple[str, ...]]], reference: rdflib.Graph, form: str
) -> None:
    found = read[form]
    documents = {str(d) for d in reference.subjects(rdflib.RDF.type, rdflib.URIRef(f"{_LODE}Document"))}
    assert {g for *_, g in found} == documents | {f"{_LODE}{g}" for g in ("entities", "dependencies", "resolutions")}
    assert {quad[:3] for quad in found} == {(s.n3(), p.n3(), o.n3()) for s, p, o in reference}


_LODE = "https://w3id.org/lodestone/ontology#"


def test_both_formats_of_named_graphs_say_the_same(read: dict[str, set[tuple[str, ...]]]) -> None:
    assert read["trig"] == read["nquads"]


@pytest.mark.parametrize("form", EXPORTERS)
def test_the_same_graph_is_written_in_the_same_bytes(
    corpus_store: GraphStore, exports: dict[str, bytes], form: str
) -> None:
    assert written(corpus_store, form) == exports[form]


def test_another_process_writes_the_same_bytes(corpus_store: GraphStore, exports: dict[str, bytes]) -> None:
    program = (
        "import hashlib, io, pathlib, sys\n"
        "from kg.export import EXPORTERS\nfrom kg.store import GraphStore\n"
        "store = GraphStore.open(pathlib.Path(sys.argv[1]))\n"
        "for form in sorted(EXPORTERS):\n"
        "    out = io.BytesIO()\n    EXPORTERS[form](store, out)\n"
        "    print(form, hashlib.sha256(out.getvalue()).hexdigest())\n"
    )
    expected = [f"{form} {hashlib.sha256(exports[form]).hexdigest()}" for form in sorted(EXPORTERS)]
    ended = subprocess.run(
        [sys.executable, "-c", program, corpus_store.folder],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines() == expected


@pytest.mark.parametrize("form", MERGED | NAMED)
def test_there_are_no_blank_nodes_and_no_paths_of_this_machine(
    exports: dict[str, bytes], corpus: Path, form: str
) -> None:
    assert b"_:" not in exports[form]
    assert str(corpus).encode() not in exports[form]


@pytest.mark.parametrize("form", EXPORTERS)
def test_an_empty_graph_is_written(tmp_path: Path, form: str) -> None:
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    data = written(store, form)
    if form in MERGED:
        assert len(merged(data, MERGED[form])) == 0
    elif form in NAMED:
        assert quads(data, NAMED[form]) == set()
    elif form in RECORDS:
        assert data == b""
    else:
        assert data == b"" or form != "annotated"


# Prefixes


def test_turtle_is_short_and_its_prefixes_are_those_of_the_base(tmp_path: Path) -> None:
    base = "https://example.org/kg/"
    store = GraphStore.create(tmp_path / "graph", {"base": base, "versions": {}})
    china, mine = ox.NamedNode(base + "country/china"), ox.NamedNode(base + "facility/a-mine")
    store.put(ox.NamedNode(base + "doc/a"), [(china, ox.NamedNode(_LODE + "owns"), mine)])
    assert "country:china lode:owns facility:a-mine ." in written(store, "turtle").decode()


def test_local_names_of_entities_need_no_escapes(exports: dict[str, bytes]) -> None:
    """Some stores misread `\\/`, `\\#` and `\\=` in a local name."""
    for form in ("turtle", "trig"):
        in_texts_none = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", exports[form])
        assert b"\\" not in in_texts_none


@pytest.mark.parametrize(
    "path", ["company/a/b", "company/a#b", "company/a=b", "company/-a", "company/a.", "company/a,b"]
)
def test_a_name_that_would_need_an_escape_is_written_in_full(emptied: GraphStore, path: str) -> None:
    odd, says = ox.NamedNode(DEFAULT_BASE + path), ox.NamedNode(f"{_LODE}owns")
    emptied.put(ox.NamedNode(f"{DEFAULT_BASE}doc/a"), [(odd, says, odd)])
    for form in ("turtle", "trig"):
        text = written(emptied, form).decode()
        assert "\\" not in text
        assert f"<{DEFAULT_BASE}{path}>" in text


# Literals


@settings(max_examples=30, deadline=None)
@given(
    texts=st.frozensets(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
        | st.sampled_from(['"""', "\\", "\\u0041", "\r\n", "'''", "a\\", '\\"', "😀", "\x1b[31m", "\x0b\x0c", "\x7f"]),
        max_size=5,
    ),
    language=st.sampled_from([None, "en", "zh"]),
)
def test_any_text_is_read_back(emptied: GraphStore, texts: frozenset[str], language: str | None) -> None:
    subject, predicate = (ox.NamedNode(f"{DEFAULT_BASE}{name}") for name in ("country/china", "country/says"))
    triples: list[Triple] = [(subject, predicate, ox.Literal(text, language=language)) for text in texts]
    emptied.put(ox.NamedNode(f"{DEFAULT_BASE}doc/a"), triples)
    for form, name in MERGED.items():
        expected = {xml_text(text) for text in texts} if form == "rdfxml" else texts
        assert {str(o) for o in merged(written(emptied, form), name).objects()} == expected
    for form, syntax in {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}.items():
        assert {q.object.value for q in ox.parse(written(emptied, form), format=syntax)} == texts


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """A graph of one document that each example replaces."""
    return GraphStore.create(tmp_path_factory.mktemp("emptied") / "graph", {"base": DEFAULT_BASE, "versions": {}})


# Claims as JSON Lines


@pytest.fixture(scope="module")
def records(exports: dict[str, bytes]) -> list[dict[str, Any]]:
    """The claims of the corpus as they are exported."""
    return [json.loads(line) for line in exports["claims"].decode().split("\n") if line]


def test_every_claim_is_a_line(records: list[dict[str, Any]], reference: rdflib.Graph) -> None:
    claims = set(reference.subjects(rdflib.RDF.type, rdflib.URIRef(f"{_LODE}Claim")))
    assert len(records) == len(claims) > 100


def test_a_line_has_the_fields_of_the_contract(records: list[dict[str, Any]], ontology: Ontology) -> None:
    fields = {
        *("doc", "start", "end", "quote", "relation", "subject", "object", "qualifiers", "modality", "confidence"),
        *("frame",),
    }
    types = {t.json_name for t in ontology.types.values()}
    for record in records:
        assert record.keys() - {"attribution"} == fields
        assert record["relation"] in ontology.relations
        assert record["modality"] in {"asserted", "planned", "possible", "negated"}
        assert 0 <= record["confidence"] <= 1
        assert record["qualifiers"].keys() <= ontology.qualifiers.keys()
        for end in (record["subject"], record["object"]):
            assert end.keys() == {"iri", "label", "mention", "type"}
            assert end["iri"].startswith(DEFAULT_BASE)
            assert end["type"] in types
            assert end["label"]
            assert end["mention"]


def test_quotes_stand_in_the_files_at_their_offsets(records: list[dict[str, Any]], corpus: Path) -> None:
    sources = {d.name: d.source for path in corpus.iterdir() if path.is_file() for d in read_documents(path)}
    for record in records:
        assert sources[record["doc"]][record["start"] : record["end"]] == record["quote"]
        assert record["quote"] == record["quote"].strip()


def test_offsets_count_in_the_file_as_it_stands_on_disk(tmp_path: Path) -> None:
    """Byte order mark, line ends and characters beyond the basic plane count as they are decoded."""
    text = "\ufeffTitle: 😀 磁石\r\n\r\n•\tChile produces copper.\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    pipeline.build([tmp_path / "a.txt"], tmp_path / "graph")
    store = GraphStore.open(tmp_path / "graph")
    (record,) = (json.loads(line) for line in written(store, "claims").decode().splitlines())
    decoded = (tmp_path / "a.txt").read_bytes().decode()
    without_mark = decoded.removeprefix("\ufeff")
    place = slice(record["start"], record["end"])
    assert "Chile produces copper" in {decoded[place], without_mark[place]}
    assert record["quote"] == "Chile produces copper"


def test_qualifiers_are_written_as_annotators_write_them(records: list[dict[str, Any]]) -> None:
    shapes = {
        "amount": ({"value", "currency"}, {"bound"}),
        "share": ({"min", "max"}, {"approx"}),
    }
    seen = set()
    for record in records:
        for name, value in record["qualifiers"].items():
            seen.add(name)
            if name in shapes:
                needed, allowed = shapes[name]
                assert needed <= value.keys() <= needed | allowed
            elif name == "quantity":
                assert "unit" in value
                assert ("value" in value) != ("min" in value and "max" in value)
            else:
                assert isinstance(value, str)
    assert seen >= {"amount", "share", "quantity", "time", "stage", "commodity"}


def test_what_is_exported_is_read_by_kg_eval(
    corpus_store: GraphStore, exports: dict[str, bytes], tmp_path: Path
) -> None:
    export(corpus_store, "claims", tmp_path / "claims.jsonl")
    assert len(read_lines(tmp_path / "claims.jsonl")) == len(exports["claims"].splitlines())


# Files


def test_a_file_holds_what_standard_output_would(
    corpus_store: GraphStore, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    export(corpus_store, "turtle", tmp_path / "deep" / "graph.ttl")
    export(corpus_store, "turtle")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == (tmp_path / "deep" / "graph.ttl").read_bytes()
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["graph.ttl"]


def test_a_file_that_is_there_is_replaced_whole(emptied: GraphStore, tmp_path: Path) -> None:
    (tmp_path / "graph.nq").write_text("old" * 10_000)
    export(emptied, "nquads", tmp_path / "graph.nq")
    assert (tmp_path / "graph.nq").read_bytes() == written(emptied, "nquads")


def failing(store: GraphStore, out: Any) -> None:
    out.write(b"half")
    raise OSError(28, "No space left on device")


def test_what_cannot_be_finished_leaves_the_old_file(
    emptied: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EXPORTERS, "turtle", failing)
    (tmp_path / "graph.ttl").write_text("old")
    with pytest.raises(GraphError, match="No space left"):
        export(emptied, "turtle", tmp_path / "graph.ttl")
    assert (tmp_path / "graph.ttl").read_text() == "old"


@pytest.mark.parametrize("prepare", [lambda path: path.mkdir(), lambda path: None], ids=["is a folder", "disk full"])
def test_what_cannot_be_written_leaves_nothing_behind(
    emptied: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Path], None]
) -> None:
    prepare(tmp_path / "graph.ttl")
    monkeypatch.setitem(EXPORTERS, "turtle", failing)
    before = list(tmp_path.iterdir())
    with pytest.raises(GraphError):
        export(emptied, "turtle", tmp_path / "graph.ttl")
    assert list(tmp_path.iterdir()) == before


@pytest.mark.parametrize("path", ["file/graph.ttl", "folder"])
def test_a_path_that_cannot_be_written_is_an_error_of_one_sentence(
    emptied: GraphStore, tmp_path: Path, path: str
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GraphError, match="--output") as error:
        export(emptied, "turtle", tmp_path / path)
    assert "\n" not in str(error.value)
    assert (tmp_path / "file").read_text() == "mine"
