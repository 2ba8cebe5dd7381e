"""Which articles are copies: syndicated ones, under another headline, shortened or with another closing line.

An article is a copy if most of it stands in an earlier one, above all of its first half: what articles have in common
that are no copies, such as background and closing lines, stands at the end. One that is put together from several is no
copy of any of them. All is found from sketches, which are kept with the documents; the order of articles, and in which of
several builds they were read, changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from kg.shingles import BANDS, ROWS, Checksums, Sketch, words
from kg.store import COPIES, GraphStore
from kg.vocab import DCTERMS, LODE

LEAST_SHARED = 20  # shingles; what two short texts have in common may be chance, unless they have one title
LEAST_PART = 0.5  # of a copy must stand in the earlier article
LEAST_WEIGHT = 0.5  # the same, what comes first weighing more
LEAST_EARLIER = 0.2  # of the earlier one must stand in its copy: a shorter excerpt is not looked for
LEAST_OTHER = 0.4  # of the longer one must stand in the shorter, if it is not known which is the earlier
OTHER_PART = 0.3  # of a text that stands in one article, and as much of it in another: it is put together
_TITLE_WORDS = 4
_MANY = 4  # articles that begin otherwise: what they have in common is no one's own
_BEGINNING, _LITTLE = 0.3, 0.1  # of a text; of its beginning, in another one
_NEAREST = 8  # of very many texts that agree in a band, each is looked at with so many before it and the first ones
_NEIGHBOURS = 16  # with which a text is compared, besides the first ones

Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]  # of the shingles of a text, in order: which of them stand in another one
Covered = dict[int, Marks]  # by the place of the other one


@dataclass(frozen=True, slots=True)
class Article:
    """What two articles are compared by. `published` is a date, or part of one; "" if unknown."""

    iri: str
    name: str
    title: str
    published: str

    @property
    def order(self) -> tuple[str, str, str]:
        """What articles are sorted by: the earliest first, those without a date last."""
        return self.published or "9", self.name, self.iri

    def surely_before(self, other: Article) -> bool:
        """Tell whether this one was published earlier; 2025-03 may be before 2025-03-02 or after it."""
        mine, theirs = self.published, other.published
        return bool(mine) and mine < theirs and not theirs.startswith(mine)


def link_copies(store: GraphStore) -> bool:
    """Write of which document each copy is one into the graph of copies; return whether anything changed."""
    signatures = {iri: Sketch.from_text(sketch).signature for iri, sketch in store.sketches()}
    articles = [_article(store, iri) for iri in signatures]
    copies = find_copies(articles, signatures, lambda iri: Sketch.from_text(store.sketch(iri)).order)
    property_ = ox.NamedNode(LODE + "copyOf")
    triples = [(ox.NamedNode(copy), property_, ox.NamedNode(original)) for copy, original in copies.items()]
    return store.put(COPIES, triples)


def _article(store: GraphStore, iri: str) -> Article:
    told = store.told(ox.NamedNode(iri), ox.NamedNode(iri))
    name, title, published = (next(iter(told.get(DCTERMS + key, ())), "") for key in ("identifier", "title", "issued"))
    return Article(iri, name, title, published)


def find_copies(
    articles: Iterable[Article], signatures: Mapping[str, Checksums], shingles: Callable[[str], Checksums]
) -> dict[str, str]:
    """Return the original of each article that is a copy, by IRI: the earliest one of all that are copies of each other.

    `signatures` and `shingles` give what is kept of an article's text, by its IRI. Only articles whose signatures agree in a
    band are compared, and of very many that agree in one, each with a bounded number of others: time grows with the
    number of articles.
    """
    ordered = sorted(articles, key=lambda a: a.order)
    near = _neighbours([signatures[a.iri] for a in ordered])
    orders = {n: shingles(ordered[n].iri) for n in near}
    found = {n: np.unique(order) for n, order in orders.items()}
    covered = _own_words({n: _covered(orders[n], {m: found[m] for m in near[n]}) for n in near})
    composed = {n for n, marks in covered.items() if _is_composed(n, marks, ordered)}
    originals = list(range(len(ordered)))
    for later in sorted(covered.keys() - composed):
        earlier = [n for n in covered[later] if n < later and n not in composed and later in covered[n]]
        weights = {n: _weight(ordered[n], ordered[later], covered[n][later], covered[later][n]) for n in earlier}
        best = max(earlier, key=lambda n: (weights[n], -n), default=later)
        if weights.get(best, 0):
            originals[later] = originals[best]
    return {ordered[i].iri: ordered[o].iri for i, o in enumerate(originals) if i != o}


def _covered(order: Checksums, near: Mapping[int, Checksums]) -> Covered:
    """Return which shingles of an article stand in each of those near it, whose shingles are sorted, where any do."""
    marks = {
        n: found[np.searchsorted(found, order).clip(max=len(found) - 1)] == order for n, found in sorted(near.items())
    }
    return {n: found for n, found in marks.items() if found.any()}


def _own_words(covered: Mapping[int, Covered]) -> dict[int, Covered]:
    """Take away what articles have in common with several that share nothing else, such as a company's closing lines."""
    own = {place: ~_is_common(place, covered) for place, found in covered.items() if found}
    return {
        place: {n: marks[own[place]] for n, marks in covered[place].items() if marks[own[place]].any()} for place in own
    }


def _is_common(place: int, covered: Mapping[int, Covered]) -> Marks:
    """Tell which shingles of an article stand in several others that begin otherwise than it and than each other."""
    found = covered[place]
    others = [n for n in found if not _one_beginning(found[n])]
    alone: list[int] = []
    for n in others:
        if len(alone) < _MANY and not any(m in covered[n] and _one_beginning(covered[n][m]) for m in alone):
            alone.append(n)
    length = len(next(iter(found.values())))
    if len(alone) < _MANY:
        return np.zeros(length, np.bool_)
    return np.asarray(np.sum([found[n] for n in alone], axis=0) >= _MANY - 1)


def _one_beginning(marks: Marks) -> bool:
    """Tell whether the first part of an article, by its marks, stands in another one, too."""
    return bool(marks[: max(1, int(len(marks) * _BEGINNING))].mean() >= _LITTLE)


def _is_composed(place: int, covered: Covered, ordered: Sequence[Article]) -> bool:
    """Tell whether an article is put together: good parts of it stand in two others, not in both, which are not later."""
    sources = [m for n, m in covered.items() if m.mean() >= OTHER_PART and not ordered[place].surely_before(ordered[n])]
    return any(
        min((one & ~other).mean(), (other & ~one).mean()) >= OTHER_PART for one, other in combinations(sources, 2)
    )


def _weight(earlier: Article, later: Article, of_earlier: Marks, of_later: Marks) -> float:
    """Return how much of a copy stands in its original, what comes first weighing more, from 0 to 1; 0 if it is none.

    If it is not known which came first, the shorter one is taken for the copy.
    """
    known = earlier.surely_before(later)
    if not known and len(of_earlier) < len(of_later):
        of_earlier, of_later = of_later, of_earlier
    part, weight = float(of_later.mean()), float((of_later * _weights(len(of_later))).mean())
    enough = of_later.sum() >= LEAST_SHARED or _one_title(earlier, later)
    whole = of_earlier.mean() >= (LEAST_EARLIER if known else LEAST_OTHER)
    return weight if enough and whole and part >= LEAST_PART and weight >= LEAST_WEIGHT else 0.0


def _weights(length: int) -> npt.NDArray[np.float64]:
    """Return a weight for each place of a text, from nearly 2 at the beginning to 0 at the end, 1 on average."""
    return 2 - (2 * np.arange(length) + 1) / length


def _one_title(one: Article, other: Article) -> bool:
    mine = words(one.title)
    return len(mine) >= _TITLE_WORDS and mine == words(other.title)


def _neighbours(signatures: Sequence[Checksums]) -> dict[int, set[int]]:
    """Return, by place, the places whose signatures agree in a band, of very many those that agree in most and the first."""
    told = np.array([i for i, s in enumerate(signatures) if len(s)], np.int64)
    if not len(told):
        return {}
    agreeing: dict[int, Counter[int]] = defaultdict(Counter)
    table = np.stack([signatures[i] for i in told]).reshape(len(told), BANDS, ROWS)
    for band in range(BANDS):
        for group in _alike(table[:, band]):
            for one, other in _paired(told[group].tolist()):
                agreeing[one][other] += 1
                agreeing[other][one] += 1
    near: dict[int, set[int]] = defaultdict(set)
    for place, counts in agreeing.items():
        most = sorted(counts, key=lambda other: (-counts[other], other))[:_NEIGHBOURS]
        for other in {*most, *sorted(counts)[:_NEAREST]}:
            near[place].add(other)
            near[other].add(place)
    return near


def _paired(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield all pairs of a few places; of many, each with those before it and with the first ones."""
    for at, place in enumerate(places):
        for other in {*places[max(0, at - _NEAREST) : at], *places[: min(at, _NEAREST)]}:
            yield other, place


def _alike(rows: Checksums) -> Iterator[Places]:
    """Yield the places of equal rows, in order, where there are several."""
    _, found, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(found, kind="stable")
    for group in np.split(order, np.cumsum(counts)[:-1]):
        if len(group) > 1:
            yield group
