"""Scoring and fitting of references, on small annotated articles."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter

import pytest

from kg.annotate.annotate import Annotator
from kg.config import ontology_folder
from kg.evaluate import Names
from kg.ontology import load_toml
from kg.pipeline import Stages
from kg.training.references import (
    Article,
    Comparison,
    Example,
    examples_of,
    fit_weights,
    measure,
    measure_held_out,
    read_annotated,
    replace_weights,
    table,
    with_weights,
)

TEXT = "Arafura Minerals opened a plant in Darwin.\nThe company hired ten people. It grew. Later Arafura hired again."
# Entities by name, with each of their mentions and how many like it stand before.
ENTITIES = {
    ("Arafura Minerals", "company"): [("Arafura Minerals", 0), ("The company", 0), ("It", 0), ("Arafura", 1)],
    ("Darwin", "region"): [("Darwin", 0)],
}
OLD = 'a = 1\n\n# Weights\n\n[weights.it]\n"near" = 0.5\n\n[weights.we]\n"type=company" = -1.0\n'


@pytest.fixture(scope="module")
def annotator(stages: Stages) -> Annotator:
    return stages.annotator


@pytest.fixture(scope="module")
def comparison(annotator: Annotator) -> Comparison:
    names = Names(load_toml(ontology_folder() / "scoring.toml"))
    return Comparison(names, annotator.ontology.naming, annotator.references)


@pytest.fixture(scope="module")
def articles(annotator: Annotator, tmp_path_factory: pytest.TempPathFactory) -> list[Article]:
    """Two articles that say the same."""
    folder = tmp_path_factory.mktemp("annotated")
    records = []
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
        for (canonical, kind), mentions in ENTITIES.items():
            found = [[m.span() for m in re.finditer(text, TEXT)][nth] for text, nth in mentions]
            entity = {"doc": name, "canonical": canonical, "type": kind, "spans": found}
            records.append(entity | {"mentions": [text for text, _ in mentions if text.istitle()]})
    (folder / "entities.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return list(read_annotated(folder, annotator))


@pytest.fixture(scope="module")
def examples(articles: list[Article], annotator: Annotator, comparison: Comparison) -> list[Example]:
    return [e for article in articles for e in examples_of(article, annotator.references, comparison)]


def test_what_the_annotators_marked_is_found_in_the_text(articles: list[Article]) -> None:
    assert len(articles) == 2
    for article in articles:
        marked = [article.discourse.doc.text[start:end] for start, end in article.gold]
        assert sorted(marked) == sorted(text for mentions in ENTITIES.values() for text, _ in mentions)


def test_each_kind_is_counted_and_full_names_are_not(
    articles: list[Article], annotator: Annotator, comparison: Comparison
) -> None:
    assert measure(articles, annotator.references, comparison) == {
        ("pronoun", "it company", "right"): 2,
        ("description", "company", "right"): 2,
        ("short name", "company", "right"): 2,
    }


def test_without_weights_nothing_is_resolved(
    articles: list[Article], annotator: Annotator, comparison: Comparison
) -> None:
    counts = measure(articles, with_weights(annotator.references, {}), comparison)
    assert counts["pronoun", "it company", "missed"] == 2
    assert counts["description", "company", "missed"] == 2


def test_what_refers_to_another_name_is_wrong(
    articles: list[Article], annotator: Annotator, comparison: Comparison
) -> None:
    places = {"it": {"type=region": 9.0}}
    counts = measure(articles, with_weights(annotator.references, places), comparison)
    assert counts["pronoun", "it company", "wrong"] == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("its", ("pronoun", "it company")),
        ("them", ("pronoun", "they company")),
        ("The Perth-based miner", ("description", "company")),
        ("Arafura", ("short name", "company")),
        ("Arafura Minerals", None),
        ("Arafura Minerals Ltd", None),
        ("miner", None),
    ],
)
def test_a_phrase_has_a_kind(text: str, kind: tuple[str, str] | None, comparison: Comparison) -> None:
    assert comparison.kind(text, {"canonical": "Arafura Minerals", "type": "company"}) == kind


def test_an_example_has_a_row_for_nothing_and_one_for_each_candidate(examples: list[Example]) -> None:
    assert Counter(e.kind for e in examples) == {"noun": 2, "it": 2}
    for example in examples:
        assert len(example.features) == len(example.right) > 1
        assert all(feature.startswith("none:") for feature in example.features[0])
        assert not any(feature.startswith("none:") for row in example.features[1:] for feature in row)
        assert not example.right[0]
        assert any(example.right)


def test_fitted_weights_tell_right_from_wrong() -> None:
    example = Example("it", [["none:any"], ["near"], ["far"]], [False, True, False], 1.0)
    weights = fit_weights([example] * 20)["it"]
    assert weights["near"] > 0 > weights["far"]
    assert weights["none:any"] < 0


def test_a_feature_that_is_seldom_seen_has_no_weight() -> None:
    often = Example("it", [["none:any"], ["near"]], [False, True], 1.0)
    seldom = Example("it", [["none:any"], ["far"]], [True, False], 1.0)
    assert "far" not in fit_weights([*[often] * 20, *[seldom] * 7])["it"]
    assert "far" in fit_weights([*[often] * 20, *[seldom] * 8])["it"]


def test_fitting_is_deterministic_and_resolves_what_it_learned_from(
    examples: list[Example], articles: list[Article], annotator: Annotator, comparison: Comparison
) -> None:
    weights = fit_weights(examples * 10)
    assert weights == fit_weights(examples * 10)
    counts = measure(articles, with_weights(annotator.references, weights), comparison)
    assert not [key for key in counts if key[2] != "right"]


def test_held_out_articles_are_all_measured(
    articles: list[Article], annotator: Annotator, comparison: Comparison
) -> None:
    assert measure_held_out(articles, annotator.references, comparison).total() == 6


def test_other_weights_leave_the_rest_of_the_file_as_it_is() -> None:
    text = replace_weights(OLD + '\n# More\n[other]\n"near" = 1\n', {"it": {"close": 0.1}})
    assert text == 'a = 1\n\n# Weights\n\n[weights.it]\n"close" = 0.1\n\n# More\n[other]\n"near" = 1\n'
    assert replace_weights("a = 1\n", {"it": {"close": 0.1}}) == 'a = 1\n\n[weights.it]\n"close" = 0.1\n'


@pytest.mark.parametrize("text", [OLD, (ontology_folder() / "reference.toml").read_text(encoding="utf-8")])
def test_the_same_weights_leave_the_whole_file_as_it_is(text: str) -> None:
    assert replace_weights(text, tomllib.loads(text)["weights"]) == text


def test_the_table_has_a_line_for_each_kind_and_the_sum_of_each_group() -> None:
    counts = Counter({("pronoun", "it company", "right"): 3, ("pronoun", "he person", "missed"): 1})
    assert [line.split() for line in table(counts).splitlines()[1:]] == [
        ["pronoun", "he", "person", "0", "0", "1", "0.00"],
        ["pronoun", "it", "company", "3", "0", "0", "1.00"],
        ["pronoun", "3", "0", "1", "0.75"],
    ]
