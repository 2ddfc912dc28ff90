"""The engine's database: SQLite in the state folder, or PostgreSQL by its URL; opened, prepared, locked."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from orchestrator.errors import Locked, MigrateError

# First key of our session advisory locks, apart from whatever else lives in the same database.
LOCKS = 77


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the engine keeps its workflows.

    Attributes:
        programme: slug; several programmes may share one PostgreSQL database.
        file: the SQLite file, used when `url` is empty.
        url: `postgresql://…`; the database exists, its tables need not.
        log: file for the engine's own log; nothing of it goes to the terminal.
    """

    programme: str
    file: Path
    url: str = ""
    log: Path

    @property
    def application(self) -> str:
        """The engine's name for the programme; it allows lower case letters, digits, - and _."""
        return f"migrate-{self.programme}"

    def exists(self) -> bool:
        """Tell whether anything was ever run."""
        if not self.url:
            return self.file.is_file()
        with self._session() as session:
            found = session.execute("SELECT to_regclass('dbos.workflow_status')").fetchone()
        return bool(found and found[0])

    def prepare(self) -> None:
        """Bring the tables to the engine's version, before any worker or client looks at them.

        The caller holds the programme's lock. Other programmes in the same PostgreSQL database may
        come at the same time, and the engine's migration is not atomic for them: so one by one.
        """
        self.log_to_file()
        if not self.url:
            self.file.touch(mode=0o600)
            DBOS.migrate(f"sqlite:///{self.file}")
            return
        with self._session() as session:
            session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, 0))
            DBOS.migrate(self.url)

    def options(self) -> dict[str, Any]:
        """Return what tells the engine or its client where the database is."""
        return {"system_database_url": self.url} if self.url else {"system_database_engine": _sqlite(self.file)}

    @contextmanager
    def client(self) -> Iterator[DBOSClient]:
        """Give a client that reads and cancels; it never runs a workflow."""
        self.log_to_file()
        options = self.options()
        client = DBOSClient(
            **options,
            serializer=DBOSPortableJSONSerializer(),
            application_name=self.application,
            retry_connection_errors=False,
        )
        try:
            yield client
        finally:
            client.destroy()
            if "system_database_engine" in options:  # the client does not close what it was given
                options["system_database_engine"].dispose()

    @contextmanager
    def lease(self, command: str) -> Iterator[None]:
        """Hold the programme on PostgreSQL while a run lasts, whatever machine it is on.

        A session's end, however it ends, gives the lock back; no note can go stale. With SQLite the
        lock on the state folder says the same, so nothing is done here.

        Raises:
            Locked: `run.locked-elsewhere`, with what PostgreSQL knows of the holder.
        """
        if not self.url:
            yield
            return
        with self._session(f"migrate: {command}"[:63]) as session:
            taken = session.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, self._key)).fetchone()
            if not (taken and taken[0]):
                unknown = {"host": "?", "since": "?", "command": "?"}  # it let go between the two questions
                raise Locked("run.locked-elsewhere", **(_holder(session, self._key) or unknown))
            yield

    def holder(self) -> Mapping[str, object] | None:
        """Return what PostgreSQL knows of who holds the programme; None when nobody does, and with SQLite."""
        if not self.url:
            return None
        with self._session() as session:
            return _holder(session, self._key)

    @property
    def _key(self) -> int:
        return zlib.crc32(self.programme.encode()) - 2**31

    def log_to_file(self) -> None:
        """Send the engine's log to its file; done before the engine would send it to the terminal."""
        logger = logging.getLogger("dbos")
        if any(getattr(handler, "baseFilename", "") == str(self.log.absolute()) for handler in logger.handlers):
            return
        logger.handlers.clear()
        logger.propagate = False
        handler = logging.FileHandler(self.log, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)

    @contextmanager
    def _session(self, name: str = "migrate") -> Iterator[psycopg.Connection[Any]]:
        url = sa.make_url(self.url)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            session = psycopg.connect(plain, autocommit=True, application_name=name, connect_timeout=10)
        except psycopg.OperationalError as error:
            # The driver's words name host and user, never the password.
            shown = url.render_as_string(hide_password=True)
            raise MigrateError("run.database", url=shown, error=str(error).strip().splitlines()[0]) from None
        with session:
            yield session


def _sqlite(file: Path) -> sa.Engine:
    """Return an engine that readers of other processes do not block.

    WAL lets `migrate status` read while a batch writes. `synchronous=FULL`: a step that was told as
    done stays done after a power cut; one more fsync per step is nothing beside a step of minutes.
    """
    engine = sa.create_engine(f"sqlite:///{file}", pool_size=20, max_overflow=20)

    @sa.event.listens_for(engine, "connect")
    def tune(connection: Any, _record: Any) -> None:
        # Writers take the lock when they begin: two that upgrade from reading would deadlock each other.
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _holder(session: psycopg.Connection[Any], key: int) -> dict[str, object] | None:
    row = session.execute(
        "SELECT host(a.client_addr), a.backend_start, a.application_name FROM pg_locks l"
        " JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s",
        (LOCKS, key % 2**32),
    ).fetchone()
    if row is None:
        return None
    address, since, command = row
    return {"host": address or "?", "since": f"{since:%Y-%m-%dT%H:%M:%S%z}", "command": command}
