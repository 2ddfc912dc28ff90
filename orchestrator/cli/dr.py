"""`migrate dr`: looks at the replicas in the disaster-recovery centre, read-only."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.adapters.files import write_whole
from orchestrator.cli import streams
from orchestrator.cli.dr_drill import drill
from orchestrator.cli.dr_failback import agree, failback
from orchestrator.cli.dr_failover import failover, fenced
from orchestrator.cli.dr_grade import grade
from orchestrator.cli.dr_prepare import drop, prepare
from orchestrator.cli.dr_record import record
from orchestrator.cli.output import mode_option, output_choice
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError

if TYPE_CHECKING:
    from orchestrator.reporting.replicas import ReplicasView

_NAGIOS_UNKNOWN = 3


@click.group("dr", help=say("help.dr"), short_help=say("help.dr"))
def dr() -> None:
    """Hold the subcommands."""


dr.add_command(drill)
dr.add_command(agree)
dr.add_command(failback)
dr.add_command(failover)
dr.add_command(fenced)
dr.add_command(grade)
dr.add_command(prepare)
dr.add_command(drop)
dr.add_command(record)


@dr.command("check", help=say("help.dr.check"))
@click.argument("systems", nargs=-1, metavar=f"[{say('help.system-id')}]...")
@click.option("--batch", "number", type=int, help=say("help.dr.batch"))
@click.option("--all", "everything", is_flag=True, help=say("help.dr.all"))
@click.option("--at-a-time", type=click.IntRange(1, 256), default=16, show_default=True, help=say("help.dr.at-a-time"))
@click.option("--deadline", type=click.IntRange(1, 86400), default=60, show_default=True, help=say("help.dr.deadline"))
@click.option("--prometheus", type=click.Path(dir_okay=False, path_type=Path), help=say("help.dr.prometheus"))
@click.option("--watch", is_flag=True, help=say("help.dr.watch"))
@click.option("--every", type=click.IntRange(5, 86400), default=60, show_default=True, help=say("help.dr.every"))
@mode_option
@output_choice("table", "json", "nagios", text=say("help.dr.output"))
@click.pass_context
def check(
    ctx: click.Context,
    systems: tuple[str, ...],
    number: int | None,
    everything: bool,
    at_a_time: int,
    deadline: int,
    prometheus: Path | None,
    watch: bool,
    every: int,
    mode: int,
    output: str,
) -> None:
    """Ask both ends of every replica, judge what they said, and say what would be lost now."""
    if (bool(systems) + (number is not None) + everything) != 1:
        raise click.UsageError(say("help.dr.which"))
    if watch and output != "table":
        raise click.UsageError(say("help.dr.watch-output"))

    from orchestrator.cli import dr_looking

    def look() -> ReplicasView:
        view = dr_looking.look(ctx.obj, systems, number, at_a_time=at_a_time, deadline=deadline, progress=not watch)
        if prometheus is not None:
            write_whole(prometheus, view.prometheus(), mode=mode)
        return view

    if watch:
        from orchestrator.cli.dr_watch import watch as look_on

        last = look_on(ctx.obj, look, partial(dr_looking.keep, ctx.obj), every=every)
        ctx.exit(ExitCode.DONE if last.right else ExitCode.FINDING)
    try:
        view = look()
        dr_looking.keep(ctx.obj, view)
    except MigrateError as error:
        if output != "nagios":
            raise
        # A plugin that says nothing, or ends with a code of ours, is a riddle on a wall at night.
        streams.write((say("dr.nagios-refused", code=error.code, text=say(error.code, **error.values)), "\n"))
        ctx.exit(_NAGIOS_UNKNOWN)
    if output == "nagios":
        streams.write((view.nagios(say), "\n"))
        ctx.exit(view.nagios_code)
    ctx.obj.show(view, output)
    ctx.exit(ExitCode.DONE if view.right else ExitCode.FINDING)
