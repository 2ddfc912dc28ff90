"""A move is read from a life as it was begun, whichever version began it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orchestrator.execution.moving import dumped, recorded
from orchestrator.model.life import Life, Phase
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove, Kind

REACH = Reach(address="192.0.2.1")
MOVE = DatabaseMove(
    system="S-1",
    slug="s-1",
    databases=("app",),
    source=DatabaseServer(name="a", reach=REACH, address="192.0.2.1"),
    target=DatabaseServer(name="b", reach=REACH, address="192.0.2.2"),
    pooler=Pooler(name="p", reach=REACH, file="/etc/pgbouncer/route.ini"),
)


def life(**facts: object) -> Life:
    return Life(system="S-1", phase=Phase.SYNCING, attempt=0, since=datetime(2026, 1, 1, tzinfo=UTC), facts=facts)


def test_a_life_names_the_kind_of_what_moves() -> None:
    assert dumped(MOVE)["kind"] == "postgresql"
    assert recorded(life(move=dumped(MOVE))) == MOVE


def test_a_life_that_was_begun_before_there_were_kinds_is_of_postgresql() -> None:
    former = {name: value for name, value in dumped(MOVE).items() if name != "kind"}
    assert recorded(life(move=former)).kind is Kind.POSTGRESQL


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="tape"):
        recorded(life(move={**dumped(MOVE), "kind": "tape"}))
