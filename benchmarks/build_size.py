"""Measure builds of many articles: memory and time by their number, a second build, and one after some were edited.

    python benchmarks/build_size.py [--articles 10000] [--folder FOLDER] [--sample 40]

The articles are those of newsroom.py, each in a file of its own. What the language pipeline finds in them is not parsed
but replayed: it lies beside each article. Everything else is what `kg build` does, with one worker: finding and hashing
files, reading them to documents, triples, storing, who is who, copies, names, dependencies, publishing. How long a real
parse takes is measured on a sample of the articles, and shares of the full time are told twice: of the build with
as many parses as it would need (the bar), and of the replayed build alone, where everything but storing costs nothing.

Memory is the peak of the building process and of its worker together, at the number of articles beside a tenth of it;
time is told for each article, at both. After the edit the graph is compared with a fresh build, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newsroom import Newsroom
from replaying import VERSIONS, Replay

from kg.jobs import Job
from kg.model import Document, Linked
from kg.ontology import load_ontology
from kg.stages import Loading
from kg.store import GraphStore

_PARSED = ".parsed"
_FILES_A_FOLDER = 100
_BARS = {"memory": 1.3, "time an article": 1.3, "second build": 0.01, "edited": 0.03}


@dataclass(frozen=True)
class Build:
    """What one build took: seconds, and MiB of the process and its worker at their peaks."""

    seconds: float
    mebibytes: float
    read: int


def parsed(document: Document) -> Linked:
    """Return what lies beside an article, as what that document says."""
    linked: Linked = pickle.loads(Path(document.location).with_suffix(_PARSED).read_bytes())
    claims = tuple(
        replace(c, claim=replace(c.claim, evidence=replace(c.claim.evidence, document=document.name)))
        for c in linked.claims
    )
    return replace(linked, document=document, claims=claims)


def write_articles(folder: Path, number: int) -> list[Path]:
    """Write so many articles, and beside each what is found in it; return their paths."""
    found = []
    for place, linked in enumerate(Newsroom(load_ontology(), 20 * number + 1000).articles()):
        if place == number:
            break
        path = folder / f"{place // _FILES_A_FOLDER:04}" / f"{linked.document.name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, linked)
        found.append(path)
    return found


def _write(path: Path, linked: Linked) -> None:
    head = f"Title: {linked.document.title}\nDate: {linked.document.published}\n"
    text = head + "".join(f"\n{claim.claim.evidence.quote}.\n" for claim in linked.claims)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(_PARSED).write_bytes(pickle.dumps(linked))


def edit(paths: Sequence[Path]) -> None:
    """Take the last sentence away from each article."""
    for path in paths:
        linked: Linked = pickle.loads(path.with_suffix(_PARSED).read_bytes())
        _write(path, replace(linked, claims=linked.claims[:-1]))


def build_here(articles: Path, graph: Path) -> None:
    """Build in this process and its worker, and print what that took."""
    from kg.pipeline import build

    start = time.perf_counter()
    report = build([articles], graph, workers=1, load=Replay(parsed))
    seconds = time.perf_counter() - start
    if report.failures:
        raise SystemExit(report.failures[0])
    peaks = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "mebibytes": sum(peaks) / 1024, "read": report.read}))


def build_apart(articles: Path, graph: Path) -> Build:
    """Build in a process of its own."""
    command = [sys.executable, __file__, "--one", str(articles), str(graph)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(f"{articles.name} into {graph.name}: {done.stdout.strip()}", file=sys.stderr, flush=True)
    return Build(**json.loads(done.stdout))


def seconds_to_read(paths: Sequence[Path]) -> tuple[float, float]:
    """Return how long the real stages take to load, and to read one of these articles on average."""
    start = time.perf_counter()
    read = Loading(VERSIONS, threads=1)()
    loaded = time.perf_counter()
    for path in paths:
        list(read(Job(path, path.stem)))
    return loaded - start, (time.perf_counter() - loaded) / len(paths)


def digest_of(graph: Path) -> str:
    """Return a digest of all that a graph holds, as it is exported."""
    found = hashlib.sha256()
    for quad in GraphStore.open(graph).quads():
        found.update(f"{quad} .\n".encode())
    return found.hexdigest()


def bytes_of(graph: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of all files of a graph but its lock."""
    files = (path for path in graph.rglob("*") if path.is_file() and path.name not in {"lock", "LOCK", "LOG"})
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def measure(folder: Path, number: int, sample: int) -> bool:
    """Measure builds of so many articles and of a tenth; print what holds, and return whether all does."""
    few, many = folder / "few", folder / "many"
    write_articles(few, max(1, number // 10))
    paths = write_articles(many, number)
    small, full = build_apart(few, folder / "small"), build_apart(many, folder / "graph")
    before = bytes_of(folder / "graph")
    again = build_apart(many, folder / "graph")
    unwritten = bytes_of(folder / "graph") == before
    edited = random.Random(0).sample(paths, max(1, number // 100))
    edit(edited)
    after = build_apart(many, folder / "graph")
    build_apart(many, folder / "fresh")
    equal = digest_of(folder / "graph") == digest_of(folder / "fresh")
    load, each = seconds_to_read(random.Random(1).sample(paths, min(sample, number)))
    whole = full.seconds + load + each * number
    ratios = {
        "memory": full.mebibytes / small.mebibytes,
        "time an article": (full.seconds / number) / (small.seconds / max(1, number // 10)),
        "second build": again.seconds / whole,
        "edited": (after.seconds + load + each * len(edited)) / whole,
    }
    print(f"{number:,} articles; a real parse takes {each * number / full.seconds:.1f} times as long as all else")
    for name, ratio in ratios.items():
        print(f"{name:16} {ratio:8.4f}  bar {_BARS[name]:<5} {'holds' if ratio <= _BARS[name] else 'MISSED'}")
    alone = (again.seconds / full.seconds, after.seconds / full.seconds)
    print(f"of the replayed build alone: second build {alone[0]:.3f}, edited {alone[1]:.3f}")
    print(
        f"read again: {again.read} and {after.read}; the second build wrote {'nothing' if unwritten else 'SOMETHING'};"
    )
    print(f"the graph after the edit is {'that' if equal else 'NOT that'} of a fresh build")
    return unwritten and equal and after.read == len(edited) and all(ratios[n] <= _BARS[n] for n in _BARS)


def main() -> None:
    """Measure, or build once for a measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=40, help="articles that are really parsed")
    parser.add_argument("--folder", type=Path, help="an empty folder in which to keep articles and graphs")
    parser.add_argument("--one", type=Path, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        build_here(*args.one)
        return
    if args.folder:
        args.folder.mkdir(parents=True, exist_ok=True)
        raise SystemExit(not measure(args.folder, args.articles, args.sample))
    with tempfile.TemporaryDirectory() as folder:
        raise SystemExit(not measure(Path(folder), args.articles, args.sample))


if __name__ == "__main__":
    main()
