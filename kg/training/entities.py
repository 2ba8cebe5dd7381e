"""Train the reader's own layers to find names: `python -m kg.training.entities DATA ENCODER RUN ANNOTATED`.

It starts from the network of `kg.training.train` in the run folder and writes branch.pt there. Articles of DATA/claims
and ANNOTATED/train teach the types of this field, a part of the treebanks keeps what was known of other texts.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from kg.language.decoding import decode_entities
from kg.language.features import SHAPES
from kg.training.batches import IGNORE, LOWER, TITLE, Batch, Batcher, batches
from kg.training.data import TAG_ID, TAGS, Labels, windows
from kg.training.examples import Example, ExampleMaker, Row
from kg.training.network import FAR, Network
from kg.training.reader import Branch, lower_layers
from kg.training.train import read_training_data

_HEADLINES = 0.06  # share of documents that are shown with capitalised words


def load_base(run: Path, encoder: Path) -> tuple[Network, Labels, Tokenizer]:
    """Return the trained network of a run, its labels and the tokenizer."""
    labels = Labels(**json.loads((run / "labels.json").read_text(encoding="utf-8")))
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    network = Network(tokenizer.get_vocab_size(), {name: len(values) for name, values in vars(labels).items()})
    network.load_state_dict(torch.load(run / "network.pt", weights_only=True))
    return network.eval(), labels, tokenizer


def piece_tensors(rows: Sequence[Row], tokenizer: Tokenizer) -> dict[str, Tensor]:
    """Return the inputs of the network for windows."""
    first_id, last_id = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    length = max(sum(map(len, pieces)) for _, pieces, _ in rows) + 2
    width = max(len(words) for words, _, _ in rows)
    other = SHAPES.index("other")
    inputs = {name: torch.zeros(len(rows), length, dtype=torch.long) for name in ("pieces", "mask")}
    inputs |= {"piece_shapes": torch.full((len(rows), length), other)}
    inputs |= {name: torch.zeros(len(rows), width, dtype=torch.long) for name in ("first", "last")}
    inputs |= {"word_shapes": torch.full((len(rows), width), other)}
    for b, (words, pieces, shapes) in enumerate(rows):
        flat = [first_id]
        for i, ids in enumerate(pieces):
            inputs["first"][b, i], inputs["last"][b, i] = len(flat), len(flat) + len(ids) - 1
            inputs["piece_shapes"][b, len(flat) : len(flat) + len(ids)] = shapes[i]
            flat += ids
        flat.append(last_id)
        inputs["pieces"][b, : len(flat)] = torch.tensor(flat)
        inputs["mask"][b, : len(flat)] = 1
        inputs["word_shapes"][b, : len(words)] = torch.tensor(shapes)
    return inputs


def gold_tags(example: Example) -> Tensor:
    """Return the tag of each word of each window, IGNORE where there is no word."""
    tag = {
        i: TAG_ID[f"{'B' if i == start else 'I'}-{kind}"]
        for start, end, kind in example.entities
        for i in range(start, end)
    }
    gold = torch.full((len(example.rows), max(len(words) for words, _, _ in example.rows)), IGNORE)
    for b, (words, _, _) in enumerate(example.rows):
        gold[b, : len(words)] = torch.tensor([tag.get(i, 0) for i in words])
    return gold


def headline(inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return inputs with every word capitalised."""
    shown = {k: torch.where(inputs[k] == LOWER, TITLE, inputs[k]) for k in ("piece_shapes", "word_shapes")}
    return inputs | shown


class EntityTrainer:
    """A branch and what its losses and scores need."""

    def __init__(self, network: Network, labels: Labels, tokenizer: Tokenizer, depth: int) -> None:
        self.network, self.tokenizer, self.depth = network, tokenizer, depth
        self.branch = Branch(network, depth, 0.1)
        self.batcher = Batcher(tokenizer, labels)

    def scores(self, inputs: dict[str, Tensor]) -> Tensor:
        """Return scores of tags (windows, words, tags)."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            lower = lower_layers(self.network, self.depth, inputs["pieces"], inputs["mask"], inputs["piece_shapes"])
            layers = self.branch(lower, inputs["mask"])
            return self.branch.tags(layers, inputs["first"], inputs["last"], inputs["word_shapes"]).float()

    def article_loss(self, example: Example, capitals: bool) -> Tensor:
        """Return the loss on a document of the field."""
        inputs = piece_tensors(example.rows, self.tokenizer)
        scores = self.scores(headline(inputs) if capitals else inputs)
        return F.cross_entropy(scores.flatten(0, 1), gold_tags(example).flatten(), ignore_index=IGNORE)

    def treebank_loss(self, batch: Batch) -> Tensor | None:
        """Return the loss on sentences with coarse types, if they have any."""
        informative = ~batch.allowed.all(-1) & (batch.sentence >= 0)
        if not informative.any():
            return None
        scores = self.scores(batch.inputs).log_softmax(-1)
        loss: Tensor = -scores.masked_fill(~batch.allowed, FAR).logsumexp(-1)[informative].mean()
        return loss

    @torch.no_grad()
    def f1(self, examples: Sequence[Example]) -> float:
        """Return the F1 of names with span and type."""
        self.branch.eval()
        right = found = wanted = 0
        for e in examples:
            scores = self.scores(piece_tensors(e.rows, self.tokenizer)).log_softmax(-1).numpy()
            spans = {
                (words[a], words[b - 1] + 1, kind)
                for row, (words, _, _) in zip(scores, e.rows, strict=True)
                for a, b, kind in decode_entities(row[: len(words)], TAGS)
            }
            right, found, wanted = right + len(spans & set(e.entities)), found + len(spans), wanted + len(e.entities)
        self.branch.train()
        return round(2 * right / max(1, found + wanted), 4)


def train_entities(
    trainer: EntityTrainer, examples: list[Example], sources: Path, config: dict[str, Any]
) -> Iterator[int]:
    """Train in place, yielding the number of each epoch that is done."""
    rng = random.Random(config["seed"])
    data = read_training_data(sources)
    syntax = data["ewt-train"] + data["gum-train"]
    own = [p for name, p in trainer.branch.named_parameters() if name.startswith("layers")]
    heads = [p for name, p in trainer.branch.named_parameters() if not name.startswith("layers")]
    optimizer = torch.optim.AdamW([{"params": own, "lr": 4e-5}, {"params": heads, "lr": 3e-4}], weight_decay=0.01)
    packed = windows(syntax, rng, config["window"])
    size = len(examples) + config["treebank_share"] * len(list(batches(packed, config["batch"], random.Random(0))))
    steps = config["entity_epochs"] * size
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: max(0.02, min((n + 1) / (0.05 * steps + 1), (steps - n) / (0.95 * steps)))
    )
    started = time.time()
    for epoch in range(config["entity_epochs"]):
        kept = [w for w in windows(syntax, rng, config["window"]) if rng.random() < config["treebank_share"]]
        items: list[Any] = [*examples, *batches(kept, config["batch"], rng)]
        rng.shuffle(items)
        total = 0.0
        for item in items:
            if isinstance(item, Example):
                loss = trainer.article_loss(item, rng.random() < _HEADLINES)
            else:
                loss = trainer.treebank_loss(trainer.batcher.batch(item, rng))
            if loss is None:
                continue
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trainer.branch.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} {time.time() - started:.0f}s loss {total / len(items):.4f}", flush=True)
        yield epoch + 1


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "run", "annotated"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text(encoding="utf-8"))
    torch.manual_seed(config["seed"])
    torch.set_num_threads(config["threads"])
    maker = ExampleMaker.load(args.data)
    examples = [e for folder in (args.data / "claims", args.annotated / "train") for e in maker.read(folder)]
    test = list(maker.read(args.annotated / "test"))
    network, labels, tokenizer = load_base(args.run, args.encoder)
    trainer = EntityTrainer(network, labels, tokenizer, config["depth"])
    print(f"{len(examples)} articles; names on the test articles before: {trainer.f1(test)}", flush=True)
    for _ in train_entities(trainer, examples, args.data, config):
        print(f"names on the test articles: {trainer.f1(test)}", flush=True)
        torch.save(trainer.branch.state_dict(), args.run / "branch.pt")


if __name__ == "__main__":
    main()
