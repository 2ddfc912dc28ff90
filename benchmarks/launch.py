"""Runs one command and says what it cost: `python -I -S launch.py REPORT COMMAND [ARGUMENT]…`.

A process of its own, because peak memory is inherited: a command started by a large process is born with that
process's peak. Whatever the command leaves behind (ssh's connection masters) comes to us when its parent ends;
it is ended and its CPU time is counted.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE = 5.0  # seconds that leftovers are given after SIGTERM


def _reap(until: float) -> bool:
    """Collect ended children; tell whether none is left at `until`, a point of the monotonic clock."""
    while True:
        try:
            pid, _, _ = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if not pid:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)


def _signal_children(number: signal.Signals) -> None:
    with open(f"/proc/self/task/{os.getpid()}/children") as children:  # noqa: PTH123 - pathlib would cost memory
        for pid in children.read().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), number)


def main() -> None:
    """Run the command, write the report, and end as it ended."""
    report, command = sys.argv[1], sys.argv[2:]
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - began
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal_children(number)
        if _reap(time.monotonic() + _PATIENCE):
            break
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "wall_seconds": wall,
        "cpu_seconds": children.ru_utime + children.ru_stime,
        "peak_kib": usage.ru_maxrss,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(report, "w") as file:  # noqa: PTH123
        json.dump(told, file)
    sys.exit(0)


if __name__ == "__main__":
    main()
