"""Checks: real graphs conform, every rule of the shapes can be broken and is then named, every lost quote is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import SH
from rdflib.collection import Collection

from kg import pipeline
from kg.assertion.terms import decimal, integer, text
from kg.check import ShapeReport, Unfound, validate, verify
from kg.config import DEFAULT_BASE, ontology_folder
from kg.model import Block, Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Run
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.read import read_documents
from kg.store import ENTITIES, GraphStore
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, SKOS

Term = ox.NamedNode | ox.Literal
Open = Callable[..., Document]
LSH = "https://w3id.org/lodestone/shapes#"
MANIFEST = {"base": DEFAULT_BASE, "versions": {}}


# The shapes


def lode(name: str) -> ox.NamedNode:
    return ox.NamedNode(LODE + name)


def other(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{DEFAULT_BASE}country/{name}")


@dataclass(frozen=True)
class Broken:
    """A claim in order but for the values of one property; `shape`, `path` and `rule` say what is broken."""

    shape: str
    path: str
    rule: str
    node: str
    predicate: str
    values: tuple[Term, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.shape}-{self.path.replace(' ', '-')}-{self.rule}".lower()


def claim(path: str, rule: str, *values: Term, predicate: str = "") -> Broken:
    return Broken("Claim", path, rule, "claim", predicate or LODE + path, values)


def dependency(path: str, rule: str, *values: Term) -> Broken:
    namespace = PROV if path == "wasDerivedFrom" else LODE
    return Broken("Dependency", path, rule, "dependency", namespace + path, values)


RDF_ENDS = [
    case
    for path in ("subject", "predicate", "object")
    for case in (
        claim(path, "minCount", predicate=RDF + path),
        claim(path, "maxCount", *map(other, ("a", "b")), predicate=RDF + path),
        claim(path, "nodeKind", text("words"), predicate=RDF + path),
    )
]
DEPENDENCY_ENDS = [
    case
    for path in ("dependent", "provider")
    for case in (
        dependency(path, "minCount"),
        dependency(path, "maxCount", *map(other, ("a", "b"))),
        dependency(path, "nodeKind", text("words")),
    )
]
DEPENDENCY_BOUNDED = [
    case
    for path in ("confidence", "shareMin", "shareMax")
    for case in (
        dependency(path, "maxCount", decimal(0.4), decimal(0.5)),
        dependency(path, "datatype", text("0.5")),
        dependency(path, "minInclusive", decimal(-0.1)),
        dependency(path, "maxInclusive", decimal(1.1)),
    )
]
BOUNDED = [
    case
    for path in ("share", "shareMin", "shareMax")
    for case in (
        claim(path, "maxCount", decimal(0.4), decimal(0.5)),
        claim(path, "datatype", text("0.5")),
        claim(path, "minInclusive", decimal(-0.1)),
        claim(path, "maxInclusive", decimal(1.1)),
    )
]
CASES = [
    *RDF_ENDS,
    *BOUNDED,
    *DEPENDENCY_ENDS,
    *DEPENDENCY_BOUNDED,
    dependency("provider", "disjoint", ox.NamedNode(f"{DEFAULT_BASE}company/subject-dependency-provider-disjoint")),
    dependency("rule", "minCount"),
    dependency("rule", "maxCount", text("owns"), text("supplies")),
    dependency("kind", "minCount"),
    dependency("kind", "maxCount", text("trade"), text("finance")),
    dependency("kind", "in", text("friendship")),
    dependency("modality", "minCount"),
    dependency("modality", "maxCount", lode("asserted"), lode("planned")),
    dependency("modality", "in", lode("negated")),
    dependency("confidence", "minCount"),
    dependency("shareMin", "lessThanOrEquals", decimal(0.9)),
    dependency("stage", "maxCount", lode("mining"), lode("refining")),
    dependency("stage", "class", lode("dreaming")),
    dependency("wasDerivedFrom", "minCount"),
    dependency("wasDerivedFrom", "class", other("a")),
    claim("predicate", "class", lode("envies"), predicate=RDF + "predicate"),
    claim("evidence", "minCount"),
    claim("evidence", "node", other("nowhere")),
    claim("wasDerivedFrom", "minCount", predicate=PROV + "wasDerivedFrom"),
    claim("wasDerivedFrom", "maxCount", other("a"), other("b"), predicate=PROV + "wasDerivedFrom"),
    claim("wasDerivedFrom", "class", other("a"), predicate=PROV + "wasDerivedFrom"),
    claim("modality", "minCount"),
    claim("modality", "maxCount", lode("asserted"), lode("planned")),
    claim("modality", "in", lode("rumoured")),
    claim("confidence", "minCount"),
    claim("confidence", "maxCount", decimal(0.4), decimal(0.5)),
    claim("confidence", "datatype", text("0.5")),
    claim("confidence", "minInclusive", decimal(-0.1)),
    claim("confidence", "maxInclusive", decimal(1.1)),
    claim("shareMin", "lessThanOrEquals", decimal(0.9)),
    claim("amount", "maxCount", decimal(1), decimal(2)),
    claim("amount", "datatype", text("much")),
    claim("amount", "minInclusive", decimal(-1)),
    claim("currency", "maxCount", text("USD"), text("EUR")),
    claim("currency", "pattern", text("dollars")),
    claim("stage", "maxCount", lode("mining"), lode("refining")),
    claim("stage", "class", lode("dreaming")),
    claim("quantityMin", "maxCount", decimal(1), decimal(1.5)),
    claim("quantityMin", "lessThanOrEquals", decimal(9)),
    Broken("Amount", "currency", "minCount", "claim", LODE + "currency"),
    Broken("Quantity", "unitText", "minCount", "claim", LODE + "unitText"),
    Broken("Relation", "domain", "sparql", "subject", RDF + "type", (lode("Commodity"),)),
    Broken("Relation", "range", "sparql", "object", RDF + "type", (lode("Commodity"),)),
    Broken("Relation", "asserted", "sparql", "subject", LODE + "supplies"),
    Broken("Relation", "fact", "sparql", "claim", LODE + "modality", (lode("planned"),)),
    Broken("Evidence", "hasSource", "minCount", "evidence", OA + "hasSource"),
    Broken("Evidence", "hasSource", "maxCount", "evidence", OA + "hasSource", (other("a"), other("b"))),
    Broken("Evidence", "hasSource", "class", "evidence", OA + "hasSource", (other("a"),)),
    Broken("Evidence", "hasSelector start", "minCount", "position", OA + "start"),
    Broken("Evidence", "hasSelector start", "datatype", "position", OA + "start", (text("0"),)),
    Broken("Evidence", "hasSelector start", "minInclusive", "position", OA + "start", (integer(-1),)),
    Broken("Evidence", "hasSelector end", "minCount", "position", OA + "end"),
    Broken("Evidence", "hasSelector end", "datatype", "position", OA + "end", (text("5"),)),
    Broken("Evidence", "hasSelector end", "minInclusive", "position", OA + "end", (integer(0),)),
    Broken("Evidence", "hasSelector exact", "minCount", "quote", OA + "exact"),
    Broken("Evidence", "hasSelector exact", "minLength", "quote", OA + "exact", (text(""),)),
    Broken("Entity", "prefLabel", "minCount", "subject", SKOS + "prefLabel"),
    Broken("Entity", "prefLabel", "uniqueLang", "subject", SKOS + "prefLabel", (text("a", "en"), text("b", "en"))),
    Broken("Entity", "type", "minCount", "subject", RDF + "type"),
    Broken("Document", "identifier", "minCount", "document", DCTERMS + "identifier"),
    Broken("Document", "identifier", "maxCount", "document", DCTERMS + "identifier", (text("a"), text("b"))),
    Broken("Document", "title", "minCount", "document", DCTERMS + "title"),
]
_TARGETS = {"Amount": "Claim", "Quantity": "Claim"}
SOUND = Broken("Claim", "nothing", "broken", "claim", LODE + "frame", (text("test"),))


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_folder() / "shapes.ttl", format="turtle")


def constraints(shapes: rdflib.Graph) -> dict[tuple[str, str, str], str]:
    """Return the message of every constraint of the shapes, by shape, path and rule."""
    found = {}
    for shape in set(shapes.subjects(rdflib.RDF.type, SH.NodeShape)):
        name = str(shape).removeprefix(LSH)
        for prop in shapes.objects(shape, SH.property):
            for rule in shapes.predicates(prop):
                if rule not in {SH.path, SH.message}:
                    key = (name, _path(shapes, shapes.value(prop, SH.path)), _local(rule))
                    found[key] = str(shapes.value(prop, SH.message) or "")
        for constraint in shapes.objects(shape, SH.sparql):
            found[name, _local(constraint), "sparql"] = str(shapes.value(constraint, SH.message) or "")
    return found


def _path(shapes: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    return _local(path) if isinstance(path, rdflib.URIRef) else " ".join(map(_local, Collection(shapes, path)))


def _local(term: object) -> str:
    return str(term).replace("/", "#").rsplit("#", 1)[-1]


def test_every_constraint_of_the_shapes_is_broken_here(shapes: rdflib.Graph) -> None:
    assert len(CASES) == len({case.name for case in CASES})
    assert {(c.shape, c.path, c.rule) for c in CASES} == constraints(shapes).keys()


def nodes(case: Broken) -> dict[str, str]:
    """Return the IRIs of the things of a case, but for the claim's, which is made of what it says."""
    document = f"{DEFAULT_BASE}doc/{case.name}"
    return {
        "document": document,
        "dependency": f"{DEFAULT_BASE}dependency/{case.name}",
        "evidence": f"{document}#char=0,5",
        "position": f"{document}#position=0,5",
        "quote": f"{document}#quote=0,5",
        "subject": f"{DEFAULT_BASE}company/subject-{case.name}",
        "object": f"{DEFAULT_BASE}company/object-{case.name}",
    }


def triples(stages: Stages, case: Broken) -> tuple[set[tuple[ox.NamedNode, ox.NamedNode, Term]], str]:
    """Return the triples of a case and the IRI of its claim."""
    document = Document(case.name, "/x.txt", "quote", "quote", (Block("paragraph", 0, 5),), (Run(0, 0, 5),), "0")
    ends = [Entity(f"company/{end}-{case.name}", f"{end} {case.name}", "company") for end in ("subject", "object")]
    mentions = [Mention(0, 1, e.label, e.type, e.label, "test", None) for e in ends]
    said = {
        "amount": {"value": 1, "currency": "USD"},
        "quantity": {"min": 1, "max": 2, "unit": "t"},
        "share": {"min": 0.5, "max": 0.5},
        "stage": "mining",
    }
    evidence = Evidence(case.name, 0, 5, "quote")
    made = Claim("supplies", *mentions, "asserted", evidence, "test", 0.5, tuple(sorted(said.items())))
    found = set(stages.asserter.triples(Linked(document, (LinkedClaim(made, *ends),))))
    labels = {f"{DEFAULT_BASE}{e.iri}": [e.label] for e in ends}
    found |= set(stages.asserter.names(labels))
    (iri,) = (s.value for s, p, o in found if p.value == RDF + "type" and o.value == LODE + "Claim")
    if case.node == "dependency":
        found |= set(needing(nodes(case), iri))
    node = ox.NamedNode((nodes(case) | {"claim": iri})[case.node])
    kept = {t for t in found if t[:2] != (node, ox.NamedNode(case.predicate))}
    return kept | {(node, ox.NamedNode(case.predicate), value) for value in case.values}, iri


def needing(named: dict[str, str], claim: str) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, Term]]:
    """Yield the triples of a dependency of a claim's subject on its object, which is in order."""
    node, ends = ox.NamedNode(named["dependency"]), {"dependent": named["subject"], "provider": named["object"]}
    said: dict[str, Term] = {key: ox.NamedNode(iri) for key, iri in ends.items()}
    said |= {"rule": text("supplies"), "kind": text("trade"), "modality": lode("asserted"), "stage": lode("mining")}
    said |= {key: decimal(0.5) for key in ("confidence", "shareMin", "shareMax")}
    yield node, ox.NamedNode(RDF + "type"), lode("Dependency")
    yield node, ox.NamedNode(PROV + "wasDerivedFrom"), ox.NamedNode(claim)
    for key, value in said.items():
        yield node, lode(key), value


@pytest.fixture(scope="module")
def claims() -> dict[str, str]:
    """IRIs of the claims, by the name of their case; filled by `report`."""
    return {}


@pytest.fixture(scope="module")
def report(stages: Stages, tmp_path_factory: pytest.TempPathFactory, claims: dict[str, str]) -> ShapeReport:
    """What is found in one graph in which every claim is broken in a way of its own."""
    store = GraphStore.create(tmp_path_factory.mktemp("broken") / "graph", MANIFEST)
    everything = set()
    for case in [*CASES, SOUND]:
        found, claims[case.name] = triples(stages, case)
        everything |= found
    store.put(ox.NamedNode(f"{DEFAULT_BASE}doc/all"), everything)
    return validate(store)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_what_is_broken_is_named_in_one_line(
    report: ShapeReport, claims: dict[str, str], shapes: rdflib.Graph, case: Broken
) -> None:
    message = constraints(shapes)[case.shape, case.path, case.rule]
    focus = {"Claim": claims[case.name], "Relation": f"{LODE}supplies"}.get(_TARGETS.get(case.shape, case.shape))
    focus = focus or nodes(case)[case.shape.lower() if case.shape != "Entity" else "subject"]
    lines = [line for line in report.violations if line.startswith(f"{focus}: {message}")]
    if case.shape == "Relation":
        value = nodes(case)["object" if case.path != "domain" else "subject"]
        lines = [line for line in lines if value in line]
    assert message
    assert lines, [line for line in report.violations if case.name in line]
    assert not [line for line in lines if "\n" in line]


@pytest.mark.parametrize("case", [c for c in CASES if c.shape in {"Amount", "Quantity"}], ids=lambda c: c.name)
def test_what_lacks_its_unit_is_named_in_words(report: ShapeReport, claims: dict[str, str], case: Broken) -> None:
    (line,) = (line for line in report.violations if line.startswith(claims[case.name]))
    assert "\n" not in line
    assert "sh:property" not in line
    assert _local(case.predicate).removesuffix("Text") in line


def test_what_is_sound_is_not_named(report: ShapeReport, claims: dict[str, str]) -> None:
    assert not report.conforms
    mine = {claims[SOUND.name], *nodes(SOUND).values()}
    assert not [line for line in report.violations if any(iri in line for iri in mine)]


def test_only_what_is_broken_is_named(report: ShapeReport) -> None:
    wrong_values = {"words", *(other(name).value for name in ("a", "b", "nowhere"))}
    unexplained = [line for line in report.violations if not any(case.name in line for case in CASES)]
    assert not [line for line in unexplained if not any(value in line for value in wrong_values)]


def test_violations_come_in_order(report: ShapeReport) -> None:
    assert list(report.violations) == sorted(report.violations)


def test_a_relation_that_the_ontology_does_not_know_is_found(stages: Stages, tmp_path: Path) -> None:
    store = GraphStore.create(tmp_path / "graph", MANIFEST)
    store.put(ox.NamedNode(f"{DEFAULT_BASE}doc/a"), triples(stages, _predicate("envies"))[0])
    (line,) = validate(store).violations
    assert line.endswith(f"A claim's relation is one of the ontology's. ({LODE}envies)")


def _predicate(name: str) -> Broken:
    return claim("predicate", "class", lode(name), predicate=RDF + "predicate")


@pytest.mark.parametrize("modality", ["planned", "possible", "negated"])
def test_a_plan_that_stands_as_a_fact_is_found(stages: Stages, tmp_path: Path, modality: str) -> None:
    store = GraphStore.create(tmp_path / "graph", MANIFEST)
    case = claim("modality", "fact", lode(modality))
    store.put(ox.NamedNode(f"{DEFAULT_BASE}doc/a"), triples(stages, case)[0])
    assert not validate(store).conforms


def test_a_plan_beside_a_fact_is_none_even_the_other_way_round(
    built: Callable[..., GraphStore], tmp_path: Path
) -> None:
    text = "Chile signed an agreement with Japan. Japan plans to sign an agreement with Chile."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    store = built(tmp_path / "a.txt")
    planned = store.query(
        "ASK { country:japan lode:agreesWith country:chile . ?c rdf:subject country:japan ; lode:modality lode:planned }"
    )
    assert planned
    assert validate(store).conforms


def test_the_graph_of_the_corpus_conforms(corpus_store: GraphStore) -> None:
    assert validate(corpus_store) == ShapeReport(True, ())


def test_an_empty_graph_conforms(tmp_path: Path) -> None:
    assert validate(GraphStore.create(tmp_path / "graph", MANIFEST)).conforms


# Quotes


@pytest.fixture
def built(stages: Stages, tmp_path: Path) -> Callable[..., GraphStore]:
    """Return a function that reads files into a graph."""

    def build(*paths: Path, **options: int) -> GraphStore:
        store = GraphStore.create(tmp_path / "graph", MANIFEST)
        for path in paths:
            for document in read_documents(path, report=lambda error: None, **options):
                linked = stages.read(document)
                graph, ledger = stages.asserter.graph(document), stages.asserter.ledger(document)
                store.put(graph, stages.asserter.triples(linked), ledger)
        store.put(ENTITIES, stages.asserter.names(store.labels()))
        return store

    return build


TWO_CLAIMS = "Chile produces copper. Peru produces zinc.\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TWO_CLAIMS, encoding="utf-8", newline="")
    return path


def reasons(unfound: list[Unfound]) -> dict[str, str]:
    """Return why quotes are not found; each reason is one line."""
    found = {u.claim.quote: u.reason for u in unfound}
    assert all(reason and "\n" not in reason for reason in found.values())
    return found


def test_every_quote_of_the_corpus_is_found(corpus_store: GraphStore, ontology: Ontology) -> None:
    found, unfound = verify(corpus_store, ontology)
    assert found > 100
    assert unfound == []


def test_what_stands_where_it_stood_is_found(
    built: Callable[..., GraphStore], article: Path, ontology: Ontology
) -> None:
    store = built(article)
    assert verify(store, ontology) == (2, [])
    article.write_text(TWO_CLAIMS + "\nA paragraph more.\n", encoding="utf-8")
    assert verify(store, ontology) == (2, [])


@pytest.mark.parametrize(
    ("edited", "lost"),
    [
        ("Chile produces cobalt. Peru produces zinc.\n", {"Chile produces copper"}),
        ("Chile produces copper. Peru produces tin.\n", {"Peru produces zinc"}),
        ("Now Chile produces copper. Peru produces zinc.\n", {"Chile produces copper", "Peru produces zinc"}),
        ("chile produces copper. Peru produces zinc.\n", {"Chile produces copper"}),
        ("Chile produces copper.", {"Peru produces zinc"}),
        ("Chile  produces copper. Peru produces zinc.\n", {"Chile produces copper", "Peru produces zinc"}),
    ],
)
def test_a_quote_that_changed_on_disk_is_told(
    built: Callable[..., GraphStore], article: Path, ontology: Ontology, edited: str, lost: set[str]
) -> None:
    store = built(article)
    article.write_text(edited, encoding="utf-8")
    found, unfound = verify(store, ontology)
    assert found == 2 - len(lost)
    assert reasons(unfound).keys() == lost
    assert all("other words" in reason for reason in reasons(unfound).values())


def test_a_file_that_is_gone_is_told(built: Callable[..., GraphStore], article: Path, ontology: Ontology) -> None:
    store = built(article)
    article.unlink()
    found, unfound = verify(store, ontology)
    assert found == 0
    assert all(str(article) in reason for reason in reasons(unfound).values())


def test_a_file_that_was_moved_is_told_and_found_again_when_it_is_back(
    built: Callable[..., GraphStore], article: Path, tmp_path: Path, ontology: Ontology
) -> None:
    store = built(article)
    moved = tmp_path / "archive" / "article.txt"
    moved.parent.mkdir()
    article.rename(moved)
    found, unfound = verify(store, ontology)
    assert (found, len(unfound)) == (0, 2)
    moved.rename(article)
    assert verify(store, ontology) == (2, [])


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50], ids=["empty", "binary"])
def test_a_file_that_cannot_be_read_any_more_is_told(
    built: Callable[..., GraphStore], article: Path, ontology: Ontology, content: bytes
) -> None:
    store = built(article)
    article.write_bytes(content)
    found, unfound = verify(store, ontology)
    assert found == 0
    assert len(reasons(unfound)) == 2


def test_one_lost_file_does_not_hide_another(
    built: Callable[..., GraphStore], article: Path, tmp_path: Path, ontology: Ontology
) -> None:
    (tmp_path / "other.txt").write_text("Zambia produces copper.", encoding="utf-8")
    store = built(article, tmp_path / "other.txt")
    article.unlink()
    found, unfound = verify(store, ontology)
    assert (found, {u.claim.source.name for u in unfound}) == (1, {"article"})


def test_a_document_that_the_ledger_does_not_know_is_told(
    stages: Stages, article: Path, tmp_path: Path, ontology: Ontology
) -> None:
    store = GraphStore.create(tmp_path / "graph", MANIFEST)
    (document,) = read_documents(article)
    store.put(stages.asserter.graph(document), stages.asserter.triples(stages.read(document)))
    store.put(ENTITIES, stages.asserter.names(store.labels()))
    found, unfound = verify(store, ontology)
    assert found == 0
    assert all("ledger" in reason for reason in reasons(unfound).values())


def lines(*records: dict[str, str]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_records_of_json_lines_are_found_each_by_its_id(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology
) -> None:
    path = tmp_path / "records.jsonl"
    first, second = {"id": "a", "text": "Chile produces copper."}, {"id": "b", "text": "Peru produces zinc."}
    path.write_text(lines(first, second))
    store = built(path)
    assert verify(store, ontology) == (2, [])
    path.write_text(lines(second, first))
    assert verify(store, ontology) == (2, [])
    path.write_text(lines(first))
    found, unfound = verify(store, ontology)
    assert found == 1
    assert "gone" in reasons(unfound)["Peru produces zinc"]


def test_a_broken_line_does_not_hide_the_records_after_it(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology
) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text("{broken\n" + lines({"id": "b", "text": "Peru produces zinc."}))
    assert verify(built(path), ontology) == (1, [])


@pytest.mark.parametrize("name", ["news #1.txt", "#.txt"])
def test_a_number_sign_in_a_files_name_does_no_harm(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology, name: str
) -> None:
    path = tmp_path / name
    path.write_text(TWO_CLAIMS, encoding="utf-8")
    assert verify(built(path), ontology) == (2, [])


def test_an_article_longer_than_usual_is_read_again(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology
) -> None:
    path = tmp_path / "long.txt"
    path.write_text(TWO_CLAIMS + "\n" * 1_000_100, encoding="utf-8")
    assert verify(built(path, max_bytes=3_000_000), ontology) == (2, [])


def test_a_quote_with_a_control_character_is_found(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology
) -> None:
    path = tmp_path / "control.txt"
    path.write_text("Germany imports\x01 gallium from China.", encoding="utf-8")
    store = built(path)
    found, unfound = verify(store, ontology)
    assert found > 0
    assert unfound == []


def test_line_ends_and_a_byte_order_mark_do_no_harm(
    built: Callable[..., GraphStore], tmp_path: Path, ontology: Ontology
) -> None:
    path = tmp_path / "windows.txt"
    path.write_bytes("\ufeffTitle: 😀\r\n\r\nChile produces\r\ncopper. Peru produces zinc.\r\n".encode())
    found, unfound = verify(built(path), ontology)
    assert found >= 1
    assert unfound == []


def test_a_graph_that_the_pipeline_built_is_found(article: Path, tmp_path: Path, ontology: Ontology) -> None:
    pipeline.build([article], tmp_path / "built")
    store = GraphStore.open(tmp_path / "built")
    assert verify(store, ontology) == (2, [])
    assert validate(store).conforms
