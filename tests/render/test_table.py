"""Tables of what is shown: what they hold, how they sort, and that a row selects what it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exploring import ACME, CHINA, JAPAN, LYNAS, PLAIN, Opened, end, said

from kg.config import DEFAULT_BASE as BASE
from kg.query.claims import End, StoredClaim

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

OpenGraph = Callable[..., Opened]


def show_table(page: Opened, name: str) -> None:
    page.page.click("#views button:has-text('Table')")
    page.page.click(f"#table .tabs button:has-text('{name}')")


def column(page: Opened, title: str) -> list[str]:
    place = page.page.locator("#table th").all_inner_texts().index(title) + 1
    return page.page.locator(f"#table tbody tr:not(.space) td:nth-child({place})").all_inner_texts()


def sort_by(page: Opened, title: str) -> str | None:
    head = page.page.locator("#table th", has_text=title).first
    head.locator("button").click()
    return page.page.locator("#table th", has_text=title).first.get_attribute("aria-sort")


def test_the_three_tables_hold_what_is_shown(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    show_table(page, "Things")
    assert sorted(column(page, "Name")) == ["China", "Japan", "Lynas", "acme"], "what is denied only is not shown"
    show_table(page, "Relations")
    facts = list(zip(column(page, "From"), column(page, "Relation"), column(page, "To"), strict=True))
    assert sorted(facts) == [
        ("China", "agrees with", "Japan"),
        ("Japan", "depends on", "China"),
        ("Lynas", "owns", "acme"),
        ("Lynas", "supplies", "Japan"),
    ]
    assert column(page, "Values").count(">90%") == 1
    show_table(page, "Claims")
    assert sorted(column(page, "Sentence")) == sorted(c.quote for c in PLAIN if c.modality != "negated")
    assert page.problems == []


def test_the_table_follows_the_filters(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    show_table(page, "Claims")
    page.run("() => kg.change({ confidence: 0.8 })")
    assert sorted(column(page, "Confidence")) == ["0.9", "0.9", "0.95"]
    page.run("() => kg.change({ off: { ...kg.state.off, relations: ['owns'] } })")
    assert sorted(column(page, "Confidence")) == ["0.9", "0.9"]


@pytest.mark.parametrize("name", ["Things", "Relations", "Claims"])
def test_every_column_sorts_both_ways(open_graph: OpenGraph, name: str) -> None:
    page = open_graph(PLAIN)
    show_table(page, name)
    for title in page.page.locator("#table th").all_inner_texts():
        ways = {sort_by(page, title): column(page, title), sort_by(page, title): column(page, title)}
        assert ways.keys() == {"ascending", "descending"}
        for way, cells in ways.items():
            told = [cell for cell in cells if cell]
            assert cells == told + [""] * (len(cells) - len(told)), "what has no value comes last"
            keys = (
                [float(c) for c in told] if name != "Things" and title == "Confidence" else [c.casefold() for c in told]
            )
            assert keys == sorted(keys, reverse=way == "descending")
        assert page.page.locator('#table th:not([aria-sort="none"])').count() == 1


def test_numbers_sort_as_numbers_and_text_without_case(open_graph: OpenGraph) -> None:
    many = [said(JAPAN, "depends_on", CHINA, f"sentence {i}", f"d{i}") for i in range(12)]
    page = open_graph([*many, said(LYNAS, "owns", ACME, "one"), said(LYNAS, "owns", ACME, "two", "b")])
    show_table(page, "Relations")
    assert sort_by(page, "Claims") == "descending", "one wants the most first"
    assert column(page, "Claims") == ["12", "2"]
    show_table(page, "Things")
    sort_by(page, "Name")
    assert column(page, "Name") == ["acme", "China", "Japan", "Lynas"]


def test_a_row_selects_what_it_is_about(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    show_table(page, "Things")
    page.page.locator("#table tbody tr", has_text="Lynas").click()
    assert page.page.inner_text("#panel h2") == "Lynas"
    assert page.page.locator('#table tr[aria-selected="true"]').all_inner_texts()[0].startswith("Lynas")
    show_table(page, "Claims")
    page.page.locator("#table tbody tr", has_text="Lynas owns acme").click()
    assert page.page.inner_text("#panel h2") == "Lynas owns acme"
    assert page.problems == []


def test_one_can_read_and_select_by_keyboard(open_graph: OpenGraph) -> None:
    page = open_graph(PLAIN)
    show_table(page, "Things")
    names = column(page, "Name")
    page.page.locator("#table tbody tr").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        page.page.keyboard.press(key)
    assert page.page.inner_text("#panel h2") == names[1]
    assert page.page.locator("#table tbody tr:focus").inner_text().startswith(names[1])
    page.page.keyboard.press("End")
    page.page.keyboard.press("Enter")
    assert page.page.inner_text("#panel h2") == names[-1]


@pytest.fixture(scope="module")
def many() -> list[StoredClaim]:
    """More claims than rows are made at once, all about one thing."""
    return [said(end(f"Buyer {i}"), "depends_on", CHINA, f"Buyer {i} depends on China", f"d{i}") for i in range(1200)]


def test_a_long_table_makes_just_the_rows_in_sight(open_graph: OpenGraph, many: list[StoredClaim]) -> None:
    page = open_graph(many)
    show_table(page, "Relations")
    rows = page.page.locator("#table tbody tr:not(.space)")
    assert 10 < rows.count() < 120
    assert page.page.locator("#table table").get_attribute("aria-rowcount") == "1201"
    sort_by(page, "From")
    first = page.page.locator("#table tbody tr:not(.space)").first
    assert first.inner_text().startswith("Buyer 0")
    page.run("() => { document.querySelector('#table .rows').scrollTop = 600 * 32; }")
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('#table tbody tr')].some(r => r.textContent.startsWith('Buyer 600'))"
    )
    assert rows.count() < 120
    row = page.page.locator("#table tbody tr", has_text="Buyer 605").first
    assert row.get_attribute("aria-rowindex") == "607"
    row.click()
    assert page.page.inner_text("#panel h2").startswith("Buyer 605")
    page.page.keyboard.press("End")
    page.page.keyboard.press("Enter")
    assert page.page.inner_text("#panel h2").startswith("Buyer 1199")
    assert page.problems == []


def test_what_a_row_cuts_off_can_be_read(open_graph: OpenGraph) -> None:
    page = open_graph([said(LYNAS, "owns", ACME, "long " * 80)])
    show_table(page, "Claims")
    assert page.page.locator("#table td[title^='long long']").count() == 1
    heights = page.run("() => [...document.querySelectorAll('#table tbody tr')].map(r => r.offsetHeight)")
    assert heights == [32]


def test_hostile_text_stays_text_in_tables(open_graph: OpenGraph) -> None:
    name = "a </script><b>&amp;<img src=x onerror=window.hacked=1> \u202e"
    nasty = End(f"{BASE}company/x", name, name, "company")
    page = open_graph([said(nasty, "owns", ACME, f"it {name}", attribution=name)])
    for table in ("Things", "Relations", "Claims"):
        show_table(page, table)
        assert page.page.locator("#table bdi", has_text="</script>").count() > 0
        assert page.page.locator("#table").locator("script, b, img, a").count() == 0
    assert page.run("() => window.hacked") is None
    assert page.problems == []


def test_a_short_table_keeps_all_its_rows_wherever_one_has_scrolled(open_graph: OpenGraph) -> None:
    page = open_graph([said(end(f"Buyer {i}"), "depends_on", CHINA, f"Buyer {i} buys", f"d{i}") for i in range(200)])
    show_table(page, "Relations")
    page.run("() => { document.querySelector('#table .rows').scrollTop = 150 * 32; }")
    page.page.locator("#table tbody tr", has_text="Buyer 150").click()
    assert page.page.inner_text("#panel h2").startswith("Buyer 150")
    assert page.page.locator("#table tbody tr:not(.space)").count() == 200
