"""`migrate external`: tries a tool of `move.d` against its contract, on two sides that nobody needs."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused

if TYPE_CHECKING:
    from orchestrator.cli.output import Shell

_VALUE = r"[^\x00-\x1f\x7f-\x9f]{0,200}"


@click.group("external", help=say("help.external"), short_help=say("help.external"))
def external() -> None:
    """Hold the commands."""


@external.command("check", help=say("help.external.check"), short_help=say("help.external.check"))
@click.argument("name", metavar=say("help.external.name"))
@click.option("--source", required=True, metavar=say("help.external.address"), help=say("help.external.side"))
@click.option("--target", required=True, metavar=say("help.external.address"), help=say("help.external.side"))
@click.option("--option", "options", multiple=True, metavar=say("help.external.pair"), help=say("help.external.option"))
@click.option("--seconds", type=click.FloatRange(1, 86400), default=300, help=say("help.external.seconds"))
@click.option("--yes", is_flag=True, help=say("help.external.yes"))
@output_option
@click.pass_context
def check(
    ctx: click.Context,
    name: str,
    source: str,
    target: str,
    options: tuple[str, ...],
    seconds: float,
    yes: bool,
    output: str,
) -> None:
    """Walk over the contract's rules; exit 1 unless none is broken."""
    from orchestrator.adapters.intake.moving_parts import OPTION_NAME, SECRET, TOOL_NAME
    from orchestrator.adapters.openssh import OpenSsh
    from orchestrator.adapters.tools.conformance import Trial
    from orchestrator.adapters.tools.place import ToolPlace, digest_of, read_tool
    from orchestrator.model.machines import Machine, Reach
    from orchestrator.model.move import ExternalMove, Tool
    from orchestrator.reporting.external import TrialView

    shell: Shell = ctx.obj
    if not re.fullmatch(TOOL_NAME, name):
        raise Refused("external.bad-name", name=name)
    told = [re.fullmatch(f"({OPTION_NAME})=({_VALUE})", each) for each in options]
    if bad := next((text for text, found in zip(options, told, strict=True) if not found), None):
        raise Refused("external.bad-option", option=bad)
    if secret := next((found[1] for found in told if found and SECRET.search(found[1])), None):
        raise Refused("external.secret-option", option=secret)
    if not yes:
        raise Refused("external.not-confirmed", source=source, target=target)
    folder = shell.folder.absolute()
    read_tool(folder, name)
    sides = [
        Machine(name=end, reach=Reach(address=address), address=address)
        for end, address in (("source", source), ("target", target))
    ]
    move = ExternalMove(
        system="CHECK",
        slug="check",
        source=sides[0],
        target=sides[1],
        tool=Tool(name=name, digest=digest_of(folder, name)),
        options={found[1]: found[2] for found in told if found},
    )
    with tempfile.TemporaryDirectory(prefix="migrate-") as scratch:
        place = ToolPlace(programme=folder, state=Path(scratch) / "tools")
        trial = Trial(move, place, OpenSsh([], Path(scratch) / "known_hosts"), patience=seconds)
        view = TrialView(tool=move.tool, checks=tuple(trial.run()))
    shell.show(view, output)
    ctx.exit(ExitCode.DONE if view.right else ExitCode.FAILED)
