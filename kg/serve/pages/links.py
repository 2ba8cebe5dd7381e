"""Addresses of pages: where on this server an IRI of the graph is shown."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from kg.iris import document_iri
from kg.render.explored import web_address

_OF_PATHS = "/:@!$&'()*+,;=~-._"  # what RFC 3986 (3.3) lets stand in a path as it is


@dataclass(frozen=True)
class Links:
    """Addresses under `root`, the path that a server in front has put before ours ("" if none).

    >>> links = Links("", "https://w3id.org/lodestone/id/")
    >>> links.thing("https://w3id.org/lodestone/id/doc/a#c1"), links.page("search", q="rare earths")
    ('/about/doc/a?part=c1', '/search?q=rare+earths')
    """

    root: str
    base: str

    def page(self, path: str = "", **query: object) -> str:
        """Return the address of a page; what is None or empty is left out of its query."""
        given = {key: value for key, value in query.items() if value not in (None, "")}
        return f"{self.root}/{quote(path, safe=_OF_PATHS)}" + (f"?{urlencode(given, doseq=True)}" if given else "")

    def thing(self, iri: str, **query: object) -> str:
        """Return the address of the page about an IRI; of one that is not ours, the IRI itself if it is on the web."""
        if not iri.startswith(self.base):
            return web_address(iri)
        path, _, part = iri.removeprefix(self.base).partition("#")
        return self.page(f"about/{path}", part=part, **query)

    def data(self, iri: str, ending: str) -> str:
        """Return the address of what the graph tells of an IRI, in the format that an ending names (`.ttl`)."""
        path, _, part = iri.removeprefix(self.base).partition("#")
        return self.page(f"about/{path}{ending}", part=part)

    def passage(self, document: str, start: int, end: int) -> str:
        """Return the address of a passage within the page of its document."""
        return f"{self.thing(document)}#{anchor(start, end)}"

    def source(self, name: str, quoted: str = "") -> str:
        """Return the address of a document by its name, with a quote of it that is to be pointed at."""
        return self.thing(self.base + document_iri(name), quote=quoted) + ("#quoted" if quoted else "")


def anchor(start: int, end: int) -> str:
    """Return the id of a passage in its page: the fragment of its IRI, so that this leads there."""
    return f"char={start},{end}"


def path_of_base(base: str) -> str:
    """Return the path under which IRIs of a base are asked for; `/id/` if the base is no web address.

    >>> path_of_base("https://w3id.org/lodestone/id/"), path_of_base("urn:example:/")
    ('/lodestone/id/', '/id/')
    """
    split = urlsplit(base)
    return split.path if split.scheme in {"http", "https"} else "/id/"
