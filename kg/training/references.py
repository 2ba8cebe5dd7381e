"""Score and fit what pronouns and noun phrases refer to: `python -m kg.training.references FOLDER... [--write TOML]`.

A folder holds entities.jsonl (with `spans`, all mentions of each entity) and NAME.txt for every article. Scored are the
weights that ship, then, for each half of the articles, weights fitted to the other half. Weights fitted to all articles
are printed, or written into ontology/reference.toml.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.annotate.aliases import link_short_names
from kg.annotate.annotate import Annotator
from kg.annotate.coreference import Anaphor, Candidate, ReferenceWords, Resolver
from kg.annotate.discourse import Discourse
from kg.annotate.mentions import find_mentions
from kg.annotation import Span
from kg.config import MAX_ARTICLE_BYTES, ontology_folder
from kg.errors import ReadError
from kg.evaluate import Names, read_lines
from kg.model import Document, Mention
from kg.ontology import NameWords, load_toml
from kg.read import read_documents
from kg.stages import Stages
from kg.tree import Tree

Record = Mapping[str, Any]
Offsets = tuple[int, int]
Weights = Mapping[str, Mapping[str, float]]
Outcome = Literal["right", "wrong", "missed"]
Counts = Counter[tuple[str, str, Outcome]]  # by group of anaphors, kind within it, and outcome

KINDS = ("it", "he", "we", "noun")
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "missed")
_SHORTENED = frozenset({"company", "organization", "government_body", "person", "facility", "policy"})
_PLURAL = {"they": "they", "them": "they", "their": "they", "theirs": "they", "i": "i", "my": "i"}  # never resolved

_LEAST_SEEN = 8  # times that a feature must occur to have a weight
_RIDGE = 0.5
_UNLISTED = 0.6  # how much an anaphor counts that the annotators left out: it may still refer to something
_CAUTION = {"noun": 0.3}  # added to what speaks for no antecedent: a false reference is worse than none
_TOO_FEW = frozenset({"type=policy", "none:types=policy"})  # of nouns, to weigh
_WEIGHTS = re.compile(r'^\[weights\.\w+\]\n(?:(?:\[weights\.\w+\]|"[^"\n]*" = -?[\d.]+|)\n)*', re.MULTILINE)


@dataclass(frozen=True)
class Comparison:
    """Tells what annotated phrases are and whether a mention names an annotated entity."""

    names: Names
    naming: NameWords
    words: ReferenceWords

    @cached_property
    def determiners(self) -> frozenset[str]:
        """Words that begin a definite description."""
        return self.words.nouns["definite"] | {"his", "her"}

    def pronoun(self, text: str) -> str | None:
        """Return the personal form of a pronoun, or None for what is none."""
        word = text.lower()
        return _PLURAL.get(word) or (self.words.base(word) if word in self.words.pronouns else None)

    def is_right(self, entity: Record, mention: Mention) -> bool:
        """Tell whether a mention has one of the names of an annotated entity."""
        names = [entity["canonical"], *(n for n in entity["mentions"] if self.pronoun(n) is None)]
        return self.names.same_end(names, {"label": mention.name}, entity["doc"], lenient=True)

    def content(self, name: str) -> frozenset[str]:
        """Return the words of a name that tell it from others."""
        return self.names.words(self.naming.legal_forms_at_end.sub("", name))

    def kind(self, text: str, entity: Record) -> tuple[str, str] | None:
        """Return the group and kind of an annotated phrase, or None for one that is a full name."""
        words, of_type, name = text.split(), entity["type"], entity["canonical"]
        if not words:
            return None
        if (pronoun := self.pronoun(text)) is not None:
            return "pronoun", f"{pronoun} {of_type}"
        if words[0].lower() in self.determiners and words[-1].islower():
            return "description", of_type
        is_full = self.names.fold(text) == self.names.fold(name) or self.content(text) == self.content(name)
        return None if is_full or not text[0].isupper() or of_type not in _SHORTENED else ("short name", of_type)


@dataclass(frozen=True)
class Article:
    """An annotated article: its mentions, not yet resolved, and the annotated entity at each offset of its text."""

    discourse: Discourse
    gold: Mapping[Offsets, Record]

    def entity_of(self, anaphor: Anaphor) -> Record | None:
        """Return the annotated entity that an anaphor stands for, as far as the annotators say."""
        mention = anaphor.span.mention
        if anaphor.span.kind == "pronoun":
            return self.gold.get((mention.start, mention.end))
        ending = [(start, end) for start, end in self.gold if start <= mention.start and end == mention.end]
        return self.gold[max(ending)] if ending else None

    def is_inside(self, anaphor: Anaphor) -> bool:
        """Tell whether a pronoun is part of an annotated phrase ("its smelter"), so that nobody says who it is."""
        mention = anaphor.span.mention
        return anaphor.kind != "noun" and any(s <= mention.start and mention.end <= e for s, e in self.gold)


@dataclass(frozen=True)
class Example:
    """An anaphor to learn from: the features of having no antecedent and of each candidate, and which of these are right."""

    kind: str
    features: Sequence[Sequence[str]]
    right: Sequence[bool]
    importance: float


# Reading


def read_annotated(folder: Path, annotator: Annotator) -> Iterator[Article]:
    """Read and parse the annotated articles of a folder; raises ReadError for one that cannot be read."""
    entities: dict[str, list[Record]] = defaultdict(list)
    for entity in read_lines(folder / "entities.jsonl"):
        entities[entity["doc"]].append(entity)
    for path in sorted(folder.glob("*.txt")):
        for document in read_documents(path, MAX_ARTICLE_BYTES, path.stem, _raise):
            yield Article(_discourse(document, annotator), _gold(document, entities[path.stem]))


def _raise(error: ReadError) -> None:
    raise error


def _discourse(document: Document, annotator: Annotator) -> Discourse:
    doc = annotator.nlp(document.text)
    tree = Tree.from_doc(doc)
    spans = find_mentions(doc, tree, annotator.gazetteer, annotator.ontology, annotator.references)
    return Discourse(doc, tree, link_short_names(doc, spans, annotator.ontology.naming))


def _gold(document: Document, entities: Iterable[Record]) -> dict[Offsets, Record]:
    at = {document.source_offset(i): i for i in range(len(document.text))}
    spans = ((start, end, entity) for entity in entities for start, end in entity["spans"])
    return {(at[s], at[e - 1] + 1): entity for s, e, entity in spans if s in at and e - 1 in at}


# Scoring


def measure(articles: Iterable[Article], words: ReferenceWords, comparison: Comparison) -> Counts:
    """Count the annotated pronouns, descriptions and short names that are resolved right, wrong and not at all."""
    counts: Counts = Counter()
    for article in articles:
        spans = Resolver(article.discourse, words).resolve()
        text = article.discourse.doc.text
        for (start, end), entity in article.gold.items():
            kind = comparison.kind(text[start:end], entity)
            if kind is not None:
                span = _span_at(spans, start, end, kind[0])
                counts[*kind, _outcome(span, entity, kind[0], comparison)] += 1
    return counts


def _span_at(spans: Iterable[Span], start: int, end: int, group: str) -> Span | None:
    """Return the mention that an annotated phrase stands for: one that ends with it, or has its last head within it."""
    across = [s for s in spans if s.mention.start < end and start < s.mention.end]
    if group == "pronoun":
        return next((s for s in across if (s.mention.start, s.mention.end) == (start, end)), None)
    ending = [s for s in across if s.mention.end == end]
    last = max(across, key=lambda s: s.head, default=None)
    is_inside = last is not None and start <= last.mention.start and last.mention.end <= end
    return ending[-1] if ending else last if is_inside else None


def _outcome(span: Span | None, entity: Record, group: str, comparison: Comparison) -> Outcome:
    if span is None or (span.kind != "name" and not span.is_reference):
        return "missed"
    if group != "short name":
        return "right" if comparison.is_right(entity, span.mention) else "wrong"
    mention = span.mention
    found, wanted = comparison.content(mention.name), comparison.content(entity["canonical"])
    if (mention.entity and comparison.is_right(entity, mention)) or found >= wanted:
        return "right"
    if mention.name == mention.text:
        return "missed"
    return "right" if found & wanted else "wrong"


def table(counts: Counts) -> str:
    """Return counts as a table, a kind a line, with sums of each group.

    >>> print(table(Counter({("pronoun", "it company", "right"): 3, ("pronoun", "it company", "wrong"): 1})))
                                    right  wrong missed   right of all
    pronoun it company                  3      1      0           0.75
    pronoun                             3      1      0           0.75
    """
    lines = [f"{'':30}" + "".join(f"{outcome:>7}" for outcome in OUTCOMES) + f"{'right of all':>15}"]
    for group in sorted({group for group, _, _ in counts}):
        kinds = sorted({kind for g, kind, _ in counts if g == group})
        rows = {f"{group} {kind}": [counts[group, kind, outcome] for outcome in OUTCOMES] for kind in kinds}
        sums = [sum(column) for column in zip(*rows.values(), strict=True)]
        lines += [_row(name, numbers) for name, numbers in (*rows.items(), (group, sums))]
    return "\n".join(lines)


def _row(name: str, numbers: Sequence[int]) -> str:
    return f"{name:30}" + "".join(f"{n:7}" for n in numbers) + f"{numbers[0] / max(1, sum(numbers)):15.2f}"


# Fitting


@dataclass
class Teacher(Resolver):
    """A resolver that is told the right antecedents, and notes what there was to choose from."""

    article: Article = field(kw_only=True)
    comparison: Comparison = field(kw_only=True)
    examples: list[Example] = field(default_factory=list)

    def choose(self, anaphor: Anaphor, candidates: Sequence[Candidate]) -> Candidate | None:
        """Return the last right candidate that has a name; see `Resolver.choose`."""
        entity = self.article.entity_of(anaphor)
        right = [entity is not None and self.comparison.is_right(entity, c.span.mention) for c in candidates]
        named = [c for c, is_right in zip(candidates, right, strict=True) if is_right and c.named]
        if entity is not None or not self.article.is_inside(anaphor):
            if not named:  # then things without a name are as good as nothing
                right = [is_right or not c.named for c, is_right in zip(candidates, right, strict=True)]
            features = [[f"none:{f}" for f in anaphor.own], *([*self.features(anaphor, c)] for c in candidates)]
            importance = 1.0 if entity is not None else _UNLISTED
            self.examples.append(Example(anaphor.kind, features, [not named, *right], importance))
        return named[-1] if named else None


def examples_of(article: Article, words: ReferenceWords, comparison: Comparison) -> list[Example]:
    """Return what an article teaches about its anaphors."""
    teacher = Teacher(article.discourse, words, article=article, comparison=comparison)
    teacher.resolve()
    return teacher.examples


def fit_weights(examples: Iterable[Example]) -> dict[str, dict[str, float]]:
    """Return the weights of the features for each kind of anaphor, to one decimal.

    A log-linear model over no antecedent and all candidates (Denis and Baldridge 2007, "A ranking approach to pronoun
    resolution"), in which several may be right, with a ridge penalty.
    """
    by_kind: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_kind[example.kind].append(example)
    return {kind: _fit(by_kind[kind], kind) for kind in KINDS if by_kind[kind]}


def _fit(examples: Sequence[Example], kind: str) -> dict[str, float]:
    rows = [row for example in examples for row in example.features]
    seen = Counter(feature for row in rows for feature in row)
    left_out = _TOO_FEW if kind == "noun" else frozenset()
    index = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= _LEAST_SEEN and f not in left_out))}
    fitted = _maximize(_matrix(rows, index), examples) if index else np.zeros(0)
    weights = {feature: float(fitted[i]) for feature, i in index.items()}
    if kind in _CAUTION:
        weights["none:any"] = weights.get("none:any", 0.0) + _CAUTION[kind]
    return {f: rounded for f, weight in sorted(weights.items()) if (rounded := round(weight, 1))}


def _matrix(rows: Sequence[Sequence[str]], index: Mapping[str, int]) -> csr_matrix:
    """Return which features each row has, 0 or 1: rows times features."""
    at = sorted({(i, index[f]) for i, row in enumerate(rows) for f in row if f in index})
    return csr_matrix((np.ones(len(at)), tuple(zip(*at, strict=True))), shape=(len(rows), len(index)))


def _maximize(features: csr_matrix, examples: Sequence[Example]) -> np.ndarray:
    """Return the weights under which the right rows of the examples are likeliest."""
    sizes = [len(example.right) for example in examples]
    starts = np.cumsum([0, *sizes[:-1]])
    right = np.concatenate([np.array(example.right, dtype=float) for example in examples])
    importance = np.array([example.importance for example in examples])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = features @ weights
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        total, good = np.add.reduceat(scores, starts), np.add.reduceat(scores * right, starts)
        wrongness = scores / np.repeat(total, sizes) - scores * right / np.repeat(good, sizes)
        slope = features.T @ (np.repeat(importance, sizes) * wrongness) + 2 * _RIDGE * weights
        return float(importance @ np.log(total / good) + _RIDGE * weights @ weights), slope

    start = np.zeros(features.shape[1])
    found: np.ndarray = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return found


def measure_held_out(articles: Sequence[Article], words: ReferenceWords, comparison: Comparison) -> Counts:
    """Measure each half of the articles, every other one, with weights fitted to the other half."""
    counts: Counts = Counter()
    for first in (0, 1):
        others = (e for article in articles[1 - first :: 2] for e in examples_of(article, words, comparison))
        counts += measure(articles[first::2], with_weights(words, fit_weights(others)), comparison)
    return counts


def with_weights(words: ReferenceWords, weights: Weights) -> ReferenceWords:
    """Return the same words with other weights."""
    return ReferenceWords({**words.words, "weights": weights})


# Writing


def weight_tables(weights: Weights) -> str:
    r"""Return weights as tables of TOML.

    >>> weight_tables({"it": {"near": 0.7}})
    '[weights.it]\n"near" = 0.7\n'
    """
    return "\n".join(
        f"[weights.{kind}]\n" + "".join(f'"{feature}" = {weight:.1f}\n' for feature, weight in sorted(table.items()))
        for kind, table in weights.items()
    )


def replace_weights(text: str, weights: Weights) -> str:
    """Return the text of reference.toml with other weights; all else stays as it is."""
    found, tables = _WEIGHTS.search(text), weight_tables(weights)
    if found is None:
        return f"{text}\n{tables}"
    rest = text[found.end() :]
    return text[: found.start()] + tables + ("\n" + rest if rest else "")


def main() -> None:
    """Score, fit, and print or write what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of annotated articles")
    parser.add_argument("--write", type=Path, metavar="TOML", help="put the weights into this file; else print them")
    args = parser.parse_args()
    annotator = Stages.load({}).annotator
    words = annotator.references
    comparison = Comparison(Names(load_toml(ontology_folder() / "scoring.toml")), annotator.ontology.naming, words)
    articles = [article for folder in args.folders for article in read_annotated(folder, annotator)]
    print(f"{len(articles)} articles, weights that ship\n{table(measure(articles, words, comparison))}")
    print(f"\nweights fitted to the other half\n{table(measure_held_out(articles, words, comparison))}\n", flush=True)
    weights = fit_weights(e for article in articles for e in examples_of(article, words, comparison))
    if args.write:
        text = replace_weights(args.write.read_text(encoding="utf-8"), weights)
        args.write.write_text(text, encoding="utf-8")
    else:
        print(weight_tables(weights))


if __name__ == "__main__":
    main()
