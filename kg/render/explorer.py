"""The explorer: one self-contained page with the graph, its legend and filters, and the sentences behind each edge.

pyvis holds nodes, edges and options; the page is our own template around it, since pyvis's asks a CDN for its parts.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import pyvis
from pyvis.network import Network

from kg.ontology import Ontology
from kg.output import whole_file
from kg.render.data import PageData, as_columns, edge_records, graph_part, node_records
from kg.render.evidence import evidence_part
from kg.render.explored import Explored

# In this order; each adds to the namespace `kg` of the page. What a file needs of another when it is read stands above it.
SCRIPTS = (
    *(
        "graph",
        "dom",
        "address",
        "state",
        "visible",
        "place",
        "lines",
        "labels",
        "network",
        "samples",
        "sliders",
        "filters",
    ),
    *("path", "search", "menu", "walk", "route", "toolbar"),
    *("chart", "cards", "panel", "table", "formats", "turtle", "exports"),
    *("dependencies", "whatif", "questions", "keys", "tour", "help"),
    "main",
)
SHEETS = ("explorer", "finding", "proof", "table", "questions", "help")
_NODES = ("iri", "label", "type", "also", "x", "y", "lx", "ly", "layer", "degree")
_EDGES = ("from", "to", "relation", "claims")
OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"borderWidth": 1, "borderWidthSelected": 3},
    "edges": {"smooth": False, "selectionWidth": 1.5, "arrows": {"to": {"scaleFactor": 0.5}}},
    "interaction": {
        "hover": True,
        "multiselect": False,
        "selectConnectedEdges": False,
        "hoverConnectedEdges": False,
        "hideEdgesOnZoom": False,
        "keyboard": {"enabled": True, "bindToWindow": False},
    },
}


def write_explorer(explored: Explored, ontology: Ontology, path: Path, title: str) -> int:
    """Write the page to `path`; return how many edges it shows. What is denied is listed with a thing, not drawn."""
    data = PageData(explored, ontology)
    with whole_file(path) as out:
        out.write(_page(data, title).encode())
    return len(data.drawn())


def explorer_page(explored: Explored, ontology: Ontology, title: str) -> str:
    """Return the page that `write_explorer` writes."""
    return _page(PageData(explored, ontology), title)


def _page(data: PageData, title: str) -> str:
    net = Network(directed=True)
    net.nodes, net.edges = node_records(data), edge_records(data)
    net.set_options(json.dumps(OPTIONS))
    environment = _environment()
    environment.globals.update(
        page_title=title,
        graph=graph_part(data, title),
        evidence=evidence_part(data),
        pack=_pack,
        csp=_content_policy(environment),
    )
    net.templateEnv, net.path = environment, "explorer.html"
    return str(net.generate_html(notebook=False))


def _pack(graph: dict[str, Any], nodes: list[Any], edges: list[Any], options: str) -> dict[str, Any]:
    """Return the whole first part of the page's data, with what pyvis holds."""
    tables = {"nodes": as_columns(nodes, _NODES), "edges": as_columns(edges, _EDGES)}
    return {**graph, **tables, "options": json.loads(options)}


def _environment() -> jinja2.Environment:
    ours = jinja2.PackageLoader("kg.render", "page")
    theirs = jinja2.FileSystemLoader(Path(pyvis.__file__).parent / "templates")
    environment = jinja2.Environment(loader=jinja2.ChoiceLoader([ours, theirs]), autoescape=True)
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    vis = theirs.get_source(environment, "lib/vis-9.1.2/vis-network.min.js")[0]
    environment.globals["scripts"] = [vis, "window.kg = {};", *_read(SCRIPTS, "js")]
    environment.globals["sheet"] = "\n".join(_read(SHEETS, "css"))
    return environment


def _read(names: tuple[str, ...], ending: str) -> list[str]:
    """Return the page's files of a kind, in order."""
    found = (files("kg.render").joinpath("page", f"{name}.{ending}") for name in names)
    return [file.read_text(encoding="utf-8") for file in found if file.is_file()]


def _content_policy(environment: jinja2.Environment) -> str:
    """A Content Security Policy that lets just our scripts run and nothing be fetched (https://www.w3.org/TR/CSP3/)."""
    scripts = [str(script) for script in environment.globals["scripts"]]  # type: ignore[attr-defined]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
