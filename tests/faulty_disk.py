"""A disk that refuses: what a process writes to files of some name fails as the system lets it fail.

For child processes only: the process keeps the faulty disk to its end.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# SQLite's result code for what the system says, with the driver's words.
_SQLITE = {
    errno.ENOSPC: (sqlite3.SQLITE_FULL, "database or disk is full"),
    errno.EROFS: (sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
    errno.EIO: (sqlite3.SQLITE_IOERR, "disk I/O error"),
}


def break_disk(name: str, number: int, *, after: int = 0) -> None:
    """Let the disk refuse from now on.

    Args:
        name: pattern of the paths that it refuses.
        number: as errno(3) has it.
        after: how many writes succeed before.
    """
    pattern, mutex, left = re.compile(name), threading.Lock(), [after]

    def refuses(path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else f"/proc/self/fd/{path}"
        if isinstance(path, int):
            text = str(Path(text).readlink()) if os.path.lexists(text) else ""
        if not pattern.search(text):
            return False
        with mutex:
            left[0] -= 1
            return left[0] < 0

    def refuse(path: object) -> None:
        if refuses(path):
            raise OSError(number, os.strerror(number), None if isinstance(path, int) else path)

    def before(function: Callable[..., Any], writes: Callable[..., bool] = lambda *_, **__: True) -> Callable[..., Any]:
        def refusing(path: Any, *arguments: Any, **options: Any) -> Any:
            if writes(*arguments, **options):
                refuse(path)
            return function(path, *arguments, **options)

        return refusing

    def by_flags(flags: int, *_: Any, **__: Any) -> bool:
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def by_mode(mode: str = "r", *_: Any, **__: Any) -> bool:
        return bool(set(mode) & set("wax+"))

    os.open = before(os.open, by_flags)
    for call in ("write", "pwrite", "fsync", "mkdir"):
        setattr(os, call, before(getattr(os, call)))
    builtins.open = io.open = before(io.open, by_mode)

    @sa.event.listens_for(sa.Engine, "do_execute")
    def execute(cursor: Any, statement: str, _parameters: Any, context: Any) -> None:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|CREATE)", statement) and refuses(context.engine.url.database):
            code, words = _SQLITE[number]
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            raise error
