"""Dependencies made by hand, for the tests of what is asked about them."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from kg.query.dependencies import Dependency

NODES = "abcdefg"
unhurried = settings(deadline=None)  # machines that test are busy


def edge(dependent: str, provider: str, on: str = "", **said: Any) -> Dependency:
    """Return a dependency whose IRI and claim follow from its ends, its rule and what it is about."""
    rule, stage = said.get("rule", "supplies"), said.get("stage", "")
    name = ":".join(filter(None, (rule, dependent, provider, on, stage)))
    given = {"rule": rule, "kind": "trade", "stage": stage, "share_min": None, "share_max": None}
    given |= {"modality": "asserted", "confidence": 0.9, "times": (), "claims": (f"doc/{dependent}#{name}",)}
    return Dependency(iri=f"dependency/{name}", dependent=dependent, provider=provider, on=on, **(given | said))


def edges_of(*pairs: str, **said: Any) -> list[Dependency]:
    """Return dependencies from pairs of letters: "ab" for a, which needs b."""
    return [edge(a, b, **said) for a, b in pairs]


EDGES = st.builds(
    edge,
    st.sampled_from(NODES),
    st.sampled_from(NODES),
    st.sampled_from(["", "x", "y", "a"]),
    rule=st.sampled_from(["supplies", "owns"]),
    confidence=st.sampled_from([0.0, 0.25, 0.5, 0.5, 0.8, 0.95, 1.0]),
)
NETWORKS = st.lists(EDGES, max_size=25, unique_by=lambda e: e.iri)
