"""`migrate callers`: who calls a system and whom it calls, seen from the callers' own side."""

from __future__ import annotations

import sys

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused


@click.command("callers", help=say("help.callers.long"), short_help=say("help.callers"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--look", is_flag=True, help=say("help.callers.look"))
@click.option(
    "--confirm", "interface", default="", metavar=say("help.callers.interface"), help=say("help.callers.confirm")
)
@click.option("--note", default="", metavar=say("help.callers.text"), help=say("help.callers.note"))
@output_option
@click.pass_context
def callers(ctx: click.Context, system: str, look: bool, interface: str, note: str, output: str) -> None:
    """Show each interface with what is known of it; look anew, or take a person's word, where that is asked for."""
    from orchestrator.cli.actor import actor
    from orchestrator.cli.calling import asked_of, callers_gate, callers_of, calls_of
    from orchestrator.cli.moving import desk
    from orchestrator.execution.callers import stand
    from orchestrator.reporting.callers import CallersView

    shell: Shell = ctx.obj
    acting = look or bool(interface)
    with desk(shell, sys.argv[1:], reading=not acting) as ours:
        life = ours.life(system)
        calls = asked_of(ours, system)
        if calls is None:
            raise Refused("caller.no-list", system=system)
        if look and (there := calls_of(ours, system)):
            life, _ = callers_of(ours).look(life, there)
        if interface:
            life = callers_of(ours).confirm(life, calls, interface, by=actor(), note=note)
        view = CallersView(life=life, stands=stand(life, calls), gate=callers_gate(ours, life))
        shell.show(view, output)
        ctx.exit(ExitCode.FAILED if look and not view.settled else ExitCode.DONE)
