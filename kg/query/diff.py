"""What changed from one graph to another: claims that were added, are gone, or say something else."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pyoxigraph as ox

from kg.ontology import Ontology
from kg.query.claims import ClaimReader, StoredClaim
from kg.query.questions import Answer
from kg.query.wording import describe_qualifiers
from kg.store import GraphStore, Triple
from kg.vocab import LODE, RDF

COLUMNS = (
    *("change", "subject", "relation", "object", "field", "old", "new", "modality", "qualifiers"),
    *("quote", "source", "publisher", "date"),
)
ChangeKind = Literal["added", "gone", "changed"]
Key = tuple[str, str, str]
_CLAIM = LODE + "Claim"
_SLIGHT = 0.05  # of confidence


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a claim that changed, in words; None where it was not told."""

    field: str
    old: str | float | None
    new: str | float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that was added (`old` is None), is gone (`new` is None) or changed in `differences`.

    A claim is the same as long as its document, its relation and its ends are; that it moved in its document is no change.
    """

    kind: ChangeKind
    old: StoredClaim | None
    new: StoredClaim | None
    differences: tuple[Difference, ...] = ()

    @property
    def claim(self) -> StoredClaim:
        """The claim as it is now or, if it is gone, as it was."""
        claim = self.new or self.old
        assert claim is not None
        return claim


def diff(old: GraphStore, new: GraphStore, ontology: Ontology) -> Iterator[Change]:
    """Yield what changed from `old` to `new`, by document and place in it.

    Needs no more memory than the names of the documents and the claims of one of them. Graphs of two bases are compared
    by what follows the base. Raises GraphError if a claim is of a relation that the ontology does not define.
    """
    before, after = ClaimReader(old, ontology), ClaimReader(new, ontology)
    for document in sorted(_documents(old) | _documents(new)):
        was, now = _triples(old, document), _triples(new, document)
        if was != now or old.base != new.base:
            yield from _changes(_by_key(before, was), _by_key(after, now))


def list_changes(changes: Iterable[Change]) -> Answer:
    """Return changes as a table: a row a claim that was added or is gone, a row a part of one that changed."""
    found = list(changes)
    counts = Counter(change.kind for change in found)
    told = ", ".join(f"{counts[kind]:,} {kind}" for kind in get_args(ChangeKind))
    return Answer(f"Which claims changed? {told}", COLUMNS, [row for change in found for row in _rows(change)])


def _documents(store: GraphStore) -> set[str]:
    """Return the names of a graph's documents: what follows the base in their IRIs."""
    start = f"{store.base}doc/"
    return {g.value.removeprefix(store.base) for g in store.graphs() if g.value.startswith(start)}


def _triples(store: GraphStore, document: str) -> set[Triple]:
    return set(store.contents(ox.NamedNode(store.base + document)))


def _by_key(reader: ClaimReader, triples: Iterable[Triple]) -> dict[Key, list[StoredClaim]]:
    """Return the claims of a document in order, by relation and ends, whatever the base of the graph is."""
    base = reader.store.base
    iris = (s.value for s, predicate, value in triples if predicate.value == RDF + "type" and value.value == _CLAIM)
    found: dict[Key, list[StoredClaim]] = defaultdict(list)
    for claim in sorted(map(reader.read, iris), key=_place):
        found[claim.relation, claim.subject.iri.removeprefix(base), claim.object.iri.removeprefix(base)].append(claim)
    return found


def _place(claim: StoredClaim) -> tuple[int, int, str, str]:
    return claim.start, claim.end, claim.relation, claim.iri


def _changes(before: Mapping[Key, list[StoredClaim]], after: Mapping[Key, list[StoredClaim]]) -> list[Change]:
    """Return the changes of one document: what is alike is paired first, then what differs least."""
    found: list[Change] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, []), after.get(key, [])
        pairs = _pairs(old, new)
        found += [Change("changed", old[i], new[j], parts) for i, j in pairs if (parts := _differences(old[i], new[j]))]
        paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
        found += [Change("gone", claim, None) for i, claim in enumerate(old) if i not in paired_old]
        found += [Change("added", None, claim) for j, claim in enumerate(new) if j not in paired_new]
    return sorted(found, key=lambda c: (_place(c.claim), c.kind))


def _pairs(old: Sequence[StoredClaim], new: Sequence[StoredClaim]) -> list[tuple[int, int]]:
    """Return which claims of one key are the same, by place: each in one pair at most, those that differ least first."""
    told_old, told_new = list(map(_told, old)), list(map(_told, new))
    costs = sorted(
        (sum(mine.get(field) != theirs.get(field) for field in mine | theirs), i, j)
        for i, mine in enumerate(told_old)
        for j, theirs in enumerate(told_new)
    )
    pairs: list[tuple[int, int]] = []
    free_old, free_new = set(range(len(old))), set(range(len(new)))
    for _, i, j in costs:
        if i in free_old and j in free_new:
            free_old.remove(i)
            free_new.remove(j)
            pairs.append((i, j))
    return pairs


def _told(claim: StoredClaim) -> dict[str, Any]:
    """Return what may change of a claim."""
    return {
        **claim.qualifiers,
        "modality": claim.modality,
        "attribution": claim.attribution,
        "quote": claim.quote,
        "confidence": claim.confidence,
    }


def _differences(old: StoredClaim, new: StoredClaim) -> tuple[Difference, ...]:
    was, now = _told(old), _told(new)
    return tuple(
        Difference(field, *_words(field, was.get(field), now.get(field)))
        for field in dict.fromkeys([*was, *now])
        if was.get(field) != now.get(field) and not _is_nearly(field, was.get(field), now.get(field))
    )


def _is_nearly(field: str, old: Any, new: Any) -> bool:
    """Tell whether a confidence moved as little as it does when other sentences of the article change."""
    return field == "confidence" and old is not None and new is not None and abs(old - new) < _SLIGHT


def _words(field: str, *values: Any) -> tuple[Any, ...]:
    """Return values as a reader would write them, or as they are kept if that would make them the same."""
    words = [describe_qualifiers({field: v}) if isinstance(v, dict) else v for v in values]
    if len(set(words)) == len(words):
        return tuple(words)
    return tuple(json.dumps(v, sort_keys=True) if isinstance(v, dict) else v for v in values)


def _rows(change: Change) -> Iterator[list[Any]]:
    claim = change.claim
    for part in change.differences or (Difference("", None, None),):
        yield [
            *(change.kind, claim.subject.label, claim.relation, claim.object.label),
            *(part.field or None, part.old, part.new, claim.modality, describe_qualifiers(claim.qualifiers) or None),
            *(claim.quote, claim.source.name, claim.source.publisher or None, claim.source.published or None),
        ]
