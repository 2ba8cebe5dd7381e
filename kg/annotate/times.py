"""Find times in text and write them as ISO 8601 does, no more precise than the text: "2024", "2025-03", "2020/2023"."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Callable, Iterator
from datetime import date

from kg.annotation import Measure

_YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"
_MONTHS = {name.lower(): i for names in (month_name, month_abbr) for i, name in enumerate(names) if name} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted((form for m in _MONTHS for form in (m.capitalize(), m.upper())), key=len, reverse=True))})\.?"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "final": 4,
    "last": 4,
}
_BY = r"(?:(?:by|before)(?:\s(?:the\s)?(?:end|start|beginning|middle)\sof|\s(?:early|mid|late)-?)?\s)"
_POINT = rf"(?:{_MONTH}\s{_DAY},?\s{_YEAR}|{_DAY}\s{_MONTH}\s{_YEAR}|{_MONTH},?\s{_YEAR}|{_YEAR})"

_NO_COUNT = r"(?![0-9]|%|\s?(?:percent|million|billion|tonnes|tons))"

_RANGE = re.compile(
    rf"\b(?:from\s|(?P<between>[Bb]etween\s))?(?P<from>{_POINT})"
    rf"(?(between)\sand\s|(?:\s?[-–—/]\s?|\s(?:to|through)\s))(?P<to>{_POINT}){_NO_COUNT}"
)
_SHORT_RANGE = re.compile(rf"\b(?P<from>{_YEAR})[-–—/](?P<to>[0-9]{{2}})(?!-){_NO_COUNT}")
_MONTH_RANGE = re.compile(
    rf"\b(?P<from>{_MONTH})(?:\s?[-–—/]\s?|\s(?:to|through)\s)(?P<to>{_MONTH}),?\s(?P<year>{_YEAR})\b"
)
_NEAR = re.compile(rf"\b(?:early|mid|late|end)[- ](?P<year>{_YEAR})\b|\bFY\s?(?P<fiscal>{_YEAR})\b", re.IGNORECASE)
_HALF = re.compile(
    rf"\b(?:(?P<which>first|second)\shalf\s(?:of\s)?|[Hh](?P<h>[12])\s?(?:of\s)?)(?P<year>{_YEAR})|\b(?P<first>first|last)\s(?P<months>three|six|nine)\smonths\sof\s(?P<year2>{_YEAR})"
)
_QUARTER = re.compile(
    rf"\b(?:(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\s(?:of\s)?|Q(?P<q>[1-4])\s?(?:of\s)?)(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_QUARTER_AFTER = re.compile(rf"\b(?P<year>{_YEAR})\s(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\b", re.IGNORECASE)
_DECADE = re.compile(r"\b(?P<year>(?:1[89][0-9]|20[0-9])0)['’]?s\b")
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\s(?P<day>{_DAY}),?\s(?P<year>{_YEAR})\b|\b(?P<day2>{_DAY})\s(?P<month2>{_MONTH})\s(?P<year2>{_YEAR})\b"
)
_ISO_DAY = re.compile(rf"\b{_YEAR}-[0-9]{{2}}-[0-9]{{2}}\b")
_ISO_MONTH = re.compile(rf"\b{_YEAR}-[0-9]{{2}}\b")
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH}),?\s(?:of\s)?(?P<year>{_YEAR})\b")
_PLAIN_YEAR = re.compile(
    rf"(?<![\d.,$€£¥/#-])\b(?P<year>{_YEAR})\b(?!,\d|\.\d|%|\s?(?:percent|pct|tonnes|tons|metric|kg|million|people|workers|employees|jobs|hectares|MW))"
)
_BEFORE = re.compile(rf"(?P<by>{_BY})$|(?P<since>\b[Ss]ince\s(?:early\s|late\s|mid-?)?)$", re.IGNORECASE)


def find_times(text: str) -> list[Measure]:
    """Return the times in `text` in order; none overlaps another.

    >>> [m.value for m in find_times("In March 2025, by 2030, from 2020 to 2023 and in the first half of 2024")]
    ['2025-03', 'by 2030', '2020/2023', '2024-01/2024-06']
    """
    found: list[Measure] = []
    for start, end, value in _candidates(text):
        if value and all(end <= m.start or m.end <= start for m in found):
            found.append(_with_preposition(text, start, end, value))
    return sorted(found, key=lambda m: m.start)


def _with_preposition(text: str, start: int, end: int, value: str) -> Measure:
    before = _BEFORE.search(text[max(0, start - 24) : start])
    if before and "/" not in value:
        start -= len(before[0])
        value = f"by {value}" if before["by"] else f"{value}/.."
    return Measure("time", start, end, value)


def _candidates(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield (start, end, value), the surest notations first; the value is None for what looks like a time and is none."""
    for pattern, value in _NOTATIONS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), value(match)


def _whole(match: re.Match[str]) -> str | None:
    return _point(match[0])


def _range(match: re.Match[str]) -> str | None:
    return _interval(_point(match["from"]), _point(match["to"]))


def _short_range(match: re.Match[str]) -> str | None:
    return _interval(match["from"], match["from"][:2] + match["to"])


def _month_range(match: re.Match[str]) -> str | None:
    first, last = _month(match["from"]), _month(match["to"])
    return _months(match["year"], first, last) if first < last else None


def _near(match: re.Match[str]) -> str:
    return match["year"] or match["fiscal"]


def _quarter(match: re.Match[str]) -> str:
    quarter = int(match.groupdict().get("q") or _ORDINALS[match["which"].lower()])
    return _months(match["year"], 3 * quarter - 2, 3 * quarter)


def _decade(match: re.Match[str]) -> str:
    return f"{match['year']}/{int(match['year']) + 9}"


def _interval(first: str | None, last: str | None) -> str | None:
    return f"{first}/{last}" if first and last and first < last else None


def _half(match: re.Match[str]) -> str:
    if match["year"]:
        second = match["which"] == "second" or match["h"] == "2"
        return _months(match["year"], 7 if second else 1, 12 if second else 6)
    months = {"three": 3, "six": 6, "nine": 9}[match["months"]]
    return _months(match["year2"], 1, months) if match["first"] == "first" else _months(match["year2"], 13 - months, 12)


def _months(year: str, first: int, last: int) -> str:
    return f"{year}-{first:02}/{year}-{last:02}"


def _point(text: str) -> str | None:
    """Return a year, month or day as ISO 8601 writes it, None if there is no such day."""
    if re.fullmatch(_YEAR, text):
        return text
    if _ISO_DAY.fullmatch(text) or _ISO_MONTH.fullmatch(text):
        return _existing(*map(int, text.split("-")))
    if match := _DATE.fullmatch(text):
        day = int(re.sub(r"\D", "", match["day"] or match["day2"]))
        return _existing(int(match["year"] or match["year2"]), _month(match["month"] or match["month2"]), day)
    if match := _MONTH_YEAR.fullmatch(text):
        return _existing(int(match["year"]), _month(match["month"]))
    return None


def _month(name: str) -> int:
    return _MONTHS[name.rstrip(".").lower()]


def _existing(year: int, month: int, day: int | None = None) -> str | None:
    try:
        found = date(year, month, day or 1)
    except ValueError:
        return None
    return found.isoformat() if day else found.isoformat()[:7]


_NOTATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (_ISO_DAY, _whole),
    (_RANGE, _range),
    (_SHORT_RANGE, _short_range),
    (_MONTH_RANGE, _month_range),
    (_NEAR, _near),
    (_HALF, _half),
    (_QUARTER, _quarter),
    (_QUARTER_AFTER, _quarter),
    (_DECADE, _decade),
    (_DATE, _whole),
    (_ISO_MONTH, _whole),
    (_MONTH_YEAR, _whole),
    (_PLAIN_YEAR, _whole),
)
