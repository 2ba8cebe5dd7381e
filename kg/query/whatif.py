"""What happens without an entity: who loses which input, directly and down the chain, and what else there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from kg.query.carrying import Carrying
from kg.query.claims import ClaimReader
from kg.query.concentration import Holding, join_statements
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
from kg.query.shares import WORLD, ShareStatement
from kg.query.wording import describe_share

_COLUMNS = (*("hops", "who", "loses", "from", "kind", "share_min", "share_max", "time", "instead"), *SAID)
_NO_INPUT = "policy"  # whoever is gone takes its restrictions along, so that nobody loses by them
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Loss:
    """`dependent` no longer gets `on` ("" if nothing is named) from `provider`; 1 hop if that is what is gone.

    `others` provide the same to the same dependent already; `edges`, sorted by IRI, say that it needs it.
    """

    dependent: str
    provider: str
    on: str
    hops: int
    edges: tuple[Dependency, ...]
    others: tuple[str, ...]

    @property
    def about(self) -> str:
        """What there may be other holders of: what is provided or, if nothing is named, what depends."""
        return self.on or self.dependent


@dataclass(frozen=True, slots=True)
class Alternative:
    """Who else has a commodity: by edges, as a provider of it to anyone, by a stated share of it, or both.

    `affected` tells whether it loses something itself.
    """

    holder: str
    edges: tuple[Dependency, ...]
    holding: Holding | None
    affected: bool


@dataclass(frozen=True)
class WhatIf:
    """The losses without an entity, those of fewer hops and then of larger shares first; and by commodity who else has it."""

    without: str
    losses: tuple[Loss, ...]
    alternatives: Mapping[str, tuple[Alternative, ...]]

    def as_answer(self, reader: ClaimReader, most: int | None = None) -> Answer:
        """Return a row a loss, with the words of its surest claim; `most` rows at most, by default 200."""
        rows = [self._row(reader, loss) for loss in self.losses[: most or MOST_ROWS]]
        parts = [f"Who loses what without {reader.label(self.without)}?"]
        if len(rows) < len(self.losses):
            parts.append(f"{len(rows):,} of {len(self.losses):,} losses are shown.")
        basis = read_basis(reader, claims_of(edge for loss in self.losses for edge in loss.edges))
        return Answer(" ".join([*parts, basis.sentence()]), _COLUMNS, rows)

    def _row(self, reader: ClaimReader, loss: Loss) -> list[Any]:
        edge = surest(loss.edges)
        times = ", ".join(sorted({time for e in loss.edges for time in e.times}))
        who, loses, whom = _labels(reader, loss)
        kinds = ", ".join(sorted({e.kind for e in loss.edges}))
        said = map(cell, quote_of(reader, edge.claims))
        return [
            loss.hops,
            who,
            loses or None,
            whom,
            kinds,
            *share_of(loss.edges),
            cell(times),
            self._instead(reader, loss),
            *said,
        ]

    def _instead(self, reader: ClaimReader, loss: Loss) -> str | None:
        """Return who else there is: those that provide it to the same dependent first, then others with what they hold."""
        named = [reader.label(other) for other in loss.others]
        known = {*loss.others, loss.dependent, loss.provider}
        others = (a for a in self.alternatives.get(loss.about, ()) if a.holder not in known)
        named += [_named(reader, alternative) for alternative in others]
        more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
        return (", ".join(named[:_MOST_NAMED]) + more) or None


def _labels(reader: ClaimReader, loss: Loss) -> tuple[str, str, str]:
    return reader.label(loss.dependent), label(reader, loss.on) or "", reader.label(loss.provider)


def _named(reader: ClaimReader, alternative: Alternative) -> str:
    share = {"min": alternative.holding.share_min, "max": alternative.holding.share_max} if alternative.holding else {}
    notes = [describe_share(share)] if set(share.values()) - {None} else []  # contradictory bounds leave none
    notes += ["affected itself"] if alternative.affected else []
    return reader.label(alternative.holder) + (f" ({', '.join(notes)})" if notes else "")


def what_if(
    dependencies: Edges | Iterable[Dependency],
    without: str,
    carrying: Carrying,
    shares: Iterable[ShareStatement] = (),
) -> WhatIf:
    """Find who loses what without an entity, that is, if nobody can get anything from it, or get it if it is a thing.

    What is directly lost are all edges of which it is the provider, or that are about it, but for those of policy: a
    restriction is no input. Down the chain, each entity that `carrying` lets hand a loss on fails those who depend on it,
    as far as they feel it; each edge counts once, at its fewest hops. Whether a loss can be borne is not said.

    >>> edge = Dependency("i:1", "supplies", "trade", "i:a", "i:b", "", "", None, None, "asserted", 0.9, (), ("i:d#c",))
    >>> [(loss.dependent, loss.hops) for loss in what_if([edge], "i:b", Carrying({}, str)).losses]
    [('i:a', 1)]
    """
    network = as_edges(dependencies)
    losses = _losses(_lost(network, without, carrying))
    about = {loss.about for loss in losses} - {without}
    providers = _providers(network, {loss.on for loss in losses} - {"", without}, without)
    held = _held(shares, about, without)
    affected = {loss.dependent for loss in losses}
    alternatives = {
        good: tuple(_alternatives(providers.get(good, {}), held.get(good, {}), affected))
        for good in sorted(providers.keys() | held.keys())
    }
    return WhatIf(without, tuple(_with_others(losses, providers)), alternatives)


def _lost(network: Edges, without: str, carrying: Carrying) -> Iterator[tuple[int, Dependency]]:
    """Yield the edges that are lost, each once, after their hops."""

    def lost(edges: Iterable[Dependency]) -> Iterator[Dependency]:
        return (e for e in edges if e.kind != _NO_INPUT and e.dependent not in (e.provider, without))

    direct = {edge.iri: edge for edge in lost((*network.provided_by([without]), *network.about([without])))}
    level = list(direct.values())
    failing, hops = {without}, 1
    while level:
        yield from ((hops, edge) for edge in level)
        failed = {e.dependent for e in level if carrying.hands_on(e)} - failing
        failing |= failed
        onward = lost(network.provided_by(failed))
        level = [e for e in onward if e.iri not in direct and carrying.feels(e)]
        hops += 1


def _losses(lost: Iterable[tuple[int, Dependency]]) -> list[Loss]:
    """Return lost edges by what is lost: of the same hops, dependent, provider and commodity; others are not yet known."""
    found: dict[tuple[int, str, str, str], list[Dependency]] = defaultdict(list)
    for hops, edge in lost:
        found[hops, edge.dependent, edge.provider, edge.on].append(edge)
    losses = (
        Loss(dependent, provider, on, hops, tuple(sorted(edges, key=attrgetter("iri"))), ())
        for (hops, dependent, provider, on), edges in sorted(found.items(), key=itemgetter(0))
    )
    return sorted(losses, key=lambda loss: (loss.hops, *largest_first(share_of(loss.edges))))


Providers = Mapping[str, Mapping[str, Sequence[Dependency]]]


def _providers(network: Edges, goods: Collection[str], without: str) -> Providers:
    """Return who else provides goods to anyone: their edges, by what they provide and by who they are."""
    found: dict[str, dict[str, list[Dependency]]] = defaultdict(lambda: defaultdict(list))
    for edge in network.about(goods):
        if edge.provider != without and edge.kind != _NO_INPUT:
            found[edge.on][edge.provider].append(edge)
    return found


def _with_others(losses: Iterable[Loss], providers: Providers) -> Iterator[Loss]:
    """Yield losses with those that provide the same to the same dependent already."""
    to: dict[tuple[str, str], set[str]] = defaultdict(set)
    for good, edges in providers.items():
        for provider, provided in edges.items():
            for edge in provided:
                to[edge.dependent, good].add(provider)
    for loss in losses:
        others = sorted(to.get((loss.dependent, loss.on), set()) - {loss.provider, loss.dependent})
        yield replace(loss, others=tuple(others)) if others else loss


def _held(
    shares: Iterable[ShareStatement], goods: Collection[str], without: str
) -> Mapping[str, Mapping[str, Holding]]:
    """Return who else holds how much of goods, by the latest statements; of several stages, that of the highest share."""
    key = attrgetter("commodity", "holder", "stage")
    told = (s for s in shares if s.commodity in goods and s.holder != without and s.scope == WORLD)
    found: dict[str, dict[str, Holding]] = defaultdict(dict)
    for (good, holder, _), statements in groupby(sorted(told, key=lambda s: (*key(s), s.claim)), key=key):
        for holding in join_statements(holder, statements):
            before = found[good].get(holder)
            if before is None or holding.bounds > before.bounds:
                found[good][holder] = holding
    return found


def _alternatives(
    provided: Mapping[str, Sequence[Dependency]], held: Mapping[str, Holding], affected: Collection[str]
) -> list[Alternative]:
    """Return who else there is, the highest share first, then the surest provider."""
    found = [
        Alternative(
            holder, tuple(sorted(provided.get(holder, ()), key=attrgetter("iri"))), held.get(holder), holder in affected
        )
        for holder in provided.keys() | held.keys()
    ]
    return sorted(found, key=_rank)


def _rank(alternative: Alternative) -> tuple[Any, ...]:
    low, high = alternative.holding.bounds if alternative.holding else (0.0, 0.0)
    return (
        alternative.affected,
        -low,
        -high,
        -max((e.confidence for e in alternative.edges), default=0),
        alternative.holder,
    )
