"""Dependencies: what each rule covers and what it leaves out, how claims make edges, and that nothing else decides."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from saying import follow, graph_of, put, says, share

from kg import check, pipeline
from kg.config import DEFAULT_BASE, ontology_folder
from kg.derive import basis, derive
from kg.errors import OntologyError
from kg.model import LinkedClaim
from kg.ontology import Ontology
from kg.query.dependencies import Dependency, read_dependencies
from kg.rules import KINDS, load_rules
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import LODE, RDF, XSD

ALL = ("asserted", "planned", "possible")
RULES = ontology_folder() / "rules"
Make = Callable[..., GraphStore]


@pytest.fixture
def make(tmp_path: Path, ontology: Ontology) -> Make:
    """Return a function that makes a graph of claims, its dependencies derived."""
    return lambda *claims, base=DEFAULT_BASE: graph_of(tmp_path / "graph", ontology, *claims, base=base)


def edges(store: GraphStore, include: Iterable[str] = ALL) -> set[tuple[str, str, str]]:
    """Return rule, dependent and provider of each dependency."""
    short = store.base
    found = read_dependencies(store, tuple(include))
    return {(d.rule, d.dependent.removeprefix(short), d.provider.removeprefix(short)) for d in found}


def only(store: GraphStore) -> Dependency:
    (found,) = read_dependencies(store, ALL)
    return found


MP, SHENGHE, MINE = "company/mp-materials", "company/shenghe", "facility/mountain-pass-mine"
CHINA, JAPAN, USA = "country/china", "country/japan", "country/united-states"
GALLIUM, MAGNETS, DEFENCE = "commodity/gallium", "product/permanent-magnets", "sector/defence"
ORG, POLICY, STATE = "org/us-department-of-defense", "policy/defence-act", "region/california"

# What is said, and the dependencies that follow from it: rule, dependent, provider.
COVERED = [
    (says("supplies", CHINA, JAPAN), {("supplies", JAPAN, CHINA)}),
    (says("supplies", MINE, DEFENCE), {("supplies", DEFENCE, MINE)}),
    (says("depends_on", JAPAN, CHINA), {("depends-on", JAPAN, CHINA)}),
    (says("depends_on", MAGNETS, DEFENCE), {("depends-on", MAGNETS, DEFENCE)}),
    (says("depends_on", JAPAN, GALLIUM), {("depends-on-material", JAPAN, GALLIUM)}),
    (says("depends_on", DEFENCE, MAGNETS), {("depends-on-material", DEFENCE, MAGNETS)}),
    (says("invests_in", ORG, MP), {("invests-in", MP, ORG)}),
    (says("invests_in", ORG, MINE), {("invests-in", MINE, ORG)}),
    (says("invests_in", CHINA, GALLIUM), set()),
    (says("invests_in", CHINA, MAGNETS), set()),
    (says("invests_in", CHINA, POLICY), set()),
    (says("lends_to", ORG, MP), {("lends-to", MP, ORG)}),
    (says("holds_stake_in", SHENGHE, MP), {("holds-stake-in", MP, SHENGHE)}),
    (says("owns", SHENGHE, MP), {("owns", MP, SHENGHE)}),
    (says("owns", MP, MINE), {("owns", MINE, MP), ("has-facility", MP, MINE)}),
    (says("owns", CHINA, MINE), {("owns", MINE, CHINA)}),
    (says("owns", MP, GALLIUM), set()),
    (says("owns", MP, MAGNETS), set()),
    (says("acquires", SHENGHE, MP), {("acquires", MP, SHENGHE)}),
    (says("acquires", SHENGHE, MAGNETS), set()),
    (says("operates", MP, MINE), {("operates", MINE, MP), ("has-facility", MP, MINE)}),
    (says("operates", SHENGHE, MP), {("operates", MP, SHENGHE)}),
    (says("operates", CHINA, MINE), {("operates", MINE, CHINA)}),
    (says("located_in", MINE, "country/chile"), {("located-in", MINE, "country/chile")}),
    (says("located_in", MINE, "region/nowhere"), {("located-in", MINE, "region/nowhere")}),
    (says("located_in", MINE, STATE), {("located-in", MINE, STATE), ("located-in", MINE, USA)}),
    (says("located_in", STATE, USA), {("located-in", STATE, USA)}),
    (says("located_in", MP, USA), set()),
    (says("located_in", MAGNETS, USA), set()),
    (says("located_in", MINE, "facility/port"), set()),
    (says("located_in", JAPAN, "region/asia"), set()),
    (says("used_in", GALLIUM, MAGNETS), {("used-in", MAGNETS, GALLIUM)}),
    (says("used_in", MAGNETS, DEFENCE), {("used-in", DEFENCE, MAGNETS)}),
    (says("controls_share", CHINA, GALLIUM, share=share(0.5)), {("holds-most-of", GALLIUM, CHINA)}),
    (
        says("controls_share", CHINA, GALLIUM, share=share(0.9, 0.9), scope="global"),
        {("holds-most-of", GALLIUM, CHINA)},
    ),
    (says("controls_share", CHINA, GALLIUM, share=share(0.49, 0.9)), set()),
    (says("controls_share", CHINA, GALLIUM, share=share(None, 0.9)), set()),
    (says("controls_share", CHINA, GALLIUM), set()),
    (says("controls_share", MP, GALLIUM, share=share(1.0, 1.0), scope="United States"), set()),
    (says("restricts", CHINA, GALLIUM), {("restricts", GALLIUM, CHINA)}),
    (says("restricts", POLICY, MP), {("restricts", MP, POLICY)}),
    *(
        (says(relation, CHINA, obj), set())
        for relation, obj in (
            *(("produces", GALLIUM), ("agrees_with", JAPAN), ("enacts", POLICY), ("is_a", GALLIUM)),
            *(("holds_reserves", GALLIUM), ("leads", JAPAN)),
        )
    ),
]


@pytest.mark.parametrize(
    ("claim", "expected"), COVERED, ids=lambda v: v.claim.evidence.quote if isinstance(v, LinkedClaim) else ""
)
def test_what_a_claim_makes_depend(make: Make, claim: LinkedClaim, expected: set[tuple[str, str, str]]) -> None:
    assert edges(make(claim)) == expected


def test_every_rule_and_every_relation_is_tried(ontology: Ontology) -> None:
    assert {rule for _, expected in COVERED for rule, _, _ in expected} == load_rules(ontology).keys()
    assert {claim.claim.relation for claim, _ in COVERED} == ontology.relations.keys()
    assert len(load_rules(ontology)) == len(list(RULES.glob("*.rq"))) == 14


def test_every_rule_says_what_it_covers(ontology: Ontology) -> None:
    for rule in load_rules(ontology).values():
        comments = [line for line in rule.query.splitlines() if re.match(r"# (?!\w+:)", line)]
        assert len(" ".join(comments)) > 30, rule.path
        assert rule.path.stem == rule.name
        assert "{dependent}" in rule.sentence
        assert "{provider}" in rule.sentence
        assert rule.kind in KINDS


# Modality


@pytest.mark.parametrize(("claim", "expected"), [c for c in COVERED if c[1]], ids=lambda v: "")
@pytest.mark.parametrize("modality", [*ALL, "negated"])
def test_an_edge_has_the_modality_of_its_claims_and_denials_make_none(
    make: Make, claim: LinkedClaim, expected: set[tuple[str, str, str]], modality: str
) -> None:
    said = dict(claim.claim.qualifiers)
    store = make(says(claim.claim.relation, claim.subject.iri, claim.object.iri, modality=modality, **said))
    for wanted in ALL:
        assert edges(store, [wanted]) == (expected if wanted == modality else set())


def test_a_rule_that_forgets_denials_makes_none_of_them(tmp_path: Path, ontology: Ontology, make: Make) -> None:
    store = make(says("produces", CHINA, GALLIUM, modality="negated"), says("produces", JAPAN, GALLIUM))
    write(tmp_path / "rules", "SELECT (?o AS ?dependent) (?s AS ?provider) ?claim { ?claim rdf:predicate lode:produces ;"
          " rdf:subject ?s ; rdf:object ?o }")  # fmt: skip
    follow(store, ontology, tmp_path / "rules")
    assert edges(store) == {("mine", GALLIUM, JAPAN)}


def test_modalities_make_edges_of_their_own(make: Make) -> None:
    store = make(says("supplies", CHINA, JAPAN), says("supplies", CHINA, JAPAN, modality="planned"))
    assert [d.modality for d in read_dependencies(store)] == ["asserted"]
    assert sorted(d.modality for d in read_dependencies(store, ALL)) == ["asserted", "planned"]
    assert len({d.iri for d in read_dependencies(store, ALL)}) == 2


# What an edge takes from its claims


def test_claims_of_the_same_make_one_edge(make: Make) -> None:
    found = only(
        make(
            says("supplies", CHINA, JAPAN, on=GALLIUM, time="2024", confidence=0.5, share=share(0.6, 0.8)),
            says("supplies", CHINA, JAPAN, on=GALLIUM, time="2023-05", confidence=0.75, share=share(0.7)),
            says("supplies", CHINA, JAPAN, on=GALLIUM, confidence=0.25),
        )
    )
    assert (found.rule, found.kind, found.stage, found.modality) == ("supplies", "trade", "", "asserted")
    ends = (DEFAULT_BASE + JAPAN, DEFAULT_BASE + CHINA, DEFAULT_BASE + GALLIUM)
    assert (found.dependent, found.provider, found.on) == ends
    assert (found.share_min, found.share_max, found.confidence) == (0.7, 0.8, 0.75)
    assert found.times == ("2023-05", "2024")
    assert len(found.claims) == 3
    assert list(found.claims) == sorted(found.claims)


def test_what_it_is_about_and_the_stage_part_edges(make: Make) -> None:
    most = {"share": share(0.9, 0.9)}
    store = make(
        says("supplies", CHINA, JAPAN, on=GALLIUM),
        says("supplies", CHINA, JAPAN, on="commodity/germanium"),
        says("supplies", CHINA, JAPAN),
        says("controls_share", CHINA, GALLIUM, stage="mining", **most),
        says("controls_share", CHINA, GALLIUM, stage="refining", **most),
        says("controls_share", CHINA, GALLIUM, **most),
    )
    found = read_dependencies(store)
    supplied = sorted(d.on.removeprefix(DEFAULT_BASE) for d in found if d.rule == "supplies")
    assert supplied == ["", GALLIUM, "commodity/germanium"]
    assert sorted(d.stage for d in found if d.rule == "holds-most-of") == ["", "mining", "refining"]


def test_sources_that_differ_leave_bounds_that_agree_with_the_highest(make: Make) -> None:
    claims = [
        says("controls_share", CHINA, GALLIUM, share=share(low, high)) for low, high in ((0.6, 0.6), (0.92, 0.92))
    ]
    found = only(make(*claims))
    assert (found.share_min, found.share_max, len(found.claims)) == (0.92, 0.92, 2)


BOUND = st.none() | st.integers(0, 100).map(lambda n: n / 100)
BOUNDS = st.tuples(BOUND, BOUND).filter(lambda b: None in b or b[0] <= b[1])


@settings(max_examples=40, deadline=None)
@given(bounds=st.lists(BOUNDS, min_size=1, max_size=5))
def test_bounds_never_cross_and_each_was_stated(
    tmp_path_factory: pytest.TempPathFactory, ontology: Ontology, bounds: list[tuple[float | None, float | None]]
) -> None:
    claims = [says("supplies", CHINA, JAPAN, share=share(*b)) for b in bounds]
    found = only(graph_of(tmp_path_factory.mktemp("bounds") / "graph", ontology, *claims))
    assert found.share_min == max((low for low, _ in bounds if low is not None), default=None)
    assert found.share_max in {None, *(high for _, high in bounds)}
    if found.share_min is not None and found.share_max is not None:
        assert found.share_min <= found.share_max


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (says("supplies", CHINA, JAPAN, share=share(0.7), measure="share of imports"), 0.7),
        (says("supplies", CHINA, JAPAN, share=share(0.7), measure="share of supplier's output"), None),
        (says("supplies", CHINA, JAPAN, share=share(0.7), measure="share of sales revenues"), None),
        (says("depends_on", JAPAN, CHINA, share=share(0.7)), 0.7),
        (says("holds_stake_in", SHENGHE, MP, share=share(0.07)), 0.07),
        (says("used_in", GALLIUM, MAGNETS, share=share(0.7)), None),
        (says("restricts", CHINA, GALLIUM, share=share(0.7)), None),
        (says("operates", MP, SHENGHE, share=share(0.7)), None),
    ],
)
def test_a_share_weighs_only_where_it_says_how_much_is_needed(
    make: Make, claim: LinkedClaim, expected: float | None
) -> None:
    assert only(make(claim)).share_min == expected


def test_the_share_of_a_works_that_is_owned_weighs_for_the_works_alone(make: Make) -> None:
    found = read_dependencies(make(says("owns", MP, MINE, share=share(0.4))))
    assert {d.rule: d.share_min for d in found} == {"owns": 0.4, "has-facility": None}


def test_nothing_depends_on_itself(make: Make) -> None:
    assert edges(make(says("supplies", CHINA, CHINA), says("owns", MP, MP))) == set()


def test_an_edge_keeps_its_iri_when_claims_come_and_under_another_base(tmp_path: Path, ontology: Ontology) -> None:
    one = graph_of(tmp_path / "one", ontology, says("supplies", CHINA, JAPAN, on=GALLIUM))
    more = says("supplies", CHINA, JAPAN, on=GALLIUM, time="2020")
    other = graph_of(tmp_path / "two", ontology, more, *[more] * 2, base="https://example.org/")
    assert only(one).iri.removeprefix(DEFAULT_BASE) == only(other).iri.removeprefix("https://example.org/")
    assert re.fullmatch(r"dependency/[0-9a-f]{16}", only(other).iri.removeprefix("https://example.org/"))


# The graph of dependencies

STORY = [
    says("supplies", CHINA, JAPAN, on=GALLIUM, share=share(0.6, 0.8), time="2024"),
    says("located_in", MINE, STATE),
    says("owns", MP, MINE, share=share(0.4)),
    says("controls_share", CHINA, GALLIUM, stage="refining", share=share(0.9), confidence=0.4),
    says("controls_share", CHINA, GALLIUM, stage="refining", share=share(0.6, 0.7), time="2020"),
    says("used_in", GALLIUM, MAGNETS, modality="planned"),
    says("depends_on", DEFENCE, MAGNETS, modality="possible"),
]


def test_the_same_claims_make_the_same_graph_in_any_order(tmp_path: Path, ontology: Ontology) -> None:
    def derived(order: list[LinkedClaim], folder: Path) -> list[Dependency]:
        store = GraphStore.create(folder, {"base": DEFAULT_BASE, "versions": {}})
        put(store, ontology, {f"d{STORY.index(claim)}": [claim] for claim in order})
        follow(store, ontology)
        return read_dependencies(store, ALL)

    orders = [random.Random(seed).sample(STORY, len(STORY)) for seed in range(3)]
    first, *others = (derived(order, tmp_path / str(i)) for i, order in enumerate(orders))
    assert len(first) == 8
    assert others == [first, first]


def test_deriving_again_changes_nothing_and_writes_nothing(
    make: Make, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make(*STORY)
    before = list(store.quads())
    monkeypatch.setattr(store, "_write", lambda *quads: pytest.fail("it wrote"))
    assert follow(store, ontology) is False
    assert list(store.quads()) == before


@pytest.mark.parametrize("part", [1, 3, 20_000])
def test_a_derivation_that_breaks_off_is_made_good_by_the_next(
    tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr("kg.store.writing._PART", part)
    whole = graph_of(tmp_path / "whole", ontology, *STORY)
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    put(store, ontology, {"one": STORY})
    found = list(derive(store, load_rules(ontology), ontology))

    def broken() -> Iterator[Any]:
        yield from found[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.replace(DEPENDENCIES, broken())
    left = read_dependencies(store, ALL)
    assert len(left) == (4 - 4 % part if part < 4 else 0)
    assert all(edge in read_dependencies(whole, ALL) for edge in left)
    assert follow(store, ontology) is True
    assert set(store.contents(DEPENDENCIES)) == set(whole.contents(DEPENDENCIES))
    assert follow(store, ontology) is False


def test_dependencies_are_made_from_rules_and_versions(tmp_path: Path, ontology: Ontology) -> None:
    rules, versions = load_rules(ontology), {"lodestone": "1", "ontology": "a"}
    write(tmp_path / "rules")
    known = {basis(rules, versions), basis(rules, versions | {"ontology": "b"}), basis({}, versions)}
    assert len(known | {basis(load_rules(ontology, tmp_path / "rules"), versions)}) == 4
    assert basis(dict(load_rules(ontology)), dict(versions)) in known


def test_what_a_lost_claim_made_goes_with_it(make: Make, ontology: Ontology) -> None:
    store = make(*STORY)
    put(store, ontology, {"one": STORY[1:]})
    assert follow(store, ontology) is True
    assert ("supplies", JAPAN, CHINA) not in edges(store)
    assert ("used-in", MAGNETS, GALLIUM) in edges(store)
    put(store, ontology, {"one": []})
    assert follow(store, ontology) is True
    assert read_dependencies(store, ALL) == []
    assert list(store.contents(DEPENDENCIES)) == []
    assert not any("dependency/" in str(triple) for triple in store.triples())


def test_a_claim_less_is_a_claim_less_on_the_edge(make: Make, ontology: Ontology) -> None:
    store = make(*STORY)
    put(store, ontology, {"one": [c for c in STORY if c.claim.confidence != 0.4]})
    follow(store, ontology)
    (found,) = (d for d in read_dependencies(store) if d.rule == "holds-most-of")
    assert (found.share_min, found.share_max, found.times, len(found.claims)) == (0.6, 0.7, ("2020",), 1)


def test_dependencies_are_in_the_merged_graph_and_conform_to_the_shapes(make: Make) -> None:
    store = make(*STORY)
    assert len(store.instances(LODE + "Dependency")) == len(read_dependencies(store, ALL))
    assert check.validate(store).violations == ()


@pytest.mark.parametrize("least", ["0.9", "1.5"])
def test_the_shapes_find_a_dependency_that_is_broken(make: Make, least: str) -> None:
    store = make(*STORY)
    found = next(d for d in read_dependencies(store) if d.share_max == 0.8)
    node, bound = ox.NamedNode(found.iri), ox.NamedNode(LODE + "shareMin")
    broken = [t for t in store.contents(DEPENDENCIES, node) if t[1] != bound]
    store.put(DEPENDENCIES, [*broken, (node, bound, ox.Literal(least, datatype=ox.NamedNode(XSD + "decimal")))])
    assert any("least share" in violation for violation in check.validate(store).violations)


# Types


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Refinery", {("located-in", MINE, "country/chile")}),
        ("Region", {("located-in", MINE, "country/chile")}),
        ("Company", set()),
    ],
)
def test_the_class_decides_and_one_below_counts_as_the_one_above(
    make: Make, ontology: Ontology, name: str, expected: set[tuple[str, str, str]]
) -> None:
    store = make(says("located_in", MINE, "country/chile"))
    mine, graph = ox.NamedNode(DEFAULT_BASE + MINE), ox.NamedNode(f"{DEFAULT_BASE}doc/one")
    said = [t for t in store.contents(graph) if t[:2] != (mine, ox.NamedNode(RDF + "type"))]
    store.put(graph, [*said, (mine, ox.NamedNode(RDF + "type"), ox.NamedNode(LODE + name))])
    follow(store, ontology)
    assert edges(store) == expected


# Rules of one's own

BODY = "SELECT ?dependent ?provider ?claim { ?claim rdf:predicate lode:produces ; rdf:subject ?provider ; rdf:object ?dependent }"
HEADER = {"name": "mine", "kind": "trade", "sentence": "{dependent} needs {provider}"}


def write(folder: Path, query: str = BODY, file: str = "mine.rq", **header: str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [f"# {key}: {value}\n" for key, value in (HEADER | header).items() if value]
    (folder / file).write_text("".join(lines) + query, encoding="utf-8")
    return folder


def test_the_rule_that_the_readme_shows_is_a_rule(tmp_path: Path, ontology: Ontology, make: Make) -> None:
    (text,) = re.findall(r"```sparql\n(.*?)```", (RULES / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "sells-to.rq").write_text(text, encoding="utf-8")
    large, small = ({"share": share(s), "measure": "share of supplier's output"} for s in (0.4, 0.05))
    store = make(
        says("supplies", MP, JAPAN, **large), says("supplies", SHENGHE, JAPAN, **small), says("supplies", CHINA, JAPAN)
    )
    follow(store, ontology, tmp_path / "rules")
    assert edges(store) == {("sells-to", MP, JAPAN)}
    assert only(store).share_min == 0.4


def test_the_readme_tells_every_header_and_variable() -> None:
    text = (RULES / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\??\w+)` \|", text, re.MULTILINE))
    headers = {"name", "kind", "sentence", "dependent", "provider", "carries"}
    assert told == headers | {"?dependent", "?provider", "?claim", "?on", "?weighs"}


def test_a_rule_is_followed_without_reading_articles_again(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ontology_folder(), tmp_path / "ontology")
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path / "ontology"))
    articles = [corpus / "lynas-01.txt"]
    assert pipeline.build(articles, tmp_path / "graph").read == 1
    before = edges(GraphStore.open(tmp_path / "graph"))
    write(tmp_path / "ontology" / "rules")
    assert pipeline.build(articles, tmp_path / "graph").read == 0
    after = edges(GraphStore.open(tmp_path / "graph"))
    assert before < after
    assert {rule for rule, _, _ in after - before} == {"mine"}
    (tmp_path / "ontology" / "rules" / "mine.rq").unlink()
    pipeline.build(articles, tmp_path / "graph")
    assert edges(GraphStore.open(tmp_path / "graph")) == before


def test_a_mistake_in_a_rule_is_told_before_anything_is_read(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ontology_folder(), tmp_path / "ontology")
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path / "ontology"))
    write(tmp_path / "ontology" / "rules", "SELECT nonsense")
    with pytest.raises(OntologyError, match=r"mine\.rq"):
        pipeline.build([corpus], tmp_path / "graph")
    assert not (tmp_path / "graph").exists()


def test_without_rules_nothing_depends(tmp_path: Path, ontology: Ontology, make: Make) -> None:
    store = make(*STORY)
    assert follow(store, ontology, tmp_path / "nothing") is True
    assert read_dependencies(store, ALL) == []


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"query": "SELECT nonsense"}, "no SPARQL"),
    ({"query": "ASK { ?s ?p ?o }"}, "no SELECT"),
    ({"query": "SELECT ?dependent ?provider { ?claim rdf:subject ?provider ; rdf:object ?dependent }"}, "claim"),
    ({"query": "SELECT ?claim { ?claim rdf:subject ?provider }"}, r"\?dependent \?provider"),
    ({"query": BODY.replace("lode:", "unknown:")}, "no SPARQL"),
    ({"name": ""}, "name"),
    ({"kind": ""}, "kind"),
    ({"sentence": ""}, "sentence"),
    ({"kind": "friendship"}, "friendship"),
    ({"sentence": "{dependent} needs {who}"}, "who"),
    ({"dependent": "company, firm"}, "firm"),
    ({"provider": "firm"}, "firm"),
    ({"carries": "firm"}, "firm"),
]


@pytest.mark.parametrize(("mistake", "told"), MISTAKES)
def test_a_file_that_is_no_rule_is_refused(
    tmp_path: Path, ontology: Ontology, mistake: dict[str, str], told: str
) -> None:
    write(tmp_path / "rules", **mistake)
    with pytest.raises(OntologyError, match=told) as error:
        load_rules(ontology, tmp_path / "rules")
    assert "mine.rq" in str(error.value)
    assert "\n" not in str(error.value)


def test_two_rules_of_one_name_and_one_that_is_no_text_are_refused(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path / "rules")
    assert load_rules(ontology, tmp_path / "rules").keys() == {"mine"}
    write(tmp_path / "rules", file="other.rq")
    with pytest.raises(OntologyError, match=r"other\.rq.*mine\.rq"):
        load_rules(ontology, tmp_path / "rules")
    (tmp_path / "rules" / "other.rq").write_bytes(b"\xff\xfe")
    with pytest.raises(OntologyError, match="UTF-8"):
        load_rules(ontology, tmp_path / "rules")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (BODY.replace("?claim {", "?claim ?on { BIND ('gallium' AS ?on)"), "gallium"),
        ("SELECT ?dependent (?dependent AS ?provider) (?dependent AS ?claim) { ?dependent a lode:Country }", "is not"),
        ("SELECT ?dependent (?l AS ?provider) ?claim { ?claim rdf:object ?dependent ; lode:frame ?l }", "test"),
        (BODY.replace("?claim {", "?claim { OPTIONAL { ?claim lode:nothing ?dependent }"), "None"),
    ],
)
def test_a_rule_that_selects_something_else_is_refused(
    tmp_path: Path, ontology: Ontology, make: Make, query: str, told: str
) -> None:
    store = make(says("produces", CHINA, GALLIUM), says("supplies", CHINA, JAPAN))
    write(tmp_path / "rules", query)
    if told == "None":
        follow(store, ontology, tmp_path / "rules")
        assert edges(store) == {("mine", GALLIUM, CHINA)}
        return
    with pytest.raises(OntologyError, match=told) as error:
        follow(store, ontology, tmp_path / "rules")
    assert "mine.rq" in str(error.value)
    assert "\n" not in str(error.value)
