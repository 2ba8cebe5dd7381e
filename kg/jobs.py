"""A file that is to be read, and what comes of it, document by document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.config import MAX_ARTICLE_BYTES

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


@dataclass(frozen=True)
class Job:
    """A file to read. `known` is what the ledger holds of its documents, by graph; those before `begin` are passed over."""

    path: Path
    name: str
    max_bytes: int = MAX_ARTICLE_BYTES
    min_confidence: float = 0.0
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    begin: int = 0


@dataclass(frozen=True)
class Begun:
    """The document of this number (from 0) in the file was found."""

    number: int
    name: str


@dataclass(frozen=True)
class Told:
    """What a document says: its graph, the triples in it, and what is kept of it besides.

    `text` is its source if the file itself is not that text, `sketch` that by which copies are found.
    """

    graph: ox.NamedNode
    location: str
    triples: tuple[Triple, ...]
    ledger: tuple[Triple, ...]
    text: str
    sketch: str
    by_modality: Mapping[str, int]


@dataclass(frozen=True)
class Unchanged:
    """A document of which the graph holds already what it says."""

    graph: ox.NamedNode
    location: str


@dataclass(frozen=True)
class Refused:
    """Why a file, or a document in it, is not read."""

    reason: str


Outcome = Begun | Told | Unchanged | Refused
ReadFile = Callable[[Job], Iterator[Outcome]]
