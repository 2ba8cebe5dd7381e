"""Who a passage is attributed to: "according to the USGS", "the IEA estimates that ..."."""

from __future__ import annotations

from kg.annotation import Annotation
from kg.extract.frames import Lexicon

_SOURCES = frozenset({"government_body", "organization", "company", "person", "country"})


def attribution_of(annotation: Annotation, trigger: int, lexicon: Lexicon) -> str | None:
    """Return the name of whoever the text says it after, if it says so in the same sentence."""
    tree, doc = annotation.tree, annotation.doc
    spans = {s.head: s for s in annotation.spans}
    saying, according = lexicon.set("attribution", "saying"), lexicon.set("attribution", "according")
    at = trigger
    for _ in range(6):
        for k in tree.children[at]:
            if tree.cases[k] in according and k in spans and spans[k].mention.type in _SOURCES:
                return spans[k].mention.name
            if tree.labels[k] == "parataxis" and doc[k].lemma_.lower() in saying:
                found = _speaker(annotation, k)
                if found:
                    return found
        head = tree.heads[at]
        if head == at:
            return None
        if tree.labels[at] in {"ccomp", "parataxis"} and doc[head].lemma_.lower() in saying:
            return _speaker(annotation, head)
        at = head
    return None


def _speaker(annotation: Annotation, verb: int) -> str | None:
    spans = {s.head: s for s in annotation.spans}
    for k in annotation.tree.kids(verb, "nsubj"):
        if k in spans and spans[k].mention.type in _SOURCES:
            return spans[k].mention.name
    return None
