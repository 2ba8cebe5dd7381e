"""What a graph holds, and all that it knows of one entity, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.printing.tables import print_answer
from kg.printing.text import safe
from kg.query.claims import StoredClaim
from kg.query.overview import Card, Overview
from kg.query.questions import Answer
from kg.query.wording import describe_qualifiers

_MANY = 12


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
    copies = f", of which {overview.copies:,} are copies of others" if overview.copies else ""
    console.print(f"documents  {overview.documents:,}{copies}")
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
