"""PDF (ISO 32000): the text of its pages, paragraph by paragraph, as pdfminer puts it together."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Iterator

from pdfminer import settings
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTComponent, LTContainer, LTFigure, LTImage, LTTextBox
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from kg.errors import ReadError
from kg.read.bounds import Bounds, too_long
from kg.read.dates import published_date
from kg.read.layout import BLOCK_GAP, Layout
from kg.read.records import Report
from kg.read.text import read_text

settings.STRICT = True  # else a page that is damaged is read as far as it goes, and nobody is told
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_PAGES = 5000
_HEAD = 1024  # bytes in which readers look for the mark of a PDF file
_NO_MEANING = re.compile(r"\(cid:\d+\)")
_TOO_MANY = 0.02  # characters without meaning, of all; a few are bullets
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_OPEN_END = re.compile(r"[\w,;]-?$")
_BROKEN_WORD = re.compile(r"(\w+)-\n(\w+)")
_FILE_NAME = re.compile(r".*\.\w{2,5}|Microsoft \w+ - .*|untitled.*", re.IGNORECASE | re.DOTALL)


def read_pdf(data: bytes, where: str, bounds: Bounds, report: Report) -> tuple[str, Layout]:
    """Return the text of a PDF file and its layout; a page that is only a picture goes to `report`.

    Raises ReadError for what is damaged, locked by a password or written in characters that the file gives no meaning.
    """
    if b"%PDF-" not in data[:_HEAD]:  # pdfminer would look for one to the end
        raise ReadError(f"{where} is damaged, or no PDF file; save it again or give its text")
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        paragraphs = list(_paragraphs(document, where, bounds, report))
        metadata = _metadata(document)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise ReadError(f"{where} is locked by a password; save it without one") from error
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # what a parser raises on a file that was made to break it, nobody knows
        raise ReadError(f"{where} is damaged; save it again or give its text") from error
    source = _joined(paragraphs)
    unknown = len(_NO_MEANING.findall(source))
    if unknown > _TOO_MANY * len(source):
        raise ReadError(f"{where} does not say which characters its signs are; give its text")
    layout = read_text(source)
    layout.metadata.update({key: value for key, value in metadata.items() if key not in layout.metadata})
    return source, layout


def _paragraphs(document: PDFDocument, where: str, bounds: Bounds, report: Report) -> Iterator[str]:
    """Yield the paragraphs of all pages."""
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(all_texts=True))
    interpreter = PDFPageInterpreter(resources, device)
    number = size = 0
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > _PAGES:
            raise ReadError(f"{where} has more than {_PAGES:,} pages; split it")
        interpreter.process_page(page)
        layout = device.get_result()
        texts = [text for box in _boxes(layout) if (text := box.get_text().strip())]
        size += sum(map(len, texts))
        if size > bounds.article:
            raise too_long(where, bounds.article)
        if not texts and _has_picture(layout):
            report(ReadError(f"{where} page {number} is a picture; save it with its text (by OCR) or give its text"))
        yield from texts
    if number != (told := _told_pages(document)):
        raise ReadError(f"{where} has {number} of {told} pages, so it is damaged; save it again")


def _told_pages(document: PDFDocument) -> object:
    pages = resolve1(document.catalog.get("Pages"))
    return resolve1(pages.get("Count")) if isinstance(pages, dict) else None


def _boxes(layout: Iterable[LTComponent]) -> Iterator[LTTextBox]:
    for part in layout:
        if isinstance(part, LTTextBox):
            yield part
        elif isinstance(part, LTFigure):
            yield from _boxes(part)


def _has_picture(layout: Iterable[LTComponent]) -> bool:
    return any(isinstance(p, LTImage) or (isinstance(p, LTContainer) and _has_picture(p)) for p in layout)


def _joined(paragraphs: list[str]) -> str:
    """Join the lines of each paragraph, and a paragraph that goes on in the next column or on the next page."""
    joined: list[str] = []
    for paragraph in paragraphs:
        if joined and paragraph[0].islower() and _OPEN_END.search(joined[-1]):
            joined[-1] += "\n" + paragraph
        else:
            joined.append(paragraph)
    text = BLOCK_GAP.join(joined)
    known = set(re.findall(r"\w+", text))

    def whole(match: re.Match[str]) -> str:
        """Leave the hyphen out where the document writes the word without one elsewhere."""
        return "".join(match.groups()) if "".join(match.groups()) in known else match[0].replace("\n", "")

    text = _BROKEN_WORD.sub(whole, text)
    return BLOCK_GAP.join(" ".join(paragraph.split()) for paragraph in text.split(BLOCK_GAP))


def _metadata(document: PDFDocument) -> dict[str, str]:
    """Return title, author, day and language that the file tells, but for titles that are names of files."""
    info: dict[str, object] = {}
    for told in document.info:
        info |= {key: resolve1(value) for key, value in told.items()}
    text = {key: decode_text(value).strip("\0 \n") for key, value in info.items() if isinstance(value, bytes)}
    language = resolve1(document.catalog.get("Lang"))
    day = _DATE.match(text.get("CreationDate", ""))
    found = {
        "title": "" if _FILE_NAME.fullmatch(text.get("Title", "")) else text.get("Title", ""),
        "author": text.get("Author", ""),
        "published": (published_date("-".join(day.groups())) or "") if day else "",
        "language": decode_text(language) if isinstance(language, bytes) else "",
    }
    return {key: " ".join(value.split()) for key, value in found.items() if value.strip()}
