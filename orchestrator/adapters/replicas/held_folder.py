"""A folder of ours beside a standby's data, held by one command at a time.

It is named by the replica: who comes later finds it by that name. A lock of the machine's kernel on it tells whether
somebody is at work there, and goes with the session that holds it.
"""

from __future__ import annotations

import shlex
from hashlib import sha256
from pathlib import PurePosixPath

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.errors import Locked
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.replica import Replica
from orchestrator.ports.move import Session, Sessions


def mark_of(replica: Replica) -> str:
    """Return what tells a replica from every other one in names: 12 letters."""
    return sha256(f"{replica.system} {replica.key}".encode()).hexdigest()[:12]


def folder_of(what: str, replica: Replica) -> str:
    """Return the name of the folder that is for `what`; a socket's path has room for 107 bytes."""
    return f"migrate-{what}-{mark_of(replica)}"


class HeldFolder:
    """The folder on one standby's machine; making the object touches nothing.

    Args:
        what: it is for, such as `drill`.
        server: the standby.
        sessions: kept open; one for each voice.
        guards: opens sessions of their own, for the one that holds the lock.
        data: the standby's data folder; empty: the standby tells.
    """

    def __init__(
        self, what: str, replica: Replica, server: DatabaseServer, sessions: Sessions, guards: Sessions, data: str = ""
    ) -> None:
        self._name = folder_of(what, replica)
        self._system = replica.system
        self._server = server
        self._sessions = sessions
        self._guards = guards
        self._data = data
        self.guard: Session | None = None  # which knows the folder as `f`

    @property
    def data(self) -> str:
        """The standby's data folder."""
        if not self._data:
            session = self._sessions.open(admin(self._server, "postgres"), seconds=SECONDS)
            self._data = session.ask("SHOW data_directory;", SECONDS)
        return self._data

    @property
    def path(self) -> str:
        """Where it is."""
        return str(PurePosixPath(self.data).parent / self._name)

    def hold(self) -> bool:
        """Make it and hold its lock, or tell that somebody else does; the guard is open either way.

        One that its last holder took away meanwhile is made anew once.
        """
        folder = shlex.quote(self.path)
        for _ in range(2):
            self.release()
            self.guard = self._guards.open(files(self._server), seconds=SECONDS)
            told = self.guard.ask(
                f"f={folder}; mkdir -p -- $f && exec 9<$f && if ! flock -n 9; then echo busy;"
                " elif [ $f -ef /proc/self/fd/9 ]; then echo held; else echo gone; fi",
                SECONDS,
            )
            if told == "held":
                return True
        return False

    def claim(self, code: str) -> None:
        """Hold it, or refuse by that code.

        Raises:
            Locked: somebody else holds it.
        """
        if not self.hold():
            self.release()
            raise Locked(code, system=self._system)

    def release(self, *, tidy: bool = False) -> None:
        """End the session that holds the lock; `tidy`: a folder in which nothing is goes."""
        if self.guard is not None:
            if tidy:
                self.guard.ask('rmdir -- "$f" 2>/dev/null || :', SECONDS)
            self.guard.close()
            self.guard = None
