from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.model import Document
from kg.read.layout import lay_out
from kg.read.text import read_text

Read = Callable[..., Document]
Quote = Callable[[Document, str], str]

BRIEF = """\
Workflow
稀土磁体新厂落户北欧,谁会受益?
Ore Market Daily·2025-03-04 06:40

Core Insights - Norland Metals will build a magnet plant in Kiruna, \
which lowers Europe's dependence on imports [1][3]. \
Group 1: Overview - The plant costs $120 million and opens by 2028 [2] \
- Norland buys its oxide from a mine in Greenland [4][5]. \
- Half of the output goes to makers of wind turbines - on land and at sea - in Denmark [2] \
Group 2: Challenges & Risks - Low-cost rivals hold about 85% of the market [3][6] \
- Sweden's permits take ten years on average [7].
"""


def _blocks(source: str) -> list[tuple[str, str]]:
    text, blocks, _ = lay_out(source, read_text(source))
    return [(b.kind, text[b.start : b.end]) for b in blocks]


def _body(source: str) -> list[str]:
    """Return the blocks that follow a title."""
    (kind, _), *rest = _blocks("Title: T\n\n" + source)
    assert kind == "title"
    return [text for _, text in rest]


# Header lines


def test_header_lines_say_what_the_article_is(document: Read) -> None:
    found = document(
        "Title: Tin from Peru\nPublisher: Ore Post\nDate: 12 November 2025\nLanguage: en\n"
        "Sources: Peru's mining ministry; Ore Post\nLicence: CC0-1.0\n\nPeru mines tin.\n"
    )
    assert (found.title, found.publisher, found.published, found.language, found.citation) == (
        "Tin from Peru",
        "Ore Post",
        "2025-11-12",
        "en",
        "Peru's mining ministry; Ore Post",
    )
    assert found.text == "Tin from Peru\n\nPeru mines tin."
    assert [b.kind for b in found.blocks] == ["title", "paragraph"]


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Headline: Tin", "title", "Tin"),
        ("title: Tin", "title", "Tin"),
        ("TITLE: Tin: a metal", "title", "Tin: a metal"),
        ("Title:\tTin", "title", "Tin"),
        ("Source: Ore Post", "publisher", "Ore Post"),
        ("Author: Ana Quispe", "publisher", "Ana Quispe"),
        ("By: Ana Quispe", "publisher", "Ana Quispe"),
        ("Published: 2025-11-12T08:00:00Z", "published", "2025-11-12"),
        ("Date: November 2025", "published", "2025-11"),
        ("Language: zh", "language", "zh"),
    ],
)
def test_header_keys(line: str, field: str, value: str, document: Read) -> None:
    found = document(f"{line}\n\nPeru mines tin.\n\nIt sells it to Chile.\n")
    assert getattr(found, field) == value
    assert line not in found.text


def test_the_publisher_is_named_before_the_author(document: Read) -> None:
    found = document("Title: T\nAuthor: Ana Quispe\nPublisher: Ore Post\n\nPeru mines tin.\n")
    assert found.publisher == "Ore Post"


def test_header_lines_may_come_in_any_order_and_with_others_among_them(document: Read) -> None:
    found = document("Date: 2025-11-12\nDesk: metals\nTitle: Tin\nPublisher: Ore Post\n\nPeru mines tin.\n")
    assert (found.title, found.publisher, found.published) == ("Tin", "Ore Post", "2025-11-12")
    assert found.text == "Tin\n\nPeru mines tin."


def test_a_title_without_a_key_may_follow_header_lines(document: Read) -> None:
    found = document("Publisher: Ore Post\n\nTin from Peru\n\nPeru mines tin.\n")
    assert found.title == "Tin from Peru"
    assert found.text == "Tin from Peru\n\nPeru mines tin."


@pytest.mark.parametrize(
    "lead", ["Peru: 71,000 t of tin.", "Note: all figures are estimates.", "12:30 Peru mines tin."]
)
def test_a_first_line_with_a_colon_is_not_a_header_for_that(lead: str) -> None:
    assert lead in [text for _, text in _blocks(f"{lead}\n\nPeru mines tin.\n")]


def test_header_lines_after_the_body_has_begun_are_text() -> None:
    assert _body("Peru mines tin.\n\nSource: the ministry.") == ["Peru mines tin.", "Source: the ministry."]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_headers_are_read_with_any_line_end_and_mark(newline: str, mark: str, document: Read, quote: Quote) -> None:
    source = mark + "Title: Tin\nDate: 2025-11-12\n\nPeru mines tin [1].\n".replace("\n", newline)
    found = document(source)
    assert (found.title, found.published, found.text) == ("Tin", "2025-11-12", "Tin\n\nPeru mines tin.")
    assert found.source == source
    assert quote(found, "Peru mines tin.") == "Peru mines tin [1]."


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("en", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("en-US", "en"),
    ],
)
def test_the_language_is_named_as_html_names_it(value: str, language: str, document: Read) -> None:
    assert document(f"Title: T\nLanguage: {value}\n\nPeru mines tin.\n").language == language
    html = f"<html lang='{value}'><body><p>Peru mines tin.</p></body></html>"
    assert document(html, "a.html").language == language


# Titles and bylines


@pytest.mark.parametrize(
    "title", ["Tin from Peru", "秘鲁的锡", "“Tin is back,” says Peru", "Tin (and zinc) in 2025", "T" * 250]
)
def test_a_first_line_that_stands_apart_is_the_title(title: str, document: Read) -> None:
    found = document(f"{title}\n\nPeru mines tin.\n")
    assert found.title == title
    assert found.text == f"{title}\n\nPeru mines tin."


@pytest.mark.parametrize(
    "source",
    [
        "Peru mines tin.\n",
        "Peru mines tin.",
        "- Peru mines tin.\n\nIt sells it to Chile.\n",
        "1. Peru mines tin.\n\nIt sells it to Chile.\n",
        "Peru mines tin.\nIt sells it to Chile.\n",
        "Peru mines tin, " * 20 + "it says.\n\nIt sells it to Chile.\n",
    ],
    ids=["only line", "no line end", "bullet", "number", "no gap", "too long"],
)
def test_other_first_lines_are_no_title(source: str, document: Read) -> None:
    found = document(source)
    assert found.title is None
    assert "title" not in {b.kind for b in found.blocks}
    assert "Peru mines tin" in found.text


@pytest.mark.parametrize(
    ("byline", "publisher", "published"),
    [
        ("Ore Market Daily·2025-11-12 13:59", "Ore Market Daily", "2025-11-12"),
        ("Ore Market Daily · 2025-11-12", "Ore Market Daily", "2025-11-12"),
        ("Ore Market Daily | 2025-11-12T13:59:01", "Ore Market Daily", "2025-11-12"),
        ("矿业日报•2025-11-12 06:05", "矿业日报", "2025-11-12"),
    ],
)
def test_a_byline_is_no_text(byline: str, publisher: str, published: str, document: Read) -> None:
    for gap in ("\n", "\n\n"):
        found = document(f"Tin from Peru{gap}{byline}\n\nPeru mines tin.\n")
        assert (found.title, found.publisher, found.published) == ("Tin from Peru", publisher, published)
        assert found.text == "Tin from Peru\n\nPeru mines tin."


@pytest.mark.parametrize(
    "line", ["By Ana Quispe", "By A. Quispe", "12 November 2025", "March 2025", "2025-11-12 13:59"]
)
def test_author_and_date_lines_under_the_title_are_no_text(line: str) -> None:
    assert _body(f"{line}\n\nPeru mines tin.\n") == ["Peru mines tin."]


def test_a_header_is_believed_before_the_byline(document: Read) -> None:
    found = document(
        "Title: T\nDate: 2025-01-02\nPublisher: Ore Post\n\nTin Daily·2025-11-12 13:59\n\nPeru mines tin.\n"
    )
    assert (found.publisher, found.published) == ("Ore Post", "2025-01-02")


@pytest.mark.parametrize(
    "sentence",
    [
        "By March Peru had sold all its tin.",
        "Peru sold tin to Chile in March 2025.",
        "Peru banned it on 2025-10-09.",
        "Output in 2023-24: 71,000 t.",
    ],
)
def test_a_short_first_sentence_with_a_date_is_text(sentence: str) -> None:
    assert _body(f"{sentence}\n\nChile buys tin.\n") == [sentence, "Chile buys tin."]


# Briefs: an export's label, a Chinese headline, a byline, and an outline in one line


def test_a_brief_is_read_as_headings_and_items(document: Read) -> None:
    found = document(BRIEF)
    assert (found.title, found.publisher, found.published) == (
        "稀土磁体新厂落户北欧,谁会受益?",
        "Ore Market Daily",
        "2025-03-04",
    )
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "稀土磁体新厂落户北欧,谁会受益?"),
        ("heading", "Core Insights"),
        (
            "item",
            "Norland Metals will build a magnet plant in Kiruna, which lowers Europe's dependence on imports.",
        ),
        ("heading", "Group 1: Overview"),
        ("item", "The plant costs $120 million and opens by 2028"),
        ("item", "Norland buys its oxide from a mine in Greenland."),
        ("item", "Half of the output goes to makers of wind turbines - on land and at sea - in Denmark"),
        ("heading", "Group 2: Challenges & Risks"),
        ("item", "Low-cost rivals hold about 85% of the market"),
        ("item", "Sweden's permits take ten years on average."),
    ]


def test_a_brief_in_english_under_a_chinese_headline_is_english(document: Read) -> None:
    assert document(BRIEF).language == "en"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_offsets_of_a_brief_point_into_the_file(newline: str, mark: str, document: Read, quote: Quote) -> None:
    found = document(mark + BRIEF.replace("\n", newline).replace("Kiruna", "Kiruna 𝕏").replace("$120 m", "$120\u00a0m"))
    assert quote(found, "Norland buys its oxide from a mine in Greenland.") == (
        "Norland buys its oxide from a mine in Greenland [4][5]."
    )
    assert quote(found, "The plant costs $120 million") == "The plant costs $120\u00a0million"
    assert quote(found, "Sweden's permits take ten years") == "Sweden's permits take ten years"
    on_disk = Path(found.location).read_bytes().decode("utf-8")
    read = [(i, c) for i, c in enumerate(found.text) if not c.isspace()]
    assert [on_disk[found.source_offset(i)] for i, _ in read] == [c for _, c in read]


def test_marks_and_labels_of_a_brief_are_no_text(document: Read) -> None:
    text = document(BRIEF).text
    assert "[" not in text
    assert "Workflow" not in text
    assert "Ore Market Daily" not in text


def test_a_brief_without_byline_is_read() -> None:
    source = "Workflow\n新厂落户北欧\n\nGroup 1: Overview - Norland mines tin [1][8] - It sells zinc [2]\n"
    assert _blocks(source) == [
        ("title", "新厂落户北欧"),
        ("heading", "Group 1: Overview"),
        ("item", "Norland mines tin"),
        ("item", "It sells zinc"),
    ]


@pytest.mark.parametrize(
    "heading",
    ["Core Insights", "Core Insight", "Core Viewpoint", "Core Viewpoints", "Group 12: A, B", "Industry Overview"],
)
def test_headings_that_start_an_outline(heading: str) -> None:
    assert _blocks(f"标题\n\n{heading} - Norland mines tin [1] - It sells zinc [2]\n") == [
        ("title", "标题"),
        ("heading", heading),
        ("item", "Norland mines tin"),
        ("item", "It sells zinc"),
    ]


def test_an_outline_may_go_over_several_lines() -> None:
    source = "标题\n\nCore Insights - Norland mines tin [1]\n\nGroup 1: Sales - It sells zinc [2]\nGroup 2: Ports - Narvik ships it [3]\n"
    assert _blocks(source)[1:] == [
        ("heading", "Core Insights"),
        ("item", "Norland mines tin"),
        ("heading", "Group 1: Sales"),
        ("item", "It sells zinc"),
        ("heading", "Group 2: Ports"),
        ("item", "Narvik ships it"),
    ]


@pytest.mark.parametrize(
    ("item", "texts"),
    [
        ("Norland mines low-cost tin-bearing ore [1]", ["Norland mines low-cost tin-bearing ore"]),
        ("Norland - a miner - sells tin [1]", ["Norland - a miner - sells tin"]),
        ("It sells tin in 2025-2030 [1]", ["It sells tin in 2025-2030"]),
        (
            "Norland, which has 40% [4] of the market, sells tin [1]",
            ["Norland, which has 40% of the market, sells tin"],
        ),
    ],
)
def test_an_item_of_an_outline_is_not_torn(item: str, texts: list[str]) -> None:
    found = _blocks(f"标题\n\nGroup 1: Overview - {item} - It sells zinc [2]\n")
    assert [text for kind, text in found if kind == "item"] == [*texts, "It sells zinc"]


def test_each_sentence_of_an_item_may_have_its_own_marks() -> None:
    found = _blocks("标题\n\nGroup 1: Overview - Norland mines tin [1]. Chile buys it [2]. - It sells zinc [3]\n")
    assert "heading" not in [kind for kind, text in found if "Chile" in text]


def test_items_without_marks_are_items() -> None:
    found = _blocks("标题\n\nGroup 1: Overview - Norland mines tin. - Chile buys it. - It sells zinc [3]\n")
    assert found[2:] == [("item", "Norland mines tin."), ("item", "Chile buys it."), ("item", "It sells zinc")]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Norland mines tin, it says - and zinc, too.",
        "Norland Metals - a Swedish miner with two pits and a port - said on Monday that it sells tin.",
        "The miner said - not for the first time - that it sells tin [1].",
        "Norland Metals - a Swedish miner with two pits - said on Monday that it sells tin [1].",
    ],
)
def test_a_paragraph_with_dashes_is_no_outline(paragraph: str) -> None:
    assert _body(paragraph) == [paragraph.replace(" [1]", "")]


# Paragraphs, headings and items


@pytest.mark.parametrize("bullet", ["-", "*", "•", "·", "▪", "‣", "–", "1.", "12.", "3)", "(4)", "a)", "(b)", "c."])
@pytest.mark.parametrize("space", [" ", "\t", "   "], ids=["space", "tab", "spaces"])
def test_bullets_are_no_text(bullet: str, space: str, document: Read, quote: Quote) -> None:
    found = document(f"Title: T\n\nPeru:\n\n  {bullet}{space}Tin is mined.\n  {bullet}{space}Zinc is sold.\n")
    items = [found.text[b.start : b.end] for b in found.blocks if b.kind == "item"]
    assert items == ["Tin is mined.", "Zinc is sold."]
    assert quote(found, "Tin is mined.") == "Tin is mined."


@pytest.mark.parametrize(
    "line",
    [
        "2.5% of all tin is sold to Chile, the ministry in Lima says.",
        "1,000 tonnes of tin were sold to Chile in 2024, Lima says.",
        "-5% was the change of the price of tin in 2024, Lima says.",
        "3M makes ceramics from bauxite, the ministry in Lima says.",
        "2024. That was the year in which Peru sold all of its tin.",
        "U.S. buyers took all of the tin of Peru, the ministry says.",
        "(It is the ministry in Lima that sells all of the tin.) So.",
        "*Tin* is mined in Peru, as the ministry in Lima says.",
    ],
)
def test_numbers_and_signs_that_are_no_bullets_stay(line: str) -> None:
    assert _body(line) == [line]


def test_lines_are_blocks_when_paragraphs_are_one_line_each() -> None:
    long = (
        "Peru mines tin in the south of the country, where the ore is rich, and sells it to makers of solder in Asia."
    )
    assert len(long) > 100
    source = f"{long} More.\n{long} And more.\nHeading\n{long} Still more.\n"
    assert _body(source) == [f"{long} More.", f"{long} And more.", "Heading", f"{long} Still more."]


def test_lines_broken_at_a_margin_are_one_paragraph(document: Read, quote: Quote) -> None:
    found = document(
        "Title: T\n\nPeru mines tin in the south of the\ncountry and sells it to makers of\nsolder.\n\nChile buys\n"
        "some.\n- One item that goes\n  over two lines.\n- Another one.\n"
    )
    assert [found.text[b.start : b.end] for b in found.blocks[1:]] == [
        "Peru mines tin in the south of the country and sells it to makers of solder.",
        "Chile buys some.",
        "One item that goes over two lines.",
        "Another one.",
    ]
    assert quote(found, "makers of solder.") == "makers of\nsolder."


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Sales and prices", "heading"),
        ("Who buys tin", "heading"),
        ("Peru mines tin.", "paragraph"),
        ("Who buys tin?", "paragraph"),
        ("“We buy tin.”", "paragraph"),
        ("Peru mines tin in the south of the country and sells most of it to makers of solder", "paragraph"),
        ("Peru mines tin. [1]", "paragraph"),
        ("(Peru mines tin.)", "paragraph"),
        ("秘鲁开采锡矿。", "paragraph"),
    ],
)
def test_a_heading_is_short_and_no_sentence(line: str, kind: str) -> None:
    assert [k for k, _ in _blocks(f"Title: T\n\n{line}\n\nChile buys some.\n")][1:] == [kind, "paragraph"]


@pytest.mark.parametrize(
    ("dateline", "published"),
    [
        ("LIMA - ", None),
        ("LAS VEGAS – ", None),
        ("LIMA, Peru — ", None),
        ("LIMA (Ore Wire) -- ", None),
        ("LIMA, Nov 12 (Ore Wire) - ", None),
        ("LIMA, Peru, Nov. 12, 2025 /Ore Wire/ -- ", "2025-11-12"),
        ("LIMA, November 12, 2025 - ", "2025-11-12"),
        ("LIMA, 12 November - ", None),
        ("LIMA, 12 November 2025 – ", "2025-11-12"),
        ("Lima, Peru, 12 November 2025 – ", "2025-11-12"),
        ("Lima, Nov. 12, 2025 (Ore Wire) - ", "2025-11-12"),
        ("(Ore Wire) - ", None),
    ],
)
def test_a_dateline_is_no_text(dateline: str, published: str | None, document: Read) -> None:
    found = document(f"Title: T\n\n{dateline}Peru mines tin.\n")
    assert found.text == "T\n\nPeru mines tin."
    assert found.published == published


@pytest.mark.parametrize(
    "sentence",
    [
        "Tin - a soft metal - is mined in Peru.",
        "COVID-19 cut the output of tin in Peru.",
        "LKAB - the Swedish miner - owns the pit at Kiruna.",
        "MP - the miner - owns the pit, Lima says.",
        "SQM - which mines lithium - sells it to Korea.",
        "Tin Works - The Peruvian miner - sells to Korea.",
        "Production rose on 12 November - Lima had asked for it.",
    ],
)
def test_a_subject_before_a_dash_is_no_dateline(sentence: str) -> None:
    assert _body(sentence) == [sentence]


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_characters_that_end_a_line_lose_no_word(separator: str) -> None:
    texts = _body(f"Peru mines tin.{separator}{separator}Chile buys it.")
    assert " ".join(texts) == "Peru mines tin. Chile buys it."


def test_a_text_of_one_thing_over_and_over_is_read_in_time() -> None:
    for piece in [
        "Peru mines tin. ",
        "Peru\n",
        "- tin\n\n",
        "A - b [1] ",
        "(",
        "Title: T\n",
        "2025-01-02\n\n",
        "A, ",
        " ",
    ]:
        source = "Title: T\n\n" + piece * (100_000 // len(piece)) + "x"
        start = time.process_time()
        lay_out(source, read_text(source))
        assert time.process_time() - start < 2, piece
