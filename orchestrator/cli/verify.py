"""`migrate verify` and `repin`: are a batch's servers what the record says; and its one correction."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted, Refused

if TYPE_CHECKING:
    from orchestrator.model.seen import Seen


@click.command("verify", help=say("help.verify"), short_help=say("help.verify"))
@click.argument("number", type=int)
@click.option("--system", "systems", multiple=True, metavar="ID", help=say("help.batch.system"))
@output_option
@click.pass_context
def verify_(ctx: click.Context, number: int, systems: tuple[str, ...], output: str) -> None:
    """Look at every server of the batch, also while a run goes on; nothing is changed anywhere."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import database_of, eyes_of, looking, roles, state_of
    from orchestrator.cli.witness import leave
    from orchestrator.execution.history import recorded
    from orchestrator.execution.prepare import only, prepare
    from orchestrator.execution.seeing import provisioned, verify
    from orchestrator.reporting.seen import SeenView

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    prepared = prepare(programme, listing, number, roles=roles(), look=looking(shell, programme))
    plan = only(prepared.plan, systems)
    count, told = len(provisioned(plan)), 0

    def tell(seen: Seen) -> None:
        nonlocal told
        told += 1
        shell.tell("seen.progress", told=told, count=count, system=seen.system, verdict=say(f"verdict.{seen.status}"))

    state = state_of(shell)
    database = database_of(programme, state)
    eyes = eyes_of(state, undeclared=True, tell=tell)
    seen = verify(replace(prepared, plan=plan), eyes, lambda: recorded(database, number))
    looked_at = {each.system for each in seen}
    left = tuple(system.system for system in plan.systems if system.system not in looked_at)
    view = SeenView(batch=number, seen=seen, left=left)
    shell.show(view, output)
    leave(shell, "batch.verified", batch=number, systems={each.system: str(each.status) for each in seen})
    ctx.exit(ExitCode.DONE if view.right else ExitCode.FAILED)


@click.command("repin", help=say("help.repin"), short_help=say("help.repin"))
@click.argument("number", type=int)
@click.option("--system", "systems", multiple=True, required=True, metavar="ID", help=say("help.repin.system"))
@click.option("--yes", is_flag=True, help=say("help.repin.yes"))
@output_option
@click.pass_context
def repin(ctx: click.Context, number: int, systems: tuple[str, ...], yes: bool, output: str) -> None:
    """Show which keys the servers' own consoles tell instead of the pinned ones, and pin those if a person agrees."""
    from orchestrator.adapters.ssh.guest import SshGuestProbe
    from orchestrator.cli.programme import load
    from orchestrator.cli.session import session
    from orchestrator.cli.wiring import pins_of, roles
    from orchestrator.execution.prepare import only, prepare
    from orchestrator.execution.repinning import find_new_keys, take_over
    from orchestrator.reporting.repinning import RepinView

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    with session(shell, programme, number, sys.argv[1:]) as ours:
        prepared = prepare(programme, listing, number, roles=roles(), look=ours.looking())
        plan = only(prepared.plan, systems)
        bare = [system.system for system in plan.systems if system.spec is None]
        if bare:
            raise Refused("repin.not-there", batch=number, systems=", ".join(bare))
        pins = pins_of(ours.state)
        keys = find_new_keys(prepared, plan.systems, SshGuestProbe(ours.state.private_key), pins)
        asked = bool(keys) and not yes
        if asked and not sys.stdin.isatty():
            shell.show(RepinView(batch=number, keys=keys), output)
            raise Refused("repin.not-confirmed", count=len(keys))
        if output != "json" or not keys:
            shell.show(RepinView(batch=number, keys=keys), output)
        if asked and not streams.ask(say("repin.go-on", count=len(keys))):
            raise Interrupted("batch.not-confirmed")
        take_over(keys, pins, ours.evidence)
        if keys:
            shell.show(RepinView(batch=number, keys=keys, pinned=True), output)
