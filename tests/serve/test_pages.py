"""Pages as a client without JavaScript gets them: what they show, where they lead, and how IRIs are dereferenced."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from urllib.parse import quote, urljoin

import lxml.html
import pytest
import rdflib
from serving import Site, running, serving
from written import ADDRESS, NAMES

from kg import pipeline
from kg.config import DEFAULT_BASE
from kg.graph import Graph
from kg.query.asking import load_askings
from kg.query.claims import ClaimReader
from kg.serve.pages.asking import example_of
from kg.serve.server import make_server
from kg.serve.settings import Settings

CHINA, MP = "/about/country/china", "/about/company/mp-materials"
ARTICLE = "/about/doc/china-export-controls-02"


def page(site: Site, path: str, status: int = 200) -> lxml.html.HtmlElement:
    answer = site.ask(path, Accept="text/html")
    assert (answer.status, answer.kind) == (status, "text/html"), answer.body[:300]
    return lxml.html.document_fromstring(answer.body.decode())


def text_of(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def graph(small_graph: Path) -> Graph:
    return Graph.open(small_graph)


@pytest.mark.slow
def test_every_link_of_every_page_leads_somewhere(pages_site: Site) -> None:
    todo, seen = ["/"], set[str]()
    while todo and len(seen) < 150:
        path = todo.pop(0)
        answer = pages_site.ask(path, Accept="text/html")
        assert answer.status == 200, (path, answer.body[:300])
        if answer.kind != "text/html" or path.startswith("/explorer"):
            continue
        for element, _, link, _ in lxml.html.document_fromstring(answer.body.decode()).iterlinks():
            target = urljoin(f"http://site{path}", link).partition("#")[0]
            slow = ("/questions/" in target and "?" in target) or "/explorer" in target
            if target.startswith("http://site/") and element.tag != "form" and not slow:
                local = target.removeprefix("http://site")
                if local not in seen:
                    seen.add(local)
                    todo.append(local)
    assert len(seen) >= 150


def test_a_thing_shows_all_its_facts_with_their_sentences(pages_site: Site, graph: Graph) -> None:
    shown = page(pages_site, MP)
    assert text_of(shown.find(".//h1")) == "MP Materials"
    claims = ClaimReader(graph.store, graph.ontology).about(f"{DEFAULT_BASE}company/mp-materials")
    quotes = [text_of(q) for q in shown.cssselect("blockquote")]
    assert claims
    for claim in claims:
        assert " ".join(claim.quote.split()) in quotes
    assert len(shown.cssselect(".map.wide a")) == len(shown.cssselect(".map.narrow a")) > 3


def test_facts_of_a_relation_have_pages_of_their_own(pages_site: Site) -> None:
    shown = page(pages_site, f"{CHINA}?relation=restricts&way=out")
    assert len(shown.cssselect(".facts li")) > 3
    assert page(pages_site, f"{CHINA}?relation=restricts&way=out&page=99", 404) is not None
    assert "leave relation and way out" in text_of(page(pages_site, f"{CHINA}?relation=nothing", 400))


def test_an_article_is_its_text_with_each_claim_marked(pages_site: Site, graph: Graph) -> None:
    shown = page(pages_site, ARTICLE)
    (article,) = shown.cssselect("article")
    iri = DEFAULT_BASE + "doc/china-export-controls-02"
    claims = [c for c in ClaimReader(graph.store, graph.ontology).all() if c.source.iri == iri]
    assert claims
    for claim in claims:
        assert shown.cssselect(f'[id="{claim.iri.partition("#")[2]}"]'), "the claim's IRI leads to its place"
        assert shown.cssselect(f'[id="char={claim.start},{claim.end}"]')
    marked = " ".join(text_of(m) for m in article.cssselect("mark"))
    for claim in claims:
        assert claim.quote.split()[0] in marked
        assert claim.quote.split()[-1] in marked
    for notes in article.cssselect(".notes"):
        notes.drop_tree()
    plain = text_of(article)
    sentence = "Licensing of seven medium and heavy rare earths, introduced in April 2025, continues"
    assert sentence in plain
    assert len(shown.cssselect(".margin li")) == len(claims)


def test_an_article_whose_file_is_gone_says_so_and_shows_its_quotes(pages_site: Site) -> None:
    shown = page(pages_site, "/about/doc/japan-01")
    assert "is gone or has changed" in text_of(shown)
    assert len(shown.cssselect(".margin li q")) == len(shown.cssselect(".margin li")) > 0


def test_an_article_whose_file_is_gone_is_shown_as_it_is_kept(corpus: Path, tmp_path: Path) -> None:
    said = (corpus / "japan-01.txt").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as packed:
        packed.writestr("japan.txt", said)
        packed.writestr(
            "page.html", "<html><title>A &amp; B</title><p>China exports <b>rare earths</b> to Japan.</html>"
        )
    assert not pipeline.build([tmp_path / "news.zip"], tmp_path / "graph").failures
    (tmp_path / "news.zip").unlink()
    with serving(tmp_path / "graph", workers=1, timeout=60) as site:
        shown, marked = (page(site, f"/about/doc/news-{name}") for name in ("japan", "page"))
    assert "its text as it was read" in text_of(shown)
    assert len(shown.cssselect("article mark")) >= len(shown.cssselect(".margin li")) > 3
    assert not shown.cssselect(".margin li q")
    for notes in marked.cssselect(".notes"):
        notes.drop_tree()
    assert text_of(marked.cssselect("article")[0]).endswith("read.A & B China exports rare earths to Japan.")


def test_a_claim_shows_its_sentence_where_it_stands(pages_site: Site) -> None:
    shown = page(pages_site, ARTICLE)
    claim = next(a for a in shown.cssselect(".margin a.tie")).get("href")
    told = page(pages_site, claim)
    assert told.cssselect("blockquote mark")
    assert "a lode:Claim" in text_of(told)


def test_names_are_searched_in_any_case_and_without_accents(pages_site: Site) -> None:
    assert text_of(page(pages_site, "/search?q=mp+MATERIALS").cssselect(".hits a")[0]) == "MP Materials"
    assert "No name in the graph" in text_of(page(pages_site, "/search?q=qwertyuiop"))
    assert pages_site.ask("/find?name=China").headers["location"] == CHINA


def test_a_form_has_a_field_for_each_parameter_of_its_question(pages_site: Site) -> None:
    for name, asking in load_askings().items():
        fields = {e.get("name") for e in page(pages_site, f"/questions/{name}").cssselect("form.ask [name]")}
        assert {p.name for p in asking.parameters} <= fields


@pytest.mark.slow
def test_a_question_that_a_user_adds_is_a_page_and_an_operation(
    small_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shutil import copytree

    from kg.config import ONTOLOGY_VARIABLE, ontology_folder

    copytree(ontology_folder(), tmp_path / "ontology")
    query = "# name: labels-like\n# sentence: What is called {word}?\n# parameter: word text\n# example: kg ask labels-like China\n"
    query += "SELECT ?name WHERE { ?any skos:prefLabel ?name . FILTER (STR(?name) = $word) }\n"
    (tmp_path / "ontology" / "questions" / "labels-like.rq").write_text(query)
    monkeypatch.setenv(ONTOLOGY_VARIABLE, str(tmp_path / "ontology"))
    with serving(small_graph, workers=3, timeout=60) as site:
        assert page(site, "/questions/labels-like?word=China").cssselect("tbody td a")
        assert "/api/questions/labels-like" in json.loads(site.ask("/openapi.json").body)["paths"]


@pytest.mark.parametrize("name", ["share-of", "conflicts", "path", "depends-on", "what-if"])
def test_a_question_answers_about_its_example(pages_site: Site, name: str) -> None:
    values = {"dependent": "Japan", "provider": "China"} if name == "path" else example_of(load_askings()[name])
    values = {
        key: "China" if key in {"name", "without"} and name != "share-of" else value for key, value in values.items()
    }
    query = "&".join(f"{key}={quote(value)}" for key, value in values.items())
    shown = page(pages_site, f"/questions/{name}?ask=1&{query}")
    assert shown.cssselect(".answer")
    assert not shown.cssselect(".problem")


def test_a_cell_and_a_quote_of_an_answer_lead_to_what_they_name(pages_site: Site) -> None:
    shown = page(pages_site, "/questions/depends-on?name=China")
    cell, said = shown.cssselect("tbody td a")[0], shown.cssselect("tr.quote a")[0]
    assert text_of(page(pages_site, cell.get("href")).find(".//h1")) == text_of(cell)
    article = page(pages_site, said.get("href").partition("#")[0])
    assert article.cssselect("#quoted")
    assert article.cssselect(".pointed")


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/questions/share-of?name=nonsense", 404, "knows no 'nonsense'"),
        ("/questions/share-of?name=rare+earths&stage=x", 400, "is no stage"),
        ("/questions/share-of?name=rare+earths&min_confidence=nan", 400, "from 0 to 1"),
        ("/questions/nothing", 404, "There is no question"),
        ("/things?page=0", 400, "whole number"),
        ("/things?page=99999", 404, "no page"),
        ("/about/company/nobody", 404, "says nothing of"),
        ("/about/a%20b", 404, "says nothing of"),
        ("/about/x?part=%3Cscript%3E", 404, "says nothing of"),
        ("/explorer?around=nobody", 404, "knows no"),
    ],
)
def test_what_there_is_not_is_told_in_a_sentence(pages_site: Site, path: str, status: int, told: str) -> None:
    assert told in text_of(page(pages_site, path, status))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # what rdflib's own parser of JSON-LD uses
@pytest.mark.parametrize(
    ("accept", "ending", "form"),
    [
        ("text/turtle", ".ttl", "turtle"),
        ("application/ld+json", ".jsonld", "json-ld"),
        ("application/n-triples;q=0.9, text/html;q=0.1", ".nt", "nt"),
        ("text/html", "", ""),
        ("*/*", "", ""),
        ("text/turtle;q=0.5, application/ld+json", ".jsonld", "json-ld"),
    ],
)
def test_an_iri_leads_to_what_is_asked_for(pages_site: Site, accept: str, ending: str, form: str) -> None:
    answer = pages_site.ask("/lodestone/id/company/mp-materials", Accept=accept)
    assert (answer.status, answer.headers["location"]) == (303, f"{MP}{ending}")
    assert answer.headers["vary"] == "Accept"
    if form:
        data = pages_site.ask(answer.headers["location"])
        assert data.kind in accept
        read = rdflib.Graph().parse(data=data.body.decode(), format=form)
        assert (rdflib.URIRef(f"{DEFAULT_BASE}company/mp-materials"), None, None) in read


def test_what_cannot_be_given_is_not_acceptable(pages_site: Site) -> None:
    assert pages_site.ask("/lodestone/id/company/mp-materials", Accept="image/png").status == 406
    assert pages_site.ask("/lodestone/id/company/nobody", Accept="text/turtle").status == 404


@pytest.mark.slow
def test_every_iri_of_the_graph_dereferences(pages_site: Site, graph: Graph) -> None:
    iris = {
        str(term.value)
        for quad in graph.store.quads()
        for term in (quad.subject, quad.object)
        if getattr(term, "value", "").startswith(DEFAULT_BASE)
        and "#" not in term.value
        and not hasattr(term, "language")
    }
    told = {iri for iri in iris if graph.store.properties(iri)}
    assert len(told) > 50
    for iri in sorted(told)[::4]:
        path = quote(iri.removeprefix("https://w3id.org"), safe="/:,=~-._")
        assert pages_site.ask(path, Accept="text/turtle").status == 303, iri
        html = pages_site.ask(path, Accept="text/html")
        assert pages_site.ask(html.headers["location"]).status == 200, iri


def test_a_document_is_told_with_its_claims(pages_site: Site, graph: Graph) -> None:
    data = pages_site.ask("/about/doc/china-export-controls-02.ttl").body.decode()
    read = rdflib.Graph().parse(data=data, format="turtle")
    claims = [c for c in graph.store.instances("https://w3id.org/lodestone/ontology#Claim") if "/doc/china-export" in c]
    assert claims
    assert all((rdflib.URIRef(claim), rdflib.RDF.subject, None) in read for claim in claims)


def test_pages_need_no_script_and_nothing_from_elsewhere(pages_site: Site) -> None:
    for path in ("/", MP, ARTICLE, "/questions/share-of", "/editor"):
        answer = pages_site.ask(path)
        assert (
            "'unsafe-inline'" not in answer.headers["content-security-policy"].partition("script-src")[2].split(";")[0]
        )
        for element, _, link, _ in lxml.html.document_fromstring(answer.body.decode()).iterlinks():
            assert element.tag == "a" or link.startswith("/"), link
        assert not re.search(rb"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=", answer.body)


@pytest.mark.parametrize(
    "path", ["/", "/things", "/documents", "/about/doc/evil", "/search?q=script", "/questions/suppliers-of"]
)
def test_hostile_texts_stay_text(hostile_site: Site, path: str) -> None:
    body = hostile_site.ask(path).body.decode()
    assert "<script>window" not in body
    assert "<img src=x" not in body
    assert "<iframe" not in body
    assert "\u202e" not in body
    assert f'href="{ADDRESS}' not in body
    assert "49" not in re.findall(r"\{\{.*?\}\}", body)


def test_hostile_names_are_shown_as_they_are(hostile_site: Site) -> None:
    for number, name in enumerate(NAMES):
        heading = page(hostile_site, f"/about/company/n{number}").find(".//h1")
        assert heading.text_content().strip() == name.replace("\u202e", "\ufffd")
        page(hostile_site, f"/about/doc/evil?part=c{number}")
    marks = page(hostile_site, "/about/doc/evil").cssselect("article mark")
    assert len(marks) >= len(NAMES)


@pytest.mark.slow
def test_a_server_under_a_path_links_under_it(small_graph: Path) -> None:
    server = make_server(small_graph, Settings(port=0, workers=3))
    server.config.root_path = "/graph"
    with running(server) as site:
        links = page(site, "/things").iterlinks()
        assert all(link.startswith("/graph/") for _, _, link, _ in links if not link.startswith("#"))
