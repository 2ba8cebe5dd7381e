"""Find times in text and write them as ISO 8601 does, no more precise than the text: "2024", "2025-03", "2020/2023"."""

from __future__ import annotations

import re
from calendar import day_name, month_abbr, month_name
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

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
_PART = (
    r"(?:(?:the\s)?(?:very\s)?(?:end|start|beginning|middle)\sof\s|(?:early|mid|late|end)(?:-|\s(?:in\s)?)"
    r"|(?:the\s)?(?:year|(?:spring|summer|autumn|fall|winter)\sof)\s|year-end\s|at\sleast\s|around\s|about\s|as\searly\sas\s){0,2}(?:the\s)?"
)
_BY = rf"(?:(?:(?:by|before|until|till|through|not?\slater\sthan)\s|between\snow\sand\s){_PART})"
_POINT = rf"(?:{_MONTH}\s{_DAY},?\s{_YEAR}|{_DAY}\s{_MONTH}\s{_YEAR}|{_MONTH},?\s{_YEAR}|{_YEAR})"

_NO_COUNT = r"(?![0-9]|%|\s?(?:percent|million|billion|tonnes|tons))"
_COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COUNT = rf"(?:{'|'.join(_COUNTS)})"

_RANGE = re.compile(
    rf"\b(?:from\s|(?P<between>[Bb]etween\s))?(?P<from>{_POINT})"
    rf"(?(between)\sand\s|(?:\s?[-–—/]\s?|\s(?:to|through)\s))(?P<to>{_POINT}){_NO_COUNT}"
)
_SHORT_RANGE = re.compile(rf"\b(?:FY\s?)?(?P<from>{_YEAR})[-–—/](?P<to>[0-9]{{2}})(?!-){_NO_COUNT}")
_MONTH_RANGE = re.compile(
    rf"\b(?P<from>{_MONTH})(?:\s?[-–—/]\s?|\s(?:to|through)\s)(?P<to>{_MONTH}),?\s(?P<year>{_YEAR})\b"
)
_NEAR = re.compile(
    rf"\b(?:early|mid|late|end)[- ](?P<year>{_YEAR})\b|\b[FC]Y\s?(?P<fiscal>{_YEAR}|[’']?[0-9]{{2}})\b", re.IGNORECASE
)
_SHORT_FISCAL = re.compile(r"\bFY\s?(?P<from>[0-9]{2})[-–/](?P<to>[0-9]{2})\b")
_HALF = re.compile(
    rf"\b(?:(?P<which>first|second)\shalf\s(?:of\s)?|[Hh](?P<h>[12])[\s-]?(?:of\s)?)(?:(?:fiscal|FY)\s?)?(?P<year>{_YEAR})|\b(?P<first>first|last)\s(?P<months>{_COUNT})\smonths\sof\s(?P<year2>{_YEAR})"
)
_HALF_AFTER = re.compile(
    rf"\b(?P<year>{_YEAR})[’']?s?\s(?P<which>first|second)[ -]half\b|\b(?P<h>[12])H[\s-]?(?P<year2>{_YEAR})\b"
)
# "the year ended 30 June 2025", "the six months to September 2024"; "in the year to March" needs the date of publication.
_ENDED = re.compile(
    rf"\b(?:(?P<span>(?:financial\s|fiscal\s|full\s)?year|quarter|half)|(?P<months>{_COUNT})[\s-]months?(?:\speriod)?)\s"
    rf"(?:ended|ending|to|through)\s(?:on\s)?(?P<last>{_POINT})(?![-/])"
)
_QUARTER = re.compile(
    rf"\b(?:(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\s(?:of\s)?|Q(?P<q>[1-4])[\s-]?(?:of\s)?)"
    rf"(?:(?:the\s)?(?:fiscal|financial|FY)\s?(?:year\s)?)?(?P<year>{_YEAR})"
    rf"|\b(?P<q2>[1-4])Q[\s-]?(?P<year2>{_YEAR})",
    re.IGNORECASE,
)
_QUARTER_AFTER = re.compile(
    rf"\b(?P<year>{_YEAR})[’']?s?\s(?P<which>{'|'.join(_ORDINALS)})[ -]quarter\b", re.IGNORECASE
)
_DECADE = re.compile(r"\b(?P<year>(?:1[89][0-9]|20[0-9])0)['’]?s\b")
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH})\s(?P<day>{_DAY}),?\s(?P<year>{_YEAR})\b|\b(?P<day2>{_DAY})\s(?P<month2>{_MONTH})\s(?P<year2>{_YEAR})\b"
)
_ISO_DAY = re.compile(rf"\b{_YEAR}-[0-9]{{2}}-[0-9]{{2}}\b")
_ISO_MONTH = re.compile(rf"\b{_YEAR}-[0-9]{{2}}\b")
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH}),?\s(?:of\s)?(?P<year>{_YEAR})\b")
_PLAIN_YEAR = re.compile(
    rf"(?<![\d.,$€£¥/#-])\b(?P<year>{_YEAR})\b(?!,\d|\.\d|%|[\s-]?(?:percent|pct|tonnes?\b|tons?\b|tpa\b|metric|kg|million|people|workers|employees|jobs|hectares|MW|km\b|ha\b|ounces|oz\b|barrels|pounds|lbs?\b|feet|metres|meters))"
)
_BEFORE = re.compile(
    rf"\b(?:(?P<by>{_BY})|(?P<since>(?:(?:ever\s)?since|from)\s(?:on\s)?{_PART}))$",
    re.IGNORECASE,
)
# "fell 12% from 2023": what a figure is compared with, not when something starts.
_COMPARED = re.compile(
    r"(?:%|\b(?:percent|per\scent|pct|up|down|higher|lower|rose|fell|grew|increased?|decreased?|decline[ds]?|drop(?:s|ped)?|rises?|gain(?:s|ed)?|unchanged|dates?|dating))\W{1,3}(?:\w+\s){0,2}from\s$",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"\s(?:onwards?|and\s(?:beyond|after)|and\sonwards?)\b")
_SPAN = re.compile(r"\s(?:to|through|and)\s|[0-9]\s?[-–—/]\s?[0-9]|[a-z.]\s?[-–—]\s?[A-Z]")
_BEFORE_WINDOW = 48


def find_times(text: str, published: str | None = None) -> list[Measure]:
    """Return the times in `text` in order; none overlaps another.

    Those that are told from the day of writing ("last year", "in March", "on Tuesday") are found if it is known:
    `published` is a day, month or year as ISO 8601 writes it, and no more is resolved than it allows.

    >>> [m.value for m in find_times("In March 2025, by 2030, from 2020 to 2023 and in the first half of 2024")]
    ['2025-03', 'by 2030', '2020/2023', '2024-01/2024-06']
    >>> [m.value for m in find_times("Last year it sold the mine that it had run since March.", "2025-11-12")]
    ['2024', 'from 2025-03']
    """
    found: list[Measure] = []
    for start, end, value in _candidates(text, published):
        if value and all(end <= m.start or m.end <= start for m in found):
            found.append(_with_preposition(text, start, end, value))
    return sorted(found, key=lambda m: m.start)


def _with_preposition(text: str, start: int, end: int, value: str) -> Measure:
    """Make a deadline or a beginning of a time by the words around it."""
    window = text[max(0, start - _BEFORE_WINDOW) : start]
    first, _, last = value.partition("/")
    before = _BEFORE.search(window)
    if before and not ("/" in value and _SPAN.search(text[start:end])):
        if before["by"]:
            # By a year, month or day within it; by a decade, before it is out as the text has it: "by the 1950s".
            value = f"by {last if last and not _is_decade(value) else first}"
            return Measure("time", start - len(before[0]), end, value)
        compared = before["since"].lower().startswith("from") and _COMPARED.search(window[: before.start()] + "from ")
        if not compared:
            return Measure("time", start - len(before[0]), end, f"from {first}")
    if "/" not in value and (after := _ONWARDS.match(text, end)):
        return Measure("time", start, after.end(), f"from {value}")
    return Measure("time", start, end, value)


def _is_decade(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{3}0/[0-9]{3}9", value))


def _candidates(text: str, published: str | None) -> Iterator[tuple[int, int, str | None]]:
    """Yield (start, end, value), the surest notations first; the value is None for what looks like a time and is none."""
    for pattern, value in _NOTATIONS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), value(match)
    if day := _publication(published):
        for relative, resolve in _RELATIVE:
            for match in relative.finditer(text):
                yield _start(match), match.end(), resolve(match, day)


def _start(match: re.Match[str]) -> int:
    """The start of the time itself, where its pattern asks for a preposition."""
    return match.start("when") if "when" in match.re.groupindex else match.start()


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
    return match["year"] or _long_year(match["fiscal"])


def _long_year(text: str) -> str:
    return text if len(text) == 4 else f"20{text[-2:]}"


def _short_fiscal(match: re.Match[str]) -> str | None:
    return _interval(_long_year(match["from"]), _long_year(match["to"]))


def _quarter(match: re.Match[str]) -> str:
    groups = match.groupdict()
    quarter = int(groups.get("q") or groups.get("q2") or _ORDINALS[match["which"].lower()])
    return _months(match["year"] or match["year2"], 3 * quarter - 2, 3 * quarter)


def _half_after(match: re.Match[str]) -> str:
    second = match["which"] == "second" or match["h"] == "2"
    return _months(match["year"] or match["year2"], 7 if second else 1, 12 if second else 6)


def _ended(match: re.Match[str]) -> str | None:
    """A span of months by its last one; a year that ends with a year is that year."""
    last = _point(match["last"])
    if not last or len(last) == 4:
        return None
    length = _COUNTS.index(match["months"]) + 1 if match["months"] else {"quarter": 3, "half": 6}.get(match["span"], 12)
    year, month = int(last[:4]), int(last[5:7])
    return f"{_month_before(year, month, length - 1)}/{last[:7]}"


def _month_before(year: int, month: int, count: int) -> str:
    months = 12 * year + month - 1 - count
    return f"{months // 12}-{months % 12 + 1:02}"


def _decade(match: re.Match[str]) -> str:
    return f"{match['year']}/{int(match['year']) + 9}"


def _interval(first: str | None, last: str | None) -> str | None:
    return f"{first}/{last}" if first and last and first < last else None


def _half(match: re.Match[str]) -> str:
    if match["year"]:
        second = match["which"] == "second" or match["h"] == "2"
        return _months(match["year"], 7 if second else 1, 12 if second else 6)
    months = _COUNTS.index(match["months"]) + 1
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


# Times told from the day of publication.


@dataclass(frozen=True)
class _Day:
    """The day of publication; `month` and `day` are None where only a year or month is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def date(self) -> date | None:
        return date(self.year, self.month, self.day) if self.month and self.day else None


def _publication(published: str | None) -> _Day | None:
    match = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?!\d)", published or "")
    if not match or not _existing(int(match[1]), int(match[2] or 1), int(match[3] or 1)):
        return None
    return _Day(int(match[1]), *(int(part) for part in match.groups()[1:] if part))


_STEPS = {"last": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_STEP = r"(?P<step>last|this|(?:the\s)?current|next|(?:the\s)?coming)"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_WEEKDAYS = {name.lower(): i for i, name in enumerate(day_name)}
_WEEKDAY = rf"(?P<weekday>{'|'.join(day_name)})"
_AHEAD = re.compile(
    r"\b(?:will|would|shall|is\sto|are\sto|due|to\sbe|expect(?:s|ed)?|plan(?:s|ned)?|scheduled|intends?|aims?|hopes?|wants?|set\sto|going\sto|later|until|till|by|pencilled)\b"
)
_SENTENCE_START = re.compile(r"[.!?][\"”’)]*\s|\n")
_OF_YEAR = (
    r"(?:\s(?:of\s(?:the\s(?:current\s)?year|this\syear|(?P<of>last|next)\syear)|(?P<of2>last|this|next)\syear))?"
)

_REL_YEAR = re.compile(
    rf"\b(?:(?:earlier|later|so\sfar|sometime)\s)?{_STEP}\s(?:(?:calendar|financial|fiscal)\s)?year(?!['’]s\send|-end|s)\b(?!\s(?:ended|ending)\b)",
    re.IGNORECASE,
)
_YEAR_END = re.compile(
    r"\b(?:the\s)?(?P<decade>end\sof\s(?:the|this)\sdecade)\b|\b(?:the\send\sof\sthe\syear|year[-\s]end|the\syear['’]s\send)(?!\s(?:of|20|19|[Rr]esult|[Ff]igure|[Rr]eport))\b"
)
_YEARS_AGO = re.compile(rf"\b(?P<count>an?|{_COUNT}|\d{{1,2}})\s(?P<unit>year|month|decade)s?\sago\b", re.IGNORECASE)
_REL_MONTH = re.compile(rf"\b(?:(?:earlier|later|late|early)\s)?{_STEP}\smonth\b", re.IGNORECASE)
_REL_WEEK = re.compile(rf"\b(?:(?:earlier|later|late|early)\s)?{_STEP}\sweek\b", re.IGNORECASE)
_REL_SEASON = re.compile(rf"\b{_STEP}\s(?P<season>{'|'.join(_SEASONS)})\b", re.IGNORECASE)
_NAMED_MONTH = (
    rf"(?P<month>{_MONTH})(?!\w)(?!,?\s(?:of\s)?(?:{_YEAR}|[0-9]{{1,2}}\b(?!\s?(?:%|per|million|tonnes|tons|,))))"
)
_STEP_MONTH = re.compile(rf"\b(?P<step>[Ll]ast|[Tt]his|[Nn]ext|[Tt]his\scoming|[Tt]his\spast)\s{_NAMED_MONTH}")
_BARE_MONTH = re.compile(
    rf"(?P<before>\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Tt]ill|[Ff]rom|[Dd]uring|[Tt]hrough|[Oo]f|[Bb]efore|[Aa]fter|[Ii]n\slate|[Ii]n\searly|[Ii]n\smid|[Ee]nd\sof|(?:[Ll]ate|[Ee]arly|[Mm]id)))[\s-](?P<late>early\s|late\s|mid-)?(?P<when>{_NAMED_MONTH}"
    rf"(?:\s(?P<of>last|this|next)\syear)?)"
)
_MONTHS_OF_YEAR = re.compile(
    rf"\b(?P<from>{_MONTH})(?:\s?[-–—]\s?|\s(?:to|through|and)\s)(?P<to>{_MONTH})(?!\w)(?!,?\s(?:{_YEAR}|[0-9]{{1,2}}\b))"
)
_BARE_DAY = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\s(?P<day>{_DAY})|(?P<day2>{_DAY})\s(?P<month2>{_MONTH}))(?![\w%]|,\d|\.\d|\s?[-–—]\s?\d|,?\s{_YEAR}|\s?(?:%|percent|per\scent|pct|million|billion|tonnes|tons)\b)"
)
_REL_DAY = re.compile(
    rf"\b(?:(?:on|On|late|early)\s|(?P<step>[Ll]ast|[Nn]ext)\s){_WEEKDAY}\b|\b(?P<yesterday>[Yy]esterday)\b"
)
_REL_QUARTER = re.compile(
    rf"\b(?:the|its)\s(?P<which>first|second|third|fourth|final)\s(?P<span>quarter|half)\b{_OF_YEAR}(?!\sof\s(?:fiscal\s|the\s)?(?:{_YEAR}|\w+\syear|\d))"
)
_REL_MONTHS = re.compile(rf"\b(?:the\s)?first\s(?P<months>{_COUNT})\smonths\b{_OF_YEAR}(?!\sof\s(?:{_YEAR}|\w))")
_STEP_QUARTER = re.compile(rf"\b{_STEP}\squarter\b", re.IGNORECASE)
_YEAR_TO = re.compile(
    rf"\bthe\s(?P<span>(?:financial\s|fiscal\s)?year|quarter|(?P<months>{_COUNT})\smonths)\s(?:to|ended|ending|through)\s(?:{_DAY}\s)?(?P<month>{_MONTH})(?!\w)(?!,?\s(?:{_YEAR}|{_DAY},?\s{_YEAR}))"
)


def _step(match: re.Match[str]) -> int:
    return _STEPS[match["step"].lower().split()[-1]]


def _points_ahead(match: re.Match[str]) -> bool:
    """Tell whether the sentence so far speaks of what is to come."""
    start = _start(match)
    text = match.string[max(0, start - 160) : start]
    return bool(_AHEAD.search(_SENTENCE_START.split(text)[-1]))


def _relative_year(match: re.Match[str], published: _Day) -> str:
    return str(published.year + _step(match))


def _year_end(match: re.Match[str], published: _Day) -> str:
    return str(published.year // 10 * 10 + 10 if match["decade"] else published.year)


def _years_ago(match: re.Match[str], published: _Day) -> str | None:
    word = match["count"].lower()
    count = int(word) if word.isdigit() else 1 if word in {"a", "an"} else _COUNTS.index(word) + 1
    if match["unit"].lower() == "month":
        return _month_before(published.year, published.month, count) if published.month else None
    return str(published.year - count * (10 if match["unit"].lower() == "decade" else 1))


def _relative_month(match: re.Match[str], published: _Day) -> str | None:
    return _month_before(published.year, published.month, -_step(match)) if published.month else None


def _relative_week(match: re.Match[str], published: _Day) -> str | None:
    if not published.date:
        return None
    monday = published.date + timedelta(days=7 * _step(match) - published.date.weekday())
    return f"{monday}/{monday + timedelta(days=6)}"


def _relative_season(match: re.Match[str], published: _Day) -> str | None:
    """The year in which a season starts."""
    if not published.month:
        return None
    month = _SEASONS[match["season"].lower()]
    step = _step(match)
    if step < 0:
        return str(published.year - (month + 2 >= published.month))
    return str(published.year + (step > 0 and month <= published.month))


def _relative_quarter(match: re.Match[str], published: _Day) -> str | None:
    if not published.month:
        return None
    first = _month_before(published.year, 3 * ((published.month - 1) // 3) + 1, -3 * _step(match))
    return f"{first}/{_month_before(int(first[:4]), int(first[5:]), -2)}"


def _step_month(match: re.Match[str], published: _Day) -> str | None:
    if not published.month:
        return None
    month, step = _month(match["month"]), match["step"].lower()
    if step == "this":
        return f"{published.year}-{month:02}"
    year = (
        published.year - (month >= published.month)
        if step.endswith(("last", "past"))
        else published.year + (month <= published.month)
    )
    return f"{year}-{month:02}"


def _bare_month(match: re.Match[str], published: _Day) -> str | None:
    """The month nearest to publication, of those before it, or after it if the sentence speaks of what is to come."""
    if not published.month:
        return None
    month = _month(match["month"])
    year = _year_of(match, published) if match["of"] else _nearest_year(month, published.month, match, published)
    return f"{year}-{month:02}"


def _nearest_year(month: int, now: int, match: re.Match[str], published: _Day) -> int:
    if _points_ahead(match):
        return published.year + (month < now)
    return published.year - (month > now)


def _months_of_year(match: re.Match[str], published: _Day) -> str | None:
    first, last = _month(match["from"]), _month(match["to"])
    if not published.month or first >= last:
        return None
    between = re.search(r"\b[Bb]etween\s$", match.string[: match.start()])
    if " and " in match[0] and not between:
        return None
    return _months(str(_nearest_year(last, published.month, match, published)), first, last)


def _bare_day(match: re.Match[str], published: _Day) -> str | None:
    if not published.month:
        return None
    month = _month(match["month"] or match["month2"])
    day = int(re.sub(r"\D", "", match["day"] or match["day2"]))
    now = (published.month, published.day or 31)
    if _points_ahead(match):
        year = published.year + ((month, day) < (published.month, published.day or 1))
    else:
        year = published.year - ((month, day) > now)
    return _existing(year, month, day)


def _relative_day(match: re.Match[str], published: _Day) -> str | None:
    if not published.date:
        return None
    if match["yesterday"]:
        return (published.date - timedelta(days=1)).isoformat()
    since = (published.date.weekday() - _WEEKDAYS[match["weekday"].lower()]) % 7
    step = (match["step"] or "").lower()
    if step == "next" or (not step and _points_ahead(match)):
        return (published.date + timedelta(days=7 - since)).isoformat()
    return (published.date - timedelta(days=since or (7 if step else 0))).isoformat()


def _year_of(match: re.Match[str], published: _Day) -> int:
    word = match.groupdict().get("of") or match.groupdict().get("of2")
    return published.year + _STEPS[word] if word else published.year


def _quarter_of_year(match: re.Match[str], published: _Day) -> str | None:
    """A quarter or half without its year: the last that has begun, or the next to end if the sentence looks ahead."""
    length = 3 if match["span"] == "quarter" else 6
    order = _ORDINALS[match["which"]]
    if order * length > 12:
        return None
    first, last = length * (order - 1) + 1, length * order
    said = " year" in match[0]
    if said or not published.month:
        return _months(str(_year_of(match, published)), first, last) if said else None
    if _points_ahead(match):
        return _months(str(published.year + (last < published.month)), first, last)
    return _months(str(published.year - (first > published.month)), first, last)


def _first_months(match: re.Match[str], published: _Day) -> str | None:
    months = _COUNTS.index(match["months"]) + 1
    if " year" in match[0]:
        return _months(str(_year_of(match, published)), 1, months)
    if not published.month:
        return None
    return _months(str(published.year - (months >= published.month and not _points_ahead(match))), 1, months)


def _year_to_month(match: re.Match[str], published: _Day) -> str | None:
    if not published.month:
        return None
    length = _COUNTS.index(match["months"]) + 1 if match["months"] else 3 if match["span"] == "quarter" else 12
    month = _month(match["month"])
    year = _nearest_year(month, published.month, match, published)
    return f"{_month_before(year, month, length - 1)}/{year}-{month:02}"


_NOTATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (_ISO_DAY, _whole),
    (_ENDED, _ended),
    (_RANGE, _range),
    (_SHORT_RANGE, _short_range),
    (_SHORT_FISCAL, _short_fiscal),
    (_MONTH_RANGE, _month_range),
    (_NEAR, _near),
    (_HALF, _half),
    (_HALF_AFTER, _half_after),
    (_QUARTER, _quarter),
    (_QUARTER_AFTER, _quarter),
    (_DECADE, _decade),
    (_DATE, _whole),
    (_ISO_MONTH, _whole),
    (_MONTH_YEAR, _whole),
    (_PLAIN_YEAR, _whole),
)

_RELATIVE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Day], str | None]], ...] = (
    (_YEAR_TO, _year_to_month),
    (_MONTHS_OF_YEAR, _months_of_year),
    (_REL_MONTHS, _first_months),
    (_REL_QUARTER, _quarter_of_year),
    (_STEP_QUARTER, _relative_quarter),
    (_BARE_DAY, _bare_day),
    (_STEP_MONTH, _step_month),
    (_BARE_MONTH, _bare_month),
    (_REL_SEASON, _relative_season),
    (_REL_MONTH, _relative_month),
    (_REL_WEEK, _relative_week),
    (_REL_DAY, _relative_day),
    (_YEARS_AGO, _years_ago),
    (_YEAR_END, _year_end),
    (_REL_YEAR, _relative_year),
)
