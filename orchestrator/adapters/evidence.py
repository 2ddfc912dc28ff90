"""The evidence log: one file of hash-chained lines that only grows; it never interprets what it holds.

Each line is the canonical JSON (sorted keys, no spaces, UTF-8) of `{actor, at, data, hash, kind, prev, seq}`;
`hash` is SHA-256 over the line's own content without `hash`, which holds `prev`, the hash of the line before.
So no byte of the file can change without the chain telling. Cutting whole lines off the end is the one change
a chain cannot tell by itself: for that, the last hash is printed after each run, to be kept elsewhere.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from orchestrator.errors import MigrateError
from orchestrator.ports import Clock

FIRST = "0" * 64
READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log."""

    seq: int
    at: str
    actor: str
    kind: str
    data: Mapping[str, object]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of the chain found: `line` is the first bad one, 0 when all hold; `why` is a text code."""

    entries: int
    head: str
    line: int = 0
    why: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether every line holds."""
        return not self.line


class EvidenceLog:
    """The `Evidence` port on a file. Threads and processes may share it; entries never interleave."""

    def __init__(self, path: Path, *, actor: str, clock: Clock) -> None:
        self._path = path
        self._actor = actor
        self._clock = clock
        self._mutex = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._seen = 0  # bytes of the file already taken into `_seq`, `_head` and `_open`
        self._seq = 0
        self._head = FIRST
        self._open: Counter[str] = Counter()
        with self._held():
            pass

    @property
    def head(self) -> str:
        """Return the last entry's hash: the anchor to keep outside this machine."""
        with self._held():
            return self._head

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry.

        It is on disk when this returns, except a read call's entry (kind `call`, method GET): that
        one only survives this process, not this machine, because losing it changes nothing.
        """
        with self._held():
            self._append(kind, data)
            if not (kind == "call" and str(data.get("method", "")).upper() in READING):
                os.fsync(self._file)

    def unanswered(self, key: str) -> bool:
        """Tell whether a `call.intent` for this key was recorded without its `call.answer`."""
        with self._held():
            return self._open[key] > 0

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def _append(self, kind: str, data: Mapping[str, object]) -> None:
        line = _line(
            {
                "actor": self._actor,
                "at": self._clock.now().isoformat(timespec="microseconds"),
                "data": data,
                "kind": kind,
                "prev": self._head,
                "seq": self._seq + 1,
            }
        )
        try:
            written = os.write(self._file, line)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            written = 0
        if written != len(line):  # a full disk; the torn line is set aside at the next start
            raise MigrateError("evidence.disk-full", path=str(self._path))
        self._take(line)

    def _take(self, line: bytes) -> None:
        entry = json.loads(line)
        self._seen += len(line)
        self._seq, self._head = entry["seq"], entry["hash"]
        if entry["kind"] == "call.intent":
            self._open[entry["data"].get("key", "")] += 1
        elif entry["kind"] == "call.answer":
            # One answer settles every earlier intent of the key: the look-up behind it told what is true.
            self._open.pop(entry["data"].get("key", ""), None)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._mutex:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                self._catch_up()
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _catch_up(self) -> None:
        """Take in what others wrote since; a line that a kill left unfinished is set aside and noted.

        Raises:
            MigrateError: `evidence.broken`: the file does not continue what was read before.
        """
        size = os.fstat(self._file).st_size
        if size == self._seen:
            return
        if size < self._seen:
            raise MigrateError("evidence.broken", line=self._seq, path=str(self._path))
        fresh = os.pread(self._file, size - self._seen, self._seen)
        whole, torn = fresh[: fresh.rfind(b"\n") + 1], fresh[fresh.rfind(b"\n") + 1 :]
        for line in whole.splitlines(keepends=True):
            try:
                self._take(line)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise MigrateError("evidence.broken", line=self._seq + 1, path=str(self._path)) from None
        if torn:
            self._set_aside(torn)

    def _set_aside(self, torn: bytes) -> None:
        aside = os.open(self._path.with_suffix(".torn"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(aside, torn + b"\n")
            os.fsync(aside)
        finally:
            os.close(aside)
        os.ftruncate(self._file, self._seen)
        self._append("evidence.torn", {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()})
        os.fsync(self._file)


class NoEvidence:
    """The `Evidence` port of commands that only read: they leave nothing to prove."""

    def record(self, kind: str, /, **data: object) -> None:
        """Keep nothing."""

    def unanswered(self, key: str) -> bool:  # noqa: ARG002 - the port's signature
        """Nothing was announced."""
        return False


def verify(path: Path) -> Verdict:
    """Check every line of a log: its form, its number, its link to the line before and its own hash.

    Raises:
        MigrateError: `evidence.missing`.
    """
    entries, head = 0, FIRST
    for number, line in enumerate(_lines(path), start=1):
        why = _fault(line, number, head)
        if why:
            return Verdict(entries=entries, head=head, line=number, why=why)
        entries, head = number, json.loads(line)["hash"]
    return Verdict(entries=entries, head=head)


def read(path: Path) -> Iterator[Entry]:
    """Give the entries in order, without judging them; an unfinished last line is left out.

    Raises:
        MigrateError: `evidence.missing`, `evidence.broken`.
    """
    for number, line in enumerate(_lines(path), start=1):
        if not line.endswith(b"\n"):
            return
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            raise MigrateError("evidence.broken", line=number, path=str(path)) from None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as log:
            yield from log
    except FileNotFoundError:
        raise MigrateError("evidence.missing", path=str(path)) from None


def _fault(line: bytes, number: int, head: str) -> str:
    if not line.endswith(b"\n"):
        return "evidence.torn-line"
    try:
        entry = json.loads(line)
        stated = entry.pop("hash")
        same = line == _line(cast(dict[str, object], entry))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return "evidence.not-an-entry"
    if entry.get("seq") != number:
        return "evidence.sequence"
    if entry.get("prev") != head:
        return "evidence.link"
    # The line is made again from its content, so the hash and every byte of the form are checked at once.
    return "" if same and isinstance(stated, str) else "evidence.hash"


def _line(content: dict[str, object]) -> bytes:
    digest = hashlib.sha256(_canonical(content)).hexdigest()
    return _canonical({**content, "hash": digest}) + b"\n"


def _canonical(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
