"""Train the reader to relate mentions: `python -m kg.training.relations DATA ENCODER RUN ANNOTATED`.

It starts from network.pt and branch.pt of the run folder (`kg.training.train`, `kg.training.entities`) and writes
reader.pt and relations.json there. The pairs are those that a build proposes with the weights that are installed, so
export the entities first. Articles held out of DATA/claims set the thresholds and calibrate the confidence. The learning
curve is drawn by `kg.training.curve`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from kg.extract.confidence import LEAST_ODDS
from kg.extract.details import KINDS
from kg.extract.features import PairArrays, legal_relations
from kg.training.batches import IGNORE
from kg.training.calibration import Judged, best_threshold, calibrate, fitted, judge_pairs, shuffled
from kg.training.entities import gold_tags, load_base, piece_tensors
from kg.training.examples import UNKNOWN, Example, ExampleMaker
from kg.training.network import HIDDEN, Network, pool
from kg.training.reader import Reader, lower_layers

MODALITY_WEIGHT, LINK_WEIGHT, ENTITY_WEIGHT = 0.3, 0.3, 4.0
USUAL_PAIRS = 40.0  # the losses of a document are summed and divided by this


@dataclass(frozen=True)
class Prepared:
    """An example as tensors; `hard` tells which pairs are always shown."""

    example: Example
    inputs: dict[str, Tensor]
    pairs: dict[str, Tensor]
    labels: Tensor
    legal: Tensor
    tags: Tensor
    hard: Tensor
    vectors: Tensor


class RelationTrainer:
    """The reader with what it is trained from; without a network, its scorers alone, on vectors of the installed weights."""

    def __init__(self, network: Network | None, tokenizer: Any, maker: ExampleMaker, config: dict[str, Any]) -> None:
        self.network, self.tokenizer, self.maker, self.config = network, tokenizer, maker, config
        known = maker.inventory
        self.reader = Reader(
            network,
            config["depth"],
            relations=len(known.relations),
            types=len(known.types),
            steps=len(known.steps),
            cases=len(known.cases),
            modalities=4,
            stages=len(maker.stage_names),
        )
        ontology = maker.stages.extractor.ontology
        self.legal = torch.tensor(legal_relations(known, ontology))
        self.symmetric = np.array([ontology.relations[r].symmetric for r in known.relations])

    def prepare(self, example: Example) -> Prepared:
        """Return an example as tensors."""
        inputs = piece_tensors(example.rows, self.tokenizer)
        pairs = pair_tensors(example.arrays)
        labels = torch.tensor(example.labels)
        adjacent = (example.arrays.path < 0).all(1) & ~example.arrays.absent
        hard = (example.labels > 0).any(1) | (example.arrays.votes > 0).any(1) | adjacent
        return Prepared(
            example=example,
            inputs=inputs,
            pairs=pairs,
            labels=labels,
            legal=self.legal[pairs["kinds"][:, 0], pairs["kinds"][:, 3]],
            tags=gold_tags(example),
            hard=torch.tensor(hard),
            vectors=torch.tensor(example.vectors),
        )

    def words(self, p: Prepared) -> tuple[Tensor, list[Tensor]]:
        """Return the vectors of a document's words and the layers that they come from, if they are trained."""
        if self.network is None or self.reader.branch is None:
            return p.vectors, []
        inputs = p.inputs
        depth = self.config["depth"]
        lower = lower_layers(self.network, depth, inputs["pieces"], inputs["mask"], inputs["piece_shapes"])
        layers = self.reader.branch(lower, inputs["mask"])
        pooled = pool(layers[-1], p.inputs["first"], p.inputs["last"])
        words = torch.zeros(p.example.words, HIDDEN, dtype=pooled.dtype)
        for row, (index, _, _) in zip(pooled, p.example.rows, strict=True):
            words[index] = row[: len(index)]
        return words, layers

    def loss(self, p: Prepared) -> Tensor:
        """Return the summed loss of a document; pairs that are plainly unrelated are sampled."""
        taken = (p.hard | (torch.rand(len(p.hard)) < 0.5)).nonzero()[:, 0]
        weight = torch.where(p.hard[taken], 1.0, 2.0).unsqueeze(-1)
        shown = {k: v[taken] for k, v in p.pairs.items()}
        kept = (torch.rand(len(taken), 1) >= self.config["vote_dropout"]).float()
        shown["votes"] = shown["votes"] * kept
        with torch.autocast("cpu", dtype=torch.bfloat16):
            words, layers = self.words(p)
            scores, hidden = self.reader.pairs(words, **shown)
        labels = p.labels[taken]
        counted = p.legal[taken] & (labels != UNKNOWN)
        wrong = F.binary_cross_entropy_with_logits(scores.float(), labels.clamp(min=0).float(), reduction="none")
        loss = (wrong * weight)[counted].sum()
        loss = loss + ENTITY_WEIGHT * self._entity_loss(p, layers)
        place = torch.full((len(p.hard),), -1, dtype=torch.long)
        place[taken] = torch.arange(len(taken))
        total: Tensor = loss + self._detail_loss(p, words, hidden, place)
        return total / USUAL_PAIRS

    def _entity_loss(self, p: Prepared, layers: list[Tensor]) -> Tensor:
        if self.reader.branch is None:
            return torch.zeros(())
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tags = self.reader.branch.tags(layers, p.inputs["first"], p.inputs["last"], p.inputs["word_shapes"])
        return F.cross_entropy(tags.float().flatten(0, 1), p.tags.flatten(), ignore_index=IGNORE)

    def _detail_loss(self, p: Prepared, words: Tensor, hidden: Tensor, place: Tensor) -> Tensor:
        details = p.example.details
        if not details:
            return torch.zeros(())
        at, relation = place[[d.pair for d in details]], torch.tensor([d.relation for d in details])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            modality, stage = self.reader.details(
                hidden[at], relation, torch.tensor([d.said for d in details]), torch.tensor([d.worded for d in details])
            )
        loss = F.cross_entropy(modality.float(), torch.tensor([d.modality for d in details]), reduction="sum")
        loss = loss + F.cross_entropy(stage.float(), torch.tensor([d.stage for d in details]), reduction="sum")
        scores, labels = self.link_scores(p, words, hidden, place)
        if len(labels):
            loss = loss + F.binary_cross_entropy_with_logits(scores.float(), labels, reduction="sum")
        return MODALITY_WEIGHT * loss

    def link_scores(self, p: Prepared, words: Tensor, hidden: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores and labels of the links of a document's gold claims."""
        rows = [(d, link, belongs) for d in p.example.details for link, belongs in d.links]
        if not rows:
            return torch.zeros(0), torch.zeros(0)
        at = torch.tensor([[link.start, link.last, d.trigger] for d, link, _ in rows])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores: Tensor = self.reader.links(
                hidden[place[[d.pair for d, _, _ in rows]]],
                torch.tensor([d.relation for d, _, _ in rows]),
                torch.tensor([KINDS.index(link.kind) for _, link, _ in rows]),
                words[at],
                torch.tensor([link.flags for _, link, _ in rows]),
            )
        return scores, torch.tensor([float(belongs) for _, _, belongs in rows])

    def train(self, examples: list[Prepared]) -> Iterator[int]:
        """Train in place, yielding the number of each epoch that is done."""
        rng, config = random.Random(self.config["seed"]), self.config
        own = [p for name, p in self.reader.named_parameters() if name.startswith("branch.")]
        heads = [p for name, p in self.reader.named_parameters() if not name.startswith("branch.")]
        optimizer = torch.optim.AdamW(
            [{"params": heads, "lr": config["scorer_rate"]}, {"params": own, "lr": config["branch_rate"]}],
            weight_decay=0.01,
        )
        steps = config["relation_epochs"] * math.ceil(len(examples) / config["documents"])
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda n: min(n / (0.08 * steps + 1), max(0.0, (steps - n) / (0.92 * steps)))
        )
        started = time.time()
        for epoch in range(config["relation_epochs"]):
            self.reader.train()
            order = rng.sample(examples, len(examples))
            total = 0.0
            for at in range(0, len(order), config["documents"]):
                group = order[at : at + config["documents"]]
                optimizer.zero_grad()
                loss = torch.stack([self.loss(p) for p in group]).mean()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                total += loss.item()
            print(
                f"epoch {epoch + 1} {time.time() - started:.0f}s loss {total * config['documents'] / len(order):.3f}",
                flush=True,
            )
            yield epoch + 1

    @torch.no_grad()
    def judge(self, examples: Sequence[Prepared]) -> list[Judged]:
        """Return what the model says of each pair that may be related, the likeliest of those that name the same two."""
        self.reader.eval()
        return [found for p in examples for found in self._judge(p)]

    def _judge(self, p: Prepared) -> list[Judged]:
        words, _ = self.words(p)
        odds = self.reader.pairs(words, **p.pairs)[0].masked_fill(~p.legal, LEAST_ODDS)
        return judge_pairs(p.example, odds.numpy(), p.legal.numpy(), self.symmetric)

    def report(self, examples: Sequence[Prepared]) -> str:
        """Return the best F1 over all thresholds, with confidence fitted to these examples themselves."""
        judged = self.judge(examples)
        threshold, f1, precision, recall = best_threshold(
            judged, calibrate(judged), sum(p.example.gold for p in examples)
        )
        return f"F1 {f1:.3f} (P {precision:.3f}, R {recall:.3f}) at {threshold:.2f}"


def pair_tensors(arrays: PairArrays) -> dict[str, Tensor]:
    """Return the arguments of `PairScorer.forward` besides the words."""
    names = ("ends", "kinds", "path", "steps", "between", "flags", "votes")
    found = {name: torch.tensor(getattr(arrays, name)) for name in names}
    bounds = np.zeros((0, 2), dtype=np.int64) if not len(arrays) else arrays.passages[arrays.passage]
    return found | {"bounds": torch.tensor(bounds)}


def load_examples(data: Path, annotated: Path, maker: ExampleMaker, held_out: int) -> dict[str, list[Example]]:
    """Return the examples by what they are for."""
    articles = shuffled(maker.read(data / "claims"))
    return {
        "held out": articles[:held_out],
        "training": articles[held_out:] + list(maker.read(annotated / "train")),
        "test": list(maker.read(annotated / "test")),
    }


def write(run: Path, trainer: RelationTrainer, judged: Sequence[Judged], gold: int) -> None:
    """Write the trained weights and all that the numbers stand for."""
    torch.save(trainer.reader.state_dict(), run / "reader.pt")
    known = asdict(trainer.maker.inventory) | {
        "stages": trainer.maker.stage_names,
        "width": HIDDEN,
        "depth": trainer.config["depth"],
        **fitted(judged, gold),
    }
    (run / "relations.json").write_text(json.dumps(known, indent=1), encoding="utf-8")


def report(trainer: RelationTrainer, prepared: Mapping[str, Sequence[Prepared]]) -> None:
    """Print how well each set of examples is read."""
    for name, found in prepared.items():
        print(f"  {name}: {trainer.report(found)}", flush=True)


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
    examples = load_examples(args.data, args.annotated, maker, config["held_out"])
    network, _labels, tokenizer = load_base(args.run, args.encoder)
    trainer = RelationTrainer(network, tokenizer, maker, config)
    branch = torch.load(args.run / "branch.pt", weights_only=True)
    trainer.reader.load_state_dict({f"branch.{name}": value for name, value in branch.items()}, strict=False)
    prepared = {name: [trainer.prepare(e) for e in found] for name, found in examples.items()}
    training = prepared.pop("training")
    print(f"{len(training)} articles, {sum(p.example.gold for p in training)} claims", flush=True)
    for epoch in trainer.train(training):
        if epoch % 2 == 0 and epoch < config["relation_epochs"]:
            report(trainer, prepared)
    report(trainer, prepared)
    gold = sum(p.example.gold for p in prepared["held out"])
    write(args.run, trainer, trainer.judge(prepared["held out"]), gold)


if __name__ == "__main__":
    main()
