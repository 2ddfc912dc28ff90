"""Runs programs; a failure carries the end of what the program said."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import LabError

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PYTHONWARNINGS": "ignore",
    "DEBIAN_FRONTEND": "noninteractive",
}
"""A short, known environment: nothing of the caller's reaches a cloud."""


def run(
    *argv: str | Path, text: str | None = None, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run a program to its end and return its standard output.

    Raises:
        LabError: it ended with anything but 0.
    """
    done = subprocess.run(
        [os.fspath(word) for word in argv],
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        env={**ENVIRONMENT, **(env or {})},
        cwd=cwd,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-1500:]
        raise LabError(f"{' '.join(map(str, argv))[:200]} ended with {done.returncode}: {said}")
    return done.stdout


def succeeds(*argv: str | Path) -> bool:
    """Say whether a program ends with 0; its output is dropped."""
    return _status(argv) == 0


def _status(argv: Sequence[str | Path]) -> int:
    return subprocess.run(
        [os.fspath(word) for word in argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
    ).returncode
