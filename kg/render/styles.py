"""Colours and shapes of types and relations, for light and dark pages.

Types that are in the list have the palette of Okabe and Ito, made darker or lighter until it stands out against either
page (WCAG 1.4.11), and a shape besides; all others are neutral. Relations take the colour of the rules that look at them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.ontology import Relation
from kg.rules import Rule
from kg.vocab import LODE


class Style(NamedTuple):
    """How a type is drawn: its colour on a light page, on a dark page, and a shape that vis-network knows."""

    color: str
    dark: str
    shape: str


STYLES: Mapping[str, Style] = {
    "country": Style("#0072B2", "#3FA0DC", "dot"),
    "region": Style("#2C8FC0", "#8CCBEF", "dot"),
    "company": Style("#C77F00", "#F0B03C", "square"),
    "government_body": Style("#00805D", "#2DC299", "triangle"),
    "organization": Style("#5A8F1B", "#9CCB5A", "triangle"),
    "person": Style("#737373", "#B5B5B5", "triangleDown"),
    "facility": Style("#C94F00", "#F58A4B", "diamond"),
    "commodity": Style("#B5568F", "#E59AC6", "hexagon"),
    "product": Style("#882255", "#CF7BA3", "hexagon"),
    "sector": Style("#B8459B", "#E9A6DC", "star"),
    "policy": Style("#4B3A8C", "#8E77D6", "star"),
}
NEUTRAL = Style("#6B6B6B", "#A8A8A8", "dot")

# By the kind of dependency that a relation makes, "" for none: colours on a light page and on a dark one. The first of each
# kind are so far apart that readers without red or green cones can tell them (OKLab distance 0.08 and more), and all stand
# out from the page as text must (WCAG 1.4.3); a kind of several relations takes its other shades for the later ones.
FAMILIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trade": (("#4664C1", "#235899", "#2E448A"), ("#99B5FF", "#C0C6FF", "#71A7EF")),
    "finance": (("#004200", "#02502A", "#3C5A00"), ("#38DEBE", "#71EDE2", "#62C59B")),
    "ownership": (("#662B8F", "#7A4088", "#432675"), ("#9183F2", "#B395ED", "#6E7BCF")),
    "operation": (("#907104", "#805912", "#685002"), ("#E9C265", "#EADC91", "#D8AB6D")),
    "material": (("#864C03", "#753402", "#905F04"), ("#E78D03", "#E4AD4F", "#CE7B3F")),
    "location": (("#107F9E", "#106B79", "#035A71"), ("#8EF9FE", "#92E3DA", "#5FB8C4")),
    "policy": (("#7F0146", "#921D40", "#5D0142"), ("#E64C54", "#EA745A", "#FD8080")),
    "": (("#5F5D66", "#4A4A52", "#6F6B72"), ("#9B9BA5", "#B0ADB5", "#888A91")),
}
_LOOKS_AT = re.compile(r"rdf:predicate\s+lode:(\w+)")


def style_of_type(name: str) -> Style:
    """Return how a type is drawn; a type that has no style of its own is neutral."""
    return STYLES.get(name, NEUTRAL)


def relation_colors(relations: Iterable[Relation], rules: Iterable[Rule]) -> dict[str, tuple[str, str]]:
    """Return the colours of each relation by name, on a light and on a dark page: shades of the kind that its rule is of.

    Where several rules look at a relation, the one of the shortest name counts, which is the general one.

    >>> from kg.ontology import load_ontology
    >>> from kg.rules import load_rules
    >>> ontology = load_ontology()
    >>> relation_colors(ontology.relations.values(), load_rules(ontology).values())["supplies"][0]
    '#4664C1'
    """
    kinds: dict[str, str] = {}
    for rule in sorted(rules, key=lambda rule: (len(rule.name), rule.name)):
        for term in _LOOKS_AT.findall(rule.query):
            kinds.setdefault(LODE + term, rule.kind)
    taken: Counter[str] = Counter()
    found = {}
    for relation in relations:
        kind = kinds.get(relation.iri, "")
        light, dark = FAMILIES.get(kind, FAMILIES[""])
        found[relation.json_name] = (light[taken[kind] % len(light)], dark[taken[kind] % len(dark)])
        taken[kind] += 1
    return found
