"""Mentions: what the gazetteer knows, what the language pipeline finds, and noun phrases that denote a kind of thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from kg.annotate.gazetteer import Gazetteer, Hit
from kg.annotation import Span, SpanKind
from kg.model import Mention
from kg.ontology import Ontology
from kg.tree import Tree

# Labels of the pipelines that may stand in for the embedded one (OntoNotes 5).
ONTONOTES = {
    "PERSON": "person",
    "ORG": "company",
    "GPE": "region",
    "LOC": "region",
    "FAC": "facility",
    "PRODUCT": "product",
    "LAW": "policy",
}
LEGAL_FORM = re.compile(
    r",?\s(?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|LLC|L\.L\.C|PLC|plc|Plc|AG|SA|S\.A|NV|N\.V|GmbH|SE|AB|ASA|AS|Oyj|SpA|KK|Pty|Bhd|Berhad|Tbk|LP|LLP|Group|Holdings?)\b\.?"
)
_BODY_WORDS = re.compile(
    r"\b(?:Ministry|Department|Agency|Administration|Commission|Bureau|Parliament|Congress|Senate|Government|Authority|Council|Office|Treasury|Survey)\b"
)
_ORGANIZATION_WORDS = re.compile(
    r"\b(?:University|Association|Institute|Union|Foundation|Exchange|Laboratory|Alliance|Society|Center|Centre|Federation)\b"
)
_PLURAL_ONLY = frozenset({"works", "headquarters"})
_MODIFIERS = ("compound", "amod", "nmod:desc", "nmod:unmarked", "nummod", "flat", "nmod")
_PRONOUNS = frozenset(
    {"it", "its", "itself", "they", "their", "them", "he", "his", "him", "she", "her", "we", "our", "us"}
)


def find_mentions(doc: Doc, tree: Tree, gazetteer: Gazetteer, ontology: Ontology) -> list[Span]:
    """Return names, noun phrases and pronouns in order; none overlaps another. Nothing is resolved yet."""
    spans = _names(doc, tree, gazetteer, ontology)
    spans = _with_class_nouns(doc, tree, spans, ontology)
    taken = {i for s in spans for i in range(s.start, s.end)}
    spans += _nominals(doc, tree, spans, taken, ontology)
    taken |= {i for s in spans for i in range(s.start, s.end)}
    spans += [
        _span(doc, tree, t.i, t.i + 1, "", "pronoun", "pronoun")
        for t in doc
        if t.lower_ in _PRONOUNS and t.i not in taken
    ]
    return sorted(spans, key=lambda s: s.start)


def _span(
    doc: Doc,
    tree: Tree,
    start: int,
    end: int,
    kind_of_thing: str,
    rule: str,
    kind: SpanKind,
    entity: str | None = None,
    name: str | None = None,
) -> Span:
    text = doc[start:end].text
    head = next((i for i in range(start, end) if not start <= tree.heads[i] < end or tree.heads[i] == i), end - 1)
    mention = Mention(
        doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), text, kind_of_thing, name or text, rule, entity
    )
    return Span(start, end, head, mention, kind)


def _names(doc: Doc, tree: Tree, gazetteer: Gazetteer, ontology: Ontology) -> list[Span]:
    """Merge what the gazetteer and the pipeline find: the longer span wins, the gazetteer where they are equal."""
    tagged = {
        (e.start, e.end): ONTONOTES.get(e.label_, e.label_)
        for e in doc.ents
        if e.label_ in ONTONOTES or e.label_.islower()
    }
    found: list[Span] = []
    for hit in gazetteer.hits(doc.text):
        tokens = doc.char_span(hit.start, hit.end, alignment_mode="contract")
        if tokens is None or not len(tokens) or (tokens.start_char, tokens.end_char) != (hit.start, hit.end):
            continue
        span = _known(doc, tree, tokens.start, tokens.end, hit, tagged.get((tokens.start, tokens.end)), gazetteer)
        longer = _longer_name(doc, span, tagged, ontology) if span else None
        if span and (longer is None or span.mention.type == "person" == tagged[longer]):
            found.append(span)
        elif span and longer and longer[0] == span.start and LEGAL_FORM.fullmatch(" " + doc[span.end : longer[1]].text):
            found.append(
                _span(
                    doc,
                    tree,
                    *longer,
                    span.mention.type,
                    span.mention.rule,
                    "name",
                    span.mention.entity,
                    span.mention.name,
                )
            )
    taken = {i for s in found for i in range(s.start, s.end)}
    for (start, end), label in sorted(tagged.items()):
        start, end = _trim(doc, start, end)
        if start < end and not taken & set(range(start, end)):
            found.append(_span(doc, tree, start, end, _refine(doc[start:end].text, label), "language pipeline", "name"))
    return found


def _known(
    doc: Doc, tree: Tree, start: int, end: int, hit: Hit, tagged: str | None, gazetteer: Gazetteer
) -> Span | None:
    entity, kind = _choose(doc, tree, start, end, hit, tagged, gazetteer)
    if entity is None:
        return None
    name = gazetteer.names[entity]
    rule = {
        "label": "name",
        "alias": "alias",
        "slip": "known slip",
        "demonym": "demonym",
        "metonym": "metonym",
        "formula": "formula",
        "ambiguous": "name confirmed by the language pipeline",
    }[kind]
    return _span(doc, tree, start, end, name.type, f"{rule} in {name.source}", "name", entity, name.label)


def _choose(
    doc: Doc, tree: Tree, start: int, end: int, hit: Hit, tagged: str | None, gazetteer: Gazetteer
) -> tuple[str | None, str]:
    """Choose among the bearers of a label by how it stands in the sentence and what the pipeline takes it for."""
    bearers = [
        (e, k)
        for e, k in hit.bearers
        if k != "ambiguous" or (tagged is not None and _compatible(gazetteer.names[e].type, tagged))
    ]
    if not bearers:
        return None, ""
    if len(bearers) > 1:
        metonyms = [b for b in bearers if b[1] == "metonym"]
        acts = _acts(doc, tree, start, end)
        preferred = metonyms if acts and metonyms else [b for b in bearers if b[1] != "metonym"] or bearers
        agreeing = [b for b in preferred if tagged == gazetteer.names[b[0]].type]
        return (agreeing or preferred)[0]
    entity, kind = bearers[0]
    if kind == "metonym" and not _acts(doc, tree, start, end):
        return None, ""
    return entity, kind


def _compatible(known: str, tagged: str) -> bool:
    actors = {"company", "organization", "government_body"}
    places = {"country", "region", "facility"}
    return (
        known == tagged
        or {known, tagged} <= actors
        or {known, tagged} <= places
        or {known, tagged} <= {"commodity", "product"}
    )


def _acts(doc: Doc, tree: Tree, start: int, end: int) -> bool:
    """Tell whether a span stands where an actor does: subject, agent, possessor, or after "with", "from", "between"."""
    head = next((i for i in range(start, end) if not start <= tree.heads[i] < end or tree.heads[i] == i), start)
    label = tree.labels[tree.first_conjunct(head)]
    return (
        label.startswith("nsubj")
        or label in {"nmod:poss", "obl:agent", "iobj", "obj"}
        or tree.cases[head] in {"with", "from", "between", "on", "against", "by"}
    )


def _longer_name(
    doc: Doc, span: Span, tagged: dict[tuple[int, int], str], ontology: Ontology
) -> tuple[int, int] | None:
    """Return the longer name that the pipeline found around a hit ("Lynas Malaysia" around "Malaysia"), if any.

    A stage is no part of a commodity's name: "rare earth refining" is the refining of rare earths.
    """
    for (start, end), label in tagged.items():
        longer = start <= span.start and span.end <= end and end - start > span.end - span.start
        rest = [doc[i].lower_ for i in range(start, end) if not span.start <= i < span.end]
        is_stage = label in {"commodity", "product", "sector"} and all(w in ontology.stage_words for w in rest)
        is_demonym = span.mention.rule.startswith("demonym") and label == "country"
        if longer and not is_stage and not is_demonym:
            return start, end
    return None


def _trim(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Drop articles, quotes and possessive endings at the ends of a found name."""
    while start < end and (doc[start].lower_ in {"the", "a", "an"} or doc[start].is_punct or doc[start].is_space):
        start += 1
    while start < end and (
        doc[end - 1].text in {"'s", "’s", "'", "’"}
        or (doc[end - 1].is_punct and doc[end - 1].text not in {".", ")"})
        or doc[end - 1].is_space
    ):
        end -= 1
    return start, end


def _refine(text: str, label: str) -> str:
    """Correct the type of a found name by telling words."""
    if label in {"company", "organization", "government_body"}:
        if LEGAL_FORM.search(text):
            return "company"
        if _BODY_WORDS.search(text) and label != "government_body":
            return "government_body" if label == "organization" or not text.endswith(("Company", "Corp")) else label
        if label == "company" and _ORGANIZATION_WORDS.search(text):
            return "organization"
    return label


def _with_class_nouns(doc: Doc, tree: Tree, spans: list[Span], ontology: Ontology) -> list[Span]:
    """Join a place's or facility's name with the class noun after it: "Olympic Dam" + "mine"."""
    joined: list[Span] = []
    for span in spans:
        after = span.end
        if span.mention.type in {"region", "facility"} and span.kind == "name" and after < len(doc):
            noun = doc[after]
            known = ontology.nouns.get(noun.lemma_.lower()) == "facility" and noun.lower_ == noun.text
            if (
                known
                and tree.heads[span.head] == after
                and tree.labels[span.head] in {"compound", "flat", "nmod", "nmod:unmarked", "nmod:desc", "amod"}
            ):
                entity = span.mention.entity if span.mention.type == "facility" else None
                name = span.mention.name if entity else None
                joined.append(
                    _span(doc, tree, span.start, after + 1, "facility", span.mention.rule, "name", entity, name)
                )
                continue
        joined.append(span)
    return joined


def _nominals(doc: Doc, tree: Tree, spans: list[Span], taken: set[int], ontology: Ontology) -> Iterator[Span]:
    """Noun phrases whose head denotes a class, from their first modifier to the head: "rare earth mine"."""
    inner = {s.head: s for s in spans}
    for token in doc:
        if token.i in taken or token.pos_ not in {"NOUN", "PROPN"}:
            continue
        kind = ontology.nouns.get(token.lemma_.lower()) or ontology.nouns.get(token.lower_)
        if kind is None:
            continue
        start = token.i
        for i in range(token.i - 1, -1, -1):
            covered = next((s for s in spans if s.start <= i < s.end), None)
            at = covered.head if covered else i
            if tree.heads[at] in range(i, token.i + 1) and tree.labels[at] in _MODIFIERS and not tree.cases[at]:
                start = min(start, covered.start if covered else i)
            elif doc[i].tag_ == "HYPH" or (start <= i):
                continue
            else:
                break
        named = any(doc[i].pos_ == "PROPN" and i not in taken for i in range(start, token.i)) and kind == "facility"
        yield _span(
            doc,
            tree,
            max(start, 0),
            token.i + 1,
            kind,
            "language pipeline" if named else "noun phrase",
            "name" if named else "nominal",
        )
    del inner


def rename(span: Span, **changes: str | None) -> Span:
    """Return a copy of `span` whose mention has other fields."""
    return replace(span, mention=replace(span.mention, **changes))  # type: ignore[arg-type]
