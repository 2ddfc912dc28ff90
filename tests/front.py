"""A reverse proxy in front of real cloud APIs that counts calls and breaks them on order.

    with FaultFront(clouds_file) as front:
        mine = front.clouds_yaml(folder / "clouds.yaml")
        front.inject(Fault(kind=FaultKind.RESET_AFTER, method="POST", path=r"/servers$"))
        ...  # run something against `mine`
        assert not front.mutations

Every URL that points to a host of `clouds_file`, in the service catalogue as in any other JSON answer,
is rewritten to go through the front, which keeps the real host and port as the first part of the path.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import yaml

_HOP_BY_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "te", "transfer-encoding", "upgrade"})
_UPSTREAM_SECONDS = 300
_READING_ACTIONS = ("os-getConsoleOutput",)


class FaultKind(StrEnum):
    """What goes wrong with a matching call."""

    UNAVAILABLE = "503 before forwarding"
    THROTTLED = "429 with Retry-After before forwarding"
    RESET_BEFORE = "connection reset before forwarding"
    RESET_AFTER = "forwarded and accepted, then connection reset"
    BAD_GATEWAY_AFTER = "forwarded and accepted, then 502"
    HANG_BEFORE = "held, never forwarded"
    HANG_AFTER = "forwarded and accepted, then held"
    LATE = "held, then forwarded when the client is gone"
    SLOW = "held, then forwarded and answered"
    OTHER = "never forwarded, answered with something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order: which calls break, and how.

    Attributes:
        path: regular expression searched in the path on the real host, such as `/servers$`.
        nth, times: the first matching call that breaks, counted from 1, and how many break from there on.
        seconds: how long a call is held, or what Retry-After says.
        pieces: what `OTHER` sends, head and all, before it closes.
    """

    kind: FaultKind
    method: str = "POST"
    path: str = ""
    nth: int = 1
    times: int = 1
    seconds: float = 1.0
    pieces: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))


@dataclass(slots=True, kw_only=True)
class Call:
    """One call that arrived; `status` is what the cloud answered, 0 as long as it has not."""

    cloud: str
    method: str
    path: str
    mutating: bool
    status: int = 0


class FaultFront:
    """The proxy; a context manager. It listens on loopback only and forwards only to the clouds of the file."""

    def __init__(self, clouds_file: Path) -> None:
        self._document = yaml.safe_load(clouds_file.read_text(encoding="utf-8"))
        addresses = {
            name: str(urlsplit(cloud["auth"]["auth_url"]).hostname) for name, cloud in self._document["clouds"].items()
        }
        self.clouds = {address: name for name, address in reversed(addresses.items())}
        self.calls: list[Call] = []
        self.closing = threading.Event()
        self._faults: list[tuple[Fault, list[int]]] = []
        self._mutex = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        hosts = "|".join(re.escape(address) for address in self.clouds)
        self._urls = re.compile(rf"http://({hosts})(?::(\d+))?(?![\w.:-])")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where the front listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def mutations(self) -> list[Call]:
        """Calls so far that change something in a cloud; a token and a console log change nothing."""
        with self._mutex:
            return [call for call in self.calls if call.mutating]

    def clouds_yaml(self, path: Path) -> Path:
        """Write the clouds file with every cloud behind the front."""
        document = json.loads(self.rewritten(json.dumps(self._document)))
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        path.chmod(0o600)
        return path

    def inject(self, *faults: Fault) -> None:
        """Break matching calls from now on."""
        with self._mutex:
            self._faults += [(fault, [0]) for fault in faults]

    def clear(self) -> None:
        """Forget all faults and calls."""
        with self._mutex:
            self._faults.clear()
            self.calls.clear()

    def arrived(self, call: Call) -> Fault | None:
        """Note a call and return the fault it meets."""
        with self._mutex:
            self.calls.append(call)
            met = None
            for fault, seen in self._faults:
                if fault.method == call.method and re.search(fault.path, call.path):
                    seen[0] += 1
                    if fault.nth <= seen[0] < fault.nth + fault.times:
                        met = met or fault
            return met

    def rewritten(self, text: str) -> str:
        """Return a text in which the clouds' URLs lead through the front."""
        return self._urls.sub(lambda found: f"{self.url}/{found[1]}:{found[2] or 80}", text)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _handler(front: FaultFront) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep quiet."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            host, _, rest = self.path.removeprefix("/").partition("/")
            address, target = host.partition(":")[0], f"/{rest}"
            if address not in front.clouds:
                self._reply(_Answer(421, {}, b"not a cloud of this front"))
                return
            call = Call(
                cloud=front.clouds[address],
                method=self.command,
                path=urlsplit(target).path,
                mutating=_mutates(self.command, urlsplit(target).path, body),
            )
            fault = front.arrived(call)
            if fault is None:
                self._reply(self._forward(host, target, body, call))
            else:
                self._break(fault, host, target, body, call)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class's names

        def _break(self, fault: Fault, host: str, target: str, body: bytes, call: Call) -> None:
            kind = fault.kind
            if kind is FaultKind.UNAVAILABLE:
                self._reply(_Answer(503, {"Content-Type": "text/plain"}, b"no server is available"))
            elif kind is FaultKind.THROTTLED:
                self._reply(_Answer(429, {"Retry-After": f"{fault.seconds:.0f}"}, b"too many requests"))
            elif kind is FaultKind.RESET_BEFORE:
                self._reset()
            elif kind is FaultKind.OTHER:
                self._send(fault.pieces())
            elif kind is FaultKind.HANG_BEFORE:
                front.closing.wait(fault.seconds)
                self._reset()
            elif kind in (FaultKind.LATE, FaultKind.SLOW):
                front.closing.wait(fault.seconds)
                self._reply(self._forward(host, target, body, call))
            else:
                self._forward(host, target, body, call)
                if kind is FaultKind.BAD_GATEWAY_AFTER:
                    self._reply(_Answer(502, {"Content-Type": "text/plain"}, b"bad gateway"))
                    return
                if kind is FaultKind.HANG_AFTER:
                    front.closing.wait(fault.seconds)
                self._reset()

        def _forward(self, host: str, target: str, body: bytes, call: Call) -> _Answer:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            headers |= {"Accept-Encoding": "identity", "Connection": "close"}
            upstream = http.client.HTTPConnection(host, timeout=_UPSTREAM_SECONDS)
            try:
                upstream.request(self.command, target, body=body or None, headers=headers)
                response = upstream.getresponse()
                content = response.read()
            finally:
                upstream.close()
            call.status = response.status
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
            if "Location" in kept:
                kept["Location"] = front.rewritten(kept["Location"])
            if "json" in kept.get("Content-Type", ""):
                content = front.rewritten(content.decode("utf-8")).encode("utf-8")
            return _Answer(response.status, kept, content)

        def _reply(self, answer: _Answer) -> None:
            headers = dict(answer.headers)
            if answer.status != 204:
                headers["Content-Length"] = str(len(answer.body))
            head = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
            head += [f"{name}: {value}" for name, value in headers.items()]
            body = b"" if self.command == "HEAD" else answer.body
            try:
                self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
            except OSError:  # the client gave up waiting, which is what some faults are for
                self.close_connection = True

        def _send(self, pieces: Iterator[bytes]) -> None:
            self.close_connection = True
            try:
                for piece in pieces:
                    if front.closing.is_set():
                        return
                    self.wfile.write(piece)
            except OSError:  # the client has seen enough
                return

        def _reset(self) -> None:
            # Lingering for zero seconds makes closing a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def finish(self) -> None:
            """Close what is still open; after a reset nothing is."""
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

    return Handler


def _mutates(method: str, path: str, body: bytes) -> bool:
    if method in ("GET", "HEAD") or path.endswith("/auth/tokens"):
        return False
    return not (path.endswith("/action") and any(f'"{action}"'.encode() in body for action in _READING_ACTIONS))
