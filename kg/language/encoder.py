"""The spaCy component that runs the trained network: tags, lemmas, sentences, dependencies and entities of a `Doc`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from spacy.tokens import Doc, Span, Token
from tokenizers import Tokenizer

from kg.language.decoding import ROOT, decode_entities, decode_heads
from kg.language.features import SHAPES, clip_pieces, word_shape
from kg.language.lemmas import Lemmatizer, apply_lemma_rule

WINDOW_WORDS = 100
BATCH_WORDS = 800
_SENTENCE_END = {".", "!", "?"}
_SURE = 4.0

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """Consecutive words that the network sees together."""

    words: tuple[Token, ...]


@dataclass(frozen=True)
class Scores:
    """What the network says of one window of n words: ids of tags (several lemma rules, likeliest first), scores of
    sentence starts, arcs (n, n) and entity tags, and the vectors (n, width) that relations are read from."""

    upos: Ints
    xpos: Ints
    lemma: Ints
    start: Floats
    arc: Floats
    root: Floats
    rel_dependent: Floats
    rel_head: Floats
    entity: Floats
    reading: Floats


class Encoder:
    """Weights and vocabulary of the trained network, and a spaCy component over them.

    `predict` computes, `set_annotations` writes, as spaCy's own components do. The batches depend on nothing but the
    document, because dynamic quantisation makes every result depend a little on its batch.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._encoder = ort.InferenceSession(folder / "encoder.onnx", options, providers=providers)
        self._labeller = ort.InferenceSession(folder / "labeller.onnx", options, providers=providers)
        self._outputs = [o.name for o in self._encoder.get_outputs()]
        self.labels: dict[str, Any] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._pieces: dict[str, list[int]] = {}

    @cached_property
    def _special(self) -> tuple[int, int, int]:
        vocabulary = self._tokenizer.get_vocab()
        return vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[UNK]"]

    @cached_property
    def _lemmatizer(self) -> Lemmatizer:
        known = {"NOUN": frozenset(self.labels["nouns"]), "VERB": frozenset(self.labels["verbs"])}
        return Lemmatizer(known, {"NOUN": self.labels["irregular_nouns"], "VERB": self.labels["irregular_verbs"]})

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        if len(doc):
            windows = split_windows(doc)
            self.set_annotations(doc, windows, self.predict(windows))
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 1) -> Iterator[Doc]:
        """Annotate documents, each by itself, so that none depends on its neighbours."""
        for doc in docs:
            yield self(doc)

    def predict(self, windows: Sequence[Window]) -> list[Scores]:
        """Return the scores of each window."""
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].words))
        found: dict[int, Scores] = {}
        at = 0
        while at < len(order):
            size = 1
            while at + size < len(order) and (size + 1) * len(windows[order[at + size]].words) <= BATCH_WORDS:
                size += 1
            group = order[at : at + size]
            at += size
            for i, scores in zip(group, self._score([windows[i].words for i in group]), strict=True):
                found[i] = scores
        return [found[i] for i in range(len(windows))]

    def _score(self, rows: Sequence[Sequence[Token]]) -> Iterator[Scores]:
        out = dict(zip(self._outputs, self._encoder.run(None, self._inputs(rows)), strict=True))
        for b, row in enumerate(rows):
            n = len(row)
            yield Scores(arc=out["arc"][b, :n, :n], **{k: v[b, :n] for k, v in out.items() if k != "arc"})

    def _inputs(self, rows: Sequence[Sequence[Token]]) -> dict[str, Ints]:
        first_id, last_id, _ = self._special
        pieces = [[self.word_pieces(t.text) for t in row] for row in rows]
        width = max(map(len, rows))
        length = max(sum(map(len, p)) for p in pieces) + 2
        other = SHAPES.index("other")
        words, chars = (len(rows), width), (len(rows), length)
        inputs = {name: np.zeros(chars, dtype=np.int64) for name in ("pieces", "mask")}
        inputs |= {"piece_shapes": np.full(chars, other), "word_shapes": np.full(words, other)}
        inputs |= {name: np.zeros(words, dtype=np.int64) for name in ("first", "last")}
        for b, row in enumerate(rows):
            flat = [first_id]
            for i, ids in enumerate(pieces[b]):
                shape = word_shape(row[i].text)
                inputs["first"][b, i], inputs["last"][b, i] = len(flat), len(flat) + len(ids) - 1
                inputs["piece_shapes"][b, len(flat) : len(flat) + len(ids)] = shape
                inputs["word_shapes"][b, i] = shape
                flat += ids
            flat.append(last_id)
            inputs["pieces"][b, : len(flat)] = flat
            inputs["mask"][b, : len(flat)] = 1
        return inputs

    def word_pieces(self, word: str) -> list[int]:
        """Return the ids of a word's pieces."""
        found = self._pieces.get(word)
        if found is None:
            ids = clip_pieces(self._tokenizer.encode(word, add_special_tokens=False).ids)
            found = ids or [self._special[2]]
            if len(self._pieces) < 100_000:
                self._pieces[word] = found
        return found

    def set_annotations(self, doc: Doc, windows: Sequence[Window], scores: Sequence[Scores]) -> None:
        """Write tags, lemmas, heads, labels and entities to `doc`; white space joins the word before it."""
        strings = doc.vocab.strings
        table = np.zeros((len(doc), 5), dtype=np.uint64)
        heads = np.zeros(len(doc), dtype=np.int64)
        entities: list[Span] = []
        width = scores[0].reading.shape[1] if scores else 0
        doc.tensor = np.zeros((len(doc), width), dtype=np.float32)
        for window, s in zip(windows, scores, strict=True):
            index = [t.i for t in window.words]
            head, deprel = self._tree(window, s)
            doc.tensor[index] = s.reading
            for i, token in enumerate(window.words):
                upos, tag = self.labels["upos"][s.upos[i]], self.labels["xpos"][s.xpos[i]]
                lemmas = [
                    apply_lemma_rule(self.labels["lemma_rules"][rule], token.text) for rule in s.lemma[i].tolist()
                ]
                table[token.i] = (
                    strings[upos],
                    strings.add(tag),
                    strings.add(self._lemmatizer.choose(token.text, upos, tag, lemmas)),
                    strings.add("ROOT" if head[i] == i else deprel[i]),
                    0,
                )
                heads[token.i] = index[head[i]] - token.i
            for start, end, kind in decode_entities(s.entity, self.labels["tags"]):
                entities += _entity(doc, index[start], index[end - 1] + 1, kind)
        self._attach_spaces(doc, table, heads)
        table[:, 4] = heads.view(np.uint64)
        doc.from_array(["POS", "TAG", "LEMMA", "DEP", "HEAD"], cast(Any, table))
        doc.set_ents(entities)

    def _tree(self, window: Window, s: Scores) -> tuple[list[int], list[str]]:
        """Return for each word of a window the head's index (its own for a root) and the label."""
        n = len(window.words)
        starts = sentence_starts(window, s.start)
        heads: list[int] = []
        for a, b in zip(starts, [*starts[1:], n], strict=True):
            heads += [h + a if h != ROOT else a + i for i, h in enumerate(decode_heads(s.arc[a:b, a:b], s.root[a:b]))]
        feed = {
            "dependent": s.rel_dependent[None],
            "head": s.rel_head[None],
            "heads": np.array([heads], dtype=np.int64),
        }
        labels = self._labeller.run(None, feed)[0][0]
        names = self.labels["deprels"]
        return heads, ["dep" if names[k] == "root" else names[k] for k in labels]

    @staticmethod
    def _attach_spaces(doc: Doc, table: NDArray[np.uint64], heads: Ints) -> None:
        words = [t.i for t in doc if not t.is_space]
        last = None
        for token in doc:
            if not token.is_space:
                last = token.i
                continue
            target = last if last is not None else (words[0] if words else token.i)
            dep = doc.vocab.strings.add("dep" if target != token.i else "ROOT")
            table[token.i] = (
                doc.vocab.strings["SPACE"],
                doc.vocab.strings.add("_SP"),
                doc.vocab.strings.add(token.text),
                dep,
                0,
            )
            heads[token.i] = target - token.i


def _entity(doc: Doc, start: int, end: int, label: str) -> list[Span]:
    """Return an entity span without white space at its ends, or nothing if a paragraph ends inside it."""
    if any("\n" in doc[i].text for i in range(start, end)):
        return []
    return [Span(doc, start, end, label=label)]


def sentence_starts(window: Window, scores: Floats) -> list[int]:
    """Return the words that begin a sentence: the first does; elsewhere more is asked where no sentence seems to end."""
    words = window.words
    starts = [0]
    for i in np.flatnonzero(scores > 0).tolist():
        ended = i > 0 and (
            words[i - 1].text in _SENTENCE_END or words[i - 1].is_quote or words[i - 1].text in {":", ";", ")"}
        )
        wordless = all(not t.text[0].isalnum() for t in words[starts[-1] : i])
        if (ended or scores[i] > _SURE) and not wordless:
            starts.append(i)
    return starts


def split_windows(doc: Doc) -> list[Window]:
    """Split a `Doc` into windows of at most `WINDOW_WORDS` words: a paragraph each, long ones cut at likely sentence ends.

    Paragraphs do not share a window: a heading or an item without a full stop would bend the parse of its neighbours.
    """
    return [Window(tuple(part)) for paragraph in _paragraphs(doc) for part in _cut(paragraph)]


def _paragraphs(doc: Doc) -> Iterator[list[Token]]:
    words: list[Token] = []
    for token in doc:
        if token.is_space and "\n" in token.text:
            if words:
                yield words
            words = []
        elif not token.is_space:
            words.append(token)
    if words:
        yield words


def _cut(words: list[Token]) -> Iterator[list[Token]]:
    while len(words) > WINDOW_WORDS:
        ends = [
            i + 1
            for i in range(WINDOW_WORDS // 4, WINDOW_WORDS)
            if words[i].text in _SENTENCE_END and not words[i + 1].is_lower
        ]
        at = ends[-1] if ends else WINDOW_WORDS
        yield words[:at]
        words = words[at:]
    yield words
