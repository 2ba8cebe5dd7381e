"""Measure whether a graph survives: builds killed at random moments, edits and deletions, a full disk, readers meanwhile.

    python benchmarks/crashes.py [--times 100] [--only killed|edited|full|read] [--seed 1]

killed  A build is killed (SIGKILL) at a random moment, sometimes more than once, and then run to its end. Counted is how often
        the graph has the same bytes as that of a build that nobody disturbed, readers saw the generation before or the one
        after meanwhile, and no document was read again that had been stored.
edited  Articles are edited, removed, added and renamed at random, and the graph is built on. Counted is how often it has the
        same bytes as one that is built anew from what lies there then, by the articles in another order.
full    A build on a small tmpfs that runs full, at many sizes. Counted is how often it ends with one sentence, the graph opens
        as it was before, and the same build has the expected bytes once there is room.
read    Readers open the graph over and over while builds publish one generation after another. Counted is how often what they
        see is one of the generations.

Articles are put together from a few sentences, which the stages of this package parse once: these parses are replayed, and
everything else is what `kg build` does, in a process of its own with workers=0.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from replaying import VERSIONS, Replay

from kg import pipeline
from kg.errors import EmptyGraphError, GraphError
from kg.model import Document, Entity, Linked, LinkedClaim, Mention
from kg.read import read_documents
from kg.stages import Stages
from kg.store import GraphStore

SENTENCES = (
    "Qorval Copper Mines Ltd (QCM) has invested $5 million in Tesla.",
    "QCM has acquired Grayrock Metals Ltd.",
    "QCM supplies copper to Tesla.",
    "Apex Metals is based in Perth.",
    "Apex Metals is headquartered in Santiago, Chile.",
    "Apex Metals produces tin.",
    "Grayrock Metals produces lead.",
    "China produced 60% of the world's rare earths in 2023.",
    "China controls over 90% of rare earth refining.",
    "Lynas operates a refinery in Malaysia.",
    "MP Materials owns the Mountain Pass mine in California.",
    "The Pentagon plans to invest $400 million in MP Materials.",
    "Japan depends on China for rare earths.",
    "Chile produces copper and lithium.",
    "Peru produces zinc.",
    "Zambia Metals Corporation (ZMC) supplies cobalt to Umicore.",
    "ZMC is based in Lusaka, Zambia.",
    "Indonesia restricts exports of nickel.",
    "Gallium is used in semiconductors.",
    "Tesla agreed with Albemarle on lithium.",
    "Westwin Elements does not own a refinery in Oklahoma.",
    "Glencore may acquire a stake of 9% in Grayrock Metals.",
)
World = Mapping[str, str]  # texts by the names of their files
_FORK = multiprocessing.get_context("fork")  # what is imported and parsed need not be so again


def parse(texts: tuple[str, ...] = SENTENCES, stages: Stages | None = None) -> dict[str, Linked]:
    """Return what the stages of this package find in texts."""
    stages = stages or Stages.load(VERSIONS)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for text in texts:
            path = Path(folder) / "article.txt"
            path.write_text(text, encoding="utf-8")
            (document,) = read_documents(path)
            found[text] = stages.read(document)
    return found


@dataclass(frozen=True)
class Paragraphs:
    """What is found in articles of such texts, a paragraph each."""

    parsed: Mapping[str, Linked]

    def __call__(self, document: Document) -> Linked:
        """Return what the paragraphs of a document say, each at its place."""
        claims: list[LinkedClaim] = []
        mentions: list[tuple[Mention, Entity]] = []
        at = 0
        for text in document.source.split("\n\n"):
            linked = self.parsed[text.strip()]
            for claim in linked.claims:
                evidence = claim.claim.evidence
                moved = replace(evidence, document=document.name, start=at + evidence.start, end=at + evidence.end)
                claims.append(replace(claim, claim=replace(claim.claim, evidence=moved)))
            mentions += linked.mentions
            at += len(text) + 2
        return Linked(document, tuple(claims), tuple(mentions))


def make_world(chance: random.Random, articles: int) -> dict[str, str]:
    """Return articles of one to four sentences."""
    return {f"a{i:03}.txt": _text(chance) for i in range(articles)}


def _text(chance: random.Random) -> str:
    return "\n\n".join(chance.sample(SENTENCES, chance.randint(1, 4)))


def edit(world: World, chance: random.Random, times: int) -> dict[str, str]:
    """Return a world in which so many articles are edited, removed, added or renamed."""
    found = dict(world)
    for _ in range(times):
        name = chance.choice(sorted(found))
        match chance.choice(["edit", "edit", "remove", "add", "rename"]):
            case "edit":
                found[name] = _text(chance)
            case "remove" if len(found) > 1:
                del found[name]
            case "rename":
                found[f"r{chance.randrange(10**6)}.txt"] = found.pop(name)
            case _:
                found[f"n{chance.randrange(10**6)}.txt"] = _text(chance)
    return found


def write(world: World, folder: Path) -> None:
    """Make a world the files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in world:
            path.unlink()
    for name, text in world.items():
        (folder / name).write_text(text, encoding="utf-8")


def build(articles: Path, graph: Path, replay: Replay, shuffled: int | None = None, told: int | None = None) -> int:
    """Build, what is gone taken out, and return the number of articles read; `told` is a file to tell each of."""
    files = sorted(articles.iterdir())
    paths = [articles] if shuffled is None else random.Random(shuffled).sample(files, len(files))

    def progress(done: int, total: int, name: str) -> None:
        if told is not None:
            os.write(told, f"{done}\n".encode())

    report = pipeline.build(paths, graph, prune=True, load=replay, progress=progress)
    assert not report.failures, report.failures
    return report.read


def digest_of(graph: Path) -> str:
    """Return a digest of all that a graph holds as it is exported, or "" if there is none."""
    with suppress(EmptyGraphError):
        found = hashlib.sha256()
        for quad in GraphStore.open(graph).quads():
            found.update(f"{quad} .\n".encode())
        return found.hexdigest()
    return ""


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a process of its own, which nothing in this one can have disturbed."""
    ours, theirs = _FORK.Pipe(duplex=False)

    def run() -> None:
        theirs.send(function(*arguments))

    process = _FORK.Process(target=run)
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def kill_once(articles: Path, graph: Path, replay: Replay, after: float) -> int:
    """Build, and kill the build after so many seconds; return how many articles it had dealt with, -1 if it was done."""
    ours, theirs = os.pipe()
    process = _FORK.Process(target=build, args=(articles, graph, replay, None, theirs))
    process.start()
    os.close(theirs)
    process.join(after)
    alive = process.is_alive()
    os.kill(process.pid or 0, signal.SIGKILL) if alive else None
    process.join()
    with os.fdopen(ours) as file:
        done = file.read().split()
    return int(done[-1]) if alive and done else 0 if alive else -1


@dataclass(frozen=True)
class Scenario:
    """A graph as it was, the articles as they are, and what an undisturbed build makes of both, in so many seconds."""

    before: Path | None
    articles: Path
    digests: tuple[str, str]
    seconds: float
    to_read: int

    def stored(self, done: int) -> int:
        """Return how many articles had been stored when a build had dealt with so many, those of before included."""
        return max(0, done - (len(list(self.articles.iterdir())) - self.to_read))


def make_scenario(folder: Path, replay: Replay, chance: random.Random, articles: int, *, begun: bool) -> Scenario:
    """Make a scenario in a folder: a first build, or one of a graph that is there already."""
    world, before = make_world(chance, articles), None
    write(world, folder / "articles")
    if begun:
        before = folder / "before"
        apart(build, folder / "articles", before, replay)
        write(edit(world, chance, articles // 2), folder / "articles")
        shutil.copytree(before, folder / "after")
    start = time.perf_counter()
    read = apart(build, folder / "articles", folder / "after", replay)
    seconds = time.perf_counter() - start
    digests = apart(digest_of, before) if before else "", apart(digest_of, folder / "after")
    return Scenario(before, folder / "articles", digests, seconds, read)


def survives(scenario: Scenario, graph: Path, replay: Replay, chance: random.Random) -> str:
    """Kill a build now and then, end it at last, and return what was not as it should be; "" if all was."""
    if scenario.before:
        shutil.copytree(scenario.before, graph)
    stored = 0
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        done = kill_once(scenario.articles, graph, replay, chance.uniform(0, scenario.seconds * 1.1))
        stored = max(stored, scenario.stored(done))
        seen = apart(digest_of, graph)
        if seen not in scenario.digests:
            return "a reader saw something else than the generation before or the one after"
        if done < 0:
            break
    again = apart(build, scenario.articles, graph, replay)
    if again > scenario.to_read - stored:
        return f"{again} of {scenario.to_read} articles were read again, though {stored} were stored"
    if apart(digest_of, graph) != scenario.digests[1]:
        return "the graph is not that of an undisturbed build"
    left = {p.name for p in graph.iterdir()} - {"graph.json", "lock"}
    return "" if all(name.startswith("store-") for name in left) else f"{sorted(left)} are left over"


def measure_killed(folder: Path, replay: Replay, times: int, seed: int, articles: int = 60) -> list[str]:
    """Return what went wrong in each of so many builds that were killed, "" where nothing did."""
    chance = random.Random(seed)
    scenarios = [
        make_scenario(folder / f"s{i}", replay, chance, articles, begun=bool(i % 2)) for i in range(min(6, times))
    ]
    found = []
    for number in range(times):
        found.append(survives(scenarios[number % len(scenarios)], folder / "graph", replay, chance))
        shutil.rmtree(folder / "graph")
    return found


def measure_edited(folder: Path, replay: Replay, times: int, seed: int, articles: int = 40) -> list[str]:
    """Return what went wrong after each of so many edits, "" where nothing did."""
    chance = random.Random(seed)
    world = make_world(chance, articles)
    found = []
    for number in range(times):
        write(world, folder / "articles")
        apart(build, folder / "articles", folder / "graph", replay)
        apart(build, folder / "articles", folder / "fresh", replay, number)
        equal = apart(digest_of, folder / "graph") == apart(digest_of, folder / "fresh")
        found.append("" if equal else f"edit {number} of seed {seed}: the graph is not that of a fresh build")
        shutil.rmtree(folder / "fresh")
        world = edit(world, chance, chance.choice([1, 1, 2, 5, 15]))
    return found


def fill_disk(folder: Path, articles: Path, replay: Replay, expected: str, mebibytes: float) -> str:
    """Build on a tmpfs of a size, mounted at `folder`, then enlarge it and build on; return what was not as it should be."""
    _mount(folder, f"size={int(mebibytes * 1024)}k")
    try:
        before = digest_of(folder / "graph")
        problem = apart(_try_build, articles, folder / "graph", replay)
        if problem and ("cannot be written" not in problem or "\n" in problem):
            return f"at {mebibytes} MiB the build ended with {problem!r}"
        full = bool(problem)
        if full and apart(digest_of, folder / "graph") != before:
            return f"at {mebibytes} MiB readers see something else than before"
        _mount(folder, "remount,size=256m")
        apart(build, articles, folder / "graph", replay)
        if apart(digest_of, folder / "graph") != expected:
            return f"at {mebibytes} MiB the build does not end well once there is room"
        return "" if full else "not full"
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _try_build(articles: Path, graph: Path, replay: Replay) -> str:
    """Build, and return the message of the error that ends it."""
    try:
        build(articles, graph, replay)
    except GraphError as error:
        return str(error)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)


def measure_full(folder: Path, replay: Replay, times: int, seed: int, articles: int = 60) -> list[str]:
    """Return what went wrong on each of so many disks that ran full; one on which there was room is left out."""
    chance = random.Random(seed)
    scenario = make_scenario(folder / "scenario", replay, chance, articles, begun=False)
    size = sum(p.stat().st_size for p in (folder / "scenario" / "after").rglob("*")) / 2**20
    (folder / "disk").mkdir()
    sizes = [size * (0.02 + 1.3 * i / times) for i in range(times)]
    found = [fill_disk(folder / "disk", scenario.articles, replay, scenario.digests[1], s) for s in sizes]
    return [problem for problem in found if problem != "not full"]


def measure_read(folder: Path, replay: Replay, times: int, seed: int, articles: int = 20) -> list[str]:
    """Return what went wrong for each reader while builds published so many generations."""
    chance = random.Random(seed)
    worlds = [make_world(chance, articles)]
    for _ in range(min(12, times) - 1):
        worlds.append(edit(worlds[-1], chance, 5))
    good = set()
    for world in worlds:  # the same files, built one after another without readers
        write(world, folder / "articles")
        apart(build, folder / "articles", folder / "quiet", replay)
        good.add(apart(digest_of, folder / "quiet"))

    def builds() -> None:
        for number in range(times):
            write(worlds[number % len(worlds)], folder / "articles")
            build(folder / "articles", folder / "graph", replay)

    process = _FORK.Process(target=builds)
    process.start()
    found = []
    while process.is_alive():
        seen = apart(digest_of, folder / "graph")
        found += ["" if seen in good else "a reader saw a mixture"] if seen else []
    process.join()
    return found


MEASURES = {"killed": measure_killed, "edited": measure_edited, "full": measure_full, "read": measure_read}


def main() -> None:
    """Measure, and fail if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--only", choices=MEASURES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parse", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.parse:
        args.parse.write_bytes(pickle.dumps(parse()))
        return
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "parsed"  # parsed elsewhere: a process that forks should have no threads
        subprocess.run([sys.executable, __file__, "--parse", str(place)], check=True)
        replay = Replay(Paragraphs(pickle.loads(place.read_bytes())), keeps_text=True)
        for name in [args.only] if args.only else MEASURES:
            (Path(folder) / name).mkdir()
            found = MEASURES[name](Path(folder) / name, replay, args.times, args.seed)
            wrong = [problem for problem in found if problem]
            failed |= bool(wrong) or not found
            print(f"{name}: {len(found) - len(wrong)} of {len(found)} as they should be", flush=True)
            print("".join(f"  {problem}\n" for problem in wrong), end="", flush=True)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
