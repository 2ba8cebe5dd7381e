"""What a server allows: how long, how much, and whom."""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Settings:
    """The limits of a server and who may ask it.

    `timeout` and `idle` are seconds, `max_memory` MiB beyond what an idle worker needs, `max_rows` rows or triples of one
    result, `max_result` and `max_body` bytes. `workers` is the number of queries that run at once; half as many long ones
    may run beside them. `token` is asked of everyone if it is not empty, `cors` are the origins whose pages may ask, `hosts`
    the names under which the server is known besides those of loopback.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str = ""
    timeout: float = 10.0
    max_memory: int = 1024
    max_rows: int = 100_000
    max_result: int = 256 * MEBIBYTE
    max_body: int = MEBIBYTE
    max_header: int = 32_768
    idle: float = 15.0
    workers: int = 8
    cors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names that a request may call the server by, in lower case.

        >>> sorted(Settings(hosts=("Graph.example",)).known_hosts)
        ['127.0.0.1', '::1', 'graph.example', 'localhost']
        """
        return frozenset(name.lower() for name in (*LOOPBACK, self.host, *self.hosts) if name not in {"0.0.0.0", "::"})

    @property
    def is_public(self) -> bool:
        """Whether others than this computer can reach the server."""
        return self.host not in LOOPBACK
