"""Claims as RDF: whole articles against expected Turtle, and each rule by itself on a claim made by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import graph_diff, isomorphic, to_isomorphic

from kg.assertion.quads import Asserter, Triple
from kg.config import DEFAULT_BASE
from kg.model import Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.read import read_documents
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, RDFS, SCHEMA, SKOS, UNIT, XSD

Open = Callable[..., Document]
SNAPSHOTS = sorted((Path(__file__).parent / "snapshots").glob("*.txt"))
MODALITIES = ("asserted", "planned", "possible", "negated")

CHINA = Entity("country/china", "China", "country")
JAPAN = Entity("country/japan", "Japan", "country")
GALLIUM = Entity("commodity/gallium", "gallium", "commodity")


@pytest.fixture(scope="module")
def asserter(stages: Stages) -> Asserter:
    """The asserter as the pipeline uses it."""
    return stages.asserter


@pytest.fixture
def article(document: Open) -> Document:
    return document("China exports gallium to Japan.")


def mention(entity: Entity, text: str = "") -> Mention:
    return Mention(0, 1, text or entity.label, entity.type, entity.label, "name in countries.ttl", entity.iri)


def claim(
    relation: str = "supplies",
    subject: Entity = CHINA,
    obj: Entity = JAPAN,
    modality: Any = "asserted",
    traded: Entity | None = None,
    attribution: str | None = None,
    quote: str = "China exports gallium to Japan",
    **qualifiers: Any,
) -> LinkedClaim:
    evidence = Evidence("article", 0, len(quote), quote)
    ends = mention(subject), mention(obj)
    said = tuple(sorted(qualifiers.items()))
    return LinkedClaim(
        Claim(relation, *ends, modality, evidence, "test", 0.75, said, attribution), subject, obj, traded
    )


def triples(asserter: Asserter, document: Document, *claims: LinkedClaim) -> set[Triple]:
    return set(asserter.triples(Linked(document, claims)))


def node_of(found: Iterable[Triple]) -> ox.NamedNode:
    """Return the IRI of the only claim."""
    (node,) = (s for s, p, o in found if p.value == RDF + "type" and o.value == LODE + "Claim")
    return node


def said(found: Iterable[Triple]) -> set[tuple[str, str, str]]:
    """Return what the only claim says, but for what every claim says: property, value, datatype."""
    found = list(found)
    node = node_of(found)
    everywhere = {RDF + k for k in ("type", "subject", "predicate", "object")} | {PROV + "wasDerivedFrom"}
    everywhere |= {LODE + k for k in ("subjectMention", "objectMention", "modality", "confidence", "frame", "evidence")}
    return {
        (p.value.rsplit("#")[-1], o.value, o.datatype.value.removeprefix(XSD) if isinstance(o, ox.Literal) else "IRI")
        for s, p, o in found
        if s == node and p.value not in everywhere
    }


def direct(found: Iterable[Triple]) -> set[tuple[str, str, str]]:
    """Return the triples between entities."""
    base = DEFAULT_BASE
    return {
        (s.value.removeprefix(base), p.value.removeprefix(LODE), o.value.removeprefix(base))
        for s, p, o in found
        if s.value.startswith(base) and "#" not in s.value and isinstance(o, ox.NamedNode) and o.value.startswith(base)
        if p.value.startswith(LODE)
    }


# Whole articles


def test_no_snapshot_is_without_its_article() -> None:
    assert len(SNAPSHOTS) == 4
    assert {p.stem for p in SNAPSHOTS} == {p.stem for p in (Path(__file__).parent / "snapshots").glob("*.ttl")}


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda p: p.stem)
def test_an_article_becomes_the_expected_graph(stages: Stages, path: Path, tmp_path: Path) -> None:
    """Confidence is left out: it is measured anew with every change of a frame."""
    (document,) = read_documents(path)
    made = [t for t in stages.asserter.triples(stages.read(document)) if t[1].value != LODE + "confidence"]
    turtle = ox.serialize([ox.Triple(*t) for t in made], format=ox.RdfFormat.TURTLE).decode()
    found = rdflib.Graph().parse(data=turtle, format="turtle")
    expected = rdflib.Graph().parse(path.with_suffix(".ttl"), format="turtle")
    if not isomorphic(found, expected):
        _, missing, extra = graph_diff(to_isomorphic(expected), to_isomorphic(found))
        (tmp_path / "found.ttl").write_text(turtle, encoding="utf-8")
        pytest.fail(
            f"{path.stem}: the graph lacks\n{_lines(missing)}\nand has besides\n{_lines(extra)}\n"
            f"If that is right, {tmp_path / 'found.ttl'} is the new snapshot."
        )


def _lines(graph: rdflib.Graph) -> str:
    return "\n".join(sorted(f"  {s.n3()} {p.n3()} {o.n3()}" for s, p, o in graph))


def test_the_snapshots_cover_what_a_claim_can_say() -> None:
    graph = rdflib.Graph()
    for path in SNAPSHOTS:
        graph.parse(path.with_suffix(".ttl"), format="turtle")
    used = {str(term).removeprefix(LODE) for triple in graph for term in triple[1:] if str(term).startswith(LODE)}
    assert used >= {
        *("amount", "currency", "share", "shareMin", "shareMax", "approximate"),
        *("quantity", "quantityMin", "quantityMax", "unit", "unitText"),
        *("time", "timeStart", "timeEnd", "stage", "commodity", "commodityEntity", "attributedTo"),
        *MODALITIES,
    }


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda p: p.stem)
def test_evidence_is_found_in_the_file_as_it_stands(stages: Stages, path: Path) -> None:
    (document,) = read_documents(path)
    text = path.read_bytes().decode()
    found = stages.asserter.triples(stages.read(document))
    values = {(s.value, p.value.removeprefix(OA)): o.value for s, p, o in found if p.value.startswith(OA)}
    quotes = {s: v for (s, p), v in values.items() if p == "exact"}
    assert quotes
    for node, quote in quotes.items():
        position = node.replace("#quote=", "#position=")
        assert text[int(values[position, "start"]) : int(values[position, "end"])] == quote


# Direct triples


@pytest.mark.parametrize("modality", MODALITIES)
def test_only_what_is_asserted_is_a_direct_triple(asserter: Asserter, article: Document, modality: str) -> None:
    found = triples(asserter, article, claim(modality=modality))
    expected = {("country/china", "supplies", "country/japan")} if modality == "asserted" else set()
    assert direct(found) == expected
    assert (node_of(found), ox.NamedNode(LODE + "modality"), ox.NamedNode(LODE + modality)) in found


def test_a_symmetric_relation_holds_both_ways(asserter: Asserter, article: Document) -> None:
    there, back = ("country/china", "agreesWith", "country/japan"), ("country/japan", "agreesWith", "country/china")
    assert direct(triples(asserter, article, claim("agrees_with"))) == {there, back}
    assert direct(triples(asserter, article, claim("agrees_with", modality="planned"))) == set()


def test_a_denial_beside_an_assertion_does_not_take_it_back(asserter: Asserter, article: Document) -> None:
    found = triples(asserter, article, claim(), claim(modality="negated", quote="China exports"))
    assert direct(found) == {("country/china", "supplies", "country/japan")}


# Qualifiers


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        (
            {"amount": {"value": 2.65e9, "currency": "EUR"}},
            {("amount", "2650000000", "decimal"), ("currency", "EUR", "string")},
        ),
        (
            {"amount": {"value": 1e9, "currency": "USD", "bound": "max"}},
            {
                ("amount", "1000000000", "decimal"),
                ("currency", "USD", "string"),
                ("amountBound", "max", "string"),
            },
        ),
        (
            {"share": {"min": 0.9, "max": 0.9}},
            {("share", "0.9", "decimal"), ("shareMin", "0.9", "decimal"), ("shareMax", "0.9", "decimal")},
        ),
        ({"share": {"min": 0.8, "max": None}}, {("shareMin", "0.8", "decimal")}),
        ({"share": {"min": None, "max": 0.9}}, {("shareMax", "0.9", "decimal")}),
        ({"share": {"min": 0, "max": 0.5}}, {("shareMin", "0", "decimal"), ("shareMax", "0.5", "decimal")}),
        (
            {"share": {"min": 0.15, "max": 0.15, "approx": True}},
            {
                ("share", "0.15", "decimal"),
                ("shareMin", "0.15", "decimal"),
                ("shareMax", "0.15", "decimal"),
                ("approximate", "true", "boolean"),
            },
        ),
        (
            {"quantity": {"value": 45000, "unit": "t"}},
            {
                ("quantity", "45000", "decimal"),
                ("quantityMin", "45000", "decimal"),
                ("quantityMax", "45000", "decimal"),
                ("unitText", "t", "string"),
                ("unit", UNIT + "TONNE", "IRI"),
            },
        ),
        (
            {"quantity": {"min": 20, "max": 23, "unit": "barrels of nothing"}},
            {
                ("quantityMin", "20", "decimal"),
                ("quantityMax", "23", "decimal"),
                ("unitText", "barrels of nothing", "string"),
            },
        ),
        ({"time": "2024"}, {("time", "2024", "gYear")}),
        ({"time": "2025-03"}, {("time", "2025-03", "gYearMonth")}),
        ({"time": "2025-03-09"}, {("time", "2025-03-09", "date")}),
        ({"time": "by 2030"}, {("time", "by 2030", "string"), ("timeEnd", "2030", "gYear")}),
        (
            {"time": "2020/2023-06"},
            {("time", "2020/2023-06", "string"), ("timeStart", "2020", "gYear"), ("timeEnd", "2023-06", "gYearMonth")},
        ),
        ({"time": "2023-08/.."}, {("time", "2023-08/..", "string"), ("timeStart", "2023-08", "gYearMonth")}),
        ({"stage": "refining"}, {("stage", LODE + "refining", "IRI")}),
        ({"rank": "largest"}, {("rank", "largest", "string")}),
        ({"measure": 'say "licence"\n'}, {("measure", 'say "licence"\n', "string")}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_qualifier_is_said_on_the_claim(
    asserter: Asserter, article: Document, qualifiers: dict[str, Any], expected: set[tuple[str, str, str]]
) -> None:
    assert said(triples(asserter, article, claim(**qualifiers))) == expected


def test_every_qualifier_of_the_ontology_is_said_by_its_own_property(
    asserter: Asserter, article: Document, ontology: Ontology
) -> None:
    values: dict[str, Any] = {
        "amount": {"value": 1, "currency": "USD"},
        "share": {"min": 0.1, "max": 0.1},
        "quantity": {"value": 1, "unit": "t"},
        "time": "2024",
        "stage": "mining",
    }
    assert len(ontology.qualifiers) >= 12
    for name, iri in ontology.qualifiers.items():
        found = triples(asserter, article, claim(**{name: values.get(name, "words")}))
        assert iri in {p.value for s, p, _ in found if s == node_of(found)}


def test_stages_and_units_are_things_that_are_defined(
    asserter: Asserter, article: Document, ontology: Ontology
) -> None:
    terms = rdflib.Graph().parse(Path(__file__).parents[2] / "ontology" / "lodestone.ttl")
    for stage in set(ontology.stage_words.values()):
        ((_, iri, kind),) = said(triples(asserter, article, claim(stage=stage)))
        assert kind == "IRI"
        assert (rdflib.URIRef(iri), rdflib.RDF.type, rdflib.URIRef(LODE + "Stage")) in terms
    assert all(name.isidentifier() or "-" in name for name in asserter.units.values())


def test_what_is_traded_is_linked(asserter: Asserter, article: Document) -> None:
    found = triples(asserter, article, claim(traded=GALLIUM, commodity="gallium"))
    assert said(found) == {
        ("commodity", "gallium", "string"),
        ("commodityEntity", DEFAULT_BASE + "commodity/gallium", "IRI"),
    }
    labels = {(s.value, o.value) for s, p, o in found if p.value == RDFS + "label"}
    assert (DEFAULT_BASE + "commodity/gallium", "gallium") in labels


def test_whoever_said_it_is_told(asserter: Asserter, article: Document) -> None:
    found = triples(asserter, article, claim(attribution="International Energy Agency"))
    assert ("attributedTo", "International Energy Agency", "string") in said(found)
    assert not said(triples(asserter, article, claim()))


# Evidence


def test_evidence_is_a_passage_with_a_position_and_a_quote(asserter: Asserter, article: Document) -> None:
    found = triples(asserter, article, claim(quote='"Länger"\n😀'))
    graph = rdflib.Graph().parse(data=ox.serialize([ox.Triple(*t) for t in found], format=ox.RdfFormat.N_TRIPLES))
    (row,) = graph.query(
        f"""PREFIX oa: <{OA}> PREFIX lode: <{LODE}>
        SELECT ?source ?start ?end ?exact WHERE {{
          ?claim lode:evidence ?passage . ?passage a oa:SpecificResource ; oa:hasSource ?source ;
            oa:hasSelector [ a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end ] ,
              [ a oa:TextQuoteSelector ; oa:exact ?exact ] }}"""
    )
    assert (str(row.source), row.start.toPython(), row.end.toPython(), str(row.exact)) == (
        DEFAULT_BASE + "doc/article",
        0,
        10,
        '"Länger"\n😀',
    )


def test_two_claims_of_one_passage_share_its_evidence(asserter: Asserter, article: Document) -> None:
    found = triples(asserter, article, claim(), claim("agrees_with"))
    assert len({s for s, p, o in found if p.value == RDF + "type" and o.value == LODE + "Claim"}) == 2
    assert len({s for s, p, o in found if p.value == RDF + "type" and o.value == OA + "SpecificResource"}) == 1


# IRIs


@pytest.mark.parametrize(
    "other",
    [
        claim("agrees_with"),
        claim(obj=Entity("country/germany", "Germany", "country")),
        claim(subject=JAPAN, obj=CHINA),
        claim(modality="planned"),
        claim(time="2024"),
        claim(quote="China exports"),
        claim(share={"min": 0.8, "max": None}),
        claim(share={"min": None, "max": 0.8}),
    ],
    ids=["relation", "object", "direction", "modality", "time", "evidence", "lower bound", "upper bound"],
)
def test_claims_that_say_different_things_are_different(
    asserter: Asserter, article: Document, other: LinkedClaim
) -> None:
    found = triples(asserter, article, claim(), other)
    assert len({s for s, p, o in found if p.value == RDF + "type" and o.value == LODE + "Claim"}) == 2


def test_the_same_claim_in_another_article_is_another_claim(asserter: Asserter, document: Open) -> None:
    nodes = set()
    for name in ("first", "second"):
        made = claim()
        moved = replace(made, claim=replace(made.claim, evidence=replace(made.claim.evidence, document=name)))
        nodes.add(node_of(triples(asserter, document("China.", f"{name}.txt"), moved)))
    assert len(nodes) == 2


def test_there_are_no_blank_nodes_and_every_iri_of_ours_is_under_the_base(
    asserter: Asserter, article: Document
) -> None:
    found = triples(
        asserter,
        article,
        claim(traded=GALLIUM, commodity="gallium"),
        claim(share={"min": 0.8, "max": None}, stage="mining"),
    )
    terms = {term for triple in found for term in triple}
    assert not [t for t in terms if isinstance(t, ox.BlankNode)]
    for term in terms:
        if isinstance(term, ox.NamedNode):
            assert term.value.startswith(("http://", "https://"))
    assert all(s.value.startswith(DEFAULT_BASE) for s, _, _ in found)


def test_another_base_changes_the_base_alone(stages: Stages, article: Document) -> None:
    other = replace(stages.asserter, terms=replace(stages.asserter.terms, base="https://example.org/kg/"))
    mine, theirs = (sorted(map(str, triples(a, article, claim()))) for a in (stages.asserter, other))
    assert sorted(t.replace("https://example.org/kg/", DEFAULT_BASE) for t in theirs) == mine


# Document, entities, namings


def test_a_document_says_what_it_is_and_what_made_its_claims(asserter: Asserter, document: Open) -> None:
    read = document("Title: 磁石\nPublisher: Example Wire\nDate: 2025-07\nSources: a report\n\nChina.", "a b.txt")
    found = {(s.value, p.value, o.value) for s, p, o in asserter.triples(Linked(read, ()))}
    node = DEFAULT_BASE + "doc/a-b"
    assert found >= {
        (node, RDF + "type", LODE + "Document"),
        (node, DCTERMS + "identifier", "a b"),
        (node, DCTERMS + "title", "磁石"),
        (node, DCTERMS + "publisher", "Example Wire"),
        (node, DCTERMS + "issued", "2025-07"),
        (node, DCTERMS + "source", "a report"),
    }
    (activity,) = {o for s, p, o in found if s == node and p == PROV + "wasGeneratedBy"}
    assert {(p, o) for s, p, o in found if s == activity} == {
        (RDF + "type", PROV + "Activity"),
        *((f"{LODE}{name}Version", "test") for name in ("lodestone", "ontology", "pipeline")),
    }


def test_an_article_without_a_title_goes_by_its_name(asserter: Asserter, document: Open) -> None:
    found = asserter.triples(Linked(document("China.", "wire-7.txt"), ()))
    assert [o.value for _, p, o in found if p.value == DCTERMS + "title"] == ["wire-7"]


def test_where_the_file_lies_stays_in_the_ledger(asserter: Asserter, document: Open, tmp_path: Path) -> None:
    read = document("China exports gallium to Japan.")
    assert not [o for t in asserter.triples(Linked(read, (claim(),))) for o in t if str(tmp_path) in o.value]
    ledger = {p.value.removeprefix(LODE): o.value for _, p, o in asserter.ledger(read)}
    assert ledger.keys() == {"name", "location", "sha256", "versions"}
    assert Path(ledger["location"]) == (tmp_path / "article.txt").resolve()


def test_only_what_claims_are_about_is_in_the_graph(asserter: Asserter, article: Document) -> None:
    chile = Entity("country/chile", "Chile", "country")
    linked = Linked(article, (claim(),), ((mention(CHINA, "Beijing"), CHINA), (mention(chile), chile)))
    found = asserter.triples(linked)
    surfaces = {o.value for _, p, o in found if p.value == LODE + "surface"}
    rules = {o.value for _, p, o in found if p.value == LODE + "linkingRule"}
    assert (surfaces, rules) == ({"Beijing"}, {"name in countries.ttl"})
    assert DEFAULT_BASE + "country/chile" not in {s.value for s, _, _ in found}


def test_an_entity_has_its_most_specific_class(asserter: Asserter, article: Document) -> None:
    mine = Entity("facility/mountain-pass-mine", "Mountain Pass mine", "facility")
    unknown = Entity("facility/grayrock-works", "Grayrock works", "facility")
    found = triples(asserter, article, claim("owns", CHINA, mine), claim("owns", CHINA, unknown))
    kinds = {s.value.removeprefix(DEFAULT_BASE): o.value for s, p, o in found if p.value == RDF + "type"}
    assert kinds["facility/mountain-pass-mine"] == LODE + "Mine"
    assert kinds["facility/grayrock-works"] == LODE + "Facility"


def test_known_entities_get_the_ontologys_names_and_others_their_fullest(asserter: Asserter) -> None:
    given = {
        DEFAULT_BASE + "commodity/neodymium": ["whatever"],
        DEFAULT_BASE + "company/grayrock": ["Grayrock", "Grayrock Metals Limited", "Grayrock Metals"],
    }
    found = {(s.value.removeprefix(DEFAULT_BASE), p.value, o.value) for s, p, o in asserter.names(given)}
    assert ("commodity/neodymium", SKOS + "prefLabel", "neodymium") in found
    assert ("commodity/neodymium", SKOS + "prefLabel", "钕") in found
    assert any(s == "commodity/neodymium" and p == SKOS + "broader" for s, p, _ in found)
    assert "whatever" not in {o for _, _, o in found}
    assert {t for t in found if t[0] == "company/grayrock"} == {
        ("company/grayrock", SKOS + "prefLabel", "Grayrock Metals Limited"),
        ("company/grayrock", SKOS + "altLabel", "Grayrock Metals"),
        ("company/grayrock", SKOS + "altLabel", "Grayrock"),
    }


def test_known_places_and_works_lie_in_others_and_those_have_their_names_too(asserter: Asserter) -> None:
    given = {DEFAULT_BASE + iri: [] for iri in ("facility/mountain-pass-mine", "company/mp-materials")}
    found = {tuple(term.value.removeprefix(DEFAULT_BASE) for term in triple) for triple in asserter.names(given)}
    lying = {(s, o) for s, p, o in found if p == SCHEMA + "containedInPlace"}
    assert {
        ("facility/mountain-pass-mine", "region/california"),
        ("region/california", "country/united-states"),
    } <= lying
    assert "company/mp-materials" not in {s for s, _ in lying}, "where a company sits is not where it lies"
    assert ("country/united-states", SKOS + "prefLabel", "美国") in found


def test_a_slip_is_no_name_to_show(asserter: Asserter) -> None:
    found = {o.value for _, _, o in asserter.names({DEFAULT_BASE + "company/mp-materials": []})}
    assert "MP Materials" in found
    assert "Mountain Pass Materials" not in found


# Order


def test_the_order_of_claims_and_mentions_changes_nothing(stages: Stages) -> None:
    for path in SNAPSHOTS:
        (document,) = read_documents(path)
        linked = stages.read(document)
        generator = random.Random(3)
        shuffled = replace(
            linked,
            claims=tuple(generator.sample(linked.claims, len(linked.claims))),
            mentions=tuple(generator.sample(linked.mentions, len(linked.mentions))),
        )
        assert stages.asserter.triples(shuffled) == stages.asserter.triples(linked)


def test_triples_are_sorted_and_stand_once(asserter: Asserter, article: Document) -> None:
    found = asserter.triples(Linked(article, (claim(), claim(), claim("agrees_with"))))
    assert all(tuple(map(str, a)) < tuple(map(str, b)) for a, b in pairwise(found))
