"""Nothing that an article says becomes code: 200 hostile texts in every field, looked at in every view and file."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from exploring import BASE, Opened, claim, end

from kg.ontology import Ontology
from kg.query.claims import End, Source, StoredClaim
from kg.query.dependencies import Dependency
from kg.render import Explored, write_explorer
from kg.rules import load_rules

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow  # a browser for each test; test_explorer.py and test_proof.py are the short form

_MARKUP = (
    "<script>hacked(1)</script>",
    "</script><script>hacked(1)</script>",
    "</SCRIPT ><script>hacked(1)</script>",
    "<!--<script>",
    "--><script>hacked(1)</script>",
    "<![CDATA[<script>hacked(1)</script>]]>",
    "<img src=x onerror=hacked(1)>",
    "<img src='https://example.org/spy.png'>",
    "<svg onload=hacked(1)>",
    "<svg><animate onbegin=hacked(1) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.hacked(1)</script>'>",
    "<iframe src=javascript:parent.hacked(1)>",
    "<a href='javascript:hacked(1)'>here</a>",
    "<base href='https://example.org/'>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<style>@import 'https://example.org/x.css';</style>",
    "<form action=https://example.org><button>",
    "<details open ontoggle=hacked(1)>",
    "<template><script>hacked(1)</script></template>",
    "<math><mtext></mtext><script>hacked(1)</script>",
    "</textarea></title></style><script>hacked(1)</script>",
)
_ATTRIBUTES = (
    '" onmouseover="hacked(1)',
    "' autofocus onfocus='hacked(1)",
    "` onclick=`hacked(1)",
    'x" style="background:url(https://example.org/x)',
    "');hacked(1);('",
    '\\";hacked(1);//',
)
_ADDRESSES = (
    "javascript:hacked(1)",
    "JaVaScRiPt:hacked(1)",
    " javascript:hacked(1)",
    "java\tscript:hacked(1)",
    "data:text/html,<script>hacked(1)</script>",
    "vbscript:hacked(1)",
    "https://example.org/?q=</script><script>hacked(1)</script>",
    "https://user@example.org:99999/",
    "//example.org/spy.js",
    "file:///etc/passwd",
    "blob:https://example.org/1",
)
_TEMPLATES = (
    "{{ 7*7 }}",
    "{% raw %}${hacked(1)}",
    "${hacked(1)}",
    "\\u003cscript\\u003ehacked(1)",
    "&lt;script&gt;hacked(1)&lt;/script&gt;",
    "%3Cscript%3Ehacked(1)",
)
_MARKS = (
    "gpj.\u202eexe",
    "\u2066a\u2067b\u2068c",
    "\u200f\u061c\u200e",
    "a\u0000b",
    "\u001b[31mred\u009b0m",
    "\u2028hacked(1)\u2029",
    "\ufeff\u00ad\u200b",
    "\ufffe\uffff",
    "\u0007\u0008\u007f\u0085",
    '=HYPERLINK("https://example.org")',
)
SEEDS = (*_MARKUP, *_ATTRIBUTES, *_ADDRESSES, *_TEMPLATES, *_MARKS)
PAYLOADS = tuple(
    dict.fromkeys(
        f"{before}{seed}{after}"
        for (before, after), seed in itertools.product(
            [("", ""), ("Acme ", ""), ('">', "<!--"), ("</script>", "\u202e")], SEEDS
        )
    )
)[:200]

WATCH = r"""
window.hackers = [];
window.hacked = what => window.hackers.push(String(what));
const KNOWN = new Set((
    "html head meta title style script body header main section aside nav footer article h1 h2 h3 p ul ol li div span " +
    "bdi button label input select option details summary table caption colgroup col thead tbody tr th td blockquote " +
    "mark a dialog kbd form fieldset legend canvas figure figcaption svg g line path rect circle ellipse polygon " +
    "polyline text tspan desc defs marker strong em small b i time datalist output dl dt dd hr br abbr").split(" "));
const ADDRESSES = ["src", "href", "action", "xlink:href"], seen = what => window.hackers.push(what);
const check = node => {
  if (node.nodeType !== 1) return;
  const name = node.localName;
  if (!KNOWN.has(name)) seen("element " + name);
  for (const { name: key, value } of node.attributes) {
    if (/^on/i.test(key) || key === "srcdoc" || key === "formaction") seen(`attribute ${name} ${key}`);
    if (ADDRESSES.includes(key) && !/^(https?:\/\/|blob:|#)/.test(value)) seen(`address ${name} ${key}=${value}`);
  }
  const leaves = name === "a" && /^https?:/.test(node.getAttribute("href") ?? "");
  if (leaves && (node.rel !== "noopener noreferrer" || node.target !== "_blank")) seen("link " + node.href);
  for (const child of node.children) check(child);
};
new MutationObserver(records => {
  for (const { type, target, addedNodes } of records) type === "attributes" ? check(target) : addedNodes.forEach(check);
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def _source(i: int, text: str, copy: int = 0) -> Source:
    return Source(f"{BASE}doc/{i}-{copy}", text, f"T {text}", text, text if i % 2 else f"2025-01-{i % 28 + 1:02}")


def hostile_claims(i: int, text: str) -> list[StoredClaim]:
    """Return claims about one pair of things with a hostile text in every field; two of them differ in their share."""
    ends = [
        End(f"{BASE}company/x{i}", text, text, text if i % 7 == 0 else "company"),
        replace(end("Y", "commodity"), iri=f"{BASE}commodity/y{i}", label=f"Y{i} {text}", mention=text),
    ]
    said: dict[str, Any] = dict.fromkeys(("commodity", "kind", "role", "measure", "target", "scope"), text)
    said |= {"time": text} if i % 3 else {"time": "2024"}
    said |= {"stage": text} if i % 5 == 0 else {}
    told = claim(
        ends[0],
        "controls_share",
        ends[1],
        f"quoted {text} quoted",
        attribution=text,
        frame=text,
        source=_source(i, text),
    )
    shares = [
        replace(
            told,
            iri=f"{told.source.iri}#c{n}",
            qualifiers={**said, "share": {"min": n / 10, "max": n / 10}},
            source=_source(i, text, n),
        )
        for n in (6, 9)
    ]
    more = replace(
        told,
        relation="supplies",
        iri=f"{told.source.iri}#m",
        modality=("planned", "possible", "asserted")[i % 3],
        qualifiers={**said, "amount": {"value": 5e6, "currency": text}},
    )
    denied = replace(
        told,
        relation="owns",
        iri=f"{told.source.iri}#d",
        modality="negated",
        qualifiers={"quantity": {"value": 5, "unit": text}},
    )
    return [*shares, more, denied]


def explored(ontology: Ontology, texts: tuple[str, ...] = PAYLOADS) -> Explored:
    """Return a graph that is hostile in all that it holds."""
    pairs = [hostile_claims(i, text) for i, text in enumerate(texts)]
    claims = [c for pair in pairs for c in pair]
    needs = [
        Dependency(
            f"{BASE}dependency/{i}",
            "supplies",
            "trade",
            f"{BASE}commodity/y{i}",
            f"{BASE}company/x{i}",
            "",
            "",
            0.6,
            0.9,
            "asserted",
            0.9,
            (text,),
            (pair[0].iri, pair[2].iri),
        )
        for i, (text, pair) in enumerate(zip(texts, pairs, strict=True))
    ]
    return Explored(
        claims=claims,
        dependencies=needs,
        citations={c.source.iri: texts[i // 4] for i, c in enumerate(claims)},
        names={f"{BASE}company/x{i}": {f"also {text}", text} for i, text in enumerate(texts)},
        copies={f"{BASE}doc/{i}-9": f"{BASE}doc/{i}-6" for i in range(0, len(texts), 4)},
        rules=list(load_rules(ontology).values()),
    )


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Iterator[Opened]:
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    write_explorer(explored(ontology), ontology, path, PAYLOADS[1])
    context = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("dialog", lambda d: d.dismiss())
    opened = Opened(page, path.as_uri())
    page.evaluate(
        "() => { history.pushState = history.replaceState = () => {}; }"
    )  # browsers allow 200 of them in 10 s
    yield opened
    context.close()


@pytest.fixture
def inert(hostile: Opened) -> Iterator[Opened]:
    """The hostile page, in which nothing may have happened after a test."""
    hostile.run("() => { document.querySelector('dialog[open]')?.close(); kg.change(kg.startState); }")
    yield hostile
    hostile.page.wait_for_timeout(100)
    assert hostile.run("() => [...new Set(window.hackers)]") == []
    assert hostile.problems == []
    assert len(hostile.requests) == 1, "nothing but the page itself is fetched"
    assert len(hostile.page.context.pages) == 1


def missing(opened: Opened, script: str) -> list[Any]:
    """Return for which things a view, looked at by a script `node => element`, does not hold their text."""
    found: list[Any] = opened.run(
        f"""() => {{
            const look = {script}, plain = text => text.replace(/\\s+/g, " ");
            return kg.graph.nodes.filter(n => n.iri.includes("company/x")).filter(n => {{
                const quote = kg.evidence().claims[kg.graph.edges[n.out[0]].claims[0]].quote;
                return !plain(look(n).textContent).includes(plain(quote));
            }}).map(n => n.label);
        }}"""
    )
    return found


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PAYLOADS)) == 200
    assert set(SEEDS) <= set(PAYLOADS)


def test_the_tour_and_the_title_are_text(inert: Opened) -> None:
    page = inert.page
    assert page.locator("#tour h2").text_content() == PAYLOADS[1]
    assert page.title() == PAYLOADS[1]
    assert page.locator("h1").text_content() == PAYLOADS[1]
    while page.locator("#tour").count():
        page.locator("#tour button").last.click()


def test_help_is_text(inert: Opened) -> None:
    inert.page.locator("#help-button").click()
    assert inert.page.locator("#help-dialog").is_visible()
    inert.page.keyboard.press("Escape")


@pytest.mark.parametrize("kind", ["node", "edge"])
def test_the_panel_shows_all_as_text(inert: Opened, kind: str) -> None:
    selected = {"node": "{ kind: 'node', id: node.id }", "edge": "{ kind: 'edge', id: node.out[0] }"}[kind]
    script = f"""node => {{
        kg.change({{ selected: {selected} }});
        for (const one of document.querySelectorAll("#panel details")) one.open = true;
        return document.getElementById("panel");
    }}"""
    assert missing(inert, script) == []
    assert inert.page.locator("#panel mark").count() > 0


@pytest.mark.parametrize("question", ["depends-on", "exposure", "what-if"])
def test_answers_show_all_as_text(inert: Opened, question: str) -> None:
    about = "kg.graph.edges[node.out[0]].to" if question == "exposure" else "node.id"
    script = f"""node => {{
        kg.change({{ question: {{ name: "{question}", node: {about}, include: ["planned"] }} }});
        return document.getElementById("answer");
    }}"""
    if question == "depends-on":  # it looks at two relations only; here, at another one
        inert.run("() => { kg.graph.questions['depends-on'].ends = { controls_share: 'subject' }; }")
    assert missing(inert, script) == []


@pytest.mark.parametrize("tab", [0, 1, 2])
def test_tables_show_all_as_text(inert: Opened, tab: int) -> None:
    page = inert.page
    page.get_by_role("button", name="Table").click()
    page.locator("#table .tabs button").nth(tab).click()
    for top in range(0, 40_000, 400):
        page.locator("#table .rows").evaluate(
            "(rows, top) => { rows.scrollTop = top; rows.dispatchEvent(new Event('scroll')); }", top
        )
    assert page.locator("#table tbody tr").count() > 10


def test_every_text_can_be_searched_and_suggested(inert: Opened) -> None:
    page = inert.page
    for text in PAYLOADS[:: 1 if len(PAYLOADS) < 60 else 4]:
        page.fill("#find", text)
        page.wait_for_timeout(5)
    page.fill("#find", "Acme")
    assert page.locator("#search [role=option]").count() > 3
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert inert.run("() => kg.state.focus") is not None
    page.fill("#find", "Nothing <img src=x onerror=hacked(1)> has this name")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('say').textContent.includes('<img src=x')")


def test_the_legend_holds_names_as_text(inert: Opened) -> None:
    texts = inert.run("""() => {
        for (const one of document.querySelectorAll("#legend details")) one.open = true;
        return document.getElementById("legend").textContent;
    }""")
    assert sum(text in texts for text in PAYLOADS) > 20


def test_paths_and_menus_are_text(inert: Opened) -> None:
    inert.run("""() => {
        for (const { id, out } of kg.graph.nodes.filter(n => n.out.length)) {
            kg.change({ path: { from: id, to: kg.graph.edges[out[0]].to, directed: false } });
            kg.menuOf("node", id, { x: 10, y: 10 });
            kg.menuOf("edge", out[0], { x: 10, y: 10 });
            kg.walk.hide(id);
        }
        document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    }""")


def test_the_picture_can_be_pointed_at(inert: Opened) -> None:
    box = inert.page.locator("#network").bounding_box()
    assert box
    inert.run("() => kg.picture.fit()")
    for x, y in itertools.product(range(8), range(6)):
        inert.page.mouse.move(box["x"] + box["width"] * (x + 0.5) / 8, box["y"] + box["height"] * (y + 0.5) / 6)
    inert.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_files_hold_all_as_text(inert: Opened) -> None:
    inert.run("() => kg.change({ hidden: [] })")
    files = inert.run("""async () => {
        const blobs = { csv: kg.exports.csv("claims"), turtle: kg.exports.turtle(), gexf: kg.exports.gexf() };
        return Object.fromEntries(await Promise.all(Object.entries(blobs).map(async ([name, blob]) => [name, await blob.text()])));
    }""")
    rows = list(csv.reader(io.StringIO(files["csv"].lstrip("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 200
    assert not [cell for row in rows for cell in row if cell[:1] in "=@" and cell], "a spreadsheet computes nothing"
    said = {term.object.value for term in ox.parse(files["turtle"].encode(), format=ox.RdfFormat.TURTLE)}
    assert len([text for text in PAYLOADS if f"quoted {text} quoted" in said]) > 180
    labels = {node.get("label") for node in ElementTree.fromstring(files["gexf"]).iter() if node.tag.endswith("node")}
    assert len(labels & set(PAYLOADS)) > 100


def test_pictures_are_made(inert: Opened) -> None:
    assert inert.run("async () => (await kg.exports.png(false)).type") == "image/png"


def test_only_addresses_of_the_web_are_links(inert: Opened) -> None:
    addresses = inert.run("""() => {
        const found = [];
        const cited = id => kg.graph.documents[kg.graph.claims[id].document].url;
        for (const { id } of kg.graph.edges.filter(edge => edge.claims.some(cited))) {
            kg.change({ selected: { kind: "edge", id } });
            for (const link of document.querySelectorAll("#panel a")) found.push([link.protocol, link.rel, link.target]);
        }
        return found;
    }""")
    assert addresses
    assert {tuple(found) for found in addresses} <= {
        ("https:", "noopener noreferrer", "_blank"),
        ("http:", "noopener noreferrer", "_blank"),
    }


def test_the_watch_would_see_what_gets_in(browser: Browser, tmp_path: Path, ontology: Ontology) -> None:
    write_explorer(Explored([claim(end("A"), "owns", end("B"))]), ontology, tmp_path / "page.html", "Lodestone")
    context = browser.new_context()
    context.add_init_script(WATCH)
    opened = Opened(context.new_page(), (tmp_path / "page.html").as_uri())
    assert opened.run("() => window.hackers") == []
    opened.run(
        """() => { document.getElementById("panel").innerHTML = "<img src=x onerror=hacked(1)><a href='javascript:hacked(1)'>x</a>"; }"""
    )
    opened.page.wait_for_timeout(100)
    found = json.dumps(opened.run("() => window.hackers"))
    context.close()
    for seen in ("element img", "attribute img onerror", "address a href=javascript:"):
        assert seen in found
