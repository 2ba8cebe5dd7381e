"""Read the weights that ship back into a run that can be trained on: `python -m kg.training.restore RUN`.

It writes network.pt, labels.json, branch.pt and tokenizer.json, so that a later stage can be trained anew without the
earlier ones (`kg.training.entities`, `kg.training.relations`, with RUN as the encoder's folder too). Weights that ship as
int8 come back rounded; exported again they are what they were. The network's own head for names does not ship: the
branch's stands for it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor

from kg.language.pipeline import WEIGHTS
from kg.training.data import Labels
from kg.training.export import INT8, SCALE
from kg.training.network import Network
from kg.training.reader import Branch

Tables = dict[str, NDArray[Any]]

_MIX = "{}/Split"  # the node that takes a mean of layers apart; its weights went through a softmax

Weights = dict[str, Tensor]


def restore(weights: Path, run: Path) -> None:
    """Write into `run` what the stages of training leave there, from weights that were exported."""
    labels = Labels(**json.loads((weights / "labels.json").read_text(encoding="utf-8")))
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    found = _parameters(weights / "encoder.onnx") | _parameters(weights / "labeller.onnx")
    network = Network(tokenizer.get_vocab_size(), {name: len(values) for name, values in vars(labels).items()})
    branch = Branch(network, _depth(found), 0.0)
    own = _below(found, "branch.")
    branch.load_state_dict(own)
    names = {f"entity_{name}": value for name, value in own.items() if not name.startswith(("layers.", "entity."))}
    names |= {name: value for name, value in own.items() if name.startswith("entity.")}
    network.load_state_dict(_below(found, "network.") | names)
    run.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), run / "network.pt")
    torch.save(branch.state_dict(), run / "branch.pt")
    for name in ("labels.json", "tokenizer.json"):
        shutil.copy(weights / name, run)


def _depth(found: Weights) -> int:
    return sum(name.startswith("branch.layers.") and name.endswith(".query.bias") for name in found)


def _below(found: Weights, prefix: str) -> Weights:
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}


def _parameters(path: Path) -> Weights:
    """Return the trained weights of an exported graph by the names that they had as parameters."""
    graph = onnx.load(path).graph
    stored = _unpacked({t.name: numpy_helper.to_array(t) for t in graph.initializer})
    found = {name: value for name, value in stored.items() if not name.startswith("onnx::")}
    found |= dict(_tables(graph, stored))
    for node in graph.node:
        for mix in ("network.syntax_mix", "branch.mix"):
            if node.op_type == "Split" and node.name.endswith(_MIX.format(mix.partition(".")[2])):
                found[f"{mix}.weights"] = np.log(stored[node.input[0]])
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def _tables(graph: onnx.GraphProto, stored: Tables) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the tables of linear layers, which lost their names: each stands, turned, before the bias that kept its own."""
    made_by = {out: node for node in graph.node for out in node.output}
    biased: dict[str, str] = {}
    for node in graph.node:
        bias = next((name for name in node.input if name.endswith(".bias") and name in stored), None)
        if node.op_type == "Add" and bias:
            biased |= {name: bias.removesuffix(".bias") for name in node.input if name != bias}
    for node in graph.node:
        if node.op_type != "MatMul":
            continue
        layer = biased.get(node.output[0]) or ("network.rel_weight" if "/rel_weight/" in node.name else None)
        packed = made_by.get(node.input[1])
        cast = made_by.get(packed.input[0]) if packed and packed.op_type == "Mul" else None
        table = cast.input[0].removesuffix(INT8) if cast and cast.op_type == "Cast" else node.input[1]
        if layer and table in stored:
            yield f"{layer}.weight", stored[table].T


def _unpacked(stored: Mapping[str, NDArray[Any]]) -> Tables:
    """Undo what the export does to large tables."""
    whole = {name: value for name, value in stored.items() if not name.endswith((INT8, SCALE))}
    packed = {name.removesuffix(INT8) for name in stored if name.endswith(INT8)}
    return whole | {name: stored[name + INT8].astype(np.float32) * stored[name + SCALE] for name in packed}


def main() -> None:
    """Restore the weights that ship."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    restore(WEIGHTS, parser.parse_args().run)


if __name__ == "__main__":
    main()
