"""Drills that end themselves at a chosen step, or whose isolation is broken: `python -m tests.worlds.drilled …`.

killed STEP SECONDS WORD…: `migrate WORD…`, killed that much after a step was begun.
stopped STEP WORD…: the same, stopped when the step is begun.
leaking WORD…: `migrate WORD…`, whose place for the copy shares the machine's network.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping

from orchestrator.adapters.replicas import drill_place
from orchestrator.cli.main import main
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from tests.worlds.killed import die


def at(step: str, act: Callable[[], None]) -> None:
    """Have something done when a step is begun."""
    tell = Shell.tell

    def told(code: str, /, **values: object) -> None:
        tell(code, **values)
        if code == "drill.progress" and values["step"] == say(f"drill.step.{step}"):
            act()

    setattr(Shell, "tell", staticmethod(told))  # noqa: B010 - mypy forbids to assign to a method


def command(*words: str) -> None:
    sys.argv = ["migrate", *words]
    main()


def killed(step: str, seconds: str, *words: str) -> None:
    at(step, threading.Timer(float(seconds), die).start if float(seconds) else die)
    command(*words)


def stopped(step: str, *words: str) -> None:
    at(step, lambda: os.kill(os.getpid(), signal.SIGSTOP))
    command(*words)


def leaking(*words: str) -> None:
    setattr(drill_place, "UNSHARE", ("unshare", "--mount", "--ipc", "--"))  # noqa: B010 - it is final to mypy
    command(*words)


KINDS: Mapping[str, Callable[..., None]] = {"killed": killed, "stopped": stopped, "leaking": leaking}

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
