"""What the commands share that tell, look at or ask for a system's callers: the list as it is, and every life."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.callers import ShellCallerProbe
from orchestrator.adapters.intake.reader import read_list
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.checks.callers import check_callers
from orchestrator.cli.wiring import CLOCK, state_of
from orchestrator.errors import MigrateError
from orchestrator.execution.callers import Callers, stand
from orchestrator.execution.moving import recorded
from orchestrator.model.callers import Call, CallStands
from orchestrator.model.life import Life, Side, writable
from orchestrator.model.problem import Severity
from orchestrator.model.programme import Programme
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import MigrationList
from orchestrator.planning.callers import (
    Sides,
    led_to,
    plan_calls,
    plan_nobody,
    sides_declared,
    sides_of,
    told_callers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrator.cli.moving import Desk


def listed(folder: Path, programme: Programme) -> MigrationList | None:
    """Return the list as it is now; None where it cannot be read whole: then nobody knows who calls whom."""
    found, problems = read_list(folder, programme)
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    return None if refused else found


def sides(programme: Programme, listing: MigrationList, lives: Mapping[str, Life]) -> Mapping[str, Sides]:
    """Return the sides of every system whose data moves: as its move was begun, else as it is declared."""
    servers = {server.id: server for server in listing.servers}
    found = {system: sides_declared(programme, servers, system) for system in programme.moving.databases}
    for system, life in lives.items():
        if "move" in life.facts:
            opened = writable(life.phase) is Side.TARGET
            found[system] = sides_of(recorded(life), led_to(programme, system), opened=opened)
    return {system: each for system, each in found.items() if each is not None}


def calls_of(desk: Desk, system: str, *, opened: bool | None = None) -> tuple[Call, ...] | None:
    """Return a system's interfaces as the sides stand, or as they will; None where the list cannot be read."""
    listing = listed(desk.shell.folder, desk.programme)
    if listing is None:
        return None
    known = sides(desk.programme, listing, desk.movement.lives.all())
    return plan_calls(desk.programme, listing, system, known, opened=opened)


def asked_of(desk: Desk, system: str) -> tuple[Call, ...] | None:
    """Return what a retirement asks of a system's callers: its interfaces, or that there is really nobody.

    None where the list cannot be read.
    """
    listing = listed(desk.shell.folder, desk.programme)
    return None if listing is None else _asked(desk, listing, system)


def _asked(desk: Desk, listing: MigrationList, system: str) -> tuple[Call, ...]:
    known = sides(desk.programme, listing, desk.movement.lives.all())
    calls, nobody = plan_calls(desk.programme, listing, system, known), plan_nobody(listing, system, known)
    return (*calls, nobody) if nobody else calls


def callers_of(desk: Desk) -> Callers:
    """Return what looks at callers, by keys that were pinned."""
    from orchestrator.cli.moving import KNOWN_HOSTS, ssh_of

    state = state_of(desk.shell)
    ssh = ssh_of(desk.shell, desk.programme, state, state.path / KNOWN_HOSTS)
    return Callers(
        probe=ShellCallerProbe(ProgramSessions(ssh)),
        lives=desk.movement.lives,
        evidence=desk.movement.evidence,
        clock=CLOCK,
    )


def looked_at(desk: Desk, life: Life) -> tuple[Life, Sequence[CallStands]]:
    """Look from every caller's side, where the list names any, and return what is known of each.

    The sides have changed by now, whatever becomes of this: what hinders it is told, and nothing counts as seen.
    """
    try:
        calls = calls_of(desk, life.system)
        return callers_of(desk).look(life, calls) if calls else (life, ())
    except MigrateError as error:
        desk.shell.tell_error(error)
        return life, ()


def callers_gate(desk: Desk, life: Life) -> CheckResult:
    """Check that every interface was seen to be right, or that a person says so; that there is none takes a word."""
    listing = listed(desk.shell.folder, desk.programme)
    if listing is None:
        values = {"reason": "no-list"}
        return CheckResult(code="gate.callers", status=CheckStatus.UNKNOWN, subject=life.system, values=values)
    return check_callers(
        life.system, stand(life, _asked(desk, listing, life.system)), told_callers(listing, life.system)
    )
