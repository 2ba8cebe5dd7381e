"""Stores that pushes are tried with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import SmallStore, Virtuoso, small_store, virtuoso, virtuoso_is_missing


@pytest.fixture
def there() -> Iterator[SmallStore]:
    """A small store, empty."""
    with small_store() as store:
        yield store


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A Virtuoso, empty at first."""
    if virtuoso_is_missing():
        pytest.skip("there is no Virtuoso; apt-get install --no-install-recommends virtuoso-opensource-7-bin")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as store:
        yield store


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no user, password or token of whoever runs the tests be sent."""
    for name in ("KG_PUSH_USER", "KG_PUSH_PASSWORD", "KG_PUSH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Where a graph may lie."""
    return tmp_path / "graph"
