"""The manifest of a graph folder: `graph.json` holds the base of its IRIs, the versions that made it, and its generation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import GraphError

MANIFEST = "graph.json"
GENERATION = "generation"  # the number of the one that is published, 0 before the first
_LEFT = frozenset({"lock", f"{MANIFEST}.new"})  # all that a build that was cut at once leaves


def check_base(base: str) -> None:
    """Refuse a base under which there are no IRIs: each is the base, a path and perhaps a fragment."""
    message = f"{base!r} is no base of IRIs; give --base an absolute IRI that ends with a slash"
    try:
        ox.NamedNode(f"{base}doc/name#part")
    except ValueError as error:
        raise GraphError(message) from error
    if not base.endswith("/"):
        raise GraphError(message)


def check_place(folder: Path) -> None:
    """Refuse a folder that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise GraphError(f"{folder} is a file; choose a folder with --graph")
    if folder.is_dir() and {p.name for p in folder.iterdir()} - _LEFT and not (folder / MANIFEST).exists():
        raise GraphError(f"{folder} is no graph folder and not empty; choose another with --graph")


def check_same_base(folder: Path, base: str) -> None:
    """Refuse a second base, under which everything would stand in the graph a second time."""
    before = read_manifest(folder)["base"]
    if before != base:
        raise GraphError(f"{folder} has the base {before}, not {base}; build with that --base or into another --graph")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a graph folder; raises GraphError if it is damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged(folder, error) from error
    if not (
        isinstance(manifest, dict)
        and isinstance(manifest.get("base"), str)
        and isinstance(manifest.get("versions"), dict)
    ):
        raise damaged(folder, f"{MANIFEST} lacks base or versions")
    if not isinstance(manifest.get(GENERATION), int):
        raise GraphError(f"{folder} was made by an older version; remove it and build it again with `kg build`")
    return manifest


def damaged(folder: Path, reason: object) -> GraphError:
    """Return the error to raise for a graph folder that cannot be read."""
    told = " ".join(str(reason).split())
    return GraphError(f"{folder} is damaged: {told}; remove it and build it again with `kg build`")
