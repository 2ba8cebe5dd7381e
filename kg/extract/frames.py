"""Frames: which words evoke which relation, and in which roles its ends stand. All of them are data in ontology/frames/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from kg.errors import OntologyError
from kg.extract.arguments import SupportVerbs
from kg.model import Modality
from kg.ontology import Ontology, Relation, load_toml

Words = frozenset[str]
Roles = tuple[str, ...]
End = Literal["subject", "object"]
TRIGGER = "="  # the role of the trigger's own phrase


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Frame:
    """One way of saying a relation. Roles are tried in order; `>` steps on to a role of the filler (`obj>in`).

    The fields are the keys of a frame file; `ontology/frames/README.md` says what each is for.
    """

    name: str
    relation: str
    verbs: Words = frozenset()
    nouns: Words = frozenset()
    adjectives: Words = frozenset()
    mentions: Words = frozenset()
    subject: Roles = ()
    object: Roles = ()
    pair: Roles = ()
    subject_types: Words = frozenset()
    object_types: Words = frozenset()
    named: frozenset[End] = frozenset()
    qualifiers: Mapping[str, Roles] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    requires: Words = frozenset()
    unless: Words = frozenset()
    modality: Modality | Literal["existence"] | None = None
    focus: Mapping[End, Words] = field(default_factory=dict)
    passive: bool | None = None
    once: bool = False
    with_object: Words = frozenset()
    without_object: Words = frozenset()
    not_through: Words = frozenset()
    only_transparent: bool = False
    support: Words = frozenset()
    without_support: Words = frozenset()
    support_modality: Mapping[str, Modality] = field(default_factory=dict)
    share: Literal["whole", "undivided", "part"] | None = None
    confidence: float = 0.6

    @property
    def triggers(self) -> dict[str, Words]:
        """The words that evoke the frame, by part of speech, and the types of mentions that do."""
        kinds = {"verbs": self.verbs, "nouns": self.nouns, "adjectives": self.adjectives, "mentions": self.mentions}
        return {kind: words for kind, words in kinds.items() if words}


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

    @cached_property
    def naming(self) -> Mapping[str, Mapping[str, Words]]:
        """The nouns that name a qualifier themselves, by relation and qualifier: "ban" is the measure that restricts."""
        found: dict[str, dict[str, Words]] = defaultdict(dict)
        for frame in self.frames:
            for key, roles in frame.qualifiers.items():
                if TRIGGER in roles:
                    found[frame.relation][key] = found[frame.relation].get(key, frozenset()) | frame.nouns
        return found


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
    for unknown in sorted(precision.keys() - seen):
        raise OntologyError(f"{folder / 'precision.toml'} has no frame {unknown}; measure anew or take the line out")
    return FrameSet(tuple(frames), lexicon)


def _frame(path: Path, entry: Mapping[str, Any], ontology: Ontology, precision: Mapping[str, Any]) -> Frame:
    relation = ontology.relations.get(entry.get("relation", ""))
    ends = {"subject_types": relation.domain, "object_types": relation.range} if relation else {}
    measured = {"confidence": precision[entry["name"]]} if entry.get("name") in precision else {}
    try:
        frame = Frame(**{**ends, **entry, **measured})
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise OntologyError(_broken(path, entry.get("name", ""), problem)) from error
    for problem in _problems(frame, relation, ontology):
        raise OntologyError(_broken(path, frame.name, problem))
    return frame


def _broken(path: Path, name: str, problem: str) -> str:
    return f"{path}: frame {name!r} cannot be used ({problem}); see ontology/frames/README.md"


def _problems(frame: Frame, relation: Relation | None, ontology: Ontology) -> Iterator[str]:
    """Yield what a frame says that the ontology does not know, or leaves out."""
    if relation is None:
        yield f"{frame.relation} is no relation of lodestone.ttl"
        return
    types = {t.json_name for t in ontology.types.values()}
    wanted = frame.subject_types | frame.object_types | frame.mentions | frozenset().union(*frame.focus.values())
    for unknown in sorted(wanted - types):
        yield f"{unknown} is no type of lodestone.ttl"
    for unknown in sorted(
        (frame.requires | frame.unless | frame.qualifiers.keys() | frame.fixed.keys()) - ontology.qualifiers.keys()
    ):
        yield f"{unknown} is no qualifier of lodestone.ttl"
    for unknown in sorted(
        (frame.qualifiers.keys() | frame.fixed.keys()) - relation.qualifiers - frame.requires - frame.unless
    ):
        yield f"{unknown} is no qualifier of {relation.json_name}"
    if not frame.triggers:
        yield "it has no trigger"
    if not frame.pair and not (frame.subject and frame.object):
        yield "it lacks the roles of an end"
