"""Write the trained network as int8 ONNX: `python -m kg.language.training.export RUN_FOLDER ENCODER_FOLDER WEIGHTS_FOLDER`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.language.training.network import Network

ENCODER_INPUTS = ("pieces", "mask", "piece_shapes", "first", "last", "word_shapes")
LEMMA_CANDIDATES = 4
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
    """Export one graph and quantise its weights to seven bits, which no processor's int8 kernels saturate on."""
    raw, prepared = path.with_suffix(".raw.onnx"), path.with_suffix(".prepared.onnx")
    torch.onnx.export(
        module,
        sample,
        str(raw),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quant_pre_process(str(raw), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(
        str(prepared),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gather"],
    )
    onnx.checker.check_model(str(path))
    raw.unlink()
    prepared.unlink()


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
