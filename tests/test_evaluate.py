"""Scores: small gold sets counted by hand, and the same numbers as the official scorer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline
from kg.errors import ReadError
from kg.evaluate import (
    Bin,
    Evaluation,
    Names,
    Score,
    evaluate,
    expected_calibration_error,
    read_claims,
    read_lines,
    reliability,
)
from kg.ontology import Ontology
from kg.query.claims import ClaimReader
from kg.store import GraphStore

Record = dict[str, Any]
OFFICIAL = Path(__file__).parents[2] / "shared" / "eval"

TEXT = (
    "The Pentagon has invested $400 million in MP Materials. "
    "China controls 90% of rare earth refining and may supply Japan. "
    "Chile signed an agreement with Japan in 2024."
)
INVESTS, CONTROLS, AGREES = (
    "has invested $400 million in MP Materials",
    "controls 90%",
    "signed an agreement with Japan",
)


def gold(relation: str, subject: str, obj: str, quote: str, modality: str = "asserted", **qualifiers: Any) -> Record:
    return {
        "doc": "a",
        "quote": quote,
        "relation": relation,
        "subject": subject,
        "object": obj,
        "qualifiers": qualifiers,
        "modality": modality,
    }


def predicted(
    relation: str, subject: str, obj: str, quote: str, modality: str = "asserted", doc: str = "a", **qualifiers: Any
) -> Record:
    start = TEXT.index(quote)
    return {
        "doc": doc,
        "start": start,
        "end": start + len(quote),
        "relation": relation,
        "subject": {"label": subject, "mention": subject},
        "object": {"label": obj, "mention": obj},
        "qualifiers": qualifiers,
        "modality": modality,
    }


INVESTMENT = gold(
    "invests_in", "U.S. Department of Defense", "MP Materials", INVESTS, amount={"value": 4e8, "currency": "USD"}
)
SHARE = gold("controls_share", "China", "rare earths", CONTROLS, share={"min": 0.9, "max": 0.9}, stage="refining")
AGREEMENT = gold("agrees_with", "Chile", "Japan", AGREES, time="2024")
FOUND_INVESTMENT = predicted(
    "invests_in", "Pentagon", "MP Materials", INVESTS, amount={"value": 400_000_000, "currency": "USD"}
)
FOUND_SHARE = predicted(
    "controls_share", "China", "rare earths", CONTROLS, share={"min": 0.9, "max": 0.9}, stage="refining"
)
FOUND_AGREEMENT = predicted("agrees_with", "Japan", "Chile", AGREES, time="2024")


@pytest.fixture
def gold_set(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a gold set of one article."""

    def write(*claims: Record, entities: tuple[Record, ...] = (), text: str = TEXT) -> Path:
        folder = tmp_path / "gold"
        folder.mkdir(exist_ok=True)
        (folder / "a.txt").write_text(text, encoding="utf-8")
        for name, records in (("gold", claims), ("entities", entities)):
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        return folder

    return write


# Counting


def test_all_that_is_found_counts(gold_set: Callable[..., Path]) -> None:
    folder = gold_set(INVESTMENT, SHARE, AGREEMENT)
    found = evaluate(folder, [FOUND_INVESTMENT, FOUND_SHARE, FOUND_AGREEMENT])
    assert found.strict == found.lenient == Score(3, 3, 3)
    assert found.qualifiers == Score(4, 4, 4)
    assert found.modality_accuracy == 1
    assert (found.missed, found.extra) == ([], [])
    assert found.by_relation == {
        "agrees_with": Score(1, 1, 1),
        "controls_share": Score(1, 1, 1),
        "invests_in": Score(1, 1, 1),
    }


def test_what_is_missed_and_what_is_invented_is_counted_and_listed(gold_set: Callable[..., Path]) -> None:
    invented = predicted("supplies", "China", "Japan", "may supply Japan", "possible")
    found = evaluate(gold_set(INVESTMENT, SHARE, AGREEMENT), [FOUND_SHARE, invented])
    assert found.lenient == Score(1, 2, 3)
    assert (found.lenient.precision, found.lenient.recall) == (0.5, pytest.approx(1 / 3))
    assert found.lenient.f1 == pytest.approx(0.4)
    assert {g["relation"] for g in found.missed} == {"invests_in", "agrees_with"}
    assert [p["relation"] for p in found.extra] == ["supplies"]
    assert found.by_relation["supplies"] == Score(0, 1, 0)
    assert found.by_relation["invests_in"] == Score(0, 0, 1)


def test_nothing_found_and_nothing_sought_score_nothing(gold_set: Callable[..., Path]) -> None:
    found = evaluate(gold_set(INVESTMENT), [])
    assert found.lenient == Score(0, 0, 1)
    assert (found.lenient.precision, found.lenient.recall, found.lenient.f1) == (0, 0, 0)
    assert found.modality_accuracy == 0
    assert evaluate(gold_set(), []).lenient == Score(0, 0, 0)


def test_a_claim_is_matched_once(gold_set: Callable[..., Path]) -> None:
    assert evaluate(gold_set(SHARE), [FOUND_SHARE, FOUND_SHARE]).lenient == Score(1, 2, 1)
    assert evaluate(gold_set(SHARE, SHARE), [FOUND_SHARE]).lenient == Score(1, 1, 2)
    assert evaluate(gold_set(SHARE, SHARE), [FOUND_SHARE, FOUND_SHARE]).lenient == Score(2, 2, 2)


def test_of_two_that_fit_the_one_that_agrees_most_is_taken(gold_set: Callable[..., Path]) -> None:
    vague = predicted("controls_share", "China", "rare earths", CONTROLS)
    found = evaluate(gold_set(SHARE), [vague, FOUND_SHARE])
    assert found.qualifiers == Score(2, 2, 2)
    assert found.extra == [vague]


def test_predictions_for_other_articles_are_left_out(gold_set: Callable[..., Path]) -> None:
    assert evaluate(gold_set(SHARE), [FOUND_SHARE | {"doc": "b"}]).lenient == Score(0, 0, 1)


# Calibration


def test_calibration_is_measured_on_what_matches_leniently(gold_set: Callable[..., Path]) -> None:
    wrong = predicted("supplies", "China", "Japan", "may supply Japan", "possible")
    found = evaluate(
        gold_set(INVESTMENT, SHARE, AGREEMENT),
        [
            FOUND_INVESTMENT | {"confidence": 0.82},
            FOUND_SHARE | {"confidence": 0.88},
            wrong | {"confidence": 0.81},
            FOUND_AGREEMENT | {"confidence": 1},
        ],
    )
    assert found.reliability == [
        Bin(0.8, 0.9, 3, pytest.approx((0.82 + 0.88 + 0.81) / 3), pytest.approx(2 / 3)),
        Bin(0.9, 1.0, 1, 1.0, 1.0),
    ]
    assert found.calibration_error == pytest.approx(0.75 * ((0.82 + 0.88 + 0.81) / 3 - 2 / 3))


def test_claims_without_confidence_have_no_calibration(gold_set: Callable[..., Path]) -> None:
    assert evaluate(gold_set(SHARE), [FOUND_SHARE]).calibration_error is None
    assert evaluate(gold_set(SHARE), []).calibration_error is None
    both = evaluate(gold_set(SHARE), [FOUND_SHARE | {"confidence": 0.9}, FOUND_INVESTMENT])
    assert sum(b.number for b in both.reliability) == 1


def test_claims_of_other_articles_do_not_count_for_calibration(gold_set: Callable[..., Path]) -> None:
    assert evaluate(gold_set(SHARE), [FOUND_SHARE | {"doc": "b", "confidence": 0.9}]).calibration_error is None


@pytest.mark.parametrize("confidence", [1.2, -0.1, True, "0.9", None, float("nan")])
def test_a_confidence_that_is_none_is_refused(gold_set: Callable[..., Path], confidence: object) -> None:
    with pytest.raises(ReadError, match="number from 0 to 1"):
        evaluate(gold_set(SHARE), [FOUND_SHARE | {"confidence": confidence}])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_bins_hold_every_claim_once_and_the_error_lies_between_0_and_1(judged: list[tuple[float, bool]]) -> None:
    found = reliability(judged)
    assert sum(b.number for b in found) == len(judged)
    assert [b.low for b in found] == sorted({b.low for b in found})
    for b in found:
        assert 0 < b.high - b.low < 0.1001
        assert b.low - 1e-9 <= b.confidence <= b.high + 1e-9
    assert 0 <= expected_calibration_error(found) <= 1
    assert reliability(judged[::-1]) == found


def test_every_tenth_begins_a_bin() -> None:
    assert [b.low for b in reliability((n / 10, True) for n in range(10))] == [n / 10 for n in range(10)]
    assert expected_calibration_error([]) == 0


# Matching


@pytest.mark.parametrize(
    ("change", "matches"),
    [
        ({}, True),
        ({"relation": "produces"}, False),
        ({"start": 0, "end": len(TEXT)}, True),
        ({"start": TEXT.index(CONTROLS) + len(CONTROLS) - 1, "end": len(TEXT)}, True),
        ({"start": TEXT.index(CONTROLS) + len(CONTROLS), "end": len(TEXT)}, False),
        ({"start": 0, "end": TEXT.index(CONTROLS)}, False),
        ({"start": 0, "end": TEXT.index(CONTROLS) + 1}, True),
        ({"subject": {"label": "Chile", "mention": "Chile"}}, False),
        ({"subject": {"label": "Chile", "mention": "China"}}, True),
        ({"subject": {"label": "China"}}, True),
        ({"subject": FOUND_SHARE["object"], "object": FOUND_SHARE["subject"]}, False),
        ({"modality": "planned"}, True),
        ({"qualifiers": None}, True),
    ],
    ids=str,
)
def test_relation_evidence_and_both_ends_make_a_match(
    gold_set: Callable[..., Path], change: Record, matches: bool
) -> None:
    assert evaluate(gold_set(SHARE), [FOUND_SHARE | change]).lenient.matched == matches


def test_a_quote_that_stands_twice_may_be_found_at_either_place(gold_set: Callable[..., Path]) -> None:
    text = "China leads. China leads."
    record = gold("controls_share", "China", "gallium", "China leads")
    for start in (0, 13):
        found = predicted("controls_share", "China", "gallium", "The") | {"start": start, "end": start + 5}
        assert evaluate(gold_set(record, text=text), [found]).lenient.matched == 1


def test_only_symmetric_relations_match_the_other_way_round(gold_set: Callable[..., Path]) -> None:
    folder = gold_set(AGREEMENT, gold("supplies", "Chile", "Japan", AGREES))
    found = [FOUND_AGREEMENT, FOUND_AGREEMENT | {"relation": "supplies"}]
    assert [p["relation"] for p in evaluate(folder, found).extra] == ["supplies"]


@pytest.mark.parametrize(
    ("said", "found", "strict", "lenient"),
    [
        ("MP Materials", "MP Materials", 1, 1),
        ("MP Materials", "the MP Materials", 1, 1),
        ("MP Materials", "mp materials’s", 1, 1),
        ("MP Materials", "MP", 0, 1),
        ("MP Materials Corp.", "MP Materials", 0, 1),
        ("MP Materials", "Lynas", 0, 0),
        ("MP Materials", "Materials of Lynas", 0, 0),
        ("United States", "U.S.", 1, 1),
        ("United States", "America", 1, 1),
        ("rare earths", "rare earth elements", 1, 1),
        ("electric vehicles", "EVs", 1, 1),
        ("magnets", "magnet", 0, 1),
        ("glass", "glas", 0, 0),
        ("the Company", "company", 1, 1),
        ("a company", "the Group", 0, 0),
        ("包头", "包头", 1, 1),
    ],
)
def test_names_are_compared_strictly_and_leniently(
    gold_set: Callable[..., Path], said: str, found: str, strict: int, lenient: int
) -> None:
    folder = gold_set(gold("invests_in", "China", said, INVESTS))
    scores = evaluate(folder, [predicted("invests_in", "China", found, INVESTS)])
    assert (scores.strict.matched, scores.lenient.matched) == (strict, lenient)


def test_the_listed_mentions_of_an_entity_are_its_names_in_its_article_alone(gold_set: Callable[..., Path]) -> None:
    record = gold("invests_in", "China", "Grayrock Metals", INVESTS)
    found = predicted("invests_in", "China", "the miner", INVESTS)
    for document, matched in (("a", 1), ("b", 0)):
        entity = {"doc": document, "canonical": "Grayrock Metals", "mentions": ["the miner", "GM"]}
        assert evaluate(gold_set(record, entities=(entity,)), [found]).strict.matched == matched


def test_the_canonical_name_of_a_slip_counts(gold_set: Callable[..., Path]) -> None:
    record = gold("invests_in", "China", "Mountain Pass Materials", INVESTS) | {"canonical": {"object": "MP Materials"}}
    found = predicted("invests_in", "China", "MP Materials", INVESTS)
    assert evaluate(gold_set(record), [found]).strict.matched == 1


def test_claims_of_a_headline_belong_to_their_article(gold_set: Callable[..., Path]) -> None:
    assert evaluate(gold_set(SHARE | {"doc": "a-title"}), [FOUND_SHARE]).lenient.matched == 1


# Qualifiers


@pytest.mark.parametrize(
    ("name", "said", "found", "right"),
    [
        ("amount", {"value": 4e8, "currency": "USD"}, {"value": 400_000_000, "currency": "USD"}, 1),
        ("amount", {"value": 4e8, "currency": "USD"}, {"value": 400_000_100, "currency": "USD"}, 1),
        ("amount", {"value": 4e8, "currency": "USD"}, {"value": 401_000_000, "currency": "USD"}, 0),
        ("amount", {"value": 4e8, "currency": "USD"}, {"value": 4e8, "currency": "EUR"}, 0),
        ("amount", {"value": 4e8, "currency": "USD"}, "400 million", 0),
        ("share", {"min": 0.8, "max": None}, {"min": 0.8, "max": None}, 1),
        ("share", {"min": 0.8, "max": None}, {"min": 0.8, "max": 0.8}, 0),
        ("share", {"min": 0.8, "max": None}, {"min": None, "max": 0.8}, 0),
        ("share", {"min": 0.15, "max": 0.15, "approx": True}, {"min": 0.15, "max": 0.15}, 1),
        ("quantity", {"value": 45000, "unit": "t"}, {"value": 45000.0, "unit": "t"}, 1),
        ("quantity", {"value": 45000, "unit": "t"}, {"min": 45000, "max": 45000, "unit": "t"}, 1),
        ("quantity", {"value": 45000, "unit": "t"}, {"value": 45000, "unit": "kg"}, 0),
        ("quantity", {"min": 1, "max": None, "unit": "t"}, {"min": 1, "max": 2, "unit": "t"}, 0),
        ("time", "2024", "2024", 1),
        ("time", "2024", "2023", 0),
        ("time", "by 2030", "2030", 1),
        ("stage", "refining", "refining", 1),
        ("stage", "refining", "mining", 0),
        ("commodity", "rare earths", "REE", 1),
        ("commodity", "rare earths", "heavy rare earths", 1),
        ("commodity", "gallium", "germanium", 0),
    ],
)
def test_a_qualifier_is_right_if_it_says_the_same(
    gold_set: Callable[..., Path], name: str, said: Any, found: Any, right: int
) -> None:
    record = gold("invests_in", "China", "MP Materials", INVESTS, **{name: said})
    guess = predicted("invests_in", "China", "MP Materials", INVESTS, **{name: found})
    assert evaluate(gold_set(record), [guess]).qualifiers == Score(right, 1, 1)


def test_qualifiers_and_modality_are_scored_on_matches_alone(gold_set: Callable[..., Path]) -> None:
    planned = FOUND_INVESTMENT | {"modality": "planned", "qualifiers": {"time": "2024", "kind": "equity"}}
    found = evaluate(gold_set(INVESTMENT, SHARE, AGREEMENT), [planned, FOUND_AGREEMENT])
    assert found.qualifiers == Score(1, 2, 2), "gold amount and time; found two times, one of them right"
    assert found.modality_accuracy == 0.5


# Folders


def test_gold_that_the_text_does_not_say_is_an_error(gold_set: Callable[..., Path]) -> None:
    with pytest.raises(ReadError, match="does not say") as error:
        evaluate(gold_set(gold("invests_in", "A", "B", "no such words")), [])
    assert "\n" not in str(error.value)


def test_gold_of_an_article_that_is_not_there_is_an_error(gold_set: Callable[..., Path]) -> None:
    with pytest.raises(ReadError, match=r"b\.txt"):
        evaluate(gold_set(SHARE | {"doc": "b"}), [])


@pytest.mark.parametrize("missing", ["gold.jsonl", "entities.jsonl"])
def test_a_folder_that_is_no_gold_set_is_an_error(gold_set: Callable[..., Path], missing: str) -> None:
    folder = gold_set(SHARE)
    (folder / missing).unlink()
    with pytest.raises(ReadError, match=missing) as error:
        evaluate(folder, [])
    assert "\n" not in str(error.value)


def test_a_broken_line_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl").write_text('{"doc": "a"}\n{broken\n')
    with pytest.raises(ReadError, match=r"claims\.jsonl"):
        read_lines(tmp_path / "claims.jsonl")


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl").write_text('\n{"doc": "a"}\r\n\n{"doc": "b"}')
    assert [r["doc"] for r in read_lines(tmp_path / "claims.jsonl")] == ["a", "b"]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"], ids=ascii)
def test_a_line_separator_inside_a_quote_ends_no_line(tmp_path: Path, mark: str) -> None:
    """An export writes them as they are (https://jsonlines.org: lines end with a line feed)."""
    record = {"quote": f"Peru{mark}produces zinc"}
    (tmp_path / "claims.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_lines(tmp_path / "claims.jsonl") == [record]


@pytest.mark.parametrize("record", [{}, {"doc": "a"}, {"doc": "a", "relation": "owns"}, 5, "a"], ids=str)
def test_a_record_that_is_no_claim_is_an_error(gold_set: Callable[..., Path], record: Any) -> None:
    with pytest.raises(ReadError):
        evaluate(gold_set(SHARE), [record])


@pytest.mark.parametrize("key", ["doc", "quote", "relation", "subject", "modality"])
def test_gold_that_lacks_something_is_an_error(gold_set: Callable[..., Path], key: str) -> None:
    with pytest.raises(ReadError, match=r"gold\.jsonl"):
        evaluate(gold_set({k: v for k, v in SHARE.items() if k != key}), [FOUND_SHARE])


@pytest.mark.parametrize(
    ("line", "words"),
    [('{"doc": "a"}', ["lacks", "relation"]), ("5", ["object"]), ("{broken", ["JSON"])],
    ids=["keys", "no object", "no JSON"],
)
def test_a_claim_that_cannot_be_scored_is_told_with_file_and_line(tmp_path: Path, line: str, words: list[str]) -> None:
    (tmp_path / "claims.jsonl").write_text(f"{json.dumps(FOUND_SHARE)}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ReadError) as error:
        read_claims(tmp_path / "claims.jsonl")
    for word in (f"{tmp_path / 'claims.jsonl'}, line 3", *words):
        assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_folding_a_name_is_idempotent() -> None:
    names = Names({"same": {"united states": ["u s"]}, "ignored": ["of"]})
    for name in ("The U.S.", "a  Company’s", "MP—Materials", "", "THE", "包头"):
        assert names.fold(names.fold(name)) == names.fold(name)


# The official scorer


def official(folder: Path, claims: Path) -> Record:
    command = [sys.executable, OFFICIAL / "score.py", folder, claims, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def ours(found: Evaluation) -> Record:
    """Return scores in the form of the official scorer."""
    parts = {
        name: {k: round(getattr(score, k), 3) for k in ("precision", "recall", "f1")}
        for name, score in (("strict", found.strict), ("lenient", found.lenient), ("qualifiers", found.qualifiers))
    }
    return {
        "gold": found.lenient.gold,
        "predicted": found.lenient.predicted,
        **parts,
        "modality_accuracy": round(found.modality_accuracy, 3),
        "by_relation": {
            name: {"matched": s.matched, "predicted": s.predicted, "gold": s.gold}
            for name, s in found.by_relation.items()
        },
    }


def guesses(folder: Path, seed: int) -> list[Record]:
    """Return the gold claims of a folder, many of them spoilt in ways that a system gets wrong."""
    generator = random.Random(seed)
    texts = {p.stem: p.read_text(encoding="utf-8") for p in folder.glob("*.txt")}
    found: list[Record] = []
    for record in read_lines(folder / "gold.jsonl"):
        document = record["doc"].removesuffix("-title")
        start = texts[document].find(record["quote"]) + generator.choice([0, 0, 0, -40, 40, 400])
        ends = [
            {"label": record[e], "mention": record[e].split()[generator.choice([0, -1])]} for e in ("subject", "object")
        ]
        said = dict(record.get("qualifiers", {}))
        for name in list(said):
            if generator.random() < 0.3:
                said[name] = generator.choice([None, "2024", {"value": 1}, {"min": 0.5, "max": None}, said[name]])
        guess = {
            "doc": document,
            "start": max(0, start),
            "end": max(0, start) + len(record["quote"]),
            "relation": record["relation"] if generator.random() < 0.9 else "produces",
            "subject": ends[0],
            "object": ends[1] if generator.random() < 0.9 else {"label": "the U.S.", "mention": None},
            "qualifiers": said if generator.random() < 0.9 else None,
            "modality": generator.choice(["asserted", "planned", record["modality"]]),
        }
        found += [guess] * generator.choice([0, 1, 1, 1, 2])
    generator.shuffle(found)
    return found


@pytest.mark.slow
@pytest.mark.skipif(not OFFICIAL.is_dir(), reason=f"the official scorer and its gold sets are not at {OFFICIAL}")
@pytest.mark.parametrize("name", ["seeds", "dev"])
def test_the_official_scorer_gives_the_same_scores(name: str, tmp_path: Path, ontology: Ontology) -> None:
    folder = OFFICIAL / name
    pipeline.build(sorted(folder.glob("*.txt")), tmp_path / "graph")
    read = [c.as_json() for c in ClaimReader(GraphStore.open(tmp_path / "graph"), ontology).all()]
    assert len(read) > 40
    for number, claims in enumerate([read, *(guesses(folder, seed) for seed in range(5))]):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in claims), encoding="utf-8")
        assert ours(evaluate(folder, claims)) == official(folder, path)
