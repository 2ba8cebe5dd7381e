"""What is built on equals what is built anew; builds that are killed, and disks that run full, lose nothing.

These are short forms of what benchmarks/crashes.py measures, with real kills and a real disk that is full.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.assertion.quads import Asserter
from kg.config import DEFAULT_BASE
from kg.iris import document_iri
from kg.jobs import Job, Told
from kg.model import Linked
from kg.pipeline import Stages
from kg.resolve.decisions import Decisions
from kg.rules import Rule, load_rules
from kg.store import DEPENDENCIES, ENTITIES, RESOLUTIONS, GraphStore
from kg.vocab import PROV, RDF
from kg.whole import finish

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SENTENCES = (
    "Qorval Copper Mines Ltd (QCM) has invested $5 million in Tesla.",
    "QCM has acquired Grayrock Metals Ltd.",
    "Apex Metals is based in Perth.",
    "Apex Metals is headquartered in Santiago, Chile.",
    "Apex Metals produces tin.",
    "China produced 60% of the world's rare earths in 2023.",
    "Lynas operates a refinery in Malaysia.",
    "Japan depends on China for rare earths.",
)
MANIFEST = {"base": DEFAULT_BASE, "versions": {"lodestone": "test"}}


@pytest.fixture(scope="module")
def parsed(stages: Stages) -> Mapping[str, Linked]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from crashes import parse  # type: ignore[import-not-found]

        return parse(SENTENCES, stages)  # type: ignore[no-any-return]
    finally:
        sys.path.remove(str(BENCHMARKS))


class Builder:
    """Builds graphs of articles whose parses are replayed."""

    def __init__(
        self, folder: Path, parsed: Mapping[str, Linked], asserter: Asserter, rules: Mapping[str, Rule]
    ) -> None:
        from crashes import Paragraphs
        from replaying import Replay

        self.folder, self.asserter, self.rules = folder, asserter, rules
        self.read = Replay(Paragraphs(parsed), keeps_text=True)()

    def build(self, graph: Path, world: Mapping[str, str], order: int = 0) -> bool:
        """Bring a graph into line with articles; return whether it only made anew what was touched."""
        self.folder.mkdir(exist_ok=True)
        with GraphStore.writing(graph, MANIFEST) as store:
            names = random.Random(order).sample(sorted(world), len(world))
            for iri in set(store.ledger()) - {DEFAULT_BASE + document_iri(name) for name in names}:
                store.remove(ox.NamedNode(iri))
            for name in names:
                path = self.folder / f"{name}.txt"
                path.write_text(world[name], encoding="utf-8")
                for told in self.read(Job(path, name)):
                    if isinstance(told, Told):
                        store.put(told.graph, told.triples, told.ledger, told.text, told.sketch)
            touched = not store.resumed and store.made_from(DEPENDENCIES) == "" and store._was_made_from != ""
            finish(store, self.asserter, Decisions(Path("none")), self.rules)
            return touched


@pytest.fixture
def builder(tmp_path: Path, parsed: Mapping[str, Linked], stages: Stages, monkeypatch: pytest.MonkeyPatch) -> Builder:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return Builder(tmp_path / "articles", parsed, stages.asserter, load_rules(stages.asserter.ontology))


def nquads(graph: Path) -> list[str]:
    return [str(quad) for quad in GraphStore.open(graph).quads()]


def make_world(chance: random.Random, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return articles; some of those before, edited, removed and added to."""
    if before is None:
        return {f"a{i}": _text(chance) for i in range(10)}
    world = {name: text for name, text in before.items() if chance.random() > 0.1}
    for name in chance.sample(sorted(world), min(2, len(world))):
        world[name] = _text(chance)
    return world | {f"n{chance.randrange(1000)}": _text(chance) for _ in range(chance.randint(0, 2))}


def _text(chance: random.Random) -> str:
    return "\n\n".join(chance.sample(SENTENCES, chance.randint(1, 3)))


def test_what_is_built_on_equals_what_is_built_anew(builder: Builder, tmp_path: Path) -> None:
    chance, world, kinds = random.Random(7), None, set()
    for number in range(7):
        world = make_world(chance, world)
        touched_only = builder.build(tmp_path / "graph", world)
        assert touched_only is (number > 0), "it shall not be made anew as a whole"
        builder.build(tmp_path / f"fresh{number}", world, order=number)
        assert nquads(tmp_path / "graph") == nquads(tmp_path / f"fresh{number}")
        store = GraphStore.open(tmp_path / "graph")
        kinds |= {g for g in (ENTITIES, RESOLUTIONS, DEPENDENCIES) if g in store.graphs()}
    assert len(kinds) == 3
    assert builder.build(tmp_path / "graph", {}) is True
    assert nquads(tmp_path / "graph") == []
    assert list(GraphStore.open(tmp_path / "graph").triples()) == []


def test_a_rule_that_looks_at_several_claims_is_followed_over_the_whole_graph(
    builder: Builder, tmp_path: Path, stages: Stages
) -> None:
    """Whoever reads of a buyer of a company depends on the buyer: the two claims may be of two articles."""
    rule = builder.rules["acquires"]
    query = (
        "SELECT ?dependent ?provider ?claim { ?claim rdf:predicate lode:acquires ; rdf:subject ?provider ;"
        " rdf:object ?bought . ?other rdf:predicate lode:investsIn ; rdf:subject ?provider ; rdf:object ?dependent }"
    )
    builder.rules = {"both": Rule("both", rule.kind, rule.sentence, *[frozenset[str]()] * 3, query, rule.path)}
    buys, invests = SENTENCES[1], SENTENCES[0]
    builder.build(tmp_path / "graph", {"a": buys, "b": SENTENCES[5]})
    before = len(GraphStore.open(tmp_path / "graph").subjects(RDF + "type", PROV + "x", DEPENDENCIES))
    builder.build(tmp_path / "graph", {"a": buys, "b": invests})
    builder.build(tmp_path / "fresh", {"a": buys, "b": invests})
    assert nquads(tmp_path / "graph") == nquads(tmp_path / "fresh")
    assert before == 0
    assert list(GraphStore.open(tmp_path / "graph").contents(DEPENDENCIES))


# Kills

WRITER = """
import itertools, sys
from pathlib import Path
import pyoxigraph as ox
from kg.store import GraphStore
from kg.store import folder
folder._PUTS = 4
graph, documents = Path(sys.argv[1]), int(sys.argv[2])
says = ox.NamedNode("https://example.org/says")
for number in itertools.count(int(sys.argv[3])):
    with GraphStore.writing(graph, {"base": "https://example.org/", "versions": {}}) as store:
        for i in range(documents):
            name = ox.NamedNode(f"https://example.org/doc/{i}")
            text = f"generation {number} " + "x" * 200
            told = [(name, says, ox.Literal(text)), (ox.NamedNode(f"{name.value}#c"), says, ox.Literal(text))]
            store.put(name, told, [(name, says, ox.Literal(text))], text, text)
    print(number, flush=True)
"""


def check_whole(store: GraphStore, documents: int, *, one: bool) -> None:
    """Assert that each document is whole, that the merged graph is their union, and if need be that all are of `one` build."""
    merged = {(t.subject, t.predicate, t.object) for t in store.triples()}
    union, generations = set(), set()
    for graph in store.graphs():
        triples = set(store.contents(graph))
        union |= triples
        texts = {value.value for _, _, value in triples}
        (text,) = texts
        assert len(triples) == 2
        assert (store.source(graph), store.sketch(graph.value)) == (text, text)
        assert list(store.ledger()[graph.value].values()) == [text]
        generations.add(text.split()[1])
    assert merged == union
    if one:
        assert (len(generations), len(store.graphs())) == (1, documents)


def test_a_build_that_is_killed_leaves_whole_documents_and_no_mixture(tmp_path: Path) -> None:
    chance, documents, resumed = random.Random(3), 12, 0
    folder, script = tmp_path / "graph", tmp_path / "writer.py"
    script.write_text(WRITER)
    first = [sys.executable, str(script), str(folder), str(documents), "0"]
    with subprocess.Popen(first, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    for number in range(6):
        command = [sys.executable, str(script), str(folder), str(documents), str(100 * (number + 1))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.2))
            check_whole(GraphStore.open(folder), documents, one=True)  # while it is at it
            process.kill()
        check_whole(GraphStore.open(folder), documents, one=True)
        left = GraphStore.create(folder, {"base": "https://example.org/", "versions": {}})
        resumed += left.resumed
        check_whole(left, documents, one=False)
        left.close()
    assert resumed > 0, "no kill was during a build"


# A full disk

FILLER = """
import subprocess, sys
from pathlib import Path
import pyoxigraph as ox
from kg.errors import GraphError
from kg.store import GraphStore
disk = Path(sys.argv[1])
mount = lambda options: subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], check=True)
mount("size=1m")
graph, manifest = disk / "graph", {"base": "https://example.org/", "versions": {}}
says = ox.NamedNode("https://example.org/says")
def put(store, i):
    name = ox.NamedNode(f"https://example.org/doc/{i}")
    store.put(name, [(name, says, ox.Literal(f"{i} {part} " * 500)) for part in range(20)], [], f"text {i}")
with GraphStore.writing(graph, manifest) as store:
    put(store, 0)
before = list(GraphStore.open(graph).quads())
try:
    with GraphStore.writing(graph, manifest) as store:
        for i in range(1, 60):
            put(store, i)
            store.flush()
    sys.exit("the disk was not full")
except GraphError as error:
    assert str(graph) in str(error) and "make room" in str(error), error
    assert "\\n" not in str(error)
assert list(GraphStore.open(graph).quads()) == before
mount("remount,size=64m")
with GraphStore.writing(graph, manifest) as store:
    stored = {g.value for g in store.graphs()}
    assert all(len(list(store.contents(ox.NamedNode(g)))) == 20 for g in stored), "half a document"
    for i in range(1, 60):
        put(store, i)
assert len(GraphStore.open(graph).graphs()) == 60
print(len(stored))
"""


def test_a_disk_that_is_full_is_told_and_nothing_is_half(tmp_path: Path) -> None:
    disk, script = tmp_path / "disk", tmp_path / "filler.py"
    disk.mkdir()
    script.write_text(FILLER)
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        subprocess.run([*alone, "mount", "-t", "tmpfs", "tmpfs", str(disk)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no small disk can be mounted here")
    done = subprocess.run([*alone, sys.executable, str(script), str(disk)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1
