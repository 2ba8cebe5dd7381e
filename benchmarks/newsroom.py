"""Articles about a supply chain that nobody wrote, as many as are wanted: what a build reads before it is stored.

Articles of some twenty claims speak of the names of the ontology and of made-up ones. Relations, types of ends,
qualifiers, modalities and times are as frequent as in the example articles, entities as by Zipf's law. One article in
fifty is a copy of the one before.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from kg.iris import digest, entity_iri, slug
from kg.model import Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Modality
from kg.ontology import Ontology

# The most spoken of, whom questions ask about; the other names follow in an order that the seed gives.
FIRST = (
    *("country/china", "country/united-states", "country/australia", "country/japan", "country/chile"),
    *("commodity/rare-earths", "commodity/lithium", "commodity/neodymium", "commodity/gallium", "commodity/cobalt"),
    *("company/mp-materials", "company/lynas-rare-earths", "company/albemarle", "facility/mountain-pass-mine"),
    *("region/western-australia", "org/us-department-of-defense", "product/ndfeb-magnets"),
)
_MADE_UP = {"company": 50, "facility": 60, "person": 100, "organization": 400}  # claims for each name that is made up
_ENDS = {  # how often each relation is claimed in 1,000 claims, by the types of its ends
    "located_in": {"facility region": 85, "region region": 28, "company country": 25, "facility country": 25},
    "used_in": {"commodity product": 75, "product product": 24, "commodity commodity": 10},
    "produces": {"facility commodity": 33, "company commodity": 32, "country commodity": 18, "company product": 10},
    "restricts": {"country commodity": 46, "government_body commodity": 24, "country product": 3},
    "is_a": {"company company": 45, "commodity commodity": 18, "facility facility": 8},
    "owns": {"company facility": 45, "company company": 17, "country facility": 5},
    "invests_in": {"company facility": 25, "company company": 13, "government_body company": 12},
    "supplies": {"company company": 24, "country country": 16, "company country": 6, "facility facility": 2},
    "holds_stake_in": {"company company": 30, "company facility": 9, "government_body company": 8},
    "agrees_with": {"company company": 25, "country country": 10, "company government_body": 10},
    "leads": {"person company": 23, "person country": 16},
    "controls_share": {"country commodity": 30, "country product": 7, "company commodity": 2},
    "operates": {"company facility": 36},
    "acquires": {"company company": 16, "company facility": 6},
    "depends_on": {"country country": 13, "country commodity": 6, "company country": 4},
    "enacts": {"country policy": 9, "government_body policy": 7},
    "lends_to": {"government_body company": 7, "company facility": 3},
    "holds_reserves": {"country commodity": 7},
}
_SAID = {  # how often a claim of each relation has which qualifier
    "restricts": {"measure": 0.4, "time": 0.5, "target": 0.12, "share": 0.04},
    "supplies": {"commodity": 0.72, "share": 0.28, "time": 0.38, "quantity": 0.12, "rank": 0.16},
    "invests_in": {"amount": 0.79, "time": 0.45, "commodity": 0.06},
    "leads": {"role": 0.5},
    "owns": {"share": 0.02},
    "lends_to": {"amount": 1.0, "time": 0.43},
    "acquires": {"time": 0.87, "amount": 0.27, "share": 0.4},
    "produces": {"stage": 0.35, "time": 0.34, "quantity": 0.31, "scope": 0.2, "rank": 0.13},
    "agrees_with": {"commodity": 0.2, "kind": 0.33, "time": 0.63, "amount": 0.07},
    "holds_stake_in": {"share": 0.78, "rank": 0.19, "time": 0.09, "amount": 0.06},
    "controls_share": {"share": 0.88, "stage": 0.38, "time": 0.35, "scope": 0.31, "rank": 0.04},
    "enacts": {"time": 0.64},
    "depends_on": {"commodity": 0.4, "time": 0.53, "share": 0.4},
    "holds_reserves": {"quantity": 0.2, "share": 0.2, "scope": 0.2},
}
_MODALITIES: dict[Modality, int] = {"asserted": 87, "planned": 10, "possible": 1, "negated": 2}
_WORDS = {
    "rank": ("largest", "second-largest", "sole", "leading"),
    "role": ("chief executive", "president", "chairman"),
    "kind": ("joint venture", "offtake", "memorandum"),
    "measure": ("export controls", "ban", "licence", "tariff", "quota"),
}
_CONNECTIVES = (
    "as filings show",
    "officials said on Tuesday",
    "after months of talks",
    "at a plant nearby",
    "last year",
)


@dataclass
class Zipf:
    """Draws from items, the first most often: in proportion to 1, 1/2, 1/3 and so on."""

    items: Sequence[Entity]
    weights: Sequence[float] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.items) + 1)))

    def draw(self, by: random.Random) -> Entity:
        """Return an item."""
        return by.choices(self.items, cum_weights=self.weights)[0]


@dataclass
class Newsroom:
    """Writes articles about `claims` claims in all, the same for the same seed."""

    ontology: Ontology
    claims: int
    seed: int = 0

    @cached_property
    def _entities(self) -> dict[str, Zipf]:
        """All that is spoken of, by type."""
        by = random.Random(self.seed)
        found: dict[str, list[Entity]] = {name.type: [] for name in self.ontology.names.values()}
        for name in sorted(self.ontology.names.values(), key=lambda n: n.iri):
            found[name.type].append(Entity(name.iri, name.label, name.type))
        for kind, entities in found.items():
            by.shuffle(entities)
            entities.sort(key=lambda e: FIRST.index(e.iri) if e.iri in FIRST else len(FIRST))
            made = range(self.claims // _MADE_UP[kind] if kind in _MADE_UP else 0)
            entities += [self._made_up(kind, number) for number in made]
        return {kind: Zipf(entities) for kind, entities in found.items()}

    def _made_up(self, kind: str, number: int) -> Entity:
        label = f"{_name(number)} {kind.title()}"
        return Entity(entity_iri(self.ontology.segments[kind], label), label, kind)

    def articles(self) -> Iterator[Linked]:
        """Yield articles until all claims are made."""
        left, number = self.claims, 0
        before: Linked | None = None
        while left > 0:
            by = random.Random(f"{self.seed} {number}")
            copied = before is not None and number % 50 == 49 and len(before.claims) <= left
            article = self._article(by, number, min(left, by.randint(5, 35)))
            if copied and before is not None:
                article = _copy(before, article.document)
            left -= len(article.claims)
            number += 1
            before = article
            yield article

    def _article(self, by: random.Random, number: int, claims: int) -> Linked:
        name = f"s{number:06}"
        document = Document(
            *(name, f"/articles/{name}.txt", "", "", (), (), digest(self.seed, name) * 5),
            title=f"{_name(number)} and what it means for supply",
            publisher=f"{_name(by.randrange(40))} News",
            published=f"{by.choice((2021, 2023, 2024, 2024, 2025, 2025))}-{by.randint(1, 12):02}-{by.randint(1, 28):02}",
            language="en",
            citation=f"https://example.org/{name}",
        )
        writer = _Writer(self, by, name)
        made = tuple(writer.claim(place * 180) for place in range(claims))
        ends = [(m, e) for c in made for m, e in ((c.claim.subject, c.subject), (c.claim.object, c.object))]
        return Linked(document, made, tuple(ends))

    def entity(self, by: random.Random, kind: str) -> Entity:
        """Return something of a type."""
        return self._entities[kind].draw(by)


@dataclass
class _Writer:
    """Writes the claims of one article, which comes back to what it has spoken of."""

    newsroom: Newsroom
    by: random.Random
    document: str
    cast: dict[str, list[Entity]] = field(default_factory=dict)

    def claim(self, start: int) -> LinkedClaim:
        relation, ends = self.by.choices(_KINDS, cum_weights=_WEIGHTS)[0]
        subject, obj = (self._entity(kind) for kind in ends.split())
        while subject.iri == obj.iri:
            obj = self.newsroom.entity(self.by, ends.split()[1])
        said = _SAID.get(relation, {})
        keys = sorted(key for key, part in said.items() if self.by.random() < part)
        commodity = self._entity("commodity") if "commodity" in keys else None
        qualifiers = tuple(
            (key, commodity.label if key == "commodity" and commodity else self._value(key)) for key in keys
        )
        words = f"{subject.label} {relation.replace('_', ' ')} {obj.label}"
        quote = f"{words}, {self.by.choice(_CONNECTIVES)} ({_name(self.by.randrange(10_000))})"
        claim = Claim(
            *(relation, _mention(subject), _mention(obj)),
            self.by.choices(list(_MODALITIES), list(_MODALITIES.values()))[0],
            Evidence(self.document, start, start + len(quote), quote),
            *("model", self.by.randint(25, 99) / 100, qualifiers),
            attribution="a spokesman" if self.by.random() < 0.07 else None,
        )
        return LinkedClaim(claim, subject, obj, commodity)

    def _entity(self, kind: str) -> Entity:
        """Return what was spoken of, something new, or what has no name outside the article."""
        known = self.cast.setdefault(kind, [])
        if known and self.by.random() < 0.4:
            return self.by.choice(known)
        found = self.newsroom.entity(self.by, kind)
        if kind in _MADE_UP and self.by.random() < 0.1:
            label = f"{self.by.choice(('new', 'local', 'other', 'second'))} {kind}"
            found = Entity(f"doc/{self.document}#{kind}-{slug(label)}", label, kind)
        known.append(found)
        return found

    def _value(self, key: str) -> Any:
        by = self.by
        if key == "share":
            low = by.randint(1, 19) / 20
            high = by.choice((low, low, low, None, round(min(1.0, low + 0.1), 2)))
            return {"min": low, "max": high} | ({"approx": True} if high == low and by.random() < 0.3 else {})
        if key == "amount":
            bound = by.choice(({}, {}, {"bound": "min"}))
            return {
                "value": by.randint(1, 999) * 1_000_000,
                "currency": by.choice(("USD", "USD", "AUD", "CNY")),
            } | bound
        if key == "quantity":
            return {"value": by.randint(1, 500) * 100, "unit": by.choice(("t", "t/year"))}
        if key == "time":
            year = by.randint(2010, 2026)
            forms = ("{0}", "{0}", "{0}-{1:02}", "{0}-{1:02}-15", "{0}/{2}", "by {2}", "from {0}")
            return by.choice(forms).format(year, by.randint(1, 12), year + 3)
        if key == "stage":
            return by.choice(_STAGES)
        if key in ("scope", "target"):
            return (
                by.choice(("global", self._entity("country").label))
                if key == "scope"
                else self._entity("country").label
            )
        return by.choice(_WORDS[key])


_STAGES = ("mining", "mining", "refining", "refining", "processing", "separation", "magnet", "production")
_KINDS = [(relation, ends) for relation, kinds in _ENDS.items() for ends in kinds]
_WEIGHTS = list(accumulate(n for kinds in _ENDS.values() for n in kinds.values()))


def _mention(entity: Entity) -> Mention:
    return Mention(0, len(entity.label), entity.label, entity.type, entity.label, "name in the ontology", entity.iri)


def _name(number: int) -> str:
    """Return a word for a number, another for each.

    >>> _name(0), _name(1234)
    ('Ba', 'Foge')
    """
    letters, word = ("bdfgklmnprstvz", "aeiou"), ""
    while number or not word:
        for set_of in letters:
            number, place = divmod(number, len(set_of))
            word += set_of[place]
    return word.title()


def _copy(article: Linked, document: Document) -> Linked:
    """Return an article that says what another says, as another document; what only the other names has its name there."""
    claims = tuple(
        replace(c, claim=replace(c.claim, evidence=replace(c.claim.evidence, document=document.name)))
        for c in article.claims
    )
    return Linked(replace(document, title=article.document.title), claims, article.mentions)
