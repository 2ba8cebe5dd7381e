"""The fuzzing of benchmarks/fuzz.py for a moment, and what it and the round trips have found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.assertion.terms import Terms, moment
from kg.export import EXPORTERS
from kg.store import GraphStore

FUZZ = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"


def run(target: str, minutes: float) -> str:
    command = [sys.executable, FUZZ, target, "--minutes", str(minutes), "--seed", "5"]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout


def test_the_reader_withstands_what_is_mangled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FUZZ.parent)
    from fuzz import fuzz  # type: ignore[import-not-found]

    assert fuzz("reader", 0, 5) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("target", ["frames", "exporters", "reader"])
def test_every_target_is_fuzzed_for_a_minute(target: str) -> None:
    assert "no error that nobody foresaw" in run(target, 1)


@given(st.text(st.characters(), max_size=30))
@example("\x85")
@example("\u2028")
@example("\ue000")
@example("\ufffd")
@example("\ud800")
@example("a#b#c")
@example("%zz")
@example("[x]")
@example("\u202e")
def test_any_text_is_part_of_an_iri(name: str) -> None:
    iri = Terms("https://example.org/").iri(f"kind/{name}").value
    assert iri.startswith("https://example.org/kind/")
    assert iri.isprintable()
    assert " " not in iri


def test_what_can_be_seen_stands_in_an_iri_as_it_is() -> None:
    terms = Terms("https://example.org/")
    assert terms.iri("company/包头-é").value == "https://example.org/company/包头-é"
    assert terms.iri("doc/a#char=1,2").value == "https://example.org/doc/a#char=1,2"
    assert terms.iri("doc/a%20b").value == "https://example.org/doc/a%20b"


def test_a_time_that_is_none_is_text_without_controls() -> None:
    assert moment("last\x1f year\uffff").value == "last\ufffd year\ufffd"


def test_a_carriage_return_is_no_end_of_a_line_in_xml(tmp_path: Path) -> None:
    import io
    from xml.etree import ElementTree

    store = GraphStore(tmp_path, ox.Store(), {"base": "https://example.org/", "versions": {}})
    node = ox.NamedNode("https://example.org/doc/a")
    store.put(node, [(node, ox.NamedNode("https://example.org/says"), ox.Literal("one\r\ntwo\rthree"))])
    out = io.BytesIO()
    EXPORTERS["rdfxml"](store, out)
    assert [e.text for e in ElementTree.fromstring(out.getvalue()).iter() if e.text and "one" in e.text] == [
        "one\r\ntwo\rthree"
    ]
