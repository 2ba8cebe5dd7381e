"""What the changes of a build touch, so that only what follows from that is made anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.store.terms import MERGED
from kg.vocab import RDF

_MOST = 200_000  # subjects from which on it is as fast to make everything anew
_TYPE = ox.NamedNode(RDF + "type")


@dataclass
class Touched:
    """IRIs of the subjects of which the merged graph tells something else, and of those to which it gives other types."""

    subjects: set[str] = field(default_factory=set)
    retyped: set[str] = field(default_factory=set)

    def note(self, quads: Iterable[ox.Quad]) -> bool:
        """Note quads that go or come; return whether it is still few enough."""
        for quad in quads:
            if quad.graph_name == MERGED and isinstance(quad.subject, ox.NamedNode):
                self.subjects.add(quad.subject.value)
                if quad.predicate == _TYPE:
                    self.retyped.add(quad.subject.value)
        return len(self.subjects) < _MOST
