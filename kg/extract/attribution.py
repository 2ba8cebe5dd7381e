"""Who a passage is attributed to: "according to the USGS", "the IEA estimates that ..."."""

from __future__ import annotations

from kg.annotation import Annotation

_SOURCES = frozenset({"government_body", "organization", "company", "person", "country"})
_SAYING = frozenset(
    [
        "say",
        "report",
        "estimate",
        "announce",
        "state",
        "claim",
        "note",
        "add",
        "tell",
        "write",
        "forecast",
        "predict",
        "warn",
        "explain",
        "argue",
        "show",
        "find",
        "believe",
        "expect",
        "project",
        "suggest",
    ]
)
_ACCORDING = frozenset({"according to", "per", "as per", "citing"})


def attribution_of(annotation: Annotation, trigger: int) -> str | None:
    """Return the name of whoever the text says it after, if it says so in the same sentence."""
    tree, doc = annotation.tree, annotation.doc
    spans = {s.head: s for s in annotation.spans}
    at = trigger
    for _ in range(6):
        for k in tree.children[at]:
            if tree.cases[k] in _ACCORDING and k in spans and spans[k].mention.type in _SOURCES:
                return spans[k].mention.name
            if tree.labels[k] == "parataxis" and doc[k].lemma_.lower() in _SAYING:
                found = _speaker(annotation, k)
                if found:
                    return found
        head = tree.heads[at]
        if head == at:
            return None
        if tree.labels[at] in {"ccomp", "parataxis"} and doc[head].lemma_.lower() in _SAYING:
            return _speaker(annotation, head)
        at = head
    return None


def _speaker(annotation: Annotation, verb: int) -> str | None:
    spans = {s.head: s for s in annotation.spans}
    for k in annotation.tree.kids(verb, "nsubj"):
        if k in spans and spans[k].mention.type in _SOURCES:
            return spans[k].mention.name
    return None
