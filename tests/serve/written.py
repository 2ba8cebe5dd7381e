"""A graph written by hand in which every text tries to be markup, script, a template, or to hide."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox

from kg.config import DEFAULT_BASE
from kg.vocab import DCTERMS, LODE, OA, PROV, RDF, SKOS

NAMES = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "{{ 7*7 }}{% raw %}${7*7}",
    "\u202egnp.exe <svg/onload=window.pwned=1>",
    "javascript:window.pwned=1",
    "x" * 400,
    "</title></textarea></datalist><iframe src=javascript:window.pwned=1>",
    "稀土 𝒳 ' OR 1=1 --",
)
TITLE = "</title><script>window.pwned=1</script> & co"
ADDRESS = "javascript:window.pwned=1"


def hostile_graphs(folder: Path) -> dict[str, str]:
    """Write an article and return, by graph, the triples of its claims: one of each name about the next."""
    sentences = [f"{name} supplies {after}" for name, after in zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True)]
    text = f"{TITLE}\n\n" + ".\n\n".join(sentences) + ".\n"
    path = folder / "evil.txt"
    path.write_text(text, encoding="utf-8", newline="")
    document = _iri("doc/evil")
    triples = [
        _line(document, RDF + "type", _node(LODE + "Document")),
        _line(document, DCTERMS + "identifier", ox.Literal("evil")),
        _line(document, DCTERMS + "title", ox.Literal(TITLE)),
        _line(document, DCTERMS + "publisher", ox.Literal(NAMES[1])),
        _line(document, DCTERMS + "issued", ox.Literal("<b>2025</b>")),
        _line(document, DCTERMS + "source", ox.Literal(ADDRESS)),
    ]
    for number, name in enumerate(NAMES):
        thing = _iri(f"company/n{number}")
        triples += [
            _line(thing, RDF + "type", _node(LODE + "Company")),
            _line(thing, SKOS + "prefLabel", _english(name)),
        ]
        start = text.index(sentences[number])
        triples += _claim(number, sentences[number], start, start + len(sentences[number]))
    ledger = [
        _line(document, LODE + "location", ox.Literal(str(path))),
        _line(document, LODE + "sha256", ox.Literal(hashlib.sha256(path.read_bytes()).hexdigest())),
    ]
    return {document.value: "\n".join(triples), LODE + "ledger": "\n".join(ledger)}


def _claim(number: int, quote: str, start: int, end: int) -> list[str]:
    node, evidence = _iri(f"doc/evil#c{number}"), _iri(f"doc/evil#char={start},{end}")
    quoted, after = _iri(f"doc/evil#quote={start},{end}"), (number + 1) % len(NAMES)
    told: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (node, RDF + "type", _node(LODE + "Claim")),
        (node, RDF + "subject", _iri(f"company/n{number}")),
        (node, RDF + "predicate", _node(LODE + "supplies")),
        (node, RDF + "object", _iri(f"company/n{after}")),
        (node, LODE + "subjectMention", ox.Literal(NAMES[number])),
        (node, LODE + "objectMention", ox.Literal(NAMES[after])),
        (node, LODE + "modality", _node(LODE + ("asserted", "planned", "possible", "negated")[number % 4])),
        (
            node,
            LODE + "confidence",
            ox.Literal("0.5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        ),
        (node, LODE + "frame", ox.Literal(NAMES[0])),
        (node, LODE + "attributedTo", ox.Literal(NAMES[6])),
        (node, LODE + "commodity", ox.Literal(NAMES[1])),
        (node, PROV + "wasDerivedFrom", _iri("doc/evil")),
        (node, LODE + "evidence", evidence),
        (evidence, OA + "hasSelector", quoted),
        (quoted, OA + "exact", ox.Literal(quote)),
        (quoted, OA + "start", _number(start)),
        (quoted, OA + "end", _number(end)),
    ]
    return [_line(*triple) for triple in told]


def _iri(relative: str) -> ox.NamedNode:
    return ox.NamedNode(DEFAULT_BASE + relative)


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))


def _line(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> str:
    return f"{subject} <{predicate}> {value} ."
