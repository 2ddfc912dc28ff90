"""What nobody serves is told once, after a while, and is held; whoever comes in time is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestrator.execution.conducting import PATIENCE, Conductor
from orchestrator.execution.database import Database
from orchestrator.execution.job import Order
from orchestrator.model.reach import Labels
from orchestrator.model.result import RunStatus
from orchestrator.model.worker import Worker
from tests.fakes import FakeClock, sample_programme, sample_spec

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ORDER = Order(spec=sample_spec("YT-001", clouds=("public-service", "administrative"), source=False))


def worker(*serves: str, silent: float = 0.0) -> Worker:
    return Worker(executor="e", name="a", serves=frozenset(serves), host="h", since=NOW, silent=silent)


def test_what_nobody_serves_is_held_after_a_while() -> None:
    told: list[Mapping[str, Labels]] = []
    workers: list[Worker] = []
    clock = FakeClock()
    database = Database(programme="lab", file=Path("none"), log=Path("none"))
    conductor = Conductor(database, sample_programme(), 1, lambda: workers, clock, unserved=told.append)
    conductor._orders[ORDER.id] = ORDER
    stands = {ORDER.id: RunStatus.WAITING}

    assert conductor.held_back(stands) == frozenset()
    clock.sleep(timedelta(seconds=PATIENCE - 1))
    workers.append(worker("cloud:public-service"))  # not enough: the system is on both clouds
    assert conductor.held_back(stands) == frozenset()
    workers.append(worker("cloud:public-service", "cloud:administrative"))
    clock.sleep(timedelta(seconds=2))
    assert conductor.held_back(stands) == frozenset()
    workers[-1] = worker("cloud:public-service", "cloud:administrative", silent=60)
    assert conductor.held_back(stands) == frozenset()
    clock.sleep(timedelta(seconds=PATIENCE + 1))
    assert conductor.held_back(stands) == {ORDER.id}
    assert conductor.held_back(stands) == {ORDER.id}
    assert told == [{"YT-001": frozenset({"cloud:public-service", "cloud:administrative"})}]
    assert conductor.held_back({ORDER.id: RunStatus.DONE}) == frozenset()
