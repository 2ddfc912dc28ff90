"""The lives of a programme's systems, beside the engine's tables; every change names the version it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from orchestrator.errors import Locked, MigrateError, Refused
from orchestrator.execution.database import Database
from orchestrator.execution.life_rows import life_of
from orchestrator.model import life as table
from orchestrator.model.life import Life, Move
from orchestrator.ports import Clock

_META = sa.MetaData()
_LIVES = sa.Table(
    "migrate_lives",
    _META,
    # Several programmes may share one PostgreSQL database.
    sa.Column("programme", sa.Text, primary_key=True),
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("waits_for", sa.Text, nullable=False),
    sa.Column("waits", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
)


class Lives:
    """Reads lives from anywhere; changes them for whoever holds the programme."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> Mapping[str, Life]:
        """Return the life of every system that has one.

        Raises:
            MigrateError: `life.unreadable`: a row is not what this program writes.
        """
        if not self._database.exists():
            return {}
        with self._connection() as connection:
            if not sa.inspect(connection).has_table(_LIVES.name):
                return {}
            rows = connection.execute(sa.select(_LIVES).where(self._ours()).order_by(_LIVES.c.system)).mappings()
            return {row["system"]: life_of(dict(row)) for row in rows}

    def of(self, system: str) -> Life | None:
        """Return a system's life; None before it has one."""
        return self.all().get(system)

    def begin(self, system: str) -> Life:
        """Return a system's life; its first, `provisioned`, is written down."""
        with self._connection() as connection:
            _META.create_all(connection)
        if found := self.of(system):
            return found
        life = Life(system=system, version=1, since=self._clock.now())
        with self._connection() as connection:
            connection.execute(sa.insert(_LIVES).values(programme=self._database.programme, **_row(life)))
        return life

    def happen(self, life: Life, happened: Move, /, **facts: object) -> Life:
        """Record that a move happened to a life, with what it made known; a fact of None is forgotten.

        Raises:
            Refused: `life.not-now`: the table has no such move in its phase.
            Locked: `life.changed`: somebody else changed it since it was read.
        """
        edge = table.edge(happened, life.phase)
        if edge is None:
            raise Refused(
                "life.not-now",
                system=life.system,
                move=str(happened),
                phase=str(life.phase),
                moves=", ".join(table.moves(life.phase)) or "–",
            )
        begun = edge.after in table.UNDECIDED
        moved = replace(
            life,
            phase=edge.after,
            attempt=life.attempt + begun,
            since=self._clock.now() if edge.after is not life.phase else life.since,
            waits_for="",
            waits={},
            facts=_merged(life.facts, facts),
        )
        return self._write(life, moved)

    def note(
        self, life: Life, /, *, waits_for: str = "", waits: Mapping[str, str] | None = None, **facts: object
    ) -> Life:
        """Record what a life waits for and what became known; its phase stays.

        Raises:
            Locked: `life.changed`.
        """
        return self._write(
            life, replace(life, waits_for=waits_for, waits=dict(waits or {}), facts=_merged(life.facts, facts))
        )

    def learn(self, life: Life, /, **facts: object) -> Life:
        """Record what became known; what the life waits for stays. A fact of None is forgotten.

        Raises:
            Locked: `life.changed`.
        """
        return self.note(life, waits_for=life.waits_for, waits=life.waits, **facts)

    def _write(self, before: Life, after: Life) -> Life:
        after = replace(after, version=before.version + 1)
        with self._connection() as connection:
            done = connection.execute(
                sa.update(_LIVES)
                .where(self._ours(), _LIVES.c.system == before.system, _LIVES.c.version == before.version)
                .values(**_row(after))
            )
            if done.rowcount != 1:
                raise Locked("life.changed", system=before.system, version=before.version)
        return after

    def _ours(self) -> sa.ColumnElement[bool]:
        return _LIVES.c.programme == self._database.programme

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        engine = self._database.engine()
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise MigrateError("run.database", url=self._database.shown, error=_first_line(error)) from None
        finally:
            engine.dispose()


def _merged(facts: Mapping[str, object], more: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in {**facts, **more}.items() if value is not None}


def _row(life: Life) -> dict[str, Any]:
    return {
        "system": life.system,
        "phase": str(life.phase),
        "version": life.version,
        "attempt": life.attempt,
        "since": life.since.isoformat() if life.since else "",
        "waits_for": life.waits_for,
        "waits": json.dumps(dict(life.waits), ensure_ascii=False),
        "facts": json.dumps(dict(life.facts), ensure_ascii=False, sort_keys=True),
    }


def _first_line(error: sa.exc.OperationalError) -> str:
    return (str(error.orig).strip().splitlines() or [""])[0]
