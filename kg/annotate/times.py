"""Find times in text and write them as ISO 8601 does, no more precise than the text: "2024", "2025-03", "2020/2023"."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Iterator

from kg.annotation import Measure

_YEAR = r"(?:1[89]\d\d|20\d\d)"
_MONTHS = {name.lower(): i for names in (month_name, month_abbr) for i, name in enumerate(names) if name} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted((m.capitalize() for m in _MONTHS), key=len, reverse=True))})\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
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

_RANGE = re.compile(
    rf"\b(?:from\s|between\s)?(?P<from>{_POINT})\s?(?:[-–—]|\bto\b|\band\b|\bthrough\b|/)\s?(?P<to>{_POINT}|\d\d)(?!\d|%|\s?(?:percent|million|billion|tonnes|tons))"
)
_HALF = re.compile(
    rf"\b(?:(?P<which>first|second)\shalf\s(?:of\s)?|[Hh](?P<h>[12])\s?)(?P<year>{_YEAR})|\b(?P<first>first|last)\s(?P<months>three|six|nine)\smonths\sof\s(?P<year2>{_YEAR})"
)
_QUARTER = re.compile(
    rf"\b(?:(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\s(?:of\s)?|Q(?P<q>[1-4])\s?)(?P<year>{_YEAR})"
)
_QUARTER_AFTER = re.compile(rf"\b(?P<year>{_YEAR})\s(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\b")
_DECADE = re.compile(r"\b(?P<year>(?:1[89]\d|20\d)0)['’]?s\b")
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\s(?P<day>{_DAY}),?\s(?P<year>{_YEAR})\b|\b(?P<day2>{_DAY})\s(?P<month2>{_MONTH})\s(?P<year2>{_YEAR})\b"
)
_ISO_DATE = re.compile(rf"\b{_YEAR}-\d\d(?:-\d\d)?\b")
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH}),?\s(?:of\s)?(?P<year>{_YEAR})\b")
_PLAIN_YEAR = re.compile(
    rf"(?<![\d.,$€£¥/#-])\b(?P<year>{_YEAR})\b(?!,\d|\.\d|%|\s?(?:percent|pct|tonnes|tons|metric|kg|million|people|workers|jobs|hectares|MW))"
)
_BEFORE = re.compile(rf"(?P<by>{_BY})$|(?P<since>\b[Ss]ince\s(?:early\s|late\s|mid-?)?)$", re.IGNORECASE)


def find_times(text: str) -> list[Measure]:
    """Return the times in `text` in order; none overlaps another.

    >>> [m.value for m in find_times("In March 2025, by 2030, from 2020 to 2023 and in the first half of 2024")]
    ['2025-03', 'by 2030', '2020/2023', '2024-01/2024-06']
    """
    found: list[Measure] = []
    for start, end, value in _candidates(text):
        if all(end <= m.start or m.end <= start for m in found):
            found.append(_with_preposition(text, start, end, value))
    return sorted(found, key=lambda m: m.start)


def _with_preposition(text: str, start: int, end: int, value: str) -> Measure:
    before = _BEFORE.search(text[max(0, start - 24) : start])
    if before and "/" not in value:
        start -= len(before[0])
        value = f"by {value}" if before["by"] else f"{value}/.."
    return Measure("time", start, end, value)


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _RANGE.finditer(text):
        first, last = (
            _point(match["from"]),
            _point(match["to"]) if len(match["to"]) > 2 else match["from"][:2] + match["to"],
        )
        if first and last and first < last:
            yield match.start(), match.end(), f"{first}/{last}"
    for match in _HALF.finditer(text):
        yield match.start(), match.end(), _half(match)
    for pattern in (_QUARTER, _QUARTER_AFTER):
        for match in pattern.finditer(text):
            quarter = int(match.groupdict().get("q") or _ORDINALS[match["which"]])
            yield match.start(), match.end(), _months(match["year"], 3 * quarter - 2, 3 * quarter)
    for match in _DECADE.finditer(text):
        yield match.start(), match.end(), f"{match['year']}/{int(match['year']) + 9}"
    for pattern in (_DATE, _ISO_DATE, _MONTH_YEAR, _PLAIN_YEAR):
        for match in pattern.finditer(text):
            if value := _point(match[0]):
                yield match.start(), match.end(), value


def _half(match: re.Match[str]) -> str:
    if match["year"]:
        second = match["which"] == "second" or match["h"] == "2"
        return _months(match["year"], 7 if second else 1, 12 if second else 6)
    months = {"three": 3, "six": 6, "nine": 9}[match["months"]]
    return _months(match["year2"], 1, months) if match["first"] == "first" else _months(match["year2"], 13 - months, 12)


def _months(year: str, first: int, last: int) -> str:
    return f"{year}-{first:02}/{year}-{last:02}"


def _point(text: str) -> str | None:
    if _ISO_DATE.fullmatch(text) or re.fullmatch(_YEAR, text):
        return text
    if match := _DATE.fullmatch(text):
        month = _MONTHS[(match["month"] or match["month2"]).rstrip(".").lower()]
        day = int(re.sub(r"\D", "", match["day"] or match["day2"]))
        return f"{match['year'] or match['year2']}-{month:02}-{day:02}" if 1 <= day <= 31 else None
    if match := _MONTH_YEAR.fullmatch(text):
        return f"{match['year']}-{_MONTHS[match['month'].rstrip('.').lower()]:02}"
    return None
