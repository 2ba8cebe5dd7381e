"""Files that were made to break whoever reads them: each ends as read or as refused with its reason, and nothing is lost.

    python benchmarks/hostile.py [--kind KIND] [--megabytes N] [--seconds N] [--build]

Some 300 files of all forms: bombs, links and paths that lead out, nested and unclosed marks, entities, broken PDF, long
lines, text that makes patterns slow, control characters, halves of pairs, encodings, look-alike names. Each is read in a
process of its own with the limits of a build. Counted are crashes (any end but documents or a sentence that says why),
files written anywhere, silent losses (a file of which a marked sentence is neither in a document nor in what was refused)
and the peak of memory. A file that takes too long or too much is killed, which counts as refused.

With --build all files are given to one `kg build`, with its own limits and workers, among articles that nobody made to break
anything. Counted are files that are in the graph or refused with a reason, files of which nothing is said, quotes that are
not where the graph says, and the memory of the largest process.
"""

from __future__ import annotations

import argparse
import gzip
import io
import multiprocessing
import resource
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "read"))

from making import FEED, ITEM, make_pdf, make_tar, make_word, make_zip

from kg.check import verify
from kg.errors import ReadError
from kg.ontology import load_ontology
from kg.read import file_of, read_documents
from kg.store import GraphStore

MARK = "Peru mines tin."
OTHER = "Chile mines lithium."
CHINESE = "商务部周四宣布对稀土出口实施管制,自十二月一日起生效。"


@dataclass(frozen=True)
class Hostile:
    """A file: its kind, its name, its bytes, and what its documents must say if nothing is said to be refused."""

    kind: str
    name: str
    content: bytes
    marks: tuple[str, ...] = (MARK,)


def hostile_files(size: int = 1, kind: str = "") -> Iterator[Hostile]:
    """Yield the files, the large ones of so many megabytes; those of one kind, if it is named."""
    for make in (_encodings, _characters, _nested, _slow, _long_lines, _bombs, _archives, _printed, _feeds, _records):
        if kind and make.__name__ != f"_{kind}":
            continue
        for number, (name, content, *marks) in enumerate(make(size)):
            stem, _, ending = name.partition(".")
            said = tuple(marks) if marks else (MARK,)
            yield Hostile(make.__name__.strip("_"), f"{stem}-{number}.{ending}", content, said)


Files = Iterator[tuple]


def _encodings(size: int) -> Files:
    for encoding in ("gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"):
        for ending in ("txt", "html", "md", "csv"):
            yield f"{encoding}.{ending}", f"text\n{CHINESE}\n".encode(encoding), CHINESE
    for encoding, text in (
        ("big5", "商務部週四宣布對稀土出口實施管制。"),
        ("shift_jis", "日本は輸入している。"),
        ("euc_kr", "한국은 수입한다."),
    ):
        for ending in ("txt", "html"):
            yield f"{encoding}.{ending}", text.encode(encoding), text
        yield f"declared-{encoding}.html", f'<meta charset="{encoding}"><p>{text}'.encode(encoding), text
    for label in ("gbk", "utf-16", "utf-7", "x-user-defined", "hz-gb-2312", "nonsense", "iso-2022-kr"):
        yield f"wrong-{label}.html", f'<meta charset="{label}"><p>{CHINESE}</p>'.encode(), CHINESE
    half = CHINESE.encode("utf-8") + CHINESE.encode("gbk")
    yield "mixed.txt", half, CHINESE
    yield "cut.txt", CHINESE.encode("utf-8")[:-1], CHINESE


def _characters(size: int) -> Files:
    bad = [
        "\0",
        "\x01\x08\x1b[31m",
        "\x7f\x85\u2028\u2029",
        "\u202e\u2066",
        "\ufeff\ufffe\uffff",
        "\u200b\u200d",
        "\U0010ffff",
        "e" + "\u0301" * 5000,
    ]
    for ending in ("txt", "md", "html", "csv", "jsonl"):
        for text in bad:
            said = f"text\n{MARK} {text} {MARK}"
            yield f"character.{ending}", (said if ending != "jsonl" else f'{{"text": "{MARK} {text}"}}').encode()
    for raw in (b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80", b"\xff", b"\xe4\xb8"):
        yield "bytes.txt", MARK.encode() + raw
    for escape in ("\\ud800", "\\udc00\\ud800", "\\u0000", "\\uffff"):
        yield "escape.jsonl", f'{{"text": "{MARK} {escape}"}}\n'.encode()
    for reference in ("&#0;", "&#xD800;", "&#x110000;", "&#99999999999999999999;", "&#x" + "f" * 9000 + ";"):
        yield "reference.html", f"<p>{MARK} {reference}</p>".encode()


def _nested(size: int) -> Files:
    for depth in (100, 260, 3000, 60_000):
        for element in ("div", "b", "table", "font", "nav", "ul"):
            yield (
                "deep.html",
                f"<p>{MARK}</p>{f'<{element}>' * depth}<p>Chile mines lithium.</p>".encode(),
                MARK,
                "Chile mines lithium.",
            )
        for mark in ("> ", "- ", "* ", "[", "![", "**", "(", "<b>"):
            yield "deep.md", f"{mark * depth}{OTHER}\n\n{MARK}\n".encode(), MARK, OTHER
    for depth in (500, 200_000):
        yield "deep.jsonl", (f'{{"text": "{MARK}"}}\n{{"text": "Zinc.", "a": ' + "[" * depth + "}\n").encode()
        yield "deep.rss", FEED.format(ITEM.format("Tin", MARK) + "<a>" * depth + "</a>" * depth).encode()


_SLOW = (
    "<", "<!--", "<![CDATA[", "<!", "<?", "</", "<a b='", "<a b=\"", "&#", "&", "<p", "> ",
    "*a ", "_a_", "[", "[a](", "![", "`a", "``a `", "~~~\n",
    "|a", "a|b\n-|-\n", "1. a\n", "[1] ", "(NYSE: A ", "Core Insights - ",
    "A - ", "--- a: b\n", "\\", "Title: a\n", " ", "\t", "\n", "\u00a0", "By A ",
    "12 Jan ", "NEW YORK, ", "[a]: ", "<http://a", "--",
)  # fmt: skip


def _slow(size: int) -> Files:
    for piece in _SLOW:
        for ending in ("txt", "md", "html"):
            yield f"slow.{ending}", f"{MARK}\n\n{piece * (size * 400_000 // len(piece))}\n\n{MARK}\n".encode()


def _long_lines(size: int) -> Files:
    line = b"Peru mines tin. " * (size * 62_500)
    for ending in ("txt", "md", "html"):
        yield f"line.{ending}", line
        yield f"word.{ending}", b"x" * (size * 1_000_000) + b" " + MARK.encode()
    yield "line.jsonl", b'{"text": "Peru mines tin."}\n{"text": "' + line + b'"}\n'
    yield "line.csv", b'text\nPeru mines tin.\n"' + line + b'"\n'
    yield "line.rss", FEED.format(ITEM.format("Tin", MARK) + ITEM.format("Long", line.decode())).encode()


def _bombs(size: int) -> Files:
    zeros = b"0" * (size * 10_000_000)
    for name in ("a.txt", "a.jsonl", "a.csv", "a.pdf", "a.docx", "a.rss"):
        yield "bomb.zip", make_zip({"tin.txt": MARK.encode(), name: zeros})
        yield "bomb.tgz", make_tar({"tin.txt": MARK.encode(), name: zeros}, "w:gz")
        yield f"bomb.{name.partition('.')[2]}.gz", gzip.compress(zeros), ""
    yield "many.zip", make_zip({f"{i}.txt": MARK.encode() for i in range(3000)})
    yield "quine.zip", make_zip({"a.zip": make_zip({"a.zip": make_zip({"a.zip": make_zip({"a.zip": b""})})})}), ""
    yield "overlap.zip", _overlapping(zeros), ""
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield "packed.zip", make_zip({"a.txt": MARK.encode()}, packing)
    word = make_word([("Normal", MARK)])
    yield "bomb.docx", _with_member(word, "word/media/a.bin", zeros * 12), MARK


def _overlapping(zeros: bytes) -> bytes:
    """Return a zip archive whose directory says the same member a thousand times."""
    archive = bytearray(make_zip({"a.txt": zeros}))
    at = archive.index(b"PK\1\2")
    end = archive.index(b"PK\5\6")
    entry = bytes(archive[at:end])
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(entry) * 1000, at, 0)
    return bytes(archive[:at]) + entry * 1000 + tail


def _with_member(packed: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(packed)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _archives(size: int) -> Files:
    names = [
        "../../../../tmp/out.txt",
        "/etc/cron.d/out.txt",
        "C:\\out.txt",
        "..\\..\\out.txt",
        "a\n\x1b[31m.txt",
        "\u202etxt.exe.txt",
        "a" * 5000 + ".txt",
    ]
    for name in names:
        yield "path.zip", make_zip({name: MARK.encode()})
        yield "path.tar", make_tar({name: MARK.encode()})
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = kind, "/etc/passwd"
        yield "link.tar", make_tar({"link.txt": link, "a.txt": MARK.encode()})
    whole = make_tar({f"{i}.txt": MARK.encode() for i in range(20)})
    packed = make_tar({f"{i}.txt": MARK.encode() for i in range(20)}, "w:gz")
    zipped = make_zip({f"{i}.txt": MARK.encode() for i in range(20)})
    for part in (0.1, 0.3, 0.5, 0.9):
        yield "cut.tar", whole[: int(len(whole) * part)]
        yield "cut.tar.gz", packed[: int(len(packed) * part)]
        yield "cut.zip", zipped[: int(len(zipped) * part)]
    for content in (b"", b"PK\x05\x06" + b"\0" * 18, b"PK", b"\x1f\x8b", b"\0" * 10240):
        for ending in ("zip", "tar", "tar.gz", "txt.gz"):
            yield f"empty.{ending}", content, ""
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 8_000_000_000
    yield "name.tar", long.tobuf(tarfile.GNU_FORMAT)[:512] + b"a" * 4096
    yield "holes.tar", _sparse()


def _sparse() -> bytes:
    entry = tarfile.TarInfo("a.txt")
    entry.size = 512
    entry.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "a.txt",
        "GNU.sparse.realsize": "99999999999",
    }
    return entry.tobuf(tarfile.PAX_FORMAT) + b"99999999\n".ljust(512, b"\0")


def _printed(size: int) -> Files:
    pdf = make_pdf([[f"Peru mines tin. {i}" for i in range(15)] for _ in range(3)])
    word = make_word([("Normal", MARK)] * 20)
    for content, ending in ((pdf, "pdf"), (word, "docx")):
        for at in range(20, len(content), max(1, len(content) // 14)):
            yield f"cut.{ending}", content[:at]
            yield f"flipped.{ending}", content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :], ""
    yield "pages.pdf", make_pdf([[MARK]], count=10**9)
    yield "loop.pdf", pdf.replace(b"/Kids [5 0 R", b"/Kids [2 0 R"), MARK
    yield "entities.docx", _entities(word)
    yield "picture.pdf", make_pdf([[MARK], []])
    yield "locked.pdf", pdf.replace(b"/Info 4 0 R", b"/Encrypt << /Filter /Standard /V 99 >>")


def _entities(word: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:document", _LAUGHS.encode() + b"<w:document", 1).replace(
                    b"<w:t>", b"<w:t>&i;", 1
                )
            new.writestr(name, content)
    return out.getvalue()


_LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a 'ha ha ha ha ha ha ha ha'>"
    + "".join(f"<!ENTITY {n} '{f'&{o};' * 10}'>" for o, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def _feeds(size: int) -> Files:
    body = FEED.format(ITEM.format("Tin", MARK)).partition("\n")[2]
    for doctype in (
        _LAUGHS,
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ):
        yield "entities.rss", (doctype + body.replace("Tin", "&i;&a;")).encode()
        yield "declared.xml", (doctype + body).encode()
    for cut in (50, 150, 300):
        yield "cut.rss", FEED.format(ITEM.format("Tin", MARK)).encode()[:cut]
    for encoding in ("utf-16", "gb18030", "nonsense"):
        text = f"<?xml version='1.0' encoding='{encoding}'?>" + body
        yield "encoding.rss", text.encode(encoding if encoding != "nonsense" else "utf-8")
    yield "markup.rss", FEED.format(ITEM.format("Tin", "&lt;div&gt;" * 9000 + MARK)).encode()


def _records(size: int) -> Files:
    row = f'{{"text": "{MARK}"}}\n'
    for bad in (
        '{"text": 1e999}',
        '{"text": "a", "text": "b"}',
        "9" * 9000,
        '{"text": "',
        "NaN",
        '{"id": {}, "text": []}',
        "\x1a",
        "\0",
    ):
        yield "bad.jsonl", (row + bad + "\n" + row).encode()
    for bad in ('"', '"a"b', "a,b,c", '"a\n' * 500, ",", "\0", "\r\r\r"):
        yield "bad.csv", f"id,text\n1,{MARK}\n{bad}\n2,{MARK}\n".encode()
    yield "same.jsonl", b'{"id": 1, "text": "Peru mines tin."}\n' * 2000
    yield "heads.csv", (",".join(f"c{i}" for i in range(50_000)) + ",text\n").encode() + b"a,b\n", ""


def _read(folder: str, name: str, size: int, connection: Connection) -> None:
    """Read a file in a process of its own, and send what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    refused: list[str] = []
    texts: list[str] = []
    try:
        for document in read_documents(Path(folder, name), report=lambda error: refused.append(str(error))):
            texts.append(document.text)
            assert all(document.source[slice(*document.source_span(b.start, b.end))] for b in document.blocks)
    except ReadError as error:
        refused.append(str(error))
    except MemoryError:
        refused.append("takes more memory than it may have")
    except BaseException as error:
        refused.append(f"CRASH {type(error).__name__}: {error}"[:300])
    whole = "\n".join(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    connection.send(
        (len(texts), whole if len(whole) < 3_000_000 else whole[:3_000_000], refused[:20], len(refused), peak)
    )


@dataclass(frozen=True)
class Ending:
    """How the reading of a file ended."""

    documents: int
    refused: tuple[str, ...]
    lost: bool
    crashed: str
    peak: int
    seconds: float


def read_hostile(file: Hostile, folder: Path, limit: int, seconds: float) -> Ending:
    """Read a hostile file in a process that is killed after so many seconds; memory is at most `limit` bytes."""
    (folder / file.name).write_bytes(file.content)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_read, args=(str(folder), file.name, limit, theirs))
    start = time.monotonic()
    process.start()
    theirs.close()
    found: tuple = (0, "", ["takes more time than it may have"], 1, 0)
    crashed = ""
    if ours.poll(seconds):
        try:
            found = ours.recv()
        except EOFError:
            crashed = "the process ended"
    process.kill()
    process.join()
    took = time.monotonic() - start
    (folder / file.name).unlink()
    documents, text, refused, number, peak = found
    crashed = crashed or next((r for r in refused if r.startswith("CRASH")), "")
    lost = not number and not all(mark in text for mark in file.marks)
    return Ending(documents, tuple(refused), lost, crashed, peak, took)


def build_with_all(files: Iterator[Hostile], place: Path, seconds: float) -> bool:
    """Build one graph of all files and some articles; print what came of them, and return whether nothing was lost."""
    given = [place / file.name for file in files]
    articles = sorted((Path(__file__).parents[1] / "corpus").glob("*.txt"))[:5]
    command = [Path(sys.executable).with_name("kg"), "build", *given, *articles, "--graph", place / "graph"]
    options = ["--quiet", "--workers", "2", "--max-seconds", str(seconds)]
    ended = subprocess.run([*map(str, command), *options], capture_output=True, text=True, check=False)
    store = GraphStore.open(place / "graph")
    read = {str(file_of(entry["location"])) for entry in store.ledger().values()}
    refused = {entry.location for entry in store.files().values() if entry.reasons}
    silent = [path.name for path in given if not {str(path)} & (read | refused)]
    lost = [path.name for path in articles if str(path) not in read]
    quotes, unfound = verify(store, load_ontology())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(
        f"kg build: {len(given)} files and {len(articles)} articles, exit code {ended.returncode}, {peak / 1e9:.2f} GB"
    )
    print(f"in the graph {len(read)}, refused {len(refused)}, silent {silent}, articles lost {lost}")
    print(f"quotes found {quotes}, not found {len(unfound)}; tracebacks: {ended.stderr.count('Traceback')}")
    return ended.returncode == 1 and not (silent or lost or unfound or "Traceback" in ended.stderr)


def main() -> None:
    """Read all files and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind")
    parser.add_argument("--megabytes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--build", action="store_true", help="give all to one `kg build`")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        files = hostile_files(options.megabytes, options.kind or "")
        if options.build:
            raise SystemExit(not build_with_all(write_all(files, Path(place)), Path(place), options.seconds))
        raise SystemExit(not read_all(files, Path(place), options.seconds))


def write_all(files: Iterator[Hostile], place: Path) -> Iterator[Hostile]:
    """Write files and yield them."""
    for file in files:
        (place / file.name).write_bytes(file.content)
        yield file


def read_all(files: Iterator[Hostile], place: Path, seconds: float) -> bool:
    """Read each file in a process of its own; print what came of them, and return whether nothing was lost."""
    import trafilatura  # noqa: F401 - loaded once, as in a worker

    count: Counter[str] = Counter()
    peak = 0
    for file in files:
        ending = read_hostile(file, place, 4_000_000_000, seconds)
        outcome = "crashed" if ending.crashed else "lost" if ending.lost else "refused" if ending.refused else "read"
        count[outcome] += 1
        count["files"] += 1
        count["written"] += len(list(place.iterdir()))
        peak = max(peak, ending.peak)
        if outcome in {"crashed", "lost"} or ending.seconds > seconds / 3 or ending.peak > 800e6:
            took = f"{ending.seconds:.0f} s, {ending.peak / 1e6:.0f} MB"
            print(file.kind, file.name, outcome, ending.crashed, took, flush=True)
    print(", ".join(f"{name}: {number}" for name, number in sorted(count.items())), f"peak {peak / 1e9:.2f} GB")
    return not (count["crashed"] or count["lost"] or count["written"]) and peak <= 1e9


if __name__ == "__main__":
    main()
