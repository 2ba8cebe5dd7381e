"""Put parts of a picture side by side: the largest in the middle, the others as near to it as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Cell = tuple[int, int]

_CELL, _ASPECT = 30, 1.2  # pixels; width to height of the whole


def pack(parts: Sequence[Points]) -> list[tuple[float, float]]:
    """Return how far to move each part (n x 2 places, pixels) so that none shares a cell of 30 pixels with another.

    Parts are placed in their order, each at the first free place around the middle (Freivalds and others 2002).

    >>> pack([np.array([[0.0, 0.0], [60.0, 0.0]]), np.array([[0.0, 0.0]])])[0]
    (0.0, 0.0)
    """
    taken: set[Cell] = set()
    masks = [_mask(part) for part in parts]
    order = _around(_reach(masks))
    tried: dict[frozenset[Cell], int] = {}
    found = []
    for mask in masks:
        at = tried.get(mask, 0)
        while not taken.isdisjoint(_moved(mask, order[at])):
            at += 1
        tried[mask] = at  # where it did not fit, its like will not fit later
        taken |= _moved(mask, order[at])
        found.append((float(order[at][0] * _CELL), float(order[at][1] * _CELL)))
    return found


def _mask(part: Points) -> frozenset[Cell]:
    """Return the cells that a part covers, with a margin."""
    cells = {(int(x // _CELL), int(y // _CELL)) for x, y in part}
    return frozenset((x + dx, y + dy) for x, y in cells for dx, dy in product((-1, 0, 1), repeat=2))


def _moved(mask: frozenset[Cell], by: Cell) -> set[Cell]:
    return {(x + by[0], y + by[1]) for x, y in mask}


def _reach(masks: Sequence[frozenset[Cell]]) -> int:
    """Return how many cells from the middle there is room for all, whatever their shape."""
    area = sum(len(mask) for mask in masks)
    widest = max((max(abs(x) + abs(y) for x, y in mask) for mask in masks), default=1)
    return int(2 * widest + 2 * area**0.5) + 2


def _around(reach: int) -> list[Cell]:
    """Return the cells around the middle, the nearest first."""
    x, y = (side.ravel() for side in np.meshgrid(*[np.arange(-reach, reach + 1)] * 2))
    order = np.lexsort((y, x, (x / _ASPECT) ** 2 + y**2))
    return [(int(x[i]), int(y[i])) for i in order]
