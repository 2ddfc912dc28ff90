"""`migrate drop`: takes a copy that was never opened away again, on both sides."""

from __future__ import annotations

import sys

import click

from orchestrator.cli.output import output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused
from orchestrator.model.life import Side


@click.command("drop", help=say("help.drop"), short_help=say("help.drop"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--dry-run", is_flag=True, help=say("help.drop.dry-run"))
@click.option("--confirm", default="", metavar="ID", help=say("help.retire.confirm"))
@click.option("--keep-data", is_flag=True, help=say("help.drop.keep-data"))
@click.option("--without", type=click.Choice([str(Side.SOURCE), str(Side.TARGET)]), help=say("help.drop.without"))
@output_option
@click.pass_context
def drop(
    ctx: click.Context, system: str, dry_run: bool, confirm: str, keep_data: bool, without: str | None, output: str
) -> None:
    """Show everything that would go and what forbids it; without --dry-run, take it away."""
    from orchestrator.cli.moving import desk
    from orchestrator.execution.dropping import drop as drop_copy
    from orchestrator.execution.dropping import dropping, require_droppable
    from orchestrator.reporting.dropping import DroppedView, DroppingView

    gone = Side(without) if without else Side.NONE
    with desk(ctx.obj, sys.argv[1:], reading=dry_run) as ours:
        movement = ours.movement
        life = ours.row(system)
        if not dry_run:
            life = movement.recovered(life)
        require_droppable(life)
        if not dry_run and confirm != system:
            raise Refused("drop.not-confirmed", system=system)
        if not dry_run and "rehearsing" in life.facts and gone is not Side.TARGET:
            life = movement.cleaned(life)
        found = dropping(movement, life, gone=gone, keep_data=keep_data)
        view = DroppingView(life=life, found=found)
        if dry_run or view.blocked:
            ours.shell.show(view, output)
            ctx.exit(ExitCode.REFUSED if view.blocked else ExitCode.DONE)
        if gone is not Side.TARGET:
            ours.require_held()
        life, left = drop_copy(movement, life, found)
        ours.shell.show(DroppedView(life=life, found=found, left=left), output)
