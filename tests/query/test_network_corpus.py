"""What the example articles say about who needs whom, asked of the graph that is built from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kg.config import DEFAULT_BASE
from kg.ontology import Ontology
from kg.query.carrying import read_carrying
from kg.query.chokepoints import find_chokepoints
from kg.query.claims import ClaimReader
from kg.query.concentration import measure_concentration
from kg.query.dependencies import Dependency, read_dependencies
from kg.query.exposure import find_exposure
from kg.query.paths import find_paths
from kg.query.questions import Answer
from kg.query.shares import read_share_statements
from kg.query.whatif import what_if
from kg.store import GraphStore

CHINA, UNITED_STATES = DEFAULT_BASE + "country/china", DEFAULT_BASE + "country/united-states"


@pytest.fixture(scope="module")
def reader(corpus_store: GraphStore, ontology: Ontology) -> ClaimReader:
    return ClaimReader(corpus_store, ontology)


@pytest.fixture(scope="module")
def network(corpus_store: GraphStore) -> list[Dependency]:
    return read_dependencies(corpus_store)


def records(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def answers(network: Sequence[Dependency], reader: ClaimReader) -> list[Answer]:
    carrying, shares = read_carrying(reader), read_share_statements(reader)
    return [
        find_paths(network, UNITED_STATES, CHINA).as_answer(reader),
        what_if(network, CHINA, carrying, shares).as_answer(reader),
        find_exposure(network, UNITED_STATES, carrying).as_answer(reader),
        find_chokepoints(network, shares).as_answers(reader)[0],
    ]


def test_every_row_shows_words_that_stand_in_its_article(
    network: list[Dependency], reader: ClaimReader, corpus: Path
) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in corpus.iterdir() if path.is_file()}
    for answer in answers(network, reader):
        assert len(answer.rows) > 2
        for row in records(answer):
            assert row["quote"] in texts[row["source"]]
            assert row["date"]


def test_an_answer_is_the_same_each_time(network: list[Dependency], reader: ClaimReader) -> None:
    assert answers(network[::-1], reader) == answers(network, reader)


def test_without_china_gallium_is_lost_and_what_is_made_of_it(network: list[Dependency], reader: ClaimReader) -> None:
    found = what_if(network, CHINA, read_carrying(reader))
    hops = {loss.dependent.removeprefix(DEFAULT_BASE): loss.hops for loss in reversed(found.losses)}
    assert hops["commodity/gallium"] == 1
    assert 2 in {hops[made] for made in hops if made.startswith("product/")}
    assert "country/china" not in hops
    assert what_if(network, DEFAULT_BASE + "country/atlantis", read_carrying(reader)).losses == ()


def test_the_united_states_depend_on_china_at_first_hand(network: list[Dependency]) -> None:
    found = find_paths(network, UNITED_STATES, CHINA)
    assert [path.entities for path in found.shortest] == [(UNITED_STATES, CHINA)]
    assert any(len(path.steps) > 1 for path in found.reliable)


def test_gallium_is_as_concentrated_as_can_be(reader: ClaimReader) -> None:
    found = measure_concentration(read_share_statements(reader))
    first = found[0]
    assert (first.commodity, first.holdings[0].holder) == (DEFAULT_BASE + "commodity/gallium", CHINA)
    assert (first.hhi_min, first.level) == (9801, "high")
    assert all(c.hhi_min is None or 0 <= c.hhi_min <= (c.hhi_max or 0) <= 10_000 for c in found)
