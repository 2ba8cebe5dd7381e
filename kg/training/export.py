"""Write the trained network as ONNX with int8 weights: `python -m kg.training.export RUN_FOLDER ENCODER_FOLDER WEIGHTS_FOLDER`."""

from __future__ import annotations

import argparse
import json
import math
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.training.network import Network

ENCODER_INPUTS = ("pieces", "mask", "piece_shapes", "first", "last", "word_shapes")
LEMMA_CANDIDATES = 4
SMALLEST_TABLE = 4096  # numbers
ENCODER_OUTPUTS = ("upos", "xpos", "lemma", "start", "arc", "root", "rel_dependent", "rel_head", "entity")


class Tagger(nn.Module):
    """The network as a function of positional tensors; log-probabilities for entity tags, best ids for the other tags."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, pieces: Tensor, mask: Tensor, piece_shapes: Tensor, first: Tensor, last: Tensor, word_shapes: Tensor
    ) -> tuple[Tensor, ...]:
        """Compute the outputs in the order in which the graph names them."""
        out = self.network(pieces, mask, piece_shapes, first, last, word_shapes)
        for name in ("upos", "xpos"):
            out[name] = out[name].argmax(-1)
        out["lemma"] = out["lemma"].topk(LEMMA_CANDIDATES).indices
        out["entity"] = out["entity"].log_softmax(-1)
        return tuple(out[name] for name in ENCODER_OUTPUTS)


class Labeller(nn.Module):
    """Best dependency label of each word for a given head."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, dependent: Tensor, head: Tensor, heads: Tensor) -> Tensor:
        """Compute the outputs in the order in which the graph names them."""
        scores: Tensor = self.network.label(dependent, head, heads)
        return scores.argmax(-1)


def export(run: Path, encoder: Path, weights: Path) -> None:
    """Write encoder.onnx, labeller.onnx, labels.json and tokenizer.json of a run."""
    labels = json.loads((run / "labels.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    network = Network(tokenizer.get_vocab_size(), {name: len(values) for name, values in labels.items()})
    network.load_state_dict(torch.load(run / "network.pt", weights_only=True))
    network.eval()
    weights.mkdir(parents=True, exist_ok=True)

    pieces, words = torch.randint(5, 1000, (2, 12)), torch.tensor([[1, 2, 4], [1, 3, 5]])
    sample = (pieces, torch.ones_like(pieces), torch.zeros_like(pieces), words, words, torch.zeros_like(words))
    axes = {
        name: {0: "windows", 1: "pieces" if name in {"pieces", "mask", "piece_shapes"} else "words"}
        for name in ENCODER_INPUTS
    }
    axes |= {name: {0: "windows", 1: "words"} for name in ENCODER_OUTPUTS}
    axes["arc"][2] = "words"
    _write(Tagger(network), sample, ENCODER_INPUTS, ENCODER_OUTPUTS, axes, weights / "encoder.onnx")
    rel = torch.zeros(2, 3, network.rel_head.out_features)
    axes = {name: {0: "windows", 1: "words"} for name in ("dependent", "head", "heads", "deprel")}
    _write(
        Labeller(network),
        (rel, rel, torch.zeros_like(words)),
        ("dependent", "head", "heads"),
        ("deprel",),
        axes,
        weights / "labeller.onnx",
    )
    (weights / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=0), encoding="utf-8")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(weights / "tokenizer.json"), pretty=False)


def _write(
    module: nn.Module,
    sample: tuple[Tensor, ...],
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    axes: dict[str, dict[int, str]],
    path: Path,
) -> None:
    """Export one graph with its large tables of weights as int8."""
    torch.onnx.export(
        module,
        sample,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(path)
    _shrink(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _shrink(graph: onnx.GraphProto) -> None:
    """Keep large tables as int8 and a scale for each column (of embeddings for each row); they are computed with as floats.

    Activations are not quantised: their rounding would carry the last bits, in which processors differ, into the result.
    """
    tables = {t.name: t for t in graph.initializer if len(t.dims) == 2 and math.prod(t.dims) >= SMALLEST_TABLE}
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"} & tables.keys()
    for name, table in tables.items():
        values = numpy_helper.to_array(table)
        scale = np.abs(values).max(axis=1 if name in looked_up else 0, keepdims=True) / 127
        scale[scale == 0] = 1
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(np.rint(values / scale).astype(np.int8), f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
    before: list[onnx.NodeProto] = []
    for node in graph.node:
        used = next((name for name in node.input if name in tables), None)
        before += [node] if used is None else _unpacked(node, used, used in looked_up)
    del graph.node[:]
    graph.node.extend(before)


def _unpacked(node: onnx.NodeProto, table: str, looked_up: bool) -> list[onnx.NodeProto]:
    """Return a node that uses a table, with what makes floats of it: of all of it, or of the rows that are looked up."""
    make = onnx.helper.make_node
    if not looked_up:
        node.input[list(node.input).index(table)] = f"{node.name}.table"
        whole = make("Cast", [f"{table}.int8"], [f"{node.name}.cast"], to=onnx.TensorProto.FLOAT)
        return [whole, make("Mul", [f"{node.name}.cast", f"{table}.scale"], [f"{node.name}.table"]), node]
    rows, scales = f"{node.name}.rows", f"{node.name}.scales"
    return [
        make("Gather", [f"{table}.int8", node.input[1]], [rows], axis=0),
        make("Gather", [f"{table}.scale", node.input[1]], [scales], axis=0),
        make("Cast", [rows], [f"{rows}.cast"], to=onnx.TensorProto.FLOAT),
        make("Mul", [f"{rows}.cast", scales], list(node.output)),
    ]


def main() -> None:
    """Export the run named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("run", "encoder", "weights"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    export(args.run, args.encoder, args.weights)
    licence = args.encoder / "LICENSE"
    if licence.exists():
        shutil.copy(licence, args.weights / "LICENSE")


if __name__ == "__main__":
    main()
