"""Which processes belong to a playbook run, and their end: no `ansible-playbook` outlives whoever started it.

A run has a token, the unique name of its private folder. Every process of the run carries it in its environment,
or, where the program overwrites that (ssh's connection masters), in its command line as part of the socket's path.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

PROC = Path("/proc")
_PATIENCE = 5.0  # seconds that killed processes are given to disappear


def started(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot, or None if there is no such process.

    With the pid this names a process for good; a pid alone is used again.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # The second field is the program's name in parentheses and may hold anything; `state` follows it.
    fields = stat[stat.rindex(b")") + 2 :].split()
    return None if fields[0] in {b"Z", b"X"} else int(fields[19])


def members(token: str) -> Iterator[int]:
    """Yield the live processes that carry the token, the caller aside."""
    mark = token.encode()
    for entry in PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if mark in (entry / "environ").read_bytes() or mark in (entry / "cmdline").read_bytes():
                yield int(entry.name)


def end(token: str) -> None:
    """Kill every process that carries the token, and those that they start meanwhile."""
    quiet_rounds = 0
    limit = time.monotonic() + _PATIENCE
    # Twice nothing: a process may be between fork and exec while the first look passes.
    while quiet_rounds < 2 and time.monotonic() < limit:
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


def record(runs: Path, folder: Path) -> Path:
    """Write down that this process has started the run of `folder`, before anything is started."""
    runs.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = Owner(pid=os.getpid(), started=started(os.getpid()) or 0, folder=str(folder))
    note = runs / f"{folder.name}.json"
    fresh = note.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(owner), file)
        file.flush()
        os.fsync(file.fileno())  # a power cut must not leave the name without the text
    return fresh.replace(note)


def reap(runs: Path) -> list[str]:
    """End what runs of dead owners have left behind; return their tokens."""
    reaped = []
    for note in sorted(runs.glob("*.json")):
        try:
            owner = _owner(note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue  # its owner has just finished
        if owner and owner.alive():
            continue
        end(note.stem)
        if owner:
            shutil.rmtree(owner.folder, ignore_errors=True)
        note.unlink(missing_ok=True)
        reaped.append(note.stem)
    return reaped


def _owner(note: str) -> Owner | None:
    """Return the owner that a note names; None if it names none: notes appear whole, so its writer is gone."""
    try:
        return Owner(**json.loads(note))
    except (ValueError, TypeError):
        return None
