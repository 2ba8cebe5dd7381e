"""What an entity rests on: all its inputs, by kind, and how far away they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from kg.query.carrying import Carrying
from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency
from kg.query.edges import Edges, as_edges
from kg.query.network import (
    MOST_ROWS,
    SAID,
    cell,
    claims_of,
    label,
    largest_first,
    quote_of,
    read_basis,
    share_of,
    surest,
)
from kg.query.questions import Answer

_COLUMNS = ("kind", "hops", "who", "needs", "what", "stage", "share_min", "share_max", "time", *SAID)


@dataclass(frozen=True, slots=True)
class Input:
    """What `dependent`, the entity asked about (1 hop) or an input of it, gets from `provider`: `on`, at `stage`.

    Each is "" if nothing is named; `edges` are of one kind, sorted by IRI.
    """

    kind: str
    hops: int
    dependent: str
    provider: str
    on: str
    stage: str
    edges: tuple[Dependency, ...]

    @property
    def share(self) -> tuple[float | None, float | None]:
        """The bounds of the share that the dependent gets there, of what it gets of that, not of what is asked about."""
        return share_of(self.edges)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The inputs of an entity: by kind, those of fewer hops first, and then the largest share."""

    entity: str
    inputs: tuple[Input, ...]

    def as_answer(self, reader: ClaimReader, most: int | None = None) -> Answer:
        """Return a row an input, with the words of its surest claim; `most` rows at most, by default 200."""
        rows = [_row(reader, found) for found in self.inputs[: most or MOST_ROWS]]
        parts = [f"What does {reader.label(self.entity)} rest on?"]
        if len(rows) < len(self.inputs):
            parts.append(f"{len(rows):,} of {len(self.inputs):,} inputs are shown.")
        basis = read_basis(reader, claims_of(edge for found in self.inputs for edge in found.edges))
        return Answer(" ".join([*parts, basis.sentence()]), _COLUMNS, rows)


def _row(reader: ClaimReader, found: Input) -> list[Any]:
    times = ", ".join(sorted({time for edge in found.edges for time in edge.times}))
    who, needs, what = (label(reader, iri) for iri in (found.dependent, found.provider, found.on))
    said = map(cell, quote_of(reader, surest(found.edges).claims))
    return [found.kind, found.hops, who, needs, what, cell(found.stage), *found.share, cell(times), *said]


def find_exposure(dependencies: Edges | Iterable[Dependency], entity: str, carrying: Carrying) -> Exposure:
    """Find all inputs of an entity: what it depends on itself, and what that depends on, as far as a loss would reach it.

    An entity is exposed to what `what_if` without that would make it lose, and to whom policy makes it depend on.

    >>> edge = Dependency("i:1", "supplies", "trade", "i:a", "i:b", "", "", None, None, "asserted", 0.9, (), ("i:d#c",))
    >>> [(found.provider, found.hops) for found in find_exposure([edge], "i:a", Carrying({}, str)).inputs]
    [('i:b', 1)]
    """
    found: dict[tuple[str, int, str, str, str, str], list[Dependency]] = defaultdict(list)
    for hops, edge in _reached(as_edges(dependencies), entity, carrying):
        found[edge.kind, hops, edge.dependent, edge.provider, edge.on, edge.stage].append(edge)
    inputs = (
        Input(*about, tuple(sorted(edges, key=attrgetter("iri"))))
        for about, edges in sorted(found.items(), key=itemgetter(0))
    )
    return Exposure(entity, tuple(sorted(inputs, key=lambda i: (i.kind, i.hops, *largest_first(i.share)))))


def _reached(network: Edges, entity: str, carrying: Carrying) -> Iterator[tuple[int, Dependency]]:
    """Yield the edges that lead to inputs, each once, after their hops."""

    def needed(entities: Iterable[str]) -> list[Dependency]:
        return [e for e in network.needed_by(entities) if e.provider not in (e.dependent, entity)]

    level = needed([entity])
    reached, hops = {entity}, 1
    while level:
        yield from ((hops, edge) for edge in level)
        onward = {edge.provider for edge in level if carrying.feels(edge)} - reached
        reached |= onward
        level = [e for e in needed(onward) if carrying.hands_on(e)]
        hops += 1
