"""Who depends on whom, as the rules of the ontology derive it from claims."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dependency:
    """`dependent` needs `provider`, by a rule of some kind, for what it is about (`on`, "" if nothing is named).

    Shares lie between 0 and 1: the strongest bounds that its claims give. `claims` are IRIs, at least one.
    """

    iri: str
    rule: str
    kind: str
    dependent: str
    provider: str
    on: str
    stage: str
    share_min: float | None
    share_max: float | None
    modality: str
    confidence: float
    times: tuple[str, ...]
    claims: tuple[str, ...]
