"""The names by which a reader can find a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

from kg.config import ontology_folder
from kg.ontology import Ontology, load_toml
from kg.render.explored import Explored


def other_names(explored: Explored, ontology: Ontology) -> dict[str, set[str]]:
    """Return the names of each thing by IRI: those that are known of it, and how articles write it."""
    words = load_toml(ontology_folder() / "reference.toml")
    pronouns = {*words["pronouns"], *words["forms"]}
    found: dict[str, set[str]] = defaultdict(set)
    for iri, names in explored.names.items():
        found[iri].update(names)
    for claim in explored.claims:
        for end in (claim.subject, claim.object):
            mention = " ".join(end.mention.split())
            if is_name(mention, pronouns, ontology.nouns):
                found[end.iri].add(mention)
    return found


def is_name(mention: str, pronouns: Container[str], nouns: Container[str]) -> bool:
    """Tell whether a mention names a thing out of its sentence, too: "Lynas" does, "it" and "the company" do not.

    >>> [is_name(mention, {"it"}, {"company"}) for mention in ("Lynas", "It", "the company", "its company", "rare earths")]
    [True, False, False, False, True]
    """
    words = mention.split()
    if not words or mention.casefold() in pronouns:
        return False
    last = words[-1]
    return not (mention[0].islower() and (last in nouns or last.removesuffix("s") in nouns))
