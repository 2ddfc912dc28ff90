"""`migrate dr prepare` and `dr drop`: make a declared standby, and take it away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import Refused

if TYPE_CHECKING:
    from orchestrator.model.programme import Programme
    from orchestrator.model.replica import Replica
    from orchestrator.model.standby import Dropped, Make, Part
    from orchestrator.ports.replica import StandbyMaker


@click.command("prepare", help=say("help.dr.prepare"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--replica", "address", help=say("help.dr.drill.replica"))
@click.option("--dry-run", is_flag=True, help=say("help.dr.prepare.dry-run"))
@output_option
@click.pass_context
def prepare(ctx: click.Context, system: str, address: str | None, dry_run: bool, output: str) -> None:
    """Make a system's declared standby, or do what is left of it; exit 0 only where it was seen to follow."""
    from orchestrator.cli.standing import stand

    shell: Shell = ctx.obj
    programme, replica, make = _declared(shell, system, address)

    with _maker(shell, programme, replica, make) as maker:
        view = stand(shell, maker, replica, make, dry=dry_run)
    shell.show(view, output)
    ctx.exit(view.exit_code)


@click.command("drop", help=say("help.dr.drop"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--replica", "address", help=say("help.dr.drill.replica"))
@click.option("--dry-run", is_flag=True, help=say("help.dr.drop.dry-run"))
@click.option("--confirm", default="", metavar="ID", help=say("help.retire.confirm"))
@click.option("--home", is_flag=True, help=say("help.dr.drop.home"))
@click.option("--without", type=click.Choice(["source", "replica"]), default=None, help=say("help.dr.drop.without"))
@output_option
@click.pass_context
def drop(
    ctx: click.Context, system: str, address: str | None, dry_run: bool, confirm: str, home: bool, without: str | None,
    output: str,
) -> None:  # fmt: skip
    """Take away exactly what `dr prepare` made, on both machines."""
    from orchestrator.adapters.replicas.kept_standbys import DROPPED, DROPPING
    from orchestrator.cli.witness import leave
    from orchestrator.execution.standby import Dropping
    from orchestrator.reporting.standbys import DroppedView

    shell: Shell = ctx.obj
    programme, replica, make = _declared(shell, system, address, home=home)
    if not dry_run and confirm != system:
        raise Refused("prepare.not-confirmed", system=system)

    def begin(told: Dropped) -> None:
        leave(shell, DROPPING, system=system, replica=replica.key, parts=[str(part) for part in told.there])

    def note(part: Part) -> None:
        shell.tell("prepare.taking", part=say(f"prepare.part.{part}"))

    with _maker(shell, programme, replica, make) as maker:
        work = Dropping(maker, replica, without=without or "", note=note)
        came = work.look() if dry_run else work.run(begin)
    if came.gone or came.left:
        parts = {"gone": [str(part) for part in came.gone], "left": [str(part) for part in came.left]}
        leave(shell, DROPPED, system=system, replica=replica.key, **parts)
    view = DroppedView(came=came, dry=dry_run)
    shell.show(view, output)
    ctx.exit(view.exit_code)


def _declared(shell: Shell, system: str, address: str | None, *, home: bool = False) -> tuple[Programme, Replica, Make]:
    """Return the standby that is meant, or the old primary as one (`home`), and how it is made.

    Raises:
        Refused: `prepare.none`, `prepare.which`; `prepare.not-declared`: nobody said how it is made.
    """
    from orchestrator.cli.programme import load
    from orchestrator.cli.standbys import chosen
    from orchestrator.model.replica import ReplicaKind
    from orchestrator.planning.recovering import plan_recovery

    programme, listing = load(shell)
    plan_recovery(listing, programme.recovery, (system,))
    kinds = {ReplicaKind.POSTGRESQL} if home else {ReplicaKind.POSTGRESQL, ReplicaKind.MARIADB}
    replica = chosen(programme.recovery, system, address, "prepare", kinds)
    replica = replica.homeward if home else replica
    if replica.make is None:
        raise Refused("prepare.not-declared", system=system, replica=replica.key, kind=replica.kind)
    return programme, replica, replica.make


@contextmanager
def _maker(shell: Shell, programme: Programme, replica: Replica, make: Make) -> Iterator[StandbyMaker]:
    from orchestrator.adapters.replicas.making import PostgresMaker
    from orchestrator.adapters.replicas.maria_making import MariaMaker
    from orchestrator.adapters.replicas.mariadb import MariaObserver
    from orchestrator.adapters.replicas.postgresql import PostgresObserver
    from orchestrator.adapters.sessions import KeptSessions, ProgramSessions
    from orchestrator.cli.dr_looking import direct_of, ssh_of
    from orchestrator.model.replica import ReplicaKind

    ssh = ssh_of(shell, programme, needed=True, quick=False)  # a secret travels: no quick key exchange
    plain = ProgramSessions(ssh)
    with terminated_like_interrupted(), KeptSessions(direct_of(shell, plain)) as sessions:
        maker: StandbyMaker
        if replica.kind is ReplicaKind.MARIADB:
            maker = MariaMaker(replica, make, sessions, plain, MariaObserver(sessions), ssh)
        else:
            maker = PostgresMaker(replica, make, sessions, plain, PostgresObserver(sessions))
        try:
            yield maker
        finally:
            maker.release()
