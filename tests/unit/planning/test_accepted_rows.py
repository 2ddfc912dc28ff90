"""Rows that a person gives up are given up once, whichever database they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove
from orchestrator.planning.moving import accepted_rows

_SERVER = DatabaseServer(name="s", reach=Reach(address="192.0.2.1"), address="192.0.2.1")
MOVE = DatabaseMove(
    system="S-1", slug="s-1", databases=("app", "app.2"), source=_SERVER, target=_SERVER,
    pooler=Pooler(name="p", reach=Reach(address="192.0.2.3"), file="/f"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "lose", "told"),
    [
        ({}, 0, (0, 0)),
        ({"app: public.a": 3, "app.2: public.a": 4}, 7, (3, 4)),
        ({"app: public.a": 3, "app.2: public.a: b": 4}, 9, (3, 6)),
        ({"app: public.a": 3}, 5, (5, 0)),
    ],
)
def test_each_database_has_its_share(missing: Mapping[str, int], lose: int, told: tuple[int, ...]) -> None:
    assert accepted_rows(replace(MOVE), missing, lose) == told
    assert sum(told) == lose
