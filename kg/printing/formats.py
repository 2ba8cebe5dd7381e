"""Answers for other programs: JSON, CSV, Markdown and HTML, in which text of articles stays text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata

from kg.cells import inert
from kg.printing.layout import NOTHING, Said, lay_out, leaves_open
from kg.printing.text import HARMLESS, OBEYED, safe
from kg.query.questions import Answer

_MARKS = re.compile(r"[\\`*_\[\]<>|~&$@]|:(?=//)|(?<=www)\.")  # in a line; a cell begins no block


def as_records(answer: Answer) -> str:
    """Return an answer as JSON: a list of objects, a column a key."""
    return as_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])


def as_json(value: object) -> str:
    """Return plain values as JSON in which characters that a terminal would obey are escaped.

    >>> as_json(["稀土", "\\x9b2J"])
    '[\\n  "稀土",\\n  "\\\\u009b2J"\\n]'
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c == "\n" or c in HARMLESS or _plain(c) else json.dumps(c)[1:-1] for c in text)


def as_csv(answer: Answer) -> str:
    """Return an answer as CSV (RFC 4180) with its columns as header.

    A spreadsheet would run text that begins like a formula; an apostrophe before it keeps it text.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(answer.columns)
    writer.writerows([inert(value) for value in row] for row in answer.rows)
    return out.getvalue()


def as_markdown(answer: Answer) -> str:
    """Return an answer as a Markdown table under its sentence, each quote in the last column."""
    headers, rows = _with_quotes(answer)
    lines = [f"**{_marked(answer.sentence)}**", ""] if answer.sentence else []
    if not rows:
        return "\n".join([*lines, *([NOTHING, ""] if leaves_open(answer) else [])])
    lines += [_line(headers), "|" + " --- |" * len(headers), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def as_html(answer: Answer, most: int = 100) -> str:
    """Return an answer as an HTML table of at most so many rows, each quote under its facts."""
    layout = lay_out(answer)
    parts = [f"<p><strong>{_escaped(answer.sentence)}</strong></p>"] if answer.sentence else []
    if not layout.cells:
        return "".join([*parts, f"<p>{NOTHING}</p>" if leaves_open(answer) else ""])
    parts.append("<table><thead>" + _html_row("th", layout.headers) + "</thead><tbody>")
    above = ""
    for cells, said, title in list(zip(layout.cells, layout.said, layout.titles, strict=True))[:most]:
        if title != above:
            above = title
            parts.append(_html_line(len(cells), f"<em>{_escaped(title)}</em>"))
        parts.append(_html_row("td", cells))
        if said:
            quote = f"<q>{_escaped(said.quote)}</q> <small>{_escaped(said.where)}</small>"
            parts.append(_html_line(len(cells), quote))
    parts.append("</tbody></table>")
    more = len(layout.cells) - most
    return "".join([*parts, f"<p>and {more:,} more</p>" if more > 0 else ""])


def _plain(character: str) -> bool:
    return unicodedata.category(character) not in OBEYED


def _with_quotes(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """Return headers and cells with what is said in the last column."""
    layout = lay_out(answer)
    headers, rows = layout.headers, layout.cells
    if any(layout.titles):
        headers, rows = ["about", *headers], [[t, *row] for t, row in zip(layout.titles, rows, strict=True)]
    if any(layout.said):
        headers, rows = [*headers, "said"], [[*row, _cite(s)] for row, s in zip(rows, layout.said, strict=True)]
    return headers, rows


def _cite(said: Said | None) -> str:
    if said is None:
        return ""
    return f"“{said.quote}” ({said.where})" if said.where else f"“{said.quote}”"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(_marked(cell) for cell in cells) + " |"


def _marked(text: str) -> str:
    """Return text that Markdown takes for nothing else.

    >>> _marked("a|b <i> ~15% https://example.org")
    'a\\\\|b \\\\<i\\\\> \\\\~15% https\\\\://example.org'
    """
    return _MARKS.sub(lambda mark: "\\" + mark[0], safe(text))


def _escaped(text: str) -> str:
    return html.escape(safe(text))


def _html_line(width: int, content: str) -> str:
    return f'<tr><td colspan="{width}" style="text-align:left">{content}</td></tr>'


def _html_row(tag: str, cells: list[str]) -> str:
    left = ' style="text-align:left"'
    return "<tr>" + "".join(f"<{tag}{left}>{_escaped(cell)}</{tag}>" for cell in cells) + "</tr>"
