"""What comes of looking at all documents together: who is who, why, and what the steps to it share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kg.ontology import Ontology
from kg.resolve.evidence import Evidence

_FEW = 3  # documents that a reason names
Targets = dict[str, dict[str, str]]  # by document, an entity and what it is


@dataclass(frozen=True, slots=True, order=True)
class Resolution:
    """Why an entity is another one, or is not; it holds in `documents`, in all if there are none. IRIs are relative."""

    kind: Literal["merged", "apart"]
    entity: str
    other: str
    reason: str
    documents: tuple[str, ...] = ()


Step = tuple[Targets, list[Resolution]]


@dataclass(frozen=True)
class Identity:
    """Who is who over all documents.

    `targets` holds, by document, entity -> entity where they differ; `types` and `labels` what the documents say as read.
    """

    targets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    resolutions: tuple[Resolution, ...] = ()
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, document: str) -> Mapping[str, str]:
        """Return what the entities of a document are, where it is something else."""
        return self.targets.get(document, {})

    def label(self, entity: str) -> str | None:
        """Return the fullest of the labels that documents give an entity."""
        return min(self.labels.get(entity, ()), key=lambda label: (-len(label), label), default=None)


def everywhere(merged: Mapping[str, str], documents: Iterable[Evidence]) -> Targets:
    """Return what entities are in each document that speaks of them."""
    found = {e.document: {i: merged[i] for i in e.types if i in merged} for e in documents} if merged else {}
    return {document: targets for document, targets in found.items() if targets}


def union(pairs: Iterable[tuple[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Return the union of the sets that are given for each key."""
    found: dict[str, frozenset[str]] = {}
    for key, values in pairs:
        known = found.get(key)
        found[key] = values if known is None or known <= values else known | values
    return found


def gathered(documents: Sequence[Evidence], key: Literal["types", "labels", "seats"]) -> dict[str, frozenset[str]]:
    """Return what all documents tell of each entity."""
    return union(pair for e in documents for pair in getattr(e, key).items())


def called(entity: str, labels: Mapping[str, frozenset[str]], ontology: Ontology) -> str:
    """Return what an entity is called: by the names, or by the fullest of its labels."""
    if entity in ontology.names:
        return ontology.names[entity].label
    return min(labels.get(entity, ()), key=lambda label: (-len(label), label), default=entity)


def few(documents: Iterable[str]) -> str:
    """Name some documents, and tell how many more there are."""
    names = sorted(d.removeprefix("doc/") for d in documents)
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
