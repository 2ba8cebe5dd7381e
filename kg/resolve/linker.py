"""Link mentions to entities: known ones by the gazetteer, others by a name that does not depend on legal forms.

Nothing here looks at other documents: an entity's IRI follows from its name and type, so that the order in which
documents are read cannot matter. What is one or several across documents is a later step (`kg.resolve.merge`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from kg.iris import document_iri, entity_iri, slug
from kg.model import Claim, Document, Entity, Linked, LinkedClaim, Mention
from kg.ontology import Ontology
from kg.resolve.names import SHORTENED, Parts

_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_SHARED_KINDS = frozenset({"commodity", "product", "sector", "policy"})
_COMPANY_LIKE = frozenset({"company", "organization"})
_PARTED = frozenset({"company", "organization", "government_body"})


@dataclass(frozen=True)
class Linker:
    """Links the mentions of one document at a time."""

    ontology: Ontology

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        """Known entities by type and name, as it is written and as it is compared; ambiguous labels are left out."""
        labels = [
            (name, text)
            for name in self.ontology.names.values()
            for text, _, kind in name.labels
            if kind in {"label", "alias", "slip"}
        ]
        found: dict[tuple[str, str], str] = {}
        for name, text in labels:
            found.setdefault((name.type, slug(text)), name.iri)
        for name, text in labels:
            found.setdefault((name.type, self.comparable(text, name.type)), name.iri)
        return found

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.ontology)

    def comparable(self, name: str, kind: str) -> str:
        """Return a form of a name in which spellings of the same thing are equal.

        >>> from kg.ontology import load_ontology
        >>> linker = Linker(load_ontology())
        >>> linker.comparable("Element 25 Pty Ltd", "company"), linker.comparable("refined antimony", "commodity")
        ('element-25', 'antimony')
        """
        name = _ARTICLE.sub("", name.strip())
        if kind in _COMPANY_LIKE:
            name = self.ontology.naming.legal_forms_at_end.sub("", name)
        elif kind == "commodity":
            name = self.ontology.naming.commodity_modifiers.sub("", name) or name
        return slug(name)

    def link(self, document: Document, claims: Iterable[Claim], mentions: Iterable[Mention]) -> Linked:
        """Return claims and mentions of a document with their entities."""
        named = tuple((m, self.entity(m, document)) for m in map(self._whole, mentions))
        return Linked(document, tuple(self._claim(claim, document) for claim in claims), named)

    def _whole(self, mention: Mention) -> Mention:
        """Return a mention of a company under its own name, if it was taken for short for a subsidiary or a project."""
        if mention.rule != SHORTENED or mention.entity or mention.type not in _PARTED:
            return mention
        part = self._parts.of(mention.name)
        if part is None or self.comparable(part.whole, mention.type) != self.comparable(mention.text, mention.type):
            return mention
        return replace(mention, name=mention.text, rule=f"kept apart from {mention.name}: {part.reason}")

    def _claim(self, claim: Claim, document: Document) -> LinkedClaim:
        subject = self.entity(claim.subject, document, claim.relation)
        obj = self.entity(claim.object, document, claim.relation, is_object=True)
        commodity = dict(claim.qualifiers).get("commodity")
        return LinkedClaim(claim, subject, obj, self._traded(commodity) if commodity else None)

    def _traded(self, name: str) -> Entity:
        """Return what the qualifier `commodity` names: a commodity, unless only a product is known by the name."""
        commodity, product = self._by_name(name, "commodity"), self._by_name(name, "product")
        is_product = commodity.iri not in self.ontology.names and product.iri in self.ontology.names
        return product if is_product else commodity

    def _by_name(self, name: str, kind: str) -> Entity:
        """Return the entity that a name and a type make: the known one, or one whose IRI they give."""
        comparable = self.comparable(name, kind)
        known = self._known.get((kind, slug(_ARTICLE.sub("", name.strip())))) or self._known.get((kind, comparable))
        if known:
            return Entity(known, self.ontology.names[known].label, kind)
        return Entity(f"{self.ontology.segments[kind]}/{self._without_form(name, kind, comparable)}", name, kind)

    def _without_form(self, name: str, kind: str, comparable: str) -> str:
        """Return a name as it is compared without a legal form before it, unless that would make it a listed one's."""
        if kind not in _COMPANY_LIKE:
            return comparable
        rest = self.ontology.naming.legal_forms_at_start.sub("", name)
        shorter = self.comparable(rest, kind)
        return comparable if " " not in rest or (kind, shorter) in self._known else shorter

    def entity(self, mention: Mention, document: Document, relation: str = "", is_object: bool = False) -> Entity:
        """Return the entity of a mention."""
        mention = self._whole(mention)
        if mention.entity:
            name = self.ontology.names[mention.entity]
            return Entity(name.iri, name.label, name.type)
        found = self._by_name(mention.name, mention.type)
        if found.iri in self.ontology.names or mention.rule != "noun phrase":
            return found
        if relation == "is_a" and is_object:
            return Entity(entity_iri("kind", mention.name), mention.name, mention.type)
        if mention.type not in _SHARED_KINDS:
            return Entity(
                f"{document_iri(document.name)}#{mention.type}-{slug(mention.name)}", mention.name, mention.type
            )
        return found
