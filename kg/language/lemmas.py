"""Lemmas as edit rules: how many characters to drop at the end of a word, and what to add.

A rule is written `drop|add|case`, for instance `3|y|lower` turns "companies" into "company".
"""

from __future__ import annotations

import os.path

KEEP = "0||keep"


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
