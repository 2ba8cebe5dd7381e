"""Copied articles: found whatever their headline, told from articles that only report the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.copies import LEAST_SHARED, Article, find_copies
from kg.shingles import Sketch, shingles, sketch_text

PARAGRAPHS = (
    "China accounted for about 69% of the rare earths that were mined anywhere in 2024, and for a far larger share of refining.",
    "Lynas Rare Earths operates a separation plant in Kuantan and supplies neodymium oxide to makers of magnets in Japan.",
    "MP Materials owns the Mountain Pass mine in California, the only one of its kind that is at work in the United States.",
    "The Pentagon invested $400 million in MP Materials in July 2025 and became the largest shareholder of the company.",
    "Arafura wants to build a refinery at Nolans, for which Export Finance Australia has promised a loan of $200 million.",
)
REPORT = (
    "Last year China held 69% of rare earth mining, the survey says, and it dominates the refining of these metals even more.",
    "From its Malaysian plant at Kuantan, Lynas ships oxides of neodymium that Japanese magnet makers buy.",
    "In California, Mountain Pass belongs to MP Materials; no second American mine produces rare earths today.",
    "With $400 million, the Department of Defense bought itself the biggest stake in MP Materials in the summer of 2025.",
)
Told = tuple[Article, Sketch]


def article(name: str, passages: Sequence[str], published: str = "2025-01-01", title: str = "") -> Told:
    text = sketch_text("\n\n".join(passages))
    return Article(f"doc/{name}", name, title or f"The headline of {name}", published), text


def copies(told: Sequence[Told]) -> dict[str, str]:
    sketches = {a.iri: s for a, s in told}
    signatures = {iri: sketch.signature for iri, sketch in sketches.items()}
    found = find_copies([a for a, _ in told], signatures, lambda iri: sketches[iri].order)
    return {copy.removeprefix("doc/"): original.removeprefix("doc/") for copy, original in found.items()}


def test_an_article_with_another_headline_and_a_paragraph_cut_is_a_copy_of_the_first() -> None:
    told = [
        article("late", [*PARAGRAPHS[:2], *PARAGRAPHS[3:]], "2025-01-03"),
        article("first", PARAGRAPHS, "2025-01-02"),
        article("capitals", [p.upper().replace(",", ";") for p in PARAGRAPHS], "2025-01-04"),
    ]
    assert copies(told) == {"late": "first", "capitals": "first"}


def test_a_short_part_of_an_earlier_article_is_a_copy_and_a_longer_article_around_it_is_none() -> None:
    whole = [*PARAGRAPHS, *REPORT]
    assert copies([article("one", whole), article("two", PARAGRAPHS[:2], "2025-01-02")]) == {"two": "one"}
    assert copies([article("one", PARAGRAPHS[:2]), article("two", whole, "2025-01-02")]) == {}


def test_without_dates_the_shorter_one_is_taken_for_the_copy() -> None:
    for dates in (("", ""), ("2025-01-01", ""), ("2025-01-01", "2025-01-01"), ("2025-01", "2025-01-03")):
        told = [article("a", PARAGRAPHS[:3], dates[0]), article("b", PARAGRAPHS, dates[1])]
        assert copies(told) == {"b": "a"}, "which of the two is shown is told by date and name"
    assert copies([article("a", PARAGRAPHS[:1], ""), article("b", PARAGRAPHS, "")]) == {}


def test_an_article_that_reports_the_same_in_other_words_is_no_copy() -> None:
    assert copies([article("one", PARAGRAPHS), article("two", REPORT)]) == {}


def test_an_article_that_quotes_one_paragraph_is_no_copy() -> None:
    assert copies([article("one", PARAGRAPHS), article("two", [*REPORT, PARAGRAPHS[0]])]) == {}


def test_a_follow_up_that_repeats_background_is_no_copy() -> None:
    assert copies([article("one", PARAGRAPHS), article("two", [*REPORT, *PARAGRAPHS[1:4]], "2025-01-05")]) == {}


@pytest.mark.parametrize("date", ["2025-02-01", "2025-01-01", "", "2024-12-01"])
def test_a_digest_and_what_it_is_made_of_are_no_copies_of_each_other(date: str) -> None:
    told = [article("one", PARAGRAPHS), article("two", REPORT), article("digest", [*PARAGRAPHS, *REPORT], date)]
    if date != "2024-12-01":
        assert copies(told) == {}
    else:
        assert copies(told) == {"one": "digest", "two": "digest"}, "an earlier text of which both are parts"


def test_one_short_sentence_is_too_little_to_tell_unless_the_title_is_the_same() -> None:
    sentence = ["China controls about 90% of the world's rare earth refining."]
    assert 0 < len(shingles(sentence[0])) < LEAST_SHARED
    assert copies([article("one", sentence), article("two", sentence)]) == {}
    title = "China tightens its grip on magnets"
    assert copies([article("one", sentence, title=title), article("two", sentence, title=title)]) == {"two": "one"}
    assert copies([article("one", sentence, title=title), article("two", REPORT, title=title)]) == {}


def test_closing_lines_that_several_have_make_no_copies() -> None:
    line = " ".join(f"legal{i}" for i in range(60))
    own = [article(f"a{n}", [" ".join(f"word{n}x{i}" for i in range(30)), line]) for n in range(30)]
    assert copies(own) == {}
    copied = article("b", [" ".join(f"word7x{i}" for i in range(30)), line], "2025-01-02")
    assert copies([*own, copied]) == {"b": "a7"}


def test_what_is_said_in_an_article_with_closing_lines_is_found_under_others() -> None:
    lines = [" ".join(f"legal{k}x{i}" for i in range(60)) for k in (0, 1)]
    own = [
        article(f"{k}{n}", [" ".join(f"word{k}x{n}x{i}" for i in range(40)), lines[k]])
        for k in (0, 1)
        for n in range(9)
    ]
    copied = article("copy", [" ".join(f"word0x5x{i}" for i in range(40)), lines[1]], "2025-01-02")
    assert copies([*own, copied]) == {"copy": "05"}


def test_a_text_that_grew_step_by_step_has_one_origin() -> None:
    texts = [PARAGRAPHS[:2], PARAGRAPHS[:3], PARAGRAPHS[:4], PARAGRAPHS]
    found = copies([article(f"v{n}", text, f"2025-01-0{n + 1}") for n, text in enumerate(texts)])
    assert found == {"v1": "v0", "v2": "v0", "v3": "v0"}


def test_articles_without_text_are_no_copies() -> None:
    assert copies([article("one", []), article("two", []), article("three", ["Too short."])]) == {}


def test_chinese_is_compared_by_characters() -> None:
    text = ["中国商务部宣布对七种中重稀土相关物项实施出口管制并要求出口企业申请许可证"]
    assert copies([article("one", text), article("two", text, "2025-02")]) == {"two": "one"}
    other = ["美国国防部向芒廷帕斯稀土矿的所有者投资四亿美元成为其最大股东并承诺最低价格"]
    assert copies([article("one", text), article("two", other)]) == {}


@given(st.permutations(range(5)))
def test_order_does_not_matter(order: list[int]) -> None:
    texts = [PARAGRAPHS, PARAGRAPHS[:4], REPORT, [*REPORT, "And more."], PARAGRAPHS[1:]]
    told = [article(f"a{n}", text, f"2025-01-0{n + 1}") for n, text in enumerate(texts)]
    assert copies([told[n] for n in order]) == {"a1": "a0", "a3": "a2", "a4": "a0"}


def test_what_most_texts_share_is_found_among_many() -> None:
    """Of 300 articles, 60 have a copy that lacks a fifth; exactly these are found."""
    chance = random.Random(7)
    words = [f"w{n}" for n in range(3000)]
    originals = [[" ".join(chance.choices(words, k=30)) for _ in range(5)] for _ in range(300)]
    lacking = [[p for i, p in enumerate(text) if i != n % 5] for n, text in enumerate(originals[:60])]
    told = [article(f"o{n:03}", text, "2025-01-01") for n, text in enumerate(originals)]
    told += [article(f"c{n:03}", text, "2025-02-01") for n, text in enumerate(lacking)]
    assert copies(told) == {f"c{n:03}": f"o{n:03}" for n in range(60)}


def test_a_story_that_all_papers_print_has_one_origin() -> None:
    """More papers than any article is compared with."""
    told = [
        article(f"p{n:03}", [*PARAGRAPHS, f"The paper number {n} has its own last line."], "2025-01-02")
        for n in range(120)
    ]
    told.append(article("wire", PARAGRAPHS, "2025-01-01"))
    assert copies(told) == {f"p{n:03}": "wire" for n in range(120)}


def test_dates_are_compared_as_far_as_they_are_known() -> None:
    one = Article("doc/a", "a", "", "2025-03-02")
    assert one.surely_before(replace(one, published="2025-03-03"))
    assert one.surely_before(replace(one, published="2026"))
    for same in ("2025-03-02", "2025-03", "2025", "", "2025-03-01"):
        assert not one.surely_before(replace(one, published=same))
    assert not replace(one, published="2025-03").surely_before(one)
    assert not replace(one, published="").surely_before(one)


def test_a_small_set_of_the_benchmark_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "benchmarks")
    from duplicates import PRECISION, RECALL, Newspapers, measure, stories  # type: ignore[import-not-found]

    texts = Newspapers(stories()[:120], random.Random(4)).texts
    assert len(texts) > 300
    precision, recall = measure(texts)
    assert precision >= PRECISION
    assert recall >= RECALL
