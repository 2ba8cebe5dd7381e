"""Score the shipped pipeline, as it runs: `python -m kg.training.evaluate DATA_FOLDER [--articles FOLDER]`.

Syntax on ewt-dev + gum-dev with gold tokens and sentences (as treebank parsers are scored) and from raw text (tokens,
sentences and all predicted; F1 of words attached alike, as in the CoNLL 2018 shared task); entities on UNER's test part
and, with --articles, on the names of annotated articles (span and type).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from spacy.tokens import Doc

from kg.language.encoder import Encoder, Window
from kg.language.pipeline import load_pipeline
from kg.training.articles import read_articles, read_demonyms
from kg.training.data import COARSE_OF, ENTITY_TYPES, TAGS, Sentence, coarse_tag, iob2_spans
from kg.training.treebanks import raw_documents, read_treebank

Span = tuple[int, int, str]


def f1(right: int, predicted: int, gold: int) -> float:
    """Harmonic mean of precision and recall, 0 if nothing is right."""
    return 2 * right / (predicted + gold) if predicted + gold else 0.0


def score_gold_tokens(encoder: Encoder, sentences: Iterable[Sentence]) -> dict[str, float]:
    """Accuracy of tags, lemmas and attachment with gold tokens and sentences."""
    nlp = load_pipeline()
    right: Counter[str] = Counter()
    total = 0
    for s in sentences:
        doc = Doc(nlp.vocab, words=list(s.words), spaces=[True] * len(s.words))
        window = Window(tuple(doc))
        scores = encoder.predict([window])[0]
        encoder.set_annotations(doc, [window], [replace(scores, start=np.full(len(doc), -9.0, dtype=np.float32))])
        for token, upos, xpos, lemma, head, deprel in zip(
            doc, s.upos, s.xpos, s.lemmas, s.heads, s.deprels, strict=True
        ):
            found = 0 if token.head.i == token.i else token.head.i + 1
            attached = found == head
            right["UAS"] += attached
            right["LAS"] += attached and (token.dep_ == deprel or (found == 0 and deprel == "root"))
            right["POS"] += token.pos_ == upos
            right["tag"] += token.tag_ == xpos
            right["lemma"] += token.lemma_ == lemma
        total += len(doc)
    return {name: n / total for name, n in right.items()}


def score_raw_text(path: Path) -> dict[str, float]:
    """F1 of tokens, sentences, tags and attachment when everything is predicted from the text."""
    nlp = load_pipeline()
    right: Counter[str] = Counter()
    gold_words = found_words = gold_sentences = found_sentences = 0
    for text, sentences in raw_documents(path):
        doc = nlp(text)
        tokens = {(t.idx, t.idx + len(t)): t for t in doc if not t.is_space}
        starts = {next(t.idx for t in s if not t.is_space) for s in doc.sents if any(not t.is_space for t in s)}
        found_words, found_sentences = found_words + len(tokens), found_sentences + len(starts)
        gold_sentences += len(sentences)
        for words in sentences:
            gold_words += len(words)
            right["sentence"] += words[0].start in starts
            for start, end, head, relation, upos in words:
                token = tokens.get((start, end))
                if token is None:
                    continue
                right["token"] += 1
                right["POS"] += token.pos_ == upos
                span = (token.head.idx, token.head.idx + len(token.head))
                attached = (
                    token.head.i == token.i if head == 0 else span == (words[head - 1].start, words[head - 1].end)
                )
                right["UAS"] += attached
                right["LAS"] += attached and (token.dep_ == relation or (head == 0 and relation == "root"))
    scores = {k: f1(right[k], found_words, gold_words) for k in ("token", "POS", "UAS", "LAS")}
    return scores | {"sentence": f1(right["sentence"], found_sentences, gold_sentences)}


def score_uner(encoder: Encoder, sentences: Iterable[Sentence]) -> float:
    """Span F1 of PER, ORG and LOC."""
    nlp = load_pipeline()
    right = predicted = wanted = 0
    for s in sentences:
        doc = encoder(Doc(nlp.vocab, words=list(s.words)))
        found = {(e.start, e.end, COARSE_OF[e.label_]) for e in doc.ents if e.label_ in COARSE_OF}
        gold = {span for span in iob2_spans([coarse_tag(t) for t in s.tags]) if span[2] in {"PER", "ORG", "LOC"}}
        right, predicted, wanted = right + len(found & gold), predicted + len(found), wanted + len(gold)
    return f1(right, predicted, wanted)


def score_articles(encoder: Encoder, folder: Path, demonyms: set[str]) -> dict[str, float]:
    """Span-and-type F1 of the names that the annotators listed, and of spans alone."""
    nlp = load_pipeline()
    right: Counter[str] = Counter()
    predicted, wanted = Counter[str](), Counter[str]()
    for s in read_articles(folder, nlp, demonyms):
        doc = encoder(Doc(nlp.vocab, words=list(s.words)))
        found: set[Span] = {(e.start, e.end, e.label_) for e in doc.ents}
        gold: set[Span] = set(iob2_spans([TAGS[min(t)] for t in s.tags]))
        for name in ("all", *ENTITY_TYPES):
            a, b = ({x for x in spans if name in {"all", x[2]}} for spans in (found, gold))
            right[name], predicted[name], wanted[name] = (
                right[name] + len(a & b),
                predicted[name] + len(a),
                wanted[name] + len(b),
            )
        a2, b2 = ({x[:2] for x in spans} for spans in (found, gold))
        right["span"], predicted["span"], wanted["span"] = (
            right["span"] + len(a2 & b2),
            predicted["span"] + len(a2),
            wanted["span"] + len(b2),
        )
    return {name: f1(right[name], predicted[name], wanted[name]) for name in wanted}


def main() -> None:
    """Print the scores of the pipeline that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=Path)
    args = parser.parse_args()
    encoder = load_pipeline().get_pipe("lodestone_encoder")
    assert isinstance(encoder, Encoder)
    syntax, entities = args.data / "syntax", args.data / "entities"
    for parts in (("ewt-dev", "gum-dev"), ("ewt-test", "gum-test")):
        both = [s for part in parts for s in read_treebank(syntax / f"{part}.conllu.xz")]
        _print(f"{' + '.join(parts)}, gold tokens", score_gold_tokens(encoder, both))
    for part in ("ewt-dev", "gum-dev"):
        _print(f"{part}, raw text", score_raw_text(syntax / f"{part}.conllu.xz"))
    for part in ("dev", "test"):
        sentences = read_treebank(syntax / f"ewt-{part}.conllu.xz", entities / f"uner-ewt-{part}.iob2.xz")
        _print(f"UNER {part}", {"F1": score_uner(encoder, sentences)})
    if args.articles:
        _print(
            str(args.articles.name),
            score_articles(encoder, args.articles, read_demonyms(args.data / "names" / "country.csv")),
        )


def _print(name: str, scores: dict[str, float]) -> None:
    print(name, json.dumps({k: round(v, 4) for k, v in scores.items()}), flush=True)


if __name__ == "__main__":
    main()
