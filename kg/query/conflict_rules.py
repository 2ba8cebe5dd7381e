"""What makes two statements comparable, and how conflicts are told: ontology/conflicts.toml as values."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from kg.config import ontology_folder
from kg.errors import OntologyError
from kg.ontology import Ontology, load_toml
from kg.query.numbers import Leeway, Units

Comparison = Literal["number", "one", "sum", "status"]
_FILE = "conflicts.toml"


@dataclass(frozen=True)
class Rule:
    """One kind of conflict; ontology/conflicts.toml says what each field means."""

    name: str
    compare: Comparison
    relations: tuple[str, ...]
    sentence: str
    explanation: str
    same: tuple[str, ...] = ()
    value: str = ""
    end: str = ""
    level: str = ""
    several: bool = False
    alike: bool = False
    lasting: bool = False
    flow: bool = False
    once: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    unsaid: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ConflictRules:
    """All that is known of conflicts."""

    rules: tuple[Rule, ...]
    numbers: Mapping[str, Leeway]
    units: Units
    lag_years: int
    verdicts: Mapping[str, str]
    endings: Mapping[str, str]
    reasons: Mapping[str, str]
    parts: Mapping[str, Sequence[str]]


def load_conflict_rules(ontology: Ontology, folder: Path | None = None) -> ConflictRules:
    """Return what ontology/conflicts.toml says; raises OntologyError for what it names and the ontology has not.

    >>> from kg.ontology import load_ontology
    >>> [rule.name for rule in load_conflict_rules(load_ontology()).rules][:2]
    ['share', 'stake']
    """
    path = (folder or ontology_folder()) / _FILE
    found = load_toml(path)
    try:
        return ConflictRules(
            rules=tuple(_rule(path, entry, ontology) for entry in found["rule"]),
            numbers={kind: Leeway(**words) for kind, words in found["numbers"].items()},
            units={unit: (words["of"], float(words["factor"])) for unit, words in found["units"].items()},
            lag_years=int(found["time"]["lag_years"]),
            verdicts=found["verdicts"],
            endings=found["endings"],
            reasons=found["reasons"],
            parts=found["parts"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OntologyError(f"{path} lacks or misspells {error}; mend it or take the package's own") from error


def _rule(path: Path, entry: Mapping[str, Any], ontology: Ontology) -> Rule:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    rule = Rule(**fields)
    known: list[tuple[Iterable[str], Container[str]]] = [
        ([rule.compare], get_args(Comparison)),
        ([*rule.relations, *rule.once, *rule.turned], ontology.relations),
        ([*rule.same, *rule.unsaid, *rule.only, *filter(None, [rule.value])], ontology.qualifiers),
        ([*rule.subjects, *rule.objects], ontology.segments),
    ]
    for word in (word for words, allowed in known for word in words if word not in allowed):
        raise OntologyError(f"{path} has a rule {rule.name} with {word!r}, which is not known; mend it")
    rule.sentence.format(subject="", object="", relation="", values="")
    return rule
