"""Names for what has none: "rare earth producer" from "the largest producer of rare earths in the U.S."."""

from __future__ import annotations

from kg.annotation import Annotation, Span
from kg.extract.fillers import PLACES
from kg.extract.frames import Lexicon

_DROPPED_TAGS = frozenset({"JJS", "JJR", "RBS", "RB", "CD", "DT", "PRP$", "PDT", "WP$", "VBG"})


def describe(annotation: Annotation, span: Span, lexicon: Lexicon, plain: bool) -> str:
    """Return the noun phrase without determiners, ranks, numbers and possessors; "producer of X" as "X producer".

    A `plain` description is that of a class and drops places as well ("the U.S. miner" is a miner).
    """
    doc, tree = annotation.doc, annotation.tree
    dropped = lexicon.set("description", "dropped")
    places = {i for s in annotation.spans if plain and s.mention.type in PLACES for i in range(s.start, s.end)}
    words: list[str] = []
    for i in range(span.start, span.end):
        token = doc[i]
        based = token.lower_ in {"based", "headquartered"} or (token.tag_ == "HYPH" and not words)
        possessive = tree.labels[i] == "nmod:poss" or token.tag_ == "POS"
        if i != span.head and (
            token.tag_ in _DROPPED_TAGS or (plain and token.lower_ in dropped) or based or possessive or i in places
        ):
            continue
        words.append(token.text_with_ws if i < span.end - 1 else token.text)
    name = "".join(words).strip(" -,") or span.mention.text
    made = _made(annotation, span, lexicon)
    return f"{made} {name}" if made else name


def _made(annotation: Annotation, span: Span, lexicon: Lexicon) -> str | None:
    """The commodity or product of a "producer of ..."."""
    if annotation.doc[span.head].lemma_.lower() not in lexicon.set("kinds", "of_any_actor"):
        return None
    spans = {s.head: s for s in annotation.spans}
    for k in annotation.tree.kids(span.head, "nmod"):
        if annotation.tree.cases[k] == "of" and k in spans and spans[k].mention.type in {"commodity", "product"}:
            return spans[k].mention.text
    return None
