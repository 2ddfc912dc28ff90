"""What a process of a playbook run settles with the kernel: whose it is, with whom it ends, and whom it ends.

The kernel's word instead of a list of our own: nobody below a process that adopts can get away from it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time

from orchestrator.adapters.ansible.processes import PROC, TOKEN, fields_of
from orchestrator.adapters.clock import running_seconds

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_ENV_START = 47  # of the fields from the state on, see proc(5)
_PATIENCE = 5.0  # seconds that killed processes are given to disappear


def carry(token: str) -> None:
    """Carry another token of the same length from now on, where the kernel shows what environment we were born with.

    For forked processes: what a program sets in its environment afterwards, nobody sees from outside.

    Raises:
        OSError: it cannot be written, or there is none to write over.
    """
    born = (PROC / "self" / "environ").read_bytes()
    place = TOKEN.search(born.decode("ascii", "replace"))
    if place is None or len(place[0]) != len(token):
        raise OSError(f"there is no token to write {token} over")
    begin = int(fields_of(PROC / "self")[_ENV_START]) + place.start()
    with (PROC / "self" / "mem").open("r+b", buffering=0) as memory:
        memory.seek(begin)
        memory.write(token.encode())
    if token.encode() not in (PROC / "self" / "environ").read_bytes():
        raise OSError(f"{token} was not written")


def adopt() -> None:
    """Become the parent of every process below us whose own parent dies."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def tie_to(parent: int) -> None:
    """End with the parent, whose pid is given because it may have died already."""
    # SIGTERM, not SIGKILL: ansible-playbook passes it on to its workers' process groups.
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def end_children() -> bool:
    """Kill everything below us, after `adopt`; tell whether nothing is left.

    Nothing can hide: it is over when the kernel says that we have no child.
    """
    limit = running_seconds() + _PATIENCE
    while running_seconds() < limit:
        with contextlib.suppress(OSError):  # a thread of ours that ended meanwhile
            for thread in (PROC / "self" / "task").iterdir():
                for pid in (thread / "children").read_text().split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return True
        time.sleep(0.005)
    return False
