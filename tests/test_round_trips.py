"""What `kg export` writes in RDF is read by five readers of others to the same graph, compared in its canonical form.

The readers are rdflib, Oxigraph, rapper (Debian's raptor2-utils), riot (Apache Jena, whose jars owlready2 brings; needs
Java) and n3 (npm; found by NODE_PATH or installed globally). Those that are not there are left out, which pytest tells.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.assertion.terms import Terms, decimal, lode, moment, text
from kg.config import DEFAULT_BASE
from kg.export import EXPORTERS
from kg.iris import document_iri, entity_iri
from kg.store import GraphStore, Triple

# rdflib warns of its own ways.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning:rdflib")

MERGED = {"turtle", "jsonld", "rdfxml"}
ENDINGS = {"turtle": ".ttl", "trig": ".trig", "nquads": ".nq", "jsonld": ".jsonld", "rdfxml": ".rdf"}
_RDFLIB = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "jsonld": "json-ld", "rdfxml": "xml"}
_RAPPER = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "rdfxml": "rdfxml"}
_N3 = {"turtle": "Turtle", "trig": "TriG", "nquads": "N-Quads"}
_RIOT = ("turtle", "trig", "nquads", "rdfxml")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_READ_WITH_N3 = """
const { Parser, Writer } = require('n3');
const [path, format] = process.argv.slice(-2);
const quads = new Parser({ format }).parse(require('fs').readFileSync(path, 'utf8'));
const writer = new Writer({ format: 'N-Quads' });
writer.addQuads(quads);
writer.end((error, result) => process.stdout.write(result));
"""
Reader = Callable[[Path, str], bytes]  # path and format to N-Quads


def _run(*command: object, **environment: str) -> bytes:
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, check=True, capture_output=True, env={**os.environ, **environment}).stdout


def with_oxigraph(path: Path, form: str) -> bytes:
    syntax = ox.RdfFormat.from_extension(ENDINGS[form].removeprefix("."))
    quads = ox.parse(path=str(path), format=syntax)
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    return written


def with_rdflib(path: Path, form: str) -> bytes:
    graph = rdflib.Graph() if form in MERGED else rdflib.Dataset()
    graph.parse(str(path), format=_RDFLIB[form])
    return graph.serialize(format="nt" if form in MERGED else "nquads", encoding="utf-8")


def with_rapper(path: Path, form: str) -> bytes:
    return _run("rapper", "-q", "-i", _RAPPER[form], "-o", "nquads", path)


def with_riot(path: Path, form: str) -> bytes:
    """These jars are of Jena 2.10: it writes a character beyond the basic plane as two escapes, and reads no JSON-LD."""
    try:
        written = _run("java", "-Dfile.encoding=UTF-8", "-cp", f"{_jars()}/*", "riotcmd.riot", path)
    except subprocess.CalledProcessError as error:
        if b"UnsupportedClassVersionError" in error.stderr:
            pytest.skip(f"the jars read {form} with a newer Java than the one here")
        raise
    return _PAIR.sub(lambda pair: json.loads(b'"%s"' % pair[0]).encode(), written)


def with_n3(path: Path, form: str) -> bytes:
    return _run("node", "-e", _READ_WITH_N3, path, _N3[form], NODE_PATH=_node_path())


@cache
def _jars() -> Path | None:
    found = importlib.util.find_spec("owlready2")
    return Path(found.origin).parent / "pellet" if found and found.origin else None


@cache
def _node_path() -> str:
    if not (shutil.which("node") and shutil.which("npm")):
        return ""
    paths = [os.environ.get("NODE_PATH", ""), _run("npm", "root", "--global").decode().strip()]
    path = os.pathsep.join(filter(None, paths))
    found = subprocess.run(
        ["node", "-e", "require('n3')"], env={**os.environ, "NODE_PATH": path}, capture_output=True, check=False
    )
    return "" if found.returncode else path


READERS: dict[str, tuple[Reader, Sequence[str]]] = {
    "oxigraph": (with_oxigraph, list(ENDINGS)),
    "rdflib": (with_rdflib, list(ENDINGS)),
    "rapper": (with_rapper, list(_RAPPER)),
    "riot": (with_riot, _RIOT),
    "n3": (with_n3, list(_N3)),
}
PAIRS = [(reader, form) for reader, (_, forms) in READERS.items() for form in forms]


def reader_of(name: str) -> Reader:
    """Return a reader, or leave the test out if it is not installed here."""
    missing = {
        "rapper": shutil.which("rapper") is None and "there is no rapper; install raptor2-utils",
        "riot": (shutil.which("java") is None or _jars() is None) and "there is no Java, or owlready2 with Jena's jars",
        "n3": name == "n3" and not _node_path() and "there is no n3; npm install --global n3",
    }
    if reason := missing.get(name):
        pytest.skip(reason)
    return READERS[name][0]


def canonical(quads: ox.Dataset) -> ox.Dataset:
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return quads


def graph_of(store: GraphStore, form: str) -> ox.Dataset:
    """The graph that a format holds, as the store has it."""
    merged = (ox.Quad(t.subject, t.predicate, t.object) for t in store.triples())
    return canonical(ox.Dataset(merged if form in MERGED else store.quads()))


def check(store: GraphStore, name: str, form: str, folder: Path, expected: ox.Dataset | None = None) -> int:
    """Ask whether a reader reads the same graph; return how many quads it has."""
    read = reader_of(name)
    expected = expected or graph_of(store, form)
    out = io.BytesIO()
    EXPORTERS[form](store, out)
    path = folder / f"graph{ENDINGS[form]}"
    path.write_bytes(out.getvalue())
    again = canonical(ox.Dataset(ox.parse(read(path, form), format=ox.RdfFormat.N_QUADS)))
    assert again == expected, [*map(str, set(again) ^ set(expected))][:4]
    return len(again)


@pytest.fixture(scope="module")
def corpus_graphs(corpus_store: GraphStore) -> dict[bool, ox.Dataset]:
    """The graph of the corpus, merged and as named graphs."""
    return {form in MERGED: graph_of(corpus_store, form) for form in ("turtle", "trig")}


@pytest.fixture(autouse=True)
def _as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib would write numbers in its own way."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr("rdflib.term.rdflib.NORMALIZE_LITERALS", False, raising=False)


def test_every_format_of_rdf_is_read_by_several() -> None:
    assert set(EXPORTERS) == set(ENDINGS) | {"annotated", "metadata"} | {
        "claims",
        "context",
        "cypher",
        "gexf",
        "graphml",
    }
    assert len(PAIRS) == 21
    for form in ENDINGS:
        assert len([name for name, (_, forms) in READERS.items() if form in forms]) >= (2 if form == "jsonld" else 4)


# The corpus: quickly by rapper, and by the others in the slow tests.


@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] == "rapper" or p == ("oxigraph", "jsonld")])
def test_the_corpus_is_read_back(
    corpus_store: GraphStore, corpus_graphs: dict[bool, ox.Dataset], tmp_path: Path, name: str, form: str
) -> None:
    assert check(corpus_store, name, form, tmp_path, corpus_graphs[form in MERGED]) > 1000


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] != "rapper" and p != ("oxigraph", "jsonld")])
def test_the_corpus_is_read_back_by_the_others(
    corpus_store: GraphStore, corpus_graphs: dict[bool, ox.Dataset], tmp_path: Path, name: str, form: str
) -> None:
    assert check(corpus_store, name, form, tmp_path, corpus_graphs[form in MERGED]) > 1000


# Any text

NASTY = (
    *(
        '"""',
        "\\",
        "\\u0041",
        "\r\n",
        "\r",
        "\n",
        "\t",
        "'''",
        'a\\"',
        '"',
        "a\\",
        "😀",
        "\x1b[31m",
        "\x0b",
        "\x7f",
        "\x85",
    ),
    *(
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\ud800",
        "]]>",
        "&lt;",
        "<b>",
        "\u202e",
        "\x00",
        " ",
        "  a  ",
        "@en",
        "^^",
        "%41",
        "%",
    ),
    *(
        "é",
        "e\u0301",
        "稀土",
        "\U000e0041",
        "\U0010ffff",
        "\ue000",
        "#",
        "?",
        "a b",
        "{}",
        "[x]",
        "_:b0",
        "-1e5",
        "01.50",
        "/",
    ),
)


def store_of(names: Sequence[str], values: Sequence[str], language: str | None = None) -> GraphStore:
    """A graph of two documents that name and say any text; the second says what the first says, too."""
    terms = Terms(DEFAULT_BASE)
    store = GraphStore(Path(), ox.Store(), {"base": DEFAULT_BASE, "versions": {}})
    told: list[Triple] = [(terms.iri(entity_iri("company", n)), lode("surface"), text(n)) for n in names]
    told += [(terms.iri(f"kind/{name}"), lode("surface"), terms.iri(f"doc/a#{name}")) for name in names]
    told += [(terms.iri("doc/a"), lode("attributedTo"), text(value, language)) for value in values]
    told += [(terms.iri("doc/a"), lode("time"), moment(value)) for value in values if "\ud800" not in value]
    told += [(terms.iri("doc/a"), lode("amount"), decimal(n / 7)) for n in range(len(values) % 5)]
    for document in ("a", "b"):
        store.put(terms.iri(document_iri(document)), told)
    return store


def names_for(name: str, names: Sequence[str]) -> list[str]:
    """Leave out what these readers do not take in an IRI; no IRI of ours has it.

    In the local part of a prefixed name rdflib does not take `\\.` at an end, nor riot 2.10 characters beyond the basic
    plane; and riot takes the segments `.` and `..` out of absolute IRIs too (RFC 3986, 5.2.4).
    """
    if name == "rdflib":
        return [n for n in names if "." not in n]
    if name == "riot":
        return [n for n in names if max(n, default="") <= "\uffff" and not {".", ".."} & set(n.split("/"))]
    return list(names)


@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] != "riot"])
def test_texts_that_break_writers_are_read_back(tmp_path: Path, name: str, form: str) -> None:
    assert check(store_of(NASTY, NASTY), name, form, tmp_path) >= len(NASTY)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] == "riot"])
def test_texts_that_break_writers_are_read_back_by_riot(tmp_path: Path, name: str, form: str) -> None:
    assert check(store_of(names_for(name, NASTY), NASTY), name, form, tmp_path) >= len(NASTY)


@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] in {"oxigraph", "rdflib"}])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(), max_size=20), max_size=4),
    st.lists(st.text(st.characters(), max_size=20) | st.sampled_from(NASTY), max_size=6),
    st.sampled_from([None, "en", "zh"]),
)
def test_any_text_is_read_back(
    tmp_path: Path, name: str, form: str, names: list[str], values: list[str], language: str | None
) -> None:
    check(store_of(names_for(name, names), values, language), name, form, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), [p for p in PAIRS if p[0] not in {"oxigraph", "rdflib"}])
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(st.text(st.characters(), max_size=20), min_size=20, max_size=60),
    st.lists(st.text(st.characters(), max_size=20) | st.sampled_from(NASTY), min_size=20, max_size=60),
)
def test_any_text_is_read_back_by_the_others(
    tmp_path: Path, name: str, form: str, names: list[str], values: list[str]
) -> None:
    check(store_of(names_for(name, names), values), name, form, tmp_path)
