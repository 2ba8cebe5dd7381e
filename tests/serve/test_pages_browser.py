"""Pages in a browser: nothing leaves the server, hostile texts stay text, notes, the editor, phones, and WCAG AA by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from serving import Site
from written import NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
ARTICLE = "/about/doc/china-export-controls-02"
SHOWN = ("/", "/about/country/china", ARTICLE, "/questions/depends-on?name=China", "/search?q=china", "/things", "/api")
HOSTILE = (
    "/",
    "/about/company/n0",
    "/about/company/n5",
    "/about/doc/evil",
    "/about/doc/evil?part=c1",
    "/documents",
    "/editor",
)


class Visitor:
    """A page of a browser that notes what is asked of other servers, what is refused, and what is said in dialogs."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on(
            "request", lambda r: None if r.url.startswith((site.url, "data:", "blob:")) else self.foreign.append(r.url)
        )
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("dialog", lambda d: (self.errors.append(d.message), d.dismiss()))

    def open(self, path: str) -> Page:
        """Open a page and wait until nothing more is loaded."""
        self.page.goto(self.site.url + path, wait_until="networkidle")
        return self.page


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """Return a function that opens a page of a site in a context of its own, and looks after it what it did."""
    visitors = []

    def begin(site: Site, width: int = 1280, height: int = 720, **context: Any) -> Visitor:
        opened = browser.new_context(viewport={"width": width, "height": height}, **context)
        opened.set_default_timeout(60_000)
        visitors.append((opened, Visitor(opened.new_page(), site)))
        return visitors[-1][1]

    yield begin
    for opened, visitor in visitors:
        opened.close()
        assert visitor.foreign == []
        assert visitor.errors == []


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_wider_than_the_window(visit: Any, pages_site: Site, hostile_site: Site, width: int) -> None:
    for site, paths in ((pages_site, SHOWN), (hostile_site, HOSTILE)):
        visitor = visit(site, width)
        for path in paths:
            page = visitor.open(path)
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
                path
            )


def test_hostile_texts_run_nothing(visit: Any, hostile_site: Site) -> None:
    visitor = visit(hostile_site)
    for path in HOSTILE:
        page = visitor.open(path)
        assert page.evaluate("window.pwned") is None, path
    page = visitor.open("/about/doc/evil")
    page.locator(".passage").first.hover()
    page.locator(".notes").first.wait_for(state="visible")
    assert NAMES[0] in page.locator(".notes").first.inner_text()
    page.locator("#q").press_sequentially("script")
    page.wait_for_selector("#found option", state="attached")
    assert page.evaluate("window.pwned") is None


def test_a_claim_is_shown_on_hover_and_shut_by_escape(visit: Any, pages_site: Site) -> None:
    page = visit(pages_site).open(ARTICLE)
    passage = page.locator(".passage").first
    notes = passage.locator(".notes")
    assert not notes.is_visible()
    passage.locator("mark").first.hover()
    notes.wait_for(state="visible")
    notes.locator("a").first.hover()
    assert notes.is_visible(), "one can go to the links"
    page.keyboard.press("Escape")
    notes.wait_for(state="hidden")


def test_notes_and_forms_work_without_scripts(visit: Any, pages_site: Site) -> None:
    page = visit(pages_site, java_script_enabled=False).open(ARTICLE)
    page.locator(".passage").first.focus()
    page.locator(".passage .notes").first.wait_for(state="visible")
    page.goto(pages_site.url)
    page.fill("#q", "MP Materials")
    page.click(".find button")
    page.click(".hits a >> nth=0")
    assert page.inner_text("h1") == "MP Materials"
    page.goto(pages_site.url + "/questions/depends-on")
    page.fill("#f-name", "China")
    page.click("text=Ask >> visible=true")
    assert page.locator(".answer tbody").count() > 0


def test_names_are_suggested_while_one_types(visit: Any, pages_site: Site) -> None:
    page = visit(pages_site).open("/")
    page.locator("#q").press_sequentially("mp mat")
    page.wait_for_selector("#found option[value='MP Materials']", state="attached")


def test_the_editor_runs_an_example(visit: Any, pages_site: Site) -> None:
    page = visit(pages_site).open("/editor")
    page.wait_for_selector("#yasgui .CodeMirror")
    assert page.locator("#examples option").count() > 3
    page.select_option("#examples", index=1)
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr .dataTable tbody tr, .yasr table tbody tr")
    assert page.locator(".yasr tbody tr").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_conform_to_wcag_aa(visit: Any, pages_site: Site, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    visitor = visit(pages_site, color_scheme=scheme, bypass_csp=True)
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = []
    for path in SHOWN:
        violations = axe.Axe().run(visitor.open(path), options=options).response["violations"]
        found += [(path, v["id"], node["html"][:120]) for v in violations for node in v["nodes"][:3]]
    assert found == []
