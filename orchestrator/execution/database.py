"""The engine's database: SQLite in the state folder, or PostgreSQL by its URL; opened, prepared, locked."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from orchestrator.errors import MigrateError
from orchestrator.execution.lease import LOCKS, Lease, Session, holder

# Sessions of minutes or days: a firewall must see life in them, and a dead line must show within a minute.
_ALIVE: Mapping[str, Any] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # ms
}


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
    def lease(self, command: str) -> Iterator[Callable[[], None]]:
        """Hold the programme on PostgreSQL while a run lasts, whatever machine it is on; give `Lease.keep`.

        With SQLite the lock on the state folder says the same, so nothing is done here.

        Raises:
            Locked: `run.locked-elsewhere`, with what PostgreSQL knows of the holder.
        """
        if not self.url:
            yield lambda: None
            return
        name = f"migrate: {command}"[:63]
        with self._answering():
            lease = Lease(lambda: self._connect(name), self._key)
        with closing(lease):
            lease.take()
            yield lease.keep

    def holder(self) -> Mapping[str, object] | None:
        """Return what PostgreSQL knows of who holds the programme; None when nobody does, and with SQLite."""
        if not self.url:
            return None
        with self._session() as session:
            return holder(session, self._key)

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
    def _session(self) -> Iterator[Session]:
        with self._answering():
            session = self._connect("migrate")
        with session:
            yield session

    def _connect(self, name: str) -> Session:
        plain = sa.make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True, application_name=name, connect_timeout=10, **_ALIVE)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except psycopg.OperationalError as error:
            # The driver's words name host and user, never the password.
            shown = sa.make_url(self.url).render_as_string(hide_password=True)
            raise MigrateError("run.database", url=shown, error=str(error).strip().splitlines()[0]) from None


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
