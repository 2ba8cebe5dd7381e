"""What a name tells by its form: an acronym, a legal form, the name of a part (a subsidiary, a project) of something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg.ontology import Ontology

INTRODUCED = "short name introduced in brackets"
SHORTENED = "short for a longer name in the article"
MAX_ACRONYM = 8  # characters; what an IRI makes of one is no longer
_ACRONYM = re.compile(rf"(?=(?:.*[A-Z]){{2}})[A-Z0-9&.]{{2,{MAX_ACRONYM}}}")
_PLACES = frozenset({"country", "region"})


@dataclass(frozen=True, slots=True)
class Part:
    """A name that is another one and a word for a part of what that names."""

    whole: str
    reason: str


def is_acronym(name: str) -> bool:
    """Tell whether a name is made of capitals.

    >>> [name for name in ("QCM", "BHP", "AT&M", "Qorval", "Q", "2025") if is_acronym(name)]
    ['QCM', 'BHP', 'AT&M']
    """
    return _ACRONYM.fullmatch(name) is not None


@dataclass(frozen=True)
class Parts:
    """Knows names of parts by their last words: places, and nouns for facilities."""

    ontology: Ontology

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(
            text
            for name in self.ontology.names.values()
            if name.type in _PLACES
            for text, _, kind in name.labels
            if kind in {"label", "alias"}
        )

    def of(self, name: str) -> Part | None:
        """Return what a name is that of a part of, if its last words say so.

        >>> from kg.ontology import load_ontology
        >>> parts = Parts(load_ontology())
        >>> parts.of("Ganfeng Lithium Netherlands B.V.")
        Part(whole='Ganfeng Lithium', reason='named after it and Netherlands: a part of it, not itself')
        >>> parts.of("Dubbo Project").whole, parts.of("MP Materials")
        ('Dubbo', None)
        """
        words = self.ontology.naming.legal_forms_at_end.sub("", name).replace("(", "").replace(")", "").split()
        for length in range(len(words) - 1, 0, -1):
            last, whole = " ".join(words[-length:]), " ".join(words[:-length])
            if last in self._places:
                return Part(whole, f"named after it and {last}: a part of it, not itself")
            if self.ontology.nouns.get(last.lower()) == "facility":
                return Part(whole, f"a {last.lower()} named after it, not itself")
        return None
