"""A worker: a process of its own that answers one job after another, and that may be ended at any time.

It reads a line of JSON for each job and writes a line of JSON with the status, the media type and the length of the body,
and then the body. It has no network, and only so much memory and time.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import Any, BinaryIO

from kg.errors import LodestoneError, QueryError
from kg.graph import Graph
from kg.ontology import load_ontology
from kg.query.sparql import check_query
from kg.serve.answering import Published
from kg.serve.confine import bound_memory, bound_time, forbid_network
from kg.serve.replies import Reply
from kg.store import GraphStore

check_query("ASK FROM <urn:x> { ?s a 'first' }", {"urn:x"})  # the first takes long, so it is done before workers part
_NICE = 10  # so that the server itself comes first
_GRACE = 1.0  # seconds after which a worker ends itself if nobody has ended it


def work(channel: socket, folder: str, hidden: frozenset[str], limits: tuple[int, int, int]) -> None:
    """Answer the jobs that come over a socket until its other end is closed.

    `limits` are MiB of memory, rows and bytes of a result, `hidden` the IRIs of graphs that strangers do not see.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    forbid_network()
    store = GraphStore.open(Path(folder))
    published = Published(store, hidden, *limits[1:])
    graph = cache(lambda: Graph(store, load_ontology(), store))
    bound_memory(limits[0])
    os.nice(_NICE)
    with channel, channel.makefile("rb") as jobs, channel.makefile("wb") as replies:
        _write(replies, Reply(200, "text/plain", b""))  # ready
        for line in jobs:
            job = json.loads(line)
            bound_time(job["seconds"] + _GRACE)
            reply = _call(graph, job) if job["do"] == "call" else published.answer(job)
            bound_time(0)
            _write(replies, reply)


def _write(replies: BinaryIO, reply: Reply) -> None:
    head = {"status": reply.status, "media_type": reply.media_type, "length": len(reply.body)}
    replies.write(json.dumps(head).encode() + b"\n")
    replies.write(reply.body)
    replies.flush()


def _call(graph: Callable[[], Graph], job: Mapping[str, Any]) -> Reply:
    """Call a function of ours that reads the graph, and return what it returns as JSON."""
    function = getattr(import_module(job["module"]), job["function"])
    try:
        body = json.dumps(function(graph(), *job["arguments"]), ensure_ascii=False).encode("utf-8", "surrogatepass")
        return Reply(200, "application/json", body)
    except LodestoneError as error:
        return _told(400, error)
    except (MemoryError, RecursionError):
        return _told(422, QueryError("The answer takes more memory than it is given; ask for less"))


def _told(status: int, error: LodestoneError) -> Reply:
    kinds = {"status": status, "error": type(error).__name__, "told": str(error)}
    return Reply(status, "application/json", json.dumps(kinds).encode())
