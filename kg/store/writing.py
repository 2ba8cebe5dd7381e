"""Change named graphs, and with each change the default graph, which holds all of them merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import cast

import pyoxigraph as ox

from kg.changes import CHECKSUM, Change, batches, checksum, quad_data
from kg.store.reading import Graphs
from kg.store.terms import AS_READ, EVIDENCE, INTERNAL, KEPT, MADE_FROM, MERGED, RESOLVED, Described, Triple, triple_of
from kg.store.touched import Touched

_BATCH = 200_000  # quads that are changed in one transaction where a graph may not fit in memory
_PART = (
    5_000  # subjects that are loaded at once into an empty graph; twice as many take 50 MB more, and little less time
)
_BULK = 20_000  # quads from which on it is faster to write files of their own


class ChangingGraphs(Graphs):
    """Named graphs that are written, each change a transaction."""

    _touched: Touched | None = None  # where nothing is noted, everything is made anew

    def _writable(self) -> ox.Store:
        """Return the store to write to."""
        return self._store

    def flush(self) -> None:
        """Write everything through to the disk."""
        self._store.flush()

    def resolve(self, graph: ox.NamedNode, triples: Iterable[Triple], by: str = "") -> bool:
        """Make `triples` the content of a document's graph, and keep what was read from it; return whether it changed.

        `by` identifies what its entities were resolved by, if anything.
        """
        read, new = self.as_read(graph), set(triples)
        kept = {q for q in self._kept(graph) if q.graph_name not in {AS_READ, RESOLVED}}
        kept |= set() if new == read else _as_read(graph, read)
        return self._change(graph, new, kept | ({ox.Quad(graph, RESOLVED, ox.Literal(by), RESOLVED)} if by else set()))

    def resolved_by(self) -> dict[str, str]:
        """Return what the entities of documents were resolved by, by the IRIs of their graphs."""
        return dict(self.pairs(RESOLVED.value, RESOLVED))

    def evidence(self) -> Iterator[tuple[str, str]]:
        """Yield the IRIs of documents, and what is kept of what each says of who is who."""
        return self.pairs(EVIDENCE.value, EVIDENCE)

    def keep_evidence(self, graph: ox.NamedNode, evidence: str) -> None:
        """Keep what a document says of who is who until it is put again."""
        old = list(self._store.quads_for_pattern(graph, None, None, EVIDENCE))
        self._write(old, [ox.Quad(graph, EVIDENCE, ox.Literal(evidence), EVIDENCE)])
        self._stored()

    def _stored(self) -> None:
        """Do what is to be done now and then when documents come or go."""

    def as_read(self, graph: ox.NamedNode, properties: Iterable[str] = ()) -> set[Triple]:
        """Return what was read from a document, whatever other documents made of it since; if need be, some properties."""
        wanted: list[ox.NamedNode | None] = [ox.NamedNode(p) for p in properties] or [None]
        for _, _, text in self._match(subject=graph, graph=AS_READ):
            read = (triple_of(quad) for quad in ox.parse(text.value, format=ox.RdfFormat.N_TRIPLES))
            return {t for t in read if wanted == [None] or t[1] in wanted}
        return {t for predicate in wanted for t in self._match(predicate=predicate, graph=graph)}

    def _kept(self, graph: ox.NamedNode) -> set[ox.Quad]:
        """Return what the internal graphs hold of a document."""
        return {ox.Quad(*t, g) for g in KEPT for t in self._match(subject=graph, graph=g)}

    def _change(self, graph: ox.NamedNode, new: set[Triple], kept_new: set[ox.Quad]) -> bool:
        """Change a graph and what is kept of it, in one transaction; return whether anything changed."""
        old, kept_old = set(self._match(graph=graph)), self._kept(graph)
        if new == old and kept_new == kept_old:
            return False
        stale = list(self._store.quads_for_pattern(None, None, None, MADE_FROM))
        removed = [*self._gone(old - new, graph), *(kept_old - kept_new), *stale]
        added = [ox.Quad(*t, g) for t in new - old for g in (graph, MERGED)] + list(kept_new - kept_old)
        self._write(removed, added)
        self._touch(chain(removed, added))
        return True

    def _touch(self, quads: Iterable[ox.Quad]) -> None:
        """Note of which subjects documents tell something else now."""
        if self._touched and not self._touched.note(quads):
            self._touched = None

    def made_from(self, graph: ox.NamedNode) -> str:
        """Return what a graph was made from, if nothing has been changed since; otherwise ""."""
        return next((value.value for _, _, value in self._match(graph, graph=MADE_FROM)), "")

    def revise(self, graph: ox.NamedNode, described: Iterable[Described], made_from: str = "") -> bool:
        """Make what is told of each subject all that a named graph tells of it; what it tells of others stays.

        Return whether anything changed. It takes several transactions where there is much of it. `made_from` is as in
        `replace`.
        """
        changed = False
        for removed, added in batches(self._revisions(graph, described), _BATCH):
            self._write(removed, added)
            changed = True
        if made_from:
            self._note_made_from(graph, made_from)
        return changed

    def _note_made_from(self, graph: ox.NamedNode, made_from: str) -> None:
        old = list(self._store.quads_for_pattern(graph, None, None, MADE_FROM))
        self._write(old, [ox.Quad(graph, MADE_FROM, ox.Literal(made_from), MADE_FROM)])

    def _revisions(self, graph: ox.NamedNode, described: Iterable[Described]) -> Iterator[Change]:
        for subject, triples in described:
            before, after = set(self._match(subject, graph=graph)), set(triples)
            if before != after:
                gone = list(self._gone(before - after, graph))
                yield gone, [ox.Quad(*t, g) for t in after - before for g in (graph, MERGED)]

    def replace(self, graph: ox.NamedNode, described: Iterable[Described], made_from: str = "") -> bool:
        """Make what is told of each subject the content of a named graph; return whether it changed.

        For a graph that may not fit in memory, where a checksum is kept of each subject that it holds: the graph is
        compared subject by subject, and changed in several transactions; an empty one is loaded in a few parts. When this
        is interrupted, some subjects are told of as before and some anew, each of them whole. `made_from` names what the
        graph is made from besides the other graphs: if it was made from the same and no graph has been changed since,
        nothing is read at all.
        """
        if made_from and made_from == self.made_from(graph):
            return False
        if stale := list(self._store.quads_for_pattern(graph, None, None, MADE_FROM)):
            self._write(stale, [])
        changed = self._replace(graph, described)
        if made_from:
            self._note_made_from(graph, made_from)
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
            quads = (ox.Quad(*t, g) for _, triples in part for t in triples for g in (graph, MERGED))
            self.load(quads)
        return next(self._match(graph=graph), None) is not None

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Write quads as they are, all of them or none; it is the fastest way for many."""
        self._writable().bulk_extend(quads)

    def _changes(self, graph: ox.NamedNode, described: Iterable[Described], old: dict[str, int]) -> Iterator[Change]:
        """Yield, for each subject of which something else is to be told, the quads that go and those that come."""
        for subject, triples in chain(described, _emptied(old)):
            after = set(triples)
            known = old.pop(subject.value, None)
            if known is None or known != checksum(after):
                before = set() if known is None else set(self._match(subject=subject, graph=graph))
                if before != after:
                    gone = list(self._gone(before - after, graph))
                    yield gone, [ox.Quad(*t, g) for t in after - before for g in (graph, MERGED)]

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
        store = self._writable()
        if removed:
            store.update(f"DELETE DATA {{ {quad_data(removed)} }} ; INSERT DATA {{ {quad_data(added)} }}")
        elif len(added) < _BULK:
            store.extend(added)
        else:
            store.bulk_extend(added)

    def _gone(self, triples: Iterable[Triple], graph: ox.NamedNode) -> Iterator[ox.Quad]:
        """Yield the quads that go with triples of a graph: those of the merged graph only if no other graph has them."""
        for triple in triples:
            yield ox.Quad(*triple, graph)
            if not self._said_elsewhere(triple, graph):
                yield ox.Quad(*triple, MERGED)

    def _said_elsewhere(self, triple: Triple, graph: ox.NamedNode) -> bool:
        """Tell whether another named graph than `graph` holds a triple."""
        graphs = (q.graph_name for q in self._store.quads_for_pattern(*triple, None))
        return any(g not in {graph, MERGED} and g not in INTERNAL for g in graphs)


def _emptied(subjects: Mapping[str, int]) -> Iterator[Described]:
    """Yield the subjects that are left when one asks, with nothing told of them."""
    for subject in list(subjects):
        yield ox.NamedNode(subject), ()


def _as_read(graph: ox.NamedNode, triples: Iterable[Triple]) -> set[ox.Quad]:
    """Return a document's triples as one literal, so that no query meets them."""
    lines = sorted(f"{subject} {predicate} {value} ." for subject, predicate, value in triples)
    return {ox.Quad(graph, AS_READ, ox.Literal("\n".join(lines)), AS_READ)} if lines else set()
