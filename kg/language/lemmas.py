"""Lemmas as edit rules, of which the likeliest is taken that English inflection allows.

A rule says how many characters to drop at the end of a word and what to add. It is written `drop|add|case`, for instance
`3|y|lower` turns "companies" into "company".
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KEEP = "0||keep"
_BASE_TAGS = frozenset({"NN", "VB", "VBP"})
_PAST = (("ed", ""), ("ed", "e"), ("ied", "y"))
_ENDINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "NNS": (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe")),
    "VBZ": (("s", ""), ("es", ""), ("ies", "y")),
    "VBD": _PAST,
    "VBN": _PAST,
    "VBG": (("ing", ""), ("ing", "e"), ("ying", "ie")),
}


def lemma_rule(form: str, lemma: str) -> str:
    """Return the rule that turns `form` into `lemma`.

    >>> lemma_rule("companies", "company")
    '3|y|lower'
    >>> lemma_rule("China", "China")
    '0||keep'
    """
    if form == lemma:
        return KEEP
    case = "keep" if form[:1] == lemma[:1] and form[:1].isupper() else "lower"
    base = form if case == "keep" else form.lower()
    shared = len(os.path.commonprefix([base, lemma]))  # noqa: RUF071 - characters are what is compared
    return f"{len(base) - shared}|{lemma[shared:]}|{case}"


def apply_lemma_rule(rule: str, form: str) -> str:
    """Return the lemma of `form` by `rule`; a rule that does not fit leaves the word as it is.

    >>> apply_lemma_rule("3|y|lower", "Companies")
    'company'
    >>> apply_lemma_rule("3|y|lower", "an")
    'an'
    """
    drop, add, case = rule.split("|", 2)
    base = form if case == "keep" else form.lower()
    cut = int(drop)
    if cut > len(base):
        return base
    return base[: len(base) - cut] + add or base


@dataclass(frozen=True)
class Lemmatizer:
    """Chooses lemmas of nouns and verbs; `known` lemmas and `irregular` forms with their lemmas are kept by part of speech."""

    known: Mapping[str, frozenset[str]]
    irregular: Mapping[str, Mapping[str, Sequence[str]]]

    def choose(self, form: str, upos: str, tag: str, candidates: Sequence[str]) -> str:
        """Return the lemma of `form` among `candidates` (likeliest first) and what inflection allows for its tag.

        `upos` is the universal part of speech, `tag` that of the Penn Treebank.

        >>> lemmatizer = Lemmatizer({"VERB": frozenset({"sell", "sole"})}, {"VERB": {"sold": ["sell"]}})
        >>> lemmatizer.choose("sold", "VERB", "VBD", ["sole", "sol"]), lemmatizer.choose("of", "ADP", "IN", ["of"])
        ('sell', 'of')
        """
        known = self.known.get(upos, frozenset())
        allowed = self._allowed(form.lower(), upos, tag) if upos in self.known and form.isalpha() else ()
        if not allowed:
            return next((c for c in candidates if c in known), candidates[0])
        first = candidates[0]
        if first in known and (first == form.lower() or tag in _BASE_TAGS):
            return first
        ranked = [*(c for c in candidates if c in allowed), *allowed]
        return next((c for c in ranked if c in known), ranked[0])

    def _allowed(self, form: str, upos: str, tag: str) -> Sequence[str]:
        if tag in _BASE_TAGS:
            return (form,)
        irregular = self.irregular.get(upos, {}).get(form)
        if irregular and tag in _ENDINGS:
            return irregular
        endings = _ENDINGS.get(tag, ())
        return [form.removesuffix(end) + new for end, new in endings if form.endswith(end) and len(form) > len(end) + 1]
