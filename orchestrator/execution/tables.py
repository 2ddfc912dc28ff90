"""Reads the engine's tables on SQLite without the engine: its imports are most of what a short answer would cost.

Only tables of the form that this module was written for are read so, and only values that are plain JSON. Of anything
else it says nothing, and whoever asked turns to the engine's own client.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import quote

if TYPE_CHECKING:
    from dbos import StepInfo

    from orchestrator.execution.database import Database

# The number of changes to the engine's tables that its release has; a test compares it with the release installed.
FORM = 125
_PLAIN = frozenset({None, "portable_json"})
T = TypeVar("T")


class State(Protocol):
    """What of a workflow is looked at."""

    @property
    def workflow_id(self) -> str:
        """Its id."""

    @property
    def status(self) -> str:
        """The engine's word for where it stands."""

    @property
    def app_version(self) -> str | None:
        """The version of the program that began it; None while it waits."""

    @property
    def queue_name(self) -> str | None:
        """The queue that it came from."""

    @property
    def input(self) -> Mapping[str, Any] | None:
        """What it was given, under `args`."""

    @property
    def error(self) -> object:
        """What it failed with."""


class Source(Protocol):
    """Whatever the record of runs is read from: the engine's client, or these tables."""

    def list_workflows(self, *, workflow_id_prefix: str, name: str) -> Sequence[State]:
        """Return workflows of a name whose ids begin so, the oldest first."""

    def list_workflow_steps(self, workflow_id: str, *, load_output: bool = True) -> Sequence[StepInfo]:
        """Return what a workflow has done, in its order."""


class _UnlikeError(Exception):
    """Something stands there that this module does not know."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as the engine keeps it: a code and values, or else its words."""

    message: str
    code: object
    data: object

    def __str__(self) -> str:
        """Return its words."""
        return self.message


@dataclass(frozen=True, slots=True)
class _Workflow:
    workflow_id: str
    status: str
    app_version: str | None
    queue_name: str | None
    input: Mapping[str, Any] | None
    error: object


class Tables:
    """The engine's tables and ours, as they are at one moment; nothing is written, and no writer waits."""

    def __init__(self, connection: sqlite3.Connection, database: Database) -> None:
        self._connection = connection
        self._database = database

    def list_workflows(self, *, workflow_id_prefix: str, name: str) -> Sequence[State]:
        """Return workflows of a name whose ids begin so, the oldest first."""
        found = self._connection.execute(
            "SELECT w.workflow_uuid, status, application_version, queue_name, coalesce(i.inputs, w.inputs),"
            " coalesce(o.error, w.error), serialization FROM workflow_status w"
            " LEFT JOIN workflow_input i USING (workflow_uuid) LEFT JOIN workflow_output o USING (workflow_uuid)"
            " WHERE name = ? AND substr(w.workflow_uuid, 1, ?) = ?"
            " AND (application_name = ? OR application_name IS NULL) ORDER BY created_at, w.rowid",
            (name, len(workflow_id_prefix), workflow_id_prefix, self._database.application),
        )
        return [
            _Workflow(
                workflow_id=workflow,
                status=status,
                app_version=version,
                queue_name=queue,
                input=_given(_plain(inputs, form)),
                error=_failure(_plain(error, form)),
            )
            for workflow, status, version, queue, inputs, error, form in found
        ]

    def list_workflow_steps(self, workflow_id: str, *, load_output: bool = True) -> Sequence[StepInfo]:
        """Return what a workflow has done, in its order."""
        found = self._connection.execute(
            "SELECT function_id, function_name, output, error, child_workflow_id, started_at_epoch_ms,"
            " completed_at_epoch_ms, serialization FROM operation_outputs WHERE workflow_uuid = ? ORDER BY function_id",
            (workflow_id,),
        )
        return [
            {
                "function_id": number,
                "function_name": name,
                "output": _plain(output, form) if load_output else None,
                "error": cast("Exception | None", _failure(_plain(error, form))) if load_output else None,
                "child_workflow_id": child,
                "child_shard_key": None,
                "started_at_epoch_ms": started,
                "completed_at_epoch_ms": completed,
            }
            for number, name, output, error, child, started, completed, form in found
        ]

    def life_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return the rows of the programme's lives, by the ids of their systems."""
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrate_lives'").fetchone():
            return ()
        found = self._connection.execute(
            "SELECT * FROM migrate_lives WHERE programme = ? ORDER BY system", (self._database.programme,)
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]


def read(database: Database, question: Callable[[Tables], T]) -> T | None:
    """Return what a question finds in the tables; None where they are not for this module to read.

    Whatever is wrong with the database is found again, and told, by whoever reads it the long way.
    """
    if database.url:
        return None
    address = f"file:{quote(str(database.file))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout=1000")
            connection.execute("BEGIN")
            if connection.execute("SELECT version FROM dbos_migrations").fetchall() != [(FORM,)]:
                return None
            return question(Tables(connection, database))
    except (sqlite3.Error, _UnlikeError):
        return None


def _plain(text: str | None, form: str | None) -> Any:
    """Return a value that was kept as JSON.

    Raises:
        _UnlikeError: it was kept as something else, which only the engine may read.
    """
    if text is None:
        return None
    if form not in _PLAIN:
        raise _UnlikeError
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise _UnlikeError from None


def _given(told: Any) -> Mapping[str, Any] | None:
    if told is None:
        return None
    try:
        return {"args": told.get("positionalArgs") or []}
    except AttributeError:
        raise _UnlikeError from None


def _failure(told: Any) -> Failure | None:
    if told is None:
        return None
    try:
        return Failure(message=told["message"], code=told.get("code"), data=told.get("data"))
    except (LookupError, TypeError, AttributeError):
        raise _UnlikeError from None
