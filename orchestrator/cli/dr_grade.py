"""`migrate dr grade`: the level that systems reach, from the policy and what the last checks saw; nothing is asked."""

from __future__ import annotations

import click

from orchestrator.cli.output import output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused

EDITIONS = ("2007", "2025")


@click.command("grade", help=say("help.dr.grade"))
@click.argument("systems", nargs=-1, metavar=f"[{say('help.system-id')}]...")
@click.option("--edition", type=click.Choice(EDITIONS), default="2007", show_default=True, help=say("help.dr.edition"))
@output_option
@click.pass_context
def grade(ctx: click.Context, systems: tuple[str, ...], edition: str, output: str) -> None:
    """Grade every system that needs a replica, or those named; exit 8 unless all reach their level."""
    from orchestrator.adapters.intake.recovery import grade_tables
    from orchestrator.checks.replicas.grade import grade_system
    from orchestrator.cli.programme import load
    from orchestrator.cli.replica_checks import day_of, last_checks, with_drills
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.planning.recovering import plan_recovery
    from orchestrator.reporting.grades import GradesView

    programme, listing = load(ctx.obj)
    wanted = plan_recovery(listing, programme.recovery, systems)
    if not wanted:
        raise Refused("dr.none")
    now, grades = CLOCK.now(), grade_tables()[int(edition)]
    wanted = with_drills(ctx.obj, wanted, programme.recovery, day_of(now))
    seen = {each.system: each for each in last_checks(ctx.obj, {one.system for one in wanted}, day_of(now))}
    graded = tuple(grade_system(one, seen.get(one.system), grades, now) for one in wanted)
    view = GradesView(programme=programme.slug, at=now, grades=grades, systems=graded)
    ctx.obj.show(view, output)
    ctx.exit(ExitCode.DONE if view.right else ExitCode.FINDING)
