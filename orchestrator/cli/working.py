"""What every command among workers asks for first: a database that can be shared, and the programme's own folder."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from orchestrator.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.adapters.state import StateFolder
    from orchestrator.execution.database import Database
    from orchestrator.execution.roster import Roster
    from orchestrator.model.programme import Programme
    from orchestrator.model.worker import Worker


def require_database(programme: Programme) -> None:
    """Check that several machines can share the programme.

    Raises:
        Refused: `worker.no-database`.
    """
    if not programme.database_url:
        raise Refused("worker.no-database")


def require_same_folder(database: Database, state: StateFolder) -> Roster:
    """Return the roster, if this folder is the programme's like those of all workers, with the key that servers let in.

    Raises:
        Locked: `worker.another-folder`; `worker.another-version`.
    """
    from orchestrator.execution.job import VERSION

    roster = roster_of(database)
    assert roster is not None  # noqa: S101 - for the type checker: `require_database` was asked
    roster.agree(state.ensure_id(), sha256(state.ensure_public_key().encode()).hexdigest())
    roster.require_version(VERSION)
    return roster


def roster_of(database: Database) -> Roster | None:
    """Return the roster with its tables made; with SQLite there is none."""
    if not database.url:
        return None
    from orchestrator.execution.roster import Roster

    roster = Roster(database, database.engine())
    roster.ensure()
    return roster


def workers_of(database: Database) -> Sequence[Worker]:
    """Return every worker that a programme has or had, the latest first; with SQLite there is none.

    Raises:
        MigrateError: `run.database`: PostgreSQL does not answer.
    """
    if not database.url:  # nobody waits for what would ask it
        return ()
    from orchestrator.execution.roster import Roster

    engine = database.engine()
    try:
        return Roster(database, engine).workers()
    finally:
        engine.dispose()
