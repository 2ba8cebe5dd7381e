"""Claims read back from the graph: exactly what went in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.config import DEFAULT_BASE
from kg.model import Block, Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Run
from kg.ontology import Ontology
from kg.pipeline import Stages
from kg.query.claims import ClaimReader, End, Source, StoredClaim, claims_around
from kg.read import read_documents
from kg.store import ENTITIES, GraphStore

GraphOf = Callable[..., GraphStore]

CHINA = Entity("country/china", "China", "country")
JAPAN = Entity("country/japan", "Japan", "country")
DOCUMENT = Document("made", "/made.txt", "x", "x", (Block("paragraph", 0, 1),), (Run(0, 0, 1),), "0")

NUMBERS = st.one_of(st.integers(0, 10**13), st.decimals(0, 10**9, places=3).map(float))
PARTS = st.decimals(0, 1, places=4).map(float)
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
AMOUNTS = st.builds(
    lambda value, currency, bound: {"value": value, "currency": currency} | ({"bound": bound} if bound else {}),
    NUMBERS,
    st.sampled_from(["USD", "EUR", "CNY"]),
    st.sampled_from([None, "min", "max", "approx"]),
)
SHARES = st.one_of(
    PARTS.map(lambda p: {"min": p, "max": p}),
    PARTS.map(lambda p: {"min": p, "max": p, "approx": True}),
    PARTS.map(lambda p: {"min": p, "max": None}),
    PARTS.map(lambda p: {"min": None, "max": p}),
    st.tuples(PARTS, PARTS).filter(lambda p: p[0] < p[1]).map(lambda p: {"min": p[0], "max": p[1]}),
)
UNITS = st.sampled_from(["t", "kg", "lb", "MWh", "units of nothing"])
QUANTITIES = st.one_of(
    st.builds(lambda v, u: {"value": v, "unit": u}, NUMBERS, UNITS),
    st.builds(lambda v, u: {"value": v, "unit": u, "approx": True}, NUMBERS, UNITS),
    st.builds(lambda v, u: {"min": v, "max": None, "unit": u}, NUMBERS, UNITS),
    st.builds(lambda v, u: {"min": None, "max": v, "unit": u}, NUMBERS, UNITS),
    st.builds(lambda v, w, u: {"min": v, "max": v + w, "unit": u}, NUMBERS, st.integers(1, 100), UNITS),
)
TIMES = st.sampled_from(["2024", "2025-03", "2025-03-09", "by 2030", "2020/2023", "2023-08/..", "early 2026"])
STAGES = st.sampled_from(["mining", "refining", "magnet", "recycling"])


def qualifiers(measures: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    words = dict.fromkeys(("commodity", "kind", "rank", "role", "measure", "target", "scope"), WORDS)
    return st.fixed_dictionaries({}, optional={**measures, "amount": AMOUNTS, "time": TIMES, "stage": STAGES, **words})


# One of both, since "approximate" is said of the claim.
QUALIFIERS = st.one_of(qualifiers({"share": SHARES}), qualifiers({"quantity": QUANTITIES}))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """A graph to write to."""
    folder = tmp_path_factory.mktemp("made") / "graph"
    return GraphStore.create(folder, {"base": DEFAULT_BASE, "versions": {}})


def claim(number: int = 0, attribution: str | None = None, quote: str = "", **said: Any) -> LinkedClaim:
    ends = [Mention(0, 1, e.label, e.type, e.label, "test", e.iri) for e in (CHINA, JAPAN)]
    evidence = Evidence("made", number, number + len(quote or "quote"), quote or "quote")
    pairs = tuple(sorted(said.items()))
    return LinkedClaim(
        Claim("supplies", *ends, "asserted", evidence, "test", 0.75, pairs, attribution), CHINA, JAPAN, None
    )


def stored(store: GraphStore, stages: Stages, ontology: Ontology, *claims: LinkedClaim) -> list[StoredClaim]:
    """Return claims as they are read back."""
    store.put(stages.asserter.graph(DOCUMENT), stages.asserter.triples(Linked(DOCUMENT, claims)))
    store.put(ENTITIES, stages.asserter.names(store.labels()))
    return ClaimReader(store, ontology).all()


@settings(max_examples=60, deadline=None)
@given(said=st.lists(QUALIFIERS, min_size=1, max_size=8))
def test_qualifiers_read_back_as_they_were_said(
    made: GraphStore, stages: Stages, ontology: Ontology, said: list[dict[str, Any]]
) -> None:
    found = stored(made, stages, ontology, *(claim(i, **q) for i, q in enumerate(said)))
    assert [dict(c.qualifiers) for c in found] == said


@pytest.mark.xfail(strict=True, reason="'approximate' is said of the claim, not of the number")
@pytest.mark.parametrize(
    "said",
    [
        {"share": {"min": 0.1, "max": 0.1, "approx": True}, "quantity": {"value": 9, "unit": "t"}},
        {"share": {"min": 0.1, "max": 0.1}, "quantity": {"value": 9, "unit": "t", "approx": True}},
    ],
    ids=["share", "quantity"],
)
def test_only_the_number_that_is_given_as_about_is_approximate(
    made: GraphStore, stages: Stages, ontology: Ontology, said: dict[str, Any]
) -> None:
    (found,) = stored(made, stages, ontology, claim(**said))
    assert dict(found.qualifiers) == said


@settings(max_examples=60, deadline=None)
@given(
    quotes=st.lists(
        st.text(st.characters(exclude_categories=("Cs",), min_codepoint=0x20), min_size=1)
        | st.sampled_from(["\n", "\r\n", "\t", '"""', "\\", "\\u0041", "'", '\\"', "}", "INSERT DATA {", "😀"]),
        min_size=1,
        max_size=5,
    )
)
def test_quotes_read_back_as_they_stand(
    made: GraphStore, stages: Stages, ontology: Ontology, quotes: list[str]
) -> None:
    found = stored(made, stages, ontology, *(claim(i * 100, quote=q) for i, q in enumerate(quotes)))
    assert [(c.quote, c.start, c.end) for c in found] == [(q, i * 100, i * 100 + len(q)) for i, q in enumerate(quotes)]


def test_a_claim_reads_back_whole(made: GraphStore, stages: Stages, ontology: Ontology) -> None:
    (found,) = stored(made, stages, ontology, claim(7, attribution='the "source"', share={"min": 0.8, "max": None}))
    assert found == StoredClaim(
        iri=found.iri,
        relation="supplies",
        subject=End(DEFAULT_BASE + "country/china", "China", "China", "country"),
        object=End(DEFAULT_BASE + "country/japan", "Japan", "Japan", "country"),
        qualifiers={"share": {"min": 0.8, "max": None}},
        modality="asserted",
        confidence=0.75,
        frame="test",
        attribution='the "source"',
        source=Source(DEFAULT_BASE + "doc/made", "made", "made", "", ""),
        start=7,
        end=12,
        quote="quote",
    )


def test_the_record_of_a_claim_has_the_fields_that_the_guide_lists(
    made: GraphStore, stages: Stages, ontology: Ontology
) -> None:
    (found,) = stored(made, stages, ontology, claim(7, amount={"value": 400_000_000, "currency": "USD"}))
    record = json.loads(json.dumps(found.as_json()))
    ends = {"iri", "label", "mention", "type"}
    assert record.keys() == {
        *("doc", "start", "end", "quote", "relation", "subject", "object"),
        *("qualifiers", "modality", "confidence", "frame"),
    }
    assert record["subject"].keys() == record["object"].keys() == ends
    assert record["qualifiers"] == {"amount": {"value": 400_000_000, "currency": "USD"}}
    assert (record["doc"], record["start"], record["end"]) == ("made", 7, 12)


def test_whoever_said_it_is_in_the_record_only_if_told(made: GraphStore, stages: Stages, ontology: Ontology) -> None:
    one, other = stored(made, stages, ontology, claim(0), claim(100, attribution="Eurostat"))
    assert "attribution" not in one.as_json()
    assert other.as_json()["attribution"] == "Eurostat"


def test_an_article_reads_back_as_it_was_extracted(corpus: Path, stages: Stages, corpus_store: GraphStore) -> None:
    ontology = stages.linker.ontology
    (document,) = read_documents(corpus / "cobalt-01.txt")
    linked = stages.read(document)
    expected = {
        (
            c.claim.relation,
            DEFAULT_BASE + c.subject.iri,
            DEFAULT_BASE + c.object.iri,
            c.claim.modality,
            c.claim.evidence.start,
            c.claim.evidence.quote,
            json.dumps(dict(c.claim.qualifiers), sort_keys=True),
        )
        for c in linked.claims
    }
    found = {
        (
            c.relation,
            c.subject.iri,
            c.object.iri,
            c.modality,
            c.start,
            c.quote,
            json.dumps(dict(c.qualifiers), sort_keys=True),
        )
        for c in ClaimReader(corpus_store, ontology).all()
        if c.source.name == "cobalt-01"
    }
    assert len(expected) > 10
    assert found == expected


def test_claims_come_by_document_and_place(corpus_store: GraphStore, ontology: Ontology) -> None:
    places = [(c.source.name, c.start, c.end) for c in ClaimReader(corpus_store, ontology).all()]
    assert len({name for name, _, _ in places}) > 20
    assert places == sorted(places)


def test_claims_about_an_entity_are_those_it_is_an_end_of(corpus_store: GraphStore, ontology: Ontology) -> None:
    reader, china = ClaimReader(corpus_store, ontology), DEFAULT_BASE + "country/china"
    expected = {c.iri for c in reader.all() if china in (c.subject.iri, c.object.iri)}
    found = [c.iri for c in reader.about(china)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(expected) > 5


def test_nothing_is_about_what_the_graph_does_not_hold(corpus_store: GraphStore, ontology: Ontology) -> None:
    assert ClaimReader(corpus_store, ontology).about(DEFAULT_BASE + "country/atlantis") == []


def test_a_source_tells_where_it_is_from(graph_of: GraphOf, ontology: Ontology) -> None:
    store = graph_of("Title: News\nPublisher: Example Wire\nDate: 2025-03\n\nGermany imports gallium from China.")
    sources = {c.source for c in ClaimReader(store, ontology).all()}
    assert sources == {Source(DEFAULT_BASE + "doc/one", "one", "News", "Example Wire", "2025-03")}


# Neighbourhoods


def edge(subject: str, obj: str) -> StoredClaim:
    ends = (End(e, e, e, "company") for e in (subject, obj))
    source = Source("doc", "doc", "", "", "")
    return StoredClaim(f"{subject}{obj}", "owns", *ends, {}, "asserted", 1.0, "test", None, source, 0, 1, "q")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (0, []),
        (1, ["ab", "xa"]),
        (2, ["ab", "bc", "xa", "bx"]),
        (3, ["ab", "bc", "cd", "xa", "bx"]),
        (9, ["ab", "bc", "cd", "de", "xa", "bx"]),
    ],
)
def test_a_neighbourhood_grows_by_steps_against_and_along_the_arrows(steps: int, expected: list[str]) -> None:
    claims = [edge(*pair) for pair in ("ab", "bc", "cd", "de", "xa", "bx", "yz")]
    assert [c.iri for c in claims_around(iter(claims), "a", steps)] == expected
