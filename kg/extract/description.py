"""Names for what has none: "rare earth producer" from "the largest rare earth producer in the U.S."."""

from __future__ import annotations

from kg.annotate.annotate import Annotation
from kg.annotate.mentions import Span

_DROPPED_TAGS = frozenset({"JJS", "RBS", "CD", "DT", "PRP$", "PDT", "WP$"})
_DROPPED_WORDS = frozenset(
    "only first second third fourth fifth new other same existing operating leading major key significant big world global single top main many few several such own large small current former".split()
)


def describe(annotation: Annotation, span: Span) -> str:
    """Return the noun phrase without determiners, ranks, numbers and possessors."""
    words = []
    for i in range(span.start, span.end):
        token = annotation.doc[i]
        dropped = token.tag_ in _DROPPED_TAGS or (token.lower_ in _DROPPED_WORDS and i != span.head)
        possessive = annotation.tree.labels[i] == "nmod:poss" or token.tag_ == "POS"
        if not (dropped or possessive) and not (not words and token.tag_ in {"HYPH", "SYM", ","}):
            words.append(token.text_with_ws if i < span.end - 1 else token.text)
    return "".join(words).strip() or span.mention.text
