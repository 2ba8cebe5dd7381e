"""Find amounts, shares and quantities in text, with their bounds, as they are written.

The words for currencies, units, bounds and fractions are data (`ontology/measures.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.annotation import Measure, MeasureKind

_SPACE = "[ \u00a0\u2009\u202f]"
# "45,000.5", "45 000", "1.500.000"; no more than fifteen digits, which is what a double holds.
_GROUPED = rf"\d{{1,3}}(?:(?:,\d{{3}}){{1,4}}|(?:{_SPACE}\d{{3}}){{1,4}}|(?:\.\d{{3}}){{2,4}})"
_DIGITS = rf"(?:{_GROUPED}|\d{{1,15}})(?!\d)(?:\.\d{{1,9}})?|\.\d{{1,9}}"
_PERCENT = r"\s?(?:%+|-?\s?per[\s-]?cent\b|-?\s?percent\b|-?\s?pct\b)"
_YEAR_LIKE = re.compile(r"(?:1[89]|20)\d\d")
_DASH = r"\s?[-–—]\s?"
_BEFORE_WINDOW = 24
_AFTER_WINDOW = 16
_NUMBER_AHEAD = re.compile(r"\s*(?:[a-z]{0,3}[$€£¥]|\d)")
_OF_SOMETHING = re.compile(r"\sof(?:\s[\w-]+){1,3}?\s(?P<rate>an?\s\w+|per\s\w+|annually|yearly|monthly|daily)\b")


@dataclass(frozen=True)
class MeasureGrammar:
    """Regular expressions made of the words in `ontology/measures.toml`."""

    words: Mapping[str, Any]

    @cached_property
    def scales(self) -> dict[str, float]:
        """Factors of number words and their signs ("million", "bn")."""
        return {word: float(size) for size, words in self.words["scales"].items() for word in words}

    @cached_property
    def currencies_before(self) -> dict[str, str]:
        """ISO 4217 codes of the signs that stand before a number."""
        return {sign: code for code, forms in self.words["currencies"].items() for sign in forms["before"]}

    @cached_property
    def currencies_after(self) -> dict[str, str]:
        """ISO 4217 codes of the words that stand after a number."""
        return {word.lower(): code for code, forms in self.words["currencies"].items() for word in forms["after"]}

    @cached_property
    def units(self) -> dict[str, tuple[str, float]]:
        """Unit and factor of each unit word."""
        return {word: (u["unit"], float(u.get("factor", 1))) for u in self.words["units"] for word in u["words"]}

    @cached_property
    def rates(self) -> dict[str, str]:
        """Endings that make a unit a rate ("per year", "a day")."""
        return {word: rate for rate, words in self.words["rates"].items() for word in words}

    @cached_property
    def _number(self) -> str:
        simple = _alternatives(self.words["number_words"])
        tens = _alternatives(self.words["tens"])
        return rf"(?:{_DIGITS}|(?<![\w-])(?i:{tens}(?:[\s-]{simple})?|{simple})\b)"

    @cached_property
    def share_words(self) -> re.Pattern[str]:
        """Words for a share without a figure ("half", "two-thirds")."""
        return re.compile(rf"\b{_alternatives(self.words['share_words'])}\b", re.IGNORECASE)

    @cached_property
    def _scaled(self) -> str:
        long = _alternatives(w for w in self.scales if len(w) > 2)
        short = _alternatives(w for w in self.scales if len(w) <= 2)
        return rf"(?:[\s-]?(?:{long})\b|\s?(?:{short})\b)"

    @cached_property
    def _scale_ahead(self) -> str:
        return rf"(?P<article>(?:half\s)?an?)\s(?=(?:{_alternatives(w for w in self.scales if len(w) > 2)})\b)"

    @cached_property
    def amount(self) -> re.Pattern[str]:
        """An amount of money."""
        sign = _alternatives(self.currencies_before)
        money = _alternatives(self.currencies_after, flags="(?i:")
        low, high = (rf"(?P<{name}>{self._number})(?P<{name}_scale>{self._scaled})?" for name in ("low", "high"))
        return re.compile(
            rf"(?<![\w$])(?P<sign>{sign})\s?{low}(?:(?:{_DASH}|\sto\s)(?:{sign})?\s?{high})?"
            rf"(?:\s(?=(?:Australian|Canadian|US|U\.S\.))?(?P<own>{money})\b)?"
            rf"|(?<![\w.$])(?:{self._scale_ahead}|(?P<low2>{self._number}))(?P<low2_scale>{self._scaled})?"
            rf"(?:(?:{_DASH}|\sto\s)(?P<high2>{self._number})(?P<high2_scale>{self._scaled})?)?[\s-]?(?P<money>{money})(?!\w)"
        )

    @cached_property
    def share(self) -> re.Pattern[str]:
        """A share in per cent."""
        least, most, low, high = (rf"(?P<{name}>{self._number})" for name in ("least", "most", "low", "high"))
        return re.compile(
            rf"(?<![\w.$])(?:(?i:between)\s{least}(?:{_PERCENT})?\sand\s{most}|(?<!from\s)(?!{_YEAR_LIKE.pattern}\sto\s){low}(?:{_PERCENT})?(?:(?:{_DASH}|\sto\s){high})?)"
            rf"{_PERCENT}(?!age|\spoints?|-points?)"
        )

    @cached_property
    def fraction(self) -> re.Pattern[str]:
        """A share in words."""
        parts = _alternatives(w for w in self.words["fractions"] if w != "half")
        return re.compile(
            rf"\b(?P<count>a|{_alternatives(self.words['number_words'])})[ -](?P<part>{parts})s?\b"
            r"(?=\s(?:of|the|or|stake|share|interest)\b|[,.;:]|$)"
            r"|(?<!first )(?<!second )(?<!latter )\b(?P<half>half|one-half|one half)(?=\s(?:of|the|its|their|all)\b)"
        )

    @cached_property
    def quantity(self) -> re.Pattern[str]:
        """A quantity with its unit."""
        units = _alternatives(self.units)
        to = rf"(?(between)\sand\s|(?:{_DASH}|(?<!\d\d\d\d)\sto\s))"
        return re.compile(
            rf"(?<![\w.$€£¥])(?<![A-Za-z]-)(?P<between>(?i:between)\s)?(?:{self._scale_ahead}|(?P<low>{self._number}))"
            rf"(?P<scale>{self._scaled})?(?:{to}(?P<high>{self._number})(?P<high_scale>{self._scaled})?)?"
            rf"[\s-]?(?P<unit>{units})(?!\w)"
        )

    @cached_property
    def bound_before(self) -> tuple[tuple[str, str], ...]:
        """Phrases before a number that bound it, the longest first, each with the bound."""
        return _longest_first(self.words["bounds"]["before"])

    @cached_property
    def bound_after(self) -> tuple[tuple[str, str], ...]:
        """Phrases after a number that bound it, the longest first, each with the bound."""
        return _longest_first(self.words["bounds"]["after"])

    def number(self, text: str, scale: str | None = None) -> float:
        """Return the value of digits or a number word, times its scale."""
        return self._value(text) * self.scale(scale)

    def scale(self, text: str | None) -> float:
        """Return the factor of a scale as it is written, 1 if there is none."""
        return self.scales[text.strip(" -\t\n\u00a0\u2009\u202f")] if text else 1.0

    def _value(self, text: str) -> float:
        if text[0].isalpha():
            words = self.words["tens"] | self.words["number_words"]
            return float(sum(words[word] for word in re.split(r"[\s-]", text.lower())))
        clean = re.sub(r"[,\s]", "", text)
        return float(clean.replace(".", "") if clean.count(".") > 1 else clean)


def _alternatives(words: Iterable[str], flags: str = "(?:") -> str:
    body = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    return f"{flags}{body})"


def _longest_first(bounds: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    pairs = [(word, kind) for kind, words in bounds.items() for word in words]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


def find_measures(text: str, grammar: MeasureGrammar) -> list[Measure]:
    """Return amounts, shares and quantities in order; none overlaps another.

    >>> from kg.ontology import load_measure_words
    >>> grammar = MeasureGrammar(load_measure_words())
    >>> [(m.kind, m.value) for m in find_measures("over 80% of 45,000 tonnes", grammar)]
    [('share', {'min': 0.8, 'max': None}), ('quantity', {'value': 45000, 'unit': 't'})]
    >>> find_measures("nearly US$1.5bn", grammar)[0].value
    {'value': 1500000000, 'currency': 'USD', 'bound': 'max'}
    """
    found: list[Measure] = []
    for finder in (_amounts, _shares, _fractions, _quantities):
        for measure in finder(text, grammar):
            if all(measure.end <= m.start or m.end <= measure.start for m in found):
                found.append(measure)
    return sorted(found, key=lambda m: m.start)


def _amounts(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.amount.finditer(text):
        if not match["sign"] and match["low2"] and not match["low2_scale"] and _YEAR_LIKE.fullmatch(match["low2"]):
            continue  # "that in 2024 won a tender", "in 2024 dollars"
        value, currency = _amount_value(match, grammar)
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        kind: MeasureKind = "price" if _is_price(text, match.end(), grammar) else "amount"
        yield Measure(kind, start, end, {"value": value, "currency": currency} | ({"bound": bound} if bound else {}))


def _amount_value(match: re.Match[str], grammar: MeasureGrammar) -> tuple[float, str]:
    if match["sign"]:
        low, scale, high, high_scale = match["low"], match["low_scale"], match["high"], match["high_scale"]
        own = match["own"].lower() if match["own"] else None
        currency = grammar.currencies_before[match["sign"]]
        currency = grammar.currencies_after[own] if own and currency == "USD" else currency
    else:
        low, scale, high, high_scale = match["low2"], match["low2_scale"], match["high2"], match["high2_scale"]
        currency = grammar.currencies_after[match["money"].lower()]
    if low is None:
        return _tidy(_article_value(match["article"]) * grammar.scale(scale)), currency
    return _tidy(grammar.number(low, scale or (high_scale if high else None))), currency


def _article_value(article: str) -> float:
    """The number before "million" in "a million", "half a million"."""
    return 0.5 if article.lower().startswith("half") else 1.0


def _is_price(text: str, end: int, grammar: MeasureGrammar) -> bool:
    """Tell whether what follows an amount makes it a price: "per kilogram", "/t", "a ton", "a share"."""
    units = _alternatives([*grammar.units, "share", "common share"])
    return bool(re.match(rf"\s?(?:/|per\s|an?\s){units}\b", text[end : end + 30]))


def _shares(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.share.finditer(text):
        low = grammar.number(match["least"] or match["low"]) / 100
        top = match["most"] or match["high"]
        high = grammar.number(top) / 100 if top else None
        if max(low, high or 0) > 1:
            continue  # a growth, not a share
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        yield Measure("share", start, end, _share_value(_tidy(low), _tidy(high) if high is not None else None, bound))


def _fractions(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.share_words.finditer(text):
        yield Measure(
            "share",
            match.start(),
            match.end(),
            {"min": None, "max": None} | grammar.words["share_words"][match[0].lower()],
        )
    for match in grammar.fraction.finditer(text):
        if match["half"]:
            value = 0.5
        else:
            part = grammar.words["fractions"][match["part"]]
            count = 1 if match["count"] == "a" else grammar.words["number_words"][match["count"].lower()]
            value = round(count / round(1 / part), 3)
            if value > 1:
                continue
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        yield Measure("share", start, end, _share_value(value, None, bound))


def _share_value(low: float, high: float | None, bound: str | None) -> dict[str, Any]:
    if high is not None and high > low:
        value: dict[str, Any] = {"min": low, "max": high}
    elif bound == "min":
        return {"min": low, "max": None}
    elif bound == "max":
        return {"min": None, "max": low}
    else:
        value = {"min": low, "max": low}
    return value | ({"approx": True} if bound == "approx" else {})


def _quantities(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.quantity.finditer(text):
        unit, factor = grammar.units[match["unit"]]
        if match["low"] and _YEAR_LIKE.fullmatch(match["low"]) and unit in grammar.words["counted"]:
            continue  # "by 2030 vehicles will"
        high_scale = match["high_scale"]
        low = grammar.number(match["low"]) if match["low"] else _article_value(match["article"])
        low *= grammar.scale(match["scale"] or (high_scale if match["high"] else None))
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        rate, end = _rate(text, end, match["unit"], grammar)
        value: dict[str, Any]
        if match["high"]:
            high = grammar.number(match["high"], high_scale)
            value = {"min": _tidy(low * factor), "max": _tidy(high * factor), "unit": unit}
        elif bound in {"min", "max"}:
            value = {"min": None, "max": None} | {bound: _tidy(low * factor)} | {"unit": unit}
        else:
            value = {"value": _tidy(low * factor), "unit": unit} | ({"approx": True} if bound else {})
        yield Measure("quantity", start, end, value, rate)


def _rate(text: str, end: int, unit: str, grammar: MeasureGrammar) -> tuple[str | None, int]:
    of_something = _OF_SOMETHING.match(text, end)
    if of_something and of_something["rate"] in grammar.rates:
        return grammar.rates[of_something["rate"]], end
    for word in sorted(grammar.rates, key=len, reverse=True):
        after = text[end : end + len(word) + 1]
        if after.strip().startswith(word) and not after.strip()[len(word) :][:1].isalnum():
            return grammar.rates[word], end + after.index(word) + len(word)
    return ("per year" if unit in {"tpa", "tpy", "Mtpa", "ktpa"} else None), end


def _bounded(text: str, start: int, end: int, grammar: MeasureGrammar) -> tuple[int, int, str | None]:
    """Widen a number by the words that bound it; return start, end and the kind of bound."""
    before = text[max(0, start - _BEFORE_WINDOW) : start].lower()
    stripped = before.rstrip(" -")
    for word, kind in grammar.bound_before:
        if stripped.endswith(word) and not (word[0].isalpha() and stripped[: -len(word)][-1:].isalnum()):
            return start - len(before) + len(stripped) - len(word), end, kind
    after = text[end : end + _AFTER_WINDOW].lower()
    for word, kind in grammar.bound_after:
        rest = after.lstrip(" ,").removeprefix(word)
        if rest != after.lstrip(" ,") and not rest[:1].isalnum() and not _NUMBER_AHEAD.match(rest):
            return start, end + after.index(word) + len(word), kind
    return start, end, None


def _tidy(number: float) -> float:
    """Round what binary fractions leave over; whole numbers become integers."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded
