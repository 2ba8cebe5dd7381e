"""Files to documents."""

from kg.read.reader import READERS, file_of, find_articles, read_documents, unique_names

__all__ = ["READERS", "file_of", "find_articles", "read_documents", "unique_names"]
