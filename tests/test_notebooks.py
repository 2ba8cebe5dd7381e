"""The notebooks run over the example articles, show what they tell, and are stored without outputs."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lxml.html import fromstring
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
_MOST_WORDS = 120  # of a text between cells


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, corpus_graph: Path) -> Path:
    """A folder with the notebooks, and beside it a graph of the example articles."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(corpus_graph, folder / "graph")
    shutil.copytree(NOTEBOOKS[0].parent, folder / "notebooks")
    return folder / "notebooks"


def sources(path: Path, kind: str) -> Iterator[str]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == kind:
            yield "".join(cell["source"])


def shown(path: Path) -> Iterator[Any]:
    """Run the cells in this process and yield what each ends with."""
    names: dict[str, Any] = {}
    for source in sources(path, "code"):
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), names)
        if isinstance(last, ast.Expr):
            yield eval(compile(ast.Expression(last.value), path.name, "eval"), names)


def test_there_are_three_stories() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["rare_earth_stages", "way_out_finance", "without_one_supplier"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_short_and_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert len(notebook.cells) <= 14
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        else:
            assert len(cell.source.split()) <= _MOST_WORDS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_has_something_to_show(
    path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    values = list(shown(path))
    assert len(values) >= 5
    assert all(len(value) > 0 for value in values if hasattr(value, "__len__"))


def test_the_stages_of_rare_earths_are_told_with_bounds(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    shares, picture, stages, needs, limits, unsaid = shown(NOTEBOOKS[0])
    assert {row["who"] for row in shares} >= {"China"}
    assert picture.png.startswith(b"\x89PNG")
    assert (stages.hhi_min <= stages.hhi_max).all()
    assert {"Japan", "United States"} <= {row["who"] for row in needs}
    assert all(row["quote"] for row in limits)
    assert "refining" in unsaid
    assert "mining" not in unsaid


def test_what_is_planned_is_told_from_what_is_given(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    top, by_giver, sentence, company, exposed = shown(NOTEBOOKS[1])
    assert list(top.amount) == sorted(top.amount, reverse=True)
    assert {"asserted", "planned", "total"} <= set(by_giver.columns)
    assert sentence.endswith("are planned, not given")
    assert {row["whom"] for row in company} >= {"MP Materials"}
    assert {row["kind"] for row in exposed} >= {"finance"}


def test_without_one_supplier_losses_go_down_the_chain(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    losses, by_hops, steps, without_mine, reached, new = shown(NOTEBOOKS[2])
    assert sum(by_hops.values()) == len(losses)
    assert max(by_hops) >= 2
    first, *_, last = steps
    assert (first["who"], last["needs"]) == ("Sojitz", "Mount Weld mine")
    assert "Lynas Rare Earths" in {row["who"] for row in without_mine}
    assert "China" in {name for name, _ in reached}
    assert new


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_in_a_kernel(path: Path, place: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(place)}})
    client.execute()
    tables = [
        o.data["text/html"]
        for cell in notebook.cells
        for o in cell.get("outputs", [])
        if "text/html" in o.get("data", {})
    ]
    assert tables
    assert all(fromstring(f"<div>{table}</div>").findall(".//script") == [] for table in tables)
