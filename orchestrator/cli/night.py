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
from orchestrator.errors import ExitCode, Interrupted, MigrateError, Refused, worst
from orchestrator.execution.moving import recorded
from orchestrator.execution.night import run_night
from orchestrator.model.group import GroupPlan
from orchestrator.model.life import Life, Phase
from orchestrator.model.move import one_way
from orchestrator.model.plan import SystemSpec
from orchestrator.model.result import failing, told_codes
from orchestrator.model.schedule import BEIJING, Slot, Window
from orchestrator.planning.night import Stage, Turn, Verdict, Word, needed_time, plan_night, shared_machines
from orchestrator.planning.night_groups import plan_groups
from orchestrator.reporting.night import BEGAN, ENDED, KINDS, TURN, NightReport, NightView, Noted, night_report

if TYPE_CHECKING:
    from orchestrator.adapters.state import StateFolder
    from orchestrator.cli.moving import Desk
    from orchestrator.cli.onward import Onward

_TRIES, _BETWEEN = 5, timedelta(seconds=3)  # to find a source that follows
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
    _asked: set[str] = field(default_factory=set)  # groups whose gates were asked as a whole
    _returned: set[str] = field(default_factory=set)  # whom this run has tried to take back

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
        # What was opened before, in this window or not, has no turn in this run; its group still is what it is.
        opened = {slot.system for slot in self.slots if self._stage(slot.system, lives, ()) is Stage.OPEN}
        slots = [_slot(slot) for slot in self.slots if slot.system not in opened]
        before = [{"system": slot.system, "group": slot.group} for slot in self.slots if slot.system in opened]
        returns = self.mover.desk.programme.schedule.groups_return
        evidence.record(
            BEGAN, batch=batch, **_told(self.window, self._crews), returns=returns, slots=slots, open=before
        )
        self._tell_stopped(self.systems)
        self._copies = CLOCK.monotonic()
        try:
            acts = {Word.START: self._act, Word.RETURN: self._return}
            run_night(self._look, acts, self._stay, clock=CLOCK, stopping=lambda: shell.tell("run.stopping"))
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
        report = self.report()
        return worst(self._code, ExitCode.FINDING) if report and report.split else self._code

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
        verdicts = self._judged(lives, running)
        if self._ask(verdicts, lives):
            verdicts = self._judged(self.mover.desk.movement.lives.all(), running)
        for verdict in verdicts:
            if self._said.get(verdict.system) != verdict:
                self.mover.ours.shell.tell(_code(verdict), system=verdict.system, by=verdict.by)
            self._said[verdict.system] = verdict
        return verdicts

    def _judged(self, lives: Mapping[str, Life], running: Collection[str]) -> Sequence[Verdict]:
        rules = self.mover.desk.programme.schedule
        return plan_night(
            [self._turn(slot, lives, running) for slot in self.slots],
            window=self.window,
            crews=self._crews,
            freezes=rules.freezes,
            now=CLOCK.now(),
            returns=rules.groups_return,
        )

    def _ask(self, verdicts: Sequence[Verdict], lives: Mapping[str, Life]) -> bool:
        """Ask, before the first of a group begins, what forbids any other; tell whether one can have no turn."""
        groups = {name: group.id for group in plan_groups(self.slots, returns=False) for name in group.systems}
        starting = {groups[each.system] for each in verdicts if each.word is Word.START and each.system in groups}
        starting -= self._asked
        self._asked |= starting
        found = False
        for system in sorted(self.systems & groups.keys() - self.done):
            if groups[system] in starting and self._stage(system, lives, ()) is Stage.READY:
                self._worse(self.mover.guarded(self.specs[system], partial(self._unready, lives[system])))
                found |= system in self.done or system not in self.mover.going
        return found

    def _unready(self, life: Life) -> ExitCode:
        forbidding = unready(self.mover.desk, life)
        if forbidding is not None:
            code, values = forbidding
            self.done.add(life.system)
            self.mover.desk.movement.lives.note(life, waits_for=code, waits=values)
            self._note(life.system, "ran", code, values)
        return ExitCode.DONE

    def _turn(self, slot: Slot, lives: Mapping[str, Life], running: Collection[str]) -> Turn:
        stage = self._stage(slot.system, lives, running)
        life = lives.get(slot.system)
        if life is None or stage not in {Stage.READY, Stage.RUNNING, Stage.OPEN}:
            return Turn(slot=slot, stage=stage)
        shares = shared_machines(recorded(life))
        needed = needed_time(life, self.mover.desk.section_time(life)) if stage is Stage.READY else timedelta()
        opened = life.phase is Phase.OPEN and life.since is not None and life.since >= self.window.start
        fresh = opened and slot.system in self.systems - self._returned
        return Turn(slot=slot, stage=stage, needed=needed, shares=shares, fresh=fresh)

    def _stage(self, system: str, lives: Mapping[str, Life], running: Collection[str]) -> Stage:
        life = lives.get(system)
        if system in running:
            return Stage.RUNNING
        if life is not None and life.phase in _MOVED:
            return Stage.OPEN
        if life is not None and life.undecided:
            return Stage.UNDECIDED
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

    def _return(self, system: str) -> None:
        """Take an open system back to its source with its group, in a thread of its own."""
        self._returned.add(system)
        self.done.add(system)
        self._worse(self.mover.guarded(self.specs[system], partial(self._gone_back, system)))
        if error := self.mover.stopped.get(system):
            self._note(system, "return", error.code, error.values)

    def _gone_back(self, system: str) -> ExitCode:
        desk = self.mover.desk
        life = desk.row(system)
        forbidding = failing(desk.rollback_view(life).checks)
        if forbidding:
            raise Refused("night.not-returned", system=system, checks=told_codes(forbidding))
        code = self._followed_back(life)
        if code is ExitCode.DONE:
            desk.movement.lives.note(desk.row(system), waits_for="night.returned", waits={"system": system})
            self._note(system, "return", "night.returned", {"system": system})
            return ExitCode.ROLLED_BACK
        return code

    def _followed_back(self, life: Life) -> ExitCode:
        """Take a system back once its source follows: right after an opening it may take a moment to."""
        for _ in range(_TRIES if not one_way(recorded(life)) else 0):
            try:
                return self.mover.taken_back(life)
            except Refused as error:
                if error.code != "move.would-lose":
                    raise
            CLOCK.sleep(_BETWEEN)
        return self.mover.taken_back(life)

    def _stay(self, verdict: Verdict) -> None:
        self.done.add(verdict.system)
        act = partial(self._given_back if verdict.word is Word.BACK else self._held, verdict)
        code = self.mover.guarded(self.specs[verdict.system], act)
        self._worse(code)
        if code is ExitCode.DONE:
            self._note(verdict.system, str(verdict.word), _code(verdict), _values(verdict))
        else:
            self._tell_stopped({verdict.system})

    def _held(self, verdict: Verdict) -> ExitCode:
        desk = self.mover.desk
        desk.movement.lives.note(desk.row(verdict.system), waits_for=_code(verdict), waits=_values(verdict))
        return ExitCode.DONE

    def _given_back(self, verdict: Verdict) -> ExitCode:
        desk = self.mover.desk
        life = desk.row(verdict.system)
        if life.phase in _READY and desk.window(life).values.get("reason") != "given-back":
            life = desk.given_back(life, unused=True)
        desk.movement.lives.note(life, waits_for=_code(verdict), waits=_values(verdict))
        return ExitCode.DONE

    def _note(self, system: str, word: str, code: str, values: Mapping[str, object]) -> None:
        told = {name: str(value) for name, value in values.items()}
        evening = self.window.evening.isoformat()
        self.mover.ours.evidence.record(TURN, system=system, evening=evening, turn=word, code=code, values=told)

    def _worse(self, code: ExitCode) -> None:
        with self._mutex:
            self._code = worst(self._code, code)


def group_of(desk: Desk, system: str) -> GroupPlan | None:
    """Return the dependency group that the plan of nights has a system in; None where it goes by itself."""
    schedule = desk.schedule()
    found = schedule.slot(system) if schedule else None
    groups = plan_groups(found[0].slots, returns=desk.programme.schedule.groups_return) if found else ()
    return next((group for group in groups if system in group.systems), None)


def unready(desk: Desk, life: Life) -> tuple[str, Mapping[str, str]] | None:
    """Return why a system of a group could not be cut over once its turn came; None where nothing speaks against it.

    What changes from minute to minute, a lag or a client, is asked in its turn; its time is the night's own matter, and
    a rehearsal that is missing is made up for in its turn, too.
    """
    if life.facts.get("rolled_back"):
        return "move.waits.person", {"system": life.system}
    checks = [each for each in desk.cutover_view(life).checks if each.code != "gate.rehearsal"]
    if desk.programme.schedule.groups_return:  # whoever may have to go back needs a second person's word for that, too
        checks += desk.rollback_view(life).checks
    early = ("gate.window", "early")
    against = [each for each in failing(checks) if (each.code, each.values.get("reason")) != early]
    if against:
        code = ".".join(filter(None, (against[0].code, against[0].values.get("reason", ""))))
        return code, {"subject": life.system, **against[0].values}
    if not desk.movement.mover.progress(recorded(life)).copied:
        return "night.wait.copy", {"system": life.system}
    return None


def _code(verdict: Verdict) -> str:
    return ".".join(filter(None, ("night", verdict.word, verdict.reason)))


def _values(verdict: Verdict) -> Mapping[str, str]:
    return {"system": verdict.system, **({"by": verdict.by} if verdict.by else {})}


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
        "group": slot.group,
        "start": slot.start.isoformat(),
        "rollback_by": slot.rollback_by.isoformat(),
    }
