"""Asks a web server for a page as a browser would, and reads the answer to its end without keeping it."""

from __future__ import annotations

import hashlib
import http.client
import ssl
import time
from dataclasses import dataclass, replace

_CONNECT = 5.0  # seconds that a machine may be silent
_WHOLE = 60.0  # seconds that a page may take
_CHUNK = 1 << 16
_FINE = 400  # from here on a status tells of a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a page is asked for.

    Attributes:
        host: the name that the server is asked by, whatever its address.
        tls: whether it is spoken; whose certificate it is, is not asked.
    """

    address: str
    port: int
    host: str
    tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was answered.

    Attributes:
        status: of HTTP; 0 where there was no whole answer.
        digest: SHA-256, hex, of the bytes.
        location: where a redirection leads.
        fault: why there was no whole answer, in the machine's words.
    """

    status: int = 0
    digest: str = ""
    location: str = ""
    fault: str = ""

    @property
    def good(self) -> bool:
        """Tell whether it was answered and is no fault's page."""
        return not self.fault and 0 < self.status < _FINE

    @property
    def said(self) -> str:
        """Return its status, or why there is none."""
        return self.fault or str(self.status)


class Visitor:
    """One client and its connection, which is made anew where it was lost."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._connection: http.client.HTTPConnection | None = None

    def page(self, path: str) -> Page:
        """Ask for a path; whatever goes wrong is told in the answer."""
        try:
            return self._asked(path)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            # What is no HTTP is told as the other side sent it.
            said = " ".join("".join(each if each.isprintable() else " " for each in str(error)).split())
            return Page(fault=said[:120] or type(error).__name__)

    def lead(self, address: str) -> None:
        """Ask at another address from the next connection on."""
        self._site = replace(self._site, address=address)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _asked(self, path: str) -> Page:
        until = time.monotonic() + _WHOLE
        connection = self._connection = self._connection or _connection(self._site)
        told = {
            "Host": self._site.host,
            "Accept-Encoding": "identity",
            "User-Agent": "migrate",
            "Cache-Control": "no-cache",
        }
        connection.request("GET", path, headers=told)
        answer = connection.getresponse()
        digest = hashlib.sha256()
        while data := answer.read(_CHUNK):
            digest.update(data)
            if time.monotonic() > until:
                raise TimeoutError(f"no end of the page after {_WHOLE:g} s")
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return Page(status=answer.status, digest=digest.hexdigest(), location=answer.headers.get("Location", "")[:500])


def _connection(site: Site) -> http.client.HTTPConnection:
    if not site.tls:
        return http.client.HTTPConnection(site.address, site.port, timeout=_CONNECT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _Named(site, context)


class _Named(http.client.HTTPSConnection):
    """A connection to an address that names the site, as servers of several need it."""

    def __init__(self, site: Site, context: ssl.SSLContext) -> None:
        super().__init__(site.address, site.port, timeout=_CONNECT, context=context)
        self._site = site
        self._named = context

    def connect(self) -> None:
        """Connect, and speak TLS by the site's name."""
        http.client.HTTPConnection.connect(self)
        self.sock = self._named.wrap_socket(self.sock, server_hostname=self._site.host)
