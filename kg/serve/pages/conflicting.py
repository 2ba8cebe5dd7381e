"""Where sources differ about a thing: looked for in a worker, shown with the claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.errors import LimitError, OntologyError
from kg.graph import Graph
from kg.query.claims import ClaimReader, StoredClaim
from kg.query.conflicts import find_conflicts
from kg.serve.pages.site import Visit
from kg.vocab import RDF

_MOST, _STATEMENTS = 20, 8


@dataclass(frozen=True, slots=True)
class Stated:
    """What one claim says in a conflict."""

    says: str
    claim: StoredClaim


@dataclass(frozen=True, slots=True)
class Differing:
    """Statements that contradict each other or differ, and why."""

    verdict: str
    why: str
    statements: tuple[Stated, ...]


def conflicts_of(visit: Visit, iri: str) -> list[Differing] | None:
    """Return what contradicts or differs about a thing, contradictions first; None if to look for it takes too long.

    What only looks like a conflict is left to the question `conflicts`.
    """
    try:
        found = visit.call(find_differing, iri)
    except LimitError:
        return None
    except OntologyError:  # an ontology of the user's without rules of conflicts
        return []
    reader = ClaimReader(visit.graph.store, visit.graph.ontology)
    return [Differing(verdict, why, tuple(_stated(reader, told))) for verdict, why, told in found]


def find_differing(graph: Graph, iri: str) -> list[Any]:
    """Return verdict, reason, and what each claim says (IRI and words) of the conflicts about a thing."""
    found = (c for c in find_conflicts(graph.store, graph.ontology, iri) if not c.reason)
    return [
        [c.verdict, c.why, [[s.claim.iri, s.says] for s in c.statements[:_STATEMENTS]]] for c in list(found)[:_MOST]
    ]


def _stated(reader: ClaimReader, told: list[list[str]]) -> list[Stated]:
    """Read the claims, those left out that are in the worker's graph alone, where another is being published."""
    known = ((iri, says) for iri, says in told if reader.store.objects(iri, RDF + "subject"))
    return [Stated(says, reader.read(iri)) for iri, says in known]
