"""Annotated articles as examples for the reader: the pairs that our own stages propose, and what the gold says of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.annotation import Annotation, Place
from kg.evaluate import GoldSet, Names, read_gold, read_lines
from kg.extract.details import Link, LinkFinder
from kg.extract.features import Inventory, PairArrays, to_arrays
from kg.extract.fillers import THINGS
from kg.extract.frames import Frame
from kg.extract.learned import as_match, plain_frames
from kg.extract.pairs import Candidate, Pair, PairFinder, Passage, fold_steps
from kg.extract.qualifiers import Match
from kg.extract.reading import Reading
from kg.extract.votes import frame_votes
from kg.language.encoder import Encoder, split_windows
from kg.language.features import word_shape
from kg.model import MODALITIES, Claim, Document
from kg.read import read_documents
from kg.stages import Stages
from kg.training.articles import read_demonyms
from kg.training.data import ENTITY_TYPES

SAID, UNKNOWN = 1, -1
_FREQUENT_STEP, _FREQUENT_CASE = 30, 8
Record = Mapping[str, Any]
Row = tuple[list[int], list[list[int]], list[int]]  # of a window: words' numbers, their pieces and their shapes


@dataclass(frozen=True)
class DetailGold:
    """A gold claim's details: pair, relation, modality and stage as syntax and as gold say them, and links with labels."""

    pair: int
    relation: int
    said: int
    modality: int
    worded: int
    stage: int
    trigger: int
    links: tuple[tuple[Link, bool], ...]


@dataclass(frozen=True)
class Look:
    """A document as a build sees it: what frames find, the pairs of mentions with their passages, and these as arrays."""

    reading: Reading
    found: tuple[tuple[Match, Claim], ...]
    pairs: tuple[tuple[Passage, Pair], ...]
    arrays: PairArrays


@dataclass(frozen=True)
class Example:
    """One document. `labels` (pairs, relations) are SAID, 0 or UNKNOWN; `names` those of each pair's ends; `vectors`
    (words, width) are what the installed weights make of its words.
    """

    document: str
    words: int
    rows: tuple[Row, ...]
    arrays: PairArrays
    labels: NDArray[np.int8]
    names: tuple[tuple[str, str], ...]
    details: tuple[DetailGold, ...]
    entities: tuple[tuple[int, int, str], ...]
    gold: int
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class ExampleMaker:
    """Makes examples of annotated articles with the stages of a build, so that training sees what building will see."""

    stages: Stages
    inventory: Inventory
    stage_names: tuple[str, ...]
    demonyms: frozenset[str]

    @cached_property
    def _plain(self) -> dict[str, Frame]:
        return plain_frames(self.stages.extractor.frames, self.inventory.relations)

    @classmethod
    def load(cls, data: Path, inventory: Inventory | None = None) -> ExampleMaker:
        """Load the stages of a build; without an inventory, that of the articles in `data`/claims is taken."""
        stages = Stages.load({"lodestone": "", "ontology": "", "pipeline": ""})
        ontology = stages.extractor.ontology
        known = inventory or collect_inventory(stages, data / "claims")
        names = ("", *sorted(set(ontology.stage_words.values())))
        return cls(stages, known, names, frozenset(read_demonyms(data / "names" / "country.csv")))

    def read(self, folder: Path) -> Iterator[Example]:
        """Yield the examples of a gold folder, in order of names."""
        gold = read_gold(folder)
        claims: dict[str, list[Record]] = defaultdict(list)
        entities: dict[str, list[Record]] = defaultdict(list)
        for claim in gold.claims:
            claims[claim["doc"]].append(claim)
        for entity in read_lines(folder / "entities.jsonl"):
            entities[entity["doc"]].append(entity)
        for path in sorted(folder.glob("*.txt")):
            for document in read_documents(path):
                yield self._example(document, claims[document.name], entities[document.name], gold)

    def look(self, document: Document) -> Look:
        """Return what a build sees of a document before anything is decided."""
        annotation = self.stages.annotator.annotate(document)
        extractor = self.stages.extractor
        reading = Reading.of(annotation, extractor.ontology, extractor.frames)
        found = tuple(reading.found_by_frames())
        passages = tuple(PairFinder.of(annotation, extractor.ontology).passages())
        pairs = tuple((passage, pair) for passage in passages for pair in passage.pairs)
        arrays = to_arrays(annotation, passages, self.inventory, frame_votes(found, extractor.ontology.relations))
        return Look(reading, found, pairs, arrays)

    def _example(self, document: Document, claims: list[Record], entities: list[Record], gold: GoldSet) -> Example:
        look = self.look(document)
        reading, pairs, relations = look.reading, look.pairs, self.stages.extractor.ontology.relations
        labels = np.zeros((len(pairs), len(self.inventory.relations)), dtype=np.int8)
        said: dict[tuple[int, int], list[Record]] = defaultdict(list)
        for claim in claims:
            relation = self.inventory.relations.index(claim["relation"])
            symmetric = relations[claim["relation"]].symmetric
            legal = self._legal(claim["relation"])
            to_class = "class" in self._plain[claim["relation"]].object
            best, others = _aligned(reading.annotation, claim, pairs, gold.names, legal, symmetric, to_class)
            for k in others:
                labels[k, relation] = labels[k, relation] or UNKNOWN
            for k in best:
                labels[k, relation] = SAID
                said[k, relation].append(claim)
        framed = {(m.subject.span.place, m.object.span.place, c.relation): m for m, c in reversed(look.found)}
        details = tuple(
            self._detail(k, relation, golds, pairs[k], framed, reading, gold.names)
            for (k, relation), golds in said.items()
        )
        return Example(
            document=document.name,
            words=len(reading.annotation.doc),
            rows=tuple(self._rows(reading.annotation)),
            arrays=look.arrays,
            labels=labels,
            names=tuple((p.subject.span.mention.name, p.object.span.mention.name) for _, p in pairs),
            details=details,
            entities=tuple(self._entities(reading.annotation, entities)),
            gold=len(claims),
            vectors=np.asarray(reading.annotation.doc.tensor, dtype=np.float32),
        )

    def _legal(self, relation: str) -> tuple[frozenset[str], frozenset[str]]:
        known = self.stages.extractor.ontology.relations[relation]
        return known.domain, known.range

    def _rows(self, annotation: Annotation) -> Iterator[Row]:
        encoder = self.stages.annotator.nlp.get_pipe("lodestone_encoder")
        assert isinstance(encoder, Encoder)
        for window in split_windows(annotation.doc):
            words = [t.i for t in window.words]
            pieces = [encoder.word_pieces(t.text) for t in window.words]
            yield words, pieces, [word_shape(t.text) for t in window.words]

    def _detail(
        self,
        k: int,
        relation: int,
        golds: Sequence[Record],
        at: tuple[Passage, Pair],
        framed: Mapping[tuple[Place, Place, str], Match],
        reading: Reading,
        names: Names,
    ) -> DetailGold:
        passage, pair = at
        name = self.inventory.relations[relation]
        plain = as_match(pair, self._plain[name], reading.fillers)
        match = framed.get((pair.subject.span.place, pair.object.span.place, name), plain)
        reader = reading.reader
        has_stage = "stage" in self.stages.extractor.ontology.relations[name].qualifiers
        worded = (reader.qualifiers.stage(match) if has_stage else None) or ""
        qualifiers = [g.get("qualifiers") or {} for g in golds]
        links = LinkFinder(reading.annotation, reader.qualifiers).links(match, passage)
        return DetailGold(
            pair=k,
            relation=relation,
            said=MODALITIES.index(reader.modality_of(match)),
            modality=MODALITIES.index(golds[0]["modality"]),
            worded=self.stage_names.index(worded),
            stage=self.stage_names.index(next((q["stage"] for q in qualifiers if "stage" in q), "")),
            trigger=match.trigger,
            links=tuple(
                (
                    link,
                    any(
                        names.same_qualifier(link.kind, q[link.kind], link.value) for q in qualifiers if link.kind in q
                    ),
                )
                for link in links
            ),
        )

    def _entities(self, annotation: Annotation, entities: Iterable[Record]) -> Iterator[tuple[int, int, str]]:
        """Yield names with their types as words `start` to `end`, the longest first; demonyms are no names."""
        taken: set[int] = set()
        for start, end, kind in sorted(_mentions(annotation.document, entities), key=lambda m: m[0] - m[1]):
            span = annotation.doc.char_span(start, end)
            if span is None or kind not in ENTITY_TYPES or taken & set(range(span.start, span.end)):
                continue
            if span.text.casefold() not in self.demonyms:
                taken |= set(range(span.start, span.end))
                yield span.start, span.end, kind


def collect_inventory(stages: Stages, folder: Path) -> Inventory:
    """Return the relations and types of the ontology, and the steps and prepositions that occur in a folder's articles."""
    ontology = stages.extractor.ontology
    steps, cases = Counter[str](), Counter[str]()
    for path in sorted(folder.glob("*.txt")):
        for document in read_documents(path):
            annotation = stages.annotator.annotate(document)
            for passage in PairFinder.of(annotation, ontology).passages():
                for pair in passage.pairs:
                    steps.update(fold_steps(pair.steps))
            tree = annotation.tree
            cases.update(tree.cases[tree.first_conjunct(s.head)] for s in annotation.spans)
    return Inventory(
        relations=tuple(sorted(ontology.relations)),
        types=tuple(sorted({t.json_name for t in ontology.types.values()})),
        steps=("?", *sorted(s for s, n in steps.items() if n >= _FREQUENT_STEP)),
        cases=tuple(sorted(c for c, n in cases.items() if c and n >= _FREQUENT_CASE)),
    )


def _mentions(document: Document, entities: Iterable[Record]) -> Iterator[tuple[int, int, str]]:
    """Yield where entities are named, in the document's text: at their `spans`, or wherever their names occur."""
    for entity in entities:
        if "spans" in entity:
            for start, end in entity["spans"]:
                at = _text_offset(document, start, end)
                if at is not None and document.source[start:end] in entity["mentions"]:
                    yield at, at + end - start, entity["type"]
            continue
        for name in {entity["canonical"], *entity.get("mentions", ())}:
            at = document.text.find(name)
            while at >= 0:
                yield at, at + len(name), entity["type"]
                at = document.text.find(name, at + 1)


def _text_offset(document: Document, start: int, end: int) -> int | None:
    """Return where the characters `start` to `end` of the source stand in the text, if they do in one run."""
    for run in document.runs:
        if run.source_start <= start and end <= run.source_start + run.length and run.written is None:
            return run.text_start + start - run.source_start
    return None


def _aligned(
    annotation: Annotation,
    claim: Record,
    pairs: Sequence[tuple[Passage, Pair]],
    names: Names,
    legal: tuple[frozenset[str], frozenset[str]],
    symmetric: bool,
    to_class: bool,
) -> tuple[list[int], list[int]]:
    """Return the pair that says a gold claim best (both ways round if it is symmetric), and those that say it as well.

    What fits worse in the same sentence is none of them: "the rare earth market" where the gold has "rare earths". Nor is
    a name of another type the class of something: no country is "gold" where the gold has "gold producer".
    """
    document, canonical = annotation.document, claim.get("canonical", {})
    fitting: list[tuple[tuple[int, ...], int]] = []
    fits: dict[tuple[Place, str, bool], bool] = {}

    def same(candidate: Candidate, end: str, lenient: bool) -> bool:
        key = (candidate.span.place, end, lenient)
        if key not in fits:
            mention = {"label": candidate.span.mention.name, "mention": candidate.span.mention.text}
            fits[key] = names.same_end((claim[end], canonical.get(end, "")), mention, claim["doc"], lenient)
        return fits[key]

    for k, (passage, pair) in enumerate(pairs):
        quoted = next((q for q in claim["spans"] if _overlaps(annotation, passage, q)), None)
        ends = (pair.subject.span.mention.type, pair.object.span.mention.type)
        if quoted is None or ends[0] not in legal[0] or ends[1] not in legal[1]:
            continue
        if to_class and pair.object.kind == "name" and ends[0] != ends[1] and not THINGS.issuperset(ends):
            continue
        for subject, obj in [(pair.subject, pair.object), (pair.object, pair.subject)][: 1 + symmetric]:
            if not (same(subject, "subject", True) and same(obj, "object", True)):
                continue
            inside = sum(
                not c.absent and quoted[0] <= document.source_offset(c.span.mention.start) < quoted[1]
                for c in (subject, obj)
            )
            exact = same(subject, "subject", False) + same(obj, "object", False)
            present = not (subject.absent or obj.absent)
            fitting.append(((present, inside, exact, -abs(subject.span.start - obj.span.start)), k))
    if not fitting:
        return [], []
    (_, _, exact, _), best = max(fitting)
    passage, pair = pairs[best]
    turned = [
        k
        for k, (p, other) in enumerate(pairs)
        if symmetric
        and p is passage
        and other.subject.span is pair.object.span
        and other.object.span is pair.subject.span
    ]
    return [best, *turned], [k for fit, k in fitting if fit[2] >= exact or pairs[k][0] is not passage]


def _overlaps(annotation: Annotation, passage: Passage, quoted: tuple[int, int]) -> bool:
    doc, document = annotation.doc, annotation.document
    start = document.source_offset(doc[passage.start].idx)
    last = doc[passage.end - 1]
    end = document.source_offset(last.idx + len(last) - 1) + 1
    return start < quoted[1] and quoted[0] < end
