"""Load the embedded pipeline or another installed one."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex

from kg.errors import ModelError
from kg.language.encoder import Encoder

WEIGHTS = Path(__file__).parent / "weights"
_ASSIGNS = ("token.tag", "token.pos", "token.lemma", "token.dep", "token.head", "token.is_sent_start", "doc.ents")
# Besides spaCy's own: "U.S.-based", "80%-85%", "(REEs)—materials".
_INFIXES = (
    r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])",
    r"(?<=%)[-–—](?=\d)",
    r"(?<=[)”\"’\]])[-–—](?=\w)",
    r"(?<=\w)[)”]+(?=—)",
    r"—",
)


def load_pipeline(model: str | None = None, threads: int = 0) -> Language:
    """Return the embedded pipeline, or the installed spaCy pipeline `model` if one is named.

    `threads` is the number of threads of the network, 0 for all cores. Raises ModelError if a pipeline is missing or
    has no parser.

    >>> doc = load_pipeline()("China controls 90% of refining.")
    >>> [(t.text, t.dep_) for t in doc if t.dep_ in ("nsubj", "ROOT", "obj")]
    [('China', 'nsubj'), ('controls', 'ROOT'), ('%', 'obj')]
    """
    return _embedded(threads) if model is None else _installed(model)


def _embedded(threads: int) -> Language:
    nlp = spacy.blank("en")
    tokenizer = cast(Any, nlp.tokenizer)
    tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or ()), *_INFIXES]).finditer
    if not (WEIGHTS / "encoder.onnx").exists():
        raise ModelError(f"{WEIGHTS} holds no weights; install the package again")
    Language.factory("lodestone_encoder", func=_make_encoder, default_config={"threads": 0}, assigns=_ASSIGNS)
    nlp.add_pipe("lodestone_encoder", config={"threads": threads})
    return nlp


def _make_encoder(nlp: Language, name: str, threads: int) -> Encoder:
    return Encoder(WEIGHTS, threads)


def _installed(model: str) -> Language:
    with _told_as_model_error(model):
        nlp = spacy.load(model)
    if not _has_parser(nlp):
        raise ModelError(f"{model} has no dependency parser; choose a pipeline that has one")
    return nlp


def _has_parser(nlp: Language) -> bool:
    """Go by what the components say that they assign, and by spaCy's name for those that do not say it."""
    assigned = {attribute for name in nlp.pipe_names for attribute in nlp.get_pipe_meta(name).assigns}
    return "token.dep" in assigned or "parser" in nlp.pipe_names


@contextmanager
def _told_as_model_error(model: str) -> Iterator[None]:
    """Tell in one sentence why `model` cannot be loaded: a pipeline runs code of its own, so that anything may be raised."""
    try:
        yield
    except Exception as error:
        cause = textwrap.shorten(str(error), 200, placeholder=" ...")
        raise ModelError(
            f"{model} cannot be loaded as a spaCy pipeline ({cause}); install it with pip or leave out --model"
        ) from error


@lru_cache(maxsize=4)
def pipeline_version(model: str | None = None) -> str:
    """Return what identifies a pipeline in the graph: a digest of the weights, or the installed pipeline's name and version.

    Raises ModelError if a pipeline is missing.
    """
    if model is None:
        digest = hashlib.sha256()
        for path in sorted(p for p in WEIGHTS.iterdir() if p.is_file()):
            digest.update(path.read_bytes())
        return f"lodestone-{digest.hexdigest()[:12]}"
    with _told_as_model_error(model):
        folder = spacy.util.get_package_path(model) if spacy.util.is_package(model) else Path(model)
        return f"{Path(model).name}-{spacy.util.get_model_meta(folder)['version']}"
