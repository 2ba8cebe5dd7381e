"""Dependencies as they are read, and why there is one: the rule in words and the sentences that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from saying import follow, graph_of, put, says, share

from kg import pipeline, whole
from kg.config import DEFAULT_BASE
from kg.errors import OntologyError, UnknownNameError
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.query.confidence import keep_confident
from kg.query.dependencies import Dependency, read_dependencies, why
from kg.query.overview import describe_entity, describe_graph
from kg.rules import load_rules
from kg.store import GraphStore
from kg.vocab import LODE

ALL = ("asserted", "planned", "possible")
CHINA, JAPAN, GALLIUM = "country/china", "country/japan", "commodity/gallium"
Make = Callable[..., GraphStore]


@pytest.fixture
def make(tmp_path: Path, ontology: Ontology) -> Make:
    """Return a function that makes a graph of claims, its dependencies derived."""
    return lambda *claims: graph_of(tmp_path / "graph", ontology, *claims)


def by_rule(store: GraphStore, rule: str) -> Dependency:
    (found,) = (d for d in read_dependencies(store, ALL) if d.rule == rule)
    return found


# Reading


def test_the_example_articles_make_dependencies_of_every_kind(corpus_store: GraphStore) -> None:
    found = read_dependencies(corpus_store, ALL)
    assert len(found) > 300
    kinds = {"trade", "finance", "ownership", "operation", "material", "location", "policy"}
    assert {d.kind for d in found} == kinds
    assert [d.iri for d in found] == sorted({d.iri for d in found})
    assert {d.modality for d in found} == set(ALL) & {d.modality for d in found} > {"asserted"}


def test_each_rests_on_claims_of_its_ends_and_modality(corpus_store: GraphStore, ontology: Ontology) -> None:
    claims = {c.iri: c for c in ClaimReader(corpus_store, ontology).all()}
    for found in read_dependencies(corpus_store, ALL):
        said = [claims[iri] for iri in found.claims]
        assert said
        assert found.confidence == max(c.confidence for c in said)
        assert {c.modality for c in said} == {found.modality} != {"negated"}
        assert {c.qualifiers.get("stage", "") for c in said} == {found.stage}
        assert set(found.times) == {c.qualifiers["time"] for c in said if "time" in c.qualifiers}
        if found.rule != "located-in":  # the country around the place that is said
            assert {frozenset((c.subject.iri, c.object.iri)) for c in said} == {
                frozenset((found.dependent, found.provider))
            }


def test_asserted_ones_are_read_unless_others_are_asked_for(make: Make) -> None:
    store = make(*(says("supplies", CHINA, JAPAN, modality=m) for m in (*ALL, "negated")))
    assert [d.modality for d in read_dependencies(store)] == ["asserted"]
    assert sorted(d.modality for d in read_dependencies(store, ("planned", "possible"))) == ["planned", "possible"]
    assert [d.modality for d in read_dependencies(store, ("negated",))] == []
    assert read_dependencies(store, ()) == []


def test_a_graph_without_claims_has_none(tmp_path: Path) -> None:
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    assert read_dependencies(store) == []


def test_a_graph_that_is_opened_for_reading_has_them(make: Make) -> None:
    store = make(says("supplies", CHINA, JAPAN))
    expected, folder = read_dependencies(store), store.folder
    store.publish()
    assert len(expected) == 1
    assert read_dependencies(GraphStore.open(folder)) == expected


# Why


@pytest.mark.parametrize("form", ["{iri}", "{relative}"])
def test_why_tells_the_rule_and_the_sentences(make: Make, ontology: Ontology, form: str) -> None:
    said = {"on": GALLIUM, "share": share(0.9)}
    store = make(
        says("supplies", CHINA, JAPAN, quote="China sells gallium", **said),
        says("supplies", CHINA, JAPAN, quote="Japan buys over 90% there", time="2024", **said),
        says("supplies", "country/chile", JAPAN, quote="nothing to do with it", **said),
    )
    found = next(d for d in read_dependencies(store) if d.provider.endswith(CHINA))
    edge = form.format(iri=found.iri, relative=found.iri.removeprefix(DEFAULT_BASE))
    reason = why(store, ontology, edge)
    assert reason.dependency == found
    assert reason.sentence == "Japan depends on China, which supplies it with gallium"
    assert [c.quote for c in reason.claims] == ["China sells gallium", "Japan buys over 90% there"]
    assert [(c.source.name, c.source.published) for c in reason.claims] == [("one", "2025-03-01")] * 2
    assert reason.claims[1].qualifiers["time"] == "2024"


@pytest.mark.parametrize(
    ("claim", "rule", "sentence"),
    [
        (says("supplies", CHINA, JAPAN), "supplies", "Japan depends on China, which supplies it"),
        (
            says("supplies", CHINA, JAPAN, modality="planned"),
            "supplies",
            "Japan depends on China, which supplies it (planned)",
        ),
        (
            says("controls_share", CHINA, GALLIUM, share=share(0.9), stage="refining"),
            "holds-most-of",
            "gallium depends on China, which holds at least half of it at the stage refining",
        ),
        (
            says("controls_share", CHINA, GALLIUM, share=share(0.9)),
            "holds-most-of",
            "gallium depends on China, which holds at least half of it",
        ),
    ],
)
def test_the_sentence_tells_what_there_is_to_tell(
    make: Make, ontology: Ontology, claim: object, rule: str, sentence: str
) -> None:
    store = make(claim)
    assert why(store, ontology, by_rule(store, rule).iri).sentence == sentence


def test_a_name_with_braces_stays_as_it_is(ontology: Ontology) -> None:
    labels = {"dependent": "[x] {on}", "provider": "{dependent}", "on": "{provider} [y]"}
    sentence = load_rules(ontology)["supplies"].fill(labels)
    assert sentence == "[x] {on} depends on {dependent}, which supplies it with {provider} [y]"


def test_every_dependency_of_the_articles_has_its_reason(corpus_store: GraphStore, ontology: Ontology) -> None:
    for found in read_dependencies(corpus_store, ALL)[::7]:
        reason = why(corpus_store, ontology, found.iri)
        assert {c.iri for c in reason.claims} == set(found.claims)
        assert not set("{}[]") & set(reason.sentence)
        assert reason.sentence.endswith("(planned)") is (found.modality == "planned")


@pytest.mark.parametrize(
    "edge", ["dependency/0000000000000000", "", "no iri", "http://[", CHINA, DEFAULT_BASE, "doc/one", "\x1b[31m", "名"]
)
def test_what_is_no_dependency_is_told_in_one_sentence(make: Make, ontology: Ontology, edge: str) -> None:
    store = make(says("supplies", CHINA, JAPAN))
    with pytest.raises(UnknownNameError, match="no dependency") as error:
        why(store, ontology, edge)
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_claim_is_no_dependency(make: Make, ontology: Ontology) -> None:
    store = make(says("supplies", CHINA, JAPAN))
    with pytest.raises(UnknownNameError):
        why(store, ontology, by_rule(store, "supplies").claims[0])


def test_a_rule_that_is_gone_is_told(
    make: Make, ontology: Ontology, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = make(says("supplies", CHINA, JAPAN))
    found = by_rule(store, "supplies")
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path))
    with pytest.raises(OntologyError, match="no rule supplies"):
        why(store, ontology, found.iri)


# What else is asked of a graph that has dependencies


def test_claims_are_counted_and_listed_without_them(make: Make, ontology: Ontology) -> None:
    store = make(says("supplies", CHINA, JAPAN, on=GALLIUM), says("supplies", JAPAN, CHINA, modality="planned"))
    assert len(read_dependencies(store, ALL)) == 2
    assert describe_graph(store, ontology).claims == {"asserted": 1, "planned": 1}
    assert [c.relation for c in describe_entity(store, ontology, DEFAULT_BASE + GALLIUM).claims] == ["supplies"]
    assert len(ClaimReader(store, ontology).all()) == 2


def test_a_graph_that_is_cut_has_the_dependencies_of_what_is_left(corpus_store: GraphStore, ontology: Ontology) -> None:
    for least in (0.5, 0.8):
        kept = keep_confident(corpus_store, ontology, least)
        found, whole = read_dependencies(kept, ALL), read_dependencies(corpus_store, ALL)
        claims = {c.iri for c in ClaimReader(kept, ontology).all()}
        expected = {d.iri: tuple(c for c in d.claims if c in claims) for d in whole}
        assert {d.iri: d.claims for d in found} == {iri: left for iri, left in expected.items() if left}
        assert 0 < len(found) < len(whole)
        assert all(d.confidence >= least for d in found)
        assert len(kept.instances(LODE + "Dependency")) == len(found)


def test_a_share_that_only_an_unsure_claim_gave_goes_with_it(make: Make, ontology: Ontology) -> None:
    store = make(
        says("supplies", CHINA, JAPAN, share=share(0.9), confidence=0.4),
        says("supplies", CHINA, JAPAN, share=share(0.6), confidence=0.8),
    )
    assert by_rule(store, "supplies").share_min == 0.9
    kept = keep_confident(store, ontology, 0.5)
    assert (by_rule(kept, "supplies").share_min, by_rule(kept, "supplies").confidence) == (0.6, 0.8)
    assert read_dependencies(keep_confident(store, ontology, 0.9), ALL) == []


# Build


def test_a_build_ends_with_dependencies_and_a_second_one_leaves_them(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [corpus / "lynas-01.txt", corpus / "japan-01.txt"]
    pipeline.build(articles, tmp_path / "graph")
    before = list(GraphStore.open(tmp_path / "graph").quads())
    assert len(read_dependencies(GraphStore.open(tmp_path / "graph"))) > 5
    for name in ("derive", "derive_again"):
        monkeypatch.setattr(whole, name, lambda *of: (pytest.fail("it was derived again") for _ in "once"))
    pipeline.build(articles, tmp_path / "graph")
    assert list(GraphStore.open(tmp_path / "graph").quads()) == before


def test_a_second_document_adds_its_claims_to_the_same_edge(tmp_path: Path, ontology: Ontology, make: Make) -> None:
    store = make(says("supplies", CHINA, JAPAN))
    first = by_rule(store, "supplies")
    put(store, ontology, {"two": [says("supplies", CHINA, JAPAN)]})
    follow(store, ontology)
    both = by_rule(store, "supplies")
    assert (both.iri, len(both.claims)) == (first.iri, 2)
    put(store, ontology, {"one": []})
    follow(store, ontology)
    assert len(by_rule(store, "supplies").claims) == 1
