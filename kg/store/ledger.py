"""What is kept of the documents and files that were read: where they lie, their hashes, and what read them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import pyoxigraph as ox

from kg.iris import digest
from kg.store.terms import FILES, LEDGER, SKETCH, SOURCE, Triple
from kg.store.writing import ChangingGraphs
from kg.vocab import LODE

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FILE = ox.NamedNode(LODE + "file")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What is kept of a file that was read to its end.

    `name` is what its documents are named after, `sha256` that of its bytes, `versions` a digest of what read it, and
    `reasons` tell why it, or documents in it, could not be read.
    """

    location: str
    name: str
    sha256: str
    versions: str
    reasons: tuple[str, ...] = ()


class Ledger(ChangingGraphs):
    """Documents with what is kept of them."""

    def put(
        self,
        graph: ox.NamedNode,
        triples: Iterable[Triple],
        ledger: Iterable[Triple] = (),
        text: str = "",
        sketch: str = "",
    ) -> bool:
        """Make `triples` the content of a named graph, in one transaction; return whether anything changed.

        With it goes what the ledger keeps of the document, its `text` if offsets count in something else than the file
        (lone surrogates, which no store can hold, are replaced one for one), and a sketch by which copies are found.
        """
        kept = {ox.Quad(*t, LEDGER) for t in ledger}
        kept |= {
            ox.Quad(graph, name, ox.Literal(_SURROGATE.sub("\ufffd", value)), name)
            for name, value in ((SOURCE, text), (SKETCH, sketch))
            if value
        }
        changed = self._change(graph, set(triples), kept)
        if changed:
            self._stored()
        return changed

    def remove(self, graph: ox.NamedNode) -> bool:
        """Take a document out with all that is kept of it; return whether it was there."""
        return self.put(graph, ())

    def settle(self, entry: FileEntry) -> bool:
        """Keep what is known of a file once all of its documents are stored; return whether that is new."""
        node = _file_node(entry.location)
        new = {ox.Quad(node, _FILE, ox.Literal(json.dumps(asdict(entry))), FILES)}
        old = set(self._store.quads_for_pattern(node, None, None, FILES))
        if old != new:
            self._write(list(old - new), list(new - old))
        return old != new

    def forget(self, location: str) -> bool:
        """Keep nothing of a file any more; return whether something was kept."""
        gone = list(self._store.quads_for_pattern(_file_node(location), None, None, FILES))
        if gone:
            self._write(gone, [])
        return bool(gone)

    def ledger(self) -> dict[str, dict[str, str]]:
        """Return what is kept of each document that was read (location, hash), by the IRI of its graph."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for subject, predicate, value in self._match(graph=LEDGER):
            found[subject.value][predicate.value.removeprefix(LODE)] = value.value
        return found

    def ledger_of(self, graph: ox.NamedNode) -> dict[str, str]:
        """Return what is kept of one document, by the name of its graph; nothing if it is not there."""
        return {key.value.removeprefix(LODE): value.value for _, key, value in self._match(graph, graph=LEDGER)}

    def files(self) -> dict[str, FileEntry]:
        """Return what is kept of files, by location, sorted."""
        kept = (json.loads(value.value) for _, _, value in self._match(graph=FILES))
        found = (FileEntry(**{**told, "reasons": tuple(told["reasons"])}) for told in kept)
        return {entry.location: entry for entry in sorted(found, key=lambda entry: entry.location)}

    def source(self, graph: ox.NamedNode) -> str | None:
        """Return the text that a document was read from if it is kept, None if the file itself holds it."""
        return next((value.value for _, _, value in self._match(graph, graph=SOURCE)), None)

    def sketch(self, document: str) -> str:
        """Return the sketch that is kept of a document, by IRI; "" if there is none."""
        return next((value.value for _, _, value in self._match(ox.NamedNode(document), graph=SKETCH)), "")

    def sketches(self) -> Iterator[tuple[str, str]]:
        """Yield the IRIs of documents and the sketches that are kept of them."""
        return self.pairs(SKETCH.value, SKETCH)


def _file_node(location: str) -> ox.NamedNode:
    return ox.NamedNode(f"{LODE}file/{digest(location)}")
