"""Stands in for `ansible-playbook`: asks the kernel to end it with its parent, then becomes the real one.

Run as a plain file, so that it starts in milliseconds: the standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent and execute ansible-playbook with the same arguments."""
    parent = os.getppid()
    # SIGTERM, not SIGKILL: ansible-playbook passes it on to its workers' process groups.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(1)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "ansible", "playbook", *sys.argv[1:]])  # noqa: S606 - ourselves


if __name__ == "__main__":
    main()
