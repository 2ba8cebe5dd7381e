"""Files to documents."""

from kg.read.reader import READERS, find_articles, read_documents, unique_names

__all__ = ["READERS", "find_articles", "read_documents", "unique_names"]
