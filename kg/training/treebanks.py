"""Read treebanks in CoNLL-U (https://universaldependencies.org/format.html) and Universal NER's IOB2 files beside them."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import conllu

from kg.training.data import (
    ANY,
    COARSE,
    OUTSIDE_OR_UNSEEN,
    Sentence,
    iob2_spans,
    spans_to_tags,
)

Word = dict[str, Any]
Tags = list[frozenset[int]]
_IOB2_FIELDS = ("id", "form", "tag")
_ENTITY = re.compile(r"\([^()]+\)?|[^()]+\)")


class Placed(NamedTuple):
    """A word of a document: its characters, its head (a number in the sentence, 0 the root), relation and tag."""

    start: int
    end: int
    head: int
    relation: str
    upos: str


def read_iob2(path: Path) -> dict[str, list[str]]:
    """Return the tags of each sentence of a Universal NER file by `sent_id`."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return {
            tokens.metadata["sent_id"]: [t["tag"] for t in tokens]
            for tokens in conllu.parse_incr(lines, fields=_IOB2_FIELDS)
        }


def read_treebank(path: Path, iob2: Path | None = None) -> list[Sentence]:
    """Read a CoNLL-U file; entities come from `iob2` if given, else from GUM's `Entity=` brackets if there are any."""
    named = read_iob2(iob2) if iob2 else {}
    sentences: list[Sentence] = []
    document = ""
    for tokens in _parse(path):
        document = tokens.metadata.get("newdoc id") or document
        words = [t for t in tokens if isinstance(t["id"], int)]
        sentences.append(_sentence(words, _tags(words, named.get(tokens.metadata["sent_id"])), document))
    return sentences


def raw_documents(path: Path) -> Iterator[tuple[str, list[list[Placed]]]]:
    """Yield each document's text and the words of its sentences."""
    text, sentences = "", list[list[Placed]]()
    for tokens in _parse(path):
        if "newdoc id" in tokens.metadata and text:
            yield text, sentences
            text, sentences = "", []
        elif text:
            text += "\n\n" if any(key.startswith("newpar") for key in tokens.metadata) else " "
        words, added = _place(tokens, len(text))
        sentences.append(words)
        text += added.rstrip(" ")
    if text:
        yield text, sentences


def _parse(path: Path) -> Iterator[conllu.TokenList]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from conllu.parse_incr(lines)


def _place(tokens: Sequence[Word], offset: int) -> tuple[list[Placed], str]:
    """Return the words and the text of a sentence; the parts of a multiword token share its characters."""
    words: list[Placed] = []
    text, at, last_inside = "", offset, 0
    for token in tokens:
        is_range = isinstance(token["id"], tuple) and "-" in token["id"]
        if is_range or (isinstance(token["id"], int) and token["id"] > last_inside):
            at = offset + len(text)
            text += token["form"] + ("" if (token["misc"] or {}).get("SpaceAfter") == "No" else " ")
        if is_range:
            last_inside = token["id"][2]
        elif isinstance(token["id"], int):
            end = at + len(token["form"])
            words.append(Placed(at, end, token["head"], token["deprel"], token["upos"]))
            at = end
    return words, text


def _sentence(words: Sequence[Word], tags: Tags, document: str) -> Sentence:
    return Sentence(
        words=tuple(w["form"] for w in words),
        upos=tuple(w["upos"] for w in words),
        xpos=tuple(w["xpos"] or "_" for w in words),
        lemmas=tuple(w["lemma"] for w in words),
        heads=tuple(w["head"] for w in words),
        deprels=tuple(w["deprel"] for w in words),
        tags=tuple(tags),
        document=document,
    )


def _tags(words: Sequence[Word], named: Sequence[str] | None) -> Tags:
    if named is not None:
        return _uner_tags(len(words), named)
    brackets = [(w["misc"] or {}).get("Entity", "") for w in words]
    return _gum_tags(words, brackets) if any(brackets) else [ANY] * len(words)


def _uner_tags(length: int, named: Sequence[str]) -> Tags:
    spans = list(iob2_spans(named))
    tags = spans_to_tags(length, [(s, e, COARSE[k]) for s, e, k in spans if k in COARSE], OUTSIDE_OR_UNSEEN)
    for start, end, kind in spans:
        if kind not in COARSE:
            tags[start:end] = [ANY] * (end - start)
    return tags


def _gum_tags(words: Sequence[Word], brackets: Sequence[str]) -> Tags:
    """Tags from GUM's mentions: those that are names through and through give a label, other proper nouns none."""
    spans = [
        (*name, COARSE[kind])
        for start, end, kind in _mentions(brackets)
        if kind in COARSE and (name := _name_span(words, start, end))
    ]
    tags = [ANY if w["upos"] == "PROPN" else OUTSIDE_OR_UNSEEN for w in words]
    for start, end, types in sorted(spans, key=lambda s: s[0] - s[1], reverse=True):
        tags[start:end] = spans_to_tags(end - start, [(0, end - start, types)], ANY)
    return tags


def _mentions(brackets: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, type) of nested mentions that open "(12-place-…" and close "12)" in one sentence."""
    opened: list[tuple[str, int, str]] = []
    for i, bracket in enumerate(brackets):
        for part in _ENTITY.findall(bracket):
            group, kind = [*part.strip("()").split("-"), ""][:2]
            if part.startswith("("):
                opened.append((group, i, kind))
            if part.endswith(")"):
                at = next((k for k in reversed(range(len(opened))) if opened[k][0] == group), None)
                if at is not None:
                    _, start, kind = opened.pop(at)
                    yield start, i + 1, kind


def _name_span(words: Sequence[Word], start: int, end: int) -> tuple[int, int] | None:
    while start < end and words[start]["upos"] in {"DET", "PUNCT", "ADJ"} and not words[start]["form"][:1].isupper():
        start += 1
    if start < end and words[start]["form"] in {"The", "A", "An"}:
        start += 1
    inner = words[start:end]
    if not inner or any(w["upos"] != "PROPN" for w in (inner[0], inner[-1])):
        return None
    return (start, end) if all(map(_is_of_name, inner)) else None


def _is_of_name(word: Word) -> bool:
    form = word["form"]
    if form == ",":
        return False
    in_name = word["upos"] in {"PROPN", "ADP", "CCONJ", "NUM"} or form in {"the", "-", ".", "'s"}
    return in_name or form[:1].isupper()
