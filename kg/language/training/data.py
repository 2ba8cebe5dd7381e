"""Read treebanks, entity sets and annotated articles into sentences with (partial) labels."""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

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
    tags: list[str] = field(default_factory=lambda: list(TAGS))

    @classmethod
    def from_sentences(cls, sentences: Iterable[Sentence], min_lemma_count: int = 3) -> Labels:
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
        verbs = known["VERB"] | wordnet_verbs()
        return cls(sorted(upos), sorted(xpos), sorted(deprels), kept, sorted(known["NOUN"]), sorted(verbs))


def wordnet_verbs() -> set[str]:
    """Return the verbs of WordNet, which no treebank of this size covers ("to mine", "to levy")."""
    packed = files("spacy_lookups_data").joinpath("data", "en_lemma_index.json.gz").read_bytes()
    return {verb for verb in json.loads(gzip.decompress(packed))["verb"] if verb.isalpha()}


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


def read_iob2(path: Path) -> dict[str, list[str]]:
    """Return the tags of each sentence of a Universal NER file by `sent_id`."""
    found: dict[str, list[str]] = {}
    name = ""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# sent_id = "):
                name = line.split("=", 1)[1].strip()
                found[name] = []
            elif line[:1].isdigit():
                found[name].append(line.rstrip("\n").split("\t")[2])
    return found


def iob2_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, type) of IOB2 tags."""
    start, kind = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if kind and not (tag.startswith("I-") and tag[2:] == kind):
            yield start, i, kind
            kind = ""
        if tag.startswith("B-") or (tag.startswith("I-") and not kind):
            start, kind = i, tag[2:]


def read_treebank(path: Path, iob2: Path | None = None) -> list[Sentence]:
    """Read a CoNLL-U file; entities come from `iob2` if given, else from GUM's `Entity=` brackets if there are any."""
    named = read_iob2(iob2) if iob2 else {}
    sentences: list[Sentence] = []
    document, sent_id, rows = "", "", list[list[str]]()
    open_spans: list[tuple[str, int, str, bool]] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("# newdoc"):
                document = line
                open_spans = []
            elif line.startswith("# sent_id = "):
                sent_id = line[12:]
            elif line and line[0] != "#":
                cells = line.split("\t")
                if cells[0].isdigit():
                    rows.append(cells)
            elif not line and rows:
                tags = _treebank_tags(rows, named.get(sent_id), open_spans)
                sentences.append(_sentence(rows, tags, document))
                rows = []
    return sentences


def _sentence(rows: Sequence[Sequence[str]], tags: Sequence[frozenset[int]], document: str) -> Sentence:
    return Sentence(
        words=tuple(r[1] for r in rows),
        upos=tuple(r[3] for r in rows),
        xpos=tuple(r[4] for r in rows),
        lemmas=tuple(r[2] for r in rows),
        heads=tuple(int(r[6]) for r in rows),
        deprels=tuple(r[7] for r in rows),
        tags=tuple(tags),
        document=document,
    )


def _treebank_tags(
    rows: Sequence[Sequence[str]], named: Sequence[str] | None, open_spans: list[tuple[str, int, str, bool]]
) -> list[frozenset[int]]:
    if named is not None:
        spans = [(s, e, COARSE[k]) for s, e, k in iob2_spans(named) if k in COARSE]
        tags = spans_to_tags(len(rows), spans, OUTSIDE_OR_UNSEEN)
        for s, e, k in iob2_spans(named):
            if k not in COARSE:
                tags[s:e] = [ANY] * (e - s)
        return tags
    if any("Entity=" in r[9] for r in rows) or open_spans:
        return _gum_tags(rows, open_spans)
    return [ANY] * len(rows)


_BRACKET = re.compile(r"\(([^()]+)|([^()]+)\)|\)")


def _gum_tags(rows: Sequence[Sequence[str]], open_spans: list[tuple[str, int, str, bool]]) -> list[frozenset[int]]:
    """Read GUM's nested mentions; only spans that are names through and through give a label, other proper nouns none."""
    spans: list[tuple[int, int, Sequence[str]]] = []
    open_here: list[tuple[str, int, str]] = []
    for i, row in enumerate(rows):
        match = re.search(r"(?:^|\|)Entity=([^|]+)", row[9])
        for part in re.findall(r"\([^()]+\)?|[^()]+\)", match[1]) if match else ():
            fields = part.strip("()").split("-")
            if part.startswith("("):
                open_here.append((fields[0], i, fields[1] if len(fields) > 1 else ""))
            if part.endswith(")"):
                for k in range(len(open_here) - 1, -1, -1):
                    if open_here[k][0] == fields[0]:
                        _, start, kind = open_here.pop(k)
                        if kind in COARSE:
                            trimmed = _name_span(rows, start, i + 1)
                            if trimmed:
                                spans.append((*trimmed, COARSE[kind]))
                        break
    tags = [ANY if r[3] == "PROPN" else OUTSIDE_OR_UNSEEN for r in rows]
    for start, end, types in sorted(spans, key=lambda s: s[0] - s[1], reverse=True):
        tags[start:end] = spans_to_tags(end - start, [(0, end - start, types)], ANY)
    return tags


def _name_span(rows: Sequence[Sequence[str]], start: int, end: int) -> tuple[int, int] | None:
    while start < end and rows[start][3] in {"DET", "PUNCT", "ADJ"} and not rows[start][1][:1].isupper():
        start += 1
    if start < end and rows[start][1] in {"The", "A", "An"}:
        start += 1
    inner = rows[start:end]
    inside = all(
        r[3] in {"PROPN", "ADP", "CCONJ", "NUM"} or r[1] in {"the", "-", ".", "'s"} or r[1][:1].isupper() for r in inner
    )
    if inner and inside and inner[0][3] == "PROPN" and inner[-1][3] == "PROPN" and "," not in {r[1] for r in inner}:
        return start, end
    return None


def read_demonyms(path: Path) -> set[str]:
    """Return nationalities in lower case, which are names of countries but not spans that an entity tagger should find."""
    found = set()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found |= {n.strip().casefold() for n in row["nationality"].split(",") if n.strip()}
    return found


def read_articles(folder: Path, tokenize: object, demonyms: set[str]) -> list[Sentence]:
    """Read annotated articles, a paragraph a `Sentence` without syntax; every occurrence of a listed name is a mention."""
    names: dict[str, dict[str, str]] = {}
    with (folder / "entities.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            entity = json.loads(line)
            if entity["type"] in ENTITY_TYPES:
                mentions = names.setdefault(entity["doc"], {})
                for mention in [entity["canonical"], *entity.get("mentions", [])]:
                    mentions.setdefault(mention, entity["type"])
    found = []
    for path in sorted(folder.glob("*.txt")):
        for paragraph in path.read_text(encoding="utf-8").splitlines():
            if paragraph.isascii() or sum(c.isascii() for c in paragraph) > 0.8 * len(paragraph):
                sentence = _paragraph(paragraph, names.get(path.stem, {}), tokenize, demonyms, path.stem)
                if sentence.words:
                    found.append(sentence)
    return found


def _paragraph(text: str, names: dict[str, str], tokenize: object, demonyms: set[str], document: str) -> Sentence:
    doc = tokenize(text)  # type: ignore[operator]
    words = [t for t in doc if not t.is_space]
    start_at = {t.idx: i for i, t in enumerate(words)}
    end_at = {t.idx + len(t): i + 1 for i, t in enumerate(words)}
    taken: set[int] = set()
    spans: list[tuple[int, int, Sequence[str]]] = []
    for name in sorted(names, key=len, reverse=True):
        if name.casefold() in demonyms:
            continue
        at = text.find(name)
        while at >= 0:
            start, end = start_at.get(at), end_at.get(at + len(name))
            if start is not None and end is not None and not taken & set(range(start, end)):
                spans.append((start, end, (names[name],)))
                taken |= set(range(start, end))
            at = text.find(name, at + 1)
    return Sentence(
        words=tuple(t.text for t in words), tags=tuple(spans_to_tags(len(words), spans, OUTSIDE)), document=document
    )


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
