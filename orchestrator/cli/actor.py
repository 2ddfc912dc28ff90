"""Who is at work, as the kernel knows it; what the environment says stands beside it and never alone."""

from __future__ import annotations

import os
import pwd
import socket
from pathlib import Path

_NOBODY_LOGGED_IN = 2**32 - 1  # (uid_t) -1 in /proc/self/loginuid: no login session, such as a service
_LONGEST = 64


def actor() -> str:
    """Return the real user and the machine; then the effective user and the login's, where they differ; then sudo's.

    The login's user is kept by the kernel's audit over `su` and `sudo` (proc(5), loginuid). One line of printable
    characters.
    """
    real, effective, login = os.getuid(), os.geteuid(), login_uid()
    told = [f"{name_of(real)}@{_printable(socket.gethostname())}"]
    if effective != real:
        told.append(f"euid={name_of(effective)}")
    if login is not None and login != real:
        told.append(f"login={name_of(login)}")
    said = os.environ.get("SUDO_USER", "")
    if said and said != name_of(real):
        told.append(f"sudo={_printable(said)}")
    return " ".join(told)


def login_uid() -> int | None:
    """Return who logged in, or None if nobody did or this kernel keeps no such record."""
    try:
        found = int(Path("/proc/self/loginuid").read_text())
    except (OSError, ValueError):
        return None
    return None if found == _NOBODY_LOGGED_IN else found


def name_of(uid: int) -> str:
    """Return a user's name, or the number of one without."""
    try:
        return _printable(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return str(uid)


def _printable(text: str) -> str:
    """Return a word without spaces: it must not look like another part of the line."""
    return "".join(sign if sign.isprintable() and not sign.isspace() else "?" for sign in text)[:_LONGEST]
