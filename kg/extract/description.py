"""Names for what has none: "rare earth producer" from "the largest producer of rare earths in the U.S.", "plant in Ohio"."""

from __future__ import annotations

from kg.annotation import Annotation, Span
from kg.extract.fillers import PLACES
from kg.extract.frames import Lexicon

_THINGS = frozenset({"commodity", "product"})
_WITHIN = frozenset({"in", "at", "near"})
_DROPPED_TAGS = frozenset({"JJS", "JJR", "RBS", "RB", "CD", "DT", "PRP$", "PDT", "WP$", "VBG"})


def describe(annotation: Annotation, span: Span, lexicon: Lexicon, plain: bool) -> str:
    """Return the noun phrase without determiners, ranks, numbers and possessors; "producer of X" as "X producer".

    A `plain` description is that of a class: it drops places as well ("the U.S. miner" is a miner), and of actors and
    works it is in the singular ("one of the largest lithium producers" is a lithium producer). A facility of which the
    text has but one word is told from others by where it is, or whose ("a plant in Ohio", "Intel's factory").
    """
    doc, tree = annotation.doc, annotation.tree
    is_facility = span.mention.type == "facility" and not plain
    dropped = lexicon.set("description", "passing" if is_facility else "dropped") if plain or is_facility else ()
    places = {i for s in annotation.spans if plain and s.mention.type in PLACES for i in range(s.start, s.end)}
    words: list[str] = []
    for i in range(span.start, span.end):
        token = doc[i]
        based = token.lower_ in {"based", "headquartered"} or (token.tag_ == "HYPH" and not words)
        possessive = tree.labels[i] == "nmod:poss" or token.tag_ == "POS"
        joined = bool(words) and doc[i - 1].tag_ == "HYPH"  # "antimony-producing"
        if i != span.head and (
            (token.tag_ in _DROPPED_TAGS and not joined)
            or token.lower_ in dropped
            or based
            or possessive
            or i in places
        ):
            continue
        is_plural = plain and i == span.head and token.tag_ == "NNS" and span.mention.type not in _THINGS
        word = token.lemma_ if is_plural else token.text
        words.append(word + token.whitespace_ if i < span.end - 1 else word)
    name = "".join(words).strip(" -,") or span.mention.text
    if is_facility and name.isalpha():
        return _told_apart(annotation, span, name, lexicon)
    if span.mention.type == "policy" and not plain:
        return _with_target(annotation, span, name, lexicon)
    made = _made(annotation, span, lexicon)
    return f"{made} {name}" if made else name


def _with_target(annotation: Annotation, span: Span, name: str, lexicon: Lexicon) -> str:
    """Return a tariff with the commodity that it is on: "tariff on steel"; its rate is that of the tariff."""
    doc, tree = annotation.doc, annotation.tree
    head = doc[span.head]
    if span.end - span.start > 1 and head.lemma_.lower() in lexicon.set("description", "of_policies"):
        name = name.replace(f" {head.text}", "", 1)
    spans = {s.head: s for s in annotation.spans}
    on = (spans[k] for k in tree.kids(span.head, "nmod") if tree.cases[k] in {"on", "for"} and k in spans)
    thing = next((s for s in on if s.mention.type in _THINGS), None)
    taxing = {word.lower() for word in name.split()} & lexicon.set("description", "on_goods")
    return f"{name} on {thing.mention.text}" if thing and taxing and thing.mention.text not in name else name


def _told_apart(annotation: Annotation, span: Span, name: str, lexicon: Lexicon) -> str:
    """Return a class noun with the place that it is said to be in or, without one, the name of its owner before it."""
    doc, tree = annotation.doc, annotation.tree
    names = {s.head: s for s in annotation.spans if s.kind == "name" or s.is_reference}
    verb = tree.heads[span.head]
    is_made = tree.labels[span.head] in {"obj", "nsubj:pass"} and doc[verb].lemma_ in lexicon.set("making", "verbs")
    for k in [*tree.kids(span.head, "nmod"), *(tree.kids(verb, "obl") if is_made else ())]:
        if tree.cases[k] in _WITHIN and k in names and names[k].mention.type in PLACES:
            return f"{name} {tree.cases[k]} {names[k].mention.name}"
    before = [names[k] for k in tree.kids(span.head, "nmod:poss", "compound") if k in names]
    owner = next((s for s in before if tree.labels[s.head] == "nmod:poss" or doc[s.end].tag_ == "POS"), None)
    return f"{owner.mention.name} {name}" if owner else name


def _made(annotation: Annotation, span: Span, lexicon: Lexicon) -> str | None:
    """The commodity or product of a "producer of ..."."""
    if annotation.doc[span.head].lemma_.lower() not in lexicon.set("kinds", "of_any_actor"):
        return None
    spans = {s.head: s for s in annotation.spans}
    for k in annotation.tree.kids(span.head, "nmod"):
        if annotation.tree.cases[k] == "of" and k in spans and spans[k].mention.type in {"commodity", "product"}:
            return spans[k].mention.text
    return None
