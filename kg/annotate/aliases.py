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
    return [_relinked(s, by_text, full, naming) if s.kind == "name" else s for s in spans]


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


def _relinked(span: Span, by_text: dict[str, Span], introduced: dict[str, Span], naming: NameWords) -> Span:
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
            target = _longer(span, by_text.values(), naming)
            rule = "short for a longer name in the article"
    if target is None:
        return span
    return rename(span, name=target.mention.name, entity=target.mention.entity, type=target.mention.type, rule=rule)


def _longer(span: Span, others: Iterable[Span], naming: NameWords) -> Span | None:
    """Return the longest name of which `span` is a short form, of those before it if there are any; none if several are."""
    candidates = [o for o in others if len(o.mention.text) > len(span.mention.text) and _is_short_for(span, o, naming)]
    before = [o for o in candidates if o.start < span.start]
    longest = max(
        before or candidates,
        key=lambda o: (o.mention.entity is not None, len(o.mention.text), o.mention.text),
        default=None,
    )
    rivals = [o for o in before or candidates if o is not longest]
    ambiguous = longest and any(
        o.mention.name != longest.mention.name and not _is_short_for(o, longest, naming) for o in rivals
    )
    return None if ambiguous else longest


def _is_short_for(short: Span, longer: Span, naming: NameWords) -> bool:
    a, b = short.mention, longer.mention
    if not _alike(a.type, b.type):
        return False
    few, many = _words(a.text, naming), _words(b.text, naming)
    if not few or not many:
        return False
    if a.type == "person":
        return few[-1] == many[-1] and len(few) < len(many) and (len(few) == 1 or few[0] == many[0])
    if a.type in _ACTORS or a.type == "facility":
        if many[: len(few)] == few and (len(few) > 1 or len(few[0]) > 2):
            return True
        return len(few) == 1 and len(few[0]) >= 2 and few[0].isupper() and few[0] == _initials(many)
    return False


def _words(text: str, naming: NameWords) -> list[str]:
    return (
        naming.company_end.sub("", text).replace("’s", "").replace("'s", "").replace(",", " ").split() or text.split()
    )


def _initials(words: Iterable[str]) -> str:
    return "".join(w[0] for w in words if w.lower() not in _SMALL).upper()
