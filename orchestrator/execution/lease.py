"""Who may run a programme, over all machines: a lock in PostgreSQL that lives as long as its session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from orchestrator.errors import Locked, TakenOver

if TYPE_CHECKING:
    import psycopg

    Session: TypeAlias = psycopg.Connection[Any]

# First key of our session advisory locks, apart from whatever else lives in the same database.
LOCKS = 77


class Lease:
    """A programme of ours. A session's end, however it ends, gives it back; no note can go stale.

    Of those that share a programme each holds a part of it alone, and the whole together with the others.
    """

    def __init__(self, connect: Callable[[], Session], key: int, *, shared: int | None = None) -> None:
        self._connect = connect
        self._key = key
        self._shared = shared
        self._mutex = threading.Lock()
        self._session = connect()
        self._identity = _identity(self._session)

    def take(self) -> None:
        """Take the lock.

        Raises:
            Locked: `run.locked-elsewhere`, with what PostgreSQL knows of the holder.
        """
        if not self._try():
            raise Locked("run.locked-elsewhere", **self._other())

    def keep(self) -> None:
        """See that the lock is ours; take it anew if a restart, a failover or a firewall has ended its session.

        A database that does not answer is asked at the next look: until it does, the engine records no step
        and nobody else begins.

        Raises:
            TakenOver: `run.lease-lost`: somebody else took it meanwhile.
        """
        import psycopg

        with self._mutex:  # of several turns of a night one asks, and one reconnects
            try:
                self._take_again()
            except psycopg.OperationalError:
                with suppress(psycopg.OperationalError):
                    self._reconnect()
                    self._take_again()

    def close(self) -> None:
        """Give the lock back."""
        self._session.close()

    def _take_again(self) -> None:
        if not self._try():
            raise TakenOver("run.lease-lost", **self._other())

    def _try(self) -> bool:
        """Take the lock if nobody else has it; a session that has it may take it again."""
        if self._shared is not None and not self._ask("pg_try_advisory_lock_shared", self._shared):
            return False
        return self._ask("pg_try_advisory_lock", self._key)

    def _ask(self, lock: str, key: int) -> bool:
        taken = self._session.execute(f"SELECT {lock}(%s, %s)", (LOCKS, key)).fetchone()
        return bool(taken and taken[0])

    def _other(self) -> dict[str, object]:
        keys = [self._key, *([] if self._shared is None else [self._shared])]
        found = (holder(self._session, key, but=self._identity[0]) for key in keys)
        # Nobody: it let go between the two questions.
        return next(filter(None, found), {"host": "?", "since": "?", "command": "?"})

    def _reconnect(self) -> None:
        self._session.close()
        session = self._connect()
        # The server may not know yet that the old session is lost, and must not take it for somebody else's.
        session.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE (pid, backend_start) = (%s, %s)",
            self._identity,
        )
        self._session, self._identity = session, _identity(session)


def holder(session: Session, key: int, *, but: int = 0) -> dict[str, object] | None:
    """Return what PostgreSQL knows of who holds a programme; None when nobody does, `but` the session of that process.

    Of several that share it, the one that has been there longest.
    """
    row = session.execute(
        "SELECT host(a.client_addr), a.backend_start, a.application_name FROM pg_locks l"
        " JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.pid <> %s"
        " ORDER BY a.backend_start LIMIT 1",
        (LOCKS, key % 2**32, but),
    ).fetchone()
    if row is None:
        return None
    address, since, command = row
    return {"host": address or "?", "since": f"{since:%Y-%m-%dT%H:%M:%S%z}", "command": command}


def _identity(session: Session) -> tuple[Any, ...]:
    """Return the session's process and its start: a process number alone is used again."""
    query = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    return session.execute(query).fetchone() or (0, None)
