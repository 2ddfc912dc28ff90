"""Who works on a programme: one row for each worker, its heartbeat by the database's clock, and the places it holds.

All of it stands in PostgreSQL, beside the engine's tables. A worker that has not been heard of for `GONE` seconds is
taken for dead by whoever looks; one that could not be heard of for `SILENT` has ended itself before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from orchestrator.errors import Locked, MigrateError, TakenOver
from orchestrator.execution.database import Database
from orchestrator.execution.lease import LOCKS
from orchestrator.model.reach import Labels, read, text
from orchestrator.model.worker import GONE, Worker

BEAT = 1.0  # seconds between two heartbeats
SILENT = 4.0  # seconds after its last heartbeat in which a worker that gets none through ends itself

_TABLES = (
    """CREATE TABLE IF NOT EXISTS migrate_workers (
        programme text NOT NULL, executor text NOT NULL, name text NOT NULL, serves text NOT NULL, host text NOT NULL,
        version text NOT NULL, since timestamptz NOT NULL, beat timestamptz NOT NULL, ended timestamptz,
        why text NOT NULL DEFAULT '', taken_by text NOT NULL DEFAULT '', head text NOT NULL DEFAULT '',
        PRIMARY KEY (programme, executor))""",
    """CREATE TABLE IF NOT EXISTS migrate_places (
        programme text NOT NULL, executor text NOT NULL, workflow text NOT NULL, system text NOT NULL,
        cloud text NOT NULL, department text NOT NULL, since timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (programme, system, cloud))""",
    """CREATE TABLE IF NOT EXISTS migrate_intents (
        programme text NOT NULL, key text NOT NULL, executor text NOT NULL,
        since timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (programme, key))""",
)
# What the driver says of a session that has ended, whoever ended it.
_AWAY = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.InterfaceError)
# What every folder of the programme has in common: which it is, and whose key the servers let in.
_FOLDER = """CREATE TABLE IF NOT EXISTS migrate_folders (
    programme text PRIMARY KEY, state text NOT NULL, key text NOT NULL)"""
_WORKER = (
    "SELECT executor, name, serves, host, since, beat, ended, why, taken_by, head, clock_timestamp() AS now"
    " FROM migrate_workers WHERE programme = :programme"
)
# Held until the end of the transaction that asks, so that nobody is taken for dead between the question and the deed.
_STILL = (
    "SELECT 1 FROM migrate_workers WHERE programme = :programme AND executor = :executor AND ended IS NULL FOR SHARE"
)
# Whether the place is ours already, whether the system has a step there, and how many others there are.
_BESIDE = (
    "SELECT count(*) FILTER (WHERE executor = :executor AND workflow = :workflow AND system = :system"
    " AND cloud = :cloud), count(*) FILTER (WHERE system = :system AND cloud = :cloud),"
    " count(DISTINCT system) FILTER (WHERE system <> :system AND cloud = :cloud),"
    " count(DISTINCT system) FILTER (WHERE system <> :system AND department = :department)"
    " FROM migrate_places WHERE programme = :programme"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A step's place among all that run: who does it, of which attempt, and what it counts for.

    `cloud` is empty for a step of the whole system.
    """

    executor: str
    workflow: str
    system: str
    cloud: str
    department: str


class Roster:
    """The workers of one programme, for whoever has the database; threads may share it."""

    def __init__(self, database: Database, engine: sa.Engine) -> None:
        self._engine = engine
        self._programme = database.programme
        self._shown = database.shown
        self._key = database.key_of("places")

    def ensure(self) -> None:
        """Make the tables; whoever comes at the same time waits."""
        with self._connection() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:locks, 0)"), {"locks": LOCKS})
            for table in (*_TABLES, _FOLDER):
                connection.execute(sa.text(table))

    def agree(self, state: str, key: str) -> None:
        """Check that a folder is the programme's like every other's: same id, same key of the guests; the first says.

        Raises:
            Locked: `worker.another-folder`.
        """
        self._do(
            "INSERT INTO migrate_folders (programme, state, key) VALUES (:programme, :state, :key)"
            " ON CONFLICT (programme) DO NOTHING",
            state=state,
            key=key,
        )
        with self._connection() as connection:
            query = "SELECT state, key FROM migrate_folders WHERE programme = :programme"
            known = tuple(connection.execute(sa.text(query), {"programme": self._programme}).one())
        if known != (state, key):
            raise Locked("worker.another-folder", state=state, known=known[0], same=known[0] == state)

    def require_version(self, version: str) -> None:
        """Check that who works now is of the same version: another one's steps may be others.

        Raises:
            Locked: `worker.another-version`.
        """
        query = (
            "SELECT name, host, version FROM migrate_workers WHERE programme = :programme AND ended IS NULL"
            " AND version <> :version LIMIT 1"
        )
        with self._connection() as connection:
            values = {"programme": self._programme, "version": version}
            other = connection.execute(sa.text(query), values).mappings().first()
        if other is not None:
            raise Locked("worker.another-version", ours=version, **other)

    def enter(self, executor: str, name: str, serves: Labels, *, host: str, version: str) -> None:
        """Put a worker's row down: from now on it is alive."""
        self._do(
            "INSERT INTO migrate_workers (programme, executor, name, serves, host, version, since, beat)"
            " VALUES (:programme, :executor, :name, :serves, :host, :version, clock_timestamp(), clock_timestamp())",
            executor=executor,
            name=name,
            serves=text(serves),
            host=host,
            version=version,
        )

    def beat(self, executor: str, head: str) -> bool:
        """Tell that a worker is alive; False when it was taken for dead meanwhile, and is nobody any more."""
        return bool(
            self._do(
                "UPDATE migrate_workers SET beat = clock_timestamp(), head = :head"
                " WHERE programme = :programme AND executor = :executor AND ended IS NULL",
                executor=executor,
                head=head,
            )
        )

    def leave(self, executor: str, why: str, head: str) -> None:
        """Put down that a worker has ended, after its last step; what it held is free."""
        self._do(
            "UPDATE migrate_workers SET ended = clock_timestamp(), why = :why, head = :head"
            " WHERE programme = :programme AND executor = :executor AND ended IS NULL",
            executor=executor,
            why=why,
            head=head,
        )
        self._do("DELETE FROM migrate_places WHERE programme = :programme AND executor = :executor", executor=executor)

    def bury(self, by: str) -> None:
        """Put down as dead who was not heard of for `GONE` seconds, and free what the dead held.

        Whoever comes first does it; a heartbeat that arrives later finds the row ended, and so does a step.
        """
        self._do(
            "UPDATE migrate_workers SET ended = clock_timestamp(), why = 'gone', taken_by = :by"
            " WHERE programme = :programme AND ended IS NULL"
            " AND beat < clock_timestamp() - make_interval(secs => :gone)",
            by=by,
            gone=GONE,
        )
        self._do(
            "DELETE FROM migrate_places p USING migrate_workers w WHERE p.programme = :programme"
            " AND w.programme = p.programme AND w.executor = p.executor AND w.ended IS NOT NULL"
        )

    def workers(self) -> tuple[Worker, ...]:
        """Return every worker there ever was, the latest first; none before the first."""
        with self._connection() as connection:
            if not connection.execute(sa.text("SELECT to_regclass('migrate_workers')")).scalar():
                return ()
            rows = list(connection.execute(sa.text(f"{_WORKER} ORDER BY since DESC"), {"programme": self._programme}))
            held = connection.execute(
                sa.text("SELECT executor, system, cloud FROM migrate_places WHERE programme = :programme"),
                {"programme": self._programme},
            )
            steps: dict[str, list[tuple[str, str]]] = {}
            for executor, system, cloud in held:
                steps.setdefault(str(executor), []).append((str(system), str(cloud)))
        return tuple(_worker(row, tuple(sorted(steps.get(str(row.executor), ())))) for row in rows)

    # Places: how much runs at a time, over all workers

    def take(self, place: Place, *, on_cloud: int, in_department: int) -> bool:
        """Take a place for a step if the limits leave one; twice is the same as once.

        One after the other, so that nobody counts past another. Of one system and cloud there is one step at a time,
        whichever attempt it is of. Who was taken for dead gets none.

        Args:
            place: for which step, of whom.
            on_cloud: how many systems may have a step on that cloud.
            in_department: how many systems of the department may have one.
        """
        told = {"programme": self._programme, **asdict(place)}
        with self._connection() as connection:
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(:locks, :key)"), {"locks": LOCKS, "key": self._key}
            )
            if connection.execute(sa.text(_STILL), told).scalar() is None:
                return False
            found = connection.execute(sa.text(_BESIDE), told).one()
            if found[0]:  # taken before, by a question whose answer was lost
                return True
            if found[1] or (place.cloud and found[2] >= on_cloud) or found[3] >= in_department:
                return False
            connection.execute(
                sa.text(
                    "INSERT INTO migrate_places (programme, executor, workflow, system, cloud, department)"
                    " VALUES (:programme, :executor, :workflow, :system, :cloud, :department)"
                ),
                told,
            )
        return True

    def give(self, place: Place) -> None:
        """Give a step's place back."""
        self._do(
            "DELETE FROM migrate_places WHERE programme = :programme AND executor = :executor"
            " AND workflow = :workflow AND system = :system AND cloud = :cloud",
            **asdict(place),
        )

    # Intents: creates whose answer nobody has recorded

    def intend(self, executor: str, key: str) -> None:
        """Put down that a create is about to be sent; a worker that was taken for dead sends none.

        Raises:
            TakenOver: `worker.taken-over`.
        """
        told = {"programme": self._programme, "executor": executor, "key": key}
        with self._connection() as connection:
            if executor and connection.execute(sa.text(_STILL), told).scalar() is None:
                raise TakenOver("worker.taken-over", worker=executor)
            connection.execute(
                sa.text(
                    "INSERT INTO migrate_intents (programme, key, executor) VALUES (:programme, :key, :executor)"
                    " ON CONFLICT (programme, key) DO UPDATE SET executor = :executor, since = clock_timestamp()"
                ),
                told,
            )

    def answered(self, key: str) -> None:
        """Put down that the answer is known."""
        self._do("DELETE FROM migrate_intents WHERE programme = :programme AND key = :key", key=key)

    def intended(self, key: str) -> bool:
        """Tell whether a create was announced, by whomever, and its answer is not known."""
        query = "SELECT 1 FROM migrate_intents WHERE programme = :programme AND key = :key"
        with self._connection() as connection:
            values = {"programme": self._programme, "key": key}
            return connection.execute(sa.text(query), values).scalar() is not None

    def _do(self, statement: str, **values: object) -> int:
        with self._connection() as connection:
            return connection.execute(sa.text(statement), {"programme": self._programme, **values}).rowcount

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except _AWAY as error:
            first = (str(error.orig).strip().splitlines() or [""])[0]
            raise MigrateError("run.database", url=self._shown, error=first) from None


def _worker(row: sa.Row[tuple[object, ...]], steps: tuple[tuple[str, str], ...]) -> Worker:
    told = row._mapping
    return Worker(
        executor=told["executor"],
        name=told["name"],
        serves=read(told["serves"]),
        host=told["host"],
        since=told["since"],
        silent=(told["now"] - told["beat"]).total_seconds(),
        ended=told["ended"],
        why=told["why"],
        taken_by=told["taken_by"],
        head=told["head"],
        steps=steps,
    )
