"""Below requests: an answer is read within a time and a size, unpacked by us, and looked at before it is parsed."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable
from http.client import HTTPException, RemoteDisconnected
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from keystoneauth1.session import TCPKeepAliveAdapter
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.poolmanager import PoolManager

from orchestrator.adapters.openstack.shapes import faults, shape_of
from orchestrator.adapters.openstack.timing import Deadline

LIMIT_BYTES = 64 * 2**20
# Values in one answer. A server is about a hundred; a hundred bytes and more each, once they are parsed.
LIMIT_VALUES = 1_000_000
_LONGEST_TEXT = 4 * 2**20
# Python keeps a text at the width of its widest character: one rare one makes four times as much of it.
_MOST_WIDE = LIMIT_BYTES // 4
_PIECE = 64 * 1024
_LEAST_SECONDS = 0.05
# A character beyond U+FFFF, as it is or as a pair of surrogates.
_WIDE = re.compile(rb"[\xf0-\xf4]|\\u[dD][89abAB]")
# A pair of surrogates is a character, half of one is not; `\\` is passed over so that `\\ud800` stays what it is.
_HALVES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class Unreadable(requests.RequestException):
    """An answer that is none; whether its request was served is unknown.

    Attributes:
        code: `cloud.answer-too-large`, `cloud.answer-malformed` or `cloud.redirected`.
        told: what the code's text says of it.
    """

    def __init__(self, code: str, told: str, request: requests.PreparedRequest | None = None) -> None:
        super().__init__(f"{code}: {told}", request=request)
        self.code = code
        self.told = told


class BoundedAdapter(TCPKeepAliveAdapter):
    """Sends one request at a time and returns its answer whole, checked, and within `until`.

    Attributes:
        until: when the present answer, headers and body, has to be there; each single read is given what is left.
    """

    def __init__(self, until: Deadline, *, limit: int = LIMIT_BYTES) -> None:
        self.until = until
        self._limit = limit
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have the pools' connections read by the clock."""
        super().init_poolmanager(*args, **kwargs)
        self._dated(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """Have the connections to a proxy read by the clock too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        self._dated(manager)
        return manager

    def _dated(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = _pools(self._left)

    def _left(self) -> float:
        return self.until.left.total_seconds()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request.

        Raises:
            Unreadable: the answer is larger than it may be, or not of its shape.
            requests.ConnectionError, requests.Timeout: there is no answer, or it does not end.
        """
        kwargs["stream"] = True
        try:
            response = super().send(request, *args, **kwargs)
        except requests.ConnectionError as error:
            spoken = _no_http(error)
            if spoken is None:
                raise
            raise Unreadable("cloud.answer-malformed", f"not HTTP: {type(spoken).__name__}", request) from error
        raw = response.raw
        try:
            body = _body(raw, self._limit)
        except ReadTimeoutError as error:
            raise requests.ReadTimeout(error, request=request) from error
        except (HTTPError, OSError) as error:
            raise requests.ConnectionError(error, request=request) from error
        except _Bad as bad:
            raise Unreadable(bad.code, bad.told, request) from bad
        finally:
            raw.close()
        path = urlsplit(request.url or "").path
        try:
            body = checked(str(request.method), path, response.status_code, body)
        except _Bad as bad:
            raise Unreadable(bad.code, bad.told, request) from bad
        response.raw = HTTPResponse(body=io.BytesIO(body), status=response.status_code, preload_content=False)
        return response


def _no_http(error: requests.ConnectionError) -> HTTPException | None:
    """Return what was wrong with an answer that came and is no HTTP; None if none came, which may pass by itself."""
    for one in (error, *error.args):
        for cause in (one, *getattr(one, "args", ())):
            if isinstance(cause, HTTPException) and not isinstance(cause, RemoteDisconnected):
                return cause
    return None


class _Bad(Exception):
    def __init__(self, code: str, told: str) -> None:
        super().__init__(code, told)
        self.code = code
        self.told = told


def _too_large(told: str) -> _Bad:
    return _Bad("cloud.answer-too-large", told)


def _malformed(told: str) -> _Bad:
    return _Bad("cloud.answer-malformed", told)


def _body(raw: HTTPResponse, limit: int) -> bytes:
    """Read a body as it comes and unpack it, neither beyond the limit: a gzip of 2 MB may hold 2 GB."""
    packing = raw.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise _malformed(f"Content-Encoding: {ascii(packing)[:60]}")
    unpacker = zlib.decompressobj(32 + zlib.MAX_WBITS) if packing not in ("", "identity") else None
    read, body = 0, io.BytesIO()
    while piece := raw.read(_PIECE, decode_content=False):
        read += len(piece)
        try:
            body.write(unpacker.decompress(piece, limit + 1 - body.tell()) if unpacker else piece)
        except zlib.error:
            raise _malformed(f"Content-Encoding: {packing}, and it is not") from None
        if max(read, body.tell()) > limit:
            raise _too_large(f"{limit // 2**20} MiB")
    return body.getvalue()


def checked(verb: str, path: str, status: int, body: bytes) -> bytes:
    """Return a body that can be parsed and is of its shape; half characters become U+FFFD.

    Of an answer that refuses the status alone is decisive: a body that cannot be read is left out.

    Raises:
        Unreadable: in the form of this module's own exception, which `BoundedAdapter` completes.
    """
    shape = shape_of(verb, path) if 200 <= status < 300 and status != 204 else None
    if not body:
        if shape is not None and status != 202:
            raise _malformed("empty")
        return body
    if shape is None and status < 400:
        if _values(body) > LIMIT_VALUES or len(body) > _LONGEST_TEXT:
            raise _too_large(f"{_LONGEST_TEXT // 2**20} MiB")
        return body
    try:
        found, body = _parsed(body)
    except _Bad:
        if status >= 400:
            return b"" if body.lstrip()[:1] in (b"{", b"[") else body[:_PIECE]
        raise
    if status >= 400:
        said = isinstance(found, dict) and all(isinstance(value, dict | str) for value in found.values())
        return body if said else b""
    wrong = next(faults(found, shape or {}), "")
    if wrong:
        raise _malformed(wrong)
    return body


def _values(body: bytes) -> int:
    """Return no less than how many values a JSON text holds, in a moment."""
    return body.count(b",") + body.count(b"{") + body.count(b"[")


def _parsed(body: bytes) -> tuple[object, bytes]:
    if _values(body) > LIMIT_VALUES:
        raise _too_large(f"{LIMIT_VALUES} values")
    if len(body) > _MOST_WIDE and _WIDE.search(body):
        raise _too_large(f"{_MOST_WIDE // 2**20} MiB, with characters beyond U+FFFF")
    if len(body) > _LONGEST_TEXT and _has_long_text(body):
        raise _too_large(f"{_LONGEST_TEXT // 2**20} MiB in one text")
    try:
        body.decode("utf-8")
        body = _HALVES.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
        return json.loads(body, parse_constant=_no_constant), body
    except UnicodeDecodeError:
        raise _malformed("not UTF-8") from None
    except RecursionError:
        raise _malformed("nested too deeply") from None
    except ValueError as error:
        raise _malformed(f"not JSON: {str(error)[:60]}") from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _has_long_text(body: bytes) -> bool:
    """Tell whether a long run has no quote in it that ends a text: every run of that length holds a whole stride."""
    stride = _LONGEST_TEXT // 2
    if b"\\" in body:
        body = body.replace(rb"\\", b"__").replace(rb"\"", b"__")
    return any(body.find(b'"', at, at + stride) < 0 for at in range(0, len(body) - stride, stride))


class _DatedReader(io.RawIOBase):
    """Reads a socket, each time waiting no longer than there is left."""

    def __init__(self, raw: io.RawIOBase, socket: Any, left: Callable[[], float]) -> None:
        super().__init__()
        self._raw = raw
        self._socket = socket
        self._left = left

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there; a peer that sends a byte now and then does not get more time by it."""
        left = self._left()
        if left <= 0:
            raise TimeoutError("the answer does not end")
        granted = self._socket.gettimeout()
        self._socket.settimeout(max(_LEAST_SECONDS, left if granted is None else min(left, granted)))
        try:
            return cast("int | None", self._raw.readinto(buffer))
        finally:
            self._socket.settimeout(granted)

    def close(self) -> None:
        """Close the reader beneath."""
        self._raw.close()
        super().close()


class _DatedSocket:
    """A socket whose readers look at the clock; everything else is the socket's own."""

    def __init__(self, socket: Any, left: Callable[[], float]) -> None:
        self._socket = socket
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def makefile(self, mode: str, buffering: int = -1) -> io.BufferedReader:
        """Return a reader, as `socket.makefile` does; http.client asks for nothing else."""
        del buffering
        return io.BufferedReader(_DatedReader(self._socket.makefile(mode, buffering=0), self._socket, self._left))


def _pools(left: Callable[[], float]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            self.sock = _DatedSocket(self.sock, left)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            self.sock = _DatedSocket(self.sock, left)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
