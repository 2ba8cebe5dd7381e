"""Make a synthetic graph of any number of claims, in the shape that a build writes.

    python benchmarks/synthetic.py FOLDER [--claims 1000000] [--seed 0]

The articles are those of newsroom.py. The project's own code asserts the claims and derives the dependencies; the quads
are loaded in bulk, all of them into the graph of their document and into the merged one. What a build leaves is the
same, but for entities that several documents together show to be one: each name is one entity here from the start.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from newsroom import Newsroom

from kg.assertion.quads import Asserter
from kg.assertion.terms import Terms
from kg.config import DEFAULT_BASE
from kg.derive import derive
from kg.model import Linked
from kg.ontology import Ontology, load_measure_words, load_ontology
from kg.rules import load_rules
from kg.store import DEPENDENCIES, ENTITIES, GraphStore
from kg.store.terms import LEDGER

VERSIONS = {"lodestone": "synthetic", "ontology": "synthetic", "pipeline": "synthetic"}


def asserter(ontology: Ontology) -> Asserter:
    """Return what turns articles into triples."""
    units = {u["unit"]: u["qudt"] for u in load_measure_words()["units"] if "qudt" in u}
    return Asserter(ontology, Terms(DEFAULT_BASE), units, VERSIONS)


def quads(articles: Iterable[Linked], asserts: Asserter) -> Iterator[ox.Quad]:
    """Yield what a build writes of articles."""
    for article in articles:
        graph = asserts.graph(article.document)
        for triple in asserts.triples(article):
            yield ox.Quad(*triple, graph)
            yield ox.Quad(*triple)
        for triple in asserts.ledger(article.document):
            yield ox.Quad(*triple, LEDGER)


def make_graph(folder: Path, claims: int, seed: int = 0) -> None:
    """Make a graph of that many claims in a folder that is new or empty."""
    ontology = load_ontology()
    asserts = asserter(ontology)
    manifest = {"base": DEFAULT_BASE, "versions": VERSIONS}
    with GraphStore.writing(folder, manifest) as store:
        store.load(quads(Newsroom(ontology, claims, seed).articles(), asserts))
        store.put(ENTITIES, asserts.names(store.labels()))
        store.replace(DEPENDENCIES, derive(store, load_rules(ontology), ontology))


def main() -> None:
    """Make a graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    make_graph(args.folder, args.claims, args.seed)
    print(f"{args.folder}: {args.claims:,} claims")


if __name__ == "__main__":
    main()
