"""The explorer: one self-contained page with the graph, its legend and filters, and the sentences behind each edge.

pyvis holds nodes, edges and options; the page is our own template around it, since pyvis's asks a CDN for its parts.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import networkx as nx
import pyvis
from pyvis.network import Network

from kg.ontology import Ontology
from kg.output import whole_file
from kg.query.claims import End, StoredClaim
from kg.query.wording import describe_qualifiers

# Okabe and Ito's palette, which colour-blind readers can tell apart; a shape besides for print.
STYLES: Mapping[str, tuple[str, str]] = {
    "country": ("#0072B2", "dot"),
    "region": ("#56B4E9", "dot"),
    "company": ("#E69F00", "square"),
    "government_body": ("#009E73", "triangle"),
    "organization": ("#66A61E", "triangle"),
    "person": ("#999999", "triangleDown"),
    "facility": ("#D55E00", "diamond"),
    "commodity": ("#CC79A7", "hexagon"),
    "product": ("#882255", "hexagon"),
    "sector": ("#AA4499", "star"),
    "policy": ("#8C6BB1", "star"),
}
_OTHER = ("#777777", "dot")
_SPACING, _MARGIN, _ASPECT = 170, 150, 1.3  # pixels between neighbours and between components; width to height
_SMALL, _PULL, _ITERATIONS = 150, 2.5, 200  # up to how many nodes stress is fast enough; how the springs are set
_DASHES: Mapping[str, bool | list[int]] = {"asserted": False, "planned": [8, 6], "possible": [2, 6]}


def write_explorer(claims: Sequence[StoredClaim], ontology: Ontology, path: Path, title: str) -> int:
    """Write the page to `path`; return how many edges it shows. Denied claims are listed with a node, not drawn."""
    drawn = _edges(c for c in claims if c.modality != "negated")
    positions = layout([(e["from"], e["to"]) for e in drawn])
    net = Network(directed=True)
    net.toggle_physics(False)
    also = _other_names(claims, ontology)
    degrees = Counter(e[end] for e in drawn for end in ("from", "to"))
    for end in _ends(claims):
        colour, shape = STYLES.get(end.type, _OTHER)
        x, y = positions.get(end.iri, (0, 0))
        weight = degrees[end.iri] ** 0.5
        net.add_node(
            end.iri,
            label=_short(end.label),
            color=colour,
            shape=shape,
            kind=end.type,
            name=end.label,
            also=also.get(end.iri, ()),
            x=x,
            y=y,
            size=round(10 + 4 * weight),
            font={"size": round(13 + 4 * weight)},
        )
    for edge in drawn:
        net.add_edge(edge.pop("from"), edge.pop("to"), **edge)
    environment = _environment()
    environment.globals.update(
        page_title=title,
        claims=[_record(c, ontology) for c in claims],
        styles={kind: {"color": colour, "shape": shape} for kind, (colour, shape) in STYLES.items()},
        csp=_content_policy(environment),
    )
    net.templateEnv, net.path = environment, "explorer.html"
    with whole_file(path) as out:
        out.write(net.generate_html(notebook=False).encode())
    return len(drawn)


def _other_names(claims: Iterable[StoredClaim], ontology: Ontology) -> dict[str, list[str]]:
    """Return the names by which each entity can be found: those that the ontology knows, and how articles write it."""
    known = {name.label: name for name in ontology.names.values()}
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        for end in (claim.subject, claim.object):
            found[end.iri].add(" ".join(end.mention.split()))
            if end.label in known and end.type == known[end.label].type:
                found[end.iri] |= {text for text, _, kind in known[end.label].labels if kind in {"label", "alias"}}
    return {iri: sorted(names) for iri, names in found.items()}


def layout(edges: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Place nodes in pixels: each connected component by itself, the largest first, the others in rows below it.

    The same edges give the same places, in whatever order they come.

    >>> layout([("b", "c"), ("a", "b")]) == layout([("a", "b"), ("b", "c")])
    True
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(sorted(edges))
    parts = [_component(graph.subgraph(part)) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), min(part)))
    sizes = [tuple(max(place[axis] for place in part.values()) + _MARGIN for axis in (0, 1)) for part in parts]
    width = max([(_ASPECT * sum(w * h for w, h in sizes)) ** 0.5, *(w for w, _ in sizes)], default=0.0)
    places: dict[str, tuple[int, int]] = {}
    left = top = height = 0.0
    for part, (wide, high) in zip(parts, sizes, strict=True):
        if left + wide > width:
            left, top, height = 0.0, top + height, 0.0
        places |= {node: (round(left + x), round(top + y)) for node, (x, y) in part.items()}
        left, height = left + wide, max(height, high)
    return places


def _component(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Place a connected graph by stress (small) or springs (large), its least coordinates 0."""
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted(graph.edges))
    scale = _SPACING * len(ordered) ** 0.5 / 2
    if len(ordered) <= _SMALL:
        found = nx.kamada_kawai_layout(ordered, scale=scale)
    else:
        found = nx.spring_layout(ordered, k=_PULL / len(ordered) ** 0.5, iterations=_ITERATIONS, seed=7, scale=scale)
    left, top = (min(float(place[axis]) for place in found.values()) for axis in (0, 1))
    return {node: (float(x) - left, float(y) - top) for node, (x, y) in found.items()}


def _ends(claims: Iterable[StoredClaim]) -> list[End]:
    return sorted({e.iri: e for c in claims for e in (c.subject, c.object)}.values(), key=lambda e: e.iri)


def _edges(claims: Iterable[StoredClaim]) -> list[dict[str, Any]]:
    """Merge claims with the same ends and relation into an edge; asserted beats planned beats possible."""
    groups: dict[tuple[str, str, str], list[StoredClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.subject.iri, claim.relation, claim.object.iri].append(claim)
    edges = []
    parallel: Counter[frozenset[str]] = Counter()
    for (subject, relation, obj), group in sorted(groups.items()):
        modality = next(m for m in _DASHES if any(c.modality == m for c in group))
        sources = len({c.source.name for c in group})
        edges.append(
            {
                "id": f"{subject} {relation} {obj}",
                "from": subject,
                "to": obj,
                "relation": relation,
                "lane": parallel[frozenset((subject, obj))],
                "modality": modality,
                "dashes": _DASHES[modality],
                "width": min(1 + sources, 5),
                "arrows": "to",
            }
        )
        parallel[frozenset((subject, obj))] += 1
    return edges


def _record(claim: StoredClaim, ontology: Ontology) -> dict[str, Any]:
    return {
        "edge": f"{claim.subject.iri} {claim.relation} {claim.object.iri}",
        "subject": claim.subject.label,
        "subjectIri": claim.subject.iri,
        "relation": ontology.relations[claim.relation].label,
        "object": claim.object.label,
        "objectIri": claim.object.iri,
        "marks": [" ".join(end.mention.split()) for end in (claim.subject, claim.object)],
        "details": describe_qualifiers(claim.qualifiers),
        "modality": claim.modality,
        "attribution": claim.attribution or "",
        "confidence": claim.confidence,
        "quote": " ".join(claim.quote.split()),
        "document": claim.source.title or claim.source.name,
        "publisher": claim.source.publisher,
        "date": claim.source.published,
    }


def _short(label: str, width: int = 28) -> str:
    return label if len(label) <= width else label[: width - 1] + "…"


def _environment() -> jinja2.Environment:
    ours = jinja2.PackageLoader("kg.render", "page")
    theirs = jinja2.FileSystemLoader(Path(pyvis.__file__).parent / "templates")
    environment = jinja2.Environment(loader=jinja2.ChoiceLoader([ours, theirs]), autoescape=True)
    environment.globals["vis"] = theirs.get_source(environment, "lib/vis-9.1.2/vis-network.min.js")[0]
    for name in ("explorer.js", "explorer.css"):
        environment.globals[name.replace(".", "_")] = (
            files("kg.render").joinpath("page", name).read_text(encoding="utf-8")
        )
    return environment


def _content_policy(environment: jinja2.Environment) -> str:
    """A Content Security Policy that lets just our scripts run and nothing be fetched (https://www.w3.org/TR/CSP3/)."""
    scripts = [str(environment.globals[name]) for name in ("vis", "explorer_js")]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
