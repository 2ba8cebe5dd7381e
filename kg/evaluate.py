"""Score claims against a gold set: which gold claims are found, and how well their qualifiers and modality agree.

A predicted claim matches a gold claim of the same document and relation when its evidence overlaps the gold quote and
both ends name the same entity; each is matched at most once. Strict: an end is the gold name or one of its listed
mentions. Lenient: or the content words of one are a subset of the other's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from math import fsum
from pathlib import Path
from typing import Any

from kg.config import ontology_folder
from kg.errors import ReadError
from kg.ontology import load_toml

Record = Mapping[str, Any]
BINS = 10
# What scoring needs of a record: keys and the types of their values.
_CLAIM = {"doc": str, "start": int, "end": int, "relation": str, "subject": Mapping, "object": Mapping}
_GOLD = dict.fromkeys(("doc", "quote", "relation", "subject", "object", "modality"), str)
_ENTITY = dict.fromkeys(("doc", "canonical"), str)
_POSSESSIVE, _NOT_WORD, _ARTICLE = re.compile(r"'s\b"), re.compile(r"[^\w\s]"), re.compile(r"^(?:the|a|an)\s+")


@dataclass(frozen=True)
class Score:
    """Matches among predictions and gold claims."""

    matched: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the found that is right; 0 if nothing is found."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that is found; 0 if there is none."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Bin:
    """The claims whose confidence is `low` or above and below `high` (or 1, in the last): how many, how sure, how often right."""

    low: float
    high: float
    number: int
    confidence: float
    precision: float


@dataclass(frozen=True)
class Evaluation:
    """All scores of one run, and what was missed and invented."""

    strict: Score
    lenient: Score
    qualifiers: Score
    modality_accuracy: float
    by_relation: Mapping[str, Score]
    missed: Sequence[Record]
    extra: Sequence[Record]
    reliability: Sequence[Bin] = ()

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error of the claims, right if they match leniently; None if none has a confidence."""
        return expected_calibration_error(self.reliability) if self.reliability else None


def reliability(judged: Iterable[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """Return equal-width bins of confidences from 0 to 1, each with whether its claim is right; empty bins are left out.

    >>> [(b.low, b.number, b.confidence, b.precision) for b in reliability([(0.62, True), (0.64, False), (1.0, True)])]
    [(0.6, 2, 0.63, 0.5), (0.9, 1, 1.0, 1.0)]
    """
    found = []
    for at, group in groupby(sorted(judged), key=lambda pair: min(int(pair[0] * bins), bins - 1)):
        members = list(group)
        number = len(members)
        confidence = fsum(c for c, _ in members) / number
        found.append(Bin(at / bins, (at + 1) / bins, number, confidence, sum(right for _, right in members) / number))
    return found


def expected_calibration_error(found: Sequence[Bin]) -> float:
    """Return the mean distance of confidence and precision over bins, weighted by their claims; 0 if there are none.

    It is 0 if, of claims with a confidence of 0.7, seven in ten are right, and so on
    (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 2).

    >>> expected_calibration_error(reliability([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]))
    0.0
    >>> expected_calibration_error(reliability([(0.75, False), (0.25, False)]))
    0.5
    """
    total = sum(b.number for b in found)
    return fsum(b.number * abs(b.confidence - b.precision) for b in found) / total if total else 0.0


@dataclass(frozen=True)
class Names:
    """Compares names as `ontology/scoring.toml` says; `aliases` holds the other names of an entity, by document and name."""

    rules: Mapping[str, Any]
    aliases: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _same(self) -> dict[str, str]:
        return {spelling: name for name, spellings in self.rules["same"].items() for spelling in spellings}

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return frozenset(self.rules["ignored"])

    def fold(self, name: str | None) -> str:
        """Return a name without case, punctuation, article and possessive, in its usual spelling.

        >>> Names({"same": {"united states": ["u s"]}, "ignored": []}).fold("the U.S.'s")
        'united states'
        """
        plain = unicodedata.normalize("NFKC", name or "").casefold().replace("’", "'")
        plain = " ".join(_NOT_WORD.sub(" ", _POSSESSIVE.sub("", plain)).split())
        plain = _ARTICLE.sub("", plain)
        return self._same.get(plain, plain)

    def words(self, name: str) -> frozenset[str]:
        """Return the content words of a name, in the singular."""
        kept = (w for w in self.fold(name).split() if w not in self._ignored and len(w) > 1)
        return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in kept)

    def with_aliases(self, entities: Iterable[Record]) -> Names:
        """Return a comparison that knows the listed mentions of entities."""
        table: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entity in entities:
            names = {self.fold(entity["canonical"]), *map(self.fold, entity.get("mentions", ()))}
            for name in names:
                table[entity["doc"], name] |= names
        return Names(self.rules, {key: frozenset(names) for key, names in table.items()})

    def same_end(self, gold: Iterable[str], predicted: Record, document: str, lenient: bool) -> bool:
        """Tell whether a predicted end names what the gold names mean."""
        golds = {self.fold(name) for name in gold if name}
        for name in tuple(golds):
            golds |= self.aliases.get((document, name), frozenset())
        found = {self.fold(predicted.get("label")), self.fold(predicted.get("mention"))} - {""}
        if golds & found:
            return True
        return lenient and any(self._overlap(g, p) for g in golds for p in found)

    def _overlap(self, a: str, b: str) -> bool:
        first, second = self.words(a), self.words(b)
        return bool(first and second and (first <= second or second <= first))

    def same_qualifier(self, key: str, gold: Any, predicted: Any) -> bool:
        """Tell whether two values of a qualifier agree; numbers to one in a million, text as names are compared."""
        if predicted is None:
            return False
        if key in {"amount", "quantity", "share"}:
            return isinstance(predicted, Mapping) and self._same_measure(key, gold, predicted)
        return self.fold(str(gold)) == self.fold(str(predicted)) or self._overlap(str(gold), str(predicted))

    def _same_measure(self, key: str, gold: Record, predicted: Record) -> bool:
        unit = {"amount": "currency", "quantity": "unit"}.get(key)
        bounds = all(
            _same_number(gold.get(end, gold.get("value")), predicted.get(end, predicted.get("value")))
            for end in ("min", "max")
        )
        return bounds and (unit is None or self.fold(str(gold.get(unit))) == self.fold(str(predicted.get(unit))))


def _same_number(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


@dataclass(frozen=True)
class GoldSet:
    """The claims of a gold folder with the `spans` of their quotes, and what names its entities have."""

    claims: list[dict[str, Any]]
    names: Names
    documents: frozenset[str]
    qualifiers: tuple[str, ...]
    symmetric: frozenset[str]


def evaluate(folder: Path, predictions: Iterable[Record]) -> Evaluation:
    """Score predictions, given as `kg export --format claims` writes them, against the gold set in `folder`.

    The folder holds gold.jsonl, entities.jsonl and NAME.txt for every document. Raises ReadError if it does not, or if a
    prediction is no claim.
    """
    return score(read_gold(folder), predictions)


def score(gold: GoldSet, predictions: Iterable[Record]) -> Evaluation:
    """Score predictions against a gold set; those of other documents do not count. Raises ReadError for what is no claim."""
    claims = [_checked(p, _CLAIM, f"Prediction {number}") for number, p in enumerate(predictions, 1)]
    found = [p for p in claims if p["doc"] in gold.documents]
    sure = {j: _confidence(p) for j, p in enumerate(found) if "confidence" in p}
    pairs = {lenient: _match(gold, found, lenient) for lenient in (False, True)}
    matched = pairs[True]
    hits = Counter(gold.claims[i]["relation"] for i, _ in matched)
    hit_gold, hit_found = {i for i, _ in matched}, {j for _, j in matched}
    by_gold, by_found = Counter(g["relation"] for g in gold.claims), Counter(p["relation"] for p in found)
    right = sum(gold.claims[i]["modality"] == found[j].get("modality") for i, j in matched)
    return Evaluation(
        strict=Score(len(pairs[False]), len(found), len(gold.claims)),
        lenient=Score(len(matched), len(found), len(gold.claims)),
        qualifiers=_qualifiers(gold, found, matched),
        modality_accuracy=right / len(matched) if matched else 0.0,
        by_relation={r: Score(hits[r], by_found[r], by_gold[r]) for r in sorted(by_gold | by_found)},
        missed=[g for i, g in enumerate(gold.claims) if i not in hit_gold],
        extra=[p for j, p in enumerate(found) if j not in hit_found],
        reliability=reliability((confidence, j in hit_found) for j, confidence in sure.items()),
    )


def read_gold(folder: Path) -> GoldSet:
    """Read gold.jsonl, entities.jsonl and the texts of a folder; raises ReadError."""
    rules = load_toml(ontology_folder() / "scoring.toml")
    claims, entities = _read(folder / "gold.jsonl", _GOLD), _read(folder / "entities.jsonl", _ENTITY)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    for claim in claims:
        claim["doc"] = claim["doc"].removesuffix("-title")
        claim.setdefault("qualifiers", {})
        claim["spans"] = _occurrences(texts.get(claim["doc"], ""), claim["quote"])
        if not claim["spans"]:
            raise ReadError(
                f"{folder / 'gold.jsonl'} quotes what {claim['doc']}.txt does not say: {claim['quote'][:60]!r}; mend the quote"
            )
    names = Names(rules).with_aliases(entities)
    return GoldSet(claims, names, frozenset(texts), tuple(rules["qualifiers"]), frozenset(rules["symmetric"]))


def read_claims(path: Path) -> list[dict[str, Any]]:
    """Read predictions from a file of JSON Lines; raises ReadError for a line that is no claim."""
    return _read(path, _CLAIM)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON Lines (https://jsonlines.org), an object a line; raises ReadError."""
    return _read(path, {})


def _read(path: Path, shape: Mapping[str, type]) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # and nowhere else: quotes may hold other separators
    except (OSError, ValueError) as error:
        raise ReadError(
            f"{path} cannot be read: {error}; a gold folder holds gold.jsonl, entities.jsonl and the texts in UTF-8"
        ) from error
    return [_record(line, shape, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]


def _record(line: str, shape: Mapping[str, type], place: str) -> dict[str, Any]:
    try:
        return dict(_checked(json.loads(line), shape, place))
    except ValueError as error:
        raise ReadError(f"{place} is no JSON: {error}; mend it or write the file again") from error


def _checked(record: Any, shape: Mapping[str, type], place: str) -> Record:
    """Return a record that is an object and has what scoring needs; raises ReadError for another."""
    if not isinstance(record, Mapping):
        raise ReadError(f"{place} is no JSON object; write one object a line, as `kg export -f claims` does")
    wrong = [key for key, kind in shape.items() if not isinstance(record.get(key), kind)]
    if wrong:
        raise ReadError(f"{place} lacks {' and '.join(wrong)}, or they are of another type; add them")
    return record


def _confidence(record: Record) -> float:
    """Return the confidence of a prediction; raises ReadError if it is no number from 0 to 1."""
    value = record["confidence"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ReadError(
            f"A prediction for {record['doc']} has the confidence {value!r}; give a number from 0 to 1, or leave it out"
        )
    return float(value)


def _occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    return [(m.start(), m.start() + len(quote)) for m in re.finditer(f"(?={re.escape(quote)})", text)] if quote else []


def _match(gold: GoldSet, found: Sequence[Record], lenient: bool) -> list[tuple[int, int]]:
    """Pair each gold claim, in order, with the unused prediction that fits and agrees on most qualifiers."""
    candidates: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j, p in enumerate(found):
        candidates[p["doc"], p["relation"]].append(j)
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for i, g in enumerate(gold.claims):
        fitting = [
            j for j in candidates[g["doc"], g["relation"]] if j not in used and _fits(gold, g, found[j], lenient)
        ]
        if fitting:
            best = max(fitting, key=lambda j: (_agreement(gold, g, found[j]), -j))
            used.add(best)
            pairs.append((i, best))
    return pairs


def _fits(gold: GoldSet, g: Record, p: Record, lenient: bool) -> bool:
    if not any(p["start"] < end and start < p["end"] for start, end in g["spans"]):
        return False
    canonical = g.get("canonical", {})
    subject, obj = ((g[end], canonical.get(end, "")) for end in ("subject", "object"))

    def ends(first: Record, second: Record) -> bool:
        return gold.names.same_end(subject, first, g["doc"], lenient) and gold.names.same_end(
            obj, second, g["doc"], lenient
        )

    return ends(p["subject"], p["object"]) or (g["relation"] in gold.symmetric and ends(p["object"], p["subject"]))


def _agreement(gold: GoldSet, g: Record, p: Record) -> int:
    found = p.get("qualifiers") or {}
    return sum(gold.names.same_qualifier(k, v, found.get(k)) for k, v in g["qualifiers"].items())


def _qualifiers(gold: GoldSet, found: Sequence[Record], pairs: Iterable[tuple[int, int]]) -> Score:
    matched = predicted = wanted = 0
    for i, j in pairs:
        want, have = gold.claims[i]["qualifiers"], found[j].get("qualifiers") or {}
        wanted += sum(k in want for k in gold.qualifiers)
        predicted += sum(have.get(k) is not None for k in gold.qualifiers)
        matched += sum(gold.names.same_qualifier(k, want[k], have.get(k)) for k in gold.qualifiers if k in want)
    return Score(matched, predicted, wanted)
