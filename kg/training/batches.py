"""Windows of sentences as padded tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.language.features import SHAPES, clip_pieces, word_shape
from kg.language.lemmas import lemma_rule
from kg.training.data import ANY, Labels, Sentence

IGNORE = -100
TITLE, UPPER = SHAPES.index("title"), SHAPES.index("upper")
LOWER = SHAPES.index("lower")


@dataclass
class Batch:
    """Inputs of the network and the gold labels; `sentence` numbers the words' sentences, -1 pads."""

    inputs: dict[str, Tensor]
    sentence: Tensor
    gold: dict[str, Tensor]
    allowed: Tensor


class Batcher:
    """Turns windows into batches with one tokenizer and one set of labels."""

    def __init__(self, tokenizer: Tokenizer, labels: Labels) -> None:
        self.tokenizer = tokenizer
        self.labels = labels
        self.ids = {
            name: {v: i for i, v in enumerate(getattr(labels, name))}
            for name in ("upos", "xpos", "deprels", "lemma_rules")
        }
        self._pieces: dict[str, list[int]] = {}

    def pieces(self, word: str) -> list[int]:
        """Return the ids of a word's pieces."""
        if word not in self._pieces:
            found = clip_pieces(self.tokenizer.encode(word, add_special_tokens=False).ids)
            self._pieces[word] = found or [self.tokenizer.get_vocab()["[UNK]"]]
        return self._pieces[word]

    def batch(self, windows: Sequence[Sequence[Sentence]], rng: random.Random | None = None) -> Batch:
        """Return windows as one batch; with `rng`, words are sometimes hidden."""
        rows = [[w for s in window for w in s.words] for window in windows]
        pieces = [[self.pieces(w) for w in row] for row in rows]
        width = max(map(len, rows))
        length = max(sum(map(len, row)) for row in pieces) + 2
        shape = (len(rows), width)
        inputs = {
            "pieces": torch.zeros(len(rows), length, dtype=torch.long),
            "mask": torch.zeros(len(rows), length, dtype=torch.long),
            "piece_shapes": torch.full((len(rows), length), SHAPES.index("other")),
            "first": torch.zeros(shape, dtype=torch.long),
            "last": torch.zeros(shape, dtype=torch.long),
            "word_shapes": torch.full(shape, SHAPES.index("other")),
        }
        for b, row in enumerate(rows):
            shapes = augment([word_shape(w) for w in row], rng)
            flat, at = [self.tokenizer.token_to_id("[CLS]")], 1
            for i, ids in enumerate(pieces[b]):
                inputs["first"][b, i], inputs["last"][b, i] = at, at + len(ids) - 1
                inputs["piece_shapes"][b, at : at + len(ids)] = shapes[i]
                flat += ids
                at += len(ids)
            flat.append(self.tokenizer.token_to_id("[SEP]"))
            inputs["pieces"][b, : len(flat)] = torch.tensor(flat)
            inputs["mask"][b, : len(flat)] = 1
            inputs["word_shapes"][b, : len(row)] = torch.tensor(shapes)
        return Batch(inputs, *self._gold(windows, shape))

    def _gold(
        self, windows: Sequence[Sequence[Sentence]], shape: tuple[int, int]
    ) -> tuple[Tensor, dict[str, Tensor], Tensor]:
        sentence = torch.full(shape, -1)
        gold = {name: torch.full(shape, IGNORE) for name in ("upos", "xpos", "lemma", "start", "head", "deprel")}
        allowed = torch.ones(*shape, len(self.labels.tags), dtype=torch.bool)
        for b, window in enumerate(windows):
            at = 0
            for n, s in enumerate(window):
                end = at + len(s.words)
                sentence[b, at:end] = n
                if s.has_syntax:
                    gold["upos"][b, at:end] = torch.tensor([self.ids["upos"][u] for u in s.upos])
                    gold["xpos"][b, at:end] = torch.tensor([self.ids["xpos"].get(x, IGNORE) for x in s.xpos])
                    rules = [lemma_rule(w, m) for w, m in zip(s.words, s.lemmas, strict=True)]
                    gold["lemma"][b, at:end] = torch.tensor([self.ids["lemma_rules"].get(r, IGNORE) for r in rules])
                    gold["start"][b, at:end] = torch.tensor([1] + [0] * (len(s.words) - 1))
                    gold["head"][b, at:end] = torch.tensor([h - 1 + at if h else -1 for h in s.heads])
                    gold["deprel"][b, at:end] = torch.tensor([self.ids["deprels"].get(d, IGNORE) for d in s.deprels])
                for i, tags in enumerate(s.tags):
                    if tags != ANY:
                        allowed[b, at + i] = False
                        allowed[b, at + i, list(tags)] = True
                at = end
        return sentence, gold, allowed


def augment(shapes: list[int], rng: random.Random | None) -> list[int]:
    """Now and then show a window as a headline (every word capitalised) or in capitals."""
    if rng is None:
        return shapes
    draw = rng.random()
    if draw < 0.05:
        return [TITLE if s == LOWER else s for s in shapes]
    if draw < 0.07:
        return [UPPER if s in {LOWER, TITLE} else s for s in shapes]
    return shapes


def batches(
    windows: Sequence[Sequence[Sentence]], words: int, rng: random.Random
) -> Iterator[list[Sequence[Sentence]]]:
    """Group windows of like length, about `words` words a batch, in random order."""
    order = sorted(windows, key=lambda w: sum(len(s.words) for s in w) + rng.random())
    groups: list[list[Sequence[Sentence]]] = [[]]
    for window in order:
        size = sum(len(s.words) for s in window)
        if groups[-1] and size * (len(groups[-1]) + 1) > words:
            groups.append([])
        groups[-1].append(window)
    rng.shuffle(groups)
    yield from groups
