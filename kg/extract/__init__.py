"""Annotated text to claims."""
