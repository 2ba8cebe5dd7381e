"""The gazetteer: from labels and aliases to known entities, in one pass over the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import ahocorasick

from kg.ontology import LabelKind, Name

# Kinds of things whose names are common nouns: found in any case, with a plural "s".
_COMMON = frozenset({"commodity", "product", "sector"})
_GOVERNMENT = re.compile(
    r"[ ’'s]{1,3}(?:federal )?(?:government|administration|authorities|officials|regime|state(?!-))\b", re.IGNORECASE
)
_LONGEST_SYMBOL = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found in text: characters `start` to `end`, and which entities bear it as what kind of label.

    `extended` says that "government" or the like after a country's name is part of it.
    """

    start: int
    end: int
    bearers: tuple[tuple[str, LabelKind], ...]
    extended: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """Index of all labels of `names` (Aho-Corasick)."""

    names: Mapping[str, Name]

    @cached_property
    def governed(self) -> frozenset[str]:
        """The countries and blocs of the government bodies."""
        return frozenset(n.place for n in self.names.values() if n.type == "government_body" and n.place)

    @cached_property
    def _exact(self) -> ahocorasick.Automaton:
        return _automaton(
            (text, kind, name)
            for name in self.names.values()
            if name.type not in _COMMON
            for text, _, kind in name.labels
        )

    @cached_property
    def _symbols(self) -> ahocorasick.Automaton:
        return _automaton(
            (text, kind, name)
            for name in self.names.values()
            if name.type in _COMMON
            for text, _, kind in name.labels
            if _is_symbol(text)
        )

    @cached_property
    def _folded(self) -> ahocorasick.Automaton:
        return _automaton(
            (_fold(text), kind, name)
            for name in self.names.values()
            if name.type in _COMMON
            for text, _, kind in name.labels
            if not _is_symbol(text)
        )

    def hits(self, text: str) -> list[Hit]:
        """Return the longest labels in `text` from left to right; "Chinese government" counts as a demonym's.

        >>> from kg.ontology import load_ontology
        >>> gazetteer = Gazetteer(load_ontology().names)
        >>> [(h.start, h.end, h.bearers) for h in gazetteer.hits("Chinese neodymium")]
        [(0, 7, (('country/china', 'demonym'),)), (8, 17, (('commodity/neodymium', 'label'),))]
        """
        text = text.replace("’", "'")
        exact = _find(self._exact, text, plural=False)
        common = [*_find(self._symbols, text, plural=True), *_find(self._folded, _fold(text), plural=True)]
        return _longest([*exact, *common])


def _find(automaton: ahocorasick.Automaton, text: str, plural: bool) -> Iterator[Hit]:
    if not len(automaton):
        return
    for last, (length, bearers) in automaton.iter(text):
        start, end = last - length + 1, last + 1
        if plural and text[end : end + 1] == "s" and text[last].isalpha():
            end += 1
        if _bounded(text, start, end):
            of_country = any(kind == "demonym" or entity.startswith("country/") for entity, kind in bearers)
            government = _GOVERNMENT.match(text, end) if of_country else None
            yield Hit(start, government.end() if government else end, bearers, extended=government is not None)


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


def _is_symbol(text: str) -> bool:
    """Tell whether a label is short and has capitals inside, so that its case tells it from a word ("FeW", "EV")."""
    return len(text) <= _LONGEST_SYMBOL and any(c.isupper() for c in text[1:])


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Return the longest hits from left to right; the bearers of equally long ones are joined."""
    kept: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.extended, h.bearers)):
        if hit.start >= end:
            kept.append(hit)
            end = hit.end
        elif (hit.start, hit.end) == (kept[-1].start, kept[-1].end) and not hit.extended:
            kept[-1] = replace(kept[-1], bearers=(*kept[-1].bearers, *hit.bearers))
    return kept
