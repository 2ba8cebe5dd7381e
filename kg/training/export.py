"""Write a trained run as ONNX with int8 weights: `python -m kg.training.export RUN ENCODER WEIGHTS`."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tomllib
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from kg.extract.details import LINK_FLAGS
from kg.extract.features import FLAGS
from kg.extract.pairs import PATH
from kg.model import MODALITIES
from kg.training.entities import load_base
from kg.training.network import HIDDEN, LAYERS, Network, pool
from kg.training.reader import PAIR, Branch, Reader

ENCODER_INPUTS = ("pieces", "mask", "piece_shapes", "first", "last", "word_shapes")
LEMMA_CANDIDATES = 4
INT8, SCALE = ".int8", ".scale"  # what ends the names of the two halves of a packed table
SMALLEST_TABLE = 4096  # numbers
ENCODER_OUTPUTS = ("upos", "xpos", "lemma", "start", "arc", "root", "rel_dependent", "rel_head", "entity", "reading")
PAIR_INPUTS = ("words", "ends", "kinds", "path", "steps", "between", "flags", "votes", "bounds")
DETAIL_INPUTS = ("hidden", "relation", "modality", "stage")
LINK_INPUTS = ("hidden", "relation", "kind", "around", "flags")


class Tagger(nn.Module):
    """Network and reader as a function of positional tensors; log-probabilities for entity tags, best ids for other tags.

    The reader's layers stand beside the upper ones of the network and share the lower ones; `reading` are its words.
    """

    def __init__(self, network: Network, branch: Branch) -> None:
        super().__init__()
        self.network, self.branch = network, branch

    def forward(
        self, pieces: Tensor, mask: Tensor, piece_shapes: Tensor, first: Tensor, last: Tensor, word_shapes: Tensor
    ) -> tuple[Tensor, ...]:
        """Compute the outputs in the order in which the graph names them."""
        layers = self.network.encoder(pieces, mask, piece_shapes)
        out = self.network.heads(layers, first, last, word_shapes)
        read = self.branch(layers[: LAYERS - self.branch.depth], mask)
        out["entity"] = self.branch.tags(read, first, last, word_shapes).log_softmax(-1)
        out["reading"] = pool(read[-1], first, last)
        for name in ("upos", "xpos"):
            out[name] = out[name].argmax(-1)
        out["lemma"] = out["lemma"].topk(LEMMA_CANDIDATES).indices
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
    """Write all that the language pipeline and the relation model need of a run.

    The reader's part is that of relations (reader.pt) if they are trained, else that of entities (branch.pt), else the
    network's own upper layers.
    """
    network, labels, tokenizer = load_base(run, encoder)
    weights.mkdir(parents=True, exist_ok=True)
    reader = _load_reader(run, network)
    branch = (reader and reader.branch) or _load_branch(run, network)
    _export_tagger(network, branch.eval(), weights)
    if reader:
        _export_reader(reader.eval(), weights)
        shutil.copy(run / "relations.json", weights)
    (weights / "labels.json").write_text(json.dumps(vars(labels), ensure_ascii=False), encoding="utf-8")
    tokenizer.save(str(weights / "tokenizer.json"), pretty=False)


def _load_branch(run: Path, network: Network) -> Branch:
    branch = Branch(network, _depth(), 0.0)
    if (run / "branch.pt").exists():
        branch.load_state_dict(torch.load(run / "branch.pt", weights_only=True))
    return branch


def _depth() -> int:
    config = tomllib.loads(Path(__file__).with_name("config.toml").read_text(encoding="utf-8"))
    return int(config["depth"])


def _load_reader(run: Path, network: Network) -> Reader | None:
    if not (run / "relations.json").exists():
        return None
    known = json.loads((run / "relations.json").read_text(encoding="utf-8"))
    sizes = {name: len(known[name]) for name in ("relations", "types", "steps", "cases", "stages")}
    reader = Reader(network, known["depth"], modalities=len(MODALITIES), **sizes)
    reader.load_state_dict(torch.load(run / "reader.pt", weights_only=True))
    return reader


def _export_tagger(network: Network, branch: Branch, weights: Path) -> None:
    pieces, words = torch.randint(5, 1000, (2, 12)), torch.tensor([[1, 2, 4], [1, 3, 5]])
    sample = (pieces, torch.ones_like(pieces), torch.zeros_like(pieces), words, words, torch.zeros_like(words))
    axes = {
        name: {0: "windows", 1: "pieces" if name in {"pieces", "mask", "piece_shapes"} else "words"}
        for name in ENCODER_INPUTS
    }
    axes |= {name: {0: "windows", 1: "words"} for name in ENCODER_OUTPUTS}
    axes["arc"][2] = "words"
    _write(Tagger(network, branch), sample, ENCODER_INPUTS, ENCODER_OUTPUTS, axes, weights / "encoder.onnx")
    rel = torch.zeros(2, 3, network.rel_head.out_features)
    axes = {name: {0: "windows", 1: "words"} for name in ("dependent", "head", "heads", "deprel")}
    inputs = ("dependent", "head", "heads")
    _write(Labeller(network), (rel, rel, torch.zeros_like(words)), inputs, ("deprel",), axes, weights / "labeller.onnx")


def _export_reader(reader: Reader, weights: Path) -> None:
    words, pairs, relations = 7, 3, reader.pairs.relation.out_features
    number, real = torch.zeros(pairs, dtype=torch.long), torch.zeros
    sample: tuple[Tensor, ...] = (
        torch.randn(words, HIDDEN),
        *(torch.ones(pairs, n, dtype=torch.long) for n in (10, 6, PATH, PATH)),
        torch.tensor([[1, 2]] * pairs),
        real(pairs, FLAGS),
        real(pairs, relations),
        torch.tensor([[0, words]] * pairs),
    )
    axes = {name: {0: "words" if name == "words" else "pairs"} for name in (*PAIR_INPUTS, "scores", "hidden")}
    _write(reader.pairs, sample, PAIR_INPUTS, ("scores", "hidden"), axes, weights / "pairs.onnx")
    hidden = torch.randn(pairs, PAIR)
    axes = {name: {0: "claims"} for name in (*DETAIL_INPUTS, "modalities", "stages")}
    sample = (hidden, number, number, number)
    _write(reader.details, sample, DETAIL_INPUTS, ("modalities", "stages"), axes, weights / "details.onnx")
    axes = {name: {0: "links"} for name in (*LINK_INPUTS, "scores")}
    sample = (hidden, number, number, torch.randn(pairs, 3, HIDDEN), real(pairs, LINK_FLAGS))
    _write(reader.links, sample, LINK_INPUTS, ("scores",), axes, weights / "links.onnx")


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
        graph.initializer.append(numpy_helper.from_array(np.rint(values / scale).astype(np.int8), name + INT8))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), name + SCALE))
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
        whole = make("Cast", [table + INT8], [f"{node.name}.cast"], to=onnx.TensorProto.FLOAT)
        return [whole, make("Mul", [f"{node.name}.cast", table + SCALE], [f"{node.name}.table"]), node]
    rows, scales = f"{node.name}.rows", f"{node.name}.scales"
    return [
        make("Gather", [table + INT8, node.input[1]], [rows], axis=0),
        make("Gather", [table + SCALE, node.input[1]], [scales], axis=0),
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
