"""Answers that no healthy cloud gives, as data: what is sent on the wire in the place of an honest one."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

MIB = 2**20
Pieces = Callable[[str], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class HostileAnswer:
    """One answer; `pieces` is given the key that an honest listing stands under."""

    name: str
    pieces: Pieces


def _head(status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _whole(body: bytes | str, status: str = "200 OK", **headers: str) -> Pieces:
    content = body if isinstance(body, bytes) else body.encode()

    def pieces(key: str) -> Iterator[bytes]:
        told = content.replace(b"KEY", key.encode())
        yield _head(status, **{"Content_Type": "application/json", "Content_Length": str(len(told)), **headers}) + told

    return pieces


def _repeated(piece: bytes, times: int, *, before: bytes = b'{"KEY": ["', packed: int = 0) -> Pieces:
    def pieces(key: str) -> Iterator[bytes]:
        coding = {"Content_Encoding": ", ".join(["gzip"] * packed)} if packed else {}
        yield _head(Content_Type="application/json", Connection="close", **coding)
        packers = [zlib.compressobj(9, zlib.DEFLATED, 31) for _ in range(packed)]
        for part in (before.replace(b"KEY", key.encode()), *(piece for _ in range(times)), b'"]}'):
            told = part
            for packer in packers:
                told = packer.compress(told)
            yield told
        for packer in packers:
            yield packer.flush()

    return pieces


def _drip(head: bytes, byte: bytes) -> Pieces:
    def pieces(key: str) -> Iterator[bytes]:
        del key
        yield head
        for _ in range(2000):
            time.sleep(0.02)
            yield byte

    return pieces


def _item(**fields: object) -> Pieces:
    honest = {"id": "1", "name": "x", "status": "ACTIVE"}
    return _whole(json.dumps({"KEY": [honest | fields]}))


_SHAPES: Mapping[str, Pieces] = {
    "null": _whole('{"KEY": null}'),
    "no-key": _whole("{}"),
    "a-number": _whole("7"),
    "a-list": _whole("[]"),
    "null-alone": _whole("null"),
    "object-for-list": _whole('{"KEY": {"id": "1"}}'),
    "text-for-list": _whole('{"KEY": "all of them"}'),
    "list-of-null": _whole('{"KEY": [null]}'),
    "list-of-lists": _whole('{"KEY": [[["id", "1"]]]}'),
    "no-id": _whole('{"KEY": [{}]}'),
    "id-is-a-list": _item(id=["1"]),
    "name-is-an-object": _item(name={"a": 1}),
    "status-is-a-number": _item(status=10**15, name=7),
    "metadata-is-a-list": _item(metadata=["x"], name=["x"]),
    "huge-number": _whole('{"KEY": [{"id": ' + "9" * 5000 + "}]}"),
    "not-a-number": _whole('{"KEY": [{"id": NaN}]}'),
    "infinite": _whole('{"KEY": [{"id": 1e999}]}'),
    "deep": _whole('{"KEY": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "deep-objects": _whole('{"KEY": ' + '{"a":' * 50_000 + "1" + "}" * 50_001),
    "empty": _whole(""),
    "no-content": _whole("", "204 No Content"),
    "half": _whole('{"KEY": [{"id": "1"'),
    "two-documents": _whole('{"KEY": []} {"KEY": []}'),
    "html": _whole("<html><body>login</body></html>", Content_Type="text/html"),
    "not-utf-8": _whole(b'{"KEY": [{"id": "\xff\xfe"}]}'),
    "utf-16": _whole('{"KEY": []}'.encode("utf-16")),
    "not-gzip": _whole('{"KEY": []}', Content_Encoding="gzip"),
    "unknown-packing": _whole('{"KEY": []}', Content_Encoding="br"),
    "packed-five-times": _repeated(b" " * MIB, 4, packed=5),
    "shorter-than-said": _whole('{"KEY": []}', Content_Length="100000", Connection="close"),
    "negative-length": _whole('{"KEY": [', Content_Length="-5", Connection="close"),
    "bad-chunks": _whole("zz\r\n{}\r\n", Content_Length="", Transfer_Encoding="chunked", Connection="close"),
    "no-http": lambda _: iter([b"SSH-2.0-OpenSSH_9.2\r\n"]),
    "endless-header": _drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "endless-body": _drip(_head(Content_Type="application/json", Connection="close") + b'{"a": "', b"x"),
    "endless-continue": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "redirected-elsewhere": _whole("", "302 Found", Location="http://127.0.0.9:9/v2.1/servers"),
    "redirected-to-a-file": _whole("", "301 Moved Permanently", Location="file:///etc/passwd"),
    "redirected-to-nowhere": _whole("", "307 Temporary Redirect"),
    "redirected-in-a-circle": _whole("", "302 Found", Location="?again"),
    "not-modified": _whole("", "304 Not Modified"),
    "error-is-a-list": _whole("[1, 2]", "404 Not Found"),
    "error-is-null": _whole("null", "403 Forbidden"),
    "error-of-numbers": _whole('{"error": 5, "message": [null]}', "400 Bad Request"),
    "status-out-of-range": _whole("{}", "999 What"),
}
SMALL = tuple(HostileAnswer(name, pieces) for name, pieces in _SHAPES.items())
# These are about memory, and take a while to send.
LARGE = (
    HostileAnswer("gzip-of-2-gib", _repeated(b" " * MIB, 2048, packed=1)),
    HostileAnswer("plain-of-1-gib", _repeated(b" " * MIB, 1024)),
    HostileAnswer("million-objects", _repeated(b'", {}, "' * 2**17, 50)),
    HostileAnswer("wide-text", _repeated(b"x" * MIB, 60, before='{"KEY": ["\U0001f600'.encode())),
    HostileAnswer("wide-text-in-pieces", _repeated(b'\\"' * 2**19, 60, before=b'{"KEY": ["\\ud83d\\ude00')),
    HostileAnswer("long-text-in-pieces", _repeated(b'\\"' * 2**19, 60)),
    HostileAnswer("wide-texts", _repeated('\U0001f600", "'.encode() + b"x" * MIB, 15)),
)
# An honest refusal whose Retry-After is nonsense; what is asked again gets an honest answer.
RETRY_AFTER = (
    "\xb2", "-5", "1e9", "9" * 400, "Sun, 99 Nov 99999 99:99:99 GMT", "Sun, 22 Nov 2026 12:00:30 +99999999", "NaN", "",
)  # fmt: skip


def refusal(retry_after: str) -> Pieces:
    """Return a 503 with this Retry-After."""
    return _whole("{}", "503 Service Unavailable", Retry_After=retry_after)
