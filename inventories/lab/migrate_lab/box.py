"""A box: namespaces of its own (net, mount, uts, ipc, pid) and a first process; all of a container the lab needs.

Nothing of a box has a name outside: when its first process dies, the kernel takes its other processes, mounts,
interfaces and namespaces with it.  So a killed lab leaves nothing but folders and a pid file that no longer fits.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError, NoAnswer
from .files import write
from .progress import wait_for
from .shell import ENVIRONMENT, ProgramFailed, run

_TIMED_OUT = frozenset({124, 137})  # of timeout(1)
_NAMESPACES = ("--net", "--mount", "--uts", "--ipc", "--pid")
_LAUNCH = (
    'mkdir -p /run/lab /var/log/lab; setsid "$@" </dev/null >>"/var/log/lab/$0.log" 2>&1 & '
    'echo "$! $(cut -d" " -f22 /proc/$!/stat)" >"/run/lab/$0.pid"'
)


@dataclass(frozen=True, slots=True)
class Process:
    """One process as `/proc` tells of it."""

    state: str
    session: int
    began: str

    @property
    def stopped(self) -> bool:
        """Whether a signal holds it: it is there, and deaf."""
        return self.state in {"T", "t"}


def process(pid: int | str, proc: Path = Path("/proc")) -> Process | None:
    """Return a live process, or None when there is none of this number; one that nobody has reaped is gone."""
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else Process(fields[0], int(fields[3]), fields[19])


def identity(pid: int, proc: Path = Path("/proc")) -> str | None:
    """Return what tells a process from a later one with the same number: its start time; None when it is gone."""
    found = process(pid, proc)
    return found.began if found else None


def recorded(pidfile: Path, proc: Path = Path("/proc")) -> int | None:
    """Return the process a pid file speaks of, or None when the file is absent, broken or stale."""
    try:
        pid, began = pidfile.read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if pid.isdigit() and identity(int(pid), proc) == began else None


class Box:
    """One box; its folder outlives it and keeps its files, its pid file and its first process's log."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._pidfile = folder / "pid"

    @property
    def pid(self) -> int | None:
        """The first process's number outside, or None when the box is down."""
        return recorded(self._pidfile)

    def path(self, inside: str) -> Path:
        """Return where a path inside the box is seen from outside, while it is up."""
        return Path(f"/proc/{self.pid or 0}/root") / inside.lstrip("/")

    def start(self, init: Sequence[str | Path]) -> None:
        """Start the first process; it must create `/run/lab/ready` once its mounts stand."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._end_strays()
        with (self.folder / "init.log").open("w") as log:
            parent = subprocess.Popen(
                ["unshare", *_NAMESPACES, "--fork", "--mount-proc", *(os.fspath(word) for word in init)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )

        def ready() -> int | None:
            if parent.poll() is not None:
                raise LabError(f"{self.name}: {(self.folder / 'init.log').read_text()[-800:]}")
            children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
            if children and Path(f"/proc/{children[0]}/root/run/lab/ready").exists():
                return int(children[0])
            return None

        try:
            pid = wait_for(self.name, "the first process", ready, within=60, pause=0.05)
        except LabError:
            self._end_strays()
            raise
        write(self._pidfile, f"{pid} {identity(pid or 0)}\n")

    def _end_strays(self) -> None:
        """End a first process whose number was never written down, as its starter was killed before it could be."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
                children = (entry.parent / "task" / entry.parent.name / "children").read_text().split()
            except OSError:
                continue
            if words[0] == b"unshare" and os.fsencode(self.folder) in words:
                for pid in (*children, entry.parent.name):
                    with suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)

    def command(self, *argv: str | Path, env: Mapping[str, str] | None = None) -> list[str]:
        """Return the command that runs `argv` inside."""
        if (pid := self.pid) is None:
            raise LabError(f"{self.name} is down", f"`migrate lab up {self.name}`")
        known = [f"{name}={value}" for name, value in {**ENVIRONMENT, **(env or {})}.items()]
        return [
            "nsenter",
            f"--target={pid}",
            *_NAMESPACES,
            "--",
            "env",
            "-i",
            *known,
            *(os.fspath(word) for word in argv),
        ]

    def run(
        self,
        *argv: str | Path,
        text: str | None = None,
        env: Mapping[str, str] | None = None,
        within: float = 300,
    ) -> str:
        """Run a program inside to its end, which must come `within` seconds, and return its output."""
        # The deadline is also kept inside: to end who has entered does not end what runs there.
        bounded = ("timeout", "--kill-after=5", f"{within:.0f}", *argv)
        try:
            return run(*self.command(*bounded, env=env), text=text, within=within + 20)
        except ProgramFailed as error:
            if error.status in _TIMED_OUT:
                raise NoAnswer(
                    f"{self.name}: {' '.join(map(str, argv))[:100]} did not end within {within:.0f} s"
                ) from error
            raise

    def succeeds(self, *argv: str | Path, within: float = 300) -> bool:
        """Say whether a program inside ends with 0 in time."""
        try:
            self.run(*argv, within=within)
        except LabError:
            return False
        return True

    def spawn(self, service: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> bool:
        """Start a service that outlives the caller; return False when it runs already."""
        if self.service_pid(service):
            return False
        self._kill(self._members(service))  # what a killed service has left would hold its port or its files
        run(*self.command("sh", "-c", _LAUNCH, service, *argv, env=env))
        return True

    def service_pid(self, service: str) -> int | None:
        """Return a service's process number inside, or None when it does not run."""
        if self.pid is None:
            return None
        return recorded(self.path(f"/run/lab/{service}.pid"), self.path("/proc"))

    def _members(self, service: str) -> dict[int, Process]:
        """Return a service's processes, by their numbers inside, also those that outlive the one that was recorded."""
        if self.pid is None:
            return {}
        proc = self.path("/proc")
        try:
            leader, began = self.path(f"/run/lab/{service}.pid").read_text().split()
        except (OSError, ValueError):
            return {}
        if identity(int(leader), proc) not in {None, began}:
            return {}  # the number was given to another process since
        found = {int(entry.name): process(entry.name, proc) for entry in proc.glob("[0-9]*")}
        return {pid: one for pid, one in found.items() if one and one.session == int(leader)}

    def _kill(self, pids: Iterable[int], name: str = "KILL") -> None:
        if numbers := [str(pid) for pid in pids]:
            self.succeeds("/bin/kill", f"-{name}", "--", *numbers)

    def stopped(self, service: str) -> bool:
        """Say whether a signal holds one of a service's processes."""
        return any(one.stopped for one in self._members(service).values())

    def let_go(self) -> None:
        """Let every process go on that a signal holds: helpers of services, which are no services themselves."""
        proc = self.path("/proc")
        found = {int(entry.name): process(entry.name, proc) for entry in proc.glob("[0-9]*")}
        self._kill((pid for pid, one in found.items() if one and one.stopped), "CONT")

    def end(self, *services: str, within: float = 20) -> None:
        """End services with all their processes, politely, then firmly."""
        pids = [pid for service in services for pid in self._members(service)]
        for name in ("TERM", "KILL"):
            if not pids:
                break
            self._kill(pids, name)
            deadline = time.monotonic() + within
            while pids and time.monotonic() < deadline:
                pids = [pid for pid in pids if identity(pid, self.path("/proc"))]
                time.sleep(0.1)
        for service in services:
            self.path(f"/run/lab/{service}.pid").unlink(missing_ok=True)

    def stop(self, within: float = 10) -> None:
        """End the first process, and with it the box."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if (pid := self.pid) is None:
                break
            os.kill(pid, number)
            deadline = time.monotonic() + within
            while self.pid and time.monotonic() < deadline:
                time.sleep(0.05)
        self._pidfile.unlink(missing_ok=True)

    def destroy(self) -> None:
        """Stop the box and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def memory_mib(self) -> float:
        """Return the proportional set size of every process inside."""
        total = 0
        for rollup in self.path("/proc").glob("[0-9]*/smaps_rollup"):
            try:
                lines = rollup.read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024
