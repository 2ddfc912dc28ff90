"""`migrate give-back`: leaves a system's cutover window unused; its approval goes with it."""

from __future__ import annotations

import sys

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.model.life import Move


@click.command("give-back", help=say("help.give-back"), short_help=say("help.give-back"))
@click.argument("system", metavar=say("help.system-id"))
@output_option
@click.pass_obj
def give_back(shell: Shell, system: str, output: str) -> None:
    """Give the window back and show where the system stands."""
    from orchestrator.cli.moving import desk
    from orchestrator.reporting.moving import LifeView

    with desk(shell, sys.argv[1:]) as ours:
        life = ours.life(system)
        ours.require(life, Move.GIVE_BACK)
        ours.shell.show(LifeView((ours.given_back(life, unused=True),)), output)
