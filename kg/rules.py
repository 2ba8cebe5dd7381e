"""The rules of ontology/rules/: SPARQL queries with a header, each of which finds who depends on whom by one reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.config import DEFAULT_BASE, ontology_folder
from kg.errors import OntologyError
from kg.ontology import Ontology
from kg.vocab import prefixes

KINDS = ("trade", "finance", "ownership", "operation", "material", "location", "policy")
_HEADER = re.compile(r"^#\s*(name|kind|sentence|dependent|provider|carries):\s*(.+?)\s*$", re.MULTILINE)
_NEEDED = {"dependent", "provider", "claim"}
_SLOTS = {"dependent", "provider", "on", "stage"}
_OPTIONAL_PART = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Rule:
    """A rule: `dependents` and `providers` are the types (JSON spelling) that its ends may have, empty for any.

    If a provider lacks something, the dependent feels it if the rule `carries` at all, and a dependent of one of these
    types hands it on to those who depend on it.
    """

    name: str
    kind: str
    sentence: str
    dependents: frozenset[str]
    providers: frozenset[str]
    carries: frozenset[str]
    query: str
    path: Path

    def fill(self, labels: Mapping[str, str]) -> str:
        """Return the sentence with labels in it; a part in brackets goes if it names what has none.

        >>> from kg.ontology import load_ontology
        >>> rule = load_rules(load_ontology())["supplies"]
        >>> rule.fill({"dependent": "Japan", "provider": "China", "on": "rare earths"})
        'Japan depends on China, which supplies it with rare earths'
        >>> rule.fill({"dependent": "Japan", "provider": "China"})
        'Japan depends on China, which supplies it'
        """

        def part(match: re.Match[str]) -> str:
            return match[1] if all(labels.get(slot) for slot in _SLOT.findall(match[1])) else ""

        return _SLOT.sub(lambda slot: labels.get(slot[1], ""), _OPTIONAL_PART.sub(part, self.sentence))


def load_rules(ontology: Ontology, folder: Path | None = None) -> dict[str, Rule]:
    """Return the rules of a folder by name, sorted; raises OntologyError for a file that is none or none of its own.

    >>> from kg.ontology import load_ontology
    >>> load_rules(load_ontology())["used-in"].kind
    'material'
    """
    types = {t.json_name for t in ontology.types.values()}
    found: dict[str, Rule] = {}
    for path in sorted((folder or ontology_folder() / "rules").glob("*.rq")):
        rule = _read_rule(path)
        if rule.name in found:
            raise OntologyError(
                f"{path} has the name {rule.name}, as {found[rule.name].path.name} has; rename one of them"
            )
        if unknown := sorted((rule.dependents | rule.providers | rule.carries) - types):
            raise OntologyError(f"{path} speaks of the type {unknown[0]}; choose one of {', '.join(sorted(types))}")
        found[rule.name] = rule
    return dict(sorted(found.items()))


def _read_rule(path: Path) -> Rule:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OntologyError(f"{path} cannot be read: {error}; save it as UTF-8") from error
    header = dict(_HEADER.findall(text))
    for key in ("name", "kind", "sentence"):
        if key not in header:
            raise OntologyError(f"{path} lacks the header line {key}; add it as the README beside it says")
    if header["kind"] not in KINDS:
        raise OntologyError(f"{path} is of the kind {header['kind']}; choose one of {', '.join(KINDS)}")
    if unknown := sorted(set(_SLOT.findall(header["sentence"])) - _SLOTS):
        raise OntologyError(f"{path} has {{{unknown[0]}}} in its sentence; use {', '.join(sorted(_SLOTS))}")
    _check_query(path, text)
    return Rule(
        name=header["name"],
        kind=header["kind"],
        sentence=header["sentence"],
        dependents=_types(header.get("dependent", "")),
        providers=_types(header.get("provider", "")),
        carries=_types(header.get("carries", "")),
        query=text,
        path=path,
    )


def _types(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(",") if name.strip())


def _check_query(path: Path, text: str) -> None:
    """Refuse a query that has no good syntax or does not select what an edge is made of."""
    try:
        found = ox.Store().query(text, prefixes=prefixes(DEFAULT_BASE))
    except (SyntaxError, ValueError) as error:
        reason = " ".join(str(error).split()).split(": expected one of")[0]
        raise OntologyError(f"{path} is no SPARQL: {reason}; mend it there") from error
    if not isinstance(found, ox.QuerySolutions):
        raise OntologyError(f"{path} is no SELECT query; select ?dependent ?provider ?claim")
    if missing := sorted(_NEEDED - {variable.value for variable in found.variables}):
        raise OntologyError(f"{path} does not select ?{' ?'.join(missing)}; add it")
