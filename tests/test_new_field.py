"""A new relation and a new field by data alone: what docs/new-field.md says is done as it says it, and gives claims."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import cli
from kg.config import GRAPH_VARIABLE, ONTOLOGY_VARIABLE
from kg.ontology import load_ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.store import GraphStore

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "new-field.md").read_text(encoding="utf-8")
LICENSES = ox.NamedNode("https://example.org/licensing#licensesTechnologyTo")
# A file of the page has its name before it; any other block is commands, or a command with its output.
_BLOCK = re.compile(r"(?:^`([\w./-]+)`:\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The words of the claims, with nothing licensed by anybody to anybody.
SAME_WORDS = (
    "Lynas presented its separation technology to Iluka Resources. The ministry issued an export licence for gallium. "
    "MP Materials obtained a licence from the environment agency. Beijing licensed exports of gallium to Japan. "
    "Vale is a licensee. Lynas and Solvay develop technology for Iluka Resources."
)


@dataclass(frozen=True)
class Step:
    """A command of the page, what the page shows of its output, and what came."""

    command: str
    shown: tuple[str, ...]
    code: int
    out: str


def run(command: str, ontology: str | None = None) -> tuple[int, str]:
    """Run a command in this process, with an ontology of its own if one is named; return how it ended and what it printed."""
    name, *arguments = shlex.split(command)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()), pytest.MonkeyPatch.context() as m:
        m.setattr(sys, "argv", [name, *arguments])
        if ontology:
            m.setenv(ONTOLOGY_VARIABLE, ontology)
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
    return code, out.getvalue()


def follow(command: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Do what a line of the page says: only what any shell has, and kg."""
    match shlex.split(command):
        case ["export", setting]:
            monkeypatch.setenv(*setting.split("=", 1))
        case ["mkdir", folder]:
            Path(folder).mkdir()
        case ["cp", "-r", source, target]:
            shutil.copytree(source, target, dirs_exist_ok=source.endswith("/."))
        case ["kg", *_]:
            return run(command)
        case other:
            raise AssertionError(f"the page asks for more than data and kg: {other}")
    return 0, ""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the page was followed from top to bottom."""
    folder = tmp_path_factory.mktemp("field")
    for name in ("ontology", "docs"):
        (folder / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as m:
        m.chdir(folder)
        m.delenv(GRAPH_VARIABLE, raising=False)
        m.setenv("COLUMNS", "200")
        yield folder


@pytest.fixture(scope="module")
def steps(place: Path) -> list[Step]:
    """The page's commands, run in their order with its files written between them."""
    found = []
    with pytest.MonkeyPatch.context() as m:
        for path, language, body in _BLOCK.findall(PAGE):
            if path:
                Path(path).parent.mkdir(exist_ok=True)
                Path(path).write_text(body, encoding="utf-8")
                continue
            assert language in {"", "sh"}, f"a block of {language} without a file's name"
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE) if not language else body.splitlines():
                if part.strip():
                    command, *shown = part.splitlines()
                    found.append(Step(command, tuple(s for s in shown if s.strip()), *follow(command, m)))
    return found


@pytest.fixture(scope="module")
def licences(steps: list[Step], place: Path) -> list[StoredClaim]:
    """The claims of the page's first graph."""
    return read(place / "licences", place / "my-ontology")


@pytest.fixture(scope="module")
def chips(steps: list[Step], place: Path) -> list[StoredClaim]:
    """The claims of the page's second graph."""
    return read(place / "chip-graph", place / "chip-ontology")


def read(graph: Path, ontology: Path) -> list[StoredClaim]:
    return ClaimReader(GraphStore.open(graph), load_ontology(ontology)).all()


def facts(claims: list[StoredClaim], relation: str) -> dict[tuple[str, str], str]:
    return {(c.subject.label, c.object.label): c.modality for c in claims if c.relation == relation}


def test_the_page_asks_for_no_python() -> None:
    assert "```py" not in PAGE
    assert {language for _, language, _ in _BLOCK.findall(PAGE)} == {"", "sh", "turtle", "toml", "sparql", "text"}


def test_every_command_of_the_page_works(steps: list[Step]) -> None:
    assert len(steps) >= 14
    assert [step.command for step in steps if step.code] == []
    assert [step.command for step in steps if step.command.startswith("kg ") and not step.out.strip()] == []


def test_what_the_page_shows_is_printed(steps: list[Step]) -> None:
    assert sum(len(step.shown) for step in steps) >= 7
    for step in steps:
        printed = [" ".join(line.split()) for line in step.out.splitlines()]
        for line in step.shown:
            assert any(" ".join(line.split()) in p for p in printed), (line, step.out)


# The relation


def test_the_claims_of_the_new_relation_are_found(licences: list[StoredClaim]) -> None:
    assert facts(licences, "licenses_technology_to") == {
        ("Lynas Rare Earths", "Iluka Resources"): "asserted",
        ("Solvay", "Carester"): "asserted",
        ("Aclara Resources", "Vale S.A."): "planned",
        ("Arafura Rare Earths", "Lynas Rare Earths"): "negated",
    }
    (paid,) = [c for c in licences if c.object.label == "Iluka Resources"]
    assert paid.qualifiers == {"amount": {"value": 40_000_000, "currency": "USD"}, "time": "2024-03"}
    assert paid.confidence == 0.6
    assert paid.frame == "license-to"


def test_what_is_asserted_and_only_that_is_a_direct_triple(licences: list[StoredClaim], place: Path) -> None:
    store = GraphStore.open(place / "licences")
    direct = {(t.subject.value, t.object.value) for t in store.triples() if t.predicate == LICENSES}  # type: ignore[union-attr]
    assert direct == {
        (c.subject.iri, c.object.iri)
        for c in licences
        if c.modality == "asserted" and c.relation == "licenses_technology_to"
    }
    assert len(direct) == 2


def test_the_question_gives_records(licences: list[StoredClaim]) -> None:
    code, out = run("kg ask licences Lynas --graph licences --format json", "my-ontology")
    assert code == 0
    assert [(r["who"], r["whom"], r["modality"], r["amount"]) for r in json.loads(out)] == [
        ("Arafura Rare Earths", "Lynas Rare Earths", "negated", None),
        ("Lynas Rare Earths", "Iluka Resources", "asserted", 40_000_000),
    ]


def test_the_relation_is_in_all_that_is_printed_and_written(licences: list[StoredClaim]) -> None:
    mine = "my-ontology"
    assert "licenses technology to Iluka Resources" in run("kg show Lynas --graph licences", mine)[1]
    assert "licenses technology to" in run("kg status --graph licences", mine)[1]
    for form, name in (("claims", '"licenses_technology_to"'), ("turtle", "licensing#licensesTechnologyTo")):
        assert run(f"kg export -f {form} -o out.{form} --graph licences", mine)[0] == 0
        assert name in Path(f"out.{form}").read_text(encoding="utf-8")
    assert run("kg explore --graph licences", mine)[0] == 0


def test_domain_and_range_of_the_new_relation_are_checked(licences: list[StoredClaim], place: Path) -> None:
    narrow = shutil.copytree(place / "my-ontology", place / "narrow-ontology")
    terms = narrow / "terms" / "licensing.ttl"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("rangeIncludes lode:Company ,", "rangeIncludes"), encoding="utf-8")
    code, out = run("kg validate --graph licences", str(narrow))
    assert code == 1
    assert "4 violations" in out
    assert "A claim's object is of no type that the relation's range includes." in out


def test_the_same_words_without_the_claim_give_none(licences: list[StoredClaim], place: Path) -> None:
    (place / "other.txt").write_text(SAME_WORDS, encoding="utf-8")
    assert run("kg build other.txt --graph other", "my-ontology")[0] == 0
    found = read(place / "other", place / "my-ontology")
    assert facts(found, "licenses_technology_to") == {}
    assert facts(found, "restricts"), "the relations that ship are found as before"


def test_without_its_ontology_a_graph_is_not_misread(
    licences: list[StoredClaim], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as m:
        m.delenv(ONTOLOGY_VARIABLE, raising=False)
        m.setattr(sys, "argv", ["kg", "show", "Lynas", "--graph", "licences"])
        with pytest.raises(SystemExit) as end:
            cli.main()
    told = capsys.readouterr().err
    assert end.value.code == 1
    assert told.startswith("Error: ")
    assert "licensesTechnologyTo" in told
    assert ONTOLOGY_VARIABLE in told


# The field


def test_the_second_field_gives_claims(chips: list[StoredClaim]) -> None:
    assert facts(chips, "depends_on") == {("TSMC", "ASML"): "asserted"}
    assert facts(chips, "supplies") == {("Zeiss SMT", "ASML"): "asserted", ("TSMC", "Nvidia"): "asserted"}
    assert facts(chips, "produces") == {("TSMC", "AI chips"): "asserted"}
    assert facts(chips, "operates") == {("Intel", "Fab 34"): "asserted"}
    assert facts(chips, "located_in") == {("Fab 34", "Ireland"): "asserted"}
    assert facts(chips, "licenses_technology_to") == {
        ("Arm Holdings", "Qualcomm"): "asserted",
        ("IBM", "Rapidus"): "asserted",
    }
    assert facts(chips, "controls_share").keys() == {
        ("Taiwan", "wafers"),
        ("ASML", "lithography tools"),
        ("Japan", "photoresist"),
        ("Taiwan", "semiconductors"),
    }


def test_its_stages_are_read_and_written_as_its_own_terms(chips: list[StoredClaim], place: Path) -> None:
    stages = {
        c.subject.label: c.qualifiers["stage"] for c in chips if c.object.label in {"wafers", "lithography tools"}
    }
    assert stages == {"Taiwan": "fabrication", "ASML": "lithography"}
    assert "packaging" in {c.qualifiers.get("stage") for c in chips}
    values = GraphStore.open(place / "chip-graph").values("https://w3id.org/lodestone/ontology#stage")
    assert "https://example.org/semiconductors#lithography" in values


def test_its_names_are_known_by_the_classes_of_the_field(chips: list[StoredClaim], place: Path) -> None:
    fab = GraphStore.open(place / "chip-graph").properties("https://w3id.org/lodestone/id/facility/fab-34")
    assert "https://example.org/semiconductors#Fab" in {
        t.value for t in fab["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]
    }
    names = load_ontology(place / "chip-ontology").names
    assert "company/rapidus" in names
    assert "company/mp-materials" not in names
