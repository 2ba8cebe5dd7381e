"""Answers on a terminal: nothing of an article is obeyed, nothing is cut off, and numbers read as news write them."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fromstring
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from kg.evaluate import Bin, Evaluation, Score
from kg.printing import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    as_records,
    evaluation_record,
    evaluation_text,
    print_answer,
    print_card,
    print_overview,
    safe,
)
from kg.query.claims import End, Source, StoredClaim
from kg.query.overview import Card, Naming, Overview
from kg.query.questions import Answer

HOSTILE = "a\x1b[31mb \x1b]0;title\x07 \x9b2J \u202etxt.exe\u2066 [red]c[/red] [link=file:///etc]d[/link] :smile: \\"
JOINERS = "\u200c\u200d"  # what Persian and emoji need to be written


def obeyed(text: str) -> set[str]:
    """Return the characters of printed text that a terminal would obey or that would turn its direction."""
    return {
        c for c in text if c != "\n" and c not in JOINERS and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


def printed(answer: Answer, width: int = 80) -> str:
    out = io.StringIO()
    print_answer(Console(file=out, width=width, highlight=False, markup=False, emoji=False), answer)
    return out.getvalue()


def words(text: str) -> str:
    """Return text without the line breaks and spaces of its layout."""
    return " ".join(text.split())


def claim(**changed: Any) -> StoredClaim:
    japan = End("https://example.org/country/japan", "Japan", "Japan", "country")
    china = End("https://example.org/country/china", "China", "China", "country")
    source = Source("https://example.org/doc/a", "a", "A title", "A paper", "2025-01-02")
    plain = StoredClaim(
        iri="https://example.org/doc/a#c1",
        relation="depends_on",
        subject=japan,
        object=china,
        qualifiers={},
        modality="asserted",
        confidence=0.9,
        frame="depend",
        attribution=None,
        source=source,
        start=0,
        end=22,
        quote="Japan depends on China",
    )
    return replace(plain, **changed)


@settings(deadline=None)
@given(st.text())
def test_text_made_safe_is_one_line_that_no_terminal_obeys(text: str) -> None:
    plain = safe(text)
    assert not obeyed(plain)
    assert "\n" not in plain
    assert safe(plain) == plain


@pytest.mark.parametrize(
    "text", ["Ma'aden & Co. [MOU] 60%–70%", "中国的稀土", "Åland, Kärr, ‘quoted’", "می\u200cخواهم", "👩\u200d🔬"]
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_table_fits_its_width_and_cuts_nothing_off(data: st.DataObject) -> None:
    width = data.draw(st.sampled_from([60, 80, 132]))
    columns = data.draw(st.lists(st.sampled_from(["who", "of", "stage", "scope", "time"]), min_size=1, unique=True))
    word = st.text(st.sampled_from("aé0%[]“\x1b\u202e"), min_size=1, max_size=4)
    cell = st.lists(word, max_size=12).map(" ".join)
    rows = data.draw(st.lists(st.lists(cell, min_size=len(columns), max_size=len(columns)), min_size=1, max_size=4))
    out = printed(Answer("", columns, rows), width)
    assert all(cell_len(line) <= width for line in out.splitlines())
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    expected = "".join(columns[i] + "".join(safe(row[i]) for row in rows) for i in kept)
    assert Counter("".join(out.replace("─", "").split())) == Counter("".join(expected.split()))


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("https://w3id.org/lodestone/id/company/china-northern-rare-earth-group", id="an IRI"),
        pytest.param("稀土" * 30, id="Chinese"),
        pytest.param("稀土 " + "0000 " * 7 + "0", id="both"),
    ],
)
def test_a_cell_that_is_too_wide_is_not_cut_off(cell: str) -> None:
    out = printed(Answer("", ["s", "p"], [[cell, cell]]))
    assert all(cell_len(line) <= 80 for line in out.splitlines())
    assert Counter("".join(out.split()))[cell[-1]] >= 2 * cell.count(cell[-1])
    assert "…" not in out


@settings(deadline=None, max_examples=30)
@given(st.text(min_size=1, max_size=300).filter(lambda t: safe(t).strip()))
def test_a_quote_is_printed_whole(quote: str) -> None:
    out = printed(Answer("Who?", ["who", "quote", "source", "date"], [["Japan", quote, "a-01", "2025-01-02"]]))
    assert all(cell_len(line) <= 80 for line in out.splitlines())
    flat = "".join(out.split())
    assert f"“{''.join(safe(quote).split())}”a-01,2025-01-02" in flat


def test_columns_without_any_value_are_left_out() -> None:
    out = printed(Answer("", ["who", "time", "scope"], [["Japan", None, ""], ["China", None, "global"]]))
    assert out.split("\n")[0].split() == ["who", "scope"]


def test_an_answer_without_rows_says_so() -> None:
    out = printed(Answer("Who depends on Malta?", ["who"], []))
    assert "Who depends on Malta?" in out
    assert "nothing" in out


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"share_min": 0.9, "share_max": 0.9}, "90%"),
        ({"share_min": 0.8, "share_max": None}, ">80%"),
        ({"share_min": None, "share_max": 0.9}, "<90%"),
        ({"share_min": 0.7, "share_max": 0.8}, "70%-80%"),
        ({"share_min": 0.463, "share_max": 0.463}, "46.3%"),
        ({"share_min": 0, "share_max": 0}, "0%"),
        ({"share_min": 1, "share_max": 1}, "100%"),
        ({"share_min": 0.15, "share_max": 0.15, "share_approximate": True}, "~15%"),
        ({"amount": 400000000, "currency": "USD"}, "USD 400 million"),
        ({"amount": 59200000, "currency": "CAD"}, "CAD 59.2 million"),
        ({"amount": 0, "currency": "USD"}, "USD 0"),
        ({"amount": 1500, "currency": None}, "1,500"),
        ({"modality": "planned"}, "planned"),
        ({"modality": "negated"}, "negated"),
    ],
)
def test_what_belongs_together_is_one_cell(row: dict[str, Any], expected: str) -> None:
    out = printed(Answer("Who?", ["who", *row], [["Japan", *row.values()]]))
    assert words(out.splitlines()[3]) == f"Japan {expected}"


def test_an_asserted_row_is_not_labelled() -> None:
    rows = [["Japan", "asserted"], ["Malta", "planned"]]
    out = printed(Answer("Who?", ["who", "modality"], rows))
    assert "asserted" not in out
    assert "planned" in out


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        pytest.param(["source"], ["a-01"], id="source"),
        pytest.param(["date"], ["2025-01-02"], id="date"),
        pytest.param(["currency"], ["USD"], id="currency"),
        pytest.param(["modality"], ["asserted"], id="modality"),
    ],
)
def test_a_value_that_was_asked_for_alone_is_shown(columns: Sequence[str], row: Sequence[str]) -> None:
    assert row[0] in printed(Answer("", columns, [row]))


@pytest.mark.parametrize("column", ["amount", "share_min", "share_max"])
def test_a_column_of_any_name_may_hold_text(column: str) -> None:
    assert "unknown" in printed(Answer("", [column], [["unknown"]]))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1.5, 10**30, 0.1 + 0.2])
def test_any_number_can_be_printed(value: float) -> None:
    assert len(printed(Answer("", ["x"], [[value]])).splitlines()) == 3


@pytest.mark.parametrize("columns", [["sentence", "who"], ["quote", "source", "date"], ["who"]])
def test_hostile_text_in_an_answer_is_printed_and_not_obeyed(columns: Sequence[str]) -> None:
    out = printed(Answer(HOSTILE, columns, [[HOSTILE] * len(columns)]))
    assert not obeyed(out)
    assert "[red]c[/red]" in words(out)
    assert ":smile:" in out


def test_hostile_text_in_a_card_is_printed_and_not_obeyed() -> None:
    end = End("https://example.org/company/x", HOSTILE, HOSTILE, "company")
    source = Source("https://example.org/doc/a", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    qualifiers = {"commodity": HOSTILE, "kind": HOSTILE, "quantity": {"value": 5, "unit": HOSTILE}}
    hostile = claim(subject=end, quote=HOSTILE, source=source, attribution=HOSTILE, qualifiers=qualifiers)
    card = Card(end.iri, HOSTILE, ("company",), (HOSTILE,), (Naming(HOSTILE, HOSTILE, (HOSTILE,)),), (hostile,))
    out = io.StringIO()
    print_card(Console(file=out, width=80, highlight=False, markup=False, emoji=False), card)
    assert not obeyed(out.getvalue())
    assert "[red]c[/red]" in words(out.getvalue())


def test_a_card_shows_each_fact_with_its_sentence_and_what_it_is_worth() -> None:
    japan, china = claim().subject, claim().object
    facts = (
        claim(qualifiers={"share": {"min": 0.9, "max": 0.9}, "commodity": "rare earths"}, quote="Japan buys 90% there"),
        claim(modality="planned", attribution="the minister", quote="Japan will depend on China"),
        claim(subject=china, object=japan, relation="supplies", quote="China supplies Japan"),
    )
    card = Card(japan.iri, "Japan", ("country",), ("日本",), (Naming("Tokyo", "metonym", ("a", "b")),), facts)
    out = io.StringIO()
    print_card(Console(file=out, width=80, highlight=False, markup=False, emoji=False), card)
    text = words(out.getvalue())
    for expected in (
        "日本",
        "Tokyo metonym 1 a, b",
        "Japan depends on China (90%, rare earths) “Japan buys 90% there” a, 2025-01-02",
        "Japan depends on China [planned] “Japan will depend on China” a, 2025-01-02, according to the minister",
        "Said of it China supplies Japan “China supplies Japan”",
    ):
        assert expected in text
    assert all(cell_len(line) <= 80 for line in out.getvalue().splitlines())


def test_an_overview_fits_its_width_and_counts() -> None:
    kinds = {f"kind_of_thing_{i}": 1000 - i for i in range(20)}
    overview = Overview(1234, {"asserted": 1500, "planned": 2}, kinds, {"depends_on": 7}, {"lodestone": "1"})
    out = io.StringIO()
    print_overview(Console(file=out, width=80, highlight=False, markup=False, emoji=False), overview)
    text = words(out.getvalue())
    assert all(cell_len(line) <= 80 for line in out.getvalue().splitlines())
    assert "documents 1,234" in text
    assert "claims 1,502 1,500 asserted, 2 planned" in text
    assert f"entities {sum(kinds.values()):,}" in text
    assert "1,000 kind of thing 0, 999 kind of thing 1" in text
    assert "relations 7 7 depends on" in text


CELLS = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True).flatmap(
        lambda columns: st.tuples(
            st.just(columns), st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), max_size=3)
        )
    )
)
def test_an_answer_as_json_reads_back_as_it_was(table: tuple[list[str], list[list[Any]]]) -> None:
    columns, rows = table
    assert json.loads(as_records(Answer("", columns, rows))) == [dict(zip(columns, row, strict=True)) for row in rows]


TEXT = st.text(st.characters(exclude_characters="\r\0"))
FORMULAS = st.tuples(st.sampled_from(["", " ", "\t", "\n"]), st.sampled_from("=+-@＝＋－＠"), TEXT).map("".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(TEXT | FORMULAS, min_size=2, max_size=2), max_size=4))
def test_an_answer_as_csv_reads_back_as_it_was_but_for_what_a_spreadsheet_would_run(rows: list[list[str]]) -> None:
    found = list(csv.reader(io.StringIO(as_csv(Answer("", ["who", "quote"], rows)), newline="")))
    assert found[0] == ["who", "quote"]
    for before, after in zip(rows, found[1:], strict=True):
        for text, cell in zip(before, after, strict=True):
            formula = text.strip()[:1] in tuple("=+-@＝＋－＠")
            assert cell == ("'" + text if formula else text)


def test_a_negative_number_is_a_number_in_csv() -> None:
    assert as_csv(Answer("", ["x", "y"], [[-1.5, "-1.5"]])).splitlines()[1] == "-1.5,'-1.5"


def test_csv_is_as_its_standard_has_it() -> None:
    assert as_csv(Answer("", ["who", "quote"], [['a "b"', "c,\nd"]])) == 'who,quote\r\n"a ""b""","c,\nd"\r\n'


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text() | st.just(HOSTILE), min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_markdown_table_says_what_the_answer_says_and_nothing_is_interpreted(rows: list[list[str]]) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = fromstring(parser.render(as_markdown(Answer(HOSTILE, ["who", "whom"], rows))))
    cells = [["".join(cell.itertext()) for cell in row.iter("td")] for row in page.iter("tr")][1:]
    kept = [i for i in (0, 1) if any(row[i] for row in rows)]
    assert cells == ([[words(safe(row[i])) for i in kept] for row in rows] if kept else [])
    assert {e.tag for e in page.iter()} <= {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}


def test_a_markdown_table_has_its_quotes_in_the_last_column() -> None:
    answer = Answer("Who?", ["who", "quote", "source", "date"], [["Japan", "a | b", "a-01", "2025-01-02"]])
    assert as_markdown(answer) == (
        "**Who?**\n\n| who | said |\n| --- | --- |\n| Japan | “a \\| b” (a-01, 2025-01-02) |\n"
    )


@settings(deadline=None, max_examples=60)
@given(st.text() | st.just(HOSTILE) | st.just('"><script>x</script><img src=x onerror=y>'))
def test_html_of_an_answer_holds_text_alone(text: str) -> None:
    found = as_html(Answer(text, ["who", "quote", "source", "date"], [[text or "a", text, text, text]]))
    page = fromstring(f"<div>{found}</div>")
    tags = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "q", "small"}
    assert {e.tag for e in page.iter()} <= tags
    assert {name for e in page.iter() for name in e.attrib} <= {"style", "colspan"}
    assert words(safe(text)) in words(page.text_content())
    assert not obeyed(found)


def test_html_shows_so_many_rows_and_tells_how_many_there_are_besides() -> None:
    found = as_html(Answer("Who?", ["who"], [[f"name{i}"] for i in range(5)]), most=3)
    assert "name2" in found
    assert "name3" not in found
    assert "and 2 more" in found


def test_json_escapes_what_a_terminal_would_obey() -> None:
    found = as_json([HOSTILE])
    assert not obeyed(found)
    assert json.loads(found) == [HOSTILE]


def test_a_missing_value_is_null_in_json_and_nothing_in_csv() -> None:
    answer = Answer("", ["who", "time"], [["Japan", None]])
    assert json.loads(as_records(answer)) == [{"who": "Japan", "time": None}]
    assert as_csv(answer).splitlines() == ["who,time", "Japan,"]


def test_an_evaluation_is_printed_with_the_numbers_of_its_record() -> None:
    relations = {"depends_on": Score(2, 3, 4), "holds_stake_in": Score(0, 0, 1)}
    found = Evaluation(Score(1, 3, 5), Score(2, 3, 5), Score(0, 0, 0), 0.5, relations, [], [])
    record = evaluation_record(found)
    assert record["calibration_error"] is None
    assert record["reliability"] == []
    assert record["lenient"] == {"precision": 0.667, "recall": 0.4, "f1": 0.5}
    assert record["strict"] == {"precision": 0.333, "recall": 0.2, "f1": 0.25}
    assert record["qualifiers"] == {"precision": 0, "recall": 0, "f1": 0}
    assert record["by_relation"]["depends_on"] == {"matched": 2, "predicted": 3, "gold": 4}
    assert json.loads(json.dumps(record)) == record
    text = words(evaluation_text(found))
    assert "gold 5 predicted 3" in text
    assert "strict P 0.333 R 0.200 F1 0.250" in text
    assert "lenient P 0.667 R 0.400 F1 0.500" in text
    assert "depends_on matched 2 predicted 3 gold 4" in text
    assert "holds_stake_in matched 0 predicted 0 gold 1" in text
    assert "calibration" not in text


def test_calibration_is_printed_and_by_confidence_if_asked_for() -> None:
    score = Score(1, 4, 4)
    found = Evaluation(score, score, score, 1, {}, [], [], (Bin(0.6, 0.7, 1, 0.65, 1.0), Bin(0.9, 1.0, 3, 0.95, 1 / 3)))
    record = evaluation_record(found)
    assert record["calibration_error"] == 0.55
    assert record["reliability"][1] == {"low": 0.9, "high": 1.0, "number": 3, "confidence": 0.95, "precision": 0.333}
    assert "expected calibration error 0.550" in evaluation_text(found)
    assert "confidence" not in evaluation_text(found)
    table = words(evaluation_text(found, reliability=True))
    assert "confidence 0.6 to 0.7 claims 1 mean 0.650 right 1.000" in table
    assert "confidence 0.9 to 1.0 claims 3 mean 0.950 right 0.333" in table
