"""Serves pages that are only read: a WSGI application that lets in whom it may, and the server that runs it.

GET and HEAD are all there is: no request changes anything. A page of another site cannot read ours, not even by a name
of its own that it leads to our address (DNS rebinding): a request names us by an IP address, by `localhost`, or by a
name that was declared.
"""

from __future__ import annotations

import hmac
import re
import socket
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from orchestrator.errors import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::[0-9]{1,5})?", re.ASCII)
# Of the server: enough for a room full of phones, too little to be worth an attack.
_THREADS, _CONNECTIONS, _HEADERS, _BODY, _IDLE = 4, 100, 8192, 1024, 30
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS_ALWAYS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an address answers with; `kind` is its media type."""

    content: bytes
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who is let in.

    Attributes:
        names: host names, lower case, that we may be called by, besides IP addresses and `localhost`.
        token: what every request has to show; empty lets everybody in who reaches us.
    """

    names: Collection[str] = ()
    token: str = ""

    def knows(self, host: str) -> bool:
        """Tell whether a request's `Host` is one of ours; RFC 9110, 7.2: a host and perhaps a port."""
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        bracketed, name = found.groups()
        return _is_address(bracketed or name, v6=bracketed is not None) or name in {"localhost", *self.names}

    def opens(self, authorization: str) -> bool:
        """Tell whether a request shows the token, as `Bearer TOKEN` or as the password of `Basic`; in constant time."""
        if not self.token:
            return True
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                shown = b64decode(shown, validate=True).decode("utf-8", "replace").partition(":")[2]
            except NoBase64:
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(shown.encode(), self.token.encode())


def application(pages: Callable[[str], Page | None], door: Door) -> WSGIApplication:
    """Return what answers requests; the part of an address behind `?` is neither read nor kept."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def say(status: str, page: Page, *more: tuple[str, str]) -> Iterable[bytes]:
            size = ("Content-Length", str(len(page.content)))
            start(status, [("Content-Type", page.kind), size, *_HEADERS_ALWAYS, *more])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.content]

        if not door.knows(environ.get("HTTP_HOST", "").lower()):
            return say("421 Misdirected Request", _plain("421: not a name of this board; see `migrate board --help`"))
        if not door.opens(environ.get("HTTP_AUTHORIZATION", "")):
            challenge = ("WWW-Authenticate", 'Basic realm="migrate board: any name, the token as password"')
            return say("401 Unauthorized", _plain("401: the token, please"), challenge)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return say("405 Method Not Allowed", _plain("405: this is only read"), ("Allow", "GET, HEAD"))
        page = pages(environ.get("PATH_INFO", ""))
        return say("200 OK", page) if page else say("404 Not Found", _plain("404: nothing here"))

    return answer


def serve(listening: socket.socket, app: WSGIApplication) -> None:
    """Answer requests until somebody interrupts; then nothing of ours listens any more."""
    from waitress.server import create_server

    server: Any = create_server(
        app,
        sockets=[listening],
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        max_request_header_size=_HEADERS,
        max_request_body_size=_BODY,
        channel_timeout=_IDLE,
        asyncore_use_poll=True,
        ident=None,
    )
    try:
        server.run()
    finally:
        server.close()


def listen(address: IPv4Address | IPv6Address, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        address: of this machine.
        port: 0 takes any that is free.

    Raises:
        Refused: `board.address`: it is taken, not ours, or not allowed.
    """
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        return socket.create_server((str(address), port), family=family)
    except (OSError, OverflowError) as error:
        raise Refused("board.address", address=str(address), port=port, error=str(error)) from None


def _is_address(name: str, *, v6: bool) -> bool:
    try:
        return (ip_address(name).version == 6) is v6
    except ValueError:
        return False


def _plain(text: str) -> Page:
    return Page(content=f"{text}\n".encode(), kind="text/plain; charset=utf-8")
