"""Colours and shapes of types and relations, for light and dark pages.

Types that are in the list have the palette of Okabe and Ito, made darker or lighter until it stands out against either
page (WCAG 1.4.11), and a shape besides; all others are neutral. Relations take colours by their place in the ontology.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


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
    "sector": Style("#A03A90", "#D68AC9", "star"),
    "policy": Style("#6A4FA3", "#A992DE", "star"),
}
NEUTRAL = Style("#6B6B6B", "#A8A8A8", "dot")

# Neighbours differ in hue and lightness as far as readers without red or green cones can tell; then they come round again.
_LIGHT = ("#0072B2", "#B04A00", "#00805D", "#A6468A", "#6A4FA3", "#8A6A00", "#1D7F8C", "#C0334D", "#5E7F1E", "#555555")
_DARK = ("#5BB4EA", "#F2935A", "#43CFA3", "#E79CCB", "#B39DE8", "#E0BE4A", "#63CAD8", "#F58A9C", "#A9CF63", "#BDBDBD")


def style_of_type(name: str) -> Style:
    """Return how a type is drawn; a type that has no style of its own is neutral."""
    return STYLES.get(name, NEUTRAL)


def relation_colors(place: int) -> tuple[str, str]:
    """Return the colours of the relation at a place in the ontology, on a light and on a dark page."""
    return _LIGHT[place % len(_LIGHT)], _DARK[place % len(_DARK)]
