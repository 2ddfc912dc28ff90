"""A secret in a file of its own: only its owner may read it, and nobody puts a link or a pipe in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from orchestrator.adapters.files import open_own
from orchestrator.errors import MigrateError, Refused

_MOST = 1024


def secret(path: Path, code: str) -> str:
    """Return what is in the file, without the newlines at its end.

    Args:
        path: the file.
        code: what a refusal is called.

    Raises:
        Refused: it cannot be read, others can read it too, or nothing is in it.
    """
    try:
        file = open_own(path, os.O_RDONLY)  # a link or a pipe in its place is told, and waited for by nobody
    except OSError as error:
        raise Refused(code, path=str(path), reason=error.strerror or "?") from error
    except MigrateError as error:
        raise Refused(code, path=str(path), reason=error.code) from error
    with os.fdopen(file, "rb") as opened:
        mode = os.fstat(opened.fileno()).st_mode
        if mode & 0o077:
            raise Refused(code, path=str(path), reason=stat.filemode(mode))
        text = opened.read(_MOST).decode(errors="replace").rstrip("\n")
    if not text or "\0" in text:
        raise Refused(code, path=str(path), reason="-")
    return text
