"""One programme, one run: a lock that its holder's death frees, with a note of who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestrator.adapters.files import open_own
from orchestrator.errors import Locked, storing
from orchestrator.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock.

    `started` (clock ticks since boot) and `boot` tell this process from a later one with the same pid.
    """

    pid: int
    started: int
    boot: str
    host: str
    since: str
    command: str


class RunLock:
    """An exclusive lock on `path`. The kernel's lock decides; the note inside only says who has it."""

    def __init__(self, path: Path, *, clock: Clock, command: str) -> None:
        self._path = path
        self._clock = clock
        self._command = command
        self._file: int | None = None

    def __enter__(self) -> RunLock:
        """Take the lock at once or not at all.

        Raises:
            Locked: `run.locked` with the holder's pid, since and command.
            MigrateError: `state.not-ours`: the file is a link or another's: emptying it would empty that one.
        """
        # Children do not inherit it: a file opened by Python is closed on exec.
        file = open_own(self._path, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            holder = holder_of(self._path)
            told = asdict(holder) if holder else {"pid": "?", "since": "?", "command": "?", "host": "?"}
            raise Locked("run.locked", **told) from None
        pid = os.getpid()
        note = Holder(
            pid=pid,
            started=_started(pid) or 0,
            boot=_boot(),
            host=socket.gethostname(),
            since=self._clock.now().isoformat(timespec="seconds"),
            command=self._command,
        )
        with storing(self._path):
            os.ftruncate(file, 0)
            os.pwrite(file, json.dumps(asdict(note)).encode(), 0)
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        """Free the lock and wipe the note."""
        if self._file is not None:
            with suppress(OSError):  # a note of a dead process counts for nothing
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def holder_of(path: Path) -> Holder | None:
    """Return the living process that holds the lock, without touching the lock; None when there is none.

    A note whose process is gone, or whose pid was given to another process since, counts for nothing.
    """
    try:
        holder = Holder(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    alive = holder.boot == _boot() and _started(holder.pid) == holder.started
    return holder if alive else None


def _started(pid: int) -> int | None:
    """Return a process's start in clock ticks since boot (proc(5), field 22 of stat); None if it does not live."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in {"Z", "X"} else int(fields[18])


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
