"""Reading treebanks: words, text, names. The files are made here in the format of the Universal Dependencies."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from kg.training.data import ANY, OUTSIDE_OR_UNSEEN, TAGS, coarse_tag, iob2_spans
from kg.training.treebanks import raw_documents, read_treebank

ROWS = """# newdoc id = one
# newpar
# sent_id = s1
1\tAda\tAda\tPROPN\tNNP\t_\t3\tnsubj\t_\tEntity=(1-person-new-1)
2-3\twon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\two\twill\tAUX\tMD\t_\t3\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t0\troot\t_\t_
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# newpar
# sent_id = s2
1\tPeru\tPeru\tPROPN\tNNP\t_\t2\tnsubj\t_\tEntity=(2-place-new-1)
2\tmines\tmine\tVERB\tVBZ\t_\t0\troot\t_\t_
3\ttin\ttin\tNOUN\tNN\t_\t2\tobj\t_\tEntity=(3-substance-new-1)

# newdoc id = two
# sent_id = s3
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_

"""
NAMES = """# sent_id = s1
1\tAda\tB-PER\t-
2\two\tO\t-
3\tn't\tO\t-
4\t.\tO\t-

# sent_id = s2
1\tPeru\tB-LOC\t-
2\tmines\tO\t-
3\ttin\tB-OTH\t-

# sent_id = s3
1\tYes\tO\t-

"""


def packed(path: Path, text: str) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


@pytest.fixture
def treebank(tmp_path: Path) -> Path:
    return packed(tmp_path / "one.conllu.xz", ROWS)


def test_sentences_have_words_trees_and_their_document(treebank: Path) -> None:
    first, second, third = read_treebank(treebank)
    assert first.words == ("Ada", "wo", "n't", ".")
    assert (first.heads, first.deprels) == ((3, 3, 0, 3), ("nsubj", "aux", "root", "punct"))
    assert (first.lemmas[1], second.upos) == ("will", ("PROPN", "VERB", "NOUN"))
    assert first.document == second.document != third.document


def test_brackets_name_what_has_a_known_type_and_leave_other_words_open(treebank: Path) -> None:
    first, second, third = read_treebank(treebank)
    assert coarse_tag(first.tags[0]) == "B-PER"
    assert coarse_tag(second.tags[0]) == "B-LOC"
    assert second.tags[1:] == (OUTSIDE_OR_UNSEEN, OUTSIDE_OR_UNSEEN)
    assert third.tags == (ANY,)


def test_names_beside_the_treebank_go_before_its_brackets(treebank: Path, tmp_path: Path) -> None:
    first, second, _ = read_treebank(treebank, packed(tmp_path / "one.iob2.xz", NAMES))
    assert [coarse_tag(tags) for tags in first.tags] == ["B-PER", "O", "O", "O"]
    assert second.tags[2] == ANY


def test_raw_text_has_every_word_at_its_place(treebank: Path) -> None:
    (text, sentences), (other, _) = raw_documents(treebank)
    assert (text, other) == ("Ada won't.\n\nPeru mines tin", "Yes")
    words = [[text[w.start : w.end] for w in sentence] for sentence in sentences]
    assert words == [["Ada", "wo", "n't", "."], ["Peru", "mines", "tin"]]
    assert [w.head for w in sentences[1]] == [2, 0, 2]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O B-PER I-PER O", [(1, 3, "PER")]),
        ("B-PER B-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("I-LOC I-LOC", [(0, 2, "LOC")]),
        ("B-LOC I-PER", [(0, 1, "LOC"), (1, 2, "PER")]),
        ("O", []),
    ],
)
def test_spans_of_iob2_tags(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert list(iob2_spans(tags.split())) == spans


def test_coarse_tags_know_every_fine_tag() -> None:
    assert {coarse_tag(frozenset({i})) for i in range(len(TAGS))} == {
        "O", *(f"{p}-{t}" for t in ("PER", "ORG", "LOC", "OTHER") for p in "BI"),
    }  # fmt: skip
