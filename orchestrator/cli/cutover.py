"""`migrate cutover`, `rollback` and `retire`: one system, one frozen section, with the list shown before it runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted, Refused
from orchestrator.model.life import Life, Move, edge
from orchestrator.model.moving import Act
from orchestrator.reporting.moving import LifeView

if TYPE_CHECKING:
    from orchestrator.cli.moving import Desk
    from orchestrator.reporting.moving import CutoverView

_SYSTEM = click.argument("system", metavar=say("help.system-id"))
_DRY = click.option("--dry-run", is_flag=True, help=say("help.cutover.dry-run"))
_YES = click.option("--yes", is_flag=True, help=say("help.batch.yes"))


@click.command("cutover", help=say("help.cutover"), short_help=say("help.cutover"))
@_SYSTEM
@_DRY
@click.option("--rehearse", is_flag=True, help=say("help.cutover.rehearse"))
@_YES
@output_option
@click.pass_context
def cutover(ctx: click.Context, system: str, dry_run: bool, rehearse: bool, yes: bool, output: str) -> None:
    """Show the very list that runs and what forbids it; without --dry-run, run it, or rehearse it on a clone."""
    from orchestrator.cli.calling import calls_of
    from orchestrator.cli.moving import desk
    from orchestrator.cli.night import group_of

    with desk(ctx.obj, sys.argv[1:], reading=dry_run) as ours:
        life = ours.life(system)
        if rehearse:
            _rehearse(ctx, ours, life, dry_run=dry_run, output=output)
        calls = calls_of(ours, system, opened=True)
        view = replace(ours.cutover_view(life), calls=calls, group=group_of(ours, system))
        _before(ctx, ours, view, dry_run=dry_run, yes=yes, output=output)
        shown = ours.cut_over(life)
        ours.shell.show(shown, output)
        ctx.exit(shown.exit_code)


@click.command("rollback", help=say("help.rollback"), short_help=say("help.rollback"))
@_SYSTEM
@_DRY
@_YES
@click.option(
    "--lose", type=click.IntRange(min=0), default=0, metavar=say("help.rollback.rows"), help=say("help.rollback.lose")
)
@output_option
@click.pass_context
def rollback(ctx: click.Context, system: str, dry_run: bool, yes: bool, lose: int, output: str) -> None:
    """Make the source the writable side again; rows that would be lost are accepted by their number or not at all."""
    from orchestrator.cli.moving import desk

    with desk(ctx.obj, sys.argv[1:], reading=dry_run) as ours:
        life = ours.life(system)
        view = ours.rollback_view(life)
        _before(ctx, ours, view, dry_run=dry_run, yes=yes, output=output)
        shown = ours.roll_back(life, lose)
        ours.shell.show(shown, output)
        ctx.exit(shown.exit_code)


@click.command("retire", help=say("help.retire"), short_help=say("help.retire"))
@_SYSTEM
@click.option("--confirm", default="", metavar="ID", help=say("help.retire.confirm"))
@output_option
@click.pass_context
def retire(ctx: click.Context, system: str, confirm: str, output: str) -> None:
    """End the way back for good; asks for the system's id, and needs the soak and a second person."""
    from orchestrator.cli.moving import desk

    with desk(ctx.obj, sys.argv[1:]) as ours:
        life = ours.soaked(ours.life(system))
        if confirm != system:
            raise Refused("retire.not-confirmed", system=system)
        ours.require_held()
        ours.require(life, Move.RETIRE)
        view = ours.retirement_view(life)
        if view.blocked:
            ours.shell.show(view, output)
            ctx.exit(ExitCode.REFUSED)
        ours.shell.show(LifeView((ours.movement.retire(life),)), output)


def _rehearse(ctx: click.Context, ours: Desk, life: Life, *, dry_run: bool, output: str) -> None:
    """Rehearse and end; nobody is held, so nobody is asked."""
    view = ours.rehearsal_view(life)
    if dry_run:
        ours.shell.show(view, output)
        ctx.exit(ExitCode.LOCKED if ours.foreign else ExitCode.DONE)
    ours.require_held()
    ours.require(life, Move.REHEARSE)
    shown = ours.rehearse(life, view.digest)
    ours.shell.show(shown, output)
    ctx.exit(shown.exit_code)


def _before(ctx: click.Context, ours: Desk, view: CutoverView, *, dry_run: bool, yes: bool, output: str) -> None:
    """Show what would run; stop for a dry run, a gate that forbids it, or a person who does."""
    shell: Shell = ctx.obj
    if dry_run or view.blocked or output != "json":
        shell.show(view, output)
    if dry_run or view.blocked:
        if not dry_run and view.act is Act.CUTOVER and edge(Move.GIVE_BACK, view.life.phase):
            ours.given_back(view.life)
        ctx.exit(ExitCode.REFUSED if view.blocked else ExitCode.LOCKED if ours.foreign else ExitCode.DONE)
    if view.act is Act.CUTOVER:
        ours.require_held()
    ours.require(view.life, Move.FREEZE if view.act is Act.CUTOVER else Move.ROLLBACK)
    if sys.stdin.isatty() and not yes and not streams.ask(say("move.go-on", system=view.life.system)):
        raise Interrupted("move.not-confirmed", system=view.life.system)
