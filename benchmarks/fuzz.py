"""What no input may do: end a stage with an error that nobody foresaw, or make it say what is not so.

`python benchmarks/fuzz.py {reader,frames,exporters} [--minutes 10] [--seed N]`

hypothesis makes the inputs until the time is over. `reader`: files of every form that is read, whole ones that are
mangled (bytes taken out, put in, turned round, doubled) and bytes of no form at all; each is read or refused with a
ReadError, and what is read lies in its source. `frames`: texts of the corpus with words swapped, doubled, left out, and
with signs of any script put in; annotation, frames, learned relations and linking find claims whose quotes stand in the
text. `exporters`: claims and triples with any text as names, quotes, qualifiers, parts of IRIs; each format is written, and
those of RDF are read back to the same graph.

Prints the number of inputs and ends with 1 and the least input that breaks a promise. The tests run each for seconds.
"""

from __future__ import annotations

import argparse
import atexit
import io
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyoxigraph as ox
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from kg.assertion.terms import Terms, text
from kg.config import DEFAULT_BASE
from kg.errors import ReadError
from kg.export import EXPORTERS
from kg.iris import slug
from kg.model import Block, Claim, Document, Entity, Evidence, Linked, LinkedClaim, Mention, Run
from kg.pipeline import Stages
from kg.read import read_documents
from kg.read.forms import FORMS
from kg.store import ENTITIES, GraphStore, Triple

CORPUS = Path(__file__).parents[1] / "corpus"
VERSIONS = {"lodestone": "fuzz", "ontology": "fuzz", "pipeline": "fuzz"}
MERGED = {"turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}
NAMED = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}
_MOST_BYTES = 200_000  # of a document
_MOST_SECONDS = 20  # to read it, on a busy machine
_ROUND = 200  # inputs between two looks at the clock
ANY_TEXT = st.text(max_size=60) | st.sampled_from(
    [
        '"""',
        "\\",
        "\\u0041",
        "\r\n",
        "\r",
        "'''",
        'a\\"',
        "😀",
        "\x0b",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "]]>",
        "&lt;",
        "\u202e",
    ]
)
_SIGNS = st.sampled_from(
    [
        "(",
        ")",
        '"',
        "“",
        "$",
        "%",
        "€",
        "-",
        "—",
        "...",
        "?",
        "\n\n",
        "\t",
        "\x00",
        "\u200b",
        "稀土",
        "٣",
        "½",
        "²",
        "’s",
        "U.S.",
        ",",
        ";",
    ]
)


@st.composite
def mangled(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """Draw a whole file and change it in up to eight places."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        size = draw(st.sampled_from([1, 2, 4, 30, 400]))
        part = bytes(data[at : at + size])
        data[at : at + size] = draw(
            st.sampled_from(
                [b"", part[::-1], part * 3, b"\x00" * size, b"\xff\xfe", b"<" * size, b"&#x0;", b"&lt;!--", b'"\n']
            )
            | st.binary(max_size=8)
        )
    return bytes(data)


@st.composite
def mangled_text(draw: st.DrawFn, texts: list[str]) -> str:
    """Draw up to two paragraphs of the corpus and change them in up to twelve places."""
    words = " ".join(draw(st.lists(st.sampled_from(texts), min_size=1, max_size=2))).split(" ")
    for _ in range(draw(st.integers(0, 12))):
        at, to = (draw(st.integers(0, len(words) - 1)) for _ in range(2))
        match draw(st.integers(0, 4)):
            case 0:
                words[at], words[to] = words[to], words[at]
            case 1:
                words[at] = draw(_SIGNS) + words[at]
            case 2:
                words[at] += draw(_SIGNS | ANY_TEXT)
            case 3:
                words[at:to] = []
            case _:
                words.insert(at, " ".join(words[at : at + 5] * 3))
        words = words or ["x"]
    return " ".join(words)


def reader(check: Callable[..., None]) -> Callable[[], None]:
    """Return a test of reading files of all forms."""
    place = tempfile.mkdtemp(prefix="fuzz")
    atexit.register(shutil.rmtree, place, True)
    whole = {form: [b""] for form in FORMS}
    for form in FORMS:
        whole[form] += samples(form)

    @given(st.sampled_from(sorted(FORMS)), st.data())
    def read(form: str, data: st.DataObject) -> None:
        folder = Path(place, form.strip("."))
        folder.mkdir(exist_ok=True)
        path = folder / f"article{form}"
        path.write_bytes(data.draw(mangled(whole[form]) | st.binary(max_size=300)))
        refused: list[ReadError] = []
        begun = time.monotonic()
        try:
            for document in read_documents(path, _MOST_BYTES, report=refused.append):
                check_document(document)
        except ReadError as error:
            refused.append(error)
        assert time.monotonic() - begun < _MOST_SECONDS
        assert all(path.name in str(error) and "\n" not in str(error) for error in refused), refused
        assert [p.name for p in folder.iterdir()] == [path.name], "nothing is written beside it"

    check(read)
    return read


def check_document(document: Document) -> None:
    """Ask whether what was read stands in the source."""
    assert all(0 <= b.start <= b.end <= len(document.text) for b in document.blocks)
    for run in document.runs:
        if run.written is None:
            at, to = run.text_start, run.source_start
            assert document.text[at : at + run.length] == document.source[to : to + run.length]


def samples(form: str) -> list[bytes]:
    """Return whole files of a form, made of an article."""
    from fuzz_samples import make_sample  # beside this script

    return make_sample(form)


def frames(check: Callable[..., None]) -> Callable[[], None]:
    """Return a test of annotation, frames, learned relations and linking."""
    stages = Stages.load(VERSIONS, threads=1)
    texts = [
        p
        for path in sorted(CORPUS.glob("*.txt"))
        for p in path.read_text(encoding="utf-8").split("\n\n")[1:]
        if len(p) > 80
    ]

    @given(mangled_text(texts))
    def read(said: str) -> None:
        document = Document(
            "a",
            "/a.txt",
            said,
            said,
            (Block("paragraph", 0, len(said)),),
            (Run(0, 0, len(said)),),
            "0",
            published="2025-03-01",
        )
        linked = stages.read(document)
        for claim in linked.claims:
            evidence = claim.claim.evidence
            assert said[evidence.start : evidence.end] == evidence.quote
            assert 0 <= claim.claim.confidence <= 1
        stages.asserter.triples(linked)

    check(read)
    return read


def exporters(check: Callable[..., None]) -> Callable[[], None]:
    """Return a test of all formats of `kg export`."""
    stages = Stages.load(VERSIONS, threads=1)
    terms = Terms(DEFAULT_BASE)

    @given(
        st.lists(claims(), max_size=4),
        ANY_TEXT,
        st.lists(st.tuples(ANY_TEXT, ANY_TEXT, st.sampled_from([None, "en", "zh"])), max_size=4),
    )
    def write(said: list[LinkedClaim], title: str, more: list[tuple[str, str, str | None]]) -> None:
        document = Document(
            "a", "/a.txt", "x", "x", (Block("paragraph", 0, 1),), (Run(0, 0, 1),), "0", title=title, publisher=title
        )
        store = GraphStore(Path(), ox.Store(), {"base": DEFAULT_BASE, "versions": VERSIONS})
        graph = stages.asserter.graph(document)
        told: list[Triple] = [
            (terms.iri(f"kind/{name}"), terms.iri("kind/says"), text(value, language)) for name, value, language in more
        ]
        store.put(graph, [*stages.asserter.triples(Linked(document, tuple(said))), *told])
        store.put(ENTITIES, stages.asserter.names(store.labels()))
        check_exports(store)

    check(write)
    return write


def check_exports(store: GraphStore) -> None:
    """Ask whether each format is written, and the same graph read back."""
    merged, named = (
        ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in store.triples()),
        ox.Dataset(store.quads()),
    )
    for form, exporter in EXPORTERS.items():
        out = io.BytesIO()
        exporter(store, out)
        if form == "rdfxml":
            fromstring(out.getvalue())  # a reader of XML takes less than Oxigraph
        syntax = (MERGED | NAMED).get(form)
        if syntax is not None:
            again = ox.Dataset(ox.parse(out.getvalue(), format=syntax))
            for dataset in (again, merged, named):
                dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            assert again == (merged if form in MERGED else named), form


@st.composite
def claims(draw: st.DrawFn) -> LinkedClaim:
    """Draw a claim with any text as names, quote and qualifiers."""
    names = [draw(ANY_TEXT) or "x" for _ in range(2)]
    ends = [Entity(f"company/{slug(name)}", name, "company") for name in names]
    mentions = [Mention(0, 1, name, "company", name, "test", end.iri) for name, end in zip(names, ends, strict=True)]
    start = draw(st.integers(0, 10**6))
    quote = draw(ANY_TEXT)
    qualifiers = draw(
        st.dictionaries(
            st.sampled_from(["time", "scope", "role", "kind", "measure"]), ANY_TEXT.filter(bool), max_size=3
        )
    )
    claim = Claim(
        draw(st.sampled_from(["owns", "supplies", "invests_in"])),
        *mentions,
        draw(st.sampled_from(["asserted", "planned", "possible", "negated"])),
        Evidence("a", start, start + len(quote), quote),
        draw(ANY_TEXT),
        draw(st.floats(0, 1)),
        tuple(sorted(qualifiers.items())),
        draw(st.none() | ANY_TEXT),
    )
    return LinkedClaim(claim, *ends, None)


TARGETS = {"reader": reader, "frames": frames, "exporters": exporters}


def fuzz(target: str, seconds: float, first: int = 0) -> int:
    """Give a target inputs for so many seconds, at least one round; return how many. Raises what a test raises."""
    count = 0

    def counted(test: Callable[..., None]) -> None:
        inner = test.hypothesis.inner_test  # type: ignore[attr-defined]

        def run(*arguments: object, **named: object) -> None:
            nonlocal count
            count += 1
            inner(*arguments, **named)

        test.hypothesis.inner_test = run  # type: ignore[attr-defined]

    made = TARGETS[target](counted)
    most = _ROUND if seconds > 20 else 20
    checks = list(HealthCheck)
    phases = (Phase.generate, Phase.shrink)
    options = settings(
        max_examples=most,
        deadline=None,
        database=None,
        suppress_health_check=checks,
        phases=phases,
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    test, end = options(made), time.monotonic() + seconds
    while True:
        seed(first)(test)()
        first += 1
        if time.monotonic() >= end:
            return count


def main() -> None:
    """Fuzz what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round (default: the clock)")
    options = parser.parse_args()
    warnings.simplefilter("error")
    print(f"{options.target}: seed {options.seed}", flush=True)
    print(
        f"{options.target}: {fuzz(options.target, options.minutes * 60, options.seed)} inputs, no error that nobody foresaw"
    )


if __name__ == "__main__":
    main()
