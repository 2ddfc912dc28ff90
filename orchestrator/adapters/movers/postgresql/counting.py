"""Counts, on a side, what a probe client was told is written."""

from __future__ import annotations

import json

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.sql import SCHEMA
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Sessions


def count(written: Written, server: DatabaseServer, database: str, sessions: Sessions) -> Counted:
    """Return how many acknowledged rows a side lacks, has twice, and how many it has besides."""
    session = sessions.open(admin(server, database), seconds=SECONDS)
    lost = duplicated = unacknowledged = 0
    try:
        for number, acknowledged in enumerate(written.acknowledged):
            begin = written.first + number * Written.BLOCK
            told = json.loads(
                session.ask(
                    f"SELECT jsonb_build_array(count(*), count(DISTINCT id),"
                    f" count(DISTINCT id) FILTER (WHERE id <= {begin + acknowledged})) FROM {SCHEMA}.probe"
                    f" WHERE id > {begin} AND id <= {begin + Written.BLOCK};",
                    SECONDS,
                )
            )
            lost += acknowledged - told[2]
            duplicated += told[0] - told[1]
            unacknowledged += told[1] - told[2]
    finally:
        session.close()
    return Counted(lost=lost, duplicated=duplicated, unacknowledged=unacknowledged)
