"""What a page holds: every claim with its words, in columns whose indices agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from exploring import BASE, claim, end
from hypothesis import given
from hypothesis import strategies as st

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, Source, StoredClaim
from kg.query.dependencies import Dependency
from kg.render.data import PageData, edge_records, graph_part, node_records
from kg.render.evidence import evidence_part
from kg.render.explored import Explored, read_explored, web_address
from kg.render.marks import find_marks
from kg.render.styles import FAMILIES, NEUTRAL, STYLES, style_of_type
from kg.rules import load_rules
from kg.store import GraphStore

JAPAN, CHINA, LYNAS = end("Japan", "country"), end("China", "country"), end("Lynas")
IRON = end("Iron", "commodity")
SECOND = Source(f"{BASE}doc/b", "b", "", "", "")
CLAIMS = (
    claim(
        JAPAN, "depends_on", CHINA, "Japan depends on China for 90%", qualifiers={"share": {"min": 0.9, "max": None}}
    ),
    claim(JAPAN, "depends_on", CHINA, "Tokyo needs China", source=SECOND, modality="negated"),
    claim(LYNAS, "produces", IRON, qualifiers={"time": "from 2024-05", "stage": "mining"}, modality="planned"),
    claim(LYNAS, "invests_in", JAPAN, qualifiers={"amount": {"value": 5, "currency": "AUD"}}),
)


def dependency(**changed: Any) -> Dependency:
    plain = Dependency(
        *(f"{BASE}dependency/1", "supplies", "trade", JAPAN.iri, CHINA.iri, IRON.iri, "mining", 0.9, None),
        *("asserted", 0.8, ("2024",), (CLAIMS[0].iri,)),
    )
    return replace(plain, **changed)


@pytest.fixture
def data(ontology: Ontology) -> PageData:
    return PageData(
        Explored(
            CLAIMS,
            [dependency()],
            traded={CLAIMS[0].iri: IRON.iri},
            copies={SECOND.iri: f"{BASE}doc/a"},
            citations={SECOND.iri: "Seen at https://example.org/x, in May"},
            names={JAPAN.iri: {"日本", "Japan"}},
            rules=list(load_rules(ontology).values()),
        ),
        ontology,
    )


def test_edges_and_claims_point_at_each_other(data: PageData) -> None:
    nodes, edges, claims = node_records(data), edge_records(data), graph_part(data, "T")["claims"]
    for i, edge in enumerate(edges):
        assert {claims["edge"][c] for c in edge["claims"]} == {i}
    assert sorted(c for e in edges for c in e["claims"]) == list(range(len(CLAIMS)))
    relations = [r["name"] for r in graph_part(data, "T")["relations"]]
    told = {(nodes[e["from"]]["label"], relations[e["relation"]], nodes[e["to"]]["label"]) for e in edges}
    assert told == {(c.subject.label, c.relation, c.object.label) for c in CLAIMS}


def test_a_claim_keeps_what_is_filtered_by(data: PageData) -> None:
    graph = graph_part(data, "T")
    claims, stages = graph["claims"], graph["stages"]
    at = {claim.relation + claim.modality: i for i, claim in enumerate(data.claims)}
    share, denied, plan, money = (
        at[key] for key in ("depends_onasserted", "depends_onnegated", "producesplanned", "invests_inasserted")
    )
    assert claims["share"][share] == [0.9, None]
    assert claims["share"][plan] is claims["amount"][plan] is None
    assert claims["amount"][money] == 5
    assert claims["stated"][plan] == "2024-05"
    assert claims["stated"][money] == ""
    assert stages[claims["stage"][plan]] == "mining"
    assert claims["stage"][money] == -1
    assert data.nodes[IRON.iri] == claims["commodity"][share] == claims["commodity"][plan]
    assert claims["commodity"][money] == -1
    assert graph["modalities"][claims["modality"][denied]] == "negated"


def test_documents_tell_of_what_they_are_copies_and_what_they_cite(data: PageData) -> None:
    documents = graph_part(data, "T")["documents"]
    assert documents["name"] == ["a", "b"]
    assert documents["source"] == [0, 0]
    assert documents["url"] == ["", "https://example.org/x"]


def test_a_thing_is_found_by_its_names_and_not_by_pronouns(ontology: Ontology) -> None:
    it = replace(LYNAS, mention="It")
    firm = replace(LYNAS, mention="the company")
    corp = replace(LYNAS, mention="Lynas\nCorp")
    said = [claim(subject, "owns", JAPAN, f"{i}") for i, subject in enumerate((it, firm, corp))]
    (node,) = [n for n in node_records(PageData(Explored(said), ontology)) if n["label"] == "Lynas"]
    assert node["also"] == ["Lynas Corp"]


def test_names_in_other_languages_are_kept(data: PageData) -> None:
    (japan,) = [n for n in node_records(data) if n["label"] == "Japan"]
    assert japan["also"] == ["日本"]


def test_a_thing_that_only_a_dependency_names_is_there(ontology: Ontology) -> None:
    mine = end("Mine", "facility")
    explored = Explored(
        CLAIMS[:1],
        [dependency(provider=mine.iri)],
        {mine.iri: mine, IRON.iri: IRON},
        rules=list(load_rules(ontology).values()),
    )
    data = PageData(explored, ontology)
    labels = [n["label"] for n in node_records(data)]
    assert labels[evidence_part(data)["dependencies"]["provider"][0]] == "Mine"
    assert labels[evidence_part(data)["dependencies"]["on"][0]] == "Iron"


def test_an_unknown_type_is_neutral_and_an_unknown_relation_has_a_colour(ontology: Ontology) -> None:
    strange = end("Strange", "spacecraft")
    data = PageData(Explored([claim(strange, "owns", JAPAN)]), ontology)
    assert graph_part(data, "T")["types"][-1] == {
        "name": "spacecraft",
        "iri": "",
        "label": "spacecraft",
        **NEUTRAL._asdict(),
    }
    relation = replace(ontology.relations["owns"], iri="https://example.org/orbits", json_name="orbits", label="orbits")
    wider = replace(ontology, relations={**ontology.relations, "orbits": relation})
    data = PageData(Explored([claim(strange, "orbits", JAPAN)]), wider)
    assert graph_part(data, "T")["relations"][-1]["color"] in FAMILIES[""][0]


def test_the_order_of_claims_changes_nothing(data: PageData, ontology: Ontology) -> None:
    turned = PageData(replace(data.explored, claims=CLAIMS[::-1]), ontology)
    assert graph_part(turned, "T") == graph_part(data, "T")
    assert node_records(turned) == node_records(data)
    assert edge_records(turned) == edge_records(data)
    assert evidence_part(turned) == evidence_part(data)


def test_a_page_around_a_thing_holds_the_dependencies_of_its_claims(
    corpus_store: GraphStore, ontology: Ontology
) -> None:
    reader = ClaimReader(corpus_store, ontology)
    whole, part = read_explored(reader), read_explored(reader, f"{corpus_store.base}company/lynas-rare-earths", 1)
    assert 0 < len(part.claims) < len(whole.claims)
    kept = {c.iri for c in part.claims}
    assert {d.iri for d in part.dependencies} == {d.iri for d in whole.dependencies if kept & set(d.claims)} != set()
    assert len(evidence_part(PageData(part, ontology))["dependencies"]["iri"]) == len(part.dependencies)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org", "https://example.org"),
        ("In: http://example.org/a_(b). More", "http://example.org/a_(b"),
        ("javascript:alert(1)", ""),
        ("ftp://example.org", ""),
        ('https://example.org/"onerror=', "https://example.org"),
    ],
)
def test_only_addresses_of_the_web_are_taken(text: str, address: str) -> None:
    assert web_address(text).rstrip("/") == address


# Marks


def marked(found: StoredClaim) -> list[tuple[str, str]]:
    units = found.quote.encode("utf-16-le")
    return [(units[2 * a : 2 * b].decode("utf-16-le"), kind) for a, b, kind in find_marks(found)]


def test_names_and_the_numbers_of_a_claim_are_marked() -> None:
    said = claim(
        JAPAN,
        "depends_on",
        CHINA,
        "In 2024 Japan took 78% of its 1.2 billion from China",
        qualifiers={"share": {"min": 0.78, "max": 0.78}},
    )
    assert marked(said) == [("Japan", "subject"), ("78%", "number"), ("China", "object")]
    amount = replace(said, qualifiers={"amount": {"value": 1_200_000_000, "currency": "USD"}})
    assert ("1.2", "number") in marked(amount)
    assert not [text for text, kind in marked(replace(said, qualifiers={})) if kind == "number"]


def test_marks_count_as_javascript_does_and_go_over_line_breaks() -> None:
    wrapped = replace(LYNAS, mention="Lynas Rare")
    assert marked(claim(wrapped, "owns", JAPAN, "🜨 Lynas\nRare owns Japan")) == [
        ("Lynas\nRare", "subject"),
        ("Japan", "object"),
    ]


def test_a_name_that_stands_in_the_other_is_marked_where_it_stands_alone() -> None:
    mine = replace(end("China Mine", "facility"), mention="China Mine")
    assert marked(claim(mine, "located_in", CHINA, "China Mine lies in China")) == [
        ("China Mine", "subject"),
        ("China", "object"),
    ]


@given(st.text(max_size=30), st.text(max_size=6), st.text(max_size=6), st.floats(0, 1))
def test_marks_lie_in_the_quote_and_apart(quote: str, one: str, other: str, share: float) -> None:
    said = claim(replace(JAPAN, mention=one), "supplies", replace(CHINA, mention=other), quote or "x")
    found = find_marks(replace(said, qualifiers={"share": {"min": share, "max": None}}))
    length = len(said.quote.encode("utf-16-le", "surrogatepass")) // 2
    assert all(0 <= start < end <= length for start, end, _ in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))


# Colours

_DEUTAN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
_PROTAN = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
WHITE, DARK = "#ffffff", "#17191c"


def linear(color: str) -> npt.NDArray[np.float64]:
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other))
    return high / low


def distance(one: str, other: str) -> float:
    """Return how far apart two colours are in OKLab for whoever tells them apart least (Machado and others 2009)."""
    views = (np.eye(3), np.array(_DEUTAN), np.array(_PROTAN))
    seen = [
        [np.cbrt(np.clip(view @ linear(c), 0, 1) @ np.array(_LMS).T) @ np.array(_LAB).T for c in (one, other)]
        for view in views
    ]
    return min(math.dist(a, b) for a, b in seen)


def test_types_stand_out_from_the_page_and_those_of_one_shape_from_each_other() -> None:
    for style in (*STYLES.values(), NEUTRAL):
        assert contrast(style.color, WHITE) >= 3
        assert contrast(style.dark, DARK) >= 3
    for one, other in combinations(STYLES.values(), 2):
        if one.shape == other.shape:
            assert distance(one.color, other.color) >= 0.06, (one, other)
            assert distance(one.dark, other.dark) >= 0.06, (one, other)


def test_relations_can_be_read_and_their_kinds_told_apart_by_readers_without_red_or_green() -> None:
    for light, dark in FAMILIES.values():
        assert all(contrast(color, WHITE) >= 4.5 for color in light)
        assert all(contrast(color, DARK) >= 4.5 for color in dark)
    for theme in (0, 1):
        firsts: Sequence[str] = [family[theme][0] for family in FAMILIES.values()]
        assert min(distance(a, b) for a, b in combinations(firsts, 2)) >= 0.08


def test_every_type_of_the_ontology_has_a_style(ontology: Ontology) -> None:
    for kind in ontology.types.values():
        assert style_of_type(kind.json_name) is not NEUTRAL
