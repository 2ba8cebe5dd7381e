"""The frozen values that flow from stage to stage: Document, Mention, Claim, Entity.

Offsets are counted in code points, start inclusive, end exclusive. A `Document` has two texts: `source`, the file's
decoded text as it stands on disk, and `text`, what a reader would read of it (no headers, bullets, citation marks).
Mentions are located in `text`, evidence in `source`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

BlockKind = Literal["title", "heading", "paragraph", "item"]
Modality = Literal["asserted", "planned", "possible", "negated"]
MODALITIES: tuple[Modality, ...] = get_args(Modality)


@dataclass(frozen=True, slots=True)
class Run:
    """`length` characters that stand at `text_start` in the text and at `source_start` in the source.

    What the source writes in another way (`&nbsp;`, `\\*`) is a run of its own, which has `written` characters there.
    """

    text_start: int
    source_start: int
    length: int
    written: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, paragraph or item: the characters `start` to `end` of a document's text."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """An article as it was read.

    `name` is the file's name without its ending, `sha256` that of the bytes it was read from. `plain` says that the source
    is simply the file's own UTF-8 text; of all other documents the source is kept beside the graph.
    """

    name: str
    location: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    runs: tuple[Run, ...]
    sha256: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    citation: str | None = None
    plain: bool = True

    @cached_property
    def _run_starts(self) -> list[int]:
        return [run.text_start for run in self.runs]

    def source_offset(self, offset: int) -> int:
        """Return where in the source the character at `offset` of the text stands, or what is written for it begins."""
        return self._written(offset)[0]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that the characters `start` to `end` of the text were read from."""
        return self._written(start)[0], self._written(end - 1)[1]

    def _written(self, offset: int) -> tuple[int, int]:
        run = self.runs[max(0, bisect_right(self._run_starts, offset) - 1)]
        if run.written is not None:
            return run.source_start, run.source_start + run.written
        at = run.source_start + min(offset - run.text_start, run.length - 1)
        return at, at + 1


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of text that names or refers to something.

    `name` is the fullest name that the article supports ("it" and "the company" have their antecedent's), `entity` the
    relative IRI of a known entity (`company/mp-materials`) or None, and `rule` says how the one or the other was found.
    """

    start: int
    end: int
    text: str
    type: str
    name: str
    rule: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim is said: characters `start` to `end` of the source of `document`, which read `quote`."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with an IRI. `type` is a class of the ontology in JSON spelling (`government_body`)."""

    iri: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that one passage says. `qualifiers` holds (name, value) pairs sorted by name.

    Values: amount {"value", "currency"}, share {"min", "max", "approx"?}, quantity {"value" | "min"/"max", "unit"}, all
    others text. `frame` names the frame that found the claim, `attribution` whoever the text says it after.
    """

    relation: str
    subject: Mention
    object: Mention
    modality: Modality
    evidence: Evidence
    frame: str
    confidence: float
    qualifiers: tuple[tuple[str, Any], ...] = ()
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedClaim:
    """A claim whose ends are linked to entities, and so is what its qualifier `commodity` names."""

    claim: Claim
    subject: Entity
    object: Entity
    commodity: Entity | None = None


@dataclass(frozen=True)
class Linked:
    """All that one article says: its claims with entities, and which entity each mention was linked to."""

    document: Document
    claims: tuple[LinkedClaim, ...]
    mentions: tuple[tuple[Mention, Entity], ...] = field(default=())
