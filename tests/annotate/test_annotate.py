"""The stage as a whole: what an annotation of any text holds, and that it depends on that text alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.annotate import Annotator
from kg.annotation import Annotation
from kg.model import Document, Run
from kg.pipeline import Stages

ARTICLE = """Korra Metals opens a plant

Korra Metals Ltd (KML) opened a separation plant in Kuantan, Malaysia, in March 2025. The company invested US$1.2bn, and the \
plant will make 18,000 tonnes of NdPr oxide per year, over 10% of world supply. KML hired Anna Berg. “We are ready,” Berg said.

- China controls about 90% of refining.
- The U.S. Department of Defense lent it $150 million.
"""


def read(annotator: Annotator, text: str) -> Annotation:
    return annotator.annotate(Document("article", "article.txt", text, text, (), (Run(0, 0, len(text)),), "0" * 64))


def content(annotation: Annotation) -> tuple[object, ...]:
    """Return what an annotation says, in values that can be compared."""
    tree = annotation.tree
    return annotation.spans, annotation.measures, tree.heads, tree.labels, tree.cases


@pytest.fixture(scope="module")
def annotator(stages: Stages) -> Annotator:
    return stages.annotator


def test_an_article_has_its_names_measures_and_times(annotator: Annotator) -> None:
    annotation = read(annotator, ARTICLE)
    names = {s.mention.name for s in annotation.spans if s.kind == "name"}
    assert {"Korra Metals Ltd", "China", "Malaysia", "NdPr oxide", "U.S. Department of Defense", "Anna Berg"} <= names
    assert [(m.kind, m.value, m.rate) for m in annotation.measures] == [
        ("time", "2025-03", None),
        ("amount", {"value": 1_200_000_000, "currency": "USD"}, None),
        ("quantity", {"value": 18_000, "unit": "t"}, "per year"),
        ("share", {"min": 0.1, "max": None}, None),
        ("share", {"min": 0.9, "max": 0.9, "approx": True}, None),
        ("amount", {"value": 150_000_000, "currency": "USD"}, None),
    ]


def test_short_names_and_references_have_the_full_name(annotator: Annotator) -> None:
    annotation = read(annotator, ARTICLE)
    full = {s.mention.text: s.mention.name for s in annotation.spans}
    assert full["KML"] == full["company"] == "Korra Metals Ltd"
    assert full["Berg"] == "Anna Berg"


def test_mentions_are_names_and_references(annotator: Annotator) -> None:
    annotation = read(annotator, "Lynas runs a mine. The company hired. Another company failed.")
    assert [m.text for m in annotation.mentions] == ["Lynas", "company"]


def test_a_number_is_a_measure_or_a_time_but_not_both(annotator: Annotator) -> None:
    annotation = read(annotator, "It moved 2024 tonnes in 2024 for $2,024.")
    assert [m.kind for m in annotation.measures] == ["quantity", "time", "amount"]


def test_an_annotation_does_not_depend_on_what_was_read_before(annotator: Annotator) -> None:
    first = content(read(annotator, ARTICLE))
    for other in ("", "Zubrow Metals sued Korra Metals. It lost.", "x " * 300, ARTICLE.upper()):
        read(annotator, other)
    assert content(read(annotator, ARTICLE)) == first


def test_nothing_carries_over_from_one_document_to_the_next(annotator: Annotator) -> None:
    read(annotator, "Zubrow Metals Ltd (ZM) grew. James Litinsky runs it.")
    annotation = read(annotator, "ZM fell. The company hired. It failed.")
    assert all("Zubrow" not in s.mention.name for s in annotation.spans)


def test_the_document_is_kept_as_it_is(annotator: Annotator) -> None:
    document = Document("article", "article.txt", ARTICLE, ARTICLE, (), (Run(0, 0, len(ARTICLE)),), "0" * 64)
    annotation = annotator.annotate(document)
    assert annotation.document is document
    assert annotation.doc.text == document.text == ARTICLE


@pytest.mark.parametrize("text", ["", " ", "\n\n", "a", ".", "%", "$", "\ufeff", "👩‍🔬", "中国", "—", "()", "\u0000"])
def test_hardly_any_text_is_annotated_too(text: str, annotator: Annotator) -> None:
    annotation = read(annotator, text)
    assert annotation.measures == ()
    assert all(text[s.mention.start : s.mention.end] == s.mention.text for s in annotation.spans)


def test_a_long_text_is_annotated_to_its_end(annotator: Annotator) -> None:
    text = "\n\n".join(f"Korra Metals sold {i} tonnes of gallium to Solvay for ${i} million." for i in range(1, 101))
    annotation = read(annotator, text)
    assert [m.value["value"] for m in annotation.measures if m.kind == "quantity"] == list(range(1, 101))
    assert [s.mention.entity for s in annotation.spans].count("company/solvay") == 100


def test_miners_are_companies(annotator: Annotator) -> None:
    annotation = read(annotator, "Chinese miners sold shares. The miners grew.")
    assert {s.mention.type for s in annotation.spans if s.mention.text.endswith("miners")} == {"company"}


PIECES = (
    *(
        "Lynas",
        "MP Materials",
        "China",
        "Chinese",
        "Beijing",
        "it",
        "The company",
        "the mine",
        "its",
        "Anna Berg",
        "rare earths",
    ),
    *(
        "mines",
        "sold",
        "is",
        "was bought by",
        "controls",
        "said that",
        "and",
        "of",
        "in",
        "to",
        "(",
        ")",
        ",",
        ".",
        "“",
        "”",
    ),
    *(
        "90%",
        "US$5m",
        "45,000 t",
        "in 2024",
        "by 2030",
        "\n\n",
        "\n",
        "- ",
        "  ",
        "\u00a0",
        "İ",
        "中国",
        "👩‍🔬",
        "\u200b",
        "e\u0301",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=60, deadline=None)
def test_whatever_the_text_its_annotation_is_sound(stages: Stages, pieces: list[str]) -> None:
    text = " ".join(pieces)
    annotation = read(stages.annotator, text)
    for span in annotation.spans:
        assert text[span.mention.start : span.mention.end] == span.mention.text
        assert 0 <= span.start <= span.head < span.end <= len(annotation.doc)
    names = [s for s in annotation.spans if s.kind == "name"]
    assert all(a.end <= b.start for a, b in pairwise(names))
    assert [s.start for s in annotation.spans] == sorted(s.start for s in annotation.spans)
    measures = annotation.measures
    assert all(0 <= m.start < m.end <= len(text) for m in measures)
    assert all(a.end <= b.start for a, b in pairwise(measures))
    assert all(s.mention.type for s in annotation.spans if s.kind == "name" or s.is_reference)


@given(st.text(max_size=80))
@settings(max_examples=30, deadline=None)
def test_no_text_breaks_the_stage(stages: Stages, text: str) -> None:
    annotation = read(stages.annotator, text)
    assert annotation.doc.text == text
    assert all(text[s.mention.start : s.mention.end] == s.mention.text for s in annotation.spans)
