"""A thousand systems are looked at, so many at a time, and one's trouble is its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.errors import StorageError
from orchestrator.execution.recovering import check_replicas
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Seen
from orchestrator.model.recovering import CheckedSystem, Wanted
from orchestrator.model.replica import End, Policy, Recovery, Replica, ReplicaKind, Told
from orchestrator.model.result import CheckStatus
from orchestrator.ports.replica import ReplicaObserver

SILENT = Seen(at=0, took=0, fault="session.late")


class Observer:
    """Answers nothing, counts who asks at the same time, and breaks where it is told to."""

    def __init__(self, breaks: Mapping[str, Exception] = {}) -> None:
        self.most = self.now = 0
        self._breaks = breaks
        self._mutex = threading.Lock()

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        with self._mutex:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.0005)
        with self._mutex:
            self.now -= 1
        if replica.system in self._breaks:
            raise self._breaks[replica.system]
        return SILENT, SILENT


def run(count: int, observer: ReplicaObserver, at_a_time: int = 8) -> tuple[tuple[CheckedSystem, ...], list[str]]:
    names = [f"S-{number}" for number in range(count)]
    end = End(reach=Reach(address="10.0.0.1"))
    replicas = {name: (Replica(system=name, kind=ReplicaKind.FILES, source=end, replica=end),) for name in names}
    wanted = [Wanted(system=name, policy=Policy(), told=Told(), needed=frozenset({"files"})) for name in names]
    told: list[str] = []
    found = check_replicas(
        wanted, Recovery(replicas=replicas), {ReplicaKind.FILES: observer}, SystemClock(), at_a_time=at_a_time,
        tell=lambda each: told.append(each.system),
    )  # fmt: skip
    return found, told


def test_a_thousand_systems_are_told_as_they_end_and_returned_in_order() -> None:
    observer = Observer()
    found, told = run(1000, observer)
    assert [each.system for each in found] == [f"S-{number}" for number in range(1000)]
    assert sorted(told) == sorted(each.system for each in found)
    assert 1 < observer.most <= 8


def test_a_system_that_breaks_the_check_is_an_error_and_the_others_go_on() -> None:
    found, _ = run(20, Observer({"S-3": RecursionError()}))
    assert {each.system for each in found if each.status is CheckStatus.ERROR} == {"S-3"}
    assert found[3].results[0].values["evidence"] == "RecursionError"
    assert all(each.replicas for each in found if each.system != "S-3")


class Stuck(Observer):
    """Does not come back from any system but the first, and breaks there."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        if replica.system == "S-0":
            raise StorageError("storage.full", path="x")
        self.free.wait(60)
        self.now += 1
        return SILENT, SILENT


def test_a_disk_of_ours_stops_the_check_at_once_and_nothing_further_is_asked() -> None:
    stuck = Stuck()
    with pytest.raises(StorageError):
        run(1000, stuck)
    assert stuck.now == 0  # those under way were not waited for
    stuck.free.set()
