"""The questions that are Python, because they walk a network or compare statements.

A question that SPARQL can answer is a file in ontology/questions/ instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.query.claims import ClaimReader
from kg.query.dependencies import why
from kg.query.edges import Edges, StoredEdges
from kg.query.names import NameIndex
from kg.query.parameters import Parameter
from kg.query.questions import Answer, Asking
from kg.vocab import SKOS

if TYPE_CHECKING:
    from kg.query.shares import ShareStatement

_RELIABLE_PATHS, _NARROWEST = 3, 5
_SAID = ("quote", "source", "date")


@dataclass(frozen=True)
class Asked:
    """What an analysis works on: a graph, values for its parameters (IRIs, names of stages, text), what to include."""

    names: NameIndex
    values: Mapping[str, str]
    include: tuple[str, ...] = ()
    limit: int | None = None

    @property
    def reader(self) -> ClaimReader:
        """A reader of the graph's claims."""
        return ClaimReader(self.names.store, self.names.ontology)

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities of the dependencies and shares that count."""
        return ("asserted", *self.include)

    def dependencies(self) -> Edges:
        """Return the dependencies that count, which are read as far as they are needed."""
        return StoredEdges(self.names.store, self.names.ontology, self.modalities)

    def shares(self) -> list[ShareStatement]:
        """Return the stated shares that count; what articles copy from each other counts once."""
        from kg.query.copies import read_copies
        from kg.query.shares import read_share_statements

        return read_share_statements(self.reader, self.modalities, read_copies(self.names.store))


@dataclass(frozen=True)
class Analysis(Asking):
    """A question that is Python: it answers with a table or several; `columns` are those of the first."""

    answer: Callable[[Asked], Sequence[Answer]]
    includes: bool = True


def cut(answer: Answer, limit: int | None) -> Answer:
    """Return an answer of at most so many rows, which says how many there are.

    >>> cut(Answer("Who?", ["who"], [["a"], ["b"]]), 1).sentence
    'Who? 1 of 2 rows are shown.'
    """
    if limit is None or len(answer.rows) <= limit:
        return answer
    sentence = f"{answer.sentence} {limit:,} of {len(answer.rows):,} rows are shown."
    return Answer(sentence, answer.columns, answer.rows[:limit])


def _path(asked: Asked) -> list[Answer]:
    from kg.query.paths import find_paths

    ends = (asked.values["dependent"], asked.values["provider"])
    found = find_paths(asked.dependencies(), *ends, asked.limit or _RELIABLE_PATHS)
    return [found.as_answer(asked.reader)]


def _chokepoints(asked: Asked) -> list[Answer]:
    """Answer who holds the stages of one commodity or of all; with neither named, also where the network is narrow."""
    from kg.query.chokepoints import find_chokepoints
    from kg.query.concentration import concentration_answer, measure_concentration

    commodity, stage = asked.values.get("commodity"), asked.values.get("stage")
    shares = asked.shares()
    if not (commodity or stage):
        stages, *others = find_chokepoints(asked.dependencies(), shares).as_answers(
            asked.reader, asked.limit or _NARROWEST
        )
        return [cut(stages, asked.limit), *others]
    wanted = _narrower(asked.names, commodity) if commodity else {s.commodity for s in shares}
    kept = [s for s in shares if s.commodity in wanted and stage in (None, s.stage)]
    return [cut(concentration_answer(measure_concentration(kept), asked.reader), asked.limit)]


def _what_if(asked: Asked) -> list[Answer]:
    from kg.query.carrying import read_carrying
    from kg.query.whatif import what_if

    carrying = read_carrying(asked.reader)
    found = what_if(asked.dependencies(), asked.values["without"], carrying, asked.shares())
    return [found.as_answer(asked.reader, asked.limit)]


def _exposure(asked: Asked) -> list[Answer]:
    from kg.query.carrying import read_carrying
    from kg.query.exposure import find_exposure

    found = find_exposure(asked.dependencies(), asked.values["name"], read_carrying(asked.reader))
    return [found.as_answer(asked.reader, asked.limit)]


def _why(asked: Asked) -> list[Answer]:
    """Answer why there is a dependency, or each of one thing on another."""
    from kg.query.network import read_basis

    store, edges = asked.names.store, [asked.values["edge"]]
    if "provider" in asked.values:
        ends = (asked.names.resolve(edges[0]).value, asked.values["provider"])
        edges = [d.iri for d in asked.dependencies().between([ends])]
    reasons = [why(store, asked.names.ontology, edge) for edge in edges]
    rows = [
        (
            *(reason.dependency.iri.removeprefix(store.base), reason.sentence),
            *(reason.dependency.rule, reason.dependency.kind),
            *(claim.modality, claim.confidence, claim.attribution),
            *(claim.quote, claim.source.name, claim.source.published or None),
        )
        for reason in reasons
        for claim in reason.claims
    ]
    basis = read_basis(asked.reader, (claim.iri for reason in reasons for claim in reason.claims))
    return [
        cut(
            Answer(f"By which rule, and in whose words? {basis.sentence()}", ANALYSES["why"].columns, rows), asked.limit
        )
    ]


def _conflicts(asked: Asked) -> list[Answer]:
    from kg.query.conflict_rules import load_conflict_rules
    from kg.query.conflicts import find_conflicts, list_conflicts
    from kg.query.network import read_basis

    store, ontology = asked.names.store, asked.names.ontology
    rules = load_conflict_rules(ontology)
    found = find_conflicts(store, ontology, asked.values.get("name", ""), rules=rules)
    shown = found[: asked.limit]
    parts = ["Which statements disagree, and which only seem to?"]
    if len(shown) < len(found):
        parts.append(f"{len(shown):,} of {len(found):,} cases are shown.")
    basis = read_basis(asked.reader, (s.claim.iri for conflict in found for s in conflict.statements))
    return [list_conflicts(shown, rules, " ".join([*parts, basis.sentence()]))]


def _narrower(names: NameIndex, iri: str) -> set[str]:
    """Return a commodity and all that lies below it."""
    below: dict[str, list[str]] = defaultdict(list)
    for narrow, broad in names.store.pairs(SKOS + "broader"):
        below[broad].append(narrow)
    found: set[str] = set()
    todo = [iri]
    while todo:
        found.add(one := todo.pop())
        todo += [narrow for narrow in below[one] if narrow not in found]
    return found


_TABLE = (
    Analysis(
        "path",
        "How does {dependent} depend on {provider}?",
        (Parameter("dependent"), Parameter("provider")),
        "kg ask path Japan China",
        ("path", "as", "who", "needs", "what", "stage", "kind", "reliability", "time", *_SAID),
        _path,
    ),
    Analysis(
        "chokepoints",
        "Who holds the highest share of each stage[ of {commodity}][ in {stage}], and where is the network narrow?",
        (Parameter("commodity", optional=True), Parameter("stage", "stage", optional=True)),
        'kg ask chokepoints "rare earths"',
        (
            *("of", "stage", "scope", "who", "share_min", "share_max", "time", "hhi_min", "hhi_max", "concentration"),
            *("held_by", "holders", *_SAID),
        ),
        _chokepoints,
    ),
    Analysis(
        "what-if",
        "Who loses which input without {without}, directly and down the chain, and what else is there?",
        (Parameter("without"),),
        "kg ask what-if --without China",
        (*("hops", "who", "loses", "from", "kind", "share_min", "share_max", "time", "instead"), *_SAID),
        _what_if,
    ),
    Analysis(
        "exposure",
        "What does {name} rest on, directly and through others?",
        (Parameter("name"),),
        'kg ask exposure "MP Materials"',
        ("kind", "hops", "who", "needs", "what", "stage", "share_min", "share_max", "time", *_SAID),
        _exposure,
    ),
    Analysis(
        "why",
        "Why is there the dependency {edge}[, or each of {edge} on {provider}]: by which rule, and in whose words?",
        (Parameter("edge", "text"), Parameter("provider", optional=True)),
        "kg ask why Japan China",
        ("edge", "dependency", "rule", "kind", "modality", "confidence", "according_to", *_SAID),
        _why,
    ),
    Analysis(
        "conflicts",
        "Which statements[ about {name}] disagree, and which only seem to?",
        (Parameter("name", optional=True),),
        "kg ask conflicts",
        (
            *("conflict", "verdict", "kind", "why", "subject", "relation", "object", "says", "stage", "time"),
            *("modality", "attribution", "copies", "quote", "source", "publisher", "date"),
        ),
        _conflicts,
        includes=False,
    ),
)
ANALYSES: Mapping[str, Analysis] = {analysis.name: analysis for analysis in _TABLE}
