"""Annotated articles as examples for the reader: the pairs that our own stages propose, and what the gold says of each."""

from __future__ import annotations
