"""`migrate dr drill`: service from a copy of a standby, where nothing leads out; its result is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError, Refused

if TYPE_CHECKING:
    from orchestrator.execution.drilling import Drilling
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import Wanted
    from orchestrator.model.replica import Replica

_DEADLINE = 60  # seconds for hashing the system's trees of files in the check after a drill


@click.command("drill", help=say("help.dr.drill"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--replica", "address", help=say("help.dr.drill.replica"))
@click.option("--dry-run", is_flag=True, help=say("help.dr.drill.dry-run"))
@click.option("--clean", is_flag=True, help=say("help.dr.drill.clean"))
@output_option
@click.pass_context
def drill(ctx: click.Context, system: str, address: str | None, dry_run: bool, clean: bool, output: str) -> None:
    """Drill the recovery of one system's standby; exit 0 only where it was sound, in the RTO and the RPO."""
    from orchestrator.adapters.replicas.kept_drills import BEGUN, ENDED, told
    from orchestrator.cli.programme import load
    from orchestrator.cli.witness import leave
    from orchestrator.planning.recovering import plan_recovery
    from orchestrator.reporting.drills import CleanedView, DrilledView, DrillView

    if dry_run and clean:
        raise click.UsageError(say("help.dr.drill.which"))
    shell: Shell = ctx.obj
    programme, listing = load(shell)
    (wanted,) = plan_recovery(listing, programme.recovery, (system,))
    replica = _chosen(programme, system, address)
    if dry_run:
        shell.show(DrillView(replica=replica), output)
        return
    found: list[str] = []

    def cleaned(left: str) -> None:
        found.append(left)
        shell.tell("drill.cleaned", drill=left, address=replica.replica.reach.address)

    with _drilling(shell, programme, wanted, replica, cleaned) as drilling:
        if clean:
            left = drilling.clean()
            cleaning = CleanedView(replica=replica, drill="".join(found), left=left)
            shell.show(cleaning, output)
            ctx.exit(cleaning.exit_code)
        leave(shell, BEGUN, system=system, replica=replica.key)
        came = drilling.run()
    leave(shell, ENDED, drill=told(came))
    if came.begun:
        _look_again(shell, system)
    view = DrilledView(came=came)
    shell.show(view, output)
    ctx.exit(view.exit_code)


def _chosen(programme: Programme, system: str, address: str | None) -> Replica:
    """Return the standby that is drilled.

    Raises:
        Refused: `drill.none`, `drill.which`.
    """
    from orchestrator.model.replica import ReplicaKind

    found = [each for each in programme.recovery.replicas.get(system, ()) if each.kind is ReplicaKind.POSTGRESQL]
    if not found:
        raise Refused("drill.none", system=system)
    chosen = [each for each in found if address in {None, each.replica.reach.address, _place(each)}]
    if len(chosen) != 1:
        addresses = ", ".join(_place(each) for each in found)
        raise Refused("drill.which", system=system, addresses=addresses)
    return chosen[0]


def _place(replica: Replica) -> str:
    return f"{replica.replica.reach.address}:{replica.replica.port}"


@contextmanager
def _drilling(
    shell: Shell, programme: Programme, wanted: Wanted, replica: Replica, cleaned: Callable[[str], None]
) -> Iterator[Drilling]:
    """Give a drill with everything that it needs, until its sessions end."""
    from orchestrator.adapters.replicas.drilling import PostgresDriller
    from orchestrator.adapters.replicas.postgresql import PostgresObserver
    from orchestrator.adapters.sessions import KeptSessions, ProgramSessions
    from orchestrator.cli.dr_looking import ssh_of
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.execution.drilling import Drilling

    ends = [each.source for each in programme.recovery.replicas[wanted.system]]
    plain = ProgramSessions(ssh_of(shell, programme, needed=True))
    with KeptSessions(plain) as sessions, terminated_like_interrupted():
        driller = PostgresDriller(replica, sessions, plain, PostgresObserver(sessions), ends)
        yield Drilling(
            driller,
            replica,
            wanted.policy,
            clock=CLOCK,
            note=lambda step: shell.tell("drill.progress", step=say(f"drill.step.{step}")),
            cleaned=cleaned,
        )


def _look_again(shell: Shell, system: str) -> None:
    """Check the system, so that what counts its drills counts this one; the drill's verdict does not depend on it."""
    from orchestrator.cli import dr_looking

    try:
        view = dr_looking.look(shell, (system,), None, at_a_time=1, deadline=_DEADLINE, progress=True)
        dr_looking.keep(shell, view)
    except MigrateError as error:
        shell.tell_error(error)
