"""Which processes belong to a playbook run, and their end: no `ansible-playbook` outlives whoever started it.

A run's keeper ends what it started by itself (`lineage.end_children`). For whom comes later there are marks. A run
has a token, the unique name of its private folder. Every process of the run carries it in its environment, or, where
the program overwrites that (ssh's connection masters), in its command line as part of the socket's path; who carries
none is found by who started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.files import PRIVATE_FOLDER, ensure_folder, write_whole
from orchestrator.errors import storing

PREFIX = "migrate-run-"
PROC = Path("/proc")
TOKEN = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")  # as mkdtemp makes names
_OWNER = "owner.json"
KINDS = ("json", "forks")
_PATIENCE = 5.0  # seconds that killed processes are given to disappear


def started(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot, or None if there is no such process.

    With the pid this names a process for good; a pid alone is used again.
    """
    fields = fields_of(PROC / str(pid))
    return int(fields[19]) if fields else None


def fields_of(process: Path) -> list[bytes]:
    """Return what /proc/PID/stat says from the state on; nothing of a process that ended."""
    try:
        stat = (process / "stat").read_bytes()
    except OSError:
        return []
    # The second field is the program's name in parentheses and may hold anything; `state` follows it.
    fields = stat[stat.rindex(b")") + 2 :].split()
    return [] if fields[0] in {b"Z", b"X"} else fields


def members(token: str) -> Iterator[int]:
    """Yield the live processes that carry the token, and those that such a one has started; the caller aside."""
    mark = token.encode()
    parents: dict[int, int] = {}
    found: set[int] = set()
    for entry in PROC.iterdir():
        if not entry.name.isdigit() or not (fields := fields_of(entry)):
            continue
        parents[int(entry.name)] = int(fields[1])
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if mark in (entry / "environ").read_bytes() or mark in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    yield from sorted(found - {os.getpid()})


def end(token: str) -> None:
    """Kill every process that carries the token, and those that they start meanwhile."""
    quiet_rounds = 0
    limit = running_seconds() + _PATIENCE  # who was stopped between two looks still has to end what is left
    # Twice nothing: a process may be between fork and exec while the first look passes.
    while quiet_rounds < 2 and running_seconds() < limit:
        found = False
        for pid in members(token):
            found = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        quiet_rounds = 0 if found else quiet_rounds + 1
        time.sleep(0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The process that started a run, and the run's private folder."""

    pid: int
    started: int
    folder: str

    def alive(self) -> bool:
        """Tell whether it is still the same process."""
        return started(self.pid) == self.started


def record(runs: Path, folder: Path, *, kind: str = KINDS[0]) -> Path:
    """Write down that this process has started the run of `folder`, before anything is started.

    Args:
        runs: where notes are.
        folder: the run's private folder, or the fork server's.
        kind: `json` for a run, `forks` for the server.
    """
    with storing(runs):
        runs.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        ensure_folder(runs)
    owner = Owner(pid=os.getpid(), started=started(os.getpid()) or 0, folder=str(folder))
    note = runs / f"{folder.name}.{kind}"
    # The folder says it too: nobody else can have written there, and in the state somebody may have.
    for place in (folder / _OWNER, note):
        write_whole(place, json.dumps(asdict(owner)))
    return note


def reap(runs: Path) -> list[str]:
    """End what runs of dead owners have left behind; return their tokens.

    A note is a claim. Deleted is only a folder that says the same itself, bears the token's name, and is ours alone in
    a temporary folder; ended are only processes of such a one. Of a run that ended well there is no folder any more.
    """
    reaped = []
    for note in sorted(note for kind in KINDS for note in runs.glob(f"*.{kind}")):
        folder = _folder(note.stem)
        owner = owner_of(folder) if folder else None
        if owner and owner.alive():
            continue
        if folder and owner and owner.folder == str(folder):
            end(note.stem)
            shutil.rmtree(folder, ignore_errors=True)
            reaped.append(note.stem)
        note.unlink(missing_ok=True)
    return reaped


def _folder(token: str) -> Path | None:
    """Return the private folder that a run of that token has; None if there is none that is ours alone."""
    if not TOKEN.fullmatch(token):
        return None
    for place in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - looked at, not written
        folder = Path(place) / token
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077:
                return folder
    return None


def owner_of(folder: Path) -> Owner | None:
    """Return the owner that a run's folder names; None if it names none."""
    try:
        return Owner(**json.loads((folder / _OWNER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
