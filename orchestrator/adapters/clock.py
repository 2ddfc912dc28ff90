"""The machine's own time; nothing else asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

# A process that runs looks at the clock every second; one that did not for this long was stopped, or its machine was.
_EVERY, _STOPPED = 1.0, 10.0


class RunningTime:
    """Seconds in which this process could run: a deadline must not pass while nobody could keep it.

    Ctrl-Z, a debugger, a paused virtual machine, a laptop that slept: what was waited for may be long there, and the
    first look afterwards must not be the last. Linux's own monotonic clock leaves out only the machine's suspension.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._mutex = threading.Lock()
        self._last = monotonic()
        self._lost = 0.0

    def seconds(self) -> float:
        """Return seconds from an arbitrary start, without those in which the process was stopped."""
        with self._mutex:
            now = self._monotonic()
            if now - self._last > _STOPPED:
                self._lost += now - self._last - _EVERY
            self._last = now
            return now - self._lost

    def watch(self) -> None:
        """Look every second, in a thread of its own: so whoever looks seldom is not taken for stopped."""
        while True:
            time.sleep(_EVERY)
            self.seconds()


@cache
def _watched() -> RunningTime:
    made = RunningTime()
    threading.Thread(target=made.watch, daemon=True).start()
    return made


def waited_seconds() -> float:
    """Return seconds from an arbitrary start as others lived them: also those in which we, or the machine, stood still.

    For promises to somebody who waits outside, whom our being stopped does not spare.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def running_seconds() -> float:
    """Return `RunningTime.seconds` of this process; its watch begins with the first look."""
    return _watched().seconds()


class SystemClock:
    """The `Clock` port on this machine."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back; time in which we were stopped does not count."""
        return running_seconds()

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        time.sleep(max(0.0, duration.total_seconds()))


class WaitedClock(SystemClock):
    """The `Clock` port where clients wait until we are done: its seconds are theirs."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back; time in which we were stopped counts."""
        return waited_seconds()
