"""Find amounts, shares and quantities in text, with their bounds, as they are written.

The words for currencies, units, bounds and fractions are data (`ontology/measures.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kg.annotation import Measure, MeasureKind

_SPACE = "[ \u00a0\u2009\u202f]"
# "45,000.5", "45 000", "1.500.000", "9,4"; no more than fifteen digits, which is what a double holds.
_GROUPED = rf"\d{{1,3}}(?:(?:,\d{{3}}){{1,4}}|(?:{_SPACE}\d{{3}}){{1,4}}|(?:\.\d{{3}}){{2,4}})"
_DIGITS = rf"(?:{_GROUPED}|\d{{1,3}},\d{{1,2}}(?![\d,.])|\d{{1,15}})(?!\d)(?:\.\d{{1,9}})?|\.\d{{1,9}}"
_PERCENT = r"\s?(?:%+|-?\s?per[\s-]?cent\b|-?\s?percent\b|-?\s?pct\b)"
_YEAR_LIKE = re.compile(r"(?:1[89]|20)\d\d")
_DASH = r"\s?[-–—]\s?"
# Before "from 5 to 6 tonnes": a span, and not a change.
_SPANNING = re.compile(r"\b(?:rang|vary|vari|anywhere|anything)\w*\s(?:from\s)?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s(?:(?:about|around|some|nearly|over)\s)?$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“(]*[A-Z])|\n\s*\n")
# "is ramping up to 2,300 tonnes" sets no bound.
_RISING = re.compile(r"\b(?:ramp|scal|step)(?:s|ed|es|e|ing|ped|ping)?\s$|\b(?:goes|went|going)\s$")
_NAME_BEFORE = re.compile(r"[A-Z][\w-]*\s$")
# "5 grams per tonne" is a grade.
_GRADE = re.compile(r"\s?(?:/\s?t\b|per\s(?:metric\s)?(?:tonne|ton)\b|a\s(?:tonne|ton)\b)")
_BEFORE_WINDOW = 24
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_LIST_BEFORE = re.compile(rf"(?<![\d.,])(?:{_NUMBER.pattern}(?:,? (?:and|or) |, ))+$")
_AROUND = 60  # characters in which what tells a change from a share is looked for
_OF_A_WHOLE = re.compile(r"\s(?:of|stake|interest|share|shareholding|ownership|owned)\b")
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
        """ISO 4217 codes of the signs that stand before a number, or names of shared currencies."""
        own = {sign: code for code, forms in self.words["currencies"].items() for sign in forms["before"]}
        return own | {sign: name for name, shared in self._shared.items() for sign in shared.get("signs", ())}

    @cached_property
    def currencies_scaled(self) -> frozenset[str]:
        """The signs that count only if a scale follows the number: "R640 million", but not "R640"."""
        return frozenset(sign for forms in self.words["currencies"].values() for sign in forms.get("scaled", ()))

    @cached_property
    def _shared(self) -> Mapping[str, Any]:
        shared: Mapping[str, Any] = self.words.get("shared_currencies", {})
        return shared

    def currency(self, code: str, text: str) -> str | None:
        """Return the ISO 4217 code of a currency, a shared one's by the places that `text` names; None if there are none."""
        if code not in self._shared:
            return code
        places: Mapping[str, list[str]] = self._shared[code]["places"]
        counts = {c: sum(text.count(place) for place in names) for c, names in places.items()}
        best = max(counts, key=lambda c: counts[c])
        found: str | None = best if counts[best] else self._shared[code].get("default")
        return found

    @cached_property
    def currencies_after(self) -> dict[str, str]:
        """ISO 4217 codes of the words that stand after a number, or names of shared currencies."""
        own = {word.lower(): code for code, forms in self.words["currencies"].items() for word in forms["after"]}
        return own | {word: name for name, shared in self._shared.items() for word in shared["words"]}

    @cached_property
    def units(self) -> dict[str, tuple[str, float]]:
        """Unit and factor of each unit word, those of long words also as a title writes them."""
        written = {word: (u["unit"], float(u.get("factor", 1))) for u in self.words["units"] for word in u["words"]}
        titled = {w.title(): unit for w, unit in written.items() if w.islower() and len(w) > 3 and w.isalpha()}
        return titled | written

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
    def growth_before(self) -> re.Pattern[str]:
        """What stands before a percentage that is a change: "rose", "cut its output by", "a rise of"."""
        verbs, others = _alternatives(self.words["change_verbs"]), _alternatives(self.words["change_by"])
        nouns = _alternatives(self.words["change_nouns"])
        return re.compile(
            rf"(?:\b|(?=,))(?:{verbs}(?:\s(?:by|an?|another|some|roughly|sharply|further))*|(?:{verbs}|{others})(?:\s[\w-]+){{0,8}}\sby(?:\san?)?"
            rf"|{nouns}\s(?:of|by)(?:\san?)?)\s$",
            re.IGNORECASE,
        )

    @cached_property
    def growth_after(self) -> re.Pattern[str]:
        """What stands after a percentage that is a change: "increase", "higher", "a year"."""
        words = _alternatives([*self.words["change_nouns"], *self.words["change_after"]])
        return re.compile(rf"[\s-](?:annual\s|yearly\s|further\s)?{words}\b", re.IGNORECASE)

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
        to = rf"(?(between)\sand\s|(?:{_DASH}|\sto\s))"
        return re.compile(
            rf"(?<![\w$])(?P<between>(?i:between)\s)?(?P<sign>{sign})\s?{low}(?:{to}(?(between){sign}|(?:{sign})?)\s?{high})?"
            rf"(?:\s(?=(?:Australian|Canadian|US|U\.S\.))?(?P<own>{money})\b)?"
            rf"|(?<![\w.$])(?:{self._scale_ahead}|(?P<low2>{self._number}))(?P<low2_scale>{self._scaled})?"
            rf"(?:(?:{_DASH}|\sto\s)(?P<high2>{self._number})(?P<high2_scale>{self._scaled})?)?[\s-]?(?P<money>{money})(?!\w)"
        )

    @cached_property
    def share(self) -> re.Pattern[str]:
        """A share in per cent; of a change ("from 60% to 70%") the new one."""
        least, most, low, high = (rf"(?P<{name}>{self._number})" for name in ("least", "most", "low", "high"))
        changed = rf"(?<=from\s){self._number}(?:{_PERCENT})?\sto\s"
        return re.compile(
            rf"(?<![\w.$])(?:(?i:between)\s{least}(?:{_PERCENT})?\sand\s{most}"
            rf"|(?!{changed})(?!{_YEAR_LIKE.pattern}\sto\s){low}(?:{_PERCENT})?(?:(?:{_DASH}|\sto\s){high})?)"
            rf"{_PERCENT}(?!age|\spoints?|-points?)"
        )

    @cached_property
    def fraction(self) -> re.Pattern[str]:
        """A share in words: "two-thirds", "a third of", "half its"."""
        names = [w for w in self.words["fractions"] if w != "half"]
        count, part = _alternatives(self.words["number_words"]), _alternatives(names)
        return re.compile(
            rf"(?<!first )(?<!last )(?<!past )(?<!next )\b(?P<count>{count})[ -](?P<parts>{part})s\b"
            r"(?!\s(?:more|as|higher|lower|larger|bigger|less|majority|vote)\b|\sof\s(?:the\syear\b|fiscal\b|(?:19|20)\d\d))"
            rf"|\b(?:an?|one|another|further)[ -](?P<part>{part})\b"
            rf"(?=\s{_alternatives(self.words['after_one_part'])}\b|[,.;:](?!\d)|$)(?!\sof\s(?:the\syear\b|(?:19|20)\d\d))"
            r"|(?<!first )(?<!second )(?<!latter )(?<!first-)(?<!second-)(?<!last )(?<!and a )\b(?P<half>half|one-half|one half)"
            r"(?=\s(?:of|the|its|their|our|all|by)\b(?!\s(?:(?:19|20)\d\d|(?:the|this|next|last)\syear)\b)|(?<!in half)[,.;](?:\s|$))",
            re.IGNORECASE,
        )

    @cached_property
    def ratio(self) -> re.Pattern[str]:
        """A share of a small number: "nine in ten", "four drums out of five"."""
        words = _alternatives([*self.words["number_words"], *self.words["tens"]])
        no_share = _alternatives(
            [*self.words["no_share_in"], *self.words["number_words"], *(w for w in self.scales if len(w) > 2)]
        )
        part, whole = rf"(?P<part>{words}|[1-9]\d?)", rf"(?P<whole>{words}|10|100)\b"
        return re.compile(
            rf"(?<![\w.,$-]){part}(?P<noun>\s[a-z]+)?\s(?:in|out\sof|of(?=\severy))(?P<every>\severy)?\s{whole}"
            rf"(?![-.,]\d|\s?%|\s{no_share}\b)"
            r"(?P<clear>(?=[.,;:](?:\s|$)|$|\s(?:of|is|are|was|were|and|go|goes|went|come|comes|came|for|to|have|has|still|now|worldwide|globally)\b))?",
            re.IGNORECASE,
        )

    @cached_property
    def quantity(self) -> re.Pattern[str]:
        """A quantity with its unit."""
        units, between = _alternatives(self.units), _alternatives(self.words["measured_as"])
        to = rf"(?(between)\sand\s|(?:{_DASH}|(?<!\d\d\d\d)\sto\s))"
        return re.compile(
            rf"(?<![\w.$€£¥])(?<![A-Za-z]-)(?P<between>(?i:between)\s)?(?:{self._scale_ahead}|(?P<low>{self._number}))"
            rf"(?P<scale>{self._scaled})?(?P<range>{to}(?P<high>{self._number})(?P<high_scale>{self._scaled})?)?"
            rf"(?:[\s-]?|(?:\s{between}){{1,2}}\s)(?P<unit>{units})(?!\w)"
        )

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """A number of things with a name between: "103 new Boeing aircraft"."""
        units = _alternatives(word for word, (unit, _) in self.units.items() if unit in self.words["counted"])
        between = rf"(?:{_alternatives(self.words['counted_as'])}|[A-Z0-9][\w./-]*|[A-Za-z]+-[\w-]+)"
        return re.compile(
            rf"(?<![\w.$€£¥-])(?P<low>{self._number})(?P<scale>{self._scaled})?(?:\s{between}){{1,6}}\s(?P<unit>{units})\b"
        )

    @cached_property
    def without_currency(self) -> re.Pattern[str]:
        """A number with its scale, whose currency stands with another: "$600 million, of which Ohio pays 40 million as ..."."""
        after = _alternatives(self.words["left_out_before"])
        return re.compile(
            rf"(?<![\w.,$€£¥-])(?P<low>{self._number})(?P<scale>{self._scaled})"
            rf"(?=[.,;:)](?:\s|$)|$|\s{after}\b(?!\s(?:{self._number}|people|users|customers)))"
        )

    @cached_property
    def without_unit(self) -> re.Pattern[str]:
        """A number of a substance, whose unit stands with another: "41,000 tonnes of tin, 6,300 of tantalum"."""
        return re.compile(
            rf"(?<![\w.,$€£¥-])(?P<low>{_DIGITS})(?P<scale>{self._scaled})?"
            r"(?=\sof\s(?!(?:the|them|these|those|its|their|it|which|whom|this|that|our|his|her|all)\b)[a-z])"
            r"|\b(?:from|against|versus|compared\s(?:with|to))\s(?:about\s|some\s|nearly\s|only\s|just\s|over\s)?"
            rf"(?P<other>{_GROUPED}(?!\d)|{_DIGITS}(?=\s?[mb]))(?P<other_scale>{self._scaled})?"
            r"(?=\s(?:in|a\syear|the\syear|last|the\sprevious|previously)\b|[.;](?:\s|$))"
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
        if re.fullmatch(r"\d{1,3},\d{1,2}", text):
            return float(text.replace(",", "."))
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
    for finder in (_amounts, _shares, _fractions, _quantities, _counted):
        _add(found, finder(text, grammar))
    found = [replace(m, kind="change") if m.kind == "share" and _is_growth(text, m, grammar) else m for m in found]
    _add(found, _listed_before(text, found, grammar))
    _add(found, _without_currency(text, found, grammar))
    _add(found, _without_unit(text, found, grammar))
    return sorted(found, key=lambda m: m.start)


def _add(found: list[Measure], measures: Iterable[Measure]) -> None:
    """Add the measures that overlap none found before."""
    for measure in list(measures):
        if all(measure.end <= m.start or m.end <= measure.start for m in found):
            found.append(measure)


def _amounts(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.amount.finditer(text):
        if not match["sign"] and match["low2"] and not match["low2_scale"] and _YEAR_LIKE.fullmatch(match["low2"]):
            continue  # "that in 2024 won a tender", "in 2024 dollars"
        if match["sign"] in grammar.currencies_scaled and not (match["low_scale"] or match["high_scale"]):
            continue  # the refrigerant R134
        value, code = _amount_value(match, grammar)
        currency = grammar.currency(code, text)
        if currency is None:
            continue
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
    for match in grammar.ratio.finditer(text):
        if match["noun"] and not (match["clear"] is not None or match["every"]):
            continue  # "three plants in ten provinces"
        part, whole = (grammar.number(match[name]) for name in ("part", "whole"))
        if part < whole:
            start, end, bound = _bounded(text, match.start(), match.end(), grammar)
            yield Measure("share", start, end, _share_value(round(part / whole, 3), None, bound))
    for match in grammar.fraction.finditer(text):
        value = _fraction_value(match, grammar)
        if value < 1:
            start, end, bound = _bounded(text, match.start(), match.end(), grammar)
            yield Measure("share", start, end, _share_value(value, None, bound))


def _is_growth(text: str, share: Measure, grammar: MeasureGrammar) -> bool:
    """Tell whether the words around a percentage make it a change: "fell 12%", "cut output by a third", "a 12% rise"."""
    before, after = text[max(0, share.start - _AROUND) : share.start], text[share.end : share.end + _AROUND]
    if _OF_A_WHOLE.match(after):
        return False
    return bool(grammar.growth_before.search(before) or grammar.growth_after.match(after))


def _fraction_value(match: re.Match[str], grammar: MeasureGrammar) -> float:
    if match["half"]:
        return 0.5
    count = grammar.number(match["count"]) if match["count"] else 1
    part: float = grammar.words["fractions"][(match["parts"] or match["part"]).lower()]
    return round(count / round(1 / part), 3)


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
        if _GRADE.match(text, match.end()):
            continue
        high_scale = match["high_scale"]
        low = grammar.number(match["low"]) if match["low"] else _article_value(match["article"])
        low *= grammar.scale(match["scale"] or (high_scale if match["high"] else None))
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        rate, end = _rate(text, end, match["unit"], grammar)
        if match["high"]:
            high = grammar.number(match["high"], high_scale)
            if _is_change(text, match):
                yield Measure("quantity", start, match.start("range"), _quantity_value(low * factor, unit, bound), rate)
                yield Measure("quantity", match.start("high"), end, _quantity_value(high * factor, unit, None), rate)
                continue
            value = {"min": _tidy(low * factor), "max": _tidy(high * factor), "unit": unit}
        else:
            value = _quantity_value(low * factor, unit, bound)
        yield Measure("quantity", start, end, value, rate)


def _is_change(text: str, match: re.Match[str]) -> bool:
    """Tell whether a range is the old and the new value of a change: "raised from 5,000 to 6,000 tonnes"."""
    before = text[max(0, match.start() - _BEFORE_WINDOW) : match.start()]
    return bool(" to " in match["range"] and _FROM.search(before) and not _SPANNING.search(before))


def _quantity_value(number: float, unit: str, bound: str | None) -> dict[str, Any]:
    if bound in {"min", "max"}:
        return {"min": None, "max": None} | {bound: _tidy(number)} | {"unit": unit}
    return {"value": _tidy(number), "unit": unit} | ({"approx": True} if bound else {})


def _counted(text: str, grammar: MeasureGrammar) -> Iterator[Measure]:
    for match in grammar.counted.finditer(text):
        if _YEAR_LIKE.fullmatch(match["low"]) or _NAME_BEFORE.search(text[max(0, match.start() - 30) : match.start()]):
            continue  # "in 2024 Boeing aircraft", "the Boeing 737 MAX aircraft"
        unit, factor = grammar.units[match["unit"]]
        start, end, bound = _bounded(text, match.start(), match.end(), grammar)
        number = grammar.number(match["low"], match["scale"]) * factor
        yield Measure("quantity", start, end, _quantity_value(number, unit, bound))


def _without_currency(text: str, found: Iterable[Measure], grammar: MeasureGrammar) -> Iterator[Measure]:
    """Numbers that take their currency from the amount before them in the sentence, if no quantity lies between."""
    for match in grammar.without_currency.finditer(text):
        before = _last_before(text, match.start(), found, ("amount", "quantity"))
        if before and before.kind == "amount":
            start, end, bound = _bounded(text, match.start(), match.end(), grammar)
            number = _tidy(grammar.number(match["low"], match["scale"]))
            value = {"value": number, "currency": before.value["currency"]} | ({"bound": bound} if bound else {})
            yield Measure("amount", start, end, value)


def _without_unit(text: str, found: Iterable[Measure], grammar: MeasureGrammar) -> Iterator[Measure]:
    """Numbers of a substance that take their unit from the quantity before them in the sentence."""
    for match in grammar.without_unit.finditer(text):
        digits, scale = match["low"] or match["other"], match["scale"] or match["other_scale"]
        if _YEAR_LIKE.fullmatch(digits):
            continue
        before = _last_before(text, match.start(), found, ("amount", "quantity"))
        if not before or before.kind != "quantity" or before.value["unit"] in grammar.words["counted"]:
            continue
        written = re.search(rf"({_alternatives(grammar.units)})\W*$", text[before.start : before.end])
        factor = grammar.units[written[1]][1] if written else 1.0
        start, end, bound = _bounded(text, match.start("low" if match["low"] else "other"), match.end(), grammar)
        rate, _ = _rate(text, end, "", grammar)
        number = grammar.number(digits, scale) * factor
        yield Measure("quantity", start, end, _quantity_value(number, before.value["unit"], bound), rate)


def _listed_before(text: str, found: Iterable[Measure], grammar: MeasureGrammar) -> Iterator[Measure]:
    """Numbers that take their unit from the last of their list: "5 and 6 tonnes"; years, ranges and bounds do not."""
    for last in [m for m in found if m.kind in {"share", "quantity"}]:
        least, keys = max(0, last.start - _BEFORE_WINDOW), last.value.keys() & {"value", "min", "max"}
        own, others = _NUMBER.match(text, last.start), _LIST_BEFORE.search(text[least : last.start])
        whole = grammar.number(own[0]) if own else 0.0
        if not (whole and others) or len({last.value[k] for k in keys}) > 1:
            continue
        for number in _NUMBER.finditer(text, least + others.start(), last.start):
            value = _tidy(grammar.number(number[0]) / whole * last.value[min(keys)])
            if not _YEAR_LIKE.fullmatch(number[0]) and (last.kind == "quantity" or value <= 1):
                yield replace(
                    last, start=number.start(), end=number.end(), value=last.value | dict.fromkeys(keys, value)
                )


def _last_before(text: str, start: int, found: Iterable[Measure], kinds: tuple[MeasureKind, ...]) -> Measure | None:
    """Return the last measure of `kinds` before `start` in its sentence."""
    earlier = [m for m in found if m.kind in kinds and m.end <= start]
    last = max(earlier, key=lambda m: m.end, default=None)
    return last if last and not _SENTENCE_END.search(text, last.end, start) else None


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
        rest = stripped.removesuffix(word)
        if word == "up to" and _RISING.search(rest):
            return start, end, None
        if rest != stripped and not (word[0].isalpha() and rest[-1:].isalnum()):
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
