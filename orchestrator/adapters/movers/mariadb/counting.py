"""Counts, on a side, what a probe client was told is written."""

from __future__ import annotations

from orchestrator.adapters.movers.mariadb.sql import SCHEMA, SECONDS, admin
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Sessions


def count(written: Written, server: DatabaseServer, sessions: Sessions) -> Counted:
    """Return how many acknowledged rows a side lacks, has twice, and how many it has besides."""
    session = sessions.open(admin(server), seconds=SECONDS)
    lost = duplicated = unacknowledged = 0
    for number, acknowledged in enumerate(written.acknowledged):
        begin = written.first + number * Written.BLOCK
        asked = (
            f"SELECT COUNT(*), COUNT(DISTINCT id), COUNT(DISTINCT IF(id <= {begin + acknowledged}, id, NULL))"
            f" FROM {SCHEMA}.probe WHERE id > {begin} AND id <= {begin + Written.BLOCK};"
        )
        rows, distinct, known = map(int, session.ask(asked, SECONDS).split("\t"))
        lost += acknowledged - known
        duplicated += rows - distinct
        unacknowledged += distinct - known
    return Counted(lost=lost, duplicated=duplicated, unacknowledged=unacknowledged)
