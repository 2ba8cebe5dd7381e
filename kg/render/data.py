"""What a page needs at opening, as plain JSON: tables of columns, in which indices stand for what repeats."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.ontology import Ontology
from kg.query.claims import Source, StoredClaim
from kg.render.asking import page_questions
from kg.render.explored import DENIED, DRAWN, Explored, web_address
from kg.render.layered import layered_layout
from kg.render.layout import Places, layout
from kg.render.names import other_names
from kg.render.styles import relation_colors, style_of_type
from kg.rules import load_rules

Columns = dict[str, list[Any]]
MODALITIES = (*DRAWN, DENIED)
_DATE = re.compile(r"(?<!\d)\d{4}(?:-\d{2}){0,2}(?!\d)")


@dataclass(frozen=True)
class PageData:
    """What a page shows, with the indices that its tables share."""

    explored: Explored
    ontology: Ontology

    @cached_property
    def nodes(self) -> dict[str, int]:
        """The index of each thing by IRI."""
        return {end.iri: i for i, end in enumerate(self.explored.things())}

    @cached_property
    def claims(self) -> list[StoredClaim]:
        """The claims in the order of their columns."""
        return sorted(self.explored.claims, key=lambda c: (c.source.name, c.start, c.end, c.relation, c.iri))

    @cached_property
    def claim_index(self) -> dict[str, int]:
        """The index of each claim by IRI."""
        return {claim.iri: i for i, claim in enumerate(self.claims)}

    @cached_property
    def edges(self) -> dict[tuple[str, str, str], list[int]]:
        """The claims of each edge, by subject, relation and object, sorted."""
        found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for i, claim in enumerate(self.claims):
            found[claim.subject.iri, claim.relation, claim.object.iri].append(i)
        return dict(sorted(found.items()))

    @cached_property
    def documents(self) -> dict[str, tuple[int, Source]]:
        """The index of each document by IRI, and the document."""
        found = {c.source.iri: c.source for c in self.claims}
        return {iri: (i, found[iri]) for i, iri in enumerate(sorted(found))}

    @cached_property
    def types(self) -> dict[str, str]:
        """The IRI of each type by name, in the order of the ontology; those that it does not know last."""
        known: dict[str, str] = {}
        for kind in self.ontology.types.values():
            known.setdefault(kind.json_name, kind.iri)
        return known | {end.type: "" for end in self.explored.things() if end.type not in known}

    def drawn(self) -> list[tuple[str, str]]:
        """Return the ends of the edges that are drawn."""
        return [
            (subject, obj)
            for (subject, _, obj), claims in self.edges.items()
            if any(self.claims[i].modality != DENIED for i in claims)
        ]


def graph_part(data: PageData, title: str) -> dict[str, Any]:
    """Return what the page needs at opening, without nodes and edges, which pyvis holds."""
    stages = data.ontology.stages
    return {
        "title": title,
        "base": data.explored.base,
        "types": [
            {"name": name, "iri": iri, "label": _words(name), **style_of_type(name)._asdict()}
            for name, iri in data.types.items()
        ],
        "relations": _relations(data),
        "stages": list(stages),
        "stageIris": list(stages.values()),
        "modalities": list(MODALITIES),
        "claims": _claims(data),
        "documents": _documents(data),
        "questions": page_questions(data.ontology),
    }


def node_records(data: PageData) -> list[dict[str, Any]]:
    """Return the things with their places in both layouts, as records of the columns `nodes`."""
    ends = data.drawn()
    force = layout(ends)
    layered = layered_layout(_flows(data), ends, force)
    degrees: dict[str, int] = defaultdict(int)
    for pair in ends:
        for iri in set(pair):
            degrees[iri] += 1
    types = {name: i for i, name in enumerate(data.types)}
    also = other_names(data.explored, data.ontology)
    return [
        {
            "iri": end.iri.removeprefix(data.explored.base),
            "label": end.label,
            "type": types[end.type],
            "also": sorted(also.get(end.iri, set()) - {end.label}),
            **_coordinates(end.iri, force, layered),
            "degree": degrees[end.iri],
        }
        for end in data.explored.things()
    ]


def edge_records(data: PageData) -> list[dict[str, Any]]:
    """Return an edge for each subject, relation and object, as records of the columns `edges`."""
    relations = {name: i for i, name in enumerate(data.ontology.relations)}
    return [
        {"from": data.nodes[subject], "to": data.nodes[obj], "relation": relations[relation], "claims": claims}
        for (subject, relation, obj), claims in data.edges.items()
    ]


def as_columns(records: Sequence[Mapping[str, Any]], keys: Iterable[str]) -> Columns:
    """Return records as columns.

    >>> as_columns([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], ["a", "b"])
    {'a': [1, 2], 'b': ['x', 'y']}
    """
    return {key: [record[key] for record in records] for key in keys}


def _relations(data: PageData) -> list[dict[str, Any]]:
    relations = data.ontology.relations.values()
    colors = relation_colors(relations, load_rules(data.ontology).values())
    return [
        {
            "name": relation.json_name,
            "iri": relation.iri,
            "label": relation.label,
            "color": colors[relation.json_name][0],
            "dark": colors[relation.json_name][1],
            "symmetric": relation.symmetric,
        }
        for relation in relations
    ]


def _coordinates(iri: str, force: Places, layered: Mapping[str, tuple[int, int, int]]) -> dict[str, int]:
    (x, y), (across, down, layer) = force.get(iri, (0, 0)), layered.get(iri, (0, 0, 0))
    return {"x": x, "y": y, "lx": across, "ly": down, "layer": layer}


def _flows(data: PageData) -> list[tuple[str, str]]:
    """Return from whom to whom things flow: from the provider of each dependency to the dependent."""
    return [(d.provider, d.dependent) for d in data.explored.dependencies]


def _claims(data: PageData) -> Columns:
    edge_of = {claim: edge for edge, claims in enumerate(data.edges.values()) for claim in claims}
    stages = {name: i for i, name in enumerate(data.ontology.stages)}
    records = [
        {
            "edge": edge_of[i],
            "modality": MODALITIES.index(claim.modality),
            "confidence": claim.confidence,
            "document": data.documents[claim.source.iri][0],
            "stage": stages.get(claim.qualifiers.get("stage", ""), -1),
            "commodity": data.nodes.get(data.explored.about(claim), -1),
            "stated": _stated(claim.qualifiers.get("time", "")),
            "share": _share(claim.qualifiers),
            "amount": claim.qualifiers.get("amount", {}).get("value"),
        }
        for i, claim in enumerate(data.claims)
    ]
    keys = ("edge", "modality", "confidence", "document", "stage", "commodity", "stated", "share", "amount")
    return as_columns(records, keys)


def _stated(time: str) -> str:
    """Return the last date in the words of a time: that is when it holds, or from when."""
    dates: list[str] = _DATE.findall(time)
    return dates[-1] if dates else ""


def _share(qualifiers: Mapping[str, Any]) -> list[float | None] | None:
    share = qualifiers.get("share")
    return [share["min"], share["max"]] if share else None


def _documents(data: PageData) -> Columns:
    known = {iri: i for iri, (i, _) in data.documents.items()}
    records = [
        {
            "name": source.name,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
            "url": web_address(data.explored.citations.get(iri, "")),
            "citation": data.explored.citations.get(iri, ""),
            "source": known.get(data.explored.copies.get(iri, iri), i),
        }
        for iri, (i, source) in data.documents.items()
    ]
    return as_columns(records, ("name", "title", "publisher", "published", "url", "citation", "source"))


def _words(name: str) -> str:
    return name.replace("_", " ")
