"""A batch in an open window: the turns of the night's plan, side by side, and what came of them from the evidence."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from orchestrator.adapters.evidence import tail
from orchestrator.cli.wiring import CLOCK
from orchestrator.errors import ExitCode, Interrupted, MigrateError, worst
from orchestrator.execution.moving import recorded
from orchestrator.execution.night import run_night
from orchestrator.model.life import Life, Phase
from orchestrator.model.plan import SystemSpec
from orchestrator.model.schedule import BEIJING, Slot, Window
from orchestrator.planning.night import Stage, Turn, Verdict, needed_time, plan_night, shared_machines
from orchestrator.reporting.night import BEGAN, ENDED, KINDS, TURN, NightReport, NightView, Noted, night_report

if TYPE_CHECKING:
    from orchestrator.adapters.state import StateFolder
    from orchestrator.cli.moving import Desk
    from orchestrator.cli.onward import Onward

_COPIES = 30.0  # seconds between two looks at copies that are not whole yet
_READY = frozenset({Phase.SYNCING, Phase.REHEARSED})
_MOVED = frozenset({Phase.OPEN, Phase.SOAKED, Phase.RETIRED})


def open_window(desk: Desk) -> Window | None:
    """Return the window that is open now; a plan that cannot be read opens none, and each system's gate tells why."""
    try:
        schedule = desk.schedule()
    except MigrateError:
        return None
    now = CLOCK.now()
    window = schedule.window_at(now) if schedule else None
    return window if window and window.start <= now else None


@dataclass(kw_only=True)
class NightTurns:
    """The turns of one window.

    Attributes:
        mover: brings a system on.
        specs: of the systems whose servers stand.
        done: those that had their turn, or gave it back.
    """

    mover: Onward
    specs: Mapping[str, SystemSpec]
    window: Window
    done: set[str] = field(default_factory=set)
    _code: ExitCode = ExitCode.DONE
    _mutex: Lock = field(default_factory=Lock)
    _copies: float = 0.0
    _said: dict[str, Verdict] = field(default_factory=dict)

    @property
    def slots(self) -> Sequence[Slot]:
        """The window's slots of systems that the run is about and whose data the tool moves."""
        moved = set(self.mover.desk.programme.moving.databases)
        moved &= {plan.system for plan in self.mover.prepared.plan.systems}
        return [slot for slot in self.window.slots if slot.system in moved]

    @property
    def systems(self) -> frozenset[str]:
        """Those of the batch that have their turn in this window."""
        return frozenset(slot.system for slot in self.slots) & self.specs.keys()

    def run(self) -> ExitCode:
        """Have the night; return the worst that came of a system.

        Raises:
            Interrupted: nothing new began, and what ran has ended.
        """
        if not self.systems:
            return ExitCode.DONE
        shell, evidence = self.mover.ours.shell, self.mover.ours.evidence
        batch, evening = self.mover.prepared.plan.batch, self.window.evening.isoformat()
        lives = self.mover.desk.movement.lives.all()
        # What was opened before, in this window or not, is not of this run.
        slots = [_slot(slot) for slot in self.slots if self._stage(slot.system, lives, ()) is not Stage.OPEN]
        evidence.record(BEGAN, batch=batch, **_told(self.window, self._crews), slots=slots)
        self._tell_stopped(self.systems)
        self._copies = CLOCK.monotonic()
        try:
            run_night(self._look, self._act, self._back, clock=CLOCK, stopping=lambda: shell.tell("run.stopping"))
        except KeyboardInterrupt:
            evidence.record(ENDED, batch=batch, evening=evening, interrupted=True)
            self._show()
            raise Interrupted("run.interrupted", batch=batch) from None
        if taken := self.mover.taken:
            lives = self.mover.desk.movement.lives.all()
            for system in sorted(self.systems):
                if self._stage(system, lives, ()) in {Stage.READY, Stage.COPYING}:
                    self._note(system, "ran", taken.code, taken.values)
        evidence.record(ENDED, batch=batch, evening=evening, interrupted=False)
        self._show()
        return self._code

    def report(self) -> NightReport | None:
        """Return what came of the night so far, from the evidence."""
        return night_of(self.mover.ours.state, self.window.evening)

    @property
    def _crews(self) -> int:
        return self.mover.desk.programme.schedule.crews

    def _show(self) -> None:
        report = self.report()
        if report and self.mover.output != "json":
            self.mover.ours.shell.show(NightView(report), self.mover.output)

    def _tell_stopped(self, systems: Collection[str]) -> None:
        for system in sorted(systems & self.mover.stopped.keys()):
            error = self.mover.stopped[system]
            self._note(system, "ran", error.code, error.values)

    def _look(self, running: Collection[str]) -> Sequence[Verdict]:
        if self.mover.taken:
            return ()  # whose turn begins or is given back is somebody else's to say by now
        lives = self.mover.desk.movement.lives.all()
        if CLOCK.monotonic() - self._copies >= _COPIES:
            copying = [name for name in self.systems if self._stage(name, lives, running) is Stage.COPYING]
            for system in copying:
                self._worse(self.mover.each({system: self.specs[system]}, wait=timedelta()))
            self._copies = CLOCK.monotonic()
            lives = self.mover.desk.movement.lives.all() if copying else lives
        freezes = self.mover.desk.programme.schedule.freezes
        turns = [self._turn(slot, lives, running) for slot in self.slots]
        verdicts = plan_night(turns, window=self.window, crews=self._crews, freezes=freezes, now=CLOCK.now())
        for verdict in verdicts:
            if self._said.get(verdict.system) != verdict:
                code = f"night.{verdict.word}" + (f".{verdict.reason}" if verdict.reason else "")
                self.mover.ours.shell.tell(code, system=verdict.system)
            self._said[verdict.system] = verdict
        return verdicts

    def _turn(self, slot: Slot, lives: Mapping[str, Life], running: Collection[str]) -> Turn:
        stage = self._stage(slot.system, lives, running)
        if stage not in {Stage.READY, Stage.RUNNING}:
            return Turn(slot=slot, stage=stage)
        life = lives[slot.system]
        shares = shared_machines(recorded(life))
        needed = needed_time(life, self.mover.desk.section_time(life)) if stage is Stage.READY else timedelta()
        return Turn(slot=slot, stage=stage, needed=needed, shares=shares)

    def _stage(self, system: str, lives: Mapping[str, Life], running: Collection[str]) -> Stage:
        life = lives.get(system)
        if system in running:
            return Stage.RUNNING
        if life is not None and life.phase in _MOVED:
            return Stage.OPEN
        if life is None or system not in self.mover.going or system in self.done:
            return Stage.ENDED
        if life.phase in _READY:
            return Stage.READY
        return Stage.COPYING if life.phase is Phase.PREPARED else Stage.ENDED

    def _act(self, system: str) -> None:
        """Cut a system over, in a thread of its own."""
        lives = self.mover.desk.movement.lives
        life = self.mover.desk.row(system)
        self._worse(self.mover.guarded(self.specs[system], partial(self.mover.cut_over, life)))
        self.done.add(system)
        life = lives.of(system) or life
        error = self.mover.stopped.get(system)
        code, values = (error.code, error.values) if error else (life.waits_for, life.waits)
        self._note(system, "ran", code, values)

    def _back(self, verdict: Verdict) -> None:
        self.done.add(verdict.system)
        code = self.mover.guarded(self.specs[verdict.system], partial(self._given_back, verdict))
        self._worse(code)
        if code is ExitCode.DONE:
            self._note(verdict.system, "back", f"night.back.{verdict.reason}", {"system": verdict.system})
        else:
            self._tell_stopped({verdict.system})

    def _given_back(self, verdict: Verdict) -> ExitCode:
        desk = self.mover.desk
        life = desk.row(verdict.system)
        if life.phase in _READY and desk.window(life).values.get("reason") != "given-back":
            life = desk.given_back(life, unused=True)
        desk.movement.lives.note(life, waits_for=f"night.back.{verdict.reason}", waits={"system": verdict.system})
        return ExitCode.DONE

    def _note(self, system: str, word: str, code: str, values: Mapping[str, object]) -> None:
        told = {name: str(value) for name, value in values.items()}
        evening = self.window.evening.isoformat()
        self.mover.ours.evidence.record(TURN, system=system, evening=evening, turn=word, code=code, values=told)

    def _worse(self, code: ExitCode) -> None:
        with self._mutex:
            self._code = worst(self._code, code)


def night_of(state: StateFolder, evening: date) -> NightReport | None:
    """Return the report of a night from the evidence; None where no run was in its window."""
    begin = datetime.combine(evening, time(), BEIJING)
    noted: list[Noted] = []
    for entry in tail(state.evidence, sys.maxsize):
        if entry.kind not in KINDS:
            continue
        found = Noted.of(entry.at, entry.actor, entry.kind, entry.data)
        if found and found.at < begin - timedelta(hours=1):  # a clock that was set back by more is refused by a run
            break
        noted += [found] if found else []
    return night_report(reversed(noted), evening)


def _told(window: Window, crews: int) -> Mapping[str, object]:
    return {
        "evening": window.evening.isoformat(),
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "crews": crews,
    }


def _slot(slot: Slot) -> Mapping[str, object]:
    return {
        "system": slot.system,
        "name": slot.name,
        "unit": slot.unit,
        "crew": slot.crew,
        "start": slot.start.isoformat(),
        "rollback_by": slot.rollback_by.isoformat(),
    }
