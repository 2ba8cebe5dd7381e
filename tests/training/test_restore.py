"""Weights that ship can be trained on: they come back as a run, and go out as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.language.pipeline import WEIGHTS

pytest.importorskip("torch", reason="needs kg[train]")
onnx = pytest.importorskip("onnx", reason="needs kg[train]")

from kg.training.export import INT8, export  # noqa: E402
from kg.training.restore import restore  # noqa: E402


@pytest.mark.slow
@pytest.mark.parametrize("name", ["encoder.onnx", "labeller.onnx"])
def test_what_is_restored_is_exported_as_it_was(name: str, tmp_path: Path) -> None:
    restore(WEIGHTS, tmp_path / "run")
    export(tmp_path / "run", tmp_path / "run", tmp_path / "weights")
    before, after = (
        {t.name: t.raw_data for t in onnx.load(folder / name).graph.initializer if t.name.endswith(INT8)}
        for folder in (WEIGHTS, tmp_path / "weights")
    )
    assert before
    assert before == after
