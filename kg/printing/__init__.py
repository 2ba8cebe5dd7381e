"""Answers for people and for other programs. Text of articles is printed, never interpreted."""

from kg.printing.cards import print_card, print_overview
from kg.printing.formats import as_csv, as_html, as_json, as_markdown, as_records
from kg.printing.scores import evaluation_record, evaluation_text
from kg.printing.tables import print_answer
from kg.printing.text import safe

__all__ = [
    "as_csv",
    "as_html",
    "as_json",
    "as_markdown",
    "as_records",
    "evaluation_record",
    "evaluation_text",
    "print_answer",
    "print_card",
    "print_overview",
    "safe",
]
