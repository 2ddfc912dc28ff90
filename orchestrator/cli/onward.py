"""What a batch does once its servers stand: brings each system as far as windows, gates and approvals allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from threading import Lock

from orchestrator.adapters.state import PinnedHostKeys
from orchestrator.cli.moving import Desk, movement_of, pin_hosts
from orchestrator.cli.night import NightTurns, open_window
from orchestrator.cli.session import Session, tell_lost
from orchestrator.cli.wiring import CLOCK, pins_of
from orchestrator.errors import CloudLost, ExitCode, MigrateError, Refused, TakenOver, worst
from orchestrator.execution.edited import edited
from orchestrator.execution.history import newest
from orchestrator.execution.lives import Lives
from orchestrator.execution.prepare import Prepared
from orchestrator.model.life import Life, Phase
from orchestrator.model.machines import Reach
from orchestrator.model.move import AnyMove
from orchestrator.model.plan import ServerSpec, SystemSpec
from orchestrator.model.result import CheckStatus, Guest, RunStatus
from orchestrator.model.system import MigrationList
from orchestrator.planning.moving import moved_servers, places, plan_move
from orchestrator.planning.specs import server_name
from orchestrator.reporting.moving import LifeView
from orchestrator.reporting.night import NightReport
from orchestrator.reporting.view import View

# So long a run looks at a first copy; it goes on by itself, and the next run looks again.
SEED_WAIT = timedelta(hours=8)
_ORDER = tuple(Phase)
_OWN = frozenset({ExitCode.ROLLED_BACK, ExitCode.ROLLBACK_FAILED})  # exit codes of one system that are the batch's


def onward(
    ours: Session, prepared: Prepared, listing: MigrationList, *, until: Phase, output: str
) -> tuple[ExitCode, NightReport | None]:
    """Move the data of every system of the batch that declares any, each as far as it may go, and tell where it stands.

    Args:
        ours: the programme, held.
        prepared: the plan that was run, and its clouds.
        listing: for source addresses.
        until: the phase to stop at.
        output: table or json.

    Returns:
        1 if a system could not go on, 5 if a cutover was taken back, 6 if nobody can tell, 7 if somebody else has
        the programme by now, else 0; and what came of the window, if one was open.

    Raises:
        Interrupted: in a window, once what ran has ended.
    """
    programme = ours.held.programme
    lives = Lives(ours.held.database, CLOCK)
    movement = movement_of(ours.shell, programme, ours.state, lives, ours.evidence)
    desk = Desk(shell=ours.shell, programme=programme, movement=replace(movement, keep=ours.held.keep), reading=False)
    latest = newest(ours.runs())
    done = {system for system, run in latest.items() if run.status is RunStatus.DONE}
    specs = {plan.system: plan.spec for plan in prepared.plan.systems if plan.spec and plan.system in done}
    mover = Onward(ours=ours, desk=desk, prepared=prepared, listing=listing, until=until, output=output)
    systems = sorted(specs.keys() & programme.moving.databases.keys())
    # First every copy is begun: they go on side by side, while each is waited for in its turn.
    code = mover.each({system: specs[system] for system in systems}, wait=timedelta())
    window, night = open_window(desk) if until is Phase.OPEN else None, None
    if window:
        turns = NightTurns(mover=mover, specs=specs, window=window)
        code = worst(code, turns.run())
        night = turns.report()
        mover.going -= turns.systems
    going = {system: specs[system] for system in systems if system in mover.going}
    code = worst(code, mover.each(going, wait=SEED_WAIT))
    shown = [life for system, life in sorted(lives.all().items()) if system in specs]
    if shown and output != "json":
        ours.shell.show(LifeView(shown), output)
    return code, night


@dataclass(kw_only=True)
class Onward:
    """One run over a batch's systems.

    Attributes:
        going: those that nothing has stopped yet.
        stopped: what stopped a system last.
        taken: that somebody else has the programme by now; from then on nothing begins, and nothing is given back.
        mutex: of what is one for all systems, while several are cut over side by side.
    """

    ours: Session
    desk: Desk
    prepared: Prepared
    listing: MigrationList
    until: Phase
    output: str
    going: set[str] = field(default_factory=set)
    wanted: dict[str, AnyMove] = field(default_factory=dict)  # looked up once: it asks a cloud
    stopped: dict[str, MigrateError] = field(default_factory=dict)
    taken: TakenOver | None = None
    mutex: Lock = field(default_factory=Lock)

    def each(self, specs: Mapping[str, SystemSpec], *, wait: timedelta) -> ExitCode:
        """Bring each system on, one after the other."""
        code = ExitCode.DONE
        for spec in specs.values():
            self.going.add(spec.system)
            code = worst(code, self.guarded(spec, partial(self._brought, spec, wait)))
        return code

    def guarded(self, spec: SystemSpec, act: Callable[[], ExitCode]) -> ExitCode:
        """Do something with a system; one system's failure never stops another's, and is told."""
        system = spec.system
        if self.taken:
            return self._taken(system, self.taken)
        if self.ours.lost & {part.cloud for part in spec.parts}:
            self.going.discard(system)
            return ExitCode.FAILED
        try:
            return act()
        except CloudLost as error:
            self.going.discard(system)
            self.stopped[system] = error
            with self.mutex:
                known = str(error.values["cloud"]) in self.ours.lost
                self.ours.lost.add(str(error.values["cloud"]))
            if not known:
                tell_lost(self.ours.shell, self.prepared.plan.batch, error)
            return ExitCode.FAILED
        except TakenOver as error:
            return self._taken(system, error)
        except MigrateError as error:
            self.going.discard(system)
            self.stopped[system] = error
            self.ours.shell.tell_error(error)
            return error.exit_code if error.exit_code in _OWN else ExitCode.FAILED

    def _taken(self, system: str, error: TakenOver) -> ExitCode:
        self.going.discard(system)
        with self.mutex:  # of several that find it out side by side, one tells it
            known, self.taken = self.taken is not None, self.taken or error
            self.stopped[system] = self.taken
        if not known:
            self.ours.shell.tell_error(error)
        return error.exit_code

    def _brought(self, spec: SystemSpec, wait: timedelta) -> ExitCode:
        life = self._advanced(self.desk.movement.lives.begin(spec.system), spec, wait)
        if wait and life.phase in {Phase.SYNCING, Phase.REHEARSED} and not reached(life, self.until):
            return self.cut_over(life)
        return ExitCode.DONE

    def _advanced(self, life: Life, spec: SystemSpec, wait: timedelta) -> Life:
        # First of all: what may be frozen is decided, before anything is asked that may fail.
        life = self.desk.movement.settled(life)
        if reached(life, self.until):
            return life
        if life.system not in self.wanted:
            self.wanted[life.system] = _wanted(self.ours, self.prepared, spec, self.listing)
        move = self.wanted[life.system]
        if "move" in life.facts and (fields := edited(life, move)):
            raise Refused("move.edited", system=life.system, fields=", ".join(fields))
        method = self.desk.programme.moving.databases[life.system].method
        return self.desk.movement.advance(life, move, wait=wait, override=method, until=self.until)

    def cut_over(self, life: Life) -> ExitCode:
        """Cut over if nothing forbids it, rehearsed where that is asked for; else note what the system waits for."""
        lives = self.desk.movement.lives
        if life.facts.get("rolled_back"):
            # Somebody took it back, and knows why: only a person sends it there again.
            lives.note(life, waits_for="move.waits.person", waits={"system": life.system})
            return ExitCode.DONE
        view = self.desk.cutover_view(life)
        if any(check.code == "gate.rehearsal" and check.status is not CheckStatus.PASS for check in view.checks):
            rehearsed = self.desk.rehearse(life, view.digest)
            self._show(rehearsed)
            life = rehearsed.life
            if not rehearsed.came.passed:
                lives.note(life, waits_for="gate.rehearsal.failed", waits={"subject": life.system})
                return rehearsed.exit_code
            view = self.desk.cutover_view(life)
        forbidding = next((check for check in view.checks if check.status is not CheckStatus.PASS), None)
        if forbidding:
            code = ".".join(filter(None, (forbidding.code, forbidding.values.get("reason", ""))))
            life = self.desk.given_back(life)
            lives.note(life, waits_for=code, waits={"subject": life.system, **forbidding.values})
            return ExitCode.DONE
        # Hours may have gone by with the copy: who took the programme over meanwhile may be at work by now.
        with self.mutex:
            self.ours.hold(self.prepared)
        shown = self.desk.cut_over(life)
        self._show(shown)
        return shown.exit_code

    def taken_back(self, life: Life) -> ExitCode:
        """Take an open system back to its source, and lose nothing by it; its gates were asked."""
        with self.mutex:
            self.ours.hold(self.prepared)
        shown = self.desk.roll_back(life, 0)
        self._show(shown)
        return shown.exit_code

    def _show(self, shown: View) -> None:
        if self.output != "json":  # one answer on standard output: in JSON it is the batch's
            with self.mutex:  # what is said of one system stands together
                self.desk.shell.show(shown, self.output)


def _wanted(ours: Session, prepared: Prepared, spec: SystemSpec, listing: MigrationList) -> AnyMove:
    programme = ours.held.programme
    found: dict[str, tuple[Guest, str]] = {}
    for server in moved_servers(programme, listing, spec.system):
        name = server_name(programme.slug, server)
        found[name] = target(prepared, pins_of(ours.state), spec, name)
    pin_hosts(ours.shell, programme, ours.state, {guest.address: guest.host_keys for guest, _ in found.values()})
    return plan_move(programme, listing, spec.system, reached_by(found), places(spec))


def reached_by(targets: Mapping[str, tuple[Guest, str]]) -> Mapping[str, Reach]:
    """Return how targets are reached, by their names."""
    return {name: Reach(address=guest.address, user=user) for name, (guest, user) in targets.items()}


def target(prepared: Prepared, pins: PinnedHostKeys, spec: SystemSpec, name: str) -> tuple[Guest, str]:
    """Return the server that data moves to, as its cloud and our pins have it, and who logs in there.

    Raises:
        Refused: `move.no-target`.
    """
    for part in spec.parts:
        for item in part.objects:
            if isinstance(item, ServerSpec) and item.name == name:
                cloud = prepared.clouds[part.cloud]
                found = cloud.find(item)
                if found is None:
                    break
                keys = pins.known(part.cloud, found.id)
                guest = next(guest for guest in part.guests if guest.server == name)
                return Guest(server=name, address=cloud.address(found), host_keys=keys), guest.user
    raise Refused("move.no-target", system=spec.system, server=name)


def reached(life: Life, until: Phase) -> bool:
    """Tell whether a life stands at a phase or beyond."""
    return _ORDER.index(life.phase) >= _ORDER.index(until)
