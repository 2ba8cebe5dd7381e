"""Who is said to hold which share of a stage of a commodity, and which of these statements are the latest."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.query.claims import ClaimReader
from kg.vocab import LODE

WORLD = "global"  # as ontology/lodestone.ttl writes the scope of a share of the world
_WORLDS = frozenset({"", WORLD, "world", "the world", "worldwide"})
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_OPEN = re.compile(r"^from |/\.\.$")  # still so when it was written

_STATEMENTS = """
SELECT ?claim ?holder ?commodity ?mode ?stage ?scope ?low ?high ?time ?source ?issued WHERE {
  ?claim rdf:predicate lode:controlsShareOf ; rdf:subject ?holder ; rdf:object ?commodity ;
    lode:modality ?mode ; prov:wasDerivedFrom ?source .
  OPTIONAL { ?claim lode:shareMin ?low }
  OPTIONAL { ?claim lode:shareMax ?high }
  FILTER (BOUND(?low) || BOUND(?high))
  OPTIONAL { ?claim lode:stage ?stage }
  OPTIONAL { ?claim lode:scope ?scope }
  OPTIONAL { ?claim lode:time ?time }
  OPTIONAL { ?source dcterms:issued ?issued }
}"""


@dataclass(frozen=True, slots=True)
class ShareStatement:
    """What one claim says: `holder` has a share of `commodity` at a stage ("" if none is named), of the whole of `scope`.

    Bounds lie between 0 and 1, None if not stated. `time` is when it holds, in the claim's words, and `published` the
    date of `source`, "" if unknown. Holders, commodities, claims and sources are IRIs; `holder_type` is "country" and so on.
    """

    holder: str
    commodity: str
    stage: str
    scope: str
    share_min: float | None
    share_max: float | None
    time: str
    claim: str
    source: str
    holder_type: str = ""
    published: str = ""

    @property
    def year(self) -> int | None:
        """The last year for which it holds: that of its time or, without one or while it lasts, of its source."""
        own, written = _YEAR.findall(self.time), _YEAR.findall(self.published)
        if _OPEN.search(self.time) or not own:
            own = written or own
        return int(own[-1]) if own else None

    @property
    def forecast(self) -> bool:
        """Whether it is about a time after its source, or up to a time to come ("by 2030")."""
        written = _YEAR.findall(self.published)
        later = bool(written) and self.year is not None and self.year > int(written[0])
        return later or self.time.startswith("by ")


def read_share_statements(
    reader: ClaimReader, include: Collection[str] = ("asserted",), copies: Mapping[str, str] | None = None
) -> list[ShareStatement]:
    """Return the shares that a graph states, sorted by claim; a share without a scope is one of the world.

    `include` names modalities, never "negated". `copies` is as for `count_once`.
    """
    modes = {LODE + mode for mode in include if mode != "negated"}
    solutions = reader.store.query(_STATEMENTS)
    stages = {iri: stage for stage, iri in reader.ontology.stages.items()}
    type_of = cache(reader.type)
    told = (_statement(type_of, stages, s) for s in solutions if s["mode"].value in modes)
    return count_once(told, copies or {})


def count_once(statements: Iterable[ShareStatement], copies: Mapping[str, str]) -> list[ShareStatement]:
    """Return statements, sorted by claim: what one document says twice, and what it and its copies say, is one.

    `copies` gives, by IRI, of which document another is a copy.
    """
    found: dict[ShareKey, ShareStatement] = {}
    for statement in sorted(statements, key=lambda s: (s.source in copies, s.claim)):
        original = copies.get(statement.source, statement.source)
        found.setdefault(_key(statement, original), statement)
    return sorted(found.values(), key=lambda s: s.claim)


ShareKey = tuple[str, str, str, str, float | None, float | None, str, str]


def _key(statement: ShareStatement, original: str) -> ShareKey:
    about = (statement.holder, statement.commodity, statement.stage, statement.scope)
    return (*about, statement.share_min, statement.share_max, statement.time, original)


def _statement(type_of: Callable[[str], str], stages: Mapping[str, str], solution: ox.QuerySolution) -> ShareStatement:
    low, high = (None if solution[key] is None else float(solution[key].value) for key in ("low", "high"))
    stage, scope, time, issued = (_text(solution[key]) for key in ("stage", "scope", "time", "issued"))
    holder = solution["holder"].value
    return ShareStatement(
        holder=holder,
        commodity=solution["commodity"].value,
        stage=stages.get(stage, stage),
        scope=WORLD if scope.casefold() in _WORLDS else scope,
        share_min=low,
        share_max=high,
        time=time,
        claim=solution["claim"].value,
        source=solution["source"].value,
        holder_type=type_of(holder),
        published=issued,
    )


def _text(term: ox.NamedNode | ox.Literal | None) -> str:
    return "" if term is None else term.value


def latest(statements: Iterable[ShareStatement]) -> list[ShareStatement]:
    """Return the statements for the last year that any is for, in their order; forecasts do not count.

    Those without a year are returned if none has one.

    >>> said = [ShareStatement("i:cn", "i:ree", "", "global", 0.9, 0.9, time, f"i:d#{time}", "i:d") for time in ("2010", "2024", "by 2030")]
    >>> [statement.time for statement in latest(said)]
    ['2024']
    """
    held = [statement for statement in statements if not statement.forecast]
    last = max((statement.year for statement in held if statement.year is not None), default=None)
    return [statement for statement in held if statement.year == last]
