"""Train the pipeline's network: `python -m kg.training.train DATA_FOLDER ENCODER_FOLDER RUN_FOLDER`.

The model card says where data and encoder come from; `config.toml` holds rates, sizes and the seed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import tomllib
from pathlib import Path
from typing import Any

import spacy
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from kg.training.articles import read_articles, read_demonyms
from kg.training.batches import IGNORE, Batch, Batcher, batches
from kg.training.data import COARSE_OF, Labels, Sentence, coarse_tag, iob2_spans, windows
from kg.training.network import FAR, Network
from kg.training.treebanks import read_treebank

LOSS_WEIGHTS = {"upos": 0.5, "xpos": 0.5, "lemma": 0.5, "start": 0.5, "arc": 1.0, "rel": 1.0, "entity": 1.0}


def arc_scores(out: dict[str, Tensor], sentence: Tensor) -> Tensor:
    """Scores of heads (windows, words, words + 1) within the sentence; the last column is the root."""
    apart = (sentence[:, :, None] != sentence[:, None, :]) | torch.eye(sentence.shape[1], dtype=torch.bool)
    return torch.cat([out["arc"].masked_fill(apart, FAR), out["root"].unsqueeze(-1)], -1)


def losses(network: Network, out: dict[str, Tensor], batch: Batch) -> dict[str, Tensor]:
    """Return the loss of each head over a batch."""
    gold = batch.gold
    found: dict[str, Tensor] = {}
    known = gold["head"] != IGNORE
    if known.any():
        for name in ("upos", "xpos", "lemma"):
            found[name] = F.cross_entropy(out[name].flatten(0, 1), gold[name].flatten(), ignore_index=IGNORE)
        found["start"] = F.binary_cross_entropy_with_logits(out["start"][known], gold["start"][known].float())
        width = gold["head"].shape[1]
        target = gold["head"].clone()
        target[gold["head"] == -1] = width
        found["arc"] = F.cross_entropy(
            arc_scores(out, batch.sentence).flatten(0, 1), target.flatten(), ignore_index=IGNORE
        )
        labelled = network.label(out["rel_dependent"], out["rel_head"], gold["head"].clamp(min=0))
        deprel = gold["deprel"].masked_fill(gold["head"] < 0, IGNORE)
        found["rel"] = F.cross_entropy(labelled.flatten(0, 1), deprel.flatten(), ignore_index=IGNORE)
    informative = ~batch.allowed.all(-1) & (batch.sentence >= 0)
    if informative.any():
        log_p = out["entity"].log_softmax(-1).masked_fill(~batch.allowed, FAR).logsumexp(-1)
        found["entity"] = -log_p[informative].mean()
    return found


@torch.no_grad()
def score_syntax(network: Network, batcher: Batcher, sentences: list[Sentence], words: int) -> dict[str, float]:
    """Attachment and tag accuracy with gold tokens and gold sentences, heads chosen greedily."""
    network.eval()
    right = dict.fromkeys(("uas", "las", "upos", "xpos", "lemma"), 0)
    total = 0
    for group in batches([[s] for s in sentences], words, random.Random(0)):
        batch = batcher.batch(group)
        out = network(**batch.inputs)
        gold, known = batch.gold, batch.gold["head"] != IGNORE
        width = known.shape[1]
        head = arc_scores(out, batch.sentence).argmax(-1)
        rel = network.label(out["rel_dependent"], out["rel_head"], head.clamp(max=width - 1)).argmax(-1)
        root = batcher.ids["deprels"]["root"]
        rel = torch.where(head == width, root, rel)
        target = torch.where(gold["head"] < 0, width, gold["head"])
        attached = (head == target) & known
        right["uas"] += int(attached.sum())
        right["las"] += int((attached & (rel == gold["deprel"])).sum())
        for name in ("upos", "xpos", "lemma"):
            right[name] += int(((out[name].argmax(-1) == gold[name]) & known).sum())
        total += int(known.sum())
    network.train()
    return {k: round(v / total, 4) for k, v in right.items()}


@torch.no_grad()
def score_entities(
    network: Network, batcher: Batcher, sentences: list[Sentence], gold_tags: list[list[str]], words: int
) -> float:
    """Span F1 for PER, ORG and LOC on sentences with UNER tags."""
    network.eval()
    hits = predicted = wanted = 0
    for at in range(0, len(sentences), 16):
        batch = batcher.batch([[s] for s in sentences[at : at + 16]])
        best = network(**batch.inputs)["entity"].argmax(-1)
        for row, s, gold in zip(best, sentences[at : at + 16], gold_tags[at : at + 16], strict=True):
            tags = [batcher.labels.tags[i] for i in row[: len(s.words)]]
            found = {(a, b, COARSE_OF[k]) for a, b, k in iob2_spans(tags) if k in COARSE_OF}
            known = {span for span in iob2_spans(gold) if span[2] in {"PER", "ORG", "LOC"}}
            hits, predicted, wanted = hits + len(found & known), predicted + len(found), wanted + len(known)
    network.train()
    return round(2 * hits / max(1, predicted + wanted), 4)


def read_training_data(data: Path) -> dict[str, list[Sentence]]:
    """Return sentences by purpose: treebanks' parts and annotated articles."""
    syntax, entities = data / "syntax", data / "entities"
    found = {}
    for part in ("train", "dev"):
        found[f"ewt-{part}"] = read_treebank(syntax / f"ewt-{part}.conllu.xz", entities / f"uner-ewt-{part}.iob2.xz")
        found[f"gum-{part}"] = read_treebank(syntax / f"gum-{part}.conllu.xz")
    demonyms = read_demonyms(data / "names" / "country.csv")
    found["claims"] = read_articles(data / "claims", spacy.blank("en"), demonyms)
    return found


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "run"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--limit", type=int, help="use only so many sentences of each set, to prove the loop")
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text(encoding="utf-8"))
    train(config, args.data, args.encoder, args.run, args.limit)


def train(config: dict[str, Any], sources: Path, encoder: Path, output: Path, limit: int | None = None) -> None:
    """Train a network and write it and its labels to the run folder `output`; `limit` sentences to try the loop."""
    torch.manual_seed(config["seed"])
    torch.set_num_threads(config["threads"])
    rng = random.Random(config["seed"])
    output.mkdir(parents=True, exist_ok=True)
    data = {k: v[:limit] for k, v in read_training_data(sources).items()}
    syntax = data["ewt-train"] + data["gum-train"]
    labels = Labels.from_sentences(syntax)
    (output / "labels.json").write_text(json.dumps(vars(labels), indent=1), encoding="utf-8")
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    batcher = Batcher(tokenizer, labels)
    sizes = {name: len(values) for name, values in vars(labels).items()}
    network = Network(tokenizer.get_vocab_size(), sizes, config["dropout"], config["head_dropout"])
    network.encoder.load_minilm(load_file(encoder / "model.safetensors"))

    inner = list(network.encoder.parameters())
    outer = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": inner, "lr": config["encoder_rate"]}, {"params": outer, "lr": config["head_rate"]}],
        weight_decay=0.01,
    )
    packed = (
        windows(syntax, rng, config["window"])
        + windows(data["claims"], rng, config["window"]) * config["claims_repeat"]
    )
    steps = config["epochs"] * len(list(batches(packed, config["batch"], random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(n / (0.05 * steps + 1), max(0.0, (steps - n) / (0.95 * steps)))
    )
    dev = data["ewt-dev"] + data["gum-dev"]
    dev_tags = [[coarse_tag(t) for t in s.tags] for s in data["ewt-dev"]]
    started, step = time.time(), 0
    for epoch in range(config["epochs"]):
        packed = windows(syntax, rng, config["window"])
        packed += windows(data["claims"], rng, config["window"]) * config["claims_repeat"]
        sums: dict[str, float] = {}
        for group in batches(packed, config["batch"], rng):
            batch = batcher.batch(group, rng)
            found = losses(network, network(**batch.inputs), batch)
            loss = sum(LOSS_WEIGHTS[k] * v for k, v in found.items())
            if not isinstance(loss, Tensor) or not math.isfinite(loss.item()):
                continue
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            for k, v in found.items():
                sums[k] = 0.98 * sums.get(k, v.item()) + 0.02 * v.item()
            if step % 100 == 0:
                print(
                    f"{step}/{steps} {time.time() - started:.0f}s " + " ".join(f"{k} {v:.3f}" for k, v in sums.items()),
                    flush=True,
                )
        scores: dict[str, Any] = score_syntax(network, batcher, dev, config["batch"])
        scores["entities"] = score_entities(network, batcher, data["ewt-dev"], dev_tags, config["batch"])
        print(f"epoch {epoch + 1} {time.time() - started:.0f}s {scores}", flush=True)
        torch.save(network.state_dict(), output / "network.pt")


if __name__ == "__main__":
    main()
