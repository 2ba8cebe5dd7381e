"""Hostile files, the small ones of the benchmark: each is read whole or refused, and none does anything else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.read import read_documents

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KINDS = ("encodings", "characters", "archives", "printed", "feeds", "records")


def test_hostile_files_are_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    from hostile import hostile_files  # type: ignore[import-not-found]

    count: Counter[str] = Counter()
    lost = []
    for file in hostile_files():
        count["all"] += 1
        if file.kind in KINDS:
            count[file.kind] += 1
            path = tmp_path / file.name
            path.write_bytes(file.content)
            refused: list[ReadError] = []
            texts = []
            try:
                texts = [document.text for document in read_documents(path, report=refused.append)]
            except ReadError as error:
                refused.append(error)
            if not refused and not all(mark in "\n".join(texts) for mark in file.marks):
                lost.append(file.name)
            path.unlink()
    assert lost == []
    assert count["all"] >= 300
    assert min(count[kind] for kind in KINDS) >= 10
    assert list(tmp_path.iterdir()) == []
