"""Copied articles: found whatever their headline, told from articles that only report the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline
from kg.query.copies import (
    LEAST_SHINGLES,
    SHINGLE,
    Article,
    find_copies,
    list_copies,
    quoted_articles,
    read_articles,
    shingles,
)
from kg.store import GraphStore

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


def article(name: str, passages: Sequence[str], published: str = "2025-01-01", title: str = "") -> Article:
    return Article(f"doc/{name}", name, title or f"The headline of {name}", "", published, tuple(passages))


def test_an_article_with_another_headline_and_a_paragraph_cut_is_a_copy_of_the_first() -> None:
    articles = [
        article("late", [*PARAGRAPHS[:2], *PARAGRAPHS[3:]], "2025-01-03"),
        article("first", PARAGRAPHS, "2025-01-02"),
        article("capitals", [p.upper().replace(",", ";") for p in PARAGRAPHS], "2025-01-04"),
    ]
    assert find_copies(articles) == {"doc/late": "doc/first", "doc/capitals": "doc/first"}


def test_an_article_that_reports_the_same_in_other_words_is_no_copy() -> None:
    assert find_copies([article("one", PARAGRAPHS), article("two", REPORT)]) == {}


def test_an_article_that_quotes_one_paragraph_is_no_copy() -> None:
    assert find_copies([article("one", PARAGRAPHS), article("two", [*REPORT, PARAGRAPHS[0]])]) == {}


def test_what_a_digest_is_made_of_are_no_copies_of_each_other() -> None:
    digest = article("digest", [*PARAGRAPHS, *REPORT], "2025-02-01")
    assert find_copies([article("one", PARAGRAPHS), article("two", REPORT), digest]) == {"doc/digest": "doc/one"}


def test_one_short_sentence_is_too_little_to_tell_unless_the_title_is_the_same() -> None:
    sentence = ["China controls about 90% of the world's rare earth refining."]
    assert 0 < len(shingles(sentence)) < LEAST_SHINGLES
    assert find_copies([article("one", sentence), article("two", sentence)]) == {}
    title = "China tightens its grip on magnets"
    assert find_copies([article("one", sentence, title=title), article("two", sentence, title=title)]) == {
        "doc/two": "doc/one"
    }
    assert find_copies([article("one", sentence, title=title), article("two", REPORT, title=title)]) == {}


def test_a_closing_line_that_all_have_makes_no_copies() -> None:
    line = "All rights reserved; this material may not be published, broadcast, rewritten or redistributed without permission."
    own = [article(f"a{n}", [" ".join(f"word{n}x{i}" for i in range(40)), line]) for n in range(30)]
    assert find_copies(own) == {}


def test_a_text_that_grew_step_by_step_has_one_origin() -> None:
    texts = [list(PARAGRAPHS[:2]), list(PARAGRAPHS[:3]), list(PARAGRAPHS[:4]), list(PARAGRAPHS)]
    articles = [article(f"v{n}", text, f"2025-01-0{n + 1}") for n, text in enumerate(texts)]
    assert set(find_copies(articles).values()) == {"doc/v0"}
    assert len(find_copies(articles)) == 3


def test_articles_without_text_are_no_copies() -> None:
    assert find_copies([article("one", []), article("two", []), article("three", ["Too short."])]) == {}


def test_chinese_is_compared_by_characters() -> None:
    text = ["中国商务部宣布对七种中重稀土相关物项实施出口管制并要求出口企业申请许可证"]
    assert find_copies([article("one", text), article("two", text, "2025-02")]) == {"doc/two": "doc/one"}
    other = ["美国国防部向芒廷帕斯稀土矿的所有者投资四亿美元成为其最大股东并承诺最低价格"]
    assert find_copies([article("one", text), article("two", other)]) == {}


@given(st.permutations(range(5)))
def test_order_does_not_matter(order: list[int]) -> None:
    texts = [PARAGRAPHS, PARAGRAPHS[:4], REPORT, [*REPORT, "And more."], PARAGRAPHS[1:]]
    articles = [article(f"a{n}", text, f"2025-01-0{n + 1}") for n, text in enumerate(texts)]
    assert find_copies([articles[n] for n in order]) == {
        "doc/a1": "doc/a0",
        "doc/a3": "doc/a2",
        "doc/a4": "doc/a0",
    }


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=80), max_size=4), st.randoms())
def test_any_text_can_be_compared(passages: list[str], chance: random.Random) -> None:
    others = chance.sample(passages, len(passages))
    assert shingles(passages) == shingles(others) == shingles([f"\n  {p}!? " for p in passages])
    assert len(shingles(passages)) <= sum(len(p) for p in passages)


def test_what_most_texts_share_is_found_among_many() -> None:
    """Of 300 articles, 60 have a copy that lacks a fifth; exactly these are found."""
    chance = random.Random(7)
    words = [f"w{n}" for n in range(3000)]
    originals = [[" ".join(chance.choices(words, k=30)) for _ in range(5)] for _ in range(300)]
    copies = [[p for i, p in enumerate(text) if i != n % 5] for n, text in enumerate(originals[:60])]
    articles = [article(f"o{n:03}", text, "2025-01") for n, text in enumerate(originals)]
    articles += [article(f"c{n:03}", text, "2025-02") for n, text in enumerate(copies)]
    assert find_copies(articles) == {f"doc/c{n:03}": f"doc/o{n:03}" for n in range(60)}


# Over a graph


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., GraphStore]:
    """Return a function that builds a graph of articles of the form (name, text)."""

    def make(**texts: str) -> GraphStore:
        for name, text in texts.items():
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        report = pipeline.build([tmp_path], tmp_path / "graph")
        assert not report.failures
        return GraphStore.open(tmp_path / "graph")

    return make


def wire(title: str, date: str, *paragraphs: str) -> str:
    return "\n\n".join([f"Title: {title}\nPublisher: Wire of {title}\nDate: {date}", *paragraphs])


@pytest.fixture
def syndicated(built: Callable[..., GraphStore]) -> GraphStore:
    """Three articles: one, a copy under another title and without its second paragraph, and another report."""
    return built(
        one=wire("Who digs for magnets", "2025-03-01", *PARAGRAPHS),
        two=wire("Rare earths explained", "2025-03-02", PARAGRAPHS[0], *PARAGRAPHS[2:]),
        three=wire("A survey of metals", "2025-03-03", *REPORT),
    )


def test_the_graph_knows_a_copy_by_its_quotes(syndicated: GraphStore) -> None:
    articles = quoted_articles(syndicated)
    assert [a.name for a in articles] == ["one", "three", "two"]
    answer = list_copies(articles)
    assert answer.columns == ("original", "published_first", "copy", "publisher", "date", "title")
    assert [list(row) for row in answer.rows] == [
        ["one", "2025-03-01", "two", "Wire of Rare earths explained", "2025-03-02", "Rare earths explained"]
    ]


def test_the_files_tell_the_same_as_long_as_they_are_as_they_were_read(syndicated: GraphStore, tmp_path: Path) -> None:
    whole = read_articles(syndicated)
    assert [list(a.passages) for a in whole if a.name == "one"] == [list(PARAGRAPHS)]
    assert find_copies(whole).keys() == {f"{syndicated.base}doc/two"}
    (tmp_path / "one.txt").write_text("Something else now.", encoding="utf-8")
    (tmp_path / "two.txt").unlink()
    assert read_articles(syndicated)[0].passages == quoted_articles(syndicated)[0].passages
    assert find_copies(read_articles(syndicated)).keys() == {f"{syndicated.base}doc/two"}


def test_shingles_are_runs_of_words() -> None:
    assert len(shingles([" ".join("abcdefgh"[: SHINGLE + 1])])) == 2
