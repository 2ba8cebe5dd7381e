"""Who may ask, how much a request may hold, and what every response tells a browser."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.settings import Settings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Refuses requests before anything of them is read, and puts the headers of safety on every response.

    421 for a name that the server is not known by, so that a page elsewhere cannot reach it by a name of its own (DNS
    rebinding); 401 without the token, if there is one; 413 for a body longer than `max_body`; 414 and 431 for an address or headers
    longer than `max_header`.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as ASGI has it (https://asgi.readthedocs.io)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._too_long(scope) or self._refusal(Headers(scope=scope), str(scope["method"])) or self.app

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await answer(scope, receive, send_guarded)

    def _too_long(self, scope: Scope) -> PlainTextResponse | None:
        """Return what is answered to a request whose address or headers are too long."""
        if len(scope["raw_path"]) + len(scope["query_string"]) > self.settings.max_header:
            return PlainTextResponse("The address is too long; send a long query by POST.\n", 414)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > self.settings.max_header:
            return PlainTextResponse("The headers of the request are too long; send fewer or shorter ones.\n", 431)
        return None

    def _refusal(self, headers: Headers, method: str) -> PlainTextResponse | None:
        """Return what is answered to a request that is not let in."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self.settings.known_hosts:
            told = "This server is not known by that name; ask it by its own, or start it with --allow-host NAME.\n"
            return PlainTextResponse(told, 421)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.settings.max_body:
            told = f"The body of a request may have {self.settings.max_body:,} bytes; send a shorter one.\n"
            return PlainTextResponse(told, 413, {"Connection": "close"})
        if self.settings.token and method != "OPTIONS" and not is_token(headers, self.settings.token):
            told = "This server asks for its token; send it as Authorization: Bearer TOKEN, or as the password.\n"
            challenge = {"WWW-Authenticate": 'Basic realm="Lodestone", charset="UTF-8"'}
            return PlainTextResponse(told, 401, challenge)
        return None


def host_name(host: str) -> str:
    """Return the name of a Host header without its port; "" for one that is none.

    >>> host_name("LocalHost:8000"), host_name("[::1]:8000"), host_name("a.example@localhost"), host_name("a:b:c")
    ('localhost', '::1', '', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        alone = parts.netloc == host and parts.username is None and (parts.port or 0) >= 0
    except ValueError:
        return ""
    return (parts.hostname or "") if alone else ""


def is_token(headers: Headers, token: str) -> bool:
    """Tell whether a request carries the token, as a bearer's (RFC 6750) or as the password of any user (RFC 7617).

    >>> is_token(Headers({"Authorization": "Bearer rare"}), "rare"), is_token(Headers(), "rare")
    (True, False)
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            _, _, value = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(value.strip().encode(), token.encode())
