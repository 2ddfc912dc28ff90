"""One call of a tool: a process of its own session, told on stdin, heard within a size and a time, and then ended.

It gets nothing of ours but what is listed here: no variable of our environment, no open file, no terminal.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from orchestrator.errors import MigrateError

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LOGGED = 64 * 1024  # bytes of one call's stderr that are kept
_READ = 65536
_BUSY = 50  # looks, 20 ms apart, at a file that another thread's child has still open for writing
_GONE = 40  # looks, 50 ms apart, until a killed process is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a call; `code` is negative for the signal that ended it."""

    code: int
    out: bytes


class Call:
    """One running call.

    Args:
        argv: what is run.
        told: what it reads on stdin.
        folder: where it starts.
        word: by which it and whatever it starts can be found, wherever that has gone.
        most: bytes that it may answer.
    """

    def __init__(self, argv: Sequence[str], told: bytes, *, folder: Path, word: str, most: int) -> None:
        self._word = word
        self._told = told
        self._most = most
        self._out = b""
        self._err = b""
        environment = {"PATH": PATH, "LC_ALL": "C.UTF-8", "HOME": str(folder), "MIGRATE_CALL": word}
        self._process = _started(list(argv), folder, environment)
        self._pipes = {name: cast(IO[bytes], getattr(self._process, name)) for name in ("stdin", "stdout", "stderr")}
        self._ended = os.pidfd_open(self._process.pid)
        self._selector = selectors.DefaultSelector()
        for pipe in self._pipes.values():
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(self._pipes["stdin"], selectors.EVENT_WRITE)
        self._selector.register(self._pipes["stdout"], selectors.EVENT_READ)
        self._selector.register(self._pipes["stderr"], selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def hear(self, seconds: Callable[[], float], until: float) -> Heard | None:
        """Return what came of it; None when its time was over before.

        What it leaves running is not waited for, also where that has its output still open.

        Raises:
            OverflowError: it answers more than it may.
        """
        while True:
            late = seconds() >= until  # looked at once more afterwards: we may have been stopped
            for key, _ in self._selector.select(0 if late else min(0.5, max(0.0, until - seconds()))):
                if key.fileobj is self._pipes["stdin"]:
                    self._tell()
                elif key.fileobj is not self._ended:
                    self._read(key.fileobj)
            # Not waited for yet: until then its number, which is its group's too, stays its own.
            if found := os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                while self._read(self._pipes["stdout"]):
                    pass
                # Of what it left running the words may never end.
                for _ in range(LOGGED // 4096):
                    if not self._read(self._pipes["stderr"]):
                        break
                code = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
                return Heard(code=code, out=self._out)
            if late:
                return None

    @property
    def said(self) -> bytes:
        """What it wrote to stderr so far."""
        return self._err

    def end(self, *, all_of_it: bool = True) -> None:
        """End it and, unless what it began may go on, everything that it started."""
        if all_of_it:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._selector.close()
        os.close(self._ended)
        for pipe in self._pipes.values():
            with contextlib.suppress(OSError):
                pipe.close()
        if all_of_it:
            ensure_ended(self._word)

    def _tell(self) -> None:
        pipe = self._pipes["stdin"]
        try:
            self._told = self._told[os.write(pipe.fileno(), self._told) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._told = b""
        if not self._told:
            self._selector.unregister(pipe)
            pipe.close()

    def _read(self, pipe: object) -> bool:
        file = cast(IO[bytes], pipe)
        try:
            more = os.read(file.fileno(), _READ) if file in self._selector.get_map() else b""
        except BlockingIOError:
            return False
        if not more:
            if file in self._selector.get_map():
                self._selector.unregister(file)
            return False
        if file is self._pipes["stdout"]:
            self._out += more
            if len(self._out) > self._most:
                raise OverflowError
        else:
            self._err = (self._err + more)[:LOGGED]
        return True


def ensure_ended(word: str) -> None:
    """End every process whose call has a word that begins so, and wait until it is gone.

    Raises:
        MigrateError: `external.stays`.
    """
    for _ in range(_GONE):
        found = running(word)
        for pid in found:
            _kill(pid, word)
        if not found:
            return
        time.sleep(0.05)
    raise MigrateError("external.stays", processes=", ".join(map(str, found)))


def running(word: str) -> list[int]:
    """Return the processes of this machine whose call has a word that begins so."""
    # Clients wait meanwhile: no path is made an object of.
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _has(int(name), word)]  # noqa: PTH208


def _kill(pid: int, word: str) -> None:
    with contextlib.suppress(ProcessLookupError):
        file = os.pidfd_open(pid)
        try:
            if _has(pid, word):  # its number may be another's by now
                signal.pidfd_send_signal(file, signal.SIGKILL)
        finally:
            os.close(file)


def _has(pid: int, word: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:  # noqa: PTH123 - as above
            environment = file.readall()
    except OSError:  # gone, or another user's
        return False
    return f"\0MIGRATE_CALL={word}".encode() in b"\0" + (environment or b"")


def _started(argv: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    for left in range(_BUSY, -1, -1):
        try:
            return subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=folder,
                env=environment,
                umask=0o077,
                start_new_session=True,
            )
        except OSError as error:
            if error.errno != errno.ETXTBSY or not left:
                raise MigrateError("external.not-started", path=argv[-2], error=os.strerror(error.errno or 0)) from None
        time.sleep(0.02)
    raise AssertionError
