"""Where checkpoints are sent: a file elsewhere, and syslog. Each raises `OSError` when it does not take one."""

from __future__ import annotations

import errno
import os
import socket
import stat
from logging.handlers import SysLogHandler
from pathlib import Path

from orchestrator.adapters.evidence.checkpoint import Outlet

_OURS = b'{"checkpoint":'
# facility authpriv, severity notice (RFC 5424, section 6.2.1)
_PRIORITY = SysLogHandler.LOG_AUTHPRIV << 3 | SysLogHandler.LOG_NOTICE
_PATIENCE = 5.0  # seconds


def to_file(path: Path) -> Outlet:
    """Return an outlet that appends to a file, such as one on a share that only grows.

    The path stands in a programme that somebody else may have written: nothing is appended to what is not a file of
    checkpoints already, or new.
    """

    def send(line: str) -> None:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or (found.st_size and os.pread(file, len(_OURS), 0) != _OURS):
                raise OSError(errno.EEXIST, f"{path}: no file of checkpoints")
            os.write(file, f"{line}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)

    return send


def to_syslog(address: str) -> Outlet:
    """Return an outlet to a syslog's socket, or over UDP to `HOST:PORT`; a checkpoint is one message."""

    def send(line: str) -> None:
        message = f"<{_PRIORITY}>migrate: {line}".encode()
        if address.startswith("/"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
                local.settimeout(_PATIENCE)
                local.sendto(message, address)
            return
        host, _, port = address.rpartition(":")
        family, kind, proto, _, place = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as remote:
            remote.sendto(message, place)

    return send
