"""Sentences of other corpora, in which one pair of names is annotated, as examples for the reader.

`pairs.toml` tells what their labels mean in this ontology.
"""

from __future__ import annotations

import gzip
import json
import lzma
import tempfile
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from kg.ontology import Relation
from kg.read import read_documents
from kg.training.examples import SAID, UNKNOWN, Example, ExampleMaker, Look

_TOGETHER = 12  # sentences of one document
_GAP = "\n\n"
_MEANINGS = Path(__file__).with_name("pairs.toml")


@dataclass(frozen=True)
class Sentence:
    """Words, the places of subject and object among them (start, end), and what relations the label says and leaves open."""

    words: tuple[str, ...]
    subject: tuple[int, int]
    object: tuple[int, int]
    said: frozenset[str]
    open: frozenset[str]

    @property
    def text(self) -> str:
        """The words, a space between each two."""
        return " ".join(self.words)

    def characters(self, words: tuple[int, int]) -> tuple[int, int]:
        """Return where words stand in the text."""
        start = sum(len(w) + 1 for w in self.words[: words[0]])
        return start, start + len(" ".join(self.words[words[0] : words[1]]))


def read_sentences(folder: Path) -> Iterator[Sentence]:
    """Yield the sentences of CORE and of the DFKI product corpus that hold no odd characters."""
    meanings = tomllib.loads(_MEANINGS.read_text(encoding="utf-8"))
    with lzma.open(folder / "core-train.json.xz", "rt", encoding="utf-8") as file:
        for record in json.load(file):
            ends = [(record[f"{e}_start"], record[f"{e}_end"] + 1) for e in ("e1", "e2")]
            if record["invert_relation"]:
                ends.reverse()
            yield _sentence(record["context"], ends, meanings["core"][record["relation"]])
    with gzip.open(folder / "dfki-products-train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            ends = [(start, end) for start, end in record["entities"]]
            if record["type"] == ["PRODUCT", "ORGANIZATION"]:
                ends.reverse()
            yield _sentence(record["tokens"], ends, meanings["dfki"].get(record["label"], {}))


def _sentence(words: Sequence[str], ends: Sequence[tuple[int, int]], meaning: Mapping[str, Any]) -> Sentence:
    if meaning.get("turned"):
        ends = ends[::-1]
    said, left_open = frozenset(meaning.get("says", ())), frozenset(meaning.get("open", ()))
    return Sentence(tuple(w.strip() or "-" for w in words), ends[0], ends[1], said, left_open)


def sentence_examples(maker: ExampleMaker, sentences: Sequence[Sentence]) -> Iterator[Example]:
    """Yield the sentences as examples, several in each; only annotated pairs have a label."""
    known = maker.stages.extractor.ontology.relations
    with tempfile.TemporaryDirectory() as folder:
        for at in range(0, len(sentences), _TOGETHER):
            path = Path(folder) / f"sentences-{at:05}.txt"
            group = sentences[at : at + _TOGETHER]
            path.write_text(_GAP.join(s.text for s in group), encoding="utf-8")
            for document in read_documents(path):
                look = maker.look(document)
                labels = np.full((len(look.pairs), len(maker.inventory.relations)), UNKNOWN, dtype=np.int8)
                for k, sentence, turned in _annotated(look, group):
                    labels[k] = [_label(known[r], sentence, turned) for r in maker.inventory.relations]
                yield maker.example(look, labels)


def _label(relation: Relation, sentence: Sentence, turned: bool) -> int:
    if relation.json_name in sentence.open:
        return UNKNOWN
    return SAID if relation.json_name in sentence.said and (relation.symmetric or not turned) else 0


def _annotated(look: Look, sentences: Sequence[Sentence]) -> Iterator[tuple[int, Sentence, bool]]:
    """Yield the pairs that stand where a sentence's ends do, either way round; sentences follow each other as written."""
    document = look.reading.annotation.document
    starts = list(accumulate((len(s.text) + len(_GAP) for s in sentences), initial=0))
    for k, (_, pair) in enumerate(look.pairs):
        if pair.subject.absent or pair.object.absent:
            continue
        ends = [document.source_span(c.span.mention.start, c.span.mention.end) for c in (pair.subject, pair.object)]
        sentence = sentences[n := bisect_right(starts, ends[0][0]) - 1]
        for turned, places in enumerate(((sentence.subject, sentence.object), (sentence.object, sentence.subject))):
            wanted = [sentence.characters(words) for words in places]
            if all(_overlap(end, w, starts[n]) for end, w in zip(ends, wanted, strict=True)):
                yield k, sentence, bool(turned)


def _overlap(found: tuple[int, int], wanted: tuple[int, int], start: int) -> bool:
    return found[0] < wanted[1] + start and wanted[0] + start < found[1]
