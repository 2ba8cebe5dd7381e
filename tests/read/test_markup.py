from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from kg.errors import ReadError
from kg.model import Document
from kg.read.layout import lay_out
from kg.read.markdown import read_markdown
from kg.read.markup import read_html

Read = Callable[..., Document]
Quote = Callable[[Document, str], str]


def _markdown(source: str) -> list[tuple[str, str]]:
    text, blocks, _ = lay_out(source, read_markdown(source))
    return [(b.kind, text[b.start : b.end]) for b in blocks]


def _html(body: str, head: str = "<title>Tin</title>") -> list[tuple[str, str]]:
    """Return the blocks after the title of a page with `body` in it."""
    source = f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>{body}</body></html>\n"
    text, blocks, _ = lay_out(source, read_html(source))
    return [(b.kind, text[b.start : b.end]) for b in blocks if b.kind != "title"]


# Markdown


def test_markdown_is_read_without_its_marks(document: Read) -> None:
    found = document(
        "# Tin from Peru\n\nPeru *mines* **tin** and ***zinc***, says [the ministry](https://peru.example/tin 'Lima'), in `San Rafael`.\n\n"
        "## Buyers\n\n- Chile buys tin.\n- Japan buys zinc [1].\n\nThat is all.\n",
        "a.md",
    )
    assert found.title == "Tin from Peru"
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "Tin from Peru"),
        ("paragraph", "Peru mines tin and zinc, says the ministry, in San Rafael."),
        ("heading", "Buyers"),
        ("item", "Chile buys tin."),
        ("item", "Japan buys zinc."),
        ("paragraph", "That is all."),
    ]


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("* one\n* two\n", [("item", "one"), ("item", "two")]),
        ("+ one\n+ two\n", [("item", "one"), ("item", "two")]),
        ("1. one\n2. two\n", [("item", "one"), ("item", "two")]),
        ("1) one\n2) two\n", [("item", "one"), ("item", "two")]),
        ("- one\n\n- two\n", [("item", "one"), ("item", "two")]),
        ("- one\n  - two\n    - three\n", [("item", "one"), ("item", "two"), ("item", "three")]),
        ("- one\n\n  more\n", [("item", "one"), ("item", "more")]),
        ("- one\n\nthen text\n", [("item", "one"), ("paragraph", "then text")]),
    ],
)
def test_lists_are_items(source: str, blocks: list[tuple[str, str]]) -> None:
    assert _markdown(source) == blocks


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("See <https://ore.example/a> now.", ["See https://ore.example/a now."]),
        ("See [Ore][1] now.\n\n[1]: https://ore.example/a 'Ore'\n", ["See Ore now."]),
        ("Peru ![a pit](pit.png 'Pit') mines tin.", ["Peru mines tin."]),
        ("Peru <b>mines</b> tin<!-- or not -->.", ["Peru mines tin."]),
        ("<div>\nnot text\n</div>\n\nPeru mines tin.", ["Peru mines tin."]),
        ("<!-- not text -->\n\nPeru mines tin.", ["Peru mines tin."]),
        ("<script>\nvar tin = 'Peru mines tin';\n</script>\n\nPeru mines tin.", ["Peru mines tin."]),
        ("```python\nnot_text()\n```\n\nPeru mines tin.", ["Peru mines tin."]),
        ("~~~\nnot text\n~~~\n\nPeru mines tin.", ["Peru mines tin."]),
        ("    not text\n\nPeru mines tin.", ["Peru mines tin."]),
        ("Peru mines tin.\n\n* * *\n\nChile buys it.\n", ["Peru mines tin.", "Chile buys it."]),
        ("> Peru mines tin.\n>\n> - Chile buys it.\n", ["Peru mines tin.", "Chile buys it."]),
        ('Peru\'s mine_of_tin * 2 has "5% tin" (c) -- so...', ['Peru\'s mine_of_tin * 2 has "5% tin" (c) -- so...']),
        ("Tin costs $5 [so they say] & more < zinc.", ["Tin costs $5 [so they say] & more < zinc."]),
    ],
)
def test_what_is_text_in_markdown(source: str, texts: list[str]) -> None:
    assert [text for _, text in _markdown(source)] == texts


def test_cells_of_a_table_are_blocks_of_their_own() -> None:
    source = (
        "Peru mines tin.\n\n| Country | Tin |\n|:---|---:|\n| Peru | **26,000** t |\n| Chile | 0 t |\n\nThat is all.\n"
    )
    assert _markdown(source) == [
        ("paragraph", "Peru mines tin."),
        *[("item", cell) for cell in ["Country", "Tin", "Peru", "26,000 t", "Chile", "0 t"]],
        ("paragraph", "That is all."),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "|Tin|Peru|",
        "| Tin | 12 |",
        "|Tin|Tin|",
        "| 12 | 2 |",
        "| Perugia | Peru |",
        "| Peru \\| Chile | Chile |",
    ],
)
def test_each_cell_is_found_in_its_own_place(row: str, document: Read) -> None:
    found = document(f"|Name|Of|\n|-|-|\n|Tin|Peru|\n{row}\n", "a.md")
    at = found.source.rindex(row)
    first, second = (found.source_span(b.start, b.end) for b in found.blocks[-2:])
    middle = at + row.rindex("|", 0, -1)
    assert at < first[0] < first[1] <= middle < second[0] < second[1] < at + len(row)


@pytest.mark.parametrize("heading", ["# Tin #", "Tin\n===", "## Tin", "#\tTin"])
def test_the_first_heading_is_the_title(heading: str, document: Read) -> None:
    found = document(f"{heading}\n\nPeru mines it.\n", "a.md")
    assert found.title == "Tin"
    assert found.text == "Tin\n\nPeru mines it."
    assert found.blocks[0].kind == "title"


def test_header_lines_may_stand_before_markdown(document: Read) -> None:
    found = document(
        "Title: Tin\nPublisher: Ore Post\nDate: 2025-11-12\n\n## Who\n\nPeru *mines* it.\n\n- Chile\n", "a.md"
    )
    assert (found.title, found.publisher, found.published) == ("Tin", "Ore Post", "2025-11-12")
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "Tin"),
        ("heading", "Who"),
        ("paragraph", "Peru mines it."),
        ("item", "Chile"),
    ]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("Title: Tin\n# Who\nPeru mines it.\n", ["Tin", "Who", "Peru mines it."]),
        ("Date: 2025-11-12\n\nPeru mines tin.\n\nChile buys it.\n", ["Peru mines tin.", "Chile buys it."]),
        ("Author: Ana Quispe\nTitle: Tin\n\nPeru mines it.\n", ["Tin", "Peru mines it."]),
        ("---\ntitle: Tin\ndate: 2025-11-12\n---\n\nPeru mines it.\n", ["Tin", "Peru mines it."]),
    ],
)
def test_headers_of_markdown_are_no_text(source: str, texts: list[str]) -> None:
    assert [text for _, text in _markdown(source)] == texts


@pytest.mark.parametrize(
    "title",
    [
        "Tin",
        "Tin & zinc (2025)",
        "*Tin* from [Peru](https://peru.example)",
        "Tin from Peru [1][2]",
    ],
)
def test_the_title_reads_as_its_block_does(title: str, document: Read) -> None:
    found = document(f"# {title}\n\nPeru mines it.\n", "a.md")
    assert found.title == found.text[: found.blocks[0].end]


_HEAD = "Title: Zinc\nDate: 2025-11-12\n\n"


@pytest.mark.parametrize(
    ("newline", "head"),
    [
        ("\n", ""),
        ("\r\n", ""),
        ("\r", ""),
        ("\n", _HEAD),
        ("\r\n", _HEAD),
        ("\r", _HEAD),
    ],
)
def test_markdown_with_any_line_end(newline: str, head: str, document: Read, quote: Quote) -> None:
    source = (head + "# Tin 𝕏\n\nPeru\u00a0*mines* tin [1].\n\n- Chile **buys** it.\n").replace("\n", newline)
    found = document(source, "a.md")
    assert found.source == source
    assert [found.text[b.start : b.end] for b in found.blocks][-3:] == ["Tin 𝕏", "Peru mines tin.", "Chile buys it."]
    assert len(found.blocks) == (4 if head else 3)
    assert quote(found, "Peru mines tin.") == "Peru\u00a0*mines* tin [1]."
    assert quote(found, "Chile buys it.") == "Chile **buys** it."


@pytest.mark.parametrize(
    "source",
    [
        "Tin is mined in the south\nof Peru.",
        "Tin is mined in the south\r\nof Peru.",
        "Tin is mined in the south  \nof Peru.",
        "Tin is mined in the south\\\nof Peru.",
        "Tin is *mined in the south\nof* Peru.",
        "Tin is mined in the\n[south](https://peru.example)\nof Peru.",
        "- Tin is mined in the south\n  of Peru.",
        "> Tin is mined in the south\n> of Peru.",
        "> Tin is mined in `the south\n> of` Peru.",
        "Tin is mined in the south<br>of Peru.",
    ],
    ids=["lf", "crlf", "two spaces", "backslash", "emphasis", "link", "item", "quotation", "code", "element"],
)
def test_a_line_break_parts_words(source: str) -> None:
    assert [text for _, text in _markdown(source)] == ["Tin is mined in the south of Peru."]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Peru mines tin \\& sells it to Chile.", "Peru mines tin & sells it to Chile."),
        ("Peru mines 3 \\* 4 tonnes of tin.", "Peru mines 3 * 4 tonnes of tin."),
        ("Peru mines tin &amp; sells it to Chile.", "Peru mines tin & sells it to Chile."),
        ("Peru mines tin &mdash; and sells it to Chile.", "Peru mines tin — and sells it to Chile."),
        ("Peru&rsquo;s mines have tin.", "Peru’s mines have tin."),
        ("Peru mines 5&nbsp;tonnes of tin.", "Peru mines 5 tonnes of tin."),
        ("Peru mines tin\\_ore.", "Peru mines tin_ore."),
        ("Peru mines a_b * 3 **tonnes of tin.", "Peru mines a_b * 3 **tonnes of tin."),
    ],
)
def test_escapes_and_references_are_read_and_quoted(source: str, text: str, document: Read, quote: Quote) -> None:
    found = document(f"{source}\n\nChile buys it.\n", "a.md")
    assert [found.text[b.start : b.end] for b in found.blocks] == [text, "Chile buys it."]
    assert quote(found, text) == source


@pytest.mark.parametrize(
    "sentence",
    [
        "Chile buys tin from [Peru](https://peru.example).",
        "Who buys tin from [Peru](https://peru.example/?q=tin)?",
        "Chile buys tin from [Peru](https://peru.example/tin.html 'Lima, Peru'), it says.",
        "Tin of [Peru](https://peru.example/a.html)'s mines goes to Chile.",
        "Now [Chile](https://chile.example) buys tin from [Peru](https://peru.example) and Brazil.",
    ],
)
def test_a_link_is_quoted_whole(sentence: str, document: Read, quote: Quote) -> None:
    found = document(f"{sentence}\n\nJapan buys zinc.\n", "a.md")
    assert quote(found, found.text[: found.blocks[0].end]) == sentence


def test_a_byte_order_mark_before_markdown_is_no_text(document: Read) -> None:
    found = document("\ufeff# Tin\n\nPeru mines it.\n", "a.md")
    assert (found.title, found.text) == ("Tin", "Tin\n\nPeru mines it.")


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "*a ",
        "**a _b ",
        "`",
        "- ",
        "<",
        "[a](b",
        "[a]: b\n",
        "|a|b|\n|-|-|\n",
        "# a\n",
        "a\n",
        "\\",
        "&",
        "\t",
        "~~~\n",
        "<!--",
    ],
)
def test_hostile_markdown_is_read_in_time(piece: str) -> None:
    start = time.process_time()
    _markdown(piece * (10_000 // len(piece)) + "\n\nPeru mines tin.\n")
    assert time.process_time() - start < 2


# HTML


def test_html_is_read_as_its_article(document: Read) -> None:
    found = document(
        "<!DOCTYPE html>\n<html lang='en-GB'>\n<head><title>Tin from Peru</title>\n"
        "<meta name='date' content='2025-11-12T08:00:00+01:00'><meta property='og:site_name' content='Ore &amp; Post'>\n"
        "<style>p { color: red }</style><script>var tin = '<p>Not text.</p>';</script></head>\n"
        "<body><nav><ul><li><a href='/'>Home</a></li><li>Metals</li></ul></nav>\n"
        "<article><h2>Who mines it</h2>\n<p>Peru <b>mines <i>tin</i></b> in the <a href='/pit'>San Rafael</a> pit.</p>\n"
        "<ul><li>Chile buys tin [1].</li><li>Japan buys zinc.</li></ul></article>\n"
        "<aside><p>Subscribe to our letter.</p></aside><footer><p>All rights reserved.</p></footer></body></html>\n",
        "a.html",
    )
    assert (found.title, found.publisher, found.published, found.language) == (
        "Tin from Peru",
        "Ore & Post",
        "2025-11-12",
        "en",
    )
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        ("title", "Tin from Peru"),
        ("heading", "Who mines it"),
        ("paragraph", "Peru mines tin in the San Rafael pit."),
        ("item", "Chile buys tin."),
        ("item", "Japan buys zinc."),
    ]


@pytest.mark.parametrize(
    ("meta", "field", "value"),
    [
        ("<meta property='article:published_time' content='2025-11-12T08:00:00Z'>", "published", "2025-11-12"),
        ("<meta name='DC.date' content='12 Nov 2025'/>", "published", "2025-11-12"),
        ("<META NAME=pubdate CONTENT=2025-11>", "published", "2025-11"),
        ("<meta name='author' content='Ana Quispe'>", "publisher", "Ana Quispe"),
        ("<meta name='author' content='Ana'><meta name='publisher' content='Ore Post'>", "publisher", "Ore Post"),
        ("<meta property='og:title' content='Tin &amp; zinc'>", "title", "Tin & zinc"),
        ("<meta name='language' content='zh'>", "language", "zh"),
        ("<meta name='viewport' content='width=1'>", "publisher", None),
        ("<meta name='date' content=''><meta name='date'>", "published", None),
    ],
)
def test_meta_elements(meta: str, field: str, value: str | None, document: Read) -> None:
    found = document(f"<html><head>{meta}</head><body><p>Peru mines tin.</p></body></html>", "a.html")
    assert getattr(found, field) == value
    assert found.text == "Peru mines tin."


@pytest.mark.parametrize(
    "boilerplate",
    [
        "<nav><p>Not text at all.</p></nav>",
        "<footer><div><p>Not text at all.</p></div></footer>",
        "<aside>Not text at all.</aside>",
        "<form><p>Not text at all.</p><input value='Not text'></form>",
        "<script>document.write('<p>Not text at all.</p>')</script>",
        '<script type=\'application/ld+json\'>{"a": "Not text at all."}</script>',
        "<style>p::after { content: 'Not text at all.' }</style>",
        "<noscript><p>Not text at all.</p></noscript>",
        "<svg><text>Not text at all.</text></svg>",
        "<button>Not text at all.</button>",
        "<select><option>Not text at all.</option></select>",
        "<template><p>Not text at all.</p></template>",
        "<!-- <p>Not text at all.</p> -->",
        "<!-- > <p>Not text at all.</p> --->",
        "<nav><nav><p>Not text.</p></nav><p>Not text at all.</p></nav>",
        "<img alt='Not text at all.' src='a.png'>",
        "<p title='Not text at all.'></p>",
        "<?php echo 'Not text at all.' ?>",
    ],
)
def test_boilerplate_is_no_text(boilerplate: str) -> None:
    sentences = [("paragraph", "Peru mines tin in the San Rafael pit."), ("paragraph", "Chile buys it all.")]
    body = boilerplate.join(f"\n<p>{text}</p>\n" for _, text in sentences)
    assert _html(body) == sentences


@pytest.mark.parametrize("attribute", ["class='comments'", "id='comments'", "class='cookie-banner'", "id='footer'"])
def test_what_surrounds_an_article_is_told_by_its_names_too(attribute: str) -> None:
    article = "<article><p>Peru mines tin in the San Rafael pit, and sells most of it.</p></article>"
    assert _html(f"{article}<div {attribute}><p>Not text at all.</p></div>") == [
        ("paragraph", "Peru mines tin in the San Rafael pit, and sells most of it.")
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "<!-- no -->",
        "<script>no()</script>",
        "<style>no{}</style>",
        "<img alt='no'>",
        "<svg><text>no</text></svg>",
        "<wbr>",
    ],
)
def test_what_is_no_text_inside_a_sentence_leaves_it_whole(inside: str) -> None:
    assert _html(f"<p>Peru mines {inside}tin in the south.</p>") == [("paragraph", "Peru mines tin in the south.")]


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<p>Peru mines.<p>Chile buys.", [("paragraph", "Peru mines."), ("paragraph", "Chile buys.")]),
        ("<P>Peru mines.</P>", [("paragraph", "Peru mines.")]),
        ("<ul><li>Peru mines.<li>Chile buys.</ul>", [("item", "Peru mines."), ("item", "Chile buys.")]),
        ("<ol>\n<li><p>Peru mines.</p></li>\n</ol>", [("paragraph", "Peru mines.")]),
        ("<div><div>Peru mines.</div>Chile buys.</div>", [("paragraph", "Peru mines."), ("paragraph", "Chile buys.")]),
        ("<h1>Tin</h1><h3>Who</h3><p>Peru.</p>", [("heading", "Tin"), ("heading", "Who"), ("paragraph", "Peru.")]),
        ("<blockquote>Peru mines.</blockquote>", [("paragraph", "Peru mines.")]),
        ("<p>Peru\n   mines\t tin.</p>", [("paragraph", "Peru mines tin.")]),
        ("Peru mines tin.", [("paragraph", "Peru mines tin.")]),
        ("<table><tr><th>Peru</th><td>5 t</td></tr></table>", [("item", "Peru"), ("item", "5 t")]),
        (
            "<p>Peru mines.</p></div></nav></p>\n<p>Chile buys.</p>",
            [("paragraph", "Peru mines."), ("paragraph", "Chile buys.")],
        ),
    ],
)
def test_blocks_of_html(body: str, blocks: list[tuple[str, str]]) -> None:
    assert _html(body) == blocks


def test_a_line_break_element_parts_words() -> None:
    assert " ".join(text for _, text in _html("<p>Peru mines tin<br>in the south<br/>and sells it.</p>")) == (
        "Peru mines tin in the south and sells it."
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_offsets_of_html_point_into_the_file(newline: str, mark: str, document: Read, quote: Quote) -> None:
    source = mark + (
        "<html>\n<head>\n<title>Tin 𝕏</title>\n</head>\n<body>\n<p>In\u00a0𝟙 pit <b>Peru</b>\nmines tin [1].</p>\n\n"
        "<!-- a\ncomment -->\n<p>Chile &amp; Japan <i>buy</i> it.</p>\n</body></html>\n"
    ).replace("\n", newline)
    found = document(source, "a.html")
    assert found.source == source
    assert found.text == "Tin 𝕏\n\nIn 𝟙 pit Peru mines tin.\n\nChile & Japan buy it."
    assert quote(found, "In 𝟙 pit Peru mines tin.") == f"In\u00a0𝟙 pit <b>Peru</b>{newline}mines tin [1]."
    assert quote(found, "Chile & Japan buy") == "Chile &amp; Japan <i>buy"


@pytest.mark.parametrize("stray", ["Peru\rmines", "Peru mines\r\r\n"])
def test_a_stray_carriage_return_shifts_nothing(stray: str) -> None:
    assert _html(f"\n<p>{stray} tin.</p>\n<p>Chile buys it.</p>\n<p>Japan, too.</p>\n") == [
        ("paragraph", "Peru mines tin."),
        ("paragraph", "Chile buys it."),
        ("paragraph", "Japan, too."),
    ]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("Peru mines <b>tin</b> ore in the south.", "Peru mines tin ore in the south."),
        ("Peru's <em>San Rafael</em> pit has tin.", "Peru's San Rafael pit has tin."),
        (
            "Peru mines tin, as <a href='/a'>Lima</a> and <a href='/b'>Cusco</a> say.",
            "Peru mines tin, as Lima and Cusco say.",
        ),
        ("<strong>Minsur</strong>, the miner, has tin.", "Minsur, the miner, has tin."),
        ("The <a href='/a'>miner</a>'s tin goes to Chile.", "The miner's tin goes to Chile."),
        ("The pit is in <em>Peru</em>.", "The pit is in Peru."),
        ("The pit (<a href='/a'>San Rafael</a>) has tin.", "The pit (San Rafael) has tin."),
        ("“<i>Tin</i>” comes from Peru.", "“Tin” comes from Peru."),
        ("<span>Peru</span><span> mines tin</span>.", "Peru mines tin."),
        ("Mag<b>net</b>s need tin.", "Magnets need tin."),
        ("Peru emits CO<sub>2</sub> for its tin.", "Peru emits CO2 for its tin."),
    ],
)
def test_inline_elements_cost_no_paragraph(paragraph: str, text: str) -> None:
    assert _html(f"<p>{paragraph}</p>\n<p>Chile buys tin and zinc in large amounts from Peru.</p>") == [
        ("paragraph", text),
        ("paragraph", "Chile buys tin and zinc in large amounts from Peru."),
    ]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("Peru &amp; Chile mine tin.", "Peru & Chile mine tin."),
        ("Peru & Chile mine tin.", "Peru & Chile mine tin."),
        ("R&amp;D in Peru is about tin.", "R&D in Peru is about tin."),
        ("5 < 6 tonnes of tin go to Chile.", "5 < 6 tonnes of tin go to Chile."),
        ("Tin &mdash; from Peru &mdash; goes to Chile.", "Tin — from Peru — goes to Chile."),
        ("Peru sells 5&nbsp;million tonnes.", "Peru sells 5 million tonnes."),
        ("Peru sells 5&#160;million tonnes.", "Peru sells 5 million tonnes."),
        ("Peru sells 5&nbsp;%.", "Peru sells 5 %."),
        ("&quot;Tin&quot; goes to Chile.", '"Tin" goes to Chile.'),
        ("Tin is &lt; zinc.", "Tin is < zinc."),
        ("R&D in Peru is about tin.", "R&D in Peru is about tin."),
        ("AT&T buys tin.", "AT&T buys tin."),
    ],
)
def test_character_references_are_read(paragraph: str, text: str) -> None:
    assert _html(f"<p>{paragraph}</p>\n<p>Chile buys tin and zinc in large amounts from Peru.</p>")[0][1] == text


@pytest.mark.parametrize("space", ["&nbsp;", "&#160;", "&#xa0;", "&ensp;", "&thinsp;"])
def test_a_reference_to_a_space_parts_words(space: str) -> None:
    lead = "Peru mines tin in the south of the country, where the ore of the San Rafael pit is rich, and sells"
    assert _html(f"<p>{lead} $5{space}million of it.</p>") == [("paragraph", f"{lead} $5 million of it.")]


@pytest.mark.parametrize("name", ["Goi&aacute;s", "Goi&#225;s", "Goi&#xE1;s"])
def test_a_reference_inside_a_word_is_read_and_quoted(name: str, document: Read, quote: Quote) -> None:
    source = f"<html><body><p>Rare earths come from {name} state.</p><p>Brazil sells them.</p></body></html>"
    found = document(source, "a.html")
    assert "Goiás state" in found.text
    assert quote(found, "Goiás") == name
    assert quote(found, "from Goiás state") == f"from {name} state"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Tin</title>", "Tin"),
        ("<title>\n  Tin from\n Peru </title>", "Tin from Peru"),
        ("<title>Tin &amp; zinc</title>", "Tin & zinc"),
        ("<title>Peru&#8217;s tin</title>", "Peru’s tin"),
    ],
)
def test_the_title_of_html(head: str, title: str, document: Read) -> None:
    found = document(f"<html><head>{head}</head><body><p>Peru mines it.</p></body></html>", "a.html")
    assert found.title is not None
    assert " ".join(found.title.split()) == title


def test_the_title_of_a_drawing_is_not_the_title_of_the_page(document: Read) -> None:
    found = document(
        "<html><head><title>Tin</title></head><body><p>Peru mines it.</p>"
        "<svg><title>Share</title></svg><p>Chile buys it.</p></body></html>",
        "a.html",
    )
    assert (found.title, found.text) == ("Tin", "Tin\n\nPeru mines it.\n\nChile buys it.")


@pytest.mark.parametrize(
    "source",
    [
        "<title>Tin</title><p>Peru mines it.",
        "<p>Peru mines it.</p>",
        "Peru mines it.",
        "<body><p>Peru mines it.</body>",
        "<html><body><p>Peru mines it.</p></body></html></html></body>",
        "<html><head><title>Tin</title><body><p>Peru mines it.</p></body></html>",
        "<head><meta charset=utf-8><title>Tin</title><p>Peru mines it.</p>",
        "<html><body><form id='aspnet'><p>Peru mines it.</p></form></body></html>",
    ],
)
def test_html_with_tags_left_out_is_read(source: str, document: Read) -> None:
    assert document(source, "a.html").text.endswith("Peru mines it.")


@pytest.mark.parametrize(
    "piece",
    [
        "<p>a ", "<div>", "<b>", "<", "<!--", "<a ", "<a b='", "</", "<![CDATA[", "&", "&amp;", "&#", "&#xFFFFFFF;", "<!",
        "<?", "<title>", "<p", "<table><tr><td>x", "<br>", "<li><ul>", "\n", "<p>a</p>\n", "<meta name=date content=>",
        "\x0c", "<html lang=''>", "]]>",
    ],
)  # fmt: skip
def test_hostile_html_is_read_in_time(
    piece: str, document: Read, assert_text_is_in_source: Callable[[Document], None]
) -> None:
    start = time.process_time()
    found = document("<html><body>" + piece * (6000 // len(piece)) + "\n<p>Peru mines tin.</p>\n", "a.html")
    assert_text_is_in_source(found)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("piece", ["<svg><p>", "<nav>", "<aside><div>", "<footer>"])
def test_what_is_never_closed_hides_nothing(piece: str, document: Read) -> None:
    assert document(piece * 500 + "<p>Peru mines tin.</p>\n", "a.html").text == "Peru mines tin."
    beside = document("<p>Chile mines lithium.</p>" + piece + "<p>Peru mines tin.</p>\n", "a.html")
    assert beside.text == "Chile mines lithium.\n\nPeru mines tin."


@pytest.mark.parametrize("piece", ["<script>", "<style>p {", "<p>Chile mines lithium.</p><script>var a;"])
def test_a_page_that_ends_inside_a_script_is_refused(piece: str, document: Read) -> None:
    with pytest.raises(ReadError, match="cut off"):
        document(piece + "<p>Peru mines tin.</p>\n", "a.html")


@pytest.mark.parametrize("depth", [10, 200, 250, 300, 5000])
@pytest.mark.parametrize("element", ["div", "blockquote", "span", "b"])
def test_text_is_read_however_deep_it_stands(depth: int, element: str, document: Read) -> None:
    page = (
        "<nav>Home</nav><p>Chile mines lithium.</p>{}<p>Peru mines tin in the Andes.</p>{}<p>Japan buys all of it.</p>"
    )
    found = document(page.format(f"<{element}>" * depth, f"</{element}>" * depth), "a.html")
    for said in ("Chile mines lithium.", "Peru mines tin in the Andes.", "Japan buys all of it."):
        assert said in found.text


@pytest.mark.parametrize("depth", [5, 25, 90])
def test_quotes_in_quotes_are_read_or_refused(depth: int, document: Read) -> None:
    assert "Peru mines tin." in document("Chile.\n\n" + "> " * depth + "Peru mines tin.\n", "a.md").text


def test_quotes_in_more_quotes_than_can_be_followed_are_refused(document: Read) -> None:
    with pytest.raises(ReadError, match="nested deeper"):
        document("> " * 3000 + "Peru mines tin.\n", "a.md")


@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "<!", "<?", "</", "<a b='", "&#", "<!-- -", "<![if "])
def test_marks_that_never_end_are_looked_at_once(piece: str, document: Read) -> None:
    start = time.process_time()
    found = document("<p>Peru mines tin.</p>" + piece * (400_000 // len(piece)), "a.html")
    assert time.process_time() - start < 4
    assert found.text.startswith("Peru mines tin.")


def test_the_page_tells_where_and_when_it_was_published(document: Read) -> None:
    told = {
        "@graph": [
            {"@type": "Person", "name": "Ann"},
            {"@type": ["NewsArticle"], "datePublished": "2025-03-04T06:00:00Z", "publisher": {"name": "Ore Post"}},
        ]
    }
    found = document(
        "<html lang=en><head><link rel=canonical href='https://ore.example/tin'><meta property=og:url content='https://m.example'>"
        f"<script type='application/ld+json'>{json.dumps(told)}</script></head><p>Peru mines tin.</p>",
        "a.html",
    )
    assert (found.publisher, found.published, found.citation) == ("Ore Post", "2025-03-04", "https://ore.example/tin")
    assert found.text == "Peru mines tin."


@pytest.mark.parametrize("told", ["{", "[" * 100_000, "null", '"a"', '{"@type": "Article", "publisher": []}'])
def test_what_a_page_tells_machines_may_be_broken(told: str, document: Read) -> None:
    page = f"<script type='application/ld+json'>{told}</script><p>Peru mines tin.</p>"
    assert document(page, "a.html").text == "Peru mines tin."


@pytest.mark.parametrize("section", ["<![tin](tin.png)>", "<![if IE]>"])
def test_a_marked_section_that_html_does_not_know_is_a_comment(section: str) -> None:
    assert _html(f"<p>Peru mines tin.</p>{section}<p>Chile buys it.</p>") == [
        ("paragraph", "Peru mines tin."),
        ("paragraph", "Chile buys it."),
    ]
