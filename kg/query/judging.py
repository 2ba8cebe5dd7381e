"""What each kind of conflict looks at in a claim, and how it judges two statements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.query.claims import End, StoredClaim
from kg.query.comparing import ANY, Finding, Judge, Statement, compare_all, count_once
from kg.query.conflict_rules import ConflictRules, Rule
from kg.query.numbers import Judgement, Number, as_number, compare, least
from kg.query.parts import Parts
from kg.query.periods import ALWAYS, parse_time, stated_period
from kg.query.wording import describe_qualifiers

Origins = Mapping[str, str]  # of which document a document is a copy


@dataclass(frozen=True)
class Judges:
    """Finds the conflicts of a group of claims by a rule."""

    rules: ConflictRules
    parts: Parts
    origins: Origins

    def findings(self, rule: Rule, claims: Iterable[StoredClaim]) -> Iterator[Finding]:
        """Yield the conflicts among claims on the same thing, and what only looks like one."""
        take, judge = {
            "number": (self._number, self._judge_numbers(rule)),
            "one": (self._end, self._judge_ends(rule)),
            "sum": (self._number, None),
            "status": (self._status, self._judge_status(rule)),
        }[rule.compare]
        statements = count_once(s for claim in claims for s in take(rule, claim))
        if judge is None:
            yield from self._sums(rule, statements)
        else:
            yield from compare_all(statements, judge, (*rule.same, "modality"), rule.several)

    def _statement(self, rule: Rule, claim: StoredClaim, says: str, key: Hashable, modality: str) -> Statement:
        missing = ANY if claim.modality == "negated" else ""
        cell = tuple(str(claim.qualifiers.get(q, rule.unsaid.get(q, missing))) for q in rule.same)
        period = stated_period(claim.qualifiers.get("time", ""), claim.source.published, self.rules.lag_years)
        origin = self.origins.get(claim.source.iri, claim.source.iri)
        return Statement(claim, says, key, (*cell, modality), period, origin)

    # Numbers

    def _number(self, rule: Rule, claim: StoredClaim) -> Iterator[Statement]:
        if rule.value in claim.qualifiers and claim.modality != "negated":
            value = claim.qualifiers[rule.value]
            number = as_number(rule.value, value, self.rules.units)
            says = describe_qualifiers({rule.value: value})
            yield self._statement(rule, claim, says, number, claim.modality)

    def _judge_numbers(self, rule: Rule) -> Judge:
        def judge(one: Statement, other: Statement) -> Judgement | None:
            assert isinstance(one.key, Number)
            assert isinstance(other.key, Number)
            judged = compare(one.key, other.key, self.rules.numbers[rule.value])
            return ("apparent", "currency") if judged == ("apparent", "unit") and rule.value == "amount" else judged

        return judge

    def _sums(self, rule: Rule, statements: Sequence[Statement]) -> Iterator[Finding]:
        """Yield, for each cell, the moment at which its shares add up to most, if that is more than all."""
        asserted = [s for s in statements if s.claim.modality == "asserted"]
        alike = {(s.cell, s.claim.subject.type if rule.alike else "") for s in asserted}
        for cell, kind in sorted(alike):
            found = [s for s in asserted if s.cell == cell and (not rule.alike or s.claim.subject.type == kind)]
            moments = sorted({s.period.start for s in found})
            sums = [self._sum(rule, [s for s in found if s.period.start <= m <= s.period.end]) for m in moments]
            total, shares = max(sums, key=lambda pair: pair[0])
            if total > 1 + 1e-9:
                yield Finding("contradict", "", shares)

    def _sum(self, rule: Rule, statements: Sequence[Statement]) -> tuple[float, tuple[Statement, ...]]:
        """Return what holders have at least together, each by the least that is stated of it, parts of others left out."""
        by_holder: dict[str, tuple[float, Statement]] = {}
        for s in statements:
            assert isinstance(s.key, Number)
            share = least(s.key, self.rules.numbers[rule.value])
            holder = s.claim.subject.iri
            if holder not in by_holder or share < by_holder[holder][0]:
                by_holder[holder] = share, s
        whole = [h for h in by_holder if not (self.parts.wholes(h) - {h}) & by_holder.keys()]
        counted = sorted((by_holder[h] for h in whole), key=lambda pair: (-pair[0], pair[1].order))
        return sum(share for share, _ in counted), tuple(s for share, s in counted if share > 0)

    # One end, where there can be one only

    def _end(self, rule: Rule, claim: StoredClaim) -> Iterator[Statement]:
        share = claim.qualifiers.get("share")
        typed = claim.subject.type in rule.subjects and claim.object.type in rule.objects
        if not typed or claim.modality != "asserted" or (share and (share["min"] or 0) < 1):
            return
        end = _end(rule, claim)
        if rule.level != "country" or self.parts.country(end.iri):
            yield self._statement(rule, claim, end.label, end.iri, claim.modality)

    def _judge_ends(self, rule: Rule) -> Judge:
        def judge(one: Statement, other: Statement) -> Judgement | None:
            a, b = str(one.key), str(other.key)
            above = self.parts.places if rule.level == "country" else self.parts.wholes
            if a in above(b) or b in above(a):
                return "apparent", "nested"
            if rule.level == "country" and self.parts.country(a) == self.parts.country(b):
                return None
            return "contradict", ""

        return judge

    # Status

    def _status(self, rule: Rule, claim: StoredClaim) -> Iterator[Statement]:
        if claim.modality != "possible":
            yield self._statement(rule, claim, claim.modality, claim.modality, "")

    def _judge_status(self, rule: Rule) -> Judge:
        def judge(one: Statement, other: Statement) -> Judgement | None:
            said = {str(s.key): s for s in (one, other)}
            if "asserted" not in said or not _same_measures(one, other):
                return None
            if "negated" in said:
                return "contradict", ""
            return _progress(rule, said["asserted"], said["planned"])

        return judge


def _end(rule: Rule, claim: StoredClaim) -> End:
    return claim.object if rule.end == "object" else claim.subject


def _same_measures(one: Statement, other: Statement) -> bool:
    """Tell whether two statements give the same numbers, as far as both give any."""
    mine, theirs = one.claim.qualifiers, other.claim.qualifiers
    return all(mine[q] == theirs[q] for q in ("share", "amount", "quantity") if q in mine and q in theirs)


def _progress(rule: Rule, done: Statement, planned: Statement) -> Judgement | None:
    """Judge what one article says is done and another one plans: whichever came first."""
    when = parse_time(planned.claim.source.published)
    since = parse_time(done.claim.qualifiers.get("time", "") or done.claim.source.published)
    if ALWAYS in (when, since) or when.start <= since.end:
        return "apparent", "progress"
    return ("differ", "") if done.claim.relation in rule.once else None
