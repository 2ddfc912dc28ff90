"""The engine's database: SQLite in the state folder, or PostgreSQL by its URL; opened, prepared, locked.

The drivers and the engine are imported where they are used: a command that only sees that nothing was ever run, such as
a first dry run, does not wait a second for them.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from orchestrator.errors import MigrateError, StorageError, storing
from orchestrator.execution.lease import LOCKS, Lease, holder
from orchestrator.execution.trouble import Trouble, database_error

if TYPE_CHECKING:
    import sqlalchemy as sa
    from dbos import DBOSClient

    from orchestrator.execution.lease import Session

# Sessions of minutes or days: a firewall must see life in them, and a dead line must show within a minute.
_ALIVE: Mapping[str, Any] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # ms
}
# What the server looks after, of sessions that others wait for: a transaction in which nothing happens ends before its
# worker is taken for dead, and a session whose machine is gone gives the worker's name back in half a minute.
_SHARED = {
    "idle_in_transaction_session_timeout": 4000,  # ms
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
_READING = ("busy_timeout=1000", "query_only=ON")
_WRITING = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the engine keeps its workflows.

    Attributes:
        programme: slug; several programmes may share one PostgreSQL database.
        file: the SQLite file, used when `url` is empty.
        url: `postgresql://…`; the database exists, its tables need not.
        log: file for the engine's own log; nothing of it goes to the terminal.
        trouble: where the first error of the disk below is remembered, whichever thread met it.
        reading: whoever opens it can write nothing, and makes nobody wait who does.
        shared: others write too: the server ends a transaction of ours in which nothing happens, and a session whose
            machine is gone, for whoever stands still or is cut off would make them wait.
    """

    programme: str
    file: Path
    url: str = ""
    log: Path
    trouble: Trouble = field(default_factory=Trouble, compare=False)
    reading: bool = False
    shared: bool = False

    @property
    def application(self) -> str:
        """The engine's name for the programme; it allows lower case letters, digits, - and _."""
        return f"migrate-{self.programme}"

    def exists(self) -> bool:
        """Tell whether anything was ever run.

        Raises:
            StorageError: the database is damaged, or the disk does not give it.
        """
        if not self.url:
            # A kill may leave the file without its tables: then nothing was ever run.
            return self.file.is_file() and bool(self._ask("SELECT 1 FROM sqlite_master WHERE name = 'workflow_status'"))
        with self._session() as session:
            found = session.execute("SELECT to_regclass('dbos.workflow_status')").fetchone()
        return bool(found and found[0])

    def damage(self) -> str:
        """Return what is wrong with SQLite's file, in the driver's words; nothing when it is whole or not there.

        Raises:
            StorageError: nobody could look, because of the disk.
        """
        if self.url or not self.file.is_file():
            return ""
        try:
            found = self._ask("PRAGMA quick_check(1)")
        except StorageError as error:
            if error.code != "storage.database":
                raise
            return str(error.values["error"])
        return "" if found == "ok" else str(found)

    def _ask(self, query: str) -> object:
        """Return the first value that SQLite answers; asked without the library, which takes longer to load."""
        address = f"file:{quote(str(self.file))}?mode={'ro' if self.reading else 'rw'}"
        try:
            with closing(sqlite3.connect(address, uri=True)) as connection:
                for pragma in _READING if self.reading else _WRITING:
                    connection.execute(f"PRAGMA {pragma}")
                found = connection.execute(query).fetchone()
        except sqlite3.Error as error:
            told = database_error(error, str(self.file))
            raise (self.trouble.note(told) if told else error) from error
        return found[0] if found else None

    def prepare(self) -> None:
        """Bring the tables to the engine's version, before any worker or client looks at them.

        The caller holds the programme's lock. Other programmes in the same PostgreSQL database may
        come at the same time, and the engine's migration is not atomic for them: so one by one.
        """
        from dbos import DBOS

        self.log_to_file()
        if not self.url:
            with self.telling(), storing(self.file):
                self.file.touch(mode=0o600)
                DBOS.migrate(f"sqlite:///{self.file}")
            return
        with self._session() as session:
            session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, 0))
            DBOS.migrate(self.url)

    def engine(self) -> sa.Engine:
        """Return an engine on the same database, for tables of our own; the caller disposes of it."""
        import sqlalchemy as sa

        if not self.url:
            return self._sqlite()
        return sa.create_engine(
            self._address.set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": 10, **_ALIVE}
        )

    @property
    def shown(self) -> str:
        """Where the database is, for people; never with a password."""
        import sqlalchemy as sa

        return sa.make_url(self.url).render_as_string(hide_password=True) if self.url else str(self.file)

    def options(self) -> dict[str, Any]:
        """Return what tells the engine or its client where the database is."""
        if self.url:
            return {"system_database_url": self._address.render_as_string(hide_password=False)}
        return {"system_database_engine": self._sqlite()}

    @property
    def _address(self) -> sa.URL:
        import sqlalchemy as sa

        url = sa.make_url(self.url)
        options = ["-cdefault_transaction_read_only=on"] if self.reading else []
        options += [f"-c{name}={value}" for name, value in _SHARED.items()] if self.shared else []
        return url.update_query_dict({"options": " ".join(options)}) if options else url

    def _sqlite(self) -> sa.Engine:
        return _sqlite(self.file, self.trouble, reading=self.reading)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell what the driver says of the disk, where the engine works on connections of its own.

        Raises:
            StorageError: the disk does not take or give what is asked for, or the database is damaged.
        """
        import sqlalchemy as sa

        try:
            yield
        except sa.exc.DBAPIError as error:
            found = database_error(error.orig, self.shown)
            raise (self.trouble.note(found) if found else error) from error

    @contextmanager
    def client(self) -> Iterator[DBOSClient]:
        """Give a client that reads and cancels; it never runs a workflow."""
        from dbos import DBOSClient, DBOSPortableJSONSerializer

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
    def lease(self, command: str, *, among: str = "") -> Iterator[Callable[[], None]]:
        """Hold the programme on PostgreSQL while a run lasts, whatever machine it is on; give `Lease.keep`.

        With SQLite the lock on the state folder says the same, so nothing is done here.

        Args:
            command: who holds it, for people.
            among: hold it together with others, and alone only the part of this name, such as one worker's.

        Raises:
            Locked: `run.locked-elsewhere`, with what PostgreSQL knows of the holder.
        """
        if not self.url:
            yield lambda: None
            return
        name = f"migrate: {command}"[:63]
        with self._answering():
            key, shared = (self.key_of(among), self._key) if among else (self._key, None)
            lease = Lease(lambda: self._connect(name), key, shared=shared)
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

    def key_of(self, what: str) -> int:
        """Return the key of a lock of the programme beside its lease, such as a worker's."""
        return zlib.crc32(f"{self.programme}/{what}".encode()) - 2**31

    def log_to_file(self) -> None:
        """Send the engine's log to its file; done before the engine would send it to the terminal."""
        logger = logging.getLogger("dbos")
        if any(getattr(handler, "baseFilename", "") == str(self.log.absolute()) for handler in logger.handlers):
            return
        logger.handlers.clear()
        logger.propagate = False
        handler = _Log(self.log, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._answering():
            session = self._connect("migrate")
        with session:
            yield session

    def _connect(self, name: str) -> Session:
        import psycopg

        address = self._address
        # Not as one URL: the library that reads it takes the `+` that stands for a space as it is.
        query = {name: each if isinstance(each, str) else ",".join(each) for name, each in address.query.items()}
        told = {**address.translate_connect_args(username="user", database="dbname"), **query, **_ALIVE}
        return psycopg.connect(**{**told, "application_name": name, "connect_timeout": 10, "autocommit": True})

    @contextmanager
    def _answering(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.OperationalError as error:
            # The driver's words name host and user, never the password.
            raise MigrateError("run.database", url=self.shown, error=str(error).strip().splitlines()[0]) from None


class _Log(logging.FileHandler):
    """A log that may be cut short: what stops a run is told by the run, and on a full disk by it alone."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line; the library would print a traceback for each."""


def _sqlite(file: Path, trouble: Trouble, *, reading: bool) -> sa.Engine:
    """Return an engine that readers of other processes do not block.

    One that is `reading` opens the file read-only (https://www.sqlite.org/uri.html): it writes nothing, and its close
    is no checkpoint, for which it would need the write lock.

    WAL lets `migrate status` read while a batch writes. `synchronous=FULL`: a step that was told as
    done stays done after a power cut; one more fsync per step is nothing beside a step of minutes.
    """
    import sqlalchemy as sa

    address = f"sqlite:///file:{quote(str(file))}?mode=ro&uri=true" if reading else f"sqlite:///{file}"
    engine = sa.create_engine(address, pool_size=20, max_overflow=20)
    pragmas = _READING if reading else _WRITING

    @sa.event.listens_for(engine, "connect")
    def tune(connection: Any, _record: Any) -> None:
        # Writers take the lock when they begin: two that upgrade from reading would deadlock each other.
        connection.isolation_level = "IMMEDIATE"
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "handle_error", retval=True)
    def tell(context: sa.engine.ExceptionContext) -> BaseException | None:
        # Raised in the place of the driver's error, so that the engine takes it for no failure of a workflow's own.
        found = database_error(context.original_exception, str(file))
        return trouble.note(found) if found else None

    return engine
