"""The gazetteer: from labels and aliases to known entities, in one pass over the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import ahocorasick

from kg.ontology import LabelKind, Name

# Kinds of things whose names are common nouns: found in any case, with a plural "s".
_COMMON = frozenset({"commodity", "product", "sector"})
_GOVERNMENT = re.compile(
    r"[ ’'s]{1,3}(?:federal )?(?:government|administration|authorities|officials|regime|state)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found in text: characters `start` to `end`, and which entities bear it as what kind of label."""

    start: int
    end: int
    bearers: tuple[tuple[str, LabelKind], ...]


@dataclass(frozen=True)
class Gazetteer:
    """Index of all labels of `names` (Aho-Corasick)."""

    names: Mapping[str, Name]

    @cached_property
    def _exact(self) -> ahocorasick.Automaton:
        return _automaton(
            (text, kind, name)
            for name in self.names.values()
            if name.type not in _COMMON
            for text, _, kind in name.labels
        )

    @cached_property
    def _folded(self) -> ahocorasick.Automaton:
        return _automaton(
            (_fold(text), kind, name)
            for name in self.names.values()
            if name.type in _COMMON
            for text, _, kind in name.labels
        )

    def hits(self, text: str) -> list[Hit]:
        """Return the longest labels in `text` from left to right; "Chinese government" counts as a demonym's.

        >>> from kg.ontology import load_ontology
        >>> gazetteer = Gazetteer(load_ontology().names)
        >>> [(h.start, h.end, h.bearers) for h in gazetteer.hits("Chinese neodymium")]
        [(0, 7, (('country/china', 'demonym'),)), (8, 17, (('commodity/neodymium', 'label'),))]
        """
        text = text.replace("’", "'")
        found = [*_find(self._exact, text, plural=False), *_find(self._folded, _fold(text), plural=True)]
        return _longest(found)


def _find(automaton: ahocorasick.Automaton, text: str, plural: bool) -> Iterator[Hit]:
    if not len(automaton):
        return
    for last, (length, bearers) in automaton.iter(text):
        start, end = last - length + 1, last + 1
        if plural and text[end : end + 1] == "s" and text[last].isalpha():
            end += 1
        if _bounded(text, start, end):
            if any(kind == "demonym" or entity.startswith("country/") for entity, kind in bearers) and (
                government := _GOVERNMENT.match(text, end)
            ):
                end = government.end()
            yield Hit(start, end, bearers)


def _automaton(entries: Iterable[tuple[str, LabelKind, Name]]) -> ahocorasick.Automaton:
    merged: dict[str, dict[str, LabelKind]] = defaultdict(dict)
    for text, kind, name in entries:
        merged[text].setdefault(name.iri, kind)
    automaton = ahocorasick.Automaton()
    for text, bearers in merged.items():
        automaton.add_word(text, (len(text), tuple(bearers.items())))
    if merged:
        automaton.make_automaton()
    return automaton


def _fold(text: str) -> str:
    """Lower-case without changing the length; hyphens count as spaces."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.replace("-", " ").replace("‑", " ")


def _bounded(text: str, start: int, end: int) -> bool:
    """Tell whether a match is a run of whole words; scripts without spaces have no word bounds."""
    if text[start] > "\u2e7f":
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and before < "\u2e80") and not (after.isalnum() and after < "\u2e80")


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.bearers)):
        if hit.start >= end:
            kept.append(hit)
            end = hit.end
    return kept
