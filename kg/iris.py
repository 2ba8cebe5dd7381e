"""IRIs, all made from what they name, so that the same text gives the same graph.

Entities are relative IRIs `segment/slug` under the base; claims and evidence are fragments of their document's IRI.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from itertools import groupby
from typing import Any

_SLUG_LENGTH = 80
# Combining classes of overlays, of Hebrew and Arabic points and of accents; other marks make another letter.
_ACCENTS = frozenset({1, *range(10, 37), *range(200, 241)})


def slug(text: str) -> str:
    """Return `text` as the last segment of an IRI: lower case, words parted by hyphens, any script.

    >>> slug("Solvay S.A. (La Rochelle)"), slug("Norra Kärr"), slug("包头"), slug("<script>")
    ('solvay-s-a-la-rochelle', 'norra-karr', '包头', 'script')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.combining(c) not in _ACCENTS)
    plain = unicodedata.normalize("NFC", plain).casefold()
    words = "-".join("".join(word) for of_word, word in groupby(plain, _is_of_word) if of_word)
    if not words:
        return "x" + digest(text)
    return words if len(words) <= _SLUG_LENGTH else f"{words[:_SLUG_LENGTH].rstrip('-')}-{digest(text)[:6]}"


def _is_of_word(character: str) -> bool:
    """Tell whether a character is a letter, a digit or a mark that belongs to one; variation selectors change only looks."""
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return False
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}


def digest(*parts: Any) -> str:
    """Return twelve hexadecimal digits that depend on the parts alone.

    >>> digest("a", {"b": 1}) == digest("a", {"b": 1})
    True
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def document_iri(name: str) -> str:
    """Return the relative IRI of a document.

    >>> document_iri("s003")
    'doc/s003'
    """
    return f"doc/{slug(name)}"


def entity_iri(segment: str, name: str) -> str:
    """Return the relative IRI of an entity that is in no list.

    >>> entity_iri("company", "Westwin Elements")
    'company/westwin-elements'
    """
    return f"{segment}/{slug(name)}"


def evidence_iri(document: str, start: int, end: int) -> str:
    """Return the relative IRI of a passage, in the manner of RFC 5147.

    >>> evidence_iri("doc/s003", 210, 262)
    'doc/s003#char=210,262'
    """
    return f"{document}#char={start},{end}"


def dependency_iri(rule: str, dependent: str, provider: str, on: str, stage: str, modality: str) -> str:
    """Return the relative IRI of a derived dependency: sixteen hexadecimal digits of what makes it that one.

    >>> dependency_iri("supplies", "country/japan", "country/china", "commodity/rare-earths", "", "asserted")
    'dependency/dfe48b4b078847fc'
    """
    key = "\0".join((rule, dependent, provider, on, stage, modality))
    return "dependency/" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
