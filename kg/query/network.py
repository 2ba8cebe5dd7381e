"""What the answers about dependencies share: edges by their ends, what an answer rests on, a quote for an edge."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency

Numbers = npt.NDArray[np.int64]

SAID = ("quote", "source", "date")  # the last columns of every answer
MOST_ROWS = 200  # of an answer, unless more are asked for: each has its quote looked up
_MOST_COMPARED = 20  # of the claims of an edge, so that a much told edge is quoted in the same time


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on. `first` and `last` are dates of publication, "" if no source has one."""

    claims: int
    sources: int
    first: str
    last: str

    def sentence(self) -> str:
        """Return the basis in words.

        >>> Basis(3, 2, "2024-05", "2025-01-09").sentence()
        'Rests on 3 claims of 2 sources, 2024-05 to 2025-01-09.'
        >>> Basis(1, 1, "", "").sentence(), Basis(0, 0, "", "").sentence()
        ('Rests on 1 claim of 1 source.', 'Rests on no claim.')
        """
        if not self.claims:
            return "Rests on no claim."
        dates = " to ".join(dict.fromkeys(filter(None, (self.first, self.last))))
        told = f"{_count(self.claims, 'claim')} of {_count(self.sources, 'source')}"
        return f"Rests on {told}, {dates}." if dates else f"Rests on {told}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_basis(reader: ClaimReader, claims: Iterable[str]) -> Basis:
    """Return what claims, by their IRIs, rest on; each counts once, and so does each document."""
    distinct = set(claims)
    sources = {document_of(claim) for claim in distinct}
    dates = sorted(filter(None, map(reader.published, sources)))
    first, last = (dates[0], dates[-1]) if dates else ("", "")
    return Basis(len(distinct), len(sources), first, last)


def document_of(claim: str) -> str:
    """Return the IRI of the document that a claim is from: the claim's own, without its fragment.

    >>> document_of("https://w3id.org/lodestone/id/doc/s003#c9f2")
    'https://w3id.org/lodestone/id/doc/s003'
    """
    return claim.partition("#")[0]


def claims_of(edges: Iterable[Dependency]) -> list[str]:
    """Return the IRIs of the claims that edges come from, sorted, each once."""
    return sorted({claim for edge in edges for claim in edge.claims})


def number_entities(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], Numbers, Numbers]:
    """Return the entities of pairs, sorted, and the pairs by the numbers of their ends: sorted, each once, none of a thing with itself.

    >>> number_entities([("i:b", "i:c"), ("i:b", "i:a"), ("i:c", "i:c"), ("i:b", "i:a")])
    (['i:a', 'i:b', 'i:c'], array([1, 1]), array([0, 2]))
    """
    numbers: dict[str, int] = {}
    apart = (pair for pair in pairs if pair[0] != pair[1])
    flat = array("q", (numbers.setdefault(end, len(numbers)) for pair in apart for end in pair))
    entities = sorted(numbers)
    rank = np.empty(len(entities), dtype=np.int64)
    rank[[numbers[entity] for entity in entities]] = np.arange(len(entities))
    ends = rank[np.frombuffer(flat, dtype=np.int64)].reshape(-1, 2)
    starts, others = np.divmod(np.unique(ends[:, 0] * len(entities) + ends[:, 1]), max(len(entities), 1))
    return entities, starts, others


def quote_of(reader: ClaimReader, claims: Collection[str]) -> tuple[str, str, str]:
    """Return words, source and date of the surest of some claims; of equally sure ones, of the first by IRI."""
    if not claims:
        return "", "", ""
    surest = reader.read(max(sorted(claims)[:_MOST_COMPARED], key=reader.confidence))
    return surest.quote, surest.source.name, surest.source.published


def surest(edges: Iterable[Dependency]) -> Dependency:
    """Return the surest edge; of equally sure ones, the first by IRI."""
    return min(edges, key=lambda edge: (-edge.confidence, edge.iri))


def label(reader: ClaimReader, iri: str) -> str | None:
    """Return the label of an entity, None for none."""
    return reader.label(iri) if iri else None


def share_of(edges: Iterable[Dependency]) -> tuple[float | None, float | None]:
    """Return the bounds of the share of edges that say the same: the highest lower and the lowest upper bound.

    Where they contradict each other, the lowest and the highest that is stated. None where no edge has a bound.
    """
    bounds = [(edge.share_min, edge.share_max) for edge in edges]
    lows = [low for low, _ in bounds if low is not None]
    highs = [high for _, high in bounds if high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        return min(*lows, high), max(*highs, low)
    return low, high


def largest_first(share: tuple[float | None, float | None]) -> tuple[float, float]:
    """Return what to sort shares by: their lower bound, then their upper, the largest first and the unknown last.

    >>> sorted([(None, None), (0.2, None), (0.2, 0.9), (None, 0.5)], key=largest_first)
    [(0.2, 0.9), (0.2, None), (None, 0.5), (None, None)]
    """
    low, high = share
    return -(low or 0.0), -((low or 0.0) if high is None else high)


def cell(value: Any) -> Any:
    """Return a value as it stands in an answer: numbers with at most six places, None for what is not known."""
    return round(value, 6) if isinstance(value, float) else value or None
