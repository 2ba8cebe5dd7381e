"""Claims as JSON Lines, as annotated gold sets are written."""

from __future__ import annotations

import json
from typing import BinaryIO

from kg.ontology import load_ontology
from kg.query.claims import ClaimReader
from kg.store import GraphStore


def write_claims(store: GraphStore, out: BinaryIO) -> None:
    """Write the claims as JSON Lines, as annotated gold sets are written."""
    for claim in ClaimReader(store, load_ontology()).all():
        out.write(json.dumps(claim.as_json(), ensure_ascii=False).encode() + b"\n")
