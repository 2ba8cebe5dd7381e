"""The style sheet of relations and types: their colours on light and dark pages, as the explorer draws them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.ontology import Ontology
from kg.render.styles import relation_colors, style_of_type
from kg.rules import load_rules

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def colours_sheet(ontology: Ontology) -> str:
    """Return a class a relation (`tie-owns`) and a type (`type-company`), each with `--own` for its colour.

    >>> from kg.ontology import load_ontology
    >>> ".tie-supplies{--own:#4664C1}" in colours_sheet(load_ontology())
    True
    """
    light, dark = zip(*_colours(ontology), strict=True)
    return f"{''.join(light)}\n@media(prefers-color-scheme:dark){{{''.join(dark)}}}\n"


def _colours(ontology: Ontology) -> Iterator[tuple[str, str]]:
    for relation, (light, dark) in relation_colors(ontology.relations.values(), load_rules(ontology).values()).items():
        if _NAME.fullmatch(relation):
            yield f".tie-{relation}{{--own:{light}}}", f".tie-{relation}{{--own:{dark}}}"
    for name in sorted({kind.json_name for kind in ontology.types.values()}):
        style = style_of_type(name)
        if _NAME.fullmatch(name):
            yield f".type-{name}{{--own:{style.color}}}", f".type-{name}{{--own:{style.dark}}}"
