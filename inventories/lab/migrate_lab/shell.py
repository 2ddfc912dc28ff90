"""Runs programs, each within a deadline; a failure carries the end of what the program said."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .errors import LabError, NoAnswer

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PYTHONWARNINGS": "ignore",
    "DEBIAN_FRONTEND": "noninteractive",
}
"""A short, known environment: nothing of the caller's reaches a cloud."""


_END_S = 5.0


class ProgramFailed(LabError):
    """A program ended with anything but 0."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(what)
        self.status = status


def run(
    *argv: str | Path,
    text: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    within: float = 300,
) -> str:
    """Run a program to its end and return its standard output.

    Args:
        argv: the program and its words.
        text: its standard input; by default there is none.
        env: what it finds beside the known environment.
        cwd: where it runs.
        within: seconds; then it is ended, with whatever it has started.

    Raises:
        ProgramFailed: it ended with anything but 0.
        NoAnswer: it did not end in time.
    """
    process = subprocess.Popen(
        [os.fspath(word) for word in argv],
        stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**ENVIRONMENT, **(env or {})},
        cwd=cwd,
        start_new_session=True,
    )
    told = " ".join(map(str, argv))[:200]
    try:
        printed, complained = process.communicate(text, timeout=within)
    except BaseException as error:
        _end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise NoAnswer(f"{told} did not end within {within:.0f} s") from error
        raise
    if process.returncode:
        said = (complained.strip() or printed.strip())[-1500:]
        raise ProgramFailed(f"{told} ended with {process.returncode}: {said}", process.returncode)
    return printed


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and all it has started, politely first: a package manager needs a moment to leave things in order.

    The program itself may have ended long ago, and only what it has started keep its output open; a signal is not an
    end, so each is waited for.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        until = time.monotonic() + _END_S
        while (process.poll() is None or _at_work(process.pid)) and time.monotonic() < until:
            time.sleep(0.01)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def _at_work(group: int) -> bool:
    """Say whether a process of a group has not ended yet; one that ended and that nobody has asked after has."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = entry.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def succeeds(*argv: str | Path, within: float = 300) -> bool:
    """Say whether a program ends with 0 in time; its output is dropped."""
    try:
        run(*argv, within=within)
    except LabError:
        return False
    return True
