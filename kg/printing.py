"""Answers for people: tables that fit the terminal, quotes beside facts. Text of articles is printed, never interpreted."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.evaluate import Evaluation, Score
from kg.query.claims import StoredClaim
from kg.query.overview import Card, Overview
from kg.query.questions import Answer
from kg.query.wording import describe_amount, describe_number, describe_qualifiers, describe_share

_MEASURES = ("share_min", "share_max", "share_approximate", "amount", "currency", "amount_bound")
_SAID = ("quote", "source", "date")
_MANY = 12
_GAP = 2


def safe(value: object) -> str:
    """Return text on one line, without characters that a terminal would obey or that turn its direction.

    >>> safe("a\\x1b[31m\\nb\\u202e")
    'a\\ufffd[31m b\\ufffd'
    """
    plain = " ".join(str(value).split())
    return "".join(
        "\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\u200c\u200d" else c for c in plain
    )


def as_records(answer: Answer) -> str:
    """Return an answer as JSON: a list of objects, a column a key."""
    return json.dumps(
        [dict(zip(answer.columns, row, strict=True)) for row in answer.rows], ensure_ascii=False, indent=2
    )


def as_csv(answer: Answer) -> str:
    """Return an answer as CSV (RFC 4180) with its columns as header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return out.getvalue()


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer: what belongs together in one column, columns without a value left out, the quote last.

    A table without a sentence is no answer to a question: its columns and values are printed as they are.
    """
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    if answer.sentence:
        rows = [_readable(row) for row in rows]
    columns = [
        c for c in dict.fromkeys(c for row in rows for c in row) if any(row.get(c) not in (None, "") for row in rows)
    ]
    if answer.sentence:
        console.print(Text(safe(answer.sentence), style="bold"))
    if not rows:
        console.print("The graph says nothing about that.")
        return
    if answer.sentence:
        said = [row.pop("said", None) for row in rows]
        columns = [c for c in columns if c != "said"]
    else:
        said = [None] * len(rows)
    cells = [[safe(_cell(row.get(c), bool(answer.sentence))) for c in columns] for row in rows]
    headers = [c.replace("_", " ") for c in columns]
    widths = _widths([headers, *cells], console.width - _GAP * (len(headers) - 1))
    console.print(_row(headers, widths, "bold"))
    console.print(Text("─" * (sum(widths) + _GAP * (len(widths) - 1)), style="dim"))
    for row, quote in zip(cells, said, strict=True):
        console.print(_row(row, widths))
        if quote:
            console.print(Padding(quote, (0, 0, 1, 4)))


def _row(cells: Sequence[str], widths: Sequence[int], style: str = "") -> Table:
    """Return a row of a table whose columns have fixed widths, so that quotes may stand between rows."""
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(width=width, style=style, overflow="fold")
    table.add_row(*(Text(cell) for cell in cells))
    return table


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return column widths that fit: the widest columns give way until they do.

    >>> _widths([["a" * 30, "b" * 5]], 20)
    [15, 5]
    """
    widths = [max(1, *(cell_len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    while sum(widths) > room and max(widths) > 1:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _cell(value: object, in_words: bool) -> object:
    if value is None:
        return ""
    return describe_number(value) if in_words and isinstance(value, int | float) else value


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Join the parts of a share, of an amount, and of where it is said."""
    found: dict[str, Any] = {}
    for column, value in row.items():
        if column in {"share_min", "share_max"}:
            found["share"] = _share(row)
        elif column == "amount":
            found["amount"] = _amount(row)
        elif column == "quote":
            found["said"] = _said(value, row.get("source"), row.get("date"))
        elif column == "modality":
            found["modality"] = None if value == "asserted" else value
        elif column not in (*_MEASURES, *_SAID):
            found[column] = value
    said = found.pop("said", None)
    return found if said is None else {**found, "said": said}


def _amount(row: Mapping[str, Any]) -> str | None:
    if row["amount"] is None:
        return None
    return describe_amount(row["amount"], row.get("currency") or "", row.get("amount_bound")).strip()


def _share(row: Mapping[str, Any]) -> str | None:
    low, high = row.get("share_min"), row.get("share_max")
    if low is None and high is None:
        return None
    return describe_share({"min": low, "max": high, "approx": row.get("share_approximate")})


def _said(quote: object, source: object, date: object) -> Text:
    where = ", ".join(safe(part) for part in (source, date) if part)
    return Text.assemble(f"“{safe(quote)}”", ("\n" + where if where else "", "dim"))


def print_overview(console: Console, overview: Overview) -> None:
    """Print what a graph holds."""
    table = Table.grid(padding=(0, 2))
    for name, counts in (
        ("claims", overview.claims),
        ("entities", overview.entities),
        ("relations", overview.relations),
    ):
        table.add_row(
            name,
            f"{sum(counts.values()):,}",
            Text(", ".join(f"{n:,} {k.replace('_', ' ')}" for k, n in counts.items())),
        )
    console.print(f"documents  {overview.documents:,}")
    console.print(table)


def print_card(console: Console, card: Card) -> None:
    """Print an entity: its types, names, how its mentions were linked, and its facts with their sentences."""
    console.print(
        Text.assemble((safe(card.label), "bold"), f"  {', '.join(card.types).replace('_', ' ')}\n", (card.iri, "dim"))
    )
    if card.names:
        console.print(
            Text.assemble(
                ("Also ", "dim"), safe(", ".join(card.names[:_MANY])), " …" if len(card.names) > _MANY else ""
            )
        )
    if card.namings:
        console.print(Text("\nNamed in the articles as", style="bold"))
        rows = [
            (n.surface, "; ".join(filter(None, (n.rule, n.merged))), n.times, _few(n.documents)) for n in card.namings
        ]
        print_answer(console, Answer("", ("words", "linked by", "times", "documents"), rows))
    if card.apart:
        console.print(Text("\nKept apart from", style="bold"))
        apart = [(a.label, "/".join(a.iri.split("/")[-2:]), a.reason) for a in card.apart]
        print_answer(console, Answer("", ("name", "iri", "why"), apart))
    for title, claims in (
        ("Facts", [c for c in card.claims if c.subject.iri == card.iri]),
        ("Said of it", [c for c in card.claims if c.subject.iri != card.iri]),
    ):
        if claims:
            console.print(Text(f"\n{title}", style="bold"))
            console.print(Group(*(_claim(c) for c in claims)))


def _few(names: Sequence[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _claim(claim: StoredClaim) -> RenderableType:
    details = describe_qualifiers(claim.qualifiers)
    notes = ", ".join(
        safe(x)
        for x in (claim.source.name, claim.source.published, claim.attribution and f"according to {claim.attribution}")
        if x
    )
    fact = Text.assemble(
        safe(claim.subject.label),
        (f" {claim.relation.replace('_', ' ')} ", "italic"),
        safe(claim.object.label),
        f" ({safe(details)})" if details else "",
        (f" [{claim.modality}]" if claim.modality != "asserted" else "", "bold"),
    )
    return Padding(
        Group(fact, Padding(Text.assemble(f"“{safe(claim.quote)}” ", (notes, "dim")), (0, 0, 0, 4))), (0, 0, 0, 2)
    )


def evaluation_text(found: Evaluation, reliability: bool = False) -> str:
    """Return scores, a relation a line; with `reliability`, a line for the claims of each confidence besides."""
    lines = [f"gold {found.lenient.gold}  predicted {found.lenient.predicted}"]
    lines += [
        _score(name, score)
        for name, score in (("strict", found.strict), ("lenient", found.lenient), ("qualifiers", found.qualifiers))
    ]
    lines.append(f"modality accuracy {found.modality_accuracy:.3f}")
    if found.calibration_error is not None:
        lines.append(f"expected calibration error {found.calibration_error:.3f}")
    if reliability:
        lines += [
            f"  confidence {b.low:.1f} to {b.high:.1f}  claims {b.number:4d}  mean {b.confidence:.3f}  right {b.precision:.3f}"
            for b in found.reliability
        ]
    lines += [
        f"  {r:16s} matched {s.matched:3d}  predicted {s.predicted:3d}  gold {s.gold:3d}"
        for r, s in found.by_relation.items()
    ]
    return "\n".join(lines)


def _score(name: str, score: Score) -> str:
    return f"{name:11s} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """Return scores as plain values, rounded to three places."""
    scores = {
        n: {"precision": round(s.precision, 3), "recall": round(s.recall, 3), "f1": round(s.f1, 3)}
        for n, s in _named(found)
    }
    relations = {
        r: {"matched": s.matched, "predicted": s.predicted, "gold": s.gold} for r, s in found.by_relation.items()
    }
    numbers = {"gold": found.lenient.gold, "predicted": found.lenient.predicted}
    error = found.calibration_error
    return {
        **numbers,
        **scores,
        "modality_accuracy": round(found.modality_accuracy, 3),
        "calibration_error": None if error is None else round(error, 3),
        "reliability": [{key: round(value, 3) for key, value in asdict(b).items()} for b in found.reliability],
        "by_relation": relations,
    }


def _named(found: Evaluation) -> Iterable[tuple[str, Score]]:
    return (("strict", found.strict), ("lenient", found.lenient), ("qualifiers", found.qualifiers))
