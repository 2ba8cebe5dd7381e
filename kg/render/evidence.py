"""What a page reads only when it is asked for proof or for answers: quotes, qualifiers, dependencies, rules, questions."""

from __future__ import annotations

from typing import Any

from kg.query.wording import describe_qualifiers
from kg.render.data import MODALITIES, Columns, PageData, as_columns
from kg.render.marks import find_marks


def evidence_part(data: PageData) -> dict[str, Any]:
    """Return what the page reads on first need: quotes, qualifiers, dependencies, rules and questions."""
    base = data.explored.base
    claims = [
        {
            "iri": claim.iri.removeprefix(base),
            "quote": claim.quote,
            "start": claim.start,
            "end": claim.end,
            "marks": find_marks(claim),
            "details": describe_qualifiers(claim.qualifiers),
            "qualifiers": dict(claim.qualifiers),
            "attribution": claim.attribution or "",
        }
        for claim in data.claims
    ]
    keys = ("iri", "quote", "start", "end", "marks", "details", "qualifiers", "attribution")
    return {
        "claims": as_columns(claims, keys),
        "dependencies": _dependencies(data),
        "rules": _rules(data),
        "qualifierIris": dict(data.ontology.qualifiers),
    }


def _dependencies(data: PageData) -> Columns:
    rules = {rule.name: i for i, rule in enumerate(data.explored.rules)}
    stages = {name: i for i, name in enumerate(data.ontology.stages)}
    records = [
        {
            "iri": d.iri.removeprefix(data.explored.base),
            "rule": rules[d.rule],
            "dependent": data.nodes[d.dependent],
            "provider": data.nodes[d.provider],
            "on": data.nodes.get(d.on, -1),
            "stage": stages.get(d.stage, -1),
            "shareMin": d.share_min,
            "shareMax": d.share_max,
            "modality": MODALITIES.index(d.modality),
            "confidence": d.confidence,
            "times": list(d.times),
            "claims": [data.claim_index[c] for c in d.claims if c in data.claim_index],
        }
        for d in data.explored.dependencies
    ]
    keys = ("iri", "rule", "dependent", "provider", "on", "stage", "shareMin", "shareMax")
    return as_columns(records, (*keys, "modality", "confidence", "times", "claims"))


def _rules(data: PageData) -> list[dict[str, Any]]:
    return [
        {
            "name": rule.name,
            "kind": rule.kind,
            "sentence": rule.sentence,
            "dependents": sorted(rule.dependents),
            "providers": sorted(rule.providers),
            "carries": sorted(rule.carries),
        }
        for rule in data.explored.rules
    ]
