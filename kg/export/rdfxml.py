"""RDF/XML: the merged graph for tools that read nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, cast

import pyoxigraph as ox

from kg.store import GraphStore
from kg.vocab import prefixes

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # production 2 of XML 1.0
_MARK = "\ufdd0"  # a character of no meaning, which stands for a carriage return until the bytes are written


def write_rdfxml(store: GraphStore, out: BinaryIO) -> None:
    """Write the merged graph as RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/).

    XML has no control characters; U+FFFD stands for each.
    """
    written = _Returns(out)
    ox.serialize(
        _in_xml(store.triples()), cast(IO[bytes], written), ox.RdfFormat.RDF_XML, prefixes=prefixes(store.base)
    )
    written.finish()


def xml_text(text: str) -> str:
    """Return text that XML can hold, U+FFFD for what it cannot.

    >>> xml_text("a\\x1b[31m")
    'a\\ufffd[31m'
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def _in_xml(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal) and (
            _NOT_IN_XML.search(value.value) or "\r" in value.value or _MARK in value.value
        ):
            text = xml_text(value.value.replace(_MARK, "\ufffd")).replace("\r", _MARK)
            literal = (
                ox.Literal(text, language=value.language)
                if value.language
                else ox.Literal(text, datatype=value.datatype)
            )
            triple = ox.Triple(triple.subject, triple.predicate, literal)
        yield triple


class _Returns:
    """Bytes on their way to a file, in which marks become references to a carriage return, which XML would not keep."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._held = b""

    def write(self, data: bytes) -> int:
        """Write all but the end, in which a mark may have begun."""
        whole = self._held + data
        cut = max(len(whole) - len(_MARK.encode()) + 1, 0)
        while cut < len(whole) and cut > 0 and whole[cut] & 0xC0 == 0x80:  # inside a character
            cut -= 1
        self._held = whole[cut:]
        self._out.write(whole[:cut].replace(_MARK.encode(), b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Keep what is held: more may come."""

    def finish(self) -> None:
        """Write the rest."""
        self._out.write(self._held.replace(_MARK.encode(), b"&#13;"))
