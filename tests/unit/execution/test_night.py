"""A night of twelve: in the planned order, never more than crews side by side, and interrupted in an orderly way."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pytest

from orchestrator.execution.night import run_night
from orchestrator.model.schedule import BEIJING, Basis, Slot, Window
from orchestrator.planning.night import Stage, Turn, Verdict, Word, plan_night
from tests.fakes import FakeClock

OPENS = datetime(2026, 12, 4, 22, 0, tzinfo=BEIJING)
CREWS = 3
SYSTEMS = [f"S-{number:02}" for number in range(12)]


class Minutes(FakeClock):
    """Each look takes a minute of the night, and lets the threads run."""

    def sleep(self, duration: timedelta) -> None:
        time.sleep(0.001)
        super().sleep(timedelta(minutes=1))


class Night:
    """Twelve systems of three crews; some fail, one needs longer than its window has."""

    def __init__(self, failing: Collection[str] = (), long: Collection[str] = ()) -> None:
        self.clock = Minutes(OPENS)
        self.began: list[str] = []
        self.most = 0
        self.back: list[Verdict] = []
        self.stopped = 0
        self.failing, self.long = failing, long
        self._open: set[str] = set()
        self._ended: set[str] = set()
        self._now: set[str] = set()
        self._mutex = threading.Lock()
        self.slots = [
            Slot(
                system=system, name="n", unit="u", batch=1, group=system, crew=number % CREWS + 1,
                start=OPENS + timedelta(minutes=20 * (number // CREWS)),
                end=OPENS + timedelta(minutes=20 * (number // CREWS + 1)),
                rollback_by=OPENS + timedelta(hours=500), basis=Basis.DECLARED,
            )
            for number, system in enumerate(SYSTEMS)
        ]  # fmt: skip
        self._window = Window(
            evening=OPENS.date(), start=OPENS, end=OPENS + timedelta(hours=501), load={}, slots=tuple(self.slots)
        )

    def look(self, running: Collection[str]) -> Sequence[Verdict]:
        def stage(system: str) -> Stage:
            if system in running:
                return Stage.RUNNING
            return Stage.OPEN if system in self._open else Stage.ENDED if system in self._ended else Stage.READY

        turns = [
            Turn(slot=slot, stage=stage(slot.system), needed=timedelta(hours=600 if slot.system in self.long else 0))
            for slot in self.slots
        ]
        return plan_night(turns, window=self._window, crews=CREWS, freezes=(), now=self.clock.now())

    def act(self, system: str) -> None:
        with self._mutex:
            self.began.append(system)
            self._now.add(system)
            self.most = max(self.most, len(self._now))
        time.sleep(0.01)
        with self._mutex:
            self._now.remove(system)
            (self._ended if system in self.failing else self._open).add(system)

    def gives_back(self, verdict: Verdict) -> None:
        self.back.append(verdict)
        self._ended.add(verdict.system)

    def stopping(self) -> None:
        self.stopped += 1

    @property
    def idle(self) -> bool:
        return not self._now

    def run(self) -> None:
        run_night(self.look, {Word.START: self.act}, self.gives_back, clock=self.clock, stopping=self.stopping)


def test_twelve_systems_three_crews_two_that_fail_and_one_too_long() -> None:
    night = Night(failing={"S-01", "S-05"}, long={"S-07"})
    night.run()
    assert night.back == [Verdict(system="S-07", word=Word.BACK, reason="short")]
    assert sorted(night.began) == [system for system in SYSTEMS if system != "S-07"]
    # Of one planned time they begin together; no later time's comes before.
    times = {slot.system: slot.start for slot in night.slots}
    assert [times[system] for system in night.began] == sorted(times[system] for system in night.began)
    assert night.most <= CREWS
    assert night.idle


def test_turns_of_one_time_run_side_by_side() -> None:
    together = threading.Barrier(CREWS, timeout=60)
    night = Night()
    act = night.act

    def met(system: str) -> None:
        if system in SYSTEMS[:CREWS]:
            together.wait()  # each waits for the others: one after the other they would never end
        act(system)

    night.act = met  # type: ignore[method-assign]
    night.run()
    assert len(night.began) == len(SYSTEMS)


def test_who_is_interrupted_begins_nothing_new_and_waits_for_what_runs() -> None:
    night, held = Night(), threading.Event()
    act, look = night.act, night.look

    def slow(system: str) -> None:
        held.wait(60)
        act(system)

    def interrupted(running: Collection[str]) -> Sequence[Verdict]:
        if running:
            raise KeyboardInterrupt
        return look(running)

    night.act, night.look = slow, interrupted  # type: ignore[method-assign]
    night.stopping = held.set  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        night.run()
    assert sorted(night.began) == SYSTEMS[:CREWS]
    assert night.idle


def test_a_fault_of_ours_ends_the_night_once_the_others_have_ended() -> None:
    night = Night()
    act = night.act

    def faulty(system: str) -> None:
        act(system)
        if system == "S-01":
            raise ZeroDivisionError

    night.act = faulty  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        night.run()
    assert night.idle
    assert len(night.began) < len(SYSTEMS)
