"""The ontology is whole and consistent, and a mistake in it is told in one sentence with its file and line."""

from __future__ import annotations

import itertools
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS

from kg import pipeline
from kg.check import validate
from kg.config import DEFAULT_BASE, ontology_folder
from kg.errors import OntologyError
from kg.ontology import DECISIONS, Name, Ontology, load_measure_words, load_ontology, load_toml, ontology_version
from kg.store import GraphStore
from kg.vocab import LODE

Copy = Callable[..., Path]
NAME_FILES = sorted(p for p in (ontology_folder() / "names").glob("*.ttl") if p.name != DECISIONS)
TOML_FILES = sorted(p.relative_to(ontology_folder()).as_posix() for p in ontology_folder().rglob("*.toml"))
COMMON = {"commodity", "product", "sector"}

RELATIONS = re.findall(
    r"\w+",
    """
    invests_in lends_to holds_stake_in acquires owns operates located_in controls_share produces supplies
    depends_on agrees_with restricts enacts used_in is_a holds_reserves leads
    """,
)
TYPES = re.findall(
    r"\w+", "country region company government_body organization person facility commodity product sector policy"
)
QUALIFIERS = re.findall(r"\w+", "amount share quantity time stage scope commodity target kind measure role rank")
STAGES = re.findall(
    r"\w+", "mining concentrate separation processing refining metal alloy magnet battery recycling production"
)
RARE_EARTHS = {
    **{"Sc": "scandium", "Y": "yttrium", "La": "lanthanum", "Ce": "cerium", "Pr": "praseodymium", "Nd": "neodymium"},
    **{"Pm": "promethium", "Sm": "samarium", "Eu": "europium", "Gd": "gadolinium", "Tb": "terbium"},
    **{"Dy": "dysprosium", "Ho": "holmium", "Er": "erbium", "Tm": "thulium", "Yb": "ytterbium", "Lu": "lutetium"},
}
# ISO 3166-1 codes of the members and observers of the United Nations, of Taiwan, and of territories with minerals or ports.
MEMBERS = re.findall(
    r"[A-Z]{2}",
    """
    AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA CF TD CL CN CO
    KM CG CD CR CI HR CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN
    HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU
    MX FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PA PG PY PE PH PL PT QA RO RU RW KN LC VC WS
    SM ST SA SN RS SC SL SG SK SI SB SO ZA SS ES LK SD SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US
    UY UZ VU VE VN YE ZM ZW VA PS TW HK MO GL NC PR
    """,
)


@pytest.fixture(scope="module")
def terms() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_folder() / "lodestone.ttl", format="turtle")


@pytest.fixture(scope="module")
def names(ontology: Ontology) -> list[Name]:
    return list(ontology.names.values())


@pytest.fixture(scope="module")
def name_triples() -> list[tuple[str, ox.Triple]]:
    """Every triple of the files of names, with the file."""
    return [
        (path.name, quad.triple)
        for path in NAME_FILES
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=DEFAULT_BASE)
    ]


# Terms


def test_types_relations_qualifiers_and_stages_are_those_of_the_guide(ontology: Ontology) -> None:
    assert {t.json_name for t in ontology.types.values()} == set(TYPES)
    assert set(ontology.relations) == set(RELATIONS)
    assert set(ontology.qualifiers) == set(QUALIFIERS)
    assert set(ontology.stage_words.values()) == set(STAGES)


def test_every_term_is_defined_in_words(terms: rdflib.Graph) -> None:
    defined = {s for s in terms.subjects(RDFS.isDefinedBy) if str(s).startswith(LODE)}
    assert len(defined) > 90
    assert defined == {s for s in terms.subjects() if str(s).startswith(LODE)}
    for term in defined:
        languages = Counter(label.language for label in terms.objects(term, RDFS.label))
        assert languages == {"en": 1, "zh": 1}, term
        assert len(list(terms.objects(term, RDFS.comment))) == 1, term
        assert len(list(terms.objects(term, SKOS.example))) == 1, term
        assert str(terms.value(term, RDFS.comment)).endswith("."), term


def test_labels_tell_terms_of_a_kind_apart(terms: rdflib.Graph) -> None:
    for kind in (OWL.Class, rdflib.URIRef(LODE + "Relation"), rdflib.URIRef(LODE + "Stage")):
        labels = [label for term in terms.subjects(RDF.type, kind) for label in terms.objects(term, RDFS.label)]
        assert len(labels) == len(set(labels))


def test_whatever_a_term_refers_to_is_defined(terms: rdflib.Graph) -> None:
    defined = set(terms.subjects())
    for triple in terms:
        for term in triple:
            if str(term).startswith(LODE) and len(str(term)) > len(LODE):
                assert term in defined or _is_annotation(term), term


def _is_annotation(term: object) -> bool:
    """Tell whether a term is one that the file itself is written with."""
    return str(term).removeprefix(LODE) in {"jsonName", "iriSegment", "noun", "word", "qualifier"}


def test_every_term_that_a_graph_uses_is_defined(corpus_store: GraphStore, terms: rdflib.Graph) -> None:
    used = {
        term.value
        for triple in corpus_store.triples()
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(LODE)
    }
    assert len(used) > 40
    assert used <= {str(s) for s in terms.subjects()}


def test_relations_go_between_types_that_there_are(ontology: Ontology) -> None:
    for relation in ontology.relations.values():
        assert relation.domain
        assert relation.range
        assert relation.domain | relation.range <= set(TYPES)
        assert relation.qualifiers <= set(QUALIFIERS)
        assert relation.symmetric == (relation.json_name == "agrees_with")
        assert relation.domain == relation.range or not relation.symmetric


@pytest.mark.parametrize(
    ("relation", "qualifiers"),
    [
        ("invests_in", {"amount", "commodity", "time"}),
        ("lends_to", {"amount", "time"}),
        ("holds_stake_in", {"share", "rank", "amount"}),
        ("acquires", {"amount", "time"}),
        ("owns", {"share"}),
        ("controls_share", {"share", "stage", "scope", "time"}),
        ("produces", {"quantity", "stage", "time"}),
        ("supplies", {"commodity", "share", "quantity", "amount", "time"}),
        ("depends_on", {"commodity", "share"}),
        ("agrees_with", {"kind", "commodity", "amount", "time"}),
        ("restricts", {"target", "measure", "time"}),
        ("enacts", {"target", "time"}),
        ("is_a", {"rank", "scope"}),
        ("holds_reserves", {"quantity", "share", "time"}),
        ("leads", {"role"}),
    ],
)
def test_a_relation_takes_the_qualifiers_of_the_guide(ontology: Ontology, relation: str, qualifiers: set[str]) -> None:
    assert ontology.relations[relation].qualifiers >= qualifiers


def test_a_noun_denotes_one_type(ontology: Ontology) -> None:
    bearers = defaultdict(set)
    for kind in ontology.types.values():
        for noun in kind.nouns:
            bearers[noun].add(kind.json_name)
    shared = {noun: kinds for noun, kinds in bearers.items() if len(kinds) > 1}
    assert set(shared) <= {"smelter", "laboratory"}, shared


@pytest.mark.parametrize(
    ("noun", "kind"),
    [("mine", "facility"), ("ministry", "government_body"), ("miner", "company"), ("tariff", "policy")],
)
def test_a_noun_denotes_what_it_says(ontology: Ontology, noun: str, kind: str) -> None:
    assert ontology.nouns[noun] == kind


def test_every_type_makes_iris_of_its_own(ontology: Ontology) -> None:
    assert set(ontology.segments) == set(TYPES)
    segments = Counter(ontology.segments.values())
    assert {segment for segment, n in segments.items() if n > 1} == {"org"}, "bodies and organizations share one"


# Names


def test_there_are_as_many_names_as_promised(names: list[Name]) -> None:
    kinds = Counter(name.type for name in names)
    assert kinds["company"] >= 150
    assert kinds["facility"] >= 80
    assert kinds["government_body"] >= 60
    assert kinds["country"] >= len(MEMBERS)
    assert set(kinds) == set(TYPES)


def test_every_country_is_there(name_triples: list[tuple[str, ox.Triple]]) -> None:
    codes = {t.object.value for _, t in name_triples if t.predicate.value == str(SKOS.notation)}
    assert len(set(MEMBERS)) == len(MEMBERS) == 201
    assert set(MEMBERS) <= codes


def test_codes_of_countries_are_their_own(name_triples: list[tuple[str, ox.Triple]]) -> None:
    codes = [(t.object.value, t.subject.value) for _, t in name_triples if t.predicate.value == str(SKOS.notation)]
    assert all(re.fullmatch(r"[A-Z]{2,3}", code) for code, _ in codes)
    assert len({code for code, _ in codes}) == len(codes)
    assert all("/country/" in iri for _, iri in codes)
    per_country = Counter(iri for _, iri in codes)
    assert set(per_country.values()) == {2}


@pytest.mark.parametrize(("symbol", "element"), RARE_EARTHS.items())
def test_the_seventeen_rare_earths_are_rare_earths(
    ontology: Ontology, name_triples: list[tuple[str, ox.Triple]], symbol: str, element: str
) -> None:
    assert len(RARE_EARTHS) == 17
    iri = f"commodity/{element}"
    assert ontology.names[iri].label == element
    assert "commodity/rare-earths" in above(ontology, iri)
    symbols = {
        t.object.value
        for _, t in name_triples
        if t.predicate.value == LODE + "chemicalSymbol" and t.subject.value == DEFAULT_BASE + iri
    }
    assert symbols == {symbol}


def above(ontology: Ontology, iri: str) -> set[str]:
    """Return everything above a name."""
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        for broader in ontology.names[waiting.pop()].broader:
            if broader not in found and broader in ontology.names:
                found.add(broader)
                waiting.append(broader)
    return found


def test_nothing_lies_above_itself(ontology: Ontology) -> None:
    assert not [iri for iri in ontology.names if iri in above(ontology, iri)]


def test_what_lies_above_is_there(ontology: Ontology) -> None:
    missing = {(n.iri, b) for n in ontology.names.values() for b in n.broader if b not in ontology.names}
    assert not missing


def test_what_lies_above_is_of_the_same_type(ontology: Ontology) -> None:
    for name in ontology.names.values():
        for broader in name.broader:
            if broader in ontology.names:
                assert ontology.names[broader].type == name.type, (name.iri, broader)


def test_places_are_there_and_are_places(ontology: Ontology) -> None:
    placed = [name for name in ontology.names.values() if name.place]
    assert len(placed) > 3000
    for name in placed:
        assert name.place in ontology.names, name.iri
        assert name.place != name.iri


def test_where_things_lie_is_a_place_and_never_a_circle(name_triples: list[tuple[str, ox.Triple]]) -> None:
    inside = defaultdict(set)
    for _, triple in name_triples:
        if triple.predicate.value == "https://schema.org/containedInPlace":
            inside[triple.subject.value].add(triple.object.value)
    for start in inside:
        reached, waiting = set(), [start]
        while waiting:
            for place in inside.get(waiting.pop(), ()):
                assert re.search(r"/(country|region|bloc|facility)/", place)
                assert place != start, start
                if place not in reached:
                    reached.add(place)
                    waiting.append(place)


def test_iris_are_plain_and_in_the_segment_of_their_class(ontology: Ontology) -> None:
    for name in ontology.names.values():
        segment, local = name.iri.split("/")
        assert segment == ontology.types[name.type_iri].segment, name.iri
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", local), name.iri


def test_every_name_has_one_label_a_language(names: list[Name]) -> None:
    for name in names:
        languages = Counter(language for _, language, kind in name.labels if kind == "label")
        assert languages["en"] == 1, name.iri
        assert languages.keys() <= {"en", "zh"}, name.iri
        assert languages["zh"] <= 1, name.iri


def test_labels_are_clean(names: list[Name]) -> None:
    for name in names:
        for text, language, _ in name.labels:
            assert text == " ".join(text.split()), (name.iri, text)
            assert text, name.iri
            assert language in {"en", "zh", ""}, (name.iri, text)
            assert language != "zh" or re.search(r"[\u4e00-\u9fff]", text), (name.iri, text)
            assert language != "en" or not re.search(r"[\u4e00-\u9fff]", text), (name.iri, text)


def test_labels_have_straight_apostrophes(names: list[Name]) -> None:
    """Text is searched with its apostrophes made straight, so that a label with a curly one is never found."""
    assert not [(name.iri, text) for name in names for text, _, _ in name.labels if "’" in text]


def test_only_known_properties_are_used(name_triples: list[tuple[str, ox.Triple]]) -> None:
    """Outside identifiers need a scheme that is listed here, once it is documented in names/README.md."""
    skos, schema = str(SKOS), "https://schema.org/"
    known = {
        str(RDF.type),
        *(skos + k for k in ("prefLabel", "altLabel", "hiddenLabel", "notation", "broader")),
        *(LODE + k for k in ("demonym", "metonym", "ambiguousLabel", "chemicalSymbol", "formula")),
        *(schema + k for k in ("containedInPlace", "location", "affiliation", "parentOrganization")),
    }
    assert {t.predicate.value for _, t in name_triples} <= known
    readme = (ontology_folder() / "names" / "README.md").read_text(encoding="utf-8")
    for term in {t.predicate.value for _, t in name_triples} - {str(RDF.type)}:
        assert re.search(rf"`\w+:{re.split('[#/]', term)[-1]}`", readme), term


def test_no_name_is_described_in_two_files_nor_by_nodes_without_names(
    name_triples: list[tuple[str, ox.Triple]],
) -> None:
    files = defaultdict(set)
    for file, triple in name_triples:
        assert isinstance(triple.subject, ox.NamedNode)
        assert not isinstance(triple.object, ox.BlankNode)
        files[triple.subject.value].add(file)
    assert not [iri for iri, where in files.items() if len(where) > 1]


def test_a_label_names_one_thing_of_its_type_unless_it_is_marked(names: list[Name]) -> None:
    """Those that several bear are lode:ambiguousLabel; a seat of government is a city and, acting, its government."""
    bearers = defaultdict(set)
    for name in names:
        for text, _, kind in name.labels:
            if kind not in {"ambiguous", "metonym"}:
                bearers[name.type, text.casefold() if name.type in COMMON else text].add(name.iri)
    assert not {label: iris for label, iris in bearers.items() if len(iris) > 1}


def test_a_label_names_things_of_one_type_unless_it_is_marked(names: list[Name]) -> None:
    bearers = defaultdict(set)
    for name in names:
        for text, _, kind in name.labels:
            if kind in {"label", "alias", "slip"}:
                bearers[text].add(name.iri)
    assert not {label: iris for label, iris in bearers.items() if len(iris) > 1}


def test_a_metonym_is_the_seat_of_one_government(names: list[Name]) -> None:
    seats = defaultdict(set)
    for name in names:
        for text, _, kind in name.labels:
            if kind == "metonym":
                seats[text].add(name.iri)
                assert name.iri.startswith(("country/", "bloc/")), name.iri
    shared = {text for text, iris in seats.items() if len(iris) > 1}
    assert shared <= {"Brussels"}, "of Belgium and of the European Union"


@pytest.mark.parametrize(
    ("label", "kind", "iri"),
    [
        ("Pentagon", "alias", "org/us-department-of-defense"),
        ("DoD", "alias", "org/us-department-of-defense"),
        ("五角大楼", "alias", "org/us-department-of-defense"),
        ("Mountain Pass Materials", "slip", "company/mp-materials"),
        ("Beijing", "metonym", "country/china"),
        ("Beijing", "label", "region/beijing"),
        ("Chinese", "demonym", "country/china"),
        ("Mountain Pass", "alias", "facility/mountain-pass-mine"),
    ],
)
def test_names_that_the_project_promises_are_there(ontology: Ontology, label: str, kind: str, iri: str) -> None:
    assert (label, kind) in {(text, k) for text, _, k in ontology.names[iri].labels}


def test_sources_are_the_files(names: list[Name]) -> None:
    assert {name.source for name in names} == {path.name for path in NAME_FILES}
    assert len(NAME_FILES) == 12


# Other files


def test_every_toml_file_can_be_read() -> None:
    assert len(TOML_FILES) >= 10
    for path in TOML_FILES:
        assert load_toml(ontology_folder() / path), path


def test_units_and_stages_of_measures_are_usable(ontology: Ontology) -> None:
    units = load_measure_words()["units"]
    assert {u["unit"] for u in units} >= {"t", "kg", "lb"}
    assert len({u["qudt"] for u in units if u["unit"] == "t"}) == 1


def test_scored_qualifiers_and_symmetric_relations_are_the_ontologys(ontology: Ontology) -> None:
    rules = load_toml(ontology_folder() / "scoring.toml")
    assert set(rules["qualifiers"]) <= set(ontology.qualifiers)
    assert set(rules["symmetric"]) == {r.json_name for r in ontology.relations.values() if r.symmetric}


def test_spellings_in_scoring_lead_to_one_name() -> None:
    same = load_toml(ontology_folder() / "scoring.toml")["same"]
    spellings = list(itertools.chain.from_iterable(same.values()))
    assert len(spellings) == len(set(spellings))
    assert not set(spellings) & set(same)


# Versions


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a function that copies the ontology with one file edited."""
    numbers = itertools.count()

    def make(file: str = "", edit: Callable[[str], str] = str) -> Path:
        folder = tmp_path / f"ontology{next(numbers)}"
        shutil.copytree(ontology_folder(), folder)
        if file:
            (folder / file).write_text(edit((folder / file).read_text(encoding="utf-8")), encoding="utf-8")
        return folder

    return make


def test_the_version_is_that_of_the_content_alone(copy: Copy) -> None:
    assert ontology_version(copy()) == ontology_version(copy()) == ontology_version(ontology_folder())


@pytest.mark.parametrize("file", ["lodestone.ttl", "names/companies.ttl", "measures.toml"])
def test_every_edit_makes_another_version(copy: Copy, file: str) -> None:
    assert ontology_version(copy(file, lambda text: text + "# edited\n")) != ontology_version(ontology_folder())


@pytest.mark.parametrize("file", ["questions/share-of.rq", "rules/supplies.rq", f"names/{DECISIONS}"])
def test_what_no_article_is_read_by_makes_no_other_version(copy: Copy, file: str) -> None:
    assert ontology_version(copy(file, lambda text: text + "# edited\n")) == ontology_version(ontology_folder())


def test_kg_ontology_names_another_ontology(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = '\n<company/grayrock> a lode:Company ; skos:prefLabel "Grayrock Metals"@en .\n'
    monkeypatch.setenv("KG_ONTOLOGY", str(copy("names/companies.ttl", lambda text: text + entry)))
    assert load_ontology().names["company/grayrock"].label == "Grayrock Metals"
    monkeypatch.delenv("KG_ONTOLOGY")
    assert "company/grayrock" not in load_ontology().names


def test_an_alias_is_one_line_in_a_file(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, document: Callable[..., object]
) -> None:
    def with_alias(text: str) -> str:
        return text.replace(
            'skos:prefLabel "MP Materials"@en', 'skos:prefLabel "MP Materials"@en ; skos:altLabel "Grayrock Metals"@en'
        )

    monkeypatch.setenv("KG_ONTOLOGY", str(copy("names/companies.ttl", with_alias)))
    linked = pipeline.Stages.load({}).read(document("The Pentagon has invested in Grayrock Metals."))  # type: ignore[arg-type]
    assert [c.object.iri for c in linked.claims] == ["company/mp-materials"]


# Mistakes


def mistake(folder: Path, *words: str) -> None:
    """Loading the ontology of a folder must fail in one sentence that has these words."""
    with pytest.raises(OntologyError) as error:
        load_ontology(folder)
    message = str(error.value)
    assert "\n" not in message
    assert str(folder) in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("file", ["lodestone.ttl", *(f"names/{path.name}" for path in NAME_FILES)])
def test_broken_turtle_is_told_with_file_and_line(copy: Copy, file: str) -> None:
    lines = (ontology_folder() / file).read_text(encoding="utf-8").count("\n")
    folder = copy(file, lambda text: text + "\n\n<x> a <not an iri> .\n")
    mistake(folder, file, f"line {lines + 3}")


@pytest.mark.parametrize("file", TOML_FILES)
def test_broken_toml_is_told_with_file_and_line(tmp_path: Path, file: str) -> None:
    text = (ontology_folder() / file).read_text(encoding="utf-8")
    broken = tmp_path / Path(file).name
    broken.write_text(text + "\n\nbroken = = 1\n", encoding="utf-8")
    with pytest.raises(OntologyError) as error:
        load_toml(broken)
    assert str(broken) in str(error.value)
    assert f"line {text.count(chr(10)) + 3}" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", ["measures.toml", "naming.toml", "reference.toml", "frames/money.toml"])
def test_nothing_is_read_with_a_broken_file(copy: Copy, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ONTOLOGY", str(copy(file, lambda text: text + "\nbroken = = 1\n")))
    with pytest.raises(OntologyError, match=re.escape(file)):
        pipeline.Stages.load({})


def test_broken_shapes_are_told_with_file_and_line(copy: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = (ontology_folder() / "shapes.ttl").read_text(encoding="utf-8").count("\n")
    folder = copy("shapes.ttl", lambda text: text + "\n\nlsh:Claim sh:property [\n")
    monkeypatch.setenv("KG_ONTOLOGY", str(folder))
    store = GraphStore.create(tmp_path / "graph", {"base": DEFAULT_BASE, "versions": {}})
    with pytest.raises(OntologyError) as error:
        validate(store)
    assert str(folder / "shapes.ttl") in str(error.value)
    assert re.search(rf"line {lines + 3}|line {lines + 4}", str(error.value))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("file", ["lodestone.ttl", "measures.toml", "reference.toml", "frames/lexicon.toml"])
def test_a_file_that_is_missing_is_told(copy: Copy, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy()
    (folder / file).unlink()
    monkeypatch.setenv("KG_ONTOLOGY", str(folder))
    with pytest.raises(OntologyError, match=re.escape(file)):
        pipeline.Stages.load({})


def test_a_folder_that_is_no_ontology_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path / "nowhere"))
    with pytest.raises(OntologyError, match="nowhere"):
        load_ontology()


def test_a_file_in_another_encoding_is_told(copy: Copy) -> None:
    folder = copy()
    with (folder / "names" / "companies.ttl").open("ab") as file:
        file.write('<company/x> a lode:Company ; skos:prefLabel "Zürich"@en .\n'.encode("latin-1"))
    mistake(folder, "companies.ttl", "line")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('<company/x> a lode:Compny ; skos:prefLabel "X"@en .', ["company/x", "class"]),
        ('<company/x> skos:prefLabel "X"@en .', ["company/x", "class"]),
        ('<company/x> a lode:Company ; skos:prefLabel "X" .', ["company/x", "prefLabel"]),
        ('<company/x> a lode:Company ; skos:prefLabel "某"@zh .', ["company/x", "prefLabel"]),
        ('<country/china> a lode:Company ; skos:prefLabel "X"@en .', ["country/china", "companies.ttl"]),
    ],
    ids=["unknown class", "no class", "no language", "no English", "described twice"],
)
def test_a_name_that_cannot_be_used_is_told(copy: Copy, entry: str, words: list[str]) -> None:
    mistake(copy("names/companies.ttl", lambda text: f"{text}\n{entry}\n"), *words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema:rangeIncludes lode:Policy", "schema:rangeIncludes lode:Polcy"),
        ('rdfs:label "enacts"@en , ', "rdfs:label "),
        ("lode:qualifier lode:target , lode:measure", "lode:qualifier lode:target , lode:messure"),
    ],
    ids=["unknown class", "no English label", "unknown qualifier"],
)
def test_a_relation_that_cannot_be_used_is_told(copy: Copy, old: str, new: str) -> None:
    original = (ontology_folder() / "lodestone.ttl").read_text(encoding="utf-8")
    assert original.count(old) == 1
    mistake(copy("lodestone.ttl", lambda text: text.replace(old, new)), "lodestone.ttl")


@pytest.mark.parametrize("kind", ["Qualifier", "Stage", "Relation"])
def test_a_term_without_a_name_in_json_is_told(copy: Copy, kind: str) -> None:
    term = f'\nlode:x a lode:{kind} ; lode:word "x" ; rdfs:label "x"@en .\n'
    mistake(copy("lodestone.ttl", lambda old: old + term), "lodestone.ttl", "#x", "jsonName")


@pytest.mark.parametrize("entry", ["skos:broader <commodity/nothing>", "schema:containedInPlace <country/atlantis>"])
def test_a_name_that_refers_to_nothing_is_told(copy: Copy, entry: str) -> None:
    text = f'\n<commodity/x> a lode:Commodity ; skos:prefLabel "X"@en ; {entry} .\n'
    prefix = "@prefix schema: <https://schema.org/> .\n"
    mistake(copy("names/commodities.ttl", lambda old: prefix + old + text), "commodity/x")
