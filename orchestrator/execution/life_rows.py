"""What a row of the lives says: read by whoever changes them, and by who only shows how they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orchestrator.errors import MigrateError
from orchestrator.execution.database import Database
from orchestrator.execution.tables import Tables, read
from orchestrator.model.life import Life, Phase
from orchestrator.ports import Clock


def lives(database: Database, clock: Clock) -> Mapping[str, Life]:
    """Return the life of every system that has one; nothing is made, and where it can be the engine is not loaded.

    Raises:
        MigrateError: `life.unreadable`: a row is not what this program writes.
    """
    if not database.exists():
        return {}
    rows = read(database, Tables.life_rows)
    if rows is None:
        from orchestrator.execution.lives import Lives

        return Lives(database, clock).all()
    return {row["system"]: life_of(row) for row in rows}


def life_of(row: Mapping[str, Any]) -> Life:
    """Return the life in a row; the database may have been handed over, or filled in, by somebody else.

    Raises:
        MigrateError: `life.unreadable`.
    """
    try:
        since = datetime.fromisoformat(row["since"]) if row["since"] else None
        waits, facts = json.loads(row["waits"]), json.loads(row["facts"])
        texts = (row["system"], row["phase"], row["since"], row["waits_for"])
        counts = (row["version"], row["attempt"])  # SQLite keeps whatever kind of value it is given
        if not (
            all(isinstance(each, str) for each in texts)
            and all(isinstance(each, int) for each in counts)
            and isinstance(waits, dict)
            and isinstance(facts, dict)
            and (since is None or since.tzinfo)
        ):
            raise ValueError  # noqa: TRY301 - told in one place
        return Life(
            system=row["system"],
            phase=Phase(row["phase"]),
            version=row["version"],
            attempt=row["attempt"],
            since=since,
            waits_for=row["waits_for"],
            waits=waits,
            facts=facts,
        )
    except (ValueError, TypeError, RecursionError):
        raise MigrateError("life.unreadable", system=row["system"]) from None
