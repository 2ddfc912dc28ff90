"""`migrate dr drill`: service from a copy of a standby, where nothing leads out; its result is kept."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import click

from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError

if TYPE_CHECKING:
    from orchestrator.execution.drilling import Drilling
    from orchestrator.model.drill import DrillStep
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import Wanted
    from orchestrator.model.replica import Replica
    from orchestrator.reporting.drills import CleanedView, DrilledView

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
    from orchestrator.cli.programme import load
    from orchestrator.cli.standbys import chosen
    from orchestrator.planning.recovering import plan_recovery
    from orchestrator.reporting.drills import DrillView

    if dry_run and clean:
        raise click.UsageError(say("help.dr.drill.which"))
    shell: Shell = ctx.obj
    programme, listing = load(shell)
    (wanted,) = plan_recovery(listing, programme.recovery, (system,))
    replica = chosen(programme.recovery, system, address, "drill")
    if dry_run:
        shell.show(DrillView(replica=replica), output)
        return
    with _Drilled(shell, programme, wanted, replica) as drilled:
        view = drilled.clean() if clean else drilled.run()
    shell.show(view, output)
    ctx.exit(view.exit_code)


class _Drilled:
    """A drill with everything that it needs, and what is put on record of it; its sessions end with it."""

    def __init__(self, shell: Shell, programme: Programme, wanted: Wanted, replica: Replica) -> None:
        self._shell = shell
        self._replica = replica
        self._found = ""
        self._open = ExitStack()
        self._drilling = self._made(programme, wanted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(self) -> DrilledView:
        """Drill, keep the result, and check the system again, so that whatever counts drills counts this one."""
        from orchestrator.adapters.replicas.kept_drills import ENDED, OVER, told
        from orchestrator.cli import dr_looking
        from orchestrator.cli.witness import leave
        from orchestrator.reporting.drills import DrilledView

        came = self._drilling.run()
        if not came.begun:
            if not came.left:
                leave(self._shell, OVER, system=came.system, replica=self._replica.key)
            return DrilledView(came=came)
        leave(self._shell, ENDED, drill=told(came))
        try:
            looked = dr_looking.look(self._shell, (came.system,), None, at_a_time=1, deadline=_DEADLINE, progress=True)
            dr_looking.keep(self._shell, looked)
        except MigrateError as error:  # the drill's verdict does not depend on it
            self._shell.tell_error(error)
        return DrilledView(came=came)

    def clean(self) -> CleanedView:
        """Take away what a drill that was killed has left."""
        from orchestrator.adapters.replicas.kept_drills import OVER
        from orchestrator.cli.witness import leave
        from orchestrator.reporting.drills import CleanedView

        left = self._drilling.clean()
        if not left:
            leave(self._shell, OVER, system=self._replica.system, replica=self._replica.key)
        return CleanedView(replica=self._replica, drill=self._found, left=left)

    def _made(self, programme: Programme, wanted: Wanted) -> Drilling:
        from orchestrator.adapters.replicas.drilling import PostgresDriller
        from orchestrator.adapters.replicas.postgresql import PostgresObserver
        from orchestrator.adapters.sessions import KeptSessions, ProgramSessions
        from orchestrator.cli.dr_looking import direct_of, ssh_of
        from orchestrator.cli.wiring import CLOCK
        from orchestrator.execution.drilling import Drilling

        plain = ProgramSessions(ssh_of(self._shell, programme, needed=True))
        sessions = self._open.enter_context(KeptSessions(direct_of(self._shell, plain)))
        self._open.enter_context(terminated_like_interrupted())
        ends = [each.source for each in programme.recovery.replicas[wanted.system]]
        driller = PostgresDriller(self._replica, sessions, plain, PostgresObserver(sessions), ends)
        self._open.callback(driller.release)
        return Drilling(driller, self._replica, wanted.policy, clock=CLOCK, note=self._note, cleaned=self._cleaned)

    def _note(self, step: DrillStep) -> None:
        from orchestrator.adapters.replicas.kept_drills import BEGUN
        from orchestrator.cli.witness import leave

        if step is step.ROOM:  # nobody else drills here: it is ours
            leave(self._shell, BEGUN, system=self._replica.system, replica=self._replica.key)
        self._shell.tell("drill.progress", step=say(f"drill.step.{step}"))

    def _cleaned(self, drill: str) -> None:
        self._found = drill
        self._shell.tell("drill.cleaned", drill=drill, address=self._replica.replica.reach.address)
