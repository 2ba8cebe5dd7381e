"""The graphs that a stranger's query may see: all that are published, and not what a build keeps for itself.

What is kept for itself (where files lie, their texts) lies in named graphs of the same store. A dataset of all the others
would hide them, but costs time for each document of the graph, so a query gets it only where it must.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from kg.vocab import SEGMENTS

_WORD = re.compile("graph", re.IGNORECASE)
_SPACE = r"(?:\s|#[^\r\n]*[\r\n])*"
_ABSOLUTE = re.compile(rf"graph{_SPACE}<([A-Za-z][A-Za-z0-9+.-]*:[^<>\"{{}}|^`\\\s]*)>", re.IGNORECASE)
_PREFIXED = re.compile(rf"graph{_SPACE}({'|'.join(SEGMENTS)}):", re.IGNORECASE)
_VARIABLE = re.compile(rf"(?<![^\s{{}}.)])graph{_SPACE}([?$]\w+)(?=[\s{{#])", re.IGNORECASE)
_TEXT = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"
    r'"(?:[^"\\\r\n]|\\.)*"|' + r"'(?:[^'\\\r\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|#[^\r\n]*",
    re.DOTALL,
)


def hide_graphs(query: str, hidden: Collection[str]) -> str | None:
    """Return a query that sees no hidden graph (IRIs), or None if only a dataset without them can hide them.

    Whatever names a graph in SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#namedGraphs) follows the word GRAPH. If
    nothing follows it but an absolute IRI or a prefix of documents, that is seen; a variable gets a filter beside it,
    which holds for the group in which the variable is bound. Where the word stands in a text or comment, or may be
    written by an escape, this is not decided.

    >>> hide_graphs("SELECT * { GRAPH ?g { ?s ?p ?o } }", ["urn:a"])
    'SELECT * { FILTER(?g NOT IN (<urn:a>)) GRAPH ?g { ?s ?p ?o } }'
    >>> hide_graphs("ASK { GRAPH <urn:a> {} }", ["urn:a"]) is None
    True
    """
    if not _WORD.search(query):
        return None if "\\" in query else query
    if "\\" in query or any(_WORD.search(text) for text in _TEXT.findall(query)):
        return None
    seen = [m for m in _WORD.finditer(query) if not _is_plain(query, m.start(), hidden)]
    if any(_VARIABLE.match(query, m.start()) is None for m in seen):
        return None
    filters = ", ".join(f"<{iri}>" for iri in sorted(hidden))
    return _VARIABLE.sub(lambda m: f"FILTER({m[1]} NOT IN ({filters})) {m[0]}", query) if hidden else query


def _is_plain(query: str, start: int, hidden: Collection[str]) -> bool:
    """Tell whether the word that begins there names a graph that may be seen."""
    absolute, prefixed = _ABSOLUTE.match(query, start), _PREFIXED.match(query, start)
    if absolute:
        return absolute[1] not in hidden and "/." not in absolute[1]  # which would be another IRI once it is resolved
    return prefixed is not None and not re.search(rf"\b{prefixed[1]}{_SPACE}:{_SPACE}<", query, re.IGNORECASE)
