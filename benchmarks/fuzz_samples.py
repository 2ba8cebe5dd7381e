"""Whole files of every form that is read, small ones, each made of the same article; `fuzz.py` mangles them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile

TITLE = "Chile lifts copper exports"
BODY = 'Chile supplied 27% of the world\'s copper in 2024, "far more than Peru", the agency said & added [1].\n\n• Peru mines zinc.'
TEXT = f"Title: {TITLE}\nPublisher: Example Wire\nDate: 2025-03-01\n\n{BODY}\n"
MARKDOWN = (
    f"# {TITLE}\n\n{BODY}\n\n| a | b |\n|---|---|\n| *Chile* | [copper](https://example.org) |\n\n> quoted `code`\n"
)
HTML = (
    f"<!DOCTYPE html><html lang=en><head><title>{TITLE}</title><meta property='article:published_time' content='2025-03-01'>"
    f"<meta charset=utf-8></head><body><article><h1>{TITLE}</h1><p>{BODY}</p>"
    "<ul><li>Peru&nbsp;mines <b>zinc</b>.</ul></article></body></html>"
)
RSS = (
    f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item><title>{TITLE}</title><guid>1</guid>'
    f"<pubDate>Sat, 01 Mar 2025 08:00:00 GMT</pubDate><description><![CDATA[<p>{BODY}</p>]]></description></item></channel></rss>"
)
ATOM = (
    f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><id>urn:1</id><title>{TITLE}</title>'
    f'<updated>2025-03-01T08:00:00Z</updated><content type="html">&lt;p&gt;Peru mines zinc.&lt;/p&gt;</content></entry></feed>'
)


def make_sample(form: str) -> list[bytes]:
    """Return whole files of a form, by its ending; none for a form that is not known here.

    >>> [len(make_sample(form)) > 0 for form in (".txt", ".zip", ".pdf", ".xyz")]
    [True, True, True, False]
    """
    texts = {
        **dict.fromkeys((".txt", ".text"), (TEXT,)),
        **dict.fromkeys((".md", ".markdown"), (MARKDOWN,)),
        **dict.fromkeys((".html", ".htm"), (HTML,)),
        **dict.fromkeys((".jsonl", ".ndjson"), (_lines(),)),
        **dict.fromkeys((".rss", ".atom", ".rdf", ".xml"), (RSS, ATOM)),
        ".csv": (_table(","),),
        ".tsv": (_table("\t"),),
    }
    made = {
        ".pdf": _pdf,
        ".docx": _docx,
        ".zip": _zip,
        ".gz": lambda: gzip.compress(TEXT.encode(), mtime=0),
        ".tar": _tar,
        ".tar.gz": lambda: gzip.compress(_tar(), mtime=0),
        ".tgz": lambda: gzip.compress(_tar(), mtime=0),
    }
    if form in made:
        return [made[form]()]
    return [text.encode(encoding) for text in texts.get(form, ()) for encoding in ("utf-8", "utf-16")]


def _lines() -> str:
    records = ({"id": n, "title": TITLE, "text": BODY, "date": "2025-03-01", "publisher": "Wire"} for n in range(3))
    return "".join(json.dumps(record) + "\n" for record in records)


def _table(delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [["id", "title", "text", "date"], ["1", TITLE, BODY, "2025-03-01"], ["2", "x", BODY, ""]]
    )
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("a.txt", TEXT), ("b/c.html", HTML), ("d.jsonl", _lines())):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in (("a.txt", TEXT), ("b/c.md", MARKDOWN)):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def _docx() -> bytes:
    import docx

    made = docx.Document()
    made.core_properties.title = TITLE
    made.add_heading(TITLE)
    made.add_paragraph(BODY)
    made.add_table(1, 2).cell(0, 0).text = "Peru mines zinc."
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _pdf() -> bytes:
    """Return a page of one sentence, its objects and their places written out."""
    page = b"BT /F1 12 Tf 72 720 Td (Chile supplied 27% of the world's copper in 2024, the agency said.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
