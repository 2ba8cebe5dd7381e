"""The graph on disk: an Oxigraph store with a named graph a document, and in the default graph all of them merged.

A folder holds `store/` (Oxigraph's files) and `graph.json` (base, versions). Each document's change is one transaction,
and so is what the ledger, a graph of its own, keeps of the document.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from time import sleep
from typing import Any, cast

import pyoxigraph as ox

from kg.changes import CHECKSUM, Change, batches, checksum, quad_data
from kg.errors import EmptyGraphError, GraphError, QueryError
from kg.manifest import MANIFEST, check_base, check_place, check_same_base, damaged, read_manifest
from kg.vocab import LODE, RDF, RDFS, prefixes

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
Described = tuple[ox.NamedNode, Iterable[Triple]]  # a subject, and what is told of it
ENTITIES = ox.NamedNode(LODE + "entities")
RESOLUTIONS = ox.NamedNode(LODE + "resolutions")
DEPENDENCIES = ox.NamedNode(LODE + "dependencies")
LEDGER = ox.NamedNode(LODE + "ledger")
_AS_READ = ox.NamedNode(LODE + "asRead")  # graph and property: what was read from a document that was resolved further
_MADE_FROM = ox.NamedNode(LODE + "madeFrom")  # graph and property: what a graph was made from that no other has changed
_INTERNAL = frozenset({LEDGER, _AS_READ, _MADE_FROM})
_MERGED = ox.DefaultGraph()
_STORE = "store"
_BATCH = 200_000  # quads that are changed in one transaction where a graph may not fit in memory
_PART = 20_000  # subjects that are loaded at once into an empty graph
_TRIES = 5  # to open files that a writer changes
_BULK = 20_000  # quads from which on it is faster to write files of their own


class GraphStore:
    """A graph folder."""

    def __init__(self, folder: Path, store: ox.Store, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._store = store

    @classmethod
    def create(cls, folder: Path, manifest: Mapping[str, Any]) -> GraphStore:
        """Open `folder` for writing, making it if need be.

        Raises GraphError if it is something else, in use, damaged or of another base, or if the base gives no IRIs.
        """
        check_base(manifest["base"])
        check_place(folder)
        try:
            (folder / _STORE).mkdir(parents=True, exist_ok=True)
            store = ox.Store(str(folder / _STORE))
            if (folder / MANIFEST).exists():
                check_same_base(folder, manifest["base"])
            (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise GraphError(
                f"{folder} cannot be written: {error}; close other programs that use it or choose another with --graph"
            ) from error
        except RuntimeError as error:
            raise damaged(folder, error) from error
        return cls(folder, store, manifest)

    @classmethod
    def open(cls, folder: Path) -> GraphStore:
        """Open `folder` for reading; raises EmptyGraphError if it holds no graph."""
        if not (folder / MANIFEST).exists() or not (folder / _STORE).is_dir():
            raise EmptyGraphError(f"{folder} holds no graph; make one with `kg build PATH --graph {folder}`")
        manifest = read_manifest(folder)
        try:
            store = _read_only(folder / _STORE)
        except (OSError, RuntimeError) as error:
            raise damaged(folder, error) from error
        return cls(folder, store, manifest)

    @property
    def base(self) -> str:
        """What the IRIs of things begin with."""
        return str(self.manifest["base"])

    def put(self, graph: ox.NamedNode, triples: Iterable[Triple], ledger: Iterable[Triple] = ()) -> bool:
        """Make `triples` the content of a named graph, in one transaction; return whether anything changed."""
        return self._change(graph, set(triples), {ox.Quad(*t, LEDGER) for t in ledger})

    def resolve(self, graph: ox.NamedNode, triples: Iterable[Triple]) -> bool:
        """Make `triples` the content of a document's graph, and keep what was read from it; return whether it changed."""
        read, new = self.as_read(graph), set(triples)
        ledger = {q for q in self._kept(graph) if q.graph_name == LEDGER}
        return self._change(graph, new, ledger if new == read else {*ledger, *_as_read(graph, read)})

    def as_read(self, graph: ox.NamedNode, properties: Iterable[str] = ()) -> set[Triple]:
        """Return what was read from a document, whatever other documents made of it since; if need be, some properties."""
        wanted: list[ox.NamedNode | None] = [ox.NamedNode(p) for p in properties] or [None]
        for _, _, text in self._match(subject=graph, graph=_AS_READ):
            read = (_triple(quad) for quad in ox.parse(text.value, format=ox.RdfFormat.N_TRIPLES))
            return {t for t in read if wanted == [None] or t[1] in wanted}
        return {t for predicate in wanted for t in self._match(predicate=predicate, graph=graph)}

    def resolved(self) -> set[ox.NamedNode]:
        """Return the graphs that hold something else than what was read from their documents."""
        return {graph for graph, _, _ in self._match(graph=_AS_READ)}

    def _kept(self, graph: ox.NamedNode) -> set[ox.Quad]:
        """Return what the internal graphs hold of a document."""
        return {ox.Quad(*t, g) for g in _INTERNAL for t in self._match(subject=graph, graph=g)}

    def _change(self, graph: ox.NamedNode, new: set[Triple], kept_new: set[ox.Quad]) -> bool:
        """Change a graph and what is kept of it, in one transaction; return whether anything changed."""
        old, kept_old = set(self._match(graph=graph)), self._kept(graph)
        if new == old and kept_new == kept_old:
            return False
        stale = list(self._store.quads_for_pattern(None, None, None, _MADE_FROM))
        removed = [*self._gone(old - new, graph), *(kept_old - kept_new), *stale]
        added = [ox.Quad(*t, g) for t in new - old for g in (graph, _MERGED)] + list(kept_new - kept_old)
        self._write(removed, added)
        return True

    def replace(self, graph: ox.NamedNode, described: Iterable[Described], made_from: str = "") -> bool:
        """Make what is told of each subject the content of a named graph; return whether it changed.

        For a graph that may not fit in memory, where a checksum is kept of each subject that it holds: the graph is
        compared subject by subject, and changed in several transactions; an empty one is loaded in a few parts. When this
        is interrupted, some subjects are told of as before and some anew, each of them whole. `made_from` names what the
        graph is made from besides the other graphs: if it was made from the same and no graph has been changed since,
        nothing is read at all.
        """
        made = ox.Quad(graph, _MADE_FROM, ox.Literal(made_from), _MADE_FROM)
        if made_from and made in self._store:
            return False
        for triple in list(self._match(subject=graph, graph=_MADE_FROM)):
            self._store.remove(ox.Quad(*triple, _MADE_FROM))
        changed = self._replace(graph, described)
        if made_from:
            self._store.add(made)
        return changed

    def _replace(self, graph: ox.NamedNode, described: Iterable[Described]) -> bool:
        old = self._checksums(graph)
        if not old:
            return self._load(graph, described)
        changed = False
        for removed, added in batches(self._changes(graph, described, old), _BATCH):
            self._write(removed, added)
            changed = True
        return changed

    def _load(self, graph: ox.NamedNode, described: Iterable[Described]) -> bool:
        """Write what is told of subjects into an empty graph, part by part; return whether that is anything.

        Oxigraph puts what it loads in bulk into its indexes at once, or none of it if it fails.
        """
        rest = iter(described)
        while first := next(rest, None):
            part = chain([first], islice(rest, _PART - 1))
            self._store.bulk_extend(ox.Quad(*t, g) for _, triples in part for t in triples for g in (graph, _MERGED))
        return next(self._match(graph=graph), None) is not None

    def _changes(self, graph: ox.NamedNode, described: Iterable[Described], old: dict[str, int]) -> Iterator[Change]:
        """Yield, for each subject of which something else is to be told, the quads that go and those that come."""
        for subject, triples in chain(described, _emptied(old)):
            after = set(triples)
            known = old.pop(subject.value, None)
            if known is None or known != checksum(after):
                before = set() if known is None else set(self._match(subject=subject, graph=graph))
                if before != after:
                    gone = list(self._gone(before - after, graph))
                    yield gone, [ox.Quad(*t, g) for t in after - before for g in (graph, _MERGED)]

    def _checksums(self, graph: ox.NamedNode) -> dict[str, int]:
        """Return a checksum of what a named graph tells of each subject."""
        found: dict[str, int] = {}
        query = f"SELECT ?subject ?predicate ?value {{ GRAPH {graph} {{ ?subject ?predicate ?value }} }}"
        for subject, predicate, value in cast(ox.QuerySolutions, self._store.query(query)):
            key = subject.value
            found[key] = found.get(key, 0) + hash((predicate, value)) & CHECKSUM
        return found

    def _write(self, removed: Sequence[ox.Quad], added: Sequence[ox.Quad]) -> None:
        """Take quads out and put others in, in one transaction."""
        if removed:
            self._store.update(f"DELETE DATA {{ {quad_data(removed)} }} ; INSERT DATA {{ {quad_data(added)} }}")
        elif len(added) < _BULK:
            self._store.extend(added)
        else:
            self._store.bulk_extend(added)

    def _gone(self, triples: Iterable[Triple], graph: ox.NamedNode) -> Iterator[ox.Quad]:
        """Yield the quads that go with triples of a graph: those of the merged graph only if no other graph has them."""
        for triple in triples:
            yield ox.Quad(*triple, graph)
            if not self._said_elsewhere(triple, graph):
                yield ox.Quad(*triple, _MERGED)

    def _said_elsewhere(self, triple: Triple, graph: ox.NamedNode) -> bool:
        """Tell whether another named graph than `graph` holds a triple."""
        graphs = (q.graph_name for q in self._store.quads_for_pattern(*triple, None))
        return any(g not in {graph, _MERGED} and g not in _INTERNAL for g in graphs)

    def _match(
        self,
        subject: ox.NamedNode | None = None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.Literal | None = None,
        graph: ox.NamedNode | ox.DefaultGraph = _MERGED,
    ) -> Iterator[Triple]:
        """Yield the triples of a pattern."""
        return map(_triple, self._store.quads_for_pattern(subject, predicate, value, graph))

    def graphs(self) -> list[ox.NamedNode]:
        """Return the named graphs that are published, sorted: one a document, those of entities, resolutions, dependencies."""
        named = (g for g in self._store.named_graphs() if isinstance(g, ox.NamedNode) and g not in _INTERNAL)
        return sorted(named, key=str)

    def contents(self, graph: ox.NamedNode, subject: ox.NamedNode | None = None) -> Iterator[Triple]:
        """Yield the triples of a named graph, or those about a subject."""
        return self._match(subject=subject, graph=graph)

    def told(self, graph: ox.NamedNode, subject: ox.NamedNode) -> dict[str, list[str]]:
        """Return what a named graph tells of a subject: values by predicate."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(subject, None, None, graph):
            _, predicate, value = _triple(quad)
            found[predicate.value].append(value.value)
        return found

    def instances(self, kind: str) -> list[str]:
        """Return the IRIs of all instances of a class, sorted."""
        return sorted(self.subjects(RDF + "type", kind))

    def subjects(self, predicate: str, obj: str, graph: ox.NamedNode | ox.DefaultGraph = _MERGED) -> list[str]:
        """Return the IRIs of which a graph, by default the merged one, says that `predicate` is `obj`."""
        found = self._match(predicate=ox.NamedNode(predicate), value=ox.NamedNode(obj), graph=graph)
        return [subject.value for subject, _, _ in found]

    def pairs(self, predicate: str, graph: ox.NamedNode | ox.DefaultGraph = _MERGED) -> Iterator[tuple[str, str]]:
        """Yield the subjects and values of a property in a graph, by default the merged one.

        A query returns these two alone, which takes less time than whole quads.
        """
        told = f"?subject {ox.NamedNode(predicate)} ?value"
        pattern = told if graph == _MERGED else f"GRAPH {graph} {{ {told} }}"
        solutions = cast(ox.QuerySolutions, self._store.query(f"SELECT ?subject ?value {{ {pattern} }}"))
        for subject, value in solutions:
            yield subject.value, value.value

    def values(self, predicate: str) -> list[str]:
        """Return the values of a property in the merged graph, one for each triple."""
        return [value for _, value in self.pairs(predicate)]

    def properties(self, subject: str) -> dict[str, list[ox.NamedNode | ox.Literal]]:
        """Return what the merged graph says of a subject, by predicate."""
        found: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for _, predicate, value in self._match(subject=ox.NamedNode(subject)):
            found[predicate.value].append(value)
        return found

    def objects(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        """Return the values of a property of a subject in the merged graph."""
        return [value for _, _, value in self._match(ox.NamedNode(subject), ox.NamedNode(predicate))]

    def types(self, subject: str) -> list[str]:
        """Return the classes of which the merged graph says that a subject is an instance, sorted."""
        return sorted(kind.value for kind in self.objects(subject, RDF + "type"))

    def labels(self) -> dict[str, list[str]]:
        """Return the labels that documents give each entity, by IRI."""
        found: dict[str, list[str]] = defaultdict(list)
        for subject, label in self.pairs(RDFS + "label"):
            found[subject].append(label)
        return found

    def ledger(self) -> dict[str, dict[str, str]]:
        """Return what is kept of each document that was read (location, hash), by the IRI of its graph."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for subject, predicate, value in self._match(graph=LEDGER):
            found[subject.value][predicate.value.removeprefix(LODE)] = value.value
        return found

    def flush(self) -> None:
        """Write everything through to the disk."""
        self._store.flush()

    def query(self, sparql: str) -> Any:
        """Run a SPARQL query over the merged graph, its prefixes known; raises QueryError."""
        try:
            return self._store.query(sparql, prefixes=prefixes(self.base))
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            reason = " ".join(str(error).split()).split(": expected one of")[0]
            raise QueryError(f"The query cannot be run: {reason}; mend it there and try again") from error

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the quads of all named graphs but the ledger, sorted."""
        named = (q for q in self._store if q.graph_name != _MERGED and q.graph_name not in _INTERNAL)
        yield from sorted(named, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the triples of the merged graph, sorted."""
        quads = self._store.quads_for_pattern(None, None, None, _MERGED)
        yield from (q.triple for q in sorted(quads, key=lambda q: (str(q.subject), str(q.predicate), str(q.object))))


def _read_only(folder: Path) -> ox.Store:
    """Open Oxigraph's files for reading; a writer that puts files together just then may have taken one away."""
    for _ in range(_TRIES - 1):
        with suppress(OSError, RuntimeError):
            return ox.Store.read_only(str(folder))
        sleep(0.05)
    return ox.Store.read_only(str(folder))


def _triple(quad: ox.Quad) -> Triple:
    """Return the triple of a quad; what is written here has neither blank nodes nor triple terms."""
    return cast(Triple, (quad.subject, quad.predicate, quad.object))


def _emptied(subjects: Mapping[str, int]) -> Iterator[Described]:
    """Yield the subjects that are left when one asks, with nothing told of them."""
    for subject in list(subjects):
        yield ox.NamedNode(subject), ()


def _as_read(graph: ox.NamedNode, triples: Iterable[Triple]) -> set[ox.Quad]:
    """Return a document's triples as one literal, so that no query meets them."""
    lines = sorted(f"{subject} {predicate} {value} ." for subject, predicate, value in triples)
    return {ox.Quad(graph, _AS_READ, ox.Literal("\n".join(lines)), _AS_READ)} if lines else set()
