"""An answer as people read it: what belongs together in one cell, columns without a value left out, quotes apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from kg.printing.text import safe
from kg.query.questions import Answer
from kg.query.wording import describe_amount, describe_number, describe_qualifiers, describe_share

_MEASURES = ("share_min", "share_max", "share_approximate", "amount", "currency", "amount_bound")
_QUANTITY = ("unit", "quantity_approximate")
_SAID = ("quote", "source", "publisher", "date")
_USUAL = {"modality": "asserted", "scope": "global"}  # what goes without saying
_SMALL = 0.001  # what other programs write with an exponent
_NEEDLESS = ("held_by", "holders")  # what a table has no room for
# What stands above rows that belong together, by the column that tells so, and what else it makes needless.
_TITLES = {
    "conflict": ("{conflict}. {why} ({verdict})", ("why", "verdict", "kind", "subject", "relation", "object")),
    "path": ("Path {path}: {as}", ("as",)),
    "change": ("{change}: {subject} {relation} {object}", ("subject", "relation", "object")),
    "dependency": ("{edge}: {dependency}", ("edge",)),
}


NOTHING = "The graph says nothing about that."


@dataclass(frozen=True)
class Said:
    """The words of an article and where they stand."""

    quote: str
    where: str


@dataclass(frozen=True)
class Layout:
    """What is printed of an answer: a heading a column, the text of each cell, and what is said under each row.

    `titles` stand above the rows that belong together, "" where there is none.
    """

    headers: list[str]
    cells: list[list[str]]
    said: list[Said | None]
    titles: list[str]


def lay_out(answer: Answer) -> Layout:
    """Return an answer for people; one without a sentence is no answer to a question, and is left as it is."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    titles = [""] * len(rows)
    if answer.sentence:
        titles = _titles(rows, answer.columns)
        rows = [_readable(row) for row in rows]
    said = [row.pop("said", None) if answer.sentence else None for row in rows]
    columns = [
        c for c in dict.fromkeys(c for row in rows for c in row) if any(row.get(c) not in (None, "") for row in rows)
    ]
    cells = [[safe(_cell(row.get(c), bool(answer.sentence))) for c in columns] for row in rows]
    return Layout([c.replace("_", " ") for c in columns], cells, said, titles)


def leaves_open(answer: Answer) -> bool:
    """Tell whether the sentence of an answer without rows says only what was asked, and not what was found."""
    return not answer.rows and (not answer.sentence or answer.sentence.endswith("?"))


def _titles(rows: list[dict[str, Any]], columns: Sequence[str]) -> list[str]:
    """Take what several rows share out of them, where one of its columns tells that they belong together."""
    for marker, (pattern, shared) in _TITLES.items():
        if set(_names(pattern)) <= set(columns):
            titles = [safe(pattern.format(**{**row, "relation": _spaced(row.get("relation"))})) for row in rows]
            for row in rows:
                for column in (marker, *shared):
                    row.pop(column, None)
            return titles
    return [""] * len(rows)


def _names(pattern: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(pattern) if name]


def _cell(value: object, in_words: bool) -> object:
    if value is None:
        return ""
    if not in_words or not isinstance(value, int | float):
        return value
    return f"{value:.6f}" if 0 < abs(value) < _SMALL else describe_number(value)


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Join the parts of a share, of an amount, and of where it is said."""
    found: dict[str, Any] = {}
    for column, value in row.items():
        if column in {"share_min", "share_max"}:
            found["share"] = _share(row)
        elif column in {"hhi_min", "hhi_max"}:
            found["HHI"] = _between(row["hhi_min"], row["hhi_max"])
        elif column == "amount":
            found["amount"] = _amount(row)
        elif column in {"quantity_min", "quantity_max"}:
            found["quantity"] = _quantity(row)
        elif column == "quote":
            found["said"] = _said(value, *(row.get(part) for part in _SAID[1:]))
        elif column == "relation":
            found[column] = _spaced(value)
        elif column in _USUAL:
            found[column] = None if value == _USUAL[column] else value
        elif column not in (*_MEASURES, *_NEEDLESS, *_beside(row)):
            found[column] = value
    said = found.pop("said", None)
    return found if said is None else {**found, "said": said}


def _beside(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that tell more of what stands in another one."""
    return (*(_SAID if "quote" in row else ()), *(_QUANTITY if "quantity_min" in row else ()))


def _spaced(relation: object) -> str:
    return str(relation or "").replace("_", " ")


def _amount(row: Mapping[str, Any]) -> str | None:
    if row["amount"] is None:
        return None
    return describe_amount(row["amount"], row.get("currency") or "", row.get("amount_bound")).strip()


def _share(row: Mapping[str, Any]) -> str | None:
    low, high = row.get("share_min"), row.get("share_max")
    if low is None and high is None:
        return None
    return describe_share({"min": low, "max": high, "approx": row.get("share_approximate")})


def _quantity(row: Mapping[str, Any]) -> str | None:
    low, high = row.get("quantity_min"), row.get("quantity_max")
    if low is None and high is None:
        return None
    bounds = {"value": low} if low == high else {"min": low, "max": high}
    told = {"unit": row.get("unit") or "", "approx": row.get("quantity_approximate")}
    return describe_qualifiers({"quantity": bounds | told}).strip()


def _between(low: float | None, high: float | None) -> str | None:
    """Return whole numbers from a lowest to a highest value."""
    if low is None or high is None:
        return None
    return "-".join(dict.fromkeys(f"{value:,.0f}" for value in (low, high)))


def _said(quote: object, *where: object) -> Said:
    return Said(safe(quote), ", ".join(safe(part) for part in where if part))
