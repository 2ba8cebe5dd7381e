"""From the network's scores to a tree and to entity spans."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
ROOT = -1
_FAR = -1e9
_CANDIDATE_HEADS = 6


def decode_heads(arcs: Scores, roots: Scores) -> list[int]:
    """Return the head of each word of one sentence, `ROOT` for exactly one of them, so that they form a tree.

    `arcs` (words, words) scores dependent and head, `roots` (words) scores being the root. Greedy choice is kept when
    it is a tree, which it mostly is; otherwise the best spanning arborescence over the likeliest heads is taken.

    >>> decode_heads(np.array([[0, 9, 1], [5, 0, 1], [1, 2, 0]], dtype=np.float32), np.array([0, 7, 0], dtype=np.float32))
    [1, -1, 1]
    """
    arcs = arcs.copy()
    np.fill_diagonal(arcs, _FAR)
    root = int(np.argmax(roots - np.maximum(arcs.max(axis=1), _FAR / 2))) if len(roots) > 1 else 0
    heads = arcs.argmax(axis=1).tolist() if len(roots) > 1 else [0]
    heads[root] = ROOT
    return heads if _is_tree(heads) else _arborescence(arcs, root)


def _is_tree(heads: Sequence[int]) -> bool:
    state = [0] * len(heads)
    for start in range(len(heads)):
        path = []
        at = start
        while at != ROOT and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = heads[at]
        if at != ROOT and state[at] == 1:
            return False
        for i in path:
            state[i] = 2
    return True


def _arborescence(arcs: Scores, root: int) -> list[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(arcs)))
    width = min(_CANDIDATE_HEADS, len(arcs) - 1)
    candidates = np.argpartition(-arcs, width - 1, axis=1)[:, :width]
    for word in range(len(arcs)):
        if word == root:
            continue
        for head in sorted({root, *candidates[word].tolist()} - {word}):
            graph.add_edge(head, word, weight=float(arcs[word, head]))
    tree = nx.maximum_spanning_arborescence(graph)
    heads = [ROOT] * len(arcs)
    for head, word in tree.edges:
        heads[word] = head
    return heads


@lru_cache(maxsize=4)
def _transitions(tags: tuple[str, ...]) -> tuple[Scores, Scores]:
    """Allowed transitions between BIO tags as 0 or a large negative number: (from, to), and from the start."""
    allowed = np.zeros((len(tags), len(tags)), dtype=np.float32)
    start = np.zeros(len(tags), dtype=np.float32)
    for j, tag in enumerate(tags):
        if tag.startswith("I-"):
            start[j] = _FAR
            for i, before in enumerate(tags):
                if before[2:] != tag[2:]:
                    allowed[i, j] = _FAR
    return allowed, start


def decode_entities(scores: Scores, tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return (start, end, type) of the best tag sequence that BIO allows (Viterbi). `scores` is (words, tags).

    >>> decode_entities(np.log(np.array([[.2, .5, .3], [.1, .2, .7], [.8, .1, .1]], dtype=np.float32)), ["O", "B-person", "I-person"])
    [(0, 2, 'person')]
    """
    if (scores.argmax(axis=1) == 0).all():
        return []
    allowed, start = _transitions(tuple(tags))
    best = scores[0] + start
    back = np.zeros(scores.shape, dtype=np.int64)
    for i in range(1, len(scores)):
        through = best[:, None] + allowed
        back[i] = through.argmax(axis=0)
        best = through.max(axis=0) + scores[i]
    path = [int(best.argmax())]
    for i in range(len(scores) - 1, 0, -1):
        path.append(int(back[i][path[-1]]))
    return list(_spans([tags[i] for i in reversed(path)]))


def _spans(path: Sequence[str]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for i, tag in enumerate(path):
        if tag.startswith("B-"):
            spans.append((i, i + 1, tag[2:]))
        elif tag.startswith("I-"):
            start, _, kind = spans[-1]
            spans[-1] = (start, i + 1, kind)
    return spans
