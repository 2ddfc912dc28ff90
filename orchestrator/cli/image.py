"""`migrate image`: makes an image of a machine's disk on a cloud."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from orchestrator.cli.output import output_option
from orchestrator.cli.words import say
from orchestrator.errors import Refused

if TYPE_CHECKING:
    from orchestrator.ports.move import ImageStore


@click.command("image", help=say("help.image.long"), short_help=say("help.image"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--cloud", required=True, metavar=say("help.image.name"), help=say("help.image.cloud"))
@click.option("--running", is_flag=True, help=say("help.image.running"))
@output_option
@click.pass_context
def image(ctx: click.Context, system: str, cloud: str, running: bool, output: str) -> None:
    """Bring the copy up to date, make a copy of it fit, and send that to the cloud."""
    from orchestrator.adapters.movers.rehost.imaging import DiskImager
    from orchestrator.adapters.sessions import ProgramSessions
    from orchestrator.cli.moving import KNOWN_HOSTS, desk, ssh_of
    from orchestrator.cli.wiring import chosen_clouds, clouds_of, state_of
    from orchestrator.execution.imaging import make_image, require_disk
    from orchestrator.model.life import Phase
    from orchestrator.reporting.imaging import ImagedView

    shell = ctx.obj
    with desk(shell, sys.argv[1:]) as ours:
        programme = ours.programme
        (name,) = chosen_clouds(programme, [cloud])
        life = ours.life(system)
        require_disk(life)
        if life.phase not in {Phase.SYNCING, Phase.REHEARSED}:
            raise Refused("image.not-copied", system=system, phase=str(life.phase))
        ours.require_held()
        store = cast("ImageStore", clouds_of(shell, programme, [name], evidence=ours.movement.evidence)[name])
        state = state_of(shell)
        ssh = ssh_of(shell, programme, state, state.path / KNOWN_HOSTS)
        imager = DiskImager(ProgramSessions(ssh), ssh)
        life, came = make_image(ours.movement, life, imager, store, programme=programme.slug, running=running)
        view = ImagedView(life=life, cloud=name, checks=came.checks, image=came.image, left=came.left, running=running)
        ours.shell.show(view, output)
        ctx.exit(view.exit_code)
