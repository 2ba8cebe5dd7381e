"""The reader's networks: layers of its own on the shared encoder, entity tags, relations of pairs, and their details."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kg.extract.details import KINDS, LINK_FLAGS
from kg.extract.features import FLAGS
from kg.extract.pairs import KINDS as SPAN_KINDS
from kg.training.network import FAR, HIDDEN, LAYERS, Network, pool

TYPE, KIND, CASE, STEP = 32, 16, 16, 64
END, CONTEXT, FIRST, PAIR, BILINEAR = 192, 128, 384, 256, 48
RARE = -4.0  # what a relation's score starts at: most pairs are not related


class Branch(nn.Module):
    """The upper layers of the encoder once more, for reading; the lower ones are shared with the parser and frozen."""

    def __init__(self, network: Network, depth: int, dropout: float) -> None:
        super().__init__()
        self.depth = depth
        self.layers = copy.deepcopy(network.encoder.layers[LAYERS - depth :])
        self.mix = copy.deepcopy(network.entity_mix)
        self.shapes = copy.deepcopy(network.entity_shapes)
        self.window = copy.deepcopy(network.entity_window)
        self.entity = copy.deepcopy(network.entity)
        self.dropout = nn.Dropout(0.3)
        for module in self.layers.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout

    def forward(self, lower: list[Tensor], mask: Tensor) -> list[Tensor]:
        """Return all layers' outputs, the shared lower ones included: (windows, pieces, hidden) each."""
        bias = (1.0 - mask.float())[:, None, None, :] * FAR
        outputs = list(lower)
        for layer in self.layers:
            outputs.append(layer(outputs[-1], bias))
        return outputs

    def tags(self, outputs: list[Tensor], first: Tensor, last: Tensor, shapes: Tensor) -> Tensor:
        """Score entity tags: (windows, words, tags)."""
        named = pool(self.mix(outputs), first, last)
        named = self.dropout(torch.cat([named, self.shapes(shapes)], -1))
        around = F.gelu(self.window(named.transpose(1, 2)).transpose(1, 2))
        scores: Tensor = self.entity(torch.cat([named, self.dropout(around)], -1))
        return scores


@torch.no_grad()
def lower_layers(network: Network, depth: int, pieces: Tensor, mask: Tensor, shapes: Tensor) -> list[Tensor]:
    """Return the outputs of the shared layers below a branch of `depth` layers."""
    encoder = network.encoder
    positions = encoder.positions(torch.arange(pieces.shape[1]))
    x = encoder.norm(encoder.words(pieces) + positions + encoder.shapes(shapes))
    bias = (1.0 - mask.float())[:, None, None, :] * FAR
    outputs = []
    for layer in encoder.layers[: LAYERS - depth]:
        x = layer(x, bias)
        outputs.append(x)
    return outputs


class PairScorer(nn.Module):
    """Scores every relation of every pair from its ends, the way between them in the tree, the sentence, and frames' votes.

    Arguments of `forward` are those of `kg.extract.features.PairArrays` as tensors, over `words` (words, hidden).
    """

    def __init__(self, relations: int, types: int, steps: int, cases: int, dropout: float = 0.3) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(HIDDEN)
        self.type_of, self.kind_of = nn.Embedding(types, TYPE), nn.Embedding(len(SPAN_KINDS), KIND)
        self.case, self.step = nn.Embedding(cases + 1, CASE), nn.Embedding(steps + 1, STEP)
        end = 3 * HIDDEN + TYPE + KIND + CASE
        self.subject, self.object = nn.Linear(end, END), nn.Linear(end, END)
        self.near, self.between = nn.Linear(4 * HIDDEN, CONTEXT), nn.Linear(HIDDEN, CONTEXT)
        self.path_word, self.path_step = nn.Linear(HIDDEN, END), nn.Linear(STEP, END)
        self.query, self.key, self.value = (
            nn.Linear(2 * END, CONTEXT),
            nn.Linear(HIDDEN, CONTEXT),
            nn.Linear(HIDDEN, CONTEXT),
        )
        self.first = nn.Linear(4 * END + 3 * CONTEXT + FLAGS + relations, FIRST)
        self.second = nn.Linear(FIRST, PAIR)
        self.relation = nn.Linear(PAIR, relations)
        self.left, self.right = nn.Linear(END, BILINEAR), nn.Linear(END, BILINEAR)
        self.bilinear = nn.Parameter(torch.randn(relations, BILINEAR, BILINEAR) * 0.005)
        self.dropout = nn.Dropout(dropout)
        nn.init.constant_(self.relation.bias, RARE)

    def forward(
        self,
        words: Tensor,
        ends: Tensor,
        kinds: Tensor,
        path: Tensor,
        steps: Tensor,
        between: Tensor,
        flags: Tensor,
        votes: Tensor,
        bounds: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return scores (pairs, relations) and hidden states (pairs, PAIR)."""
        words = self.norm(words)
        subject = F.gelu(self.subject(self.dropout(self._end(words, ends[:, :5], kinds[:, :3]))))
        obj = F.gelu(self.object(self.dropout(self._end(words, ends[:, 5:], kinds[:, 3:]))))
        near = torch.cat([words[ends[:, i]] for i in (3, 4, 8, 9)], -1)
        features = [
            subject,
            obj,
            subject * obj,
            F.gelu(self.near(near)),
            self._path(words, path, steps),
            self._between(words, between),
            self._sentence(words, torch.cat([subject, obj], -1), bounds),
            flags,
            votes,
        ]
        hidden = self.dropout(F.gelu(self.first(self.dropout(torch.cat(features, -1)))))
        hidden = self.dropout(F.gelu(self.second(hidden)))
        left = torch.einsum("pi,rij->prj", self.left(subject), self.bilinear)
        matched = (left * self.right(obj).unsqueeze(1)).sum(-1)
        return self.relation(hidden) + matched, hidden

    def _end(self, words: Tensor, at: Tensor, kinds: Tensor) -> Tensor:
        known = [self.type_of(kinds[:, 0]), self.kind_of(kinds[:, 1]), self.case(kinds[:, 2])]
        return torch.cat([words[at[:, 0]], words[at[:, 1]], words[at[:, 2]], *known], -1)

    def _path(self, words: Tensor, path: Tensor, steps: Tensor) -> Tensor:
        """The strongest trace of each feature on the way between the ends."""
        word = self.path_word(words)[path.clamp(min=0)] * (path >= 0).unsqueeze(-1)
        step = self.path_step(self.step((steps + 1).clamp(min=0)))
        nowhere = ((path < 0) & (steps < 0)).unsqueeze(-1)
        return F.gelu(word + step).masked_fill(nowhere, -1.0).amax(1).clamp(min=-1.0)

    def _between(self, words: Tensor, between: Tensor) -> Tensor:
        """The mean of the words between the ends."""
        sums = F.pad(self.between(words).cumsum(0), (0, 0, 1, 0))
        start, end = between[:, 0], torch.maximum(between[:, 1], between[:, 0])
        return F.gelu((sums[end] - sums[start]) / (end - start).clamp(min=1).unsqueeze(-1))

    def _sentence(self, words: Tensor, query: Tensor, bounds: Tensor) -> Tensor:
        """What the pair attends to among the words of its sentence."""
        at = torch.arange(words.shape[0]).unsqueeze(0)
        outside = (at < bounds[:, :1]) | (at >= bounds[:, 1:])
        scores = self.query(query) @ self.key(words).transpose(0, 1) / CONTEXT**0.5
        return scores.masked_fill(outside, FAR).softmax(-1) @ self.value(words)


class DetailScorer(nn.Module):
    """Scores modality and stage of a claim from its pair's hidden state and from what its syntax says of them."""

    def __init__(self, relations: int, modalities: int, stages: int) -> None:
        super().__init__()
        self.relation, self.said = nn.Embedding(relations, 32), nn.Embedding(modalities, 16)
        self.worded = nn.Embedding(stages, 32)
        self.first = nn.Linear(PAIR + 32 + 16 + 32, 128)
        self.modality, self.stage = nn.Linear(128 + 16, modalities), nn.Linear(128 + 32, stages)
        self.dropout = nn.Dropout(0.3)

    def forward(self, hidden: Tensor, relation: Tensor, modality: Tensor, stage: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores of modalities and of stages."""
        said, worded = self.said(modality), self.worded(stage)
        x = F.gelu(self.first(self.dropout(torch.cat([hidden, self.relation(relation), said, worded], -1))))
        x = self.dropout(x)
        return self.modality(torch.cat([x, said], -1)), self.stage(torch.cat([x, worded], -1))


class LinkScorer(nn.Module):
    """Scores whether a number, time or commodity belongs to a claim."""

    def __init__(self, relations: int) -> None:
        super().__init__()
        self.relation, self.kind_of = nn.Embedding(relations, 32), nn.Embedding(len(KINDS), 16)
        self.norm = nn.LayerNorm(HIDDEN)
        self.around = nn.Linear(3 * HIDDEN, 128)
        self.first = nn.Linear(PAIR + 32 + 16 + 128 + LINK_FLAGS, 128)
        self.score = nn.Linear(128 + LINK_FLAGS, 1)
        self.dropout = nn.Dropout(0.3)

    def forward(self, hidden: Tensor, relation: Tensor, kind: Tensor, around: Tensor, flags: Tensor) -> Tensor:
        """Return scores (links,); `around` (links, 3, hidden) holds a link's first and last word and the trigger."""
        seen = F.gelu(self.around(self.dropout(self.norm(around).flatten(1))))
        x = torch.cat([hidden, self.relation(relation), self.kind_of(kind), seen, flags], -1)
        x = self.dropout(F.gelu(self.first(self.dropout(x))))
        scores: Tensor = self.score(torch.cat([x, flags], -1)).squeeze(-1)
        return scores


class Reader(nn.Module):
    """All that is trained on annotated articles, over a frozen base; without a network, all but the layers of its own."""

    def __init__(
        self,
        network: Network | None,
        depth: int,
        relations: int,
        types: int,
        steps: int,
        cases: int,
        modalities: int,
        stages: int,
    ) -> None:
        super().__init__()
        self.branch = Branch(network, depth, 0.1) if network else None
        self.pairs = PairScorer(relations, types, steps, cases)
        self.details = DetailScorer(relations, modalities, stages)
        self.links = LinkScorer(relations)
