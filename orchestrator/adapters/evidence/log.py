"""The writer of the evidence log. Threads and processes may share it; what others did to the files is noticed."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.evidence.chain import CHECKPOINT, CLOCK, SEGMENT, TORN, Chain, Fault, Standing
from orchestrator.adapters.evidence.entry import SHA256, Entry, digest, line_of, parsed
from orchestrator.adapters.evidence.segment import LIMIT, LONGEST, bytes_digest, folder_of, numbers, path_of
from orchestrator.adapters.files import ensure_folder, open_own, require_own, sync_folder
from orchestrator.errors import Contradicted, StorageError, storing
from orchestrator.ports import Clock

READING = frozenset({"GET", "HEAD"})
_APPEND = os.O_RDWR | os.O_APPEND
_CHUNK = 1 << 20


class EvidenceLog:
    """The `Evidence` port on files.

    Opening reads the last segment and no other, so it costs the same however long the log is. The lock is on the
    first segment; it decides who writes, and before each entry the files are compared with what was left.
    """

    def __init__(self, path: Path, *, actor: str, clock: Clock, algorithm: str = SHA256, limit: int = LIMIT) -> None:
        """Open a log, or begin one.

        Args:
            path: its first segment.
            actor: who is at work, one printable line.
            clock: tells each entry's time.
            algorithm: of a log that begins now; one that is there keeps its own.
            limit: bytes of a segment.

        Raises:
            MigrateError: `state.not-ours`; `evidence.broken`, `evidence.moved`.
        """
        self._path = path
        self._actor = actor
        self._clock = clock
        self._limit = limit
        self._mutex = threading.Lock()
        self._lock = open_own(path, _APPEND | os.O_CREAT)
        self._chain = Chain(algorithm)
        # The segment, the bytes of it taken in, and those of its first entry: a segment has more than that entry.
        self._number, self._file, self._seen, self._opening = 1, self._lock, 0, 0
        with storing(path):
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                self._open_last()
                self._catch_up()
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)

    @property
    def head(self) -> str:
        """Return the last entry's hash: the anchor to keep outside this machine."""
        return self.standing().head

    def standing(self) -> Standing:
        """Return how far the log has come."""
        with self._held():
            return self._chain.standing()

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry.

        It is on disk when this returns, except a read call's entry (kind `call`, method GET): that
        one only survives this process, not this machine, because losing it changes nothing.

        Raises:
            StorageError: `evidence.disk-full`, or what else the disk says.
            Contradicted: `evidence.broken`, `evidence.moved` when somebody changed the
                files since the last entry: the entry is not written then.
        """
        with self._held():
            self._append(kind, data)
            if not (kind == "call" and str(data.get("method", "")).upper() in READING):
                os.fsync(self._file)

    def checkpoint(self, make: Callable[[Standing], Mapping[str, object]]) -> None:
        """Have a checkpoint made of everything so far, which is on disk then, and record what `make` says of it.

        Nobody else writes meanwhile, so that the checkpoint is of the last entry and follows the last checkpoint.
        """
        with self._held():
            os.fsync(self._file)
            self._append(CHECKPOINT, make(self._chain.standing()))
            os.fsync(self._file)

    def unanswered(self, key: str) -> bool:
        """Tell whether a `call.intent` for this key was recorded without its `call.answer`."""
        with self._held():
            return self._chain.open[key] > 0

    def close(self) -> None:
        """Give the files back."""
        for file in {self._lock, self._file}:
            os.close(file)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with storing(self._path), self._mutex:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                self._require_place(self._path, self._lock)
                if self._file != self._lock:
                    self._require_place(path_of(self._path, self._number), self._file)
                self._catch_up()
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _append(self, kind: str, data: Mapping[str, object]) -> None:
        if self._number > 1 and not self._seen and kind != SEGMENT:
            self._open_segment()
        at = self._now()
        if at < self._chain.at and kind not in {CLOCK, SEGMENT}:
            self._append(CLOCK, {"before": self._chain.at})
            at = self._now()
        content = {
            "actor": self._actor,
            "at": max(at, self._chain.at) if kind == SEGMENT else at,
            "data": data,
            "kind": kind,
            "prev": self._chain.head,
            "seq": self._chain.seq + 1,
        }
        line, made = line_of(content, self._chain.algorithm)
        if kind != SEGMENT and self._seen > self._opening and self._seen + len(line) > self._limit:
            self._next_segment()
            self._append(kind, data)
            return
        try:
            written = os.write(self._file, line)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            written = 0
        if written != len(line):  # a full disk; the torn line is set aside at the next start
            raise StorageError("evidence.disk-full", path=str(self._path))
        self._seen += len(line)
        self._opening = self._seen if kind == SEGMENT else self._opening
        # What was written, not what was given: a tuple has become a list.
        entry = {**json.loads(line), "hash": made}
        self._chain.take(Entry(**entry), len(line))

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="microseconds")

    def _next_segment(self) -> None:
        """Begin the next segment."""
        folder, number = folder_of(self._path), self._number + 1
        ensure_folder(folder)
        os.fsync(self._file)
        self._switch(open_own(path_of(self._path, number), _APPEND | os.O_CREAT | os.O_EXCL), number)
        self._open_segment()
        for place in (folder, folder.parent):
            sync_folder(place)

    def _open_segment(self) -> None:
        """Write a segment's first entry, which seals the segment before."""
        before = path_of(self._path, self._number - 1)
        size, seal = bytes_digest(before, self._chain.algorithm)
        self._append(SEGMENT, self._chain.opening(self._number, before.name, size, seal))
        os.fsync(self._file)

    def _switch(self, file: int, number: int) -> None:
        if self._file != self._lock:
            os.close(self._file)
        self._file, self._number, self._seen, self._opening = file, number, 0, 0

    def _open_last(self) -> None:
        """Stand before the last segment's first entry.

        One that a crash left without that entry is read on from the segment before.
        """
        found = numbers(self._path)
        while found[-1] > 1:
            number = found.pop()
            require_own(folder_of(self._path), folder=True)
            file = open_own(path_of(self._path, number), _APPEND)
            opening, end, _ = os.pread(file, LONGEST, 0).partition(b"\n")
            if end:
                self._switch(file, number)
                self._jump(opening)
                return
            os.close(file)

    def _jump(self, opening: bytes) -> None:
        """Stand before the entry that opens the segment; the one before must be as long as it was sealed."""
        try:
            entry = parsed(opening)
            self._chain.jump(entry)
            sealed = entry.data["previous"]
            size = path_of(self._path, self._number - 1).stat().st_size
            whole = isinstance(sealed, dict) and sealed.get("size") == size
        except (ValueError, KeyError, Fault, FileNotFoundError):
            whole = False
        if not whole:
            raise self._broken(1)

    def _catch_up(self) -> None:
        """Take in what others wrote since; a line that a kill left unfinished is set aside and noted.

        Raises:
            MigrateError: `evidence.broken`: the files do not continue what was read before.
        """
        while True:
            torn = self._read_on()
            path = path_of(self._path, self._number + 1)
            if not path.exists():
                break
            if torn:  # nobody begins a segment after half a line
                raise self._broken(self._chain.seq + 1)
            self._switch(open_own(path, _APPEND), self._number + 1)
        if torn:
            self._set_aside(torn)

    def _read_on(self) -> bytes:
        """Take in the whole lines after what was seen; return the bytes after them."""
        size = os.fstat(self._file).st_size
        if size < self._seen:
            raise self._broken(self._chain.seq)
        rest = b""
        position = self._seen
        while position < size:
            piece = os.pread(self._file, min(_CHUNK, size - position), position)
            if not piece:
                raise self._broken(self._chain.seq)
            position += len(piece)
            *whole, rest = (rest + piece).split(b"\n")
            for line in (part + b"\n" for part in whole):
                try:
                    entry = self._chain.follow(line)
                except Fault:
                    raise self._broken(self._chain.seq + 1) from None
                self._seen += len(line)
                self._opening = self._seen if entry.kind == SEGMENT else self._opening
            if len(rest) > LONGEST:
                raise self._broken(self._chain.seq + 1)
        return rest

    def _set_aside(self, torn: bytes) -> None:
        aside = open_own(self._path.with_suffix(".torn"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(aside, torn + b"\n")
            os.fsync(aside)
        finally:
            os.close(aside)
        os.ftruncate(self._file, self._seen)
        self._append(TORN, {"bytes": len(torn), "digest": digest(self._chain.algorithm, torn)})
        os.fsync(self._file)

    def _require_place(self, path: Path, file: int) -> None:
        """Check that the file under a name still is the one that is open."""
        held = os.fstat(file)
        try:
            there = path.lstat()
        except FileNotFoundError:
            raise Contradicted("evidence.moved", path=str(path)) from None
        if (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            raise Contradicted("evidence.moved", path=str(path))

    def _broken(self, line: int, path: Path | None = None) -> Contradicted:
        return Contradicted("evidence.broken", line=line, path=str(path or path_of(self._path, self._number)))


class NoEvidence:
    """The `Evidence` port of commands that only read: they leave nothing to prove."""

    head = ""

    def record(self, kind: str, /, **data: object) -> None:
        """Keep nothing."""

    def unanswered(self, key: str) -> bool:  # noqa: ARG002 - the port's signature
        """Nothing was announced."""
        return False
