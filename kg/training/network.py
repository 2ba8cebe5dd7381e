"""The network: one small encoder shared by heads for tags, lemmas, sentence starts, dependencies and entities."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kg.language.features import SHAPES

HIDDEN, LAYERS, ATTENTION_HEADS, FEED_FORWARD = 384, 6, 12, 1536
FAR = -1e4


class Layer(nn.Module):
    """A BERT layer (post-norm, GELU)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.intermediate = nn.Linear(HIDDEN, FEED_FORWARD)
        self.output = nn.Linear(FEED_FORWARD, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Compute the layer's output; shapes as in `Network.forward`."""
        size = (x.shape[0], x.shape[1], ATTENTION_HEADS, HIDDEN // ATTENTION_HEADS)
        query, key, value = (f(x).view(size).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = query @ key.transpose(2, 3) / (HIDDEN // ATTENTION_HEADS) ** 0.5 + bias
        seen = (self.dropout(scores.softmax(-1)) @ value).transpose(1, 2).reshape(x.shape)
        x = self.attention_norm(x + self.dropout(self.attention_output(seen)))
        return self.output_norm(x + self.dropout(self.output(F.gelu(self.intermediate(x)))))


class Encoder(nn.Module):
    """MiniLM-L6 with a shape embedding added to the piece embeddings; returns every layer's output."""

    def __init__(self, vocabulary: int, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(512, HIDDEN)
        self.shapes = nn.Embedding(len(SHAPES), HIDDEN)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, pieces: Tensor, mask: Tensor, shapes: Tensor) -> list[Tensor]:
        """Compute the layer's output; shapes as in `Network.forward`."""
        position = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.dropout(self.norm(self.words(pieces) + self.positions(position) + self.shapes(shapes)))
        bias = (1.0 - mask.float())[:, None, None, :] * FAR
        outputs = []
        for layer in self.layers:
            x = layer(x, bias)
            outputs.append(x)
        return outputs

    def load_minilm(self, weights: dict[str, Tensor]) -> None:
        """Copy the weights of a BERT checkpoint (the token type embedding is folded into the positions)."""
        own = self.state_dict()
        own["words.weight"] = weights["embeddings.word_embeddings.weight"]
        own["positions.weight"] = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        for end in ("weight", "bias"):
            own[f"norm.{end}"] = weights[f"embeddings.LayerNorm.{end}"]
            for i in range(LAYERS):
                for ours, theirs in (
                    ("query", "attention.self.query"),
                    ("key", "attention.self.key"),
                    ("value", "attention.self.value"),
                    ("attention_output", "attention.output.dense"),
                    ("attention_norm", "attention.output.LayerNorm"),
                    ("intermediate", "intermediate.dense"),
                    ("output", "output.dense"),
                    ("output_norm", "output.LayerNorm"),
                ):
                    own[f"layers.{i}.{ours}.{end}"] = weights[f"encoder.layer.{i}.{theirs}.{end}"]
        self.load_state_dict(own)


class Mix(nn.Module):
    """A learned weighted mean of the layers (Peters et al. 2018, section 3.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(LAYERS))

    def forward(self, layers: list[Tensor]) -> Tensor:
        """Compute the layer's output; shapes as in `Network.forward`."""
        weights = self.weights.softmax(0)
        return torch.stack([w * x for w, x in zip(weights, layers, strict=True)]).sum(0)


class Network(nn.Module):
    """Encoder and heads. Word representations are the mean of a word's first and last piece."""

    def __init__(self, vocabulary: int, sizes: dict[str, int], dropout: float = 0.1, head_dropout: float = 0.3) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, dropout)
        self.syntax_mix, self.entity_mix = Mix(), Mix()
        self.dropout = nn.Dropout(head_dropout)
        self.upos = nn.Linear(HIDDEN, sizes["upos"])
        self.xpos = nn.Linear(HIDDEN, sizes["xpos"])
        self.lemma = nn.Linear(HIDDEN, sizes["lemma_rules"])
        self.start = nn.Linear(HIDDEN, 1)
        arc, rel = 320, 128
        self.arc_dependent, self.arc_head = nn.Linear(HIDDEN, arc), nn.Linear(HIDDEN, arc)
        self.arc_weight = nn.Parameter(torch.empty(arc, arc))
        self.arc_bias = nn.Linear(arc, 1)
        self.root = nn.Linear(arc, 1)
        self.rel_dependent, self.rel_head = nn.Linear(HIDDEN, rel), nn.Linear(HIDDEN, rel)
        self.rel_weight = nn.Linear(rel, sizes["deprels"] * rel, bias=False)
        self.rel_linear = nn.Linear(2 * rel, sizes["deprels"])
        nn.init.xavier_uniform_(self.arc_weight)
        self.entity_shapes = nn.Embedding(len(SHAPES), 32)
        self.entity_window = nn.Conv1d(HIDDEN + 32, 256, kernel_size=3, padding=1)
        self.entity = nn.Linear(HIDDEN + 32 + 256, sizes["tags"])

    def forward(
        self, pieces: Tensor, mask: Tensor, piece_shapes: Tensor, first: Tensor, last: Tensor, word_shapes: Tensor
    ) -> dict[str, Tensor]:
        """Score words. Shapes: pieces, mask, piece_shapes (windows, pieces); first, last, word_shapes (windows, words)."""
        return self.heads(self.encoder(pieces, mask, piece_shapes), first, last, word_shapes)

    def heads(self, layers: list[Tensor], first: Tensor, last: Tensor, word_shapes: Tensor) -> dict[str, Tensor]:
        """Score words from the encoder's layers."""
        syntax = self.dropout(pool(self.syntax_mix(layers), first, last))
        named = pool(self.entity_mix(layers), first, last)
        named = self.dropout(torch.cat([named, self.entity_shapes(word_shapes)], -1))
        around = F.gelu(self.entity_window(named.transpose(1, 2)).transpose(1, 2))
        dependent = self.dropout(F.gelu(self.arc_dependent(syntax)))
        head = self.dropout(F.gelu(self.arc_head(syntax)))
        return {
            "upos": self.upos(syntax),
            "xpos": self.xpos(syntax),
            "lemma": self.lemma(syntax),
            "start": self.start(syntax).squeeze(-1),
            "arc": dependent @ self.arc_weight @ head.transpose(1, 2) + self.arc_bias(head).transpose(1, 2),
            "root": self.root(dependent).squeeze(-1),
            "rel_dependent": self.dropout(F.gelu(self.rel_dependent(syntax))),
            "rel_head": self.dropout(F.gelu(self.rel_head(syntax))),
            "entity": self.entity(torch.cat([named, self.dropout(around)], -1)),
        }

    def label(self, dependent: Tensor, head: Tensor, heads: Tensor) -> Tensor:
        """Score relation labels of words (windows, words, labels) for given heads (windows, words; indices of words)."""
        chosen = head.gather(1, heads.unsqueeze(-1).expand(-1, -1, head.shape[-1]))
        bilinear = self.rel_weight(dependent).view(*dependent.shape[:2], -1, dependent.shape[-1])
        scores: Tensor = (bilinear @ chosen.unsqueeze(-1)).squeeze(-1) + self.rel_linear(
            torch.cat([dependent, chosen], -1)
        )
        return scores


def pool(pieces: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Return the mean of each word's first and last piece: (windows, words, hidden)."""

    def at(index: Tensor) -> Tensor:
        return pieces.gather(1, index.unsqueeze(-1).expand(-1, -1, pieces.shape[-1]))

    return (at(first) + at(last)) / 2
