"""Graphs made of claims by hand: what articles say, without a text to read it from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.config import DEFAULT_BASE
from kg.copies import link_copies
from kg.model import Block, Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Modality, Run
from kg.pipeline import Stages
from kg.shingles import sketch_text
from kg.store import ENTITIES, GraphStore

LABELS = {
    "country/china": "China",
    "country/united-states": "United States",
    "country/australia": "Australia",
    "country/kazakhstan": "Kazakhstan",
    "org/us-department-of-defense": "U.S. Department of Defense",
}
_TYPES = {"org": "government_body"}


@dataclass(frozen=True)
class Said:
    """One claim: relative IRIs of its ends and of what is traded, and the quote, by default one of its own."""

    relation: str
    subject: str
    object: str
    modality: Modality = "asserted"
    quote: str = ""
    on: str = ""
    attribution: str | None = None
    confidence: float = 0.9
    qualifiers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Article:
    """An article and what it says."""

    name: str
    said: Sequence[Said]
    published: str | None = None
    publisher: str | None = None
    title: str | None = None


def says(relation: str, subject: str, obj: str, modality: Modality = "asserted", **qualifiers: Any) -> Said:
    """Return a claim; `quote`, `on`, `attribution` and `confidence` may stand among the qualifiers."""
    rest = {key: qualifiers.pop(key) for key in ("quote", "on", "attribution", "confidence") if key in qualifiers}
    return Said(relation, subject, obj, modality, qualifiers=qualifiers, **rest)


def part(low: float | None, high: float | None = None, **more: Any) -> dict[str, Any]:
    """Return a share that is stated as one number, or by a bound: `part(0.6)`, `part(0.8, 1)` for over 80%."""
    return {"min": low, "max": low if high is None else None if high == 1 else high, **more}


def make_graph(stages: Stages, folder: Path, articles: Iterable[Article], base: str = DEFAULT_BASE) -> GraphStore:
    """Write a graph of what articles say; its `base` is that of the stages."""
    store = GraphStore.create(folder, {"base": base, "versions": {"lodestone": "test"}})
    for article in articles:
        put_article(stages, store, article)
    link_copies(store)
    store.put(ENTITIES, stages.asserter.names(store.labels()))
    return store


def put_article(stages: Stages, store: GraphStore, article: Article) -> None:
    """Write what one article says in place of what it said before."""
    document = Document(
        *(article.name, f"/{article.name}.txt", "x", "x", (Block("paragraph", 0, 1),), (Run(0, 0, 1),), "0"),
        title=article.title,
        publisher=article.publisher,
        published=article.published,
    )
    claims = tuple(_claim(article.name, place, said) for place, said in enumerate(article.said))
    graph = stages.asserter.graph(document)
    sketch = str(sketch_text("\n".join(claim.claim.evidence.quote for claim in claims)))
    store.put(graph, stages.asserter.triples(Linked(document, claims)), stages.asserter.ledger(document), sketch=sketch)


def _claim(name: str, place: int, said: Said) -> LinkedClaim:
    ends = [_entity(iri) for iri in (said.subject, said.object)]
    mentions = [Mention(0, 1, e.label, e.type, e.label, "test", e.iri) for e in ends]
    quote = said.quote or f"{ends[0].label} {said.relation} {ends[1].label} says {name} {place}"
    start = place * 1000
    evidence = Evidence(name, start, start + len(quote), quote)
    pairs = tuple(sorted(said.qualifiers.items()))
    claim = Claim(said.relation, *mentions, said.modality, evidence, "test", said.confidence, pairs, said.attribution)
    return LinkedClaim(claim, *ends, _entity(said.on) if said.on else None)


def _entity(iri: str) -> Entity:
    """Return the entity with a relative IRI; `doc/a#facility-mine` is what one article alone speaks of."""
    kind, name = iri.rpartition("#")[2].split("-", 1) if "#" in iri else iri.split("/")
    return Entity(iri, LABELS.get(iri, name.replace("-", " ").title()), _TYPES.get(kind, kind))
