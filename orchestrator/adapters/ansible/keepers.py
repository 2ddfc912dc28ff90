"""Starts keepers, one for each playbook run: forked where Ansible is loaded already, or by themselves."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orchestrator
from orchestrator.adapters.ansible import processes
from orchestrator.adapters.ansible.forks import READY
from orchestrator.errors import storing

_LOADING = 60.0  # seconds that a fork server is given to load Ansible
_FORKING = 30.0  # and to fork
_ENDING = 5.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """A running keeper's pipes: when the first is closed it ends its run, and the second ends with it."""

    stdin: BinaryIO
    stdout: BinaryIO


class Keepers:
    """Starts keepers; safe to use from several threads.

    The fork server is started with the first run, and again when it is gone or `config` has changed. Where it cannot
    be had, runs cost more and are the same.
    """

    def __init__(self, runs: Path, *, config: Path, identity: Path) -> None:
        self._runs = runs
        self._config = config
        self._identity = identity
        self._mutex = threading.Lock()
        self._servers: list[_Server] = []  # the last one forks; of the others there are runs and what these share
        self._unfit = b"\0"  # the settings with which a server could not load

    @contextmanager
    def start(self, private: Path) -> Iterator[Keeper]:
        """Start the keeper of the run whose folder is `private`; at the end its pipes are closed and it is awaited."""
        inner, stdin = os.pipe()
        stdout, outer = os.pipe()
        try:
            with self._mutex:
                forked = self._fork(private, (inner, outer))
            alone = None if forked else _start("keeper", private, inner, outer)
        finally:
            os.close(inner)
            os.close(outer)
        with os.fdopen(stdin, "wb", buffering=0) as to, os.fdopen(stdout, "rb") as answers:
            yield Keeper(to, answers)
        if alone:
            alone.wait()

    def _fork(self, private: Path, pipes: tuple[int, int]) -> bool:
        try:
            settings = self._config.read_bytes()
        except OSError:
            return False
        if self._servers and self._servers[-1].settings == settings and self._servers[-1].fork(private, pipes):
            return True
        if self._servers:
            self._servers[-1].retire()
        if settings == self._unfit:
            return False
        server = _Server(self._runs, settings, {"config": str(self._config), "identity": str(self._identity)})
        if server.loaded() and server.fork(private, pipes):
            self._servers.append(server)
            return True
        server.close()
        self._unfit = settings
        return False

    def close(self) -> None:
        """End the fork servers; only when no run is left. At the end of the process it is done without being asked."""
        while self._servers:
            self._servers.pop().close()


class _Server:
    """A fork server, from its owner's side.

    Attributes:
        close: ends it and removes its folder; done at the end of our process if nobody has.
    """

    def __init__(self, runs: Path, settings: bytes, paths: Mapping[str, str]) -> None:
        self.settings = settings
        with storing(tempfile.gettempdir()):
            home = Path(tempfile.mkdtemp(prefix=processes.PREFIX))
        note = processes.record(runs, home, kind="forks")
        self._line, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "ANSIBLE_CONFIG": paths["config"],
            "ANSIBLE_HOME": str(home / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
            "ANSIBLE_PRIVATE_KEY_FILE": paths["identity"],
        }
        with far:
            self.process = _start("forks", home, far.fileno(), subprocess.DEVNULL, environment)
        self.close = weakref.finalize(self, _close, self._line, self.process, home, note)

    def loaded(self) -> bool:
        """Tell whether it has loaded Ansible, as soon as it has."""
        return self._hear(_LOADING) == READY

    def fork(self, private: Path, pipes: tuple[int, int]) -> bool:
        """Have a keeper forked that has these pipes; tell whether there is one."""
        try:
            socket.send_fds(self._line, [os.fsencode(private)], pipes)
        except OSError:
            return False
        return self._hear(_FORKING).isdigit()

    def retire(self) -> None:
        """End it, also one that hangs and might still fork; its runs go on, what they share stays until `close`."""
        self.process.kill()
        self.process.wait()

    def _hear(self, seconds: float) -> bytes:
        self._line.settimeout(seconds)
        with contextlib.suppress(OSError):  # it is gone, or as good as gone
            return self._line.recv(64)
        return b""


def _close(line: socket.socket, process: subprocess.Popen[bytes], home: Path, note: Path) -> None:
    line.close()
    try:
        process.wait(_ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(home, ignore_errors=True)
    note.unlink(missing_ok=True)


def _start(
    module: str, folder: Path, stdin: int, stdout: int, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a module of this package in `folder`, whose name is its token; it inherits nothing of our environment."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"orchestrator.adapters.ansible.{module}"],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={
            "MIGRATE_RUN": folder.name,
            "PYTHONPATH": str(Path(orchestrator.__file__).resolve().parents[1]),
            **(environment or {}),
        },
        start_new_session=True,  # Ctrl-C is for us; we decide what becomes of the run
    )
