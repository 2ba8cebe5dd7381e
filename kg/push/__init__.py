"""Push the graph to another store: the whole of it, or what has changed since the last push there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import PushError
from kg.push.bulk import write_bulk
from kg.push.fingerprint import Fingerprint, Triple, fingerprint
from kg.push.http import Access
from kg.push.record import Record
from kg.push.target import DEFAULT, GraphStoreTarget, Target, UpdateTarget
from kg.store import GraphStore

Told = Callable[[int, int, str], None]  # how many graphs are done, of how many, and which is next


@dataclass(frozen=True)
class Plan:
    """What is to be done: the graphs to put and what each comes to, those to remove, and how many are as they should be."""

    put: dict[str, Fingerprint]
    remove: tuple[str, ...]
    same: int

    @property
    def triples(self) -> int:
        """How many triples are to be put."""
        return sum(found.count for found in self.put.values())


@dataclass(frozen=True)
class Contents:
    """The graphs of a store by name, the merged one too if it is to go to a graph: `merged` names it, "" the default graph."""

    store: GraphStore
    merged: str | None = None

    def names(self) -> list[str]:
        """Return the names of all graphs that are pushed, sorted."""
        named = [graph.value for graph in self.store.graphs()]
        return named if self.merged is None else [*named, self.merged]

    def read(self, graph: str) -> Iterator[Triple]:
        """Yield the triples of a graph."""
        if graph == self.merged:
            for triple in self.store.triples():
                yield triple.subject, triple.predicate, triple.object  # type: ignore[misc]
        else:
            yield from self.store.contents(ox.NamedNode(graph))


def make_plan(contents: Contents, known: dict[str, Fingerprint], whole: bool = False) -> Plan:
    """Return what is to be done where `known` has been pushed before; with `whole`, all graphs are put."""
    counted = {graph: fingerprint(contents.read(graph)) for graph in contents.names()}
    found = {graph: now for graph, now in counted.items() if now.count}  # a graph without triples is none
    put = {graph: now for graph, now in found.items() if whole or known.get(graph) != now}
    return Plan(put, tuple(sorted(known.keys() - found.keys())), len(found) - len(put))


def push(
    contents: Contents, plan: Plan, target: Target, record: Record, check: bool = True, told: Told | None = None
) -> None:
    """Do what is planned, graph by graph; what has arrived is kept in the record, so that a push that ends early goes on.

    With `check`, each graph is read back and compared by its count and hash. Raises PushError.
    """
    total = len(plan.put) + len(plan.remove)
    for number, (graph, expected) in enumerate(plan.put.items()):
        if told:
            told(number, total, graph or "default graph")
        target.replace(graph, contents.read(graph))
        if check:
            check_graph(target, graph, expected)
        record.put(graph, expected)
    for number, graph in enumerate(plan.remove, len(plan.put)):
        if told:
            told(number, total, graph or "default graph")
        target.remove(graph)
        if check:
            check_graph(target, graph, fingerprint(()))
        record.remove(graph)
    if told:
        told(total, total, "")


def check_graph(target: Target, graph: str, expected: Fingerprint) -> None:
    """Compare a graph there with what it should be; raises PushError if it is anything else."""
    found = fingerprint(target.read(graph))
    if found != expected:
        name = f"<{graph}>" if graph else "The default graph"
        told = (
            f"{found.count:,} triples there, {expected.count:,} here"
            if found.count != expected.count
            else "another hash"
        )
        raise PushError(
            f"{name} is not there as it is here ({told}); see that nobody else writes to it, then push with --whole"
        )


def check_all(contents: Contents, target: Target, record: Record) -> list[str]:
    """Compare all graphs there with those here; return the names of those that differ. The others are kept in the record."""
    differing = []
    for graph in contents.names():
        expected = fingerprint(contents.read(graph))
        if fingerprint(target.read(graph)) == expected:
            record.put(graph, expected)
        else:
            differing.append(graph)
    for graph in sorted(record.known().keys() - set(contents.names())):
        if fingerprint(target.read(graph)).count:
            differing.append(graph)
        else:
            record.remove(graph)
    return differing


def write_plan(contents: Contents, plan: Plan, folder: Path) -> None:
    """Write what is planned as files for a bulk loader; raises GraphError."""
    graphs: dict[str, Iterable[Triple]] = {graph: contents.read(graph) for graph in plan.put}
    write_bulk(folder, graphs, plan.remove)


__all__ = [
    "DEFAULT",
    "Access",
    "Contents",
    "GraphStoreTarget",
    "Plan",
    "Record",
    "Target",
    "UpdateTarget",
    "check_all",
    "make_plan",
    "push",
    "write_plan",
]
