"""Files to documents."""

from kg.read.find import find_articles, unique_names
from kg.read.forms import FORMS, READERS
from kg.read.reader import file_of, keeps_source, read_documents, read_kept

__all__ = [
    "FORMS",
    "READERS",
    "file_of",
    "find_articles",
    "keeps_source",
    "read_documents",
    "read_kept",
    "unique_names",
]
