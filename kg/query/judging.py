"""What each kind of conflict looks at in a claim, and how it judges two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.query.claims import End, StoredClaim
from kg.query.comparing import ANY, Finding, Judge, Statement, compare_all, count_once
from kg.query.conflict_rules import ConflictRules, Rule
from kg.query.numbers import Judgement, Number, as_number, compare, least
from kg.query.parts import Parts
from kg.query.periods import ALWAYS, parse_time, stated_period
from kg.query.wording import describe_qualifiers

_TINY = 1e-9
_MEASURES = frozenset({"share", "amount", "quantity"})
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
        told = (claim for claim in claims if _is_told(rule, claim))
        statements = count_once(s for claim in told for s in take(rule, claim))
        if judge is None:
            yield from self._sums(rule, statements)
        else:
            yield from compare_all(statements, judge, (*rule.same, "modality"))

    def _statement(self, rule: Rule, claim: StoredClaim, says: str, key: Hashable, modality: str) -> Statement:
        missing = ANY if claim.modality == "negated" else ""
        cell = tuple(str(claim.qualifiers.get(q, rule.unsaid.get(q, missing))) for q in rule.same)
        time = claim.qualifiers.get("time", "")
        period = ALWAYS if rule.lasting else stated_period(time, claim.source.published, self.rules.lag_years)
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
            if judged == ("apparent", "unit") and rule.value == "amount":
                return "apparent", "currency"
            times = {s.claim.qualifiers.get("time") for s in (one, other)} - {None}
            if judged and rule.flow and len(times) > 1:
                return "apparent", "time"
            return ("differ", "") if rule.several and judged == ("contradict", "") else judged

        return judge

    def _sums(self, rule: Rule, statements: Sequence[Statement]) -> Iterator[Finding]:
        """Yield, for each cell, the moment at which its shares add up to most, if that is more than all."""
        alike: dict[tuple[object, str], list[Statement]] = defaultdict(list)
        for s in statements:
            if s.claim.modality == "asserted":
                alike[s.cell, s.claim.subject.type if rule.alike else ""].append(s)
        for _, found in sorted(alike.items(), key=lambda pair: str(pair[0])):
            moments = sorted({s.period.start for s in found})
            sums = [self._sum(rule, [s for s in found if s.period.start <= m <= s.period.end]) for m in moments]
            total, shares = max(sums, key=lambda pair: pair[0])
            if total > 1 + _TINY:
                one_voice = len({(s.origin, s.claim.attribution) for s in shares}) == 1
                yield Finding("apparent", "article", shares) if one_voice else Finding("contradict", "", shares)

    def _sum(self, rule: Rule, statements: Sequence[Statement]) -> tuple[float, tuple[Statement, ...]]:
        """Return what holders have at least together, each by the least that is stated of it, parts of others left out."""
        by_holder: dict[str, tuple[float, Statement]] = {}
        for s in statements:
            assert isinstance(s.key, Number)
            share = least(s.key, self.rules.numbers[rule.value])
            holder = s.claim.subject.iri
            if holder not in by_holder or share < by_holder[holder][0]:
                by_holder[holder] = share, s
        whole = [h for h in by_holder if not (self._wholes(rule, h) - {h}) & by_holder.keys()]
        counted = sorted((by_holder[h] for h in whole), key=lambda pair: (-pair[0], pair[1].order))
        return sum(share for share, _ in counted), tuple(s for share, s in counted if share > 0)

    def _wholes(self, rule: Rule, holder: str) -> frozenset[str]:
        """Return what a holder is part of; a region of another one, but a company of no country that holds, too."""
        return self.parts.wholes(holder) | (self.parts.places(holder) if rule.alike else frozenset())

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
            return ("differ" if rule.several and not _has_all(one, other) else "contradict"), ""

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
            if "planned" in said:
                return _progress(rule, said["asserted"], said["planned"])
            denied, stated = (said[key].claim.qualifiers.keys() & _MEASURES for key in ("negated", "asserted"))
            return ("contradict", "") if denied <= stated else None  # what is not 40% may well be

        return judge


def _is_told(rule: Rule, claim: StoredClaim) -> bool:
    """Tell whether a claim has the qualifiers without which a rule says nothing of it."""
    said = {key: str(claim.qualifiers.get(key, "")).casefold() for key in rule.only}
    return all(said[key] in {word.casefold() for word in words} for key, words in rule.only.items())


def _has_all(one: Statement, other: Statement) -> bool:
    """Tell whether one of two holders is said to hold all."""
    return any("share" in s.claim.qualifiers for s in (one, other))


def _end(rule: Rule, claim: StoredClaim) -> End:
    return claim.object if rule.end == "object" else claim.subject


def _same_measures(one: Statement, other: Statement) -> bool:
    """Tell whether two statements give the same numbers, as far as both give any."""
    mine, theirs = one.claim.qualifiers, other.claim.qualifiers
    return all(mine[q] == theirs[q] for q in _MEASURES if q in mine and q in theirs)


def _progress(rule: Rule, done: Statement, planned: Statement) -> Judgement | None:
    """Judge what one article says is done and another one plans: whichever came first."""
    when = parse_time(planned.claim.source.published)
    since = parse_time(done.claim.qualifiers.get("time", "") or done.claim.source.published)
    if ALWAYS in (when, since) or when.start <= since.end:
        return "apparent", "progress"
    return ("differ", "") if done.claim.relation in rule.once else None
