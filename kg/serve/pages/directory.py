"""Names to search by: every label of every thing that claims are about, and the titles of documents, read once a graph."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

from kg.graph import Graph
from kg.model import MODALITIES
from kg.query.claims import ClaimReader
from kg.query.overview import Overview
from kg.store import DEPENDENCIES, GraphStore
from kg.vocab import DCTERMS, LODE, RDF, RDFS, SKOS

_LABELS = (SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")
_ENDS = (RDF + "subject", RDF + "object", LODE + "commodityEntity")
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that fits what was searched for: `name` is the one that fits, `claims` how many are about the thing."""

    iri: str
    label: str
    type: str
    name: str
    claims: int


class Directory:
    """The names of one graph.

    `search` looks at each name, which takes less than a tenth of a second for half a million of them.
    """

    def __init__(self, graph: Graph) -> None:
        self._reader = ClaimReader(graph.store, graph.ontology)
        self._store = graph.store

    @cached_property
    def counts(self) -> Counter[str]:
        """The number of claims about each thing."""
        found: Counter[str] = Counter()
        for end in _ENDS:
            rows = f"SELECT ?thing (COUNT(?claim) AS ?n) WHERE {{ ?claim <{end}> ?thing }} GROUP BY ?thing"
            found.update({thing.value: int(n.value) for thing, n in self._store.query(rows)})
        return found

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """The type of each thing, in JSON spelling; of several the one whose IRI is first, as `ClaimReader.type` has it."""
        types = self._reader.ontology.types
        return {iri: types[kind].json_name for kind in sorted(types, reverse=True) for iri in self._instances(kind)}

    def _instances(self, kind: str) -> list[str]:
        return [thing.value for (thing,) in self._store.query(f"SELECT ?thing WHERE {{ ?thing a <{kind}> }}")]

    @cached_property
    def overview(self) -> Overview:
        """What the graph holds, as `kg.query.overview.describe_graph` counts it, in a few counts of the engine."""
        relations = self._reader.ontology.relations.values()
        return Overview(
            documents=self._count("?any a lode:Document"),
            claims=_ranked({m: self._claims_of(m) for m in MODALITIES}),
            entities=self.types,
            relations=_ranked({r.json_name: self._count(f"?any <{r.iri}> ?other") for r in relations}),
            versions=self._store.manifest["versions"],
        )

    def _claims_of(self, modality: str) -> int:
        """Count the claims of a modality; dependencies have one as well."""
        said = f"?any lode:modality lode:{modality}"
        return self._count(said) - self._count(f"GRAPH {DEPENDENCIES} {{ {said} }}")

    def _count(self, pattern: str) -> int:
        ((n,),) = self._store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        return int(n.value)

    @cached_property
    def _names(self) -> list[tuple[str, str, str]]:
        """Name as it is compared, name, and IRI: of things that claims are about, and of documents."""
        found: dict[tuple[str, str], str] = {}
        for predicate in _LABELS:
            for iri, name in self._store.pairs(predicate):
                if iri in self.counts:
                    found.setdefault((iri, name), fold(name))
        for predicate in (DCTERMS + "title", DCTERMS + "identifier"):
            for iri, name in self._store.pairs(predicate):
                found.setdefault((iri, name), fold(name))
        return sorted((folded, name, iri) for (iri, name), folded in found.items())

    def search(self, text: str, limit: int = 20, kind: str = "") -> tuple[list[Hit], int]:
        """Return the things whose names hold all words of a text, the best first, and how many there are.

        A name that is the text comes first, then those that begin with it, then those of which a word does; among these
        what most claims are about. `kind` is the type that a thing must have, "document" for documents.
        """
        wanted = fold(text)
        words = wanted.split()
        if not words:
            return [], 0
        best: dict[str, tuple[int, str]] = {}
        for folded, name, iri in self._names:
            if all(word in folded for word in words):
                rank = _rank(folded, wanted)
                if iri not in best or (rank, name) < best[iri]:
                    best[iri] = (rank, name)
        ordered = sorted(best, key=lambda iri: (best[iri][0], -self.counts[iri], best[iri][1], iri))
        if kind:
            ordered = [iri for iri in ordered if self._type(iri) == kind]
        return [self._hit(iri, best[iri][1]) for iri in ordered[:limit]], len(ordered)

    def ranked(self, kind: str = "") -> list[str]:
        """Return the IRIs of things, those that most claims are about first."""
        found = sorted(self.counts, key=lambda iri: (-self.counts[iri], iri))
        return [iri for iri in found if self._kinds.get(iri, "") == kind] if kind else found

    def things(self, limit: int, start: int = 0, kind: str = "") -> tuple[list[Hit], int]:
        """Return a part of `ranked`, and how many there are."""
        found = self.ranked(kind)
        return [self._hit(iri, "") for iri in found[start : start + limit]], len(found)

    @cached_property
    def types(self) -> dict[str, int]:
        """The number of things of each type, the most frequent first."""
        found: dict[str, int] = defaultdict(int)
        for iri in self.counts:
            found[self._kinds.get(iri, "")] += 1
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def documents(self) -> list[tuple[str, str, str]]:
        """Published, name and IRI of each document, the newest first, those without a date last."""
        published = dict(self._store.pairs(DCTERMS + "issued"))
        named = sorted((name, iri) for iri, name in self._store.pairs(DCTERMS + "identifier"))
        return sorted(((published.get(iri, ""), n, iri) for n, iri in named), key=lambda d: d[0], reverse=True)

    def _type(self, iri: str) -> str:
        return self._kinds.get(iri, "") if iri in self.counts else "document"

    def _hit(self, iri: str, name: str) -> Hit:
        kind = self._type(iri)
        source = self._reader.source(iri) if kind == "document" else None
        label = (source.title or source.name) if source else self._reader.label(iri)
        return Hit(iri, label, kind, "" if name == label else name, self.counts[iri])


def directory_of(graph: Graph) -> Directory:
    """Return the names of a graph; they are read when they are first needed, and forgotten with the graph."""
    with _lock:
        if graph.store not in _known:
            _known[graph.store] = Directory(graph)
        return _known[graph.store]


_known: WeakKeyDictionary[GraphStore, Directory] = WeakKeyDictionary()


def fold(text: str) -> str:
    """Return text as it is compared: without case, accents and needless spaces.

    >>> fold("  Norra  KÄRR")
    'norra karr'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _rank(folded: str, wanted: str) -> int:
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in folded else 3


def _ranked(counts: dict[str, int]) -> dict[str, int]:
    """Return what occurs, most frequent first."""
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))
