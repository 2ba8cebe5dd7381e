"""Short names within an article: "WMC" after "WMC Resources", "USAC" after "(USAC)", "Bergman" after "Tommie Bergman"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Doc

from kg.annotate.spans import rename
from kg.annotation import Span
from kg.ontology import NameWords

_ALIAS = re.compile(
    r"\s?\((?:the |formerly |or |also known as )?[\"“‘']?(?P<alias>[A-Z][\w&.\- ]{1,40}?)[\"”’']?(?:,? or [\"“]?[A-Z]\w+[\"”]?)?\)"
)
_ACTORS = frozenset({"company", "organization", "government_body"})
_NO_ALIAS = frozenset({"company", "the company", "group"})
# Kinds that the pipeline gives to short names which it cannot know.
_GUESSED = frozenset({"company", "organization", "government_body", "facility", "region", "person"})
_SHORTEST = 3
_SMALL = frozenset({"of", "the", "and", "for", "de", "&"})


def link_short_names(doc: Doc, spans: list[Span], naming: NameWords) -> list[Span]:
    """Give every name the fullest name that the article supports, and the entity of that name."""
    names = [s for s in spans if s.kind == "name"]
    full = _introduced(doc, names)
    by_text: dict[str, Span] = {}
    for span in names:
        known = by_text.get(span.mention.text)
        if known is None or (span.mention.entity and not known.mention.entity):
            by_text[span.mention.text] = span
    return [_relinked(doc, s, by_text, full, naming) if s.kind == "name" else s for s in spans]


def _introduced(doc: Doc, names: Iterable[Span]) -> dict[str, Span]:
    """Aliases that the article introduces in brackets after the name."""
    found: dict[str, Span] = {}
    text = doc.text
    type_at = {(s.mention.start, s.mention.end): s.mention.type for s in names}
    for span in names:
        match = _ALIAS.match(text, span.mention.end)
        if match is None or match["alias"].lower() in _NO_ALIAS or match["alias"] == span.mention.text:
            continue
        if _alike(type_at.get(match.span("alias"), span.mention.type), span.mention.type):
            found.setdefault(match["alias"], span)
    return found


def _alike(a: str, b: str) -> bool:
    return a == b or {a, b} <= _ACTORS


def _relinked(doc: Doc, span: Span, by_text: dict[str, Span], introduced: dict[str, Span], naming: NameWords) -> Span:
    mention = span.mention
    if mention.entity:
        return span
    target = introduced.get(mention.text)
    rule = "short name introduced in brackets"
    if target is None or target.mention.text == mention.text:
        same = by_text.get(mention.text)
        if same is not None and same.mention.entity:
            target, rule = same, same.mention.rule
        else:
            target = _longer(doc, span, by_text.values(), naming)
            rule = "short for a longer name in the article"
    if target is None:
        return span
    return rename(span, name=target.mention.name, entity=target.mention.entity, type=target.mention.type, rule=rule)


def _longer(doc: Doc, span: Span, others: Iterable[Span], naming: NameWords) -> Span | None:
    """Return the longest name of which `span` is a short form; none if several are.

    Names before it count before later ones, names of its own kind before others, and names that it begins before names
    that it stands within: without its context the pipeline's type for a short name is a guess.
    """
    candidates = [(o, how) for o in others if (how := _how_short(doc, span, o, naming)) is not None]
    best = min((how for _, how in candidates), default=None)
    best_of = [o for o, how in candidates if how == best]
    before = [o for o in best_of if o.start < span.start]
    longest = max(
        before or best_of,
        key=lambda o: (o.mention.entity is not None, len(o.mention.text), o.mention.text),
        default=None,
    )
    rivals = [o for o in before or best_of if o is not longest]
    ambiguous = longest and any(
        o.mention.name != longest.mention.name and _how_short(doc, o, longest, naming) is None for o in rivals
    )
    return None if ambiguous else longest


def _how_short(doc: Doc, short: Span, longer: Span, naming: NameWords) -> tuple[bool, bool] | None:
    """Tell whether `short` is a short form of `longer`: (of another kind, from within); None if it is none."""
    a, b = short.mention, longer.mention
    if len(b.text) <= len(a.text):
        return None
    few, many = _words(a.text, naming), _words(b.text, naming)
    if not few or not many or (len(few) == len(many) and few == many and len(few) == len(b.text.split())):
        return None
    alike = _alike(a.type, b.type)
    if b.type == "person":
        same = few[-1] == many[-1] and len(few) < len(many) and (len(few) == 1 or few[0] == many[0])
        guessed = a.type in _GUESSED and len(few) == 1 and longer.start < short.start
        return (not alike, False) if same and (alike or guessed) else None
    if b.type not in _ACTORS and b.type != "facility":
        return None
    if not alike and (a.type not in _GUESSED or _is_place(doc, short, b.type, naming)):
        return None
    if alike and len(few) == 1 and len(few[0]) >= 2 and few[0].isupper() and few[0] == _initials(many):
        return False, False
    within = next((i for i in range(len(many) - len(few) + 1) if many[i : i + len(few)] == few), None)
    if within is None or not (alike or len(a.text) > _SHORTEST):
        return None
    if within == 0 and (len(few) > 1 or len(few[0]) > 2) and (alike or not _is_common(few, naming)):
        return not alike, False
    tells = b.type == "company" and len(a.text) > _SHORTEST and not _is_common(few, naming)
    return (not alike, True) if within and tells else None


def _is_common(words: Iterable[str], naming: NameWords) -> bool:
    return all(w.title() in naming.words["common_words"] or not w[:1].isupper() for w in words)


def _is_place(doc: Doc, span: Span, kind: str, naming: NameWords) -> bool:
    """Tell whether a word stands for the place that a company or facility is called after: "in Kuantan"."""
    prepositions = naming.words["before_place"]["facility" if kind == "facility" else "company"]
    return span.mention.type == "region" and span.start > 0 and doc[span.start - 1].lower_ in prepositions


def _words(text: str, naming: NameWords) -> list[str]:
    return (
        naming.company_end.sub("", text).replace("’s", "").replace("'s", "").replace(",", " ").split() or text.split()
    )


def _initials(words: Iterable[str]) -> str:
    return "".join(w[0] for w in words if w.lower() not in _SMALL).upper()
