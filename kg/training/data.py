"""Sentences with (partial) labels, the inventories of labels, and windows of sentences that are learned together."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from kg.language.lemmas import lemma_rule

ENTITY_TYPES = (
    "company",
    "organization",
    "government_body",
    "person",
    "country",
    "region",
    "facility",
    "commodity",
    "product",
    "policy",
)
# What a coarse label of another data set may stand for; a token outside every span may still be one of UNSEEN.
COARSE = {
    "PER": ("person",),
    "ORG": ("company", "organization", "government_body"),
    "LOC": ("country", "region", "facility"),
    "person": ("person",),
    "organization": ("company", "organization", "government_body"),
    "place": ("country", "region", "facility"),
}
COARSE_OF = {fine: coarse for coarse in ("PER", "ORG", "LOC") for fine in COARSE[coarse]}
UNSEEN = ("commodity", "product", "policy")
TAGS = ("O", *(f"{p}-{t}" for t in ENTITY_TYPES for p in "BI"))
TAG_ID = {t: i for i, t in enumerate(TAGS)}
ANY = frozenset(range(len(TAGS)))
OUTSIDE = frozenset({0})
OUTSIDE_OR_UNSEEN = frozenset({0, *(TAG_ID[f"{p}-{t}"] for t in UNSEEN for p in "BI")})


@dataclass(frozen=True)
class Sentence:
    """One sentence. `heads` count from 1, 0 is the root; `tags` holds the allowed NER tag ids of each word."""

    words: tuple[str, ...]
    upos: tuple[str, ...] = ()
    xpos: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    deprels: tuple[str, ...] = ()
    tags: tuple[frozenset[int], ...] = ()
    document: str = ""

    @property
    def has_syntax(self) -> bool:
        """Whether tags and heads are annotated."""
        return bool(self.heads)


@dataclass
class Labels:
    """The label inventories of the heads, in a fixed order."""

    upos: list[str] = field(default_factory=list)
    xpos: list[str] = field(default_factory=list)
    deprels: list[str] = field(default_factory=list)
    lemma_rules: list[str] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    irregular_nouns: dict[str, list[str]] = field(default_factory=dict)
    irregular_verbs: dict[str, list[str]] = field(default_factory=dict)
    tags: list[str] = field(default_factory=lambda: list(TAGS))

    @classmethod
    def from_sentences(cls, sentences: Iterable[Sentence], min_lemma_count: int = 3) -> Labels:
        """Collect the labels that occur in sentences; rare lemma rules are left out."""
        upos, xpos, deprels, rules = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        known: dict[str, set[str]] = {"NOUN": set(), "VERB": set()}
        for s in sentences:
            upos.update(s.upos)
            xpos.update(s.xpos)
            deprels.update(s.deprels)
            for lemma, tag in zip(s.lemmas, s.upos, strict=True):
                if tag in known and lemma.isalpha():
                    known[tag].add(lemma)
            rules.update(lemma_rule(w, lem) for w, lem in zip(s.words, s.lemmas, strict=True))
        kept = sorted(r for r, n in rules.items() if n >= min_lemma_count)
        verbs = known["VERB"] | {verb for verb in wordnet("index")["verb"] if verb.isalpha()}
        irregular = wordnet("exc")
        return cls(
            upos=sorted(upos),
            xpos=sorted(xpos),
            deprels=sorted(deprels),
            lemma_rules=kept,
            nouns=sorted(known["NOUN"]),
            verbs=sorted(verbs),
            irregular_nouns=irregular["noun"],
            irregular_verbs=irregular["verb"],
        )


def wordnet(table: str) -> Any:
    """Return WordNet's lemmas (`index`) or irregular forms (`exc`), which no treebank of this size covers."""
    packed = files("spacy_lookups_data").joinpath("data", f"en_lemma_{table}.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))


def spans_to_tags(
    length: int, spans: Iterable[tuple[int, int, Sequence[str]]], outside: frozenset[int]
) -> list[frozenset[int]]:
    """Return the allowed tag ids of each word for spans (start, end, allowed types)."""
    tags = [outside] * length
    for start, end, types in spans:
        for i in range(start, end):
            prefix = "B" if i == start else "I"
            tags[i] = frozenset(TAG_ID[f"{prefix}-{t}"] for t in types)
    return tags


def iob2_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, type) of IOB2 tags."""
    start, kind = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if kind and not (tag.startswith("I-") and tag[2:] == kind):
            yield start, i, kind
            kind = ""
        if tag.startswith("B-") or (tag.startswith("I-") and not kind):
            start, kind = i, tag[2:]


def coarse_tag(allowed: frozenset[int]) -> str:
    """Return the Universal NER tag that a set of allowed fine tags stands for."""
    name = TAGS[min(allowed)]
    return "O" if name == "O" else f"{name[0]}-{COARSE_OF.get(name[2:], 'OTHER')}"


def windows(sentences: Sequence[Sentence], rng: random.Random, max_words: int) -> list[list[Sentence]]:
    """Pack consecutive sentences of a document into windows of at most `max_words`, of random length."""
    packed: list[list[Sentence]] = []
    limit, used = 0, 0
    for s in sentences:
        for part in split_long(s, max_words):
            same = (
                bool(packed)
                and packed[-1][-1].document == part.document
                and packed[-1][-1].has_syntax == part.has_syntax
            )
            if not same or used + len(part.words) > limit or not part.has_syntax:
                packed.append([])
                limit, used = rng.randint(1, max_words), 0
            packed[-1].append(part)
            used += len(part.words)
    return packed


def split_long(sentence: Sentence, max_words: int) -> list[Sentence]:
    """Cut a paragraph without syntax at sentence ends; a parsed sentence is kept whole."""
    if sentence.has_syntax or len(sentence.words) <= max_words:
        return [sentence]
    parts, start = [], 0
    while start < len(sentence.words):
        end = min(start + max_words, len(sentence.words))
        stops = [i + 1 for i in range(start, end) if sentence.words[i] in {".", "?", "!"}]
        if end < len(sentence.words) and stops:
            end = stops[-1]
        parts.append(
            Sentence(words=sentence.words[start:end], tags=sentence.tags[start:end], document=sentence.document)
        )
        start = end
    return parts
