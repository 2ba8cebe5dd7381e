"""A graph in a notebook: open it, ask it, query it, walk it.

>>> from kg import Graph
>>> graph = Graph.open("graph/")                                            # doctest: +SKIP
>>> rows = graph.ask("share-of", "rare earths", stage="refining")           # doctest: +SKIP
>>> pandas.DataFrame(rows)                                                  # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg import printing
from kg.config import DEFAULT_GRAPH, GRAPH_VARIABLE
from kg.ontology import Ontology, load_ontology
from kg.query.asking import answer_question, check_included, find_asking, join_answers
from kg.query.claims import ClaimReader
from kg.query.confidence import keep_confident
from kg.query.dependencies import read_dependencies
from kg.query.names import NameIndex
from kg.query.overview import Card, describe_entity
from kg.query.questions import Answer, given_values, tabulate
from kg.query.sparql import run_query
from kg.query.wording import describe_qualifiers
from kg.store import GraphStore
from kg.vocab import shorten

if TYPE_CHECKING:
    import pyoxigraph as ox

_FACTS = ("who", "relation", "whom", "details", "modality", "confidence", "according_to", "quote", "source", "date")


@dataclass(frozen=True)
class Rows:
    """An answer: a sentence that says what was asked and what the answer rests on, columns, and rows.

    It iterates over its rows as dicts, so that `pandas.DataFrame(rows)` takes it, and shows itself as a table with quotes.
    """

    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def from_answer(cls, answer: Answer) -> Rows:
        """Return the rows of an answer."""
        return cls(answer.sentence, tuple(answer.columns), tuple(tuple(row) for row in answer.rows))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return printing.as_html(self.answer)

    @property
    def answer(self) -> Answer:
        """The same for `kg.printing` and `kg.plot`."""
        return Answer(self.sentence, self.columns, self.rows)

    def plot(self) -> Picture:
        """Return the picture of stated shares; raises PlotError if the rows have none."""
        from kg.plot import draw_shares

        return Picture(draw_shares(self.answer, ".png"))


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture that a notebook shows."""

    png: bytes

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class Graph:
    """A graph for reading. What `kg ask`, `kg query` and `kg show` print, as values.

    `whole` is the graph that `store` is the sure part of, if only that is read.
    """

    store: GraphStore
    ontology: Ontology
    whole: GraphStore | None = None

    @classmethod
    def open(cls, path: Path | str | None = None, min_confidence: float = 0.0) -> Graph:
        """Open the graph in a folder or, if none is named, where KG_GRAPH says or in `graph`.

        Claims of less than `min_confidence` (0 to 1) are left out. Raises EmptyGraphError if the folder holds no graph.
        """
        folder = Path(path or os.environ.get(GRAPH_VARIABLE) or DEFAULT_GRAPH)
        store, ontology = GraphStore.open(folder), load_ontology()
        return cls(keep_confident(store, ontology, min_confidence), ontology, store)

    @cached_property
    def names(self) -> NameIndex:
        """The names that can be asked about."""
        return NameIndex(self.store, self.ontology, self.whole)

    def ask(
        self, question: str, *names: str, include: Collection[str] = (), limit: int | None = None, **parameters: str
    ) -> Rows:
        """Answer a question of `kg ask --list`, about names in any language or IRIs.

        `include` adds "planned" and "possible" dependencies to the asserted ones, `limit` is the most rows (of path, the
        most paths), and what a question takes besides (`stage`, `time`, `without`) is given by name. Raises
        ParameterError, UnknownNameError or EmptyGraphError.
        """
        asking = find_asking(question)
        given = given_values(asking, names, parameters)
        return Rows.from_answer(join_answers(answer_question(self.names, asking, given, tuple(include), limit)))

    def query(self, sparql: str) -> Rows:
        """Run a SPARQL query: the rows of a SELECT, the triples of a CONSTRUCT, the one value of an ASK.

        IRIs are shortened by the prefixes that the graph knows. Raises QueryError.
        """
        result = run_query(self.store, sparql)
        if result.kind == "solutions":
            return Rows.from_answer(tabulate(result.value, base=self.store.base))
        if result.kind == "boolean":
            return Rows("", ("answer",), ((result.value,),))
        triples = sorted(tuple(self._text(term) for term in (t.subject, t.predicate, t.object)) for t in result.value)
        return Rows("", ("subject", "predicate", "object"), tuple(triples))

    def network(self, include: Collection[str] = ()) -> nx.MultiDiGraph[str]:
        """Return the dependencies as a network: an edge from who depends to whom it depends on.

        Nodes are IRIs with `label` and `type`; keys of edges are their IRIs; edges have kind, rule, what (label), stage,
        share_min, share_max, modality, confidence, times and claims. `include` is as for `ask`; raises ParameterError.
        """
        check_included(include)
        reader = ClaimReader(self.store, self.ontology)
        found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        edges = read_dependencies(self.store, ("asserted", *include))
        for iri in sorted({end for edge in edges for end in (edge.dependent, edge.provider)}):
            found.add_node(iri, label=reader.label(iri), type=reader.type(iri))
        for edge in edges:
            found.add_edge(
                edge.dependent,
                edge.provider,
                key=edge.iri,
                kind=edge.kind,
                rule=edge.rule,
                what=reader.label(edge.on) if edge.on else "",
                stage=edge.stage,
                share_min=edge.share_min,
                share_max=edge.share_max,
                modality=edge.modality,
                confidence=edge.confidence,
                times=edge.times,
                claims=edge.claims,
            )
        return found

    def show(self, name: str) -> Rows:
        """Return the facts about an entity, each with its quote; raises UnknownNameError."""
        card = self.card(name)
        kinds = ", ".join(card.types).replace("_", " ")
        return Rows(f"{card.label} ({kinds})", _FACTS, tuple(_fact_rows(card)))

    def card(self, name: str) -> Card:
        """Return all that is known of an entity, as `kg show` prints it; raises UnknownNameError."""
        return describe_entity(self.store, self.ontology, self.names.resolve(name).value)

    def _text(self, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
        value = getattr(term, "value", str(term))
        return shorten(value, self.store.base) if type(term).__name__ == "NamedNode" else value


def _fact_rows(card: Card) -> Iterator[tuple[Any, ...]]:
    for claim in card.claims:
        yield (
            claim.subject.label,
            claim.relation,
            claim.object.label,
            describe_qualifiers(claim.qualifiers) or None,
            claim.modality,
            claim.confidence,
            claim.attribution,
            claim.quote,
            claim.source.name,
            claim.source.published or None,
        )
