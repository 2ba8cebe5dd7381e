"""Time `kg build` beside the bare language pipeline on the same texts, both in one run.

    python benchmarks/build_time.py ARTICLES [--rounds N]

Each round loads and runs both from the beginning, one after the other; the ratio is that of the medians. The bare
pipeline gets the texts as they are read (no headers, no marks), the build everything from files to the store on disk.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kg.language import load_pipeline
from kg.pipeline import build
from kg.read import find_articles, read_documents


def run_pipeline(texts: Sequence[str]) -> None:
    """Load the language pipeline and annotate the texts."""
    nlp = load_pipeline()
    for text in texts:
        nlp(text)


def run_build(articles: Sequence[Path]) -> None:
    """Build a graph of the articles in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        build(articles, Path(folder, "graph"))


def seconds(run: Callable[[], None]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    """Print both times of each round, their medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    articles = find_articles([args.articles])
    texts = [document.text for path in articles for document in read_documents(path)]
    run_pipeline(texts[:1])  # what a first run reads from disk
    rounds = [(seconds(lambda: run_pipeline(texts)), seconds(lambda: run_build(articles))) for _ in range(args.rounds)]
    for bare, whole in rounds:
        print(f"pipeline {bare:.2f} s, build {whole:.2f} s")
    bare, whole = (statistics.median(times) for times in zip(*rounds, strict=True))
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts)} articles, {words} words: build / pipeline = {whole / bare:.2f}")


if __name__ == "__main__":
    main()
