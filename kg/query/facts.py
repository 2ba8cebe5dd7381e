"""One row a fact: what a sentence says twice, by a name and by a reference or in two relations, is shown once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Row = Sequence[Any]
_QUOTE, _SOURCE = "quote", "source"


def keep_one_row_a_fact(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return rows without those that say nothing which another row of the same sentence does not say.

    Such a row has the same source, a quote within the other's, and in each other column the other's value or none. Of
    two with the same quote and values the first stays. Rows of an answer without the columns `quote` and `source` are
    returned as they are. Takes time in proportion to the rows, and to the square of those with the same ends.

    >>> said = [("Japan", 0.9, "Japan bought 90% of it from China", "a"), ("Japan", 0.9, "90% of it from China", "a")]
    >>> keep_one_row_a_fact(["who", "share", "quote", "source"], said)
    [('Japan', 0.9, 'Japan bought 90% of it from China', 'a')]
    """
    if not {_QUOTE, _SOURCE} <= set(columns):
        return list(rows)
    quote = columns.index(_QUOTE)
    others = [i for i in range(len(columns)) if i != quote]
    always = [i for i in others if all(row[i] is not None for row in rows)]
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        alike[tuple(row[i] for i in always)].append(number)

    def says_no_more(a: int, b: int) -> bool:
        """Tell whether row `a` is not needed beside row `b`."""
        one, other = rows[a], rows[b]
        within = one[quote] in other[quote] and all(one[i] in (None, other[i]) for i in others)
        return within and (b < a or one != other) and a != b

    kept = (a for same in alike.values() for a in same if not any(says_no_more(a, b) for b in same))
    return [rows[number] for number in sorted(kept)]
