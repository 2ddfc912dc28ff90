"""The first thing that went wrong with a disk in a run: whoever is about to begin something looks here."""

from __future__ import annotations

import sqlite3
import threading

from orchestrator.errors import StorageError

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that speak of the disk → the code of our words.
_DISK = {
    sqlite3.SQLITE_FULL: "storage.full",
    sqlite3.SQLITE_READONLY: "storage.read-only",
    sqlite3.SQLITE_IOERR: "storage.broken",
    sqlite3.SQLITE_CANTOPEN: "storage.broken",
    sqlite3.SQLITE_PERM: "storage.forbidden",
    sqlite3.SQLITE_AUTH: "storage.forbidden",
    sqlite3.SQLITE_CORRUPT: "storage.database",
    sqlite3.SQLITE_NOTADB: "storage.database",
}
# Of PostgreSQL: SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_SQLSTATE = {
    "53100": "storage.full",
    "25006": "storage.read-only",
    "58030": "storage.broken",
    "XX001": "storage.database",
    "XX002": "storage.database",
}


class Trouble:
    """Remembers the first storage error; threads may share it."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self.first: StorageError | None = None

    def note(self, error: StorageError) -> StorageError:
        """Remember the error if it is the first, and return it."""
        with self._mutex:
            self.first = self.first or error
        return error


def database_error(error: BaseException | None, path: str) -> StorageError | None:
    """Return what a database's driver raised as an error of storage; None if it is about something else."""
    if isinstance(error, sqlite3.Error):
        code = _DISK.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # the low byte: SQLite extends its codes above
    else:
        code = _SQLSTATE.get(str(getattr(error, "sqlstate", "")))
    return StorageError(code, path=path, error=str(error).strip().split("\n")[0]) if code else None
