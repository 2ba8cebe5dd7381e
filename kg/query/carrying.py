"""How far a loss goes: which rules hand it on, and to whom beyond."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from kg.query.claims import ClaimReader
from kg.query.dependencies import Dependency
from kg.rules import load_rules


@dataclass(frozen=True)
class Carrying:
    """The rules that carry a loss, as the header `carries` of ontology/rules/*.rq says it.

    `types` names, for each rule that carries, the types of dependents that hand the loss on; `type_of` returns the type
    of an entity. A loss of what an entity itself provides is felt along every rule. It goes further only where the rule
    carries and the dependent is of such a type: a company that lacks an input may fail its customers, while a country
    feels the lack and the chain ends there.

    >>> carrying = Carrying({"supplies": {"company"}}, {"i:a": "company", "i:b": "country"}.__getitem__)
    >>> def edge(dependent: str) -> Dependency:
    ...     return Dependency("i:1", "supplies", "trade", dependent, "i:c", "", "", None, None, "asserted", 1, (), ("i:d#c",))
    >>> [(carrying.feels(e), carrying.hands_on(e)) for e in (edge("i:a"), edge("i:b"))]
    [(True, True), (True, False)]
    """

    types: Mapping[str, Collection[str]]
    type_of: Callable[[str], str]

    def feels(self, edge: Dependency) -> bool:
        """Whether the dependent feels that its provider lacks something."""
        return edge.rule in self.types

    def hands_on(self, edge: Dependency) -> bool:
        """Whether those who depend on the dependent feel it, too."""
        return self.feels(edge) and self.type_of(edge.dependent) in self.types[edge.rule]


def read_carrying(reader: ClaimReader) -> Carrying:
    """Return which rules of the ontology carry a loss, and the types of the entities of a graph."""
    rules = load_rules(reader.ontology).values()
    return Carrying({rule.name: rule.carries for rule in rules if rule.carries}, cache(reader.type))
