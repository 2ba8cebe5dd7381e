"""The least confidence: what goes with a claim that is too unsure, and what stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
import pytest

from kg import check, pipeline
from kg.ontology import Ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.query.confidence import keep_confident
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import LODE, OA, RDF

LEASTS = [0.5, 0.62, 0.75, 0.9, 1.0]


class Outcome(Protocol):
    code: int
    out: str
    err: str


def claims(store: GraphStore, ontology: Ontology) -> list[StoredClaim]:
    return ClaimReader(store, ontology).all()


def direct(store: GraphStore, ontology: Ontology) -> set[tuple[str, str, str]]:
    relations = {r.iri for r in ontology.relations.values()}
    return {tuple(term.value for term in t) for t in store.triples() if t.predicate.value in relations}  # type: ignore[union-attr, misc]


def read(store: GraphStore) -> set[ox.Quad]:
    """Return the quads that are not derived."""
    return {quad for quad in store.quads() if quad.graph_name != DEPENDENCIES}


def made(found: list[StoredClaim], ontology: Ontology) -> set[tuple[str, str, str]]:
    """Return the direct triples of claims."""
    facts = set()
    for c in found:
        relation = ontology.relations[c.relation]
        if c.modality == "asserted":
            facts.add((c.subject.iri, relation.iri, c.object.iri))
            if relation.symmetric:
                facts.add((c.object.iri, relation.iri, c.subject.iri))
    return facts


@pytest.mark.parametrize("least", LEASTS)
def test_only_claims_that_are_sure_enough_stay_and_only_their_triples(
    corpus_store: GraphStore, ontology: Ontology, least: float
) -> None:
    before = claims(corpus_store, ontology)
    kept = keep_confident(corpus_store, ontology, least)
    after = claims(kept, ontology)
    assert after == [c for c in before if c.confidence >= least]
    assert direct(kept, ontology) == made(after, ontology)
    assert read(kept) <= read(corpus_store), "but for dependencies, which may rest on fewer claims"


def test_the_leasts_that_are_tested_divide_the_corpus(corpus_store: GraphStore, ontology: Ontology) -> None:
    numbers = [len(claims(keep_confident(corpus_store, ontology, least), ontology)) for least in LEASTS]
    assert numbers == sorted(numbers, reverse=True)
    assert 0 < numbers[2] < len(claims(corpus_store, ontology))


def test_nothing_is_left_that_only_a_lost_claim_led_to(corpus_store: GraphStore, ontology: Ontology) -> None:
    kept = keep_confident(corpus_store, ontology, 0.75)
    ends = {end.iri for c in claims(kept, ontology) for end in (c.subject, c.object)}
    ends |= set(kept.values(LODE + "commodityEntity"))
    assert set(kept.values(LODE + "names")) <= ends
    assert set(kept.values(LODE + "evidence")) == set(kept.instances(OA + "SpecificResource"))
    assert len(kept.instances(OA + "TextQuoteSelector")) == len(kept.instances(OA + "SpecificResource"))
    assert {s for s, _ in kept.pairs(RDF + "type") if "/company/" in s} <= ends
    assert kept.instances(LODE + "Document") == corpus_store.instances(LODE + "Document"), "what was read was read"


def test_with_no_least_the_graph_is_the_graph(corpus_store: GraphStore, ontology: Ontology) -> None:
    assert keep_confident(corpus_store, ontology, 0) is corpus_store


def test_with_the_least_that_all_have_nothing_changes(corpus_store: GraphStore, ontology: Ontology) -> None:
    least = min(c.confidence for c in claims(corpus_store, ontology))
    assert set(keep_confident(corpus_store, ontology, least).quads()) == set(corpus_store.quads())


def test_what_is_left_conforms_to_the_shapes(tmp_path: Path, corpus: Path, ontology: Ontology) -> None:
    pipeline.build([corpus / "lynas-01.txt", corpus / "japan-01.txt"], tmp_path / "graph")
    kept = keep_confident(GraphStore.open(tmp_path / "graph"), ontology, 0.7)
    assert claims(kept, ontology)
    assert check.validate(kept).violations == ()


# Build


def test_a_build_stores_what_is_sure_enough(tmp_path: Path, corpus: Path, ontology: Ontology) -> None:
    article, least = corpus / "lynas-01.txt", 0.7
    pipeline.build([article], tmp_path / "all")
    pipeline.build([article], tmp_path / "sure", min_confidence=least)
    whole, sure = (GraphStore.open(tmp_path / name) for name in ("all", "sure"))
    assert 0 < len(claims(sure, ontology)) < len(claims(whole, ontology))
    assert claims(sure, ontology) == [c for c in claims(whole, ontology) if c.confidence >= least]
    kept = keep_confident(whole, ontology, least)
    assert direct(kept, ontology) == direct(sure, ontology)
    assert {str(t) for t in kept.contents(ox.NamedNode(kept.instances(LODE + "Document")[0]))} == {
        str(t) for t in sure.contents(ox.NamedNode(sure.instances(LODE + "Document")[0]))
    }


def test_a_build_with_another_least_reads_again(tmp_path: Path, corpus: Path, ontology: Ontology) -> None:
    def build(least: float) -> tuple[int, int]:
        report = pipeline.build([corpus / "lynas-01.txt"], tmp_path / "graph", min_confidence=least)
        return report.read, len(claims(GraphStore.open(tmp_path / "graph"), ontology))

    read, everything = build(0)
    assert (read, build(0)) == (1, (0, everything))
    read, some = build(0.7)
    assert read == 1
    assert some < everything
    assert build(0.7) == (0, some)
    assert build(0) == (1, everything)


# Command line


@pytest.mark.parametrize("command", ["build .", "ask depends-on China", "export -f claims"])
@pytest.mark.parametrize("value", ["1.01", "-0.1", "nan", "much"])
def test_what_is_no_confidence_is_refused(kg: Callable[..., Outcome], command: str, value: str) -> None:
    found = kg(*command.split(), f"--min-confidence={value}", "--graph", "nowhere")
    assert found.code == 2
    assert found.out == ""
    assert "--min-confidence" in found.err
    assert "Traceback" not in found.err


def test_ask_leaves_out_what_is_unsure(kg: Callable[..., Outcome], corpus_graph: Path) -> None:
    ask = ("ask", "depends-on", "China", "--graph", corpus_graph, "--format", "json")
    everything, some = (json.loads(kg(*ask, "--min-confidence", least).out) for least in (0, 0.7))
    assert 0 < len(some) < len(everything)
    assert all(row in everything for row in some)
    assert json.loads(kg(*ask, "--min-confidence", 1).out) == [], "a name stays known if nothing is said of it"


def test_export_leaves_out_what_is_unsure(kg: Callable[..., Outcome], corpus_graph: Path, tmp_path: Path) -> None:
    def lines(form: str, *options: object) -> list[str]:
        assert kg("export", "-f", form, "-o", tmp_path / "out", "--graph", corpus_graph, *options).code == 0
        return (tmp_path / "out").read_text(encoding="utf-8").splitlines()

    everything, some = lines("claims"), lines("claims", "--min-confidence", 0.7)
    assert some == [line for line in everything if json.loads(line)["confidence"] >= 0.7]
    assert 0 < len(some) < len(everything)
    for form in ("turtle", "trig", "nquads", "jsonld"):
        assert len("".join(lines(form, "--min-confidence", 0.7))) < len("".join(lines(form)))
