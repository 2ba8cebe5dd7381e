"""How much more annotated articles would give: `python -m kg.training.curve DATA ANNOTATED --measure FOLDER`.

Trains the scorers of pairs and details anew on a quarter, half and all of the training articles, and prints what each finds
in the articles that are held out, in those of ANNOTATED/test and in FOLDER: the best F1 of pairs over all thresholds. They
read the words' vectors of the installed weights, which all articles have trained, so the curve is that of the scorers.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from pathlib import Path

import torch
from tokenizers import Tokenizer

from kg.extract.relations import load_relation_model
from kg.language.pipeline import WEIGHTS
from kg.ontology import load_ontology
from kg.training.examples import ExampleMaker
from kg.training.relations import RelationTrainer, load_examples

SHARES = (0.25, 0.5, 1.0)


def main() -> None:
    """Train and print as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "annotated"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--measure", type=Path, nargs="+", default=(), help="other folders of annotated articles")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    args = parser.parse_args()
    config = tomllib.loads(args.config.read_text(encoding="utf-8"))
    torch.set_num_threads(config["threads"])
    installed = load_relation_model(load_ontology())
    maker = ExampleMaker.load(args.data, installed.inventory if installed else None)
    examples = load_examples(args.data, args.annotated, maker, config["held_out"])
    examples |= {str(folder): list(maker.read(folder)) for folder in args.measure}
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    prepare = RelationTrainer(None, tokenizer, maker, config).prepare
    prepared = {name: [prepare(e) for e in found] for name, found in examples.items()}
    training = prepared.pop("training")
    for share in SHARES:
        torch.manual_seed(config["seed"])
        trainer = RelationTrainer(None, tokenizer, maker, config)
        shown = random.Random(3).sample(training, round(len(training) * share))
        for _epoch in trainer.train(shown):
            pass
        print(f"{len(shown)} articles, {sum(p.example.gold for p in shown)} claims")
        for name, found in prepared.items():
            print(f"  {name}: {trainer.report(found)}", flush=True)


if __name__ == "__main__":
    main()
