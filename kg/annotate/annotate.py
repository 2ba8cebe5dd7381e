"""Document to annotated text: tokens, tree, mentions with their referents, measures and times."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.language import Language

from kg.annotate.aliases import link_short_names
from kg.annotate.coreference import ReferenceWords, resolve_references
from kg.annotate.gazetteer import Gazetteer
from kg.annotate.measures import MeasureGrammar, find_measures
from kg.annotate.mentions import find_mentions
from kg.annotate.times import find_times
from kg.annotation import Annotation
from kg.model import Document
from kg.ontology import Ontology
from kg.tree import Tree


@dataclass(frozen=True)
class Annotator:
    """What annotating needs: the language pipeline, the gazetteer, the ontology's nouns, the words of measures and references."""

    nlp: Language
    ontology: Ontology
    gazetteer: Gazetteer
    grammar: MeasureGrammar
    references: ReferenceWords

    def annotate(self, document: Document) -> Annotation:
        """Return the annotation of `document`."""
        doc = self.nlp(document.text)
        tree = Tree.from_doc(doc)
        spans = find_mentions(doc, tree, self.gazetteer, self.ontology, self.references)
        spans = link_short_names(doc, spans, self.ontology.naming)
        spans = resolve_references(doc, tree, spans, self.references)
        measures = find_measures(document.text, self.grammar)
        times = find_times(document.text, document.published)
        times = [t for t in times if all(t.end <= m.start or m.end <= t.start for m in measures)]
        return Annotation(document, doc, tree, tuple(spans), tuple(sorted([*measures, *times], key=lambda m: m.start)))
