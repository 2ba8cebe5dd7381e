"""The `kg` command: it parses, calls and prints, one module a group of commands."""

from kg.cli.command import app, main

__all__ = ["app", "main"]
