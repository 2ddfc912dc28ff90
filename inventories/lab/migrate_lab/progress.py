"""The one place that writes to the terminal: a plain line per phase, with the seconds since the command began."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from .errors import NoAnswer

T = TypeVar("T")
_BEGAN = time.monotonic()
_REPEAT_S = 15.0


def out(text: str) -> None:
    """Write one line of a command's result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say(subject: str, text: str) -> None:
    """Write one line of progress."""
    out(f"{time.monotonic() - _BEGAN:7.1f} s  {subject:<15} {text}")


def wait_for(subject: str, what: str, probe: Callable[[], T], *, within: float, pause: float = 0.3) -> T:
    """Return the probe's first true answer, saying every quarter of a minute what is waited for.

    The probe may also raise `OSError` or `NoAnswer`: a service that is not there yet refuses connections.

    Raises:
        NoAnswer: the deadline has passed.
    """
    began, said = time.monotonic(), time.monotonic()
    reason = ""
    while True:
        try:
            if answer := probe():
                return answer
        except (OSError, NoAnswer) as error:
            reason = f" ({error})"
        now = time.monotonic()
        if now - began > within:
            raise NoAnswer(f"{subject}: waited {within:.0f} s in vain for {what}{reason}")
        if now - said > _REPEAT_S:
            say(subject, f"waiting for {what}, {now - began:.0f} s so far{reason}")
            said = now
        time.sleep(pause)
