"""Annotated articles as training sentences: texts with the names that annotators listed for each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from spacy.tokens import Doc

from kg.training.data import ENTITY_TYPES, OUTSIDE, Sentence, spans_to_tags

Tokenize = Callable[[str], Doc]


def read_demonyms(path: Path) -> set[str]:
    """Return nationalities in lower case, which are names of countries but not spans that an entity tagger should find."""
    found = set()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found |= {n.strip().casefold() for n in row["nationality"].split(",") if n.strip()}
    return found


def read_articles(folder: Path, tokenize: Tokenize, demonyms: set[str]) -> list[Sentence]:
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


def _paragraph(text: str, names: dict[str, str], tokenize: Tokenize, demonyms: set[str], document: str) -> Sentence:
    doc = tokenize(text)
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
