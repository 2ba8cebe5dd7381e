"""Requests to another store: who asks, what is tried again, and what an answer that is none is called."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from kg import __version__
from kg.errors import PushError

USER, PASSWORD, TOKEN = "KG_PUSH_USER", "KG_PUSH_PASSWORD", "KG_PUSH_TOKEN"
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # what may be otherwise in a moment
_IN_MEMORY = 16_000_000  # bytes of an answer; more goes to a temporary file
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CONNECT = 10.0  # seconds


@dataclass(frozen=True)
class Access:
    """How to reach a store: `attempts` at a request, `timeout` in seconds for an answer, `scheme` of a user's password."""

    attempts: int = 5
    timeout: float = 300.0
    scheme: str = "basic"
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def auth(self, url: httpx.URL) -> httpx.Auth | None:
        """Return who asks, by the variables of the environment; raises PushError if a secret would be read on the way."""
        user, password, token = (self.environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
        if (token or (user and self.scheme == "basic")) and url.scheme == "http" and url.host not in _LOOPBACK:
            raise PushError(
                f"{url} would get a password or token in plain text; give an https:// address or --auth digest"
            )
        if token:
            return _Bearer(token)
        if not user:
            return None
        return httpx.DigestAuth(user, password) if self.scheme == "digest" else httpx.BasicAuth(user, password)


def check_address(address: str) -> httpx.URL:
    """Return an address as a URL; raises PushError if it is none, or holds a password."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, TypeError) as error:
        raise PushError(f"{address!r} is no address; give one that begins with http:// or https://") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise PushError(f"{address!r} is no address; give one that begins with http:// or https://")
    if url.userinfo:
        raise PushError(f"The address of {url.host} holds a password; give it by {USER} and {PASSWORD} instead")
    return url


class Caller:
    """Sends requests, again where that may help: each of those that are sent here may arrive twice."""

    def __init__(self, address: str, access: Access) -> None:
        self.url = check_address(address)
        self._client = httpx.Client(
            auth=access.auth(self.url),
            timeout=httpx.Timeout(access.timeout, connect=_CONNECT),
            headers={"User-Agent": f"lodestone/{__version__}"},
        )
        self._retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(access.attempts),
            wait=wait_exponential_jitter(multiplier=0.2, max=30),
            reraise=True,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, *, missing: bool = False, **request: Any) -> None:
        """Send a request and read its answer away; raises PushError. With `missing`, 404 is an answer as good as others."""
        self._tell(lambda: self._send(method, missing, request))

    @contextmanager
    def fetch(self, method: str, **request: Any) -> Iterator[IO[bytes]]:
        """Send a request and give its answer as a file, an empty one for 404; raises PushError."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as found:
            self._tell(lambda: self._fetch(method, request, found))
            found.seek(0)
            yield found

    def _send(self, method: str, missing: bool, request: Mapping[str, Any]) -> None:
        response = self._client.request(method, self.url, **request)
        if not (missing and response.status_code == httpx.codes.NOT_FOUND):
            _check(response)

    def _fetch(self, method: str, request: Mapping[str, Any], out: IO[bytes]) -> None:
        out.seek(0)
        out.truncate()
        with self._client.stream(method, self.url, **request) as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                return
            if not response.is_success:
                response.read()
            _check(response)
            for part in response.iter_bytes():
                out.write(part)

    def _tell(self, call: Callable[[], None]) -> None:
        """Call, again where that may help; what is left is told in one sentence."""
        try:
            self._retrying(call)
        except httpx.HTTPStatusError as error:
            raise PushError(_told(error.response)) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise PushError(
                f"{self.url} does not answer: {reason}; see that the store runs, then push again"
            ) from error


class _Bearer(httpx.Auth):
    """A token, as RFC 6750 sends it."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Send the request with the token."""
        request.headers["Authorization"] = self._header
        yield request


def _check(response: httpx.Response) -> None:
    """Raise HTTPStatusError for everything but success: where an answer leads elsewhere, no secret is sent."""
    if not response.is_success:
        raise httpx.HTTPStatusError("", request=response.request, response=response)


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _PASSING
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def _told(response: httpx.Response) -> str:
    """Return what a refusal says and what to do."""
    place, status = response.request.url.copy_with(query=None), response.status_code
    if response.is_redirect:
        return f"{place} leads to {response.headers.get('Location', 'elsewhere')}; push to that address if it is the store's"
    if status in {401, 403}:
        return f"{place} refuses the user ({status}); set {USER} and {PASSWORD}, or {TOKEN}, and --auth digest if it asks for that"
    if status in {404, 405, 501}:
        return f"{place} is no such service ({status}); give the address of its Graph Store Protocol, or --by update"
    said = " ".join(response.text.split())[:200]
    return f"{place} does not take the graph ({status}{': ' + said if said else ''}); see its log, then push again"
