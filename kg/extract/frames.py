"""Frames: which words evoke which relation, and in which roles its ends stand. All of them are data in ontology/frames/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from kg.errors import OntologyError
from kg.extract.arguments import SupportVerbs
from kg.model import Modality
from kg.ontology import Ontology, load_toml

_TRIGGERS = ("verbs", "nouns", "adjectives", "mentions")


@dataclass(frozen=True)
class Frame:
    """One way of saying a relation. Roles are tried in order; `>` steps on to a role of the filler (`obj>in`).

    The keys, and what each is for, are listed in `ontology/frames/README.md`.
    """

    name: str
    relation: str
    triggers: Mapping[str, frozenset[str]]
    subject: tuple[str, ...]
    object: tuple[str, ...]
    pair: tuple[str, ...] = ()
    subject_types: frozenset[str] = frozenset()
    object_types: frozenset[str] = frozenset()
    qualifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    requires: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    modality: Modality | None = None
    focus: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passive: bool | None = None
    once: bool = False
    without_object: frozenset[str] = frozenset()
    not_through: frozenset[str] = frozenset()
    support: frozenset[str] = frozenset()
    without_support: frozenset[str] = frozenset()
    support_modality: Mapping[str, Modality] = field(default_factory=dict)
    share: Literal["whole", "undivided", "part"] | None = None
    confidence: float = 0.6


@dataclass(frozen=True)
class Lexicon:
    """The words that extraction needs besides frames: support verbs, transparent nouns, cues of modality and attribution."""

    words: Mapping[str, Any]

    @cached_property
    def support(self) -> SupportVerbs:
        """The support verbs."""
        verbs = self.words["support"]
        return SupportVerbs(
            frozenset(verbs["giving"]),
            frozenset(verbs["receiving"]),
            frozenset(verbs["control"]),
            frozenset(verbs["copular"]),
        )

    def set(self, *keys: str) -> frozenset[str]:
        """Return the words under a path of keys."""
        value: Any = self.words
        for key in keys:
            value = value[key]
        return frozenset(value)


@dataclass(frozen=True)
class FrameSet:
    """All frames, by the lemma or mention type that evokes them."""

    frames: tuple[Frame, ...]
    lexicon: Lexicon

    @cached_property
    def by_trigger(self) -> Mapping[tuple[str, str], tuple[Frame, ...]]:
        """The frames that a word evokes, by lemma and part of speech."""
        index: dict[tuple[str, str], list[Frame]] = defaultdict(list)
        for frame in self.frames:
            for kind, words in frame.triggers.items():
                for word in words:
                    index[kind, word].append(frame)
        return {key: tuple(found) for key, found in index.items()}


def load_frames(folder: Path, ontology: Ontology) -> FrameSet:
    """Load every frame of `folder`; raises OntologyError if one names what the ontology does not know."""
    lexicon = Lexicon(load_toml(folder / "lexicon.toml"))
    precision = load_toml(folder / "precision.toml") if (folder / "precision.toml").exists() else {}
    frames: list[Frame] = []
    seen: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        for entry in load_toml(path).get("frame", ()):
            frame = _frame(path, entry, ontology, precision)
            if frame.name in seen:
                raise OntologyError(f"{path} has two frames named {frame.name}; give each its own name")
            seen.add(frame.name)
            frames.append(frame)
    return FrameSet(tuple(frames), lexicon)


def _frame(path: Path, entry: Mapping[str, Any], ontology: Ontology, precision: Mapping[str, Any]) -> Frame:
    name = entry.get("name", "")
    relation = ontology.relations.get(entry.get("relation", ""))
    known = set(Frame.__dataclass_fields__) | set(_TRIGGERS)
    unknown = [key for key in entry if key not in known]
    if not name or relation is None or unknown:
        what = f"the key {unknown[0]}" if unknown else "no name or no relation of lodestone.ttl"
        raise OntologyError(f"{path}: frame {name!r} has {what}; see ontology/frames/README.md")
    return Frame(
        name=name,
        relation=relation.json_name,
        triggers={kind: frozenset(entry[kind]) for kind in _TRIGGERS if kind in entry},
        subject=tuple(entry.get("subject", ())),
        object=tuple(entry.get("object", ())),
        pair=tuple(entry.get("pair", ())),
        subject_types=frozenset(entry.get("subject_types", relation.domain)),
        object_types=frozenset(entry.get("object_types", relation.range)),
        qualifiers={key: tuple(roles) for key, roles in entry.get("qualifiers", {}).items()},
        fixed=dict(entry.get("fixed", {})),
        requires=frozenset(entry.get("requires", ())),
        unless=frozenset(entry.get("unless", ())),
        modality=entry.get("modality"),
        focus={end: frozenset(types) for end, types in entry.get("focus", {}).items()},
        passive=entry.get("passive"),
        once=entry.get("once", False),
        without_object=frozenset(entry.get("without_object", ())),
        not_through=frozenset(entry.get("not_through", ())),
        support=frozenset(entry.get("support", ())),
        without_support=frozenset(entry.get("without_support", ())),
        support_modality=dict(entry.get("support_modality", {})),
        share=entry.get("share"),
        confidence=precision.get(name, entry.get("confidence", 0.6)),
    )
