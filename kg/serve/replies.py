"""What a worker answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """A response: its HTTP status, its media type and its body; of an error, one sentence as plain text."""

    status: int
    media_type: str
    body: bytes


def refuse(status: int, told: str) -> Reply:
    """Return the reply that tells what is wrong.

    >>> refuse(404, "There is no such graph").body
    b'There is no such graph\\n'
    """
    return Reply(status, "text/plain", f"{told}\n".encode())
