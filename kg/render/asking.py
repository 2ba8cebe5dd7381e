"""What the page needs to answer questions as `kg ask` does: their words and columns, and which relations they look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.ontology import Ontology
from kg.query.analyses import Analysis
from kg.query.asking import INCLUDED, load_askings
from kg.query.questions import Asking, Question
from kg.vocab import LODE

QUESTIONS = ("depends-on", "exposure", "what-if")  # those that the page computes
_SHARES = LODE + "controlsShareOf"  # whose shares name alternatives, as kg/query/shares.py reads them
_ENDS = re.compile(
    r"\?claim\s+rdf:(?P<name>subject|object)\s+\$name\s*;\s*rdf:predicate\s+lode:(?P<relation>\w+)\s*;"
    r"\s*rdf:(?P<dependent>subject|object)\s+\?dependent\b"
)


def page_questions(ontology: Ontology) -> dict[str, dict[str, Any]]:
    """Return the questions that the page answers, by name, as plain JSON.

    Each has its `sentence`, the `parameter` in it, its `columns`, and what may be included beside what is asserted.
    `ends` tells by relation at which end of a claim stands who is asked about, as the query's file says it; `shares` is
    the relation whose shares name alternatives. A file that is not of the form that the page knows is left out.

    >>> from kg.ontology import load_ontology
    >>> page_questions(load_ontology())["depends-on"]["ends"]
    {'depends_on': 'object', 'supplies': 'subject'}
    """
    askings = load_askings()
    found = ((name, _described(askings[name], ontology)) for name in QUESTIONS)
    return {name: described for name, described in found if described}


def _described(asking: Asking, ontology: Ontology) -> dict[str, Any] | None:
    names = {relation.iri: relation.json_name for relation in ontology.relations.values()}
    about = {"sentence": asking.sentence, "parameter": asking.parameter, "columns": list(asking.columns)}
    if isinstance(asking, Question):
        ends = _ends(asking.query, names)
        return {**about, "include": [], "ends": ends} if ends else None
    assert isinstance(asking, Analysis)
    return {**about, "include": list(INCLUDED), "shares": names.get(_SHARES, "")}


def _ends(query: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return by relation the end that is asked about; nothing if the query has another form."""
    found = {
        names.get(LODE + m["relation"], ""): m["name"] for m in _ENDS.finditer(query) if m["name"] != m["dependent"]
    }
    return found if "" not in found and len(found) == query.count("$name") else {}
