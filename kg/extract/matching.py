"""Every frame at every trigger: which words evoke which frames, and which mentions fill their roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

from kg.annotation import Annotation, Span
from kg.extract.arguments import Arguments
from kg.extract.fillers import Filler, Fillers
from kg.extract.frames import Frame, FrameSet
from kg.extract.gapping import Gapping
from kg.extract.qualifiers import Match, QualifierReader
from kg.ontology import Ontology

_AGAIN = "again"  # the role of who was last said to do so, in whichever sentence
_CLOSING = " \n\t\"”’')"
_THINGS = frozenset({"commodity", "product"})
# More members on both sides at once are a sign of a list that the parser took apart.
_MANY = 3


class Matcher:
    """Finds the matches of one annotated document; `orphans` are events told before whose subject is left out."""

    def __init__(
        self,
        annotation: Annotation,
        ontology: Ontology,
        frames: FrameSet,
        fillers: Fillers,
        qualifiers: QualifierReader,
    ) -> None:
        self.annotation = annotation
        self.ontology = ontology
        self.frames = frames
        self.fillers = fillers
        self.arguments: Arguments = fillers.arguments
        self.gapping = Gapping(fillers, qualifiers)
        self.orphans: list[tuple[Frame, int, Filler]] = []
        self._told: dict[str, Filler] = {}  # by relation, the named subject of the last match

    def matches(self) -> Iterator[Match]:
        """Yield every match, sentence by sentence."""
        for sentence in self.annotation.doc.sents:
            if sentence.text.rstrip(_CLOSING).endswith("?"):
                continue  # a question says nothing
            found = [m for token in sentence for m in self._fit_all(token.i)]
            yield from self.gapping.complete(found)

    def _fit_all(self, i: int) -> Iterator[Match]:
        for frame in self._frames_at(i):
            for match in self._fit(frame, i):
                if match.subject.span.kind == "name" or match.subject.span.is_reference:
                    self._told[frame.relation] = match.subject
                yield match

    def _frames_at(self, i: int) -> Iterator[Frame]:
        token = self.annotation.doc[i]
        index = self.frames.by_trigger
        span = self.fillers.span_at.get(i)
        if span is not None and span.head == i and span.mention.type:
            yield from index.get(("mentions", span.mention.type), ())
        if span is not None and span.kind == "name" and not _may_evoke(span, token):
            return
        kind = {
            "VERB": "verbs",
            "AUX": "verbs",
            "NOUN": "nouns",
            "PROPN": "nouns",
            "ADJ": "adjectives",
            "ADV": "adjectives",
        }.get(token.pos_)
        if kind is None:
            return
        seen: set[str] = set()
        for key in sorted(self._trigger_keys(i)):
            kinds = {kind, "adjectives"} if "-" in key else {kind}  # "state-owned" is tagged as a verb
            for frame in [f for k in sorted(kinds) for f in index.get((k, key), ())]:
                if frame.name not in seen and self._admits(frame, i):
                    seen.add(frame.name)
                    yield frame

    def _trigger_keys(self, i: int) -> set[str]:
        """How a frame may write the word at `i`: its lemma or form, with its particle, or with the word it is joined to."""
        doc, tree = self.annotation.doc, self.annotation.tree
        lemma, form = doc[i].lemma_.lower(), doc[i].lower_
        particle = next((doc[k].lower_ for k in tree.kids(i, "compound:prt")), None)
        if particle:
            return {f"{lemma} {particle}"}
        keys = {lemma, form}
        if i > 1 and doc[i - 1].text == "-":
            keys |= {f"{doc[i - 2].lower_}-{word}" for word in (lemma, form)}
        if i > 0 and tree.heads[i - 1] == i and tree.labels[i - 1] in {"compound", "amod"}:
            keys.add(f"{doc[i - 1].lower_} {lemma}")
        return keys

    def _admits(self, frame: Frame, i: int) -> bool:
        """Tell whether voice and supporting verb are as the frame asks."""
        if frame.passive is not None and frame.passive != self.arguments.is_passive(i):
            return False
        causative = self.frames.lexicon.set("causative", "verbs")
        if self.annotation.doc[i].lemma_.lower() in causative and self.annotation.tree.has(i, "xcomp"):
            return False
        objects = self._object_lemmas(i) if frame.with_object or frame.without_object else set()
        if (frame.with_object and not frame.with_object & objects) or frame.without_object & objects:
            return False
        if not frame.support and not frame.without_support:
            return True
        governor = self.arguments.supporting_verb(i)
        lemma = self.annotation.doc[governor[0]].lemma_.lower() if governor else ""
        return lemma not in frame.without_support and (not frame.support or lemma in frame.support)

    def _object_lemmas(self, i: int) -> set[str]:
        """The objects of a verb, and what an amount among them is made of: "$5 million in loans"."""
        objects = self.arguments.roles(i).get("obj", ())
        counted = [k for k in objects if k in self.annotation.measure_at]
        stuff = [j for k in (i, *counted) for j in self.arguments.roles(k).get("in", ())] if counted else []
        return {self.annotation.doc[k].lemma_.lower() for k in (*objects, *stuff)}

    def _fit(self, frame: Frame, i: int) -> Iterator[Match]:
        if frame.pair:
            yield from self._pairs(frame, i)
            return
        subjects = self._in_roles(i, frame.subject, frame.subject_types)
        objects = self._in_roles(i, frame.object, frame.object_types, frame.focus.get("object"))
        objects = [o for o in objects if self._takes(frame, o)]
        if frame.relation in self._told and (frame.subject[0] == _AGAIN or (not subjects and _AGAIN in frame.subject)):
            subjects = [self._told[frame.relation]]
        if not subjects and objects and "subject" in frame.focus:
            subjects = self.fillers.in_focus(i, frame.focus["subject"], objects[0].span)
        if not objects and subjects and "object" in frame.focus:
            objects = self.fillers.in_focus(i, frame.focus["object"], subjects[0].span)
        if objects and not subjects and "nouns" in frame.triggers and self._is_definite(i):
            self.orphans += [(frame, i, o) for o in objects]
        if len(subjects) > _MANY < len(objects):
            return
        for subject in subjects:
            for obj in objects:
                ends = {"subject": subject.span, "object": obj.span}
                if (
                    self._distinct_ends(subject.span, obj.span)
                    and all(ends[end].kind == "name" for end in frame.named)
                    and ("class" not in frame.object or self._is_class_of(obj, subject, "subj" in frame.subject))
                ):
                    yield Match(frame, i, subject, obj)

    def _takes(self, frame: Frame, obj: Filler) -> bool:
        doc = self.annotation.doc
        passed = {doc[i].lemma_.lower() for i in obj.path}
        transparent = self.frames.lexicon.set("transparent", "nouns")
        if frame.only_transparent and any(
            doc[i].pos_ in {"NOUN", "PROPN"} and doc[i].lemma_.lower() not in transparent for i in obj.path
        ):
            return False
        return doc[obj.span.head].lemma_.lower() not in frame.without_object and not passed & frame.not_through

    def _distinct_ends(self, a: Span, b: Span, listed: bool = False) -> bool:
        """Tell whether two spans can be the ends of one claim: they are apart, name different things, and no list has both."""
        overlap = a.start < b.end and b.start < a.end and not b.mention.rule.startswith("affiliation")
        if overlap or a.mention.name == b.mention.name:
            return False
        if a.mention.entity and a.mention.entity == b.mention.entity:
            return False
        tree = self.annotation.tree
        return listed or tree.first_conjunct(a.head) != tree.first_conjunct(b.head) or a.head == b.head

    def _is_class_of(self, kind: Filler, thing: Filler, known: bool) -> bool:
        """Tell whether one mention can be the class of another: a noun phrase of its type, or a commodity.

        `known` asks that the hierarchy of commodities does not gainsay it, where the syntax alone is weak evidence.
        """
        a, b = kind.span, thing.span
        tree = self.annotation.tree
        turned_round = tree.labels[a.head] == "nsubj" and tree.first_conjunct(b.head) == tree.heads[a.head]
        if turned_round or (b.kind == "nominal" and not b.is_reference):
            return False
        if a.kind == "nominal" and not a.is_reference:
            trading = self.annotation.doc[a.head].lemma_.lower() in self.frames.lexicon.set("kinds", "of_any_actor")
            return a.mention.type == b.mention.type or (trading and a.mention.type == "company")
        if not {a.mention.type, b.mention.type} <= _THINGS or a.mention.entity is None:
            return False
        return not known or b.mention.entity is None or a.mention.entity in self._broader(b.mention.entity)

    def _broader(self, entity: str) -> set[str]:
        """All that is above an entity in the hierarchy of commodities and products."""
        found: set[str] = set()
        todo = [entity]
        while todo:
            name = self.ontology.names.get(todo.pop())
            new = set(name.broader) - found if name else set()
            found |= new
            todo += new
        return found

    def _pairs(self, frame: Frame, i: int) -> Iterator[Match]:
        for role in frame.pair:
            found = self.fillers.in_role(i, role, frame.subject_types | frame.object_types)
            if len(found) > 1:
                for other in found[1:]:
                    if self._distinct_ends(found[0].span, other.span, listed=True):
                        yield Match(frame, i, found[0], other)
                return

    def _in_roles(
        self, i: int, roles: Iterable[str], types: frozenset[str], focus: frozenset[str] | None = None
    ) -> list[Filler]:
        for role in roles:
            found = self.fillers.in_role(i, role, types, focus)
            if found:
                return found
        return []

    def _is_definite(self, i: int) -> bool:
        tree = self.annotation.tree
        return any(self.annotation.doc[k].lower_ in {"the", "this", "that"} for k in tree.kids(i, "det"))


def _may_evoke(span: Span, token: Token) -> bool:
    """Tell whether a word of a name may evoke a frame: a title before a person's, a common noun that names a measure."""
    if span.mention.type == "person":
        return token.i < span.end - 1
    return span.mention.type == "policy" and (token.is_lower or bool(token.is_sent_start))
