"""`migrate state accept-cloud`: a person says that a cloud's name means another place from now on."""

from __future__ import annotations

from dataclasses import asdict

import click

from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused


@click.command("accept-cloud", help=say("help.state.accept-cloud"), short_help=say("help.state.accept-cloud"))
@click.argument("name")
@click.option("--project", required=True, metavar="ID", help=say("help.state.accept-cloud.project"))
@click.pass_obj
def accept_cloud(shell: Shell, name: str, project: str) -> None:
    """Look at the cloud, and remember it as what the name means if it is the project that was said."""
    from orchestrator.cli.alone import alone
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import clouds_of, state_of

    programme = load_declaration(shell)
    if name not in {cloud.name for cloud in programme.clouds}:
        known = ", ".join(cloud.name for cloud in programme.clouds)
        raise Refused("gc.no-cloud", name=name, known=known or "-")
    named = state_of(shell).clouds
    with alone(shell, programme, f"migrate state accept-cloud {name}") as evidence:
        before = named.known().get(name)
        found = clouds_of(shell, programme, [name])[name].view(programme.slug).identity
        if found is None or found.project != project:
            raise Refused("cloud.not-that-project", cloud=name, wanted=project, found=str(found))
        # On record first: what is remembered without an entry would look like what nobody decided.
        evidence.record("cloud.accepted", cloud=name, before=asdict(before) if before else None, found=asdict(found))
        named.keep([found])
    shell.tell("cloud.accepted", cloud=name, found=str(found))
